"""Budgets keep every digit on their way through files, and refuse what is wrong with its place and a way out."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechproof.dpfl.accounting.budget_files import read_budgets, write_budgets
from mechproof.dpfl.accounting.budgets import Budgets, budgets_of
from mechproof.formulations.errors import InputError

LITERALS = st.one_of(
    st.decimals(min_value=0, max_value=10**6, places=9).map(str),
    st.fractions(min_value=0, max_value=1000).map(str),
    st.floats(min_value=1e-300, max_value=1e300).map(repr),
)
IDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda text: bool(text.strip()))


@pytest.mark.parametrize("suffix", [".csv", ".json"])
@given(content=st.dictionaries(IDS, LITERALS, min_size=1, max_size=6))
def test_files_keep_every_digit_and_every_id(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, content: dict[str, str]
) -> None:
    budgets = Budgets(tuple(content), tuple(content.values()))
    path = write_budgets(budgets, tmp_path_factory.mktemp("files") / f"budgets{suffix}")
    assert read_budgets(path) == budgets


def test_numbers_of_every_kind_keep_their_value() -> None:
    given_ = {"a": 0.1, "b": Decimal("0.1"), "c": Fraction(1, 3), "d": "1e-3", "e": 7, "f": np.float64(2.5)}
    budgets = budgets_of(given_)
    assert budgets_of([0.1 + 0.2]).epsilon[0] == 0.1 + 0.2
    assert budgets.exact == (Fraction(1, 10), Fraction(1, 10), Fraction(1, 3), Fraction(1, 1000), 7, Fraction(5, 2))
    assert budgets.epsilon.tolist() == [0.1, 0.1, 1 / 3, 0.001, 7.0, 2.5]


def test_numbers_may_come_without_or_with_ids_beside_them() -> None:
    assert budgets_of(np.array([1.0, 0.0])).clients == ("0", "1")
    assert budgets_of([1, 0], client=["x", "y"]).clients == ("x", "y")
    assert budgets_of([1, 0]).participants == 1


def test_a_spreadsheets_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text('﻿client,cost,epsilon\r\n"Müller, Jo",3,0.50\r\n\r\nbert,2,1/4\r\n', encoding="utf-8")
    assert read_budgets(path, clients=["bert", "Müller, Jo"]).texts == ("1/4", "0.50")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("client,epsilon\na,1\nb,\n", ["line 3", "column epsilon", "client b", "is empty", "write 0"]),
        ("client,epsilon\na,1\n ,2\n", ["line 3", "column client", "is empty"]),
        ("client,epsilon\na,1\nb,-0.2\n", ["line 3", "client b", "'-0.2'", "must not be negative", "write 0"]),
        ("client,epsilon\na,1\nb,2\na,3\n", ["line 4", "'a'", "duplicate of line 2"]),
        ("client,epsilon\na,nan\n", ["line 2", "is no finite number"]),
        ("client,epsilon\na,1,9\n", ["line 2", "2 cells, this line 3"]),
        ("client,epsilon\na,much\n", ["'much'", "is no finite number", "such as 0.5"]),
        ("client,epsilon\na,1/0\n", ["'1/0'", "is no finite number"]),
        ("client,epsilon\na,1e999999999\n", ["outside the range"]),
        ("client,epsilon\na,1e-390\n", ["outside the range"]),
        ('client,epsilon\na,"1\n', ["is no well-formed CSV"]),
        ("client,budget\na,1\n", ["column = 'epsilon'", "missing from the header", "client, budget"]),
        ("client,epsilon,epsilon\na,1,2\n", ["column = 'epsilon'", "more than once"]),
        ("", ["missing from the header", "no header"]),
        ("client,epsilon\n", ["at least one client"]),
    ],
)
def test_a_wrong_csv_is_refused_with_its_place(tmp_path: Path, text: str, parts: list[str]) -> None:
    path = tmp_path / "budgets.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_budgets(path)
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('{"schema": "mechproof/budgets/1", "epsilon": {"a": 1, "a": 2}}', ["'a'", "duplicate"]),
        ('{"schema": "mechproof/budgets/1", "epsilon": {"a": -1}}', ["client a", "must not be negative"]),
        ('{"schema": "mechproof/budgets/1", "epsilon": {"a": true}}', ["client a", "is no number"]),
        ('{"schema": "mechproof/budgets/1", "epsilon": {"a": NaN}}', ["NaN", "must be finite"]),
        ('{"schema": "mechproof/budgets/1", "epsilon": [1]}', ["must be an object"]),
        ('{"schema": "mechproof/budgets/1", "epsilon": {}}', ["at least one client"]),
        ('{"schema": "mechproof/budgets/1", "epsilon": {"a": 1}, "delta": 1}', ["'delta'", "is unknown"]),
        ('{"schema": "mechproof/budgets/2", "epsilon": {"a": 1}}', ["schema = 'mechproof/budgets/2'", "must be"]),
        ("[1]", ["schema", "must be"]),
        ('{\n"schema": ', ["line 2", "no well-formed JSON"]),
        ("[" * 100_000, ["nested too deeply"]),
    ],
)
def test_a_wrong_json_is_refused_with_its_place(tmp_path: Path, text: str, parts: list[str]) -> None:
    path = tmp_path / "budgets.json"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_budgets(path)
    for part in parts:
        assert part in str(caught.value)


def test_json_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "budgets.json"
    path.write_text('{"schema": "mechproof/budgets/1", "epsilon": {"a": 0.100, "b": "2/3"}}')
    assert read_budgets(path).texts == ("0.100", "2/3")


def test_unknown_and_missing_clients_are_named(tmp_path: Path) -> None:
    path = write_budgets(budgets_of({"a": 1, "zoe": 2}), tmp_path / "budgets.csv")
    with pytest.raises(InputError, match="'zoe': is unknown"):
        read_budgets(path, clients=["a"])
    with pytest.raises(InputError, match=r"'bert': is missing.*budget of 0 means"):
        read_budgets(path, clients=["a", "zoe", "bert"])


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_budgets(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"must be a .csv or a .json"):
        read_budgets(tmp_path / "budgets.xlsx")
    (tmp_path / "latin.csv").write_bytes("client,epsilon\nJörg,1\n".encode("latin-1"))
    with pytest.raises(InputError, match="is not UTF-8"):
        read_budgets(tmp_path / "latin.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_budgets(tmp_path / "folder.csv")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_budgets(budgets_of({"a": 1}), tmp_path / "budgets.json")
    before = path.read_bytes()

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="No space left"):
        write_budgets(budgets_of({"a": 2}), path)
    assert (path.read_bytes(), [file.name for file in tmp_path.iterdir()]) == (before, ["budgets.json"])


def test_output_paths_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        write_budgets(budgets_of([1]), tmp_path / "folder.csv")
    with pytest.raises(InputError, match="its folder does not exist"):
        write_budgets(budgets_of([1]), tmp_path / "nowhere" / "budgets.csv")


def test_json_is_keyed_by_client_with_numbers_as_text(tmp_path: Path) -> None:
    path = write_budgets(budgets_of({"a": "0.10"}), tmp_path / "budgets.json")
    assert json.loads(path.read_text()) == {"schema": "mechproof/budgets/1", "epsilon": {"a": "0.10"}}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: budgets_of({"a": -0.2}), r"epsilon\[0\] \(client a\) = '-0.2': a privacy budget must not be negative"),
        (lambda: budgets_of([1.0, float("inf")]), r"epsilon\[1\].*outside the range of a double \(write a finite"),
        (lambda: budgets_of([None]), r"epsilon\[0\] = None: is no number"),
        (lambda: budgets_of([True]), "is no number"),
        (lambda: budgets_of([]), "at least one client"),
        (lambda: budgets_of(3.0), "must be a mapping or a list"),  # type: ignore[arg-type]
        (lambda: budgets_of([1, 2], client=["a"]), "'2 budgets': there are 1 clients"),
        (lambda: budgets_of([1, 2], client=["a", "a"]), r"client\[1\] = 'a': is a duplicate of client\[0\]"),
        (lambda: budgets_of([1], client=[" "]), "must be a text that is not empty"),
        (lambda: budgets_of({"a": 1}, client=["a"]), "the mapping already names the clients"),
    ],
)
def test_wrong_budgets_are_refused(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()  # type: ignore[operator]
