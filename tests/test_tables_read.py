"""Tables in: separators and decimal signs told or found out, Parquet and Arrow, money exact, refusals with a row."""

from __future__ import annotations

import datetime
import warnings
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from mechproof.cli import run
from mechproof.formulations.errors import InputError, InputNote
from mechproof.formulations.specification import csv_tables, table_files, tables
from mechproof.formulations.specification.table_files import read_table
from mechproof.solvers.specification import read_specification

COST = [Fraction(1, 4), Fraction(1234, 1000), Fraction(1, 2)]


@dataclass(frozen=True)
class Read:
    """A CSV file's text, what is told of it, the costs in it, and words of what is said of it."""

    name: str
    text: str
    notes: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    cost: tuple[Fraction, ...] = tuple(COST)


READ = (
    Read("plain", "client,cost\na,.25\nb,1.234\nc,0.5\n"),
    Read("a mark at the start", "\ufeffclient,cost\r\na,.25\r\nb,1.234\r\nc,0.5\r\n"),
    Read("semicolons", "client;cost\na;0.25\nb;1.234\nc;.5\n", ("separated by the semicolon",)),
    Read("tabs", "client\tcost\na\t0.25\nb\t1.234\nc\t.5\n", ('separator = "\\t"',)),
    Read("a bar in a header", "client|id,cost\na,0.25\nb,1.234\nc,.5\n"),
    Read("decimal commas", "client;cost\na;0,25\nb;1,234\nc;,5\n", ("semicolon", "decimal sign, as in '0,25'")),
    Read("quoted commas", 'client,cost\na,"0,25"\nb,"1,234"\nc,"0,5"\n', ("decimal sign",)),
    Read("one column of commas", "cost\n0,25\n1,234\n0,5\n", ("decimal sign",)),
    Read("told", "client;cost\na;0,25\nb;1,234\nc;,5\n", (), (("separator", ";"), ("decimal", ","))),
    Read("told in thousandths", 'x,cost\na,"1,234"\nb,2\n', (), (("decimal", ","),), (COST[1], Fraction(2))),
    Read("told points", "x;cost\na;1.234\n", (), (("separator", ";"), ("decimal", ".")), (COST[1],)),
    Read("fractions", "client;cost\na;1/4\nb;617/500\nc;1/2\n", ("semicolon",)),
    Read("exponents", "x;cost\na;2,5e-1\nb;1234e-3\nc;5E-1\n", ("semicolon", "as in '2,5e-1'")),
    Read("empty rows at the end", "client,cost\na,.25\nb,1.234\nc,.5\n,\n , \n,\n", ("3 empty rows at the end",)),
    Read("one empty row", "cost\n.25\n1.234\n.5\n\n", ("1 empty row at the end",)),
    Read("a total that is none", "client,cost\nTotal,.25\nb,1.234\nc,.5\n"),
    Read("the sum, of a name", "client,cost\na,1\nb,2\nc,3\n", (), (), (Fraction(1), Fraction(2), Fraction(3))),
)


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_read(case: Read, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(case.text, newline="")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert read_table(tmp_path / "c.csv", told=dict(case.told)).numbers("cost", "cost") == list(case.cost)
    assert len(said) == len(case.notes), [str(note.message) for note in said]
    for note, words in zip(said, case.notes, strict=True):
        assert note.category is InputNote
        assert words in str(note.message)


@dataclass(frozen=True)
class Refused:
    """A CSV file's text and the words of its refusal."""

    name: str
    text: str
    says: tuple[str, ...]
    told: tuple[tuple[str, str], ...] = ()


REFUSED = (
    Refused("thousands or thousandths", "x;cost\na;1,234\nb;2\n", ("cost[0], line 2 of c.csv", 'decimal = ","')),
    Refused("thousands of points", "x;cost\na;2\nb;1.234\n", ("cost[1], line 3 of c.csv", 'decimal = "."')),
    Refused("both signs", "x;cost\na;0,5\nb;0.5\n", ("line 2", "has a comma where '0.5' in line 3")),
    Refused("both in one", "x;cost\na;1.234,5\n", ("cost[0], line 2", "a comma and a point")),
    Refused("a point where commas are told", "x;cost\na;0.5\n", ("'0.5'",), (("decimal", ","),)),
    Refused("a comma where points are told", "x;cost\na;0,5\n", ("'0,5'",), (("decimal", "."),)),
    Refused("no separator", "x;cost\na;1\n", ("cost.separator", "one of , ; \\t |"), (("separator", ":"),)),
    Refused("no sign", "x;cost\na;1\n", ("cost.decimal = '_'", "must be one of"), (("decimal", "_"),)),
    Refused("two separators", "a;x,cost\n1;2,3\n", ("may be separated by the comma or the semicolon",)),
    Refused("empty in the middle", "x,cost\na,1\n,\nc,2\n", ("cost[1], line 3 of c.csv = ''", "empty")),
    Refused("a total", "x,cost\na,1\nb,2\nTotal:,3\n", ("cost[2], line 4 of c.csv", "sum of the 2 rows above")),
    Refused("a bare total", "x,y,cost\na,9,1\nb,9,2\n,,3\n", ("line 4", "take the total out")),
    Refused("currency", "x,cost\na,$5\n", ("'$5'", "finite number")),
    Refused("infinity", "x,cost\na,inf\n", ("'inf'", "finite number")),
    Refused("truth", "x,cost\na,true\n", ("'true'", "finite number")),
)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
@pytest.mark.filterwarnings("ignore::mechproof.formulations.errors.InputNote")
def test_refused(case: Refused, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(case.text)
    with pytest.raises(InputError) as refusal:
        read_table(tmp_path / "c.csv", "cost.file", told=dict(case.told)).numbers("cost", "cost")
    for words in case.says:
        assert words in str(refusal.value)


def test_rows_beyond_a_piece_are_read_and_placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (tables, csv_tables):
        monkeypatch.setattr(module, "CHUNK", 3)
    rows = [f"c{index},{index + 1}" for index in range(10)]
    (tmp_path / "c.csv").write_text("\n".join(["client,cost", *rows, ",", ","]))
    with pytest.warns(InputNote, match="2 empty rows"):
        table = read_table(tmp_path / "c.csv")
    assert table.numbers("cost", "cost") == list(range(1, 11))
    assert table.names("client") == tuple(f"c{index}" for index in range(10))
    assert table.place(7) == "line 9 of c.csv"


def test_names_that_look_like_formulas_lose_their_apostrophe_and_others_keep_it(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("client\n'=SUM(A1)\n'-x\n''+y\n'tis\n-5\n")
    assert read_table(tmp_path / "c.csv").names("client") == ("=SUM(A1)", "-x", "'+y", "'tis", "-5")


EXACT: dict[str, Any] = {
    "decimal128": pa.array([Decimal("0.250"), Decimal("1.234"), Decimal("0.500")], pa.decimal128(38, 3)),
    "decimal256": pa.array([Decimal("0.250"), Decimal("1.234"), Decimal("0.500")], pa.decimal256(50, 3)),
    "decimal32": pa.array([Decimal("0.250"), Decimal("1.234"), Decimal("0.500")], pa.decimal32(4, 3)),
    "text": pa.array(["0.25", "1.234", "1/2"]),
    "large text": pa.array(["0.25", "1.234", ".5"], pa.large_string()),
    "dictionary": pa.array(["0.25", "1.234", ".5"]).dictionary_encode(),
}


def write_arrow(table: pa.Table, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=2)
    else:
        pyarrow.feather.write_feather(table, path)


@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".feather"])
@pytest.mark.parametrize("kind", EXACT)
def test_exact_columns_of_files(kind: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"c{ending}"
    write_arrow(pa.table({"client": ["a", "b", "c"], "cost": EXACT[kind]}), path)
    table = read_table(path)
    assert (table.numbers("cost", "cost"), table.names("client")) == (COST, ("a", "b", "c"))


@pytest.mark.parametrize("ending", [".parquet", ".arrow"])
def test_doubles_are_what_they_are_and_it_is_said(ending: str, tmp_path: Path) -> None:
    write_arrow(pa.table({"id": [7, 8, 9], "cost": [0.25, 0.615, 2.675]}), tmp_path / f"c{ending}")
    table = read_table(tmp_path / f"c{ending}")
    with pytest.warns(InputNote, match=rf"0\.615 at row 2 of c\{ending} is 0\.61499999"):
        assert list(table.numbers("cost", "cost")) == [0.25, 0.615, 2.675]
    assert table.names("id") == ("7", "8", "9")


@pytest.mark.parametrize("values", [[0.25, 3.0, 1e20], [1 / 3, 2 / 7, 5.0]], ids=["short", "computed"])
def test_nothing_is_said_of_doubles_in_which_no_decimal_is_meant(values: list[float], tmp_path: Path) -> None:
    write_arrow(pa.table({"cost": values}), tmp_path / "c.parquet")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(read_table(tmp_path / "c.parquet").numbers("cost", "cost")) == values


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pa.array([Decimal("1"), None]), ("cost[1], row 2 of c.parquet = None", "empty")),
        (pa.array([1.0, float("nan")]), ("cost[1], row 2 of c.parquet = nan", "finite")),
        (pa.array([float("-inf"), 1.0]), ("cost[0], row 1 of c.parquet = -inf", "finite")),
        (pa.array([True, False]), ("cost[0] = 'True'", "column of bool")),
        (pa.array([datetime.date(2020, 1, 1)] * 2), ("cost[0] = '2020-01-01'", "column of date32")),
        (pa.array([[1], [2]]), ("column of list",)),
        (pa.array(["1", ""]), ("cost[1], row 2 of c.parquet = ''", "empty")),
        (pa.array(["1", "x"]), ("cost[1], row 2 of c.parquet = 'x'", "finite")),
    ],
)
def test_refused_columns_of_files(column: pa.Array, says: tuple[str, ...], tmp_path: Path) -> None:
    write_arrow(pa.table({"cost": column}), tmp_path / "c.parquet")
    with pytest.raises(InputError) as refusal:
        read_table(tmp_path / "c.parquet").numbers("cost", "cost")
    for words in says:
        assert words in str(refusal.value)


def test_a_missing_name_is_no_name(tmp_path: Path) -> None:
    write_arrow(pa.table({"client": ["a", None], "weight": [1.5, 2.0]}), tmp_path / "c.parquet")
    with pytest.raises(InputError, match=r"client\[1\], row 2 of c.parquet = None: the cell is empty"):
        read_table(tmp_path / "c.parquet").names("client")
    with pytest.raises(InputError, match="is a double"):
        read_table(tmp_path / "c.parquet").names("weight")


def test_one_file_may_be_read_in_two_ways(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text('cost,cap\n"1,5",1.5\n"2,5",2.5\n')
    column = 'cost = { file = "c.csv", column = "cost", decimal = "," }'
    cap = 'epsilon_cap = { file = "c.csv", column = "cap", decimal = "." }'
    told = SPEC.replace(SPEC.splitlines()[3], f"{column}\n{cap}")
    (tmp_path / "s.toml").write_text(told)
    model: Any = read_specification(tmp_path / "s.toml").model
    assert model.cost.tolist() == model.epsilon_cap.tolist() == [Fraction(3, 2), Fraction(5, 2)]


def test_files_that_are_not_what_they_are_called(tmp_path: Path) -> None:
    for name, words in (
        ("c.parquet", "is no Parquet file"),
        ("c.arrow", "is no Arrow file"),
        ("c.xlsx", "CSV in UTF-8"),
    ):
        (tmp_path / name).write_text("client,cost\n")
        with pytest.raises(InputError, match=words):
            read_table(tmp_path / name)
    with pytest.raises(InputError, match=r"no such file.*did you mean 'c.parquet'"):
        read_table(tmp_path / "d.parquet")
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "c.parquet")
    with pytest.raises(InputError, match="is no CSV file"):
        read_table(tmp_path / "c.parquet", told={"separator": ";"})
    with pytest.raises(InputError, match="no such column"):
        read_table(tmp_path / "c.parquet").numbers("cost", "cost")


def test_a_missing_package_is_named_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mechproof.formulations import extras

    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(Exception, match=r'needs pyarrow.*pip install "mechproof\[tables\]"'):
        read_table(tmp_path / "c.parquet")


SPEC = """format = 1
[mechanism]
type = "stackelberg-pricing"
cost = { file = "FILE", column = "cost", id = "client" }
alpha = 10
beta = 10
"""


def test_the_command_line_says_what_was_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.csv").write_text("client;cost\na;0,2\nb;0,3\n;\n")
    (tmp_path / "s.toml").write_text(SPEC.replace("FILE", "c.csv"))
    assert run(["solve", str(tmp_path / "s.toml")]) == 0
    notes = capsys.readouterr().err.splitlines()
    assert [note.partition(":")[0] for note in notes] == ["note"] * 3
    told = 'FILE", separator = ";", decimal = ","'
    (tmp_path / "c.csv").write_text("client;cost\na;0,2\nb;0,3\n")
    (tmp_path / "s.toml").write_text(SPEC.replace('FILE"', told).replace("FILE", "c.csv"))
    assert run(["solve", str(tmp_path / "s.toml")]) == 0
    assert capsys.readouterr().err == ""


def test_a_specification_reads_parquet_and_keeps_its_digest(tmp_path: Path) -> None:
    write_arrow(pa.table({"client": ["a", "b", "c"], "cost": EXACT["decimal128"]}), tmp_path / "c.parquet")
    (tmp_path / "s.toml").write_text(SPEC.replace("FILE", "c.parquet"))
    read = read_specification(tmp_path / "s.toml")
    assert (read.model.cost.tolist(), read.model.client) == (COST, ("a", "b", "c"))  # type: ignore[attr-defined]
    assert set(read.digests) == {"s.toml", "c.parquet"}
    assert table_files.TOLD == ("separator", "decimal")
