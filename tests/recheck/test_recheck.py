"""Optima as data: the reader that imports nothing of ours accepts right ones, and refuses every forgery that says what
is not so, tried on each field."""

from __future__ import annotations

import ast
import copy
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.registry import mechanisms
from mechproof.solvers.commands.schema import check_document
from mechproof.solvers.optimum_document import EVIDENCE, optimum_document, sealed

ROOT = Path(__file__).parent.parent.parent
READER = ROOT / "tools" / "recheck.py"
Way = tuple[str | int, ...]


def reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recheck", READER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECHECK = reader()


def objection(document: Any) -> str | None:
    """What speaks against a document; as the command does, whatever is raised is a refusal."""
    try:
        RECHECK.Document(document)
    except Exception as refusal:
        return repr(refusal)
    return None


def _prices(loss: str, attack: str, barrier: Any = None) -> mp.VersionPricing:
    return mp.VersionPricing(
        epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20], loss=loss, attack=attack, barrier=barrier, version=list("abcd")
    )


MODELS: dict[str, Any] = {
    "contest": mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10),
    "contest, participants": mp.StackelbergPricing(
        cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10, mean_over="participants"
    ),
    "contest, no pool": mp.StackelbergPricing(cost=[5, 5], alpha="0.1", beta=1),
    "contest, caps": mp.StackelbergPricing(
        cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=[".1", ".1", 100], client=["Ann", "Bob", "Cat"]
    ),
    "contest, two maxima": mp.StackelbergPricing(
        cost=[".1", ".1", 1, 1], alpha=100, beta=1, epsilon_cap=[".05", ".05", 50, 50]
    ),
    "contest, all capped": mp.StackelbergPricing(
        cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=[".1", ".1", ".2"], mean_over="participants"
    ),
    "prices": _prices("squared", "composition"),
    "prices, averaging": _prices("huber", "averaging"),
    "prices, chain": _prices("absolute", "none"),
    "prices, barrier": _prices("squared", "composition", 1000),
    "prices, barrier, kinks": _prices("absolute", "averaging", 50),
    "revenue": mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.3", "0.5"]),
    "revenue, averaging": mp.VersionRevenue(
        epsilon=[3, 1, 2], wanted=[0, 1, 1, 2, 2, 0], value=[9, 1, 3, 4, 5, 7], attack="averaging"
    ),
    "contract": mp.PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30),
    "contract, ironed": mp.PrivacyContract(cost=[3, 1, 2, 2], count=[20, 20, 1, 3], reward_pool=60),
    "contract, known costs": mp.FullInformationContract(cost=[3, 1, 2], count=[20, 20, 4], reward_pool=60),
    "market": mp.ThreePartyMarket(cost=[1, 2, ".5", 4], alpha=4, privacy_weight=1, epsilon_max=5),
    "market, fixed budgets": mp.ThreePartyMarket(
        cost=[1, 2, 4], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1, 2, 3]
    ),
}


@cache
def text_of(name: str, arithmetic: str = "float") -> str:
    return json.dumps(mp.solve(MODELS[name], arithmetic=arithmetic).certificate.to_document())


@pytest.mark.parametrize("name", MODELS)
def test_right_answers_are_valid(name: str) -> None:
    for arithmetic in ("float",) if "barrier" in name else ("float", "exact"):
        document = json.loads(text_of(name, arithmetic))
        check_document(document)
        assert objection(document) is None


def test_every_mechanism_with_evidence_is_tried() -> None:
    tried = {type(model) for model in MODELS.values()}
    assert tried == {mechanism for mechanism in mechanisms().values() if EVIDENCE.of(mechanism)}


def test_the_reader_is_short_and_has_nothing_of_ours() -> None:
    text = READER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."])
    }
    assert imported <= sys.stdlib_module_names


def test_a_bare_python_reads_what_the_command_line_writes(tmp_path: Path) -> None:
    path, altered = tmp_path / "optimum.json", tmp_path / "altered.json"
    assert run(["certify", str(ROOT / "examples" / "capped.toml"), "--certificate", str(path)]) == 0
    altered.write_text(path.read_text(encoding="utf-8").replace('"100"', '"101"'), encoding="utf-8")
    for file, leaves, says in ((path, 0, "valid"), (altered, 1, "refused"), (tmp_path / "none.json", 1, "refused")):
        told = subprocess.run(
            [sys.executable, "-I", "-S", str(READER), str(file)], capture_output=True, text=True, timeout=60
        )
        assert (told.returncode, (told.stdout + told.stderr).split(":")[0]) == (leaves, says)


def test_what_is_not_certified_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "optimum.json"
    assert run(["certify", str(ROOT / "examples" / "contract.toml"), "--certificate", str(path)]) == 1
    assert not path.exists()
    claimed = mp.candidate(MODELS["contest"], reward_pool="9.25", epsilon=["11.1", "7.4", 0, 0, 0])
    with pytest.raises(mp.InputError, match="only a certified answer"):
        _ = claimed.certificate.to_document()


def test_two_outputs_are_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "both.json")
    for command in ("solve", "certify"):
        assert run([command, str(ROOT / "examples" / "capped.toml"), "--output", path, "--certificate", path]) == 2
        assert "is what --output names too (name two files)" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "model",
    [
        mp.StackelbergPricing(cost=[1, 2], revenue=mp.SaturatingRevenue(1, 2)),
        mp.StackelbergPricing(cost=[1, 2], alpha=10, beta=10, cost_function=mp.PowerCost(2)),
        mp.VersionPricing(epsilon=[2, 3], target=[1, 2], safety="exact"),
        mp.PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=3, estimator="group-weighted"),
        mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max=5, order="subgame-perfect"),
    ],
    ids=lambda model: type(model).__name__,
)
def test_what_the_reader_does_not_know_is_said(model: Any) -> None:
    solution = mp.solve(model)
    with pytest.raises(mp.UnsupportedModel, match="reader of optima"):
        optimum_document(model, solution.values, None, 1e-7)


# Forgeries


def leaves(value: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Every text in a document, and the way to it."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*way, key))
    else:
        yield way, value


def altered(document: Any, way: Way, value: Any) -> Any:
    changed = copy.deepcopy(document)
    place = changed
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = value
    return changed


def others(text: str) -> Iterator[Any]:
    """What may stand in a text's place."""
    try:
        number = Fraction(text)
    except ValueError:
        yield from ("", "other", "none", "averaging", "composition", "squared", "huber", "log", "1")
    else:
        yield from (str(number * 2), str(number + 1), str(number * Fraction(1001, 1000)), str(number / 3), "0")
        yield from ("-1", "1/0", "nan", "1e9", " 1", str(float(number)) + "0")
    yield from (None, 1.5, [text], {})


def no_meaning(way: Way) -> bool:
    """Free text: who wrote it, and what people and versions are called."""
    return way[0] == "made_by" or way[:2] in {("mechanism", "client"), ("mechanism", "version")}


def _doubles(value: Any) -> Any:
    return [_doubles(entry) for entry in value] if isinstance(value, list) else float(Fraction(value))


def is_true(document: Any) -> bool:
    """Whether what a document says is not refuted by our own exact certificate, of which the reader knows nothing."""
    said = {name: value for name, value in document["mechanism"].items() if name not in ("type", "revenue")}
    kind = mechanisms()[document["mechanism"]["type"]]
    answer = {name: _doubles(value) for name, value in document["answer"].items()}
    claimed = mp.candidate(kind(**said), **answer)  # in doubles: a price a last digit above a valuation still sells
    judged = mp.certify(claimed, arithmetic="exact", tolerance=float(Fraction(document["tolerance"])))
    # a menu within the tolerance of a safe one may itself be unsafe by that
    return judged.optimal is not False and (judged.feasible is not False or (judged.violation or 0) <= judged.tolerance)


@pytest.mark.parametrize("name", MODELS)
def test_a_slip_in_any_field_is_seen(name: str) -> None:
    document = json.loads(text_of(name))
    for way, text in leaves(document):
        assert objection(altered(document, way, f"{text}1")) is not None, way


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if "," in name else ()) for name in MODELS])
def test_a_forgery_that_is_accepted_says_what_is_so(name: str) -> None:
    document = json.loads(text_of(name))
    tried = accepted = 0
    for way, text in leaves({key: value for key, value in document.items() if key != "digest"}):
        for other in others(text):
            forged = sealed(altered(document, way, other))
            if other == text:
                continue
            said = objection(forged)
            assert said is None or not no_meaning(way), way
            if no_meaning(way):
                continue
            tried += 1
            accepted += said is None
            # evidence is no part of what is said, as long as it shows it
            assert said is not None or way[0] == "evidence" or is_true(forged), (way, text, other)
    assert tried > 5 * accepted


@pytest.mark.parametrize("name", MODELS)
def test_no_other_answer_is_accepted(name: str) -> None:
    document = json.loads(text_of(name))
    for way, text in leaves(document["answer"]):
        for factor in (Fraction(99, 100), 1 + Fraction(1, 10**5), Fraction(2)):
            there = Fraction(text)
            other = there * factor if there else factor
            assert objection(sealed(altered(document, ("answer", *way), str(other)))) is not None, way


@dataclass(frozen=True)
class Lie:
    """An answer that is wrong in a way that a solver may be, to which our own writer lends all it has."""

    model: str
    values: dict[str, Any]


LIES = (
    Lie("contest", {"reward_pool": 9.25, "epsilon": [11.1, 7.4, 0, 0, 0]}),  # the printed pool
    Lie("contest", {"reward_pool": 9.75, "epsilon": [11.0, 8.5, 0, 0, 0]}),  # the right pool, no equilibrium
    Lie("contest, caps", {"reward_pool": 0.4, "epsilon": [0.1, 0.1, 0]}),  # the other maximum
    Lie("contest, two maxima", {"reward_pool": 0.02, "epsilon": [0.05, 0.05, 0, 0]}),
    Lie("contest, no pool", {"reward_pool": 0.5, "epsilon": [0.025, 0.025]}),
    Lie("prices", {"price": [6, 1, 5, 20]}),  # the survey
    Lie("revenue", {"price": [0.1, 0.2]}),
    Lie("contract", {"epsilon": [2, 1, 0.5], "payment": [1, 1, 1]}),  # (56) as printed
    Lie("market", {"quantity": [1, 1, 1, 0], "price": [1, 1, 1, 4], "epsilon": [1, 1, 1, 5]}),
)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.model)
def test_lies_are_refused_whatever_is_written_beside_them(lie: Lie) -> None:
    values = {name: np.array(value) if isinstance(value, list) else value for name, value in lie.values.items()}
    honest = json.loads(text_of(lie.model))
    beside = [honest["evidence"]]
    with suppress(mp.UnsupportedModel, AssertionError):  # our own writer may find nothing for it
        beside.append(optimum_document(MODELS[lie.model], values, None, 1e-7)["evidence"])
    answer = {
        name: [str(Fraction(x)) for x in v] if isinstance(v, list) else str(Fraction(v))
        for name, v in lie.values.items()
    }
    for evidence in beside:
        assert objection(sealed({**honest, "answer": answer, "evidence": evidence})) is not None


@pytest.mark.parametrize(
    ("said", "moved", "last"),
    [
        ({"cost": ["1"] * 3, "epsilon_cap": ["100", "100", "0"]}, ["0", "1", "2", "2"], [["200", ["0", "1"], "0"]]),
        ({"cost": ["1", "1", "2"]}, ["0", "1", "2"], []),
    ],
    ids=["a cap of zero", "on the edge"],
)
def test_who_sells_nothing_is_no_participant_whatever_the_path_says(said: Any, moved: Any, last: Any) -> None:
    """Two sell, and 9.6 is the best pool; of a mean over three it would be 9.4."""
    cut = [str(Fraction(47, 10) + side * Fraction(1, 10**7)) for side in (-1, 1)]
    curve = {"alpha": "10", "beta": "10"}
    document = {
        "schema": "mechproof/optimum/1",
        "mechanism": {
            "type": "stackelberg-pricing",
            **curve,
            "mean_over": "participants",
            "revenue": {"type": "log", **curve},
            **said,
        },
        "tolerance": "1/10000000",
        "answer": {"reward_pool": "47/5", "epsilon": ["47/20", "47/20", "0"]},
        "evidence": {
            "total": ["47/10"] * 2,
            "path": [["0", moved, cut[0]], [cut[0], [], "47/10"], [cut[1], [], cut[1]], *last],
        },
    }
    assert objection(sealed(document)) is not None
    cost, caps = said["cost"], said.get("epsilon_cap")
    game = mp.StackelbergPricing(cost=cost, **curve, epsilon_cap=caps, mean_over="participants")
    solved = mp.solve(game)
    assert solved.values["reward_pool"] == pytest.approx(9.6)
    assert objection(solved.certificate.to_document()) is None


def test_costs_that_are_not_linear_are_neither_written_nor_read() -> None:
    data: dict[str, Any] = {"cost": [1, 1, 3], "alpha": 10, "beta": 10}
    squares = mp.solve(mp.StackelbergPricing(**data, cost_function=mp.PowerCost(2)))
    with pytest.raises(mp.UnsupportedModel, match="linear costs, not PowerCost"):
        squares.certificate.to_document()
    document = mp.solve(mp.StackelbergPricing(**data)).certificate.to_document()
    assert objection(document) is None
    other = {**document["mechanism"], "cost_function": {"type": "power", "exponent": "2"}}
    assert "a field is not read" in (objection(sealed({**document, "mechanism": other})) or "")


@pytest.mark.parametrize("x", [Fraction(1), Fraction(2), Fraction(1, 3), Fraction(10**40, 7), 1 + Fraction(1, 10**30)])
def test_logarithms_are_enclosed(x: Fraction) -> None:
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(90):
        true = mpmath.log(mpmath.mpf(x.numerator) / x.denominator)
        low, high = (mpmath.mpf(end.numerator) / end.denominator for end in RECHECK.log(x))
        assert low <= true + mpmath.mpf(10) ** -80
        assert true <= high + mpmath.mpf(10) ** -80
        assert high - low < mpmath.mpf(10) ** -50 * max(1, abs(true))
