r"""Histograms of oriented gradients, with the image itself at the resolution of their cells: fixed and public.

At every pixel the gradient of the image (of the channel where it is longest) votes with its length for the two nearest
of eight undirected orientations. Votes are pooled in cells of about four by four pixels, with weights that fall
linearly to the centres of the next cells; each cell is divided by the norm of its neighbourhood of three by three
cells. After Dalal & Triggs 2005. A linear head on them sees edges and where they are, and no record is compared with
another, so that they cost no privacy.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from ..accounting.privacy import Array

Single = NDArray[np.float32]

ORIENTATIONS = 8
CELL = 4  # pixels
AT_ONCE = 1000  # images, so that memory does not grow with their number
_FLOOR = 0.01  # added to the squared norm of a neighbourhood: where nothing is seen, noise is not made large
_PIXELS = 0.5  # how long the pooled image is beside the gradients
_CENTRE = 0.3  # of pixels, as in `features`


def oriented_gradients(features: Array, shape: tuple[int, int, int]) -> Array:
    """Return what a linear head sees of each image: a row of norm 1 at most, in single precision.

    Parameters
    ----------
    features
        One row per image, in [0, 1].
    shape
        Channels, height and width of an image.

    Returns
    -------
    numpy.ndarray
        Images × (cells × (orientations + channels)).

    Examples
    --------
    >>> edge = np.repeat([0.0, 1.0], 4)  # dark left half, bright right half
    >>> seen = oriented_gradients(np.tile(edge, 8)[None], (1, 8, 8))
    >>> seen.shape, int(seen[0, :8].argmax())
    ((1, 36), 0)
    """
    channels, height, width = shape
    columns, rows = _pooling(width), _pooling(height)
    cells = len(rows) * len(columns)
    seen = np.empty((len(features), cells * (ORIENTATIONS + channels)), dtype=np.float32)
    for begin in range(0, len(features), AT_ONCE):
        images = np.asarray(features[begin : begin + AT_ONCE], dtype=np.float32).reshape(-1, *shape)
        edges = _unit(_normalised(_pooled(_votes(images), rows, columns)).reshape(len(images), -1))
        ink = _unit(_pooled(images, rows, columns).reshape(len(images), -1) / _area(rows, columns) - _CENTRE)
        seen[begin : begin + AT_ONCE] = _unit(np.concatenate([edges, _PIXELS * ink], axis=1))
    return cast(Array, seen)


def _votes(images: Single) -> Single:
    """Return how long the gradient is along each orientation, images × orientations × height × width."""
    down, right = np.zeros_like(images), np.zeros_like(images)
    down[:, :, 1:-1] = images[:, :, 2:] - images[:, :, :-2]
    right[:, :, :, 1:-1] = images[:, :, :, 2:] - images[:, :, :, :-2]
    length = np.hypot(down, right)
    longest = length.argmax(axis=1, keepdims=True)
    down, right, length = (np.take_along_axis(part, longest, axis=1)[:, 0] for part in (down, right, length))
    angle = np.mod(np.arctan2(down, right) / np.pi * ORIENTATIONS, ORIENTATIONS)
    distance = np.abs(angle[:, None] - np.arange(ORIENTATIONS, dtype=np.float32)[:, None, None])
    near = np.maximum(1 - np.minimum(distance, ORIENTATIONS - distance), 0)
    votes: Single = length[:, None] * near
    return votes


def _pooling(length: int) -> Single:
    """Return the weight of every pixel of a line in every cell, cells × pixels."""
    cells = max(1, round(length / CELL))
    wide = length / cells
    centres = (np.arange(cells) + 0.5) * wide - 0.5
    return np.maximum(1 - np.abs(np.arange(length) - centres[:, None]) / wide, 0).astype(np.float32)


def _area(rows: Single, columns: Single) -> float:
    """How much a cell in the middle adds up of an image of ones."""
    return float(rows.sum(axis=1).max() * columns.sum(axis=1).max())


def _pooled(images: Single, rows: Single, columns: Single) -> Single:
    """Return images × cells down × cells across × layers."""
    return np.moveaxis(rows @ (images @ columns.T), 1, -1)


def _normalised(cells: Single) -> Single:
    energy = np.pad(np.square(cells).sum(axis=-1), ((0, 0), (1, 1), (1, 1)))
    down, across = cells.shape[1:3]
    around = sum(energy[:, i : i + down, j : j + across] for i in range(3) for j in range(3))
    return np.asarray(cells / np.sqrt(around + _FLOOR)[..., None], dtype=np.float32)


def _unit(rows: Single) -> Single:
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Single = np.divide(rows, norm, out=np.zeros_like(rows), where=norm > 0)
    return unit
