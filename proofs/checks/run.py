"""Many files, judged side by side in processes of their own; what is known already is not judged again."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from .cache import Cache
from .file import Judged, judge_file, shown_path
from .finding import Found
from .results import FAULT, Check, CheckItem, CheckVerdict, Level

Told = Callable[[str], None]


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
    known = {index: check for index, one in enumerate(found) if cache and (check := cache.known(one, allow_code))}
    rest = [index for index in range(len(found)) if index not in known]
    workers = min(jobs or _processors(), len(rest) if jobs else (len(rest) + 3) // 4)
    judge = _side_by_side if workers > 1 else _in_turn
    for index, judged in zip(rest, judge([found[index] for index in rest], allow_code, workers, say), strict=True):
        known[index] = judged.check
        if cache:
            cache.keep(found[index], allow_code, judged)
    return [known[index] for index in range(len(found))]


def _in_turn(found: Sequence[Found], allow_code: bool, workers: int, say: Told) -> Iterator[Judged]:
    for one in found:
        name = shown_path(one.path)
        say(name)
        yield judge_file(one, allow_code, lambda now, name=name: say(f"{name}: {now}"))  # type: ignore[misc]


def _side_by_side(found: Sequence[Found], allow_code: bool, workers: int, say: Told) -> Iterator[Judged]:
    executor = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
    try:
        futures = [executor.submit(judge_file, one, allow_code) for one in found]
        for place, (one, future) in enumerate(zip(found, futures, strict=True), start=1):
            say(f"{shown_path(one.path)}, {place} of {len(found)}")
            yield _result(one, future)
    finally:
        executor.shutdown(cancel_futures=True)


def _result(one: Found, future: Future[Judged]) -> Judged:
    """Return a judgement; of a process that was lost, that it was."""
    try:
        return future.result()
    except Exception as error:
        text = f"the process that judged this was lost: {type(error).__name__}: {error}".splitlines()[0]
        path = shown_path(one.path)
        return Judged(Check(path, (CheckItem(FAULT, CheckVerdict.ERROR, Level.ERROR, text, None, path, 1),)))


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
