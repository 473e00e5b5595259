"""A check against an earlier one: only what got worse fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .changes import Change, changes
from .formats.json import document
from .judge import INFORMATION
from .results import Asked, Check, CheckItem, CheckVerdict, Level


def against(check: Check, before: Mapping[str, Any]) -> Check:
    """Return a check in which what failed, or was open, in the earlier one already is a note, and what got worse fails.

    A file that cannot be judged is no better for having been so before. What the earlier check does not know of is
    judged as if there were none, and so is what is required now and was not then.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.checks.formats.json import document
    >>> menu = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    >>> bad = mp.check(mp.candidate(menu, price=[1, 20]))
    >>> bad.ok, against(bad, document(bad)).ok
    (False, True)
    """
    worse = {change.key: change for change in changes(before, document(check)) if change.better is False}
    known = {_key(item): item.asked for item in map(CheckItem.of, before["items"])}
    items = [_compared(item, worse, known) for item in check.items]
    judged = {_key(item) for item in items}
    lost = [_lost(change, check) for key, change in worse.items() if key not in judged]
    return replace(check, items=(*items, *lost))


def _compared(item: CheckItem, worse: Mapping[Any, Change], known: Mapping[Any, Asked]) -> CheckItem:
    key = _key(item)
    if item.verdict == CheckVerdict.ERROR or key not in known:
        return item
    if key in worse:
        return replace(
            item, level=Level.ERROR, text=f"worse than in the baseline: {item.text.removeprefix(INFORMATION)}"
        )
    if item.level in (Level.ERROR, Level.WARNING) and item.asked == known[key]:
        return replace(item, level=Level.NOTE, text=f"known from the baseline: {item.text}")
    return item


def _lost(change: Change, check: Check) -> CheckItem:
    """Return what got worse and is no item of its own: a number that fell, a property that is judged no more."""
    path, mechanism, name = change.key
    beside = next(item for item in check.items if item.path == path)
    return CheckItem(
        name.replace(" ", "-").replace("_", "-"),
        CheckVerdict.VIOLATED,
        Level.ERROR,
        f"worse than in the baseline: {change.text}",
        None,
        path,
        beside.line,
        "",
        mechanism,
        Asked.REQUIRED,
    )


def _key(item: CheckItem) -> tuple[str, str, str]:
    return (item.path, item.mechanism, item.property)
