"""What section 7.4 of Zhou 2023 compares: clients' utilities, the server's and budgets, all for one and the same pool.

Figure 13 draws clients' mean utility, 14 and 15 the server's, 16 the budgets. The source fixes no pool for what it
compares with, and does not map the parameters of other mechanisms: each claim says how it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ...kernel.sentence import Sentence, above, at_least, below, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Evidence, Step
from .terms import COUNT, POOL, REVENUE, SAME_COST, equal_budget, equal_utility, server

EQUAL: Mapping[str, Formula] = {**POOL, **SAME_COST, **COUNT}


def mean_served(a: Algebra, mean: Any, reward_pool: Any, alpha: Any, beta: Any) -> Any:
    """The server's utility where the clients sell a mean budget for a pool."""
    return server(a, mean, a.number(1), reward_pool, alpha, beta)


@dataclass(frozen=True)
class Comparison:
    """The mean budgets that the contest and another mechanism buy for the same pool, and an instance that tells.

    Parameters
    ----------
    name, words
        How ids end, and what the claim says: "… than …".
    source, attribution
        Of the claim that the contest has more.
    given
        What holds of the roles.
    contest, other
        The mean budgets.
    pool
        The reward pool; the role itself, unless it is computed.
    start
        The instance, as text.
    beside
        What the refutation rests on beside its instance.
    served
        The server's utility by the other mechanism, and what it rests on, unless it is that of its mean budget.
    right
        What is right, and the claim that proves it, where the claim is an error of the source.
    contest_is_more
        Whether the claim is that the contest has more, which figures 14 to 16 show, or that it has less.
    """

    name: str
    words: str
    source: str
    attribution: Attribution
    given: Mapping[str, Formula]
    contest: Formula
    other: Formula
    start: Mapping[str, str]
    pool: Formula = lambda a, reward_pool: reward_pool
    beside: tuple[Evidence, ...] = ()
    assumes: tuple[str, ...] = ()
    contest_is_more: bool = True
    right: tuple[str, str] | None = None
    served: tuple[Formula, Evidence] | None = None

    @property
    def said(self) -> str:
        """How the claim compares."""
        return "above" if self.contest_is_more else "below"

    def budgets(self) -> Claim:
        """Return the claim about budgets, refuted by the instance."""
        return self._claim(
            f"stackelberg/fig-16-budget-{self.said}-{self.name}",
            f"For the same pool the clients sell {'more' if self.contest_is_more else 'less'} in the mean than "
            f"{self.words}.",
            "figure 16",
            self.given,
            self.contest,
            self.other,
            {},
        )

    def server(self, figure: int, role: str) -> Claim:
        """Return the claim about the server's utility, refuted by the instance with the source's α = β = 10."""
        other = substitute(mean_served, mean=self.other, reward_pool=self.pool)
        served, *beside = (other,) if self.served is None else self.served
        claim = self._claim(
            f"stackelberg/fig-{figure}-server-{self.said}-{self.name}",
            f"Whatever {role} is, for the same pool the server has {'more' if self.contest_is_more else 'less'} than "
            f"{self.words}.",
            f"figure {figure}",
            {**self.given, **REVENUE},
            substitute(mean_served, mean=self.contest, reward_pool=self.pool),
            served,
            {"alpha": "10", "beta": "10"},
            *beside,
        )
        if claim.attribution != Attribution.PRINTED:
            return claim
        source = f"{claim.source}, if for the same pool; the source does not say"
        return replace(claim, source=source, attribution=Attribution.READING)

    def claims(self) -> tuple[Claim, ...]:
        """Return the claims about figures 14, 15 and 16."""
        return self.server(14, "α"), self.server(15, "β"), self.budgets()

    def _claim(
        self,
        name: str,
        words: str,
        figure: str,
        given: Mapping[str, Formula],
        contest: Formula,
        other: Formula,
        more: Mapping[str, str],
        *beside: Evidence,
    ) -> Claim:
        compare = above if self.contest_is_more else below
        return Claim(
            name,
            words,
            f"Zhou 2023, {figure}{self.source}",
            ClaimVerdict.REFUTED,
            (
                Counterexample(
                    given,
                    substitute(lambda a, contest, other: compare(contest, other), contest=contest, other=other),
                    costs={"of the contest": contest, f"of the other{', at least' if beside else ''}": other},
                    start={**self.start, **more},
                    kept=True,
                ),
                *self.beside,
                *beside,
            ),
            attribution=self.attribution,
            assumes=self.assumes,
            erratum=None if self.right is None else Erratum(f"{figure}: {words[0].lower()}{words[1:-1]}", *self.right),
        )


def left_over(a: Algebra, sold: Any, same_cost: Any, client_count: Any, reward_pool: Any) -> Any:
    """What a client has in the mean where the whole pool is paid: B/N − ρε."""
    return reward_pool / client_count - same_cost * sold


SOLD: Mapping[str, Formula] = {"ε ≥ 0": lambda a, sold: at_least(sold, 0)}
EXCLUDE = Claim(
    "stackelberg/fig-13-and-16-exclude-each-other",
    "At equal costs, for the same pool, all of it paid out: if the clients sell more in the contest than by another "
    "mechanism, as in figure 16, they have less of it, against figure 13; and the other way round.",
    "Zhou 2023, figures 13 and 16, both drawn at equal costs",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **EQUAL,
                    **SOLD,
                    "they sell more in the contest": substitute(
                        lambda a, contest, sold: above(contest, sold), contest=equal_budget
                    ),
                },
                substitute(lambda a, contest, other: below(contest, other), contest=equal_utility, other=left_over),
                degree=4,
            ),
            "who sells more has less",
        ),
        Step(
            Sentence(
                {
                    **EQUAL,
                    **SOLD,
                    "they have more in the contest": substitute(
                        lambda a, contest, other: above(contest, other), contest=equal_utility, other=left_over
                    ),
                },
                substitute(lambda a, contest, sold: below(contest, sold), contest=equal_budget),
                degree=4,
            ),
            "who has more sells less",
        ),
    ),
    variant=Counterexample(
        {**EQUAL, **SOLD},
        substitute(lambda a, contest, other: below(contest, other), contest=equal_utility, other=left_over),
    ),
)
SAME_POOL = (EXCLUDE,)
