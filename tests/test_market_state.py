"""The chain of a market's finished steps: whatever is done to one is refused before anything is trained."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.market.steps import STEPS

pytest.importorskip("torch")

SPEC = """
format = 1
[mechanism]
type = "version-revenue"
epsilon = [1, 3]
wanted = [0, 1, 1]
value = [10, 30, 50]
[market.owners]
cost = [0.5, 0.75, 4]
epsilon_cap = [8, 80, 8]
owner = ["Ann", "Bob", "Cat"]
[market.pool]
share = 0.5
[market.training]
rounds = 2
"""
FILES = [f"{place}-{name}.json" for place, name in enumerate(STEPS, start=1)]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market stopped after each of its steps is what is left of a whole one when later files are taken out."""
    folder = tmp_path_factory.mktemp("market")
    (folder / "market.toml").write_text(SPEC, encoding="utf-8")
    mp.run_market(folder / "market.toml", folder / "state", noise_seed=7)
    (folder / "other.toml").write_text(SPEC.replace("share = 0.5", "share = 0.4"), encoding="utf-8")
    mp.run_market(folder / "other.toml", folder / "other")
    return folder


def stopped_after(ran: Path, tmp_path: Path, place: int) -> Path:
    state = tmp_path / "state"
    state.mkdir()
    for name in FILES[:place]:
        shutil.copy(ran / "state" / name, state)
    return state


def refused(ran: Path, state: Path) -> str:
    def begins(what: str) -> None:
        pytest.fail(f"{what} was begun")

    with pytest.raises(mp.InputError) as caught:
        mp.run_market(ran / "market.toml", state, progress=begins)
    return str(caught.value)


def first_number(value: Any, change: Callable[[Any], Any]) -> bool:
    """Change the first number, or text that is one, that is found; whether any was."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(item, int | float) and not isinstance(item, bool):
            value[key] = change(item)
            return True
        if isinstance(item, dict | list) and first_number(item, change):
            return True
    return False


def a_number(step: dict[str, Any]) -> None:
    assert first_number(step["result"], lambda number: number + 1)


def an_infinity(step: dict[str, Any]) -> None:
    assert first_number(step["result"], lambda number: float("inf"))


def an_added_key(step: dict[str, Any]) -> None:
    step["result"]["more"] = 1


def an_added_field(step: dict[str, Any]) -> None:
    step["more"] = 1


def a_missing_key(step: dict[str, Any]) -> None:
    step["result"].popitem()


def keys_in_another_order(step: dict[str, Any]) -> None:
    step["result"] = dict(reversed(step["result"].items()))


def another_name_of_a_key(step: dict[str, Any]) -> None:
    key, value = step["result"].popitem()
    step["result"][key + "s"] = value


def other_inputs(step: dict[str, Any]) -> None:
    step["inputs"] = "0" * 64


def another_step_before(step: dict[str, Any]) -> None:
    step["before"] = "0" * 64


def another_seal(step: dict[str, Any]) -> None:
    step["seal"] = "0" * 64


def marks_that_agree(step: dict[str, Any]) -> None:
    """Somebody who looks at the file only may mend the mark, but forget the seal."""
    assert first_number(step["result"], lambda number: number + 1)
    step["marks"] = {}


EDITS = [
    a_number,
    an_infinity,
    an_added_key,
    an_added_field,
    a_missing_key,
    keys_in_another_order,
    another_name_of_a_key,
    other_inputs,
    another_step_before,
    another_seal,
    marks_that_agree,
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("place", range(1, 7))
def test_every_edit_of_every_step_is_refused(
    ran: Path, tmp_path: Path, place: int, edit: Callable[[dict[str, Any]], None]
) -> None:
    state = stopped_after(ran, tmp_path, place)
    path = state / FILES[place - 1]
    step = json.loads(path.read_text(encoding="utf-8"))
    edit(step)
    path.write_text(json.dumps(step, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    message = refused(ran, state)
    assert FILES[place - 1] in message
    assert "take" in message


def test_the_layout_alone_is_a_change_too(ran: Path, tmp_path: Path) -> None:
    state = stopped_after(ran, tmp_path, 4)
    path = state / FILES[3]
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "its order, layout or seal was changed" in refused(ran, state)


def test_the_changed_field_is_named(ran: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = stopped_after(ran, tmp_path, 4)
    path = state / FILES[3]
    step = json.loads(path.read_text(encoding="utf-8"))
    step["result"]["owners"][1]["epsilon"] = "18"
    path.write_text(json.dumps(step, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    assert run(["market", str(ran / "market.toml"), "--state", str(state)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    for words in ("4-owners.json", "owners[1].epsilon was changed since it was sealed", "put the file back"):
        assert words in printed.err
    assert not (state / FILES[4]).exists()


@pytest.mark.parametrize("place", range(1, 6))
def test_a_step_that_is_missing_is_told_before_what_comes_after_it(ran: Path, tmp_path: Path, place: int) -> None:
    state = stopped_after(ran, tmp_path, 6)
    (state / FILES[place - 1]).unlink()
    message = refused(ran, state)
    assert f"{FILES[place - 1]}, a step before it, is missing" in message


@pytest.mark.parametrize("place", range(1, 7))
def test_another_runs_file_is_refused(ran: Path, tmp_path: Path, place: int) -> None:
    state = stopped_after(ran, tmp_path, place)
    shutil.copy(ran / "other" / FILES[place - 1], state)
    assert "another market" in refused(ran, state)


def sealed_anew(step: dict[str, Any]) -> None:
    """Seal a step as its writer does, by what the docs say of it: the digest of all but the seal, as it is written."""
    del step["seal"]
    text = json.dumps(step, ensure_ascii=False, indent=2) + "\n"
    step["seal"] = hashlib.sha256(text.encode()).hexdigest()


def owners_lie(state: Path, place: int, epsilon: str) -> None:
    """Write down, and seal, that an owner sold another budget."""
    path = state / FILES[3]
    step = json.loads(path.read_text(encoding="utf-8"))
    step["result"]["owners"][place]["epsilon"] = epsilon
    sealed_anew(step)
    path.write_text(json.dumps(step, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def test_what_is_sealed_anew_breaks_the_chain_after_it(ran: Path, tmp_path: Path) -> None:
    state = stopped_after(ran, tmp_path, 6)
    owners_lie(state, 1, "18")
    assert "5-training.json' was made from another step" in refused(ran, state).replace(":", "")


def test_a_lie_that_is_sealed_is_seen_at_the_end(ran: Path, tmp_path: Path) -> None:
    state = stopped_after(ran, tmp_path, 4)
    owners_lie(state, 0, "7.5")
    result = mp.run_market(ran / "market.toml", state)
    assert "steps-follow" in {check.name for check in result.violated}


def test_an_untouched_state_goes_on(ran: Path, tmp_path: Path) -> None:
    whole = mp.run_market(ran / "market.toml", ran / "state").document()  # finished: nothing is drawn
    state = stopped_after(ran, tmp_path, 4)
    assert mp.run_market(ran / "market.toml", state, noise_seed=7).document() == whole
    assert [path.read_bytes() for path in sorted(state.iterdir())] == [
        path.read_bytes() for path in sorted((ran / "state").iterdir())
    ]
