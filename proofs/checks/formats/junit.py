"""A check as JUnit XML: a suite for each file, and one test case for each property.

It keeps to what the schemas of Jenkins' xUnit plugin, of pytest's ``xunit2`` and of Ant's JUnit task have in common: an
``error`` in a test case is no part of that, so what could not be judged is a failure of the type "error".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as Tree

from ..results import Check, CheckItem, Level

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say, such as the control characters of a terminal."""


def junit(check: Check) -> str:
    """Return a check as JUnit XML.

    What is required and violated, undecided, or could not be judged is a failure of that type; what failed in the
    baseline already is skipped; all else passes.

    Examples
    --------
    >>> from mechproof.proofs.checks.results import CheckItem, CheckVerdict
    >>> item = CheckItem("monotone", CheckVerdict.HOLDS, Level.NONE, "so it is", path="a/menu.toml", line=2)
    >>> print(junit(Check("a", (item,))))  # doctest: +ELLIPSIS
    <?xml version='1.0' encoding='utf-8'?>
    <testsuites>
      <testsuite name="a/menu.toml" tests="1" failures="0" errors="0" skipped="0" time="0" ...
    """
    root = Tree.Element("testsuites")
    for place, path in enumerate(dict.fromkeys(item.path for item in check.items)):
        _suite(root, place, path or "model", [item for item in check.items if item.path == path])
    Tree.indent(root)
    text: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text.decode() + "\n"


def _suite(root: Tree.Element, place: int, path: str, items: Sequence[CheckItem]) -> None:
    outcomes = [_outcome(item) for item in items]
    numbers = {
        "tests": len(items),
        "failures": outcomes.count("failure"),
        "errors": 0,
        "skipped": outcomes.count("skipped"),
        "time": 0,
    }
    told = {"name": _clean(path), **{name: str(number) for name, number in numbers.items()}}
    suite = Tree.SubElement(root, "testsuite", told)
    made = {
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "hostname": "localhost",
    }
    suite.attrib.update({**made, "package": "mechproof", "id": str(place)})
    Tree.SubElement(suite, "properties")
    for item, outcome in zip(items, outcomes, strict=True):
        _case(suite, path, item, outcome)
    Tree.SubElement(suite, "system-out")
    Tree.SubElement(suite, "system-err")


def _case(suite: Tree.Element, path: str, item: CheckItem, outcome: str | None) -> None:
    # readers take what stands before the last dot for a package
    named = path.removesuffix(".toml").replace(".", "_").replace("/", ".")
    name = f"{item.mechanism}.{item.property}" if item.mechanism else item.property
    case = Tree.SubElement(suite, "testcase", classname=_clean(named), name=_clean(name), time="0")
    if outcome == "skipped":
        Tree.SubElement(case, "skipped", message=_clean(f"as in the baseline: {item.text}"))
    elif outcome:
        said = Tree.SubElement(case, outcome, message=_clean(item.text), type=item.verdict.value)
        said.text = _clean("\n".join(details(item)))


def details(item: CheckItem) -> list[str]:
    """Return the lines that say all of an item: its line, its witness, and the command that judges it again."""
    shown = item.document()["witness"] or {}
    return [
        str(item),
        *(f"  {name}: {value}" for name, value in shown.items()),
        *([item.command] if item.command else []),
    ]


def _outcome(item: CheckItem) -> str | None:
    return {Level.ERROR: "failure", Level.WARNING: "failure", Level.NOTE: "skipped"}.get(item.level)


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)
