"""Tables out: every row, exact where it is exact, read back as the same numbers and names; nothing half-written."""

from __future__ import annotations

import csv
import tempfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.specification.csv_tables import TOTALS
from mechproof.formulations.specification.table_files import read_table
from mechproof.solvers import table_files
from mechproof.solvers.rows import Column, rows_of
from mechproof.solvers.table_files import ENDINGS, write_table


def rows(solution: mp.Solution) -> dict[str, Column]:
    return rows_of(solution.model, solution.values, solution.exact)


money = st.decimals("0.01", "99", places=2).map(str) | st.fractions("1/9", 9, max_denominator=30).map(str)
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6) | st.sampled_from(
    ["=1+2", "+x", "-5", "@y", "'=z", "''=z", "'tis", "a,b", "a;b", 'say "no"', "0,5", "ü"]
).filter(lambda name: name.casefold().rstrip(" :") not in TOTALS)


@given(data=st.data(), count=st.integers(2, 7), ending=st.sampled_from([".csv", ".parquet", ".arrow"]))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back_as_a_certified_candidate(data: st.DataObject, count: int, ending: str) -> None:
    people = data.draw(st.lists(names, min_size=count, max_size=count, unique=True))
    costs = data.draw(st.lists(money, min_size=count, max_size=count))
    solution = mp.solve(mp.StackelbergPricing(cost=costs, client=people, alpha=10, beta=50), arithmetic="exact")
    assert solution.exact is not None
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / f"pay{ending}"
        write_table(rows(solution), table)
        columns = rows(solution)
        held = {name: f"{name}_exact" if f"{name}_exact" in columns else name for name in ("epsilon", "cost")}
        column = '{{ file = "{file}", column = "{column}", id = "client"{told} }}'
        told = ', separator = ",", decimal = "."' if ending == ".csv" else ""
        cost, epsilon = (column.format(file=table.name, column=held[name], told=told) for name in ("cost", "epsilon"))
        mechanism = f'type = "stackelberg-pricing"\ncost = {cost}\nalpha = 10\nbeta = 50'
        candidate = f'reward_pool = "{solution.exact["reward_pool"]}"\nepsilon = {epsilon}'
        spec = Path(folder) / "spec.toml"
        spec.write_text(f"format = 1\n[mechanism]\n{mechanism}\n[candidate]\n{candidate}\n")
        read = mp.read_specification(spec)
    assert read.model.client == tuple(people)  # type: ignore[attr-defined]
    assert read.model.cost.tolist() == list(map(Fraction, costs))  # type: ignore[attr-defined]
    assert read.candidate is not None
    assert read.candidate["epsilon"].tolist() == list(solution.exact["epsilon"])
    assert mp.certify(mp.candidate(read.model, **read.candidate), arithmetic="exact").valid


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".feather"])
def test_doubles_come_back_as_the_same_doubles(ending: str, tmp_path: Path) -> None:
    costs = np.exp(np.random.default_rng(0).normal(size=50))
    solution = mp.solve(mp.StackelbergPricing(cost=costs, alpha=1e3, beta=10.0))
    write_table(rows(solution), tmp_path / f"pay{ending}")
    table = read_table(tmp_path / f"pay{ending}")
    assert table.names("index") == tuple(map(str, range(50)))
    for name in ("cost", "epsilon", "payment"):
        written = rows(solution)[name]
        assert np.array_equal(np.asarray(table.numbers(name, name), dtype=float), written)


def test_terminating_decimals_are_exact_and_others_stand_beside_their_doubles(tmp_path: Path) -> None:
    game = mp.StackelbergPricing(cost=["0.001"] * 100, alpha=10, beta=10)  # pool 989/99
    solution = mp.solve(game, arithmetic="exact")
    write_table(rows(solution), tmp_path / "pay.parquet")
    table = pl.read_parquet(tmp_path / "pay.parquet")
    assert table.schema["epsilon"] == pl.Decimal(3, 1)
    assert set(table["epsilon"]) == {Decimal("98.9")}
    assert table.schema["payment"] == pl.Float64
    assert set(table["payment_exact"]) == {"989/9900"}
    write_table(rows(solution), tmp_path / "pay.csv")
    lines = list(csv.DictReader((tmp_path / "pay.csv").open()))
    assert (lines[7]["index"], lines[7]["epsilon"], lines[7]["payment_exact"]) == ("7", "98.9", "989/9900")
    assert float(lines[7]["payment"]) == 989 / 9900
    assert len(lines) == 100


def test_small_and_wide_decimals_are_not_rounded() -> None:
    game = mp.StackelbergPricing(cost=["1e-12", "1e-12"], alpha=10, beta="123456789012345678901234567890")
    own = mp.candidate(game, reward_pool=1, epsilon=["0.00000000000000000000000000000001", "123456.75"])
    assert [format(entry, "f") for entry in rows(own)["epsilon"]] == [
        "0.00000000000000000000000000000001",
        "123456.75",
    ]
    beyond = mp.candidate(game, reward_pool=1, epsilon=["1e-30", "123456789.75"])
    assert rows(beyond)["epsilon_exact"][0] == f"1/1{'0' * 30}"


def test_columns_have_different_names() -> None:
    class Clash(mp.Program):
        x: mp.Vector = mp.vector("a target", per="row")
        row: object = mp.labels("row", default=None)

        @property
        def about(self) -> str:
            return "row"

        def variables(self) -> tuple[mp.Decision, ...]:
            return (mp.Decision("x_exact", [0, 0], [1, 1]), mp.Decision("row_", [0, 0], [1, 1]))

        def objective(self) -> object:
            return lambda a, x_exact, x: a.sum(x_exact)

        def outcomes(self) -> dict[str, object]:
            return {"row": lambda a, x_exact: x_exact}

    own = mp.candidate(Clash(x=["1/3", "1"], row=["a", "b"]), x_exact=["1/3", "1/7"], row_=["0", "1"])
    columns = rows(own)
    assert next(iter(columns)) == "row__"
    assert columns["row__"] == ("a", "b")
    assert (columns["x_exact_"], columns["x_exact_exact"]) == (["1/3", "1"], ["1/3", "1/7"])
    assert columns["row_"] == [Decimal(0), Decimal(1)]


SPEC = 'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [0.2, 0.3, 0.5]\nalpha = 10\nbeta = 10\n'


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.toml"
    path.write_text(SPEC)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_solve_writes_every_row_and_prints_the_rest(
    ending: str, spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["solve", str(spec), "--output", str(tmp_path / f"pay{ending}")]) == 0
    printed = capsys.readouterr()
    assert "reward pool" in printed.out
    assert "CERTIFIED" in printed.out
    assert "3 rows written" in printed.err
    assert read_table(tmp_path / f"pay{ending}").columns[:3] == ("index", "cost", "epsilon")
    assert {path.name for path in tmp_path.iterdir()} == {"spec.toml", f"pay{ending}"}


@pytest.mark.parametrize("command", ["solve", "certify", "compare", "verify"])
@pytest.mark.parametrize("ending", [".pdf", ".xlsx", ".csvv"])
def test_unknown_endings_are_refused_before_any_work(
    command: str, ending: str, spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, str(tmp_path / "not there.toml"), "--output", str(tmp_path / f"x{ending}")]) == 2
    said = capsys.readouterr().err
    assert f"no format is known by the ending {ending}" in said
    assert ".json, .txt" in said
    assert (".csv" in said.partition("the endings are")[2]) == (command == "solve")
    assert list(tmp_path.iterdir()) == [spec]


def test_nothing_is_left_where_writing_fails(spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solution = mp.read_specification(spec).solve()
    target = tmp_path / "pay.csv"
    target.write_text("as it was")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(table_files, "_cells", full)
    with pytest.raises(mp.InputError, match="No space left"):
        write_table(rows(solution), target)
    assert target.read_text() == "as it was"
    assert {path.name for path in tmp_path.iterdir()} == {"spec.toml", "pay.csv"}


def test_parquet_without_its_package_is_refused_before_any_work(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from mechproof.formulations import extras

    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    assert run(["solve", str(spec), "--output", str(tmp_path / "pay.parquet")]) == 2
    assert 'pip install "mechproof[tables]"' in capsys.readouterr().err
    assert run(["solve", str(spec), "--output", str(tmp_path / "pay.csv")]) == 0


def test_a_mechanism_of_single_numbers_has_no_rows(tmp_path: Path) -> None:
    class Single(mp.Program):
        def variables(self) -> tuple[mp.Decision, ...]:
            return (mp.Decision("x", 0, 1),)

        def objective(self) -> object:
            return lambda a, x: x

    with pytest.raises(mp.InputError, match="there are no rows"):
        mp.solve(Single()).to_frame()


def test_what_polars_and_pyarrow_read_is_what_was_written(spec: Path, tmp_path: Path) -> None:
    solution = mp.read_specification(spec).asked(arithmetic="exact").solve()
    assert solution.exact is not None
    for ending in (".csv", ".parquet", ".arrow"):
        write_table(rows(solution), tmp_path / f"pay{ending}")
    of_csv = pl.read_csv(tmp_path / "pay.csv", schema_overrides={"epsilon": pl.String})["epsilon"]
    of_arrow = pa.ipc.open_file(tmp_path / "pay.arrow").read_all()["epsilon"].to_pylist()
    for entries in (of_csv, pl.read_parquet(tmp_path / "pay.parquet")["epsilon"], of_arrow):
        assert [Fraction(entry) for entry in entries] == list(solution.exact["epsilon"])
