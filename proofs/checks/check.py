"""Check a specification, a mechanism's file, a folder of them, or a model: one judgement, as it asks."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...formulations.errors import BackendError, InputError, LimitReached, MechproofError, UnsupportedModel
from ...formulations.language import Declaration
from ...formulations.specification.tables import read_text
from ...solvers.solution import Solution
from ...solvers.specification import read_specification
from .judge import Finding, Judgement, judge_model, judge_specification
from .lines import Lines
from .results import FAULT, SPECIFICATION, Check, CheckItem, CheckVerdict, Level


def check(
    path_or_model: str | Path | Declaration | Solution,
    *,
    allow_code: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Check:
    """Judge a specification, a folder of them, or a model, as it asks for itself.

    Parameters
    ----------
    path_or_model
        A specification; or a model, which is solved, or a solution or candidate, of which must hold what the mechanism
        promises.
    allow_code
        Whether Python files that hold mechanisms may be run.
    say
        Called with what is done now.

    Returns
    -------
    Check
        One item for each property; `ok` if all that is required was shown to be so.

    Raises
    ------
    InputError
        When there is no such file. What is wrong *in* a file is an item, ``specification``, with its line.

    Examples
    --------
    >>> import mechproof as mp
    >>> menu = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    >>> found = mp.check(mp.candidate(menu, price=[1, 20]))
    >>> found.ok
    False
    >>> print(found["no-arbitrage"])
    no-arbitrage violated: 8 copies of version 0 cost 8 and do what version 1 does for 20: 12 less
    """
    if isinstance(path_or_model, Declaration | Solution):
        judged = _judged(lambda: judge_model(path_or_model))
        return Check("", tuple(_item(found, "", Lines(), "") for found in judged.findings), judged.documents)
    return check_specification(Path(path_or_model), allow_code, say)


def check_specification(path: Path, allow_code: bool, say: Callable[[str], None] = lambda _: None) -> Check:
    """Judge one specification; whatever is wrong with it is an item of it."""
    text, _ = read_text(path, "path")
    shown = shown_path(path)
    judged = _judged(lambda: judge_specification(read_specification(path, allow_code), say))
    lines = Lines.of(text)
    command = f"mechproof check {shlex.quote(shown)}" + (" --allow-code" if allow_code else "")
    return Check(shown, tuple(_item(found, shown, lines, command) for found in judged.findings), judged.documents)


def shown_path(path: Path) -> str:
    """Return a path as it is shown: relative to the working folder where it is below it, with slashes."""
    full = Path(os.path.abspath(path))
    here = Path.cwd()
    return (full.relative_to(here) if full.is_relative_to(here) else full).as_posix()


def _judged(judge: Callable[[], Judgement]) -> Judgement:
    """Return a judgement; what goes wrong in it is its only finding."""
    try:
        return judge()
    except InputError as error:
        place = error.rule if "(at line" in error.rule else error.field
        return _alone(SPECIFICATION, CheckVerdict.ERROR, Level.ERROR, str(error), place)
    except UnsupportedModel as error:
        return _alone(SPECIFICATION, CheckVerdict.ERROR, Level.ERROR, str(error))
    except LimitReached as error:
        return _alone("time-limit", CheckVerdict.INCONCLUSIVE, Level.WARNING, str(error), "solve.time_limit")
    except BackendError as error:
        return _alone(FAULT, CheckVerdict.ERROR, Level.ERROR, str(error), "solve.backend")
    except MechproofError as error:
        return _alone(FAULT, CheckVerdict.ERROR, Level.ERROR, str(error))
    except Exception as error:  # one file must not take the others' judgements with it
        text = f"this is a fault in mechproof, not in your input: {type(error).__name__}: {error}"
        return _alone(FAULT, CheckVerdict.ERROR, Level.ERROR, text.splitlines()[0])


def _alone(name: str, verdict: CheckVerdict, level: Level, text: str, about: str = "mechanism.type") -> Judgement:
    return Judgement((Finding(name, verdict, level, text, None, about),))


def _item(found: Finding, path: str, lines: Lines, command: str) -> CheckItem:
    whole = command and f"{command} --select {shlex.quote(found.property)}"
    line = lines.line(found.about) if path else 0
    witness: Any = found.witness
    return CheckItem(found.property, found.verdict, found.level, found.text, witness, path, line, whole)
