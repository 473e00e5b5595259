"""What a report's documents show, in a few sentences that somebody reads first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .documents import Named
from .market import market_sentences
from .money import Money, is_money
from .numbers import brief, in_words, percent
from .sections import are_truth_values, known_numbers


@dataclass(frozen=True)
class Finding:
    """What the documents about one thing show, sentence by sentence."""

    about: str
    sentences: tuple[str, ...]


def findings(documents: Iterable[Named], money: Money | None = None) -> tuple[Finding, ...]:
    """Return the main findings: who takes part, what accuracy is bought, what the privacy really is.

    Documents whose names begin alike, as in ``no cap: solution`` and ``no cap: training``, are about the same thing.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> s = mp.solve(mp.StackelbergPricing(cost=[1, 1, 3], alpha=4, beta=2), arithmetic="exact")
    >>> findings(read_documents({"ours: solution": s}))
    (Finding(about='ours', sentences=('2 of 3 take part: reward pool 0.50, largest ε 0.125.',)),)
    """
    found: dict[str, list[str]] = {}
    money = money or Money()
    for item in documents:
        said: tuple[str, ...] = (_participation(item, money),) if item.kind == "solve" else ()
        said = (_accuracy(item), _classical(item)) if item.kind == "train" else said
        said = market_sentences(item, money) if item.kind == "market" else said
        for sentence in filter(None, said):
            found.setdefault(item.about, []).append(sentence)
    return tuple(Finding(about, tuple(sentences)) for about, sentences in found.items())


def _participation(item: Named, money: Money) -> str:
    values = item.document["values"]
    who = next((value for value in values.values() if are_truth_values(value)), None)
    if who is None:  # a menu, whose terms say more
        return ""
    said = _first_sizes({name: value for name, value in values.items() if value is not who}, money)
    return f"{sum(who):,} of {len(who):,} take part{': ' if said else ''}{', '.join(said)}."


def _first_sizes(values: Mapping[str, Any], money: Money) -> list[str]:
    """Return in words the first number, and the largest entry of the first vector."""
    numbers = [(name, value) for name, value in values.items() if isinstance(value, int | float)]
    vectors = [(name, known_numbers(value)) for name, value in values.items() if isinstance(value, list)]
    said = [f"{in_words(name)} {_told(name, value, money)}" for name, value in numbers[:1]]
    return said + [f"largest {in_words(name)} {_told(name, max(value), money)}" for name, value in vectors[:1] if value]


def _told(name: str, value: float, money: Money) -> str:
    return money.text(value) if is_money(name) else brief(value)


def _accuracy(item: Named) -> str:
    arms = {arm["name"]: arm for arm in item.document["arms"]}
    own = arms.get("mechanism")
    if own is None:
        return ""
    beside = [f"{_words(name)} {_measured(arms[name])}" for name in ("static", "random", "no-noise") if name in arms]
    clients = f"{own['participants']:,} of {item.document['clients']['count']:,} clients"
    confidence = f"{percent(item.document['protocol']['confidence'], 0)} interval"
    return (
        f"The budgets of {clients} train a model that is right on {_measured(own)} of held-out records "
        f"({confidence} {_interval(own)}); {', '.join(beside)}."
    )


def _classical(item: Named) -> str:
    taking_part = [entry for entry in item.document["ledger"] if entry["participates"]]
    if not taking_part:
        return ""
    entry = max(taking_part, key=lambda entry: float(entry["epsilon"]))
    classical, protocol = entry["classical_uncomposed"], item.document["protocol"]
    given = f"ε = {brief(entry['epsilon'])} at δ = {brief(protocol['delta'])}"
    return (
        f"The largest budget, {given} over all {protocol['rounds']} rounds, takes a noise multiplier "
        f"σ = {brief(entry['sigma'])}; the classical formula, never composed, would have taken "
        f"{brief(classical['sigma'])}, with a true ε of {brief(classical['true_epsilon'])}."
    )


def _measured(arm: Any) -> str:
    return percent(arm["measured"]["interval"]["mean"])


def _interval(arm: Any) -> str:
    interval = arm["measured"]["interval"]
    return f"{percent(interval['low'])} to {percent(interval['high'])}"


def _words(name: str) -> str:
    return {"static": "one static budget for all", "random": "random budgets", "no-noise": "no privacy at all"}[name]
