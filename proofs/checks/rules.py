"""What each property means, in a sentence or two, for whoever sees only its name."""

from __future__ import annotations

from collections.abc import Mapping

from .results import FAULT, FEASIBLE, LIMIT, OPTIMAL, PASSED_OVER, SPECIFICATION, UNPROMISED

_HELP: Mapping[str, str] = {
    "individual-rationality": "Nobody is worse off than by staying out.",
    "no-profitable-deviation": "Nobody gains by another decision while the others keep theirs: an equilibrium.",
    "leader-optimality": "No other decision of the leader is better for it, given how the others respond.",
    "uniqueness": "There is one equilibrium only.",
    "budget-balance": "Payments stay within the pool, and every other declared constraint is kept.",
    "participation": "Everybody takes part.",
    "truthfulness": "Nobody gains by reporting another cost than its own.",
    "second-account": "Nobody gains by taking part under two names.",
    "merged-bidders": "No cartel gains by taking part as one.",
    "idle-account": "An account that sells nothing changes nothing.",
    "split-purchase": "No buyer gains by splitting a purchase among accounts.",
    "intermediary": "Whoever sells on and pays the owners loses nothing when a purchase is split.",
    "incentive-compatibility": "No type gains by taking the item that is meant for another.",
    "contract-optimality": "No menu that keeps the constraints buys a smaller variance.",
    "no-arbitrage": "No bundle of versions does what a dearer version does for less money.",
    "monotone": "A larger privacy budget never costs less.",
    "in-cone": "The prices lie in the cone in which no bundle of any size can be arbitrage.",
    "pair-test": "No two versions together do what a dearer one does for less money.",
    "revenue-stated": "The revenue that is stated is what the surveyed buyers pay.",
    "optimal-menu": "No safe menu earns more from the surveyed buyers.",
    "demand": "Every quantity is the buyer's best at its price and budget.",
    "bounded-buyer": "The buyer has a best choice of budgets.",
    FEASIBLE: "The decisions keep every declared bound and constraint, as the certificate says.",
    OPTIMAL: "No other decisions are better, or nobody would rather decide otherwise, as the certificate says.",
    SPECIFICATION: "The specification can be read: every key is known, every value keeps its rule.",
    FAULT: "Everything ran to its end: no back end failed, and nor did mechproof.",
    LIMIT: "It was settled within the specification's time limit.",
    PASSED_OVER: "A Python file declares mechanisms; it is run only with --allow-code.",
    UNPROMISED: "A class promises nothing that could be proved; what a specification requires of it is judged there.",
}


def help_of(name: str) -> str:
    """Return what a property means.

    Examples
    --------
    >>> help_of("monotone"), help_of("market/accounts-balance")
    ('A larger privacy budget never costs less.', 'A promise of the section [market]: accounts balance.')
    """
    if name in _HELP:
        return _HELP[name]
    section, slash, rest = name.partition("/")
    words = (rest or section).replace("-", " ")
    if section == "own":
        return f"A property proved of the declaration for all data and any number of people: {words}."
    return f"A promise of the section [{section}]: {words}." if slash else f"A property of the mechanism: {words}."
