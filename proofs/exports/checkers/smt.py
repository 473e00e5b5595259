"""SMT solvers: they are handed every obligation as SMT-LIB, and should find its negation impossible."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from ..smtlib import scripts_of
from .verdicts import Report, Verdict, Word, not_here

MILLISECONDS = 10_000
"""How long a solver may think about an obligation."""


@dataclass(frozen=True)
class Solver:
    """A solver by its name, the package that brings it, its version, and how it is asked."""

    name: str
    package: str
    version: Callable[[], str]
    ask: Callable[[str, int], str]


def check_with_smt(
    solver: Solver, scripts: Mapping[str, str], say: Callable[[str], None] = lambda _: None, limit: int = MILLISECONDS
) -> Report:
    """Have a solver check the files of claims, which are given by the claims' ids."""
    if find_spec(solver.name) is None:
        return not_here(solver.name, solver.package, list(scripts))
    start, verdicts = time.perf_counter(), []
    for claim, text in scripts.items():
        say(claim)
        verdicts.append(_verdict(claim, [(script, _answer(solver, script, limit)) for script in scripts_of(text)]))
    return Report(solver.name, solver.version(), solver.package, tuple(verdicts), time.perf_counter() - start)


def _answer(solver: Solver, script: str, limit: int) -> str:
    try:
        return solver.ask(script, limit)
    except Exception as error:  # whatever a solver raises is no verdict of its
        return f"could not run: {type(error).__name__}: {error}"


def _verdict(claim: str, answers: list[tuple[str, str]]) -> Verdict:
    counts = Counter(answer for _, answer in answers)
    named = {answer: script.split("\n; ")[-1].splitlines()[0].removeprefix("; ") for script, answer in answers}
    if counts["sat"]:
        return Verdict(claim, Word.REFUSED, f"there are numbers that break {named['sat']}", len(answers))
    broken = [answer for answer in counts if answer not in ("unsat", "unknown")]
    if broken:
        return Verdict(claim, Word.COULD_NOT_RUN, f"{named[broken[0]]}: {broken[0]}"[:300], len(answers))
    if counts["unknown"]:
        told = f"{counts['unknown']} of {len(answers)} obligations, among them {named['unknown']}"
        return Verdict(claim, Word.UNDECIDED, told, len(answers))
    return Verdict(claim, Word.ACCEPTED, "", len(answers))


def _z3_version() -> str:
    import z3

    return z3.get_version_string()  # type: ignore[no-any-return]


def _ask_z3(script: str, limit: int) -> str:
    import z3

    solver = z3.Solver(ctx=z3.Context())
    solver.set("timeout", limit)
    solver.from_string(script)
    return str(solver.check())


def _cvc5_version() -> str:
    from importlib.metadata import version

    return version("cvc5")


def _ask_cvc5(script: str, limit: int) -> str:
    import cvc5

    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    solver.setOption("tlimit-per", str(limit))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "obligation")
    symbols, answer = parser.getSymbolManager(), ""
    while not (command := parser.nextCommand()).isNull():
        answer += command.invoke(solver, symbols)
    return answer.strip()


SOLVERS: dict[str, Solver] = {
    "z3": Solver("z3", "pip install z3-solver, which mechproof brings", _z3_version, _ask_z3),
    "cvc5": Solver("cvc5", "pip install cvc5", _cvc5_version, _ask_cvc5),
}
