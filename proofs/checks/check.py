"""Check specifications, mechanisms' files, folders of them, or a model: one judgement, as each asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...formulations.language import Declaration
from ...solvers.solution import Solution
from .file import judge_file, shown_path
from .finding import find
from .guarded import guarded
from .judge import judge_model
from .results import Check, CheckItem, kind_of


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
        A specification, a Python file of mechanisms, or a folder of such files; or a model, which is solved, or a
        solution or candidate, of which must hold what the mechanism promises.
    allow_code
        Whether Python files that hold mechanisms may be run, here in this process; ``mechproof check`` runs them in
        processes of their own.
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
        judged = guarded(lambda: judge_model(path_or_model))
        items = (
            CheckItem(one.property, one.verdict, one.level, one.text, one.witness, asked=one.asked)
            for one in judged.findings
        )
        return Check("", tuple(items), {kind_of(document): document for document in judged.documents})
    path = Path(path_or_model)
    return together(shown_path(path), [judge_file(found, allow_code, say).check for found in find([path])])


def together(path: str, checks: list[Check]) -> Check:
    """Return several files' checks as one."""
    items = tuple(item for one in checks for item in one.items)
    return Check(path, items, {name: document for one in checks for name, document in one.documents.items()})
