"""Tests of what an extra brings: they are skipped, with a note, where it is not installed."""

from __future__ import annotations

import pytest

from mechproof.formulations.extras import missing


def needs(package: str) -> pytest.MarkDecorator:
    """A mark that skips a test where a package is not installed; the note says what would install it."""
    reason = missing(package)
    return pytest.mark.skipif(reason is not None, reason=reason or "")


ECOS = pytest.param("ECOS", marks=needs("ecos"))
"""The solver ECOS, which no default brings."""
CVXPY_ECOS = pytest.param("cvxpy:ECOS", marks=needs("ecos"))
"""Its back end."""
