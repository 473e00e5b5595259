"""What is as far as the tolerance itself is within it: neither refuted nor left open for a last digit."""

from __future__ import annotations

import pytest

import mechproof as mp

from .pinned_kinds import KINDS, kind


@pytest.mark.parametrize("index", range(KINDS["bundles"][1]))
def test_as_far_as_the_tolerance_is_not_further(index: int) -> None:
    model, asked = kind("bundles", index).model, 0
    for values, _ in kind("bundles", index).answers[1:]:
        answer = mp.candidate(model, **values)
        found = mp.certify(answer, "exact")
        if found.distance:
            assert mp.certify(answer, "exact", found.distance).valid
        elif found.distance_at_least:
            assert mp.certify(answer, "exact", found.distance_at_least).optimal is not False
        asked += bool(found.distance or found.distance_at_least)
    assert asked > 1
