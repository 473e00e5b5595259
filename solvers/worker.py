"""A process of its own for back ends: limits on time are enforced from outside, and a crash or hang stays there.

The parent keeps one worker and gives it one job after another, so that heavy libraries are imported once; a worker
that dies or runs out of time is replaced by a new one for the next job.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any, TypeAlias

import cloudpickle

from ..formulations.authors import told
from ..formulations.errors import BackendError, LimitReached, UnsupportedModel
from ..formulations.language import Declaration
from .solution import Answer, Request

OfferOf: TypeAlias = tuple[str, str | None, bool]
"""A back end's name, its refusal of a model or None, and whether it refuses since it solves other mechanisms."""
STARTING = 120.0
"""Seconds that a worker may take to start, apart from any job's own limit."""


class CrashError(BackendError):
    """The process died in the middle of a job."""


class Worker:
    """Runs jobs in another process; a context manager.

    Examples
    --------
    >>> with Worker() as worker:
    ...     worker.offers("closed-form", None)
    [('closed-form', 'knows a closed form for StackelbergPricing only, not for NoneType; try share-function', True)]
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: queue.Queue[Any] = queue.Queue()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def solve(self, model: Declaration, name: str, request: Request) -> tuple[Answer, float]:
        """Return a back end's answer and the seconds it took, within the request's time limit.

        Raises
        ------
        LimitReached
            When the limit passed; the process is stopped.
        BackendError
            When the process died, or the back end failed.
        """
        answer, seconds = self._call(_solve, request.time_limit, name, model, name, request)
        return answer, seconds

    def offers(self, family: str, model: Declaration | None, time_limit: float = 60.0) -> list[OfferOf]:
        """Return the names of a family's back ends, each with its refusal of the model or None."""
        return list(self._call(_offers, time_limit, family, family, model))

    def run(self, job: Callable[..., Any], time_limit: float, *arguments: Any) -> Any:
        """Return what a function of the package returns for these arguments; it is stopped at the limit."""
        return self._call(job, time_limit, job.__name__, *arguments)

    def stop(self) -> None:
        """End the process, and whatever it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

    def _call(self, job: Callable[..., Any], time_limit: float | None, what: str, *arguments: Any) -> Any:
        message = _dumps((job, arguments))
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            _send(process.stdin, message)
            ok, result = self._replies.get(timeout=time_limit)
        except queue.Empty:
            self.stop()
            raise LimitReached(f"{what} was stopped after {time_limit:g} seconds") from None
        except BrokenPipeError:
            ok, result = None, None
        if ok is None:
            process.wait()
            code = process.returncode
            self.stop()
            how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
            raise CrashError(f"the process of {what} died {how}")
        if not ok:
            raise result
        return result

    def _start(self) -> subprocess.Popen[bytes]:
        self._replies = queue.Queue()
        self._process = process = subprocess.Popen(
            [sys.executable, "-c", "from mechproof.solvers.worker import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        threading.Thread(target=_listen, args=(process.stdout, self._replies), daemon=True).start()
        try:
            ok, _ = self._replies.get(timeout=STARTING)
        except queue.Empty:
            ok = None
        if not ok:
            self.stop()
            raise BackendError("the process for back ends could not be started; `mechproof doctor` may tell why")
        return process


def serve() -> None:
    """Run the jobs that come in, until there are none; what a job prints goes to the standard error."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _send(replies, pickle.dumps((True, None)))
    while (message := _receive(sys.stdin.buffer)) is not None:
        try:
            job, arguments = pickle.loads(message)
            reply = (True, job(*arguments))
        except (Exception, SystemExit) as error:
            reply = (False, told(error) or BackendError(f"{type(error).__name__}: {error}"))
        _send(replies, cloudpickle.dumps(reply))


def _solve(model: Declaration, name: str, request: Request) -> Any:
    import time

    from .backend import find

    chosen = find(name)
    refusal = chosen.accepts(model)
    if refusal is not None:
        raise UnsupportedModel(f"{name} {refusal}")
    started = time.perf_counter()
    answer = chosen.solve(model, request)
    return answer, time.perf_counter() - started


def _offers(family: str, model: Declaration) -> list[OfferOf]:
    from .backend import is_for_others, load

    refusals = [(item, item.accepts(model)) for item in load(family)]
    return [(item.name, why, why is not None and is_for_others(item, model)) for item, why in refusals]


def _dumps(job: Any) -> bytes:
    """Pickle a job; classes that only this process can import travel by value."""
    modules = {sys.modules.get(cls.__module__) for item in job[1] for cls in type(item).__mro__}
    foreign = [module for module in modules if module is not None and _is_only_here(module.__name__)]
    for module in foreign:
        cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(job))
    except Exception as error:
        raise UnsupportedModel(f"the model cannot be sent to another process: {error}") from error
    finally:
        for module in foreign:
            cloudpickle.unregister_pickle_by_value(module)


def _is_only_here(name: str) -> bool:
    """Whether another process would not find a module by its name: a file of somebody's own, loaded by its path."""
    top = name.partition(".")[0]
    if top in ("mechproof", "__main__") or top in sys.stdlib_module_names:
        return False
    specs = (finder.find_spec(top, None) for finder in sys.meta_path)  # not those of modules that are loaded already
    found, loaded = next(filter(None, specs), None), getattr(sys.modules.get(top), "__spec__", None)
    return found is None or loaded is None or found.origin != loaded.origin


def _listen(pipe: IO[bytes], replies: queue.Queue[Any]) -> None:
    """Pass on replies until the pipe closes; then say so."""
    try:
        while (message := _receive(pipe)) is not None:
            replies.put(pickle.loads(message))
    except Exception:  # a torn message, or one that cannot be read: as good as none
        pass
    replies.put((None, None))


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "big") + message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    header = pipe.read(8)
    if len(header) < 8:
        return None
    size = int.from_bytes(header, "big")
    message = pipe.read(size)
    return message if len(message) == size else None
