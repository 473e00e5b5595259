r"""The IDX files of MNIST, Fashion-MNIST and EMNIST.

Big-endian: two bytes of zero, the type (8: bytes), the number of dimensions, a four-byte length of each, then the
numbers. A set is four files, images and labels of two splits, in the names that MNIST gave them (``train-`` and
``t10k-``) or those of EMNIST (``emnist-balanced-train-`` and ``-test-``), packed or not. EMNIST's images are stored
column by column, and the labels of its split ``letters`` count from 1; both are undone here.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ....formulations.errors import InputError
from ..data import Dataset
from .raw import Bytes, Images, content_of, dataset_of, digest_of

EMNIST_CLASSES: Mapping[str, int] = MappingProxyType(
    {"byclass": 62, "bymerge": 47, "balanced": 47, "letters": 26, "digits": 10, "mnist": 10}
)
"""Public: how many classes each split of EMNIST has."""

FASHION_MNIST = "14410854cf7a289477dcfc7df3f8ec24741e281cdcc425ede0d9a748ca630214"
"""SHA-256 of its four files, unpacked, in the order of `PARTS`: only these are called Fashion-MNIST."""

PARTS = ("train", "images-idx3"), ("train", "labels-idx1"), ("test", "images-idx3"), ("test", "labels-idx1")
DIGIT_CLASSES = 10


def idx_sets(folder: Path) -> dict[str, tuple[Path, ...]]:
    """Return the sets of IDX files in a folder, by the beginning of their names; four files each.

    Examples
    --------
    >>> idx_sets(Path("/there/is/none"))
    {}
    """
    if not folder.is_dir():
        return {}
    names = {item.name for item in folder.iterdir()}
    prefixes = [""] + [f"emnist-{split}-" for split in EMNIST_CLASSES]
    found = {prefix: [_named(names, prefix, *part) for part in PARTS] for prefix in prefixes}
    return {prefix: tuple(folder / name for name in four) for prefix, four in found.items() if None not in four}  # type: ignore[operator]


def _named(names: set[str], prefix: str, split: str, kind: str) -> str | None:
    word = "t10k" if split == "test" and not prefix else split
    stems = f"{prefix}{word}-{kind}-ubyte", f"{prefix}{word}-{kind.replace('-', '.', 1)}-ubyte"
    return next((stem + ending for stem in stems for ending in (".gz", "") if stem + ending in names), None)


def read_idx(prefix: str, files: tuple[Path, ...], where: str) -> Dataset:
    """Read a set of four IDX files, as `idx_sets` finds it.

    Raises
    ------
    InputError
        When a file is none, its length is not what it says, or images and labels differ in number.
    """
    contents = [content_of(path, where) for path in files]
    arrays = [idx_array(content, f"{where}, {path.name}") for content, path in zip(contents, files, strict=True)]
    digest = digest_of(contents)
    split = prefix.removeprefix("emnist-").rstrip("-")
    classes = EMNIST_CLASSES.get(split, DIGIT_CLASSES)
    train = _images(arrays[0], arrays[1], files[1], split, classes, where)
    test = _images(arrays[2], arrays[3], files[3], split, classes, where)
    name = "Fashion-MNIST" if digest == FASHION_MNIST else f"{files[0].parent.name}/{prefix.rstrip('-') or 'IDX files'}"
    return dataset_of(name, f"IDX files in {files[0].parent.name}", train, test, classes, digest)


def _images(images: Bytes, labels: Bytes, file: Path, split: str, classes: int, where: str) -> Images:
    field = f"{where}, {file.name}"
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        rule = f"must hold one label for each of {len(images)} images"
        raise InputError(field, f"shape {labels.shape}", rule, "fetch both files of one set again")
    numbers = labels.astype(np.int64) - (split == "letters")
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < classes:
        given = f"{labels.min()} to {labels.max()}"
        raise InputError(field, given, f"must be {classes} classes", "name the split that the file's name says")
    return Images(images.transpose(0, 2, 1) if split else images, numbers)


def idx_array(content: bytes, where: str) -> Bytes:
    r"""Return the array of bytes that an IDX file holds.

    Parameters
    ----------
    content
        Of the file, unpacked.
    where
        What messages call it.

    Raises
    ------
    InputError
        When it is no IDX file of bytes, or is shorter or longer than it says.

    Examples
    --------
    >>> idx_array(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 7]), "labels").tolist()
    [5, 7]
    """
    if len(content) < 4 or content[:3] != b"\x00\x00\x08" or not 1 <= content[3] <= 4:
        raise InputError(where, content[:4].hex(" "), "is no IDX file of bytes", "its first bytes are 00 00 08")
    ndim = content[3]
    begin = 4 + 4 * ndim
    if len(content) < begin:
        raise InputError(where, f"{len(content)} bytes", "ends within its header", "fetch it again")
    shape = struct.unpack(f">{ndim}I", content[4:begin])
    size = int(np.prod(shape, dtype=object))
    if len(content) != begin + size:
        rule = f"must be {begin + size:,} bytes long, as its header says"
        raise InputError(where, f"{len(content):,} bytes", rule, "fetch it again")
    return np.frombuffer(content, dtype=np.uint8, offset=begin).reshape(shape)
