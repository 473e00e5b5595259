"""From the ``[market]`` table of a specification to a market; its files are relative to the specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Declaration
from ...formulations.registry import kinds_of
from ...formulations.specification.fields import (
    Reader,
    choose,
    read_declaration,
    refuse_no_table,
    refuse_no_text,
    refuse_unknown,
)
from ...formulations.specification.tables import read_text
from ...formulations.specification.user_code import load_class
from ...formulations.versions.pricing import VersionPricing
from ...formulations.versions.revenue import VersionRevenue
from ...solvers.specification import Specification
from ..training.own_data import read_dataset
from .declaration import Buyers, Market, RewardPool, SurveyFit
from .protocol import market_protocol
from .rules import Owners, Payment, PrivacyCap

_PARTS: Mapping[str, type[Declaration]] = {
    "owners": Owners,
    "pool": RewardPool,
    "survey": Buyers,
    "buyers": Buyers,
    "fit": SurveyFit,
}
_RULES: Mapping[str, type[Declaration]] = {"payment": Payment, "privacy": PrivacyCap}
_KEYS = (*_PARTS, *_RULES, "draw", "trust", "copies", "training", "arithmetic")


def read_market(specification: Specification, allow_code: bool = False) -> tuple[Market, Specification]:
    r"""Return the market of a specification, and the specification with the digests of all files read.

    Raises
    ------
    InputError
        When there is no ``[market]``, anything in it is unknown or missing, or parts do not fit together.
    UnsupportedModel
        When the mechanism prices no versions.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from mechproof.solvers.specification import read_specification
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "market.toml"
    ...     mechanism = 'type = "version-revenue"\nepsilon = [1, 3]\nwanted = [0, 1]\nvalue = [1, 2]\n'
    ...     market = 'owners = { cost = [0.1, 0.2] }\npool = { share = 0.7 }\n'
    ...     _ = path.write_text(f"format = 1\n[mechanism]\n{mechanism}[market]\n{market}")
    ...     read_market(read_specification(path))[0].pool.share
    Fraction(7, 10)
    """
    model = specification.model
    if not isinstance(model, VersionPricing | VersionRevenue):
        raise UnsupportedModel(
            f"a market sells versions, and {specification.type} prices none; "
            'use type = "version-revenue" or "version-pricing" below [mechanism]'
        )
    table = specification.market
    if not table:
        remedy = "write [market] with at least owners and pool"
        raise InputError("market", None, "is needed: who sells privacy, and for what", remedy)
    refuse_unknown("market", table, _KEYS)
    for name in ("owners", "pool"):
        if name not in table:
            raise InputError(f"market.{name}", None, "is needed", f"write [market.{name}] and its keys")
    reader = Reader(specification.folder)
    given: dict[str, Any] = {}
    for name in (key for key in _KEYS if key in table):
        if name in _PARTS:
            part = refuse_no_table(f"market.{name}", table[name])
            given[name] = _read_part(_PARTS[name], part, f"market.{name}", reader)
        elif name in _RULES:
            given[name] = _read_rule(_RULES[name], table[name], f"market.{name}", reader, allow_code)
        elif name != "training":
            given[name] = table[name]
    training, digests = _read_training(table, reader)
    market = Market(
        model, backend=specification.backend, time_limit=specification.request.time_limit, **given, **training
    )
    files = {**digests, **reader.digests, **_code_files(table, reader)}
    return market, replace(specification, digests={**specification.digests, **files})


def _read_training(table: Mapping[str, Any], reader: Reader) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the protocol and the records of one's own, where they are given, and the digest of these."""
    if "training" not in table:
        return {}, {}
    settings = dict(refuse_no_table("market.training", table["training"]))
    if not isinstance(settings.get("dataset"), Mapping):
        return {"training": market_protocol(settings)}, {}
    own, digest = read_dataset(settings.pop("dataset"), "market.training.dataset", reader.folder)
    return {"training": market_protocol({**settings, "dataset": own.name}), "dataset": own}, {own.name: digest}


def _code_files(table: Mapping[str, Any], reader: Reader) -> dict[str, str]:
    """Return the digests of the files of rules of one's own, which are inputs like any other."""
    files = {}
    for name in _RULES:
        code, colon, _ = str(table.get(name, {}).get("type", "")).partition(":")
        if colon:
            files[code] = read_text(reader.folder / code, f"market.{name}.type", code)[1]
    return files


def _read_rule(base: type[Declaration], value: Any, where: str, reader: Reader, allow_code: bool) -> Declaration:
    """Return a rule by its type's name, or of one's own class, as ``type = "my_rules.py:MyPayment"``."""
    table = dict(refuse_no_table(where, value))
    name = refuse_no_text(f"{where}.type", table.pop("type", None))
    if ":" not in name:
        kind = choose(f"{where}.type", name, kinds_of(base), ' or your own, as "my_rules.py:MyRule"')
    else:
        kind = load_class(name, reader.folder, allow_code)
        if not issubclass(kind, base):
            raise InputError(f"{where}.type", name, f"must be a subclass of mechproof.{base.__name__}")
    return _read_part(kind, table, where, reader)


def _read_part(kind: type[Declaration], table: Mapping[str, Any], where: str, reader: Reader) -> Declaration:
    try:
        return read_declaration(kind, table, where, reader)
    except InputError as error:
        if error.field.startswith(where):
            raise
        raise InputError(f"{where}.{error.field}", error.value, error.rule, error.remedy) from None
