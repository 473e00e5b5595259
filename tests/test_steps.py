"""Games whose utilities have steps and kinks: replies by pieces, certificates by cases, proofs by cases.

The oracles know nothing of the package: best decisions of a stepwise quadratic over fractions, from its stationary
points, its thresholds and the limits beside them; equilibria of a contest with entry fees from the sets of entrants.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.proofs.properties.verify import judged as judged_properties
from mechproof.solvers.backends.general import piecewise_replies

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
from posted_price import PostedPrice


def tiered_utility(a: Any, own: Any, price: Any, low: Any, high: Any, cost: Any, bonus: Any, fee: Any) -> Any:
    """P x [x ≥ m] + b [x ≥ n] − c x² − f [x > 0]."""
    paid = price * own * a.at_least(own, low) + bonus * a.at_least(own, high)
    return paid - cost * a.square(own) - fee * (1 - a.at_least(0, own))


class Tiered(mp.Game):
    """A price from one threshold on, a bonus from another."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")
    fee: mp.Vector = mp.vector("a fee", at_least=0, per="owner")
    bonus: mp.Vector = mp.vector("a bonus", at_least=0, per="owner")
    price: mp.Number = mp.scalar("the price", above=0)
    low: mp.Number = mp.scalar("a threshold", above=0)
    high: mp.Number = mp.scalar("another", above=0)

    def players(self) -> tuple[mp.Player]:
        sold = mp.Decision("amount", np.zeros(len(self.cost)), [6] * len(self.cost))
        return (mp.Player("owner", sold, tiered_utility, count=len(self.cost)),)


def worth(x: Fraction, price: Any, low: Any, high: Any, cost: Any, bonus: Any, fee: Any) -> Fraction:
    """The tiered utility, in plain fractions."""
    return (
        (price * x if x >= low else 0) + (bonus if x >= high else 0) - cost * x * x - (fee if x > 0 else 0)
    ) + Fraction(0)


def best(price: Any, low: Any, high: Any, cost: Any, bonus: Any, fee: Any) -> list[Fraction]:
    """All best decisions between 0 and 6: a quadratic piece is best at its top or where it begins."""
    tried = {Fraction(0), low, high, Fraction(6), min(price / (2 * cost), Fraction(6))}
    values = {x: worth(x, price, low, high, cost, bonus, fee) for x in tried}
    return [x for x, value in values.items() if value == max(values.values())]


def random_tiers(seed: int, people: int) -> tuple[Tiered, list[list[Fraction]]]:
    draw = random.Random(seed)
    one = lambda top: Fraction(draw.randint(1, top), draw.choice((1, 2, 4, 5)))  # noqa: E731
    price, low, high = one(8), one(8), one(12)
    low, high = min(low, Fraction(6)), min(high, Fraction(6))
    costs, fees, bonuses = ([one(top) for _ in range(people)] for top in (6, 3, 5))
    game = Tiered(cost=costs, fee=fees, bonus=bonuses, price=price, low=low, high=high)
    rows = zip(costs, bonuses, fees, strict=True)
    return game, [best(price, low, high, cost, bonus, fee) for cost, bonus, fee in rows]


def judged(seed: int, people: int = 3) -> None:
    """A solution is one of the oracle's, certified, and no other threshold is."""
    game, wanted = random_tiers(seed, people)
    found = mp.solve(game, backend="best-response")
    own = found.values["amount"]
    assert all(min(abs(float(x) - mine) for x in those) < 1e-9 for mine, those in zip(own, wanted, strict=True)), seed
    assert found.certificate.valid, (seed, found.certificate.reason)
    exact = mp.certify(mp.candidate(game, amount=[those[0] for those in wanted]), arithmetic="exact")
    assert exact.valid, (seed, exact.reason)
    assert exact.distance == 0, seed
    for k, mine in enumerate(wanted):
        other = next(x for x in (game.low, game.high, Fraction(0), Fraction(6)) if x not in mine)
        wrong = [those[0] for those in wanted]
        wrong[k] = other
        assert mp.certify(mp.candidate(game, amount=wrong), arithmetic="exact").optimal is False, (seed, k)


@pytest.mark.parametrize("seed", range(4))
def test_random_thresholds(seed: int) -> None:
    judged(seed, people=2)


@pytest.mark.slow
def test_many_random_thresholds() -> None:
    for seed in range(100, 125):
        judged(seed)


def entry_utility(a: Any, own: Any, others: Any, cost: Any, pool: Any, fee: Any) -> Any:
    """B x/Σx − c x − f [x > 0]."""
    return pool * a.share(own, others) - cost * own - fee * (1 - a.at_least(0, own))


class Entry(mp.Game):
    """A contest with an entry fee."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")
    fee: mp.Vector = mp.vector("a fee", at_least=0, per="owner")
    pool: mp.Number = mp.scalar("the pool", above=0)

    def players(self) -> tuple[mp.Player]:
        effort = mp.Decision("effort", np.zeros(len(self.cost)), self.pool / self.cost)
        return (mp.Player("owner", effort, entry_utility, count=len(self.cost)),)


def entrants(costs: Sequence[float], fees: Sequence[float], pool: float) -> list[np.ndarray]:
    """All equilibria with at least two entrants: the total of a set is B (n−1)/Σc, and nobody enters or leaves."""
    found = []
    for inside in product((False, True), repeat=len(costs)):
        members = [k for k, inner in enumerate(inside) if inner]
        if len(members) < 2:
            continue
        total = pool * (len(members) - 1) / sum(costs[k] for k in members)
        own = np.array([total * (1 - costs[k] * total / pool) if k in members else 0.0 for k in range(len(costs))])
        if min(own[members]) <= 0:
            continue
        pays = [pool * own[k] / total - costs[k] * own[k] - fees[k] for k in members]
        enters = []
        for k in (k for k in range(len(costs)) if k not in members):
            most = max((pool * total / costs[k]) ** 0.5 - total, 0.0)
            enters.append(pool * most / (most + total) - costs[k] * most - fees[k] if most else 0.0)
        if min(pays) >= 0 and max(enters, default=0.0) <= 0:
            found.append(own)
    return found


def contested(seed: int) -> bool:
    draw = np.random.default_rng(seed)
    costs, fees = draw.uniform(0.5, 2, 3).round(3), draw.uniform(0, 0.9, 3).round(3)
    game = Entry(cost=costs, fee=fees, pool=6.0)
    known = entrants(costs.tolist(), fees.tolist(), 6.0)
    for own in known:
        assert mp.certify(mp.candidate(game, effort=own)).valid, (seed, own)
    found = mp.solve(game)
    near = [own for own in known if np.max(abs(own - found.values["effort"])) < 1e-7]
    assert bool(near) == found.certificate.valid, (seed, found.values, known)
    return found.certificate.valid


def test_entry_fees() -> None:
    assert sum(contested(seed) for seed in range(2)) == 2


@pytest.mark.slow
def test_many_entry_fees() -> None:
    assert sum(contested(seed) for seed in range(10, 24)) >= 11


def posted(**changed: Any) -> PostedPrice:
    data = {"cost": ["1", "2", "2.4", "2.5"], "fee": ["0.1", "0.1", "0", "0"], "price": "2", "least": "0.8"}
    return PostedPrice(**{**data, "owner": ["Ann", "Bob", "Cat", "Dan"], **changed})


def test_threshold_itself_counts() -> None:
    """The best is to sell exactly the threshold; below it nothing is paid, and Dan is indifferent there."""
    game = posted()
    for last in ("0", "0.8"):
        at = mp.certify(mp.candidate(game, epsilon=["1", "0.8", "0.8", last]), arithmetic="exact")
        assert at.valid
        assert at.distance == 0
    below = mp.certify(mp.candidate(game, epsilon=["1", "0.8", "0.79", "0"]), arithmetic="exact")
    assert below.optimal is False
    assert "owner Cat gains 1.56184" in below.reason
    assert "4/5" in below.reason
    assert "posted_price.py" in below.reason  # the line of the step


@pytest.mark.slow
def test_disjunctions_agree() -> None:
    pytest.importorskip("pyscipopt")
    game = posted()
    one, two = (mp.solve(game, backend=name) for name in ("best-response", "pyomo:scip"))
    assert one.certificate.valid
    assert two.certificate.valid
    assert np.allclose(one.values["epsilon"], two.values["epsilon"], atol=1e-7)


def above_utility(a: Any, own: Any, cost: Any, price: Any, least: Any) -> Any:
    """P x [x > m] − c x²: paid only beyond the threshold."""
    return price * own * (1 - a.at_least(least, own)) - cost * a.square(own)


class Beyond(mp.Game):
    """A price that is paid above a threshold only: there the best is approached, and never attained."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")
    price: mp.Number = mp.scalar("the price", above=0)
    least: mp.Number = mp.scalar("the threshold", above=0)

    def players(self) -> tuple[mp.Player]:
        sold = mp.Decision("amount", np.zeros(len(self.cost)), [2] * len(self.cost))
        return (mp.Player("owner", sold, above_utility, count=len(self.cost)),)


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
@pytest.mark.parametrize("amount", ["0", "0.8", "0.800000001", "0.80001", "0.9"])
def test_supremum_is_no_optimum(amount: str, arithmetic: str) -> None:
    game = Beyond(cost=["2"], price="2", least="0.8")
    found = mp.certify(mp.candidate(game, amount=[amount]), arithmetic=arithmetic)
    assert found.optimal is not True
    # the double 0.8 is above 4/5, as near the limit as it can be; what is that near is not refuted, and not certified
    if amount != "0.800000001" and (amount, arithmetic) != ("0.8", "float"):
        assert found.optimal is False
        assert "never reached" in found.reason


def test_a_fee_breaks_rationality_for_one() -> None:
    assigned = mp.candidate(posted(fee=["0.1", "0.1", "0.2", "0"]), epsilon=["1", "0.8", "0.8", "0"])
    (item,) = judged_properties(assigned, ["individual-rationality"])
    assert item.verdict == "violated"
    assert item.witness["owner"] == "Cat"
    assert item.witness["shortfall"] == Fraction(17, 125)
    assert item.text.startswith("owner Cat is paid less than its epsilon costs it")


@pytest.mark.slow
def test_proved_for_every_number() -> None:
    for name in ("individual-rationality", "existence"):
        assert mp.prove(PostedPrice, claim=f"own/{name}").claims[0].verdict == mp.ClaimVerdict.PROVED


@pytest.mark.slow
def test_not_proved_where_the_best_is_only_approached() -> None:
    assert mp.prove(Beyond, claim="own/existence").claims[0].verdict != mp.ClaimVerdict.PROVED


def allowance_utility(a: Any, own: Any, others: Any, cost: Any, free: Any, pool: Any) -> Any:
    """B x/Σx − c (x − m)⁺: the first m is free."""
    return pool * a.share(own, others) - cost * a.maximum(own - free, 0)


class Allowance(mp.Game):
    """A contest with a free allowance."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")
    free: mp.Vector = mp.vector("what is free", at_least=0, per="owner")
    pool: mp.Number = mp.scalar("the pool", above=0)

    def players(self) -> tuple[mp.Player]:
        effort = mp.Decision("effort", np.zeros(len(self.cost)), self.pool / self.cost + self.free)
        return (mp.Player("owner", effort, allowance_utility, count=len(self.cost)),)


def test_free_allowance_is_verified() -> None:
    found = mp.solve(Allowance(cost=["1", "1.5", "2"], free=["0.1", "0.1", "0.5"], pool="8"))
    assert found.certificate.valid
    assert found.values["effort"][2] == pytest.approx(0.5)
    assert judged_properties(found, ["no-profitable-deviation"])[0].verdict == "holds"


def test_what_cannot_be_read_names_its_line() -> None:
    game = Allowance(cost=["1", "2"], free=["0", "0"], pool="8")
    offers = {offer.name: offer.reason for offer in mp.backends(game)}
    assert "test_steps.py" in offers["pyomo:scip"]
    entry = {offer.name: offer.reason for offer in mp.backends(Entry(cost=["1", "2"], fee=["0", "0"], pool="8"))}
    assert "test_steps.py" in entry["share-function"]
    assert "test_steps.py" in entry["pyomo:scip"]


def test_broken_replies_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that forgets the thresholds themselves is found out."""
    whole = piecewise_replies.pieces_of

    def without_thresholds(*given: Any) -> list[Any]:
        pieces = whole(*given)
        return [piece for piece in pieces if not piece.point or piece in (pieces[0], pieces[-1])]

    monkeypatch.setattr(piecewise_replies, "pieces_of", without_thresholds)
    monkeypatch.setattr(piecewise_replies, "NEAR", 1e-3)
    found = mp.solve(posted(), backend="best-response")
    assert found.certificate.optimal is not True


def paid_from(a: Any, own: Any, price: Any, least: Any) -> Any:
    return price * own * a.at_least(own, least)


class PostedByABuyer(mp.Game):
    """A buyer posts the price: at p an owner sells p/(2c), or the threshold, or nothing."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")
    least: mp.Number = mp.scalar("the threshold", above=0)

    def players(self) -> tuple[mp.Player, mp.Player]:
        price, count = mp.Decision("price", 0, 4), len(self.cost)
        sold = mp.Decision("epsilon", np.zeros(count), np.full(count, 9))
        buyer = mp.Player("buyer", price, lambda a, price, sold: (3 - price) * sold)

        def kept(a: Any, own: Any, others: Any, cost: Any, price: Any, least: Any) -> Any:
            return paid_from(a, own, price, least) - cost * a.square(own) + 0 * others

        return (
            buyer,
            mp.Player("owner", sold, kept, count=count, aggregates={"sold": lambda a, epsilon: a.sum(epsilon)}),
        )


def test_of_a_leader_before_jumping_utilities_the_line_is_named() -> None:
    game = PostedByABuyer([1, 2], "1/2")
    right = mp.candidate(game, price="3/2", epsilon=["3/4", "1/2"])
    assert right.certificate.optimal is None
    assert "an equilibrium is enclosed" in right.certificate.reason
    assert "test_steps.py" in right.certificate.reason
    assert "in paid_from" in right.certificate.reason
    assert "test_steps.py" in mp.verify(right)["leader-optimality"].text
    assert mp.candidate(game, price="3/2", epsilon=["3/4", "3/8"]).certificate.optimal is False
