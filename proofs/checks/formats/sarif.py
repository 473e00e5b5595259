"""A check as SARIF 2.1.0, which code hosts show beside the lines.

A result that holds is of the kind "pass" and the level "none"; what is not required, or violated as expected, of
"informational" or "pass" and "none"; only what fails or is undecided has another level, since whoever reads results
counts one with a level. Every result has a location, without which uploads are refused, and a fingerprint that does not
change when lines move.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ....solvers.serialization import provenance
from ..results import Check, CheckItem, Level
from ..rules import help_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"


def sarif(check: Check) -> str:
    """Return a check as SARIF.

    Examples
    --------
    >>> from mechproof.proofs.checks.results import CheckItem, CheckVerdict
    >>> item = CheckItem("monotone", CheckVerdict.HOLDS, Level.NONE, "so it is", path="menu.toml", line=2)
    >>> result = json.loads(sarif(Check("menu.toml", (item,))))["runs"][0]["results"][0]
    >>> result["kind"], result["level"], result["locations"][0]["physicalLocation"]["region"]
    ('pass', 'none', {'startLine': 2})
    """
    rules = {name: place for place, name in enumerate(dict.fromkeys(item.property for item in check.items))}
    driver = {
        "name": "mechproof",
        "version": provenance()["mechproof"],
        "rules": [_rule(name) for name in rules],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": check.exit_code in (0, 1, 3), "exitCode": check.exit_code}],
        "automationDetails": {"id": "mechproof/check/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder in which mechproof check was run."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, rules[item.property]) for item in check.items],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(name: str) -> dict[str, Any]:
    text = help_of(name)
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.replace("/", "-").split("-")),
        "shortDescription": {"text": name.replace("-", " ")},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "defaultConfiguration": {"level": "error"},
    }


def _result(item: CheckItem, rule: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": item.property,
        "ruleIndex": rule,
        "kind": _kind(item),
        "level": item.level.value,
        "message": {"text": f"{item.property} {item.verdict.value}: {item.text}"},
        "locations": [{"physicalLocation": _location(item)}],
        "partialFingerprints": {"mechproofProperty/v1": item.fingerprint()},
        "properties": {"verdict": item.verdict.value, "command": item.command},
    }
    witness = item.document()["witness"]
    return found if not witness else {**found, "properties": {**found["properties"], "witness": witness}}


def _kind(item: CheckItem) -> str:
    """Return the kind; whatever is not "fail" must have the level "none"."""
    if item.level != Level.NONE:
        return "fail"
    return "pass" if item.as_asked() else "informational"


def _location(item: CheckItem) -> dict[str, Any]:
    path = Path(item.path or ".")
    place = {"uri": path.as_uri()} if path.is_absolute() else {"uri": quote(path.as_posix()), "uriBaseId": ROOT}
    return {"artifactLocation": place, "region": {"startLine": max(item.line, 1)}}
