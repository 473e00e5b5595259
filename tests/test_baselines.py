"""The baselines of section 7.4: values by hand, who is harmed, what is infeasible, and what the paper's figures say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.cli import run

NAMES = {
    "equilibrium",
    "printed-29",
    "printed-29-41",
    "static/shared",
    "static/deviating",
    "random/shared",
    "random/deviating",
    "ic-mle",
    "printed-56",
    "three-party",
    "extracted-58",
}


def rows_of(game: mp.StackelbergPricing, *arguments: Any, **more: Any) -> dict[str, mp.Baseline]:
    return {row.name: row for row in mp.baselines(game, *arguments, **more)}


@pytest.fixture(scope="module")
def unequal() -> dict[str, mp.Baseline]:
    return rows_of(mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10))


@pytest.fixture(scope="module")
def alike() -> dict[str, mp.Baseline]:
    return rows_of(mp.StackelbergPricing(cost=["0.001"] * 10, alpha=10, beta=10), 1)


def test_all_rows_are_there(unequal: dict[str, mp.Baseline]) -> None:
    assert set(unequal) == NAMES
    assert next(iter(unequal)) == "equilibrium"
    assert all(row.source and row.reading for row in unequal.values())


def test_the_printed_formulas_fail_where_not_all_take_part(unequal: dict[str, mp.Baseline]) -> None:
    assert unequal["equilibrium"].reward_pool == pytest.approx(9.75)
    assert unequal["equilibrium"].epsilon.tolist() == pytest.approx([11.7, 7.8, 0, 0, 0])
    printed = unequal["printed-29-41"]
    assert printed.reward_pool == pytest.approx(9.25)
    # R = 6, N = 5: z = 2/3, ε = 9.25 · 2/3 · (1 − 2ρ/3)
    expected = [9.25 * 2 / 3 * (1 - 2 * cost / 3) for cost in (0.2, 0.3, 0.5, 2, 3)]
    assert printed.epsilon.tolist() == pytest.approx(expected)
    assert min(expected) < 0
    assert not printed.feasible
    assert "client 3" in printed.text
    assert "negative" in printed.text


def test_static_pricing_by_both_readings(alike: dict[str, mp.Baseline]) -> None:
    # figure 13, N = 10: .01 at the equilibrium; .1 − .01 = .09 if the pool is shared over the static budgets
    assert alike["equilibrium"].client_utility == pytest.approx(np.full(10, 0.01))
    assert alike["static/shared"].client_utility == pytest.approx(np.full(10, 0.09))
    # one alone sells 10 while nine sell 90 each: 10/820 − .01
    assert alike["static/deviating"].client_utility == pytest.approx(np.full(10, 10 / 820 - 0.01))
    assert alike["static/deviating"].server_utility is None
    assert alike["static/shared"].server_utility == pytest.approx(10 * np.log(101) - 1)


def test_no_deviation_beats_the_equilibrium(unequal: dict[str, mp.Baseline], alike: dict[str, mp.Baseline]) -> None:
    for rows in (unequal, alike):
        for name in ("static/deviating", "random/deviating"):
            assert np.all(rows[name].client_utility <= rows["equilibrium"].client_utility + 1e-9)


def test_the_contract_leaves_equal_clients_nothing_and_buys_more(alike: dict[str, mp.Baseline]) -> None:
    # figures 14 to 16: B/(Nρ) = 100 against nine tenths of it, and the server is better off with the contract
    for name in ("ic-mle", "printed-56"):
        assert alike[name].epsilon == pytest.approx(np.full(10, 100.0))
        assert alike[name].client_utility == pytest.approx(np.zeros(10), abs=1e-9)
        assert alike[name].server_utility > alike["equilibrium"].server_utility  # type: ignore[operator]
    assert alike["equilibrium"].epsilon == pytest.approx(np.full(10, 90.0))


def test_the_printed_contract_is_not_incentive_compatible(unequal: dict[str, mp.Baseline]) -> None:
    printed, right = unequal["printed-56"], unequal["ic-mle"]
    assert printed.payment == pytest.approx(np.full(5, 9.75 / 5))
    assert printed.epsilon == pytest.approx([1.95 / cost for cost in (0.2, 0.3, 0.5, 2, 3)])
    assert (printed.compatible, right.compatible) == (False, True)
    assert printed.rational
    assert right.rational
    assert right.payment.sum() == pytest.approx(9.75)


def test_those_who_are_told_what_to_sell_may_lose(unequal: dict[str, mp.Baseline]) -> None:
    static = unequal["static/shared"]
    assert static.payment == pytest.approx(np.full(5, 1.95))
    assert static.client_utility == pytest.approx([1.95 - 10 * cost for cost in (0.2, 0.3, 0.5, 2, 3)])
    assert static.feasible
    assert not static.rational
    assert "client 4" in static.text


def test_random_budgets_are_drawn_by_the_seed() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 1], alpha=4, beta=9)
    first, again, other = (rows_of(game, seed=seed)["random/shared"].epsilon for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert np.all((first >= 1) & (first <= 100))
    narrow = rows_of(game, random_range=(2.0, 3.0))["random/shared"].epsilon
    assert np.all((narrow >= 2) & (narrow <= 3))


def test_caps_are_declared_and_so_judged() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=[".1", ".1", 100], client=list("ABC"))
    rows = rows_of(game)
    assert rows["equilibrium"].epsilon.tolist() == pytest.approx([0.1, 0.1, 0.2])
    assert rows["equilibrium"].feasible
    for name in ("static/shared", "static/deviating", "printed-29", "printed-56"):
        assert not rows[name].feasible
        assert "client A" in rows[name].text
        assert "cap" in rows[name].text


def test_the_three_party_game_by_its_own_formulas() -> None:
    game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=20)
    mapping = {"alpha": 4, "privacy_weight": 1, "epsilon_max": 2}
    rows = rows_of(game, 1.0, three_party=mapping)
    right, wrong = rows["three-party"], rows["extracted-58"]
    assert "alpha = 4" in right.reading
    # with T = 1 + ε and S = 1/p_other: p = 1/(√((S + T/α)(S + T/c)) − S), a = α/(pT) − 1, and the payment is pTa
    trust = 1 + right.epsilon[0]
    price = (4 - right.payment[0]) / trust  # pTa = α − pT
    others = 1 / price
    assert 1 / (np.sqrt((others + trust / 4) * (others + trust)) - others) == pytest.approx(price, rel=1e-6)
    assert right.epsilon[0] == pytest.approx(min(2.0, 1 / ((4 / (price * trust) - 1) * price)), rel=1e-6)
    assert wrong.payment[0] == pytest.approx(max(0.0, 4 - trust / price), rel=1e-6)
    assert right.reward_pool == pytest.approx(2 * right.payment[0])


def test_a_revenue_without_demand_has_no_printed_pool() -> None:
    class Root(mp.Revenue):
        def value(self, a: mp.Algebra, epsilon: Any) -> Any:
            return a.sqrt(epsilon)

        @property
        def largest_pool(self) -> Any:
            return 10

    rows = rows_of(mp.StackelbergPricing(cost=[1, 1], revenue=Root()), 1)
    assert set(rows) == NAMES - {"printed-29-41"}


def test_rows_are_documents(unequal: dict[str, mp.Baseline]) -> None:
    for row in unequal.values():
        read = json.loads(json.dumps(row.document(), allow_nan=False))
        assert len(read["epsilon"]) == len(read["payment"]) == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"reward_pool": 0}, "reward_pool = 0"),
        ({"reward_pool": float("nan")}, "reward_pool"),
        ({"static_epsilon": -1}, "static_epsilon = -1"),
        ({"random_range": (0, 1)}, "random_range"),
        ({"random_range": (2, 1)}, "random_range"),
    ],
)
def test_bad_input_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(mp.InputError, match=words):
        mp.baselines(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=9), **arguments)


def test_a_pool_that_buys_nothing_compares_nothing() -> None:
    with pytest.raises(mp.InputError, match="give a reward_pool"):
        mp.baselines(mp.StackelbergPricing(cost=[1, 1], alpha=1, beta="0.1"))


SPEC = """
format = 1
[mechanism]
type = "stackelberg-pricing"
cost = { value = 0.001, count = 10 }
alpha = 10
beta = 10
[baselines]
"""


def document_of(path: Path, table: str, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    path.write_text(SPEC + table, encoding="utf-8")
    assert run(["baselines", str(path), "--format", "json", *more]) == 0
    document = json.loads(capsys.readouterr().out)
    return document, {row["name"]: row for row in document["rows"]}


def test_a_specification_says_what_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = """
    reward_pool = 1
    static_epsilon = 5
    random_range = [2, 3.5]
    seed = 4
    three_party = { alpha = 0.2, privacy_weight = 0.05, epsilon_max = 7 }
    """
    document, rows = document_of(tmp_path / "game.toml", table, capsys)
    assert document["seed"] == 4
    assert rows["equilibrium"]["reward_pool"] == 1
    assert rows["static/shared"]["client_utility"] == pytest.approx([0.095] * 10)
    drawn = np.random.default_rng(4).uniform(2, 3.5, 10)
    assert rows["random/shared"]["epsilon"] == pytest.approx(drawn.tolist())
    assert "alpha = 0.2, privacy_weight = 0.05, epsilon_max = 7" in rows["three-party"]["reading"]
    again, other = document_of(tmp_path / "game.toml", table, capsys, "--seed", "5")
    assert again["seed"] == 5
    assert other["random/shared"]["epsilon"] != rows["random/shared"]["epsilon"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("reward_pol = 1", "baselines.reward_pol = 1: is not a known key (did you mean 'reward_pool'"),
        ("reward_pool = 0", "baselines.reward_pool = 0: must be positive"),
        ('reward_pool = "much"', "baselines.reward_pool = 'much': must be a number"),
        ("static_epsilon = [1]", "baselines.static_epsilon"),
        ("random_range = [3, 2]", "baselines.random_range"),
        ("random_range = 3", "baselines.random_range = 3: must be two numbers"),
        ("random_range = [1, true]", "baselines.random_range = True: must be a number"),
        ("seed = 1.5", "baselines.seed = 1.5: must be a whole number"),
        ("three_party = 1", "baselines.three_party = 1: must be a table"),
        ("three_party = { alfa = 1 }", "baselines.three_party.alfa"),
        ("three_party = { alpha = 0 }", "baselines.three_party.alpha = 0"),
        ("three_party = { privacy_weight = -1 }", "baselines.three_party.privacy_weight = -1"),
        ("three_party = { epsilon_max = 0 }", "baselines.three_party.epsilon_max = 0"),
        ('three_party = { alpha = "1" }', "baselines.three_party.alpha = '1': must be a number"),
    ],
)
def test_bad_tables_are_refused(table: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "game.toml").write_text(SPEC + table, encoding="utf-8")
    assert run(["baselines", str(tmp_path / "game.toml")]) == 2
    assert words in capsys.readouterr().err
