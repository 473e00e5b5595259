"""Records of one's own, from the arrays of an .npz file; no object in it is ever unpickled."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ....formulations.errors import InputError
from ....formulations.specification.fields import refuse_no_text, refuse_unknown
from ....formulations.words import suggestion
from ...accounting.privacy import Array
from ..data import Dataset, Integers
from .raw import LARGEST_BYTES

KEYS = ("file", "features", "labels", "test_features", "test_labels", "scale", "classes")


def read_npz(table: Mapping[str, Any], where: str, folder: Path) -> tuple[Dataset, str]:
    r"""Return the records that a table names in an .npz file, and the SHA-256 of the file.

    Parameters
    ----------
    table
        With the keys of `KEYS`; `file` is relative to `folder`.
    where
        What messages call it.
    folder
        Of the file.

    Raises
    ------
    InputError
        When the file is no .npz of numbers, an array is missing, or shapes, numbers or labels break their rules.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder) / "tiny.npz", x=np.eye(4).reshape(4, 2, 2) * 255, labels=[0, 1, 0, 1])
    ...     own, _ = read_npz({"file": "tiny.npz", "features": "x", "scale": 255}, "dataset", Path(folder))
    >>> own.name, own.features.shape, own.classes
    ('tiny.npz', (4, 4), 2)
    """
    refuse_unknown(where, table, KEYS)
    file = refuse_no_text(f"{where}.file", table.get("file"))
    content = _content(folder / file, f"{where}.file", file)
    splits = [("features", "labels")]
    if "test_features" in table or "test_labels" in table:
        splits.append(("test_features", "test_labels"))
    names = {key: _name(table, key, where) for split in splits for key in split}
    arrays = _arrays(content, f"{where}.file", file, list(names.values()))
    scale = _positive(table, "scale", where)
    halves = [_half(arrays[names[x]], arrays[names[y]], scale, where, file, x, y) for x, y in splits]
    shapes = [arrays[names[x]].shape[1:] for x, _ in splits]
    if len(set(shapes)) > 1:
        rule = f"records must have the shape {shapes[0]} of the others"
        raise InputError(f"{where}.test_features, {file}", f"shape {shapes[1]}", rule, "prepare both splits alike")
    whole = np.concatenate([labels for _, labels in halves])
    digest = sha256(content).hexdigest()
    return Dataset(
        name=file,
        source=f"a file of one's own, SHA-256 {digest}",
        licence="as its owner says",
        features=np.concatenate([features for features, _ in halves]),
        labels=whole,
        classes=_classes(table, where, whole),
        shape=shapes[0] if len(shapes[0]) != 2 else (1, *shapes[0]),
        held_out=len(halves[1][1]) if len(halves) > 1 else 0,
    ), digest


def _half(
    features: np.ndarray, labels: np.ndarray, scale: float, where: str, file: str, x: str, y: str
) -> tuple[Array, Integers]:
    scaled = _scaled(features, scale, f"{where}.{x}, {file}")
    return scaled, _labels(labels, len(scaled), f"{where}.{y}, {file}")


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


def _scaled(features: np.ndarray, scale: float, where: str) -> Array:
    if features.dtype.kind not in "biuf":
        raise InputError(where, str(features.dtype), "must be numbers", "store integers or floats")
    if features.ndim < 2 or not features.size:
        rule = "must have one row for each record, and at least one feature"
        raise InputError(where, f"shape {features.shape}", rule, "store records × features, or records × image")
    narrow = features.dtype.itemsize < 4 or features.dtype == np.float32  # single precision holds all their numbers
    rows: Array = features.reshape(len(features), -1).astype(np.float32 if narrow else np.float64)
    scaled = rows / scale
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


def _labels(labels: np.ndarray, count: int, where: str) -> Integers:
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
