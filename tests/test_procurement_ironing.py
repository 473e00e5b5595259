"""Priors of one's own whose virtual cost falls are refused, and those that rise are solved and certified."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

import mechproof as mp
from mechproof.formulations.errors import UnsupportedModel
from mechproof.formulations.procurement.priors import UniformPrior

BASE: dict[str, Any] = {"epsilon_cap": [1, 1], "alpha": 1, "beta": 9, "rule": "myerson"}


class Dip(UniformPrior):
    """A density that jumps up: 1 + 4[(c − 2)² + 2(c − 1)(c − 2)] is negative from 3/2 to 11/6."""

    def charge(self, a: Any, cost: Any) -> Any:
        return cost + 4 * (cost - 1) * (cost - 2) * (cost - 2)


class Rising(UniformPrior):
    """A charge that rises faster than a uniform prior's."""

    def charge(self, a: Any, cost: Any) -> Any:
        return cost + a.square(cost - 1)


class Flat(UniformPrior):
    """Ironed by hand, with a kink."""

    def charge(self, a: Any, cost: Any) -> Any:
        return a.maximum(2 * cost - 1, a.number("2.5"))


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_virtual_cost_that_falls_is_refused(arithmetic: str) -> None:
    slopes = [1 + 4 * ((c - 2) ** 2 + 2 * (c - 1) * (c - 2)) for c in np.linspace(1, 2, 1001)]
    assert min(slopes) < -0.3
    model = mp.PrivacyProcurement(cost=[1, "1.2"], prior=Dip(low=1, high=2), **BASE)
    with pytest.raises(UnsupportedModel, match="the charge of Dip falls at a cost of 1"):
        mp.solve(model, arithmetic=arithmetic)
    stated = mp.candidate(model, epsilon=[1, 1], payment=[2, 2]).certificate
    assert not stated.valid
    assert "falls at a cost" in stated.reason


def test_where_it_falls_beyond_all_that_is_bought_it_does_not_matter() -> None:
    # V′(0) = 3/2: nobody is bought from at 3/2, where it begins to fall
    model = mp.PrivacyProcurement(
        cost=[1, "1.2"], epsilon_cap=[1, 1], alpha=1, beta=3, rule="myerson", prior=Dip(low=1, high=2)
    )
    assert mp.solve(model).values["epsilon"][1] == 0


def test_one_that_rises_is_paid_by_its_own_charge_and_not_by_its_class() -> None:
    model = mp.PrivacyProcurement(cost=[1, "1.2"], prior=Rising(low=1, high=2), **BASE)
    found = mp.solve(model)
    assert found.certificate.valid

    def sold(z: float, other: float) -> float:
        wanted = 9 / (z + (z - 1) ** 2) - 2
        return float(np.clip(wanted - (1.0 if other < z else 0.0), 0, 1))

    for i, (own, other) in enumerate(((1, 1.2), (1.2, 1))):
        rent = quad(sold, own, 2, args=(other,), points=[other], limit=200)[0]
        assert found.values["payment"][i] == pytest.approx(own * found.values["epsilon"][i] + rent, abs=1e-6)


def test_a_charge_with_a_kink_is_refused_and_not_a_fault() -> None:
    model = mp.PrivacyProcurement(cost=[1, "1.2"], prior=Flat(low=1, high=2), **BASE)
    with pytest.raises(UnsupportedModel, match="not analytic"):
        mp.solve(model, arithmetic="exact")
