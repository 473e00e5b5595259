"""Accounting against independent oracles: high-precision arithmetic, quadrature, and another library's PLD."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from mechproof.dpfl.accounting.budgets import budgets_of
from mechproof.dpfl.accounting.classical import classical_uncomposed
from mechproof.dpfl.accounting.ledger import ledger, noise_multipliers
from mechproof.dpfl.accounting.privacy import delta, epsilon_for, epsilon_of, mu_for, sigma_for
from mechproof.dpfl.accounting.release import Adjacency, Release
from mechproof.formulations.errors import InputError


def precise_delta(epsilon: float, mu: float) -> mpmath.mpf:
    with mpmath.workdps(80):
        epsilon, mu = mpmath.mpf(epsilon), mpmath.mpf(mu)
        return mpmath.ncdf(-epsilon / mu + mu / 2) - mpmath.exp(epsilon) * mpmath.ncdf(-epsilon / mu - mu / 2)


@pytest.mark.parametrize(("epsilon", "printed"), [(0.5, "99.44505"), (2, "28.197"), (10, "7.0695"), (50, "2.117935")])
def test_noise_multipliers_to_every_printed_digit(epsilon: float, printed: str) -> None:
    digits = len(printed.partition(".")[2])
    assert f"{float(sigma_for(epsilon, 1e-5, rounds=200)):.{digits}f}".rstrip("0") == printed


@pytest.mark.parametrize("epsilon", [1e-6, 1e-3, 0.1, 1.0, 10.0, 100.0, 1e4])
@pytest.mark.parametrize("target", [1e-9, 1e-5, 0.01, 0.5])
def test_calibration_spends_delta_exactly(epsilon: float, target: float) -> None:
    mu = float(mu_for(epsilon, target))
    assert target * (1 - 1e-6) <= precise_delta(epsilon, mu) <= target
    assert float(delta(epsilon, mu)) == pytest.approx(target, rel=1e-7)
    assert float(epsilon_for(mu, target)) == pytest.approx(epsilon, rel=1e-6)


@pytest.mark.parametrize("target", [1e-30, 1e-15, 1e-9, 1e-5, 0.01, 0.5, 0.99])
def test_no_rounding_overspends(target: float) -> None:
    """The exact δ is at most δ, the ledger's ε at most the budget and never less than the true one, to the last bit."""
    budgets = np.append(np.geomspace(1e-12, 1e5, 35), [0.5, 2.0, 10.0, 50.0])
    account = ledger(budgets_of(budgets.tolist()), target, 30, RECORD)
    for budget, entry in zip(budgets, account, strict=True):
        assert entry.epsilon <= budget
        with mpmath.workdps(80):
            mu = mpmath.sqrt(30) / mpmath.mpf(entry.sigma)
            assert precise_delta(entry.epsilon, mu) <= target
            assert precise_delta(float(budget), mu) <= target


@pytest.mark.parametrize(("epsilon", "mu"), [(0.0, 0.5), (0.3, 0.5), (1.0, 1.0), (4.0, 2.0), (20.0, 5.0)])
def test_delta_is_the_hockey_stick_divergence_of_two_normals(epsilon: float, mu: float) -> None:
    start = epsilon / mu + mu / 2  # where the densities' ratio is exp(epsilon)
    excess = quad(lambda x: norm.pdf(x, mu) - np.exp(epsilon) * norm.pdf(x), start, start + 40, epsabs=1e-14)[0]
    assert float(delta(epsilon, mu)) == pytest.approx(excess, rel=1e-8)


def test_rounds_and_sensitivity_scale_the_noise() -> None:
    one = float(sigma_for(3.0, 1e-5))
    assert float(sigma_for(3.0, 1e-5, rounds=49)) == pytest.approx(7 * one)
    assert float(sigma_for(3.0, 1e-5, sensitivity=2.5)) == pytest.approx(2.5 * one)
    assert float(epsilon_of(7 * 2.5 * one, 1e-5, rounds=49, sensitivity=2.5)) == pytest.approx(3.0)


def test_more_budget_never_needs_more_noise() -> None:
    sigma = sigma_for(np.geomspace(1e-6, 1e4, 400), 1e-5, rounds=30)
    assert np.all(np.diff(sigma) < 0)


def test_a_mechanism_that_is_private_at_zero_has_epsilon_zero() -> None:
    assert float(epsilon_for(1e-6, 1e-5)) == 0.0


@dataclass(frozen=True)
class Classical:
    epsilon: float
    rounds: int
    true_epsilon: float
    tolerance: float


@pytest.mark.parametrize(
    "case",
    [Classical(98, 1, 290, 0.5), Classical(98, 200, 42136, 0.5), Classical(1, 200, 16.1, 0.05)],
    ids=str,
)
def test_classical_noise_comes_with_its_true_epsilon(case: Classical) -> None:
    given = classical_uncomposed(case.epsilon, 1e-5, rounds=case.rounds)
    assert float(given.sigma) == pytest.approx(np.sqrt(2 * np.log(1.25e5)) / case.epsilon)
    assert float(given.true_epsilon) == pytest.approx(case.true_epsilon, abs=case.tolerance)
    mu = np.sqrt(case.rounds) / float(given.sigma)
    assert float(precise_delta(float(given.true_epsilon), mu)) == pytest.approx(1e-5, rel=1e-6)


def test_classical_noise_leaves_almost_no_delta_at_the_papers_budget() -> None:
    assert 1 - float(classical_uncomposed(98.9, 1e-5).true_delta) == pytest.approx(6e-8, rel=0.1)


@pytest.mark.parametrize(("epsilon", "holds"), [(8.41, True), (8.43, False)])
def test_classical_noise_suffices_for_one_release_up_to_about_8_42(epsilon: float, holds: bool) -> None:
    assert (float(classical_uncomposed(epsilon, 1e-5).true_epsilon) <= epsilon) is holds


RECORD = Release(1.0, "add-or-remove")


@pytest.mark.parametrize(("adjacency", "moved"), [("add-or-remove", 1.5), ("replace-one", 3.0)])
def test_a_ledger_says_what_noise_is_added_and_how_far_a_record_moves_it(adjacency: Adjacency, moved: float) -> None:
    """An accountant that knows the neighbours finds the budget spent by the deviation, and overspent by σ times C."""
    accounting = pytest.importorskip("dp_accounting")
    (entry,) = (row.document() for row in ledger(budgets_of({"anna": 4}), 1e-5, 30, Release(1.5, adjacency)))
    assert (entry["unit"], entry["adjacency"], entry["sensitivity"]) == ("record", adjacency, moved)
    assert entry["noise_deviation"] == pytest.approx(entry["sigma"] * moved)

    def spent(deviation: float) -> float:
        accountant = accounting.pld.PLDAccountant(value_discretization_interval=1e-3)
        accountant.compose(accounting.GaussianDpEvent(deviation / moved), 30)
        return float(accountant.get_epsilon(1e-5))

    assert spent(entry["noise_deviation"]) == pytest.approx(4, rel=2e-3)
    by_clip = spent(entry["sigma"] * 1.5)
    assert (by_clip > 8) == (adjacency == "replace-one")  # the multiplier times the clip is half the noise there


def test_ledger_agrees_with_another_accountant() -> None:
    accounting = pytest.importorskip("dp_accounting")
    rounds = 30
    for entry in ledger(budgets_of({"low": 0.5, "middle": 4, "high": 20}), 1e-5, rounds, RECORD):
        accountant = accounting.pld.PLDAccountant(value_discretization_interval=1e-3)
        accountant.compose(accounting.GaussianDpEvent(entry.sigma), rounds)
        assert accountant.get_epsilon(1e-5) == pytest.approx(entry.epsilon, rel=2e-3)
        assert entry.epsilon == pytest.approx(float(entry.budget), rel=1e-9)


def test_ledger_accounts_for_absent_clients_with_nothing() -> None:
    present, absent = ledger(budgets_of({"anna": "1", "bert": "0"}), 1e-5, 200, RECORD)
    assert present.participates
    assert (present.delta, round(present.classical_epsilon or 0, 1)) == (1e-5, 16.1)
    assert absent.noise_deviation is None
    assert (absent.participates, absent.sigma, absent.epsilon, absent.delta) == (False, None, 0.0, 0.0)
    assert absent.document()["classical_uncomposed"] is None


def test_equal_budgets_have_bitwise_equal_noise() -> None:
    sigma = noise_multipliers(np.array([0.7, 3.0, 0.7, 0.0, 0.7]), 1e-5, 30)
    assert sigma[0] == sigma[2] == sigma[4]
    assert np.isinf(sigma[3])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mu_for(1.0, 0.0), "delta = 0.0: must lie strictly between 0 and 1"),
        (lambda: mu_for(1.0, 1.0), "delta = 1.0"),
        (lambda: mu_for(1.0, float("nan")), "delta = nan"),
        (lambda: mu_for([1.0, -0.5], 1e-5), r"epsilon\[1\] = -0.5: must be finite and positive"),
        (lambda: mu_for([0.0], 1e-5), r"does not take part: leave it out"),
        (lambda: sigma_for(np.inf, 1e-5), "epsilon = inf"),
        (lambda: sigma_for(1.0, 1e-5, rounds=0), "rounds = 0: must be a whole number of at least 1"),
        (lambda: sigma_for(1.0, 1e-5, rounds=2.5), "rounds = 2.5"),  # type: ignore[arg-type]
        (lambda: sigma_for(1.0, 1e-5, sensitivity=0.0), "sensitivity = 0.0"),
        (lambda: epsilon_of(0.0, 1e-5), "sigma = 0.0"),
        (lambda: delta(-1.0, 1.0), "epsilon = -1.0: must be finite and not negative"),
        (lambda: classical_uncomposed(-1.0, 1e-5), "epsilon = -1.0"),
    ],
)
def test_values_outside_their_domain_are_refused(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()  # type: ignore[operator]
