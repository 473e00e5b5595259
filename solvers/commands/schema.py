"""The published JSON Schemas: of specifications, written down from the declarations, and of every document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from importlib.resources import files
from typing import Any

from ...formulations.data import Rule
from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ...formulations.registry import kinds_of, mechanisms
from ...formulations.specification.tables import suggestion
from ..solution import ARITHMETICS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REQUEST_FIELDS: Mapping[str, dict[str, Any]] = {
    "arithmetic": {"enum": list(ARITHMETICS)},
    "tolerance": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "time_limit": {"type": "number", "exclusiveMinimum": 0},
    "seed": {"type": "integer", "minimum": 0},
    "options": {"type": "object"},
}
_NUMBER: Mapping[str, Any] = {
    "description": "A number, or an exact one as text, such as 1/3.",
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^\s*[+-]?[0-9.]+([eE][+-]?[0-9]+|/[0-9]+)?\s*$"},
    ],
}


def schema_names() -> tuple[str, ...]:
    """Return the names of the published schemas.

    Examples
    --------
    >>> {"compare", "report", "solve", "spec", "train"} <= set(schema_names())
    True
    """
    found = (item.name for item in (files(__package__) / "schemas").iterdir())
    return tuple(sorted(name.removesuffix("-1.json") for name in found if name.endswith("-1.json")))


def published(name: str) -> dict[str, Any]:
    """Return a published schema with all that it refers to.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    if name not in schema_names():
        choices = f"the choices are {', '.join(schema_names())}"
        raise InputError("schema", name, "is not known", suggestion(name, schema_names(), choices))
    schema: dict[str, Any] = _read(f"{name}-1.json")
    return schema if name == "spec" else {**schema, "$defs": _read("common.json")}


def check_document(document: Mapping[str, Any]) -> None:
    """Refuse a document that does not follow the schema it names.

    Raises
    ------
    InputError
        When the schema or its version is unknown, or the document does not follow it.

    Examples
    --------
    >>> check_document({"schema": "mechproof/list/1", "mechanisms": [], "backends": []})
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    known = {f"mechproof/{name}/1": name for name in schema_names() if name != "spec"}
    named = document.get("schema")
    if named not in known:
        raise InputError("schema", named, "is not known", f"this version reads {', '.join(known)}")
    error = best_match(Draft202012Validator(published(known[named])).iter_errors(document))
    if error is not None:
        raise InputError(error.json_path, error.instance, f"does not follow {named}: {error.message}")


def specification_schema() -> dict[str, Any]:
    """Write down the schema of specifications from the declarations.

    Examples
    --------
    >>> sorted(specification_schema()["properties"])
    ['candidate', 'format', 'market', 'mechanism', 'solve', 'train', 'verify']
    """
    own = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"type": "string", "pattern": r"^.+\.py:\w+$", "description": "your own class"}},
    }
    names = {"type": "array", "items": {"type": "string"}}
    vector = [{"type": "array"}, {"$ref": "#/$defs/column"}, {"$ref": "#/$defs/repeated"}]
    tables = {
        "format": {"const": 1},
        "mechanism": {"anyOf": [*map(_kind, mechanisms().items()), own]},
        "candidate": {"type": "object", "additionalProperties": {"anyOf": [{"$ref": "#/$defs/number"}, *vector]}},
        "solve": _table({"backend": {"type": "string"}, **REQUEST_FIELDS}, []),
        "verify": _table({"require": names, "expect_violated": names}, []),
        "train": {"type": "object"},
        "market": {"type": "object"},
    }
    return {
        "$schema": DIALECT,
        "$id": "urn:mechproof:spec:1",
        "title": "A mechproof specification",
        **_table(tables, ["format", "mechanism"]),
        "$defs": {"number": _NUMBER, "column": _column(), "repeated": _repeated()},
    }


def _column() -> dict[str, Any]:
    text = {"type": "string"}
    described = {"description": "A column of a CSV file beside the specification; id is the column with the names."}
    return described | _table({"file": text, "column": text, "id": text}, ["file", "column"])


def _repeated() -> dict[str, Any]:
    count = {"type": "integer", "minimum": 1}
    described = {"description": "One value for each of so many people."}
    return described | _table({"value": {"$ref": "#/$defs/number"}, "count": count}, ["value", "count"])


def _table(properties: Mapping[str, Any], needed: list[str]) -> dict[str, Any]:
    table: dict[str, Any] = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**table, "required": needed} if needed else table


def _kind(named: tuple[str, type[Declaration]]) -> dict[str, Any]:
    """Return the schema of one type of declaration."""
    name, kind = named
    declared = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    needed = [key for key, item in declared.items() if item.default is MISSING]
    properties = {"type": {"const": name}, **{key: _field(item) for key, item in declared.items()}}
    summary = (kind.__doc__ or "").strip().splitlines()
    return {"description": summary[0] if summary else name, **_table(properties, ["type", *needed])}


def _field(item: Field[Any]) -> dict[str, Any]:
    """Return the schema of one declared field."""
    if "choice" in item.metadata:
        return {"enum": list(item.metadata["choice"])}
    if "part" in item.metadata:
        return {"anyOf": [_kind(named) for named in kinds_of(item.metadata["part"]).items() if _is_shipped(named[1])]}
    column = {"$ref": "#/$defs/column"}
    if "labels" in item.metadata:
        names = {"type": "array", "items": {"type": ["string", "integer"]}, "uniqueItems": True}
        return {"description": f"the {item.metadata['labels']}s' names", "anyOf": [names, column]}
    rule: Rule | None = item.metadata.get("rule")
    if rule is None:
        return {}
    number: dict[str, Any] = {"$ref": "#/$defs/number"}
    number |= {"exclusiveMinimum": rule.above} if rule.above is not None else {}
    number |= {"minimum": rule.at_least} if rule.at_least is not None else {}
    if rule.per is None:
        return {"description": rule.text, **number}
    entries = {"type": "array", "items": number}
    return {
        "description": f"{rule.text}; one for each {rule.per}",
        "anyOf": [entries, column, {"$ref": "#/$defs/repeated"}],
    }


def _is_shipped(kind: type) -> bool:
    return kind.__module__.startswith(__package__.partition(".")[0] + ".")


def _read(name: str) -> Any:
    return json.loads((files(__package__) / "schemas" / name).read_text(encoding="utf-8"))
