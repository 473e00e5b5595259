"""Documents follow their published schemas, keep exact values, and files are written whole or not at all."""

from __future__ import annotations

import copy
import json
import os
import stat
import threading
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator, ValidationError
from schemas import follows

import mechproof as mp
from mechproof.formulations.errors import InputError
from mechproof.solvers.agreement import agreement
from mechproof.solvers.commands.documents import comparison_document, solution_document
from mechproof.solvers.commands.schema import check_document, published, schema_names
from mechproof.solvers.compare import Comparison, Row
from mechproof.solvers.serialization import plain, to_json, write_whole
from mechproof.solvers.solution import Request
from mechproof.solvers.specification import read_specification

EXAMPLES = Path(__file__).parent.parent / "examples"


def game(**more: Any) -> mp.StackelbergPricing:
    return mp.StackelbergPricing(cost=["1/3", 1, 2], alpha=30, beta=6, client=["Cat", "Ann", "Bob"], **more)


def parsed(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a reader of the JSON text gets; constants such as NaN are no JSON."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    read: dict[str, Any] = json.loads(to_json(document), parse_constant=refuse)
    return read


@pytest.mark.parametrize("name", schema_names())
def test_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(published(name))


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_solution(arithmetic: str) -> None:
    solution = mp.solve(game(), arithmetic=arithmetic)
    document = parsed(solution_document(solution))
    follows(document, "solve")
    check_document(document)
    assert document["mechanism"]["type"] == "stackelberg-pricing"
    assert document["mechanism"]["data"]["cost"] == ["1/3", "1", "2"]
    assert document["mechanism"]["data"]["client"] == ["Cat", "Ann", "Bob"]
    assert document["mechanism"]["data"]["revenue"] == {"type": "log", "alpha": "30", "beta": "6"}
    assert document["values"]["epsilon"] == solution.values["epsilon"].tolist()
    assert document["values"]["participates"] == [True, True, False]
    assert document["certificate"]["valid"] is True
    if arithmetic == "exact":
        assert solution.exact is not None
        assert Fraction(document["exact"]["reward_pool"]) == solution.exact["reward_pool"]
        assert [Fraction(text) for text in document["exact"]["epsilon"]] == list(solution.exact["epsilon"])
    else:
        assert document["exact"] is None


def test_specification_is_recorded() -> None:
    specification = read_specification(EXAMPLES / "stackelberg.toml").asked("closed-form", tolerance=1e-6)
    document = parsed(solution_document(mp.solve(specification.model, tolerance=1e-6), specification))
    follows(document, "solve")
    assert document["request"]["backend"] == "closed-form"
    assert document["request"]["tolerance"] == 1e-6
    assert set(document["provenance"]["files"]) == {"stackelberg.toml", "clients.csv"}


def test_comparison() -> None:
    found = mp.compare(game(epsilon_cap=[1, 1, 1]), backends=["closed-form"])
    lost = Row("magic", "crashed", "no such luck")
    document = parsed(comparison_document(Comparison(found.model, (*found.rows, lost), found.request)))
    follows(document, "compare")
    assert [row["status"] for row in document["rows"]] == ["answered", "crashed"]
    assert document["agreement"] == {"certified": 1, "difference": None, "agree": True, "objectives": None}
    assert set(document["rows"][0]["values"]) == {"reward_pool", "server_utility"}


def test_answers_that_are_no_numbers_become_null() -> None:
    wrong = mp.solve(game()).altered(reward_pool=np.nan, epsilon=[np.inf, 1.0, 1.0])
    document = parsed(solution_document(wrong))
    follows(document, "solve")
    assert document["values"]["reward_pool"] is None
    assert document["values"]["epsilon"][0] is None
    assert document["certificate"]["feasible"] is False


def test_certified_answers_that_differ_are_noticed() -> None:
    model = mp.StackelbergPricing(cost=[1.0, 1.0], alpha=4, beta=2)
    right = mp.solve(model)
    check = right.certificate
    wrong = right.altered(reward_pool=right.values["reward_pool"] + 0.01)
    rows = (Row("a", "answered", "", "", check, right), Row("b", "answered", "", "", check, wrong))
    judged = agreement(Comparison(model, rows, Request()))
    assert judged.certified == 2
    assert not judged.agree
    assert judged.difference == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 3), "1/3"),
        (Fraction(4), "4"),
        (float("-inf"), None),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (np.array([1, 2]), [1, 2]),
        (np.array([Fraction(1, 2), Fraction(3)], dtype=object), ["1/2", "3"]),
        ({"a": (1.0, float("nan"))}, {"a": [1.0, None]}),
    ],
)
def test_plain_values(value: Any, expected: Any) -> None:
    assert plain(value) == expected


def test_digits_beyond_pythons_limit() -> None:
    assert plain(Fraction(10**6000 + 1, 3)).endswith("1/3")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema": "mechproof/solve/2"}, "is not known"),
        ({"schema": None}, "is not known"),
        ({"surprise": 1}, "surprise"),
        ({"seconds": "soon"}, r"\$.seconds"),
        ({"certificate": {}}, r"\$.certificate"),
    ],
)
def test_other_documents_are_refused(change: dict[str, Any], says: str) -> None:
    document = parsed(solution_document(mp.solve(game())))
    with pytest.raises(InputError, match=says):
        check_document({**document, **change})


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_examples_follow_the_published_schema(example: Path) -> None:
    follows(tomllib.loads(example.read_text()), "spec")


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("mechanism", "alhpa", 1),
        ("mechanism", "alpha", 0),
        ("mechanism", "cost", 3),
        ("mechanism", "mean_over", "some"),
        ("mechanism", "type", "stackelberg"),
        ("solve", "tolerance", 0),
        ("verify", "require", "all"),
        ("mechanisn", "x", 1),
    ],
)
def test_published_schema_refuses(table: str, key: str, value: Any) -> None:
    good: dict[str, Any] = {
        "format": 1,
        "mechanism": {"type": "stackelberg-pricing", "cost": [1, "1/3"], "alpha": 1, "beta": 1},
    }
    follows(good, "spec")
    bad = copy.deepcopy(good)
    bad.setdefault(table, {})[key] = value
    with pytest.raises(ValidationError):
        follows(bad, "spec")


def test_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text("old")
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_whole(pipe, "text")
    reader.join(10)
    assert read == ["text"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_file_is_left_alone_if_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.json"
    path.write_text("old")

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(InputError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
