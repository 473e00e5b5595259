"""From what somebody asks for to what all runs of an experiment share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ..accounting.privacy import Array, checked_positive
from .data import Dataset
from .features import Directions, Features, prepare
from .protocol import Protocol
from .setting import Setting
from .torch_models import model_of


def set_up(
    protocol: Protocol,
    epsilon: Array,
    source: Dataset,
    records: Sequence[int] | int | None = None,
    model: Any = None,
    processes: int = 1,
    costs: Sequence[float] | None = None,
) -> Setting:
    """Return what all runs share: the records as a linear head or somebody's module sees them.

    Parameters
    ----------
    protocol
        What was registered.
    epsilon
        One budget per client.
    source
        All records.
    records
        How many each client holds: one number for all, one a client, or None for as many as there are for each.
    model, processes
        A ``torch.nn.Module``, and how many processes compute for it; None is the linear head.
    costs
        Of a unit of ε to each client, for baselines that select by it.

    Raises
    ------
    InputError
        When whole clients are to be protected without a module, or the module cannot be trained privately.

    Examples
    --------
    >>> import numpy as np
    >>> tiny = Dataset("tiny", "", "", np.eye(20), np.arange(20) % 2, 2)
    >>> set_up(Protocol(), np.ones(3), tiny, records=2).records
    [2, 2, 2]
    """
    if isinstance(processes, bool) or not isinstance(processes, int) or processes < 1:
        raise InputError("processes", processes, "must be a whole number of at least 1", "use 1, or one a core")
    counts = [records] * len(epsilon) if isinstance(records, int) else records
    if model is None:
        if protocol.unit == "client":
            rule = "protects whole clients, who train a module of their own; the linear head is trained by records"
            raise InputError("unit", protocol.unit, rule, 'give model=, or unit = "record"')
        features = _features(protocol, source)
        return Setting(protocol, epsilon, source, features, counts, cost=_checked_costs(costs, len(epsilon)))
    if protocol.baselines:
        rule = "are rebuilt for the linear head"
        raise InputError("baselines", ", ".join(protocol.baselines), rule, "leave model= out, or the baselines")
    shape = source.shape or source.features.shape[1:]
    module = model_of(model, shape, source.classes, protocol.unit)
    return Setting(protocol, epsilon, source, source.features, counts, module, processes)


def _features(protocol: Protocol, source: Dataset) -> Features:
    """Return what the linear head sees: made once, where it takes long; else when it is asked for."""
    if protocol.features == "linear":
        return Directions(source.features)
    return prepare(source.features, protocol.features, protocol.feature_count, shape=source.shape)


def _checked_costs(costs: Sequence[float] | None, clients: int) -> Array | None:
    if costs is None:
        return None
    given = checked_positive("costs", np.asarray(costs, dtype=np.float64))
    if given.shape != (clients,):
        raise InputError("costs", f"shape {given.shape}", f"there are {clients} clients", "give one number for each")
    return given
