"""What a market must also keep: incentives, worth, the survey's promise, privacy of versions, and data of one's own."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.market.check import Check
from mechproof.dpfl.market.checks import checks
from mechproof.dpfl.market.incentives import incentives
from mechproof.dpfl.market.promise import held_out, promise
from mechproof.dpfl.market.run import MarketResult
from mechproof.dpfl.market.steps import STEPS
from mechproof.dpfl.market.worth import HARDLY_BETTER, guessing_test, paired_test
from mechproof.dpfl.training.own_data import read_dataset
from mechproof.proofs.reports.documents import read_documents
from mechproof.proofs.reports.row import Mood
from mechproof.proofs.reports.verdicts import verdicts

pytest.importorskip("torch")

SEED = 7
"""Of noise, so that what is judged of drawn versions is the same each time."""
QUICK = replace(mp.Market.__dataclass_fields__["training"].default, rounds=2)


def market(**changes: Any) -> mp.Market:
    given: dict[str, Any] = {
        "prices": mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1] * 4, value=[10, 30, 50] * 4),
        "owners": mp.Owners(cost=["0.5", "0.75", 4], epsilon_cap=[8, 80, 8], owner=["Ann", "Bob", "Cat"]),
        "pool": mp.RewardPool(share="0.125"),
        "training": QUICK,
    }
    return mp.Market(**{**given, **changes})


def played(chosen: mp.Market) -> dict[str, Any]:
    """Return the steps before training."""
    found: dict[str, Any] = {}
    for name in ("survey", "prices", "task", "owners"):
        found[name] = json.loads(json.dumps(STEPS[name](chosen, found)))
    return found


def judged(result: MarketResult, name: str) -> Check:
    return next(check for check in result.checks if check.name == name)


@pytest.fixture(scope="module")
def result() -> MarketResult:
    return mp.run_market(market(), noise_seed=SEED)


def changed(result: MarketResult, step: str, change: Callable[[Any], Any]) -> dict[str, str]:
    copy = json.loads(json.dumps(result.steps))
    change(copy[step])
    return {check.name: check.verdict for check in checks(result.market, copy)}


def test_a_sound_market_keeps_all_of_it(result: MarketResult) -> None:
    assert {check.verdict for check in result.checks} == {"holds", "not applicable"}


def test_a_report_says_which_promise_is_open() -> None:
    prices = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=[10, 30, 50])
    few = mp.run_market(market(prices=prices), noise_seed=SEED)
    assert judged(few, "revenue-as-promised").verdict == "undecided"
    found = {row.what: row.mood for row in verdicts(read_documents({"few": few.document()}))}
    assert found["revenue as promised"] is Mood.OPEN
    assert found["prices safe"] is Mood.GOOD


# --- incentives


@pytest.mark.parametrize(("epsilon", "margin"), [(1, "0.1"), (1, 0), (9, 0), ("0.01", "0.5")])
def test_cost_plus_pays_whoever_overstates(epsilon: Any, margin: Any) -> None:
    rule = mp.CostPlusPayment(epsilon=epsilon, margin=margin)
    chosen = market(payment=rule)
    found = played(chosen)
    check = incentives(chosen, found)
    assert check.verdict == "violated"
    assert "states a cost of" in check.text
    # the witness, struck anew by hand: the owner states ten times its cost
    who = next(place for place, name in enumerate(chosen.owners.names) if check.text.startswith(name))
    true = [Fraction(cost) * 100 for cost in chosen.owners.cost]
    stated = [cost * 10 if place == who else cost for place, cost in enumerate(true)]
    caps = [min(Fraction(cap), Fraction(epsilon)) for cap in chosen.owners.epsilon_cap]
    due = [(1 + Fraction(margin)) * cost * cap for cost, cap in zip(stated, caps, strict=True)]
    part = min(Fraction(1), found["task"]["shared_cents"] / sum(due, Fraction(0)))
    gain = math.ceil(due[who] * part) - true[who] * caps[who] * part
    row = found["owners"]["owners"][who]
    honest = row["payment_cents"] - true[who] * Fraction(row["epsilon"])
    assert gain - honest > 1
    assert f"{float(gain - honest) / 100:.2f}"[:3] in check.text


costs = st.tuples(st.integers(1, 400), st.integers(0, 40))


@settings(max_examples=12, deadline=None)
@given(st.lists(costs, min_size=2, max_size=5).filter(lambda own: sum(cap > 0 for _, cap in own) >= 2), st.booleans())
def test_nobody_leaves_an_equilibrium(own: list[tuple[int, int]], capped: bool) -> None:
    cost = [Fraction(unit, 50) for unit, _ in own]
    owners = mp.Owners(cost=cost, epsilon_cap=[cap for _, cap in own] if capped else None)
    chosen = market(owners=owners)
    assert incentives(chosen, played(chosen)).verdict == "holds"


@pytest.mark.parametrize("factor", ["0.5", "0.8", "1.3"])
def test_a_contest_out_of_equilibrium_is_noticed(factor: str) -> None:
    owners = mp.Owners(cost=["0.5", "0.75", 1])
    chosen = market(owners=owners)
    found = played(chosen)
    row = found["owners"]["owners"][1]
    row["epsilon"] = str(Fraction(row["epsilon"]) * Fraction(factor))
    total = sum(Fraction(row["epsilon"]) for row in found["owners"]["owners"])
    for each in found["owners"]["owners"]:
        each["payment_cents"] = math.ceil(found["task"]["shared_cents"] * Fraction(each["epsilon"]) / total)
    check = incentives(chosen, found)
    assert check.verdict == "violated"
    assert "sells ε" in check.text
    # by a grid, in doubles: the owner named does gain by another budget
    who = next(place for place, name in enumerate(chosen.owners.names) if check.text.startswith(name))
    epsilon = [float(Fraction(each["epsilon"])) for each in found["owners"]["owners"]]
    others = sum(epsilon) - epsilon[who]
    unit, pool = float(Fraction(chosen.owners.cost[who]) * 100), found["task"]["shared_cents"]
    grid = np.linspace(0, 4 * sum(epsilon), 20001)
    best = np.max(pool * grid / (grid + others) - unit * grid)
    assert best - (pool * epsilon[who] / (epsilon[who] + others) - unit * epsilon[who]) > 0.5


def test_static_pricing_leaves_nobody_a_better_answer() -> None:
    chosen = market(payment=mp.StaticPayment(epsilon=5))
    found = played(chosen)
    assert incentives(chosen, found).verdict == "holds"
    refused = json.loads(json.dumps(found))
    refused["owners"]["owners"][0] |= {"epsilon": "0", "payment_cents": 0}
    check = incentives(chosen, refused)
    assert (check.verdict, "Ann gains" in check.text, "accepts" in check.text) == ("violated", True, True)
    found["owners"]["owners"][0]["payment_cents"] = 1
    assert "refuses" in incentives(chosen, found).text


class CheapestTwo(mp.Payment):
    """Whoever is told to be dear is left out: the third gains by understating."""

    def deal(self, task: mp.Task) -> mp.Deal:
        chosen = sorted(range(len(task.cost)), key=lambda place: task.cost[place])[:2]
        half, none = task.pool / 2, Fraction(0)
        return mp.Deal(
            tuple(Fraction(place in chosen) for place in range(len(task.cost))),
            tuple((half, half) if place in chosen else (none, none) for place in range(len(task.cost))),
        )


class Fixed(mp.Payment):
    """It asks nobody anything."""

    def deal(self, task: mp.Task) -> mp.Deal:
        due = task.pool / len(task.cost)
        return mp.Deal((Fraction(1, 2),) * len(task.cost), ((due, due),) * len(task.cost))


class Brittle(mp.Payment):
    """It has no answer to any cost but the true ones."""

    def deal(self, task: mp.Task) -> mp.Deal:
        if [int(cost) for cost in task.cost] != [50, 75, 400]:
            raise ZeroDivisionError
        return Fixed().deal(task)


@pytest.mark.parametrize(
    ("rule", "verdict", "words"),
    [
        (CheapestTwo(), "violated", "Cat gains"),
        (Fixed(), "undecided", "proves nothing of the rest"),
        (Brittle(), "undecided", "proves nothing of the rest"),
    ],
)
def test_rules_of_ones_own_are_lied_to(rule: mp.Payment, verdict: str, words: str) -> None:
    chosen = market(payment=rule)
    check = incentives(chosen, played(chosen))
    assert check.verdict == verdict
    assert words in check.text


def test_a_subclass_is_not_trusted_as_its_base() -> None:
    class Assigned(mp.ContestPayment):
        """The contest's equilibrium for the costs that owners state: whoever seems cheaper sells and gets more."""

        def deal(self, task: mp.Task) -> mp.Deal:
            return super().deal(task)

    chosen = market(payment=Assigned(), owners=mp.Owners(cost=[1, 1, 1]))
    assert incentives(chosen, played(chosen)).verdict == "violated"
    by_choice = replace(chosen, payment=mp.ContestPayment())
    assert incentives(by_choice, played(by_choice)).verdict == "holds"


# --- worth


def test_versions_at_chance_are_not_worth_their_price() -> None:
    dear = mp.Owners(cost=[500 + 10 * place for place in range(31)])
    prices = mp.VersionRevenue(epsilon=["0.1", 10], wanted=[0, 1] * 10, value=[20, 100] * 10)
    found = mp.run_market(market(owners=dear, prices=prices, pool=mp.RewardPool(share="0.7")), noise_seed=SEED)
    assert found.steps["prices"]["published_cents"][1] == 10000
    check = judged(found, "versions-worth-their-price")
    assert check.verdict in ("violated", "undecided")
    assert "guess" in check.text
    accuracies = [version["accuracy"] for version in found.steps["training"]["versions"]]
    assert max(accuracies) < 0.2


def test_a_version_at_chance_is_violated_a_good_one_holds(result: MarketResult) -> None:
    assert changed(result, "survey", lambda step: None)["versions-worth-their-price"] == "holds"

    def spoil(step: Any) -> None:
        step["versions"][1]["accuracy"] = step["trained"]["data"]["commonest_class"]

    assert changed(result, "training", spoil)["versions-worth-their-price"] == "violated"


@pytest.mark.parametrize(("right", "records"), [*product([0, 1, 30, 39, 45, 300], [300]), (10, 10), (2, 10)])
def test_guessing_is_tested_exactly(right: int, records: int) -> None:
    found = guessing_test(right, records, 0.1, 0.05)
    tail = sum(math.comb(records, k) * Fraction(1, 10) ** k * Fraction(9, 10) ** (records - k) for k in range(right))
    assert found.p_value == pytest.approx(float(1 - tail), abs=1e-12)
    # at the bound on its accuracy, being right so seldom has a chance of 5 %
    assert stats.binom.cdf(right, records, found.most) == pytest.approx(0.05) or right == records


@pytest.mark.parametrize(("alone", "cheaper"), [(0.02, 0.0), (0.03, 0.01), (0.05, 0.05), (0.011, 0.0), (0.01, 0.0)])
@pytest.mark.parametrize("records", [50, 300, 3000])
def test_a_version_is_seldom_misjudged_beside_a_cheaper_one(alone: float, cheaper: float, records: int) -> None:
    """It is said to be no better where it is by more than a point, or better where it is not, once in twenty."""
    generator, level = np.random.default_rng(0), 0.05
    drawn = generator.multinomial(records, [alone, cheaper, 1 - alone - cheaper], size=2000)
    outcomes, times = np.unique(drawn[:, :2], axis=0, return_counts=True)
    said = {"holds": 0, "violated": 0, "undecided": 0}
    for (it_alone, other), count in zip(outcomes.tolist(), times.tolist(), strict=True):
        said[paired_test(it_alone, other, records, level)[0]] += count
    tolerated = (level + 3 * math.sqrt(level / 2000)) * 2000
    if alone - cheaper > HARDLY_BETTER:
        assert said["violated"] <= tolerated
    if alone <= cheaper:
        assert said["holds"] <= tolerated


def test_a_guess_is_seldom_taken_for_a_model() -> None:
    generator = np.random.default_rng(3)
    verdict = [guessing_test(k, 300, 0.1, 0.05).verdict for k in range(301)]
    assert np.mean([verdict[k] == "holds" for k in generator.binomial(300, 0.1, 5000)]) <= 0.055
    assert np.mean([verdict[k] == "violated" for k in generator.binomial(300, 0.15, 5000)]) <= 0.055


# --- the promise


def best_price(values: list[int]) -> int:
    return max(values, key=lambda price: (price * sum(value >= price for value in values), -price))


def test_buyers_held_out_are_offered_prices_that_are_not_made_of_them() -> None:
    # leave-one-out at one version, by hand: any optimal price, so values without ties
    values = [3, 5, 8, 14, 21, 40, 55, 89, 90]
    chosen = market(prices=mp.VersionRevenue(epsilon=[1], wanted=[0] * 9, value=values))
    paid = []
    for place, value in enumerate(values):
        price = best_price(values[:place] + values[place + 1 :])
        paid.append(100 * price if value >= price else 0)
    told = played(chosen)["prices"]["held_out"]
    assert told["folds"] == 9
    assert told["surveyed"]["revenue_cents"] == sum(paid)
    half = stats.t.ppf(0.975, 8) * np.std([*paid, 0, 100 * best_price(values)], ddof=1) * 3
    assert told["surveyed"]["low_cents"] == math.floor(max(0.0, sum(paid) - half))
    further = stats.t.ppf(0.975, 8) * np.std([*paid, 0, 100 * best_price(values)], ddof=1) * math.sqrt(9 + 9)
    assert told["coming"]["low_cents"] == math.floor(max(0.0, sum(paid) - further))


def test_what_is_promised_and_realised_is_judged(result: MarketResult) -> None:
    assert judged(result, "revenue-as-promised").verdict == "holds"
    assert "280.00 promised by 12 surveyed" in judged(result, "revenue-as-promised").text

    def less(step: Any) -> None:
        step["revenue_cents"] = 100

    def more(step: Any) -> None:
        step["expected"]["revenue_cents"] = 10**6

    assert changed(result, "accounts", less)["revenue-as-promised"] == "violated"
    assert changed(result, "prices", more)["revenue-as-promised"] == "violated"


def test_prices_that_fit_targets_are_offered_to_all() -> None:
    survey = mp.Buyers(wanted=[0, 1, 1, 0], value=[12, 30, 29, 11])
    chosen = market(prices=mp.VersionPricing(epsilon=[1, 3], target=[12, 30]), survey=survey)
    told = played(chosen)["prices"]["held_out"]
    assert (told["folds"], told["surveyed"]["revenue_cents"]) == (0, 1200 + 3000)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_to_hold_out(count: int) -> None:
    chosen = market(prices=mp.VersionRevenue(epsilon=[1, 3], wanted=[0] * count, value=[10] * count))
    assert held_out(chosen, lambda problem: pytest.fail("no menu is made"), [10, 30]) is None
    found = {"prices": {"expected": {"revenue_cents": 0}, "held_out": None}}
    assert promise(chosen, found).verdict == "not applicable"


def test_a_fold_without_which_there_is_no_menu_gives_no_estimate() -> None:
    prices = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1], value=[10, 30])
    chosen = market(prices=prices, fit=mp.SurveyFit())
    assert played(chosen)["prices"]["held_out"] is None


# --- privacy of versions


@pytest.mark.parametrize("copies", ["nested", "independent"])
def test_versions_are_held_to_what_was_sold(copies: str) -> None:
    result = mp.run_market(market(copies=copies), noise_seed=SEED)
    assert judged(result, "versions-private-as-sold").verdict == "holds"

    def quieter(step: Any) -> None:
        for version in step["versions"]:
            version["noise"] /= 1.01

    def louder_training(step: Any) -> None:
        step["owners"][0]["sigma"] *= 0.99  # more was spent than was sold, whatever the versions' own noise
        step["owners"][0]["moves_model_by"] *= 1000

    def understated(step: Any) -> None:
        step["owners"][1]["version_epsilon"][0] *= 0.99

    for change in (quieter, louder_training, understated):
        assert changed(result, "training", change)["versions-private-as-sold"] == "violated", change


def test_versions_that_are_harmless_alone_are_put_together() -> None:
    owners = mp.Owners(cost=[1, 1], epsilon_cap=[4, 4])
    prices = mp.VersionRevenue(epsilon=[3, "3.5"], wanted=[0, 1] * 6, value=[10, 20] * 6)
    chosen = market(prices=prices, owners=owners, copies="independent", pool=mp.RewardPool(share=1))
    result = mp.run_market(chosen, noise_seed=SEED)
    assert judged(result, "versions-private-as-sold").verdict == "holds"  # they are made of what was sold

    def not_of_what_was_sold(step: Any) -> None:
        step["owners"][0]["sigma"] /= 2

    copy = json.loads(json.dumps(result.steps))
    not_of_what_was_sold(copy["training"])
    check = next(check for check in checks(result.market, copy) if check.name == "versions-private-as-sold")
    assert check.verdict == "violated"
    assert "all versions together tell more of owner 1" in check.text


# --- data of one's own


@dataclass(frozen=True)
class Wrong:
    arrays: dict[str, Any]
    table: dict[str, Any]
    words: str


X, Y = np.linspace(0, 1, 40).reshape(20, 2), np.arange(20) % 2


@pytest.mark.parametrize(
    "case",
    [
        Wrong({"features": X}, {}, "has no array 'labels': it has features"),
        Wrong({"scans": X, "labels": Y}, {"features": "scan"}, "did you mean 'scans'"),
        Wrong({"features": X * 255, "labels": Y}, {}, "0 to 255.*give scale"),
        Wrong({"features": X - 1, "labels": Y}, {}, "shift them"),
        Wrong({"features": np.where(X > 0.9, np.nan, X), "labels": Y}, {}, "record 18.*NaN or infinite"),
        Wrong({"features": X.astype(str), "labels": Y}, {}, "must be numbers"),
        Wrong({"features": X.astype(complex), "labels": Y}, {}, "must be numbers"),
        Wrong({"features": X[:, 0], "labels": Y}, {}, r"shape \(20,\).*one row for each record"),
        Wrong({"features": X[:0], "labels": Y[:0]}, {}, "at least one feature"),
        Wrong({"features": X, "labels": Y[:19]}, {}, r"shape \(19,\).*must be \(20,\)"),
        Wrong({"features": X, "labels": Y.astype(float)}, {}, "labels.*float64.*whole numbers"),
        Wrong({"features": X, "labels": Y - 1}, {}, "-1 to 0.*classes from 0"),
        Wrong({"features": X, "labels": Y}, {"classes": 1}, "classes = 1: must be a whole number of at least 2"),
        Wrong({"features": X, "labels": Y * 3}, {"classes": 3}, "classes = 3.*label 3.*use 4"),
        Wrong({"features": X, "labels": Y * 10**6}, {}, "fewer than classes"),
        Wrong({"features": X, "labels": Y}, {"scale": 0}, "scale = 0: must be a positive number"),
        Wrong({"features": X, "labels": Y}, {"scale": "255"}, "scale = '255'"),
        Wrong({"features": X, "labels": Y}, {"class": 2}, "did you mean 'classes'"),
        Wrong({"features": X, "labels": Y}, {"file": "tiny.npy"}, "tiny.npy.*did you mean 'tiny.npz'"),
        Wrong({"features": X, "labels": Y}, {"file": "."}, "is a folder"),
        Wrong({"features": X, "labels": Y}, {"file": 3}, "must be a text"),
        Wrong({"features": X, "labels": np.array([{}] * 20, dtype=object)}, {}, "Python objects, which are not read"),
    ],
    ids=lambda case: case.words[:30],
)
def test_bad_data_are_refused(tmp_path: Path, case: Wrong) -> None:
    np.savez(tmp_path / "tiny.npz", **case.arrays)
    with pytest.raises(mp.InputError, match=f"(?s)dataset.*{case.words}"):
        read_dataset({"file": "tiny.npz", **case.table}, "dataset", tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"\x93NUMPY\x01\x00", b"a,b\n1,2\n", b"\x80\x04N."])
def test_what_is_no_npz_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tiny.npz").write_bytes(content)
    with pytest.raises(mp.InputError, match=r"is no \.npz of arrays"):
        read_dataset({"file": "tiny.npz"}, "dataset", tmp_path)


@pytest.mark.parametrize("ending", ["", ".npy"])
def test_a_member_that_is_no_array_is_refused(tmp_path: Path, ending: str) -> None:
    with zipfile.ZipFile(tmp_path / "tiny.npz", "w") as packed:
        for name in ("features", "labels"):
            packed.writestr(name + ending, "abc")
    with pytest.raises(mp.InputError, match=r"is no \.npz of arrays"):
        read_dataset({"file": "tiny.npz"}, "dataset", tmp_path)


def test_no_part_of_a_spoilt_file_is_read(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "tiny.npz", features=X, labels=Y)
    whole = (tmp_path / "tiny.npz").read_bytes()
    for cut in range(0, len(whole), 23):
        (tmp_path / "tiny.npz").write_bytes(whole[:cut])
        with pytest.raises(mp.InputError, match=r"tiny\.npz"):
            read_dataset({"file": "tiny.npz"}, "dataset", tmp_path)
        (tmp_path / "tiny.npz").write_bytes(whole[:cut] + b"\x07" + whole[cut + 1 :])
        try:
            own, _ = read_dataset({"file": "tiny.npz"}, "dataset", tmp_path)
        except mp.InputError:
            continue
        assert np.array_equal(own.features, X)


SPEC = """
format = 1
[mechanism]
type = "version-revenue"
epsilon = [1, 3]
wanted = [0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1]
value = [10, 30, 50, 10, 30, 50, 10, 30, 50, 10, 30, 50]
[market.owners]
cost = [0.5, 0.75, 4]
epsilon_cap = [8, 80, 8]
[market.pool]
share = 0.125
[market.training]
rounds = 2
dataset = { file = "scans.npz", features = "x", labels = "y", scale = 255, classes = 3 }
"""


def test_a_market_on_ones_own_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(3, size=900)
    images = np.clip(generator.normal(40, 10, (900, 4, 4)), 0, 255)
    images[np.arange(900), labels, :] += 150
    np.savez(tmp_path / "scans.npz", x=images.astype(np.uint8), y=labels)
    (tmp_path / "market.toml").write_text(SPEC, encoding="utf-8")
    asked = ["market", str(tmp_path / "market.toml"), "--state", str(tmp_path / "state"), "--format", "json"]
    assert run(asked) == 0
    document = json.loads(capsys.readouterr().out)
    (beside,) = [check for check in document["checks"] if check["name"] == "versions-worth-the-difference"]
    assert "is not shown, on so few records, to be better" in beside["text"]  # the records are easy for both
    data = document["steps"]["training"]["trained"]["data"]
    assert (data["name"], data["features"], data["classes"]) == ("scans.npz", 16, 3)
    assert document["steps"]["training"]["trained"]["accuracy"] > 0.9
    assert "scans.npz" in document["provenance"]["files"]
    assert document["market"]["dataset"]["records"] == 900
    np.savez(tmp_path / "scans.npz", x=images.astype(np.uint8), y=np.roll(labels, 1))
    assert run(asked) == 2
    assert "another market" in capsys.readouterr().err
