"""The comparison survives back ends that crash, hang, lie, or return nonsense; third parties come in by entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import mechproof as mp

ROGUES = """
import os, time
import numpy as np
import mechproof as mp


class Rogue:
    def __init__(self, name, behave):
        self.name, self.behave = name, behave

    def accepts(self, model):
        return None

    def solve(self, model, request):
        return self.behave(model)


def lie(model):
    right = mp.solve(model).values
    return mp.Answer({"reward_pool": right["reward_pool"], "epsilon": right["epsilon"] * 1.001}, "optimal")


def crash(model):
    os.abort()


def leave(model):
    os._exit(7)


def hang(model):
    time.sleep(3600)


def stubborn(model):
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


def nonsense(model):
    return mp.Answer({"reward_pool": "plenty", "epsilon": None}, "optimal")


def shapeless(model):
    return mp.Answer({"reward_pool": 1.0, "epsilon": np.ones(3)}, "optimal")


def not_a_number(model):
    return mp.Answer({"reward_pool": 1.0, "epsilon": np.full(len(model.cost), np.nan)}, "optimal")


def raises(model):
    raise ZeroDivisionError("somewhere deep inside")


def chatty(model):
    print("x" * 100_000)
    os.write(1, b"straight to the pipe")
    right = mp.solve(model).values
    return mp.Answer({"reward_pool": right["reward_pool"], "epsilon": right["epsilon"]}, "optimal")


def nothing(model):
    return None


BEHAVIOURS = [lie, crash, leave, hang, stubborn, nonsense, shapeless, not_a_number, raises, chatty, nothing]


def backends():
    return [Rogue(f"rogue:{behave.__name__}", behave) for behave in BEHAVIOURS]
"""

SCRIPT = """
import json
import mechproof as mp

game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
rows = mp.compare(game, backends=["closed-form", "rogue", "broken"], time_limit=4).rows
print(json.dumps({row.backend: [row.status, row.detail, row.certificate and row.certificate.valid] for row in rows}))
"""


@dataclass(frozen=True)
class Behaviour:
    """What a rogue's row must say."""

    name: str
    status: str
    says: str = ""
    valid: bool | None = None


BEHAVIOURS = [
    Behaviour("lie", "answered", valid=False),
    Behaviour("crash", "crashed", "SIGABRT"),
    Behaviour("leave", "crashed", "exit code 7"),
    Behaviour("hang", "timed out", "4 seconds"),
    Behaviour("stubborn", "timed out", "4 seconds"),
    Behaviour("nonsense", "failed", "epsilon"),
    Behaviour("shapeless", "failed", "shape"),
    Behaviour("not_a_number", "answered", valid=False),
    Behaviour("raises", "failed", "somewhere deep inside"),
    Behaviour("chatty", "answered", valid=True),
    Behaviour("nothing", "failed"),
]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """The comparison as a script of somebody else's sees it, with a package of rogues installed beside."""
    where = tmp_path_factory.mktemp("rogues")
    (where / "rogues.py").write_text(ROGUES)
    metadata = where / "rogues-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: rogues\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[mechproof.backends]\nrogue = rogues:backends\nbroken = rogues:there_is_no_such_thing\n"
    )
    (where / "script.py").write_text(SCRIPT)
    result = subprocess.run(
        [sys.executable, str(where / "script.py")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(where), os.environ.get("PYTHONPATH", "")])},
        cwd=where,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


@pytest.mark.slow
@pytest.mark.parametrize("case", BEHAVIOURS, ids=lambda case: case.name)
def test_a_rogue_gets_its_own_row(rows: dict[str, list[object]], case: Behaviour) -> None:
    status, detail, valid = rows[f"rogue:{case.name}"]
    assert status == case.status
    assert case.says in str(detail)
    assert valid is case.valid


@pytest.mark.slow
def test_rogues_leave_the_other_rows_intact(rows: dict[str, list[object]]) -> None:
    assert rows["closed-form"][0] == "answered"
    assert rows["closed-form"][2] is True
    assert rows["broken"][0] == "failed"


def test_a_time_limit_is_enforced_from_outside() -> None:
    game = mp.StackelbergPricing(cost=np.linspace(0.1, 0.2, 800), alpha=10.0, beta=10.0)
    with pytest.raises(mp.LimitReached, match="stopped after 1 seconds"):
        mp.solve(game, backend="best-response", time_limit=1.0)


def test_unknown_back_ends_are_refused_with_the_choices() -> None:
    game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    with pytest.raises(mp.InputError, match="closed-form"):
        mp.compare(game, backends=["simplex"])
    with pytest.raises(mp.InputError, match="closed-form"):
        mp.solve(game, backend="simplex")
    with pytest.raises(mp.InputError, match=r"did you mean 'cvxpy'\? the choices are best-response"):
        mp.compare(game, backends=["cvxpi"])


@pytest.mark.slow
def test_a_mechanism_of_ones_own_by_its_example() -> None:
    example = Path(__file__).parents[1] / "examples" / "own_mechanism.py"
    result = subprocess.run([sys.executable, str(example)], capture_output=True, text=True, timeout=200)
    assert result.returncode == 0, result.stderr
    assert "certified: True" in result.stdout
    rows = {line.split()[0]: line for line in result.stdout.splitlines()[1:]}
    for name in ("share-function", "best-response"):
        assert "answered" in rows[name]
    # V x (S - x)/S^2 = 2 k x^2 at the effort printed, by hand
    effort = np.array([float(x) for x in result.stdout.split("[")[1].split("]")[0].split()])
    total = effort.sum()
    assert 10 * (total - effort) / total**2 == pytest.approx(2 * np.array([1, 2, 4]) * effort, rel=1e-5)
