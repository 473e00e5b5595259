"""Constraints between pairs by role, menus of one's own, and declared properties: judged by verify, proved by prove."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from two_type_menu import TwoTypeMenu, no_envy, type_utility

import mechproof as mp
from mechproof.formulations.pairs import between
from mechproof.proofs.own.asking import ask, subject_of
from mechproof.proofs.own.rationality import OF_ALL, OF_ONE
from mechproof.proofs.provers.certificate_search import proofs_of
from mechproof.proofs.provers.z3_reading import opinion

TWO = {"cost": ["1", "2"], "share": ["0.5", "0.5"], "needed": 1}
THREE = {"cost": ["1", "1.5", "2"], "share": ["0.5", "0.25", "0.25"], "needed": 1}


class Neighbours(TwoTypeMenu):
    """Envy of neighbours alone is excluded, and a loss of the dearest type: the rest follows."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        dearest = int(np.argmax(self.cost))

        def no_loss(a: Any, epsilon: Any, payment: Any, cost: Any) -> Any:
            return payment[dearest] - cost[dearest] * epsilon[dearest]

        envy = mp.between("no_envy", no_envy, len(self.cost), along=self.cost)
        return mp.Constraint("no_loss", no_loss), envy, super().constraints()[-1]


class Bent(TwoTypeMenu):
    """What ε costs a type rises with its number, and falls again: who envies nobody near may envy somebody far."""

    promises = ("incentive-compatibility",)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        def envy(a: Any, epsilon: Any, payment: Any, other_epsilon: Any, other_payment: Any, cost: Any) -> Any:
            return bent(a, epsilon, payment, cost) - bent(a, other_epsilon, other_payment, cost)

        return (mp.between("no_envy", envy, len(self.cost), along=self.cost),)

    def outcomes(self) -> dict[str, Any]:
        return {"type_utility": bent}


def bent(a: Any, epsilon: Any, payment: Any, cost: Any) -> Any:
    return payment - cost * (3 - cost) * epsilon


def test_pairs_are_those_of_loops_over_everybody() -> None:
    draw = random.Random(0)
    for count in (1, 2, 3, 5):
        cost, epsilon, payment = ([Fraction(draw.randint(1, 9)) for _ in range(count)] for _ in range(3))
        constraint = between("no_envy", no_envy, count)
        found = constraint.slack(None, epsilon=np.array(epsilon), payment=np.array(payment), cost=np.array(cost))
        expected = [
            (payment[k] - cost[k] * epsilon[k]) - (payment[m] - cost[k] * epsilon[m])
            for k, m in permutations(range(count), 2)
        ]
        assert list(found) == (expected or [0])
    order = between("no_envy", no_envy, 4, along=[3, 1, 4, 2]).pairs
    assert order == ((1, 3), (3, 1), (3, 0), (0, 3), (0, 2), (2, 0))


def test_what_is_about_no_pair_is_refused() -> None:
    with pytest.raises(mp.InputError, match="is about one of each only"):
        between("no_loss", type_utility, 3)
    few = between("no_envy", no_envy, 2)
    with pytest.raises(mp.InputError, match="count = 2: has to be how many there are of epsilon, 3, in no_envy"):
        few.slack(None, epsilon=np.ones(3), payment=np.ones(3), cost=np.ones(3))
    with pytest.raises(mp.InputError, match="a number for each of 3"):
        between("no_envy", no_envy, 3, along=[1, 2])


@pytest.mark.slow
def test_two_back_ends_agree_on_a_menu_that_is_certified_and_verified() -> None:
    menu = TwoTypeMenu(**TWO)
    answers = [mp.solve(menu, backend=name) for name in ("cvxpy:CLARABEL", "pyomo:pounce")]
    assert all(answer.certificate.valid for answer in answers)
    for answer in answers:  # the textbook's: the cheap type has a rent, the dear one none
        epsilon, payment = answer.values["epsilon"], answer.values["payment"]
        assert np.allclose(epsilon, [2.25, 0.25], atol=1e-3)
        assert np.allclose(payment, [epsilon[0] + epsilon[1], 2 * epsilon[1]], atol=1e-4)
    assert mp.verify(answers[0]).ok


def test_envy_of_a_type_that_is_no_neighbour_is_named() -> None:
    menu = Bent(**THREE)
    stated = mp.candidate(menu, epsilon=[0, 0, 4], payment=[0, 0, "8.5"])
    found = mp.verify(stated, require=["incentive-compatibility"])
    item = found["incentive-compatibility"]
    assert item.verdict == "violated"
    assert item.text.startswith("type 0 gains 1/2 (≈ 0.500000) by taking the item of type 2 (epsilon 4, payment 17/2")
    assert (item.witness["type"], item.witness["item_of"], item.witness["gain"]) == ("0", "2", Fraction(1, 2))
    near = between("no_envy", menu.constraints()[0].by_role, 3, along=menu.cost)
    roles = {
        name: np.array(values, dtype=object) for name, values in stated.exact.items() if name in ("epsilon", "payment")
    }
    assert all(near.slack(None, **roles, cost=menu.cost) >= 0)


def test_each_property_is_red_where_it_is_broken() -> None:
    class Named(TwoTypeMenu):
        properties = ("no-envy", "accurate")
        promises = ("no-envy", "accurate", "individual-rationality", "envy-freeness")
        kind: object = mp.labels("type", default=None)

    menu = Named(**TWO, kind=["cheap", "dear"])
    assert mp.verify(mp.candidate(menu, epsilon=["2.25", "0.25"], payment=["2.5", "0.5"])).ok
    found = mp.verify(mp.candidate(menu, epsilon=[2, 1], payment=[2, "1.9"]))
    assert set(found.failed) == {"no-envy", "envy-freeness", "individual-rationality"}
    assert found["no-envy"].text.startswith("no envy is broken by 9/10 (≈ 0.900000) between type cheap (epsilon 2")
    assert found["no-envy"].witness == {"missing": Fraction(9, 10), "type": "cheap", "other": "dear"}
    assert found["individual-rationality"].text.startswith("type dear has a utility of -1/10")
    assert found["accurate"].verdict == "holds"
    assert mp.verify(mp.candidate(menu, epsilon=[1, "0.5"], payment=[2, 2]))["accurate"].verdict == "violated"


def test_a_menu_whose_roots_have_no_slope_is_refused_for_what_it_breaks() -> None:
    menu = TwoTypeMenu(**TWO)
    for epsilon, payment in (([2, 1], [2, 2]), ([0, 1], [0, 2])):
        certificate = mp.certify(mp.candidate(menu, epsilon=epsilon, payment=payment))
        assert certificate.feasible is False
        assert "is broken by" in certificate.reason


class Defined(TwoTypeMenu):
    """Utilities and a constraint that are no numbers where an item costs more than it pays; a decision for all."""

    properties = ("incentive-compatibility", "individual-rationality", "rooty")

    def variables(self) -> tuple[mp.Decision, ...]:
        return *super().variables(), mp.Decision("level", 0, 1)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("rooty", lambda a, epsilon, payment, cost: a.sqrt(payment - cost * epsilon)),)

    def outcomes(self) -> dict[str, Any]:
        return {"type_utility": lambda a, epsilon, payment, cost: a.log(1 + payment - cost * epsilon)}


@pytest.mark.parametrize(
    ("cost", "epsilon", "payment", "verdicts", "text"),
    [
        # type 2 cannot take the others' items, and type 0 would be better off with theirs
        ([1, 1, 50], [1, 1, "0.1"], [2, 5, 5], ("violated", "holds", "holds"), "type 0 gains 1.08181 by taking"),
        ([1, 50], [1, "0.01"], [2, "0.6"], ("inconclusive", "holds", "holds"), "what the item of type 0 is worth to"),
        ([1, 1], [1, 5], [2, 4], ("inconclusive",) * 3, "the utility of type 1 by its own item is no finite number"),
    ],
)
def test_what_is_no_number_holds_nothing(cost: list, epsilon: list, payment: list, verdicts: tuple, text: str) -> None:
    menu = Defined(cost=cost, share=[1] * len(cost), needed=1)
    found = mp.verify(mp.candidate(menu, epsilon=epsilon, payment=payment, level="0.5"))
    assert tuple(str(found[name].verdict) for name in Defined.properties) == verdicts
    assert text in found["incentive-compatibility"].text


def test_what_the_declaration_does_not_say_is_not_judged() -> None:
    class Promising(TwoTypeMenu):
        promises = ("individual-rationality",)

        def outcomes(self) -> dict[str, Any]:
            return {}

    with pytest.raises(mp.UnsupportedModel, match="Promising names no properties that could be verified"):
        mp.verify(mp.candidate(Promising(**TWO), epsilon=[2, 1], payment=[2, 2]))

    class Sliced(TwoTypeMenu):
        def outcomes(self) -> dict[str, Any]:
            return {"type_utility": lambda a, epsilon, payment, cost: payment - a.sum(cost) * epsilon}

    item = mp.verify(mp.candidate(Sliced(**TWO), epsilon=[2, 1], payment=[2, 2]))["incentive-compatibility"]
    assert item.verdict == "inconclusive"


def test_rationality_is_asked_as_it_is_declared() -> None:
    of_one = subject_of(Neighbours(**TWO))
    assert OF_ALL in of_one.undeclared
    assert OF_ONE not in of_one.undeclared
    (route,) = ask(of_one, "individual-rationality").routes
    (sentence,) = route.parts.values()
    assert "epsilon of next ≥ 0" in sentence.given
    assert proofs_of(sentence) is not None
    without = {text: known for text, known in sentence.given.items() if "envy" not in text}
    assert opinion(type(sentence)(without, sentence.goal)) == "disagrees"


class Tagged(TwoTypeMenu):
    """Neighbours in the order of something else than what types know of themselves."""

    tag: mp.Vector = mp.vector("an order", above=0, per="type")
    properties = ("incentive-compatibility", "no-envy")
    promises = ("incentive-compatibility",)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.between("no_envy", no_envy, len(self.cost), along=self.tag),)


class Sometimes(TwoTypeMenu):
    """Constraints that are declared where more is needed than next to nothing."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return super().constraints() if 40 * self.needed > min(self.cost) else super().constraints()[:1]


def test_neighbours_in_another_order_leave_envy() -> None:
    # of costs 1, 3, 2 the first envies the last, which is no neighbour of it
    menu = Tagged(cost=["1", "3", "2"], share=[1] * 3, needed=1, tag=[1, 2, 3])
    found = mp.verify(mp.candidate(menu, epsilon=[1, 0, 1], payment=[1, 0, 3]))
    assert found["no-envy"].verdict == "holds"
    assert found["incentive-compatibility"].witness["gain"] == 2


@pytest.mark.parametrize("menu", [Tagged(**THREE, tag=[1, 2, 3]), Sometimes(**TWO)])
def test_what_is_not_declared_whatever_the_data_proves_nothing(menu: mp.Program) -> None:
    lost = ask(subject_of(menu), "incentive-compatibility")
    assert not lost.routes
    assert "the constraints on neighbours are not declared" in lost.reason


@pytest.mark.slow
def test_neighbours_without_single_crossing_prove_nothing() -> None:
    assert OF_ALL not in subject_of(TwoTypeMenu(**TWO)).undeclared
    lost = ask(subject_of(Bent(**THREE)), "incentive-compatibility")
    assert all(proofs_of(part) is None for route in lost.routes for part in route.parts.values())


@pytest.mark.slow
def test_menus_are_proved_for_every_number_of_types_and_envy_far_away_refuted() -> None:
    for kind in (TwoTypeMenu, Neighbours):
        found = {claim.id: claim.verdict for claim in mp.prove(kind, time_limit=20).claims}
        assert found == {"own/incentive-compatibility": "PROVED", "own/individual-rationality": "PROVED"}
    claim = mp.prove(Bent, claim="own/incentive-compatibility", time_limit=20).claims[0]
    assert claim.verdict == "REFUTED"
    instance = {name: Fraction(value) for name, value in claim.pieces[0].document["instance"].items()}
    cost, epsilon, payment = ([instance[f"{name}[{k}]"] for k in range(3)] for name in ("cost", "epsilon", "payment"))

    def worth(kind: int, item: int) -> Fraction:
        return payment[item] - cost[kind] * (3 - cost[kind]) * epsilon[item]

    order = sorted(range(3), key=cost.__getitem__)
    near = {(one, two) for k in (0, 1) for one, two in permutations(order[k : k + 2], 2)}
    envied = [(k, m) for k, m in permutations(range(3), 2) if worth(k, m) > worth(k, k)]
    assert envied
    assert not near & set(envied)


@pytest.mark.slow
def test_five_hundred_menus_are_judged_as_by_loops() -> None:
    draw = random.Random(0)
    for _ in range(500):
        count = draw.choice([1, 2, 3, 4])
        numbers = [[Fraction(draw.randint(0, 6), 2) for _ in range(count)] for _ in range(2)]
        cost = [Fraction(draw.randint(1, 6), 2) for _ in range(count)]
        menu = TwoTypeMenu(cost=cost, share=[1] * count, needed=1)
        found = mp.verify(mp.candidate(menu, epsilon=numbers[0], payment=numbers[1]))
        worth = [[p - c * e for e, p in zip(*numbers, strict=True)] for c in cost]
        envy = any(worth[k][m] > worth[k][k] for k in range(count) for m in range(count))
        loss = any(worth[k][k] < 0 for k in range(count))
        assert found["incentive-compatibility"].verdict == ("violated" if envy else "holds")
        assert found["individual-rationality"].verdict == ("violated" if loss else "holds")


class WithLiterals(mp.Program):
    """The same twice, with a double in it: as a slack between two items, and as what an item is worth."""

    cost: mp.Vector = mp.vector("a privacy cost", above=0, per="type")
    promises = ("incentive-compatibility",)

    def variables(self) -> tuple[mp.Decision, ...]:
        none, count = [0] * len(self.cost), len(self.cost)
        return mp.Decision("epsilon", none, [10] * count), mp.Decision("payment", none, [1] * count)

    def objective(self) -> Any:
        return lambda a, payment: a.sum(payment)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        def no_loss_by_another(
            a: Any, epsilon: Any, payment: Any, other_epsilon: Any, other_payment: Any, cost: Any
        ) -> Any:
            return payment - other_payment - 0.1 * cost * (epsilon - other_epsilon)

        return (mp.between("no_envy", no_loss_by_another, len(self.cost)),)

    def outcomes(self) -> dict[str, Any]:
        return {"type_utility": lambda a, epsilon, payment, cost: payment - 0.1 * cost * epsilon}


def test_a_rounding_beside_a_double_envies_nobody() -> None:
    (found,) = mp.prove(WithLiterals, time_limit=1)
    assert found.verdict != mp.ClaimVerdict.REFUTED
