"""Every document that a command writes follows its published schema, and a report opens it; so it does whatever else
a schema allows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from document_samples import Sample
from private_runs import MeanEngine, some_plan
from typer.main import get_command

import mechproof as mp
from mechproof.cli import command_line, run
from mechproof.dpfl.runs.loop import run_training
from mechproof.formulations.errors import InputError
from mechproof.proofs.reports.documents import read_documents
from mechproof.proofs.reports.format import ReportFormat
from mechproof.proofs.reports.report import rendered, report_document
from mechproof.solvers.commands.schema import check_document, published, schema_names

EXAMPLES = Path(__file__).parent.parent / "examples"
GAME = """
format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob", "Cat"]
cost = [1, 1, 2]
alpha = 10
beta = 10
[candidate]
reward_pool = "48/5"
epsilon = [2.4, 2.4, 0]
"""
MARKET = """
format = 1
[mechanism]
type = "version-revenue"
epsilon = [1, 3]
wanted = [0, 1, 1]
value = [10, 30, 50]
[market.owners]
cost = [0.5, 0.5, 4]
epsilon_cap = [8, 8, 8]
[market.pool]
share = {share}
[market.training]
rounds = 3
"""
QUICK = ("--rounds", "2", "--repetitions", "2")


@dataclass(frozen=True)
class Written:
    """A command that writes a document of a kind, and the exit code that it may leave with."""

    arguments: tuple[str, ...]
    kind: str
    leaves: int = 0

    @property
    def name(self) -> str:
        return " ".join(Path(word).name for word in self.arguments)


COMMANDS = (
    Written(("solve", "GAME", "--arithmetic", "exact"), "solve"),
    Written(("solve", str(EXAMPLES / "revenue.toml")), "solve"),
    Written(("solve", str(EXAMPLES / "three_party.toml")), "solve"),
    Written(("certify", "GAME"), "solve", leaves=1),
    Written(("certify", "--model", "PROGRAM", "--solution", "POINT"), "claimed"),
    Written(("verify", "GAME"), "verify", leaves=1),
    Written(("verify", str(EXAMPLES / "contract.toml")), "verify"),
    Written(("verify", str(EXAMPLES / "pricing.toml")), "verify"),
    Written(("check", "GAME", str(EXAMPLES / "pricing.toml"), "--no-cache"), "check", leaves=1),
    Written(("diff", "BEFORE", "NOW"), "diff", leaves=1),
    Written(("figures", str(EXAMPLES / "pricing.toml")), "figures"),
    Written(("play", "GAME", "--rounds", "9", "--delta", "1e-5"), "play"),
    Written(("play", str(EXAMPLES / "play.toml")), "play"),
    Written(("compare", "GAME", "--backends", "closed-form,cvxpy:CLARABEL"), "compare"),
    Written(("baselines", "GAME"), "baselines"),
    Written(("what-if", "GAME", "--arithmetic", "exact"), "what-if"),
    Written(("compare-mechanisms", str(EXAMPLES / "procurement.toml")), "compare-mechanisms"),
    Written(("compare-mechanisms", str(EXAMPLES / "procurement_prior.toml"), "--draws", "2"), "compare-mechanisms"),
    Written(("verify", str(EXAMPLES / "procurement.toml")), "verify"),
    Written(("what-if", "GAME_ALONE", "--arithmetic", "exact"), "what-if"),
    Written(("compare-mechanisms", str(EXAMPLES / "procurement.toml")), "compare-mechanisms"),
    Written(("compare-mechanisms", str(EXAMPLES / "procurement_prior.toml"), "--draws", "2"), "compare-mechanisms"),
    Written(("verify", str(EXAMPLES / "procurement.toml")), "verify"),
    Written(("what-if", "GAME", "--arithmetic", "exact"), "what-if"),
    Written(("figures", "--paper", "zhou2023", "--figure", "5"), "figures"),
    *(Written(("prove", topic), "prove") for topic in ("pricing", "revenue", "privacy")),
    Written(("prove", "--claim", "stackelberg/equilibrium-exists", "--drop"), "prove"),
    Written(("prove", str(EXAMPLES / "own_mechanism.py:QuadraticLottery"), "--allow-code"), "prove", leaves=3),
    Written(("check-certificates",), "check-certificates"),
    Written(("check-certificates", "--with", "z3"), "check-certificates"),
    Written(("train", "--budgets", "BUDGETS", *QUICK), "train", leaves=3),
    Written(("audit", "LEDGER"), "audit"),
    Written(("release", "RELEASED", "--trust", "local", "--ledger", "CHARGED", "--model-output", "MODEL"), "audit"),
    Written(("market", "MARKET", "--noise-seed", "7", "--state", "STATE"), "market", leaves=3),
    Written(("market", "NOTHING_SOLD", "--noise-seed", "7"), "market", leaves=3),
    Written(("repair", str(EXAMPLES / "broken_contract.toml"), "--keep", "epsilon"), "repair"),
    Written(("repair", str(EXAMPLES / "pricing.toml"), "--norm", "2"), "repair"),
    Written(("infer", str(EXAMPLES / "observations.csv")), "infer"),
    Written(("design", "contest-pool"), "design"),
    Written(("design", "contest-pool", "--require", "ic"), "design", leaves=1),
    Written(("fit-curve", str(EXAMPLES / "worth.csv")), "curve"),
    Written(("list",), "list"),
    Written(("doctor",), "doctor"),
)
OTHERS = {
    "new": "writes a specification or a mechanism's file to start from",
    "report": "writes what it reads as a document of its own, which is opened below",
    "nfg": "writes a file in Gambit's format, which is read again in test_nfg_files.py",
    "schema": "prints a JSON Schema, which is refused in one sentence below",
    "export": "writes a folder; its document is printed, and follows its schema in test_exports.py",
    "demo": "writes a page; its documents are those of solve, verify, compare, figures and train",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("specifications")
    texts = {
        "GAME": ("game.toml", GAME),
        "PROGRAM": ("program.lp", "max\n profit: 3 x\nst\n row: 2 x <= 7\nend\n"),
        "POINT": ("point.sol", "x 3.5\n"),
        "GAME_ALONE": ("alone.toml", GAME.partition("[candidate]")[0]),
        "MARKET": ("market.toml", MARKET.format(share='"1/2"')),
        "RELEASED": ("released.toml", GAME + "[train]\nrounds = 2\nlearning_rate = 8\n"),
        "NOTHING_SOLD": ("nothing.toml", MARKET.format(share='"1/100000"')),
        "BUDGETS": (
            "budgets.json",
            '{"schema": "mechproof/budgets/1", "epsilon": {"Ann": "8", "Bob": "0", "Cat": "2"}}',
        ),
    }
    for name, text in texts.values():
        (folder / name).write_text(text, encoding="utf-8")
    for name, epsilon in (("before", "12/5, 12/5, 0"), ("now", "12/5, 2, 0")):
        claimed = mp.candidate(
            mp.StackelbergPricing([1, 1, 2], 10, 10), reward_pool="48/5", epsilon=epsilon.split(", ")
        )
        (folder / f"{name}.json").write_text(json.dumps(mp.verify(claimed).document()), encoding="utf-8")
    written = {key: str(folder / name) for key, (name, _) in texts.items()} | {"STATE": str(folder / "state")}
    written |= {"CHARGED": str(folder / "charged.jsonl"), "MODEL": str(folder / "model.npz")}
    written["LEDGER"] = str(folder / "ledger.jsonl")
    run_training(MeanEngine(), some_plan(), ledger=written["LEDGER"])
    return written | {"BEFORE": str(folder / "before.json"), "NOW": str(folder / "now.json")}


def opens(path: Path, kind: str) -> dict[str, Any]:
    """Check a document that was written, and that a report opens it."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    check_document(document)
    assert document["schema"] == f"mechproof/{kind}/1"
    page = path.with_suffix(".html")
    assert run(["report", str(path), "--output", str(page)]) == 0
    assert page.stat().st_size > 100
    return document


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, id=command.name, marks=pytest.mark.slow if "z3" in command.arguments else ())
        for command in COMMANDS
    ],
)
def test_what_a_command_writes_follows_its_schema_and_opens(
    command: Written, files: dict[str, str], tmp_path: Path
) -> None:
    if command.kind in ("train", "market") or "RELEASED" in command.arguments:
        pytest.importorskip("torch")
        pytest.importorskip("sklearn")
    output = tmp_path / "document.json"
    arguments = [files.get(word, word) for word in command.arguments]
    assert run([*arguments, "--output", str(output)]) in (0, command.leaves)
    document = opens(output, command.kind)
    if "STATE" in command.arguments:
        results = published("market")["properties"]["steps"]["properties"]
        steps = sorted(Path(files["STATE"]).glob("*.json"))
        assert len(steps) == len(results)
        for step in steps:
            written = opens(step, "market-step")
            assert written["name"] in results
            assert set(results[written["name"]]["required"]) <= set(written["result"])
        assert set(document["steps"]) == set(results)


def test_every_command_is_tried() -> None:
    commands = get_command(command_line()).commands  # type: ignore[attr-defined]
    assert {written.arguments[0] for written in COMMANDS} | set(OTHERS) == set(commands)


def test_every_schema_belongs_to_a_document_that_is_tried() -> None:
    beside = {
        "export",
        "optimum",
        "market-step",
        "market-public",
        "market-statement",
        "budgets",
        "ledger",
        "registration",
        "report",
        "spec",
    }
    assert {written.kind for written in COMMANDS} | beside == set(schema_names())


def test_every_line_of_a_ledger_opens(files: dict[str, str], tmp_path: Path) -> None:
    kinds = set()
    for text in Path(files["LEDGER"]).read_text(encoding="utf-8").splitlines():
        (tmp_path / "line.json").write_text(text, encoding="utf-8")
        kinds.add(opens(tmp_path / "line.json", "ledger")["kind"])
    assert kinds == {"allowance", "run", "charge", "round"}


def test_budgets_open(files: dict[str, str]) -> None:
    opens(Path(files["BUDGETS"]), "budgets")


def test_a_report_stands_for_its_documents(tmp_path: Path) -> None:
    listed = {"schema": "mechproof/list/1", "mechanisms": [], "backends": []}
    made = report_document(read_documents({"one": listed, "two": listed}))
    check_document(made)
    again = read_documents({"page": made, "two": listed})
    assert [(item.name, item.kind) for item in again] == [("one", "list"), ("two (1)", "list"), ("two (2)", "list")]
    with pytest.raises(InputError, match="at least one document"):
        read_documents({"page": {**made, "documents": []}})
    stranger = {"name": "odd", "sha256": "0" * 64, "document": {"schema": "odd"}}
    with pytest.raises(InputError, match="document page, odd, schema"):
        read_documents({"page": {**made, "documents": [stranger]}})


def test_a_schema_is_refused_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "solve", "--output", str(tmp_path / "schema.json")]) == 0
    capsys.readouterr()
    assert run(["report", str(tmp_path / "schema.json"), "--output", str(tmp_path / "page.html")]) == 2
    assert capsys.readouterr().err.startswith("mechproof: document schema, schema = None: this version")


@pytest.mark.parametrize("name", [name for name in schema_names() if name not in ("spec", "report")])
@pytest.mark.parametrize(("rich", "length"), [(False, 0), (False, 1), (True, 1)], ids=["poor", "sparse", "rich"])
def test_whatever_a_schema_allows_opens(name: str, rich: bool, length: int) -> None:
    document = Sample(published(name), rich, length).document()
    check_document(document)
    for form in ReportFormat:
        assert rendered(read_documents({"it": document}), form)


def test_a_refusal_names_the_place_and_not_the_whole() -> None:
    document = Sample(published("prove"), rich=True, length=1).document()
    place = next(at for at, piece in enumerate(document["claims"][0]["evidence"]) if piece["kind"] == "induction")
    document["claims"][0]["evidence"][place]["surprise"] = 1
    with pytest.raises(InputError) as refused:
        check_document(document)
    assert refused.value.field == f"$.claims[0].evidence[{place}]"
    assert str(refused.value).endswith(
        "does not follow mechproof/prove/1: Additional properties are not allowed ('surprise' was unexpected)"
    )
    assert len(str(refused.value)) < 250
