"""Whether a verdict on a generated game is true."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import FrameType
from typing import Any
from unittest.mock import patch

from mechproof.formulations.errors import BackendError, LimitReached, MechproofError
from mechproof.proofs.own import proving

from . import truth
from .auctions import AuctionSpec, broken_auction, unfounded_auction
from .grammar import OutsideError, Spec
from .menus import MenuSpec, broken_menu, unfounded_menu

F = Fraction


@dataclass(frozen=True)
class Judged:
    """What was said of one property, and what is false about it, "" if nothing is known to be."""

    spec: Spec | MenuSpec | AuctionSpec
    claim: str
    verdict: str
    false: str = ""
    words: str = ""


FRAGILE = {"z3", "flint", "scipy", "cvxpy"}
"""Libraries that an exception in the middle would leave broken."""


class Here:
    """Does a worker's jobs in this process, so that none has to be started for every game."""

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def run(self, job: Callable[..., Any], limit: float, *arguments: Any) -> Any:
        """Return what a job returns, or stop it."""

        def stop(_: Any = None, frame: FrameType | None = None) -> None:
            while frame is not None:
                if frame.f_globals.get("__name__", "").partition(".")[0] in FRAGILE:
                    return  # the timer rings again
                frame = frame.f_back
            raise LimitReached(f"{job.__name__} was stopped after {limit:g} seconds")

        before, started = signal.signal(signal.SIGALRM, stop), time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, max(limit, 0.001), 0.05)  # again, if it was put off
        try:
            return job(*arguments)
        except MechproofError:
            raise
        except Exception as error:
            if time.monotonic() - started >= limit:  # whatever became of the exception within a library
                stop()
            raise BackendError(f"{job.__name__}: {error}") from None  # as a worker says it
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def judged(spec: Spec | MenuSpec | AuctionSpec, seconds: float, claims: tuple[str, ...] = ()) -> list[Judged]:
    """Ask for the properties of a game, and judge every verdict."""
    kind = spec.declared()
    try:
        with patch.object(proving, "Worker", Here):
            found = [
                claim
                for name in claims or (None,)
                for claim in proving.prove_own(kind, name and f"own/{name}", seconds=seconds).claims
            ]
    except MechproofError as error:
        return [Judged(spec, "all", "refused", words=str(error))]
    return [_judged(spec, proved.claim.id.removeprefix("own/"), proved) for proved in found]


def _judged(spec: Spec | MenuSpec | AuctionSpec, claim: str, proved: Any) -> Judged:
    document, verdict = proved.document(), str(proved.verdict)
    words = document["statement"]
    if isinstance(spec, AuctionSpec):
        return Judged(spec, claim, verdict, _of_auction(spec, claim, document, verdict), words)
    if isinstance(spec, MenuSpec):
        return Judged(spec, claim, verdict, _of_menu(spec, document, verdict), words)
    if verdict.startswith("PROVED"):
        return Judged(spec, claim, verdict, broken(spec, claim, words), words)
    if verdict == "REFUTED":
        piece = next(one for one in document["evidence"] if one["kind"] == "counterexample")
        return Judged(spec, claim, verdict, unfounded(spec, claim, piece, words), words)
    tried = " ".join(piece.get("text", "") for piece in document["evidence"])
    reasons = ("role", "decide", "whole numbers", "not the same", "other data", "people", "float")
    read = any(word in tried for word in ("sentence", "certificate", "z3", "stopped", "seconds were over"))
    return Judged(spec, claim, verdict if read or not any(r in tried for r in reasons) else "refused", words=tried)


def _of_auction(spec: AuctionSpec, claim: str, document: Mapping[str, Any], verdict: str) -> str:
    if verdict.startswith("PROVED"):
        return broken_auction(spec, claim)
    if verdict != "REFUTED":
        return ""
    piece = next(one for one in document["evidence"] if one["kind"] == "counterexample")
    values = {name: F(text) for name, text in piece["instance"].items()}
    return unfounded_auction(spec, claim, values, " ".join(piece["costs"]))


def _of_menu(spec: MenuSpec, document: Mapping[str, Any], verdict: str) -> str:
    if verdict.startswith("PROVED"):
        return broken_menu(spec)
    if verdict != "REFUTED":
        return ""
    piece = next(one for one in document["evidence"] if one["kind"] == "counterexample")
    return unfounded_menu(spec, {name: F(text) for name, text in piece["instance"].items()})


def broken(spec: Spec, claim: str, words: str) -> str:
    """Return an instance that breaks what was proved, "" if none was found."""
    positive, least = "others' sum is positive" in words, "above its least" not in words
    if claim == "concave-player":
        return truth.dented(spec, positive, least)
    if claim == "concave-leader":
        return truth.dented_leader(spec)
    if claim == "existence":
        return truth.without(spec, least)
    if claim == "uniqueness":
        return truth.several(spec, least)
    if claim == "individual-rationality":
        return truth.losing(spec)
    return truth.overspent(spec)


def unfounded(spec: Spec, claim: str, piece: Mapping[str, Any], words: str) -> str:
    """Return why an instance does not refute what it should, "" if it does."""
    values = {name: F(text) for name, text in piece["instance"].items()}
    count = sum(name.startswith("effort[") for name in values)
    kind = next((kind for kind in spec.kinds if kind and f"gain = {kind}" in words), spec.kinds[0])
    game = truth.Instance(
        tuple(values[f"cost[{k}]"] for k in range(count)),
        values["pool"],
        values.get("gain_rate", F(1)),
        kind,
        values.get("worth", F(1)),
    )
    profile = tuple(values[f"effort[{k}]"] for k in range(count))
    try:
        limits = truth.bounds(spec, game)
    except OutsideError:
        return "no one can keep to the bounds"
    for own, (lower, upper) in zip(profile, limits, strict=True):
        if not lower <= own <= upper or (spec.bounds.whole and own.denominator != 1):
            return f"{own} is no decision from {lower} to {upper}"
    try:
        return _unfounded(spec, claim, game, profile, " ".join(piece["costs"]))
    except OutsideError:
        return ""  # irrational: it cannot be told here


def _unfounded(spec: Spec, claim: str, game: truth.Instance, profile: tuple[Fraction, ...], told: str) -> str:
    if claim == "concave-player":
        return "" if any(_dent(spec, game, profile, k) for k in range(2)) else f"{game}, {profile}: it is concave there"
    if claim == "uniqueness":
        pairs = [tuple(F(text) for text in one.split(",")) for one in re.findall(r"\(([^)]*)\)", told)]
        if len(pairs) != 2 or pairs[0] == pairs[1]:
            return f"no two equilibria: {told}"
        return next((why for pair in pairs if (why := _moved(spec, game, pair))), "")
    if claim == "individual-rationality":
        total = sum(profile)
        worth = [truth.utility(spec, game, k, own, total - own) for k, own in enumerate(profile)]
        if not any(value is None or value < 0 for value in worth):
            return f"{game}, {profile}: nobody has less than nothing"
        return _moved(spec, game, profile)
    if claim == "budget-balance":
        left = truth.slack(spec, game, profile)
        equality = spec.payment is not None and spec.payment.equality
        return "" if left < 0 or (equality and left != 0) else f"{game}, {profile}: {left} is left"
    return f"nothing is known of {claim}"


def _moved(spec: Spec, game: truth.Instance, profile: tuple[Fraction, ...]) -> str:
    total = sum(profile)
    return next((why for k, own in enumerate(profile) if (why := truth.gain_of(spec, game, k, own, total - own))), "")


def _dent(spec: Spec, game: truth.Instance, profile: tuple[Fraction, ...], k: int) -> bool:
    """Whether near a person's decision one is worth less than two others around it."""
    lower, upper = truth.bounds(spec, game)[k]
    own, others = profile[k], sum(profile) - profile[k]
    for step in truth.STEPS[:1] if spec.bounds.whole else truth.STEPS:
        for middle in (own, own + step, own - step):
            low, high = middle - step, middle + step
            if lower <= low and high <= upper:
                values = [truth.utility(spec, game, k, x, others) for x in (low, middle, high)]
                if None in values:
                    raise OutsideError
                if 2 * values[1] < values[0] + values[2]:  # type: ignore[operator]
                    return True
    return False
