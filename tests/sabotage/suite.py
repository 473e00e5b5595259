"""The package's own tests, held against faults that the battery does not notice: those that run the faulty line."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

from .forked import limited, run
from .live import Code, reaches
from .mutations import Mutant

TESTS = Path(__file__).resolve().parents[1]
CONCERNED = (
    *("certificates/test_*.py", "test_certificate_*.py", "test_feasibility.py", "test_floats_that_lied.py"),
    *("test_version_pricing_certificates.py", "test_exact_safety.py", "test_impossible.py", "test_whole_decisions.py"),
    *("test_own_games_certified.py", "test_own_programs_certified.py", "test_refuted_pools.py", "test_certificates.py"),
    *("test_stackelberg_hostile.py", "test_right_answers_stand.py", "test_three_party.py", "test_contract.py"),
    *("test_version_pricing.py", "test_version_revenue.py", "test_version_revenue_menus.py", "test_within.py"),
)
"""The files that ask the most of certificates for their time."""
OPTIONS = (
    "-q",
    "-m",
    "not slow",
    "-x",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--no-header",
    "--no-summary",
    "--tb=no",
)


@dataclass(frozen=True)
class Test:
    """One test that is green on the unharmed package, its time and the lines that it runs."""

    __test__ = False

    name: str
    file: str
    seconds: float
    lines: dict[str, set[int]]


def files() -> list[str]:
    """Return the files of the tests that may be asked."""
    return sorted({str(path) for pattern in CONCERNED for path in TESTS.glob(pattern)})


def prepare() -> None:
    """Import every test once, for all children; a fault found by random inputs is not made smaller."""
    settings.register_profile("sabotage", phases=[Phase.explicit, Phase.generate], derandomize=True, database=None)
    settings.load_profile("sabotage")
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*OPTIONS, "--collect-only", *files()])


def recorded(code: Code, workers: int = 2) -> list[Test]:
    """Return the tests that are green, with the lines of the certificates that they run."""

    def work(file: str, report: Callable[[Any], None]) -> None:
        pytest.main([*(option for option in OPTIONS if option != "-x"), file], plugins=[_Recorder(code, report)])

    found = []
    for file, values, ended in run(files(), work, lambda file: 900.0, workers):
        if not ended:
            raise RuntimeError(f"{file} cannot be run on the unharmed package: {values[-1:]}")
        found += [Test(name, file, seconds, lines) for name, seconds, lines in values if lines]
    return found


@dataclass(frozen=True)
class _Recorder:
    """Tells of each green test how long it took and which lines it ran; of a fixture for many, the first that asks."""

    code: Code
    report: Callable[[Any], None]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        started, red = time.process_time(), item.session.testsfailed
        with self.code.telling() as lines:
            result = yield
        if item.session.testsfailed == red:
            seen = {module: found for module, found in lines.items() if found}
            self.report((item.nodeid, time.process_time() - started, seen))
        return result


def asked(tests: list[Test], mutant: Mutant, seconds: float) -> list[Test]:
    """Return the tests for one fault: those that run its lines, the quickest first, within a time."""
    chosen, spent = [], 0.0
    for test in sorted(tests, key=lambda test: test.seconds):
        if reaches(test.lines.get(mutant.module, set()), mutant) and (not chosen or spent + test.seconds <= seconds):
            chosen.append(test)
            spent += test.seconds
    return chosen


def first_red(tests: list[Test]) -> str:
    """Run some tests in this process, which may carry a fault, and return the first that is not green."""
    if not tests:
        return ""
    chosen = _Chosen({test.name: test for test in tests}, [])
    ended = pytest.main([*OPTIONS, *sorted({test.file for test in tests})], plugins=[chosen])
    if chosen.red or ended == pytest.ExitCode.OK:
        return next(iter(chosen.red), "")
    return f"pytest ends with {ended}"


@dataclass(frozen=True)
class _Chosen:
    """Runs the chosen tests alone, the quickest first, each within a few times its time."""

    tests: dict[str, Test]
    red: list[str]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if item.nodeid in self.tests]
        items[:] = sorted(kept, key=lambda item: self.tests[item.nodeid].seconds)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[Any]:
        with limited(1 + 6 * self.tests[item.nodeid].seconds):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.red.append(report.nodeid)
