"""What section 7.4 of Zhou 2023 compares: clients' utilities, the server's and budgets, all for one and the same pool.

Figure 13 draws clients' mean utility, 14 and 15 the server's, 16 the budgets. The source fixes no pool for what it
compares with, and does not map the parameters of other mechanisms: each claim says how it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ....formulations.algebra import Formula
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Evidence, Step
from .vocabulary import COUNT, POOL, REVENUE, SAME_COST, equal_budget, equal_utility, ratio_of_two, server, utility

reward_pool, client_count, same_cost, one, two = roles("reward_pool client_count same_cost one two")
mean, sold = roles("mean sold")
EQUAL = {**POOL, **SAME_COST, **COUNT}

mean_served = server.at(total=mean, client_count=1)
"""The server's utility where the clients sell a mean budget for a pool."""
two_have = (utility.at(cost=one, ratio=ratio_of_two) + utility.at(cost=two, ratio=ratio_of_two)) / 2
"""The mean utility of two clients in the contest."""
two_sell = reward_pool * ratio_of_two / 2
"""The mean budget of two clients in the contest."""


def compared(contest: Term, other: Term, more: bool) -> Term:
    """Return the statement that the contest has more, or less, than another mechanism."""
    return contest > other if more else contest < other


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
    contest: Term
    other: Term
    start: Mapping[str, str]
    pool: Term = reward_pool
    beside: tuple[Evidence, ...] = ()
    assumes: tuple[str, ...] = ()
    contest_is_more: bool = True
    right: tuple[str, str] | None = None
    served: tuple[Term, Evidence] | None = None

    @property
    def amount(self) -> str:
        """What the claim says of the contest."""
        return "more" if self.contest_is_more else "less"

    def budgets(self) -> Claim:
        """Return the claim about budgets, refuted by the instance."""
        words = f"For the same pool the clients sell {self.amount} in the mean than {self.words}."
        return self._claim(16, "budget", words, self.contest, self.other)

    def server(self, figure: int, role: str) -> Claim:
        """Return the claim about the server's utility, refuted by the instance with the source's α = β = 10."""
        served = mean_served.at(reward_pool=self.pool)
        other, *beside = self.served or (served.at(mean=self.other),)
        priced = replace(self, given={**self.given, **REVENUE}, start={**self.start, "alpha": "10", "beta": "10"})
        words = f"Whatever {role} is, for the same pool the server has {self.amount} than {self.words}."
        claim = priced._claim(figure, "server", words, served.at(mean=self.contest), other, *beside)
        if claim.attribution != Attribution.PRINTED:
            return claim
        source = f"{claim.source}, if for the same pool; the source does not say"
        return replace(claim, source=source, attribution=Attribution.READING)

    def claims(self) -> tuple[Claim, ...]:
        """Return the claims about figures 14, 15 and 16."""
        return self.server(14, "α"), self.server(15, "β"), self.budgets()

    def _claim(self, figure: int, of: str, words: str, contest: Term, other: Term, *beside: Evidence) -> Claim:
        return Claim(
            f"stackelberg/fig-{figure}-{of}-{'above' if self.contest_is_more else 'below'}-{self.name}",
            words,
            f"Zhou 2023, figure {figure}{self.source}",
            ClaimVerdict.REFUTED,
            (
                Counterexample(
                    self.given,
                    compared(contest, other, self.contest_is_more),
                    costs={"of the contest": contest, f"of the other{', at least' if beside else ''}": other},
                    start=self.start,
                    kept=True,
                ),
                *self.beside,
                *beside,
            ),
            attribution=self.attribution,
            assumes=self.assumes,
            erratum=self.right and Erratum(f"figure {figure}: {words[0].lower()}{words[1:-1]}", *self.right),
        )


left_over = reward_pool / client_count - same_cost * sold
"""What a client has in the mean where the whole pool is paid: B/N − ρε."""
SOLD = {**EQUAL, "ε ≥ 0": sold >= 0}
EXCLUDE = Claim(
    "stackelberg/fig-13-and-16-exclude-each-other",
    "At equal costs, for the same pool, all of it paid out: if the clients sell more in the contest than by another "
    "mechanism, as in figure 16, they have less of it, against figure 13; and the other way round.",
    "Zhou 2023, figures 13 and 16, both drawn at equal costs",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**SOLD, "they sell more in the contest": equal_budget > sold}, equal_utility < left_over, degree=4
            ),
            "who sells more has less",
        ),
        Step(
            Sentence(
                {**SOLD, "they have more in the contest": equal_utility > left_over}, equal_budget < sold, degree=4
            ),
            "who has more sells less",
        ),
    ),
    variant=Counterexample(SOLD, equal_utility < left_over),
)
SAME_POOL = (EXCLUDE,)
