"""What changed between two documents: which properties were lost or won, and which numbers fell or rose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...formulations.errors import InputError
from ..claims.claim import ClaimVerdict
from .measures import TAKING_PART, is_better_when_more, measures
from .results import CheckItem, CheckVerdict, kind_of

Key: TypeAlias = tuple[str, str, str]
"""The file, the class in it, and the property or number."""
KINDS = ("check", "verify", "solve", "prove")
TOLERANCE = 2e-7
"""By how much, relative, numbers of two answers may differ that are both right: each is within 1e-7."""
_RANK = {True: 2, None: 1, False: 0}
_WORDS = {True: "was as it should be", None: "was undecided", False: "failed"}


@dataclass(frozen=True)
class Change:
    """One thing that changed: its key, `better` or not, None where it only changed, and the two sides in words."""

    key: Key
    better: bool | None
    text: str

    def document(self) -> dict[str, Any]:
        """Return the change as JSON data."""
        path, mechanism, name = self.key
        return {"path": path, "mechanism": mechanism, "name": name, "text": self.text}


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what changed between two documents of check, verify, solve or prove.

    Whatever was as it should be and is no longer got worse, whether somebody requires it or not; a utility, revenue or
    number of people taking part gets worse by falling; a price or payment only changes. Files that only one of two
    checks has are not compared.

    Raises
    ------
    InputError
        When the documents are of two kinds or mechanisms, or of a kind in which nothing gets better or worse.

    Examples
    --------
    >>> import mechproof as mp
    >>> menu = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    >>> old, new = (mp.verify(mp.candidate(menu, price=[1, most])).document() for most in (8, 20))
    >>> print([change.text for change in changes(old, new) if change.better is False][0])
    no-arbitrage was as it should be and failed: 8 copies of version 0 cost 8 and do what version 1 does for 20: 12 less
    """
    kind = kind_of(old)
    if kind != kind_of(new) or kind not in KINDS:
        rule = f"cannot be compared with one of {kind}: both must be of the same of {', '.join(KINDS)}"
        raise InputError("new", kind_of(new), rule, "write both with the same command, --output FILE.json")
    _refuse_other_mechanism(old, new)
    properties = _of_properties(_statements(old), _statements(new))
    return (*properties, *_of_numbers(_numbers(old), _numbers(new), _paths(new)), *_of_people(old, new))


def _refuse_other_mechanism(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse documents of two mechanisms, of which most names of one are none of the other."""
    before, now = (document.get("mechanism") for document in (old, new))
    before, now = (named["type"] if isinstance(named, Mapping) else named for named in (before, now))
    if before != now:
        rule = f"is another mechanism than {before}, and cannot be compared with it"
        raise InputError("new", now, rule, "write both of one mechanism")


def _paths(document: Mapping[str, Any]) -> set[str]:
    """Return the files that a document is about; of what is no check only the empty name."""
    return {item["path"] for item in document["items"]} if kind_of(document) == "check" else {""}


@dataclass(frozen=True)
class _Statement:
    """What a document says of a property: whether it is as it should be, and why."""

    as_asked: bool | None
    text: str


def _of_properties(old: Mapping[Key, _Statement], new: Mapping[Key, _Statement]) -> Iterable[Change]:
    paths = {key[0] for key in new}
    for key, before in old.items():
        now = new.get(key)
        if now is None:
            if key[0] in paths:
                text = f"{key[2]} {_WORDS[before.as_asked]}, and is not judged any more"
                yield Change(key, False if before.as_asked else None, text)
        elif _RANK[now.as_asked] != _RANK[before.as_asked]:
            better = _RANK[now.as_asked] > _RANK[before.as_asked]
            after = {True: "is as it should be", None: "is undecided", False: "failed"}[now.as_asked]
            yield Change(key, better, f"{key[2]} {_WORDS[before.as_asked]} and {after}: {now.text}")


def _of_numbers(old: Mapping[Key, float], new: Mapping[Key, float], paths: set[str]) -> Iterable[Change]:
    for key, before in old.items():
        now = new.get(key)
        if now is None:
            if key[0] in paths and is_better_when_more(key[2]):
                yield Change(key, False, f"{key[2].replace('_', ' ')} was {before:.6g}, and is not known any more")
            continue
        if abs(now - before) <= TOLERANCE * max(abs(now), abs(before)):
            continue
        better = now > before if is_better_when_more(key[2]) else None
        word = "rose" if now > before else "fell"
        yield Change(key, better, f"{key[2].replace('_', ' ')} {word} from {before:.6g} to {now:.6g}")


def _of_people(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    """Yield who takes part no longer, or now, where two solutions are about the same people."""
    before, now = _taking_part(old), _taking_part(new)
    if [name for name, _ in before] != [name for name, _ in now]:
        return
    for better, what in ((False, "no longer takes part"), (True, "now takes part")):
        moved = (not better, better)
        who = [name for (name, was), (_, takes) in zip(before, now, strict=True) if (was, takes) == moved]
        if who:
            more = f", and {len(who) - 1} more" if len(who) > 1 else ""
            yield Change(("", "", f"{TAKING_PART}: {who[0]}"), better, f"{who[0]} {what}{more}")


def _taking_part(document: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Return people with whether they take part; nobody where a document does not say so."""
    said = document["values"].get("participates") if kind_of(document) == "solve" else None
    return list(zip(_people(document, len(said)), said, strict=True)) if said else []


def _people(solved: Mapping[str, Any], count: int) -> list[str]:
    """Return people's names, or their places where they have none."""
    named = (
        value
        for value in solved["mechanism"]["data"].values()
        if isinstance(value, list) and len(value) == count and any(_is_name(entry) for entry in value)
    )
    return next(named, [f"person {place}" for place in range(count)])


def _is_name(entry: Any) -> bool:
    return isinstance(entry, str) and not entry.replace("/", "").replace(".", "").replace("-", "").isdigit()


def _statements(document: Mapping[str, Any]) -> dict[Key, _Statement]:
    readers = {"check": _of_check, "verify": _of_verification, "solve": _of_solution, "prove": _of_claims}
    return dict(readers[kind_of(document)](document))


def _of_check(document: Mapping[str, Any]) -> Iterable[tuple[Key, _Statement]]:
    for found in document["items"]:
        item = CheckItem.of(found)
        yield (item.path, item.mechanism, item.property), _Statement(item.as_asked(), item.text)


def _of_verification(document: Mapping[str, Any]) -> Iterable[tuple[Key, _Statement]]:
    for item in document["items"]:
        if item["verdict"] == "not applicable":
            continue
        wrong = "holds" if item["property"] in document["expect_violated"] else "violated"
        settled = None if item["verdict"] == CheckVerdict.INCONCLUSIVE else item["verdict"] != wrong
        yield ("", "", item["property"]), _Statement(settled, item["text"])


def _of_solution(document: Mapping[str, Any]) -> Iterable[tuple[Key, _Statement]]:
    certificate = document["certificate"]
    for name in ("feasible", "optimal"):
        yield ("", "", name), _Statement(certificate[name], certificate["reason"])


def _of_claims(document: Mapping[str, Any]) -> Iterable[tuple[Key, _Statement]]:
    for claim in document["claims"]:
        open_one = claim["verdict"] == ClaimVerdict.INCONCLUSIVE.value
        settled = claim["verdict"] == claim["expected"]
        yield ("", "", claim["id"]), _Statement(None if open_one and not settled else settled, claim["statement"])


def _numbers(document: Mapping[str, Any]) -> dict[Key, float]:
    if kind_of(document) == "check":
        return {(one["path"], "", one["name"]): one["value"] for one in document["measures"]}
    if kind_of(document) == "solve":
        return {("", "", name): value for name, value in measures(document).items()}
    return {}
