"""Claims about VCG, for every number of clients: truth, rationality, no deficit, efficiency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.procurement.formulas import pivot_payment
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, equal
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from .terms import client_cost, gained, pivot_utility

VCG = "Vickrey 1961, Clarke 1971, Groves 1973"
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
