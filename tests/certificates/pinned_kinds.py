"""Kinds of models that the adversary does not draw, with answers that are known to be right, and others that are not.

Whole numbers are enumerated, kinks searched on a grid that holds every vertex, and the rest is solved on paper; prices
behind a barrier and those no bundle undercuts are as solvers give them, to ten digits or exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import mechproof as mp

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Kind:
    """A model, and answers to it, each with whether it is right: None where that is not known."""

    model: Any
    answers: Sequence[tuple[dict[str, Any], bool | None]]


class Slots(mp.Game):
    """Everybody takes whole slots of a worth that falls with their sum, at a cost each; rooted, if asked."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="user")
    worth: mp.Number = mp.scalar("what the first slot is worth", above=0)
    shape: str = mp.choice("plain", "rooted", default="plain")
    most: mp.Number = mp.scalar("slots at most", above=0, default=5)

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.cost)
        taken = mp.Decision("taken", [0] * count, [self.most] * count, whole=True)
        return (mp.Player("user", taken, {"plain": profit, "rooted": rooted}[self.shape], count=count),)


def profit(a: Any, own: Any, others: Any, cost: Any, worth: Any) -> Any:
    return own * (worth - own - others) - cost * own


def rooted(a: Any, own: Any, others: Any, cost: Any, worth: Any) -> Any:
    return worth * a.sqrt(own) - own * others - cost * own


class Knapsack(mp.Program):
    """The best of whole goods within a weight, one of the first at least; the least of minus their worth."""

    worth: mp.Vector = mp.vector("a worth", above=0, per="good")
    weight: mp.Vector = mp.vector("a weight", above=0, per="good")
    most: mp.Number = mp.scalar("the weight that can be carried", above=0)

    def variables(self) -> tuple[mp.Decision, ...]:
        least = [1] + [0] * (len(self.worth) - 1)
        return (mp.Decision("take", least, [2] * len(self.worth), whole=True),)

    def objective(self) -> Any:
        return lambda a, take, worth: -a.sum(worth * take)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("carried", lambda a, take, weight, most: most - a.sum(weight * take)),)


class Amounts(mp.Program):
    """Two amounts, from −1 and from 0 to 4, of a cost with kinks, that keep a row with kinks."""

    cost: mp.Vector = mp.vector("a cost", per="good")
    kept: str = mp.choice("allowance", "each", "room", "near", "least")
    paid: str = mp.choice("linear", "beyond", "apart")

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", [-1, 0], [4, 4]),)

    def objective(self) -> Any:
        return PAID[self.paid]

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("kept", KEPT[self.kept]),)


PAID: dict[str, Callable[..., Any]] = {
    "linear": lambda a, x, cost: a.sum(cost * x),
    "beyond": lambda a, x, cost: a.sum(cost * x) + 3 * a.maximum(x[0] - x[1], 0),
    "apart": lambda a, x, cost: a.sum(cost * x) + 2 * a.absolute(x[0] - 2),
}
KEPT: dict[str, Callable[..., Any]] = {
    "allowance": lambda a, x: a.minimum(x[0], 2) + x[1] - 3,
    "each": lambda a, x: a.sum(a.minimum(x, 2)) - 3,
    "room": lambda a, x: 5 - a.maximum(x[0], 1) - x[1],
    "near": lambda a, x: 2 - a.absolute(x[0] - 3) - a.absolute(x[1] - 3),
    "least": lambda a, x: a.minimum(x[0], x[1]) - 3,
}


class Own(mp.Game):
    """A game of people with a number each."""

    kind: mp.Vector = mp.vector("a number", per="player")
    form: str = mp.choice("threshold", "set up", "scores", "peaks", "allowance", "bonus")

    def players(self) -> tuple[mp.Player, ...]:
        count, (utility, most) = len(self.kind), FORMS[self.form]
        return (mp.Player("player", mp.Decision("x", [0] * count, [most] * count), utility, count=count),)


def threshold(a: Any, own: Any, others: Any, kind: Any) -> Any:
    return kind * own * (2 * others - 1) + 1000 * kind * a.at_least(4 * own, 3)


def set_up(a: Any, own: Any, others: Any, kind: Any) -> Any:
    prize, scale = a.number(Fraction("4.12")), a.number(Fraction("0.1"))
    return prize * a.share(own, others) - own - kind * own / (own + scale)


def scores(a: Any, own: Any, others: Any, kind: Any) -> Any:
    return 25 * a.share(own, others) - a.exp(a.log(own / kind) / 2)


def peaks(a: Any, own: Any, others: Any, kind: Any) -> Any:
    return a.exp(-4 * (own - 1) ** 2) + (1 + kind) * a.exp(-4 * (own - 4) ** 2)


def allowance(a: Any, own: Any, others: Any, kind: Any) -> Any:
    """Beyond one unit a tax of 4 is due; up to it utilities rise by more than 0 and less than 4."""
    return own * (kind - own - others) - 4 * a.maximum(own - 1, 0)


def bonus(a: Any, own: Any, others: Any, kind: Any) -> Any:
    reached, passed = a.at_least(own, a.number(Fraction(497, 100))), a.at_least(own, a.number(Fraction(4999, 1000)))
    return -kind * own**2 + 1000 * reached - 1000 * passed


FORMS: dict[str, tuple[Callable[..., Any], int]] = {
    "threshold": (threshold, 1),
    "set up": (set_up, 10),
    "scores": (scores, 100),
    "peaks": (peaks, 10),
    "allowance": (allowance, 10),
    "bonus": (bonus, 10),
}


class Sponsored(mp.Game):
    """A sponsor to whom effort is worth 8 √(x + y) sets a prize: 4 is best, with efforts of 2 at costs of 1/8."""

    cost: mp.Vector = mp.vector("an effort cost", above=0, per="player")

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.cost)
        effort = mp.Decision("effort", [0] * count, [100] * count)
        lottery = mp.Player("player", effort, won, count=count, aggregates={"total": lambda a, effort: a.sum(effort)})
        return (mp.Player("sponsor", mp.Decision("prize", 0, 20), sponsor), lottery)


def won(a: Any, own: Any, others: Any, cost: Any, prize: Any) -> Any:
    return prize * a.share(own, others) - cost * own**2


def sponsor(a: Any, total: Any, prize: Any) -> Any:
    return 8 * a.sqrt(total) - prize


def slots() -> Iterator[Kind]:
    for cost, worth, shape in (([1, 2], 8, "plain"), ([1, 1, 3], 7, "plain"), ([1, 2], 9, "rooted")):
        model = Slots(cost, worth, shape)

        def utility(own: int, others: int, c: int, worth: int = worth, shape: str = shape) -> float:
            return own * (worth - own - others - c) if shape == "plain" else worth * own**0.5 - own * (others + c)

        def settled(taken: tuple[int, ...], cost: list[int] = cost, utility: Any = utility) -> bool:
            others = [sum(taken) - own for own in taken]
            rows = list(zip(taken, others, cost, strict=True))
            return all(utility(own, rest, c) >= utility(k, rest, c) for own, rest, c in rows for k in range(6))

        every = list(product(range(4), repeat=len(cost)))
        right = [taken for taken in every if settled(taken)]
        others = [taken for taken in every if not settled(taken)][:: 7 if len(cost) < 3 else 23]
        tried = [*((taken, True) for taken in right), *((taken, False) for taken in others)]
        yield Kind(model, [({"taken": list(taken)}, known) for taken, known in tried])


def knapsacks() -> Iterator[Kind]:
    for worth, weight, most in (([3, 5, 7], [2, 3, 4], 7), ([1, 2, 3], [1, 2, 3], 4), (["0.1", "0.2"], [1, 2], 5)):
        value = [Fraction(v) for v in worth]
        every = sorted(
            (take for take in product(range(3), repeat=len(worth)) if take[0] > 0),
            key=lambda take: -sum(v * k for v, k in zip(value, take, strict=True)),
        )
        fits = [take for take in every if sum(w * k for w, k in zip(weight, take, strict=True)) <= most]
        best = sum(v * k for v, k in zip(value, fits[0], strict=True))
        tried = [
            (take, take in fits and sum(v * k for v, k in zip(value, take, strict=True)) == best)
            for take in [*fits[:4], every[0], fits[-1]]
        ]
        half = ([Fraction(k) + HALF * (j == 0) for j, k in enumerate(fits[0])], False)
        model = Knapsack(worth, weight, most)
        yield Kind(model, [({"take": list(take)}, known) for take, known in [*tried, half]])


def kinked() -> Iterator[Kind]:
    """All vertices are at halves: a grid of halves holds the least cost."""
    grid = [Fraction(k, 2) for k in range(-2, 9)], [Fraction(k, 2) for k in range(9)]
    row = {"minimum": min, "maximum": max, "absolute": abs, "sum": lambda x: x[0] + x[1]}
    for kept, paid, cost in product(KEPT, PAID, ([1, 2], [2, -1])):
        if kept == "each":  # of vectors, entry by entry
            holds: Any = lambda x: min(x[0], 2) + min(x[1], 2) - 3 >= 0  # noqa: E731
        else:
            holds = lambda x, kept=kept: KEPT[kept](_Plain(**row), x) >= 0  # noqa: E731
        kinks = {
            "linear": lambda x: 0,
            "beyond": lambda x: 3 * max(x[0] - x[1], 0),
            "apart": lambda x: 2 * abs(x[0] - 2),
        }
        price: Any = lambda x, cost=cost, kink=kinks[paid]: cost[0] * x[0] + cost[1] * x[1] + kink(x)  # noqa: E731
        inside = sorted((x for x in product(*grid) if holds(x)), key=price)
        best = inside[0]
        beside = [(best[0] + Fraction(j, 10**6), best[1] + Fraction(k, 10**6)) for j, k in ((1, 0), (0, -1), (-1, 1))]
        tried = [(best, True), (inside[len(inside) // 2], price(inside[len(inside) // 2]) == price(best))]
        tried += [(x, None) for x in beside if x[0] >= -1 and x[1] >= 0 and max(x) <= 4]
        yield Kind(Amounts(cost, kept, paid), [({"x": list(x)}, known) for x, known in tried])


class _Plain:
    """Numbers' own functions, under the words of formulas."""

    def __init__(self, **words: Any) -> None:
        vars(self).update(words)


def own_games() -> Iterator[Kind]:
    """Right answers are solved on paper: U(1) − U(y) is a square times what is positive where setting up costs."""
    known: Sequence[tuple[str, list[Any], list[tuple[list[Any], bool | None]]]] = (
        ("threshold", [1, 1], [([1, 1], True), ([0, 0], False), ([HALF, HALF], False), ([1, "0.9"], False)]),
        (
            "set up",
            [".363", ".363"],
            [([1, 1], True), (["1.1", "1.1"], False), ([1, 0], False), ([1, "1.00001"], None)],
        ),
        ("scores", [1, "1/4"], [([64, 16], False), ([64, 15], False)]),
        ("peaks", [".01", ".02"], [([4, 4], True), ([1, 4], False), (["4.001", 4], False), ([4, "4.0000001"], None)]),
        ("allowance", [5, 5], [([1, 1], True), (["1.01", 1], False), (["0.99", 1], False), ([1, "1.0000001"], None)]),
        ("allowance", [3, 6], [([1, 1], None), ([HALF, 1], None), ([HALF, "1.5"], False)]),
        ("bonus", [1, 1], [([0, 0], False), (["4.97", 0], False)]),
    )
    for form, kind, answers in known:
        yield Kind(Own(kind, form), [({"x": x}, right) for x, right in answers])


def sponsored() -> Iterator[Kind]:
    answers = ((4, 2, None), ("9/4", "3/2", False), (4, "2.0001", False))
    told = [({"prize": prize, "effort": [effort, effort]}, right) for prize, effort, right in answers]
    yield Kind(Sponsored(["1/8", "1/8"]), told)


def bundles() -> Iterator[Kind]:
    surveys = (([2, 3], [1, 5]), ([2, 3, 5], [4, 3, 9]), ([3, 1, 2], [2, 4, 1]))
    losses = ("squared", "absolute", "huber")
    for (epsilon, target), loss in product(surveys, losses):
        attack = "averaging" if epsilon[0] == 3 else "composition"
        model = mp.VersionPricing(epsilon, target, loss=loss, attack=attack, safety="exact")
        best = mp.solve(model, arithmetic="exact").exact["price"]  # type: ignore[index]
        yield Kind(model, [({"price": x}, right) for x, right in _beside(list(best), loss == "squared")])


def barred() -> Iterator[Kind]:
    surveys = (([1, 2, 4], [1, 5, 6]), ([3, 1, 2], [4, 2, 2]))
    for (epsilon, target), loss, weight in product(surveys, ("squared", "absolute", "huber"), (3, 10**5, 10**10)):
        attack = {3: "composition", 10**5: "averaging", 10**10: "none"}[weight]
        model = mp.VersionPricing(epsilon, target, loss=loss, attack=attack, barrier=weight)
        best = [Fraction(f"{float(v):.10g}") for v in mp.solve(model, "price-fit").values["price"]]
        answers = [*_beside(best, True), ([v * 10**12 for v in best], False)]
        yield Kind(model, [({"price": x}, right) for x, right in answers])


def _beside(best: list[Any], only: bool) -> Iterator[tuple[list[Any], bool | None]]:
    """Prices, and others a hair, ten tolerances and a hundredth away."""
    yield best, None
    for part in (Fraction(1, 2 * 10**7), Fraction(1, 10**6), Fraction(-1, 100)):
        far = only and abs(part) > Fraction(1, 1000)
        yield [v * (1 + part * (k == len(best) - 1)) for k, v in enumerate(best)], False if far else None
        yield [v * (1 + part) for v in best], False if far else None


def markets() -> Iterator[Kind]:
    """Nobody can sell where costs are above what the first unit is worth; a seller who could, and does not."""
    dear = mp.ThreePartyMarket(cost=[5, 6], alpha=4, privacy_weight=1, epsilon_max=5)
    idle = {"quantity": [0, 0], "epsilon": [5, 5]}
    prices = (([4, 4], True), ([4, "3.9999999"], None), ([4, "3.99"], False), ([4, 5], False))
    yield Kind(dear, [({**idle, "price": price}, right) for price, right in prices])
    known = mp.ThreePartyMarket(cost=[1, 2], alpha=4, privacy_weight=1, epsilon_max=5)
    right = {"quantity": ["4/3", "4/9"], "price": ["27/28", "27/52"], "epsilon": ["7/9", "13/3"]}
    shut = {"quantity": [0, "4/9"], "price": [4, "27/52"], "epsilon": [5, "13/3"]}
    yield Kind(known, [(right, True), (shut, False)])


def full() -> Iterator[Kind]:
    """Everybody who sells is capped: pools that buy nothing more than less, and those beyond which somebody enters."""
    for cap, beta, mean_over in (
        (["0.1"] * 3, 60, "all"),
        (["0.1", "0.1", 5], 6, "all"),
        (["0.1"] * 3, 6, "participants"),
    ):
        model = mp.StackelbergPricing(cost=[1, 1, 3], epsilon_cap=cap, alpha=30, beta=beta, mean_over=mean_over)
        pools = ("0.4", "0.41", "0.5", "0.599", "0.4000001")
        yield Kind(model, [({"reward_pool": pool, "epsilon": ["0.1", "0.1", 0]}, None) for pool in pools])


KINDS: dict[str, tuple[Callable[[], Iterator[Kind]], int]] = {
    "slots": (slots, 3),
    "knapsacks": (knapsacks, 3),
    "kinked": (kinked, 30),
    "own games": (own_games, 7),
    "sponsored": (sponsored, 1),
    "bundles": (bundles, 9),
    "barred": (barred, 18),
    "markets": (markets, 2),
    "full": (full, 3),
}
"""What is pinned beside, and how many there are of each."""


@cache
def kind(name: str, index: int) -> Kind:
    """One of them."""
    return _kinds(name)[index]


@cache
def _kinds(name: str) -> Sequence[Kind]:
    made, count = KINDS[name]
    found = list(made())
    assert len(found) == count
    return found
