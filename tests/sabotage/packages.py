"""What is mutated, by the packages it lives in: every function and method of every module below them."""

from __future__ import annotations

from .live import modules_below

BACK_ENDS = ("mechproof.solvers.backends",)
CERTIFICATES = ("mechproof.solvers.certificates",)

EQUIVALENT: dict[str, str] = {}
"""Why a fault in a certificate changes nothing that a check could see, by a pattern in its name."""


def back_ends() -> list[str]:
    """Return the modules of the back ends."""
    return modules_below(BACK_ENDS)


def certificates() -> list[str]:
    """Return the modules of the certificates."""
    return modules_below(CERTIFICATES)
