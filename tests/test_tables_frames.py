"""Columns of data frames wherever a vector goes, and solutions as data frames."""

from __future__ import annotations

import datetime
import subprocess
import sys
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import mechproof as mp
from mechproof.formulations import extras

TEXTS = ["0.2", "1/3", ".5"]
DECIMALS = [Decimal("0.20"), Decimal("0.333"), Decimal("0.5")]
EXACT: dict[str, tuple[Any, list[Fraction]]] = {
    "pandas text": (pd.Series(TEXTS), [Fraction(1, 5), Fraction(1, 3), Fraction(1, 2)]),
    "pandas objects": (pd.Series(DECIMALS, dtype=object), list(map(Fraction, DECIMALS))),
    "pandas decimals of arrow": (
        pd.Series(DECIMALS, dtype=pd.ArrowDtype(pa.decimal128(38, 3))),
        list(map(Fraction, DECIMALS)),
    ),
    "pandas integers": (pd.Series([1, 2, 3]), [Fraction(1), Fraction(2), Fraction(3)]),
    "pandas nullable integers": (pd.Series([1, 2, 3], dtype="Int64"), [Fraction(1), Fraction(2), Fraction(3)]),
    "polars text": (pl.Series(TEXTS), [Fraction(1, 5), Fraction(1, 3), Fraction(1, 2)]),
    "polars decimals": (pl.Series(DECIMALS, dtype=pl.Decimal(38, 3)), list(map(Fraction, DECIMALS))),
    "polars integers": (pl.Series([1, 2, 3], dtype=pl.UInt8), [Fraction(1), Fraction(2), Fraction(3)]),
    "pyarrow decimals": (pa.array(DECIMALS), list(map(Fraction, DECIMALS))),
    "pyarrow decimals of a negative scale": (
        pa.array([Decimal("12E2"), Decimal("34E2"), Decimal("5E2")], pa.decimal128(4, -2)),
        [Fraction(1200), Fraction(3400), Fraction(500)],
    ),
    "pyarrow chunks": (pa.chunked_array([TEXTS[:1], TEXTS[1:]]), [Fraction(1, 5), Fraction(1, 3), Fraction(1, 2)]),
}


@pytest.mark.parametrize("kind", EXACT)
def test_exact_columns(kind: str) -> None:
    column, values = EXACT[kind]
    game = mp.StackelbergPricing(cost=column, alpha=10, beta=10)
    assert game.cost.tolist() == values


@pytest.mark.parametrize("make", [pd.Series, pl.Series, pa.array])
def test_names_and_doubles_by_column(make: Any) -> None:
    with pytest.warns(mp.InputNote, match=r"cost is a column of doubles.*0\.615 at cost\[1\] \(b\) is 0\.61499999"):
        game = mp.StackelbergPricing(cost=make([0.5, 0.615]), client=make(["a", "b"]), alpha=10, beta=10)
    assert (game.client, game.cost.dtype, game.cost.tolist()) == (("a", "b"), np.float64, [0.5, 0.615])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([0.5, 0.1], dtype="float32"),
        pl.Series([0.5, 0.1], dtype=pl.Float32),
        pa.array([0.5, 0.1], pa.float32()),
    ],
)
def test_floats_of_single_precision_are_noted_as_well(column: Any) -> None:
    with pytest.warns(mp.InputNote, match=r"column of float32 numbers.* 0\.1 at cost\[1\] is 0\.100000001490"):
        game = mp.StackelbergPricing(cost=column, alpha=10, beta=10)
    assert (game.cost.dtype, game.cost.tolist()) == (np.float64, [0.5, float(np.float32(0.1))])


@pytest.mark.parametrize("make", [pd.Series, pl.Series, pa.array])
def test_candidates_by_column(make: Any) -> None:
    game = mp.StackelbergPricing(cost=["1", "1"], alpha=4, beta=2)
    texts, truths = make(["1/4", "1/4"]), make([True, True])
    own = mp.candidate(game, reward_pool=1, epsilon=texts, participates=truths)
    assert mp.certify(own, arithmetic="exact").valid
    assert own.values["participates"].tolist() == [True, True]


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pd.Series([0.1, None]), r"cost\[1\] \(b\) = None: the cell is empty"),
        (pd.Series(["1", None]), r"cost\[1\] \(b\) = None: the cell is empty"),
        (pl.Series([None, 0.5]), r"cost\[0\] \(a\) = None: the cell is empty"),
        (pa.array([Decimal(1), None]), r"cost\[1\] \(b\) = None: the cell is empty"),
        (pl.Series([0.5, float("nan")]), r"cost\[1\] \(client b\) = nan"),
        (pl.Series([float("inf"), 0.5]), r"cost\[0\] \(client a\) = inf"),
        (pd.Series([True, False]), r"cost\[0\] \(client a\) = True"),
        (pl.Series([datetime.date(2020, 1, 1)] * 2), r"cost\[0\] \(client a\) = 2020-01-01"),
        (pd.Series(["1", "dear"]), r"cost\[1\] \(client b\) = 'dear'"),
        (pd.DataFrame({"cost": [1, 2]}), r"must be one column of it.*df\[\"cost\"\]: cost"),
        (pa.table({"dear": [1, 2]}), r"must be one column of it.*dear"),
    ],
)
@pytest.mark.filterwarnings("ignore::mechproof.formulations.errors.InputNote")
def test_refused_columns(column: Any, says: str) -> None:
    with pytest.raises(mp.InputError, match=says):
        mp.StackelbergPricing(cost=column, client=["a", "b"], alpha=10, beta=10)


def test_missing_names_are_refused_and_not_called_nan() -> None:
    with pytest.raises(mp.InputError, match=r"client\[1\] = None: the cell is empty"):
        mp.StackelbergPricing(cost=[1, 2], client=pd.Series(["a", None]), alpha=10, beta=10)


def test_rows_that_are_labelled_differently_are_refused() -> None:
    frame = pd.DataFrame({"cost": [3, 1, 2], "cap": [30, 10, 20]}, index=["c", "a", "b"])
    together = mp.StackelbergPricing(cost=frame["cost"], epsilon_cap=frame["cap"], alpha=10, beta=10)
    assert together.epsilon_cap.tolist() == [30, 10, 20]
    with pytest.raises(mp.InputError, match=r"epsilon_cap.*not labelled as those of cost"):
        mp.StackelbergPricing(cost=frame["cost"], epsilon_cap=frame.sort_index()["cap"], alpha=10, beta=10)
    values = frame.sort_index()["cap"].to_list()
    assert mp.StackelbergPricing(cost=frame["cost"], epsilon_cap=values, alpha=10, beta=10).epsilon_cap[0] == 10
    survey = {"wanted": pd.Series([0, 1, 1]), "value": pd.Series([1, 2, 3])}  # buyers need not be labelled as versions
    mp.VersionRevenue(epsilon=pd.Series([1, 3, 5], index=["x", "y", "z"]), **survey)


@pytest.fixture(scope="module")
def solved() -> mp.Solution:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], client=["a", "b", "c"], alpha=10, beta=10)
    return mp.solve(game, arithmetic="exact")


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_solution_as_a_frame(solved: mp.Solution, library: str) -> None:
    frame = solved.to_frame(library)
    assert type(frame).__module__.partition(".")[0] == library
    names = list(frame.column_names if library == "pyarrow" else frame.columns)
    assert names == ["client", "cost", "epsilon", "payment", "client_utility", "participates"]
    epsilon = frame["epsilon"].to_pylist() if library == "pyarrow" else list(frame["epsilon"])
    assert list(map(Fraction, epsilon)) == list(solved.exact["epsilon"])  # type: ignore[index]
    again = mp.candidate(solved.model, reward_pool=solved.exact["reward_pool"], epsilon=frame["epsilon"])  # type: ignore[index]
    assert mp.certify(again, arithmetic="exact").valid


def test_a_frame_of_doubles_is_a_candidate_without_a_word(solved: mp.Solution) -> None:
    found = mp.solve(solved.model)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = mp.candidate(solved.model, reward_pool=1.0, epsilon=found.to_frame()["epsilon"] / 3)
    assert again.values["epsilon"].dtype == np.float64


def test_no_library_is_named_with_its_command(solved: mp.Solution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(mp.UnsupportedModel, match=r'pip install "mechproof\[tables\]"'):
        solved.to_frame()
    with pytest.raises(mp.UnsupportedModel, match=r'pip install "mechproof\[tables\]"'):
        mp.StackelbergPricing(cost=pd.Series([1, 2]), alpha=1, beta=1)


def test_lists_and_arrays_load_no_data_frames() -> None:
    code = (
        "import sys, mechproof as mp, numpy as np; mp.StackelbergPricing(cost=np.ones(2), alpha=1, beta=1);"
        "print([name for name in ('narwhals', 'pandas', 'polars', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
