"""Costs from behaviour: exact intervals, contradictions by name; expectations from formulas and games of our own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.errors import UnsupportedModel
from mechproof.solvers.inference.boxes import CostBounds
from mechproof.solvers.inference.revealed import Revealed

EXAMPLES = Path(__file__).parent.parent / "examples"


def played(cost: list[Fraction], pool: Fraction) -> list[Fraction]:
    """The contest's equilibrium without caps: e = max (k−1)/R_k over the cheapest k, ε = B e (1 − ρ e)."""
    order, e, summed = sorted(cost), Fraction(0), Fraction(0)
    for k, rho in enumerate(order, 1):
        summed += rho
        e = max(e, Fraction(k - 1) / summed)
    return [pool * e * max(Fraction(0), 1 - rho * e) for rho in cost]


def played_under_caps(cost: list[float], cap: list[float], pool: float) -> list[float]:
    """The same under caps, by bisection for the total at which the shares add up to one."""
    low, high = 1e-12, sum(cap) + pool / min(cost)
    for _ in range(200):
        total = (low + high) / 2
        shares = [min(c / total, max(0.0, 1 - rho * total / pool)) for rho, c in zip(cost, cap, strict=True)]
        low, high = (total, high) if sum(shares) > 1 else (low, total)
    return [share * total for share in shares]


def test_the_example_of_five_clients() -> None:
    found = mp.infer(reward_pool=["39/4"], epsilon=[["117/10", "39/5", 0, 0, 0]])
    assert found.lower == (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2), Fraction(1, 2), Fraction(1, 2))
    assert found.upper == (Fraction(1, 5), Fraction(3, 10), None, None, None)
    assert found.consistent
    assert found.contradiction is None


def test_at_their_caps_clients_reveal_an_upper_bound() -> None:
    found = mp.infer(["12/5"], [["0.1", "0.1", "0.2"]], epsilon_cap=["0.1", "0.1", 100])
    # B (Z − c)/Z² with B = 12/5, Z = 2/5: 9/2 for those at their caps, 3 for the third
    assert found.upper == (Fraction(9, 2), Fraction(9, 2), Fraction(3))
    assert found.lower == (0, 0, Fraction(3))


def test_a_cap_of_zero_reveals_nothing() -> None:
    found = mp.infer([1], [["1/4", "1/4", 0]], epsilon_cap=[1, 1, 0])
    assert (found.lower[2], found.upper[2]) == (0, None)
    assert found.lower[:2] == found.upper[:2] == (1, 1)


@pytest.mark.parametrize("seed", range(25))
def test_costs_of_random_games_come_back(seed: int) -> None:
    random = Random(seed)
    cost = [Fraction(random.randint(1, 12), random.randint(1, 6)) for _ in range(random.randint(2, 7))]
    pools = [Fraction(random.randint(1, 90), 7) for _ in range(3)]
    found = mp.infer(pools, [played(cost, pool) for pool in pools])
    assert found.consistent
    for rho, sold, low, high in zip(cost, played(cost, Fraction(1)), found.lower, found.upper, strict=True):
        assert (low, high) == (rho, rho) if sold else low <= rho and high is None


@pytest.mark.parametrize("seed", range(10))
def test_no_other_cost_explains_a_budget(seed: int) -> None:
    """At the ends of an interval the budget is a best reply, a little beyond it is not."""
    random = Random(seed)
    cost = [random.uniform(0.2, 3) for _ in range(4)]
    cap = [random.choice([0.05, 0.2, 50.0]) for _ in range(4)]
    sold = played_under_caps(cost, cap, 2.0)
    sold = [c if abs(x - c) < 1e-9 else x for x, c in zip(sold, cap, strict=True)]
    found = mp.infer([2.0], [sold], epsilon_cap=cap)
    for i, (low, high) in enumerate(zip(found.lower, found.upper, strict=True)):
        others = sum(sold) - sold[i]

        def reply(rho: float, others: float = others, i: int = i) -> float:
            def loss(x: float) -> float:
                return rho * x - 2.0 * x / (x + others)

            best = float(minimize_scalar(loss, bounds=(0, cap[i]), method="bounded", options={"xatol": 1e-10}).x)
            return min((0.0, best, cap[i]), key=loss)

        for end, beyond in ((low, 0.9), (high, 1.1)):
            if end:
                assert reply(float(end)) == pytest.approx(sold[i], abs=1e-5)
                assert reply(float(end) * beyond) != pytest.approx(sold[i], abs=1e-4)


@dataclass(frozen=True)
class Wrong:
    """Rounds that no costs explain, who and which rounds are to be named, and a word of it."""

    pool: list[Any]
    epsilon: list[list[Any]]
    client: int
    rounds: tuple[int, ...]
    word: str
    cap: list[Any] | None = None


WRONG = (
    Wrong([5], [[0, 0]], 0, (0,), "nobody sold"),
    Wrong([5, 5], [[1, 1], [0, 3]], 1, (1,), "only seller in round 2"),
    Wrong([0], [[1, 1]], 0, (0,), "pool of 0"),
    Wrong([5], [[1, 3]], 1, (0,), "more than the cap", cap=[9, 2]),
    Wrong([5], [[0, 0]], 0, (0,), "alone had a positive cap", cap=[1, 0]),
    Wrong([5], [[1, 0]], 0, (0,), "alone had a positive cap", cap=[1, 0]),
    # 1 at Z = 1/2 and B = 1 is a cost of 1; B = 2, ε = (1, 1/2): 2·½/(9/4) = 4/9
    Wrong([1, 2], [["1/4", "1/4"], [1, "1/2"]], 0, (0, 1), "at least 1, round 2 that it is at most 4/9"),
    # who stays out at a cost of 2 at least may not sell for 1/2
    Wrong([1, 1], [["1/4", "1/4", 0], ["1/2", "1/2", "1/2"]], 2, (0, 1), "at least 2"),
)


def test_one_cap_for_all_clients_is_refused_by_name() -> None:
    with pytest.raises(mp.InputError, match="epsilon_cap = 5"):
        mp.infer([1], [[1, 1]], 5)


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.word)
def test_the_smallest_contradiction_is_named(case: Wrong) -> None:
    found = mp.infer(case.pool, case.epsilon, case.cap, client=["Ann", "Bob", "Cat"][: len(case.epsilon[0])])
    assert not found.consistent
    said = min((c for c in found.contradictions if c.client == case.client), key=lambda c: len(c.rounds))
    assert said.rounds == case.rounds
    assert case.word in said.text
    assert ["Ann", "Bob", "Cat"][case.client] in said.text
    assert len(found.contradiction.rounds) == min(len(c.rounds) for c in found.contradictions)


def test_what_is_named_is_a_contradiction_by_itself() -> None:
    pools, sold = [1, 2, 3], [["1/4", "1/4"], [1, "1/2"], ["3/4", "3/4"]]
    found = mp.infer(pools, sold).contradiction
    alone = mp.infer([pools[k] for k in found.rounds], [sold[k] for k in found.rounds])
    assert not alone.consistent
    for k in found.rounds:
        assert mp.infer([pools[k]], [sold[k]]).consistent


class Dearer(mp.StackelbergPricing):
    """Each unit of ε costs twice what is declared."""

    def players(self) -> Any:
        server, client = super().players()

        def utility(a: Any, own: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
            return reward_pool * a.share(own, others) - 2 * cost * own

        return server, mp.Player("client", client.decision, utility, client.count, client.aggregates)


class Thriftless(mp.StackelbergPricing):
    """Costs that fall with what is sold: a budget reveals none."""

    def players(self) -> Any:
        server, client = super().players()

        def utility(a: Any, own: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
            return reward_pool * a.share(own, others) - cost / (1 + own)

        return server, mp.Player("client", client.decision, utility, client.count, client.aggregates)


def test_the_conditions_are_read_off_the_declared_utility() -> None:
    assert mp.infer([1], [["1/4", "1/4"]], game=Dearer).lower == (Fraction(1, 2), Fraction(1, 2))
    with pytest.raises(UnsupportedModel, match="not shown that the marginal utility falls"):
        mp.infer([1], [["1/4", "1/4"]], game=Thriftless)


@pytest.mark.parametrize("seed", range(8))
def test_bounds_under_noise_hold_a_grid_and_are_close_to_it(seed: int) -> None:
    random = Random(seed)
    start, whole = Fraction(random.randint(10, 100), 50), Fraction(random.randint(110, 300), 50)
    own = (start, start * Fraction(random.randint(100, 120), 100))
    total = (own[1] + whole, (own[1] + whole) * Fraction(random.randint(100, 130), 100))
    low, high = CostBounds(Revealed(mp.StackelbergPricing([1, 1], 4, 2)), Fraction(3)).between(own, total)
    assert high is not None
    x, z = np.meshgrid(np.linspace(*map(float, own), 400), np.linspace(*map(float, total), 400))
    cost = 3 * (z - x) / z**2
    assert float(low) <= cost.min() * (1 + 1e-12) <= float(low) * (1 + 1e-4)
    assert float(high) * (1 - 1e-4) <= cost.max() <= float(high) * (1 + 1e-12)


@pytest.mark.parametrize(
    "noise", [mp.RelativeNoise("0.03"), mp.AbsoluteNoise("0.05"), mp.NormalNoise("0.02"), mp.LognormalNoise("0.02")]
)
def test_true_costs_lie_in_the_intervals_at_noise_within_its_bounds(noise: mp.Noise) -> None:
    cost, random = [Fraction(1, 2), Fraction(3, 5), Fraction(2, 3), Fraction(5)], Random(1)
    pools = [Fraction(2), Fraction(5)]
    true = [played(cost, pool) for pool in pools]
    for _ in range(4):
        seen = [
            [x * (1 + Fraction(random.randint(-20, 20), 1000)) if x else x for x in row] for row in true
        ]  # within 2 %, of budgets up to 2
        found = mp.infer(pools, seen, noise=noise)
        for rho, low, high in zip(cost, found.lower, found.upper, strict=True):
            assert low <= rho
            assert high is None or rho <= high
        assert found.upper[0] is not None
        assert found.lower[0] > Fraction(2, 5)


def test_normal_noise_says_how_far_a_sum_may_err() -> None:
    """Each of the errors and of the rounds' sums within z deviations, all at once; a sum of N errs by σ√N."""
    noise, seen = mp.NormalNoise("0.01"), [Fraction(1, 2), Fraction(1, 4), Fraction(3, 4), Fraction(1)]
    units = noise.units(4, 3, Fraction(9, 10))
    width = norm.ppf((1 + 0.9 ** (1 / 15)) / 2)  # 4 budgets and a sum in each of 3 rounds
    assert float(units) == pytest.approx(width, rel=1e-8)
    low, high = noise.total_between(seen, units)
    assert (float(low), float(high)) == pytest.approx((2.5 - 0.02 * width, 2.5 + 0.02 * width), rel=1e-9)
    assert mp.LognormalNoise("0.01").units(4, 3, Fraction(9, 10)) < units  # whose sums are bound by the budgets alone
    assert float(noise.units(1, 1, Fraction(95, 100))) == pytest.approx(norm.ppf((1 + 0.95**0.5) / 2), rel=1e-8)


def test_who_may_be_at_the_cap_has_no_lower_bound() -> None:
    """Within 3 % a budget of 0.99 may be a cap of 1 that binds, one of 0.9 may not."""
    noise, pool, rest = mp.RelativeNoise("0.03"), 4.0, 1.0
    near, far = (mp.infer([pool], [[sold, rest]], [1, 9], noise=noise) for sold in (0.99, 0.9))
    assert near.lower[0] == 0
    least = min(
        pool * (z - x) / z**2
        for x in np.linspace(0.9 / 1.03, 0.9 / 0.97, 60)
        for z in x + np.linspace(1 / 1.03, 1 / 0.97, 60)
    )
    assert 0.99 * least < float(far.lower[0]) <= least * (1 + 1e-9)


def test_the_next_game_has_the_caps_of_the_last_round() -> None:
    from mechproof.solvers.inference.next_game import specification_text

    found = mp.infer([1, 1], [["1/4", "1/4"], ["1/4", "1/4"]], epsilon_cap=[[2, 3], [5, 7]])
    assert 'epsilon_cap = ["5", "7"]' in specification_text(found, 4, 2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["normal", "lognormal"])
def test_the_confidence_set_covers_as_often_as_it_says(kind: str) -> None:
    random = np.random.default_rng(7)
    cost, pools = [Fraction(1, 2), Fraction(3, 5), Fraction(2, 3)], [Fraction(2), Fraction(5)]
    true = np.array([[float(x) for x in played(cost, pool)] for pool in pools])
    noise = mp.NormalNoise("0.05") if kind == "normal" else mp.LognormalNoise("0.05")
    hits, tries = 0, 200
    for _ in range(tries):
        error = random.standard_normal(true.shape)
        seen = true + 0.05 * error if kind == "normal" else true * np.exp(0.05 * error)
        found = mp.infer(pools, seen.tolist(), noise=noise, confidence="0.8")
        hits += all(low <= rho <= high for rho, low, high in zip(cost, found.lower, found.upper, strict=True))
    assert hits / tries > 0.8 - 3 * (0.8 * 0.2 / tries) ** 0.5  # at least; bounds by boxes cover more often
    narrow = type(noise)("0.01")
    missed = sum(
        not all(
            low <= rho <= (high if high is not None else rho)
            for rho, low, high in zip(cost, found.lower, found.upper, strict=True)
        )
        for found in (
            mp.infer(pools, (true * np.exp(0.05 * random.standard_normal(true.shape))).tolist(), noise=narrow)
            for _ in range(40)
        )
    )
    assert missed > 20  # a noise that is said to be smaller than it is shows


def test_the_command_writes_intervals_and_the_next_game(tmp_path: Path) -> None:
    document, spec = tmp_path / "costs.json", tmp_path / "next.toml"
    arguments = ["infer", str(EXAMPLES / "observations.csv"), "--output", str(document)]
    asked = ["--output-spec", str(spec), "--alpha", "10", "--beta", "10", "--cost-at-most", "5"]
    assert run([*arguments, *asked]) == 0
    written = json.loads(document.read_text(encoding="utf-8"))
    assert [row["lower"] for row in written["clients"]] == ["1/5", "3/10", "1/2", "1/2", "1/2"]
    assert [row["upper"] for row in written["clients"]] == ["1/5", "3/10", None, None, None]
    assert 'high = ["1/5", "3/10", "5", "5", "5"]' in spec.read_text(encoding="utf-8")


def test_inconsistent_data_leave_with_one_and_write_no_game(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["round,client,reward_pool,epsilon"]
    rows += ["a,Ann,1,1/4", "a,Bob,1,1/4", "b,Ann,2,1", "b,Bob,2,0.5"]
    (tmp_path / "seen.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    spec = tmp_path / "next.toml"
    asked = ["--alpha", "1", "--beta", "1", "--output-spec", str(spec)]
    assert run(["infer", str(tmp_path / "seen.csv"), *asked]) == 1
    said = capsys.readouterr().out
    assert "client Ann: round a says that the cost is at least 1, round b that it is at most 4/9" in said
    assert not spec.exists()


BAD = {
    "a,Ann,1,1/4\na,Bob,1,1/4\nb,Ann,1,1": "client = 'Bob': has no row in round b",
    "a,Ann,1,1/4\na,Ann,1,1/4": "client[1], line 3 of seen.csv = 'Ann': is in round a already, in line 2",
    "a,Ann,1,1/4\na,Bob,2,1/4": "line 3 of seen.csv = 2: round a has one reward pool; another row of it says 1",
    "a,Ann,1,-1\na,Bob,1,1": "epsilon[0] (Ann, round a), line 2 of seen.csv = -1: epsilon must be at least zero",
    "a,Ann,1,x\na,Bob,1,1": "must be one finite number",
    "a,Ann,1,1": "a contest has at least two clients",
    "": "observations = 'seen.csv': has no row",
}


@pytest.mark.parametrize("rows", BAD, ids=list(BAD.values()))
def test_bad_tables_are_refused_with_their_line(rows: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seen.csv").write_text(f"round,client,reward_pool,epsilon\n{rows}\n", encoding="utf-8")
    assert run(["infer", str(tmp_path / "seen.csv")]) == 2
    assert BAD[rows] in capsys.readouterr().err


def test_what_is_missing_for_the_next_game_is_said() -> None:
    from mechproof.solvers.inference.next_game import specification_text

    found = mp.infer([1], [["1/4", "1/4", 0]], client=["Ann", "Bob", "Cat"])
    with pytest.raises(mp.InputError, match=r"client Cat.*nothing bounds this cost from above"):
        specification_text(found, 4, 2)
    with pytest.raises(mp.InputError, match="client Cat costs at least 2"):
        specification_text(found, 4, 2, cost_at_most=1)
    with pytest.raises(mp.InputError, match="alpha"):
        specification_text(found, None, 2)


@pytest.mark.parametrize("epsilon", [[1, 1], 3, None, [[1, 1], 2], np.ones(2)], ids=str)
def test_what_is_no_list_for_each_round_is_shown_as_it_was_given(epsilon: Any) -> None:
    with pytest.raises(
        mp.InputError, match=r"epsilon = .*one list for each of the 2 rounds \(write \[\[1, 2\]"
    ) as told:
        mp.infer(reward_pool=[1, 2], epsilon=epsilon)
    assert "lists'" not in str(told.value)


IDLE = {
    ("--alpha", "10"): "alpha = '10': is for the next game's specification",
    ("--cost-at-most", "5"): "(give --output-spec FILE, or drop it)",
    ("--output-spec", "OUT/next.toml"): "alpha = None: is needed",
    ("--output-spec", "OUT"): "is a folder (name a file in it)",
    ("--output-spec", "OUT/none/next.toml"): "there is no folder",
    ("--output", "OUT/a.json", "--output-spec", "OUT/a.json"): "is what --output names too (name two files)",
}


@pytest.mark.parametrize("arguments", IDLE, ids=list(IDLE.values()))
def test_what_cannot_be_written_is_refused_before_anything_is_printed(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = (word.replace("OUT", str(tmp_path)) for word in arguments)
    assert run(["infer", str(EXAMPLES / "observations.csv"), *asked]) == 2
    said = capsys.readouterr()
    assert (said.out, IDLE[arguments] in said.err, list(tmp_path.iterdir())) == ("", True, [])
