"""Small instances of every mechanism, the back ends that must notice a fault on them, and their right answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

import declared_models as own
from procurement_oracles import greedy, myerson_rent, myerson_types, vcg
from revenue_oracles import Market

import mechproof as mp

from . import answers
from .answers import BestMenu, LeastVariance, NearestBestFit, Point


class Right(Protocol):
    """A right answer, or a set of them."""

    def apart(self, values: Any) -> float:
        """Return how far an answer is from it, relative."""


@dataclass(frozen=True)
class Instance:
    """A declared model, who solves it (in which arithmetic), and what is right."""

    name: str
    family: str
    model: Any
    right: Right
    floats: tuple[str, ...]
    exact: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    certified: tuple[str, ...] = ("float", "exact")
    """The arithmetics in which the unharmed answer certifies."""
    distant: bool = True
    """Whether its distance can be bounded: of a linear program only the gap is known."""
    refuted: bool = True
    """Whether wrong answers are refuted: of programs only lower bounds of the optimum are known."""


@dataclass(frozen=True)
class Case:
    """One instance solved by one back end in one arithmetic."""

    instance: Instance
    backend: str
    arithmetic: str

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.instance.name}/{self.backend}/{self.arithmetic}"

    @property
    def quick(self) -> bool:
        """Whether it takes some hundredths of a second."""
        return (self.instance.family, self.backend) not in SLOW and self.instance.name not in SLOW_INSTANCES


def cases(*families: Any) -> list[Case]:
    """Return everything that is solved, mechanism by mechanism; or all of some families."""
    found = []
    for build in families or builders():
        for instance in build():
            found += [Case(instance, name, "float") for name in instance.floats]
            found += [Case(instance, name, "exact") for name in instance.exact]
    return found


def builders() -> tuple[Any, ...]:
    """Return what builds the instances of each family."""
    return contests, curved, versions, surveys, contracts, markets, procurements, declared


CONVEX = ("cvxpy:CLARABEL", "cvxpy:HIGHS", "cvxpy:PIQP")
NONLINEAR = ("pyomo:pounce", "pyomo:scip")
GROWING = ("exponentials", "exponentials for nothing")
"""Of which a certificate takes a second: pools are covered by boxes."""
SLOW = {
    *(("stackelberg", name) for name in ("best-response", "cvxpy:PIQP", "cvxpy:HIGHS", *NONLINEAR)),
    *((family, "pyomo:scip") for family in ("contract", "versions", "three_party", "procurement")),
    ("declared", "pyomo:pounce"),
}
SLOW_INSTANCES = {"a hundred alike", "leaves one out", "two types", "dear ones enter", *GROWING}
FIVE = ["0.2", "0.3", "0.5", 2, 3]


class Hyperbolic(mp.Revenue):
    """β ε/(k + ε), which brings no formula for its demand."""

    beta: mp.Number = mp.scalar("the ceiling", above=0)
    half: mp.Number = mp.scalar("the budget worth half of it", above=0)

    def value(self, a: mp.Algebra, epsilon: Any) -> Any:
        """The revenue at a mean budget."""
        return self.beta * epsilon / (self.half + epsilon)

    @property
    def largest_pool(self) -> Any:
        """No pool above it is worth anything."""
        return self.beta


def contests() -> list[Instance]:
    """Stackelberg pricing: without caps, over participants, with caps (several local maxima, entries), a zero pool."""

    def priced(
        name: str, pool: Any, epsilon: Any, floats: Any, exact: Any = ("closed-form",), **fields: Any
    ) -> Instance:
        model = mp.StackelbergPricing(**fields)
        right = Point({"reward_pool": pool, "epsilon": epsilon}, {"reward_pool": float(model.revenue.largest_pool)})
        return Instance(name, "stackelberg", model, right, floats, exact)

    def capped(name: str, floats: Any = ("closed-form",), **fields: Any) -> Instance:
        over = fields.get("mean_over") == "participants"
        pool, sold = answers.capped_pricing(
            fields["cost"], fields["epsilon_cap"], fields["alpha"], fields["beta"], over
        )
        return priced(name, pool, sold, floats, **fields)

    logs: dict[str, Any] = {"alpha": 10, "beta": 10}
    root = 6 * (float(Fraction(1, 20)) ** 0.5 - 0.1)
    return [
        priced(
            "five clients", "9.75", ["11.7", "7.8", 0, 0, 0], ("closed-form", *CONVEX, "pyomo:highs"), cost=FIVE, **logs
        ),
        priced(
            "mean over participants",
            "9.9",
            ["11.88", "7.92", 0, 0, 0],
            ("closed-form", "cvxpy:CLARABEL", "pyomo:highs"),
            cost=FIVE,
            mean_over="participants",
            **logs,
        ),
        priced(
            "two alike", 1, ["1/4", "1/4"], ("closed-form", "best-response", *NONLINEAR), cost=[1, 1], alpha=4, beta=2
        ),
        priced(
            "a hundred alike", "989/99", ["98.9"] * 100, ("closed-form", "cvxpy:PIQP"), cost=["0.001"] * 100, **logs
        ),
        priced(
            "no pool is worth it", 0, [0, 0, 0], ("closed-form", "cvxpy:CLARABEL"), cost=[1, 2, 3], alpha="0.1", beta=1
        ),
        priced(
            "loose caps", "9.75", ["11.7", "7.8", 0, 0, 0], ("closed-form",), cost=FIVE, epsilon_cap=[20] * 5, **logs
        ),
        priced(
            "two maxima",
            "12/5",
            ["0.1", "0.1", "0.2"],
            ("closed-form", "best-response", *NONLINEAR),
            cost=[1, 1, 3],
            epsilon_cap=["0.1", "0.1", 100],
            alpha=30,
            beta=6,
        ),
        capped("dear ones enter", cost=["0.1", "0.1", 1, 1], epsilon_cap=["0.05", "0.05", 50, 50], alpha=100, beta=1),
        capped(
            "four enter, participants",
            cost=["0.3", 1, "0.5", 2],
            epsilon_cap=["0.2", "0.3", "0.1", 3],
            alpha=20,
            beta=6,
            mean_over="participants",
        ),
        capped("an interior regime", cost=["0.5", "0.7", 1], epsilon_cap=["0.3", 5, 4], alpha=5, beta=4),
        priced(
            "hyperbolic",
            root,
            [root / 4, root / 4, 0],
            ("closed-form",),
            cost=[1, 1, 3],
            revenue=Hyperbolic(3, "0.1"),
        ),
        priced(
            "hyperbolic with caps",
            "0.4",
            ["0.1", "0.1", 0],
            ("closed-form",),
            cost=[1, 1, 3],
            revenue=Hyperbolic(3, "0.1"),
            epsilon_cap=["0.1", "0.1", 2],
        ),
    ]


def curved() -> list[Instance]:
    """Contests whose costs are convex: squares, of which all is rational, and exponentials, also where no pool pays."""

    def priced(name: str, pool: Any, epsilon: Any, certified: tuple[str, ...], **fields: Any) -> Instance:
        model = mp.StackelbergPricing(**fields)
        right = Point({"reward_pool": pool, "epsilon": epsilon}, {"reward_pool": float(model.revenue.largest_pool)})
        return Instance(name, "convex", model, right, ("convex-costs",), certified=certified)

    both, floats = ("float", "exact"), ("float",)
    square, growing = mp.PowerCost(2), mp.ExponentialCost(1)
    pool, sold = answers.growing_costs(1, 40)
    return [
        # of two at squares z² = B/8; 32 ln(1 + z) − 8 z² is best at z = 1
        priced("squares", 8, [1, 1], both, cost=[1, 1], alpha=1, beta=32, cost_function=square),
        priced(
            "squares, loose caps",
            8,
            [1, 1, 0],
            both,
            cost=[1, 1, 3],
            alpha="1.5",
            beta=32,
            cost_function=square,
            epsilon_cap=[9, 9, 0],
        ),
        priced("exponentials", pool, [sold] * 2, floats, cost=[1, 1], alpha=1, beta=40, cost_function=growing),
        priced("exponentials for nothing", 0, [0] * 2, floats, cost=[9, 9], alpha=1, beta=10, cost_function=growing),
    ]


def versions() -> list[Instance]:
    """Version pricing: three losses, both attacks and none, versions out of order, the barrier."""

    def fitted(
        name: str, right: Right, epsilon: Any, target: Any, floats: Any = (), exact: bool = True, **fields: Any
    ) -> Instance:
        model = mp.VersionPricing(epsilon, target, **fields)
        return Instance(name, "versions", model, right, ("price-fit", *floats), ("price-fit",) if exact else ())

    four, asked = [1, 2, 4, 8], [1, 5, 6, 20]
    mixed, wanted = [3, 1, 8, 2, 5], [4, 2, 7, 5, 4]

    def point(price: Any) -> Point:
        return Point({"price": price})

    return [
        fitted(
            "four versions",
            point(["39/17", "78/17", "156/17", "312/17"]),
            four,
            asked,
            (*CONVEX, "pyomo:highs", *NONLINEAR),
        ),
        fitted("averaging", point(["21/17", "84/17", 6, 20]), four, asked, ("cvxpy:PIQP",), attack="averaging"),
        fitted("monotone only", point([3, 3, 5, 5]), four, [5, 1, 6, 4], ("cvxpy:OSQP",), attack="none"),
        fitted("out of order", point(answers.squared_fit(mixed, wanted, "composition")), mixed, wanted),
        fitted(
            "out of order, averaging",
            point(answers.squared_fit(mixed, wanted, "averaging")),
            mixed,
            wanted,
            attack="averaging",
        ),
        fitted(
            "absolute",
            NearestBestFit(four, asked, "composition"),
            four,
            asked,
            ("cvxpy:HIGHS", "pyomo:highs"),
            loss="absolute",
        ),
        fitted(
            "absolute, out of order",
            NearestBestFit(mixed, wanted, "averaging"),
            mixed,
            wanted,
            loss="absolute",
            attack="averaging",
        ),
        fitted(
            "huber",
            point([Fraction(165, 68) * x for x in four]),
            four,
            asked,
            ("cvxpy:CLARABEL", "pyomo:highs"),
            loss="huber",
        ),
        fitted(
            "barrier",
            point(answers.barrier_fit(four, asked, "composition", 10)),
            four,
            asked,
            ("cvxpy:CLARABEL",),
            exact=False,
            barrier=10,
        ),
        fitted(
            "barrier, monotone only",
            point(answers.barrier_fit(mixed, wanted, "none", 3)),
            mixed,
            wanted,
            exact=False,
            barrier=3,
            attack="none",
        ),
    ]


def surveys() -> list[Instance]:
    """Version revenue: the dynamic programme and its linear and integer references."""

    def surveyed(name: str, epsilon: Any, wanted: Any, value: Any, attack: str, floats: Any = ()) -> Instance:
        market = Market(tuple(Fraction(e) for e in epsilon), tuple(wanted), tuple(Fraction(v) for v in value), attack)
        model = mp.VersionRevenue(epsilon, wanted, value, attack=attack)
        return Instance(name, "versions", model, BestMenu(market), ("menu-programme", *floats), ("menu-programme",))

    return [
        surveyed("a survey", [1, 2, 4], [0, 1, 2], [1, 2, 3], "composition", ("cvxpy:HIGHS", "pyomo:highs")),
        surveyed("a tie that doubles lose", [1, 3], [0, 1], ["0.1", "0.3"], "composition"),
        surveyed(
            "out of order", [4, 1, 2], [0, 1, 2, 2, 1, 0], [9, 2, "3.5", 5, 3, 7], "composition", ("cvxpy:HIGHS",)
        ),
        surveyed("averaging", [1, 2, 3], [2, 0, 1, 1, 2, 0], [10, 2, 3, 7, 4, 1], "averaging", ("pyomo:scip",)),
        surveyed("monotone only", [2, 1, 3], [0, 0, 1, 2, 1, 2], [5, 3, 4, 6, 1, 2], "none"),
    ]


def contracts() -> list[Instance]:
    """Privacy contracts: plain, ironed, with ties, one type; and with the group-weighted variance."""

    def agreed(name: str, cost: Any, count: Any, pool: Any, floats: Any = ()) -> Instance:
        epsilon, paid = answers.contract(cost, count, pool)
        model = mp.PrivacyContract(cost=cost, count=count, reward_pool=pool)
        right = Point({"epsilon": epsilon, "payment": paid})
        return Instance(name, "contract", model, right, ("ironing", *floats), ("ironing",))

    def weighted(name: str, cost: Any, count: Any, pool: Any, best: Any, floats: Any = ()) -> Instance:
        model = mp.PrivacyContract(cost=cost, count=count, reward_pool=pool, estimator="group-weighted")
        right = LeastVariance([float(Fraction(c)) for c in cost], count, pool, best)
        return Instance(name, "contract", model, right, ("ironing", *floats))

    leave_out = answers.group_weighted([0.5, 1.5], [10, 10], 30, [3.4466, 0.8511])
    return [
        agreed("three types", ["0.5", 1, 2], [10, 10, 10], 30, ("cvxpy:SCS", *NONLINEAR)),
        agreed("pooling", [1, 2, 3], [20, 1, 20], 60, ("cvxpy:SCS",)),
        agreed("out of order, with ties", [2, 1, "1.5", 1], [3, 5, 2, 4], 20),
        agreed("one type", [1], [5], 10),
        agreed("a large pool", ["0.5", 1, 2], [10, 10, 10], 3000),
        weighted("two types", [1, 2], [10, 10], 60, answers.group_weighted([1, 3], [10, 10], 60, [3.4, 0.85])),
        weighted("leaves one out", ["0.5", 1, 2], [10, 10, 10], 30, [*leave_out, 0], ("pyomo:pounce",)),
    ]


def procurements() -> list[Instance]:
    """Procurements: by VCG, by types with an ironed block, by a uniform prior."""
    types = mp.TypesPrior(cost=[1, 2, 3], probability=["0.49", "0.02", "0.49"])

    def bought(name: str, cost: Any, cap: Any, right: Any, floats: Any = (), **fields: Any) -> Instance:
        model = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, **fields)
        own = ("cheapest-first",)
        point = Point({"epsilon": right[0], "payment": right[1]})
        return Instance(name, "procurement", model, point, (*own, *floats), own)

    def by_vcg(name: str, cost: Any, cap: Any, alpha: Any, beta: Any, floats: Any = ()) -> Instance:
        return bought(name, cost, cap, vcg(cost, cap, alpha, beta), floats, alpha=alpha, beta=beta)

    def by_types(name: str, cost: Any, cap: Any) -> Instance:
        caps, ironed = [Fraction(e) for e in cap], [1, Fraction(251, 51), Fraction(251, 51)]
        count = len(cost)
        right = myerson_types(
            cost, caps, [1, 2, 3], ironed, lambda levels: greedy(levels, caps, Fraction(6), Fraction(60), count)
        )
        return bought(name, cost, cap, right, alpha=6, beta=60, rule="myerson", prior=types)

    cost, cap = [Fraction(1), Fraction(3, 2), Fraction(2)], [Fraction(1), Fraction(2), Fraction(1)]
    sold = greedy([2 * c - Fraction(1, 2) for c in cost], cap, Fraction(6), Fraction(9), 3)
    kept = [myerson_rent([1, 1.5, 2], [1, 2, 1], i, lambda z: 2 * z - 0.5, 2, 6, 9) for i in range(3)]
    uniform = (sold, [float(c * e) + float(r) for c, e, r in zip(cost, sold, kept, strict=True)])
    prior = mp.UniformPrior(low="0.5", high=2)
    return [
        by_vcg("four sellers", ["0.2", "0.3", "0.5", 2], [3, 3, 3, 3], 10, 10, ("cvxpy:CLARABEL", *NONLINEAR)),
        by_vcg("a marginal seller", [1, "1.25", "1.5", 3], [1, 1, 1, 1], 6, 6, ("cvxpy:SCS",)),
        by_vcg("one seller", [1], [3], 2, 4),
        by_types("an ironed block", [3, 2, 3], ["1/2", 2, 1]),
        bought("uniform costs", cost, cap, uniform, alpha=6, beta=9, rule="myerson", prior=prior),
    ]


def markets() -> list[Instance]:
    """Three-party markets: printed order, fixed budgets, foreseen choices."""

    def posted(name: str, right: Any, floats: Any, exact: Any = (), **fields: Any) -> Instance:
        model = mp.ThreePartyMarket(**fields)
        quantity, price, epsilon = right
        scale = {"quantity": 1 + max(answers.number(entry) for entry in quantity)}
        point = Point({"quantity": quantity, "price": price, "epsilon": epsilon}, scale)
        return Instance(name, "three_party", model, point, floats, exact)

    both = ("interference", "interference:newton")
    ahead = ("interference", "interference:search")
    return [
        posted(
            "printed, two sellers",
            (["4/3", "4/9"], ["27/28", "27/52"], ["7/9", "13/3"]),
            (*both, *NONLINEAR),
            ("interference",),
            cost=[1, 2],
            alpha=4,
            privacy_weight=1,
            epsilon_max=5,
        ),
        posted(
            "printed, alone",
            ([1], [1], [1]),
            both,
            ("interference",),
            cost=[1],
            alpha=4,
            privacy_weight=1,
            epsilon_max=5,
        ),
        posted(
            "fixed budgets",
            answers.posted_prices([1, 2], 4, answers.fixed_reply([1, 2], 4, [1, 1])),
            (*both, "best-response", "pyomo:pounce", "share-function"),
            ("interference",),
            cost=[1, 2],
            alpha=4,
            privacy_weight=1,
            epsilon_max=5,
            epsilon=[1, 1],
        ),
        posted(
            "fixed budgets, one too dear",
            answers.posted_prices([1, 5, 2], 4, answers.fixed_reply([1, 5, 2], 4, ["0.5", 1, 2])),
            both,
            ("interference",),
            cost=[1, 5, 2],
            alpha=4,
            privacy_weight=1,
            epsilon_max=5,
            epsilon=["0.5", 1, 2],
        ),
        posted(
            "foreseen, alone",
            answers.posted_prices([1], 4, answers.foreseeing_reply([1], 4, 1, 5)),
            ahead,
            cost=[1],
            alpha=4,
            privacy_weight=1,
            epsilon_max=5,
            order="subgame-perfect",
        ),
        posted(
            "foreseen, at the cap",
            answers.posted_prices([1, 2], 4, answers.foreseeing_reply([1, 2], 4, 2, 1)),
            ahead,
            cost=[1, 2],
            alpha=4,
            privacy_weight=2,
            epsilon_max=1,
            order="subgame-perfect",
        ),
        posted(
            "foreseen, two sellers",
            answers.posted_prices([1, "1.5"], 4, answers.foreseeing_reply([1, 1.5], 4, 0.2, 5)),
            ahead,
            cost=[1, "1.5"],
            alpha=4,
            privacy_weight="0.2",
            epsilon_max=5,
            order="subgame-perfect",
        ),
    ]


def declared() -> list[Instance]:
    """Models of somebody's own, which the general back ends take as they are declared."""

    def stated(
        name: str, model: Any, right: Any, floats: Any, certified: Any = ("float", "exact"), distant: bool = True
    ) -> Instance:
        refuted = isinstance(model, mp.Game)
        return Instance(name, "declared", model, Point(right), floats, (), {}, certified, distant, refuted)

    return [
        # V y/(x + y)² = 2 c x and its mirror: c_1 x² = c_2 y²
        stated(
            "a lottery",
            own.Lottery([1, 4], 36),
            {"effort": [2, 1]},
            ("best-response", "share-function", "pyomo:pounce"),
        ),
        stated(
            "rising prices",
            own.PriceFit([1, 5, 3]),
            {"price": [1, 4, 4]},
            ("cvxpy:CLARABEL", "cvxpy:OSQP", "pyomo:highs", "pyomo:pounce"),
        ),
        stated(
            "rising in absolute values",
            own.AbsoluteFit([1, 5, 5, 2]),
            {"price": [1, 5, 5, 5]},
            ("cvxpy:HIGHS",),
            distant=False,
        ),
        stated(
            "the cheapest ten",
            own.Cheapest([3, 2, 4]),
            {"price": [0, 10, 0]},
            ("cvxpy:HIGHS", "pyomo:highs"),
            distant=False,
        ),
    ]
