"""A certificate says the same whatever happens to the code that found the answer."""

import subprocess
import sys
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.solvers.backends.stackelberg.closed_form import Leader
from mechproof.solvers.certificates.stackelberg import checked_path
from mechproof.solvers.certificates.stackelberg.path import ContestPath
from mechproof.solvers.certificates.stackelberg.piece import Regime

FIVE = {"cost": ["0.2", "0.3", "0.5", 2, 3], "alpha": 10, "beta": 10}
LATE = {"cost": ["0.1", "0.1", 1, 1], "epsilon_cap": ["0.05", "0.05", 50, 50], "alpha": 100, "beta": 1}
TWO_MAXIMA = {"cost": [1, 1, 3], "epsilon_cap": ["0.1", "0.1", 100], "alpha": 30, "beta": 6}


class TestStackelberg:
    """The back end's own reading of the declared count is reversed: it solves another game than the declared one."""

    @pytest.fixture
    def sabotaged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def reversed_count(leader: Leader, sells: object) -> int:
            everybody = leader.game.mean_over == "all"
            return sum(1 for own in sells if own > 0) if everybody else len(leader.game.cost)

        monkeypatch.setattr(Leader, "counted", reversed_count)

    @pytest.mark.usefixtures("sabotaged")
    @pytest.mark.parametrize("arithmetic", ["float", "exact"])
    def test_a_pool_for_another_count_is_refuted(self, arithmetic: str) -> None:
        game = mp.StackelbergPricing(**FIVE)
        wrong = mp.solve(game, arithmetic=arithmetic)
        assert float(wrong.values["reward_pool"]) == pytest.approx(9.9)
        certificate = mp.certify(wrong, arithmetic=arithmetic)
        assert certificate.feasible is True
        assert certificate.optimal is False

    @pytest.mark.usefixtures("sabotaged")
    @pytest.mark.parametrize("arithmetic", ["float", "exact"])
    def test_the_right_pool_is_still_certified(self, arithmetic: str) -> None:
        game = mp.StackelbergPricing(**FIVE)
        right = mp.candidate(game, reward_pool="9.75", epsilon=["11.7", "7.8", 0, 0, 0])
        assert mp.certify(right, arithmetic=arithmetic).valid

    @pytest.mark.usefixtures("sabotaged")
    @pytest.mark.parametrize("arithmetic", ["float", "exact"])
    def test_so_it_is_with_caps_and_the_other_count(self, arithmetic: str) -> None:
        game = mp.StackelbergPricing(
            cost=["0.1", "0.1", 1, 1], epsilon_cap=["0.05", "0.05", 50, 50], alpha=100, beta=1, mean_over="participants"
        )
        assert not mp.solve(game, arithmetic=arithmetic).certificate.valid

    @pytest.mark.parametrize("mean_over", ["all", "participants"])
    def test_two_costs_in_one_double_of_which_one_sells(self, mean_over: str) -> None:
        cost = ["2.8", "0.1", "2.89999999999999971", "2.9"]
        game = mp.StackelbergPricing(cost=cost, alpha=10, beta=10, epsilon_cap=[100] * 4, mean_over=mean_over)
        counted = {"all": 4, "participants": 3}[mean_over]  # (0.1 + 2.8 + 2.8999…)/2 < 2.9, by less than doubles tell
        assert float(mp.solve(game).values["reward_pool"]) == pytest.approx(10 - counted * 2.9 / 10)
        assert mp.solve(game).certificate.valid
        wrong = mp.candidate(
            game, reward_pool="9.42", epsilon=[9.42 / 2.9 * (1 - c / 2.9) for c in (2.8, 0.1)] + [0, 0]
        )
        assert mp.certify(wrong).optimal is not True

    @pytest.mark.parametrize("arithmetic", ["float", "exact"])
    @pytest.mark.parametrize(
        ("factor", "fields"), [("1/2", TWO_MAXIMA), ("1/2", LATE), ("51/50", LATE), ("2", TWO_MAXIMA), ("2", LATE)]
    )
    def test_a_wrong_price_of_one_more_unit_is_noticed(
        self, factor: str, fields: dict[str, Any], arithmetic: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        game = mp.StackelbergPricing(**fields)
        right = mp.solve(game, arithmetic=arithmetic)
        assert right.certificate.valid
        true = Regime.pool_slope

        def wrong(regime: Regime, algebra: Any, total: Any) -> Any:
            return true(regime, algebra, total) * algebra.number(Fraction(factor))

        monkeypatch.setattr(Regime, "pool_slope", wrong)
        for answer in (mp.solve(game, arithmetic=arithmetic), right):
            off = abs(float(answer.values["reward_pool"]) / float(right.values["reward_pool"]) - 1)
            assert (off > 0.01) is (answer is not right)
            assert not mp.certify(answer, arithmetic=arithmetic).valid

    @pytest.mark.parametrize("arithmetic", ["float", "exact"])
    def test_a_wrong_start_of_the_path_is_noticed(self, arithmetic: str, monkeypatch: pytest.MonkeyPatch) -> None:
        true = ContestPath.first_ratio.func
        half = cached_property(lambda path: true(path) / 2)
        half.__set_name__(ContestPath, "first_ratio")
        monkeypatch.setattr(ContestPath, "first_ratio", half)
        game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
        nothing = mp.candidate(game, reward_pool=0, epsilon=[0, 0])
        assert mp.certify(nothing, arithmetic=arithmetic).optimal is not True

    def test_a_seller_too_many_at_the_start_is_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        game = mp.StackelbergPricing(cost=[".1", ".2", ".3"], alpha=10, beta=10, mean_over="participants")
        everybody = np.array([True, True, True])
        monkeypatch.setattr(checked_path, "first_sellers", lambda game, members: (10 / 3, everybody))
        wrong = mp.candidate(game, reward_pool="9.91", epsilon=[9.91 * 20 / 9, 9.91 * 10 / 9, 0])
        assert mp.certify(wrong).optimal is not True

    @pytest.mark.parametrize("arithmetic", ["float", "exact"])
    def test_a_path_that_ends_too_early_is_noticed(self, arithmetic: str, monkeypatch: pytest.MonkeyPatch) -> None:
        game = mp.StackelbergPricing(**TWO_MAXIMA)
        lesser = mp.candidate(game, reward_pool="0.4", epsilon=["0.1", "0.1", 0])
        true = ContestPath.at_total
        monkeypatch.setattr(ContestPath, "at_total", lambda path, total: true(path, min(total, path.cap[0] * 2)))
        assert mp.certify(lesser, arithmetic=arithmetic).optimal is not True

    def test_no_back_end_is_loaded_to_check_a_contest(self) -> None:
        script = "import sys; import mechproof.solvers.certificates.stackelberg.checked_path; " + (
            "print([name for name in sys.modules if '.backends' in name])"
        )
        told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "[]"
