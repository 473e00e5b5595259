"""Put faults into the solvers and write what became of them.

From a checkout: ``python tests/sabotage --long --output docs/sabotage.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sabotage import battery, certified, instances, language, packages, suite, table
from sabotage.certified import CheckPlan, Fate, fates, passed
from sabotage.experiment import Control, Plan, Result, controls, document, experiment, read, sample
from sabotage.live import Code
from sabotage.mutations import Mutant

LONG = 3_000
ENOUGH = 0.95
"""The share of faulty certificates, of those that any check runs, that must be noticed."""
MARKS = ("<!-- {}: from here on written by the command -->", "<!-- {}: end -->")


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python tests/sabotage", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="how many faults to try (default 300)")
    parser.add_argument("--long", action="store_true", help=f"try {LONG} faults on all instances")
    parser.add_argument("--all", action="store_true", help="try every fault there is")
    parser.add_argument("--effective", type=int, help="stop when so many faults gave a wrong answer")
    parser.add_argument("--certificates", action="store_true", help="put the faults into the certificates instead")
    parser.add_argument("--shared", action="store_true", help="... into what certificates share with solvers")
    parser.add_argument(
        "--language", action="store_true", help="on games of tables, auctions, steps, two decisions and finite sets"
    )
    parser.add_argument("--quick", action="store_true", help="only the instances that take hundredths of a second")
    parser.add_argument(
        "--only", default="", help="only faults with one of these texts (parted by commas) in their names"
    )
    parser.add_argument("--seed", type=int, default=0, help="which faults are drawn")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long the checks of one faulty certificate run")
    parser.add_argument("--test-seconds", type=float, default=20.0, help="... and how long the suite's own tests, then")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time")
    parser.add_argument("--journal", type=Path, help="a file of results, to which a run adds and from which it resumes")
    parser.add_argument("--output", type=Path, help="a document whose table is replaced")
    parser.add_argument("--json", action="store_true", help="print a summary as JSON")
    return parser.parse_args()


def main() -> int:
    """Run what was asked for."""
    asked = arguments()
    return of_certificates(asked) if asked.certificates else of_back_ends(asked)


def of_certificates(asked: argparse.Namespace) -> int:
    """Put faults into the certificates, and return 1 if too few were noticed."""
    started = time.monotonic()
    code = Code.of(packages.certificates())
    mutants = [mutant for mutant in code.mutants() if any(part in mutant.name for part in asked.only.split(","))]
    count = None if asked.all else LONG if asked.long else asked.count
    found: list[Fate] = []
    for fate in judged(code, sample(mutants, asked.seed, count), asked):
        found.append(fate)
        if len(found) % 100 == 0:
            kept = sum(item.verdict == "survived" for item in found)
            note(f"{len(found)} tried, {kept} survived, {time.monotonic() - started:.0f} s")
    shares = table.noticed(found, packages.EQUIVALENT)
    text = f"{len(found)} of {len(mutants)} faults, seed {asked.seed}; {table.versions()}.\n\n"
    text += f"{table.of_certificates(found, packages.EQUIVALENT)}\n\nThose that nothing noticed:\n\n"
    text += f"{table.survivors(found, packages.EQUIVALENT)}\n"
    publish(asked.output, f"certificates, seed {asked.seed}", text)
    return 0 if shares >= ENOUGH else 1


def judged(code: Code, chosen: list[Mutant], asked: argparse.Namespace) -> Iterator[Fate]:
    """Yield earlier fates from the journal, then those of the rest."""
    known = {fate.mutant: fate for fate in map(certified.read, journal(asked.journal))}
    yield from (known[mutant] for mutant in chosen if mutant in known)
    rest = [mutant for mutant in chosen if mutant not in known]
    for fate in fates(planned(code, asked), rest, asked.workers) if rest else ():
        note_down(asked.journal, certified.document(fate))
        yield fate


def planned(code: Code, asked: argparse.Namespace) -> CheckPlan:
    """Return the checks and tests, with what they run on the unharmed certificates."""
    suite.prepare()
    _ = code.tellers  # once, for all children
    checked = passed(code, battery.checks(), asked.workers)
    untrue = [f"{item.check.name}: {aspect}" for item in checked for aspect in sorted(item.fails)]
    tests = suite.recorded(code, asked.workers)
    note(f"{len(checked)} checks, {len(untrue)} untrue statements, {len(tests)} tests")
    return CheckPlan(code, checked, asked.seconds, tests, asked.test_seconds)


def journal(path: Path | None) -> list[dict[str, Any]]:
    """Return what an earlier run has written."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path and path.exists() else []


def note_down(path: Path | None, data: dict[str, Any]) -> None:
    """Write one more result."""
    if path:
        with path.open("a") as file:
            file.write(json.dumps(data) + "\n")


def of_back_ends(asked: argparse.Namespace) -> int:
    """Put faults into the back ends, and return 1 if a wrong answer was called valid."""
    started = time.monotonic()
    known = instances.cases(*language.builders()) if asked.language else instances.cases()
    cases = [case for case in known if case.quick or not asked.quick]
    code = Code.of(packages.certificates() if asked.shared else packages.back_ends())
    found = controls(code, cases, asked.workers)
    harmed = [item.case.name for item in found if not as_declared(item)]
    if harmed:
        print(f"the unharmed package does not give or certify the right answers of {harmed}", file=sys.stderr)
        return 2
    plan = Plan(code, found, seconds=0.25 if asked.quick else 0.8)
    mutants = [mutant for mutant in code.mutants() if any(part in mutant.name for part in asked.only.split(","))]
    if asked.quick or asked.shared or asked.language:
        mutants = [mutant for mutant in mutants if plan.of(mutant)]
    count = None if asked.all or asked.effective else LONG if asked.long else asked.count
    note(f"{len(found)} cases, {len(mutants)} faults, {time.monotonic() - started:.0f} s")
    results = []
    for result in tried(plan, sample(mutants, asked.seed, count), asked):
        results.append(result)
        if result.verdict == "certified" or len(results) % 100 == 0:
            counted = sum(item.effective for item in results)
            certified = sum(item.verdict == "certified" for item in results)
            words = f"{len(results)} tried, {counted} effective, {certified} certified wrong"
            note(f"{words}, {time.monotonic() - started:.0f} s  {result.mutant.name} {result.verdict}")
        if asked.effective and sum(item.effective for item in results) >= asked.effective:
            break
    seconds = time.monotonic() - started
    summary = f"{len(results)} of {len(mutants)} faults, seed {asked.seed}, {seconds:.0f} s; {table.versions()}"
    text = f"{summary}.\n\n{table.by_module(results)}\n\nWrong answers called valid:\n\n{table.listed(results)}\n"
    text += (
        f"\nAnswers not called valid, but with a distance stated below the true one:\n\n{table.listed(results, True)}\n"
    )
    if asked.json:
        print(json.dumps({"seconds": seconds, "results": [document(item) for item in results]}))
    else:
        publish(asked.output, "shared" if asked.shared else "language" if asked.language else "back ends", text)
    return 1 if any(result.verdict == "certified" for result in results) else 0


def as_declared(control: Control) -> bool:
    """Whether an unharmed answer is right, and certifies where it should."""
    valid = [name for name, holds in zip(("float", "exact"), control.outcome.valid, strict=True) if holds]
    return control.outcome.verdict == "same" and set(control.case.instance.certified) <= set(valid)


def tried(plan: Plan, chosen: list[Mutant], asked: argparse.Namespace) -> Iterator[Result]:
    """Yield earlier results from the journal, then those of the rest."""
    known = {item.mutant: item for item in map(read, journal(asked.journal))}
    yield from (known[mutant] for mutant in chosen if mutant in known)
    rest = [mutant for mutant in chosen if mutant not in known]
    for result in experiment(plan, rest, asked.workers, until_wrong=bool(asked.effective)):
        note_down(asked.journal, document(result))
        yield result


def publish(path: Path | None, what: str, text: str) -> None:
    """Put a table between its marks in a document, or print it."""
    if path is None:
        print(text)
        return
    start, end = (mark.format(what) for mark in MARKS)
    before, _, rest = path.read_text().partition(start)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{start}\n\n{text}\n{end}{after}")


def note(words: str) -> None:
    """Tell how far it is."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
