"""Prices of versions are judged without what found them: no back end is loaded, and a broken one changes nothing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.solvers.backends.versions import menu_program, price_barrier, price_fit

LOSSES = ("squared", "absolute", "huber")
SURVEY = {"epsilon": [4, 1, 2, 8], "target": ["6", "1", "5", "20"]}
BUYERS = {"epsilon": [3, 1], "wanted": [1, 0, 0, 1], "value": ["0.1", "0.3", 5, 2]}

ALONE = """
import sys
sys.modules["mechproof.solvers.backends"] = None  # whoever imports one fails
import mechproof as mp

fit = dict(epsilon=[1, 2], target=[1, 5])
for attack, price in (("composition", ["11/5", "22/5"]), ("averaging", ["21/17", "84/17"])):
    for arithmetic in ("float", "exact"):
        assert mp.certify(mp.candidate(mp.VersionPricing(**fit, attack=attack), price=price), arithmetic).valid
        wrong = mp.certify(mp.candidate(mp.VersionPricing(**fit, attack=attack), price=["1", "2"]), arithmetic)
        assert wrong.optimal is False, wrong
barred = mp.VersionPricing(epsilon=[1, 2], target=[2, 2], barrier=1000, loss="absolute")
for arithmetic in ("float", "exact"):
    assert mp.certify(mp.candidate(barred, price=[1, 1.5]), arithmetic).optimal is False
market = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.3", "0.5"])
for arithmetic in ("float", "exact"):
    assert mp.certify(mp.candidate(market, price=["0.1", "0.3"]), arithmetic).valid
    assert mp.certify(mp.candidate(market, price=["0.05", "0.15"]), arithmetic).optimal is False
assert not [name for name in sys.modules if name.startswith("mechproof.solvers.backends.")]
"""


def test_no_back_end_is_loaded_for_a_certificate() -> None:
    found = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stderr


@dataclass(frozen=True)
class Fault:
    """A name of a back end's module, and what stands in its place."""

    module: Any
    name: str
    broken: Any


def _steeper(cone: Any, algebra: Any, weight: Any, price: Any) -> Any:
    point = RIGHT_POINT(cone, algebra, weight, price)
    point.__dict__["gradient"] = point.gradient * 1.01
    return point


RIGHT_POINT = price_barrier.BarrierPoint
RIGHT_STAGES = menu_program.stages
FAULTS = [
    Fault(price_fit, "fitted_prices", lambda model, algebra: algebra.vector(model.target) * 2),
    Fault(price_fit, "fitted_prices", lambda model, algebra: algebra.vector(np.sort(model.epsilon))),
    Fault(price_fit, "slope_pieces", lambda loss, target, width: (-target, 1, ())),
    Fault(price_fit, "_root_above", lambda below, above, x, here, value, slope: (here, value, slope)),
    Fault(price_barrier, "BarrierPoint", _steeper),
    Fault(
        menu_program, "stages", lambda survey: [replace(stage, worth=-stage.worth) for stage in RIGHT_STAGES(survey)]
    ),
    Fault(menu_program, "best_prices", lambda survey: 0 * survey.space.weight),
    Fault(menu_program, "_sold", lambda survey, rank, prices: 0 * prices),
]


def right_answers() -> list[mp.Solution]:
    """Found before anything is broken."""
    models: list[Any] = [mp.VersionPricing(**SURVEY, loss=loss) for loss in LOSSES]
    models += [mp.VersionPricing(**SURVEY, loss=loss, barrier=100) for loss in LOSSES]
    models += [mp.VersionRevenue(**BUYERS), mp.VersionRevenue(**BUYERS, attack="none")]
    return [mp.solve(model) for model in models]


RIGHT = right_answers()


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.name}")
@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_broken_back_end_is_never_believed(fault: Fault, arithmetic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault.module, fault.name, fault.broken)
    differ = 0
    for right in RIGHT:
        model: Any = right.model
        assert mp.certify(mp.candidate(model, **right.values), arithmetic).valid
        try:
            answer = mp.solve(model)
        except Exception:  # broken enough to say so itself
            differ += 1
            continue
        if np.allclose(answer.values["price"], right.values["price"], rtol=1e-7):
            continue
        differ += 1
        found = mp.certify(answer, arithmetic)
        same = isinstance(model, mp.VersionRevenue) and answer.values["revenue"] == right.values["revenue"]
        assert not found.valid or same or (found.distance is None and model.loss != "squared"), (model, found)
    assert differ


def test_the_size_of_another_optimal_menu_forgives_nothing() -> None:
    """Every common price from 1 to a million is optimal; prices that fall by a tenth are not nearly equal."""
    model = mp.VersionPricing(epsilon=[1, 2], target=[10**6, 1], loss="absolute", attack="none")
    for arithmetic in ("float", "exact"):
        found = mp.certify(mp.candidate(model, price=["1.0999", 1]), arithmetic)
        assert found.feasible is False
        assert found.violation == pytest.approx(0.0999 / 2.0999)
        for price in (1, 1000, 10**6):
            assert mp.certify(mp.candidate(model, price=[price, price]), arithmetic).valid
        for price in ("0.999999", "1000001"):
            assert mp.certify(mp.candidate(model, price=[price, price]), arithmetic).optimal is False


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_an_outcome_falsified_in_either_statement_is_seen(arithmetic: str) -> None:
    models = {"loss": mp.VersionPricing(**SURVEY), "revenue": mp.VersionRevenue(**BUYERS)}
    for name, model in models.items():
        right = mp.solve(model, arithmetic="exact")
        assert right.exact is not None
        assert mp.certify(right, arithmetic).valid
        other = right.exact[name] * (1 + Fraction(1, 10**5))
        for wrong in (
            replace(right, exact={**right.exact, name: other}),
            replace(right, values={**right.values, name: right.values[name] * (1 + 1e-5)}),
        ):
            found = mp.certify(wrong, arithmetic)
            assert found.feasible is False
            assert f"{name} is stated as" in found.reason


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_width_far_above_the_prices_is_a_squared_loss(arithmetic: str) -> None:
    for width in (100, 1e9, 1e300):
        wide = mp.VersionPricing(**SURVEY, loss="huber", huber_width=width)
        found = mp.solve(wide)
        assert mp.certify(found, arithmetic).valid
        assert found.values["price"] == pytest.approx(mp.solve(mp.VersionPricing(**SURVEY)).values["price"])


def test_a_refutation_is_a_better_menu_or_a_distance_that_is_certain() -> None:
    """An answer whose tolerance is finer than doubles is undecided in floats, not refuted."""
    model = mp.VersionPricing(**SURVEY)
    found = mp.certify(mp.solve(model), "float", tolerance=1e-17)
    assert found.feasible is not False
    assert found.optimal is not False
