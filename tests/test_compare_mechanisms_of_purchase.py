"""What the truth costs: contest, contract, VCG, Myerson and first best on the same costs, against known figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from procurement_oracles import vcg
from scipy.stats import sem

import mechproof as mp
from mechproof.cli import run

EXAMPLES = Path(__file__).parent.parent / "examples"
FIGURES = {"contest": 128.3, "myerson": 127.6, "vcg": 118.0, "first-best": 149.1}
"""Of 100 log-normal costs, caps 1, α = 10, β = 100, 40 draws, each with a standard error of 0.7 at most."""


@pytest.mark.slow
def test_the_known_figures_come_out_within_two_standard_errors() -> None:
    game = mp.PrivacyProcurement(
        cost=np.ones(100), epsilon_cap=np.ones(100), alpha=10, beta=100, prior=mp.LognormalPrior(mu=0, sigma="0.5")
    )
    found = mp.compare_mechanisms(game, draws=200)
    for name, figure in FIGURES.items():
        row = found[name]
        assert abs(row.server_utility - figure) < 2 * np.hypot(row.server_error, 0.7), name
        assert row.certified == 200
    contest = found["myerson"]
    assert abs(contest.difference - 0.67) < 2 * np.hypot(contest.difference_error, 0.13)
    assert found["myerson"].short_of_best == pytest.approx(0.144, abs=0.01)
    assert found["vcg"].short_of_best == pytest.approx(0.209, abs=0.01)


def test_the_declared_costs_by_hand() -> None:
    found = mp.compare_mechanisms(mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    epsilon, paid = vcg([1, 2], [1, 1], 2, 4)
    worth = 4 * np.log1p(float(sum(epsilon)))
    assert found["vcg"].server_utility == pytest.approx(worth - float(sum(paid)))
    assert found["first-best"].server_utility == pytest.approx(worth - 1)
    assert found["vcg"].short_of_best == pytest.approx(1 / (worth - 1))
    assert "prior" in found.skipped["myerson"]
    assert found["contract"].server_utility < found["first-best"].server_utility
    mp.check_document(found.document())


def test_every_number_of_a_row_by_hand() -> None:
    """Two clients of costs 1 and 2, both bought from: who is paid what, by each mechanism."""
    cost, cap = [1, 2], [1, 1]
    found = mp.compare_mechanisms(mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=4, beta=12))
    epsilon, paid = vcg(cost, cap, 4, 12)
    assert list(epsilon) == [1, 1]
    worth = 12 * np.log(5)  # of a mean budget of one
    rows = {name: found[name] for name in ("contest", "contract", "vcg", "first-best")}
    assert (rows["vcg"].total_epsilon, rows["first-best"].total_epsilon) == (2, 2)
    assert rows["vcg"].paid == pytest.approx(float(sum(paid)))
    assert (rows["first-best"].paid, rows["first-best"].server_utility) == pytest.approx((3, worth - 3))
    contest = rows["contest"]
    # both sell all they may from the pool on at which the dearer one does: Z = 2 there, and 2(1 − 2·2/B) = 1
    pools = np.linspace(0.01, 12, 4000)
    free = pools / 3  # ε = Z(1 − ρZ/B) with Z = B/3: 2B/9 and B/9
    uncapped = free * 2 / 3 <= 1
    assert contest.server_utility >= np.max((12 * np.log1p(2 * free) - pools)[uncapped]) - 1e-9
    assert contest.server_utility == pytest.approx(12 * np.log1p(2 * contest.total_epsilon) - contest.paid)
    for name, row in rows.items():
        best, here = rows["first-best"].server_utility, row.server_utility
        assert row.short_of_best == pytest.approx((best - here) / best), name
        assert row.short_of_contest == pytest.approx((contest.server_utility - here) / contest.server_utility), name
        assert row.difference == pytest.approx(contest.server_utility - here), name
        assert row.server_utility == pytest.approx(12 * np.log1p(2 * row.total_epsilon) - row.paid), name
        assert (row.server_error, row.difference_error, row.certified) == (None, None, 1), name


@pytest.mark.parametrize("cap", ["0.3", pytest.param(50, marks=pytest.mark.slow)])
def test_no_pool_of_a_grid_makes_a_better_contract(cap: float | str) -> None:
    found = mp.compare_mechanisms(mp.PrivacyProcurement(cost=[1, 2, 4], epsilon_cap=[cap] * 3, alpha=4, beta=12))
    best = -np.inf
    for pool in np.linspace(0.05, 11.95, 239):
        menu = mp.solve(mp.PrivacyContract(cost=[1, 2, 4], count=[1, 1, 1], reward_pool=pool)).values
        if max(menu["epsilon"]) <= float(cap):
            best = max(best, 12 * np.log1p(4 * np.mean(menu["epsilon"])) - np.sum(menu["payment"]))
    assert best - 1e-6 <= found["contract"].server_utility < found["first-best"].server_utility
    assert found["contract"].server_utility == pytest.approx(best, abs=0.1)


def test_means_and_errors_are_those_of_the_draws() -> None:
    game = mp.PrivacyProcurement(
        cost=[1, 1, 1], epsilon_cap=[1, 1, 1], alpha=4, beta=12, prior=mp.UniformPrior(low=1, high=3)
    )
    found, draws = mp.compare_mechanisms(game, draws=3, seed=5), np.random.default_rng(5)
    alone = []
    for _ in range(3):
        cost = game.prior.draw(draws, 3)
        alone.append(mp.compare_mechanisms(replace(game, cost=cost)))
    assert len({one["first-best"].server_utility for one in alone}) == 3
    contest = np.array([one["contest"].server_utility for one in alone])
    for name in ("contest", "vcg", "first-best"):
        kept = np.array([one[name].server_utility for one in alone])
        assert found[name].server_utility == pytest.approx(kept.mean())
        assert found[name].server_error == pytest.approx(sem(kept))
        assert found[name].difference_error == pytest.approx(sem(contest - kept))
        assert found[name].certified == 3


def test_a_capped_contest_is_compared_too() -> None:
    contest = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=["0.1", "0.1", 100])
    found = mp.compare_mechanisms(contest)
    assert found["contest"].server_utility == pytest.approx(6 * np.log(5) - 2.4)


def test_one_without_caps_is_refused() -> None:
    with pytest.raises(mp.InputError, match="epsilon_cap = None: is needed"):
        mp.compare_mechanisms(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    with pytest.raises(mp.InputError, match="needs the prior"):
        mp.compare_mechanisms(mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4), draws=3)


def test_the_command_writes_its_document_and_a_report_shows_it(tmp_path: Path) -> None:
    written = tmp_path / "mechanisms.json"
    command = ["compare-mechanisms", str(EXAMPLES / "procurement_prior.toml"), "--draws", "2", "--output", str(written)]
    assert run(command) == 0
    document = json.loads(written.read_text(encoding="utf-8"))
    mp.check_document(document)
    assert [row["name"] for row in document["rows"]] == ["contest", "contract", "vcg", "myerson", "first-best"]
    assert document["draws"] == 2
    for name in ("page.html", "page.md"):
        mp.report([document], tmp_path / name)
        assert "What the truth costs" in (tmp_path / name).read_text(encoding="utf-8")
