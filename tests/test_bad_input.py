"""Bad input: each is refused with the field, the value, the rule and a way out, by the command line and by Python."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from mechproof.cli import run
from mechproof.formulations.errors import InputError
from mechproof.solvers.specification import read_specification


@dataclass(frozen=True)
class Case:
    """A specification's text, what the refusal must say, and the files beside it."""

    name: str
    spec: str
    says: tuple[str, ...]
    files: dict[str, str | bytes]


def case(name: str, spec: str, *says: str, csv: str | bytes | None = None, files: dict[str, str] | None = None) -> Case:
    return Case(name, spec, says, {**(files or {}), **({} if csv is None else {"clients.csv": csv})})


def mechanism(fields: str, rest: str = "") -> str:
    return f'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\n{fields}\n{rest}'


def costs(cost: str, rest: str = "") -> str:
    return mechanism(f"cost = {cost}\nalpha = 10\nbeta = 10", rest)


FROM_FILE = costs('{ file = "clients.csv", column = "cost", id = "client" }')
NAMED = 'client = ["Ann", "Bob"]\ncost = [1, 2]\nalpha = 1\nbeta = 1'

NUMBERS = (
    case("zero cost", costs("[1, 0]"), "cost[1] = 0:", "a privacy cost must be positive"),
    case("negative cost", costs("[1, 2, -0.2]"), "cost[2] = -0.2:", "must be positive"),
    case("nan cost", costs("[1, nan]"), "cost[1] = NaN:", "finite"),
    case("infinite cost", costs("[inf, 1]"), "cost[0] = Infinity:", "finite"),
    case("named client", mechanism(NAMED.replace("2]", "-2]")), "cost[1] (client Bob) = -2:", "positive"),
    case("enormous exponent", costs("[1, 1e999999999]"), "cost[1] =", "between 1e-300 and 1e300"),
    case("enormous integer", costs(f"[1, {10**400}]"), "cost[1] =", "between 1e-300 and 1e300"),
    case("text for a number", costs('[1, "cheap"]'), "cost[1] = 'cheap':", "one finite number"),
    case("truth for a number", costs("[1, true]"), "cost[1] = True:", "one finite number"),
    case("a date for a number", costs("[1, 2020-01-01]"), "cost[1] = 2020-01-01:", "one finite number"),
    case("division by zero", costs('[1, "1/0"]'), "cost[1] = '1/0':", "one finite number"),
    case("zero alpha", mechanism("cost = [1, 2]\nalpha = 0\nbeta = 1"), "alpha = 0:", "must be positive"),
    case("negative beta", mechanism("cost = [1, 2]\nalpha = 1\nbeta = -1"), "beta = -1:", "must be positive"),
    case("table for a number", mechanism("cost = [1, 2]\nalpha = {}\nbeta = 1"), "alpha = {}:", "one finite number"),
)

LENGTHS = (
    case("one client", costs("[1]"), "cost = '1 client':", "at least two clients"),
    case("no clients", costs("[]"), "cost = '0 clients':", "at least two clients"),
    case("two dimensions", costs("[[1, 2], [3, 4]]"), "cost = '2-dimensional':", "must be one list"),
    case("ragged list", costs("[[1, 2], 3]"), "cost =", "must be one list"),
    case("a number for a list", costs("3"), "cost = 3:", "must be a list", "[1, 2, 3]"),
    case("a text for a list", costs('"1/3"'), "cost = '1/3':", "must be a list"),
    case(
        "short caps", costs("[1, 2]", "epsilon_cap = [1]"), "epsilon_cap = '1 numbers':", "as many entries as cost, 2"
    ),
    case("short names", costs("[1, 2]", 'client = ["Ann"]'), "client = '1 names':", "2"),
    case("empty name", costs("[1, 2]", 'client = ["Ann", " "]'), "client[1] = ' ':", "each client must have a name"),
    case("one positive cap", costs("[1, 2]", "epsilon_cap = [1, 0]"), "epsilon_cap = '1 positive':", "at least two"),
    case("no positive cap", costs("[1, 2]", "epsilon_cap = [0, 0]"), "epsilon_cap = '0 positive':", "at least two"),
    case("negative cap", costs("[1, 2]", "epsilon_cap = [1, -1]"), "epsilon_cap[1] = -1:", "at least zero"),
    case("repeated names", costs("[1, 2]", 'client = ["Ann", "Ann"]'), "client[1] = 'Ann':", "client[0]"),
    case("repeats by a text", costs('{ value = 1, count = "2" }'), "cost.count = '2':", "whole number"),
    case("repeats of nothing", costs("{ count = 2 }"), "cost.value = None:", "is needed"),
    case("too many repeats", costs("{ value = 1, count = 1_000_000_000_000 }"), "cost.count =", "10000000"),
)

KEYS = (
    case("unknown field", costs("[1, 2]", "gamma = 1"), "mechanism.gamma = 1:", "not a known key", "alpha"),
    case("misspelt field", mechanism("cost = [1, 2]\nalhpa = 1\nbeta = 1"), "mechanism.alhpa", "did you mean 'alpha'?"),
    case("unknown table", costs("[1, 2]", "[slove]\nseed = 1"), "slove", "did you mean 'solve'?"),
    case(
        "unknown key in a column", costs('{ file = "a.csv", colunm = "cost" }'), "cost.colunm", "did you mean 'column'?"
    ),
    case(
        "unknown key in solve",
        costs("[1, 2]", "[solve]\ntolerence = 1"),
        "solve.tolerence",
        "did you mean 'tolerance'?",
    ),
    case(
        "unknown key in verify",
        costs("[1, 2]", "[verify]\nrequires = []"),
        "verify.requires",
        "did you mean 'require'?",
    ),
    case(
        "unknown key in revenue",
        mechanism('cost = [1, 2]\nrevenue = { type = "log", alpha = 1, bata = 1 }'),
        "mechanism.revenue.bata",
        "did you mean 'beta'?",
    ),
    case(
        "unknown revenue",
        mechanism('cost = [1, 2]\nrevenue = { type = "logg" }'),
        "mechanism.revenue.type = 'logg':",
        "log, saturating",
    ),
    case(
        "revenue without a type", mechanism("cost = [1, 2]\nrevenue = { alpha = 1 }"), "mechanism.revenue.type = None:"
    ),
    case("revenue as a number", mechanism("cost = [1, 2]\nrevenue = 5"), "mechanism.revenue = 5:", "must be a table"),
    case(
        "unfinished revenue",
        mechanism('cost = [1, 2]\nrevenue = { type = "log", alpha = 1 }'),
        "mechanism.revenue.beta",
        "is needed",
    ),
    case(
        "two revenues",
        costs("[1, 2]", 'revenue = { type = "saturating", alpha = 1, beta = 1 }'),
        "revenue =",
        "together with alpha or beta",
    ),
    case("no revenue", mechanism("cost = [1, 2]\nalpha = 1"), "beta = None:", "is needed"),
    case("no cost", mechanism("alpha = 1\nbeta = 1"), "mechanism.cost = None:", "is needed", "one for each client"),
    case("unknown choice", costs("[1, 2]", 'mean_over = "some"'), "mean_over = 'some':", "'all', 'participants'"),
    case(
        "unknown mechanism",
        'format = 1\n[mechanism]\ntype = "stackelberg"',
        "mechanism.type = 'stackelberg':",
        "stackelberg-pricing",
    ),
    case("no type", "format = 1\n[mechanism]\ncost = [1, 2]", "mechanism.type = None:", "stackelberg-pricing"),
    case("type as a number", "format = 1\n[mechanism]\ntype = 3", "mechanism.type = 3:", "must be a text"),
    case("no mechanism", "format = 1\n", "mechanism = None:", "[mechanism]"),
    case("mechanism as a number", "format = 1\nmechanism = 3\n", "mechanism = 3:", "must be a table"),
    case("no format", "[mechanism]\n", "format = None:", "must be 1"),
    case("wrong format", "format = 2\n", "format = 2:", "must be 1"),
    case("format as a truth", "format = true\n", "format = True:", "must be 1"),
    case("not TOML", "format = = 1", "is not TOML", "line 1"),
    case("an integer too long to read", f"format = {'9' * 5000}", "is not TOML"),
    case("nested too deeply", "format = " + "[" * 100_000, "is not TOML"),
    case(
        "code not allowed",
        'format = 1\n[mechanism]\ntype = "mine.py:Mine"',
        "mine.py:Mine",
        "--allow-code",
        files={"mine.py": "1/0"},
    ),
)

REQUESTS = (
    case("zero tolerance", costs("[1, 2]", "[solve]\ntolerance = 0"), "solve.tolerance = 0", "between 0 and 1"),
    case("negative tolerance", costs("[1, 2]", "[solve]\ntolerance = -1e-7"), "solve.tolerance = -1e-07:"),
    case("tolerance as text", costs("[1, 2]", '[solve]\ntolerance = "low"'), "solve.tolerance = 'low':"),
    case("tolerance not a number", costs("[1, 2]", "[solve]\ntolerance = nan"), "solve.tolerance = nan:"),
    case("negative time limit", costs("[1, 2]", "[solve]\ntime_limit = -1"), "solve.time_limit = -1:", "positive"),
    case("zero time limit", costs("[1, 2]", "[solve]\ntime_limit = 0"), "solve.time_limit = 0:", "positive"),
    case(
        "unknown arithmetic",
        costs("[1, 2]", '[solve]\narithmetic = "fast"'),
        "solve.arithmetic = 'fast':",
        "float, exact",
    ),
    case("seed as text", costs("[1, 2]", '[solve]\nseed = "a"'), "solve.seed = 'a':", "whole number"),
    case("options as text", costs("[1, 2]", '[solve]\noptions = "a"'), "solve.options = 'a':", "table"),
    case("back end as a number", costs("[1, 2]", "[solve]\nbackend = 3"), "solve.backend = 3:", "must be a text"),
    case("requirements as text", costs("[1, 2]", '[verify]\nrequire = "all"'), "verify.require = 'all':", "list"),
)

TABLES = (
    case("missing file", FROM_FILE, "cost.file", "clients.csv", "no such file"),
    case("misspelt file", FROM_FILE, "did you mean 'client.csv'?", files={"client.csv": "client,cost\n"}),
    case("a folder for a file", costs('{ file = ".", column = "cost" }'), "cost.file", "is a folder"),
    case(
        "missing column",
        FROM_FILE,
        "'cost'",
        "clients.csv has no such column",
        "client, costs",
        csv="client,costs\na,1\nb,2\n",
    ),
    case("missing id column", FROM_FILE, "'client'", "no such column", "name, cost", csv="name,cost\na,1\nb,2\n"),
    case("no column named", costs('{ file = "clients.csv" }'), "cost.column = None:", csv="cost\n1\n"),
    case(
        "empty cell", FROM_FILE, "cost[1] (b), line 3 of clients.csv = '':", "empty", csv="client,cost\na,1\nb,\nc,2\n"
    ),
    case(
        "empty cell in a single column",
        costs('{ file = "c.csv", column = "cost" }'),
        "cost[1], line 3 of c.csv = '':",
        "empty",
        files={"c.csv": "cost\n1\n\n2\n"},
    ),
    case("empty name", FROM_FILE, "client[1], line 3 of clients.csv = '':", "empty", csv="client,cost\na,1\n,2\n"),
    case(
        "word in a cell",
        FROM_FILE,
        "cost[0] (a), line 2 of clients.csv = 'dear':",
        "one finite number",
        csv="client,cost\na,dear\nb,2\n",
    ),
    case(
        "thousands or decimals",
        FROM_FILE,
        "cost[0], line 2 of clients.csv = '1,234':",
        'say decimal = ","',
        csv='client,cost\na,"1,234"\nb,2\n',
    ),
    case(
        "zero in a cell",
        FROM_FILE,
        "cost[1] (client b), line 4 of clients.csv = 0:",
        "positive",
        csv="client,cost\na,1\n\nb,0\n",
    ),
    case(
        "nan in a cell",
        FROM_FILE,
        "cost[1] (b), line 3 of clients.csv = 'nan':",
        "finite",
        csv="client,cost\na,1\nb,nan\n",
    ),
    case(
        "duplicate ids",
        FROM_FILE,
        "client[2], line 4 of clients.csv = 'a':",
        "line 2 of clients.csv",
        csv="client,cost\na,1\nb,2\na,3\n",
    ),
    case("ragged row", FROM_FILE, "clients.csv line 3 = '3 cells':", "2 cells", csv="client,cost\na,1\nb,2,3\n"),
    case("short row", FROM_FILE, "clients.csv line 3 = '1 cells':", "2 cells", csv="client,cost\na,1\nb\n"),
    case("repeated column", FROM_FILE, "clients.csv line 1, column 2 = 'cost':", "named once", csv="cost,cost\n1,1\n"),
    case("unnamed column", FROM_FILE, "clients.csv line 1, column 2 = '':", "must have a name", csv="client,\na,1\n"),
    case("empty table", FROM_FILE, "clients.csv line 1", "header", csv=""),
    case("no rows", FROM_FILE, "cost = '0 clients':", "at least two", csv="client,cost\n"),
    case("unclosed quote", FROM_FILE, "clients.csv line", "is not CSV", csv='client,cost\n"a,1\n'),
    case("not UTF-8", FROM_FILE, "clients.csv", "is not UTF-8", "line 2", csv=b"client,cost\nJos\xe9,1\n"),
    case(
        "other clients' caps",
        FROM_FILE + '\nepsilon_cap = { file = "caps.csv", column = "cap", id = "client" }',
        "epsilon_cap (client b) = 'b':",
        "is missing there",
        files={"clients.csv": "client,cost\na,1\nb,2\n", "caps.csv": "client,cap\na,1\nc,2\n"},
    ),
    case(
        "caps of too many",
        FROM_FILE + '\nepsilon_cap = { file = "caps.csv", column = "cap", id = "client" }',
        "epsilon_cap (client c) = 'c':",
        "is no client of the mechanism",
        files={"clients.csv": "client,cost\na,1\nb,2\n", "caps.csv": "client,cap\na,1\nb,1\nc,2\n"},
    ),
)

CANDIDATES = (
    case(
        "unknown value",
        costs("[1, 2]", "[candidate]\nepsilom = [1, 2]"),
        "candidate.epsilom",
        "did you mean 'epsilon'?",
    ),
    case(
        "short candidate",
        costs("[1, 2]", "[candidate]\nepsilon = [1]"),
        "candidate.epsilon = '1 entries':",
        "each client, 2",
    ),
    case(
        "candidate with a hole",
        costs("[1, 2]", "[candidate]\nepsilon = [1, nan]"),
        "candidate.epsilon[1] = NaN:",
        "finite",
    ),
    case(
        "named candidate",
        mechanism(NAMED, '[candidate]\nepsilon = [1, "x"]'),
        "candidate.epsilon[1] (client Bob) = 'x':",
    ),
    case(
        "pool as a list",
        costs("[1, 2]", "[candidate]\nreward_pool = [1, 2]"),
        "candidate.reward_pool =",
        "one finite number",
    ),
    case(
        "budgets as a number", costs("[1, 2]", "[candidate]\nepsilon = 3"), "candidate.epsilon = 3:", "must be a list"
    ),
    case(
        "candidate as a number",
        costs("[1, 2]").replace("format = 1", "format = 1\ncandidate = 2"),
        "candidate = 2:",
        "must be a table",
    ),
    case(
        "candidate of strangers",
        mechanism(NAMED, '[candidate]\nepsilon = { file = "e.csv", column = "e", id = "id" }'),
        "candidate.epsilon (client Bob)",
        "is missing there",
        files={"e.csv": "id,e\nAnn,1\nCat,2\n"},
    ),
    case(
        "candidate by names without names",
        costs("[1, 2]", '[candidate]\nepsilon = { file = "e.csv", column = "e", id = "id" }'),
        "candidate.epsilon.id",
        "have no names",
        files={"e.csv": "id,e\nAnn,1\nCat,2\n"},
    ),
)


@pytest.mark.parametrize(
    "case", [*NUMBERS, *LENGTHS, *KEYS, *REQUESTS, *TABLES, *CANDIDATES], ids=lambda case: case.name
)
def test_is_refused(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in case.files.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    spec = tmp_path / "spec.toml"
    spec.write_text(case.spec)
    before = sorted(tmp_path.iterdir())

    with pytest.raises(InputError) as refusal:
        read_specification(spec)
    assert refusal.value.field
    assert refusal.value.rule
    for words in case.says:
        assert words in str(refusal.value)

    for command in ("solve", "compare", "certify"):
        assert run([command, str(spec), "--output", str(tmp_path / "result.json")]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("mechproof: ")
        assert "Traceback" not in printed.err
        for words in case.says:
            assert words in printed.err
    assert sorted(tmp_path.iterdir()) == before
