"""What somebody hands over by mistake from Python is told by its field, with a way out, and by no stranger's error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import mechproof as mp

CONTEST = mp.StackelbergPricing(cost=[1, 2, 3], alpha=10, beta=10)
PURCHASE = mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=1, beta=10)
MENU = mp.candidate(mp.PrivacyContract(cost=["1/2", 1], count=[1, 1], reward_pool=3), epsilon=[2, 1], payment=[1, 1])
MISTAKES: dict[str, Callable[[Any], Any]] = {
    "solution = StackelbergPricing(": lambda m: m.what_if(CONTEST),
    "(give what mp.solve or mp.candidate returns)": lambda m: m.what_if(None),
    "derivative = 'reward_pool': must be a value and a datum": lambda m: m.what_if(m.solve(CONTEST)).derivative[
        "reward_pool"
    ],
    "noise = 'normal': is no model of noise (such as": lambda m: m.infer([1], [[1, 1]], noise="normal"),
    "keep = 3: must be names": lambda m: m.repair(MENU, keep=3),
    "keep = [3]: must be names": lambda m: m.repair(MENU, keep=[3]),
    "require = 'uniqueness': must be a list of properties (write ['uniqueness'])": lambda m: m.verify(
        CONTEST, require="uniqueness"
    ),
    "StackelbergPricing is no finite game; mp.finite_form makes one": lambda m: m.dominated(CONTEST),
    "int is no finite game": lambda m: m.nfg_text(3),
    "FiniteGame is no game of people who decide on numbers": lambda m: m.finite_form(m.FiniteGame(payoff=[[1]])),
    "StackelbergPricing is no mechanism of finitely many types": lambda m: m.revelation_game(CONTEST),
    "StackelbergPricing is no mp.Family": lambda m: m.design(CONTEST),
    "require = 'ic': must be a list of properties' names": lambda m: m.design(
        m.ContestPool(cost=[1, 1], alpha=4, beta=2), require="ic"
    ),
    "must be numbers (give each run's worth)": lambda m: m.fit_revenue_curve({1: ["x"]}),
    "such as StackelbergPricing": lambda m: m.play(PURCHASE),
    "PrivacyProcurement is no game; mp.verify judges": lambda m: m.misreport(PURCHASE, 0, 3),
    "there is no 'vgc' here (did you mean 'vcg'?": lambda m: m.compare_mechanisms(PURCHASE)["vgc"],
}


@pytest.mark.parametrize("told", MISTAKES)
def test_mistakes_are_told(told: str) -> None:
    with pytest.raises(mp.MechproofError) as raised:
        MISTAKES[told](mp)
    assert told in str(raised.value)


def test_claims_can_be_gone_through_and_asked_for_by_id() -> None:
    found = mp.prove(mp.StackelbergPricing, claim="stackelberg/eq-16-concave")
    assert [one.claim.id for one in found] == ["stackelberg/eq-16-concave"]
    assert "stackelberg/eq-16-concave" in found
    assert "stackelberg/eq-16" not in found
