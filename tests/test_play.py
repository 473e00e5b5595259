"""Games in rounds: the paths, where they lead, and what pretending gains, against replies written down again here."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm

import mechproof as mp
from mechproof.formulations.errors import InputError, UnsupportedModel

sys.path.insert(0, str(Path(__file__).parent.parent / "examples"))


def replied(epsilon: Any, cost: Any, pool: float) -> Any:
    """Everybody's best reply to what the others sold: the root of B S/(x + S)² = ρ, as the oracle writes it."""
    found = []
    for index, price in enumerate(cost):
        others = sum(value for place, value in enumerate(epsilon) if place != index)
        found.append(max(0.0, sqrt(pool * others / price) - others))
    return np.array(found)


def contest(cost: Any, alpha: Any = 10, beta: Any = 10, **more: Any) -> mp.StackelbergPricing:
    return mp.StackelbergPricing(cost=cost, alpha=alpha, beta=beta, **more)


def equal(count: int) -> mp.StackelbergPricing:
    return contest([1] * count)


def test_a_hundred_clients_one_per_cent_away_die_out() -> None:
    game = contest(["0.001"] * 100)
    play = mp.play(game, rounds=6, start=[Fraction("98.9") * Fraction("1.01")] * 100)
    assert play.path[0].reward_pool == pytest.approx(989 / 99)
    first = [one.epsilon[0] for one in play.path[:4]]
    assert first == pytest.approx([99.889, 50.32, 2072.97, 0], abs=0.005)
    assert [play.path[4].alone, play.outcome.kind, play.outcome.at] == [100, "dies-out", 4]
    assert play.path[4].epsilon[0] == play.path[2].epsilon[0]  # each keeps its last positive budget
    bound = 989 / 99 / (4 * 0.001)
    assert max(one.epsilon.max() for one in play.path) <= bound


@pytest.mark.parametrize(("count", "settles"), [(2, True), (3, True), (5, False), (6, False), (20, False)])
def test_simultaneous_replies_settle_for_three_and_not_for_five(count: int, settles: bool) -> None:
    assert mp.play(equal(count), rounds=150).settled is settles


@pytest.mark.parametrize("count", [2, 3, 5, 9, 30])
def test_a_common_deviation_is_multiplied(count: int) -> None:
    """By −(N − 2)/2, read off a path that starts a millionth away."""
    pool, away = 7.0, 1e-6
    rest = pool * (count - 1) / count**2
    play = mp.play(equal(count), rounds=2, reward_pool=pool, start=[rest * (1 + away)] * count)
    moved = (play.path[1].epsilon[0] - rest) / (rest * away)
    assert moved == pytest.approx(-(count - 2) / 2, abs=1e-3 * count)


@pytest.mark.parametrize("count", [5, 8, 20])
@pytest.mark.parametrize(("part", "settles"), [(0.9, True), (1.1, False)])
def test_damping_below_four_by_n_settles(count: int, part: float, settles: bool) -> None:
    play = mp.play(equal(count), rounds=900, rule="damped", damping=part * 4 / count)
    assert play.settled is settles


@pytest.mark.parametrize(("damping", "settles"), [(0.64, True), (0.68, False)])
def test_two_clients_of_costs_one_and_ten_need_damping_below_two_thirds(damping: float, settles: bool) -> None:
    assert pytest.approx(0.661, abs=5e-4) == 8 * 10 / 11**2
    assert mp.play(contest([1, 10]), rounds=1500, rule="damped", damping=damping).settled is settles


def test_damping_by_seven_tenths_fails_where_costs_are_far_apart() -> None:
    play = mp.play(contest([1, 1000], alpha=1000), rounds=400, rule="damped", damping="0.7")
    assert not play.settled
    assert play.outcome.kind == "cycle"


@pytest.mark.parametrize(("dearer", "settles"), [("5.75", True), ("5.9", False)])
def test_two_clients_one_at_a_time(dearer: str, settles: bool) -> None:
    assert 5.75 < 3 + 2 * sqrt(2) < 5.9
    assert mp.play(contest([1, dearer]), rounds=3000, rule="one-at-a-time").settled is settles


def test_the_cycle_of_two_clients() -> None:
    play = mp.play(contest([1, "5.9"]), rounds=4000, rule="one-at-a-time", reward_pool=1)
    assert (play.outcome.kind, play.outcome.period) == ("cycle", 2)
    ends = sorted(tuple(one.epsilon) for one in play.path[-2:])
    assert ends[0] == pytest.approx((0.05873, 0.04104), abs=6e-6)
    assert ends[1] == pytest.approx((0.16154, 0.00393), abs=6e-6)


@pytest.mark.parametrize(
    ("alone", "kind"), [("keep", "settled"), ("floor", "settled"), ("leave", "dies-out")], ids=lambda word: str(word)
)
def test_from_far_two_equal_clients_may_die_as_declared(alone: str, kind: str) -> None:
    floor = "0.01" if alone == "floor" else None
    play = mp.play(equal(2), rounds=60, reward_pool=1, start=["0.1", 3], alone=alone, floor=floor)
    assert play.path[1].epsilon[0] == 0
    assert play.path[2].alone == 1  # there is no best reply to nothing
    assert play.outcome.kind == kind


@dataclass(frozen=True)
class Lie:
    """For how many rounds client 1 pretends, of how many, and what it gains by it at least."""

    rounds: int
    gain: Fraction


@pytest.mark.parametrize("case", [Lie(2, Fraction(5, 144)), Lie(3, Fraction(9, 144)), Lie(10, Fraction(37, 144))])
def test_a_learning_server_is_gamed_exactly(case: Lie) -> None:
    two = contest([1, 1], alpha=4, beta=2)
    play = mp.play(
        two,
        rounds=case.rounds,
        rule="equilibrium",
        server="learning",
        pretended=["1/2", 1],
        pretending=case.rounds - 1,
        arithmetic="exact",
    )
    assert play.path[0].epsilon.tolist() == [Fraction(4, 9), Fraction(2, 9)]
    assert [one.reward_pool for one in play.path] == [1] + [Fraction(5, 4)] * (case.rounds - 1)
    assert play.gain is not None
    assert play.gain["client"][0] == case.gain == Fraction(5, 144) + Fraction(case.rounds - 2, 36)
    assert play.honest is not None
    assert play.honest.utility["client"][0] == Fraction(case.rounds, 4)


def test_the_best_lie_of_two_rounds() -> None:
    two = contest([1, 1], alpha=4, beta=2)

    def gained(cost: float) -> float:
        asked: dict[str, Any] = {"rounds": 2, "rule": "equilibrium", "server": "learning"}
        gain = mp.play(two, pretended=[cost, 1], **asked).gain
        assert gain is not None
        return float(gain["client"][0])

    best = minimize_scalar(lambda cost: -gained(cost), bounds=(0.2, 1), method="bounded", options={"xatol": 1e-4})
    assert best.x == pytest.approx(0.542, abs=2e-3)
    assert -best.fun == pytest.approx(0.0352, abs=5e-5)
    assert -best.fun > 5 / 144


def test_one_equilibrium_round_reveals_the_best_pool() -> None:
    game = contest(["0.2", "0.3", "0.5", 2, 3])
    play = mp.play(game, rounds=3, rule="equilibrium", server="learning", reward_pool="1/7", arithmetic="exact")
    assert [one.reward_pool for one in play.path] == [Fraction(1, 7), Fraction(39, 4), Fraction(39, 4)]


@pytest.mark.parametrize("misread", ["1/10", "-1/4", "3"])
def test_misreading_the_sum_moves_the_pool(misread: str) -> None:
    delta = Fraction(misread)
    game = contest([1, 1, 1])
    honest, wrong = (
        mp.play(game, rounds=2, rule="equilibrium", server="learning", misread=error, arithmetic="exact")
        for error in (0, misread)
    )
    truth = honest.path[1].reward_pool
    assert wrong.path[1].reward_pool - truth == (10 - truth) * delta / (1 + delta)


def test_under_caps_what_is_learned_is_false() -> None:
    game = contest([1, 1, 3], alpha=30, beta=6, epsilon_cap=["0.1", "0.1", 100])
    play = mp.play(game, rounds=2, rule="equilibrium", server="learning", reward_pool="0.2")
    assert play.path[1].reward_pool == pytest.approx(5.8)
    assert mp.solve(game, arithmetic="exact").exact["reward_pool"] == Fraction(12, 5)  # type: ignore[index]


@settings(max_examples=25, deadline=None)
@given(
    cost=st.lists(st.floats(0.1, 5), min_size=2, max_size=6),
    start=st.lists(st.floats(0.01, 2), min_size=6, max_size=6),
    pool=st.floats(0.1, 20),
    damping=st.floats(0.05, 1),
)
def test_paths_are_those_of_the_replies(cost: list[float], start: list[float], pool: float, damping: float) -> None:
    own = np.array(start[: len(cost)])
    play = mp.play(contest(cost), rounds=4, rule="damped", damping=damping, start=own, reward_pool=pool)
    for one in play.path[1:]:
        if np.count_nonzero(own) < 2:  # then the rule for who is alone decides, and not the reply
            break
        expected = own + damping * (replied(own, cost, pool) - own)
        assert np.allclose(one.epsilon, expected, rtol=1e-9, atol=1e-9)
        own = one.epsilon


def test_one_at_a_time_and_fictitious_by_hand() -> None:
    cost, own = [1.0, 2.0, 1.5], np.array([0.5, 0.4, 0.3])
    turn = mp.play(contest(cost), rounds=2, rule="one-at-a-time", start=own, reward_pool=3).path[1].epsilon
    moved = own.copy()
    for index in range(3):
        moved[index] = replied(moved, cost, 3)[index]
    assert np.allclose(turn, moved)
    path = mp.play(contest(cost), rounds=3, rule="fictitious", start=own, reward_pool=3).path
    mean = (own + path[1].epsilon) / 2
    assert np.allclose(path[1].epsilon, replied(own, cost, 3))
    assert np.allclose(path[2].epsilon, replied(mean, cost, 3))


def test_nobody_faces_the_rounding_of_a_sum() -> None:
    # the first two go to 0; the third then faces 0 + 0 + 0 and keeps what it has, and so the fourth is crowded out
    game = mp.StackelbergPricing(cost=[1, 1, 3, 3], alpha=10, beta=10)
    start = [0, 1.521895475083641, 1.853013247571732, 0]
    path = mp.play(game, 2, "one-at-a-time", start=start, reward_pool=1, alone="keep").path
    assert path[1].epsilon.tolist() == [0, 0, start[2], 0]
    two = mp.play(mp.StackelbergPricing(cost=[1, 1], alpha=10, beta=10), 2, start=[1, 1e-20], reward_pool=1).path
    assert two[1].epsilon == pytest.approx([1e-10, 0], rel=1e-6)


def test_who_faces_nobody_leaves_at_once_or_rests_at_no_equilibrium() -> None:
    game = mp.StackelbergPricing(cost=[1.5, 1.5], alpha=10, beta=10)
    asked = {"rounds": 9, "start": [1, 0], "reward_pool": 1}
    assert mp.play(game, rule="damped", damping=0.9, alone="leave", **asked).path[1].epsilon[0] == 0
    kept = mp.play(game, alone="keep", **asked)
    assert kept.settled
    assert "at no equilibrium" in kept.why
    assert "at no equilibrium" not in mp.play(game, rounds=9).why


def test_steps_without_regret_by_hand() -> None:
    """As long as the first decision, or the mean one, over the root of all slopes' squares, along the slope."""
    cost, own, pool = np.array([1.0, 2.0, 9.0]), np.array([0.5, 0.25, 0.75]), 8.0
    play = mp.play(contest(cost.tolist()), rounds=5, rule="no-regret", start=own.tolist(), reward_pool=pool)
    length, squares = np.array([0.5, 0.5, 0.75]), np.zeros(3)
    for one in play.path[1:]:
        others = own.sum() - own
        slope = pool * others / own.sum() ** 2 - cost
        squares = squares + slope**2
        own = np.maximum(own + length * slope / np.sqrt(squares), 0)
        assert one.epsilon == pytest.approx(own, rel=1e-12)
    assert play.path[1].epsilon[0] == pytest.approx(1.0)  # the first step is as long as the decision


@pytest.mark.parametrize(
    ("start", "part"), [([0.3, 0.2, 0.1, 0.4], 1 / 2), ([0.3, 0.2, 0.0, 0.0], 1), ([0.3, 0.2, 0.1, 0.0], 2 / 3)]
)
def test_damping_is_two_by_those_who_sell_at_first(start: list[float], part: float) -> None:
    cost, own = [1, 2, 1, 3], np.array(start)
    play = mp.play(contest(cost), rounds=2, rule="damped", start=start, reward_pool=2)
    assert play.path[1].epsilon == pytest.approx(own + part * (replied(own, cost, 2.0) - own), rel=1e-12)


@pytest.mark.slow
def test_no_regret_grows_slower_than_the_rounds() -> None:
    short, long = (mp.play(equal(5), rounds=rounds, rule="no-regret").regret["client"].max() for rounds in (20, 2000))
    assert long / 2000 < short / 20 / 5


def test_regret_against_every_budget_of_a_grid() -> None:
    play = mp.play(contest([1, 2, 3]), rounds=12, start=[1, 2, 0.5])
    grid = np.linspace(0, 6, 60_001)
    for person, cost in enumerate((1, 2, 3)):
        worth, had = np.zeros(len(grid)), 0.0
        for one in play.path:
            others = one.total - one.epsilon[person]
            worth += one.reward_pool * grid / (grid + others) - cost * grid
            had += one.reward_pool * one.epsilon[person] / one.total - cost * one.epsilon[person]
        assert play.regret["client"][person] == pytest.approx(max(worth.max() - had, 0), abs=1e-6)
        assert play.utility["client"][person] == pytest.approx(had)


def test_the_servers_regret() -> None:
    game = contest([1, 1], alpha=4, beta=2)
    play = mp.play(game, rounds=2, rule="equilibrium", reward_pool="3/2")
    best, there = 2 * np.log(2) - 1, 2 * np.log(2.5) - 1.5
    assert play.regret["server"] == pytest.approx(2 * (best - there))
    assert play.utility["server"] == pytest.approx(2 * there)


def test_ones_own_game_plays() -> None:
    from own_mechanism import QuadraticLottery

    game = QuadraticLottery(cost=["1", "2", "4"], prize=10)
    rest = mp.solve(game).values["effort"]
    for rule in ("simultaneous", "one-at-a-time", "damped", "equilibrium"):
        play = mp.play(game, rounds=60, rule=rule)
        assert play.settled
        assert np.allclose(play.path[-1].effort, rest, rtol=1e-6)
    own = np.array([0.5, 0.4, 0.3])
    moved = mp.play(game, rounds=2, start=own).path[1].effort
    for index, cost in enumerate((1, 2, 4)):
        others = own.sum() - own[index]
        best = minimize_scalar(
            lambda x, o=others, k=cost: k * x * x - 10 * x / (x + o), bounds=(0, 3), method="bounded"
        )
        assert moved[index] == pytest.approx(best.x, abs=1e-5)


def test_who_has_gone_sells_nothing_and_drift_is_by_the_seed() -> None:
    play = mp.play(contest([1, 1, 1]), rounds=40, stays=[40, 40, 3])
    assert [one.epsilon[2] > 0 for one in play.path[:5]] == [True, True, True, False, False]
    assert play.path[-1].epsilon[:2] == pytest.approx([play.path[0].reward_pool / 4] * 2)
    first, again, other = (
        mp.play(contest([1, 1, 1]), rounds=9, drift=0.05, seed=seed).path[-1].epsilon for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_a_zero_pool_is_an_equilibrium_and_no_death() -> None:
    play = mp.play(contest([1, 1], alpha=1, beta=1), rounds=5)
    assert play.path[0].reward_pool == 0
    assert play.settled


FAULTS: list[tuple[str, Callable[..., Any]]] = [
    ("half the cost", lambda reply: lambda a, others, cost, pool: reply(a, others, cost / 2, pool)),
    ("a wrong sign", lambda reply: lambda a, others, cost, pool: reply(a, others, cost, pool) + 2 * others),
    ("a little less", lambda reply: lambda a, others, cost, pool: reply(a, others, cost, pool) * (1 - 1e-6)),
    ("without the root", lambda reply: lambda a, others, cost, pool: a.maximum(pool * others / cost - others, 0)),
]


@pytest.mark.parametrize("rule", ["simultaneous", "one-at-a-time", "damped", "fictitious"])
@pytest.mark.parametrize("fault", [fault for _, fault in FAULTS], ids=[name for name, _ in FAULTS])
def test_false_replies_are_refused(rule: str, fault: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from mechproof.formulations.errors import BackendError
    from mechproof.solvers.rounds.stackelberg import replies

    monkeypatch.setattr(replies, "best_response", fault(replies.best_response))
    with pytest.raises(BackendError, match="not best by its declared utility"):
        mp.play(contest([1, 1.2, 1.5]), rounds=3, rule=rule, start=[1, 1, 1], reward_pool=5)


def test_the_faster_replies_are_those_of_the_declaration() -> None:
    from mechproof.solvers.rounds.replies import Replies
    from mechproof.solvers.rounds.stackelberg.replies import ContestReplies

    game = contest([1, 1.5, 40], epsilon_cap=["0.3", 5, 5], mean_over="participants")
    generic, quick = Replies(game), ContestReplies(game)
    others, decided = np.array([0.7, 0.2, 0.9]), {"reward_pool": 2.0}
    assert np.allclose(generic.at_once(others, decided), quick.at_once(others, decided), rtol=1e-9)
    assert quick.at_once(others, decided)[0] == 0.3
    assert np.allclose(generic.equilibrium(decided), quick.equilibrium(decided), rtol=1e-8)
    own = np.array([0.3, 0.3, 0.0])
    assert generic.learned(own, 1.0, 1.0) == pytest.approx(quick.learned(own, 1.0, 1.0), rel=1e-8)


def test_what_rounds_spend_is_composed_and_not_added_up() -> None:
    """Against the balance of δ(ε, μ), solved for μ of each round, and for ε at the root of their squares' sum."""

    def over(epsilon: float, mu: float) -> float:
        kept = norm.cdf(mu / 2 - epsilon / mu) - np.exp(epsilon + norm.logcdf(-mu / 2 - epsilon / mu))
        return float(np.log(kept) - np.log(1e-5))

    play = mp.play(contest([1, 1.2, 1.5], beta=2), rounds=5)
    spent = play.spent(1e-5)
    for person in range(3):
        budgets = [one.epsilon[person] for one in play.path]
        mus = [brentq(lambda mu, e=e: over(e, mu), 1e-2, 5, xtol=1e-14) for e in budgets]
        total = sqrt(sum(mu**2 for mu in mus))
        together = brentq(over, budgets[0] / 2, 3 * sum(budgets), args=(total,), xtol=1e-13)
        assert spent.epsilon[person] == pytest.approx(together, rel=1e-6)
        assert spent.added[person] == pytest.approx(sum(budgets))
        assert spent.stated[person] == max(budgets)
        assert spent.stated[person] < spent.epsilon[person] < spent.added[person]


def test_budgets_of_each_round_train() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    play = mp.play(contest([1, 1, 1, 1], beta=60), rounds=4, rule="damped", stays=[4, 4, 4, 2])
    found = mp.train_in_rounds(play, mp.Protocol(repetitions=2, learning_rate=8))
    assert found.rounds == 4
    assert np.array_equal(found.spent.epsilon, play.spent(1e-5).epsilon)
    assert found.spent.epsilon[3] < found.spent.epsilon[0]  # who has left releases nothing more
    assert all(len(runs) == 2 for runs in found.accuracy.values())
    assert found.accuracy["no-noise"].mean() > 0.5
    tiny = mp.play(contest([1, 1, 1, 1], beta="0.9"), rounds=4, rule="damped")
    drowned = mp.train_in_rounds(tiny, mp.Protocol(repetitions=2, learning_rate=8))
    assert drowned.accuracy["by-round"].mean() < found.accuracy["by-round"].mean()


def test_a_report_shows_the_play(tmp_path: Path) -> None:
    two = contest([1, 1], alpha=4, beta=2, client=["Ann", "Bob"])
    lie: dict[str, Any] = {"rule": "equilibrium", "server": "learning", "pretended": ["1/2", 1], "arithmetic": "exact"}
    document = mp.play(two, rounds=2, **lie).document(delta=1e-5)
    mp.check_document(document)
    for name in ("page.html", "page.md"):
        text = mp.report(document, tmp_path / name).read_text(encoding="utf-8")
        for word in ("Played in rounds", "gained by pretending", "really spent", "Ann"):
            assert word in text


def test_the_command_plays_as_the_specification_says(tmp_path: Path) -> None:
    from mechproof.cli import run

    text = """
format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob"]
cost = [1, 1]
alpha = 4
beta = 2
[play]
rounds = 2
rule = "equilibrium"
server = "learning"
pretended = ["1/2", 1]
"""
    (tmp_path / "game.toml").write_text(text, encoding="utf-8")
    output = tmp_path / "play.json"
    assert run(["play", str(tmp_path / "game.toml"), "--arithmetic", "exact", "--output", str(output)]) == 0
    document = json.loads(output.read_text(encoding="utf-8"))
    assert document["gain"]["client"] == ["5/144", "-11/144"]
    assert [one["decided"]["reward_pool"] for one in document["path"]] == ["1", "5/4"]
    (tmp_path / "wrong.toml").write_text(text.replace("pretended", "pretends"), encoding="utf-8")
    assert run(["play", str(tmp_path / "wrong.toml")]) == 2


def test_columns_of_a_play_follow_the_names(tmp_path: Path) -> None:
    (tmp_path / "stays.csv").write_text("client,rounds\nBob,3\nAnn,9\nCat,9\n", encoding="utf-8")
    text = """
format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob", "Cat"]
cost = [1, 1, 1]
alpha = 10
beta = 10
[play]
rounds = 5
stays = { file = "stays.csv", column = "rounds", id = "client" }
"""
    (tmp_path / "game.toml").write_text(text, encoding="utf-8")
    asked = mp.read_specification(tmp_path / "game.toml")
    assert asked.play is not None
    assert asked.play.stays.tolist() == [9, 3, 9]


def test_the_command_shows_the_rounds(capsys: pytest.CaptureFixture[str]) -> None:
    from mechproof.cli import run

    example = Path(__file__).parent.parent / "examples" / "play.toml"
    assert run(["play", str(example), "--delta", "1e-5"]) == 0
    said = capsys.readouterr().out
    assert "settled: since round 31" in said
    assert "privacy spent in 60 rounds" in said


def test_a_round_of_many_is_linear() -> None:
    """Ten times the people take about ten times as long: far from the hundred times of pairs."""
    import time

    def seconds(count: int, rule: str) -> float:
        game = contest(np.full(count, 1.0), alpha=1e7)
        start = np.full(count, 1e-3)
        mp.play(game, rounds=2, rule=rule, start=start, reward_pool=10)
        started = time.process_time()
        mp.play(game, rounds=4, rule=rule, start=start, reward_pool=10, alone="keep")
        return time.process_time() - started

    for rule in ("damped", "one-at-a-time"):
        assert seconds(100_000, rule) < 40 * max(seconds(10_000, rule), 2e-3)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"rule": "fastest"}, "rule = 'fastest': must be one of"),
    ({"rounds": 0}, "rounds = 0"),
    ({"damping": 0.5}, "damping = 0.5: is for a play with rule"),
    ({"rule": "damped", "damping": 2}, "must be at most 1"),
    ({"start": [1]}, "start = '1 numbers': must have one for each client, 2"),
    ({"alone": "floor"}, "floor = None: is needed"),
    ({"misread": "0.1"}, "misread"),
    ({"pretending": 2}, "pretending"),
    ({"arithmetic": "exact", "rule": "no-regret"}, "arithmetic"),
    ({"arithmetic": "exact", "drift": 0.1}, "arithmetic"),
    ({"rule": "equilibrium", "start": [1, 1]}, "start"),
]


@pytest.mark.parametrize(("asked", "message"), REFUSED, ids=[next(iter(asked)) for asked, _ in REFUSED])
def test_what_cannot_be_played_is_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message.replace("(", r"\(").replace("[", r"\[")):
        mp.play(equal(2), **{"rounds": 3, **asked})


def test_programs_are_not_played() -> None:
    with pytest.raises(UnsupportedModel, match="no game"):
        mp.play(mp.VersionPricing(epsilon=[1, 2], target=[1, 2]), rounds=2)
