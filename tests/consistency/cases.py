"""Instances of every model with an answer to each, drawn by the adversary; the same in other units and orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st
from promises.strategies import WANTED

import mechproof as mp
from benchmarks.adversary.hunt import MECHANISMS
from benchmarks.adversary.instance import Candidate, Decisions, Instance
from benchmarks.adversary.mechanisms.contest import Contest
from benchmarks.adversary.mechanisms.contract import Contract
from benchmarks.adversary.mechanisms.games import Efforts, Outputs
from benchmarks.adversary.mechanisms.market import Market
from benchmarks.adversary.mechanisms.prices import Prices
from benchmarks.adversary.mechanisms.programs import Amounts
from benchmarks.adversary.mechanisms.revenue import Revenue
from benchmarks.adversary.perturbations import candidates

MODELS = list(MECHANISMS) if WANTED else [name for name in MECHANISMS if name not in ("foreseen", "weighted")]
"""What is drawn: the modes of a market and of a contract that take seconds only in a long run."""
Power = tuple[int, int]
"""Of money and of ε (or whatever else is decided) in a unit."""
NAMES: dict[type, tuple[str, str]] = {
    Contest: ("client", "cost"),
    Prices: ("version", "epsilon"),
    Revenue: ("version", "epsilon"),
    Contract: ("owner_type", "cost"),
    Market: ("seller", "cost"),
}


@dataclass(frozen=True)
class Case:
    """An instance and an answer to it."""

    instance: Instance
    answer: Candidate

    def certify(self, arithmetic: str, tolerance: float = 1e-7, **names: Any) -> mp.Certificate:
        data = {**self.instance.data(), **names}
        built = {key: value.made(**value.data) if hasattr(value, "made") else value for key, value in data.items()}
        model = self.instance.declared()(**built)
        return mp.certify(mp.candidate(model, **self.answer.stated()), arithmetic, tolerance)


def verdict(certificate: mp.Certificate) -> str:
    if certificate.valid:
        return "valid"
    return "refuted" if False in (certificate.feasible, certificate.optimal) else "undecided"


def cases(name: str, exact: bool | None = None, near: bool = False) -> st.SearchStrategy[Case]:
    """Cases of a mechanism; `near` are right answers, or ones that are moved by less than a tolerance or two."""
    return st.builds(lambda seed: drawn(name, seed, exact, near), st.integers(0, 10**6))


def drawn(name: str, seed: int, exact: bool | None, near: bool) -> Case:
    """The first instance of a seed that is as wanted, with one of its answers."""
    rng = Random(seed)
    while True:
        instance = MECHANISMS[name][0](rng)
        if exact is not None and instance.exact is not exact:
            continue
        for answer in candidates(rng, instance, 12):
            if answer.outcomes or (exact and not answer.exact) or rng.random() < 0.8:
                continue
            if not near or instance.truth(answer.decisions).high < 1e-6:
                return Case(instance, answer)


def powers(instance: Instance) -> tuple[dict[str, Power], dict[str, Power]]:
    """The units of an instance's fields, and of the decisions."""
    if isinstance(instance, Contest):
        data = {"cost": (1, -1), "cap": (0, 1), "alpha": (0, -1), "beta": (1, 0)}
        return data, {"reward_pool": (1, 0), "epsilon": (0, 1)}
    if isinstance(instance, Prices):
        barrier = (-2, 0)  # one over a loss in squares
        return {"epsilon": (0, 1), "target": (1, 0), "width": (1, 0), "barrier": barrier}, {"price": (1, 0)}
    if isinstance(instance, Revenue):
        return {"epsilon": (0, 1), "value": (1, 0)}, {"price": (1, 0)}
    if isinstance(instance, Contract):  # ε is a pure number in coth(ε/2), and in 1 + ε
        return {"cost": (1, 0), "pool": (1, 0)}, {"epsilon": (0, 0), "payment": (1, 0)}
    if isinstance(instance, Market):
        data = dict.fromkeys(("cost", "alpha", "weight"), (1, 0))
        return data, {"price": (1, 0), "quantity": (0, 0), "epsilon": (0, 0)}
    if isinstance(instance, Amounts):
        rows = {"most": (0, 1), "first": (0, -1), "second": (0, -1)}
        if instance.weight is None:
            return {**rows, "cost": (1, -1)}, {"amount": (0, 1)}
        return {**rows, "cost": (0, 1), "weight": (1, -2)}, {"amount": (0, 1)}
    if isinstance(instance, Efforts):
        return {"cost": (1, -1), "most": (0, 1), "intercept": (1, 0)}, {"effort": (0, 1)}
    assert isinstance(instance, Outputs)
    data = {"cost": (1, -1), "most": (0, 1), "intercept": (1, -1), "slope": (1, -2)}
    return data, {"output": (0, 1)}


def in_units(case: Case, money: Fraction, epsilon: Fraction) -> Case:
    """The same case where money and ε are counted in other units."""
    data, decided = powers(case.instance)

    def scaled(value: Any, power: Power) -> Any:
        factor = money ** power[0] * epsilon ** power[1]
        if value is None:
            return None
        return tuple(v * factor for v in value) if isinstance(value, tuple) else value * factor

    changed = {name: scaled(getattr(case.instance, name), power) for name, power in data.items()}
    answer = {name: scaled(value, decided[name]) for name, value in case.answer.decisions.items()}
    return Case(replace(case.instance, **changed), replace(case.answer, decisions=answer))


def reordered(case: Case, order: Sequence[int]) -> Case:
    """The same case with its people, versions or goods in another order; of numbers beyond how many there are, none."""
    instance = case.instance
    size = len(getattr(instance, named(instance)[1]))
    places = [place for place in order if place < size]
    names = ("epsilon",) if isinstance(instance, Revenue) else instance.per_person
    known = {item.name for item in fields(instance)} & set(names)
    changed = {name: moved(getattr(instance, name), places) for name in known}
    if isinstance(instance, Revenue):
        changed["wanted"] = tuple(places.index(version) for version in instance.wanted)
    decisions: Decisions = {name: moved(value, places) for name, value in case.answer.decisions.items()}
    return Case(replace(instance, **changed), replace(case.answer, decisions=decisions))


def named(instance: Instance) -> tuple[str, str]:
    """Where the names of people, or versions, are given, and a field that has an entry for each."""
    return next((names for kind, names in NAMES.items() if isinstance(instance, kind)), ("", instance.per_person[0]))


def moved(value: Any, places: Sequence[int]) -> Any:
    return tuple(value[place] for place in places) if isinstance(value, tuple) else value


def buyers_reordered(case: Case, order: Sequence[int]) -> Case:
    """The same survey with its buyers in another order."""
    assert isinstance(case.instance, Revenue)
    places = [place for place in order if place < len(case.instance.value)]
    changed = {name: moved(getattr(case.instance, name), places) for name in ("wanted", "value")}
    return Case(replace(case.instance, **changed), case.answer)
