"""The contest for a reward pool: its equilibrium in closed form, and the convex program that has it as its optimum.

Sources: Zhou 2023, eqs 3–31; Szidarovszky & Okuguchi 1997; Cornes & Hartley 2005 (share functions). These formulas are
*derived* from the declared utilities; answers computed with them are re-checked against the utilities themselves.
"""

from __future__ import annotations

from typing import Any

from ..algebra import Algebra, Formula
from ..data import Vector
from ..declaration import vector
from ..language import Constraint, Decision, Form, Program
from ..revenue_curve import Revenue


def equilibrium_share(a: Algebra, cost: Any, total_per_pool: Any) -> Any:
    """A client's share of the total at equilibrium: max(0, 1 − ρ_i Z/B), where Z/B is `total_per_pool`."""
    return a.maximum(1 - cost * total_per_pool, 0)


def capped_share(a: Algebra, cost: Any, cap: Any, total: Any, reward_pool: Any) -> Any:
    """A client's share of a total Z under a cap: min(c_i/Z, max(0, 1 − ρ_i Z/B)); at equilibrium they sum to one."""
    return capped_budget(a, total, cost, total / reward_pool, cap) / total


def capped_budget(a: Algebra, total: Any, cost: Any, total_per_pool: Any, cap: Any) -> Any:
    """A client's budget at equilibrium under a cap: min(c_i, Z max(0, 1 − ρ_i Z/B))."""
    return a.minimum(total * equilibrium_share(a, cost, total_per_pool), cap)


def printed_total_per_pool(a: Algebra, cost_sum: Any, client_count: Any) -> Any:
    """Z/B = (N − 1)/R as (26) is printed: right only where everybody takes part."""
    return (client_count - 1) / cost_sum


def printed_budget(a: Algebra, cost: Any, cost_sum: Any, client_count: Any, reward_pool: Any) -> Any:
    """B (N − 1)/R · (1 − ρ_i (N − 1)/R), (29) as printed: negative for clients dearer than R/(N − 1)."""
    ratio = printed_total_per_pool(a, cost_sum, client_count)
    return reward_pool * ratio * (1 - cost * ratio)


def printed_pool(a: Algebra, alpha: Any, beta: Any, cost_sum: Any, client_count: Any) -> Any:
    """β − N R/(α (N − 1)), (41) as printed, for the logarithmic revenue: it counts on everybody's taking part."""
    return beta - client_count * cost_sum / (alpha * (client_count - 1))


def best_response(a: Algebra, others: Any, cost: Any, reward_pool: Any) -> Any:
    """The budget that maximises a client's utility: max(0, √(B ε₋ᵢ/ρ_i) − ε₋ᵢ), for ε₋ᵢ > 0.

    It is (22), whose root was lost in extraction, where that is positive.
    """
    return a.maximum(interior_response(a, others, cost, reward_pool), 0)


def interior_response(a: Algebra, others: Any, cost: Any, reward_pool: Any) -> Any:
    """√(B ε₋ᵢ/ρ_i) − ε₋ᵢ, the best response where it is positive."""
    return a.sqrt(reward_pool * others / cost) - others


def break_even(a: Algebra, others: Any, cost: Any, reward_pool: Any) -> Any:
    """The budget above which a client's utility is negative (51): B/ρ − ε₋ᵢ, where the total is B/ρ."""
    return reward_pool / cost - others


def pool_for_total(a: Algebra, total: Any, interior_count: Any, interior_cost: Any, capped_total: Any) -> Any:
    """The reward pool that buys a total Z: B = R′Z²/((n′ − 1) Z + C).

    n′ clients of summed cost R′ are strictly between zero and their caps; the capped ones give C together.
    """
    return interior_cost * a.square(total) / ((interior_count - 1) * total + capped_total)


def total_for_pool(a: Algebra, reward_pool: Any, interior_count: Any, interior_cost: Any, capped_total: Any) -> Any:
    """The total Z that a pool B buys: the positive root of R′Z² = B((n′ − 1) Z + C); see `pool_for_total`."""
    linear = reward_pool * (interior_count - 1)
    return (linear + a.sqrt(linear * linear + 4 * interior_cost * reward_pool * capped_total)) / (2 * interior_cost)


def best_pool(a: Algebra, ratio: Any, counted: Any, revenue: Revenue) -> Any:
    """The pool at which f′ meets the price of one more unit, where Z = z B as without caps: (n/z) f′⁻¹(n/z).

    n are those over whom the mean runs. It is negative where f′ starts below that price, None where the revenue has
    no demand in closed form.
    """
    demand = revenue.demand(a, counted / ratio)
    return None if demand is None else counted / ratio * demand


def learned_pool(a: Algebra, total: Any, counted: Any, reward_pool: Any, revenue: Revenue) -> Any:
    """The pool that is best for a server who has seen a pool buy a total, and takes Z = z B for what it learned.

    For the logarithmic revenue max(0, β − N B₁/(α Σε₁)); None where the revenue has no demand in closed form.
    """
    pool = best_pool(a, total / reward_pool, counted, revenue)
    return None if pool is None else a.maximum(pool, 0)


def shares_objective(a: Algebra, share: Any, cost: Any) -> Any:
    """Σ (1 − s_i)²/(2ρ_i), strictly convex; its optimality conditions on the simplex are the contest's equilibrium."""
    return a.sum(a.square(1 - share) / (2 * cost))


def shares_missing(a: Algebra, share: Any) -> Any:
    """Σ s_i − 1, zero on the simplex."""
    return a.sum(share) - 1


def total_per_pool(a: Algebra, share: Any, cost: Any) -> Any:
    """Z/B read off the shares: Σ s_i (1 − s_i) / Σ s_i ρ_i, since 1 − s_i = ρ_i Z/B wherever s_i > 0."""
    return a.sum(share * (1 - share)) / a.sum(share * cost)


def budgets_from_shares(a: Algebra, share: Any, cost: Any, reward_pool: Any) -> Any:
    """ε_i = s_i Z, with Z from the shares."""
    return share * (reward_pool * total_per_pool(a, share, cost))


class ContestShares(Program):
    """The shares' program: minimise Σ (1 − s_i)²/(2ρ_i) subject to Σ s_i = 1, s ≥ 0.

    Its unique optimum is the equilibrium of the uncapped contest; the multiplier of the sum is Z/B up to sign.
    """

    cost: Vector = vector("a privacy cost", above=0, per="client", symbol=r"\rho")

    def variables(self) -> tuple[Decision, ...]:
        """Return the shares, each between nothing and everything."""
        return (Decision("share", [0] * len(self.cost), [1] * len(self.cost), symbol="s"),)

    def objective(self) -> Formula:
        """Return the strictly convex objective."""
        return shares_objective

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that the shares sum to one."""
        return (Constraint("shares_sum_to_one", shares_missing, equality=True),)


def contest_form(cost: Any) -> Form:
    """Return the contest's equilibrium as a convex program."""
    return Form("shares", ContestShares(cost), {"epsilon": budgets_from_shares})
