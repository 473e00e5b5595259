"""What goes wrong in one judgement is a finding of it, and takes no other judgement along."""

from __future__ import annotations

from collections.abc import Callable

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
    except InputError as error:
        place = error.rule if "(at line" in error.rule else error.field
        return _alone(SPECIFICATION, str(error), place)
    except UnsupportedModel as error:
        return _alone(SPECIFICATION, str(error), about)
    except LimitReached as error:
        found = Finding(LIMIT, CheckVerdict.INCONCLUSIVE, Level.WARNING, str(error), None, "solve.time_limit")
        return Judgement((found,))
    except MechproofError as error:
        return _alone(FAULT, str(error), about)
    except Exception as error:  # a fault of ours in one file must not take the others' judgements with it
        text = f"this is a fault in mechproof, not in your input: {type(error).__name__}: {error}"
        return _alone(FAULT, text.splitlines()[0], about)


def _alone(name: str, text: str, about: str) -> Judgement:
    return Judgement((Finding(name, CheckVerdict.ERROR, Level.ERROR, text, None, about),))
