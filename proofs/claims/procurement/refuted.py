"""What a purchase loses by other payments and charges: truth, what it pays idle clients, efficiency."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ....formulations.procurement import formulas
from ....formulations.procurement.priors import UniformPrior
from ....formulations.revenue_curve import LogRevenue
from ...kernel.terms import Term, roles
from ..claim import Claim, ClaimVerdict, Counterexample
from .vocabulary import ALONE, bought_alone, client_utility, declared, pivot_payment

cost, report, alpha, beta, low, half, total, client_count, rest = roles(
    "cost report alpha beta low half total client_count rest"
)

asked = Term(formulas.first_price_payment).at(cost=report)
first_price_left = client_utility.at(payment=asked).at(epsilon=bought_alone.at(charge=report))
"""What a client alone keeps if it is paid what it asks for."""
FIRST_PRICE = Claim(
    "procurement/first-price-truthful",
    "If everybody is paid what it asks for, no client keeps more by reporting anything else than its cost.",
    "what a purchase at the sellers' own prices would need",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            ALONE,
            first_price_left.at(report=cost) >= first_price_left,
            costs={"what the lie gains": first_price_left},
            start={"cost": "1", "report": "3/2", "cap": "1", "alpha": "1", "beta": "4"},
            kept=True,
        ),
    ),
)


def paid_idle(worth: Term, count: int) -> Term:
    """Return what a client that sells nothing is paid if without it the mean is taken over one client fewer."""
    most, recomputed = (worth.at(client_count=n) - rest for n in (count, count - 1))
    return pivot_payment.at(epsilon=0, cost=1, most=most, most_without=recomputed)


mean = total / client_count
by_step = paid_idle(beta * mean / (half + mean), 2)
"""Where E is worth one concave step β x/(κ + x) of the mean budget x = E/N."""
RECOMPUTED = Claim(
    "procurement/sensitivity-recomputed",
    "If what is bought without a client is taken to be worth what it is as a mean over one client fewer, nobody "
    "is paid less than nothing.",
    "a reading of W without a client in which the sensitivity is recomputed",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "β > 0": beta > 0,
                "the half is positive": half > 0,
                "E > 0, all of it bought of the one other client": total > 0,
                "what it costs": rest >= 0,
            },
            by_step >= 0,
            costs={"what the idle client is paid": by_step},
            start={"beta": "4", "half": "1", "total": "1", "rest": "1/2"},
            kept=True,
        ),
    ),
)


log_worth = Term(
    lambda a, total, client_count, alpha, beta: formulas.worth(
        a, total, client_count, declared(LogRevenue, alpha=alpha, beta=beta)
    )
)
by_log = paid_idle(log_worth, 3)
"""What the dearest of three is paid that sells nothing, if without it α is divided by two and not by three."""
steepness = alpha * beta / (client_count + alpha * total)
"""V′(E) for β ln(1 + αE/N)."""
RECOMPUTED_LOG = Claim(
    "procurement/sensitivity-recomputed-log",
    "Of three clients, if privacy is worth β ln(1 + αE/3) with all and taken to be worth β ln(1 + αE/2) without one, "
    "nobody is paid less than nothing.",
    "a reading of W without a client in which the sensitivity is recomputed",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                "α > 0": alpha > 0,
                "β > 0": beta > 0,
                "E > 0, the caps of two others of one cost, of three in all": total > 0,
                "of both all is bought, with the third": steepness.at(client_count=3) >= cost,
                "and without": steepness.at(client_count=2) >= cost,
                "of the third nothing": report >= steepness.at(client_count=3),
                "what the others' part costs": rest.equals(cost * total),
            },
            by_log >= 0,
            costs={"what the idle client is paid": by_log},
            start={"alpha": "3", "beta": "4", "total": "2", "cost": "1", "report": "2", "rest": "2"},
            kept=True,
        ),
    ),
)


def _uniform_charge(a: Any, cost: Any, low: Any) -> Any:
    as_it_is: Any = SimpleNamespace(number=lambda role: role)  # the prior's numbers are roles already
    return declared(UniformPrior, low=low).charge(as_it_is, cost)


by_rule = bought_alone.at(charge=_uniform_charge)
"""What Myerson's rule buys of one client, by a uniform prior that begins at `low`."""
best_for_all = bought_alone.at(charge=cost)
MYERSON_EFFICIENT = Claim(
    "procurement/myerson-efficient",
    "Under Myerson's rule as much is bought as gains most in all.",
    "what VCG does, asked of the rule of Myerson 1981",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**ALONE, "low ≥ 0": low >= 0, "low < c": cost > low},
            by_rule.equals(best_for_all),
            costs={"bought by the rule": by_rule, "best for all": best_for_all},
            start={"cost": "1", "low": "0", "cap": "2", "alpha": "1", "beta": "3/2", "report": "1"},
            kept=True,
        ),
    ),
)
