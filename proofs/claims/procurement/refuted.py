"""What a purchase loses by other payments and charges: truth, what it pays idle clients, efficiency."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.procurement.formulas import client_utility, first_price_payment, pivot_payment, worth
from ....formulations.procurement.priors import UniformPrior
from ...kernel.sentence import above, at_least, equal, substitute
from ..claim import Claim, ClaimVerdict, Counterexample
from .terms import ALONE, bought_alone, log_revenue


def _first_price_left(a: Algebra, cost: Any, report: Any, cap: Any, alpha: Any, beta: Any) -> Any:
    sold = bought_alone(a, report, cap, alpha, beta)
    return client_utility(a, first_price_payment(a, sold, report), sold, cost)


FIRST_PRICE = Claim(
    "procurement/first-price-truthful",
    "If everybody is paid what it asks for, no client keeps more by reporting anything else than its cost.",
    "what a purchase at the sellers' own prices would need",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            ALONE,
            lambda a, cost, report, cap, alpha, beta: at_least(
                _first_price_left(a, cost, cost, cap, alpha, beta), _first_price_left(a, cost, report, cap, alpha, beta)
            ),
            costs={
                "what the lie gains": lambda a, cost, report, cap, alpha, beta: _first_price_left(
                    a, cost, report, cap, alpha, beta
                )
            },
            start={"cost": "1", "report": "3/2", "cap": "1", "alpha": "1", "beta": "4"},
            kept=True,
        ),
    ),
)


def step_of_worth(a: Algebra, beta: Any, half: Any, total: Any, client_count: Any) -> Any:
    """What E is worth by one concave step β x/(κ + x) of the mean budget x = E/N."""
    mean = total / client_count
    return beta * mean / (half + mean)


def _paid_for_nothing(a: Algebra, beta: Any, half: Any, total: Any, rest: Any) -> Any:
    most = step_of_worth(a, beta, half, total, 2) - rest
    recomputed = step_of_worth(a, beta, half, total, 1) - rest
    return pivot_payment(a, 0, 1, most, recomputed)


RECOMPUTED = Claim(
    "procurement/sensitivity-recomputed",
    "If what is bought without a client is taken to be worth what it is as a mean over one client fewer, nobody "
    "is paid less than nothing.",
    "a reading of W without a client in which the sensitivity is recomputed",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "β > 0": lambda a, beta: above(beta, 0),
                "the half is positive": lambda a, half: above(half, 0),
                "E > 0, all of it bought of the one other client": lambda a, total: above(total, 0),
                "what it costs": lambda a, rest: at_least(rest, 0),
            },
            substitute(lambda a, paid: at_least(paid, 0), paid=_paid_for_nothing),
            costs={
                "what the idle client is paid": _paid_for_nothing,
            },
            start={"beta": "4", "half": "1", "total": "1", "rest": "1/2"},
            kept=True,
        ),
    ),
)


def _worth_of_log(a: Algebra, total: Any, client_count: Any, alpha: Any, beta: Any) -> Any:
    return worth(a, total, client_count, log_revenue(alpha, beta))


def _recomputed(a: Algebra, alpha: Any, beta: Any, total: Any, rest: Any) -> Any:
    """What the dearest of three is paid that sells nothing, if without it α is divided by two and not by three."""
    most, recomputed = (_worth_of_log(a, total, count, alpha, beta) - rest for count in (3, 2))
    return pivot_payment(a, 0, 1, most, recomputed)


def _steepness(a: Algebra, alpha: Any, beta: Any, total: Any, client_count: Any) -> Any:
    """V′(E) for β ln(1 + αE/N)."""
    return alpha * beta / (client_count + alpha * total)


RECOMPUTED_LOG = Claim(
    "procurement/sensitivity-recomputed-log",
    "Of three clients, if privacy is worth β ln(1 + αE/3) with all and taken to be worth β ln(1 + αE/2) without one, "
    "nobody is paid less than nothing.",
    "a reading of W without a client in which the sensitivity is recomputed",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "α > 0": lambda a, alpha: above(alpha, 0),
                "β > 0": lambda a, beta: above(beta, 0),
                "E > 0, the caps of two others of one cost, of three in all": lambda a, total: above(total, 0),
                "of both all is bought, with the third": lambda a, alpha, beta, total, cost: at_least(
                    _steepness(a, alpha, beta, total, 3), cost
                ),
                "and without": lambda a, alpha, beta, total, cost: at_least(_steepness(a, alpha, beta, total, 2), cost),
                "of the third nothing": lambda a, alpha, beta, total, report: at_least(
                    report, _steepness(a, alpha, beta, total, 3)
                ),
                "what the others' part costs": lambda a, rest, cost, total: equal(rest, cost * total),
            },
            substitute(lambda a, paid: at_least(paid, 0), paid=_recomputed),
            costs={"what the idle client is paid": _recomputed},
            start={"alpha": "3", "beta": "4", "total": "2", "cost": "1", "report": "2", "rest": "2"},
            kept=True,
        ),
    ),
)


class Roles:
    """What a prior asks of an algebra, where its numbers are roles already."""

    @staticmethod
    def number(value: Any) -> Any:
        """Return a role as it is."""
        return value


def uniform_charge(a: Algebra, cost: Any, low: Any) -> Any:
    """The virtual cost of a uniform prior that begins at `low`."""
    prior = object.__new__(UniformPrior)
    object.__setattr__(prior, "low", low)
    roles: Any = Roles()
    return prior.charge(roles, cost)


MYERSON_EFFICIENT = Claim(
    "procurement/myerson-efficient",
    "Under Myerson's rule as much is bought as gains most in all.",
    "what VCG does, asked of the rule of Myerson 1981",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**ALONE, "low ≥ 0": lambda a, low: at_least(low, 0), "low < c": lambda a, low, cost: above(cost, low)},
            lambda a, cost, low, cap, alpha, beta: equal(
                bought_alone(a, uniform_charge(a, cost, low), cap, alpha, beta),
                bought_alone(a, cost, cap, alpha, beta),
            ),
            costs={
                "bought by the rule": lambda a, cost, low, cap, alpha, beta: bought_alone(
                    a, uniform_charge(a, cost, low), cap, alpha, beta
                ),
                "best for all": lambda a, cost, cap, alpha, beta: bought_alone(a, cost, cap, alpha, beta),
            },
            start={"cost": "1", "low": "0", "cap": "2", "alpha": "1", "beta": "3/2", "report": "1"},
            kept=True,
        ),
    ),
)
