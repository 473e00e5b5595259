"""The published JSON Schemas: of specifications, written down from the declarations, and of every document.

``python -m mechproof.solvers.commands.schema FILE`` writes that of specifications anew; `mechproof schema spec` prints
the published one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ...formulations.registry import mechanisms
from ...formulations.rounds.declaration import Rounds
from ...formulations.specification.schema import declaration_schema, definitions, table_schema
from ...formulations.words import suggestion
from ..serialization import to_json, write_whole
from ..solution import ARITHMETICS
from ..uncertainty import UNCERTAIN

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REQUEST_FIELDS: Mapping[str, dict[str, Any]] = {
    "arithmetic": {"enum": list(ARITHMETICS)},
    "tolerance": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "time_limit": {"type": "number", "exclusiveMinimum": 0},
    "seed": {"type": "integer", "minimum": 0},
    "options": {"type": "object"},
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
    return schema if name == "spec" else {**schema, "$defs": {**_read("common.json"), **schema.get("$defs", {})}}


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
        found = _meant(error)
        why = found.message.removeprefix(repr(found.instance)).strip()  # the value is named once, and shortened
        raise InputError(found.json_path, found.instance, f"does not follow {named}: {why}")


def _meant(error: ValidationError) -> ValidationError:
    """Return what is wrong in the one of several alternatives that is meant: whose constants and types fit."""
    from jsonschema.exceptions import best_match

    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [found for found in branches.values() if not any(one.validator in ("const", "type") for one in found)]
    deeper = best_match(fitting[0]) if len(fitting) == 1 else None
    return error if deeper is None else _meant(deeper)


def specification_schema() -> dict[str, Any]:
    """Write down the schema of specifications from the declarations.

    Examples
    --------
    >>> sorted(specification_schema()["properties"])
    ['baselines', 'candidate', 'format', 'market', 'mechanism', 'play', 'prove', 'solve', 'train', 'verify']
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
        "mechanism": {"anyOf": [*map(declaration_schema, [*mechanisms().items(), *_uncertain()]), own]},
        "candidate": {"type": "object", "additionalProperties": {"anyOf": [{"$ref": "#/$defs/number"}, *vector]}},
        "solve": table_schema({"backend": {"type": "string"}, **REQUEST_FIELDS}, []),
        "verify": table_schema({"require": names, "expect_violated": names, "within": {"$ref": "#/$defs/number"}}, []),
        "prove": table_schema({"require": names, "time_limit": REQUEST_FIELDS["time_limit"]}, []),
        "train": {"type": "object"},
        "market": {"type": "object"},
        "play": rounds_schema(),
        "baselines": {"type": "object"},
    }
    return {
        "$schema": DIALECT,
        "$id": "urn:mechproof:spec:1",
        "title": "A mechproof specification",
        **table_schema(tables, ["format", "mechanism"]),
        "$defs": definitions(),
    }


def rounds_schema() -> dict[str, Any]:
    """Write down the schema of the table about a play in rounds; it names no type, of which there is one."""
    schema = declaration_schema(("rounds", Rounds))
    del schema["properties"]["type"], schema["required"]
    return schema


def _uncertain() -> list[tuple[str, type[Declaration]]]:
    """Return what mechanisms become where their private data are given as a set, under the names they keep."""
    return [(name, kind) for name, becomes in UNCERTAIN.everything().items() for kind in becomes.kinds]


def _read(name: str) -> Any:
    return json.loads((files(__package__) / "schemas" / name).read_text(encoding="utf-8"))


def main(arguments: Sequence[str]) -> None:
    """Write the schema of specifications, as the declarations have it now, into a file."""
    (path,) = arguments
    write_whole(Path(path), to_json(specification_schema()))


if __name__ == "__main__":
    main(sys.argv[1:])
