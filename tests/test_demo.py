"""The demonstration: its market is as it is said to be, and it runs from any folder to a report of the whole."""

from __future__ import annotations

import csv
import json
import re
import runpy
import shutil
import subprocess
import sys
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from refusals import refused

import mechproof as mp
from mechproof.dpfl.demo import Market, cap_figures, shipped

SHIPPED = Path(str(files("mechproof.dpfl"))) / "shipped"


def costs() -> list[Fraction]:
    with (SHIPPED / "clients.csv").open(newline="", encoding="utf-8") as file:
        return [Fraction(row["cost"]) for row in csv.DictReader(file)]


def test_the_clients_are_those_their_script_makes(tmp_path: Path) -> None:
    script = shutil.copy(SHIPPED / "make_clients.py", tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    assert (tmp_path / "clients.csv").read_bytes() == (SHIPPED / "clients.csv").read_bytes()
    assert len(costs()) == len(set(range(1000)))


def test_the_uncapped_market_is_the_textbook_formula() -> None:
    """Against the closed form, written here once more over fractions."""
    cheapest = sorted(costs())
    best = max(Fraction(k - 1) / sum(cheapest[:k], Fraction(0)) for k in range(2, 40))
    solution = mp.solve(shipped("uncapped").model, arithmetic="exact")
    assert solution.exact is not None
    assert solution.exact["reward_pool"] == 1000 - 1000 / (10 * best)
    assert sum(solution.values["participates"]) == sum(cost * best < 1 for cost in costs()) == 7


@pytest.mark.slow
def test_the_capped_market_is_certified_exactly_and_everybody_who_sells_is_capped() -> None:
    solution = mp.solve(shipped("capped").model, arithmetic="exact")
    assert solution.certificate.valid
    assert solution.exact is not None
    assert set(solution.exact["epsilon"]) == {0, 10}
    # the next in line would sell nothing: for everybody who is capped B (1 − s)/Z ≥ ρ, with s = 10/Z
    total, pool = sum(solution.exact["epsilon"]), solution.exact["reward_pool"]
    sellers = [cost for cost, sold in zip(costs(), solution.exact["epsilon"], strict=True) if sold]
    assert pool * (1 - 10 / Fraction(total)) / total == max(sellers)


@pytest.mark.parametrize("cap", ["1", "7", "2.5", "10.1"])
def test_exact_capped_optima_agree_with_those_in_doubles(cap: str) -> None:
    game = mp.StackelbergPricing(cost=costs()[:60], alpha=10, beta=100, epsilon_cap=[cap] * 60)
    exact, floats = mp.solve(game, arithmetic="exact"), mp.solve(game)
    assert exact.certificate.valid
    assert exact.values["reward_pool"] == pytest.approx(floats.values["reward_pool"], rel=1e-9)
    np.testing.assert_allclose(exact.values["epsilon"], floats.values["epsilon"], rtol=1e-9, atol=1e-9)


def test_a_cap_lets_more_take_part() -> None:
    pytest.importorskip("scipy")
    specification = shipped("capped")
    market = Market("cap 10", specification, mp.solve(specification.model))
    counts, powers = cap_figures(market, caps=(1, 10, 100))
    assert counts.series[0].y[0] > counts.series[0].y[1] == 874 > counts.series[0].y[2]
    assert counts.marks[0].y == 874
    assert list(powers.series[0].y) == sorted(powers.series[0].y)


@pytest.mark.slow
def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    command = [sys.executable, "-c", "from mechproof.cli import main; main()", "demo"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path)
    assert done.returncode in (0, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mechproof-report.html"]
    for words in ("7 of 1,000 take part", "874 of 1,000 take part", "true ε", "certified", "mechproof-report.html"):
        assert words in done.stdout
    right = [float(found) for found in re.findall(r"right\s+on\s+([0-9.]+)", done.stdout)]
    assert len(right) == 2
    assert right[1] > right[0] + 5
    text = (tmp_path / "mechproof-report.html").read_text(encoding="utf-8")
    assert text.count("<svg") == 6 + 4 + 4
    assert "✗" not in re.sub(r"<section aria-labelledby=\"backends\">.*?</section>", "", text, flags=re.DOTALL)


def test_an_output_that_is_a_folder_is_refused_at_once(tmp_path: Path) -> None:
    refused(["demo", "--output", str(tmp_path)], ["is a folder"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_figures_come_as_a_document_of_their_schema(tmp_path: Path) -> None:
    from mechproof.cli import run
    from mechproof.solvers.commands.schema import check_document

    spec = tmp_path / "spec.toml"
    spec.write_text(
        'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [1, 1, 3]\nalpha = 30\nbeta = 6\n',
        encoding="utf-8",
    )
    assert run(["figures", str(spec), "--output", str(tmp_path / "figures.json")]) == 0
    document = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    check_document(document)
    own, leader = document["figures"][:2]
    for figure in (own, leader):  # whoever decides sits on top of the curve
        assert figure["marks"][0]["y"] == max(figure["series"][0]["y"])
    # B* = β − N/(αe) = 29/5, and two clients sell a quarter of it each
    assert leader["marks"][0]["x"] == pytest.approx(5.8)
    assert own["marks"][0]["x"] == pytest.approx(1.45)
    crowd = next(figure for figure in document["figures"] if figure["name"] == "crowd")
    for series, pool in zip(crowd["series"], (1.45, 2.9, 5.8), strict=True):
        sold = [pool * (n - 1) / (n * n) for n in series["x"]]  # equal costs of one: B (N − 1)/(N² ρ)
        np.testing.assert_allclose(series["y"], sold, rtol=1e-6)
