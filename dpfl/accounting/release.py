r"""What one release of a client is: what is protected, what makes two data sets neighbours, how far they move it.

A client releases the *sum* over its records of the clipped gradients, :math:`\lVert g\rVert_2 \le C`, with noise
:math:`\mathcal N(0, (\sigma\Delta)^2 I)`. :math:`\Delta` is how far one record moves that sum:

- ``add-or-remove`` one record: :math:`\Delta = C`;
- ``replace-one`` record by any other: :math:`\Delta = 2C`.

:math:`\sigma` is the noise multiplier, in units of :math:`\Delta`; what is added to every coordinate has the standard
deviation :math:`\sigma\Delta`. A trainer that multiplies by :math:`C`, as most do, has to be given
:math:`\sigma\Delta/C`: given :math:`\sigma` it adds half the noise where records are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from ...formulations.errors import InputError

Unit: TypeAlias = Literal["record", "client"]
Adjacency: TypeAlias = Literal["add-or-remove", "replace-one"]
Trust: TypeAlias = Literal["local", "secure-sum"]

UNITS: tuple[Unit, ...] = get_args(Unit)
ADJACENCIES: tuple[Adjacency, ...] = get_args(Adjacency)
TRUSTS: tuple[Trust, ...] = get_args(Trust)
SEEN: Mapping[Trust, str] = {
    "local": "each client adds its own noise; the server sees every client's releases, the public only their sums",
    "secure-sum": "only the sums are seen, by the server too; the noise is in the sum",
}
NEIGHBOURS: Mapping[Adjacency, str] = {
    "add-or-remove": "one record is added to or removed from one client; counts are declared, public constants",
    "replace-one": "one record of one client is replaced by any other; counts are public",
}


@dataclass(frozen=True)
class Release:
    """What a client releases in every round.

    Attributes
    ----------
    clip
        Bound C > 0 on the norm of each record's gradient.
    adjacency
        What makes two data sets neighbours.
    unit
        What is protected.

    Examples
    --------
    >>> Release(1.5, "replace-one").document()
    {'unit': 'record', 'adjacency': 'replace-one', 'clip': 1.5, 'sensitivity': 3.0}
    """

    clip: float
    adjacency: Adjacency
    unit: Unit = "record"

    @property
    def sensitivity(self) -> float:
        """Δ, how far one of what is protected moves the release, in the unit of the clipping bound."""
        return sensitivity(self.clip, self.adjacency)

    def deviation(self, sigma: float | None) -> float | None:
        """Return σΔ, the standard deviation of the noise of each coordinate; None where nothing is released."""
        return None if sigma is None else sigma * self.sensitivity

    def document(self) -> dict[str, Any]:
        """Return the release as plain data."""
        return {
            "unit": self.unit,
            "adjacency": self.adjacency,
            "clip": self.clip,
            "sensitivity": self.sensitivity,
        }


def sensitivity(clip: float, adjacency: Adjacency) -> float:
    r"""How far one record moves a client's sum of clipped gradients: :math:`C`, or :math:`2C` when it is replaced.

    Parameters
    ----------
    clip
        Bound :math:`C > 0` on the norm of each record's gradient.
    adjacency
        What makes two data sets neighbours.

    Raises
    ------
    InputError
        For an adjacency that is none of :data:`ADJACENCIES`.

    Examples
    --------
    >>> sensitivity(1.5, "add-or-remove"), sensitivity(1.5, "replace-one")
    (1.5, 3.0)
    """
    if adjacency not in ADJACENCIES:
        raise InputError("adjacency", adjacency, "is unknown", f"choose one of: {', '.join(ADJACENCIES)}")
    return clip if adjacency == "add-or-remove" else 2 * clip
