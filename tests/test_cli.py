"""The command line: what it prints where, its exit codes, and how it fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from schemas import follows

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.commands.schema import published
from mechproof.solvers.solution import Certificate

EXAMPLES = Path(__file__).parent.parent / "examples"
SPEC = """
format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann [the first]", "Bob", "Cat"]
cost = [1, 1, 3]
epsilon_cap = [0.1, 0.1, 100]
alpha = 30
beta = 6
[candidate]
reward_pool = {pool}
epsilon = [0.1, 0.1, {third}]
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.toml"
    path.write_text(SPEC.format(pool='"12/5"', third=0.2))
    return path


def mechproof(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    command = [sys.executable, "-c", "from mechproof.cli import main; main()", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=120, check=False
    )


def test_solve_in_words(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", str(spec)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    for words in ("3 clients", "closed-form", "2.40000", "3 of 3", "Ann [the first]", "CERTIFIED", "distance"):
        assert words in printed.out


def test_solve_exactly_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", str(EXAMPLES / "equal_costs.toml")]) == 0
    printed = capsys.readouterr().out
    assert "989/99 (≈ 9.98990)" in printed
    assert "989/10" in printed
    assert "100 of 100" in printed


def test_solve_for_machines(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", str(spec), "--format", "json", "--arithmetic", "exact"]) == 0
    document = json.loads(capsys.readouterr().out)
    follows(document, "solve")
    assert document["exact"]["reward_pool"] == "12/5"
    assert document["exact"]["epsilon"] == ["1/10", "1/10", "1/5"]


def test_output_file(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", str(spec), "--output", str(tmp_path / "s.json")]) == 0
    assert run(["solve", str(spec), "--output", str(tmp_path / "s.txt")]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "written to" in printed.err
    follows(json.loads((tmp_path / "s.json").read_text()), "solve")
    text = (tmp_path / "s.txt").read_text()
    assert "CERTIFIED" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("pool", "third", "code", "word"),
    [('"12/5"', 0.2, 0, "CERTIFIED"), ("0.4", 0, 1, "REFUTED"), ('"12/5"', 0.21, 1, "REFUTED")],
)
def test_certify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pool: str, third: float, code: int, word: str
) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(SPEC.format(pool=pool, third=third))
    for arithmetic in ("float", "exact"):
        assert run(["certify", str(spec), "--arithmetic", arithmetic]) == code
        assert word in capsys.readouterr().out
    assert run(["certify", str(spec), "--format", "json", "--tolerance", "1e-6"]) == code
    document = json.loads(capsys.readouterr().out)
    assert document["request"]["tolerance"] == document["certificate"]["tolerance"] == 1e-6
    follows(document, "solve")
    assert document["backend"] == "candidate"


def test_compare(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(spec), "--backends", "closed-form, share-function"]) == 0
    printed = capsys.readouterr().out
    for words in ("back end", "closed-form", "share-function", "certified", "2 of 2 answers certified"):
        assert words in printed
    assert run(["compare", str(spec), "--backends", "closed-form", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    follows(document, "compare")
    assert document["rows"][0]["values"]["reward_pool"] == pytest.approx(2.4)


def undecided(*_: Any, **__: Any) -> Certificate:
    return Certificate(True, None, 0.0, None, None, 1e-7, "float", "cannot tell")


def test_not_certified_is_3(spec: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for module in ("solve", "candidate", "compare"):
        monkeypatch.setattr(f"mechproof.solvers.{module}.certify", undecided)
    for command in ("solve", "certify", "compare"):
        more = ["--backends", "closed-form"] if command == "compare" else []
        assert run([command, str(spec), *more]) == 3
        assert "cannot tell" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (mp.BackendError("it crashed"), 4, "mechproof: it crashed"),
        (mp.UnsupportedModel("cannot, because of the caps"), 2, "because of the caps"),
        (mp.LimitReached("stopped after 1 second"), 3, "stopped after 1 second"),
        (mp.MechproofError("something else"), 4, "something else"),
        (KeyError("x"), 4, "this is a fault in mechproof"),
        (MemoryError(), 4, "this is a fault in mechproof"),
        (RecursionError("deep"), 4, "MECHPROOF_DEBUG=1"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_failures_are_one_message(
    spec: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    says: str,
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    ours = FunctionType(fail.__code__, {"__name__": "mechproof.solvers.solve"}, closure=fail.__closure__)
    monkeypatch.setattr("mechproof.solvers.specification.solve", ours)
    monkeypatch.delenv("MECHPROOF_DEBUG", raising=False)
    assert run(["solve", str(spec), "--output", str(tmp_path / "result.json")]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err
    assert "Traceback" not in printed.err
    assert sorted(tmp_path.iterdir()) == [spec]


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list"]) == 0
    printed = capsys.readouterr().out
    for words in ("stackelberg-pricing", "epsilon_cap", "closed-form", "log, saturating"):
        assert words in printed
    assert run(["list", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    follows(document, "list")
    fields = {one["type"]: one["fields"] for one in document["mechanisms"]}
    assert "cost" in fields["stackelberg-pricing"]


def test_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["doctor", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    follows(document, "doctor")
    assert code == (0 if document["healthy"] else 4)
    assert run(["doctor"]) == code
    assert "numpy" in capsys.readouterr().out


def test_doctor_notices_what_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("mechproof.formulations.extras.requires", lambda _: ["no-such-package>=1", "rich>=13"])
    assert run(["doctor"]) == 4
    shown = capsys.readouterr().out
    assert "not installed" in shown
    assert "pip install --force-reinstall --no-deps no-such-package" in shown


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "spec"]) == 0
    assert json.loads(capsys.readouterr().out) == published("spec")


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("mechproof ")
    for command in ("solve", "certify", "compare", "list", "doctor", "schema"):
        assert run([command, "--help"]) == 0
        assert "Example: mechproof" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(("command", "table"), [("play", "[train]"), ("what-if", "[candidate]"), ("play", "[play]")])
def test_help_names_the_tables_of_a_specification(command: str, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert table in capsys.readouterr().out  # brackets are markup where help is written


def test_the_real_command(spec: Path) -> None:
    done = mechproof("solve", str(spec), "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["certificate"]["valid"]
    bad = mechproof("solve", str(spec.parent))
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.startswith("mechproof: spec = ")


def test_a_terminal_without_unicode(spec: Path) -> None:
    done = mechproof("solve", str(spec), "--arithmetic", "exact", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "12/5 (? 2.40000)" in done.stdout


def test_a_reader_that_leaves(spec: Path) -> None:
    command = f"{sys.executable} -c 'from mechproof.cli import main; main()' schema spec | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_debugging_shows_the_traceback(tmp_path: Path) -> None:
    done = mechproof("--debug", "solve", str(tmp_path))
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_own_mechanism_crosses_processes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text(
        """
from __future__ import annotations
from typing import Any
import mechproof as mp

def utility(a: Any, own: Any, others: Any, cost: Any) -> Any:
    return a.share(own, others) - cost * own

class Lottery(mp.Game):
    cost: mp.Vector = mp.vector("an effort's cost", above=0, per="player")

    def players(self) -> Any:
        bounds = mp.Decision("effort", [0] * len(self.cost), [10] * len(self.cost))
        return (mp.Player("player", bounds, utility, count=len(self.cost)),)
"""
    )
    spec = tmp_path / "own.toml"
    spec.write_text('format = 1\n[mechanism]\ntype = "mine.py:Lottery"\ncost = [0.1, 0.2]\n')
    assert run(["compare", str(spec), "--allow-code", "--backends", "share-function", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    follows(document, "compare")
    assert document["mechanism"]["type"] == "mine.py:Lottery"


def test_help_imports_nothing_heavy() -> None:
    heavy = ("numpy", "scipy", "cvxpy", "pyomo", "sympy", "flint", "torch", "matplotlib")
    code = f"import sys; from mechproof.cli import run; run(['--help']); assert not {heavy!r} & sys.modules.keys()"
    code = code.replace(f"{heavy!r} &", f"set({heavy!r}) &")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
