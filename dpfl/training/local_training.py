"""How a client trains before its contribution is clipped."""

from __future__ import annotations

from dataclasses import dataclass

from ...formulations.errors import InputError
from ..accounting.release import Unit


@dataclass(frozen=True)
class LocalTraining:
    r"""What a round is for one client, decided before any data are seen.

    Attributes
    ----------
    unit
        ``record``: one step of gradients clipped record by record. ``client``: training of its own, the whole update
        clipped.
    clip
        Bound C on the norm of what is clipped.
    learning_rate
        Step length of the server along the noised sum; 1 is a plain average of updates.
    local_epochs, batch_size, local_learning_rate, momentum
        Of a client's own training, where clients are protected.
    seed
        Of the order of batches and of random layers; never of noise.

    Raises
    ------
    InputError
        When a number breaks its rule, or local epochs are asked for where records are protected.

    Examples
    --------
    >>> LocalTraining(unit="client", local_epochs=5, momentum=0.9).local_epochs
    5
    """

    unit: Unit = "record"
    clip: float = 1.0
    learning_rate: float = 1.0
    local_epochs: int = 1
    batch_size: int = 128
    local_learning_rate: float = 0.1
    momentum: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("local_epochs", "batch_size"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InputError(name, value, "must be a whole number of at least 1", "use 1")
        if not 0 <= self.momentum < 1:
            raise InputError("momentum", self.momentum, "must be at least 0 and less than 1", "use 0")
        for name in ("clip", "learning_rate", "local_learning_rate"):
            if not 0 < getattr(self, name) < float("inf"):
                raise InputError(name, getattr(self, name), "must be finite and positive", "use 1")
        if self.unit == "record" and (self.local_epochs > 1 or self.momentum):
            rule = "trains a client's own model, so that no record can be told from its others in the update"
            field = "local_epochs" if self.local_epochs > 1 else "momentum"
            raise InputError(field, getattr(self, field), rule, 'protect clients: unit = "client"')
