"""What somebody's own declaration is read as: its formulas by role whatever the data and N, or refused with a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.formulations.algebra import read
from mechproof.formulations.language import Declaration
from mechproof.formulations.versions.pricing import VersionPricing
from mechproof.proofs.claims.claim import Claim, ClaimVerdict
from mechproof.proofs.claims.proved import Proved
from mechproof.proofs.own.asking import ask, sample_of, samples_of, subject_of
from mechproof.proofs.own.attempts import show_part
from mechproof.proofs.own.expressions import Expression
from mechproof.proofs.own.heard import Side
from mechproof.proofs.own.instances import instance_of
from mechproof.proofs.own.kinds import for_every_kind
from mechproof.proofs.own.proving import prove_own
from mechproof.proofs.own.roles import Roles, roles_of_game
from mechproof.proofs.own.traces import Refused
from mechproof.proofs.own.ways import Ways
from mechproof.proofs.provers.z3_reading import opinion
from mechproof.solvers.readings.rationals import Rationals

THIS = "test_own_readings.py, line"


class Game(mp.Game):
    """A game whose utility and bounds tests replace."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")
    prize: mp.Number = mp.scalar("the prize", above=0)

    def bounds(self) -> Any:
        return [0] * len(self.cost), [10] * len(self.cost)

    def utility(self) -> Any:
        return lambda a, own, others, cost, prize: prize * a.share(own, others) - cost * own

    def players(self) -> tuple[mp.Player]:
        lower, upper = (side if np.ndim(side) else [side] * len(self.cost) for side in self.bounds())
        return (mp.Player("player", mp.Decision("effort", lower, upper), self.utility(), count=len(self.cost)),)


def with_utility(make: Callable[[Any], Any]) -> type[Game]:
    return type("Own", (Game,), {"utility": make})


def with_bounds(make: Callable[[Any], Any]) -> type[Game]:
    return type("Own", (Game,), {"bounds": make})


@dataclass(frozen=True)
class Formula:
    """A utility made by an instance, and why it is no formula by role."""

    name: str
    make: Callable[[Any], Any]
    reason: str


class Slope:
    """A utility that is an object, not a function."""

    def __init__(self, slope: Any) -> None:
        self.slope = slope

    def __call__(self, a: Any, own: Any, cost: Any) -> Any:
        return self.slope * own - cost * own


def rising(slope: Any, a: Any, own: Any, cost: Any) -> Any:
    return slope * own - cost * own


def falling_or_rising(a: Any, own: Any, cost: Any, prize: Any) -> Any:
    return -cost * own * own if prize <= 50 else cost * own * own


def swallowing(a: Any, own: Any, cost: Any, prize: Any) -> Any:
    try:
        return -cost * own if prize <= 50 else cost * own * own
    except Exception:  # somebody may
        return -cost * own


def captured_count(self: Any) -> Any:
    count = len(self.cost)
    return lambda a, own, cost: (count - 3) * cost * own * own


def counted_by_hand(self: Any) -> Any:
    count = sum(1 for _ in self.cost)
    return lambda a, own, cost: (count - 3) * cost * own * own


def for_few(self: Any) -> Any:
    return (lambda a, own: -own * own) if len(self.cost) < 7 else (lambda a, own: own * own)


def whole_power(self: Any) -> Any:
    power = int(self.prize)
    return lambda a, own: own**power


def captured_float(self: Any) -> Any:
    slope = float(self.prize)
    return lambda a, own: slope * own


def chosen(self: Any) -> Any:
    if self.prize <= 50:
        return lambda a, own: -own * own
    return lambda a, own: own * own


def chosen_by_float(self: Any) -> Any:
    return (lambda a, own: -own * own) if float(self.prize) <= 50 else (lambda a, own: own * own)


REFUSED = [
    Formula("len of data", lambda self: lambda a, own: (len(self.cost) - 3) * own * own, "the role player_count"),
    Formula("size of data", lambda self: lambda a, own: (self.cost.size - 3) * own * own, "role"),
    Formula("shape of data", lambda self: lambda a, own: (self.cost.shape[0] - 3) * own * own, "role"),
    Formula("loop over data", lambda self: lambda a, own: sum(1 for _ in self.cost) * own, "role"),
    Formula("len of own", lambda self: lambda a, own: len(own) * own, "the role player_count"),
    Formula("NumPy's size", lambda self: lambda a, own: np.size(own) * own, "numpy.size"),
    Formula("captured count", captured_count, "people"),
    Formula("counted by hand", counted_by_hand, "people"),
    Formula("another for more", for_few, "for 7 people"),
    Formula("single people's data", lambda self: lambda a, own: -self.cost[0] * own, "ask for cost by name"),
    Formula("decided within", lambda self: falling_or_rising, "decide"),
    Formula("decided and swallowed", lambda self: swallowing, "decide"),
    Formula("chosen", chosen, "data decide which it is"),
    Formula("chosen by a float", chosen_by_float, "for other data"),
    Formula("captured float", captured_float, "as a float"),
    Formula("partial", lambda self: partial(rising, 1 if self.prize > 50 else -1), "data decide"),
    Formula("object", lambda self: Slope(1 if self.prize > 50 else -1), "data decide"),
    Formula("another for a library", lambda self: lambda a, own: own if a.name == "numpy" else -own, "library"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_is_no_formula_by_role_is_refused(case: Formula) -> None:
    found = roles_of_game(with_utility(case.make)).population.utility
    assert isinstance(found, Refused)
    assert case.reason in found.reason
    assert THIS in found.reason or "people" in found.reason or "data" in found.reason


def test_whole_numbers_of_data_are_refused_with_their_line() -> None:
    with pytest.raises(mp.UnsupportedModel, match=f"whole number.*{THIS}"):
        roles_of_game(with_utility(whole_power))


READ = [
    Formula("data of the instance", lambda self: lambda a, own: -self.prize * own / 2, "-3"),
    Formula("captured data", lambda self: partial(rising, self.prize / 2), "-2"),
    Formula("an object's data", lambda self: Slope(self.prize / 2), "-2"),
    Formula("the number of people", lambda self: lambda a, own, player_count: player_count * own, "6"),
    Formula("a decimal", lambda self: lambda a, own: 0.5 * own, "1"),
    Formula("written out", lambda self: lambda a, own, others: own / (own + others), "2/5"),
]


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_what_data_and_people_enter_as_roles_is_read(case: Formula) -> None:
    roles = roles_of_game(with_utility(case.make))
    values = {"own": 2, "others": 3, "cost": Fraction(5, 2), "prize": 3, "player_count": 3}
    found = read(roles.utility, Rationals(), {name: Fraction(value) for name, value in values.items()})
    assert found == Fraction(case.reason)


@dataclass(frozen=True)
class Bounds:
    """Bounds made by an instance, and what is known of them."""

    name: str
    make: Callable[[Any], Any]
    lower: Side
    upper: Side


UNKNOWN = Side(None, same=False)
BOUNDS = [
    Bounds(
        "per person", lambda s: ([0, *[1] * (len(s.cost) - 1)], 2), Side(Fraction(0), same=False), Side(Fraction(2))
    ),
    Bounds("by N", lambda s: (0, max(1, len(s.cost) // 4)), Side(Fraction(0)), UNKNOWN),
    Bounds("by data", lambda s: ([max(0, c - 50) for c in s.cost], 9), UNKNOWN, Side(Fraction(9))),
    Bounds(
        "by floats",
        lambda s: (np.maximum(0, np.asarray(s.cost, dtype=float) - 50), 10**7),
        UNKNOWN,
        Side(Fraction(10**7)),
    ),
    Bounds("by a float", lambda s: (max(0.0, float(s.prize) - 50), 10**7), UNKNOWN, Side(Fraction(10**7))),
    Bounds("by a choice", lambda s: (0, 10 if s.prize > 5 else 20), Side(Fraction(0)), UNKNOWN),
]


@pytest.mark.parametrize("case", BOUNDS, ids=lambda case: case.name)
def test_bounds_are_known_where_data_and_people_do_not_change_them(case: Bounds) -> None:
    decision = roles_of_game(with_bounds(case.make)).population.decision
    assert (decision.lower, decision.upper) == (case.lower, case.upper)


def falling(a: Any, own: Any, cost: Any) -> Any:
    return -cost * own


class Compelled(Game):
    """Everybody but the first must do something, which pays nobody."""

    def bounds(self) -> Any:
        return [0, *[1] * (len(self.cost) - 1)], 2

    def utility(self) -> Any:
        return falling


def test_staying_out_is_not_open_to_all() -> None:
    question = ask(subject_of(sample_of(Compelled)), "individual-rationality")
    assert not question.routes
    assert "not the same for all" in question.reason


def share_of_pool(a: Any, own: Any, others: Any, pool: Any) -> Any:
    return pool * a.share(own, others)


class Pool(mp.Game):
    """A pool for which tests declare what is paid."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")
    pool: mp.Number = mp.scalar("the pool", above=0)

    def paid(self, a: Any, own: Any, others: Any, pool: Any) -> Any:
        return pool * a.share(own, others) * len(self.cost) / 2

    def players(self) -> tuple[mp.Player]:
        count = len(self.cost)
        return (mp.Player("player", mp.Decision("effort", [0] * count, [1] * count), share_of_pool, count=count),)

    def outcomes(self) -> Any:
        return {"paid": self.paid}

    def constraints(self) -> Any:
        return (mp.Constraint("budget_balance", pool_left),)


def pool_left(a: Any, paid: Any, pool: Any) -> Any:
    return pool - a.sum(paid)


class Parts(Pool):
    """Everybody is paid an equal part of the pool for all the own effort, which is one at most."""

    def paid(self, a: Any, own: Any, pool: Any, player_count: Any) -> Any:  # type: ignore[override]
        return pool * own / player_count


def test_a_pool_that_suffices_for_two_is_not_proved_for_all() -> None:
    question = ask(subject_of(sample_of(Pool)), "budget-balance")
    assert not question.routes
    assert "their number is the role player_count" in question.reason
    assert THIS in question.reason


class Pennies(Game):
    """Matching pennies: the first wants to match, the second not; decisions are 0 or 1."""

    side: mp.Vector = mp.vector("the side", per="player", default=None)

    def players(self) -> tuple[mp.Player]:
        decision = mp.Decision("effort", [0] * len(self.cost), [1] * len(self.cost), whole=True)
        return (
            mp.Player(
                "player",
                decision,
                lambda a, own, others, cost: (1 - 2 * own) * (2 * others - 1) * cost,
                count=len(self.cost),
            ),
        )


@pytest.mark.parametrize("name", ["existence", "uniqueness"])
def test_nothing_is_concluded_of_equilibria_in_whole_numbers(name: str) -> None:
    question = ask(subject_of(sample_of(Pennies)), name)
    assert not question.routes
    assert "whole numbers" in question.reason


class Bumpy(Game):
    """Concave between whole numbers only where it bends between them."""

    def players(self) -> tuple[mp.Player]:
        decision = mp.Decision("effort", [0] * len(self.cost), [4] * len(self.cost), whole=True)
        return (mp.Player("player", decision, self.formula, count=len(self.cost)),)

    @staticmethod
    def formula(a: Any, own: Any, cost: Any) -> Any:
        """Nothing at whole numbers, and bent either way between them."""
        return cost * own * (own - 1) * (own - 2) * (own - 3) * (own - 4)


class Hollow(Bumpy):
    """Not concave at one, in whole numbers too."""

    formula = staticmethod(lambda a, own, cost: cost * a.square(own - 1))


def test_whole_decisions_are_compared_at_whole_numbers_only() -> None:
    found = []
    for kind in (Bumpy, Hollow):
        question = ask(subject_of(sample_of(kind)), "concave-player")
        game = kind(cost=[1, 1], prize=1)
        for own in range(5):
            values = {"cost[0]": 1, "cost[1]": 1, "prize": 1, "effort[0]": own, "effort[1]": 4}
            exact = {name: Fraction(value) for name, value in values.items()}
            found.append(question.broken is not None and question.broken(game, exact))
    assert found[:5] == [None] * 5  # nothing at whole numbers
    relation, told = found[6]  # (own − 1)², where own is 1
    assert (relation.left, relation.right) == (0, 1)
    assert "0 and 2" in told


@pytest.mark.parametrize("own", ["1/2", "5"])
def test_instances_keep_to_whole_numbers_and_bounds(own: str) -> None:
    roles = roles_of_game(Hollow)
    values = {"cost[0]": 1, "cost[1]": 1, "prize": 1, "effort[0]": Fraction(own), "effort[1]": 1}
    assert instance_of(roles, {name: Fraction(value) for name, value in values.items()}) is None
    assert instance_of(roles, {**{name: Fraction(value) for name, value in values.items()}, "effort[0]": Fraction(2)})


class Gain(Declaration):
    """What a decision brings: a part of its own, of which no other test has a kind."""

    def value(self, a: Any, epsilon: Any) -> Any:
        raise NotImplementedError


class Linear(Gain):
    """In proportion."""

    scale: mp.Number = mp.scalar("the scale", above=0)

    def value(self, a: Any, epsilon: Any) -> Any:
        return self.scale * epsilon


class Logarithmic(Gain):
    """Ever less."""

    scale: mp.Number = mp.scalar("the scale", above=0)

    def value(self, a: Any, epsilon: Any) -> Any:
        return self.scale * a.log1p(epsilon)


class Squared(Gain):
    """Ever more."""

    scale: mp.Number = mp.scalar("the scale", above=0)

    def value(self, a: Any, epsilon: Any) -> Any:
        return self.scale * epsilon * epsilon


def worth(a: Any, own: Any, cost: Any, revenue: Any) -> Any:
    return revenue.value(a, own) - cost * own


class Worth(mp.Game):
    """Everybody has a revenue of a kind that is not said."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")
    revenue: Gain = mp.part(Gain)

    def players(self) -> tuple[mp.Player]:
        count = len(self.cost)
        return (mp.Player("player", mp.Decision("effort", [0] * count, [10] * count), worth, count=count),)


def test_a_part_stands_for_all_of_its_kinds() -> None:
    assert {"revenue = Linear", "revenue = Logarithmic", "revenue = Squared"} == set(samples_of(Worth))
    proofs = prove_own(Worth, "individual-rationality", seconds=30)
    for kind in ("Linear", "Logarithmic", "Squared"):
        assert kind in proofs.claims[0].claim.statement
    assert proofs.claims[0].verdict == "PROVED"


@pytest.mark.parametrize(
    ("log", "squared", "verdict", "words"),
    [
        ("PROVED", "PROVED", "PROVED", "where log or squared"),
        ("PROVED", "REFUTED", "REFUTED", "where squared"),
        ("PROVED", "INCONCLUSIVE", "INCONCLUSIVE", "proved where log; not where squared"),
        ("PROVED", None, "INCONCLUSIVE", "proved where log; not where squared"),
    ],
)
def test_a_claim_holds_if_it_holds_for_every_kind(log: str, squared: str | None, verdict: str, words: str) -> None:
    def one(word: str) -> Proved:
        settled = ClaimVerdict(word)
        return Proved(Claim("own/x", "It holds.", "", settled, ()), settled, (), 0.0)

    found = for_every_kind({"log": one(log), "squared": None if squared is None else one(squared)})
    assert found.verdict == verdict
    assert words in found.claim.statement + "".join(piece.document["text"] for piece in found.pieces)


def test_an_instance_stands_for_its_own_kind() -> None:
    game = Worth(cost=[1, 2], revenue=Logarithmic(2))
    subject = subject_of(sample_of(game))
    assert isinstance(subject, Roles)
    assert "revenue = Logarithmic" in ask(subject, "existence").source


@pytest.mark.parametrize("stop", [3, 6, 10])
def test_a_menu_whose_constraints_stop_is_not_proved(stop: int) -> None:
    class Stopping(VersionPricing):
        def constraints(self) -> tuple[mp.Constraint, ...]:
            dearer, cheaper = super().constraints()
            return (mp.Constraint("dearer", lambda a, price: dearer.slack(a, price)[:stop]), cheaper)

    assert not ask(subject_of(sample_of(Stopping)), "arbitrage-free").routes


def test_a_menu_whose_constraints_ignore_the_order_is_not_proved() -> None:
    class Unsorted(VersionPricing):
        def constraints(self) -> tuple[mp.Constraint, ...]:
            return (
                mp.Constraint("dearer", lambda a, price: price[1:] - price[:-1]),
                mp.Constraint(
                    "cheaper", lambda a, price, epsilon: price[:-1] - price[1:] * (epsilon[:-1] / epsilon[1:])
                ),
            )

    assert not ask(subject_of(sample_of(Unsorted)), "arbitrage-free").routes


def test_the_share_of_nothing_is_nothing_in_z3_too() -> None:
    from mechproof.proofs.kernel.sentence import Sentence, at_least, at_most

    given = {name: lambda a, x: at_least(x, 0) for name in ("x ≥ 0",)}
    given |= {"y ≥ 0": lambda a, y: at_least(y, 0)}
    assert opinion(Sentence(given, lambda a, x, y: at_most(a.share(x, y), 1))) == "agrees"
    assert opinion(Sentence(given, lambda a, x, y: at_most(a.share(x, y), Fraction(1, 2)))) == "disagrees"


@pytest.mark.parametrize("decide", [bool, int, len, list, lambda x: [1][x], lambda x: x // 2, hash])
def test_within_a_formula_nothing_is_decided_by_an_expression(decide: Any) -> None:
    ways = Ways(closed=True)
    with pytest.raises(Exception, match=r"decide|whole number|list|unhashable"):
        decide(Expression(ways, "role", "prize"))


ROOT = with_utility(lambda self: lambda a, own, cost: 2 * a.sqrt(own) - cost * own)
HALVES = with_utility(lambda self: lambda a, own, cost: 0.5 * own - 0.25 * cost * own**2)
WRITTEN = with_utility(lambda self: lambda a, own, others, cost, prize: prize * own / (own + others) - cost * own)
ROOF = with_utility(lambda self: lambda a, own: -a.absolute(own - 1))


@pytest.mark.parametrize(
    ("kind", "claim", "route"),
    [
        (ROOT, "uniqueness", "one best decision"),
        (HALVES, "concave-player", "sign of the second derivative"),
        (WRITTEN, "existence", "concave game away from nothing"),
        (WRITTEN, "individual-rationality", "staying out"),
        (ROOF, "existence", "concave game by rules"),
        (Parts, "budget-balance", "equal parts"),
    ],
)
def test_the_easy_ones_are_shown(kind: Any, claim: str, route: str) -> None:
    subject = subject_of(sample_of(kind))
    routes = [(place, one) for place, one in enumerate(ask(subject, claim).routes) if one.name == route]
    assert any(all(show_part(subject, claim, place, name, 20).shown for name in one.parts) for place, one in routes)


def test_equal_parts_of_more_than_the_pool_are_not_shown() -> None:
    class More(Parts):
        def paid(self, a: Any, own: Any, pool: Any, player_count: Any) -> Any:  # type: ignore[override]
            return pool * (own + 1) / player_count

    subject = subject_of(sample_of(More))
    place = [one.name for one in ask(subject, "budget-balance").routes].index("equal parts")
    assert not show_part(subject, "budget-balance", place, "of equal size", 20).shown


def test_a_kink_that_points_down_is_refuted() -> None:
    cup = with_utility(lambda self: lambda a, own: a.absolute(own - 1))
    question = ask(subject_of(sample_of(cup)), "concave-player")
    values = {"cost[0]": 1, "cost[1]": 1, "prize": 1, "effort[0]": 1, "effort[1]": 1}
    assert question.broken is not None
    relation, told = question.broken(cup(cost=[1, 1], prize=1), {name: Fraction(one) for name, one in values.items()})
    assert (relation.left, relation.right) == (0, 1)
    assert "0 and 2" in told


def test_more_people_than_two_can_refute() -> None:
    """(N − 3) cost own² is concave for two and convex for four."""
    crowd = with_utility(lambda self: lambda a, own, cost, player_count: (player_count - 3) * cost * own * own)
    question = ask(subject_of(sample_of(crowd)), "concave-player")
    assert question.broken is not None
    for people, convex in ((2, False), (4, True)):
        values = {"prize": 1} | {f"{name}[{k}]": 1 for name in ("cost", "effort") for k in range(people)}
        game = crowd(cost=[1] * people, prize=1)
        found = question.broken(game, {name: Fraction(one) for name, one in values.items()})
        assert (found is not None) == convex
