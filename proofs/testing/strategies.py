"""Hypothesis strategies of a declared mechanism's instances, from its fields' rules.

>>> from hypothesis import find, settings
>>> import mechproof as mp
>>> same = settings(derandomize=True)  # the same draws each time: which of several small ones is met last is chance
>>> smallest = find(mp.strategies.instances(mp.PrivacyContract), lambda model: model.reward_pool > 3, settings=same)
>>> smallest.cost, smallest.reward_pool
(array([Fraction(1, 1)], dtype=object), Fraction(4, 1))
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from ...formulations.data import Rule
from ...formulations.declaration import people_of
from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ...formulations.registry import kinds_of
from .as_text import Shown
from .numbers import KINDS, numbers, outside
from .requirements import hypothesis
from .shapes import Shape, built, declared_fields, names, refuse_unsaid, shape_of

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

Kind = TypeVar("Kind", bound=Declaration)
ARITHMETICS = ("exact", "float")


def instances(
    mechanism: type[Kind],
    *,
    least: int | None = None,
    most: int = 4,
    kinds: Sequence[str] = KINDS,
    arithmetics: Sequence[str] = ARITHMETICS,
    **given: Any,
) -> SearchStrategy[Kind]:
    """Return a strategy of valid instances, which shrink to few people and small whole numbers.

    When a test fails, Hypothesis prints the smallest instance with a specification of it and an ``@example``.

    Parameters
    ----------
    mechanism
        A declared class; what is drawn follows from its `scalar`, `vector`, `choice`, `labels` and `part` fields, and
        from what its `check` refuses.
    least, most
        How many people a vector has entries for: by default from as few as are accepted (but two in a game), to four.
    kinds
        What numbers are like: "small" (whole, below ten), "uneven", "tied" (several people alike), "extreme" (powers
        of ten from 1e-6 to 1e6).
    arithmetics
        Numbers are given as fractions ("exact") or as doubles ("float").
    given
        Fields that are not to be drawn so: a value, or a strategy of values.

    Raises
    ------
    InputError
        When a word or field is not known, or nothing plain is accepted by the class.

    Examples
    --------
    >>> from hypothesis import find, settings
    >>> import mechproof as mp
    >>> same = settings(derandomize=True)
    >>> dear = find(instances(mp.StackelbergPricing), lambda game: max(game.cost) > 2 * min(game.cost), settings=same)
    >>> print(*sorted(dear.cost))
    1 3
    """
    st = hypothesis("mp.strategies.instances").strategies
    refuse_words("kinds", kinds, KINDS)
    refuse_words("arithmetics", arithmetics, ARITHMETICS)
    given = {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in given.items()}
    refuse_unsaid(mechanism, given)
    drawing = Drawing(mechanism, least, most, tuple(kinds), tuple(arithmetics), given)

    @st.composite  # type: ignore[untyped-decorator]
    def instance(draw: DrawFn) -> Any:
        return drawing.accepted(draw)[0]

    return instance()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Refused:
    """Data that miss a mechanism's rules by a hair: making it must raise an `InputError` that names a field of these.

    Examples
    --------
    >>> import mechproof as mp
    >>> data = {"cost": [1, 2], "count": [1, 1], "reward_pool": 0}
    >>> Refused(mp.PrivacyContract, data, ("reward_pool",), "at its strict bound").make()
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: reward_pool = 0: the reward pool must be positive
    """

    mechanism: type[Declaration]
    data: Mapping[str, Any]
    fields: tuple[str, ...]
    why: str

    def make(self) -> Declaration:
        """Make the mechanism of these data, which must be refused."""
        return self.mechanism(**self.data)


def just_infeasible(mechanism: type[Declaration], *, most: int = 4, **given: Any) -> SearchStrategy[Refused]:
    """Return a strategy of data that break one rule by a hair: a number at a strict bound, an entry too many, a typo.

    Parameters
    ----------
    mechanism, most, given
        As in `instances`.

    Examples
    --------
    >>> from hypothesis import find, settings
    >>> import mechproof as mp
    >>> same = settings(derandomize=True)
    >>> wrong = find(just_infeasible(mp.PrivacyContract), lambda wrong: wrong.fields == ("cost",), settings=same)
    >>> wrong.why, wrong.data["cost"]
    ('at its strict bound', [Fraction(0, 1)])
    """
    st = hypothesis("mp.strategies.just_infeasible").strategies
    given = {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in given.items()}
    refuse_unsaid(mechanism, given)
    drawing = Drawing(mechanism, None, most, ("small",), ("exact",), given)

    @st.composite  # type: ignore[untyped-decorator]
    def refused(draw: DrawFn) -> Refused:
        data = dict(drawing.accepted(draw, shown=False)[1])
        declared = {name: item for name, item in declared_fields(mechanism).items() if name in data}
        spoilt = [found for name, item in declared.items() for found in _spoilt(name, item, data, declared)]
        fields, why, changed = draw(st.sampled_from(spoilt))
        return Refused(mechanism, {**data, **changed(draw, st)}, fields, why)

    return refused()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Drawing:
    """How the data of one class are drawn."""

    mechanism: type[Declaration]
    least: int | None
    most: int
    kinds: tuple[str, ...]
    arithmetics: tuple[str, ...]
    given: Mapping[str, Any]
    _learnt: list[Shape] = field(default_factory=list)

    def accepted(self, draw: DrawFn, shown: bool = True) -> tuple[Declaration, Mapping[str, Any]]:
        """Return an instance and the data it was made of; what its `check` refuses is drawn anew."""
        package = hypothesis("mp.strategies")
        data = self.data(draw, draw(package.strategies.sampled_from(self.kinds)))
        if draw(package.strategies.sampled_from(self.arithmetics)) == "float":
            data = {name: value if name in self.given else _doubles(value) for name, value in data.items()}
        try:
            model, accepted = built(self.mechanism, data)
        except InputError:
            package.reject()
        if shown and package.currently_in_test_context():
            package.note(Shown(model))
        return model, accepted

    def data(self, draw: DrawFn, kind: str) -> dict[str, Any]:
        """Return data as the fields' rules allow them."""
        st = hypothesis("mp.strategies").strategies
        data = {name: draw(value) for name, value in self.given.items()}
        shape, lengths = self.shape(data), _lengths(declared_fields(self.mechanism), data)
        wanted = self._wanted(draw(st.sampled_from(shape.patterns)))
        for per, entries in _by_people(wanted).items():
            low = max(shape.least[per], self.least or 0)
            low, high = (lengths[per],) * 2 if per in lengths else (low, max(low, self.most))
            rows = _rows(draw, st, entries, kind, low, high)
            data |= {name: [row[place] for row in rows] for place, name in enumerate(entries)}
            lengths[per] = len(rows)
        for name, item in wanted.items():
            if name not in data:
                data[name] = self._single(draw, st, item, kind, lengths)
        return data

    def shape(self, given: Mapping[str, Any]) -> Shape:
        """Return what the class accepts besides what is given, learnt from the first data that are drawn."""
        if not self._learnt:
            self._learnt.append(shape_of(self.mechanism, given))
        return self._learnt[0]

    def _wanted(self, pattern: Collection[str]) -> dict[str, Field[Any]]:
        """Return the fields to draw: of those that are not given, the needed ones, the pattern's and the choices."""
        declared = declared_fields(self.mechanism)
        left = {name: item for name, item in declared.items() if name not in self.given}
        return {
            name: item
            for name, item in left.items()
            if item.default is MISSING or name in pattern or "choice" in item.metadata
        }

    def _single(self, draw: DrawFn, st: Any, item: Field[Any], kind: str, lengths: Mapping[str, int]) -> Any:
        if "choice" in item.metadata:
            return draw(st.sampled_from(item.metadata["choice"]))
        if "labels" in item.metadata:
            return names(item.metadata["labels"], lengths.get(item.metadata["labels"], 0))
        if "part" in item.metadata:
            part = draw(st.sampled_from(list(kinds_of(item.metadata["part"]).values())))
            inner = Drawing(part, None, self.most, (kind,), ("exact",), {})
            return inner.accepted(draw, shown=False)[0]
        return draw(numbers(item.metadata["rule"], kind))


def _lengths(declared: Mapping[str, Field[Any]], given: Mapping[str, Any]) -> dict[str, int]:
    """Return how many people there are of whom given vectors have entries."""
    vectors = {name: value for name, value in given.items() if name in declared and value is not None}
    named = {name: people_of(declared[name]) for name in vectors}
    return {per: len(vectors[name]) for name, per in named.items() if per is not None}


def _by_people(wanted: Mapping[str, Field[Any]]) -> dict[str, dict[str, Rule]]:
    """Return the vectors' rules by whom they have entries for."""
    found: dict[str, dict[str, Rule]] = {}
    for name, item in wanted.items():
        rule: Rule | None = item.metadata.get("rule")
        if rule is not None and rule.per is not None:
            found.setdefault(rule.per, {})[name] = rule
    return found


def _rows(draw: DrawFn, st: Any, entries: Mapping[str, Rule], kind: str, low: int, high: int) -> list[Any]:
    """Return a row for each person, with a number for each vector; people are rows, so that they shrink away whole."""
    row = st.tuples(*(numbers(rule, "small" if kind == "tied" else kind) for rule in entries.values()))
    if kind == "tied":
        row = st.sampled_from([draw(row), draw(row)])
    return list(draw(st.lists(row, min_size=low, max_size=high)))


def _doubles(value: Any) -> Any:
    if isinstance(value, list):
        return [_doubles(entry) for entry in value]
    return float(value) if isinstance(value, Fraction) else value


Change = Callable[[Any, Any], dict[str, Any]]
Spoilt = tuple[tuple[str, ...], str, Change]


def _spoilt(name: str, item: Field[Any], data: Mapping[str, Any], declared: Mapping[str, Field[Any]]) -> list[Spoilt]:
    """Return the ways to break one field's rules: which fields may be named, why, and what changes."""
    value, rule = data[name], item.metadata.get("rule")
    if "choice" in item.metadata:
        return [((name,), "a misspelt word", _one(name, f"{value}x"))]
    if "labels" in item.metadata and value:
        return [((name,), "an empty name", _one(name, [*value[:-1], " "]))]
    if rule is None:
        return []
    if rule.per is None:
        return [((name,), why, _one(name, wrong)) for why, wrong in outside(rule)]
    return _spoilt_vector(name, rule, value, declared) if value else []


def _spoilt_vector(name: str, rule: Rule, values: Sequence[Any], declared: Mapping[str, Field[Any]]) -> list[Spoilt]:
    """Return the ways to break a vector's rules: a wrong entry, and one more than others about the same people have."""
    found: list[Spoilt] = [((name,), why, _entry(name, values, wrong)) for why, wrong in outside(rule)]
    others = [other for other in declared if people_of(declared[other]) == rule.per and other != name]
    if others:
        found.append(((name, *others, str(rule.per)), "an entry too many", _one(name, [*values, values[-1]])))
    return found


def _one(name: str, wrong: Any) -> Change:
    return lambda draw, st: {name: wrong}


def _entry(name: str, values: Sequence[Any], wrong: Any) -> Change:
    def changed(draw: Any, st: Any) -> dict[str, Any]:
        at = draw(st.integers(0, len(values) - 1))
        return {name: [*values[:at], wrong, *values[at + 1 :]]}

    return changed


def refuse_words(field: str, words: Sequence[str], known: Sequence[str]) -> None:
    """Refuse a word that is not known."""
    for word in words:
        if word not in known:
            raise InputError(field, word, "is not known", f"the choices are {', '.join(known)}")
