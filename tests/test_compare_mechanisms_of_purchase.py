"""What the truth costs: contest, contract, VCG, Myerson and first best on the same costs, against known figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from procurement_oracles import vcg

import mechproof as mp
from mechproof.cli import run

EXAMPLES = Path(__file__).parent.parent / "examples"
FIGURES = {"contest": 128.3, "myerson": 127.6, "vcg": 118.0, "first-best": 149.1}
"""Of 100 log-normal costs, caps 1, α = 10, β = 100, 40 draws, each with a standard error of 0.7 at most."""


@pytest.mark.slow
def test_the_known_figures_come_out_within_two_standard_errors() -> None:
    game = mp.PrivacyProcurement(
        cost=np.ones(100), epsilon_cap=np.ones(100), alpha=10, beta=100, prior=mp.LognormalPrior(mu=0, sigma="0.5")
    )
    found = mp.compare_mechanisms(game, draws=200)
    for name, figure in FIGURES.items():
        row = found[name]
        assert abs(row.server_utility - figure) < 2 * np.hypot(row.server_error, 0.7), name
        assert row.certified == 200
    contest = found["myerson"]
    assert abs(contest.difference - 0.67) < 2 * np.hypot(contest.difference_error, 0.13)
    assert found["myerson"].short_of_best == pytest.approx(0.144, abs=0.01)
    assert found["vcg"].short_of_best == pytest.approx(0.209, abs=0.01)


def test_the_declared_costs_by_hand() -> None:
    found = mp.compare_mechanisms(mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    epsilon, paid = vcg([1, 2], [1, 1], 2, 4)
    worth = 4 * np.log1p(float(sum(epsilon)))
    assert found["vcg"].server_utility == pytest.approx(worth - float(sum(paid)))
    assert found["first-best"].server_utility == pytest.approx(worth - 1)
    assert found["vcg"].short_of_best == pytest.approx(1 / (worth - 1))
    assert "prior" in found.skipped["myerson"]
    assert found["contract"].server_utility < found["first-best"].server_utility
    mp.check_document(found.document())


def test_a_capped_contest_is_compared_too() -> None:
    contest = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=["0.1", "0.1", 100])
    found = mp.compare_mechanisms(contest)
    assert found["contest"].server_utility == pytest.approx(6 * np.log(5) - 2.4)


def test_one_without_caps_is_refused() -> None:
    with pytest.raises(mp.InputError, match="epsilon_cap = None: is needed"):
        mp.compare_mechanisms(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    with pytest.raises(mp.InputError, match="needs the prior"):
        mp.compare_mechanisms(mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4), draws=3)


def test_the_command_writes_its_document_and_a_report_shows_it(tmp_path: Path) -> None:
    written = tmp_path / "mechanisms.json"
    command = ["compare-mechanisms", str(EXAMPLES / "procurement_prior.toml"), "--draws", "2", "--output", str(written)]
    assert run(command) == 0
    document = json.loads(written.read_text(encoding="utf-8"))
    mp.check_document(document)
    assert [row["name"] for row in document["rows"]] == ["contest", "contract", "vcg", "myerson", "first-best"]
    assert document["draws"] == 2
    for name in ("page.html", "page.md"):
        mp.report([document], tmp_path / name)
        assert "What the truth costs" in (tmp_path / name).read_text(encoding="utf-8")
