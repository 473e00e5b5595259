"""What a server knows of its clients' costs: intervals, scenarios, or a distribution from which scenarios are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..data import Number, Rule, Vector, read_vector
from ..declaration import Declaration, choice, labels, rows, scalar, vector
from ..errors import InputError
from ..registry import kinds_of

COST = Rule("a privacy cost", above=0, per="client", unit="money/ε")
MOST_DRAWN = 10_000_000
"""How many costs are drawn at most, in all scenarios together: each is kept."""


class Costs(Declaration):
    """A set of costs that clients may have; `told_by` are keys that tell the kinds apart in a specification."""

    told_by: ClassVar[tuple[str, ...]] = ()


class IntervalCosts(Costs):
    """Each client's cost lies between two numbers, and nothing more is known.

    Examples
    --------
    >>> print(*IntervalCosts(low=["0.2", "0.3"], high=["0.2", 2]).high)
    1/5 2
    """

    low: Vector = vector("a least privacy cost", above=0, per="client", unit="money/ε")
    high: Vector = vector("a largest privacy cost", above=0, per="client", unit="money/ε")
    client: Any = labels("client", default=None)
    told_by = ("low", "high")

    def check(self) -> None:
        """Refuse an interval that is empty."""
        for index, (low, high) in enumerate(zip(self.low.tolist(), self.high.tolist(), strict=True)):
            if low > high:
                raise InputError(f"cost.low[{index}]", low, f"must not be above the largest cost, {high}", "swap them")


class Scenarios(Costs):
    """Costs that are those of one of several scenarios; `sampled` ones are a sample of more, and averages err."""

    sampled: ClassVar[bool] = False


class ScenarioCosts(Scenarios):
    """The costs are those of one of several scenarios, each with a weight (all alike unless given).

    Examples
    --------
    >>> ScenarioCosts([["1", "1"], ["1", "2"]]).weights
    array([0.5, 0.5])
    """

    scenarios: Any = rows("client")
    weight: Vector = vector("a scenario's weight", above=0, per="scenario", default=None)
    client: Any = labels("client", default=None)
    told_by = ("scenarios",)

    def check(self) -> None:
        """Read every scenario's costs."""
        given = self.scenarios
        if not isinstance(given, Sequence | np.ndarray) or isinstance(given, str) or not len(given):
            raise InputError("scenarios", given, "must be a list of scenarios, each with one cost for each client")
        read = tuple(read_vector(f"scenarios[{k}]", row, COST, self.client) for k, row in enumerate(given))
        for k, row in enumerate(read):
            if len(row) != len(read[0]):
                rule = f"each scenario must have as many costs as the first, {len(read[0])}"
                raise InputError(f"scenarios[{k}]", f"{len(row)} costs", rule)
        if self.weight is not None and len(self.weight) != len(read):
            raise InputError("weight", f"{len(self.weight)} weights", f"must be one for each scenario, {len(read)}")
        self._set("scenarios", read)

    @property
    def weights(self) -> np.ndarray:
        """The scenarios' probabilities: the weights over their sum."""
        given = np.ones(len(self.scenarios)) if self.weight is None else np.array(self.weight, dtype=float)
        return np.asarray(given / given.sum())


class DrawnCosts(Scenarios):
    """Costs drawn independently from a distribution: `draws` scenarios of `count` clients stand for it.

    lognormal: ln ρ is normal with the median's logarithm as its mean and a standard deviation. uniform: between `least`
    and `most`. An average over the draws has a standard error, which is told beside it.

    Examples
    --------
    >>> costs = DrawnCosts("lognormal", count=3, median=1, deviation="0.5", draws=4)
    >>> len(costs.scenarios), len(costs.scenarios[0])
    (4, 3)
    """

    distribution: str = choice("lognormal", "uniform")
    count: Number = scalar("how many clients there are", at_least=2, whole=True)
    median: Number = scalar("the median cost", above=0, unit="money/ε", default=None)
    deviation: Number = scalar("the standard deviation of the costs' logarithm", above=0, default=None)
    least: Number = scalar("the least cost", above=0, unit="money/ε", default=None)
    most: Number = scalar("the largest cost", above=0, unit="money/ε", default=None)
    draws: Number = scalar("how many scenarios are drawn", at_least=2, whole=True, default=200)
    seed: Number = scalar("what the draws start from", at_least=0, whole=True, default=0)
    told_by = ("distribution",)
    sampled: ClassVar[bool] = True

    def check(self) -> None:
        """Refuse parameters of another distribution, and those that are missing."""
        needed = {"lognormal": ("median", "deviation"), "uniform": ("least", "most")}
        for kind, names in needed.items():
            for name in names:
                if (getattr(self, name) is None) == (kind == self.distribution):
                    rule = "is needed" if kind == self.distribution else f"is no parameter of {self.distribution} costs"
                    others = " and ".join(needed[self.distribution])
                    raise InputError(name, getattr(self, name), rule, f"its parameters are {others}")
        if self.draws * self.count > MOST_DRAWN:
            rule = f"for {self.count} clients would be more than {MOST_DRAWN:,} costs"
            raise InputError("draws", self.draws, rule, f"draw at most {MOST_DRAWN // int(self.count):,}")
        if self.least is not None and not self.least <= self.most:
            raise InputError("least", self.least, f"must not be above most, {self.most}", "swap them")

    @cached_property
    def scenarios(self) -> tuple[np.ndarray, ...]:
        """The scenarios, the same for the same seed."""
        random, size = np.random.default_rng(int(self.seed)), (int(self.draws), int(self.count))
        if self.distribution == "lognormal":
            drawn = float(self.median) * np.exp(float(self.deviation) * random.standard_normal(size))
        else:
            drawn = random.uniform(float(self.least), float(self.most), size)
        return tuple(read_vector("scenarios", row, COST, None) for row in drawn)

    @property
    def weights(self) -> np.ndarray:
        """The same for all."""
        return np.full(int(self.draws), 1 / int(self.draws))


def read_costs(value: Any, base: type[Costs]) -> Costs:
    """Return a set of costs of a kind, which may be given by its keys as in a specification.

    Examples
    --------
    >>> type(read_costs({"low": [1, 1], "high": [2, 2]}, IntervalCosts)).__name__
    'IntervalCosts'
    """
    if isinstance(value, base):
        return value
    if isinstance(value, Mapping):
        told = [kind for kind in kinds_of(base).values() if set(getattr(kind, "told_by", ())) & set(value)]
        if len(told) == 1:
            made = told[0](**value)
            assert isinstance(made, Costs)
            return made
    known = ", ".join(kind.__name__ for kind in kinds_of(base).values())
    raise InputError("cost", value, "is no set of costs that this takes", f"it takes {known}")
