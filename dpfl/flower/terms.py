"""What one client agreed to: its budget and its part of the plan, as its own node configuration holds it.

A client's terms are private to it and to whoever buys its budget. They go to the client alone, as a TOML file for
``flower-supernode --node-config FILE.toml``; never into the app, which everybody receives. The client computes what its
terms cost for itself: terms whose noise does not keep the budget are refused, whoever wrote them.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, fields
from typing import get_args

import numpy as np

from ...formulations.errors import InputError, UnsupportedModel
from ..accounting.plan import NoisePlan
from ..accounting.privacy import epsilon_for, log_delta_at_most, mu_for
from ..accounting.release import ADJACENCIES, TRUSTS, Adjacency, Trust, Unit, sensitivity

PREFIX = "dp-"


@dataclass(frozen=True)
class Terms:
    r"""What a client agreed to.

    Attributes
    ----------
    client
        Its id.
    epsilon, delta
        Its budget over all releases together.
    releases
        How many releases the noise is made for.
    unit
        ``record``: each record is clipped, through :func:`.records.descend`; ``client``: the whole update is.
    adjacency
        What makes two data sets neighbours.
    trust
        ``local``: the server sees each release. ``secure-sum``: it sees the sum over all clients alone.
    clip
        Bound :math:`C` on the norm of a record's gradient, or of the update.
    records
        Declared number :math:`n_i` of records, by which sums of gradients are divided; 1 where the unit is the client.
    sigma
        Noise multiplier :math:`\sigma_i` of what the client itself adds, in units of the sensitivity.
    weight
        :math:`n_i w_i`: how much its reply counts in the average.
    ledger
        The client's own file of what it has spent.
    clients
        How many clients a secure sum is over, all of whose noise it counts on.

    Examples
    --------
    >>> terms = Terms("ann", 10.0, 1e-5, 30, "record", "add-or-remove", "local", 1.0, 200, 2.7381, 0.2, "ann.jsonl")
    >>> terms.deviation, round(terms.cost, 3), round(terms.spends(30 * terms.cost**2), 3)
    (2.7381, 0.365, 10.0)
    >>> terms.keeps(30 * terms.cost**2), terms.keeps(31 * terms.cost**2)
    (True, False)
    >>> terms.node_config()["dp-records"]
    200
    """

    client: str
    epsilon: float
    delta: float
    releases: int
    unit: Unit
    adjacency: Adjacency
    trust: Trust
    clip: float
    records: int
    sigma: float
    weight: float
    ledger: str
    clients: int = 1

    def __post_init__(self) -> None:
        for name in ("epsilon", "delta", "clip", "sigma", "weight"):
            self._require(name, 0 < getattr(self, name) < math.inf, "must be finite and positive")
        self._require("delta", self.delta < 1, "must be below 1")
        for name in ("releases", "records", "clients"):
            self._require(name, getattr(self, name) >= 1, "must be at least 1")
        for name, known in (("unit", get_args(Unit)), ("adjacency", ADJACENCIES), ("trust", TRUSTS)):
            self._require(name, getattr(self, name) in known, f"must be one of: {', '.join(known)}")
        self._require("ledger", bool(self.ledger), "must name a file of the client's own")
        if not self.keeps(self.releases * self.cost**2):
            rule = f"too little noise: {self.releases} releases would spend more than ε = {self.epsilon:g}"
            raise InputError(f"{PREFIX}sigma", self.sigma, rule, "ask for terms that keep the budget")

    def _require(self, name: str, right: bool, rule: str) -> None:
        if not right:
            raise InputError(f"{PREFIX}{name}", getattr(self, name), rule, "correct the node's configuration")

    @property
    def deviation(self) -> float:
        r""":math:`\sigma_i\Delta`, the standard deviation of the noise of each coordinate that the client adds."""
        return self.sigma * sensitivity(self.clip, self.adjacency)

    @property
    def cost(self) -> float:
        r""":math:`\mu` of one release: :math:`1/\sigma_i`; or, in a secure sum, an equal share of the budget's."""
        if self.trust == "local":
            return 1 / self.sigma
        return float(mu_for(self.epsilon, self.delta)) / math.sqrt(self.releases)

    def keeps(self, squares: float) -> bool:
        """Return whether releases whose squared μ have that sum keep the budget, whatever is rounded."""
        return bool(log_delta_at_most(np.asarray(self.epsilon), np.sqrt(squares)) <= math.log(self.delta))

    def spends(self, squares: float) -> float:
        r"""Return the true ε, at the client's δ, of releases whose squared μ have that sum."""
        return float(epsilon_for(math.sqrt(squares), self.delta))

    def node_config(self) -> dict[str, str | int | float]:
        """Return the terms as Flower's node configuration holds them."""
        return {PREFIX + item.name: getattr(self, item.name) for item in fields(self)}

    def toml(self) -> str:
        """Return the terms as a file for ``flower-supernode --node-config``."""
        return "".join(
            f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in self.node_config().items()
        )


def terms_of(plan: NoisePlan, client: str, ledger: str | os.PathLike[str]) -> Terms:
    """Return what a plan asks of one client.

    Parameters
    ----------
    plan
        Of :func:`mechproof.calibrate`, with all records in every round.
    client
        Its id.
    ledger
        Path of its own ledger, on its own machine.

    Raises
    ------
    InputError
        For a client that is not in the plan, or takes no part.
    UnsupportedModel
        For a plan with sampling, and for a secure sum in which somebody is to be missing in some rounds.
    """
    if not plan.sampling.everything:
        rule = "its noise counts on records that are drawn at random in each round; here every round uses every record"
        raise UnsupportedModel(f"a plan with sampling (rate {plan.sampling_rate:g}): {rule}; leave sampling_rate at 1")
    if plan.trust == "secure-sum" and np.any(plan.releases[plan.participates] != plan.rounds):
        raise UnsupportedModel(
            "in a secure sum everybody's noise is counted on: everybody has to release in every round"
        )
    if client not in plan.clients:
        raise InputError("client", client, "is not in the plan", f"choose one of: {', '.join(plan.clients[:9])}")
    row = plan.clients.index(client)
    if not np.isfinite(plan.sigma[row]):
        raise InputError("client", client, "takes no part: its budget is 0", "do not start a node for it")
    records = int(plan.records[row])
    return Terms(
        client=client,
        epsilon=float(plan.budgets.epsilon[row]),
        delta=float(plan.delta[row]),
        releases=int(plan.releases[row]),
        unit=plan.unit,
        adjacency=plan.adjacency,
        trust=plan.trust,
        clip=float(plan.clip),
        records=records,
        sigma=float(plan.sigma[row]),
        weight=records * float(plan.weight[row]),
        ledger=os.fspath(ledger),
        clients=len(taking_part(plan)),
    )


def taking_part(plan: NoisePlan) -> tuple[str, ...]:
    """Return the clients of a plan that release anything, in its order."""
    return tuple(client for client, present in zip(plan.clients, plan.participates, strict=True) if present)
