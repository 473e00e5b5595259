"""What got worse between two documents, and a check that fails for nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.checks.changes import changes
from mechproof.solvers.commands.documents import solution_document

GAME = """format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob", "Cat"]
cost = [{cost}]
alpha = 30
beta = 6
"""
MENU = """format = 1
[mechanism]
type = "version-pricing"
epsilon = [1, 8]
target = [1, 20]
[candidate]
price = [1, {most}]
"""


def solved(*cost: str, alpha: int = 30) -> dict[str, Any]:
    return solution_document(mp.solve(mp.StackelbergPricing(cost, alpha=alpha, beta=6, client=["Ann", "Bob", "Cat"])))


def menu(most: str) -> dict[str, Any]:
    pricing = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    return mp.verify(mp.candidate(pricing, price=[1, most])).document()


def names(old: dict[str, Any], new: dict[str, Any], better: bool | None) -> set[str]:
    return {change.key[2] for change in changes(old, new) if change.better is better}


def test_a_solution_that_is_worse_says_for_whom() -> None:
    old, new = solved("0.2", "0.2", "0.3"), solved("0.2", "0.2", "3")
    assert {"server_utility", "taking part", "taking part: Cat"} <= names(old, new, False)
    assert names(old, old, False) == set()
    assert {"server_utility", "taking part: Cat"} <= names(new, old, True)
    assert "reward_pool" in names(old, new, None)


def test_revenue_that_falls_is_worse_and_a_price_only_changes() -> None:
    def sold(*value: int) -> dict[str, Any]:
        return solution_document(mp.solve(mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1], value=value)))

    assert names(sold(3, 9), sold(2, 6), False) == {"revenue"}
    assert names(sold(3, 9), sold(2, 6), None) == {"sum of price"}


def test_a_property_that_is_lost_is_worse() -> None:
    assert {"no-arbitrage", "in-cone"} <= names(menu("8"), menu("20"), False)
    assert {"no-arbitrage", "in-cone"} <= names(menu("20"), menu("8"), True)
    assert names(menu("7.99"), menu("8"), False) == set()


def test_a_property_that_is_judged_no_more_is_worse() -> None:
    less = menu("8")
    less["items"] = [item for item in less["items"] if item["property"] != "monotone"]
    assert names(menu("8"), less, False) == {"monotone"}
    assert names(less, menu("8"), False) == set()


def test_what_is_expected_to_be_violated_is_worse_when_it_holds() -> None:
    pricing = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    old, new = (
        mp.verify(mp.candidate(pricing, price=[1, most]), expect_violated=["no-arbitrage"]).document()
        for most in (20, 8)
    )
    assert "no-arbitrage" in names(old, new, False)


def test_documents_of_two_kinds_are_refused() -> None:
    with pytest.raises(mp.InputError, match="both must be of the same"):
        changes(menu("8"), solved("1", "1", "1"))


def test_documents_of_two_mechanisms_are_refused() -> None:
    other = solution_document(mp.solve(mp.VersionPricing(epsilon=[1, 8], target=[1, 20])))
    with pytest.raises(mp.InputError, match="is another mechanism than stackelberg-pricing"):
        changes(solved("1", "1", "1"), other)


def test_a_utility_that_is_not_known_any_more_is_worse() -> None:
    old, less, none = (solved("0.2", "0.2", "0.3") for _ in range(3))
    del less["values"]["server_utility"]
    none["values"]["server_utility"] = None
    assert names(old, less, False) == names(old, none, False) == {"server_utility"}
    assert names(less, old, False) == set()


def test_the_command_leaves_with_one_when_something_got_worse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, most in (("old", "8"), ("new", "20")):
        (tmp_path / f"{name}.json").write_text(json.dumps(menu(most)), encoding="utf-8")
    old, new = str(tmp_path / "old.json"), str(tmp_path / "new.json")
    assert run(["diff", old, new]) == 1
    assert "worse  no-arbitrage was as it should be and failed: 8 copies" in capsys.readouterr().out
    assert run(["diff", new, old]) == 0
    assert run(["diff", old, str(tmp_path / "none.json")]) == 2


def test_against_a_baseline_only_what_got_worse_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("menu.toml").write_text(MENU.format(most=20), encoding="utf-8")
    Path("game.toml").write_text(GAME.format(cost="0.2, 0.2, 0.3"), encoding="utf-8")
    assert run(["check", "--output", "base.json"]) == 1
    assert run(["check", "--baseline", "base.json"]) == 0
    assert "no-arbitrage violated: known from the baseline: 8 copies" in capsys.readouterr().out
    Path("game.toml").write_text(GAME.format(cost="0.2, 0.2, 3"), encoding="utf-8")
    assert run(["check", "--baseline", "base.json"]) == 1
    said = capsys.readouterr().out
    assert "game.toml:3: server-utility violated: worse than in the baseline: server utility fell from" in said
    assert "game.toml:3: taking-part violated: worse than in the baseline: taking part fell from 3 to 2" in said
    Path("game.toml").write_text("format = 1\n[mechanism]\n", encoding="utf-8")
    assert run(["check", "--baseline", "base.json"]) == 2
    assert run(["check", "--baseline", "menu.toml"]) == 2
    Path("game.toml").unlink()
    Path("new.toml").write_text(MENU.format(most=21), encoding="utf-8")  # is not in the baseline
    assert run(["check", "--baseline", "base.json"]) == 1


def test_what_is_newly_required_fails_as_if_there_were_no_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    menu, open_one = Path("menu.toml"), MENU.format(most=20) + "[verify]\nrequire = ['monotone']\n"
    menu.write_text(open_one, encoding="utf-8")
    asked = ["check", "--select", "no-arbitrage,monotone"]
    assert run([*asked, "--output", "base.json"]) == 0  # arbitrage is for information
    menu.write_text(open_one.replace("'monotone'", "'monotone', 'no-arbitrage'"), encoding="utf-8")
    assert run([*asked, "--baseline", "base.json"]) == 1


def test_a_property_that_is_lost_fails_against_a_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("menu.toml").write_text(MENU.format(most=8), encoding="utf-8")
    assert run(["check", "--output", "base.json"]) == 0
    Path("menu.toml").write_text(MENU.format(most=20), encoding="utf-8")
    assert run(["check", "--baseline", "base.json"]) == 1
    said = capsys.readouterr().out
    assert "menu.toml:7: no-arbitrage violated: worse than in the baseline: 8 copies" in said
    # what nobody requires is lost as well: before, the prices were in the cone
    assert "menu.toml:6: in-cone violated: worse than in the baseline: " in said
    assert run(["check", "--baseline", "base.json", "--select", "monotone"]) == 0
    assert run(["check", "--baseline", "base.json", "--select", "in-cone"]) == 1
