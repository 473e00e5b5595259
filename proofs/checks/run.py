"""Many files, judged side by side in processes of their own; what is known already is not judged again.

Where somebody's own code may run it always runs in such a process: code that ends it is a finding, and no success.
"""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TypeAlias

from ...formulations.errors import InputNote
from .cache import Cache
from .file import Judged, judge_file, shown_path
from .finding import Found
from .results import FAULT, Check, CheckItem, CheckVerdict, Level

Told = Callable[[str], None]
Noted: TypeAlias = tuple[Judged, tuple[Warning, ...]]
LOST = (
    "the process that judged this ended, and judged nothing: code of one's own may leave it, as os._exit does, or "
    "there was no memory left; take that call out, or check the file alone"
)


def run_checks(
    found: Sequence[Found],
    allow_code: bool = False,
    jobs: int | None = None,
    cache: Cache | None = None,
    say: Told = lambda _: None,
) -> list[Check]:
    """Return the check of each file, in their order.

    Parameters
    ----------
    found
        The files.
    allow_code
        Whether Python files that hold mechanisms may be run.
    jobs
        How many processes; by default one for each four files, since to start one takes as long as to judge some, and
        no more than there are processors.
    cache
        Where judgements are kept, or None.
    say
        Told which file is judged.
    """
    known = {} if cache is None else _known(cache, found, allow_code)
    rest = [one for one in found if one.path not in known]
    workers = min(jobs or _processors(), len(rest) if jobs else (len(rest) + 3) // 4)
    judge = _side_by_side if workers > 1 or (rest and allow_code) else _in_turn
    for one, judged in zip(rest, judge(rest, allow_code, workers, say), strict=True):
        known[one.path] = judged.check
        if cache is not None:
            cache.keep(one, allow_code, judged)
    return [known[one.path] for one in found]


def _known(cache: Cache, found: Sequence[Found], allow_code: bool) -> dict[Path, Check]:
    checks = {one.path: cache.known(one, allow_code) for one in found}
    return {path: check for path, check in checks.items() if check is not None}


def _in_turn(found: Sequence[Found], allow_code: bool, workers: int, say: Told) -> Iterator[Judged]:
    for one in found:
        name = shown_path(one.path)
        say(name)
        yield judge_file(one, allow_code, lambda now, name=name: say(f"{name}: {now}"))  # type: ignore[misc]


def _side_by_side(found: Sequence[Found], allow_code: bool, workers: int, say: Told) -> Iterator[Judged]:
    executor = _processes(workers)
    try:
        futures = [executor.submit(_judged, one, allow_code) for one in found]
        for place, (one, future) in enumerate(zip(found, futures, strict=True), start=1):
            say(f"{shown_path(one.path)}, {place} of {len(found)}")
            judged, notes = _result(one, future, allow_code)
            for note in notes:
                warnings.warn(note, stacklevel=1)
            yield judged
    finally:
        executor.shutdown(cancel_futures=True)


def _processes(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"))


def _judged(one: Found, allow_code: bool) -> Noted:
    """Return a judgement, and what was noted, which is for the process that was asked to say."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", InputNote)
        judged = judge_file(one, allow_code)
    notes = tuple(item.message for item in seen if isinstance(item.message, InputNote))
    for item in seen:
        if item.message not in notes:
            warnings.warn_explicit(item.message, item.category, item.filename, item.lineno)
    return judged, notes


def _result(one: Found, future: Future[Noted], allow_code: bool) -> Noted:
    """Return a judgement; where a process was lost, which takes all that wait along, that of a process of its own."""
    try:
        return future.result()
    except BrokenProcessPool:
        with _processes(1) as alone:
            return _or_lost(one, alone.submit(_judged, one, allow_code))


def _or_lost(one: Found, future: Future[Noted]) -> Noted:
    """Return a judgement; of a process that was lost, that it was."""
    try:
        return future.result()
    except BrokenProcessPool:
        path = shown_path(one.path)
        return Judged(Check(path, (CheckItem(FAULT, CheckVerdict.ERROR, Level.ERROR, LOST, None, path, 1),))), ()


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
