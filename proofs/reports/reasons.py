"""Verdicts in the words of those who decide: what a property means to them, and who loses or gains how much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

from .money import Money, is_money
from .numbers import as_number, brief, in_decimals, in_words

Witness: TypeAlias = Mapping[str, Any]
Words: TypeAlias = Callable[[Witness, Money], str]

KEPT = ("least", "least_gain", "profit")
"""What witnesses call what somebody keeps beyond staying out."""


@dataclass(frozen=True)
class Meaning:
    """What it means that a property holds, and that it is broken."""

    holds: str
    broken: str


MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "individual-rationality": Meaning("Nobody loses by taking part", "Somebody loses by taking part"),
        "incentive-compatibility": Meaning(
            "Nobody gains by taking what is meant for others", "Somebody gains by taking what is meant for others"
        ),
        "no-profitable-deviation": Meaning(
            "Nobody gains by deciding otherwise", "Somebody gains by deciding otherwise"
        ),
        "leader-optimality": Meaning("The leader has decided best", "The leader could decide better"),
        "contract-optimality": Meaning("No contract does better", "The contract is not the best"),
        "optimal-menu": Meaning("No safe menu earns more", "The menu is not the best"),
        "uniqueness": Meaning("There is one outcome only", "The outcome is not determined"),
        "budget-balance": Meaning("The money is enough", "The money is not enough"),
        "participation": Meaning("Everybody takes part", "Not everybody takes part"),
        "truthfulness": Meaning("Nobody gains by a lie", "Somebody gains by a lie"),
        "second-account": Meaning("Nobody gains by a second name", "A second name pays"),
        "merged-bidders": Meaning("No cartel gains", "A cartel gains"),
        "idle-account": Meaning("Idle accounts change nothing", "An idle account moves the outcome"),
        "split-purchase": Meaning("Splitting a purchase saves nothing", "Splitting a purchase saves money"),
        "intermediary": Meaning("Splitting a purchase costs nobody", "Splitting a purchase costs the intermediary"),
        "no-arbitrage": Meaning("No bundle undercuts a version", "A bundle of cheaper versions undercuts a dearer one"),
        "feasible": Meaning("The numbers keep every rule", "The numbers break a rule"),
        "optimal": Meaning("The numbers are the solution", "The numbers are not the solution"),
        "specification": Meaning("The file can be judged", "The file cannot be judged"),
        "prices-certified": Meaning("No safe menu earns more", "A safe menu would earn more"),
        "prices-safe": Meaning("No bundle undercuts a version", "A bundle undercuts a version"),
        "revenue-as-promised": Meaning("The revenue is as promised", "The revenue is not as promised"),
        "payments-to-the-cent": Meaning("Everybody is paid to the cent", "Somebody is paid too little"),
        "payments-within-pool": Meaning("The payments stay within the pool", "The payments exceed the pool"),
        "payments-covered-by-sales": Meaning("Sales cover the payments", "Sales do not cover the payments"),
        "accounts-balance": Meaning("The accounts balance", "The accounts do not balance"),
        "privacy-as-sold": Meaning("Nobody spends more privacy than was sold", "Somebody spends more than was sold"),
        "the-back-ends": Meaning("Independent solvers agree", "Independent solvers disagree"),
        "monotone": Meaning("More is never cheaper", "More costs less somewhere"),
        "demand": Meaning("Everybody buys what is best for them", "Somebody would rather buy something else"),
    }
)


def meaning(name: str, verdict: str) -> str:
    """Return what a verdict on a property means, in a few words.

    Examples
    --------
    >>> meaning("no-arbitrage", "holds"), meaning("in-cone", "violated"), meaning("uniqueness", "inconclusive")
    ('No bundle undercuts a version', 'In cone: violated', 'Open: whether there is one outcome only')
    """
    name = name.rpartition("/")[2]  # in a check the section is named first
    known = MEANINGS.get(name)
    if known is None:
        return f"{name.replace('-', ' ').capitalize()}: {verdict}"
    if verdict in ("holds", "violated", "error"):
        return known.holds if verdict == "holds" else known.broken
    return f"Open: whether {known.holds[0].lower()}{known.holds[1:]}"


def led(item: Mapping[str, Any], money: Money) -> str:
    """Return what an item's verdict means; of a violation that is forgiven, within which amount.

    Examples
    --------
    >>> led({"property": "monotone", "verdict": "holds", "witness": {"within": "1/4"}}, Money())
    'Within 0.25: more is never cheaper'
    """
    found, amount = meaning(item["property"], item["verdict"]), forgiven(item)
    return found if amount is None else f"Within {money.text(amount)}: {found[0].lower()}{found[1:]}"


def forgiven(item: Mapping[str, Any]) -> Any:
    """Return the amount within which a violation holds; None of what holds as it is, or does not.

    Examples
    --------
    >>> forgiven({"verdict": "holds", "witness": {"within": "1/4"}}), forgiven({"verdict": "holds", "witness": None})
    ('1/4', None)
    """
    return (item["witness"] or {}).get("within") if item["verdict"] == "holds" else None


def told(item: Mapping[str, Any], money: Money) -> str:
    """Return what was found of a property, by its witness where there is one, with money as the report writes it.

    Examples
    --------
    >>> loses = {"client": "Ana", "shortfall": "1/5", "how_many": 1}
    >>> item = {"property": "individual-rationality", "verdict": "violated", "text": "…", "witness": loses}
    >>> told(item, Money())
    'client Ana loses 0.20 by taking part'
    >>> told(item | {"verdict": "holds", "witness": loses | {"within": "1/4"}}, Money())
    'client Ana loses 0.20 by taking part; it comes to at most 0.25, which is forgiven'
    """
    witness, amount = item["witness"] or {}, forgiven(item)
    words = TOLD.get((item["property"], item["verdict"] if amount is None else "violated"))
    if words is not None and witness:
        try:
            limit = "" if amount is None else f"; it comes to at most {money.text(amount)}, which is forgiven"
            return f"{words(witness, money)}{limit}"
        except (
            KeyError,
            TypeError,
            IndexError,
            StopIteration,
        ):  # a witness of another kind: its sentence is told as it stands
            pass
    return in_decimals(_spoken(item["text"], witness))


def _spoken(text: str, names: Iterable[str]) -> str:
    """Return a sentence with the declared names in it as words."""
    for name in names:
        text = text.replace(name, in_words(name)) if "_" in name else text
    return re.sub(r"\bepsilon\b", "ε", text)


def _who(witness: Witness) -> str:
    """Return whom a witness names first: what it is, and its name."""
    role = next(iter(witness))
    return f"{role.replace('_', ' ')} {witness[role]}"


def _loses(witness: Witness, money: Money) -> str:
    lost = next(witness[name] for name in ("shortfall", "loss", "profit") if name in witness)
    more = witness.get("how_many", 1) - 1
    return f"{_who(witness)} loses {money.text(_size(lost))} by taking part{_others(more)}"


def _others(more: int) -> str:
    return f"; so {'does' if more == 1 else 'do'} {more:,} more" if more else ""


def _leads(witness: Witness, money: Money, which: str = "another") -> str:
    decision = next(iter(witness))
    now = _quantity(decision, witness[decision], money)
    return f"{which} {in_words(decision)} than {now} is better for the leader"


def _keeps(witness: Witness, money: Money) -> str:
    role = next(name for name in witness if name not in KEPT)
    kept = money.text(next(witness[name] for name in KEPT if name in witness))
    return f"{role.replace('_', ' ')} {witness[role]} keeps least of those who take part: {kept}"


def _pretends(witness: Witness, money: Money) -> str:
    role = next(iter(witness))
    return (
        f"{_who(witness)} gains {money.text(witness['gain'])} by taking the item meant for {role} {witness['item_of']}"
    )


def _deviates(witness: Witness, money: Money) -> str:
    role, decision = list(witness)[:2]
    better, now = (_quantity(decision, witness[key], money) for key in ("better", decision))
    gain = money.text(witness["gain"])
    if better == now:  # too near each other for the digits that are shown
        return f"{role} {witness[role]} gains {gain} by another {in_words(decision)} near {now}"
    return f"{role} {witness[role]} gains {gain} by choosing {in_words(decision)} {better} instead of {now}"


def _undercuts(witness: Witness, money: Money) -> str:
    bought = " and ".join(
        f"{count:,} {'copy' if count == 1 else 'copies'} of version {name}"
        for name, count in witness["shopping_list"].items()
    )
    cost, price = money.text(witness["cost"]), money.text(witness["price"])
    saved = money.text(witness["saving"])
    return f"{bought} cost {cost} and do what version {witness['version']} does for {price}: buyers save {saved}"


def _overspends(witness: Witness, money: Money) -> str:
    what = witness["constraint"].replace("_", " ")
    if what == "budget balance":
        return f"the payments exceed the pool by {money.text(witness['excess'])}"
    return f"{what} is broken by {brief(as_number(witness['excess']))}"


def _several(witness: Witness, money: Money) -> str:
    return f"there are at least {len(witness['equilibria'])} equilibria, and nothing says which of them is played"


def _lies(witness: Witness, money: Money) -> str:
    gain = money.text(witness["gain"])
    told, truth = (brief(as_number(witness[name])) for name in ("report", "truth"))
    return f"{_who(witness)} gains {gain} by reporting a cost of {told} instead of {truth}"


TOLD: Mapping[tuple[str, str], Words] = MappingProxyType(
    {
        ("individual-rationality", "holds"): _keeps,
        ("individual-rationality", "violated"): _loses,
        ("incentive-compatibility", "violated"): _pretends,
        ("no-profitable-deviation", "violated"): _deviates,
        ("no-arbitrage", "violated"): _undercuts,
        ("budget-balance", "violated"): _overspends,
        ("leader-optimality", "holds"): partial(_leads, which="no other"),
        ("leader-optimality", "violated"): _leads,
        ("uniqueness", "violated"): _several,
        ("truthfulness", "violated"): _lies,
    }
)
"""How witnesses are told, by property and verdict."""


def _quantity(name: str, value: Any, money: Money) -> str:
    return money.text(value) if is_money(name) else brief(as_number(value))


def _size(value: Any) -> float:
    found = as_number(value)
    if found is None:
        raise TypeError(value)
    return abs(found)
