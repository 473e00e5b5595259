"""What goes wrong in somebody's own declaration is told as theirs: file, line, and what was probably meant.

Formulas and declarations are called from everywhere; whatever they raise passes, unread, up to where it is told: when a
declaration is made, at the command line, and in the process of a back end.
"""

from __future__ import annotations

import builtins
import sys
import sysconfig
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.metadata import packages_distributions
from inspect import getsourcelines
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from .errors import DeclarationError, MechproofError
from .words import suggestion

INSTALLED = tuple({str(Path(sysconfig.get_path(name)).resolve()) for name in ("stdlib", "purelib", "platlib")})
"""The folders of installed code, which is nobody's declaration."""
USUAL = ("collections", "dataclasses", "decimal", "fractions", "functools", "itertools", "math", "typing")
"""What declarations import of Python's own."""


class SlipError(TypeError):
    """What a formula does that no formula may; the message says what to write instead."""


def told(error: BaseException) -> MechproofError | None:
    """Return an error that arose in somebody's own declaration as one that says where; others as they are, if ours.

    Returns
    -------
    MechproofError or None
        A `MechproofError` with its place; None for any other error that arose elsewhere, which is a fault of ours.

    Examples
    --------
    >>> told(ZeroDivisionError("division by zero")) is None
    True
    """
    if isinstance(error, SyntaxError) and error.filename and _is_own(error.filename):
        return DeclarationError(f"{type(error).__name__}: {error.msg}", f"{_shown(error.filename)}:{error.lineno}")
    link: BaseException = error
    found = _innermost(link.__traceback__)
    while found is None and link.__cause__ is not None:
        link = link.__cause__
        found = _innermost(link.__traceback__)
    if isinstance(error, MechproofError):
        error.place = error.place or (_place(*found) if found else "")
        return error
    return DeclarationError(_said(link, found[0]), _place(*found)) if found else None


def place_of(code: Callable[..., Any] | type) -> str:
    """Return where a function, or a class, is declared; only its name if nobody can tell.

    Examples
    --------
    >>> place_of(place_of)  # doctest: +ELLIPSIS
    '...authors.py:..., in place_of'
    """
    if isinstance(code, type):
        try:
            return f"{_shown(sys.modules[code.__module__].__file__ or '')}:{getsourcelines(code)[1]}"
        except (OSError, KeyError, AttributeError):
            return code.__name__
    code = getattr(code, "func", code)  # what a partial function is part of
    body = getattr(code, "__code__", None) or getattr(type(code).__call__, "__code__", None)
    if body is None:
        return getattr(code, "__name__", repr(code))
    return f"{_shown(body.co_filename)}:{body.co_firstlineno}, in {body.co_name}"


def place_of_caller(frame: FrameType | None, module: str) -> str:
    """Return where a module's code was called from: file, line and function.

    Examples
    --------
    >>> place_of_caller(sys._getframe(), "another")  # doctest: +ELLIPSIS
    '<doctest ...'
    """
    while frame is not None and frame.f_globals.get("__name__") == module:
        frame = frame.f_back
    return "" if frame is None else _called_from(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)


@lru_cache(maxsize=1024)
def _called_from(file: str, line: int, name: str) -> str:
    return f"{_shown(file)}:{line}" + ("" if name == "<module>" else f", in {name}")


def _innermost(trace: TracebackType | None) -> tuple[FrameType, int] | None:
    """Return the last frame of somebody's own code, and its line."""
    found = None
    while trace is not None:
        if _is_own(trace.tb_frame.f_code.co_filename, trace.tb_frame.f_globals.get("__name__", "")):
            found = trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    return found


def _is_own(file: str, module: str = "") -> bool:
    """Whether code is neither ours nor installed, and stands in a file (what is typed in a shell does, by its name)."""
    if module.partition(".")[0] == __name__.partition(".")[0] or (file.startswith("<") and module != "__main__"):
        return False
    return not str(Path(file).resolve()).startswith(INSTALLED) and file != "<string>"


def _place(frame: FrameType, line: int) -> str:
    return _called_from(frame.f_code.co_filename, line, frame.f_code.co_name)


def _shown(file: str) -> str:
    """Return a file as it is called from the folder one is in, if it is below."""
    path = Path(file).resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def _said(error: BaseException, frame: FrameType) -> str:
    if isinstance(error, SlipError):
        return str(error)
    if isinstance(error, SystemExit):
        return 'SystemExit: a declaration must not leave Python; run what leaves it below if __name__ == "__main__":'
    text = f"{type(error).__name__}: {error}".splitlines()[0].removesuffix(": ")
    meant = suggestion(getattr(error, "name", None) or "", _choices(error, frame))
    return f"{text} ({meant})" if meant else text


def _choices(error: BaseException, frame: FrameType) -> Iterable[str]:
    """Return the names that might have been meant."""
    if isinstance(error, NameError):
        return {*frame.f_locals, *frame.f_globals, *dir(builtins)}
    if isinstance(error, AttributeError):
        return [name for name in dir(error.obj) if not name.startswith("_")]
    if isinstance(error, ModuleNotFoundError):
        return {*packages_distributions(), *USUAL}
    return dir(sys.modules.get(error.name or "")) if isinstance(error, ImportError) else ()
