"""What was heard of a declaration: who decides on what, within which bounds, and what two instances say alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ...formulations.errors import UnsupportedModel
from .traces import Refused, Trace


@dataclass(frozen=True)
class Side:
    """A bound of a decision: a number that nobody is beyond, None if data or N decide; whether it is everybody's."""

    value: Fraction | None
    same: bool = True


@dataclass(frozen=True)
class Choice:
    """A decision: its name and symbol, whether it is a whole number, its bounds, and the data that it reports.

    `finite` says that it is from a finite set; `among` lists its values where they are the same for all, and all data.
    """

    name: str
    symbol: str
    whole: bool
    lower: Side
    upper: Side
    reports: str = ""
    finite: bool = False
    among: tuple[Fraction, ...] = ()

    @property
    def discrete(self) -> bool:
        """Whether it takes some numbers only."""
        return self.whole or self.finite


@dataclass(frozen=True)
class Actor:
    """One who decides, or a `crowd` of people in the same role; on a `second` thing, too, if there is one."""

    name: str
    crowd: bool
    decision: Choice
    utility: Trace | Refused
    second: Choice | None = None


@dataclass(frozen=True)
class Limit:
    """A constraint."""

    name: str
    equality: bool
    slack: Trace | Refused


@dataclass(frozen=True)
class Heard:
    """Who plays, and within which constraints."""

    actors: tuple[Actor, ...]
    limits: tuple[Limit, ...]


def agreed(one: Heard, other: Heard, why: str, alike: Callable[[Trace, Trace], bool]) -> Heard:
    """Return what both say; a formula in which they differ is refused, a bound in which they differ is not known.

    Raises
    ------
    UnsupportedModel
        When others play, or there are other constraints.
    """
    if [_who(actor) for actor in one.actors] != [_who(actor) for actor in other.actors]:
        raise UnsupportedModel(f"who plays is not always the same: {why}")
    if [(item.name, item.equality) for item in one.limits] != [(item.name, item.equality) for item in other.limits]:
        raise UnsupportedModel(f"the constraints are not always the same: {why}")
    return Heard(
        tuple(
            replace(
                mine,
                decision=_both_choices(mine.decision, yours.decision),
                second=None
                if mine.second is None or yours.second is None
                else _both_choices(mine.second, yours.second),
                utility=_both(mine.utility, yours.utility, f"the utility of the {mine.name}: {why}", alike),
            )
            for mine, yours in zip(one.actors, other.actors, strict=True)
        ),
        tuple(
            replace(mine, slack=_both(mine.slack, yours.slack, why, alike))
            for mine, yours in zip(one.limits, other.limits, strict=True)
        ),
    )


def _who(actor: Actor) -> tuple[Any, ...]:
    second = actor.second.name if actor.second is not None else None
    decision = actor.decision
    return actor.name, actor.crowd, decision.name, decision.whole, decision.finite, decision.reports, second


def _both_choices(one: Choice, other: Choice) -> Choice:
    among = one.among if one.among == other.among else ()
    return replace(
        one, lower=_both_sides(one.lower, other.lower), upper=_both_sides(one.upper, other.upper), among=among
    )


def _both_sides(one: Side, other: Side) -> Side:
    if one.value is None or one.value != other.value:
        return Side(None, same=False)
    return Side(one.value, one.same and other.same)


def _both(
    one: Trace | Refused, other: Trace | Refused, why: str, alike: Callable[[Trace, Trace], bool]
) -> Trace | Refused:
    if isinstance(one, Refused) or isinstance(other, Refused):
        return one if isinstance(one, Refused) else other
    return one if alike(one, other) else Refused(why)
