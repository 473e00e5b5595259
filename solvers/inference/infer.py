"""Costs from behaviour: the exact intervals of privacy costs that explain what clients sold for what pools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from ...formulations.data import Rule, exact, read_number
from ...formulations.errors import InputError
from ...formulations.inference.noise import Noise
from ...formulations.inference.observations import Observations, observations
from ...formulations.language import Game
from ...formulations.shown import Shown
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..formatting import shown
from .bounds import bounds_of, no_equilibrium, seen_rounds
from .contradiction import Contradiction, smallest
from .revealed import Revealed

CONFIDENCE = Fraction(95, 100)


@dataclass(frozen=True, repr=False)
class CostBound(Shown):
    """What bounds one client's cost from both sides, and the rounds that say so; None where nothing does."""

    lower: Fraction
    upper: Fraction | None
    lower_round: int | None = None
    upper_round: int | None = None

    @property
    def identified(self) -> bool:
        """Whether one cost is left."""
        return self.lower == self.upper


@dataclass(frozen=True, eq=False, repr=False)
class Inference(Shown, by="solvers.inference.present:show_inference"):
    """The costs that explain observed rounds.

    `lower` and `upper` hold a fraction for each client, `upper` None where nothing bounds the cost from above; every
    cost is positive besides, also where `lower` is 0. Where rounds contradict each other, a client's `lower` is above
    its `upper`, and `contradiction` is a smallest set of rounds that no cost explains. `confidence` is 1 unless noise
    is random: then all intervals hold at once with that probability at least.
    """

    observed: Observations
    bounds: tuple[CostBound, ...]
    contradictions: tuple[Contradiction, ...]
    noise: Noise | None
    confidence: Fraction

    @cached_property
    def lower(self) -> tuple[Fraction, ...]:
        """The least cost that explains what each client did."""
        return tuple(bound.lower for bound in self.bounds)

    @cached_property
    def upper(self) -> tuple[Fraction | None, ...]:
        """The largest cost that does, None where every larger one does."""
        return tuple(bound.upper for bound in self.bounds)

    @property
    def contradiction(self) -> Contradiction | None:
        """A smallest set of rounds that no costs explain, None where there are such costs."""
        return smallest(list(self.contradictions))

    @property
    def consistent(self) -> bool:
        """Whether some costs explain all that was observed."""
        return not self.contradictions

    def facts(self) -> Mapping[str, Any]:
        """Return the intervals and whether there are any."""
        return {"lower": self.lower, "upper": self.upper, "consistent": self.consistent}


def infer(
    reward_pool: Any = None,
    epsilon: Any = None,
    epsilon_cap: Any = None,
    *,
    client: Any = None,
    observed: Observations | None = None,
    noise: Noise | None = None,
    confidence: Any = CONFIDENCE,
    game: type[Game] = StackelbergPricing,
) -> Inference:
    """Infer clients' privacy costs from rounds that were equilibria.

    By the declared utility U of the clients, at a pool B and a positive cap c_i: whoever sells 0 < ε_i < c_i has the
    one cost ρ at which ∂U/∂ε_i = 0; whoever sells nothing has at least that cost, whoever sells c_i at most. A cap of 0
    reveals nothing. Of the contest ρ = B(Z − ε_i)/Z² with Z = Σ ε. The intervals are those costs, met over the rounds.

    Parameters
    ----------
    reward_pool
        B ≥ 0 of each round, in money.
    epsilon
        For each round the budgets of all clients, in one order.
    epsilon_cap
        c_i ≥ 0 for each client (or, for each round, of all clients), or None.
    client
        The clients' names, for messages.
    observed
        All that, as `read_observations` reads it from a table.
    noise
        How observed budgets differ from the true ones; None if they are exact.
    confidence
        With what probability all intervals are to hold at once under random noise.
    game
        The class that declares the clients' utility.

    Raises
    ------
    InputError
        When a number breaks its rule.
    UnsupportedModel
        When the utility is not shown to reveal costs.

    Examples
    --------
    >>> found = infer(reward_pool=["39/4"], epsilon=[["117/10", "39/5", 0, 0, 0]])
    >>> print(*found.lower, found.upper[2:])
    1/5 3/10 1/2 1/2 1/2 (None, None, None)
    >>> print(infer(reward_pool=[1, 2], epsilon=[["1/4", "1/4"], [1, "1/2"]]).contradiction)
    client 0: round 1 says that the cost is at least 1, round 2 that it is at most 4/9 (≈ 0.444444)
    """
    if noise is not None and not isinstance(noise, Noise):
        raise InputError("noise", noise, "is no model of noise", 'such as LognormalNoise("0.02")')
    rounds = observed
    if rounds is None:
        rounds = observations(reward_pool, epsilon, epsilon_cap, client, signed=noise is not None)
    level = Fraction(1) if noise is None or noise.certain else _confidence(confidence)
    revealed = Revealed(_anybody(game, rounds.epsilon.shape[1]))
    revealed.refuse_irregular()
    bounds = [CostBound(Fraction(0), None)] * rounds.epsilon.shape[1]
    contradictions = []
    for k, seen in enumerate(seen_rounds(rounds, noise, level)):
        wrong = no_equilibrium(seen, k, rounds)
        if wrong is not None:
            contradictions.append(wrong)
            continue
        said = bounds_of(revealed, seen, exact=noise is None)
        bounds = [_met(bound, interval, k) for bound, interval in zip(bounds, said, strict=True)]
    contradictions += [_disjoint(rounds, i, bound) for i, bound in enumerate(bounds) if _is_empty(bound)]
    return Inference(rounds, tuple(bounds), tuple(contradictions), noise, level)


def _anybody(game: type[Game], count: int) -> Game:
    """Return a game of so many people, whose utility is read and whose own numbers are not used."""
    made = game(**{**game.example, "client": None, str(game.private_data): [1] * count})
    assert isinstance(made, Game)
    return made


def _met(bound: CostBound, interval: tuple[Fraction, Fraction | None], k: int) -> CostBound:
    """Return a bound met with what another round says."""
    lower, upper = interval
    low, low_round = (lower, k) if lower > bound.lower else (bound.lower, bound.lower_round)
    narrower = upper is not None and (bound.upper is None or upper < bound.upper)
    high, high_round = (upper, k) if narrower else (bound.upper, bound.upper_round)
    return CostBound(low, high, low_round, high_round)


def _is_empty(bound: CostBound) -> bool:
    """Whether no positive cost is left."""
    return bound.upper is not None and (bound.lower > bound.upper or bound.upper <= 0)


def _disjoint(observed: Observations, index: int, bound: CostBound) -> Contradiction:
    """Say which two rounds (or which one) leave a client no cost."""
    rounds = tuple(dict.fromkeys(k for k in (bound.lower_round, bound.upper_round) if k is not None))
    least, most = shown(bound.lower), shown(bound.upper)
    if len(rounds) == 1:
        name = observed.round[rounds[0]]
        text = f"round {name} says that the cost is at least {least} and at most {most}"
    else:
        first, second = (observed.round[k] for k in rounds)
        text = f"round {first} says that the cost is at least {least}, round {second} that it is at most {most}"
    return Contradiction(index, tuple(sorted(rounds)), f"{observed.person(index)}: {text}")


def _confidence(value: Any) -> Fraction:
    level = exact(read_number("confidence", value, Rule("a probability", above=0)))
    if not level < 1:
        raise InputError("confidence", value, "must be below 1 where noise is random", "0.95 is usual")
    return level


def costs_of(inference: Inference, at_most: Any = None) -> tuple[Sequence[Fraction], Sequence[Fraction]]:
    """Return the least and the largest cost of each client, for a game that is to be solved with them.

    Parameters
    ----------
    inference
        What was inferred.
    at_most
        The largest cost of whoever has sold nothing; None where nobody needs it.

    Raises
    ------
    InputError
        When no cost is left, or nothing bounds one and `at_most` does not.
    """
    if inference.contradiction is not None:
        raise InputError("observations", "inconsistent", str(inference.contradiction), "take one of the rounds out")
    most = None if at_most is None else exact(read_number("cost_at_most", at_most, Rule("a privacy cost", above=0)))
    least = [bound.lower for bound in inference.bounds]
    if 0 in least:
        index = least.index(Fraction(0))
        rule = "nothing bounds this cost from below but that it is positive"
        raise InputError("observations", inference.observed.person(index), rule, "observe a round below the cap")
    largest = [bound.upper if bound.upper is not None else most for bound in inference.bounds]
    for index, (low, high) in enumerate(zip(least, largest, strict=True)):
        person = inference.observed.person(index)
        if high is None:
            remedy = "say what it is at most, by cost_at_most (--cost-at-most)"
            raise InputError("observations", person, "nothing bounds this cost from above", remedy)
        if low > high:
            raise InputError("cost_at_most", at_most, f"{person} costs at least {shown(low)}", "raise it")
    return least, [high for high in largest if high is not None]
