"""Version pricing against known values, a plain CVXPY model and hostile instances."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optional import needs
from pricing_oracles import Fit, in_cone, random_fit

import mechproof as mp

LOSSES = ("squared", "absolute", "huber")
ATTACKS = ("composition", "averaging", "none")


@dataclass(frozen=True)
class Known:
    """A fit with its known answer."""

    name: str
    model: dict[str, Any]
    price: list[Any]
    loss: Fraction


KNOWN = [
    Known(
        "composition",
        {"epsilon": [1, 2, 4, 8], "target": [1, 5, 6, 20]},
        [Fraction(39, 17), Fraction(78, 17), Fraction(156, 17), Fraction(312, 17)],
        Fraction(249, 17),
    ),
    Known(
        "averaging",
        {"epsilon": [1, 2, 4, 8], "target": [1, 5, 6, 20], "attack": "averaging"},
        [Fraction(21, 17), Fraction(84, 17), 6, 20],
        Fraction(1, 17),
    ),
    Known("monotone only", {"epsilon": [1, 2, 4], "target": [1, 6, 4], "attack": "none"}, [1, 5, 5], Fraction(2)),
    Known("one version", {"epsilon": ["0.1"], "target": ["0.3"]}, [Fraction(3, 10)], Fraction(0)),
    Known("equal targets", {"epsilon": [3, 1, 2], "target": [7, 7, 7]}, [7, 7, 7], Fraction(0)),
    Known(
        "wide Huber is squared",
        {"epsilon": [1, 2, 4, 8], "target": [1, 5, 6, 20], "loss": "huber", "huber_width": 100},
        [Fraction(39, 17), Fraction(78, 17), Fraction(156, 17), Fraction(312, 17)],
        Fraction(249, 17),
    ),
    # of prices (v, 2v) the first loss has slope 2 beyond v = 2, the second 4(2v - 8) from v = 7/2 on
    Known(
        "Huber beyond its width",
        {"epsilon": [1, 2], "target": [1, 8], "loss": "huber", "huber_width": 1},
        [Fraction(15, 4), Fraction(15, 2)],
        Fraction(19, 4),
    ),
    # |v - 1| + |2v - 8|: the second falls by 2 until v = 4
    Known("absolute", {"epsilon": [1, 2], "target": [1, 8], "loss": "absolute"}, [4, 8], Fraction(3)),
]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.name)
def test_known_answers_exactly_and_in_floats(case: Known) -> None:
    model = mp.VersionPricing(**case.model)
    s = mp.solve(model, arithmetic="exact")
    assert s.exact is not None
    assert list(s.exact["price"]) == case.price
    assert s.exact["loss"] == case.loss
    assert s.certificate.valid
    assert s.certificate.violation == 0
    floats = mp.solve(model)
    assert floats.values["price"] == pytest.approx([float(p) for p in case.price], rel=1e-14)
    assert floats.certificate.valid
    assert mp.certify(floats, arithmetic="exact").valid


@pytest.mark.parametrize(("loss", "attack"), list(product(LOSSES, ATTACKS)))
def test_random_fits_agree_with_clarabel(loss: str, attack: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(4):
        _agrees(random_fit(rng, loss, attack, barrier=False))


@pytest.mark.parametrize(("loss", "attack"), list(product(LOSSES, ATTACKS)))
def test_random_barrier_fits_agree_with_clarabel(loss: str, attack: str) -> None:
    rng = np.random.default_rng(2)
    for _ in range(2):
        _barrier_agrees(random_fit(rng, loss, attack, barrier=True))


@pytest.mark.slow
@pytest.mark.parametrize(("loss", "attack"), list(product(LOSSES, ATTACKS)))
def test_hundreds_of_random_fits_agree_with_clarabel(loss: str, attack: str) -> None:
    rng = np.random.default_rng(3)
    many = int(os.environ.get("MECHPROOF_INSTANCES", "180"))
    for _ in range(many // 9):
        _agrees(random_fit(rng, loss, attack, barrier=False, largest=40))
    for _ in range(many // 27):
        _barrier_agrees(random_fit(rng, loss, attack, barrier=True, largest=25))


def _agrees(fit: Fit) -> None:
    """The default's loss is no worse than Clarabel's, and the certificate valid, over floats and over fractions."""
    reference, price = fit.optimum()
    unit = fit.loss_of(0 * np.asarray(fit.target))
    for arithmetic in ("float", "exact"):
        s = mp.solve(fit.model, arithmetic=arithmetic)
        assert s.certificate.valid, (fit, s.certificate)
        assert abs(fit.loss_of(s.values["price"]) - reference) <= 1e-9 * unit, fit
        assert s.values["loss"] == pytest.approx(fit.loss_of(s.values["price"]), rel=1e-12, abs=1e-13 * unit)
    assert s.exact is not None
    assert in_cone([Fraction(e) for e in fit.epsilon], s.exact["price"], fit.attack)
    if fit.loss == "squared":
        assert s.values["price"] == pytest.approx(price, abs=1e-5 * max(price))


def _barrier_agrees(fit: Fit) -> None:
    """The prices are Clarabel's, strictly inside the cone, and their loss exceeds the optimum by (2k - 1)/λ at most."""
    _, price = fit.optimum()
    s = mp.solve(fit.model)
    assert s.certificate.valid, (fit, s.certificate)
    reached, reference = fit.barrier_objective_of(s.values["price"]), fit.barrier_objective_of(price)
    assert reached <= reference + 1e-12 * abs(reference)
    assert s.values["price"] == pytest.approx(price, abs=1e-4 * max(price))
    assert in_cone(fit.epsilon, s.values["price"], fit.attack)
    assert fit.barrier is not None
    count = len(fit.epsilon)
    terms = count if fit.attack == "none" else 2 * count - 1
    assert s.values["loss_above_optimum"] == pytest.approx(terms / fit.barrier)
    best = mp.solve(replace(fit, barrier=None).model).values["loss"]
    assert -1e-9 * abs(best) <= s.values["loss"] - best <= terms / fit.barrier


def test_kinks_that_meet_at_one_price_are_counted_together() -> None:
    """A kink that a cut leaves at the very price of another loss's kink once made a lower price be passed over."""
    epsilon = [2.2732734, 3.9247132, 5.5446747, 6.4107476, 6.7377272, 7.4126301, 8.6130142, 9.4471619]
    target = [21.4, 29.06, 33.35, 50.61, 51.71, 26.57, 32.07, 54.41]
    _agrees(Fit(epsilon, target, "absolute"))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.fractions(Fraction(1, 8), 20, max_denominator=8)),
        min_size=1,
        max_size=7,
        unique_by=lambda version: version[0],
    ),
    st.sampled_from(LOSSES),
    st.sampled_from(ATTACKS),
)
def test_exact_answers_certify_exactly_and_beat_every_mixture(
    versions: list[tuple[int, Fraction]], loss: str, attack: str
) -> None:
    epsilon, target = zip(*versions, strict=True)
    model = mp.VersionPricing(epsilon=epsilon, target=target, loss=loss, attack=attack, huber_width="1/2")
    s = mp.solve(model, arithmetic="exact")
    assert s.exact is not None
    assert s.certificate.valid
    assert in_cone([Fraction(e) for e in epsilon], s.exact["price"], attack)
    # by convexity an optimum cannot be improved by a step towards any other safe menu
    for other in ([max(target)] * len(target), [max(target) * e / max(epsilon) for e in epsilon]):
        moved = [p + (q - p) / 100 for p, q in zip(s.exact["price"], other, strict=True)]
        c = mp.candidate(model, price=moved)
        assert c.exact is not None
        assert c.exact["loss"] >= s.exact["loss"]


def test_prices_keep_the_callers_order() -> None:
    rng = np.random.default_rng(4)
    epsilon, target = rng.permutation(np.arange(1.0, 21)), rng.uniform(1, 9, 20)
    for loss, barrier in product(LOSSES, (None, 50.0)):
        one = mp.solve(mp.VersionPricing(epsilon=epsilon, target=target, loss=loss, barrier=barrier))
        other = mp.solve(mp.VersionPricing(epsilon=epsilon[::-1], target=target[::-1], loss=loss, barrier=barrier))
        assert one.values["price"] == pytest.approx(other.values["price"][::-1], rel=1e-12)
        assert one.certificate.valid


@pytest.mark.parametrize("unit", [1e-9, 1e9])
@pytest.mark.parametrize("loss", LOSSES)
def test_tiny_and_huge_prices(loss: str, unit: float) -> None:
    rng = np.random.default_rng(5)
    epsilon, target = rng.uniform(1, 9, 15), rng.uniform(1, 9, 15)
    small = mp.solve(mp.VersionPricing(epsilon=epsilon, target=target, loss=loss)).values["price"]
    s = mp.solve(mp.VersionPricing(epsilon=epsilon, target=target * unit, loss=loss, huber_width=unit))
    assert s.values["price"] == pytest.approx(small * unit, rel=1e-9)
    assert s.certificate.valid
    power = 1 if loss == "absolute" else 2
    barred = mp.VersionPricing(
        epsilon=epsilon, target=target * unit, loss=loss, huber_width=unit, barrier=100 / unit**power
    )
    assert mp.solve(barred).certificate.valid


def test_one_outlier_does_not_blur_the_rest() -> None:
    """The certificate is relative to the optimal prices, not to a target a billion times as large."""
    model = mp.VersionPricing(epsilon=[1, 2, 3, 4], target=[1, 2, 2, 1e9], loss="absolute", attack="composition")
    s = mp.solve(model)
    assert max(s.values["price"]) < 1e10
    assert s.certificate.valid
    assert mp.certify(s, arithmetic="exact").valid


def test_budgets_that_differ_by_a_rounding() -> None:
    model = mp.VersionPricing(epsilon=[1, 1 + 1e-12, 2], target=[1, 3, 2])
    assert mp.solve(model).certificate.valid
    assert mp.solve(model, arithmetic="exact").certificate.valid


@dataclass(frozen=True)
class Bad:
    name: str
    data: dict[str, Any]
    message: str


@pytest.mark.parametrize(
    "case",
    [
        Bad("equal", {"epsilon": [1, 2, 1], "target": [1, 2, 3]}, r"epsilon\[2\] = 1: .*epsilon\[0\] has the same"),
        Bad(
            "equal as text",
            {"epsilon": ["0.5", "1/2"], "target": [1, 2], "version": ["a", "b"]},
            r"epsilon\[1\] \(version b\) = 1/2: .*version a",
        ),
        Bad("no versions", {"epsilon": [], "target": []}, "at least one version"),
        Bad("free", {"epsilon": [1], "target": [0]}, r"target\[0\] = 0: a surveyed price must be positive"),
        Bad("negative budget", {"epsilon": [1, -1], "target": [1, 1]}, r"epsilon\[1\] = -1"),
        Bad("unmatched", {"epsilon": [1, 2], "target": [1]}, "as many entries"),
        Bad("loss", {"epsilon": [1], "target": [1], "loss": "cubic"}, "'squared', 'absolute', 'huber'"),
        Bad("attack", {"epsilon": [1], "target": [1], "attack": "theft"}, "'composition', 'averaging', 'none'"),
        Bad("barrier", {"epsilon": [1], "target": [1], "barrier": 0}, "barrier's weight must be positive"),
        Bad("width", {"epsilon": [1], "target": [1], "huber_width": 0}, "Huber width must be positive"),
    ],
    ids=lambda case: case.name,
)
def test_bad_input_is_refused(case: Bad) -> None:
    with pytest.raises(mp.InputError, match=case.message):
        mp.VersionPricing(**case.data)


def test_what_cannot_be_solved_is_said() -> None:
    barred = mp.VersionPricing(epsilon=[1, 2], target=[1, 2], barrier=3)
    with pytest.raises(mp.UnsupportedModel, match="without a barrier"):
        mp.solve(barred, arithmetic="exact")
    with pytest.raises(mp.UnsupportedModel, match="price-fit fits VersionPricing only"):
        mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), "price-fit")


@pytest.mark.slow
def test_at_least_four_back_ends_are_certified() -> None:
    names = ["price-fit", "cvxpy:CLARABEL", "cvxpy:PIQP", "cvxpy:OSQP", "pyomo:scip"]
    for loss, attack in product(LOSSES, ("composition", "averaging")):
        model = mp.VersionPricing(epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20], loss=loss, attack=attack)
        valid = [name for name in names[:4] if mp.solve(model, name).certificate.valid]
        assert len(valid) == 4, (loss, attack, valid)
    model = mp.VersionPricing(epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20])
    assert len(mp.compare(model, backends=names).certified) == 5
    barred = mp.VersionPricing(epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20], barrier=100)
    names = ["price-fit", "cvxpy:CLARABEL", "cvxpy:SCS"]
    assert len(mp.compare(barred, backends=names).certified) == 3


@needs("ecos")
def test_ecos_solves_the_barrier() -> None:
    barred = mp.VersionPricing(epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20], barrier=100)
    assert mp.solve(barred, "cvxpy:ECOS").certificate.valid


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_ten_thousand_versions(loss: str) -> None:
    rng = np.random.default_rng(6)
    epsilon = rng.permutation(np.cumsum(rng.uniform(0.001, 0.01, 10_000)))
    model = mp.VersionPricing(epsilon=epsilon, target=np.sqrt(epsilon) * rng.uniform(5, 20, 10_000), loss=loss)
    s, other = mp.solve(model), mp.solve(model, "cvxpy:PIQP")
    assert s.certificate.valid
    assert other.certificate.valid
    assert s.values["loss"] == pytest.approx(other.values["loss"], rel=1e-9)
