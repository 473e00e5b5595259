"""Repairs of prices, of contests and of programs of one's own, each against a general solver."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from repair_oracles import nearest

import mechproof as mp
from mechproof.cli import run

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.parametrize("attack", ["composition", "averaging", "none"])
def test_prices_are_projected_onto_the_safe_cone(attack: str) -> None:
    rng = np.random.default_rng(len(attack))
    for _ in range(12):
        count = int(rng.integers(1, 7))
        epsilon, price = rng.choice(20, count, replace=False) + 1, rng.integers(1, 30, count)
        menu = mp.VersionPricing(epsilon.tolist(), price.tolist(), attack=attack)
        stated = mp.candidate(menu, price=price.tolist())
        order = np.argsort(epsilon)
        weight = (epsilon**2 if attack == "averaging" else epsilon).astype(float)
        rows = [-np.eye(count)[k] for k in range(count)]
        for one, two in pairwise(order):
            rows.append(np.eye(count)[one] - np.eye(count)[two])
            if attack != "none":
                rows.append(np.eye(count)[two] / weight[two] - np.eye(count)[one] / weight[one])
        for norm in ("1", "inf"):
            found = mp.repair(stated, norm=norm)
            reference = nearest(np.array(rows), np.zeros(len(rows)), price, np.ones(count), norm)
            assert found.distance == pytest.approx(reference, abs=1e-8)
            assert (found.certificate.valid, found.certificate.gap) == (True, 0)
            assert mp.verify(found.candidate, require=found.properties).ok
        squared = mp.repair(stated, norm=2)
        fitted = mp.solve(menu, arithmetic="exact").exact
        assert squared.candidate.exact["price"].tolist() == fitted["price"].tolist()
        assert squared.certificate.gap == 0


def test_of_all_safe_lists_the_nearest() -> None:
    menu = mp.VersionPricing(epsilon=[2, 3], target=[1, 2], safety="exact")
    left = mp.repair(mp.candidate(menu, price=[1, 2]))
    assert (left.distance, left.changed) == (0, ())  # outside the cone, and safe all the same
    found = mp.repair(mp.candidate(menu, price=[1, 5]))
    assert found.distance == Fraction(3, 2)
    assert mp.verify(found.candidate, require=["no-arbitrage"]).ok


def test_a_menu_that_sells_is_repaired_too() -> None:
    menu = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=[10, 30, 50])
    found = mp.repair(mp.candidate(menu, price=[10, 50]))
    assert found.distance == Fraction(20, 3)
    assert found.cost == {"a buyer of version 0": Fraction(20, 3), "a buyer of version 1": 0}
    assert mp.verify(found.candidate, require=found.properties).ok


def brute_force(cost: Any, pool: int, epsilon: Any, norm: str) -> float:
    """The least over all sets of sellers: each is a program of its own."""
    best = np.inf
    for size in range(len(cost) + 1):
        for sellers in combinations(range(len(cost)), size):
            out = [k for k in range(len(cost)) if k not in sellers]
            rows = [-np.eye(len(cost))[k] for k in range(len(cost))] + [np.eye(len(cost))[k] for k in out]
            sides = [0.0] * len(rows)
            if sellers:
                rows.append(np.ones(len(cost)))
                sides.append(pool / max(cost[k] for k in sellers))
            found = nearest(np.array(rows), np.array(sides), epsilon, cost, norm)
            best = min(best, np.inf if found is None else found)
    return best


@pytest.mark.parametrize("part", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("norm", ["1", "inf"])
def test_a_contest_against_all_sets_of_sellers(norm: str, part: int) -> None:
    rng = np.random.default_rng([len(norm), part])
    for _ in range(6):
        count = int(rng.integers(2, 5))
        cost, epsilon, pool = rng.integers(1, 6, count), rng.integers(0, 6, count), int(rng.integers(1, 12))
        game = mp.StackelbergPricing(cost.tolist(), alpha=10, beta=30)
        found = mp.repair(mp.candidate(game, reward_pool=pool, epsilon=epsilon.tolist()), norm=norm)
        assert found.distance == pytest.approx(brute_force(cost, pool, epsilon, norm), abs=1e-8)
        assert (found.certificate.valid, found.certificate.gap) == (True, 0)
        assert mp.verify(found.candidate, require=found.properties).ok


def test_what_a_contest_keeps_is_within_its_caps() -> None:
    """Payments of 2 and 1 ask for budgets (2t, t): t = 1/2 is nearest to (1, 1/4) at cost 1, and above 1/4."""
    found = []
    for cap in (None, [1, "1/4"]):
        game = mp.StackelbergPricing(cost=[1, 1], alpha=10, beta=10, epsilon_cap=cap)
        stated = mp.candidate(game, reward_pool=3, epsilon=[1, "1/4"], payment=[2, 1])
        found.append(mp.repair(stated, keep="payments").decisions["epsilon"])
    assert [[str(sold) for sold in budgets] for budgets in found] == [["1", "1/2"], ["1/2", "1/4"]]


def test_what_a_contest_keeps() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=10, beta=20)
    stated = mp.candidate(game, reward_pool=4, epsilon=[2, 2, 1], payment=[1, 2, 1])  # not as declared, and below cost
    assert mp.repair(stated, keep="epsilon").decisions["reward_pool"] == 15  # the dearest covers its cost
    kept = mp.repair(stated, keep="payments")
    assert kept.candidate.exact["payment"].tolist() == [1, 2, 1]
    assert mp.verify(kept.candidate, require=kept.properties).ok
    squared = mp.repair(stated, norm=2)
    rng = np.random.default_rng(0)
    for _ in range(2000):  # nothing sound that is drawn is nearer
        drawn = rng.uniform(0, 2.5, 3) * (rng.random(3) < 0.8)
        dearest = max((c for c, sold in zip([1, 1, 3], drawn, strict=True) if sold > 0), default=1)
        if dearest * drawn.sum() <= 4:
            assert np.sqrt(np.sum((np.array([1, 1, 3]) * (drawn - [2, 2, 1])) ** 2)) >= float(squared.distance) - 1e-9
    with pytest.raises(mp.InputError, match="leaves nothing sound"):
        mp.repair(mp.candidate(game, reward_pool=4, epsilon=[20, 20, 1]), keep="epsilon")  # no pool up to β does


class Quota(mp.Program):
    hours: mp.Vector = mp.vector("what was worked", above=0, per="person")
    wage: mp.Vector = mp.vector("an hour's worth", above=0, per="person")
    most: mp.Number = mp.scalar("the hours there are", above=0)

    def variables(self) -> Any:
        count = len(self.hours)
        return (
            mp.Decision("granted", [0] * count, [24] * count, unit="h"),
            mp.Decision("fee", 0, 100, unit="money"),
        )

    def objective(self) -> Any:
        return lambda a, granted: -a.sum(granted)

    def constraints(self) -> Any:
        return (
            mp.Constraint("enough", lambda a, granted, most: most - a.sum(granted)),
            mp.Constraint("covered", lambda a, granted, fee, wage: fee - a.sum(wage * granted) / 10, equality=True),
        )

    def in_money(self) -> Any:
        return {**super().in_money(), "granted": lambda a, granted, wage: wage * granted}


class Bent(Quota):
    def constraints(self) -> Any:
        return (mp.Constraint("round", lambda a, granted: 9 - a.sum(a.square(granted))),)


class Unpriced(Quota):
    def in_money(self) -> Any:
        return {}


@pytest.mark.parametrize("norm", ["1", "2", "inf"])
def test_a_program_of_ones_own(norm: str) -> None:
    quota = Quota(hours=[8, 6], wage=[10, 20], most=12)
    stated = mp.candidate(quota, granted=[8, 6], fee=15)
    found = mp.repair(stated, norm=norm)
    assert (found.certificate.valid, found.certificate.gap) == (True, 0)
    assert mp.certify(found.candidate, arithmetic="exact").feasible
    rows = np.array([[1, 1, 0], [-1, -2, 1], [1, 2, -1], [-1, 0, 0], [0, -1, 0]], dtype=float)
    reference = nearest(rows, np.array([12.0, 0, 0, 0, 0]), np.array([8.0, 6, 15]), np.array([10.0, 20, 1]), norm)
    if norm != "2":
        assert found.distance == pytest.approx(reference)
    kept = mp.repair(stated, keep="fee", norm=norm)
    assert kept.decisions["fee"] == 15
    assert sum(kept.cost.values()) > 0


def test_what_is_not_linear_or_has_no_worth_is_refused() -> None:
    data: dict[str, Any] = {"hours": [8, 6], "wage": [10, 20], "most": 12}
    with pytest.raises(mp.UnsupportedModel, match=r"round is not linear: it asks for a\.square|multiplies"):
        mp.repair(mp.candidate(Bent(**data), granted=[8, 6], fee=15))
    with pytest.raises(mp.UnsupportedModel, match=r"in_money"):
        mp.repair(mp.candidate(Unpriced(**data), granted=[8, 6], fee=15))
    market = mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max=5)
    with pytest.raises(mp.UnsupportedModel, match="brings no way to repair it"):
        mp.repair(mp.candidate(market, quantity=[1], price=[1], epsilon=[1]))


@pytest.mark.slow
def test_what_is_written_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixed = tmp_path / "fixed.toml"
    for spec, options in (
        ("broken_contract.toml", ("--keep", "epsilon")),
        ("broken_contract.toml", ("--norm", "2")),
        ("pricing.toml", ("--norm", "inf")),
        ("capped.toml", ()),
    ):
        assert run(["repair", str(EXAMPLES / spec), *options, "--output", str(fixed)]) == 0
        assert "require = [" in fixed.read_text(encoding="utf-8")
        assert run(["verify", str(fixed)]) == 0
        assert run(["check", str(fixed), "--no-cache"]) == 0
    assert "sound, and nothing sound is nearer" in capsys.readouterr().out
    own = tmp_path / "own"
    own.mkdir()
    source = (EXAMPLES / "own_program.py").read_text(encoding="utf-8")
    (own / "own_program.py").write_text(source, encoding="utf-8")
    text = 'format = 1\n[mechanism]\ntype = "own_program.py:CheapestData"\nprice = [1, 2]\nrise = [1, 1]\n'
    (own / "broken.toml").write_text(
        f"{text}quality = [1, 2]\nneeded = 30\n[candidate]\nrecords = [1, 2]\n", encoding="utf-8"
    )
    assert run(["repair", str(own / "broken.toml"), "--allow-code", "--output", str(fixed)]) == 0
    assert 'type = "own/own_program.py:CheapestData"' in fixed.read_text(encoding="utf-8")
    assert run(["repair", str(fixed), "--allow-code"]) == 0
    assert "nothing had to change" in capsys.readouterr().out
    assert run(["repair", str(EXAMPLES / "revenue.toml")]) == 2
    assert "candidate" in capsys.readouterr().err
