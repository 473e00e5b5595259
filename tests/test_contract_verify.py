"""What is said of menus: exact witnesses, lies of back ends, the printed solution, bad input, back ends compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from contract_oracles import all_pairs
from optional import CVXPY_ECOS

import mechproof as mp
from mechproof.formulations.errors import InputError
from mechproof.solvers.readings.reformulation import form_of
from mechproof.solvers.specification import read_specification

EXAMPLE = Path(__file__).parent.parent / "examples" / "contract.toml"
NAMES = ["Ann", "Bob", "Cat"]


def contract(**more: Any) -> mp.PrivacyContract:
    return mp.PrivacyContract(["0.5", 1, 2], [10, 10, 10], 30, owner_type=NAMES, **more)


def test_the_best_menu_keeps_what_is_promised_exactly() -> None:
    found = mp.verify(contract())
    assert found.ok, found.failed
    assert {item.arithmetic for item in found.items} <= {"exact", "float"}
    assert all(item.arithmetic == "exact" for item in found.items[:3])


@pytest.mark.parametrize("backend", ["ironing", "cvxpy:SCS", "pyomo:pounce"])
def test_a_back_ends_doubles_are_judged_with_its_tolerance(backend: str) -> None:
    found = mp.verify(mp.solve(contract(), backend))
    assert found.ok, [item.text for item in found.items]


def test_the_printed_solution_is_not_incentive_compatible() -> None:
    printed = mp.contract_baselines(contract())["printed (56)"]
    assert printed.exact is not None
    assert printed.exact["epsilon"].tolist() == [2, 1, Fraction(1, 2)]
    found = mp.verify(printed)
    item = found["incentive-compatibility"]
    gain, who, whose = all_pairs(
        [Fraction(1, 2), Fraction(1), Fraction(2)], printed.exact["epsilon"], [Fraction(1)] * 3
    )
    assert (gain, who, whose) == (Fraction(3, 4), 0, 2)
    assert (item.verdict, item.arithmetic) == ("violated", "exact")
    assert item.witness is not None
    assert (item.witness["type"], item.witness["item_of"], item.witness["gain"]) == ("Ann", "Cat", gain)
    assert found["individual-rationality"].verdict == "holds"
    assert found["budget-balance"].verdict == "holds"
    assert printed.certificate.feasible is False


@pytest.mark.parametrize("seed", range(5))
def test_the_printed_gain_is_as_predicted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost = sorted({Fraction(int(k), 7) for k in rng.integers(1, 60, 5)})
    count = [int(m) for m in rng.integers(1, 9, len(cost))]
    printed = mp.contract_baselines(mp.PrivacyContract(cost, count, 11))["printed (56)"]
    item = mp.verify(printed)["incentive-compatibility"]
    assert item.witness is not None
    assert item.witness["gain"] == Fraction(11, sum(count)) * (1 - cost[0] / cost[-1])


def test_full_information_is_told_from_a_contract() -> None:
    full = mp.contract_baselines(contract())["full information"]
    assert full.certificate.feasible is False
    assert "type Ann gains" in full.certificate.reason
    known = mp.FullInformationContract(["0.5", 1, 2], [10, 10, 10], 30)
    found = mp.verify(known)
    assert found.ok
    assert found["incentive-compatibility"].verdict == "violated"
    assert found["incentive-compatibility"].informational


@dataclass(frozen=True)
class Flaw:
    """Somebody's own menu, what is found, and of which property."""

    name: str
    epsilon: list[str]
    payment: list[str]
    property: str
    text: str

    def __str__(self) -> str:
        return self.name


FLAWS = [
    Flaw("loss", ["1", "1/2", "1/2"], ["1", "0.49", "1"], "individual-rationality", "type Bob loses 1/100"),
    Flaw("a ten-billionth over", ["1", "1", "1"], ["1", "1", "1.0000000001"], "budget-balance", "exceed the pool"),
    Flaw(
        "envy upwards",
        ["1", "1", "1"],
        ["2", "3", "2"],
        "incentive-compatibility",
        "type Ann gains 1 by taking the item",
    ),
    Flaw("negative budget", ["1", "1", "-1"], ["1", "1", "0"], "contract-optimality", "less than none"),
]


@pytest.mark.parametrize("flaw", FLAWS, ids=str)
def test_flaws_are_found_and_said_exactly(flaw: Flaw) -> None:
    own = mp.candidate(contract(), epsilon=flaw.epsilon, payment=flaw.payment)
    item = mp.verify(own)[flaw.property]
    assert (item.verdict, item.arithmetic) == ("violated", "exact")
    assert flaw.text in item.text
    assert not own.certificate.valid


def test_claims_of_optimality_are_not_believed() -> None:
    right = mp.solve(contract())
    lie = replace(right.altered(epsilon=right.values["epsilon"] * 0.999), claimed="optimal", backend="liar")
    assert mp.certify(lie).valid is False
    worse = mp.candidate(contract(), epsilon=right.values["epsilon"] * 0.999, payment=right.values["payment"] * 0.999)
    assert worse.certificate.feasible is True
    assert worse.certificate.optimal is False
    assert worse.certificate.distance == pytest.approx(1e-3, rel=1e-3)
    assert "in the best menu" in worse.certificate.reason


def test_a_loss_of_a_billionth_under_status_optimal_is_shown() -> None:
    """A first-order solver once answered so: within 1e-7, but a broken promise all the same."""
    right = mp.solve(contract()).values
    payment = right["payment"] - np.array([0, 0, 1.7e-9])
    own = mp.candidate(contract(), epsilon=right["epsilon"], payment=payment)
    found = own.certificate
    assert found.valid
    assert found.violation == pytest.approx(1.7e-9 / payment.max(), rel=1e-4)
    assert "within the tolerance, type Cat loses 1.7" in found.reason
    assert mp.certify(own, tolerance=1e-9).feasible is False
    assert mp.verify(own)["individual-rationality"].verdict == "violated"


def test_outcomes_must_be_those_of_the_menu() -> None:
    right = mp.solve(contract())
    found = mp.certify(right.altered(variance=np.float64(400.0)))
    assert found.feasible is False
    assert "variance is stated as 400" in found.reason
    flattered = right.altered(owner_utility=right.values["owner_utility"] + 1)
    assert "owner_utility of type Ann" in mp.certify(flattered).reason


def test_outcomes_of_another_length_are_refuted() -> None:
    s = mp.solve(mp.FullInformationContract([1, 2], [1, 1], 3))  # nobody keeps anything, so one zero equals both
    certificate = s.altered(owner_utility=[0.0]).certificate
    assert certificate.feasible is False
    assert "owner_utility has 1 entries where 2 were declared" in certificate.reason


def test_equal_costs_must_be_treated_alike() -> None:
    twins = mp.PrivacyContract([1, 1], [1, 1], 4, estimator="group-weighted")
    apart = mp.candidate(twins, epsilon=[3, 1], payment=[3, 1])
    assert "have the same cost" in apart.certificate.reason


def test_every_back_end_that_can_is_certified_or_shown() -> None:
    found = mp.compare(read_specification(EXAMPLE).model, time_limit=30)
    assert {"ironing", "cvxpy:SCS", "pyomo:pounce", "pyomo:scip"} <= {r.backend for r in found.certified}
    rows = {row.backend: row for row in found.rows}
    assert "needs exponential cones" in rows["cvxpy:PIQP"].detail


@pytest.mark.parametrize("backend", ["pyomo:pounce", "pyomo:scip"])
def test_general_solvers_find_the_group_weighted_menu(backend: str) -> None:
    s = mp.solve(contract(estimator="group-weighted"), backend, time_limit=60)
    assert s.values["epsilon"] == pytest.approx([3.4466, 0.8511, 0], abs=1e-4)
    assert s.certificate.valid, s.certificate


@pytest.mark.parametrize("form", ["virtual-costs", "full-ic"])
@pytest.mark.parametrize("backend", ["cvxpy:CLARABEL", CVXPY_ECOS, "pyomo:pounce"])
def test_the_forms_have_the_same_solution(form: str, backend: str) -> None:
    pooled = mp.PrivacyContract([3, 1, 2, 1], [20, 15, 1, 5], 60)
    s = mp.solve(pooled, backend, options={"form": form})
    assert s.values["epsilon"] == pytest.approx(mp.solve(pooled).values["epsilon"], rel=2e-6)
    assert s.values["payment"] == pytest.approx(mp.solve(pooled).values["payment"], rel=2e-6)


def test_many_types_are_declared_by_neighbours_and_solved_by_the_reduced_form() -> None:
    cost = np.linspace(1, 3, 300)
    many = mp.PrivacyContract(cost, np.full(300, 5.0), 900.0)
    slack = next(c for c in many.constraints() if c.name == "incentive_compatibility").slack
    s = mp.solve(many)
    assert len(slack(None, s.values["payment"], s.values["epsilon"], cost)) == 2 * 299
    assert form_of(many, lambda program: None, wanted="virtual-costs").name == "virtual-costs"
    loose = mp.solve(many, "cvxpy:CLARABEL")
    assert loose.values["epsilon"] == pytest.approx(s.values["epsilon"], rel=1e-4)


BAD = [
    ({"cost": [1, 2], "count": [1, 0], "reward_pool": 3}, "count[1] = 0: a number of owners must be positive"),
    ({"cost": [1, -2], "count": [1, 1], "reward_pool": 3, "owner_type": ["A", "B"]}, "cost[1] (type B) = -2"),
    ({"cost": [1, 2], "count": [1, 1, 1], "reward_pool": 3}, "must have as many entries as cost, 2"),
    ({"cost": [], "count": [], "reward_pool": 3}, "a contract needs at least one type"),
    ({"cost": [1], "count": [1], "reward_pool": 0}, "reward_pool = 0: the reward pool must be positive"),
    (
        {"cost": [1], "count": [1], "reward_pool": 3, "estimator": "median"},
        "must be one of 'unweighted'",
    ),
]


@pytest.mark.parametrize(("data", "text"), BAD, ids=[text for _, text in BAD])
def test_bad_input_is_refused(data: dict[str, Any], text: str) -> None:
    with pytest.raises(InputError) as refusal:
        mp.PrivacyContract(**data)
    assert text in str(refusal.value)


def test_what_is_not_solved_is_refused_with_a_way_out() -> None:
    with pytest.raises(InputError, match="give PrivacyContract"):
        mp.FullInformationContract([1], [1], 1, estimator="group-weighted")
    with pytest.raises(mp.UnsupportedModel, match="in floats only"):
        mp.solve(contract(estimator="group-weighted"), arithmetic="exact")
    many = mp.PrivacyContract(np.linspace(1, 2, 200), np.ones(200), 9.0, estimator="group-weighted")
    with pytest.raises(mp.UnsupportedModel, match="at most 100 distinct costs"):
        mp.solve(many)


@pytest.mark.parametrize(("pay", "keeps"), [("1", True), ("1.01", False)])
def test_the_pool_pays_every_owner_of_a_type(pay: str, keeps: bool) -> None:
    """Three owners and five owners at the same pay: 8 · 1 is the pool of 8, 8 · 1.01 is 2/25 beyond it."""
    contract = mp.PrivacyContract(cost=[1, 2], count=[3, 5], reward_pool=8)
    menu = mp.candidate(contract, epsilon=["1/2", "1/2"], payment=[pay, pay])
    assert (mp.certify(menu, arithmetic="exact").feasible is True) == keeps
    found = mp.verify(menu)["budget-balance"]
    assert found.verdict == ("holds" if keeps else "violated")
    assert keeps or "2/25" in found.text
