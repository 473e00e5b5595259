"""What the package needs, as its metadata says: always, or for one of its extras; and what of it is not installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import requires
from importlib.util import find_spec

from .errors import UnsupportedModel


@dataclass(frozen=True)
class Requirement:
    """A package that is needed: by an extra, or always."""

    package: str
    extra: str | None


def requirements() -> Iterator[Requirement]:
    """Yield what the installed metadata requires, extra by extra.

    Examples
    --------
    >>> Requirement("numpy", None) in requirements(), Requirement("torch", "train") in requirements()
    (True, True)
    """
    for line in requires("mechproof") or ():
        package = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", line)
        yield Requirement(package, extra[1] if extra else None)


def missing(package: str, module: str = "") -> str | None:
    """Return what to say of a package that is not installed, with the command that brings it; None if it is there.

    What is always installed can be missing where a package that shares its files was removed: cvxpy takes those of
    cvxpy-base along, and pip goes on to count that as installed.

    Parameters
    ----------
    package
        Its name as a requirement.
    module
        What is imported, where the name differs by more than a dash.

    Examples
    --------
    >>> missing("numpy") is None
    True
    >>> missing("torch", "no_such_module")
    'needs torch, which is not installed: pip install "mechproof[train]"'
    """
    if find_spec(module or package.replace("-", "_")) is not None:
        return None
    needed = [item.extra for item in requirements() if item.package == package]
    if None in needed:
        return f"needs {package}, whose files are not there: {restoring(package)}"
    return f'needs {package}, which is not installed: pip install "{f"mechproof[{needed[0]}]" if needed else package}"'


def restoring(*packages: str) -> str:
    """Return the command that brings packages back, also those that pip counts as installed.

    Examples
    --------
    >>> restoring("cvxpy-base")
    'pip install --force-reinstall --no-deps cvxpy-base'
    """
    return f"pip install --force-reinstall --no-deps {' '.join(packages)}"


def refuse_missing(what: str, package: str, module: str = "") -> None:
    """Refuse to do what a package that is not installed would be needed for.

    Raises
    ------
    UnsupportedModel
        When it is not installed; the message has the command that brings it.

    Examples
    --------
    >>> refuse_missing("a figure", "matplotlib", "no_such_module")
    Traceback (most recent call last):
        ...
    mechproof.formulations.errors.UnsupportedModel: a figure needs matplotlib, which is not installed: \
pip install "mechproof[report]"
    """
    if (reason := missing(package, module)) is not None:
        raise UnsupportedModel(f"{what} {reason}")
