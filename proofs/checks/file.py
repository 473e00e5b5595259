"""The judgement of one file: a specification, with all that it asks for, or a Python file of mechanisms."""

from __future__ import annotations

import os
import shlex
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ...formulations.specification.tables import read_text
from ...formulations.specification.user_code import load_class
from ...solvers.sections import Judge, judges_of
from ...solvers.serialization import plain
from ...solvers.specification import Specification, read_specification
from ..own.proving import SECONDS, NothingAsked, prove_own
from .finding import Found, Kind
from .guarded import guarded
from .judge import Finding, Judgement, Told, judge_promises, judge_proofs, of_claims
from .lines import Lines, text_of
from .results import PASSED_OVER, UNPROMISED, Asked, Check, CheckItem, CheckVerdict, Level, kind_of


@dataclass(frozen=True)
class Judged:
    """What became of a file: its check, the SHA-256 of every file that was read, and whether it may be kept.

    It may where nothing else went in: Python code of one's own may read anything. What is noted is said each time.
    """

    check: Check
    digests: Mapping[str, str] = field(default_factory=dict)
    kept: bool = False


def judge_file(found: Found, allow_code: bool, say: Told = lambda _: None) -> Judged:
    """Judge a file; whatever is wrong with it is an item of it.

    Raises
    ------
    InputError
        When the file itself cannot be read.
    """
    shown = shown_path(found.path)
    option = " --allow-code" if allow_code else ""
    command = f"mechproof check {shlex.quote(shown)}{option}"
    if found.kind == Kind.CODE:
        return Judged(_of_code(found, shown, command, allow_code, say), {}, kept=False)
    return _of_specification(found.path, shown, command, allow_code, say)


def _of_specification(path: Path, shown: str, command: str, allow_code: bool, say: Told) -> Judged:
    """Return what a specification asks for, judged part by part."""
    lines, asked = Lines.of(_text(path)), list[Specification]()
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        judgements = [guarded(lambda: _read(path, allow_code, asked))]
    for note in notes:
        warnings.warn_explicit(note.message, note.category, note.filename, note.lineno)
    judgements += [guarded(judge, about) for each in asked for about, judge in _parts(each, allow_code, say)]
    items = tuple(
        _item(one, shown, lines.line(one.about), _again(command, one))
        for judgement in judgements
        for one in judgement.findings
    )
    documents = {f"{shown}: {kind_of(one)}": one for judgement in judgements for one in judgement.documents}
    digests = {name: digest for judgement in judgements for name, digest in judgement.digests.items()}
    foreign = any(map(_is_foreign, asked)) or any(name.endswith(".py") for name in digests)
    return Judged(Check(shown, items, documents), digests, kept=not (foreign or notes))


def shown_path(path: Path) -> str:
    """Return a path as it is shown: relative to the working folder where it is below it, with slashes."""
    full, here = Path(os.path.abspath(path)), Path.cwd()
    return (full.relative_to(here) if full.is_relative_to(here) else full).as_posix()


def _text(path: Path) -> str:
    """Return a file's text for its lines; what is no UTF-8 is refused where it is read."""
    try:
        return text_of(path.read_bytes())
    except OSError:
        return read_text(path, "path")[0]  # which says what is wrong


def _is_foreign(asked: Specification) -> bool:
    """Whether a mechanism comes from elsewhere than from mechproof itself."""
    return type(asked.model).__module__.partition(".")[0] != __package__.partition(".")[0]


def _read(path: Path, allow_code: bool, into: list[Specification]) -> Judgement:
    asked = read_specification(path, allow_code)
    into.append(asked)
    return Judgement((), digests=asked.digests)


def _parts(asked: Specification, allow_code: bool, say: Told) -> Iterator[tuple[str, Callable[[], Judgement]]]:
    """Yield what a specification asks for, each judged apart from the others, and the key it is about."""
    yield "mechanism.type", lambda: judge_promises(asked, say)
    if asked.prove is not None:
        yield "prove", lambda: judge_proofs(asked, say)
    for name, judge in judges_of(asked).items():
        yield name, _of_section(name, judge, asked, allow_code, say)


def _of_section(name: str, judge: Judge, asked: Specification, allow_code: bool, say: Told) -> Callable[[], Judgement]:
    levels = {"violated": Level.ERROR, "inconclusive": Level.WARNING, "holds": Level.NONE}

    def judged() -> Judgement:
        found = judge(asked, allow_code, lambda now: say(f"{name}: {now}"))
        findings = tuple(
            Finding(f"{name}/{one.name}", CheckVerdict(one.verdict), levels[one.verdict], one.text, None, name)
            for one in found.findings
        )
        return Judgement(findings, found.documents, found.digests)

    return judged


def _of_code(found: Found, shown: str, command: str, allow_code: bool, say: Told) -> Check:
    """Return what is proved of each mechanism in a Python file, or that it was not run."""
    names = ", ".join(found.classes)
    if not allow_code:
        text = f"{names}: not run, and so not judged; read the file, then add --allow-code"
        line = next(iter(found.classes.values()), 1)
        again = f"{command} --allow-code"
        note = Finding(PASSED_OVER, CheckVerdict.INCONCLUSIVE, Level.NONE, text, None, "", Asked.NOTHING)
        return Check(shown, (_item(note, shown, line, again),))
    items: list[CheckItem] = []
    documents: dict[str, Mapping[str, Any]] = {}
    for name, line in found.classes.items():
        judgement = guarded(partial(_proved, found.path, name, say))
        again = f"mechproof prove {shlex.quote(f'{shown}:{name}')} --allow-code"
        items += [_item(one, shown, line, again, name) for one in judgement.findings]
        documents |= {f"{shown}:{name}: {kind_of(one)}": one for one in judgement.documents}
    return Check(shown, tuple(items), documents)


def _proved(path: Path, name: str, say: Told) -> Judgement:
    kind = load_class(f"{path.name}:{name}", path.parent, allow_code=True)
    try:
        proofs = prove_own(kind, None, SECONDS, lambda claim: say(f"proving {claim} of {name}"))
    except NothingAsked:
        text = f"{name} promises nothing that could be proved; a specification may require something of it"
        return Judgement((Finding(UNPROMISED, CheckVerdict.INCONCLUSIVE, Level.NONE, text, None, "", Asked.NOTHING),))
    return Judgement(tuple(of_claims(proofs, None)), (proofs.document(),))


def _again(command: str, found: Finding) -> str:
    """Return the command that judges the same again; where nothing could be judged, there is nothing to select."""
    return command if found.verdict == CheckVerdict.ERROR else f"{command} --select {shlex.quote(found.property)}"


def _item(found: Finding, path: str, line: int, again: str, mechanism: str = "") -> CheckItem:
    # the witness as JSON has it, so that what was judged before, or in another process, is the same
    return CheckItem(
        found.property,
        found.verdict,
        found.level,
        found.text,
        plain(found.witness),
        path,
        line,
        again,
        mechanism,
        found.asked,
    )
