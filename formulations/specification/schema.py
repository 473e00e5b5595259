"""The JSON Schema of declarations, written down from their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from ..data import Rule
from ..language import Declaration
from ..registry import kinds_of
from .csv_tables import DECIMAL_SIGNS, SEPARATORS

_NUMBER: Mapping[str, Any] = {
    "description": "A number, or an exact one as text, such as 1/3.",
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^\s*[+-]?[0-9.]+([eE][+-]?[0-9]+|/[0-9]+)?\s*$"},
    ],
}


def definitions() -> dict[str, Any]:
    """Return what the schemas of declarations refer to: numbers, columns of files, repeated values."""
    return {"number": _NUMBER, "column": _column(), "repeated": _repeated()}


def declaration_schema(named: tuple[str, type[Declaration]]) -> dict[str, Any]:
    """Return the schema of one type of declaration."""
    name, kind = named
    declared = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    needed = [key for key, item in declared.items() if item.default is MISSING]
    properties = {"type": {"const": name}, **{key: _field(item) for key, item in declared.items()}}
    summary = (kind.__doc__ or "").strip().splitlines()
    return {"description": summary[0] if summary else name, **table_schema(properties, ["type", *needed])}


def table_schema(properties: Mapping[str, Any], needed: list[str]) -> dict[str, Any]:
    """Return the schema of a table with these keys and no others."""
    table: dict[str, Any] = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**table, "required": needed} if needed else table


def _field(item: Field[Any]) -> dict[str, Any]:
    """Return the schema of one declared field."""
    if "choice" in item.metadata:
        return {"enum": list(item.metadata["choice"])}
    if "part" in item.metadata:
        return {"anyOf": [_part(named) for named in kinds_of(item.metadata["part"]).items() if _is_shipped(named[1])]}
    if "rows" in item.metadata:
        one = {"type": "array", "items": {"$ref": "#/$defs/number"}}
        described = {"description": f"several vectors, or a table with a column for each {item.metadata['rows']}"}
        file = {"type": "object", "required": ["file"]}
        return described | {"anyOf": [{"type": "array", "items": one}, {"type": "string"}, file]}
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


def _part(named: tuple[str, type[Declaration]]) -> dict[str, Any]:
    """Return the schema of a part, which needs no type where its keys tell it from others."""
    schema = declaration_schema(named)
    if getattr(named[1], "told_by", ()):
        schema["required"] = [key for key in schema["required"] if key != "type"]
    return schema


def _is_shipped(kind: type) -> bool:
    return kind.__module__.startswith(__package__.partition(".")[0] + ".")


def _column() -> dict[str, Any]:
    text = {"type": "string"}
    description = (
        "A column of a CSV, Parquet, Arrow or Feather file beside the specification; id is the column with the names, "
        "separator and decimal are a CSV file's."
    )
    told = {"separator": {"enum": list(SEPARATORS)}, "decimal": {"enum": list(DECIMAL_SIGNS)}}
    keys = {"file": text, "column": text, "id": text, **told}
    return {"description": description} | table_schema(keys, ["file", "column"])


def _repeated() -> dict[str, Any]:
    count = {"type": "integer", "minimum": 1}
    described = {"description": "One value for each of so many people."}
    return described | table_schema({"value": {"$ref": "#/$defs/number"}, "count": count}, ["value", "count"])
