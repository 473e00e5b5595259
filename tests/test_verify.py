"""Verification: every property on known games, planted faults with their witnesses, and what is required."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.commands.schema import check_document

EXAMPLES = Path(__file__).parents[1] / "examples"
FIVE: dict[str, Any] = {"cost": [".2", ".3", ".5", 2, 3], "alpha": 10, "beta": 10, "client": list("abcde")}
FAIR: dict[str, Any] = {"reward_pool": "9.75", "epsilon": ["11.7", "7.8", 0, 0, 0]}
TENTH = Fraction(1, 10)


@dataclass(frozen=True)
class Case:
    """Numbers for the game of five clients, the verdicts they must get and the witness of one of them."""

    name: str
    numbers: dict[str, Any]
    verdicts: dict[str, str]
    witness_of: str = ""
    witness: dict[str, Any] = field(default_factory=dict)


CASES = [
    Case(
        "the solution",
        FAIR,
        dict.fromkeys(mp.StackelbergPricing.promises, "holds")
        | {"participation": "violated", "truthfulness": "violated"},
    ),
    Case(
        "paid less than it costs",
        FAIR | {"payment": ["5.85", "2.33", 0, 0, 0]},
        {"individual-rationality": "violated", "budget-balance": "holds", "no-profitable-deviation": "holds"},
        "individual-rationality",
        {"client": "b", "payment": Fraction(233, 100), "cost": Fraction(234, 100), "shortfall": Fraction(1, 100)},
    ),
    Case(
        "paid exactly what it costs",
        FAIR | {"payment": ["5.85", "2.34", 0, 0, 0]},
        {"individual-rationality": "holds", "budget-balance": "holds"},
    ),
    Case(
        "a cent over the pool",
        FAIR | {"payment": ["5.85", "3.91", 0, 0, 0]},
        {"budget-balance": "violated", "individual-rationality": "holds"},
        "budget-balance",
        {"sum_of_payment": Fraction(976, 100), "reward_pool": Fraction(975, 100), "excess": Fraction(1, 100)},
    ),
    Case(
        "the printed formula's pool",
        {"reward_pool": "9.25", "epsilon": ["11.1", "7.4", 0, 0, 0]},
        {"leader-optimality": "violated", "no-profitable-deviation": "holds", "uniqueness": "holds"},
    ),
    Case(
        "a client who should stay out",
        FAIR | {"epsilon": ["11.7", "7.8", 0, 0, ".1"]},
        {"no-profitable-deviation": "violated", "individual-rationality": "violated", "leader-optimality": "holds"},
        "individual-rationality",
        {"client": "e", "cost": Fraction(3, 10), "how_many": 1},
    ),
    Case(
        "nobody sells in spite of a pool",
        {"reward_pool": 1, "epsilon": [0] * 5},
        {"no-profitable-deviation": "violated", "individual-rationality": "holds", "participation": "violated"},
        "no-profitable-deviation",
        {"epsilon": 0, "better": TENTH},
    ),
    Case(
        "a single seller, who could sell less for the same money",
        {"reward_pool": 1, "epsilon": [1, 0, 0, 0, 0]},
        {"no-profitable-deviation": "violated"},
    ),
    Case(
        "a negative budget",
        {"reward_pool": 1, "epsilon": [1, 1, 1, 1, -1]},
        {"no-profitable-deviation": "violated"},
        "no-profitable-deviation",
        {"client": "e", "epsilon": -1, "lower": 0},
    ),
    Case("a negative pool", {"reward_pool": -1, "epsilon": [0] * 5}, {"leader-optimality": "violated"}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_known_verdicts_exactly_and_in_floats(case: Case) -> None:
    game = mp.StackelbergPricing(**FIVE)
    exact = mp.verify(mp.candidate(game, **case.numbers))
    doubles = {name: np.array(value, dtype=float)[()].tolist() for name, value in case.numbers.items()}
    floats = mp.verify(mp.candidate(game, **doubles))
    for found in (exact, floats):
        assert {name: found[name].verdict.value for name in case.verdicts} == case.verdicts
        check_document(json.loads(json.dumps(found.document(), allow_nan=False)))
    if case.witness_of:
        assert exact[case.witness_of].arithmetic == "exact"
        witness = exact[case.witness_of].witness or {}
        assert {name: witness[name] for name in case.witness} == case.witness


def test_a_deviations_witness_is_reproduced_by_hand() -> None:
    witness = mp.verify(mp.candidate(mp.StackelbergPricing(**FIVE), **FAIR | {"epsilon": ["11.1", "7.4", 0, 0, 0]}))[
        "no-profitable-deviation"
    ].witness
    assert witness is not None
    index = "abcde".index(witness["client"])
    epsilon, cost = [Fraction(111, 10), Fraction(74, 10), 0, 0, 0], [Fraction(c) for c in (".2", ".3", ".5", "2", "3")]
    others = sum(epsilon) - epsilon[index]

    def utility(own: Fraction) -> Fraction:
        return Fraction(39, 4) * own / (own + others) - cost[index] * own

    assert witness["gain"] == utility(witness["better"]) - utility(Fraction(epsilon[index])) > 0


def thousand(random: np.random.Generator) -> list[str]:
    return [f"{cost:.5f}" for cost in 0.02 * np.exp(0.25 * random.standard_normal(1000))]


def test_one_of_a_thousand_is_paid_below_its_cost() -> None:
    cost = thousand(np.random.default_rng(3))
    people = [f"clinic-{number:04}" for number in range(1000)]
    game = mp.StackelbergPricing(cost=cost, alpha=1000, beta=10, client=people)
    solution = mp.solve(game, arithmetic="exact")
    assert solution.exact is not None
    epsilon, payment = list(solution.exact["epsilon"]), list(solution.exact["payment"])
    seller = max(range(1000), key=lambda index: epsilon[index])
    payment[seller] = epsilon[seller] * Fraction(cost[seller]) - Fraction(1, 100)
    found = mp.verify(mp.candidate(game, reward_pool=solution.exact["reward_pool"], epsilon=epsilon, payment=payment))
    assert found.failed == ("individual-rationality",)
    witness = found["individual-rationality"].witness or {}
    assert (witness["client"], witness["shortfall"]) == (people[seller], Fraction(1, 100))
    assert f"client {people[seller]}" in found["individual-rationality"].text


def test_doubles_of_a_large_sum_still_show_the_cent() -> None:
    game = mp.StackelbergPricing(cost=[1.0, 1.0], alpha=1e9, beta=4e9)
    found = mp.verify(mp.candidate(game, reward_pool=2e9, epsilon=[5e8, 5e8], payment=[1e9, 1e9 + 0.01]))
    assert found["budget-balance"].verdict == "violated"
    assert (found["budget-balance"].witness or {})["excess"] == pytest.approx(0.01, rel=1e-3)


def test_participation_names_the_excluded_and_their_distance() -> None:
    witness = mp.verify(mp.StackelbergPricing(**FIVE))["participation"].witness or {}
    assert witness["participants"] == 2
    rows = [(row["client"], row["threshold"], row["too_high_by"]) for row in witness["excluded"]]
    half = Fraction(1, 2)  # R_2/(2 - 1) = .2 + .3
    assert rows == [("c", half, 0), ("d", half, Fraction(3, 2)), ("e", half, Fraction(5, 2))]


def test_participation_under_caps_uses_the_pool_per_unit_sold() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 30], epsilon_cap=[".1", ".1", 100], alpha=30, beta=6)
    solution = mp.solve(game, arithmetic="exact")
    assert solution.exact is not None
    witness = mp.verify(solution)["participation"].witness or {}
    assert [row["threshold"] for row in witness["excluded"]] == [
        solution.exact["reward_pool"] / sum(solution.exact["epsilon"])
    ]


@settings(deadline=None, max_examples=8)
@given(
    st.lists(st.fractions(Fraction(1, 20), 20, max_denominator=20), min_size=2, max_size=6),
    st.fractions(1, 500, max_denominator=10),
)
def test_every_solution_keeps_its_promises_exactly(cost: list[Fraction], alpha: Fraction) -> None:
    found = mp.verify(mp.StackelbergPricing(cost=cost, alpha=alpha, beta=3))
    assert found.ok, [item.text for item in found.items]
    assert {found[name].arithmetic for name in found.require} == {"exact"}


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0.05, 20), min_size=2, max_size=5), st.integers(0, 4), st.floats(-0.3, 0.3))
def test_a_deviation_is_found_exactly_where_a_fine_grid_finds_one(cost: list[float], who: int, change: float) -> None:
    game = mp.StackelbergPricing(cost=cost, alpha=1e3, beta=3.0)
    solved = mp.solve(game)
    epsilon = solved.values["epsilon"].copy()
    seller = int(np.argsort(epsilon)[-1 - who % 2])
    epsilon[seller] *= 1 + change
    found = mp.verify(mp.candidate(game, reward_pool=solved.values["reward_pool"], epsilon=epsilon.tolist()))
    grid = np.linspace(1e-9, 4 * epsilon.max(), 20_001)
    gains = []
    for own, price in zip(epsilon, cost, strict=True):
        others = epsilon.sum() - own
        utility = solved.values["reward_pool"] * grid / (grid + others) - price * grid
        gains.append((utility - (solved.values["reward_pool"] * own / (own + others) - price * own)).max())
    verdict = found["no-profitable-deviation"].verdict
    if max(gains) > 1e-7:
        assert verdict == "violated"
        assert (found["no-profitable-deviation"].witness or {})["gain"] >= max(gains) * 0.99
    elif abs(change) < 1e-12:
        assert verdict == "holds"


def test_what_is_required_and_what_is_expected() -> None:
    game = mp.StackelbergPricing(**FIVE)
    assert mp.verify(game).require == mp.StackelbergPricing.promises
    known = mp.verify(game, expect_violated=["truthfulness"])
    assert known.ok
    assert not known["truthfulness"].informational
    wrong = mp.verify(game, require=["truthfulness"], expect_violated=["budget-balance"])
    assert wrong.failed == ("truthfulness", "budget-balance")
    assert not wrong.ok
    assert mp.verify(game, require=[]).ok


@pytest.mark.parametrize(
    ("arguments", "field", "said"),
    [
        ({"require": ["truthful"]}, "require", "truthfulness"),
        ({"expect_violated": ["fairness"]}, "expect_violated", "individual-rationality"),
        ({"require": ["uniqueness"], "expect_violated": ["uniqueness"]}, "expect_violated", "required as well"),
    ],
)
def test_unknown_or_contradictory_properties(arguments: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(mp.InputError, match=said) as refused:
        mp.verify(mp.StackelbergPricing(**FIVE), **arguments)
    assert refused.value.field == field


def test_a_program_is_refused() -> None:
    with pytest.raises(mp.UnsupportedModel, match="names no properties"):
        mp.verify(mp.StackelbergPricing(**FIVE).convex_form().program)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_hundred_thousand_clients() -> None:
    cost = 0.02 * np.exp(0.25 * np.random.default_rng(0).standard_normal(100_000))
    found = mp.verify(mp.StackelbergPricing(cost=cost, alpha=1e6, beta=10))
    assert found.ok
    assert len((found["truthfulness"].witness or {})["looked_at"]) == 1


SPECIFICATION = """
format = 1
[mechanism]
type = "stackelberg-pricing"
cost = [0.2, 0.3, 0.5, 2, 3]
alpha = 10
beta = 10
client = ["a", "b", "c", "d", "e"]
"""
CANDIDATE = "[candidate]\nreward_pool = 9.75\nepsilon = [11.7, 7.8, 0, 0, 0]\n"


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ("", 0),
        ('[verify]\nexpect_violated = ["truthfulness", "participation"]\n', 0),
        ('[verify]\nrequire = ["participation"]\n', 1),
        ('[verify]\nexpect_violated = ["uniqueness"]\n', 1),
        (CANDIDATE, 0),
        (CANDIDATE + "payment = [5.85, 2.33, 0, 0, 0]\n", 1),
        (CANDIDATE + 'payment = [5.85, 2.33, 0, 0, 0]\n[verify]\nexpect_violated = ["individual-rationality"]\n', 0),
        ('[verify]\nrequire = ["truthful"]\n', 2),
        (CANDIDATE + "payment = [5.85]\n", 2),
        ("[verify]\nrequires = []\n", 2),
    ],
)
def test_exit_codes(tables: str, code: int, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(SPECIFICATION + tables, encoding="utf-8")
    output = tmp_path / "found.json"
    assert run(["verify", str(spec), "--output", str(output)]) == code
    assert output.exists() == (code < 2)
    if code < 2:
        document = json.loads(output.read_text(encoding="utf-8"))
        check_document(document)
        assert document["ok"] == (code == 0)


def test_undecided_leaves_with_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.toml"
    (tmp_path / "own_mechanism.py").write_text(
        (EXAMPLES / "own_mechanism.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    spec.write_text(
        'format = 1\n[mechanism]\ntype = "own_mechanism.py:QuadraticLottery"\ncost = [1, 2, 4]\nprize = 10\n'
        '[verify]\nrequire = ["uniqueness", "budget-balance"]\n',
        encoding="utf-8",
    )
    assert run(["verify", str(spec), "--allow-code"]) == 3
    printed = capsys.readouterr().out
    assert "uniqueness: holds" in printed
    assert "UNDECIDED: budget-balance" in printed


def test_items_can_be_gone_through_and_asked_for_by_name() -> None:
    found = mp.verify(mp.StackelbergPricing(**FIVE))
    assert [item.property for item in found] == [item.property for item in found.items]
    assert all(found[item.property] is item and item in found for item in found)
    assert "uniqueness" in found
    assert "uniquenes" not in found
