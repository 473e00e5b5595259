r"""The batches of CIFAR-10, in its binary and in its Python version.

*Binary*: ``data_batch_1.bin`` to ``5`` and ``test_batch.bin``, each record a label and 3 × 32 × 32 pixels, a byte each.
*Python*: the same names without an ending, pickled dictionaries of an array ``data`` and a list ``labels``. A pickle
can run anything; here the few names that these files need stand for plain records of what they were called with, and
any other name is refused before anything is called.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ....formulations.errors import InputError
from ..data import Dataset
from .raw import Bytes, Images, content_of, dataset_of, digest_of

BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
SHAPE = (3, 32, 32)
PIXELS = 3 * 32 * 32
CLASSES = 10


def cifar_files(folder: Path) -> tuple[Path, ...]:
    """Return the six files of CIFAR-10 in a folder; empty if they are not all there.

    Examples
    --------
    >>> cifar_files(Path("/there/is/none"))
    ()
    """
    for ending in (".bin", ""):
        files = tuple(folder / f"{name}{ending}" for name in BATCHES)
        if all(path.is_file() for path in files):
            return files
    return ()


def read_cifar(files: tuple[Path, ...], where: str) -> Dataset:
    """Read the six batches; the last of them is the official test split.

    Raises
    ------
    InputError
        When one is no batch, holds other Python objects, or has a label that is no class.
    """
    contents = [content_of(path, where) for path in files]
    read = binary_batch if files[0].suffix == ".bin" else python_batch
    batches = [read(content, f"{where}, {path.name}") for content, path in zip(contents, files, strict=True)]
    train = Images(
        np.concatenate([batch.pixels for batch in batches[:-1]]),
        np.concatenate([batch.labels for batch in batches[:-1]]),
    )
    source = f"batches in the format of CIFAR-10 in {files[0].parent.name}"
    return dataset_of(files[0].parent.name, source, train, batches[-1], CLASSES, digest_of(contents))


def binary_batch(content: bytes, where: str) -> Images:
    """Return the records of a binary batch.

    Examples
    --------
    >>> batch = binary_batch(bytes([7]) + bytes(3072), "batch")
    >>> batch.labels.tolist(), batch.pixels.shape
    ([7], (1, 3, 32, 32))
    """
    if not content or len(content) % (PIXELS + 1):
        rule = f"must be whole records of {PIXELS + 1} bytes"
        raise InputError(where, f"{len(content):,} bytes", rule, "fetch it again; the archive must be unpacked")
    rows = np.frombuffer(content, dtype=np.uint8).reshape(-1, PIXELS + 1)
    return _checked(rows[:, 1:], rows[:, 0].astype(np.int64), where)


def python_batch(content: bytes, where: str) -> Images:
    """Return the records of a Python batch; nothing that it names is called."""
    try:
        batch = _Reader(io.BytesIO(content), encoding="bytes").load()
    except _Refused as error:
        rule = f"names the Python object {error}, which is not read: it could run anything"
        raise InputError(where, "a pickle", rule, "use the binary version of CIFAR-10") from None
    except Exception:  # whatever a damaged pickle makes of the unpickler
        raise InputError(where, "a file", "is no pickled batch of CIFAR-10", "fetch it again") from None
    remedy = "a batch is a dictionary with an array data and a list labels"
    if not isinstance(batch, dict):
        raise InputError(where, type(batch).__name__, "is no batch of CIFAR-10", remedy)
    data, labels = (batch.get(name, batch.get(name.decode())) for name in (b"data", b"labels"))
    if not isinstance(data, _Array) or not isinstance(labels, list) or not all(type(one) is int for one in labels):
        raise InputError(where, sorted(map(str, batch)), "is no batch of CIFAR-10", remedy)
    return _checked(data.rows(where), np.array([min(max(one, -1), CLASSES) for one in labels], dtype=np.int64), where)


def _checked(rows: Bytes, labels: np.ndarray, where: str) -> Images:
    if labels.shape != (len(rows),):
        raise InputError(where, f"{len(labels)} labels", f"must be {len(rows)}, one a record", "fetch it again")
    if len(labels) and not 0 <= labels.min() <= labels.max() < CLASSES:
        given = f"{labels.min()} to {labels.max()}"
        raise InputError(where, given, f"labels must be 0 to {CLASSES - 1}", "CIFAR-100 is another format")
    return Images(rows.reshape(-1, *SHAPE), labels)


class _Refused(Exception):
    """A name that a pickle must not have."""


class _Dtype:
    """What a pickle says of a data type: its code, nothing more."""

    def __init__(self, code: Any, *rest: Any) -> None:
        self.code = code.decode("ascii") if isinstance(code, bytes) else str(code)

    def __setstate__(self, state: Any) -> None:
        """Byte order and alignment: single bytes have neither."""


class _Array:
    """What a pickle says of an array: its shape, type and bytes, of which NumPy makes one afterwards."""

    state: tuple[Any, ...] = ()

    def __setstate__(self, state: Any) -> None:
        self.state = tuple(state)

    def rows(self, where: str) -> Bytes:
        """Return the array, which must be rows of pixels."""
        if len(self.state) == 5:
            _, shape, kind, fortran, content = self.state
            whole = isinstance(shape, tuple) and len(shape) == 2 and shape[1] == PIXELS and type(shape[0]) is int
            plain = isinstance(kind, _Dtype) and kind.code == "u1" and isinstance(content, bytes)
            if whole and plain and shape[0] * PIXELS == len(content):
                flat = np.frombuffer(content, dtype=np.uint8)
                return flat.reshape(shape, order="F" if fortran else "C")
        raise InputError(where, "data", f"must be rows of {PIXELS} bytes", "fetch it again")


def _array(*_: Any) -> _Array:
    return _Array()


def _text(text: Any, encoding: Any) -> bytes:
    """Python 3 writes bytes as text for old protocols."""
    return str(text).encode("latin1")


KNOWN: Mapping[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _array,
    ("numpy._core.multiarray", "_reconstruct"): _array,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _text,
}
"""All that such a batch names, and what stands for it."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in KNOWN:
            raise _Refused(f"{module}.{name}")
        return KNOWN[module, name]
