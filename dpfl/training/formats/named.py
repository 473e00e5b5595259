"""Data from a path: a file .npz, or a folder with the files of an official set."""

from __future__ import annotations

import sys
from pathlib import Path

from ....formulations.errors import InputError
from ..data import Dataset
from .cifar import cifar_files, read_cifar
from .idx import idx_sets, read_idx
from .npz import read_npz

FASHION_FOLDERS = tuple(
    Path(prefix) / "share" / "datasets" / "fashion-mnist" for prefix in (sys.prefix, "/usr", "/usr/local")
)
"""Where Debian's package ``dataset-fashion-mnist`` puts it."""

FORMATS = (
    "an .npz file with arrays features and labels; a folder with the four IDX files of MNIST, Fashion-MNIST or EMNIST; "
    "a folder with the six batches of CIFAR-10"
)


def read_path(path: Path, where: str = "data") -> Dataset:
    """Read the records at a path, whatever official format they are in.

    Parameters
    ----------
    path
        A file .npz; a folder of IDX files (one with several splits of EMNIST needs the split, as in
        ``gzip/emnist-balanced``) or of the batches of CIFAR-10.
    where
        What messages call it.

    Raises
    ------
    InputError
        When nothing there is in a format that is known, or a file breaks its rules.

    Examples
    --------
    >>> read_path(Path("nowhere"))
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: data = 'nowhere': there is no such file or folder ...
    """
    if path.is_file():
        return read_npz({"file": path.name}, where, path.parent)[0]
    chosen = f"{path.name}-" if not path.is_dir() else None
    folder = path if chosen is None else path.parent
    sets = idx_sets(folder)
    if chosen is not None:
        if chosen not in sets:
            raise InputError(where, str(path), "there is no such file or folder", f"name {FORMATS}")
        return read_idx(chosen, sets[chosen], where)
    if len(sets) > 1:
        names = ", ".join(str(path / prefix.rstrip("-")) for prefix in sets if prefix)
        raise InputError(where, str(path), "holds several sets", f"name one of {names}")
    if sets:
        return read_idx(*next(iter(sets.items())), where)
    if files := cifar_files(folder):
        return read_cifar(files, where)
    raise InputError(where, str(path), "is a folder without data in a format that is known", f"name {FORMATS}")


def fashion_mnist() -> Dataset:
    """Return the 60,000 and 10,000 images of clothes of Fashion-MNIST, from Debian's package.

    Raises
    ------
    InputError
        When the package is not installed.

    Notes
    -----
    Xiao, Rasul & Vollgraf 2017, arXiv 1708.07747; MIT licence.
    """
    for folder in FASHION_FOLDERS:
        if folder.is_dir():
            return read_path(folder, "dataset")
    remedy = "apt-get install dataset-fashion-mnist, or name the folder with its four files (--data)"
    raise InputError("dataset", "fashion-mnist", f"is not in {FASHION_FOLDERS[1]}", remedy)
