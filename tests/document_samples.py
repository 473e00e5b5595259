"""Documents written down from their schemas alone: the poorest that a schema allows, and the richest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEXTS = {
    "^[0-9a-f]{64}$": "0" * 64,
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "2026-03-01",
    "^[0-9a-f]{12}$": "0" * 12,
    "^([0-9a-f]{64})?$": "",
    "^-?[0-9.]+(/[0-9]+)?$": "1/3",
}
"""A text for each pattern that the schemas have."""


@dataclass(frozen=True)
class Sample:
    """Reads a schema as a document.

    A rich one has all that may be there; one that is not rich has null, the least and the last choice wherever that is
    allowed. Lists have `length` entries, or as many more as they must.
    """

    schema: Mapping[str, Any]
    rich: bool
    length: int

    def document(self) -> Any:
        return self.of(self.schema)

    def of(self, part: Mapping[str, Any]) -> Any:
        part = self._resolved(part)
        if "const" in part:
            return part["const"]
        if "enum" in part:
            return part["enum"][0 if self.rich else -1]
        if "anyOf" in part:
            return self.of(self._chosen(part["anyOf"]))
        return self._plain(self._type(part.get("type", "object")), part)

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in part:
            part = self.schema["$defs"][str(part["$ref"]).removeprefix("#/$defs/")]
        return part

    def _chosen(self, ways: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        nothing = [way for way in ways if way.get("type") == "null"]
        return nothing[0] if nothing and not self.rich else next(way for way in ways if way not in nothing)

    def _type(self, allowed: str | list[str]) -> str:
        if isinstance(allowed, str):
            return allowed
        return "null" if "null" in allowed and not self.rich else next(name for name in allowed if name != "null")

    def _plain(self, kind: str, part: Mapping[str, Any]) -> Any:
        if kind == "null":
            return None
        if kind == "boolean":
            return self.rich
        if kind == "string":
            return TEXTS[part["pattern"]] if "pattern" in part else "text" if self.rich else ""
        if kind in ("integer", "number"):
            return self._number(part)
        return self._list(part) if kind == "array" else self._object(part)

    def _number(self, part: Mapping[str, Any]) -> int | float:
        if "exclusiveMinimum" in part:
            return float(part["exclusiveMinimum"]) + 1e-3
        least = part.get("minimum", 0)
        return max(least, 1) if self.rich else least

    def _list(self, part: Mapping[str, Any]) -> list[Any]:
        items = part.get("items", {})
        if self.rich and "anyOf" in items:  # one of each, such as every kind of evidence
            return [self.of(way) for way in items["anyOf"]]
        return [self.of(items) for _ in range(max(part.get("minItems", 0), self.length))]

    def _object(self, part: Mapping[str, Any]) -> dict[str, Any]:
        wanted = part.get("properties", {}) if self.rich else part.get("required", ())
        found = {name: self.of(part.get("properties", {}).get(name, {})) for name in wanted}
        more = part.get("additionalProperties", False)
        if isinstance(more, Mapping) and max(self.length, part.get("minProperties", 0)):
            ways = self._resolved(more).get("anyOf", [more])
            found |= {f"entry_{place}": self.of(way) for place, way in enumerate(ways)}
        return found
