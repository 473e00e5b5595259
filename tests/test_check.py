"""mp.check: one judgement of a specification or model, as it asks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import mechproof as mp

CONTRACT = """format = 1

[mechanism]
type = "privacy-contract"
owner_type = ["relaxed", "careful", "reluctant"]
cost = [0.5, 1, 2]
count = [10, 10, 10]
reward_pool = 30
"""
MENU = """format = 1
[mechanism]
type = "version-pricing"
epsilon = [1, 2, 4, 8]
target = [1, 5, 6, 20]
"""
CONTEST = """format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob", "Cat"]
cost = ["0.2", "0.3", "0.5"]
alpha = 10
beta = 10
"""


@dataclass(frozen=True)
class Case:
    """A specification, and what its judgement must say: the exit code, and of each property that fails some words."""

    name: str
    text: str
    code: int
    fails: dict[str, str]
    line: int = 0


CASES = (
    Case("solved", CONTRACT, 0, {}),
    Case(
        "the formula (56) as printed",
        CONTRACT + "\n[candidate]\nepsilon = [2, 1, 0.5]\npayment = [1, 1, 1]\n",
        1,
        {"incentive-compatibility": "type relaxed gains 3/4", "feasible": "gains 0.75"},
    ),
    Case(
        "the same, on purpose",
        CONTRACT
        + "\n[candidate]\nepsilon = [2, 1, 0.5]\npayment = [1, 1, 1]\n"
        + '[verify]\nexpect_violated = ["incentive-compatibility", "contract-optimality"]\n',
        0,
        {},
    ),
    Case(
        "a pool of 9.75 over-spent by one cent",
        CONTEST + '[candidate]\nreward_pool = "9.75"\nepsilon = ["11.7", "7.8", 0]\npayment = ["5.86", "3.90", 0]\n',
        1,
        {"budget-balance": "broken by 1/100"},
        line=11,
    ),
    Case("a menu with arbitrage", MENU + "[candidate]\nprice = [1, 5, 6, 20]\n", 1, {"no-arbitrage": "8 copies"}, 7),
    Case("a safe menu that is not the nearest", MENU + "[candidate]\nprice = [1, 2, 4, 8]\n", 0, {}),
    Case(
        "expected to be violated, and holds",
        MENU + '[candidate]\nprice = [1, 2, 4, 8]\n[verify]\nexpect_violated = ["no-arbitrage"]\n',
        1,
        {"no-arbitrage": "expected to be violated"},
        line=9,
    ),
    Case("a misspelt key", MENU.replace("target", "tagret"), 2, {"specification": "did you mean 'target'?"}, 5),
    Case("a broken value", MENU.replace("[1, 2, 4", "[1, -2, 4"), 2, {"specification": "epsilon[1]"}, 4),
    Case("no TOML", MENU + "[verify\n", 2, {"specification": "is not TOML"}, 6),
    Case("not in UTF-8", MENU + 'version = ["caf\udce9"]\n', 2, {"specification": "is not UTF-8"}, 6),
    Case("an unknown property", MENU + '[verify]\nrequire = ["monoton"]\n', 2, {"specification": "did you mean"}, 7),
    Case("an unknown key of prove", MENU + "[prove]\nseconds = 3\n", 2, {"specification": "prove.seconds"}, 7),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_specification_is_judged_as_it_asks(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("case.toml").write_bytes(case.text.encode("utf-8", errors="surrogateescape"))
    found = mp.check("case.toml")
    failed = {item.property: item for item in found.failed}
    assert (found.exit_code, found.ok) == (case.code, case.code == 0), str(found)
    assert set(case.fails) <= set(failed)
    assert bool(failed) == bool(case.fails)
    for name, words in case.fails.items():
        assert words in failed[name].text
        assert failed[name].path == "case.toml"
        assert str(failed[name]).startswith(f"case.toml:{failed[name].line}: {name} ")
    if case.line:
        assert failed[next(iter(case.fails))].line == case.line
    assert all(1 <= item.line <= len(case.text.splitlines()) for item in found.items)


LEAST = """import numpy as np

import mechproof as mp


class Least(mp.Program):
    \"\"\"The least amount that is enough: it names no properties.\"\"\"

    enough: mp.Vector = mp.vector("an amount", above=0, per="person")

    def variables(self):
        return (mp.Decision("amount", np.zeros(len(self.enough)), np.full(len(self.enough), 9.0)),)

    def objective(self):
        return lambda a, amount: a.sum(amount)

    def constraints(self):
        return (mp.Constraint("suffices", lambda a, amount, enough: amount - enough),)
"""


@pytest.mark.parametrize(("amount", "code"), [("[1, 2]", 0), ("[1, 1.9]", 1), ("[1, 3]", 3), (None, 0)])
def test_a_program_without_properties_is_judged_by_its_certificate(
    amount: str | None, code: int, tmp_path: Path
) -> None:
    (tmp_path / "least.py").write_text(LEAST, encoding="utf-8")
    own = f"[candidate]\namount = {amount}\n" if amount else ""
    spec = 'format = 1\n[mechanism]\ntype = "least.py:Least"\nenough = [1, 2]\n' + own
    (tmp_path / "least.toml").write_text(spec, encoding="utf-8")
    found = mp.check(tmp_path / "least.toml", allow_code=True)
    assert found.exit_code == code, str(found)
    assert [item.property for item in found.items] == ["feasible", "optimal"]


TEAM = """import numpy as np

import mechproof as mp


def utility(a, own, others, help, cost):
    return help * own * others - cost * a.square(own) * own / 3


class Team(mp.Game):
    \"\"\"Work is worth more where others work: nobody works, or everybody.\"\"\"

    help: mp.Vector = mp.vector("what others' work adds", above=0, per="worker")
    cost: mp.Vector = mp.vector("a cost", above=0, per="worker")
    promises = ("no-profitable-deviation", "uniqueness")

    def players(self):
        effort = mp.Decision("effort", np.zeros(len(self.cost)), np.full(len(self.cost), 4.0))
        return (mp.Player("worker", effort, utility, count=len(self.cost)),)
"""


def test_a_contest_with_two_equilibria_is_red_with_both(tmp_path: Path) -> None:
    (tmp_path / "team.py").write_text(TEAM, encoding="utf-8")
    spec = (
        'format = 1\n[mechanism]\ntype = "team.py:Team"\nhelp = [1, 1]\ncost = [1, 1]\n[candidate]\neffort = [1, 1]\n'
    )
    (tmp_path / "team.toml").write_text(spec, encoding="utf-8")
    found = mp.check(tmp_path / "team.toml", allow_code=True)
    assert [item.property for item in found.failed] == ["uniqueness"]
    assert "2 equilibria: effort 0 0, 1 0" in found["uniqueness"].text


@pytest.mark.slow
def test_a_promise_that_is_refuted_is_red_with_the_instance(tmp_path: Path) -> None:
    (tmp_path / "team.py").write_text(TEAM, encoding="utf-8")
    asked = mp.check(tmp_path / "team.py", allow_code=True)["own/uniqueness"]
    assert asked.level == "error"
    assert "effort (0, 0) and (1, 1) are equilibria" in asked.text
    assert asked.witness is not None


def test_a_model_is_judged_by_what_it_promises() -> None:
    menu = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    assert mp.check(menu).ok
    found = mp.check(mp.candidate(menu, price=[1, 20]))
    assert not found.ok
    assert found["no-arbitrage"].witness is not None
    assert found["no-arbitrage"].command == ""
    with pytest.raises(mp.InputError, match="did you mean 'monotone'"):
        found["monoton"]


class Idle(mp.Game):
    """Effort costs and earns nothing; nothing is promised of it."""

    promises = ()

    cost: mp.Vector = mp.vector("a cost", per="client", above=0)

    def players(self) -> tuple[mp.Player]:
        effort = mp.Decision("effort", [0] * len(self.cost), [1] * len(self.cost))
        return (mp.Player("client", effort, lambda a, own, others, cost: -cost * own, count=len(self.cost)),)


@pytest.mark.slow
def test_where_nothing_is_promised_a_candidate_must_be_optimal() -> None:
    right, wrong = (mp.candidate(Idle([1, 2]), effort=[most, 0]) for most in (0, 1))
    assert mp.check(right).ok
    assert mp.check(wrong)["optimal"].level == "error"
    with pytest.raises(mp.InputError, match="Idle promises none"):
        mp.testing.assert_holds(wrong)
    with pytest.raises(AssertionError, match="individual-rationality"):
        mp.testing.assert_holds(wrong, "individual-rationality")
