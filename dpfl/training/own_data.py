"""Records of one's own, from the arrays of an .npz file; no object in it is ever unpickled.

In a specification they are a table in place of a data set's name::

    dataset = { file = "scans.npz", features = "x", labels = "y", scale = 255, classes = 10 }

`features` and `labels` name the arrays, and are "features" and "labels" by default. A record may be an array of any
shape, such as an image; it is flattened. Features are divided by `scale`, 1 by default, after which they must lie in
[0, 1]. It and the number of `classes`, by default one more than the largest label, are public constants: to take them
from the records would tell something of them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.specification.fields import refuse_no_text, refuse_unknown
from ...formulations.words import suggestion
from .data import Dataset

KEYS = ("file", "features", "labels", "scale", "classes")
LARGEST_BYTES = 2 * 1024**3
"""Of the arrays of a file, unpacked: a small file may hold very large ones."""


def read_dataset(table: Mapping[str, Any], where: str, folder: Path) -> tuple[Dataset, str]:
    r"""Return the records that a table of a specification names, and the SHA-256 of their file.

    Parameters
    ----------
    table
        With the keys of `KEYS`; `file` is relative to `folder`.
    where
        What messages call it.
    folder
        Of the specification.

    Raises
    ------
    InputError
        When the file is no .npz of numbers, an array is missing, or shapes, numbers or labels break their rules.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder) / "tiny.npz", x=np.eye(4).reshape(4, 2, 2) * 255, labels=[0, 1, 0, 1])
    ...     own, _ = read_dataset({"file": "tiny.npz", "features": "x", "scale": 255}, "dataset", Path(folder))
    >>> own.name, own.features.shape, own.classes
    ('tiny.npz', (4, 4), 2)
    """
    refuse_unknown(where, table, KEYS)
    file = refuse_no_text(f"{where}.file", table.get("file"))
    content = _content(folder / file, f"{where}.file", file)
    arrays = _arrays(content, f"{where}.file", file, [_name(table, key, where) for key in ("features", "labels")])
    features, labels = (arrays[_name(table, key, where)] for key in ("features", "labels"))
    scaled = _scaled(features, _positive(table, "scale", where), f"{where}.features, {file}")
    whole = _labels(labels, len(scaled), f"{where}.labels, {file}")
    classes = _classes(table, where, whole)
    digest = sha256(content).hexdigest()
    source, licence = f"a file of one's own, SHA-256 {digest}", "as its owner says"
    return Dataset(file, source, licence, scaled, whole, classes), digest


def _name(table: Mapping[str, Any], key: str, where: str) -> str:
    return refuse_no_text(f"{where}.{key}", table.get(key, key))


def _content(path: Path, where: str, file: str) -> bytes:
    if path.is_dir():
        raise InputError(where, file, "is a folder", "name an .npz file in it")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        around = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(where, file, "there is no such file", suggestion(path.name, around)) from None
    except (OSError, ValueError) as error:
        raise InputError(where, file, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _arrays(content: bytes, where: str, file: str, names: list[str]) -> dict[str, np.ndarray]:
    remedy = 'write it by numpy.savez("scans.npz", features=..., labels=...)'
    try:
        arrays = _unpacked(content, where, file, names, remedy)
    except InputError:
        raise
    except ValueError as error:
        if "pickle" in str(error):
            rule = "holds Python objects, which are not read: they could run anything"
            raise InputError(where, file, rule, "store arrays of numbers") from None
        raise InputError(where, file, f"is no .npz of arrays: {error}", remedy) from None
    except (
        OSError,
        EOFError,
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        MemoryError,
    ):
        raise InputError(where, file, "is no .npz of arrays", remedy) from None
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):  # the bytes of a member that is no .npy
            raise InputError(where, file, f"is no .npz of arrays: {name} is none", remedy)
    return arrays


def _unpacked(content: bytes, where: str, file: str, names: list[str], remedy: str) -> dict[str, Any]:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        size = sum(item.file_size for item in packed.infolist())
    if size > LARGEST_BYTES:
        rule = f"its arrays take {size:,} bytes, and at most {LARGEST_BYTES:,} are read"
        raise InputError(where, file, rule, "store fewer records, or a narrower type such as uint8")
    with np.load(BytesIO(content), allow_pickle=False) as packed:
        for name in names:
            if name not in packed.files:
                having = f"it has {', '.join(packed.files) or 'none'}"
                raise InputError(
                    where, file, f"has no array {name!r}: {having}", suggestion(name, packed.files, remedy)
                )
        return {name: packed[name] for name in names}


def _scaled(features: np.ndarray, scale: float, where: str) -> np.ndarray:
    if features.dtype.kind not in "biuf":
        raise InputError(where, str(features.dtype), "must be numbers", "store integers or floats")
    if features.ndim < 2 or not features.size:
        rule = "must have one row for each record, and at least one feature"
        raise InputError(where, f"shape {features.shape}", rule, "store records × features, or records × image")
    scaled = features.reshape(len(features), -1).astype(np.float64) / scale
    if not np.isfinite(scaled).all():
        record = int(np.flatnonzero(~np.isfinite(scaled).all(axis=1))[0])
        raise InputError(
            where, f"record {record}", "has a feature that is NaN or infinite", "remove or mend the record"
        )
    least, most = float(scaled.min()), float(scaled.max())
    if least < 0 or most > 1:
        rule = "must lie in [0, 1] after division by scale"
        remedy = (
            "give scale, a public constant such as 255 for bytes" if least >= 0 else "shift them by a public constant"
        )
        raise InputError(where, f"{least:g} to {most:g}", rule, remedy)
    return scaled


def _labels(labels: np.ndarray, count: int, where: str) -> np.ndarray:
    if labels.shape != (count,):
        raise InputError(
            where, f"shape {labels.shape}", f"must be ({count},): one for each record", "give one a record"
        )
    if labels.dtype.kind not in "iu":
        raise InputError(where, str(labels.dtype), "must be whole numbers", "number the classes from 0")
    if labels.min() < 0 or labels.max() > np.iinfo(np.int64).max // 2:
        raise InputError(
            where, f"{labels.min()} to {labels.max()}", "must be classes from 0", "number the classes from 0"
        )
    return labels.astype(np.int64)


def _classes(table: Mapping[str, Any], where: str, labels: np.ndarray) -> int:
    most, classes = int(labels.max()) + 1, table.get("classes")
    if classes is None:
        classes = most
    if isinstance(classes, bool) or not isinstance(classes, int) or classes < 2:
        raise InputError(f"{where}.classes", classes, "must be a whole number of at least 2", "count the classes")
    if most > classes:
        rule = f"there is a label {most - 1}, and labels are 0 to {classes - 1}"
        raise InputError(f"{where}.classes", classes, rule, f"use {most}, or mend the labels")
    if classes > len(labels):
        rule = f"there are {len(labels)} records, fewer than classes"
        raise InputError(f"{where}.classes", classes, rule, "number the classes from 0, without gaps")
    return classes


def _positive(table: Mapping[str, Any], key: str, where: str) -> float:
    value = table.get(key, 1)
    try:
        number = float("nan") if isinstance(value, bool | str) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not 0 < number < float("inf"):
        raise InputError(f"{where}.{key}", value, "must be a positive number", "use 1, or 255 for bytes")
    return number
