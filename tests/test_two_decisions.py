"""Games whose people decide on two things, against grids and local searches that know nothing of the package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

import mechproof as mp
from mechproof.proofs.properties.verify import judged
from mechproof.solvers.backends.two_decisions import backend, newton
from mechproof.solvers.certificates.two_person import TwoPerson

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
from amount_and_epsilon import AmountAndEpsilon


def curved_utility(
    a: Any, own_x: Any, others_x: Any, own_y: Any, others_y: Any, p: Any, q: Any, s: Any, t: Any, cost: Any
) -> Any:
    """P x + Q y − c x² − y²/2 + s x y − t x X − t y Y."""
    bent = cost * a.square(own_x) + a.square(own_y) / 2 - s * own_x * own_y
    return p * own_x + q * own_y - bent - t * own_x * others_x - t * own_y * others_y


class Curved(mp.Game):
    """Quadratic utilities, jointly concave where 2 c ≥ s²."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")
    p: mp.Number = mp.scalar("a price")
    q: mp.Number = mp.scalar("a price")
    s: mp.Number = mp.scalar("how the two go together")
    t: mp.Number = mp.scalar("how others hurt")

    def players(self) -> tuple[mp.Player]:
        none, most = np.zeros(len(self.cost)), np.full(len(self.cost), 2)
        x, y = mp.Decision("x", none, most), mp.Decision("y", none, most)
        return (mp.Player("owner", x, curved_utility, count=len(self.cost), second=y),)


def logarithmic_utility(
    a: Any, own_x: Any, others_x: Any, own_y: Any, others_y: Any, p: Any, q: Any, s: Any, t: Any, cost: Any
) -> Any:
    """P ln(1 + x + s y) + Q ln(1 + y) − c (x + y)² − t x Y."""
    paid = p * a.log1p(own_x + s * own_y) + q * a.log1p(own_y)
    return paid - cost * a.square(own_x + own_y) - t * own_x * others_y + 0 * others_x


class Logarithmic(Curved):
    """Utilities that leave the rational numbers."""

    def players(self) -> tuple[mp.Player]:
        (player,) = super().players()
        return (mp.Player("owner", player.decision, logarithmic_utility, count=player.count, second=player.second),)


Plain = Callable[[Any, Any, float, float, int], Any]


def drawn(seed: int) -> tuple[mp.Game, Plain, float]:
    """A game, its utilities in plain floats, and the upper bound of both decisions."""
    draw = np.random.default_rng(seed)
    cost = draw.uniform(0.3, 3, 2).round(2)
    p, q, t = draw.uniform(0.2, 3), draw.uniform(0.2, 3), draw.uniform(0, 0.6)
    kind = seed % 3
    if kind == 0:
        pools = draw.uniform(0.5, 5, 2).round(2)
        game: mp.Game = AmountAndEpsilon(cost=cost, records_pool=pools[0], privacy_pool=pools[1], kept=0.1)

        def contest(x: Any, y: Any, more: float, beside: float, i: int) -> Any:
            paid = pools[0] * x / (x + more + 0.1) + pools[1] * y / (y + beside + 0.1)
            return paid - cost[i] * (x + y) ** 2

        return game, contest, float(np.sqrt(pools.sum() / cost.min()))
    if kind == 1:
        s = draw.uniform(-1.5, 1.5)

        def quadratic(x: Any, y: Any, more: float, beside: float, i: int) -> Any:
            return p * x + q * y - cost[i] * x**2 - y**2 / 2 + s * x * y - t * x * more - t * y * beside

        return Curved(cost=cost, p=p, q=q, s=s, t=t), quadratic, 2.0
    s = draw.uniform(0, 1)

    def logarithmic(x: Any, y: Any, more: float, beside: float, i: int) -> Any:
        return p * np.log1p(x + s * y) + q * np.log1p(y) - cost[i] * (x + y) ** 2 - t * x * beside

    return Logarithmic(cost=cost, p=p, q=q, s=s, t=t), logarithmic, 2.0


def most_gained(plain: Plain, first: Sequence[float], second: Sequence[float], most: Sequence[float]) -> float:
    """The largest gain found by a grid over both decisions and a local search from its best."""
    gains = []
    for i in range(len(first)):
        more, beside = sum(first) - first[i], sum(second) - second[i]
        axis = np.linspace(0, most[i], 41)
        x, y = np.meshgrid(axis, axis)
        values = plain(x, y, more, beside, i)
        at = np.unravel_index(int(np.argmax(values)), values.shape)
        found = minimize(
            lambda z, i=i, more=more, beside=beside: -plain(z[0], z[1], more, beside, i),
            [x[at], y[at]],
            bounds=[(0, most[i])] * 2,
        )
        gains.append(max(-float(found.fun), float(values.max())) - float(plain(first[i], second[i], more, beside, i)))
    return max(gains)


def compared(seed: int, name: str = "two-decisions:newton") -> str:
    """Judge one game as the package does and by the oracle; return the verdict."""
    game, plain, _ = drawn(seed)
    one, two = game.players()[0].choices
    most = [float(high) for high in one.upper]
    try:
        found = mp.solve(game, backend=name)
    except mp.BackendError:
        return "no answer"
    first, second = (found.values[item.name].tolist() for item in (one, two))
    gain = most_gained(plain, first, second, most)
    certificate = found.certificate
    assert not (certificate.optimal and gain > 1e-7), (seed, gain, certificate.reason)
    assert not (certificate.optimal is False and gain < 1e-9), (seed, gain, certificate.reason)
    moved = [
        max(first[0] - 0.01 * most[0], 0.0) if first[0] > 0.02 * most[0] else first[0] + 0.02 * most[0],
        *first[1:],
    ]
    wrong = mp.candidate(game, **{one.name: moved, two.name: second}).certificate
    assert wrong.optimal is not True, seed
    if most_gained(plain, moved, second, most) > 1e-5:
        assert wrong.optimal is False, (seed, wrong.reason)
    return {True: "certified", False: "refuted", None: "undecided"}[certificate.optimal]


@pytest.mark.parametrize("seed", range(4))
def test_grids_and_local_searches_agree(seed: int) -> None:
    assert compared(seed) == "certified"


@pytest.mark.slow
def test_three_hundred_games() -> None:
    verdicts = [compared(seed) for seed in range(10, 310)]
    assert verdicts.count("certified") >= 250, {word: verdicts.count(word) for word in set(verdicts)}


@pytest.mark.slow
def test_replies_find_the_same() -> None:
    assert [compared(seed, "two-decisions") for seed in range(3)].count("certified") == 3


def game_of_three() -> AmountAndEpsilon:
    return AmountAndEpsilon(cost=["1", "1.5", "2"], records_pool="4", privacy_pool="3", kept="0.1")


def test_two_back_ends_agree() -> None:
    one, two = (mp.solve(game_of_three(), backend=name) for name in ("two-decisions", "two-decisions:newton"))
    assert mp.solve(game_of_three(), backend="two-decisions:newton").certificate.valid
    for name in ("amount", "epsilon"):
        assert np.allclose(one.values[name], two.values[name], atol=1e-9)


def test_a_deviation_of_both_at_once() -> None:
    """Of a saddle neither decision alone gains, and both together do."""
    game = Curved(cost=["0.5"], p="0", q="0", s="1.5", t="0")  # −x²/2 − y²/2 + 1.5 x y: along x = y it rises
    answer = mp.candidate(game, x=["0"], y=["0"])
    for arithmetic in ("float", "exact"):
        found = mp.certify(answer, arithmetic=arithmetic)
        assert found.optimal is False
        assert "x = 2 and y = 2" in found.reason
    (item,) = judged(answer, ["no-profitable-deviation"])
    assert item.verdict == "violated"
    assert item.witness["gain"] == 2
    assert (item.witness["better_x"], item.witness["better_y"]) == (2, 2)


def test_exact_answers_are_exact() -> None:
    game = Curved(cost=["1/2", "1/2"], p="1", q="1", s="0", t="0")
    found = mp.certify(mp.candidate(game, x=["1", "1"], y=["1", "1"]), arithmetic="exact")
    assert found.valid
    assert (found.distance, found.gap) == (0, 0)


def test_what_is_not_concave_is_said_to_be_so() -> None:
    game = Curved(cost=["0.5"], p="0", q="0", s="1.5", t="0")
    nowhere = ((Fraction(0), Fraction(0)),) * 2
    square = ((Fraction(0), Fraction(2)),) * 2
    assert TwoPerson(game, 0, nowhere).concave(square) is False
    tame = Curved(cost=["0.5"], p="0", q="0", s="0.5", t="0")
    assert TwoPerson(tame, 0, nowhere).concave(square) is True
    at = mp.certify(mp.candidate(game, x=["2"], y=["2"]), arithmetic="exact")
    assert at.valid  # not concave, and yet nothing is better: shown on boxes


def test_a_pair_beyond_its_bounds_is_refused() -> None:
    found = mp.candidate(game_of_three(), amount=["9", "0", "0"], epsilon=["0", "0", "0"]).certificate
    assert not found.feasible
    assert "amount of owner 0 is 9, above its bound" in found.reason


def test_verified_in_both_decisions() -> None:
    items = {item.property: item for item in mp.verify(mp.solve(game_of_three(), backend="two-decisions:newton")).items}
    assert items["no-profitable-deviation"].verdict == "holds"
    assert "jointly concave" in items["no-profitable-deviation"].text
    assert items["individual-rationality"].verdict == "holds"
    poor = mp.candidate(game_of_three(), amount=["2", "0.1", "0.1"], epsilon=["0.6", "0.1", "0.1"])
    (item,) = judged(poor, ["individual-rationality"])
    assert item.verdict == "violated"
    assert item.text.startswith("owner 0 gets a utility of -")


def test_other_back_ends_refuse() -> None:
    with pytest.raises(mp.UnsupportedModel, match="decide on amount and epsilon; two-decisions takes both"):
        mp.solve(game_of_three(), backend="best-response")
    assert mp.solve(game_of_three(), backend="auto").backend == "two-decisions"


@pytest.mark.slow
def test_proved_for_every_number() -> None:
    found = {claim.id: claim.verdict for claim in mp.prove(AmountAndEpsilon).claims}
    assert set(found) == {"own/jointly-concave-owner", "own/existence", "own/individual-rationality"}
    assert set(found.values()) == {mp.ClaimVerdict.PROVED}


@pytest.mark.slow
def test_false_variant_is_refuted() -> None:
    (claim,) = mp.prove(Curved, claim="own/jointly-concave-owner").claims
    assert claim.verdict == mp.ClaimVerdict.REFUTED


@pytest.mark.parametrize("change", [lambda z: -z, lambda z: z / 2, lambda z: z + 0.01])
def test_broken_answers_are_refused(change: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver whose marginal utilities are wrong by a sign, a factor or a little is found out."""
    whole = newton.flattened
    monkeypatch.setattr(
        backend,
        "polished",
        lambda reading, start: (np.clip(change(newton.polished(reading, start)[0]), 0.0, 2.0), True),
    )
    assert whole is newton.flattened
    found = mp.solve(game_of_three(), backend="two-decisions:newton")
    assert found.certificate.optimal is not True


def test_declarations_that_cannot_be() -> None:
    class Leading(Curved):
        def players(self) -> tuple[mp.Player]:
            (player,) = super().players()
            return (mp.Player("server", mp.Decision("x", 0, 1), curved_utility, second=mp.Decision("y", 0, 1)), player)

    with pytest.raises(mp.MechproofError, match="server is one who decides on two things"):
        Leading(cost=["1"], p=1, q=1, s=0, t=0)


class Kinked(Curved):
    """−|x − 1| − (y − x)²: worth nothing at its best."""

    def players(self) -> tuple[mp.Player]:
        def utility(a: Any, own_x: Any, own_y: Any) -> Any:
            return -a.absolute(own_x - 1) - a.square(own_y - own_x)

        (player,) = super().players()
        return (mp.Player("owner", player.decision, utility, count=player.count, second=player.second),)


def test_an_answer_beside_the_best_is_not_refuted_by_it() -> None:
    game = Kinked(cost=["1"], p="0", q="0", s="0", t="0")
    for beside, verdict in ((1e-13, None), (1e-3, False)):
        assert mp.candidate(game, x=[1 + beside], y=["1"]).certificate.optimal is verdict


@pytest.mark.parametrize("count", [1, 3])
def test_where_nothing_pays_nothing_is_the_answer(count: int) -> None:
    game = Curved(cost=["1/2", "3/2", "2"][:count], p="-1/2", q="-1/2", s="-1/2", t="1/2")
    found = mp.solve(game, backend="two-decisions")
    assert found.certificate.valid
    assert not np.any(found.values["x"])
    assert not np.any(found.values["y"])


class Led(mp.Game):
    """A buyer says a price for x, and owners decide on x and y: x = p/(2c) and y = ½ for each."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")

    def players(self) -> tuple[mp.Player, mp.Player]:
        none, most = np.zeros(len(self.cost)), np.full(len(self.cost), 9)
        x, y = mp.Decision("x", none, most), mp.Decision("y", none, most)
        buyer = mp.Player("buyer", mp.Decision("price", 0, 4), lambda a, price, sold: (3 - price) * sold)
        sold = {"sold": lambda a, x: a.sum(x)}
        return (buyer, mp.Player("owner", x, led_utility, count=len(self.cost), second=y, aggregates=sold))


def led_utility(a: Any, own_x: Any, others_x: Any, own_y: Any, others_y: Any, cost: Any, price: Any) -> Any:
    return price * own_x + own_y - cost * a.square(own_x) - a.square(own_y) + 0 * (others_x + others_y)


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_of_a_game_with_a_leader_the_pairs_are_judged_and_the_leader_is_not(arithmetic: str) -> None:
    right = mp.certify(mp.candidate(Led([1, 2]), price="3/2", x=["3/4", "3/8"], y=["1/2", "1/2"]), arithmetic)
    assert right.optimal is None
    assert "nobody has a better pair of decisions; how people who decide" in right.reason
    assert "another price" in right.reason
    wrong = mp.certify(mp.candidate(Led([1, 2]), price="3/2", x=["3/4", "1/2"], y=["1/2", "1/2"]), arithmetic)
    assert wrong.optimal is False
    beyond = mp.certify(mp.candidate(Led([1, 2]), price=5, x=["5/2", "5/4"], y=["1/2", "1/2"]), arithmetic)
    assert beyond.feasible is False
    items = mp.verify(mp.candidate(Led([1, 2]), price="3/2", x=["3/4", "3/8"], y=["1/2", "1/2"]))
    assert items["no-profitable-deviation"].verdict == "holds"
    assert items["leader-optimality"].verdict == "inconclusive"


def test_a_leader_of_pairs_is_refused_with_a_way_out() -> None:
    with pytest.raises(mp.UnsupportedModel, match="declare price as data"):
        mp.solve(Led([1, 2]))
