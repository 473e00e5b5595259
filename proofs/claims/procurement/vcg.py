"""Claims about VCG, for every number of clients: truth, rationality, no deficit, efficiency."""

from __future__ import annotations

from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import roles
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from .vocabulary import client_cost, gained, pivot_payment, pivot_utility

VCG = "Vickrey 1961, Clarke 1971, Groves 1973"
cost, report, epsilon, other_epsilon, cap, price = roles("cost report epsilon other_epsilon cap price")
worth, other_worth, worth_less, rest, other_rest = roles("worth other_worth worth_less rest other_rest")
most, most_without, total, sold, paid = roles("most most_without total sold paid")
surplus, excess, moved, spent_more = roles("surplus excess moved spent_more")

other_gained = gained.at(worth=other_worth, epsilon=other_epsilon, rest=other_rest)
"""What is gained in all by other amounts."""
truthful = pivot_utility.at(report=cost)
"""What VCG leaves a client that reports its cost."""
ALL = {"W is what is gained in all by what is bought": most.equals(gained)}
BEST = {**ALL, "nothing that may be bought gains more": most >= other_gained}

VCG_TRUTHFUL = Claim(
    "procurement/vcg-truthful",
    "Under VCG no client keeps more by reporting anything else than its cost, whatever the others report.",
    VCG,
    ClaimVerdict.PROVED,
    (Step(Sentence(BEST, truthful >= pivot_utility.at(epsilon=other_epsilon, most=other_gained.at(cost=report)))),),
    variant=Counterexample(BEST, truthful >= pivot_utility.at(epsilon=other_epsilon)),
)
VCG_RATIONAL = Claim(
    "procurement/vcg-rational",
    "Under VCG no client keeps less than nothing: the others alone are among those of whom all may be bought.",
    VCG,
    ClaimVerdict.PROVED,
    (Step(Sentence({"the others gain no more without the client than all": most >= most_without}, truthful >= 0)),),
    variant=Counterexample({"what the others are said to gain is anything": most_without >= 0}, truthful >= 0),
)
BOUGHT = {"E > 0": total > 0}
WITHOUT = {**ALL, "without the client the others may sell what they sell": most_without >= worth_less - rest}
NO_DEFICIT = Claim(
    "procurement/vcg-no-deficit",
    "Under VCG the server pays no more than what it buys is worth to it, for every number of clients and every concave "
    "V with V(0) = 0.",
    "clients are substitutes: Krishna & Perry 1998",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"paid": pivot_payment, "sold": epsilon},
                (total * paid <= sold * worth,),
                given=BOUGHT,
                member={**WITHOUT, "V is concave, V(0) = 0": total * worth_less >= (total - epsilon) * worth},
                closing={"Σ ε = E": sold.equals(total)},
                goal=worth >= paid,
            ),
            "client by client, what is paid stays below the same share of V as that client's of E",
        ),
    ),
    variant=Counterexample({**BOUGHT, **WITHOUT}, total * pivot_payment <= epsilon * worth),
)
OPTIMAL = {
    "e ≥ 0": cap >= 0,
    "ε′ ≥ 0": other_epsilon >= 0,
    "ε′ ≤ e": other_epsilon <= cap,
    "a client is cheaper than the price by u, or dearer by l": (price - cost).equals(surplus - excess),
    "u ≥ 0": surplus >= 0,
    "l ≥ 0": excess >= 0,
    "u (e − ε) = 0": (surplus * (cap - epsilon)).equals(0),
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
                {"moved": other_epsilon - epsilon, "spent_more": client_cost.at(epsilon=other_epsilon) - client_cost},
                (price * moved <= spent_more,),
                member={**OPTIMAL, "l ε = 0": (excess * epsilon).equals(0)},
                closing={"V is concave: V(E′) ≤ V(E) + V′(E)(E′ − E)": other_worth <= worth + price * moved},
                goal=worth >= other_worth - spent_more,
            ),
            "client by client, another amount costs at least what it is worth at the price",
        ),
    ),
    variant=Counterexample(OPTIMAL, price * (other_epsilon - epsilon) <= cost * (other_epsilon - epsilon)),
)
