"""A back end that claims to be optimal and is not is shown as such in the comparison, on every mechanism."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mechproof as mp

EXAMPLES = Path(__file__).parent.parent / "examples"

MODELS = """
import mechproof as mp

MODELS = [
    mp.VersionPricing(epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20]),
    mp.VersionRevenue(epsilon=[3, 1], wanted=[1, 0, 0], value=["0.1", "0.3", "0.5"]),
    mp.PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30),
    mp.ThreePartyMarket(cost=[1, 2], alpha=4, privacy_weight=1, epsilon_max=2, epsilon=[1, 1]),
]
"""

LIARS = """
import mechproof as mp


class Liar:
    # The right answer with its decisions changed by a factor, under the status "optimal".

    def __init__(self, name, factor):
        self.name, self.factor = name, factor

    def accepts(self, model):
        return None

    def solve(self, model, request):
        right = mp.solve(model).values
        decided = {decision.name: right[decision.name] * self.factor for decision in model.decisions()}
        return mp.Answer(decided, "optimal")


def backends():
    return [Liar("liar:honest", 1), Liar("liar:above", 1 + 1e-6), Liar("liar:below", 1 - 1e-6), Liar("liar:free", 0)]
"""

SCRIPT = """
import json
import mechproof as mp
from models import MODELS

found = {}
for model in MODELS:
    rows = mp.compare(model, backends=["liar", model.default_backend]).rows
    found[type(model).__name__] = {
        row.backend: [row.status, row.claimed, row.certificate and row.certificate.valid] for row in rows
    }
print(json.dumps(found))
"""

DEFAULTS = {
    "VersionPricing": "price-fit",
    "VersionRevenue": "menu-programme",
    "PrivacyContract": "ironing",
    "ThreePartyMarket": "interference",
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[object]]]:
    """Every mechanism's comparison, with a package of liars installed beside."""
    where = tmp_path_factory.mktemp("liars")
    (where / "liars.py").write_text(LIARS)
    (where / "models.py").write_text(MODELS)
    (where / "script.py").write_text(SCRIPT)
    metadata = where / "liars-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: liars\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[mechproof.backends]\nliar = liars:backends\n")
    result = subprocess.run(
        [sys.executable, str(where / "script.py")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(where), os.environ.get("PYTHONPATH", "")])},
        cwd=where,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


@pytest.mark.parametrize("mechanism", DEFAULTS)
@pytest.mark.parametrize("liar", ["above", "below", "free"])
def test_a_liar_is_refuted(rows: dict[str, dict[str, list[object]]], mechanism: str, liar: str) -> None:
    assert rows[mechanism][f"liar:{liar}"] == ["answered", "optimal", False]


@pytest.mark.parametrize("mechanism", DEFAULTS)
def test_beside_liars_the_right_answer_is_certified(rows: dict[str, dict[str, list[object]]], mechanism: str) -> None:
    assert rows[mechanism]["liar:honest"] == ["answered", "optimal", True]
    assert rows[mechanism][DEFAULTS[mechanism]][2] is True


@pytest.mark.slow
@pytest.mark.parametrize("example", ["pricing", "revenue", "contract", "three_party"])
def test_at_least_four_back_ends_are_certified_on_each_example(example: str) -> None:
    found = mp.compare(mp.read_specification(EXAMPLES / f"{example}.toml").model, time_limit=60)
    assert len(found.certified) >= 4, [(row.backend, row.status, row.detail, row.certificate) for row in found.rows]


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("mechanism", DEFAULTS)
def test_what_is_no_number_is_neither_certified_nor_verified(mechanism: str, wrong: float) -> None:
    found: dict[str, object] = {}
    exec(MODELS, found)  # the very models of the comparison
    model = next(model for model in found["MODELS"] if type(model).__name__ == mechanism)  # type: ignore[attr-defined]
    s = mp.solve(model)
    for decision in model.decisions():
        broken = s.altered(**{decision.name: np.full(np.shape(decision.upper), wrong)})
        assert not broken.certificate.valid
        judged = mp.verify(broken)
        assert not judged.ok
        assert {str(item.verdict) for item in judged.items} == {"inconclusive"}
        mp.check_document(judged.document())
