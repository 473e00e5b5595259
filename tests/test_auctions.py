"""Auctions declared by single ones of the others: replies, dominance, solvers, certificates and refusals."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from auction_oracles import MOST, NEAR, Auction
from vickrey_auction import VickreyAuction

import mechproof as mp
from mechproof.proofs.properties.verify import judged
from mechproof.solvers.backend import find
from mechproof.solvers.certificates.exact_replies import Person
from mechproof.solvers.readings.balls import Balls, precision
from mechproof.solvers.readings.derivative import Derivative, NotSmooth
from mechproof.solvers.readings.game import GameReading
from mechproof.solvers.readings.intervals import Interval, Intervals
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors

EXAMPLES = Path(__file__).parents[1] / "examples"


def declared(rule: Auction) -> type[mp.Game]:
    """Return the rule as it is declared."""

    def ranked(a: Any, others: Any, k: int) -> Any:
        one = a.lowest(others, k, rule.reserve) if rule.reverse else a.highest(others, k, rule.reserve)
        return a.minimum(one, rule.reserve) if rule.reverse else a.maximum(one, rule.reserve)

    def served(a: Any, own: Any, others: Any) -> Any:
        limit = ranked(a, others, rule.units)
        better, worse = (limit, own) if rule.reverse else (own, limit)
        return a.at_least(better, worse) if rule.ties else 1 - a.at_least(worse, better)

    def price(a: Any, own: Any, others: Any) -> Any:
        limit = ranked(a, others, rule.units)
        if rule.pay == "mean":
            return (own + limit) / 2
        return {"first": own, "limit": limit}.get(rule.pay, ranked(a, others, rule.units + 1))

    def utility(a: Any, own: Any, others: Any, value: Any) -> Any:
        gain = price(a, own, others) - value
        return served(a, own, others) * (gain if rule.reverse else -gain)

    class Declared(mp.Game):
        value: mp.Vector = mp.vector("a value", at_least=0, per="bidder")

        def players(self) -> tuple[mp.Player]:
            count = len(self.value)
            bid = mp.Decision("bid", [0] * count, [MOST] * count, reports="value")
            return (mp.Player("bidder", bid, utility, count=count),)

        def outcomes(self) -> dict[str, Any]:
            return {"served": served, "utility": utility}

    return Declared


def drawn(draw: random.Random) -> tuple[Auction, list[int]]:
    """Return a rule and values."""
    pay = draw.choice(["first", "limit", "limit", "beyond", "mean"])
    rule = Auction(draw.random() < 0.6, draw.choice([1, 1, 2]), pay, draw.random() < 0.5, draw.randint(1, MOST))
    return rule, [draw.randint(0, MOST) for _ in range(draw.choice([1, 2, 2, 3]))]


def same_as_by_trying(seed: int, count: int) -> int:
    """Compare so many auctions with the oracle; return how many are truthful."""
    draw, truthful = random.Random(seed), 0
    for _ in range(count):
        rule, values = drawn(draw)
        game = declared(rule)(values)
        bids = [Fraction(draw.randint(0, 2 * MOST), 2) for _ in values]
        _same_values(rule, game, values, bids)
        gains = [
            rule.most(_but(bids, k), Fraction(v)) - rule.utility(bids[k], _but(bids, k), Fraction(v))
            for k, v in enumerate(values)
        ]
        certificate = mp.certify(mp.candidate(game, bid=bids), arithmetic="exact")
        assert certificate.optimal is (max(gains) <= 0), (rule, values, bids, certificate.reason)
        dominant = [Person(game, k).dominated(Fraction(value)) is None for k, value in enumerate(values)]
        assert dominant == [rule.truthful(Fraction(value), len(values)) for value in values], (rule, values)
        truthful += all(dominant)
    return truthful


def _same_values(rule: Auction, game: mp.Game, values: list[int], bids: list[Fraction]) -> None:
    exact = GameReading(game, Rationals()).outcomes({"bid": np.array(bids, dtype=object)})["utility"]
    floats = GameReading(game, Vectors()).outcomes({"bid": np.array(bids, dtype=float)})["utility"]
    for k, value in enumerate(values):
        expected = rule.utility(bids[k], _but(bids, k), Fraction(value))
        reply = Person(game, k).best_reply(_but(bids, k))
        assert exact[k] == expected == Fraction(float(floats[k]))
        assert Person(game, k).value(bids[k], _but(bids, k)) == expected
        assert 0 <= reply.value - rule.most(_but(bids, k), Fraction(value)) <= 2 * NEAR, (rule, values, bids, k)


def _but(bids: list[Fraction], k: int) -> list[Fraction]:
    return bids[:k] + bids[k + 1 :]


def test_replies_and_dominance_are_those_of_trying_all_bids() -> None:
    assert 0 < same_as_by_trying(seed=1, count=20) < 20


@pytest.mark.slow
def test_five_hundred_auctions_are_those_of_trying_all_bids() -> None:
    assert 100 < same_as_by_trying(seed=0, count=500) < 400


def first_price(a: Any, own: Any, others: Any, cost: Any, reserve: Any) -> Any:
    return (1 - a.at_least(own, a.minimum(a.lowest(others, 1, reserve), reserve))) * (own - cost)


class FirstPrice(VickreyAuction):
    """Whoever sells is paid its own ask: a lie pays."""

    def players(self) -> tuple[mp.Player]:
        player = super().players()[0]
        return (mp.Player("client", player.decision, first_price, count=player.count),)


THREE = {"cost": ["0.30", "0.20", "0.70"], "reserve": "0.60", "client": ["Ann", "Bob", "Cat"]}


def test_two_back_ends_find_the_truth_and_it_is_certified() -> None:
    auction = VickreyAuction(**THREE)
    for backend in ("best-response", "dominant-strategy"):
        exact = mp.solve(auction, backend=backend, arithmetic="exact")
        assert list(exact.exact["ask"]) == list(auction.cost)
        assert list(exact.exact["payment"]) == [0, Fraction(3, 10), 0]
        assert exact.certificate.valid
        assert mp.solve(auction, backend=backend).certificate.valid
    assert mp.solve(auction).backend == "best-response"
    found = mp.verify(auction)
    assert found.ok
    assert found["truthfulness"].arithmetic == "exact"
    assert found["individual-rationality"].witness["least_gain"] == 0


def test_a_first_price_is_refused_with_the_lie_in_words() -> None:
    auction = FirstPrice(**THREE)
    honest = mp.candidate(auction, ask=auction.cost)
    found = mp.verify(honest)
    assert not found.ok
    assert found.failed == ("truthfulness", "no-profitable-deviation")
    lie = found["truthfulness"]
    assert lie.text.startswith("client Bob gains ") or lie.text.startswith("client Ann gains ")
    assert "instead of its cost" in lie.text
    assert "where the others' asks are" in lie.text
    person = {"Ann": 0, "Bob": 1, "Cat": 2}[lie.witness["client"]]
    cost, limit = auction.cost[person], min(*lie.witness["others"], Fraction(3, 5))
    assert lie.witness["gain"] == (lie.witness["report"] - cost if lie.witness["report"] < limit else 0) > 0
    assert not honest.certificate.valid
    assert "without being it" in honest.certificate.reason
    with pytest.raises(mp.BackendError, match="found no ask of client Ann that is best whatever the others decide"):
        mp.solve(auction, backend="dominant-strategy")
    assert mp.solve(auction).claimed.startswith("not converged")
    assert not mp.solve(auction).certificate.valid


@pytest.mark.parametrize("most", [1000, 10**30])
def test_the_best_just_above_nothing_gains_something(most: int) -> None:
    """Against bids of nothing the best bid is as near to nothing as one likes, from wherever one comes."""

    class Strict(mp.Game):
        worth: mp.Vector = mp.vector("a worth", above=0, per="bidder")

        def players(self) -> tuple[mp.Player]:
            def utility(a: Any, own: Any, others: Any, worth: Any) -> Any:
                return (1 - a.at_least(a.highest(others, 1, 0), own)) * (worth - own)

            count = len(self.worth)
            return (mp.Player("bidder", mp.Decision("bid", [0] * count, [most] * count), utility, count=count),)

    found = mp.candidate(Strict([3, 1]), bid=[0, 0])
    assert found.certificate.optimal is False
    witness = mp.verify(found)["no-profitable-deviation"].witness
    assert witness["gain"] == 3 - witness["better"] >= Fraction(3, 2)
    assert witness["better"] > 0


def test_wrong_answers_are_not_certified() -> None:
    auction = VickreyAuction(**THREE)
    for ask in (["0.30", "0.20", "0.10"], ["0.10", "0.20", "0.70"], ["0.30", "0.31", "0.70"]):
        certificate = mp.certify(mp.candidate(auction, ask=ask))
        assert certificate.optimal is False
        assert "gains" in certificate.reason
    over = mp.certify(mp.candidate(auction, ask=["0.30", "0.20", "1001"]))
    assert over.feasible is False
    assert mp.certify(mp.candidate(auction, ask=["0.30", "0.29", "0.70"])).valid  # another equilibrium
    found = mp.verify(mp.candidate(auction, ask=["0.10", "0.20", "0.70"]))
    assert found["individual-rationality"].witness["shortfall"] == Fraction(1, 10)


def test_readings_agree_on_single_ones_of_the_others() -> None:
    asks = np.array([3.0, 1.0, 2.0, 2.0])
    expected = {("lowest", 1): [1, 2, 1, 1], ("highest", 2): [2, 2, 2, 2], ("lowest", 3): [2, 3, 3, 3]}
    game = VickreyAuction(cost=[1, 1, 1, 1], reserve=9)
    for (name, k), single in expected.items():
        for algebra in (Vectors(), Rationals()):
            own = algebra.vector(asks)
            found = getattr(algebra, name)(GameReading(game, algebra).others(own), k)
            assert list(found) == single
            assert list(getattr(algebra, name)(GameReading(game, algebra).others(own)[1:3], k)) == single[1:3]
            assert list(getattr(algebra, name)(GameReading(game, algebra).others(own), 4, 7)) == [7] * 4
        with precision(64):
            balls = GameReading(game, Balls()).others(Balls().vector(asks))
            assert [float(x) for x in getattr(Balls(), name)(balls, k)] == single
        wide = GameReading(game, Intervals()).others(Interval(asks - 0.25, asks + 0.5))
        found = getattr(Intervals(), name)(wide, k)
        assert list(found.low) == [x - 0.25 for x in single]
        assert list(found.high) == [x + 0.5 for x in single]


def test_the_others_have_no_derivative_but_the_own_decision_has() -> None:
    auction, dual = VickreyAuction(**THREE), Derivative(Vectors())
    own = np.array([0.3, 0.2, 0.7])
    reading = GameReading(auction, Vectors())
    assert list(reading.marginal(own, reading.others(own), {})) == [0, 0, 0]
    with pytest.raises(NotSmooth, match="another one may come to be that one"):
        dual.lowest(dual.variable(own), 1)


def test_who_knows_only_the_sum_refuses_and_names_the_line() -> None:
    auction = VickreyAuction(**THREE)
    refusal = find("share-function").accepts(auction)
    assert refusal is not None
    assert "asks for single ones" in refusal
    assert "vickrey_auction.py:" in refusal
    reading = GameReading(auction, Vectors())
    with pytest.raises(mp.UnsupportedModel, match=r"a\.lowest asks for the others one by one"):
        reading.utility(np.ones(3), np.ones(3), {})


def test_an_auction_in_whole_bids_is_refused_with_what_solves_it() -> None:
    class Whole(mp.Game):
        worth: mp.Vector = mp.vector("a worth", above=0, per="bidder")

        def players(self) -> tuple[mp.Player]:
            def utility(a: Any, own: Any, others: Any, worth: Any) -> Any:
                return a.at_least(own, a.highest(others, 1, 0)) * (worth - own)

            count = len(self.worth)
            return (mp.Player("bidder", mp.Decision("bid", [0] * count, [3] * count, whole=True), utility, count),)

    game = Whole([3, 1])
    for backend in ("best-response", "dominant-strategy"):
        with pytest.raises(mp.UnsupportedModel, match=r"whole decisions.* which pure-profiles"):
            mp.solve(game, backend=backend)
    assert mp.solve(game).certificate.valid
    assert mp.equilibria(mp.finite_form(game)).complete


@pytest.mark.slow
def test_of_all_back_ends_two_take_an_auction() -> None:
    offers = {offer.name: offer for offer in mp.backends(VickreyAuction(**THREE))}
    assert {name for name, offer in offers.items() if offer.accepts} == {"best-response", "dominant-strategy"}
    for name in ("cvxpy:CLARABEL", "pyomo:scip", "share-function"):
        assert "asks for single ones" in offers[name].reason
        assert "vickrey_auction.py:" in offers[name].reason


@pytest.mark.parametrize(
    ("utility", "says"),
    [
        (lambda a, own, others: a.lowest(own, 1, 0), "takes the role `others`"),
        (lambda a, own, others: a.highest(2 * others, 1, 0), "takes the role `others`"),
        (
            lambda a, own, others: own - a.lowest(others, 3),
            r"a\.lowest\(others, 3\) asks for one of 3 others, and there are 2",
        ),
        (lambda a, own, others: own - a.lowest(others, 0, 1), "a whole number from 1 on"),
    ],
)
def test_what_is_no_single_one_is_refused_where_it_is_declared(utility: Any, says: str) -> None:
    class Wrong(mp.Game):
        cost: mp.Vector = mp.vector("a cost", above=0, per="client")

        def players(self) -> tuple[mp.Player]:
            count = len(self.cost)
            return (mp.Player("client", mp.Decision("ask", [0] * count, [1] * count), utility, count=count),)

    with pytest.raises(mp.MechproofError, match=says) as refusal:
        Wrong([1, 2, 3])
    assert "test_auctions.py" in str(refusal.value)


def test_a_report_of_no_data_is_refused() -> None:
    class Wrong(VickreyAuction):
        def players(self) -> tuple[mp.Player]:
            ask = mp.Decision("ask", [0] * 3, [1] * 3, reports="costs")
            return (mp.Player("client", ask, first_price, count=3),)

    with pytest.raises(mp.MechproofError, match=r"reports 'costs', and there are no such data .did you mean 'cost'"):
        Wrong(**THREE)


def test_float_literals_stay_exact_beside_data() -> None:
    def utility(a: Any, own: Any, others: Any, cost: Any) -> Any:
        return a.minimum(a.lowest(others, 1, 1), 0.1) - 0.1 * cost - 0 * own

    class Literal(mp.Game):
        cost: mp.Vector = mp.vector("a cost", above=0, per="client")

        def players(self) -> tuple[mp.Player]:
            ask = mp.Decision("ask", [0] * len(self.cost), [9] * len(self.cost), reports="cost")
            return (mp.Player("client", ask, utility, count=len(self.cost)),)

    person = Person(Literal(["1/3", 3]), 0)
    assert person.value(Fraction(1), [Fraction(3)]) == Fraction(0.1) - Fraction(0.1) / 3
    below = person.below(Fraction(1, 3), least=Fraction(1))
    assert below is not None
    assert below.missed == min(*below.others, Fraction(0.1)) - Fraction(0.1) / 3


def asks_below_what_the_server_sets(a: Any, own: Any, others: Any, cost: Any, reserve: Any) -> Any:
    limit = a.minimum(a.lowest(others, 1, reserve), reserve)
    return (1 - a.at_least(own, limit)) * (limit - cost)


class ReserveSet(mp.Game):
    """A server decides on the reserve price first."""

    cost: mp.Vector = mp.vector("a cost", at_least=0, per="client")
    worth: mp.Number = mp.scalar("what ε is worth", above=0)

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.cost)
        server = mp.Player("server", mp.Decision("reserve", 0, self.worth), lambda a, reserve, worth: worth - reserve)
        ask = mp.Decision("ask", [0] * count, [9] * count, reports="cost")
        return (server, mp.Player("client", ask, asks_below_what_the_server_sets, count=count))


def test_what_a_leader_decided_is_kept_and_who_cannot_take_it_says_so() -> None:
    game = ReserveSet(cost=["0.3", "0.2"], worth=1)
    stated = mp.candidate(game, reserve="0.5", ask=["0.3", "0.2"])
    found = mp.verify(stated)
    assert found["truthfulness"].verdict == found["no-profitable-deviation"].verdict == "holds"
    assert mp.verify(mp.candidate(game, reserve="0.5", ask=["0.1", "0.2"]))["no-profitable-deviation"].witness[
        "gain"
    ] == Fraction(1, 10)
    assert stated.certificate.optimal is None
    for name in ("best-response", "dominant-strategy", "share-function"):
        assert find(name).accepts(game) is not None


def test_truth_is_judged_of_sums_too() -> None:
    def distance(a: Any, own: Any, others: Any, signal: Any) -> Any:
        return 3 - a.absolute(own - signal) + others / 10

    def half(a: Any, own: Any, others: Any, signal: Any) -> Any:
        return 3 - a.square(own - signal / 2) + others / 10

    def score(utility: Any) -> type[mp.Game]:
        class Score(mp.Game):
            signal: mp.Vector = mp.vector("a signal", at_least=0, per="client")

            def players(self) -> tuple[mp.Player]:
                count = len(self.signal)
                report = mp.Decision("report", [0] * count, [5] * count, reports="signal")
                return (mp.Player("client", report, utility, count=count),)

        return Score

    honest = mp.candidate(score(distance)([1, 2]), report=[1, 2])
    (item,) = judged(honest, ["truthfulness"])
    assert item.verdict == "holds"
    (shaded,) = judged(mp.candidate(score(half)([1, 2]), report=[1, 2]), ["truthfulness"])
    assert (shaded.witness["report"], shaded.witness["gain"]) == (Fraction(1, 2), Fraction(1, 4))
