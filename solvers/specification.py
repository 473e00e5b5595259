"""Specifications: a mechanism, and what to do with it, in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ..formulations.authors import told
from ..formulations.data import Rule, read_number, read_vector
from ..formulations.declaration import people_of
from ..formulations.errors import InputError
from ..formulations.finite.nfg import SUFFIX, parse_nfg
from ..formulations.language import Declaration, Model
from ..formulations.registry import MECHANISMS, entries, loaded, mechanism_name
from ..formulations.rounds.declaration import Rounds
from ..formulations.shown import Shown
from ..formulations.specification.fields import (
    Reader,
    aligned,
    choose,
    read_declaration,
    refuse_no_table,
    refuse_no_text,
    refuse_unknown,
)
from ..formulations.specification.tables import read_text
from ..formulations.specification.user_code import load_class
from ..formulations.words import suggestion
from .backend import family_of
from .evaluation import decisions_of
from .solution import Request, Solution, check_time_limit
from .solve import solve
from .uncertainty import UNCERTAIN

FORMAT = 1
WITHIN = Rule("the tolerance, an amount of money", at_least=0)
"""What somebody may gain, or a pool may be overspent by, without a property counting as violated."""


@dataclass(frozen=True, eq=False, repr=False)
class Specification(Shown):
    """What a specification says.

    `candidate` holds somebody's own numbers in the mechanism's order, or None; `digests` the SHA-256 of every file
    that was read; files are relative to `folder`. `prove` says which promises must be proved, None where nobody asks;
    the tables `verify`, `train`, `market` and `baselines` belong to the commands of these names; the market's decimals
    are kept, since money is exact. `play` says how the game is played in rounds.
    """

    type: str
    model: Declaration
    backend: str = "auto"
    request: Request = field(default_factory=Request)
    candidate: Mapping[str, Any] | None = None
    verify: Mapping[str, Any] = field(default_factory=dict)
    prove: Mapping[str, Any] | None = None
    train: Mapping[str, Any] = field(default_factory=dict)
    market: Mapping[str, Any] = field(default_factory=dict)
    play: Rounds | None = None
    baselines: Mapping[str, Any] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()

    def facts(self) -> Mapping[str, Any]:
        """Return the mechanism, and which tables there are beside."""
        tables = [
            name for name in ("candidate", "verify", "train", "market", "play", "baselines") if getattr(self, name)
        ]
        return {"type": self.type, "model": type(self.model), "backend": self.backend, "tables": tables}

    def asked(self, backend: str | None = None, **request: Any) -> Specification:
        """Return the same with another back end or request; what is None stays as it is."""
        changes = {name: value for name, value in request.items() if value is not None}
        return replace(self, backend=backend or self.backend, request=replace(self.request, **changes))

    def solve(self) -> Solution:
        """Solve the mechanism as it is asked for."""
        asked = self.request
        return solve(
            self.model,
            self.backend,
            asked.arithmetic,
            asked.tolerance,
            asked.time_limit,
            asked.seed,
            asked.options,
        )


def read_specification(path: str | Path, allow_code: bool = False) -> Specification:
    r"""Read a specification; files it names are relative to it. A game in Gambit's format, ``.nfg``, is one by itself.

    Literals keep their exact value: ``0.1`` is one tenth.

    Raises
    ------
    InputError
        When anything in it is unknown, missing or breaks a rule.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "two.toml"
    ...     text = '[mechanism]\ntype = "stackelberg-pricing"\ncost = [0.1, 1]\nalpha = 4\nbeta = 2\n'
    ...     _ = path.write_text("format = 1\n" + text)
    ...     read_specification(path).model.cost
    array([Fraction(1, 10), Fraction(1, 1)], dtype=object)
    """
    path = Path(path)
    text, digest = read_text(path, "spec")
    if path.suffix.lower() == SUFFIX:
        game = parse_nfg(text, path.name)
        return Specification("finite-game", game, digests={path.name: digest}, folder=path.parent)
    document = _parse(path, text)
    if document.get("format") != FORMAT or isinstance(document.get("format"), bool):
        raise InputError(
            "format", document.get("format"), f"must be {FORMAT}", f"start the file with format = {FORMAT}"
        )
    if "family" in document and "mechanism" not in document:
        raise InputError(
            "mechanism", None, "is needed, and this file declares a family", f"mechproof design {path.name}"
        )
    refuse_unknown("", document, ("format", "mechanism", *_TABLES))
    if "mechanism" not in document:
        raise InputError("mechanism", None, "is needed: the table that says which", _way_to_mechanism())
    reader = Reader(path.parent)
    kind, model = _read_mechanism(document["mechanism"], reader, allow_code)
    parts = {name: read(document[name], model, reader) for name, read in _TABLES.items() if name in document}
    asked = parts.pop("solve", {})
    digests = {path.name: digest, **reader.digests}
    return Specification(kind, model, **asked, **parts, digests=digests, folder=path.parent)


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError, ArithmeticError) as error:
        what = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a value cannot be read"
        raise InputError("spec", str(path), f"is not TOML: {what}", "see https://toml.io") from None


def _read_mechanism(value: Any, reader: Reader, allow_code: bool) -> tuple[str, Declaration]:
    table = dict(refuse_no_table("mechanism", value))
    name = table.pop("type", None)
    if name is None:
        raise InputError("mechanism.type", None, "is needed", _way_to_mechanism())
    refuse_no_text("mechanism.type", name)
    if ":" not in name:
        entry = choose("mechanism.type", name, entries(MECHANISMS), ' or your own, as "my_market.py:MyContest"')
        kind = loaded(entry)
        uncertain = UNCERTAIN.of(kind)
        if uncertain is not None and (becomes := uncertain(table)) is not None:
            kind, table = becomes
            name = mechanism_name(kind) or name
        return name, read_declaration(kind, table, "mechanism", reader)
    kind = load_class(name, reader.folder, allow_code)
    try:
        return name, read_declaration(kind, table, "mechanism", reader)
    except (Exception, SystemExit) as error:
        raise told(error) or error from None


def _way_to_mechanism() -> str:
    return f"write [mechanism] and type = one of {', '.join(map(repr, entries(MECHANISMS)))}"


def _read_candidate(value: Any, model: Declaration, reader: Reader) -> dict[str, Any]:
    sizes, decided = _sizes(model), {item.name for item in decisions_of(model)}
    length = next((size for size in sizes.values() if size is not None), None)
    assert isinstance(model, Model)
    people = model.people()
    candidate: dict[str, Any] = {}
    for name, given in refuse_no_table("candidate", value).items():
        where = f"candidate.{name}"
        if name not in sizes:
            choices = f"the names are {', '.join(sizes)}"
            raise InputError(where, given, "the mechanism has no such value", suggestion(name, sizes, choices))
        rule = Rule(name, per=model.about)
        single = sizes[name] is None if name in decided else not isinstance(given, list | Mapping)
        if single:
            candidate[name] = read_number(where, given, rule)
            continue
        column = aligned(where, reader.column(where, given), people, rule.per or "entry")
        if len(column.entries) != length:
            raise InputError(where, f"{len(column.entries)} entries", f"must have one for each {rule.per}, {length}")
        truths = bool(column.entries) and all(isinstance(entry, bool) for entry in column.entries)
        candidate[name] = np.array(column.entries) if truths else read_vector(where, column.entries, rule, people)
    return candidate


def _sizes(model: Declaration) -> dict[str, int | None]:
    """Return the values a candidate may give, with each decision's length: None for a single number."""
    outcomes = model.outcomes() if isinstance(model, Model) else ()
    decided = {item.name: len(item.upper) if np.ndim(item.upper) else None for item in decisions_of(model)}
    return {**decided, **dict.fromkeys(outcomes)}


def _read_solve(value: Any, *_: Any) -> dict[str, Any]:
    table = refuse_no_table("solve", value)
    refuse_unknown("solve", table, ("backend", *(item.name for item in fields(Request))))
    asked = {name: _plain(item) for name, item in table.items() if name != "backend"}
    try:
        request = Request(**asked)
    except InputError as error:
        raise InputError(f"solve.{error.field}", error.value, error.rule, error.remedy) from None
    backend = refuse_no_text("solve.backend", table.get("backend", "auto"))
    if backend.casefold() != "auto":
        family_of(backend, "solve.backend")  # also where there is a candidate, and nobody would ask it
    return {"backend": backend, "request": request}


def _read_verify(value: Any, *_: Any) -> dict[str, Any]:
    table = refuse_no_table("verify", value)
    refuse_unknown("verify", table, ("require", "expect_violated", "within"))
    for name in ("require", "expect_violated"):
        _refuse_no_names(f"verify.{name}", table.get(name, []), "properties' names")
    if "within" in table:
        return {**table, "within": read_number("verify.within", table["within"], WITHIN)}
    return dict(table)


def _read_prove(value: Any, *_: Any) -> dict[str, Any]:
    table = refuse_no_table("prove", value)
    refuse_unknown("prove", table, ("require", "time_limit"))
    _refuse_no_names("prove.require", table.get("require", []), "claims' ids, as mechproof prove prints them")
    limit = _plain(table.get("time_limit"))
    try:
        check_time_limit(limit)
    except InputError as error:
        raise InputError("prove.time_limit", limit, error.rule, error.remedy) from None
    return {name: _plain(item) for name, item in table.items()}


def _read_play(value: Any, model: Declaration, reader: Reader) -> Rounds:
    table = dict(refuse_no_table("play", value))
    assert isinstance(model, Model)
    for item in fields(Rounds):
        if item.name in table and people_of(item) is not None:
            column = reader.column(f"play.{item.name}", table[item.name])
            table[item.name] = aligned(f"play.{item.name}", column, model.people(), model.about).entries
    declared = read_declaration(Rounds, table, "play", reader)
    assert isinstance(declared, Rounds)
    return declared


def _refuse_no_names(where: str, names: Any, what: str) -> None:
    if not isinstance(names, list) or not all(isinstance(item, str) for item in names):
        raise InputError(where, names, f"must be a list of {what}")


def _keep(name: str) -> Callable[..., dict[str, Any]]:
    return lambda value, *_: {key: _plain(item) for key, item in refuse_no_table(name, value).items()}


def _plain(value: Any) -> Any:
    """Return settings as solvers take them: decimals as doubles."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


_TABLES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "candidate": _read_candidate,
        "solve": _read_solve,
        "verify": _read_verify,
        "prove": _read_prove,
        "train": _keep("train"),
        "market": lambda value, *_: refuse_no_table("market", value),
        "play": _read_play,
        "baselines": _keep("baselines"),
    }
)
