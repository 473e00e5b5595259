"""What a market tells whom: everybody no cost and no noise, each owner its own account, a buyer no other version."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.market.published import owner_statement, public_document
from mechproof.dpfl.market.steps import STUDY
from mechproof.dpfl.runs.audit import audit
from mechproof.solvers.commands.schema import check_document

pytest.importorskip("torch")

COSTS = ("0.5", "0.75", "1.23456789")
SPEC = f"""
format = 1
[mechanism]
type = "version-revenue"
epsilon = [1, 3]
wanted = [0, 1, 1]
value = [10, 30, 50]
attack = "averaging"
[market]
trust = "secure-sum"
[market.owners]
cost = [{", ".join(COSTS)}]
epsilon_cap = [8, 80, 8]
owner = ["Ann", "Bob", "Cat"]
[market.pool]
share = 0.5
[market.training]
rounds = 2
seed = 987654321
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "market.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def numbers(value: Any) -> list[float]:
    """Every number of a document, and every text that is one."""
    if isinstance(value, dict | list):
        return [number for item in (value.values() if isinstance(value, dict) else value) for number in numbers(item)]
    try:
        return [float(value)]
    except (TypeError, ValueError):
        return []


def costs_from_all_budgets(document: Any) -> list[float]:
    """What the first-order condition of the contest, c = R (S − ε) / S², gives back for owners below their caps."""
    epsilon = np.array([float(row["epsilon"]) for row in document["steps"]["owners"]["owners"]])
    total, pool = epsilon.sum(), document["steps"]["task"]["shared_cents"] / 100
    return list(pool * (total - epsilon) / total**2)


def test_costs_are_found_back_from_the_brokers_document_and_not_from_what_is_published(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec.write_text(SPEC.replace("epsilon_cap = [8, 80, 8]\n", ""), encoding="utf-8")
    public, statements = tmp_path / "public.json", tmp_path / "statements"
    arguments = ["market", str(spec), "--publish", str(public), "--statements", str(statements), "--format", "json"]
    assert run(arguments) in (0, 1, 3)
    document = json.loads(capsys.readouterr().out)
    assert costs_from_all_budgets(document) == pytest.approx(list(map(float, COSTS)), rel=1e-9)
    published = json.loads(public.read_text(encoding="utf-8"))
    check_document(published)
    text = public.read_text(encoding="utf-8")
    # noise is drawn anew, and a version may by chance be as good as without it: the word is looked for, not the number
    assert not any(name in text for name in ("Ann", "Bob", "Cat", "accuracy_without_noise"))
    owners = document["steps"]["owners"]["owners"]
    secret = {float(row[key]) for row in owners for key in ("epsilon", "payment_cents")} | set(map(float, COSTS))
    secret |= {version["noise"] for version in document["steps"]["training"]["versions"]}
    assert not secret & set(numbers(published))
    files = sorted(statements.iterdir())
    assert [file.name for file in files] == ["1.json", "2.json", "3.json"]
    for file, row in zip(files, owners, strict=True):
        statement = json.loads(file.read_text(encoding="utf-8"))
        check_document(statement)
        assert (statement["owner"], statement["payment_cents"]) == (row["owner"], row["payment_cents"])
        others = {float(other["epsilon"]) for other in owners if other["owner"] != row["owner"]}
        assert not others & set(numbers(statement))


def test_a_buyer_who_knows_the_document_cannot_take_the_noise_off(spec: Path) -> None:
    """Whoever has the written seed, and all that is written beside, makes another draw than that which was sold."""
    sold, again = mp.run_market(spec), mp.run_market(spec)
    assert sold.steps["training"]["noise_from"] == "the system's entropy"
    for one, other in zip(sold.models, again.models, strict=True):
        assert np.abs(one - other).min() > 0
    seeded = [mp.run_market(spec, noise_seed=seed) for seed in (987654321, 0, 7)]
    assert all(np.abs(sold.models[0] - made.models[0]).max() > 1e-3 for made in seeded)


def test_a_study_says_so_and_keeps_its_seed_to_itself(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", str(spec), "--noise-seed", "424242"]) in (0, 1, 3)
    assert STUDY[:40] in " ".join(capsys.readouterr().out.split())
    result = mp.run_market(spec, noise_seed=424242)
    text = json.dumps(result.document()) + json.dumps(public_document(result))
    assert "424242" not in text
    assert public_document(result)["privacy"]["noise_from"] == STUDY


def test_nobody_sells_nothing_is_published(spec: Path) -> None:
    spec.write_text(SPEC.replace("share = 0.5", "share = 0.0001"), encoding="utf-8")
    result = mp.run_market(spec)
    public, statement = public_document(result), owner_statement(result, "Cat")
    check_document(public)
    check_document(statement)
    assert public["versions"][0]["accuracy"] is None
    assert statement["training_epsilon"] == 0
    with pytest.raises(mp.InputError, match="Dan"):
        owner_statement(result, "Dan")


@pytest.mark.parametrize(
    ("option", "place", "words"),
    [("--publish", "no/such/public.json", "no folder"), ("--statements", "no/such", "cannot be made")],
)
def test_what_cannot_be_written_is_refused_first(
    spec: Path, tmp_path: Path, option: str, place: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["market", str(spec), option, str(tmp_path / place)]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trust": "global"}, "market.trust"),
        ({"trust": "secure-sum", "copies": "nested"}, "independent noise"),
        ({"copies": "nest"}, "market.copies"),
    ],
)
def test_trusts_and_copies_that_do_not_go_together(spec: Path, changes: dict[str, str], words: str) -> None:
    chosen = mp.Market(
        prices=mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1], value=[10, 30]),
        owners=mp.Owners(cost=[1, 2]),
        pool=mp.RewardPool(share="0.5"),
    )
    with pytest.raises(mp.InputError, match=words):
        replace(chosen, **changes)


def test_prices_that_allow_averaging_need_nested_copies() -> None:
    prices = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1], value=[10, 30], attack="none")
    with pytest.raises(mp.InputError, match="averaged away"):
        mp.Market(prices=prices, owners=mp.Owners(cost=[1, 2]), pool=mp.RewardPool(share="0.5"), trust="secure-sum")


def test_more_than_was_sold_in_several_versions_together_is_seen(spec: Path) -> None:
    """Each version for itself keeps min(μ_i, μ_j); all of them together are more than was sold."""
    from mechproof.dpfl.market.checks import checks

    result = mp.run_market(spec, noise_seed=1)
    assert next(check for check in result.checks if check.name == "versions-private-as-sold").verdict == "holds"
    steps = json.loads(json.dumps(result.steps))
    for version in steps["training"]["versions"]:
        version["noise"] /= 1.3
    judged = {check.name: check for check in checks(result.market, steps)}
    assert judged["versions-private-as-sold"].verdict == "violated"


def run_until_refused(spec: Path, ledger: Path) -> None:
    """As often as all of it fits into what the owners with most to spare have sold."""
    for _ in range(30):
        mp.run_market(spec, ledger=ledger)


@pytest.mark.parametrize("trust", ["local", "secure-sum"])
def test_every_version_is_charged_to_the_owners_and_no_second_market_is(
    spec: Path, tmp_path: Path, trust: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec.write_text(SPEC.replace('"secure-sum"', f'"{trust}"'), encoding="utf-8")
    ledger = tmp_path / "ledger.jsonl"
    first = mp.run_market(spec, ledger=ledger)
    shown = audit(ledger)
    assert shown.passed
    assert shown.runs == (1 if trust == "local" else 2)
    sold = {row["owner"]: float(row["epsilon"]) for row in first.steps["owners"]["owners"] if float(row["epsilon"])}
    told = {row["owner"]: row["training_epsilon"] for row in first.steps["training"]["owners"]}
    for account in shown.accounts:
        if account.client in sold:
            assert account.epsilon <= sold[account.client]
            assert account.epsilon == pytest.approx(told[account.client], rel=1e-6)
    if trust == "secure-sum":
        budget = max(sold.values())
        alone = {row["owner"]: max(row["version_epsilon"]) for row in first.steps["training"]["owners"]}
        assert all(alone[name] < told[name] <= budget for name in sold)
    with pytest.raises(mp.BudgetSpent, match="is refused: client"):
        run_until_refused(spec, ledger)
    assert audit(ledger).passed
    output = tmp_path / "market.json"
    assert run(["market", str(spec), "--ledger", str(ledger), "--output", str(output)]) == 1
    assert "is refused: client" in capsys.readouterr().err
    assert not output.exists()


def test_a_study_charges_nobody(spec: Path, tmp_path: Path) -> None:
    with pytest.raises(mp.InputError, match="charges nobody"):
        mp.run_market(spec, noise_seed=1, ledger=tmp_path / "ledger.jsonl")
