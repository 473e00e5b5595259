"""Individual rationality and budget balance: properties of what people are paid, as it was stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import read, roles_of
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Constraint
from ...solvers.formatting import shown
from ...solvers.readings.derivative import Derivative
from ...solvers.readings.rationals import Irrational
from .profile import ROUNDING, Profile
from .results import Item, Verdict
from .within import Within, all_within, amounts_to, between, undecided


def individual_rationality(profile: Profile) -> Item:
    """Judge whether everybody is at least as well off as by deciding on nothing.

    Where the game says which outcome is the payment, a utility is the *stated* payment less what the decision costs;
    this cost is the declared payment less the declared utility.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2, client=["Ann", "Bob"])
    >>> short = mp.candidate(game, reward_pool=1, epsilon=["1/4", "1/4"], payment=["1/2", "0.2"])
    >>> item = individual_rationality(profile_of(short))
    >>> print(item.verdict, item.witness["client"], item.witness["shortfall"])
    violated Bob 1/20
    """
    try:
        return _rationality(profile)
    except (Irrational, ZeroDivisionError):
        return _rationality(profile.in_floats())


def _rationality(profile: Profile) -> Item:
    reading, roles = profile.reading, profile.reading.roles(profile.decisions)
    name = profile.game.payment_outcome
    with np.errstate(all="ignore"):
        utility = reading.utility(profile.own, profile.others, profile.decided)
        outside = (
            utility * 0 if _reports(profile) else reading.utility(profile.own * 0, profile.others, profile.decided)
        )
        if name is None:
            paid, cost = utility, utility * 0
        else:
            by_declaration = read(profile.game.outcomes()[name], reading.algebra, roles)
            paid, cost = profile.stated.get(name, by_declaration), by_declaration - utility
        gain = paid - cost - outside
    finite = np.asarray(gain - gain == 0, dtype=bool)  # among fractions too: a formula may bring in a NaN
    if not np.all(finite):
        index = int(np.argmin(finite))
        text = f"the utility of {profile.person(index)}, or of its staying out, is not defined"
        return Item("individual-rationality", Verdict.INCONCLUSIVE, text, profile.arithmetic)
    short = np.asarray(gain < (0 if profile.exact else -profile.slack * np.maximum(abs(cost), abs(paid))), dtype=bool)
    count, index = int(np.count_nonzero(short)), int(np.argmin(gain))
    if count:
        index = int(np.argmin(np.where(short, gain, gain.max())))
        terms = [abs(term)[short] for term in (paid, cost, outside, utility)]
        within = _largest(profile, -gain[short], np.max(terms, axis=0))
        return replace(_worse_off(profile, index, count, paid[index], cost[index], outside[index]), within=within)
    inside = np.flatnonzero(np.asarray((profile.own > 0) | _reports(profile), dtype=bool))
    who = "every one" if len(gain) > 2 else "each"
    text = f"{who} of the {len(gain):,} {profile.role}s is at least as well off as by staying out"
    if len(inside) == 0:
        return Item("individual-rationality", Verdict.HOLDS, f"{text}: nobody takes part", profile.arithmetic)
    least = int(inside[np.argmin(gain[inside])])
    who = "of them" if _reports(profile) else "of those who take part"
    text += f"; {who} {profile.person(least)} gains least, {shown(gain[least])}"
    if not profile.exact:
        text += f" (in doubles, to {profile.slack:.1g} of what each is paid)"
    witness = {profile.role: profile.name(least), "least_gain": gain[least]}
    return Item("individual-rationality", Verdict.HOLDS, text, profile.arithmetic, witness)


def _reports(profile: Profile) -> bool:
    """Whether people decide on what they report, and have nothing by staying out."""
    return bool(profile.reading.population.decision.reports)


def _worse_off(profile: Profile, index: int, count: int, paid: Any, cost: Any, outside: Any) -> Item:
    utility, rest = paid - cost, f"; so are {count - 1:,} more" if count > 1 else ""
    sums = f"{shown(paid)} − {shown(cost)} = {shown(utility)}"
    if profile.game.payment_outcome is None:
        text = f"{profile.person(index)} gets a utility of {shown(utility)}, and {shown(outside)} by staying out{rest}"
    else:
        text = (
            f"{profile.person(index)} is paid less than its {profile.decision} costs it: {sums}, "
            f"{shown(outside - utility)} less than by staying out{rest}"
        )
    witness = {
        profile.role: profile.name(index),
        profile.decision: profile.own[index],
        "payment": paid,
        "cost": cost,
        "utility": utility,
        "staying_out": outside,
        "shortfall": outside - utility,
        "how_many": count,
    }
    return Item("individual-rationality", Verdict.VIOLATED, text, profile.arithmetic, witness)


def _largest(profile: Profile, losses: Any, terms: Any) -> Within:
    """Return what is known of the largest of some losses, each of which was rounded by its own terms."""
    room = 0 if profile.exact else ROUNDING * terms
    return between(Fraction(max(losses - room)), Fraction(max(losses + room)))


def _room(profile: Profile, scale: Any) -> Any:
    """Return by how much rounding may have moved a sum of amounts of this size."""
    return 0 if profile.exact else ROUNDING * float(scale)


def budget_balance(profile: Profile) -> Item:
    """Judge the game's declared constraints, with the outcomes as they were stated.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> over = mp.candidate(game, reward_pool=1, epsilon=["1/4", "1/4"], payment=["0.5", "0.51"])
    >>> print(budget_balance(profile_of(over)).text)
    budget balance is broken by 1/100 (≈ 0.0100000): sum of payment 101/100 (≈ 1.01000), reward pool 1
    """
    if not profile.game.constraints():
        text = f"{type(profile.game).__name__} declares no constraint; Game.constraints would give one"
        return Item("budget-balance", Verdict.NOT_APPLICABLE, text, profile.arithmetic)
    try:
        return _balance(profile)
    except (Irrational, ZeroDivisionError):
        return _balance(profile.in_floats())


def _balance(profile: Profile) -> Item:
    with np.errstate(all="ignore"):
        slacks = profile.reading.constraints(profile.decisions, profile.stated)
    known = {
        **profile.reading.data,
        **profile.reading.outcomes(profile.decisions),
        **profile.decisions,
        **profile.stated,
    }
    judged: list[Item] = []
    for constraint in profile.game.constraints():
        item = _kept(profile, constraint, np.atleast_1d(slacks[constraint.name]), known)
        judged.insert(0 if item.verdict == Verdict.VIOLATED else len(judged), item)
    worst = min(judged, key=lambda item: (Verdict.VIOLATED, Verdict.INCONCLUSIVE, Verdict.HOLDS).index(item.verdict))
    witness = {name: value for item in reversed(judged) for name, value in (item.witness or {}).items()}
    text = "; ".join(item.text for item in judged)
    # what is not defined is not forgiven with what is broken
    broken = [
        undecided if item.verdict == Verdict.INCONCLUSIVE else item.within
        for item in judged
        if item.verdict != Verdict.HOLDS
    ]
    return Item("budget-balance", worst.verdict, text, profile.arithmetic, witness or None, within=all_within(broken))


def _kept(profile: Profile, item: Constraint, slack: Any, known: Mapping[str, Any]) -> Item:
    """Judge one constraint."""
    left = min((-abs(slack)).tolist() if item.equality else slack.tolist())
    read_by = {name: known[name] for name in roles_of(item.slack) if name in known}
    sums = {
        f"sum_of_{name}" if np.ndim(value) else name: profile.reading.algebra.sum(value) if np.ndim(value) else value
        for name, value in read_by.items()
    }
    scale = max((abs(float(value)) for value in sums.values()), default=0.0)
    room = 0 if profile.exact else profile.slack * scale
    verdict, witness, within = Verdict.HOLDS, None, None
    said = f"holds, {shown(left if left > room else 0)} is left"
    if not np.all(slack - slack == 0):
        verdict, said = Verdict.INCONCLUSIVE, "is not defined here"
    elif left < -room:
        verdict, said = Verdict.VIOLATED, f"is broken by {shown(-left)}"
        witness = {"constraint": item.name, "excess": -left, **sums}
        within = amounts_to(-left, _room(profile, scale)) if _is_money(profile, item, known) else None
    facts = ", ".join(f"{name.replace('_', ' ')} {shown(value)}" for name, value in sums.items())
    text = f"{item.name.replace('_', ' ')} {said}: {facts}"
    return Item("budget-balance", verdict, text, profile.arithmetic, witness, within=within)


def _is_money(profile: Profile, constraint: Constraint, known: Mapping[str, Any]) -> bool:
    """Whether a slack is an amount of money: every payment in it counts for at least as much.

    A share of a pool is none, nor is money in thousands, though both are made of money.
    """
    game, roles = profile.game, roles_of(constraint.slack)
    rules = {item.name: item.metadata.get("rule") for item in fields(game)}
    stated = [name for name, rule in rules.items() if rule is not None and rule.unit == "money" and name in roles]
    decided = {player.decision.name for player in game.players() if player.decision.unit == "money"}
    paid = [name for name in (*decided, game.payment_outcome) if name in roles]
    with np.errstate(all="ignore"):
        try:
            counts = [_counts(profile, constraint, known, name) >= 1 for name in paid or stated]
        except (TypeError, UnsupportedModel):  # it has no slope here
            return False
    return all(counts) if paid else any(counts)


def _counts(profile: Profile, constraint: Constraint, known: Mapping[str, Any], name: str) -> Any:
    """Return by how much a slack moves with an amount of money; of a vector, with its first entry."""
    dual, value = Derivative(profile.reading.algebra), known[name]
    speed: Any = 1
    if np.ndim(value):
        speed = np.zeros_like(value)
        speed[0] = 1
    roles = {**profile.reading.roles(profile.decisions), **known, name: dual.moving(value, speed)}
    return np.max(abs(np.asarray(dual.slope(read(constraint.slack, dual, roles)))))
