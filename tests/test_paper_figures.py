"""The figures of Zhou 2023 drawn anew: numbers against solved games and by hand, captions against the register."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.claims.claim import Claim
from mechproof.proofs.claims.register import registered
from mechproof.proofs.papers import zhou2023_comparisons as comparisons
from mechproof.proofs.papers.drawing import draw_paper
from mechproof.proofs.papers.equal_costs import Equals
from mechproof.proofs.papers.paper import paper_document
from mechproof.proofs.papers.zhou2023 import ZHOU_2023
from mechproof.solvers.commands.schema import check_document

CURVES = tuple(range(4, 13))


def as_registered(claim: Claim) -> str:
    return claim.expected.value


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return paper_document(ZHOU_2023, CURVES, settle=as_registered)


def curve(document: dict[str, Any], number: int, line: int = 0) -> tuple[list[float], list[float]]:
    figure = next(figure for figure in document["figures"] if figure["name"] == f"fig-{number}")
    return figure["series"][line]["x"], figure["series"][line]["y"]


def at(document: dict[str, Any], number: int, x: float) -> float:
    places, values = curve(document, number)
    return values[places.index(x)]


def test_figure_4_has_the_printed_numbers_at_alpha_1(document: dict[str, Any]) -> None:
    game = mp.StackelbergPricing(cost=["0.001"] * 100, alpha=1, beta=10)
    solved = mp.solve(game, arithmetic="exact").exact
    assert solved is not None
    pool, best = solved["reward_pool"], solved["epsilon"][0]
    assert (pool, best) == (Fraction(980, 99), 98)
    zero = Fraction(19502, 99)
    assert pool * zero / (zero + 99 * best) == zero / 1000  # paid what it costs, exactly
    marks = next(figure for figure in document["figures"] if figure["name"] == "fig-4")["marks"]
    assert [mark["x"] for mark in marks] == pytest.approx([98, float(zero)])
    assert f"B* = {float(pool):.5f}" in document["figures"][0]["series"][0]["label"]
    own, utility = curve(document, 4)
    assert own[int(np.argmax(utility))] == pytest.approx(98)


def test_figures_9_and_11(document: dict[str, Any]) -> None:
    assert at(document, 9, 1.0) == pytest.approx(8.989899, abs=5e-7)
    assert at(document, 9, 100.0) == pytest.approx(9.989899, abs=5e-7)
    assert at(document, 11, 1.0) == pytest.approx(13.935449, abs=5e-7)
    assert at(document, 11, 100.0) == pytest.approx(58.987150, abs=5e-7)


@pytest.mark.parametrize(
    ("count", "cost", "alpha", "beta"),
    [(100, "0.01", 10, 10), (2, "0.01", 1, 3), (7, 1, 1, "0.5"), (50, "0.003", 20, 20)],
)
def test_equals_are_what_the_solver_says(count: int, cost: Any, alpha: Any, beta: Any) -> None:
    solved = mp.solve(mp.StackelbergPricing(cost=[cost] * count, alpha=alpha, beta=beta)).values
    equals = Equals(count, float(Fraction(cost)))
    pool = float(equals.pool(float(alpha), float(Fraction(beta))))
    assert pool == pytest.approx(float(solved["reward_pool"]), abs=1e-9)
    if pool:
        assert float(equals.budget(pool)) == pytest.approx(float(solved["epsilon"][0]))
        assert float(equals.utility(pool)) == pytest.approx(float(solved["client_utility"][0]))
        served = float(equals.served(pool, float(alpha), float(Fraction(beta))))
        assert served == pytest.approx(float(solved["server_utility"]))


def test_curves_are_the_closed_forms_of_equals(document: dict[str, Any]) -> None:
    for line, pool in enumerate((20, 10, 5, 1)):
        x, y = curve(document, 6, line)
        assert y == pytest.approx([pool * 99 / 100**2 / cost for cost in x])
        x, y = curve(document, 7, line)
        assert y == pytest.approx([pool * (n - 1) / n**2 / 0.01 for n in x])
        x, y = curve(document, 8, line)
        assert y == pytest.approx([pool / n**2 for n in x])
    x, y = curve(document, 10)
    assert y == pytest.approx([max(0, beta - 100 / (10 * 99)) for beta in x])
    x, y = curve(document, 12)
    ratio = [100 / (10 * 99 * beta) for beta in x]
    assert y == pytest.approx([beta * (r - 1 - log(r)) for beta, r in zip(x, ratio, strict=True)])
    x, y = curve(document, 5)
    assert y == pytest.approx([10 * log(1 + 10 * pool * 99 / 100) - pool for pool in x])


def test_figure_13_among_ten() -> None:
    found = {name: comparisons.client_mean(comparisons.EMNIST, 10, name) for name in comparisons.NAMES}
    assert found["equilibrium"] == pytest.approx(0.01)
    assert found["static/shared"] == pytest.approx(0.09)
    assert found["static/deviating"] == pytest.approx(0.0022, abs=5e-6)
    assert found["random/shared"] == pytest.approx(0.0495)
    assert found["ic-mle"] == pytest.approx(0, abs=1e-12)
    rows = comparisons.rows_of(comparisons.EMNIST, 10, 10, 10, 1)
    assert rows["random/shared"].client_utility.mean() == pytest.approx(0.0445, abs=5e-5)


def test_random_pricing_in_the_mean_is_the_mean_of_draws() -> None:
    generator, game = np.random.default_rng(0), Equals(10, 0.001)
    drawn = generator.uniform(1, 100, (4000, 10))
    shared = np.mean(drawn / drawn.sum(axis=1, keepdims=True) - 0.001 * drawn)
    assert comparisons.client_mean(comparisons.EMNIST, 10, "random/shared") == pytest.approx(shared, abs=1e-3)
    alone = np.mean(drawn / (drawn + 9 * float(game.budget(1.0))) - 0.001 * drawn)
    assert comparisons.client_mean(comparisons.EMNIST, 10, "random/deviating") == pytest.approx(alone, abs=3e-4)


def test_captions_say_what_is_printed_and_what_is_so(document: dict[str, Any]) -> None:
    assert ZHOU_2023.figures.keys() == set(range(4, 17))
    for figure in document["figures"]:
        about = [claim for claim in registered() if claim.id.startswith(f"stackelberg/{figure['name']}-")]
        assert about
        told = [(row["id"], row["verdict"], row["attribution"]) for row in figure["claims"]]
        assert told == [(claim.id, claim.expected.value, claim.attribution.value) for claim in about]
        assert figure["text"].startswith("Printed: ")
        for claim in about:
            assert claim.id.partition(f"{figure['name']}-")[2] in figure["text"].partition("Verdicts of ")[2]
    check_document(json.loads(json.dumps(document)))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (4, "N = 100, ρ = 0.001, α = 1 and 10, β = 10"),
        (6, "N = 100 equal clients, B = 1, 5, 10, 20"),
        (7, "ρ = 0.01, B = 1, 5, 10, 20"),
        (8, "ρ = 0.001, B = 1, 5, 10, 20"),
        (10, "α = 10"),
        (12, "α = 10"),
    ],
)
def test_documents_state_what_is_drawn_and_nothing_else(document: dict[str, Any], number: int, words: str) -> None:
    """The figures have parameters of their own each, so no data of one mechanism stand over them."""
    figure = next(figure for figure in document["figures"] if figure["name"] == f"fig-{number}")
    assert words in figure["drawn"]
    assert f"Drawn: {figure['drawn']}." in figure["text"]
    assert document["mechanism"] == {"type": "stackelberg-pricing", "data": {}}


def test_a_verdict_is_reached_not_believed() -> None:
    figure = paper_document(ZHOU_2023, [5])["figures"][0]
    assert [(row["id"], row["verdict"]) for row in figure["claims"]] == [("stackelberg/fig-5-peak", "PROVED")]
    other = paper_document(ZHOU_2023, [5], settle=lambda claim: "INCONCLUSIVE")["figures"][0]
    assert "INCONCLUSIVE peak" in other["text"]


def test_images_have_their_numbers_beside(document: dict[str, Any], tmp_path: Path) -> None:
    few = {**document, "figures": document["figures"][:1]}
    images = draw_paper(few, tmp_path / "drawn")
    assert [path.name for path in images] == ["fig-04.svg"]
    first = [path.read_bytes() for path in images]
    assert all(image.startswith(b"<?xml") and b"</svg>" in image for image in first)
    assert [path.read_bytes() for path in draw_paper(few, tmp_path / "drawn")] == first
    for path, figure in zip(images, few["figures"], strict=True):
        beside = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        check_document(beside)
        assert beside["figures"] == json.loads(json.dumps([figure]))


def test_the_command_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "zhou"
    assert run(["figures", "--paper", "zhou2023", "--figure", "5", "--draw", str(folder)]) == 0
    assert "1 figures" in capsys.readouterr().out
    assert {path.name for path in folder.iterdir()} == {"fig-05.svg", "fig-05.json"}
    assert run(["report", str(folder / "fig-05.json"), "--output", str(tmp_path / "page.html")]) == 0
    assert "Printed: utility is strictly concave" in (tmp_path / "page.html").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Wrong:
    arguments: tuple[str, ...]
    words: str


@pytest.mark.parametrize(
    "case",
    [
        Wrong((), "either a specification or --paper"),
        Wrong(("a.toml", "--paper", "zhou2023"), "either a specification or --paper"),
        Wrong(("a.toml", "--figure", "5"), "add --paper zhou2023"),
        Wrong(("--paper", "zhou"), "did you mean 'zhou2023'"),
        Wrong(("--paper", "zhou2023", "--figure", "17"), "figure = 17: is not drawn from zhou2023"),
        Wrong(("--paper", "zhou2023", "--figure", "5", "--draw", "no/such/folder"), "cannot be made"),
    ],
    ids=lambda case: " ".join(case.arguments) or "nothing",
)
def test_bad_requests_are_refused(case: Wrong, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figures", *case.arguments]) == 2
    assert case.words in capsys.readouterr().err
