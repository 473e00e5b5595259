"""Bad commands: each is refused on standard error, with exit code 2 and nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from mechproof.cli import run

GOOD = """
format = 1
[mechanism]
type = "stackelberg-pricing"
cost = [1, 2]
alpha = 10
beta = 10
"""


@dataclass(frozen=True)
class Command:
    """Arguments after a good specification, and what the refusal must say."""

    name: str
    arguments: tuple[str, ...]
    says: tuple[str, ...]


COMMANDS = (
    Command(
        "unknown back end", ("solve", "SPEC", "--backend", "closedform"), ("backend = 'closedform':", "closed-form")
    ),
    Command("unknown back end of a family", ("solve", "SPEC", "--backend", "closed-form:x"), ("closed-form",)),
    Command("unknown back ends", ("compare", "SPEC", "--backends", "magic"), ("magic", "closed-form")),
    Command("empty back ends", ("compare", "SPEC", "--backends", ""), ("backend",)),
    Command("zero tolerance", ("solve", "SPEC", "--tolerance", "0"), ("tolerance = '0':", "must be positive")),
    Command("negative tolerance", ("compare", "SPEC", "--tolerance", "-1"), ("tolerance = '-1':",)),
    Command("tolerance not a number", ("solve", "SPEC", "--tolerance", "nan"), ("tolerance = 'nan':", "finite")),
    Command("tolerance as text", ("solve", "SPEC", "--tolerance", "low"), ("tolerance = 'low':", "one finite number")),
    Command("negative time limit", ("solve", "SPEC", "--time-limit", "-2"), ("time_limit = '-2':", "positive")),
    Command("zero time limit", ("compare", "SPEC", "--time-limit", "0"), ("time_limit = '0':", "positive")),
    Command("unknown arithmetic", ("solve", "SPEC", "--arithmetic", "fast"), ("fast", "float", "exact")),
    Command("unknown format", ("solve", "SPEC", "--format", "xml"), ("xml", "text", "json")),
    Command("unknown option", ("solve", "SPEC", "--tolerence", "1"), ("--tolerence", "--tolerance")),
    Command("unknown command", ("slove", "SPEC"), ("slove", "solve")),
    Command("no specification", ("solve",), ("SPEC",)),
    Command("missing specification", ("solve", "nowhere.toml"), ("nowhere.toml", "no such file")),
    Command("a folder for a specification", ("solve", "FOLDER"), ("spec =", "is a folder")),
    Command("a folder for an output", ("solve", "SPEC", "--output", "FOLDER"), ("output =", "is a folder")),
    Command(
        "an output in no folder", ("solve", "SPEC", "--output", "FOLDER/no/x.json"), ("output =", "there is no folder")
    ),
    Command("nothing to certify", ("certify", "SPEC"), ("candidate = None:", "[candidate]")),
    Command("unknown schema", ("schema", "slove"), ("schema = 'slove':", "did you mean 'solve'?")),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_command_is_refused(command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(GOOD)
    before = sorted(tmp_path.iterdir())
    known = {"SPEC": str(spec), "FOLDER": str(tmp_path)}
    arguments = [known.get(item, item.replace("FOLDER/", f"{tmp_path}/")) for item in command.arguments]
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    for words in command.says:
        assert words in printed.err
    assert sorted(tmp_path.iterdir()) == before


def test_specification_that_is_not_utf8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_bytes(b'format = 1\n# caf\xe9\n[mechanism]\ntype = "stackelberg-pricing"\n')
    assert run(["solve", str(spec)]) == 2
    assert "is not UTF-8 text: line 2" in capsys.readouterr().err
