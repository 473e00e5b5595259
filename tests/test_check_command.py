"""mechproof check: what it finds, keeps, selects, and leaves with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.checks.cache import Cache
from mechproof.proofs.checks.finding import find
from mechproof.proofs.checks.lines import Lines
from mechproof.proofs.checks.run import run_checks
from mechproof.solvers.commands.schema import check_document

MENU = 'format = 1\n[mechanism]\ntype = "version-pricing"\nepsilon = [1, 8]\ntarget = [1, 20]\n'
BAD = MENU + "[candidate]\nprice = [1, 20]\n"
GAME = '''"""A lottery."""
import numpy as np

import mechproof as mp


def utility(a, own, others, prize, cost):
    return prize * a.share(own, others) - cost * own


class Lottery(mp.Game):
    """A lottery."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="contestant")
    prize: mp.Number = mp.scalar("the prize", above=0)

    def players(self):
        most = np.asarray(self.prize / self.cost, dtype=float)
        effort = mp.Decision("effort", np.zeros(len(self.cost)), most)
        return (mp.Player("contestant", effort, utility, count=len(self.cost)),)
'''


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sound and a broken menu, and much that is none."""
    monkeypatch.chdir(tmp_path)
    files = {
        "good.toml": MENU,
        "deep/er/bad.toml": BAD,
        "pyproject.toml": "[project]\nname = 'mine'\n",
        "broken.toml": "[tool\n",
        ".hidden/menu.toml": BAD,
        ".venv/menu.toml": BAD,
        "node_modules/menu.toml": BAD,
        "build/menu.toml": BAD,
        "own-env/pyvenv.cfg": "",
        "own-env/menu.toml": BAD,
        "lottery.py": GAME,
        "test_lottery.py": GAME,
        "other.py": "class Chess(Game):\n    pass\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_is_found_in_a_tree(tree: Path) -> None:
    assert [found.path.as_posix() for found in find(["."])] == ["good.toml", "lottery.py", "deep/er/bad.toml"]
    assert [found.path.as_posix() for found in find([".hidden/menu.toml", "good.toml", "."])][:2] == [
        ".hidden/menu.toml",
        "good.toml",
    ]
    (tree / "good.toml").write_bytes(b"\xef\xbb\xbf" + MENU.encode())  # Windows' editors begin so
    (tree / "deep/er/bad.toml").write_text(BAD, encoding="utf-16")  # is refused, and not passed over
    (tree / "lottery.py").write_text(GAME + "\n\nclass Raffle(Lottery):\n    pass\n", encoding="utf-8")
    good, lottery, bad = find(["."])
    assert (good.path.name, bad.path.name, tuple(lottery.classes)) == ("good.toml", "bad.toml", ("Lottery", "Raffle"))
    with pytest.raises(mp.InputError, match="neither a file nor a folder"):
        find(["nothing.toml"])
    with pytest.raises(mp.InputError, match="declares no mechanism"):
        find(["other.py"])


def test_a_tree_is_judged(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "good.toml:3: no-arbitrage holds: " in "\n".join(lines)
    (failed,) = [line for line in lines if line.startswith("deep/er/bad.toml:7: no-arbitrage violated: 8 copies")]
    assert "    again: mechproof check deep/er/bad.toml --select no-arbitrage" in lines
    assert any(line.startswith("lottery.py:11: code-not-run inconclusive: Lottery") for line in lines)
    assert lines[-1] == "2 failed, 0 undecided, of 17 items in 2 files"
    assert failed


def test_a_command_that_is_printed_judges_the_same_again(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "--format", "json", "--no-cache"])
    items = json.loads(capsys.readouterr().out)["items"]
    failing = [item for item in items if item["level"] == "error"]
    assert failing
    for item in failing:
        assert run([*item["command"].split()[1:], "--format", "json"]) == 1
        (again,) = json.loads(capsys.readouterr().out)["items"]
        assert again == item


def test_a_file_of_ones_own_is_run_only_where_that_is_allowed(tree: Path) -> None:
    (tree / "seen.py").write_text(GAME + '\nopen("ran", "w").close()\n', encoding="utf-8")
    assert run(["check", "seen.py"]) == 2
    assert not (tree / "ran").exists()
    found = mp.check("seen.py", allow_code=True)
    assert (tree / "ran").exists()
    assert {item.mechanism for item in found.items} == {"Lottery"}
    assert found["own/concave-contestant"].verdict == "holds"
    assert found["own/concave-contestant"].line == 11


def test_nothing_to_judge_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--select", "monotone"), 0),
        (("--ignore", "no-arbitrage,feasible"), 0),
        (("--ignore", "no-arbitrage"), 1),
        (("--select", "no-arbitrage"), 1),
        (("--select", "uniqueness"), 2),
    ],
)
def test_properties_are_selected(tree: Path, options: tuple[str, ...], code: int) -> None:
    assert run(["check", *options]) == code


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_property_that_nobody_knows_is_refused(tree: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", option, "no-arbitage"]) == 2
    assert "did you mean 'no-arbitrage'?" in capsys.readouterr().err


def test_nor_is_one_of_ones_own_that_its_file_does_not_have(tree: Path) -> None:
    assert run(["check", "--select", "own/concav", "--allow-code", "lottery.py"]) == 2


def test_time_that_ran_out_leaves_what_is_selected_undecided(tree: Path) -> None:
    slow = MENU + '[solve]\nbackend = "cvxpy:clarabel"\ntime_limit = 0.0001\n'
    (tree / "slow.toml").write_text(slow, encoding="utf-8")
    asked = ["check", "slow.toml", "good.toml", "--select", "no-arbitrage"]
    assert run(asked) == 3
    assert run([*asked, "--ignore", "time-limit"]) == 0


def test_a_broken_specification_cannot_be_ignored(tree: Path) -> None:
    (tree / "good.toml").write_text(MENU.replace("epsilon", "epsilom"), encoding="utf-8")
    assert run(["check", "good.toml", "--ignore", "specification"]) == 2


def test_what_is_known_is_not_judged_again(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "clients.csv").write_text("cost\n1\n2\n", encoding="utf-8")
    game = '[mechanism]\ntype = "stackelberg-pricing"\ncost = { file = "clients.csv", column = "cost" }\n'
    (tree / "game.toml").write_text("format = 1\n" + game + "alpha = 9\nbeta = 2\n", encoding="utf-8")
    cache = Cache(tree / ".mechproof_cache")
    found = find(["game.toml", "good.toml"])
    first = run_checks(found, jobs=1, cache=cache)
    assert (tree / ".mechproof_cache" / ".gitignore").read_text(encoding="utf-8").endswith("*\n")
    judged: list[str] = []
    again = run_checks(found, jobs=1, cache=cache, say=judged.append)
    assert judged == []
    assert [one.items for one in again] == [one.items for one in first]
    (tree / "clients.csv").write_text("cost\n1\n3\n", encoding="utf-8")
    changed = run_checks(found, jobs=1, cache=cache, say=judged.append)
    assert {line.partition(":")[0] for line in judged} == {"game.toml"}
    assert changed[0].items != first[0].items
    for made_with in ("code_digest", "library_versions"):
        with monkeypatch.context() as changed_with:
            changed_with.setattr(f"mechproof.proofs.checks.cache.{made_with}", lambda: "others")
            assert cache.known(found[1], False) is None
    assert cache.known(found[1], False) is not None


def test_a_damaged_entry_is_none(tree: Path) -> None:
    cache = Cache(tree / ".mechproof_cache")
    found = find(["good.toml"])
    run_checks(found, jobs=1, cache=cache)
    for entry in cache.folder.glob("*.json"):
        entry.write_text("{", encoding="utf-8")
    assert run_checks(found, jobs=1, cache=cache)[0].ok


def test_what_is_undecided_or_own_code_is_not_kept(tree: Path) -> None:
    spec = 'format = 1\n[mechanism]\ntype = "lottery.py:Lottery"\ncost = [1, 2]\nprize = 3\n'
    (tree / "own.toml").write_text(spec, encoding="utf-8")
    cache = Cache(tree / ".mechproof_cache")
    run_checks(find(["own.toml"]), allow_code=True, jobs=1, cache=cache)
    assert list(cache.folder.glob("*.json")) == []


def test_processes_side_by_side_say_the_same(tree: Path) -> None:
    found = find(["."])
    assert [one.items for one in run_checks(found, jobs=2)] == [one.items for one in run_checks(found, jobs=1)]


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_code_that_ends_its_process_is_no_success(tree: Path, jobs: int) -> None:
    """Nor does it take the others' judgements along."""
    (tree / "lottery.py").write_text("import os\nos._exit(0)\n" + GAME, encoding="utf-8")
    checks = {check.path: check for check in run_checks(find([tree]), allow_code=True, jobs=jobs)}
    assert (checks["lottery.py"].exit_code, checks["lottery.py"]["fault"].verdict) == (4, "error")
    assert (checks["good.toml"].exit_code, checks["deep/er/bad.toml"].exit_code) == (0, 1)


def test_behind_a_pipe_the_exit_code_stays(tree: Path) -> None:
    code = "import sys; from mechproof.cli import run; sys.exit(run(sys.argv[1:]))"
    for arguments, leaves in (
        (["check", "--no-cache", "deep"], 1),
        (["verify", "deep/er/bad.toml"], 1),
    ):
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.close()  # whoever reads has gone before anything was written
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (leaves, b""), arguments


def test_the_market_is_judged_with_the_prices(tree: Path) -> None:
    pytest.importorskip("sklearn")
    text = """format = 1
[mechanism]
type = "version-revenue"
epsilon = [1, 3]
wanted = [0, 1, 1]
value = [10, 30, 50]
[market.owners]
cost = [0.5, 0.5, 4]
epsilon_cap = [8, 8, 8]
[market.pool]
share = 0.00001
"""
    (tree / "market.toml").write_text(text, encoding="utf-8")
    found = mp.check("market.toml")
    assert found["market/accounts-balance"].verdict == "holds"
    assert found["market/accounts-balance"].line == 7
    (tree / "market.toml").write_text(text.replace("share", "shard"), encoding="utf-8")
    found = mp.check("market.toml")
    assert found.exit_code == 2
    assert found["specification"].line == 11
    assert found["no-arbitrage"].verdict == "holds"  # what is right beside it is judged all the same


def test_training_settings_are_read(tree: Path) -> None:
    text = 'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [1, 1]\nalpha = 4\nbeta = 2\n'
    text += "[train]\nrounds = 3\n"
    (tree / "game.toml").write_text(text, encoding="utf-8")
    assert mp.check("game.toml")["train/settings"].verdict == "holds"
    (tree / "game.toml").write_text(text.replace("rounds = 3", "rounds = -3"), encoding="utf-8")
    assert mp.check("game.toml")["specification"].line == 8


def test_what_must_be_proved(tree: Path) -> None:
    spec = 'format = 1\n[mechanism]\ntype = "lottery.py:Lottery"\ncost = [1, 2]\nprize = 3\n[prove]\ntime_limit = 1\n'
    (tree / "own.toml").write_text(spec + 'require = ["concave-contestant"]\n', encoding="utf-8")
    found = mp.check("own.toml", allow_code=True)
    assert (found["own/concave-contestant"].asked, found["own/concave-contestant"].line) == ("required", 8)
    assert not any(item.property == "own/uniqueness" for item in found.items)
    (tree / "own.toml").write_text(spec + 'require = ["concave-contestants"]\n', encoding="utf-8")
    found = mp.check("own.toml", allow_code=True)
    assert (found.exit_code, found["specification"].line) == (2, 8)
    assert "did you mean 'own/concave-contestant'?" in found["specification"].text


def test_the_document_follows_its_schema(tree: Path) -> None:
    run(["check", "--output", "check.json"])
    document = json.loads((tree / "check.json").read_text(encoding="utf-8"))
    check_document(document)
    assert document["exit_code"] == 1
    assert {one["path"]: one["exit_code"] for one in document["files"]} == {
        "good.toml": 0,
        "lottery.py": 2,
        "deep/er/bad.toml": 1,
    }


def test_a_slip_in_ones_own_file_is_bad_input_with_its_line(tree: Path) -> None:
    (tree / "lottery.py").write_text(GAME.replace("a.share(own, others)", "a.shares(own, others)"), encoding="utf-8")
    spec = 'format = 1\n[mechanism]\ntype = "lottery.py:Lottery"\ncost = [1, 2]\nprize = 3\n'
    (tree / "own.toml").write_text(spec, encoding="utf-8")
    for name in ("own.toml", "lottery.py"):
        found = mp.check(name, allow_code=True)
        assert found.exit_code == 2
        assert "lottery.py:8" in found["specification"].text
        assert "shares" in found["specification"].text


TOML = '''format = 1 # [no.table]
title = """
[mechanism]
alpha = 1
"""
[mechanism] # here
'quoted key' = 1
"cost" = [ # a list
  1, # = 2
  "]",
]
a.b = { c = 1,
 d = 2 }
[[market.owners]]
x = 'a # b'
'''


def test_keys_have_their_lines() -> None:
    at = Lines.of(TOML).at
    assert at == {
        "format": 1,
        "title": 2,
        "mechanism": 6,
        "mechanism.quoted key": 7,
        "mechanism.cost": 8,
        "mechanism.a.b": 12,
        "market.owners": 14,
        "market.owners.x": 15,
    }


def test_what_is_noted_is_said_each_time(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "sold.csv").write_text("epsilon;target\n1;1\n8;20,5\n", encoding="utf-8")
    columns = "".join(f'{name} = {{ file = "sold.csv", column = "{name}" }}\n' for name in ("epsilon", "target"))
    (tree / "sold.toml").write_text(f'format = 1\n[mechanism]\ntype = "version-pricing"\n{columns}', encoding="utf-8")
    for options in ([], [], ["--allow-code"]):
        assert run(["check", "sold.toml", *options]) == 0
        assert "note: sold.csv: the comma in column 'target' is taken as the decimal sign" in capsys.readouterr().err
