"""Specifications keep exact values, join vectors by people's names, and load one's own mechanisms."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from mechproof.formulations.errors import InputError
from mechproof.formulations.language import Declaration
from mechproof.formulations.revenue_curve import LogRevenue, SaturatingRevenue
from mechproof.formulations.specification.table_files import read_table
from mechproof.formulations.stackelberg.declaration import StackelbergPricing
from mechproof.solvers.commands.schema import main as schema_command
from mechproof.solvers.commands.schema import published, specification_schema
from mechproof.solvers.specification import read_specification

EXAMPLES = Path(__file__).parent.parent / "examples"


def write(folder: Path, fields: str, rest: str = "", **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content)
    spec = folder / "spec.toml"
    spec.write_text(f'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\n{fields}\n{rest}')
    return spec


def model_of(path: Path) -> StackelbergPricing:
    model = read_specification(path).model
    assert isinstance(model, StackelbergPricing)
    return model


def test_literals_keep_their_exact_value(tmp_path: Path) -> None:
    model = model_of(write(tmp_path, 'cost = [0.1, "1/3", 2, 1e-3]\nalpha = 0.3\nbeta = "2.5"'))
    assert model.cost.tolist() == [Fraction(1, 10), Fraction(1, 3), Fraction(2), Fraction(1, 1000)]
    assert (model.revenue.alpha, model.revenue.beta) == (Fraction(3, 10), Fraction(5, 2))


def test_cells_keep_their_exact_value(tmp_path: Path) -> None:
    cells = [".001", "1/3", " 2 ", "1e-3", "+.5", "0.1000"]
    table = "cost\n" + "\n".join(cells) + "\n"
    model = model_of(write(tmp_path, 'cost = { file = "c.csv", column = "cost" }\nalpha = 1\nbeta = 1', c=table))
    expected = [Fraction(1, 1000), Fraction(1, 3), Fraction(2), Fraction(1, 1000), Fraction(1, 2), Fraction(1, 10)]
    assert model.cost.tolist() == expected
    assert model.client is None


def test_table_with_a_mark_quotes_and_other_line_ends(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes('\ufeffclient, cost\r\n"Ann, of A",1\r\nBob,2\r\n\r\n'.encode())
    table = read_table(tmp_path / "c.csv")
    assert table.names("client") == ("Ann, of A", "Bob")
    assert table.numbers("cost", "cost") == [1, 2]


def test_ids_name_the_clients_and_join_the_vectors(tmp_path: Path) -> None:
    fields = """
        cost = { file = "costs.csv", column = "cost", id = "name" }
        epsilon_cap = { file = "caps.csv", column = "cap", id = "who" }
        alpha = 1
        beta = 1
    """
    spec = write(tmp_path, fields, costs="name,cost\nCat,3\nAnn,1\nBob,2\n", caps="cap,who\n10,Ann\n20,Bob\n30,Cat\n")
    model = model_of(spec)
    assert model.client == ("Cat", "Ann", "Bob")
    assert model.cost.tolist() == [3, 1, 2]
    assert model.epsilon_cap.tolist() == [30, 10, 20]


def test_given_names_set_the_order(tmp_path: Path) -> None:
    fields = 'client = ["Ann", "Bob"]\ncost = { file = "c.csv", column = "cost", id = "n" }\nalpha = 1\nbeta = 1'
    model = model_of(write(tmp_path, fields, c="n,cost\nBob,2\nAnn,1\n"))
    assert (model.client, model.cost.tolist()) == (("Ann", "Bob"), [1, 2])


def test_wrong_value_of_a_joined_vector_is_placed_in_its_own_file(tmp_path: Path) -> None:
    fields = """
        cost = { file = "costs.csv", column = "cost", id = "name" }
        epsilon_cap = { file = "caps.csv", column = "cap", id = "name" }
        alpha = 1
        beta = 1
    """
    spec = write(tmp_path, fields, costs="name,cost\nCat,3\nAnn,1\n", caps="name,cap\nAnn,-1\nCat,2\n")
    with pytest.raises(InputError, match=r"epsilon_cap\[1\] \(client Ann\), line 2 of caps.csv = -1"):
        read_specification(spec)


def test_one_value_for_all(tmp_path: Path) -> None:
    model = model_of(write(tmp_path, "cost = { value = 0.001, count = 100 }\nalpha = 10\nbeta = 10"))
    assert model.cost.tolist() == [Fraction(1, 1000)] * 100


@pytest.mark.parametrize(("name", "kind"), [("log", LogRevenue), ("saturating", SaturatingRevenue)])
def test_revenues(tmp_path: Path, name: str, kind: type[Declaration]) -> None:
    model = model_of(write(tmp_path, f'cost = [1, 2]\nrevenue = {{ type = "{name}", alpha = 0.1, beta = 2 }}'))
    assert type(model.revenue) is kind
    assert model.revenue.alpha == Fraction(1, 10)  # type: ignore[attr-defined]


def test_requests_are_read_and_overridden(tmp_path: Path) -> None:
    rest = """
        [solve]
        backend = "share-function"
        arithmetic = "exact"
        tolerance = 1e-6
        time_limit = 5
        seed = 7
        options = { damping = 0.7 }
        [verify]
        require = ["individual-rationality"]
        [train]
        rounds = 200
    """
    read = read_specification(write(tmp_path, "cost = [1, 2]\nalpha = 1\nbeta = 1", rest))
    assert read.backend == "share-function"
    request = read.request
    assert (request.arithmetic, request.tolerance, request.time_limit, request.seed) == ("exact", 1e-6, 5, 7)
    assert request.options == {"damping": 0.7}
    assert not isinstance(request.options["damping"], Decimal)
    assert read.verify == {"require": ["individual-rationality"]}
    assert read.train == {"rounds": 200}
    asked = read.asked("closed-form", tolerance=1e-9, arithmetic=None)
    assert (asked.backend, asked.request.tolerance, asked.request.arithmetic) == ("closed-form", 1e-9, "exact")
    assert read.request.tolerance == 1e-6


@pytest.mark.parametrize(
    ("name", "says"), [("cvxpi", "did you mean 'cvxpy'?"), ("cvxpi:CLARABEL", "'cvxpy'"), ("x", "auto")]
)
def test_a_back_end_of_no_family_is_refused_though_a_candidate_would_need_none(
    tmp_path: Path, name: str, says: str
) -> None:
    rest = f'[solve]\nbackend = "{name}"\n[candidate]\nreward_pool = 1\nepsilon = [0.25, 0.25]'
    with pytest.raises(InputError, match=re.escape(says)) as refused:
        read_specification(write(tmp_path, "cost = [1, 1]\nalpha = 4\nbeta = 2", rest))
    assert (refused.value.field, refused.value.value) == ("solve.backend", name)


@pytest.mark.parametrize("name", ["Auto", "CVXPY:clarabel", "cvxpy:OF_ANOTHER_INSTALLATION"])
def test_a_back_end_of_a_known_family_is_not_asked_for_when_it_is_read(tmp_path: Path, name: str) -> None:
    read = read_specification(write(tmp_path, "cost = [1, 2]\nalpha = 1\nbeta = 1", f'[solve]\nbackend = "{name}"'))
    assert read.backend == name


def test_candidate_is_put_in_the_mechanisms_order(tmp_path: Path) -> None:
    fields = 'client = ["Ann", "Bob"]\ncost = [1, 2]\nalpha = 1\nbeta = 1'
    rest = """
        [candidate]
        reward_pool = 0.1
        participates = [true, false]
        epsilon = { file = "answer.csv", column = "epsilon", id = "client" }
    """
    read = read_specification(write(tmp_path, fields, rest, answer="client,epsilon\nBob,.2\nAnn,.1\n"))
    assert read.candidate is not None
    assert read.candidate["reward_pool"] == Fraction(1, 10)
    assert read.candidate["epsilon"].tolist() == [Fraction(1, 10), Fraction(1, 5)]
    assert read.candidate["participates"].tolist() == [True, False]


def test_digests_of_all_files(tmp_path: Path) -> None:
    spec = write(tmp_path, 'cost = { file = "c.csv", column = "cost" }\nalpha = 1\nbeta = 1', c="cost\n1\n2\n")
    expected = {"spec.toml": sha256(spec.read_bytes()).hexdigest(), "c.csv": sha256(b"cost\n1\n2\n").hexdigest()}
    assert read_specification(spec).digests == expected


OWN = """
from __future__ import annotations
from typing import Any
import mechproof as mp

def utility(a: Any, own: Any, others: Any, cost: Any) -> Any:
    return a.share(own, others) - cost * own

class Lottery(mp.Game):
    '''A lottery for a prize of one.'''
    cost: mp.Vector = mp.vector("an effort's cost", above=0, per="player")

    def players(self) -> Any:
        bounds = mp.Decision("effort", [0] * len(self.cost), [10] * len(self.cost))
        return (mp.Player("player", bounds, utility, count=len(self.cost)),)

class Broken(Lottery):
    def check(self) -> None:
        raise KeyError("not an InputError")
"""


def own(folder: Path, kind: str, code: str = OWN) -> Path:
    (folder / "mine.py").write_text(code)
    spec = folder / "own.toml"
    spec.write_text(f'format = 1\n[mechanism]\ntype = "{kind}"\ncost = [0.1, 0.2]\n')
    return spec


def test_own_mechanism(tmp_path: Path) -> None:
    read = read_specification(own(tmp_path, "mine.py:Lottery"), allow_code=True)
    assert type(read.model).__name__ == "Lottery"
    assert read.type == "mine.py:Lottery"
    assert read.model.cost.tolist() == [Fraction(1, 10), Fraction(1, 5)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [
        ("mine.py:Lotery", OWN, "did you mean 'Lottery'"),
        ("mine.py:Broken", OWN, "mine.py:19, in check: KeyError: 'not an InputError'"),
        ("mine.py:Lottery", "1/0", "mine.py:1: ZeroDivisionError"),
        ("mine.py:Lottery", "def", "mine.py:1: SyntaxError"),
        ("mine.py:Game", OWN, "the mechanisms in mine.py are Lottery, Broken"),
        ("other.py:Lottery", OWN, "no such file"),
    ],
)
def test_own_mechanism_that_cannot_be_loaded(tmp_path: Path, kind: str, code: str, says: str) -> None:
    with pytest.raises(InputError, match=r"mechanism\.type|mine\.py") as refusal:
        read_specification(own(tmp_path, kind, code), allow_code=True)
    assert says in str(refusal.value)


def test_own_code_is_not_run_unless_allowed(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    spec = own(tmp_path, "mine.py:Lottery", f"open({str(trace)!r}, 'w').close()\n{OWN}")
    with pytest.raises(InputError, match="allow-code"):
        read_specification(spec)
    assert not trace.exists()


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_examples_can_be_read(example: Path) -> None:
    assert read_specification(example).model is not None


def test_published_schema_follows_from_the_declarations() -> None:
    assert published("spec") == json.loads(json.dumps(specification_schema()))


def test_the_schema_is_written_anew_as_it_is_published(tmp_path: Path) -> None:
    """By the command that docs/architecture.md names."""
    schema_command([str(tmp_path / "spec.json")])
    shipped = EXAMPLES.parent / "solvers" / "commands" / "schemas" / "spec-1.json"
    assert (tmp_path / "spec.json").read_bytes() == shipped.read_bytes()


@pytest.mark.slow
def test_a_million_rows(tmp_path: Path) -> None:
    costs = np.random.default_rng(1).lognormal(-4, 0.3, 1_000_000)
    rows = "".join(f"c{index},{cost:.8f}\n" for index, cost in enumerate(costs))
    fields = 'cost = { file = "c.csv", column = "cost", id = "client" }\nalpha = 10\nbeta = 10'
    spec = write(tmp_path, fields, c="client,cost\n" + rows)
    model = model_of(spec)
    assert model.cost[123456] == Fraction(f"{costs[123456]:.8f}")
