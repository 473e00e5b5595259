"""The command market: from a specification to the document, going on after a kill, and refusing what is wrong."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from schemas import follows

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.market.steps import STEPS

pytest.importorskip("torch")

EXAMPLES = Path(__file__).parent.parent / "examples"
SURVEY = "buyer,version,value\n" + "".join(f"A{n},0,10\nB{n},1,30\nC{n},1,50\n" for n in range(4))
OWNERS = "owner,cost,cap\nAnn,0.5,8\nBob,0.75,80\nCat,4,8\n"
SPEC = """
format = 1
[mechanism]
type = "version-revenue"
epsilon = [1, 3]
wanted = { file = "survey.csv", column = "version", id = "buyer" }
value = { file = "survey.csv", column = "value", id = "buyer" }
[market.owners]
cost = { file = "owners.csv", column = "cost", id = "owner" }
epsilon_cap = { file = "owners.csv", column = "cap", id = "owner" }
[market.pool]
share = 0.125
[market.training]
rounds = 2
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "survey.csv").write_text(SURVEY, encoding="utf-8")
    (tmp_path / "owners.csv").write_text(OWNERS, encoding="utf-8")
    path = tmp_path / "market.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def document_of(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> bytes:
    assert run(["market", *arguments, "--noise-seed", "7", "--format", "json"]) == code
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out.encode()


def test_it_writes_the_document(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document: dict[str, Any] = json.loads(document_of([str(spec)], capsys))
    follows(document, "market")
    assert set(document["provenance"]["files"]) == {"market.toml", "survey.csv", "owners.csv"}
    assert document["market"]["pool"] == {"share": "1/8", "rule": "guaranteed"}
    assert [row["owner"] for row in document["steps"]["owners"]["owners"]] == ["Ann", "Bob", "Cat"]
    assert document["steps"]["accounts"]["payments_cents"] == 3498
    assert {check["verdict"] for check in document["checks"]} == {"holds", "not applicable"}


def test_it_says_so_in_words(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", str(spec), "--noise-seed", "7"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    for words in (
        "12 buyers, 2 versions; 2 of 3 owners",
        "30.00",
        "Ann",
        "34.98",
        "245.02",
        "accounts-balance",
        "holds",
    ):
        assert words in printed.out


def test_a_stopped_market_goes_on_to_the_same_bytes(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = document_of([str(spec)], capsys)
    for place, name in enumerate(STEPS, start=1):
        state = tmp_path / f"state-{name}"

        def stop(what: str, place: int = place) -> None:
            if what.startswith(f"step {place + 1} ") or place == len(STEPS):
                raise KeyboardInterrupt

        if place < len(STEPS):
            with pytest.raises(KeyboardInterrupt):
                mp.run_market(spec, state, progress=stop, noise_seed=7)
        else:
            mp.run_market(spec, state, noise_seed=7)
        done = sorted(path.name for path in state.iterdir())
        assert done == [f"{index}-{step}.json" for index, step in enumerate(STEPS, start=1)][:place]
        stamps = {path.name: path.stat().st_mtime_ns for path in state.iterdir()}
        assert document_of([str(spec), "--state", str(state)], capsys) == whole
        assert {name: (state / name).stat().st_mtime_ns for name in done} == stamps  # nothing is done twice


KILLED = """
import os, signal, sys
import mechproof as mp
def die(what):
    if what.startswith("step {place} "):
        os.kill(os.getpid(), signal.SIGKILL)
mp.run_market(sys.argv[1], sys.argv[2], progress=die, noise_seed=7)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is nothing that cannot be caught")
@pytest.mark.parametrize("place", [pytest.param(place, marks=pytest.mark.slow) for place in range(1, 7)])
def test_a_killed_market_goes_on_to_the_same_bytes(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: int
) -> None:
    state = tmp_path / "state"
    code = textwrap.dedent(KILLED).replace("{place}", str(place))
    done = subprocess.run([sys.executable, "-c", code, str(spec), str(state)], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert len(list(state.iterdir())) == place - 1
    assert document_of([str(spec), "--state", str(state)], capsys) == document_of([str(spec)], capsys)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("market.toml", "share = 0.125", "share = 0.6", "another market"),
        ("owners.csv", "Ann,0.5", "Ann,0.51", "another market"),
        ("market.toml", "rounds = 2", "rounds = 2\nseed = 3", "another market"),
        ("market.toml", "share = 0.125", "share = 0.125 # the same, but who knows", "another market"),
        ("state/4-owners.json", '"8"', '"9"', "owners[0].epsilon was changed since it was sealed"),
        ("state/2-prices.json", "published_cents", "published_cent", "published_cents, and 1 more, was changed"),
        ("state/2-prices.json", '"name": "prices"', '"name": "survey"', "is not the step prices"),
        ("state/3-task.json", "{", "", "is no step of a market"),
        ("state/3-task.json", '"before"', '"after"', "is no step of a market"),
    ],
)
def test_a_changed_market_does_not_go_on(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, words: str
) -> None:
    state = tmp_path / "state"
    document_of([str(spec), "--state", str(state)], capsys)
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert run(["market", str(spec), "--state", str(state)]) == 2
    message = capsys.readouterr().err
    assert words in message
    assert "state" in message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[market.pool]", "[market.pol]", ["market.pol", "did you mean 'pool'"]),
        ("share = 0.125", "shares = 0.5", ["market.pool.shares", "did you mean 'share'"]),
        ("share = 0.125", "share = 1.5", ["market.pool.share", "at most 1"]),
        ("share = 0.125", "share = 0", ["market.pool.share", "positive"]),
        ("share = 0.125", 'share = 0.125\nrule = "hoped-for"', ["market.pool.rule", "'guaranteed', 'realised'"]),
        ("[market.pool]\nshare = 0.125", "", ["market.pool", "is needed"]),
        ("rounds = 2", "round = 2", ["market.training.round", "did you mean 'rounds'"]),
        ("rounds = 2", "repetitions = 2", ["market.training.repetitions", "is not a known key"]),
        ("rounds = 2", "clip = 0.5", ["market.training.clip", "√2"]),
        ("rounds = 2", "learning_rate = 8", ["market.training.learning_rate", "at most 4"]),
        ("rounds = 2", "delta = 2", ["delta", "strictly between"]),
        ("rounds = 2", 'rounds = 2\n[market.payment]\ntype = "contests"', ["market.payment.type", "'contest'"]),
        ("rounds = 2", "rounds = 2\n[market.payment]\nepsilon = 1", ["market.payment.type", "must be a text"]),
        ("rounds = 2", 'rounds = 2\n[market.payment]\ntype = "static"', ["market.payment.epsilon", "is needed"]),
        ("rounds = 2", 'rounds = 2\n[market.payment]\ntype = "own.py:Mine"', ["--allow-code"]),
        ("rounds = 2", 'rounds = 2\n[market.privacy]\ntype = "common"\nepsilon = 0', ["market.privacy", "positive"]),
        ("rounds = 2", "rounds = 2\n[market.survey]\nwanted = [0]\nvalue = [1]", ["market.survey", "holds the survey"]),
        ("rounds = 2", "rounds = 2\n[market.buyers]\nwanted = [2]\nvalue = [1]", ["buyers.wanted[0]", "2 versions"]),
        ("rounds = 2", "rounds = 2\n[market.buyers]\nwanted = [0]\nvalue = [-1]", ["buyers.value[0]", "at least zero"]),
        ("rounds = 2", "rounds = 2\n[market.buyers]\nwanted = [0.5]\nvalue = [1]", ["wanted[0]", "whole number"]),
        ("[market.owners]", "[market]\ndraw = -1\n[market.owners]", ["market.draw", "at least zero"]),
        ("[market.owners]", '[market]\ncopies = "fresh"\n[market.owners]', ["market.copies", "nested"]),
        ("[market.owners]", '[market]\narithmetic = "fast"\n[market.owners]', ["arithmetic", "float, exact"]),
        ("epsilon = [1, 3]", 'epsilon = [1, 3]\nattack = "none"\n#', None),
        ('"owners.csv", column = "cap"', '"owner.csv", column = "cap"', ["owner.csv", "no such file"]),
        ('column = "cap", id', 'column = "caps", id', ["caps", "did you mean 'cap'"]),
        ('type = "version-revenue"', 'type = "version-pricing"', ["mechanism"]),
    ],
)
def test_bad_input_is_refused(
    spec: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: list[str] | None
) -> None:
    text = SPEC.replace(old, new)
    assert text != SPEC
    spec.write_text(text, encoding="utf-8")
    code = run(["market", str(spec), "--noise-seed", "7"])
    printed = capsys.readouterr()
    if words is None:
        assert code == 0
        return
    assert code == 2, printed.err
    assert printed.out == ""
    for word in words:
        assert word in printed.err


@pytest.mark.parametrize(
    ("owners", "words"),
    [
        ("owner,cost,cap\nAnn,0.5,8\nBob,-1,80\n", ["cost[1]", "Bob", "line 3 of owners.csv", "positive"]),
        ("owner,cost,cap\nAnn,0.5,8\nBob,,80\n", ["cost[1]", "Bob", "line 3", "empty"]),
        ("owner,cost,cap\nAnn,0.5,8\nAnn,1,80\n", ["line 3", "once"]),
        ("owner,cost,cap\nAnn,0.5,8\nBob,1,0\n", ["epsilon_cap", "at least two"]),
        ("owner,cost,cap\nAnn,0.5,8\n", ["at least two owners"]),
    ],
)
def test_bad_owners_are_refused(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], owners: str, words: list[str]
) -> None:
    (tmp_path / "owners.csv").write_text(owners, encoding="utf-8")
    before = set(tmp_path.iterdir())
    assert run(["market", str(spec), "--output", str(tmp_path / "out.json"), "--state", str(tmp_path / "state")]) == 2
    message = capsys.readouterr().err
    for word in words:
        assert word in message
    assert set(tmp_path.iterdir()) == before


def test_a_mechanism_that_prices_nothing_has_no_market(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", str(EXAMPLES / "capped.toml")]) == 2
    assert "version-revenue" in capsys.readouterr().err


OWN_RULE = """
from fractions import Fraction
import mechproof as mp

class HalfEach(mp.Payment):
    incentive = "none"
    def deal(self, task):
        half = task.pool / 2
        return mp.Deal((Fraction(1), Fraction(1), Fraction(0)), ((half, half), (half, half), (Fraction(0),) * 2))
"""


def test_a_payment_rule_of_ones_own(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.py").write_text(OWN_RULE, encoding="utf-8")
    spec.write_text(SPEC + '[market.payment]\ntype = "rules.py:HalfEach"\n', encoding="utf-8")
    document = json.loads(document_of([str(spec), "--allow-code"], capsys, code=3))
    assert [row["payment_cents"] for row in document["steps"]["owners"]["owners"]] == [1749, 1749, 0]
    assert document["market"]["payment"] == {"type": "half-each"}
    assert "rules.py" in document["provenance"]["files"]


FIT = """
format = 1
[mechanism]
type = "version-pricing"
epsilon = [1, 3]
target = [12, 30]
[market]
draw = 20
[market.survey]
wanted = { file = "survey.csv", column = "version", id = "buyer" }
value = { file = "survey.csv", column = "value", id = "buyer" }
[market.owners]
cost = [1, 1]
[market.pool]
share = 0.125
[market.training]
rounds = 2
"""


def test_prices_may_fit_targets_with_the_survey_beside(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(FIT, encoding="utf-8")
    steps = json.loads(document_of([str(spec)], capsys))["steps"]
    assert steps["prices"]["published_cents"] == [1200, 3000]
    assert steps["survey"]["coming"]["buyers"] == 20
    assert steps["prices"]["expected"] == {"sold": [0, 8], "revenue_cents": 24000}


def test_prices_may_fit_the_survey_itself(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(SPEC + '[market.fit]\nsummary = "mean"\nloss = "absolute"\n', encoding="utf-8")
    steps = json.loads(document_of([str(spec)], capsys, code=3))["steps"]
    # targets 10 and 40; 40 is more than three times 10: v ≤ 3·v_1, best at (10, 30) or on the way to (40/3, 40)
    low, high = steps["prices"]["published_cents"]
    assert high <= 3 * low
    assert abs(low - 1000) + abs(high - 4000) in (1000 // 3 + 1, 1000 // 3, 335)


@pytest.mark.slow
def test_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(document_of([str(EXAMPLES / "marketplace.toml")], capsys))
    follows(document, "market")
    accuracies = [version["mean_accuracy"] for version in document["steps"]["training"]["versions"]]
    assert accuracies == sorted(accuracies)
    assert accuracies[-1] > 0.7
    assert {check["verdict"] for check in document["checks"]} == {"holds", "not applicable"}
