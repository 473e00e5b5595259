"""Plays in which some report other budgets than they sell, and paths that are enclosed in balls."""

from __future__ import annotations

import json
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.errors import InputError, UnsupportedModel

TWO = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)


# --- reports


def test_who_reports_twice_what_it_sells_gains_seven_thirty_sixths_a_round() -> None:
    # as of cost ½ it reports 4/9 and sells 2/9: it has 2/3 − 2/9 in place of 1/4; the other has 1/3 − 2/9
    lie: dict[str, Any] = {"rule": "equilibrium", "reward_pool": 1, "arithmetic": "exact"}
    play = mp.play(TWO, rounds=3, reported=[2, 1], **lie)
    one = play.path[0]
    assert one.epsilon.tolist() == [Fraction(4, 9), Fraction(2, 9)]
    assert one.sold.tolist() == [Fraction(2, 9), Fraction(2, 9)]
    assert play.utility["client"].tolist() == [3 * Fraction(4, 9), 3 * Fraction(1, 9)]
    assert play.gain["client"].tolist() == [Fraction(7, 12), Fraction(-5, 12)]
    # the server is sold 4/9 in place of 1/2, and is the loser too
    assert play.gain["server"] == pytest.approx(3 * 2 * (np.log1p(4 * 2 / 9) - np.log1p(4 / 4)))


def test_a_server_that_learns_believes_what_is_reported() -> None:
    play = mp.play(TWO, rounds=2, rule="equilibrium", server="learning", reported=[2, 1], arithmetic="exact")
    first, second = play.path
    assert first.reward_pool == 1
    # max(0, β − N B₁/(α Σε₁)) by the reports' sum of 2/3, where 4/9 was sold
    assert second.reward_pool == 2 - 2 * 1 / (4 * Fraction(2, 3))


def test_the_ledger_has_what_was_sold_and_the_reports_say_more() -> None:
    play = mp.play(TWO, rounds=4, rule="equilibrium", reward_pool=1, reported=[2, 1])
    really, told = play.spent(1e-5), play.spent(1e-5, reported=True)
    honest = mp.play(TWO, rounds=4, rule="equilibrium", reward_pool=1)
    assert really.added[0] == pytest.approx(4 * 2 / 9)
    assert told.added[0] == pytest.approx(4 * 4 / 9)
    assert really.epsilon[0] < honest.spent(1e-5).epsilon[0] < told.epsilon[0]
    assert really.epsilon[1] == pytest.approx(told.epsilon[1])
    document = play.document(delta=1e-5)
    assert document["spent_as_reported"]["added"][0] > document["spent"]["added"][0]
    assert document["path"][0]["sold"] == pytest.approx([2 / 9, 2 / 9])
    mp.check_document(document)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 6)), min_size=2, max_size=4), st.integers(1, 9))
def test_a_report_is_a_cheaper_cost_and_is_paid_as_one(people: list[tuple[int, int]], pool: int) -> None:
    cost = [Fraction(c) for c, _ in people]
    parts = [Fraction(m, 3) for _, m in people]
    as_if = [c / m for c, m in zip(cost, parts, strict=True)]
    ordered = sorted(as_if)
    rate = max(Fraction(k - 1) / sum(ordered[:k]) for k in range(2, len(cost) + 1))
    reported = [pool * rate * max(Fraction(0), 1 - c * rate) for c in as_if]
    kept = [pool * r / sum(reported) - c * r / m for r, c, m in zip(reported, cost, parts, strict=True)]
    game = mp.StackelbergPricing(cost=cost, alpha=10, beta=pool + 1)
    play = mp.play(game, 1, "equilibrium", reward_pool=pool, reported=parts, arithmetic="exact")
    assert play.path[0].epsilon.tolist() == reported
    assert play.utility["client"].tolist() == kept


@pytest.mark.slow
def test_models_are_trained_with_the_noise_of_what_was_sold(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    from mechproof.dpfl.training import played

    seen: list[Any] = []
    honest = played.aggregate

    def aggregate(present: Any, sigma: Any, *rest: Any) -> Any:
        seen.append((present, sigma))
        return honest(present, sigma, *rest)

    monkeypatch.setattr(played, "aggregate", aggregate)
    play = mp.play(TWO, rounds=2, rule="equilibrium", reward_pool=1, reported=[2, 1])
    found = mp.train_in_rounds(play, mp.Protocol(repetitions=2, learning_rate=8))
    present, sigma = seen[0]
    assert present == pytest.approx([4 / 9, 2 / 9])  # weighed by the reports
    assert sigma[0] == pytest.approx(sigma[1])  # with noise of what both sold
    assert found.spent.added == pytest.approx([4 / 9, 4 / 9])


@pytest.mark.parametrize("reported", [[0, 1], [1], [-1, 1]])
def test_reports_that_are_none_are_refused(reported: Any) -> None:
    with pytest.raises(InputError, match="reported"):
        mp.play(TWO, rounds=2, reported=reported)


def test_reports_are_refused_where_a_part_has_no_cost_of_its_own() -> None:
    curved = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2, cost_function=mp.PowerCost(2))
    with pytest.raises(InputError, match="linear costs"):
        mp.play(curved, rounds=2, reported=[2, 1])


# --- paths in balls


def decimals(value: Any) -> Decimal:
    exact = Fraction(value)
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def replies(own: list[Decimal], cost: list[Decimal], pool: Decimal) -> list[Decimal]:
    found = []
    for i, price in enumerate(cost):
        rest = sum((x for j, x in enumerate(own) if j != i), Decimal(0))
        found.append(max(Decimal(0), (pool * rest / price).sqrt() - rest))
    return found


@pytest.mark.parametrize("rule", ["simultaneous", "damped", "one-at-a-time", "fictitious"])
def test_a_path_of_balls_holds_the_path_of_two_hundred_digits(rule: str) -> None:
    getcontext().prec = 200
    costs, start, pool = [1, "1.2", "1.5"], [1, "0.9", "1.1"], 5
    game = mp.StackelbergPricing(cost=costs, alpha=10, beta=20)
    more = {"damping": "0.5"} if rule == "damped" else {}
    play = mp.play(game, 25, rule, reward_pool=pool, start=start, arithmetic="exact", **more)
    cost, own = [decimals(c) for c in costs], [decimals(x) for x in start]
    seen = [Decimal(0)] * 3
    for number, one in enumerate(play.path[1:], start=1):
        if rule == "one-at-a-time":
            for i in range(3):
                own[i] = replies(own, cost, Decimal(pool))[i]
        elif rule == "fictitious":
            rest = [sum(own) - x for x in own]
            seen = [s + (r - s) / number for s, r in zip(seen, rest, strict=True)]
            own = [max(Decimal(0), (pool * s / c).sqrt() - s) for s, c in zip(seen, cost, strict=True)]
        else:
            reply = replies(own, cost, Decimal(pool))
            own = reply if rule == "simultaneous" else [x + (r - x) / 2 for x, r in zip(own, reply, strict=True)]
        for true, held in zip(own, one.epsilon, strict=True):
            middle, radius = (
                Decimal(str(part)) for part in (held.mid().str(90, radius=False), held.rad().str(9, radius=False))
            )
            assert abs(true - middle) <= radius * 2 + Decimal(10) ** -80
            assert radius <= true * Decimal(2) ** -60


def test_rational_roots_stay_fractions_and_enclose_no_more_than_they_must() -> None:
    play = mp.play(TWO, rounds=4, reward_pool=1, start=["1/4", "1/9"], arithmetic="exact")
    assert [one.enclosed for one in play.path] == [False, False, True, True]
    assert play.path[1].epsilon.tolist() == [Fraction(2, 9), Fraction(1, 4)]  # √(1/9) − 1/9, √(1/4) − 1/4
    rest = mp.play(TWO, rounds=6, reward_pool=1, start=["1/4", "1/4"], arithmetic="exact")
    assert not rest.in_balls
    assert rest.settled
    assert rest.utility["client"].tolist() == [Fraction(6, 4)] * 2


def test_the_gain_of_reports_among_replies_is_enclosed() -> None:
    play = mp.play(TWO, rounds=30, reward_pool=1, start=["1/5", "1/5"], reported=[2, 1], arithmetic="exact")
    gain = play.gain["client"][0]
    assert gain.rad() < 1e-40
    floats = mp.play(TWO, rounds=30, reward_pool=1, start=["1/5", "1/5"], reported=[2, 1])
    assert float(gain) == pytest.approx(floats.gain["client"][0], abs=1e-9)
    assert abs(float(gain) / 30 - 7 / 36) < 0.02  # nearly a round's gain at the equilibrium, each round


def test_growing_paths_take_more_bits_and_dying_ones_are_exact() -> None:
    five = mp.StackelbergPricing(cost=[1] * 5, alpha=10, beta=10)
    grown = mp.play(five, rounds=40, arithmetic="exact")
    assert not grown.settled
    assert all(x.rad() <= abs(x.mid()) * 2.0**-64 for x in grown.path[-1].epsilon if grown.path[-1].enclosed)
    start = [Fraction("98.9") * Fraction("1.01")] * 100
    game = mp.StackelbergPricing(cost=["0.001"] * 100, alpha=10, beta=10)
    died = mp.play(game, rounds=6, start=start, arithmetic="exact")
    assert [died.outcome.kind, died.outcome.at] == ["dies-out", 4]
    assert died.path[3].epsilon.tolist() == [0] * 100


def test_what_cannot_be_enclosed_says_so() -> None:
    capped = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=[".1", ".1", 100])
    with pytest.raises((UnsupportedModel, InputError), match="floats"):
        mp.play(capped, rounds=2, rule="equilibrium", reward_pool=2, arithmetic="exact")


def test_reports_and_balls_from_the_command_line(tmp_path: Path) -> None:
    spec, output = tmp_path / "spec.toml", tmp_path / "play.json"
    spec.write_text(
        'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [1, 1]\nalpha = 4\nbeta = 2\n'
        '[play]\nrounds = 5\nreward_pool = 1\nstart = ["1/4", "1/9"]\nreported = [2, 1]\n',
        encoding="utf-8",
    )
    assert run(["play", str(spec), "--arithmetic", "exact", "--delta", "1e-5", "--output", str(output)]) == 0
    document = json.loads(output.read_text(encoding="utf-8"))
    assert document["play"]["reported"] == ["2", "1"]
    assert document["path"][0]["sold"] == ["1/8", "1/9"]
    assert document["spent_as_reported"] is not None
    mp.check_document(document)
