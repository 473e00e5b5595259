"""What a reward pool could be spent on instead: the baselines of Zhou 2023, section 7.4, judged by one declaration.

Every row holds what clients would sell and be paid, and what they and the server would then have by the *contest's* own
utilities. A utility is the payment stated less what the budget costs; the server's is its revenue less all payments.
Where a source leaves open what is meant, both readings stand side by side, and each row says how it was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.contract.declaration import PrivacyContract
from ...formulations.contract.formulas import printed_epsilon, printed_payment
from ...formulations.data import as_floats
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.revenue_curve import LogRevenue
from ...formulations.stackelberg.contest import printed_budget, printed_pool
from ...formulations.stackelberg.declaration import StackelbergPricing
from ...formulations.three_party.declaration import ThreePartyMarket
from ...formulations.three_party.formulas import demand, extracted_price, others_inverse_price
from ...solvers.candidate import candidate
from ...solvers.readings.game import GameReading
from ...solvers.readings.vectors import ROUNDING, Vectors
from ...solvers.response import equilibrium
from ...solvers.solve import solve
from ..properties.money import budget_balance, individual_rationality
from ..properties.profile import profile_of
from ..properties.results import Verdict
from ..properties.verify import verify
from .baseline import Baseline
from .options import number, pair, parameters

STATIC_EPSILON = 10.0
"""Zhou 2023's budget of every client under static pricing, for EMNIST; 5 for CIFAR-10."""
RANDOM_RANGE = (1.0, 100.0)
"""Zhou 2023's range of the uniform budgets under random pricing."""
LARGEST_EPSILON = 100.0
"""The buyer's largest budget in the three-party game, which has no answer without one."""


def contest_baselines(
    game: StackelbergPricing,
    reward_pool: float | None = None,
    static_epsilon: float = STATIC_EPSILON,
    random_range: tuple[float, float] = RANDOM_RANGE,
    seed: int = 0,
    three_party: Mapping[str, Any] | None = None,
) -> tuple[Baseline, ...]:
    """Return what the mechanism and everything it is compared with would do with one pool.

    Parameters
    ----------
    game
        The contest whose clients, costs, caps and revenue all rows share.
    reward_pool
        B > 0, money; by default the server's best.
    static_epsilon
        The budget of every client under static pricing.
    random_range
        The range of the uniform budgets under random pricing.
    seed
        Of those.
    three_party
        `alpha`, `privacy_weight` and `epsilon_max` of the three-party game, in place of the mapping that its rows name.

    Returns
    -------
    tuple of Baseline
        The contest's equilibrium first. The formula (41) has a row only under the logarithmic revenue it is for.

    Raises
    ------
    InputError
        When the pool, a budget or the range is not positive.

    Examples
    --------
    >>> game = StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
    >>> rows = {row.name: row for row in contest_baselines(game)}
    >>> printed = rows["printed-29-41"]
    >>> round(printed.reward_pool, 4), printed.feasible, bool(printed.epsilon.min() < 0)
    (9.25, False, True)
    """
    if not game.linear_costs:
        raise UnsupportedModel("what else a pool could do is known of linear costs only; leave out cost_function")
    low, high = pair("random_range", random_range)
    for name, value in (("static_epsilon", static_epsilon), ("random_range", low), ("reward_pool", reward_pool)):
        if value is not None and not 0 < number(name, value) < np.inf:
            raise InputError(name, value, "must be positive and finite")
    if high < low:
        raise InputError("random_range", random_range, "must run from the smaller to the larger budget")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError("seed", seed, "must be a whole number of at least 0")
    mapping = {
        name: number(f"three_party.{name}", value) for name, value in parameters("three_party", three_party).items()
    }
    pool = float(solve(game).values["reward_pool"]) if reward_pool is None else float(reward_pool)
    if pool == 0:
        remedy = "give a reward_pool at which to compare"
        raise InputError(
            "reward_pool", 0, "at the server's best pool nothing is bought, so nothing is compared", remedy
        )
    table = _Table(game, GameReading(game, Vectors()), pool)
    drawn = np.random.default_rng(seed).uniform(low, high, size=len(game.cost))
    same = np.full(len(game.cost), float(static_epsilon))
    return (
        table.shared("equilibrium", "Zhou 2023, (6), with the corrected equilibrium", table.sold, "as declared"),
        *table.printed(),
        *table.fixed("static", same, f"every client sells {static_epsilon:g}"),
        *table.fixed("random", drawn, f"budgets uniform on [{low:g}, {high:g}]"),
        *table.contracts(),
        *table.three_party(mapping),
    )


@dataclass(frozen=True, eq=False)
class _Table:
    """The rows of one game at one pool."""

    game: StackelbergPricing
    reading: GameReading
    pool: float

    @property
    def sold(self) -> np.ndarray:
        """The contest's equilibrium."""
        return np.asarray(equilibrium(self.reading, {"reward_pool": self.pool}))

    @property
    def cost(self) -> np.ndarray:
        return as_floats(self.game.cost)

    def shared(self, name: str, source: str, epsilon: Any, reading: str, pool: float | None = None) -> Baseline:
        """A row in which the pool is shared by the contest's own payment."""
        pool = self.pool if pool is None else pool
        return self._judged(name, source, reading, pool, epsilon, None)

    def printed(self) -> Iterator[Baseline]:
        """The formulas (29) and (41) as printed, for any costs."""
        roles = {"cost": self.cost, "cost_sum": float(self.cost.sum()), "client_count": len(self.cost)}
        algebra, note = Vectors(), "for all costs, as if everybody took part"
        own = read(printed_budget, algebra, {**roles, "reward_pool": self.pool})
        yield self.shared("printed-29", "Zhou 2023, (29)", own, note)
        if isinstance(self.game.revenue, LogRevenue):
            best = float(read(printed_pool, algebra, {**roles, **self.game.revenue.read_in(algebra)}))
            own = read(printed_budget, algebra, {**roles, "reward_pool": best})
            yield self.shared("printed-29-41", "Zhou 2023, (29) and (41)", own, f"{note}; with the pool of (41)", best)

    def fixed(self, name: str, epsilon: np.ndarray, what: str) -> Iterator[Baseline]:
        """Budgets that nobody chose, by both readings of how they are paid."""
        source = f"Zhou 2023, section 7.4, {name} pricing"
        yield self.shared(f"{name}/shared", source, epsilon, f"{what}; the pool is shared in proportion to them")
        sold = self.sold
        others, decided = np.sum(sold) - sold, {"reward_pool": self.pool}
        utility = np.asarray(self.reading.utility(epsilon, others, decided))
        worst = int(np.argmin(utility))
        rational = bool(utility[worst] >= 0)
        text = (
            "nobody loses by it"
            if rational
            else f"client {worst} loses {-utility[worst]:.6g}, more than by staying out"
        )
        inside = self._inside(epsilon)
        yield Baseline(
            f"{name}/deviating",
            source,
            f"{what}, each alone while all others stay at the equilibrium",
            self.pool,
            epsilon,
            utility + self.cost * epsilon,
            utility,
            None,
            inside is None,
            rational,
            None,
            inside or text,
        )

    def contracts(self) -> Iterator[Baseline]:
        """The contract, solved rightly and with (56) as printed: one item for each distinct cost."""
        distinct, place, count = np.unique(self.cost, return_inverse=True, return_counts=True)
        contract = PrivacyContract(cost=distinct, count=count.tolist(), reward_pool=self.pool)
        roles = {"cost": distinct, "owner_count": len(self.cost), "reward_pool": self.pool}
        printed = {name: read(formula, Vectors(), roles) for name, formula in _PRINTED_CONTRACT.items()}
        for name, source, menu in (
            ("ic-mle", "IC-MLE, Zhou 2023 (53)–(56), with the other type's ε in (56), solved", solve(contract)),
            ("printed-56", "IC-MLE, Zhou 2023 (53)–(56), with (56) as printed", candidate(contract, **printed)),
        ):
            envy = verify(menu)["incentive-compatibility"]
            yield self._judged(
                name,
                source,
                "types are the distinct costs, and the contract's pool is the contest's",
                self.pool,
                np.asarray(menu.values["epsilon"])[place],
                np.asarray(menu.values["payment"])[place],
                envy.verdict is Verdict.HOLDS,
                envy.text,
            )

    def three_party(self, chosen: Mapping[str, Any]) -> Iterator[Baseline]:
        """The three-party game, with (58) corrected and as extracted."""
        alpha = self.pool / len(self.cost)
        settings = {"alpha": alpha, "privacy_weight": alpha / 2, "epsilon_max": LARGEST_EPSILON, **chosen}
        try:
            market = ThreePartyMarket(cost=self.cost, **settings)
        except InputError as error:
            if error.field not in settings:
                raise
            raise InputError(f"three_party.{error.field}", error.value, error.rule, error.remedy) from None
        values = solve(market).values
        reading = (
            "sellers are the clients, at a cost of ρ for each unit sold; the buyer's "
            + ", ".join(f"{name} = {float(value):.6g}" for name, value in settings.items())
            + "; a client is paid p (1 + ε) a"
        )
        price, epsilon, quantity = (np.asarray(values[name]) for name in ("price", "epsilon", "quantity"))
        yield self._sold_data("three-party", "three-party game, Zhou 2023 (57)–(59)", reading, price, epsilon, quantity)
        others = others_inverse_price(Vectors(), price, quantity)
        roles = {"others": others, "epsilon": epsilon, "cost": self.cost, "alpha": float(market.alpha)}
        posted = read(extracted_price, Vectors(), roles)
        wanted = read(demand, Vectors(), {**roles, "price": posted})
        source = "three-party game, Zhou 2023 (58) as extracted"
        told = f"{reading}; prices are (58) as extracted where the equilibrium is, with its privacy budgets"
        yield self._sold_data("extracted-58", source, told, posted, epsilon, np.where(quantity > 0, wanted, 0.0))

    def _sold_data(
        self, name: str, source: str, reading: str, price: np.ndarray, epsilon: np.ndarray, quantity: np.ndarray
    ) -> Baseline:
        payment = price * (1 + epsilon) * quantity
        nobody = "" if (quantity > 0).any() else "nobody trades"
        sold = np.where(quantity > 0, epsilon, 0.0)
        return self._judged(name, source, reading, float(payment.sum()), sold, payment, also=nobody)

    def _judged(
        self,
        name: str,
        source: str,
        reading: str,
        pool: float,
        epsilon: Any,
        payment: Any,
        compatible: bool | None = None,
        also: str = "",
    ) -> Baseline:
        """A row whose verdicts and utilities are read off the declaration, with the payments stated if they are."""
        stated = {} if payment is None else {"payment": np.asarray(payment, dtype=np.float64)}
        given = candidate(self.game, reward_pool=pool, epsilon=np.asarray(epsilon, dtype=np.float64), **stated)
        profile = profile_of(given)
        balance, rational = budget_balance(profile), individual_rationality(profile)
        values, inside = given.values, self._inside(np.asarray(epsilon))
        if inside is None and pool < 0:
            inside = f"the pool is negative, {pool:.6g}"
        paid = np.asarray(values["payment"], dtype=np.float64)
        texts = [inside, balance.text, rational.text, also]
        return Baseline(
            name,
            source,
            reading,
            pool,
            np.asarray(values["epsilon"], dtype=np.float64),
            paid,
            paid - self.cost * np.asarray(values["epsilon"], dtype=np.float64),
            float(values["server_utility"]),
            inside is None and balance.verdict is Verdict.HOLDS,
            rational.verdict is Verdict.HOLDS,
            compatible,
            "; ".join(text for text in texts if text),
        )

    def _inside(self, epsilon: np.ndarray) -> str | None:
        """Return whose budget leaves its declared bounds, or None; without caps only negative ones do."""
        people = self.game.people()
        cap = np.inf if self.game.epsilon_cap is None else as_floats(self.game.epsilon_cap)
        # an equilibrium's budget at the cap is a share of a total, in doubles: a rounding above the cap is the cap
        outside = np.flatnonzero((epsilon < 0) | (epsilon > cap * (1 + ROUNDING)))
        if not len(outside):
            return None
        index = int(outside[0])
        what = (
            "is negative"
            if epsilon[index] < 0
            else f"is above the cap, {float(np.broadcast_to(cap, epsilon.shape)[index]):g}"
        )
        more = f", and so on for {len(outside) - 1} more" if len(outside) > 1 else ""
        return f"the budget of client {people[index] if people else index}, {epsilon[index]:.6g}, {what}{more}"


_PRINTED_CONTRACT = {"epsilon": printed_epsilon, "payment": printed_payment}
