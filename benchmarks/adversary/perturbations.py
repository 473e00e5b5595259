"""How answers are spoilt: one entry or all, by a part of themselves or of the largest, swapped, clamped, rounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random

from .instance import Candidate, Decisions, Instance, Numbers, as_given
from .numbers import sign, small

Spoil = Callable[[Random, Instance, Decisions], Decisions]
PER_ANSWER = 46


def candidates(rng: Random, instance: Instance, count: int = PER_ANSWER) -> Iterator[Candidate]:
    """The right answers, answers to other questions, and right answers spoilt."""
    answers = list(instance.right())
    for answer in answers[:2]:
        yield of(answer, "right", True)
        yield of(answer, "right", False)
    for other in instance.elsewhere(rng):
        yield of(other, "elsewhere", rng.random() < 0.5)
        yield of(stretch_one(rng, instance, other), "elsewhere, moved", rng.random() < 0.5)
    for _ in range(count if answers else 0):
        answer = rng.choice(answers)
        kind = rng.choice(KINDS)
        exact = rng.random() < 0.5
        if kind == "misstated":
            yield from misstated(rng, instance, answer, exact)
        else:
            yield of(SPOILS[kind](rng, instance, answer), kind, exact)


def of(decisions: Decisions, kind: str, exact: bool) -> Candidate:
    """A candidate, its decisions as the package will see them."""
    return Candidate({name: as_given(value, exact) for name, value in decisions.items()}, kind, exact)


def misstated(rng: Random, instance: Instance, answer: Decisions, exact: bool) -> Iterator[Candidate]:
    """The answer with one of its outcomes off by a part of itself."""
    right = of(answer, "misstated", exact)
    known = instance.outcomes(right.decisions)
    if not known:
        return
    name = rng.choice(sorted(known))
    least = Fraction(1, 100) if exact and instance.strict else Fraction(0)
    value, part = known[name], sign(rng) * max(small(rng), least)
    index = rng.randrange(len(value)) if isinstance(value, tuple) else 0
    entry = value[index] if isinstance(value, tuple) else value
    if entry == 0:
        return
    told = as_given(put(value, index, entry * (1 + part)), exact)
    said = told[index] if isinstance(told, tuple) else told
    off = float(abs(said - entry) / abs(entry))
    yield Candidate(right.decisions, "misstated", exact, {name: told}, off, instance.blur(name, right.decisions))


def put(value: Numbers, index: int, entry: Fraction) -> Numbers:
    """Numbers with one entry replaced."""
    if not isinstance(value, tuple):
        return entry
    return tuple(entry if at == index else old for at, old in enumerate(value))


def _some(rng: Random, decisions: Decisions) -> tuple[str, int, Fraction]:
    name = rng.choice(sorted(decisions))
    value = decisions[name]
    index = rng.randrange(len(value)) if isinstance(value, tuple) else 0
    return name, index, value[index] if isinstance(value, tuple) else value


def _largest(value: Numbers) -> Fraction:
    return max(map(abs, value)) if isinstance(value, tuple) else abs(value)


def stretch_one(rng: Random, instance: Instance, decisions: Decisions) -> Decisions:
    name, index, entry = _some(rng, decisions)
    return {**decisions, name: put(decisions[name], index, entry * (1 + sign(rng) * small(rng)))}


def shift_one(rng: Random, instance: Instance, decisions: Decisions) -> Decisions:
    name, index, entry = _some(rng, decisions)
    step = (_largest(decisions[name]) or Fraction(1)) * small(rng) * sign(rng)
    return {**decisions, name: put(decisions[name], index, entry + step)}


def stretch_all(rng: Random, instance: Instance, decisions: Decisions) -> Decisions:
    factor, name = 1 + sign(rng) * small(rng), rng.choice([*sorted(decisions), ""])
    return {
        key: _each(value, lambda entry: entry * factor) if name in (key, "") else value
        for key, value in decisions.items()
    }


def shift_all(rng: Random, instance: Instance, decisions: Decisions) -> Decisions:
    name = rng.choice(sorted(decisions))
    step = (_largest(decisions[name]) or Fraction(1)) * small(rng) * sign(rng)
    return {**decisions, name: _each(decisions[name], lambda entry: entry + step)}


def jitter(rng: Random, instance: Instance, decisions: Decisions) -> Decisions:
    size = small(rng)
    return {
        name: _each(value, lambda entry: entry * (1 + size * rng.randint(-100, 100) / 100))
        for name, value in decisions.items()
    }


def swap(rng: Random, instance: Instance, decisions: Decisions) -> Decisions:
    longer = [name for name, value in decisions.items() if isinstance(value, tuple) and len(value) > 1]
    if not longer:
        return stretch_one(rng, instance, decisions)
    i, j = rng.sample(range(len(decisions[longer[0]])), 2)  # type: ignore[arg-type]
    which = longer if rng.random() < 0.5 else longer[:1]
    return {name: _swapped(value, i, j) if name in which else value for name, value in decisions.items()}


def _swapped(value: Numbers, i: int, j: int) -> Numbers:
    assert isinstance(value, tuple)
    entries = list(value)
    entries[i], entries[j] = entries[j], entries[i]
    return tuple(entries)


def clamp(rng: Random, instance: Instance, decisions: Decisions) -> Decisions:
    """An entry at zero, at a hair off it, or at the largest."""
    name, index, _ = _some(rng, decisions)
    largest = _largest(decisions[name]) or Fraction(1)
    choices = (Fraction(0), largest * Fraction(1, 10**9), -largest * Fraction(1, 10**9), largest * small(rng), largest)
    return {**decisions, name: put(decisions[name], index, rng.choice(choices))}


def rounded(rng: Random, instance: Instance, decisions: Decisions) -> Decisions:
    """All entries to a few digits."""
    digits = rng.randint(3, 12)
    return {
        name: _each(value, lambda entry: Fraction(f"{float(entry):.{digits}g}")) for name, value in decisions.items()
    }


def _each(value: Numbers, change: Callable[[Fraction], Fraction]) -> Numbers:
    return tuple(change(entry) for entry in value) if isinstance(value, tuple) else change(value)


SPOILS: dict[str, Spoil] = {
    "one, relative": stretch_one,
    "one, absolute": shift_one,
    "all, relative": stretch_all,
    "all, absolute": shift_all,
    "uneven": jitter,
    "swapped": swap,
    "clamped": clamp,
    "rounded": rounded,
}
KINDS = ("one, relative", "one, absolute", "all, relative", "all, absolute", "uneven", *SPOILS, "misstated")
