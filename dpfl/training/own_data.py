"""Records of one's own, as a specification names them in place of a data set's name.

::

    dataset = { file = "scans.npz", features = "x", labels = "y", scale = 255, classes = 10 }
    dataset = { file = "emnist/gzip/emnist-balanced" }

In an .npz file `features` and `labels` name the arrays, and are "features" and "labels" by default; with
`test_features` and `test_labels` the test is on these. A record may be an array of any shape, such as an image; a
linear head sees it flattened. Features are divided by `scale`, 1 by default, after which they must lie in [0, 1]. It
and the number of `classes`, by default one more than the largest label, are public constants: to take them from the
records would tell something of them. A folder holds an official set; see :mod:`.formats.named`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...formulations.errors import InputError
from ...formulations.specification.fields import refuse_no_text, refuse_unknown
from .data import Dataset
from .formats.named import read_path
from .formats.npz import KEYS, read_npz


def read_dataset(table: Mapping[str, Any], where: str, folder: Path) -> tuple[Dataset, str]:
    r"""Return the records that a table of a specification names, and the SHA-256 of their files.

    Parameters
    ----------
    table
        With the keys of `KEYS`; `file` is relative to `folder`. An official set needs no other.
    where
        What messages call it.
    folder
        Of the specification.

    Raises
    ------
    InputError
        When nothing there is in a format that is known, or the files break their rules.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder) / "tiny.npz", features=np.eye(4), labels=[0, 1, 0, 1])
    ...     own, _ = read_dataset({"file": "tiny.npz"}, "dataset", Path(folder))
    >>> own.features.shape, own.classes
    ((4, 4), 2)
    """
    refuse_unknown(where, table, KEYS)
    file = refuse_no_text(f"{where}.file", table.get("file"))
    path = folder / file
    if not path.is_dir() and (path.suffix == ".npz" or not path.name.startswith("emnist-")):
        return read_npz(table, where, folder)
    for key in table:
        if key != "file":
            rule = "is for the arrays of an .npz file; an official set says it itself"
            raise InputError(f"{where}.{key}", table[key], rule, f"leave out {key}")
    found = read_path(path, f"{where}.file")
    return found, found.source.rpartition(" ")[2]
