"""What goes wrong in one judgement is a finding of it, and takes no other judgement along."""

from __future__ import annotations

from collections.abc import Callable

from ...formulations.authors import told
from ...formulations.errors import InputError, LimitReached, MechproofError, UnsupportedModel
from .judge import Finding, Judgement
from .results import FAULT, LIMIT, SPECIFICATION, CheckVerdict, Level


def guarded(judge: Callable[[], Judgement], about: str = "mechanism.type") -> Judgement:
    """Return a judgement; what goes wrong in it is its only finding, about the key that the error names.

    Examples
    --------
    >>> def refuse():
    ...     raise InputError("candidate.price", -1, "a price must be positive")
    >>> guarded(refuse).findings[0].about
    'candidate.price'
    """
    try:
        return judge()
    except (
        Exception,
        SystemExit,
    ) as error:  # one file's faults, or ours in it, must not take the others' judgements along
        return _failed(told(error), error, about)


def _failed(known: MechproofError | None, error: BaseException, about: str) -> Judgement:
    """Return what is said of an error: a known one in its own words, any other as a fault in mechproof."""
    if isinstance(known, InputError):
        return _alone(SPECIFICATION, str(known), known.rule if known.field == "spec" else known.field)
    if isinstance(known, UnsupportedModel):
        return _alone(SPECIFICATION, str(known), about)
    if isinstance(known, LimitReached):
        found = Finding(LIMIT, CheckVerdict.INCONCLUSIVE, Level.WARNING, str(known), None, "solve.time_limit")
        return Judgement((found,))
    if known is not None:
        return _alone(FAULT, str(known), about)
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    return _alone(FAULT, f"this is a fault in mechproof, not in your input: {what}", about)


def _alone(name: str, text: str, about: str) -> Judgement:
    return Judgement((Finding(name, CheckVerdict.ERROR, Level.ERROR, text, None, about),))
