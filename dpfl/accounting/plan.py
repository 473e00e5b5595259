r"""A plan of noise: who adds how much, who counts how much, and what each then spends, against whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.training.weights import AggregationWeights
from ..opacus import OpacusClient, refuse_other_plans
from .account import Account, Integers, epsilon_at
from .budgets import Budgets
from .plan_rows import rows_of
from .privacy import Array
from .release import NEIGHBOURS, SEEN, Adjacency, Release, Trust, Unit
from .sampling import Sampling, draws

if TYPE_CHECKING:
    from ...solvers.solution import Certificate

BY_CURVES = 1.02
"""Noise that was found for a budget by one curve of sampled releases may spend so much of it by the other, reverse one.

Both are rounded towards privacy, so the smaller is true; what differs by more is no rounding.
"""


@dataclass(frozen=True, eq=False)
class NoisePlan:
    r"""The noise of a training and what it spends, decided before any data are seen.

    Arrays have one entry for each client, in the order of the budgets. Who has a budget of 0, no record or no release
    takes no part: its `sigma` is infinite, its `weight` 0, and it spends nothing.

    Attributes
    ----------
    budgets
        By client, as they were written.
    delta
        Of each client.
    rounds, releases
        :math:`T`, and in how many of them each client takes part, :math:`T_i \le T`.
    trust
        ``local`` or ``secure-sum``; see :data:`SEEN`.
    release
        Unit, adjacency, clip and sensitivity :math:`\Delta`.
    records
        Public counts :math:`n_i`; 1 each where the unit is the client, whose whole update is one contribution.
    sampling
        Which records a release uses.
    needed
        The multiplier that keeps each client's budget, whoever adds the noise.
    sigma
        Noise multiplier of what each client adds by itself, in units of :math:`\Delta`. Under ``secure-sum`` it is a
        share of the sum's noise, for as many as reply in every round.
    weight
        :math:`w_i \ge 0`, :math:`\sum_i n_i w_i = 1`. They are *not* to be renormalised when somebody drops out: then
        others would count more than their budgets allow.
    noise
        :math:`s`, standard deviation of every coordinate of :math:`\sum_i w_i S_i` + noise, in the gradient's unit.
    variation
        :math:`v`, what a record's own variation weighs in the weights, in units of :math:`\Delta^2`; 0 if nothing.

    Examples
    --------
    >>> import mechproof as mp
    >>> plan = mp.calibrate([1, 4, 0], delta=1e-5, rounds=30, trust="local", unit="record", adjacency="add-or-remove")
    >>> plan.sigma.round(2).tolist(), plan.weight.round(3).tolist(), plan.epsilon_server.round(6).tolist()
    ([20.43, 5.92, inf], [0.077, 0.923, 0.0], [1.0, 4.0, 0.0])
    """

    budgets: Budgets
    delta: Array
    rounds: int
    releases: Integers
    trust: Trust
    release: Release
    records: Integers
    sampling: Sampling
    needed: Array
    sigma: Array
    weight: Array
    noise: float
    variation: float = 0.0

    @property
    def clients(self) -> tuple[str, ...]:
        """Ids, in the order of the budgets."""
        return self.budgets.clients

    @property
    def unit(self) -> Unit:
        """What is protected."""
        return self.release.unit

    @property
    def adjacency(self) -> Adjacency:
        """What makes two data sets neighbours."""
        return self.release.adjacency

    @property
    def clip(self) -> float:
        """Bound C on the norm of what is clipped."""
        return self.release.clip

    @property
    def sensitivity(self) -> float:
        """Δ, how far one of what is protected moves a client's release."""
        return self.release.sensitivity

    @property
    def participates(self) -> np.typing.NDArray[np.bool_]:
        """Who takes part."""
        return np.isfinite(self.sigma)

    @property
    def account(self) -> Account:
        """What is released, client by client."""
        return Account(self.delta, self.releases, draws(self.sampling, self.records, self.adjacency))

    @cached_property
    def cover_server(self) -> Array:
        """How many times as far as one of what is protected moves what the server sees, the noise in it reaches."""
        return self.sigma if self.trust == "local" else self.cover_public

    @cached_property
    def cover_public(self) -> Array:
        r"""The same of the sums alone, :math:`s / (w_i\Delta)`, where s is what every round surely carries.

        Of ``local`` noise only that of the client and of those who take part in every round is counted; and nobody may
        tell the observer its own noise.
        """
        moved = self.weight * self.sensitivity
        if self.trust == "secure-sum":
            carried = np.full(len(moved), self.noise)
        else:
            own = moved * np.where(self.participates, self.sigma, 0.0)
            always = self.releases == self.rounds
            carried = np.sqrt(np.sum(own[always] ** 2) + np.where(always, 0.0, own**2))
        return np.asarray(np.divide(carried, moved, out=np.full(len(moved), np.inf), where=moved > 0))

    @property
    def mu_server(self) -> Array:
        """μ of all releases of each client together, against who sees what the server sees.

        Where records are sampled it is what they would spend if everybody knew who was drawn: an upper bound.
        """
        return self._mu(self.cover_server)

    @property
    def mu_public(self) -> Array:
        """The same against who sees the sums alone."""
        return self._mu(self.cover_public)

    @property
    def epsilon_server(self) -> Array:
        """ε of all releases together at each client's δ, against the server."""
        return self._server[0]

    @property
    def epsilon_public(self) -> Array:
        """The same against the public."""
        return self._public[0]

    @property
    def advantage_server(self) -> Array:
        r"""How much better than by guessing the best test tells two neighbouring data sets apart, for the server.

        True minus false positives at most, :math:`2\Phi(\mu/2) - 1` where all records are used.
        """
        return self._server[1]

    @property
    def advantage_public(self) -> Array:
        """The same for the public."""
        return self._public[1]

    @cached_property
    def _server(self) -> tuple[Array, Array]:
        return self._spent(self.cover_server)

    @cached_property
    def _public(self) -> tuple[Array, Array]:
        return self._spent(self.cover_public)

    def _spent(self, cover: Array) -> tuple[Array, Array]:
        epsilon, advantage = self.account.spent(cover)
        sampled = np.array([draw is not None for draw in self.account.draws])
        found = sampled & (cover >= self.needed) & (epsilon <= self.budgets.epsilon * BY_CURVES)
        return np.where(found, np.minimum(epsilon, self.budgets.epsilon), epsilon), advantage

    def _mu(self, cover: Array) -> Array:
        moves = np.array([1 if draw is None else draw.moves for draw in self.account.draws])
        return np.asarray(np.sqrt(self.releases) * moves / cover)

    @property
    def mu_other_unit(self) -> Array:
        r"""μ against the server for the *other* unit: of a whole client where records are protected, and the reverse.

        A client of :math:`n_i` records moves its sum by up to :math:`n_i\Delta`. One record moves a client's update
        anywhere within the clip, by up to :math:`2C`.
        """
        if self.unit == "record":
            return self.mu_server * self.records
        return self.mu_server * (2 * self.clip / self.sensitivity)

    @property
    def sampling_rate(self) -> float:
        """Which part of its records a client's release uses."""
        return self.sampling.rate

    def opacus(self, client: str | int) -> OpacusClient:
        """Return what Opacus needs to train one client: arguments, the accountant's history, and guards.

        The same client is the same object each time, so that its account goes through all rounds.

        Parameters
        ----------
        client
            Id or place.

        Raises
        ------
        InputError
            For a client that is not in the plan or takes no part.
        UnsupportedModel
            For what Opacus does not do: a secure sum, whole clients, other sampling than Poisson's.
        """
        index = self.budgets.place(client)
        refuse_other_plans(self.trust, self.unit, "poisson" if self.sampling.everything else self.sampling.scheme)
        if not self.participates[index]:
            rule = "takes no part: it has no budget, record or release"
            raise InputError("client", self.clients[index], rule, "leave it out of the training")
        numbers = {name: getattr(self, name)[index].item() for name in ("sigma", "records", "releases", "delta")}
        multiplier = numbers["sigma"] * self.sensitivity / self.clip
        made = OpacusClient(self.clients[index], multiplier, clip=self.clip, rate=self.sampling_rate, **numbers)
        return self._opacus.setdefault(index, made)

    @cached_property
    def _opacus(self) -> dict[int, OpacusClient]:
        return {}

    @cached_property
    def program(self) -> AggregationWeights:
        """The convex program that the weights are the least of, for those who take part."""
        present = self.participates
        names = tuple(name for name, there in zip(self.clients, present, strict=True) if there)
        return AggregationWeights(
            sigma=self.needed[present],
            records=self.records[present].astype(float),
            variation=self.variation,
            trust=self.trust,
            client=names,
        )

    @cached_property
    def certificate(self) -> Certificate:
        """Whether the weights are feasible and optimal, by the program's declaration; a thousand take seconds."""
        from ...solvers.candidate import candidate
        from ...solvers.certificates.certify import certify

        answer: dict[str, Any] = {"weight": self.weight[self.participates]}
        if self.trust == "secure-sum":
            answer["noise"] = self.noise / self.sensitivity
        return certify(candidate(self.program, **answer))

    def rows(self) -> list[dict[str, Any]]:
        """Return what each client adds, counts and spends, as plain data; no `sigma` for who takes no part."""
        other = "epsilon_of_client" if self.unit == "record" else "epsilon_of_record"
        spent = {
            "weight": self.weight,
            "mu_server": self.mu_server,
            "mu_public": self.mu_public,
            "epsilon_server": self.epsilon_server,
            "epsilon_public": self.epsilon_public,
            "advantage_server": self.advantage_server,
            "advantage_public": self.advantage_public,
            other: epsilon_at(self.mu_other_unit, self.delta),
        }
        public = {"delta": self.delta, "releases": self.releases, "records": self.records}
        return rows_of(self.budgets, self.sigma, public, spent)

    def document(self) -> dict[str, Any]:
        """Return the plan as plain data."""
        return {
            "trust": self.trust,
            "seen": SEEN[self.trust],
            **self.release.document(),
            "neighbours": NEIGHBOURS[self.adjacency],
            "rounds": self.rounds,
            "sampling": self.sampling.document(),
            "noise": self.noise,
            "variation": self.variation,
            "clients": self.rows(),
        }
