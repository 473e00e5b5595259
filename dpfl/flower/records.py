r"""Records as the unit of privacy: the training function hands its gradients over, record by record, to be clipped.

While the mod runs a training function it holds a collector for it. What leaves the client is computed from the
collector, and not from the arrays that the function returns: so nothing that was not clipped leaves. That no record is
handed over twice in a round is up to the training function; a second time would double what the record moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...formulations.errors import InputError
from .clipping import Arrays, Clipped, clipped_records, floating


@dataclass(eq=False)
class Collector:
    """The sum of one round's clipped gradients, and the length of the step that is taken along it.

    Attributes
    ----------
    sent
        The model that the server sent.
    clip
        Bound on the norm of each record's gradient.
    learning_rate
        Step length, once it was said.
    total
        Sum so far, for each array that has a gradient.
    """

    sent: Arrays
    clip: float
    learning_rate: float | None = None
    total: Clipped = field(default_factory=dict)

    def add(self, gradients: Mapping[str, ArrayLike], learning_rate: float) -> None:
        """Clip the gradients of some records, and add them."""
        if self.learning_rate not in (None, learning_rate):
            rule = f"must be {self.learning_rate} as before: a round is one step"
            raise InputError("learning_rate", learning_rate, rule, "local steps need the unit client")
        if not (np.isfinite(learning_rate) and learning_rate > 0):
            raise InputError("learning_rate", learning_rate, "must be finite and positive", "use .1, for instance")
        given = {name: np.asarray(array) for name, array in gradients.items()}
        self._check(given)
        for name, summed in clipped_records(given, self.clip).items():
            self.total[name] = self.total.get(name, np.zeros(self.sent[name].shape)) + summed
        self.learning_rate = learning_rate

    def _check(self, given: dict[str, NDArray[Any]]) -> None:
        trained = floating(self.sent, self.sent)
        named_before = set(self.total) or set(given)
        if not given or not set(given) <= set(trained) or set(given) != named_before:
            rule = f"must be names of the model's floating arrays, the same in each call: {', '.join(trained)}"
            raise InputError("gradients", ", ".join(given), rule, "name them as the arrays that the server sent")
        rows = next((len(array) for array in given.values() if array.ndim), 0)
        for name, array in given.items():
            if array.shape != (rows, *self.sent[name].shape):
                rule = f"must be records × {self.sent[name].shape}, as many records for each array"
                raise InputError(f"gradients[{name}]", array.shape, rule, "give one gradient for each record")


_current: ContextVar[Collector] = ContextVar("mechproof_collector")


@contextmanager
def collecting(sent: Arrays, clip: float) -> Iterator[Collector]:
    """Hold a collector for what runs inside.

    Examples
    --------
    >>> with collecting({"a": np.zeros(2)}, 1.0) as collector:
    ...     descend({"a": [[3.0, 4.0], [0.0, 0.1]]}, learning_rate=0.5)
    >>> collector.total["a"].round(12).tolist(), collector.learning_rate
    ([0.6, 0.9], 0.5)
    """
    collector = Collector(sent, clip)
    token = _current.set(collector)
    try:
        yield collector
    finally:
        _current.reset(token)


def descend(gradients: Mapping[str, ArrayLike], learning_rate: float) -> None:
    r"""Take the round's step along these records' gradients, each clipped to :math:`C`, privately.

    To be called in a training function that carries the mod, where the unit is ``record``, for all records at once or
    for a part at a time. The client then releases :math:`\theta - \eta(\sum_r \bar g_r + \sigma\Delta Z)/n` with the
    *declared* number :math:`n` of records.

    Parameters
    ----------
    gradients
        By the names of the model's arrays, records × shape of the array. Each record once a round.
    learning_rate
        :math:`\eta > 0`, the same in every call of a round. It shows in what is released, so it must be a constant,
        and not one that was found from the records.

    Raises
    ------
    InputError
        Where no mod with the unit ``record`` is at work; for unknown names, or shapes that are not records × shape.

    Examples
    --------
    >>> descend({"weight": [[0.0]]}, 0.1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    mechproof.formulations.errors.InputError: descend = 'outside': must be called by a training ...
    """
    collector = _current.get(None)
    if collector is None:
        rule = "must be called by a training function with the mod, where the unit is record"
        raise InputError("descend", "outside", rule, "decorate it with @app.train(mods=[private()])")
    collector.add(gradients, learning_rate)
