"""What is declared of a play in rounds: by which rules everybody moves, and what happens where a rule says nothing.

Source: Zhou 2023, sections 3.1 and 4.4, where server and clients learn each other's preferences in several rounds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data import Number, Vector
from ..declaration import choice, scalar, vector
from ..errors import InputError
from ..language import Declaration

RULES = ("simultaneous", "one-at-a-time", "damped", "no-regret", "fictitious", "equilibrium")


class Rounds(Declaration):
    """A play in rounds.

    In every round the leader announces its decision, then the population moves; everybody has seen the sum of the
    last round's decisions, its own decision, and what the leader announced, and nothing else.

    Parameters
    ----------
    rounds
        How many; the first is the start.
    rule
        How the population moves: "simultaneous" best replies to the last round; "one-at-a-time", each to what the
        others have moved to; "damped", a part of the way to the best reply; "fictitious", the best reply to what the
        others did in the mean; "no-regret", a step along the own marginal utility that shrinks with what was seen;
        "equilibrium", everybody at once where nobody gains by another decision.
    damping
        The part of the way that a damped reply goes, above 0 and at most 1; by default 2/n, for n who sell at first.
    server
        "fixed", or "learning": it takes every round for an equilibrium, reads off it what money buys, and moves.
    reward_pool
        The leader's first decision; by default the best.
    start
        Everybody's decision in round 1; by default 1.04 times the equilibrium.
    alone
        What somebody does whom nobody else's decision faces, where there is no best reply: "keep" its last positive
        one, go to the "floor", or "leave" for good.
    floor
        That least decision.
    pretended, pretending
        The private data (costs) as which everybody plays in the first rounds, and in how many (1 by default).
    reported
        What each of the people reports for a unit that it sells: 1 for the truth. The mechanism, the leader and the
        others see, and pay, what is reported; what it costs, and what is learned with it, is what is sold.
    stays
        For how many rounds each of the people stays; all by default.
    drift
        The standard deviation of the logarithm of private data from round to round, a random walk by `seed`.
    misread
        The relative error with which a learning server reads the sum of decisions.
    seed
        Of the drift.

    Examples
    --------
    >>> Rounds(rounds=10, rule="damped", damping="0.5").damping
    Fraction(1, 2)
    >>> Rounds(rounds=10, rule="damped", damping=2)
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: damping = 2: a damped reply goes at most the whole way; must be at most 1
    """

    rounds: Number = scalar("the number of rounds", above=0, whole=True, default=100)
    rule: str = choice(*RULES, default="simultaneous")
    damping: Number = scalar("the part of the way that a reply goes", above=0, default=None)
    server: str = choice("fixed", "learning", default="fixed")
    reward_pool: Number = scalar("the first round's pool", at_least=0, default=None)
    start: Vector = vector("a decision in round 1", at_least=0, per="player", default=None)
    alone: str = choice("keep", "floor", "leave", default="keep")
    floor: Number = scalar("the least decision", above=0, default=None)
    pretended: Vector = vector("a pretended cost", above=0, per="player", default=None)
    pretending: Number = scalar("the number of rounds of pretending", above=0, whole=True, default=None)
    reported: Vector = vector("what is reported for a unit sold", above=0, per="player", default=None)
    stays: Vector = vector("the number of rounds somebody stays", at_least=0, whole=True, per="player", default=None)
    drift: Number = scalar("how far costs drift in a round", at_least=0, default=0)
    misread: Number = scalar("the error of reading a sum", above=-1, default=0)
    seed: Any = scalar("the seed", at_least=0, whole=True, default=0)

    def check(self) -> None:
        """Refuse what a rule has no use for, and what it cannot do without."""
        if self.damping is not None and self.damping > 1:
            raise InputError("damping", self.damping, "a damped reply goes at most the whole way; must be at most 1")
        if self.alone == "floor" and self.floor is None:
            raise InputError("floor", None, "is needed: where a reply goes that faces nobody", 'or alone = "keep"')
        useful = {
            "damping": (self.rule == "damped", 'rule = "damped"'),
            "floor": (self.alone == "floor", 'alone = "floor"'),
            "pretending": (self.pretended is not None, "pretended costs"),
            "misread": (self.server == "learning", 'server = "learning"'),
            "start": (self.rule != "equilibrium", "replies: by equilibrium all are there in every round"),
            "stays": (self.rule != "equilibrium", "replies: by equilibrium all are there in every round"),
        }
        for name, (used, by) in useful.items():
            value = getattr(self, name)
            if not used and value is not None and np.any(value):
                raise InputError(name, value, f"is for a play with {by}", "drop it")

    @property
    def memoryless(self) -> bool:
        """Whether a round follows from the one before it alone, so that a round that moves nobody is the last."""
        steady = self.rule not in ("fictitious", "no-regret") and not self.drift
        return steady and self.pretended is None and self.stays is None
