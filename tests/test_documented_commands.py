"""Every command line that the documentation shows is run, and prints what it is said to print.

Those that take long are run apart (`-m slow`); where a smaller one is run in place of one, it stands beside it.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from document_samples import Sample
from documented_commands import ROOT, documented
from private_runs import MeanEngine, some_plan
from typer.main import get_command

from mechproof.cli import command_line, run
from mechproof.dpfl.runs.loop import run_training
from mechproof.solvers.commands.schema import published
from mechproof.solvers.serialization import to_json

FOUND = documented()


@dataclass(frozen=True)
class Shown:
    """How a documented command is run.

    Attributes
    ----------
    says
        What is said of it where it is shown, and printed when it is run.
    prints
        What else is printed.
    leaves
        The exit code.
    slow
        Whether it takes long.
    instead
        A smaller command that is run in its place.
    """

    says: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    leaves: int = 0
    slow: bool = False
    instead: str = ""


CERTIFIED = ("CERTIFIED",)
COMMANDS: dict[str, Shown] = {
    "mechproof solve examples/equal_costs.toml": Shown(("989/99", "989/10"), CERTIFIED),
    "mechproof solve examples/capped.toml --arithmetic exact": Shown(("12/5", "7.25663"), CERTIFIED),
    "mechproof solve examples/contract.toml": Shown((), ("414.544", *CERTIFIED)),
    "mechproof nfg examples/inspection.nfg": Shown((), ("13/2 3",)),
    "mechproof solve examples/inspection.nfg": Shown((), ("all equilibria: 1", *CERTIFIED)),
    "mechproof solve examples/pricing.toml": Shown(("39/17", "78/17", "156/17", "312/17"), CERTIFIED),
    "mechproof solve examples/revenue.toml": Shown((), ("569.6", *CERTIFIED)),
    "mechproof solve examples/stackelberg.toml --output solution.json": Shown(),
    "mechproof solve examples/stackelberg.toml --output pay.csv": Shown((), CERTIFIED),
    "mechproof certify examples/capped.toml": Shown((), ("specification's own numbers", *CERTIFIED)),
    "mechproof certify examples/capped.toml --arithmetic exact --certificate optimum.json": Shown((), CERTIFIED),
    "mechproof certify examples/contract.toml": Shown((), ("gains 0.75",), leaves=1),
    "mechproof certify examples/pricing.toml": Shown((), ("can be combined",), leaves=1),
    "mechproof check examples/pricing.toml": Shown((), ("all is as required",)),
    "mechproof check examples/pricing.toml --format sarif --output mechproof.sarif": Shown(),
    "mechproof design reserve-procurement --require ir,ic,budget": Shown(
        ("1/2",), ("no parameters are better, exactly",)
    ),
    "mechproof diff main.json branch.json": Shown(
        (), ("nothing got worse",), instead="mechproof diff solve.json solution.json"
    ),
    "mechproof verify examples/private_costs.toml": Shown((), ("by reporting 2 when Bob reports 1", "AS REQUIRED")),
    "mechproof verify examples/contract.toml": Shown((), ("gains 3/4", "AS REQUIRED")),
    "mechproof verify examples/pricing.toml": Shown((), ("violated, as expected", "8 copies of", "AS REQUIRED")),
    "mechproof verify examples/revenue.toml": Shown(("99.5 %",), ("AS REQUIRED",)),
    "mechproof verify examples/stackelberg.toml --output verification.json": Shown(),
    "mechproof prove": Shown((), ("as registered", "lines of code"), slow=True),
    "mechproof prove stackelberg --format html --output claims.html": Shown(slow=True),
    "mechproof prove stackelberg-pricing --output proofs.json": Shown(slow=True),
    "mechproof prove examples/own_mechanism.py:QuadraticLottery --allow-code": Shown(
        (), ("own/existence: PROVED",), slow=True
    ),
    "mechproof prove --measurements train.json": Shown(
        (),
        ("stackelberg/fig-17-accuracy", "1 claims"),
        instead="mechproof prove --measurements training.json --claim stackelberg/fig-17-accuracy",
        leaves=3,
    ),
    "mechproof check-certificates": Shown((), (" accepted, 0 refused",), slow=True),
    "mechproof export --to coq --output for-coq": Shown((), ("files for coq", "lists of any length"), slow=True),
    "mechproof solve examples/procurement.toml": Shown((), CERTIFIED),
    "mechproof compare examples/procurement.toml": Shown((), ("answers certified",), slow=True),
    "mechproof verify examples/procurement.toml": Shown((), ("no lie pays", "AS REQUIRED")),
    "mechproof verify examples/procurement_prior.toml": Shown((), ("no lie pays", "as expected", "AS REQUIRED")),
    "mechproof compare-mechanisms examples/procurement.toml": Shown((), ("first-best", "myerson is left out")),
    "mechproof compare-mechanisms examples/procurement_prior.toml --draws 40": Shown((), ("40 draws",), slow=True),
    "mechproof baselines examples/equal_costs.toml": Shown(
        ("static", "random", "printed"), ("ic-mle", "three-party", "extracted-58")
    ),
    "mechproof baselines examples/equal_costs.toml --output baselines.json": Shown(),
    "mechproof figures --paper zhou2023 --draw zhou2023": Shown((), ("13 figures in zhou2023",), slow=True),
    "mechproof compare examples/contract.toml": Shown((), ("answers certified",), slow=True),
    "mechproof compare examples/pricing.toml": Shown((), ("answers certified",), slow=True),
    "mechproof compare examples/revenue.toml": Shown((), ("answers certified",), slow=True),
    "mechproof compare examples/stackelberg.toml": Shown((), ("answers certified",), slow=True),
    "mechproof compare examples/stackelberg.toml --backends closed-form,share-function": Shown(
        (), ("2 of 2 answers certified",), slow=True
    ),
    "mechproof compare examples/three_party.toml": Shown((), ("answers certified",), slow=True),
    "mechproof fit-curve examples/worth.csv --game examples/stackelberg.toml --output-spec next.toml": Shown(
        (), ("the logarithm is not rejected", "concave steps")
    ),
    "mechproof fit-curve examples/stackelberg.toml --value 1000 --epsilon 1,3,10,30,100": Shown(
        (), ("concave steps",), slow=True
    ),
    "mechproof train examples/field_baselines.toml": Shown((), ("true ε of budget", "as published"), slow=True),
    "mechproof train examples/stackelberg.toml": Shown((), ("controls passed",), slow=True),
    "mechproof train examples/stackelberg.toml --output training.json": Shown(
        slow=True,
        instead="mechproof train --rounds 2 --repetitions 2 --budgets budgets.json --output training.json",
        leaves=3,
    ),
    "mechproof market examples/marketplace.toml": Shown(
        (),
        ("accounts", "payments-to-the-cent"),
        slow=True,
        instead="mechproof market examples/marketplace.toml --noise-seed 7",
    ),
    "mechproof market examples/marketplace.toml --output market.json": Shown(
        slow=True, instead="mechproof market examples/marketplace.toml --noise-seed 7 --output market.json"
    ),
    "mechproof market examples/marketplace.toml --state running": Shown(
        slow=True, instead="mechproof market examples/marketplace.toml --noise-seed 7 --state running"
    ),
    "mechproof report solve.json prove.json market.json --output page.html --currency EUR": Shown(),
    "mechproof report solution.json training.json --output report.html": Shown(),
    "mechproof solve examples/uncertain_costs.toml --arithmetic exact": Shown(("47/5",), ("18.7341", *CERTIFIED)),
    "mechproof verify examples/uncertain_costs.toml": Shown((), ("best guarantee: holds", "AS REQUIRED")),
    "mechproof solve examples/cost_scenarios.toml": Shown((), ("19.1572", *CERTIFIED)),
    "mechproof verify examples/cost_scenarios.toml": Shown((), ("knowing the scenario would be worth", "AS REQUIRED")),
    "mechproof infer examples/observations.csv": Shown((), ("2 of 5 costs are known exactly",)),
    "mechproof infer examples/observations.csv --alpha 10 --beta 10 --cost-at-most 5 --output-spec next.toml": Shown(
        (), ("1/5", "2 of 5 costs are known exactly")
    ),
    "mechproof play examples/play.toml": Shown((), ("settled",)),
    "mechproof play examples/play.toml --delta 1e-5": Shown((), ("privacy spent in 60 rounds",)),
    "mechproof play examples/play.toml --rule one-at-a-time --delta 1e-5": Shown((), ("settled: since round 10",)),
    "mechproof play examples/play.toml --rounds 40 --rule damped --damping 0.5": Shown((), ("still moving",)),
    "mechproof what-if examples/what_if.toml": Shown((), ("what matters to the reward pool",)),
    "mechproof what-if examples/what_if.toml --arithmetic exact --rows 5": Shown((), ("-2/5", "-1/5")),
    "mechproof repair examples/broken_contract.toml": Shown((), ("distance 25/2", "nothing sound is nearer")),
    "mechproof repair examples/broken_contract.toml --keep epsilon --output fixed.toml": Shown((), ("distance 15",)),
    "mechproof verify examples/broken_contract.toml": Shown((), ("gains 3/4", "AS REQUIRED")),
    "mechproof solve examples/convex_costs.toml": Shown((), CERTIFIED),
    "mechproof verify examples/convex_costs.toml": Shown((), ("at the solution of convex-costs", "AS REQUIRED")),
    "mechproof verify examples/identity.toml": Shown((), ("gain 1/36", "AS REQUIRED")),
    "mechproof new stackelberg-pricing market.toml": Shown((), ("written: market.toml",)),
    "mechproof new game my_market.py": Shown((), ("written: my_market.toml",)),
    "mechproof list": Shown((), ("stackelberg-pricing", "closed-form")),
    "mechproof list --format json": Shown((), ("mechproof/list/1",)),
    "mechproof doctor": Shown((), ("all is well",)),
    "mechproof market examples/marketplace.toml --publish public.json --statements statements": Shown(
        slow=True,
        instead="mechproof market examples/marketplace.toml --noise-seed 7 --publish public.json --statements folder",
    ),
    "mechproof schema market-public": Shown((), ("urn:mechproof:market-public:1",)),
    "mechproof schema spec > mechproof-spec.json": Shown(),
    "mechproof schema market": Shown((), ("urn:mechproof:market:1",)),
    "python examples/own_program.py": Shown((), ("pyomo:highs", "answers certified"), slow=True),
    "python examples/own_mechanism.py": Shown((), ("certified: True",), slow=True),
    "python -m benchmarks.adversary": Shown(slow=True, instead="python -m benchmarks.adversary --count 5"),
    "python -m benchmarks.adversary --count 2000": Shown(
        slow=True, instead="python -m benchmarks.adversary --count 20"
    ),
    "python -m benchmarks.adversary --mechanism prices --seconds 60": Shown(
        slow=True, instead="python -m benchmarks.adversary --mechanism prices --seconds 2"
    ),
    "python -m benchmarks.adversary --journal hunt.jsonl --seconds 500": Shown(
        slow=True, instead="python -m benchmarks.adversary --journal FOLDER/hunt.jsonl --seconds 2"
    ),
    "python tests/generated_declarations --count 300 --output docs/generated-declarations.md": Shown(
        slow=True,
        instead="python tests/generated_declarations --count 2 --output FOLDER/docs/generated-declarations.md",
    ),
    "python tests/sabotage --count 300": Shown(slow=True, instead="python tests/sabotage --count 2 --quick"),
    "mechproof release examples/stackelberg.toml --trust secure-sum --learning-rate 8 --ledger charged.jsonl "
    "--model-output model.npz": Shown((), ("passed: 1 run, 30 finished rounds",)),
    "mechproof audit ledger.jsonl": Shown((), ("passed: 1 run, 6 finished rounds",)),
    "mechproof audit spent.jsonl": Shown((), ("passed: 1 run, 6 finished rounds",)),
    "python -m mechproof.proofs.commands.register_pages docs": Shown(
        (), ("errata.md",), slow=True, instead="python -m mechproof.proofs.commands.register_pages FOLDER"
    ),
    'find . -path "*stackelberg*" -name "*.py" -not -path "./.*"': Shown(
        (), ("formulations/stackelberg/declaration.py", "proofs/claims/stackelberg/theory.py")
    ),
}
BY_CONTINUOUS_INTEGRATION = (".ci/run", ("command: main", "command: tests", "command: slow tests", "bin/lint-imports"))
ELSEWHERE = (
    *(line for line in FOUND if line.startswith((".venv", "python3 -m venv", "lint-imports"))),
    "mechproof demo --output mechproof-report.html",  # by tests/test_demo.py
    *(line for line in FOUND if "purchase.toml" in line),  # by tests/test_swapping.py
    "mechproof verify my_market.toml --allow-code",  # by tests/test_new.py
    *(
        line for line in FOUND if re.match("python tests/sabotage --(long|only|certificates)", line)
    ),  # hours; one is above
    "python -m mechproof.solvers.commands.schema solvers/commands/schemas/spec-1.json",  # by test_specification.py
    "python -m mechproof.proofs.provers.certificate_search ID",  # it writes into the package: tests/test_kernel.py
)
DOCUMENTS = {"solve": "solve.json", "prove": "prove.json", "market": "market.json"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a reader has it after the commands before: examples, and documents written from their schemas."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    for kind, name in DOCUMENTS.items():
        (tmp_path / name).write_text(to_json(Sample(published(kind), True, 1).document()), encoding="utf-8")
    shutil.copy(tmp_path / "solve.json", tmp_path / "solution.json")
    shutil.copy(ROOT / "proofs" / "measurements" / "digits.json", tmp_path / "training.json")
    budgets = to_json({"schema": "mechproof/budgets/1", "epsilon": {"Ann": "8", "Bob": "2"}})
    (tmp_path / "budgets.json").write_text(budgets, encoding="utf-8")
    for ledger in ("ledger.jsonl", "spent.jsonl"):
        run_training(MeanEngine(), some_plan(), ledger=tmp_path / ledger)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command line, ours in this process; return its exit code and what it printed."""
    line, _, target = (part.strip() for part in command.replace("FOLDER", str(folder)).partition(" > "))
    program, *arguments = shlex.split(line)
    if program == "mechproof":
        code, text = run(arguments), capsys.readouterr().out
    else:
        program = sys.executable if program == "python" else program
        done = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=500, check=False)
        code, text = done.returncode, done.stdout + done.stderr
    if target:
        Path(target).write_text(text, encoding="utf-8")
    return code, text


@pytest.mark.parametrize(
    "command", [pytest.param(line, marks=pytest.mark.slow if shown.slow else ()) for line, shown in COMMANDS.items()]
)
def test_a_command_runs_and_prints_what_is_said(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = COMMANDS[command]
    if " train " in command or " market " in command:
        pytest.importorskip("torch")
        pytest.importorskip("sklearn")
    code, text = printed(shown.instead or command, folder, capsys)
    assert code in (0, shown.leaves) if shown.instead else code == shown.leaves, text
    for words in shown.says:
        assert words in FOUND[command]
    for words in (*shown.says, *shown.prints):
        assert words in text
    for name in re.findall(r"(?:--output|>) (\S+)", shown.instead or command):
        assert Path(name.replace("FOLDER", str(folder))).stat().st_size > 100


def test_every_command_that_is_shown_is_run() -> None:
    names = get_command(command_line()).commands  # type: ignore[attr-defined]
    mentions = {"mechproof", "mechproof train --output", *(f"mechproof {name}" for name in names)}
    assert set(FOUND) - mentions - set(ELSEWHERE) == set(COMMANDS) - mentions
    assert set(COMMANDS) | set(ELSEWHERE) <= set(FOUND)


def test_continuous_integration_runs_the_installations() -> None:
    path, marks = BY_CONTINUOUS_INTEGRATION
    text = (ROOT / path).read_text(encoding="utf-8")
    assert all(mark in text for mark in marks)


@pytest.mark.parametrize(
    "name", [path.name for path in sorted((ROOT / "docs").glob("*.md")) if "```python" in path.read_text("utf-8")]
)
def test_the_python_blocks_run(name: str) -> None:
    pytest.importorskip("torch")
    names: dict[str, object] = {"__name__": "documentation"}
    for block in re.findall(r"```python\n(.*?)```", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)
