"""What every reader returns, and how files are opened."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....formulations.errors import InputError
from ....formulations.words import suggestion
from ...accounting.privacy import Array
from ..data import Dataset, Integers

Bytes = NDArray[np.uint8]

LARGEST_BYTES = 2 * 1024**3
"""Of a file, unpacked: a small one may hold a very large array."""


@dataclass(frozen=True, eq=False)
class Images:
    """Images of bytes with their labels, in the order of a file.

    Attributes
    ----------
    pixels
        Records × the shape of one record, from 0 to 255.
    labels
        One class from 0 for each record.
    """

    pixels: Bytes
    labels: Integers


def dataset_of(name: str, source: str, train: Images, test: Images, classes: int, digest: str) -> Dataset:
    """Join the two official splits; a pixel of 255 becomes 1, in single precision."""
    pixels = np.concatenate([train.pixels, test.pixels])
    shape = pixels.shape[1:]
    features: Array = pixels.reshape(len(pixels), -1).astype(np.float32)
    features /= 255
    return Dataset(
        name=name,
        source=f"{source}, SHA-256 {digest}",
        licence="as its owner says",
        features=features,
        labels=np.concatenate([train.labels, test.labels]),
        classes=classes,
        shape=shape if len(shape) == 3 else (1, *shape),
        held_out=len(test.labels),
    )


def content_of(path: Path, where: str) -> bytes:
    """Return a file's bytes, unpacked where its name ends in .gz.

    Raises
    ------
    InputError
        When it is missing, cannot be read, is no gzip file, or is larger than `LARGEST_BYTES`.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        around = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(where, str(path), "there is no such file", suggestion(path.name, around)) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(where, str(path), "is no whole gzip file", "fetch it again") from None
    except OSError as error:
        raise InputError(where, str(path), f"cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST_BYTES:
        rule = f"holds more than {LARGEST_BYTES:,} bytes, and no more are read"
        raise InputError(where, str(path), rule, "name a smaller file")
    return content


def digest_of(contents: Iterable[bytes]) -> str:
    """Return the SHA-256 of several files' unpacked contents, one after the other.

    Examples
    --------
    >>> digest_of([b"a", b"bc"]) == digest_of([b"abc"])
    True
    """
    digest = sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()
