"""Jobs in forked children of a parent that has imported everything once: each starts in milliseconds, and may spoil
its own copy of the package, run for ever or die without harm to the next."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

SPARE_MEMORY = 3 * 2**30
"""How much more than the parent a child may map, in bytes."""


class TooLong(BaseException):
    """A step of a child ran out of time; not an Exception, so that no handler in between takes it."""


@dataclass
class _Child:
    job: Any
    read: int
    deadline: float
    received: bytearray = field(default_factory=bytearray)


def run(
    jobs: Iterable[Any],
    work: Callable[[Any, Callable[[Any], None]], None],
    seconds: Callable[[Any], float],
    workers: int = 2,
) -> Iterator[tuple[Any, list[Any], bool]]:
    """Yield (job, what its child reported, whether it ended by itself) as the children end.

    `work(job, report)` is run in the child and may report any number of picklable values; a child that takes longer
    than `seconds(job)` is killed, and what it had reported still counts. Closing the generator ends all children.
    """
    waiting, alive = iter(jobs), {}
    gc.collect()
    gc.freeze()  # a child's first collection would otherwise touch, and so copy, all pages
    more = True
    try:
        while more or alive:
            while more and len(alive) < workers:
                try:
                    job = next(waiting)
                except StopIteration:
                    more = False
                    break
                pid, read = _fork(job, work)
                alive[pid] = _Child(job, read, time.monotonic() + seconds(job))
            yield from _collect(alive)
    finally:
        for pid, child in alive.items():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(child.read)
        gc.unfreeze()


def _collect(alive: dict[int, _Child]) -> Iterator[tuple[Any, list[Any], bool]]:
    by_pipe = {child.read: pid for pid, child in alive.items()}
    if not by_pipe:
        return
    soonest = min(child.deadline for child in alive.values())
    ready, _, _ = select.select(list(by_pipe), [], [], max(soonest - time.monotonic(), 0))
    ended = []
    for read in ready:
        block = os.read(read, 1 << 16)
        alive[by_pipe[read]].received += block
        if not block:
            ended.append(by_pipe[read])
    now = time.monotonic()
    for pid, child in list(alive.items()):
        late = pid not in ended and now > child.deadline
        if late:
            os.kill(pid, signal.SIGKILL)
        if late or pid in ended:
            _, status = os.waitpid(pid, 0)
            os.close(child.read)
            del alive[pid]
            yield child.job, list(_values(bytes(child.received))), not late and status == 0


def _fork(job: Any, work: Callable[[Any, Callable[[Any], None]], None]) -> tuple[int, int]:
    read, write = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(write)
        return pid, read
    os.close(read)

    def report(value: Any) -> None:
        data = pickle.dumps(value)
        message = memoryview(struct.pack("<Q", len(data)) + data)
        while message:
            message = message[os.write(write, message) :]

    status = 1
    try:
        _quiet()
        mapped = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: SIM115
        resource.setrlimit(resource.RLIMIT_AS, (mapped + SPARE_MEMORY, mapped + SPARE_MEMORY))
        work(job, report)
        status = 0
    except BaseException:
        report(("error", traceback.format_exc()))
    finally:
        os._exit(status)


def _quiet() -> None:
    """Solvers print; a child's output would mix with the table."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _values(data: bytes) -> Iterator[Any]:
    at = 0
    while at + 8 <= len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        if at + 8 + size > len(data):
            return  # killed in the middle of a word
        yield pickle.loads(data[at + 8 : at + 8 + size])
        at += 8 + size


def within(seconds: float, call: Callable[[], Any]) -> Any:
    """Return what a call returns.

    Raises
    ------
    TooLong
        When it takes more of the processor's time.
    """
    with limited(seconds):
        return call()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TooLong when what is inside takes more of the processor's time, as soon as the interpreter is back from any
    library's code; time spent waiting for a busy machine does not count, so that a verdict does not hang on it."""

    def late(number: int, frame: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
