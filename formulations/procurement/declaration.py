"""Truthful purchase: a server buys privacy from clients who alone know what it costs them, and who may lie.

Sources: Vickrey 1961, Clarke 1971 and Groves 1973 for VCG; Myerson 1981 for the rule with a prior.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Number, Vector, as_floats
from ..declaration import choice, labels, part, scalar, vector
from ..errors import InputError
from ..language import Constraint, Decision, Form, Model
from ..revenue_curve import Revenue, settled_revenue
from .forms import pivots_form
from .formulas import client_utility, server_utility, total_budget
from .priors import Prior, TypesPrior


class PrivacyProcurement(Model):
    """A server asks clients for their costs, decides by them who sells how much, and pays so that the truth is best.

    Client i reports c_i and sells ε_i in [0, e_i]. What is sold is worth V(Σ ε) = f(Σ ε/N), f the revenue of the mean
    budget, by default β ln(1 + αΣε/N), and N the declared number of clients, also where one of them is left out:

        "vcg"        max V(Σ ε) − Σ c_i ε_i,       p_i = c_i ε_i + W(N) − W(N∖i)
        "myerson"    max V(Σ ε) − Σ ψ(c_i) ε_i,    p_i = c_i ε_i + ∫ ε_i(z, c_−i) dz from c_i to the end of the support

    where W(S) is the largest V(Σ ε) − Σ c_i ε_i that the clients of S allow and ψ the prior's ironed virtual cost. Both
    are truthful in dominant strategies, nobody loses, and the server has no deficit. VCG is efficient and needs no
    prior; Myerson is the server's best on average. Among equal ψ who is declared first sells first, whatever it costs.

    Parameters
    ----------
    cost
        c_i > 0, money per unit of ε, one for each client, as reported.
    epsilon_cap
        e_i ≥ 0, the most privacy each client may sell, known to all.
    alpha, beta
        Parameters of the logarithmic revenue; give these or `value`.
    value
        Any concave `Revenue` f of the mean budget with f(0) = 0.
    rule
        "vcg" or "myerson".
    prior
        Of what distribution costs are independent draws: a `TypesPrior`, `LognormalPrior` or `UniformPrior`; Myerson's
        rule needs it.
    client
        The clients' names, used in every message.

    Raises
    ------
    InputError
        When a number breaks its rule; the message names the field, the index and the client.

    Examples
    --------
    >>> import mechproof as mp
    >>> s = mp.solve(mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> s.values["epsilon"].tolist(), s.values["payment"].round(9).tolist(), s.certificate.valid
    ([1.0, 0.0], [2.0, 0.0], True)
    """

    cost: Vector = vector("a privacy cost", above=0, per="client", unit="money/ε", symbol="c")
    epsilon_cap: Vector = vector("a privacy cap", at_least=0, per="client", unit="ε", symbol="e")
    alpha: Number = scalar("the revenue's sensitivity", above=0, default=None, symbol=r"\alpha")
    beta: Number = scalar("the revenue's scale", above=0, default=None, unit="money", symbol=r"\beta")
    value: Any = part(Revenue, default=None)
    rule: str = choice("vcg", "myerson", default="vcg")
    prior: Any = part(Prior, default=None)
    client: Any = labels("client", default=None)

    default_backend = "cheapest-first"
    properties = (
        *("individual-rationality", "truthfulness", "budget-balance", "efficiency"),
        *("second-account", "merged-bidders", "idle-account"),
    )
    promises: ClassVar[tuple[str, ...]] = ("individual-rationality", "truthfulness", "budget-balance")
    example: ClassVar[Mapping[str, Any]] = {
        "client": ["Ann", "Bob", "Cat", "Dan"],
        "cost": [0.2, 0.3, 0.5, 2],
        "epsilon_cap": [3, 3, 3, 3],
        "alpha": 10,
        "beta": 10,
    }

    def check(self) -> None:
        """Refuse nobody, two revenues or none, Myerson's rule without a prior, and costs that the prior excludes."""
        if len(self.cost) == 0:
            raise InputError("cost", "no clients", "a procurement needs at least one client")
        self._set("value", settled_revenue("value", self.value, self.alpha, self.beta))
        if self.rule == "vcg":
            self._set("promises", (*type(self).promises, "efficiency"))  # which Myerson's rule gives up
        elif self.prior is None:
            raise InputError("prior", None, "is needed by Myerson's rule", "give one, or take rule='vcg'")
        if self.prior is None:
            return
        if not isinstance(self.prior, Prior):
            raise InputError("prior", self.prior, "must be a prior", "such as LognormalPrior(mu=0, sigma='0.5')")
        if self.rule == "myerson":
            self.prior.refuse(self.cost, lambda at: f"cost[{at}] ({self.owner_of(at)})")

    @property
    def about(self) -> str:
        """What one entry belongs to."""
        return "client"

    @property
    def by_types(self) -> bool:
        """Whether reports are of finitely many types."""
        return self.rule == "myerson" and isinstance(self.prior, TypesPrior)

    def charge(self, a: Algebra) -> Any:
        """Return what a unit of each client's ε is charged with: its cost, or its ironed virtual cost."""
        if self.rule == "vcg":
            return a.vector(self.cost)
        return self.prior.charge(a, self.cost if self.by_types else a.vector(self.cost))

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the declared data, and how many clients there are."""
        return {**super().read_in(algebra), "client_count": algebra.number(Fraction(len(self.cost)))}

    @cached_property
    def _largest_payment(self) -> Fraction:
        """What everything together is worth, a little more: nobody is ever paid as much."""
        everything = float(np.sum(as_floats(self.epsilon_cap))) / len(self.cost)
        most = float(self.value.value(_Words(), everything))
        return Fraction(1.000001 * most)

    def decisions(self) -> tuple[Decision, ...]:
        """Return what each client sells and is paid."""
        size = len(self.cost)
        return (
            Decision("epsilon", np.zeros(size), self.epsilon_cap, symbol=r"\varepsilon", unit="ε"),
            Decision("payment", np.zeros(size), np.full(size, float(self._largest_payment)), symbol="p", unit="money"),
        )

    def outcomes(self) -> Mapping[str, Formula]:
        """Return what the clients and the server keep, and what is sold in all."""
        return {"client_utility": client_utility, "server_utility": server_utility, "total_epsilon": total_budget}

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that nobody loses, and that the server does not."""
        return (
            Constraint("individual_rationality", client_utility),
            Constraint("no_deficit", server_utility),
        )

    def forms(self) -> tuple[Form, ...]:
        """Return VCG's definition as one convex program: the best for all, and the best without each."""
        return pivots_form(self.cost, self.epsilon_cap, self.value) if self.rule == "vcg" else ()


class _Words:
    """The words that a value is written in, as NumPy has them."""

    number = staticmethod(float)
    at_least = staticmethod(np.greater_equal)

    def __getattr__(self, word: str) -> Any:
        return getattr(np, word)
