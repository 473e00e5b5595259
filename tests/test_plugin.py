"""The pytest plugin: what is collected, how failures are told, what it costs those who do not use it."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

import pytest

from mechproof.examples.starters import game

SOUND = """format = 1

[mechanism]
type = "version-pricing"
epsilon = [1, 2]
target = [1, 2]
"""
ARBITRAGE = SOUND.replace("[1, 2]\ntarget = [1, 2]", "[0.3, 0.9]\ntarget = [1, 4]") + "\n[candidate]\nprice = [1, 4]\n"
OWN = '''"""A lottery."""

import mechproof as mp


def utility(a, own, others, cost, prize):
    """V x/Σx − c x²."""
    return prize * a.share(own, others) - cost * own**2


class Lottery(mp.Game):
    """A lottery."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")
    prize: mp.Number = mp.scalar("the prize", above=0)

    def players(self):
        """Return the players."""
        effort = mp.Decision("effort", [0] * len(self.cost), [100] * len(self.cost))
        return (mp.Player("player", effort, utility, count=len(self.cost)),)
'''


@dataclass(frozen=True)
class Run:
    """What pytest returned and printed."""

    code: int
    output: str


def pytest_in(folder: Path, *arguments: str) -> Run:
    """Run pytest in a folder, in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return Run(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with a sound and a broken menu, and other files that are none of ours."""
    (tmp_path / "sound.toml").write_text(SOUND)
    (tmp_path / "menu.toml").write_text(ARBITRAGE)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    (tmp_path / "settings.toml").write_text("format = 1\n[mechanisms]\nx = 1\n")
    (tmp_path / "lottery.py").write_text(OWN)
    (tmp_path / "test_shop.py").write_text("def test_shop():\n    pass\n")
    return tmp_path


def test_specifications_become_items_and_other_files_do_not(folder: Path) -> None:
    found = pytest_in(folder, "--collect-only", "-q")
    items = [line for line in found.output.splitlines() if "::" in line]
    assert items == [
        *(f"menu.toml::{name}" for name in ("no-arbitrage", "monotone", "feasible", "optimal")),
        *(f"sound.toml::{name}" for name in ("no-arbitrage", "monotone", "feasible", "optimal")),
        "test_shop.py::test_shop",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        '"format" = 1\n["mechanism"]\ntype = "version-pricing"\nepsilon = [1, 8]\ntarget = [1, 20]\n',
        'format = 1\nmechanism.type = "version-pricing"\nmechanism.epsilon = [1, 8]\nmechanism.target = [1, 20]\n',
        'format = 1\nmechanism = { type = "version-pricing", epsilon = [1, 8], target = [1, 20] }\n',
        '\ufeffformat = 1\r\n[mechanism]\r\ntype = "version-pricing"\r\nepsilon = [1, 8]\r\ntarget = [1, 20]\r\n',
    ],
)
def test_what_check_finds_becomes_items_however_it_is_written(text: str, tmp_path: Path) -> None:
    (tmp_path / "menu.toml").write_bytes(f"{text}[candidate]\nprice = [1, 20]\n".encode())
    found = pytest_in(tmp_path)
    assert (found.code, "FAILED menu.toml::no-arbitrage" in found.output) == (1, True)


def test_a_sound_specification_passes_and_a_broken_one_fails(folder: Path) -> None:
    found = pytest_in(folder, "sound.toml", "menu.toml", "-v")
    assert found.code == 1
    assert "FAILED sound.toml" not in found.output
    assert "sound.toml::optimal PASSED" in found.output
    assert "3 copies of version 0 cost 3 and do what version 1 does for 4: 1 less" in found.output
    assert "again: mechproof check menu.toml --select no-arbitrage" in found.output
    assert "menu.toml::monotone PASSED" in found.output
    assert "FAILED menu.toml::no-arbitrage - no-arbitrage violated: 3 copies" in found.output
    assert "Traceback" not in found.output
    assert ".py:" not in found.output.partition("FAILURES")[2]


@pytest.mark.slow
def test_items_are_selected_by_name_and_by_node(folder: Path) -> None:
    assert "1 passed, 8 deselected" in pytest_in(folder, "-k", "sound.toml and arbitrage").output
    assert "1 passed in" in pytest_in(folder, "menu.toml::monotone").output
    assert pytest_in(folder, "menu.toml::no-such-property").code == 4


@pytest.mark.slow
def test_junit_has_a_case_for_each_property(folder: Path) -> None:
    pytest_in(folder, "--junitxml=report.xml")
    cases = ElementTree.parse(folder / "report.xml").getroot().iter("testcase")
    by_name = {(case.get("classname"), case.get("name")): case for case in cases}
    failure = by_name["menu.toml", "no-arbitrage"].find("failure")
    assert failure is not None
    assert failure.get("message", "").startswith("no-arbitrage violated: 3 copies of version 0")
    assert "again: mechproof check" in (failure.text or "")
    assert by_name["sound.toml", "no-arbitrage"].find("failure") is None


@pytest.mark.slow
def test_it_works_with_xdist(folder: Path) -> None:
    found = pytest_in(folder, "-n", "2", "-q")
    assert found.code == 1
    assert "3 copies of version 0 cost 3" in found.output
    assert "2 failed" in found.output


@dataclass(frozen=True)
class Broken:
    """A specification that cannot be judged, and what its only item says."""

    text: str
    words: tuple[str, ...]


BROKEN = {
    "typo": Broken(SOUND.replace("target", "targte"), ("typo.toml:6", "did you mean 'target'")),
    "cut": Broken(SOUND + "x = [1,\n", ("cut.toml:", "is not TOML")),
    "number": Broken(SOUND.replace("epsilon = [1, 2]", "epsilon = [1, -2]"), ("number.toml:5", "epsilon[1] = -2")),
    "property": Broken(SOUND + '[verify]\nrequire = ["arbitrage"]\n', ("property.toml:8", "no known property")),
    "code": Broken('format = 1\n[mechanism]\ntype = "a.py:A"\n', ("code.toml:3", "--mechproof-allow-code")),
}


def test_a_broken_specification_is_one_failing_item(tmp_path: Path) -> None:
    for name, case in BROKEN.items():
        (tmp_path / f"{name}.toml").write_text(case.text)
    found = pytest_in(tmp_path)
    assert found.code == 1
    assert f"{len(BROKEN)} failed" in found.output
    for name, case in BROKEN.items():
        assert found.output.count(f"FAILED {name}.toml") == 1
        told = re.search(rf"^{name}.toml:.*?again", found.output, re.DOTALL | re.MULTILINE)
        assert told is not None, found.output
        assert all(word in told[0] for word in case.words), told[0]
    assert "Traceback" not in found.output


@pytest.mark.slow
def test_what_is_undecided_fails_with_that_word(tmp_path: Path) -> None:
    (tmp_path / "lottery.py").write_text(OWN)
    text = 'format = 1\n[mechanism]\ntype = "lottery.py:Lottery"\ncost = [1, 2]\nprize = 3\n'
    (tmp_path / "m.toml").write_text(text + '[verify]\nrequire = ["participation", "truthfulness"]\n')
    found = pytest_in(tmp_path, "m.toml", "--mechproof-allow-code")
    assert found.code == 1
    assert "truthfulness is inconclusive" in found.output


@pytest.mark.slow
def test_of_a_leader_of_ones_own_the_certificate_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "game.py").write_text(Path(game.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmechproof_allow_code = true\nmechproof_examples = 1\n")
    found = pytest_in(tmp_path, "game.py::PrivacyMarket::certificate", "-rs")
    assert found.code == 0
    assert "1 skipped" in found.output
    assert "the leader decides on its best nothing is known to show" in found.output


@pytest.mark.slow
def test_where_nothing_is_promised_or_proved_nothing_passes(tmp_path: Path) -> None:
    counting = OWN.replace("cost * own**2", "len(cost) * own**2").replace(
        "    cost: mp", "    promises = ()\n    cost: mp"
    )
    (tmp_path / "lottery.py").write_text(counting)
    found = pytest_in(tmp_path, "lottery.py::Lottery::proofs", "--mechproof-allow-code", "-rs")
    assert (found.code, "1 skipped" in found.output) == (0, True), found.output
    (tmp_path / "lottery.py").write_text(counting.replace("    promises = ()\n", ""))
    assert pytest_in(tmp_path, "lottery.py::Lottery::proofs", "--mechproof-allow-code").code == 1


@pytest.mark.slow
def test_what_is_refuted_of_a_leaders_game_fails(tmp_path: Path) -> None:
    text = Path(game.__file__).read_text(encoding="utf-8")
    spoilt = text.replace("return reward_pool * a.share", "return 3 * reward_pool * a.share")
    assert spoilt != text
    (tmp_path / "game.py").write_text(spoilt, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmechproof_allow_code = true\nmechproof_examples = 1\n")
    found = pytest_in(tmp_path, "game.py::PrivacyMarket::budget-balance")
    assert found.code == 1
    assert "budget-balance" in found.output


@pytest.mark.slow
def test_code_can_be_allowed_in_the_settings(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nmechproof_allow_code = true\nmechproof_examples = 2\n")
    found = pytest_in(folder, "--collect-only", "-q", "lottery.py")
    assert "lottery.py::Lottery::no-profitable-deviation" in found.output
    assert "lottery.py::Lottery::refusals" in found.output
    assert pytest_in(folder, "lottery.py", "-k", "refusals or readings").code == 0


HEAVY = ("numpy", "scipy", "mechproof.formulations", "mechproof.solvers", "mechproof.proofs.checks")


def test_a_run_that_does_not_use_it_imports_nothing(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[tool.other]\nx = 1\n")
    (tmp_path / "test_modules.py").write_text(
        "import sys\n\ndef test_modules():\n"
        f"    assert 'mechproof.proofs.plugin.hooks' in sys.modules\n    assert not set({HEAVY!r}) & set(sys.modules)\n"
    )
    found = pytest_in(tmp_path, "-p", "no:hypothesispytest")
    assert found.code == 0, found.output
    ours = subprocess.run(
        [sys.executable, "-c", "import sys, mechproof.proofs.plugin.hooks as h; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    loaded = {name for name in ours if name.partition(".")[0] in ("mechproof", "numpy")}
    below = {f"mechproof.proofs.plugin{name}" for name in ("", ".hooks", ".options")}
    assert loaded == {"mechproof", "mechproof.proofs", *below}
