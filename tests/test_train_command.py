"""The command train: the mechanism's budgets or a file's, and every refusal before any work is done."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from refusals import refused
from schemas import follows

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.accounting.sold import sold_budgets

pytest.importorskip("torch")

SPEC = """
format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob", "Cat"]
cost = [1, 1, 3]
alpha = 30
beta = 6
[solve]
arithmetic = "exact"
[train]
rounds = 2
repetitions = 2
pilot_repetitions = 1
chance_margin = 0.5
{more}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.toml"
    path.write_text(SPEC.format(more=""), encoding="utf-8")
    return path


def trained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    code = run(["train", *arguments, "--format", "json"])
    printed = capsys.readouterr()
    assert printed.err == ""
    document: dict[str, Any] = json.loads(printed.out)
    assert code == {"passed": 0, "inconclusive": 3}[document["controls"]["outcome"]]
    follows(document, "train")
    return document


def test_it_trains_with_what_the_mechanism_sells(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sold = tmp_path / "budgets.csv"
    document = trained([str(spec), "--budgets-output", str(sold)], capsys)
    with sold.open(newline="", encoding="utf-8") as file:
        written = {row["client"]: row["epsilon"] for row in csv.DictReader(file)}
    # two clients of cost 1 share the pool B = β − N/(αe) with e = 1/2: ε = B/4 each, and the dear one stays out
    assert written == {"Ann": "29/20", "Bob": "29/20", "Cat": "0"}
    assert {entry["client"]: entry["budget"] for entry in document["ledger"]} == written
    assert document["clients"]["participants"] == 2
    assert document["protocol"]["rounds"] == 2
    again = trained([str(spec), "--budgets", str(sold)], capsys)
    assert again == document


def test_it_trains_on_data_of_ones_own(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = np.arange(60) % 2
    np.savez(tmp_path / "own.npz", features=np.outer(labels, [0.2, 0.9]) + 0.05, labels=labels)
    spec.write_text(SPEC.format(more='dataset = { file = "own.npz" }'), encoding="utf-8")
    document = trained([str(spec)], capsys)
    assert (document["data"]["name"], document["data"]["features"]) == ("own.npz", 2)
    assert document["protocol"]["dataset"] == "own.npz"
    spec.write_text(SPEC.format(more='dataset = { file = "owns.npz" }'), encoding="utf-8")
    assert run(["train", str(spec)]) == 2
    assert "train.dataset.file = 'owns.npz': there is no such file (did you mean 'own.npz'" in capsys.readouterr().err


def test_options_go_before_the_specification(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--delta", "1e-3", "--rounds", "3", "--repetitions", "3", "--seed", "4"]
    protocol = trained([str(spec), *options], capsys)["protocol"]
    assert [protocol[name] for name in ("delta", "rounds", "repetitions", "seed")] == [1e-3, 3, 3, 4]


def test_it_says_so_in_words(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["train", str(spec)])
    printed = capsys.readouterr()
    assert printed.err == ""
    assert {0: "controls passed", 3: "controls inconclusive"}[code] in printed.out
    for words in ("2 of 3 clients", "mechanism against static-equal-total", "controls", "Ann", "classical σ"):
        assert words in printed.out


def test_an_uncertified_solution_is_told(spec: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from mechproof.dpfl import asked as reading

    honest = reading._sold
    monkeypatch.setattr(reading, "_sold", lambda asked: (honest(asked)[0], False))
    assert run(["train", str(spec), "--format", "json"]) == 3
    assert "not certified" in capsys.readouterr().err


BUDGETS = "client,epsilon\nAnn,1\nBob,{bob}\nCat,0\n"


@pytest.mark.parametrize(
    ("budgets", "arguments", "more", "words"),
    [
        ("client,epsilon\nAnn,1\nBob,1\nDan,1\nCat,0\n", [], "", ["Dan", "unknown"]),
        ("client,epsilon\nAnn,1\nBob,1\n", [], "", ["Cat", "missing"]),
        (BUDGETS.format(bob="-0.5"), [], "", ["line 3", "Bob", "-0.5", "negative"]),
        (BUDGETS.format(bob="nan"), [], "", ["line 3", "nan"]),
        (BUDGETS.format(bob=""), [], "", ["line 3", "empty"]),
        (BUDGETS.format(bob=1), ["--delta", "1"], "", ["delta", "1"]),
        (BUDGETS.format(bob=1), ["--delta", "0"], "", ["delta", "0"]),
        (BUDGETS.format(bob=1), [], "delta = -0.1", ["delta", "-0.1"]),
        (BUDGETS.format(bob=1), [], "detla = 0.1", ["detla", "did you mean delta"]),
        (BUDGETS.format(bob=1), ["--rounds", "0"], "", ["rounds", "0"]),
        (BUDGETS.format(bob=1), ["--seed", "-1"], "", ["seed", "-1"]),
        (BUDGETS.format(bob=1), ["--budgets-output", "sold.txt"], "", [".csv", ".json"]),
        (BUDGETS.format(bob=1), ["--budgets-output", "."], "", [".csv"]),
        ("client,epsilon\nAnn,0\nBob,0\nCat,0\n", [], "", ["nobody"]),
        (None, [], "", ["there is no such file"]),
    ],
)
def test_bad_input_is_refused(
    tmp_path: Path, budgets: str | None, arguments: list[str], more: str, words: list[str]
) -> None:
    spec, given, output = tmp_path / "spec.toml", tmp_path / "budgets.csv", tmp_path / "training.json"
    spec.write_text(SPEC.format(more=more), encoding="utf-8")
    if budgets is not None:
        given.write_text(budgets, encoding="utf-8")
    before = set(tmp_path.iterdir())
    refused(["train", str(spec), "--budgets", str(given), "--output", str(output), *arguments], words, tmp_path)
    assert set(tmp_path.iterdir()) == before


def test_an_output_that_is_a_folder_is_refused(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    refused(["train", str(spec), "--output", str(tmp_path)], ["is a folder"], tmp_path)
    refused(["train", str(spec), "--budgets-output", str(tmp_path / "folder.csv")], ["is a folder"], tmp_path)
    refused(["train", str(spec), "--output", str(tmp_path / "none" / "t.json")], ["no folder"], tmp_path)
    refused(["train"], ["is needed, or --budgets"], tmp_path)


def test_what_is_sold_keeps_its_exact_value_and_its_names() -> None:
    costs, names = [1, 1, 3], ["Ann", "Bob", "Cat"]
    game = mp.StackelbergPricing(cost=costs, alpha=30, beta=6, client=names)
    assert sold_budgets(mp.solve(game, arithmetic="exact")).texts == ("29/20", "29/20", "0")
    assert sold_budgets(mp.solve(game)).clients == ("Ann", "Bob", "Cat")


def test_a_mechanism_without_budgets_sells_none() -> None:
    from mechproof.formulations.stackelberg.contest import ContestShares

    with pytest.raises(mp.UnsupportedModel, match="no privacy budgets"):
        sold_budgets(mp.solve(ContestShares([1, 1])))


def test_owners_of_a_contract_have_the_item_of_their_type() -> None:
    contract = mp.PrivacyContract(cost=["0.5", 1, 2], count=[1, 3, 2], reward_pool=12, owner_type=["a", "b", "c"])
    solution = mp.solve(contract)
    sold = sold_budgets(solution)
    assert sold.clients == ("a/1", "b/1", "b/2", "b/3", "c/1", "c/2")
    assert sold.epsilon.tolist() == np.repeat(solution.values["epsilon"], [1, 3, 2]).tolist()
    shares = mp.PrivacyContract(cost=[1, 2], count=["0.5", "0.5"], reward_pool=1)
    with pytest.raises(mp.InputError, match=r"count\[0\] .type 0. = 1/2: must be a whole number of owners"):
        sold_budgets(mp.solve(shares))


def test_a_seller_of_whom_nothing_is_bought_takes_no_part() -> None:
    market = mp.ThreePartyMarket(cost=[1, 5, 2], alpha=4, privacy_weight=1, epsilon_max=5, seller=["x", "y", "z"])
    solution = mp.solve(market)
    sold = sold_budgets(solution)
    assert sold.clients == ("x", "y", "z")
    assert sold.epsilon[1] == 0 == solution.values["quantity"][1]
    assert sold.epsilon[[0, 2]].tolist() == np.asarray(solution.values["epsilon"])[[0, 2]].tolist()
