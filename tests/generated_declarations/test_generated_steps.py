"""Verdicts on generated games with steps and kinks, against an exact search for the best decision and its limits."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from mechproof.proofs.own import proving

from .judge import Here
from .steps import COSTS, FEES, REWARDS, StepSpec, drawn_steps, false_of


def false_verdicts(spec: StepSpec, claims: tuple[str, ...]) -> list[str]:
    """Ask for properties, and return what is false about the verdicts."""
    found = []
    with patch.object(proving, "Worker", Here):
        for name in claims:
            for claim in proving.prove_own(spec.declared(), f"own/{name}", seconds=1.0).claims:
                found.append(false_of(spec, name, str(claim.verdict)))
    return [one for one in found if one]


@pytest.mark.parametrize("number", range(3))
def test_no_verdict_is_false(number: int) -> None:
    assert not false_verdicts(drawn_steps(number, seed=1), ("existence",))


@pytest.mark.slow
def test_no_verdict_of_many_is_false() -> None:
    for number in range(12):
        spec = drawn_steps(number, seed=2)
        assert not false_verdicts(spec, ("existence", "concave-player", "individual-rationality")), spec.source


def test_the_search_sees_what_is_false() -> None:
    """A price beyond a threshold only is never at its best; a fee for being there at all leaves less than nothing."""
    beyond = StepSpec(0, (REWARDS[2], COSTS[1], FEES[0]))
    assert "approached, and never reached" in false_of(beyond, "existence", "PROVED")
    assert not false_of(StepSpec(0, (REWARDS[1], COSTS[1], FEES[0])), "existence", "PROVED")
    charged = StepSpec(0, (REWARDS[1], COSTS[0], FEES[2]))
    assert false_of(charged, "individual-rationality", "PROVED")
    assert false_of(StepSpec(0, (REWARDS[0], COSTS[0], FEES[0])), "concave-player", "REFUTED") == "nothing breaks it"
