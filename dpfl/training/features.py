"""Features for a linear head: record by record, with public constants only, so that they cost no privacy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from ...formulations.errors import InputError
from ..accounting.privacy import Array
from .data import Integers
from .oriented_gradients import oriented_gradients

FeatureMap: TypeAlias = Literal["linear", "random-fourier", "oriented-gradients"]

FEATURE_MAPS: tuple[FeatureMap, ...] = get_args(FeatureMap)

AT_ONCE = 4096  # records
_CENTRE = 0.3  # public; the records' own mean would leak
_FREQUENCY = 2.0  # standard deviation of the random frequencies, for records of norm 1


def prepare(
    features: Array,
    feature_map: FeatureMap = "linear",
    count: int = 256,
    seed: int = 0,
    shape: tuple[int, ...] | None = None,
) -> Array:
    r"""Map every record to the features of the head; no result is longer than 1.

    ``linear``: :math:`u = (x - 0.3)/\lVert x - 0.3\rVert`, where 0.3 is near the mean ink of digits and of clothes, but
    a constant. There is no intercept: the classes are nearly balanced, and a constant feature would only take noise.
    ``random-fourier``: :math:`\cos(\Omega u + b)/\sqrt D`, with :math:`\Omega` normal and :math:`b` uniform, drawn
    once from a public seed (Rahimi & Recht 2007). ``oriented-gradients``, of images: see :mod:`.oriented_gradients`.

    Parameters
    ----------
    features
        One row per record, in [0, 1].
    feature_map
        One of :data:`FEATURE_MAPS`.
    count
        Number :math:`D \ge 1` of random features.
    seed
        Public seed of the random features.
    shape
        Of one record before it was flattened, channels × height × width; oriented gradients need it.

    Returns
    -------
    numpy.ndarray
        One row per record, in the precision of the records. No row depends on another record.

    Raises
    ------
    InputError
        For an unknown map, or oriented gradients of records that are no images.

    Examples
    --------
    >>> prepare(np.array([[0.9, 1.1]])).round(3).tolist()
    [[0.6, 0.8]]
    """
    if feature_map == "oriented-gradients":
        return oriented_gradients(features, _image(shape))
    direction = _directions(features)
    if feature_map == "linear":
        return np.asarray(direction)
    if feature_map == "random-fourier":
        generator = np.random.default_rng(seed)
        frequency = generator.normal(scale=_FREQUENCY, size=(direction.shape[1], count))
        phase = generator.uniform(0, 2 * np.pi, size=count)
        return np.asarray(np.cos(direction @ frequency + phase) / np.sqrt(count), dtype=direction.dtype)
    raise InputError("features", feature_map, "is unknown", f"choose one of: {', '.join(FEATURE_MAPS)}")


@dataclass(frozen=True, eq=False)
class Directions:
    """What :func:`prepare` makes of records by ``linear``, of those that are asked for: no copy of all is kept.

    Attributes
    ----------
    records
        One row per record, in [0, 1].

    Examples
    --------
    >>> Directions(np.array([[0.9, 1.1], [0.3, 0.3]]))[np.array([0])].round(3).tolist()
    [[0.6, 0.8]]
    """

    records: Array

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.records)

    @property
    def shape(self) -> tuple[int, ...]:
        """Records × features."""
        return self.records.shape

    def __getitem__(self, rows: Integers) -> Array:
        """Return the features of the records in some rows; those of a record are the same among any others."""
        directions = np.empty((len(rows), *self.records.shape[1:]), dtype=self.records.dtype)
        for begin in range(0, len(rows), AT_ONCE):
            some = slice(begin, begin + AT_ONCE)
            directions[some] = _directions(self.records[rows[some]])
        return directions


@dataclass(frozen=True, eq=False)
class Gathered:
    """Features of some records, made once; rows that stand together are returned as they lie, without a copy.

    Attributes
    ----------
    made
        One row per record that was gathered.
    place
        Of each record, where it is among them.

    Examples
    --------
    >>> some = gathered(np.arange(8.0).reshape(4, 2), np.array([3, 0, 1]))
    >>> some[np.array([0, 1])].tolist(), some[np.array([0, 1])].base is some.made
    ([[0.0, 1.0], [2.0, 3.0]], True)
    """

    made: Array
    place: Integers

    def __len__(self) -> int:
        """Return the number of all records."""
        return len(self.place)

    @property
    def shape(self) -> tuple[int, ...]:
        """All records × features."""
        return (len(self.place), *self.made.shape[1:])

    def __getitem__(self, rows: Integers) -> Array:
        """Return the features of the records in some rows, all of which were gathered."""
        place = self.place[rows]
        if len(place) and (np.diff(place) == 1).all():
            return self.made[place[0] : place[-1] + 1]
        return np.asarray(self.made[place])


Features: TypeAlias = Array | Directions | Gathered
"""Of all records: indexed by rows."""


def gathered(features: Features, rows: Integers) -> Gathered:
    """Return the features of the records in some rows, in that order, for all that is done with them."""
    place = np.full(len(features), -1)
    place[rows] = np.arange(len(rows))
    return Gathered(np.asarray(features[rows]), place)


def _directions(features: Array) -> Array:
    """Return the centred records with norm 1, some at a time: beside what is returned little memory is needed."""
    direction = np.zeros_like(features)
    for begin in range(0, len(features), AT_ONCE):
        centred = features[begin : begin + AT_ONCE] - _CENTRE
        norm = np.linalg.norm(centred, axis=1, keepdims=True)
        np.divide(centred, norm, out=direction[begin : begin + AT_ONCE], where=norm > 0)
    return direction


def _image(shape: tuple[int, ...] | None) -> tuple[int, int, int]:
    if shape is None or len(shape) != 3:
        rule = "are those of images, and these records are none"
        raise InputError("features", "oriented-gradients", rule, "use linear, or give the data's shape")
    return shape[0], shape[1], shape[2]
