"""The server's side: Flower's federated averaging, set up so that it does what the plan says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.extras import refuse_missing
from .mod import WEIGHT
from .terms import taking_part

if TYPE_CHECKING:
    from flwr.app import ArrayRecord, ConfigRecord, Message, MetricRecord
    from flwr.serverapp import Grid
    from flwr.serverapp.strategy import FedAvg

    from ..accounting.plan import NoisePlan


def server(plan: NoisePlan | int, *, nodes: int | None = None, **settings: Any) -> FedAvg:
    """Return a strategy for clients that carry the mod: each round asks every client of the plan.

    Flower's own defaults would train two nodes in round 1, whatever `min_available_nodes` is, because the size of the
    sample is settled before nodes have connected; and would weigh by ``num-examples``. Evaluation on clients is off:
    what it tells is computed from their records, without noise. Evaluate on public records, with ``evaluate_fn``.

    Parameters
    ----------
    plan
        Of :func:`mechproof.calibrate`; or the number of clients that take part, if the server is not to know budgets.
    nodes
        How many nodes to wait for, where nodes of clients that take no part are started as well; by default as many as
        take part.
    settings
        Further ones of ``flwr.serverapp.strategy.FedAvg``. With ``fraction_evaluate`` the clients' metrics are averaged
        by ``num-examples``, as they usually are, and what they tell is not accounted for.

    Returns
    -------
    flwr.serverapp.strategy.FedAvg
        Start it with ``num_rounds=plan.rounds``: from then on the clients answer that their budget is spent.

    Raises
    ------
    UnsupportedModel
        For a plan that trusts in a secure sum, which no strategy of Flower's message API has; or without Flower.
    InputError
        For fewer nodes than clients that take part, or a setting that the plan decides.
    """
    refuse_missing("training by Flower", "flwr")
    clients = plan if isinstance(plan, int) else len(taking_part(plan))
    if not isinstance(plan, int) and plan.trust != "local":
        raise UnsupportedModel(
            "no strategy of Flower's message API has secure aggregation: the server would see each client's release, "
            "with less noise than its budget asks for; train_by_secure_sum(plan, …) does it by the legacy workflow, or "
            'calibrate with trust="local"'
        )
    wanted = clients if nodes is None else nodes
    if not 1 <= clients <= wanted:
        raise InputError("nodes", wanted, f"must be at least the {clients} clients that take part", "leave it out")
    decided = {
        "min_train_nodes": wanted,
        "min_available_nodes": wanted,
        "weighted_by_key": WEIGHT,
        "fraction_train": 1.0,
    }
    for name in decided.keys() & settings.keys():
        raise InputError(name, settings[name], f"is decided by the plan: {decided[name]}", "leave it out")
    return _strategy(**{"fraction_evaluate": 0.0, "min_evaluate_nodes": wanted} | settings | decided)


def _strategy(**settings: Any) -> FedAvg:
    from flwr.app import Array, ArrayRecord
    from flwr.serverapp.strategy import FedAvg

    class PrivateAveraging(FedAvg):
        """Federated averaging by the plan's weights, which leaves counters whole and evaluates as Flower does."""

        def configure_train(
            self, server_round: int, arrays: ArrayRecord, config: ConfigRecord, grid: Grid
        ) -> Iterable[Message]:
            self.dtypes = {key: array.numpy().dtype for key, array in arrays.items()}
            messages: Iterable[Message] = super().configure_train(server_round, arrays, config, grid)
            return messages

        def aggregate_train(
            self, server_round: int, replies: Iterable[Message]
        ) -> tuple[ArrayRecord | None, MetricRecord | None]:
            arrays, metrics = super().aggregate_train(server_round, replies)
            if arrays is None:
                return arrays, metrics
            return ArrayRecord(
                {key: Array(np.asarray(self._as_sent(key, array.numpy()))) for key, array in arrays.items()}
            ), metrics

        def _as_sent(self, key: str, averaged: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            kind = self.dtypes.get(key, averaged.dtype)  # of equal counters the average is off by a rounding
            return averaged if np.issubdtype(kind, np.floating) else np.rint(averaged).astype(kind)

        def aggregate_evaluate(self, server_round: int, replies: Iterable[Message]) -> MetricRecord | None:
            plain = FedAvg(evaluate_metrics_aggr_fn=self.evaluate_metrics_aggr_fn)
            metrics: MetricRecord | None = plain.aggregate_evaluate(server_round, replies)
            return metrics

    return PrivateAveraging(**settings)
