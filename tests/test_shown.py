"""Objects in a session: one line each, the command line's text when printed, and the same in a notebook."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.solve import backends

SPEC = '[mechanism]\ntype = "stackelberg-pricing"\ncost = [0.2, 0.3, 0.5]\nalpha = 10\nbeta = 10\n'


def game(people: int = 3) -> mp.StackelbergPricing:
    return mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"] if people == 3 else np.ones(people), alpha=10, beta=10)


MADE: dict[str, Callable[[], Any]] = {
    "Solution": lambda: mp.solve(game()),
    "exact Solution": lambda: mp.solve(game(), arithmetic="exact"),
    "Solution of a million": lambda: mp.solve(game(1_000_000)),
    "Certificate": lambda: mp.solve(game()).certificate,
    "Request": lambda: mp.Request(options={"form": "shares"}),
    "Answer": lambda: mp.Answer({"price": np.arange(3.0)}, "optimal"),
    "Verification": lambda: mp.verify(game()),
    "Item": lambda: mp.verify(game()).items[0],
    "Comparison": lambda: mp.compare(game(), backends=["closed-form"]),
    "Row": lambda: mp.compare(game(), backends=["closed-form"]).rows[0],
    "Proofs": lambda: mp.prove("stackelberg", claim="stackelberg/eq-16-concave"),
    "Proved": lambda: mp.prove("stackelberg", claim="stackelberg/eq-16-concave").claims[0],
    "Offer": lambda: backends(game())[0],
    "Check": lambda: mp.check(game()),
    "CheckItem": lambda: mp.check(game()).items[0],
    "Bundle": lambda: mp.cheapest_bundle([1, 2], [1, 3], "composition"),
    "BestMenu": lambda: mp.best_arbitrage_free_menu(mp.VersionRevenue(epsilon=[2, 3], wanted=[0, 1], value=[1, 2])),
    "Lie": lambda: mp.misreport(game(), 0, "0.25"),
    "LeaderVerdict": lambda: mp.LeaderVerdict(False, None, None, "a larger pool earns more", 0.25),
    "StackelbergPricing": lambda: game(1_000_000),
    "VersionPricing": lambda: mp.VersionPricing(epsilon=[1, 2], target=[1, 3]),
    "Decision": lambda: mp.Decision("price", np.zeros(10**6), np.ones(10**6)),
    "Player": lambda: game().players()[1],
    "Constraint": lambda: game().constraints()[0],
    "Baseline": lambda: mp.baselines(game())[0],
    "Specification": lambda: mp.read_specification(Path(mp.__file__).parent / "examples" / "stackelberg.toml"),
    "Table": lambda: mp.Table("squares", "They\ngrow.", ("x", "x²"), tuple((x, x * x) for x in range(99))),
}
SAYS = {
    "Solution": ("CERTIFIED", "reward pool"),
    "Certificate": ("CERTIFIED", "distance to the solution"),
    "Verification": ("AS REQUIRED: ", "individual rationality: holds"),
    "Item": ("individual rationality: holds (exact)",),
    "Comparison": ("back end", "1 of 1 answers certified"),
    "Proofs": ("stackelberg/eq-16-concave: PROVED", "trusted: "),
    "Proved": ("stackelberg/eq-16-concave: PROVED",),
    "Offer": ("best-response takes it",),
    "Check": ("all is as required", "individual-rationality holds"),
    "Bundle": ("ARBITRAGE", "2 copies of version 0"),
    "BestMenu": ("earns 3",),
    "Lie": ("person 0 reports 1/4", "instead of 1/5"),
    "LeaderVerdict": ("REFUTED", "at least 0.25"),
    "Answer": ("it claims: optimal", "price: [0, 1, 2]"),
}


@pytest.mark.parametrize("name", MADE)
def test_each_is_one_line(name: str) -> None:
    line = repr(MADE[name]())
    assert line.startswith(f"{name.split()[-1] if name.startswith('exact') else name.split()[0]}(")
    assert "\n" not in line
    assert len(line) <= 420


def words(text: str) -> list[str]:
    """Return a text's words, but for how long things took."""
    return re.sub(r"[\d.]+ m?s\b", "", text).split()


@pytest.mark.parametrize("name", SAYS)
def test_printed_and_in_a_notebook_it_says_what_the_command_line_says(name: str) -> None:
    made = MADE[name]()
    text, page = str(made), made._repr_html_()
    for said in SAYS[name]:
        assert said in text
    assert page.startswith("<pre")
    assert words(html.unescape(re.sub(r"<[^>]+>", "", page))) == words(text)


@pytest.mark.parametrize(
    ("command", "show"),
    [
        ("solve", lambda spec: spec.solve()),
        ("verify", lambda spec: mp.verify(mp.solve(spec.model, arithmetic="exact"))),
        ("compare", lambda spec: mp.compare(spec.model, backends=["closed-form", "share-function"])),
    ],
)
def test_the_text_is_the_commands(command: str, show: Any, tmp_path: Path) -> None:
    spec, printed = tmp_path / "spec.toml", tmp_path / "text.txt"
    spec.write_text(f"format = 1\n{SPEC}")
    some = ["--backends", "closed-form,share-function"] if command == "compare" else []
    assert run([command, str(spec), "--output", str(printed), *some]) == 0
    number = re.compile(r"\d+(\.\d+)?(e-?\d+)?( m?s\b)?")  # seconds stand in the table, of slow runs and quick ones
    text = str(show(mp.read_specification(spec)))
    assert number.sub("#", printed.read_text().strip()).split() == number.sub("#", text).split()


def test_a_line_computes_no_certificate() -> None:
    solution = mp.solve(game())
    assert "certificate" not in vars(solution)
    repr(solution)
    assert "certificate" not in vars(solution)


def test_declarations_without_a_text_leave_the_line_to_notebooks() -> None:
    assert game()._repr_html_() is None
    assert str(game()) == repr(game())


def test_names_that_are_not_there_are_told() -> None:
    solution = mp.solve(game(), arithmetic="exact")
    for values in (solution.values, solution.exact):
        with pytest.raises(
            KeyError, match=r"^there is no 'epsilonn' here \(did you mean 'epsilon'\? there are reward_pool"
        ):
            values["epsilonn"]  # type: ignore[index]
    found = mp.verify(solution)
    with pytest.raises(mp.MechproofError, match=r"no 'IR' here \(did you mean 'individual-rationality'"):
        found["IR"]
    with pytest.raises(KeyError, match="did you mean 'truthfulness'"):
        found["truthfullness"]
    with pytest.raises(KeyError, match="did you mean 'stackelberg/eq-16-concave'"):
        mp.prove("stackelberg", claim="stackelberg/eq-16-concave")["stackelberg/eq-16-concav"]


def test_the_package_says_its_version_and_runs_as_a_module() -> None:
    said = subprocess.run([sys.executable, "-m", "mechproof", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout == f"mechproof {mp.__version__}\n"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.array("x"), "'x'"),
        (np.array(None), "None"),
        ([1, None, 2, 3, 4], "5 of several kinds"),
        ([1, "a", 2, 3, 4], "5 of several kinds"),
        (np.array([Fraction(1), arb(2), arb(3), arb(4), arb(5)], dtype=object), "5 of several kinds"),
        (np.full(5, 1 + 1j), "5 of complex128"),
    ],
)
def test_a_line_says_something_of_whatever_a_back_end_returned(values: Any, says: str) -> None:
    assert repr(mp.Answer({"x": values}, "")) == f"Answer(decisions={{x: {says}}}, claimed='', versions={{}})"
