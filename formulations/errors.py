"""The errors a user can meet: each names the field, the value, the rule and a way out."""

from __future__ import annotations

from typing import Any


class MechproofError(Exception):
    """Anything mechproof refuses to do, or could not do.

    Examples
    --------
    >>> issubclass(InputError, MechproofError), issubclass(InputError, ValueError)
    (True, True)
    """

    place: str = ""
    """Where in a declaration of one's own it arose, as ``my_market.py:12, in players``; empty elsewhere."""

    def __str__(self) -> str:
        text = super().__str__()
        return f"{self.place}: {text}" if self.place else text


class InputError(MechproofError, ValueError):
    """A value that breaks a rule of the declaration, the specification or the command.

    Parameters
    ----------
    field
        What was given, with its index and the name of the person it belongs to: ``cost[3]``.
    value
        The offending value as it was given.
    rule
        What must hold of it.
    remedy
        A way out, in one sentence.

    Examples
    --------
    >>> str(InputError("cost[3]", -0.2, "a privacy cost must be positive"))
    'cost[3] = -0.2: a privacy cost must be positive'
    """

    def __init__(self, field: str, value: Any, rule: str, remedy: str = "") -> None:
        self.field, self.value, self.rule, self.remedy = field, value, rule, remedy
        super().__init__(f"{field} = {_short(value)}: {rule}" + (f" ({remedy})" if remedy else ""))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.field, self.value, self.rule, self.remedy), {"place": self.place}


class DeclarationError(InputError):
    """A slip in the code of a declaration of one's own: where it is, what is wrong, and what to write instead.

    Examples
    --------
    >>> print(DeclarationError("a.tanh is no operation of formulas", "my_market.py:12, in players"))
    my_market.py:12, in players: a.tanh is no operation of formulas
    """

    def __init__(self, problem: str, place: str) -> None:
        super().__init__("declaration", None, problem)
        self.args, self.place = (problem,), place

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.rule, self.place)


class UnknownNameError(MechproofError, KeyError):
    """A name that a result does not have; the message lists those it has, the nearest first."""

    __str__ = Exception.__str__  # not the quoted text of a KeyError


class InputNote(UserWarning):
    """What was made of an input that could have meant something else: it is said, and nothing is refused.

    The command line prints it as a note; in Python it is a warning, silenced by
    ``warnings.simplefilter("ignore", mp.InputNote)`` and made an error by ``"error"``.
    """


class UnsupportedModel(MechproofError):
    """A back end cannot take a model: which part it cannot take, and what would help."""


class BackendError(MechproofError):
    """A back end crashed, was killed or returned something that is no answer."""


class ClaimedInfeasible(BackendError):
    """A back end says that a model has no answer; that is its word, and no proof."""


class BudgetSpent(MechproofError):
    """A release would spend more of somebody's privacy than it allowed; nothing was released."""


class AuditFailed(MechproofError):
    """A private run is not what it says, by what was measured in it; nothing of it is given away."""


class LimitReached(MechproofError):
    """A time or size limit ended the work; `bound` is what was known by then, or None."""

    def __init__(self, message: str, bound: Any = None) -> None:
        self.bound = bound
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args[0], self.bound), {"place": self.place}


def _short(value: Any) -> str:
    text = str(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:28]}...{text[-29:]}"
