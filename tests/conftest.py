"""What thousands of collected tests leave in memory is not looked through again by each garbage collection."""

from __future__ import annotations

import gc

gc.disable()  # nothing that is collected goes away again


def pytest_collection_finish() -> None:
    """Put aside what is there, and clean up after the tests themselves."""
    gc.freeze()
    gc.enable()
