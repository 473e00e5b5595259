"""What can be played in rounds, and what is refused: by whom it is asked, and with what remedy."""

from __future__ import annotations

from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Declaration, Game
from ...formulations.rounds.declaration import Rounds
from ..readings.game import leader_of, population_of
from .replies import REPLIES


def checked(game: Declaration, declared: Rounds, arithmetic: str) -> Game:
    """Return the game, or refuse what cannot be played."""
    if not isinstance(game, Game):
        raise UnsupportedModel(
            f"{type(game).__name__} is no game; play takes games of one population, such as StackelbergPricing"
        )
    population = population_of(game)
    for name in ("start", "pretended", "reported", "stays"):
        given = getattr(declared, name)
        if given is not None and len(given) != population.count:
            raise InputError(name, f"{len(given)} numbers", f"must have one for each {game.about}, {population.count}")
    if population.decision.discrete:
        raise UnsupportedModel(
            f"plays decisions that are any numbers between bounds, and {population.decision.name} takes whole numbers, "
            "or the values of a set, only; solve finds where its best replies settle"
        )
    if arithmetic == "exact":
        _refuse_inexact(game, declared)
    _refuse_lacking(game, declared)
    return game


def _refuse_inexact(game: Game, declared: Rounds) -> None:
    """Refuse an exact play of what moves by no formula."""
    rule = None
    if declared.drift:
        rule = "has no drift: costs that drift are drawn in doubles"
    elif declared.rule == "no-regret":
        rule = "is not for rule = 'no-regret', whose steps are roots of everything seen"
    elif declared.rule != "equilibrium" and REPLIES.of(type(game)) is None:
        rule = f"is for rule = 'equilibrium': the replies of {type(game).__name__} are searched for in doubles"
    elif not game.closed:
        rule = "is for linear costs: replies to others are found in doubles"
    if rule is not None:
        raise InputError("arithmetic", "exact", rule, "play in floats")


def _refuse_lacking(game: Game, declared: Rounds) -> None:
    """Refuse what is asked of a leader or of private data that a game does not have."""
    kind = type(game).__name__
    of_leader = {"reward_pool": declared.reward_pool is not None, "server": declared.server == "learning"}
    _refuse_reports(game, declared)
    of_costs = {"pretended": declared.pretended is not None, "drift": bool(declared.drift)}
    lacking = {} if leader_of(game) is not None else dict.fromkeys(of_leader, f"{kind} has no leader")
    lacking |= {} if game.private_data else dict.fromkeys(of_costs, f"{kind} names no private_data")
    for name, asked in {**of_leader, **of_costs}.items():
        if asked and name in lacking:
            raise InputError(name, getattr(declared, name), lacking[name], "drop it")


def _refuse_reports(game: Game, declared: Rounds) -> None:
    """Refuse budgets that are reported where a part of one has no cost of its own."""
    if declared.reported is not None and (REPLIES.of(type(game)) is None or not game.closed):
        kind = type(game).__name__
        rule = f"is for contests with linear costs, where a unit that is reported costs its part; not for this {kind}"
        raise InputError("reported", declared.reported, rule, "drop it")
