"""Claims about truthful purchase: truth, rationality, no deficit, efficiency; and what other payments and ties lose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.procurement.formulas import client_utility, first_price_payment, pivot_payment, step_rent
from ....formulations.procurement.priors import UniformPrior
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, equal, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step, Theory
from .terms import (
    ALONE,
    DOES_NOT_FALL,
    DOES_NOT_RISE,
    FALLING,
    bought_alone,
    client_cost,
    gained,
    pivot_utility,
    threshold_utility,
)

VCG = "Vickrey 1961, Clarke 1971, Groves 1973"
MYERSON = "Myerson 1981"
BEST: Mapping[str, Formula] = {
    "W is what is gained in all by what is bought": lambda a, most, worth, cost, epsilon, rest: equal(
        most, gained(a, worth, cost, epsilon, rest)
    ),
    "nothing that may be bought gains more": lambda a, most, other_worth, cost, other_epsilon, other_rest: at_least(
        most, gained(a, other_worth, cost, other_epsilon, other_rest)
    ),
}


def lying_by_pivots(
    a: Algebra, other_epsilon: Any, report: Any, other_worth: Any, other_rest: Any, most_without: Any, cost: Any
) -> Any:
    """What a client keeps under VCG if it reports something else, and other amounts are bought by that."""
    most = gained(a, other_worth, report, other_epsilon, other_rest)
    return pivot_utility(a, other_epsilon, report, most, most_without, cost)


VCG_TRUTHFUL = Claim(
    "procurement/vcg-truthful",
    "Under VCG no client keeps more by reporting anything else than its cost, whatever the others report.",
    VCG,
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                BEST,
                lambda a, epsilon, cost, most, most_without, other_epsilon, report, other_worth, other_rest: at_least(
                    pivot_utility(a, epsilon, cost, most, most_without, cost),
                    lying_by_pivots(a, other_epsilon, report, other_worth, other_rest, most_without, cost),
                ),
            )
        ),
    ),
    variant=Counterexample(
        BEST,
        lambda a, epsilon, cost, most, most_without, other_epsilon, report, other_worth, other_rest: at_least(
            pivot_utility(a, epsilon, cost, most, most_without, cost),
            pivot_utility(a, other_epsilon, report, most, most_without, cost),
        ),
    ),
)


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


WITHOUT: Mapping[str, Formula] = {
    "the others gain no more without the client than all": lambda a, most, most_without: at_least(most, most_without)
}
VCG_RATIONAL = Claim(
    "procurement/vcg-rational",
    "Under VCG no client keeps less than nothing: the others alone are among those of whom all may be bought.",
    VCG,
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                WITHOUT,
                lambda a, epsilon, cost, most, most_without: at_least(
                    pivot_utility(a, epsilon, cost, most, most_without, cost), 0
                ),
            )
        ),
    ),
    variant=Counterexample(
        {"what the others are said to gain is anything": lambda a, most_without: at_least(most_without, 0)},
        lambda a, epsilon, cost, most, most_without: at_least(
            pivot_utility(a, epsilon, cost, most, most_without, cost), 0
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


EACH_ADDS: Mapping[str, Formula] = {
    "W is what is gained in all by what is bought": lambda a, most, worth, cost, epsilon, rest: equal(
        most, gained(a, worth, cost, epsilon, rest)
    ),
    "without the client the others may sell what they sell": lambda a, most_without, worth_less, rest: at_least(
        most_without, worth_less - rest
    ),
    "V is concave, V(0) = 0": lambda a, worth, worth_less, total, epsilon: at_least(
        total * worth_less, (total - epsilon) * worth
    ),
}
NO_DEFICIT = Claim(
    "procurement/vcg-no-deficit",
    "Under VCG the server pays no more than what it buys is worth to it, for every number of clients and every concave "
    "V with V(0) = 0.",
    "clients are substitutes: Krishna & Perry 1998",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "paid": lambda a, epsilon, cost, most, most_without: pivot_payment(
                        a, epsilon, cost, most, most_without
                    ),
                    "sold": lambda a, epsilon: epsilon,
                },
                (lambda a, paid, sold, total, worth: at_most(total * paid, sold * worth),),
                given={"E > 0": lambda a, total: above(total, 0)},
                member=EACH_ADDS,
                closing={"Σ ε = E": lambda a, sold, total: equal(sold, total)},
                goal=lambda a, worth, paid: at_least(worth, paid),
            ),
            "client by client, what is paid stays below the same share of V as that client's of E",
        ),
    ),
    variant=Counterexample(
        {
            "E > 0": lambda a, total: above(total, 0),
            **{name: formula for name, formula in EACH_ADDS.items() if "concave" not in name},
        },
        lambda a, epsilon, cost, most, most_without, total, worth: at_most(
            total * pivot_payment(a, epsilon, cost, most, most_without), epsilon * worth
        ),
    ),
)
OPTIMAL: Mapping[str, Formula] = {
    "e ≥ 0": lambda a, cap: at_least(cap, 0),
    "ε′ ≥ 0": lambda a, other_epsilon: at_least(other_epsilon, 0),
    "ε′ ≤ e": lambda a, other_epsilon, cap: at_most(other_epsilon, cap),
    "a client is cheaper than the price by u, or dearer by l": lambda a, price, cost, surplus, excess: equal(
        price - cost, surplus - excess
    ),
    "u ≥ 0": lambda a, surplus: at_least(surplus, 0),
    "l ≥ 0": lambda a, excess: at_least(excess, 0),
    "u (e − ε) = 0": lambda a, surplus, cap, epsilon: equal(surplus * (cap - epsilon), 0),
    "l ε = 0": lambda a, excess, epsilon: equal(excess * epsilon, 0),
}
EFFICIENT = Claim(
    "procurement/vcg-efficient",
    "If who is cheaper than V′(E) sells all it may and who is dearer nothing, nothing that may be bought gains more in "
    "all, for every number of clients and every concave V.",
    "Karush 1939; Kuhn & Tucker 1951",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "moved": lambda a, epsilon, other_epsilon: other_epsilon - epsilon,
                    "spent_more": lambda a, cost, epsilon, other_epsilon: (
                        client_cost(a, cost, other_epsilon) - client_cost(a, cost, epsilon)
                    ),
                },
                (lambda a, moved, spent_more, price: at_most(price * moved, spent_more),),
                member=OPTIMAL,
                closing={
                    "V is concave: V(E′) ≤ V(E) + V′(E)(E′ − E)": lambda a, other_worth, worth, price, moved: at_most(
                        other_worth, worth + price * moved
                    )
                },
                goal=lambda a, other_worth, worth, spent_more: at_least(worth, other_worth - spent_more),
            ),
            "client by client, another amount costs at least what it is worth at the price",
        ),
    ),
    variant=Counterexample(
        {name: formula for name, formula in OPTIMAL.items() if name != "l ε = 0"},
        lambda a, epsilon, other_epsilon, cost, price: at_most(
            price * (other_epsilon - epsilon), cost * (other_epsilon - epsilon)
        ),
    ),
)


def walk(up: bool) -> Induction:
    """Return the walk of a client's report away from its cost, type by type; `epsilon_now` is what it sells there."""
    changes: Mapping[str, Formula] = {
        "epsilon_now": lambda a, epsilon, epsilon_now: epsilon - epsilon_now,
        "moved": lambda a, step: step,
        "rent_moved": lambda a, step, epsilon, epsilon_now: step_rent(a, 0, step, epsilon if up else epsilon_now),
    }
    bound: Formula = (
        (lambda a, rent_moved, moved, epsilon_now: at_least(rent_moved, moved * epsilon_now))
        if up
        else (lambda a, rent_moved, moved, epsilon_now: at_most(rent_moved, moved * epsilon_now))
    )
    goal: Formula = (
        (
            lambda a, epsilon_now, moved, rent_moved, rent, own_cost: at_least(
                rent, threshold_utility(a, epsilon_now, own_cost + moved, rent - rent_moved, own_cost)
            )
        )
        if up
        else (
            lambda a, epsilon_now, moved, rent_moved, rent, own_cost: at_least(
                rent, threshold_utility(a, epsilon_now, own_cost - moved, rent + rent_moved, own_cost)
            )
        )
    )
    return Induction(
        changes,
        (bound, lambda a, moved: at_least(moved, 0)),
        given={"what is sold at the truth is no less than 0": lambda a, own_epsilon: at_least(own_epsilon, 0)},
        member={**FALLING, **(DOES_NOT_RISE if up else DOES_NOT_FALL)},
        goal=goal,
        start={"epsilon_now": lambda a, own_epsilon: own_epsilon},
        carried=("epsilon_now",),
    )


MYERSON_TRUTHFUL = Claim(
    "procurement/myerson-truthful",
    "If what a client sells does not rise with its report and it is paid c ε and the steps (c_{j+1} − c_j) ε(c_{j+1}) "
    "to the dearest type, it keeps no more by reporting any other type, for every number of types.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            walk(up=True), "from the truth to any dearer report, what is lost of the steps is enough", "dearer"
        ),
        ForAnyNumber(walk(up=False), "from the truth to any cheaper report, the steps make up for no more", "cheaper"),
    ),
    variant=Counterexample(
        FALLING,
        lambda a, step, epsilon, epsilon_now: at_least(step_rent(a, 0, step, epsilon), step * epsilon_now),
    ),
)
MYERSON_RATIONAL = Claim(
    "procurement/myerson-rational",
    "Under Myerson's rule no client keeps less than nothing, for every number of types.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"rent": lambda a, step, epsilon: step_rent(a, 0, step, epsilon)},
                (lambda a, rent: at_least(rent, 0),),
                member=FALLING,
                goal=lambda a, rent, own_epsilon, own_cost: at_least(
                    threshold_utility(a, own_epsilon, own_cost, rent, own_cost), 0
                ),
            ),
            "step by step to the dearest type",
        ),
    ),
    variant=Counterexample(
        {"ε ≥ 0": FALLING["ε ≥ 0"]}, lambda a, step, epsilon: at_least(step_rent(a, 0, step, epsilon), 0)
    ),
)
UNITS: Mapping[str, Formula] = {
    "what is sold less at the next dearer type is no less than 0": lambda a, drop: at_least(drop, 0),
    "a type's cost is no more than what is charged": lambda a, cost, charge: at_most(cost, charge),
    "what is bought at a charge is worth it": lambda a, charge, drop, worth_step: at_least(worth_step, charge * drop),
}
MYERSON_PAYS = Claim(
    "procurement/myerson-pays-what-is-added",
    "Under Myerson's rule no client is paid more than what its ε adds to V, for every number of types; so that, V "
    "being concave, the server has no deficit whatever the costs.",
    MYERSON,
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "paid": lambda a, cost, drop: client_cost(a, cost, drop),
                    "added": lambda a, worth_step: worth_step,
                },
                (lambda a, paid, added: at_most(paid, added),),
                member=UNITS,
            ),
            "type by type, each unit is paid the dearest report at which it is still bought",
        ),
        Lemma("procurement/vcg-no-deficit"),
    ),
    variant=Counterexample(
        {name: formula for name, formula in UNITS.items() if "cost" not in name},
        lambda a, cost, drop, worth_step: at_most(client_cost(a, cost, drop), worth_step),
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
THEORY = Theory(
    "procurement",
    (
        VCG_TRUTHFUL,
        VCG_RATIONAL,
        NO_DEFICIT,
        EFFICIENT,
        FIRST_PRICE,
        RECOMPUTED,
        MYERSON_TRUTHFUL,
        MYERSON_RATIONAL,
        MYERSON_PAYS,
        MYERSON_EFFICIENT,
    ),
    mechanism="privacy-procurement",
    symbols={
        "epsilon": r"\varepsilon",
        "other_epsilon": r"\varepsilon'",
        "own_epsilon": r"\varepsilon_i",
        "epsilon_now": r"\varepsilon_k",
        "cost": "c",
        "own_cost": "c_i",
        "report": "r",
        "most": "W",
        "most_without": r"W_{-i}",
        "worth": "V",
        "other_worth": "V'",
        "worth_less": r"V_{-i}",
        "worth_step": r"\Delta V",
        "rest": "C",
        "other_rest": "C'",
        "total": "E",
        "sold": r"\Sigma\varepsilon",
        "paid": r"\Sigma p",
        "price": r"\lambda",
        "surplus": "u",
        "excess": "l",
        "cap": "e",
        "charge": r"\psi",
        "step": r"\Delta c",
        "moved": r"\Sigma\Delta",
        "rent_moved": r"\Delta R",
        "rent": "R",
        "drop": r"\Delta\varepsilon",
        "added": r"\Sigma\Delta V",
        "spent_more": r"\Delta C",
        "half": "h",
        "low": "a",
        "alpha": r"\alpha",
        "beta": r"\beta",
    },
)
