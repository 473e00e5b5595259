"""Coq: `coqc` on every file, which names the axioms of every theorem, then `coqchk`, its checker of compiled files.

`coqchk` is asked about the files alone; ``coqchk -o -R . Mechproof Mechproof.NAME`` checks Coq's own library with them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from .verdicts import Report, Verdict, Word, not_here

PACKAGE = "Debian's package coq (apt-get install coq)"
AXIOMS_OF_THE_REALS = (
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "Classical_Prop.classic",
    "FunctionalExtensionality.functional_extensionality_dep",
)
"""What the real numbers of Coq's library rest on; whatever rests on more is refused."""
SECONDS = 600
"""How long a file may take."""
SECONDS_OF_ALL = 3000
"""How long `coqchk` may take for everything, with Coq's own library."""
LIBRARY = "Mechproof"


def check_with_coq(
    folder: Path,
    about: Sequence[tuple[str, str]],
    say: Callable[[str], None] = lambda _: None,
    with_library: bool = False,
) -> Report:
    """Have Coq check the files of a folder; `about` says of each claim what its file is called.

    The folder gets Coq's compiled files. `coqchk` is asked about each alone, or about all `with_library`: with all that
    they use of Coq's own, which takes longer.
    """
    coqc, coqchk = shutil.which("coqc"), shutil.which("coqchk")
    if coqc is None or coqchk is None:
        return not_here("coq", PACKAGE, [claim for claim, _ in about])
    start = time.perf_counter()
    first = _compiled(coqc, folder, f"{LIBRARY}.v")
    if isinstance(first, Verdict):
        none = tuple(replace(first, about=claim) for claim, _ in about)
        return Report("coq", _version(coqc), PACKAGE, none, time.perf_counter() - start)

    def judged(item: tuple[str, str]) -> Judged:
        say(item[0])
        found = _compiled(coqc, folder, item[1])
        failed = found if isinstance(found, Verdict) else _beyond(found)
        verdict = replace(failed or Verdict("", Word.ACCEPTED), about=item[0])
        return Judged(item[1], verdict, frozenset() if isinstance(found, Verdict) else found)

    with ThreadPoolExecutor(os.cpu_count()) as several:
        compiled = list(several.map(judged, about))
        accepted = [item for item in compiled if item.verdict.word is Word.ACCEPTED]
        say("coqchk")
        axioms = frozenset[str]().union(*(item.axioms for item in accepted))
        together = _checked_with_library(coqchk, folder, accepted) if with_library and accepted else None
        if isinstance(together, frozenset):
            axioms |= {name.removeprefix("Coq.Logic.").removeprefix("Coq.Reals.") for name in together}
        else:
            checked = several.map(lambda item: _checked(coqchk, folder, item) or together, accepted)
            failed = {item.name: verdict for item, verdict in zip(accepted, checked, strict=True) if verdict}
            compiled = [item.failed(failed.get(item.name)) for item in compiled]
    verdicts = tuple(item.verdict for item in compiled)
    return Report("coq", _version(coqc), PACKAGE, verdicts, time.perf_counter() - start, tuple(sorted(axioms)))


@dataclass(frozen=True)
class Judged:
    """What `coqc` made of a file: the verdict, and the axioms of its theorems."""

    name: str
    verdict: Verdict
    axioms: frozenset[str]

    @property
    def module(self) -> str:
        """What Coq calls it."""
        return f"{LIBRARY}.{Path(self.name).stem}"

    def failed(self, verdict: Verdict | None) -> Judged:
        """Return it with what `coqchk` has against it."""
        return self if verdict is None else replace(self, verdict=replace(verdict, about=self.verdict.about))


def _version(coqc: str) -> str:
    told = subprocess.run([coqc, "--print-version"], capture_output=True, text=True, check=False).stdout
    return told.split()[0] if told.split() else "unknown"


def _run(command: Sequence[str], folder: Path, limit: int = SECONDS) -> subprocess.CompletedProcess[str] | Verdict:
    """Return what became of a process, or why there is no telling."""
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return Verdict("", Word.UNDECIDED, f"no answer in {limit} s")
    except OSError as error:
        return Verdict("", Word.COULD_NOT_RUN, str(error))


def _compiled(coqc: str, folder: Path, name: str) -> frozenset[str] | Verdict:
    """Return the axioms that a file's theorems rest on, or why it was not accepted."""
    done = _run([coqc, "-q", "-R", ".", LIBRARY, name], folder)
    if isinstance(done, Verdict):
        return done
    if done.returncode == 0:
        return frozenset(re.findall(r"^([\w.]+)(?: :.*)?$", _without_headings(done.stdout), re.MULTILINE))
    told = " ".join(done.stderr.split())
    if done.returncode < 0 or "Error:" not in told:
        return Verdict("", Word.COULD_NOT_RUN, told[-300:] or f"coqc ended with {done.returncode}")
    where = re.search(r"line (\d+)", told)
    reason = told.split("Error:", 1)[1].strip()[:300]
    return Verdict("", Word.REFUSED, f"{name}{f', line {where[1]}' if where else ''}: {reason}")


def _without_headings(told: str) -> str:
    return told.replace("Axioms:", "").replace("Closed under the global context", "")


def _beyond(axioms: frozenset[str]) -> Verdict | None:
    more = sorted(axioms - set(AXIOMS_OF_THE_REALS))
    return Verdict("", Word.REFUSED, f"it rests on more than the real numbers do: {', '.join(more)}") if more else None


def _checked(coqchk: str, folder: Path, item: Judged) -> Verdict | None:
    """Return why `coqchk` did not accept a compiled file, or that it found an axiom in it."""
    done = _run([coqchk, "-silent", "-o", "-R", ".", LIBRARY, "-norec", item.module], folder)
    failed = _failed(done)
    if failed is not None or isinstance(done, Verdict):
        return failed
    own = re.findall(rf"^ +({LIBRARY}\..*)$", done.stdout + done.stderr, re.MULTILINE)
    return Verdict("", Word.REFUSED, f"coqchk finds axioms in it: {', '.join(own)}") if own else None


def _checked_with_library(coqchk: str, folder: Path, items: Sequence[Judged]) -> frozenset[str] | Verdict:
    """Return the axioms of all that files and Coq's library hold, or why they were not accepted."""
    modules = [item.module for item in items]
    done = _run([coqchk, "-silent", "-o", "-R", ".", LIBRARY, *modules], folder, SECONDS_OF_ALL)
    failed = _failed(done)
    if failed is not None or isinstance(done, Verdict):
        return failed or Verdict("", Word.COULD_NOT_RUN)
    listed = re.search(r"\* Axioms:(.*?)\n *\n", done.stdout + done.stderr, re.DOTALL)
    if listed is None:
        return Verdict("", Word.UNDECIDED, "coqchk does not say on which axioms it all rests")
    axioms = frozenset(name for name in listed[1].split() if name != "<none>")
    more = sorted(name for name in axioms if not name.endswith(AXIOMS_OF_THE_REALS))
    return Verdict("", Word.REFUSED, f"coqchk finds more axioms: {', '.join(more)}") if more else axioms


def _failed(done: subprocess.CompletedProcess[str] | Verdict) -> Verdict | None:
    if isinstance(done, Verdict) or done.returncode == 0:
        return done if isinstance(done, Verdict) else None
    return Verdict("", Word.REFUSED, "coqchk: " + " ".join((done.stderr or done.stdout).split())[-300:])
