"""Menus that others bring: arbitrage, misstated revenue, lying back ends; and what safety costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from revenue_oracles import Market, best_by_buyers, best_without_arbitrage, is_safe, random_market

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.certificates.versions.revenue_bound import potential
from mechproof.solvers.certificates.versions.survey import in_floats, in_whole_numbers

SURVEY = {"epsilon": [1, 3], "wanted": [0, 1, 1], "value": ["0.1", "0.3", "0.5"]}
EXAMPLE = Path(__file__).parent.parent / "examples" / "revenue.toml"


@dataclass(frozen=True)
class Brought:
    """A menu for the survey above, in fractions or doubles, and what its certificate must say."""

    name: str
    values: dict[str, Any]
    feasible: bool
    optimal: bool | None
    says: str


BROUGHT = [
    Brought("best", {"price": ["0.1", "0.3"]}, True, True, "no safe menu earns more than 0.7"),
    Brought("best in doubles", {"price": [0.1, 0.3]}, True, True, "no safe menu earns more than 0.7"),
    Brought("a trillionth too dear", {"price": [0.1, 0.3 + 1e-12]}, True, False, "(0.1, 0.3) earns 0.7, this one 0.4"),
    Brought("outside the cone", {"price": ["0.1", "0.300000000001"]}, False, None, "more per weight"),
    Brought("cheaper for more", {"price": ["0.3", "0.1"]}, False, None, "costs less"),
    Brought("paid to take it", {"price": ["-0.1", "-0.1"]}, False, None, "negative"),
    Brought("too cheap", {"price": ["0.05", "0.15"]}, True, False, "earns 0.7, this one 0.35"),
    Brought("free", {"price": [0, 0]}, True, False, "this one 0"),
    Brought("too dear for all", {"price": [5, 5]}, True, False, "this one 0"),
    Brought("misstated", {"price": ["0.1", "0.3"], "revenue": "0.700000001"}, False, None, "revenue is stated as"),
    Brought("misstated in doubles", {"price": [0.1, 0.3], "revenue": 0.70001}, False, None, "revenue is stated as"),
]


@pytest.mark.parametrize("arithmetic", ["exact", "float"])
@pytest.mark.parametrize("case", BROUGHT, ids=lambda case: case.name)
def test_menus_that_are_brought(case: Brought, arithmetic: str) -> None:
    certificate = mp.certify(mp.candidate(mp.VersionRevenue(**SURVEY), **case.values), arithmetic)
    assert certificate.feasible is case.feasible, certificate
    assert certificate.optimal is case.optimal, certificate
    assert case.says in certificate.reason


def test_a_price_too_dear_by_less_than_any_double_is_seen() -> None:
    model = mp.VersionRevenue(epsilon=[1, 2], wanted=[0, 1], value=[1, 3])
    price = [Fraction(1), 2 + Fraction(1, 10**400)]
    for arithmetic in ("float", "exact"):
        found = mp.certify(mp.candidate(model, price=price), arithmetic)
        assert found.feasible is False
        assert "more per weight" in found.reason


def test_what_no_safe_menu_earns_is_not_certified() -> None:
    """A broken constraint far below the largest price, at which a hundred thousand others buy all the same."""
    buyers = 100_000
    wanted = np.append(np.zeros(buyers, dtype=int), 1)
    model = mp.VersionRevenue(epsilon=[1, 1e10], wanted=wanted, value=np.append(np.full(buyers, 1e-11), 1.0))
    found = mp.certify(mp.candidate(model, price=[1e-11, 1.0]))
    assert found.feasible is False
    assert "costs more per weight" in found.reason
    assert found.violation == pytest.approx(0.9 / 1.1)


def test_one_menu_stated_in_two_ways_is_refuted() -> None:
    s = mp.solve(mp.VersionRevenue(**SURVEY), arithmetic="exact")
    other = replace(s, values={**s.values, "price": np.array([0.1, 0.4])})
    for arithmetic in ("float", "exact"):
        assert "price is stated twice" in mp.certify(other, arithmetic).reason


def test_prices_moved_by_a_little_are_seen() -> None:
    """A price of the best menu at which somebody buys, a millionth dearer: it loses a buyer or leaves the cone."""
    rng = np.random.default_rng(21)
    moved = 0
    for _ in range(60):
        market = random_market(rng, 6, 3)
        model = mp.VersionRevenue(**market.fields)  # type: ignore[arg-type]
        best = mp.solve(model)
        for version in range(3):
            price = best.values["price"].copy()
            sold = [v for w, v in zip(market.wanted, market.value, strict=True) if w == version and v >= price[version]]
            if not sold or not price[version]:
                continue
            moved += 1
            price[version] *= 1 + 1e-6
            for arithmetic in ("float", "exact"):
                assert not mp.certify(mp.candidate(model, price=price), arithmetic).valid
    assert moved > 50


def test_the_potential_bounds_what_the_best_menu_earns() -> None:
    """By exhaustive search; and its own menu earns the bound by the declaration."""
    rng = np.random.default_rng(22)
    for _ in range(80):
        market = random_market(rng, 6, 3)
        model = mp.VersionRevenue(**market.fields)  # type: ignore[arg-type]
        best = best_by_buyers(market)
        exact, rounded = (potential(survey) for survey in (in_whole_numbers(model), in_floats(model)))
        assert exact.bound == best
        assert best <= rounded.bound * (1 + Fraction(1, 10**12))
        assert float(rounded.bound) == pytest.approx(float(best), rel=1e-12)
        for found in (exact, rounded):
            price = model.menu_keeping(found.survey.buys(found.menu()))
            assert mp.candidate(model, price=price).exact["revenue"] == best


def test_the_true_arbitrage_rule_against_every_menu_of_whole_prices() -> None:
    rng = np.random.default_rng(23)
    below = 0
    for _ in range(60):
        attack = str(rng.choice(["composition", "averaging"]))
        epsilon = rng.choice([2, 3, 5, 7] if attack == "composition" else [1, 2, 3], size=3, replace=False)
        weight = epsilon if attack == "composition" else epsilon**2
        wanted = rng.integers(0, 3, size=int(rng.integers(2, 7)))
        value = np.ceil(weight[wanted] * rng.uniform(0.4, 1.5, len(wanted)))  # near the cone's edge, or beyond
        market = Market(
            tuple(Fraction(int(e)) for e in epsilon),
            tuple(int(w) for w in wanted),
            tuple(Fraction(int(v)) for v in value),
            attack,
        )
        model = mp.VersionRevenue(**market.fields)  # type: ignore[arg-type]
        best = mp.best_arbitrage_free_menu(model)
        safe = mp.solve(model, arithmetic="exact").exact
        assert safe is not None
        assert best.revenue == best_without_arbitrage(market)
        assert best.revenue / 2 <= safe["revenue"] <= best.revenue
        below += safe["revenue"] < best.revenue
    assert below >= 5  # the cone does cost something


def test_the_safe_menu_keeps_more_than_half_of_every_price() -> None:
    rng = np.random.default_rng(24)
    for _ in range(100):
        market = random_market(rng, 6, 4)
        model = mp.VersionRevenue(**market.fields)  # type: ignore[arg-type]
        best = mp.best_arbitrage_free_menu(model)
        safe = list(model.safe_menu(best.price))
        assert is_safe(market, safe)
        assert all(q <= v < 2 * q or q == v == 0 for q, v in zip(safe, best.price, strict=True))


def test_a_stronger_attack_never_earns_more() -> None:
    rng = np.random.default_rng(25)
    differ = 0
    for _ in range(40):
        model = mp.VersionRevenue(**random_market(rng, 8, 4).fields)  # type: ignore[arg-type]
        rows = mp.revenue_by_attack(model)
        assert [row.attack for row in rows] == ["composition", "averaging", "none"]
        assert rows[0].revenue <= rows[1].revenue <= rows[2].revenue
        differ += rows[0].revenue < rows[1].revenue < rows[2].revenue
    assert differ >= 5


def test_too_many_choices_are_refused_in_words() -> None:
    rng = np.random.default_rng(26)
    model = mp.VersionRevenue(epsilon=[1, 2, 3, 4], wanted=rng.integers(0, 4, 80), value=rng.random(80))
    with pytest.raises(mp.UnsupportedModel, match="fewer different valuations"):
        mp.best_arbitrage_free_menu(model)
    item = mp.verify(model)["price-of-the-safe-cone"]
    assert item.verdict == "not applicable"
    assert item.informational


def test_verification_of_the_best_menu_and_of_one_with_a_cheaper_bundle() -> None:
    model = mp.VersionRevenue(**SURVEY, version=["basic", "gold"])
    assert mp.verify(model).ok
    found = mp.verify(mp.candidate(model, price=["0.1", "0.4"], revenue=1))
    assert found.failed == ("revenue-stated", "in-cone", "no-arbitrage")
    assert found["no-arbitrage"].witness is not None
    assert found["no-arbitrage"].witness["shopping_list"] == {"basic": 3}
    assert found["revenue-stated"].witness == {"stated": 1, "paid": Fraction(1, 2)}
    dear = mp.verify(mp.candidate(model, price=["0.5", "0.5"]))
    assert dear.failed == ("optimal-menu",)
    mp.check_document(found.document())


LIAR = """
import mechproof as mp


class Liar:
    name = "liar"

    def accepts(self, model):
        return None

    def solve(self, model, request):
        # optimal for every version by itself, but three of the first undercut the second
        return mp.Answer({"price": [0.1, 0.5]}, "optimal")


def backends():
    return [Liar()]
"""


def test_a_back_end_that_lies_is_refuted(tmp_path: Path) -> None:
    (tmp_path / "liar.py").write_text(LIAR)
    metadata = tmp_path / "liar-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: liar\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[mechproof.backends]\nliar = liar:backends\n")
    script = (
        "import json, mechproof as mp\n"
        f"rows = mp.compare(mp.VersionRevenue(**{SURVEY!r}), backends=['liar', 'menu-programme']).rows\n"
        "print(json.dumps({r.backend: [r.claimed, r.certificate.feasible, r.certificate.valid] for r in rows}))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"liar": ["optimal", False, False], "menu-programme": ["optimal", True, True]}


def test_buyers_do_not_stand_beside_versions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Though there are as many of them: the table is of versions."""
    specification = tmp_path / "survey.toml"
    specification.write_text(
        'format = 1\n[mechanism]\ntype = "version-revenue"\nepsilon = [3, 1]\nwanted = [1, 0]\nvalue = [0.1, 0.3]\n'
    )
    assert run(["solve", str(specification)]) == 0
    table = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith(("index", "["))]
    assert table == [["index", "epsilon", "price"], ["[0]", "3", "0.300000"], ["[1]", "1", "0.100000"]]


def test_the_example_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", str(EXAMPLE), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    mp.check_document(document)
    assert document["values"]["revenue"] == pytest.approx(569.6)
    assert document["certificate"]["valid"]
    assert run(["verify", str(EXAMPLE)]) == 0
    assert "99.5 %" in capsys.readouterr().out
