"""Finite games: all equilibria against support enumeration in fractions, certificates, dominance, properties."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import sqrt
from typing import Any

import numpy as np
import pytest
from finite_oracles import Pair, by_supports, corners, corners_of, is_equilibrium, random_table, transposed

import mechproof as mp
from mechproof.solvers.backends.finite import vertices
from mechproof.solvers.backends.finite.polyhedron import best_reply_vertices
from mechproof.solvers.backends.finite.supports import pure_equilibria
from mechproof.solvers.certificates.finite import gains

F = Fraction
SEXES = {"payoff": [[[2, 0], [0, 1]], [[1, 0], [0, 2]]], "player": ["Ann", "Bob"]}


def pairs_of(found: mp.Equilibria) -> set[Pair]:
    rows = found.game.shape[0]
    return {(tuple(profile[:rows]), tuple(profile[rows:])) for profile in found.profiles}


def agree_on_random_games(seed: int, games: int, most: int, backends: tuple[str, ...]) -> tuple[int, int]:
    """Compare with the oracle; return how many equilibria there were and how many games were degenerate."""
    draw, total, degenerate = random.Random(seed), 0, 0
    for _ in range(games):
        shape = draw.randint(1, most), draw.randint(1, most)
        first, second = (random_table(draw, *shape, 9, draw.choice((1, 4))) for _ in range(2))
        game = mp.FiniteGame(payoff=[first, second])
        found = mp.equilibria(game)
        assert found.complete
        assert pairs_of(found) == corners(first, second)
        if found.infinite:
            degenerate += 1
            assert by_supports(first, second) <= pairs_of(found)
            continue
        for name in backends:
            assert pairs_of(mp.equilibria(game, name)) == by_supports(first, second), (first, second, name)
        total += len(found)
    return total, degenerate


def test_random_games_have_the_equilibria_that_support_enumeration_finds() -> None:
    total, _ = agree_on_random_games(1, 25, 3, ("vertex-enumeration", "support-enumeration"))
    assert total > 25


def test_vertices_where_many_replies_are_alike_are_all_and_each_once() -> None:
    """Of small whole payoffs many rays keep more with equality than they must: which share an edge is then delicate."""
    draw = random.Random(3)
    for _ in range(25):
        table = random_table(draw, 4, 6, 1)
        found = best_reply_vertices(transposed(table))
        assert len({tuple(x) for x, _ in found}) == len(found)
        assert {tuple(x) for x, _ in found} == corners_of(table)
        for x, tight in found:
            paid = [sum(p * entry for p, entry in zip(x, column, strict=True)) for column in transposed(table)]
            kept = [entry == 0 for entry in x] + [each == max(paid) for each in paid]
            assert tight == sum(one << place for place, one in enumerate(kept))


@pytest.mark.slow
def test_300_random_games_have_the_equilibria_that_support_enumeration_finds() -> None:
    total, _ = agree_on_random_games(2, 300, 4, ("vertex-enumeration", "support-enumeration"))
    assert total > 300


def test_degenerate_games_are_said_to_have_infinitely_many() -> None:
    draw, infinite = random.Random(3), 0
    for _ in range(25):
        shape = draw.randint(2, 3), draw.randint(2, 3)
        first, second = (random_table(draw, *shape, 1) for _ in range(2))
        found = mp.equilibria(mp.FiniteGame(payoff=[first, second]))
        assert pairs_of(found) == corners(first, second)
        corner = [(tuple(p[: shape[0]]), tuple(p[shape[0] :])) for p in found.profiles]
        covered = set()
        for mine, theirs in found.found.families:
            infinite += 1
            covered |= {(corner[k][0], corner[m][1]) for k in mine for m in theirs}
            x, y = (mixture([corner[k][side] for k in part], draw) for side, part in enumerate((mine, theirs)))
            assert is_equilibrium(first, second, x, y)
        shared = {pair for pair in corner if sum(pair[0] == x or pair[1] == y for x, y in corner) > 1}
        assert shared == covered
        assert found.infinite == bool(shared)
    assert infinite > 5


def mixture(points: list[tuple[Fraction, ...]], draw: random.Random) -> tuple[Fraction, ...]:
    weights = [draw.randint(1, 9) for _ in points]
    rows = zip(*points, strict=True)
    return tuple(sum((w * e for w, e in zip(weights, row, strict=True)), F(0)) / sum(weights) for row in rows)


@pytest.mark.parametrize(
    ("probability", "valid", "text"),
    [
        (["2/3", "1/3", "1/3", "2/3"], True, "exactly"),
        ([2 / 3, 1 / 3, 1 / 3, 2 / 3], True, "fractions"),
        (["2/3", "1/3", "1/3", "3/4"], False, "adds up is broken"),
        (["1", "0", "0", "1"], False, "Ann gains 1 by 2"),
        (["3/5", "2/5", "1/3", "2/3"], False, "Bob gains 1/15 (≈ 0.0666667) by 2"),
        (["3/2", "-1/2", "1", "0"], False, "below its bound"),
        (["0.66666666", "0.33333334", "1/3", "2/3"], True, "fractions"),
        (["0.66666", "0.33334", "1/3", "2/3"], False, "Bob gains"),
    ],
)
@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_profiles_are_judged(probability: list, valid: bool, text: str, arithmetic: str) -> None:
    found = mp.certify(mp.candidate(mp.FiniteGame(**SEXES), probability=probability), arithmetic=arithmetic)
    assert found.valid is valid
    assert text in found.reason


def test_a_refuted_profile_is_at_least_as_far_away_as_is_said() -> None:
    draw = random.Random(4)
    for _ in range(15):
        first, second = (random_table(draw, 2, 3, 5) for _ in range(2))
        game = mp.FiniteGame(payoff=[first, second])
        x, y = (mixture([tuple(F(int(j == k)) for k in range(n)) for j in range(n)], draw) for n in (2, 3))
        found = mp.candidate(game, probability=[*x, *y]).certificate
        equilibria = mp.equilibria(game)
        if found.optimal is False and not equilibria.infinite:
            nearest = min(max(abs(a - b) for a, b in zip(p, [*x, *y], strict=True)) for p in equilibria.profiles)
            assert 0 < found.distance_at_least <= nearest


def test_a_gain_that_is_larger_than_the_distance_says_so_much_less() -> None:
    """Three orthogonal columns of ±1 and their negatives: the first must mix evenly; a step δ gives the other 4 δ."""
    signs = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
    pays = [[*row, *(-s for s in row)] for row in signs]
    game = mp.FiniteGame(payoff=[[[-s for s in row] for row in pays], pays])
    step = F(1, 16)
    x, y = [F(1, 4) + step * row[0] for row in signs], [F(1, 6)] * 6
    found = mp.candidate(game, probability=[*x, *y]).certificate
    assert found.reason == "Player 2 gains 1/4 (≈ 0.250000) by 1"
    assert 0 < found.distance_at_least <= step


def test_what_a_broken_solver_returns_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    game = mp.FiniteGame(**SEXES)
    monkeypatch.setattr(vertices, "_matching", lambda mine, theirs: [(0, len(theirs) - 2)])
    with pytest.raises(mp.BackendError, match="is no equilibrium"):
        mp.equilibria(game)
    assert mp.solve(game).certificate.optimal is False
    assert not mp.verify(game).ok


def test_mixtures_that_are_no_equilibria_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vertices, "_families", lambda pairs: (((0, 1), (0,)),))
    with pytest.raises(mp.BackendError, match="whose mixtures are no equilibria"):
        mp.equilibria(mp.FiniteGame(**SEXES))


def test_an_enumeration_that_loses_equilibria_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    right, game = vertices._matching, mp.FiniteGame(**SEXES)
    monkeypatch.setattr(vertices, "_matching", lambda mine, theirs: right(mine, theirs)[:1])
    assert len(mp.equilibria(game)) == 1
    item = mp.verify(game)["uniqueness"]
    assert item.verdict == "violated"
    assert "back ends disagree" in item.text


def test_the_certificate_reads_the_payoffs(monkeypatch: pytest.MonkeyPatch) -> None:
    dilemma = mp.FiniteGame(payoff=[[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    assert gains.is_equilibrium(dilemma, [F(0), F(1), F(0), F(1)])
    assert not gains.is_equilibrium(mp.FiniteGame(payoff=-dilemma.payoff), [F(0), F(1), F(0), F(1)])


def test_three_players_whose_equilibrium_is_no_fraction() -> None:
    """Who goes out gains 2 alone, 1 beside one and loses 1 beside two; staying pays 1/2: 2q² + 2pq − p² = 1/2."""
    table = np.empty((3, 2, 2, 2), dtype=object)
    for profile in product((0, 1), repeat=3):
        for player in range(3):
            beside = sum(profile) - profile[player]
            table[(player, *profile)] = F((2, 1, -1)[beside]) if profile[player] else F(1, 2)
    game = mp.FiniteGame(payoff=table)
    found = mp.equilibria(game)
    p = (-2 + sqrt(4 + 6)) / 2  # 2 (1 − p)² + 2 p (1 − p) − p² = 2 − 2p − p²
    assert abs(2 - 2 * p - p * p - 0.5) < 1e-12
    inner = [one for one in found if all(0 < x < 1 for x in one.values["probability"])]
    assert len(inner) == 1
    assert np.allclose(inner[0].values["probability"], [1 - p, p] * 3, atol=1e-12)
    assert inner[0].certificate.valid
    assert not found.complete
    assert "there may be others" in found.found.told
    assert mp.solve(game).certificate.valid
    verified = mp.verify(game)
    assert verified.ok
    assert verified["uniqueness"].verdict == "violated"
    for waits, valid in ((F(2, 5), True), (F(3, 5), False)):  # a third strategy of the first, that pays so much
        longer = np.concatenate([table, np.zeros((3, 1, 2, 2), dtype=object)], axis=1)
        longer[0, 2] = waits
        said = mp.candidate(mp.FiniteGame(payoff=longer), probability=[1 - p, p, 0, 1 - p, p, 1 - p, p])
        assert said.certificate.valid is valid
    near = mp.candidate(game, probability=np.array([1 - p, p] * 3) + np.array([1e-6, -1e-6] * 3))
    assert near.certificate.optimal is not True


def test_pure_equilibria_of_several_players_are_those_of_brute_force() -> None:
    draw = random.Random(5)
    for shape in ((2, 2, 2), (2, 3, 2), (2, 2, 2, 2), (3, 3, 3)):
        table = np.array([F(draw.randint(0, 99)) for _ in range(len(shape) * int(np.prod(shape)))], dtype=object)
        game = mp.FiniteGame(payoff=table.reshape(len(shape), *shape))
        right = set()
        for profile in product(*map(range, shape)):
            stays = True
            for player, count in enumerate(shape):
                for other in range(count):
                    moved = (*profile[:player], other, *profile[player + 1 :])
                    stays &= game.payoff[(player, *moved)] <= game.payoff[(player, *profile)]
            if stays:
                right.add(profile)
        told = set()
        for found in pure_equilibria(game):
            told.add(tuple([*found[part]].index(1) for part in game.slices))
        assert told == right


def test_strict_dominance_brings_three_players_down_to_two() -> None:
    """The third has one strategy that is always better by one, so that all equilibria are those of the other two."""
    table = np.zeros((3, 2, 2, 2), dtype=object)
    for player, rows in enumerate(SEXES["payoff"]):
        table[player, :, :, 0] = table[player, :, :, 1] = rows
    table[2, :, :, 1] = 1
    found = mp.equilibria(mp.FiniteGame(payoff=table))
    assert found.complete
    assert {tuple(p) for p in found.profiles} == {
        (1, 0, 1, 0, 0, 1),
        (0, 1, 0, 1, 0, 1),
        (F(2, 3), F(1, 3), F(1, 3), F(2, 3), 0, 1),
    }


def test_dominance_by_mixtures_is_that_of_a_grid() -> None:
    draw, found = random.Random(6), 0
    for _ in range(12):
        rows = random_table(draw, 3, 3, 6)
        game = mp.FiniteGame(payoff=[rows, [[F(0)] * 3] * 3])
        told = {one.strategy for one in mp.dominated(game) if one.player == 0}
        for s in range(3):
            a, b = (rows[k] for k in range(3) if k != s)
            shares = [F(k, 840) for k in range(841)]
            ahead = any(all(w * x + (1 - w) * y > z for x, y, z in zip(a, b, rows[s], strict=True)) for w in shares)
            found += ahead
            assert (s in told) >= ahead
            if s in told:
                mix = next(one.mixture for one in mp.dominated(game) if (one.player, one.strategy) == (0, s))
                assert mix[s] == 0
                assert sum(mix) == 1
                assert all(sum(m * rows[k][c] for k, m in enumerate(mix)) > rows[s][c] for c in range(3))
    assert found > 3


@pytest.mark.parametrize(
    "scales", [(1, 1), (F(1, 10**15), F(1, 10**15)), (10**18, F(1, 10**12)), (10**290, F(1, 10**290))]
)
def test_dominance_and_equilibria_do_not_depend_on_scales(scales: tuple) -> None:
    """What a column pays is scaled: whether a mixture is ahead there is not."""
    rows = [[3, 0], [0, 3], [1, 1]]
    ann = [[entry * scale for entry, scale in zip(row, scales, strict=True)] for row in rows]
    game = mp.FiniteGame(payoff=[ann, [[0, 1], [1, 0], [0, 0]]])
    (found,) = mp.dominated(game)
    assert (found.player, found.strategy) == (0, 2)
    ahead = [found.mixture[0] * 3 - 1, found.mixture[1] * 3 - 1]
    assert min(ahead) > 0
    assert [each.strategy for each in mp.dominated(game, strict=False)] == [2]
    slightly = [*ann[:2], [F(3, 2) * scale for scale in scales]]  # as good as a half of each, in every column
    alike = mp.FiniteGame(payoff=[slightly, [[0, 1], [1, 0], [0, 0]]])
    assert mp.dominated(alike) == mp.dominated(alike, strict=False) == ()
    every = mp.equilibria(alike)
    assert every.complete
    assert all(solution.certificate.valid for solution in every)


@pytest.mark.parametrize("unit", [F(1), F(1, 10**15), F(10**12)])
@pytest.mark.parametrize("rare", [1, 10**9])
def test_doubles_are_certified_in_whichever_unit_payoffs_are(unit: Fraction, rare: int) -> None:
    """Cat-and-mouse, where one place is worth so much more that it is hardly ever entered."""
    first = [[rare * unit, 0], [0, unit * 2]]
    game = mp.FiniteGame(payoff=[first, [[-entry for entry in row] for row in first]])
    found = mp.solve(game)
    assert found.values["probability"][0] == pytest.approx(2 / (rare + 2))
    assert found.certificate.valid, found.certificate.reason
    assert mp.candidate(game, probability=[1, 0, 1, 0]).certificate.optimal is False


def test_own_games_in_whole_decisions_become_finite_games() -> None:
    class Slots(mp.Game):
        cost: mp.Vector = mp.vector("a cost", above=0, per="person")

        def players(self) -> tuple[mp.Player]:
            taken = mp.Decision("taken", [0] * len(self.cost), [3] * len(self.cost), whole=True)
            return (mp.Player("person", taken, lambda a, own, others, cost: own * (4 - own - others) - cost * own, 2),)

    game = mp.finite_form(Slots(["1/2", "1"]))
    for mine, theirs in product(range(4), repeat=2):
        assert game.payoff[0, mine, theirs] == mine * (4 - mine - theirs) - F(mine, 2)
        assert game.payoff[1, mine, theirs] == theirs * (4 - mine - theirs) - theirs
    assert mp.equilibria(game).complete
    coarse = mp.finite_form(Slots(["1/2", "1"]), among=[["1/2", "7/4"], [0, 1, "5/4"]])
    assert coarse.payoff[:, 1, 2].tolist() == [F(7, 4) * (4 - 3) - F(7, 8), F(5, 4) * (4 - 3) - F(5, 4)]
    assert coarse.strategy == (("1/2", "7/4"), ("0", "1", "5/4"))


def test_auctions_that_ask_for_others_one_by_one_become_finite_games() -> None:
    class Second(mp.Game):
        value: mp.Vector = mp.vector("a value", above=0, per="bidder")

        def players(self) -> tuple[mp.Player]:
            bid = mp.Decision("bid", [0] * len(self.value), [9] * len(self.value))

            def keeps(a: mp.Algebra, own: Any, others: Any, value: Any) -> Any:
                best = a.highest(others, 1)
                return (1 - a.at_least(best, own)) * (value - best)  # equal bids win nothing

            return (mp.Player("bidder", bid, keeps, count=len(self.value)),)

    game = mp.finite_form(Second([3, "5/2", 4]), among=[1, "5/2", 4])
    bids, values = (F(1), F(5, 2), F(4)), (F(3), F(5, 2), F(4))
    for profile in product(range(3), repeat=3):
        for player, mine in enumerate(profile):
            best = max(bids[s] for k, s in enumerate(profile) if k != player)
            assert game.payoff[(player, *profile)] == (values[player] - best if bids[mine] > best else 0)


def test_what_is_no_finite_game_is_refused_by_name() -> None:
    menu = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    for reads, text in (
        (mp.equilibria, "VersionPricing is no finite game; mp.finite_form makes one"),
        (mp.dominated, "VersionPricing is no finite game; mp.finite_form makes one"),
        (mp.nfg_text, "VersionPricing is no finite game; mp.finite_form makes one"),
        (mp.finite_form, "VersionPricing is no game of people who decide on numbers"),
        (mp.revelation_game, "VersionPricing is no mechanism of finitely many types"),
    ):
        with pytest.raises(mp.UnsupportedModel, match=text):
            reads(menu)  # type: ignore[operator]
    with pytest.raises(mp.InputError, match=r"payoff\[0\] = .* must not be empty"):
        mp.FiniteGame(payoff=np.zeros((2, 0, 3)))


def test_no_whole_number_between_bounds_is_no_finite_set() -> None:
    class Sides(mp.Game):
        cost: mp.Vector = mp.vector("a cost", above=0, per="person")

        def players(self) -> tuple[mp.Player]:
            side = mp.Decision("side", *([F(end)] * len(self.cost) for end in ("0.2", "0.8")), whole=True)
            return (mp.Player("person", side, lambda a, own, others, cost: own * others - cost * own, 2),)

    with pytest.raises(mp.UnsupportedModel, match="between the bounds of side there is no whole number"):
        mp.finite_form(Sides([1, 2]))


def test_finite_sets_that_are_none_are_refused() -> None:
    class Effort(mp.Game):
        cost: mp.Vector = mp.vector("a cost", above=0, per="person")

        def players(self) -> tuple[mp.Player]:
            effort = mp.Decision("effort", [0] * len(self.cost), [1] * len(self.cost))
            return (mp.Player("person", effort, lambda a, own, others, cost: a.share(own, others) - cost * own, 2),)

    game = Effort([1, 2])
    with pytest.raises(mp.UnsupportedModel, match="effort is not whole"):
        mp.finite_form(game)
    for among, text in (
        ([0, 2], r"among\[1\] = 2: must be between effort's bounds, 0 and 1"),
        ([], "must list numbers, each once"),
        ([0, 0], "must list numbers, each once"),
        ([[0, 1]], "must be one list for everybody, or one for each of 2"),
        ("01", "must be one list"),
    ):
        with pytest.raises(mp.InputError, match=text):
            mp.finite_form(game, among=among)
    found = mp.equilibria(mp.finite_form(game, among=["0", "1/4", "1/2", 1]))
    assert found.complete
    assert all(solution.certificate.valid for solution in found)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"payoff": [[1, 2], [3, 4]]}, "nested as deep as there are players"),
        ({"payoff": [[[1, 2], [3]], [[1, 2], [3, 4]]]}, r"payoff\[0\]\[1\]"),
        ({"payoff": [[[1, "x"]], [[1, 2]]]}, r"payoff\[0\]\[0\]\[1\] = 'x'"),
        ({"payoff": [[[1, float("nan")]], [[1, 2]]]}, "finite"),
        ({**SEXES, "player": ["Ann"]}, "must name as many"),
        ({**SEXES, "strategy": [["a", "a"], ["b", "c"]]}, "named once"),
        ({**SEXES, "strategy": [["a"], ["b", "c"]]}, "must name the 2 strategies that Ann has"),
    ],
)
def test_bad_tables_are_refused(said: dict, text: str) -> None:
    with pytest.raises(mp.InputError, match=text):
        mp.FiniteGame(**said)
