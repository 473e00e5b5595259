"""Rounds that were observed: the reward pool of each, and the privacy budget that each client sold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ..data import Rule, as_fractions, read_number, read_vector
from ..errors import InputError
from ..names import read_labels
from ..shown import Shown
from ..specification.table_files import read_table
from ..specification.tables import Table
from ..words import suggestion

POOL = Rule("a reward pool", at_least=0, unit="money")
COLUMNS = ("round", "client", "reward_pool", "epsilon")
CAP_COLUMN = "epsilon_cap"


@dataclass(frozen=True, eq=False, repr=False)
class Observations(Shown):
    """What was seen of the same clients in some rounds, exactly.

    `reward_pool` has an entry for each round; `epsilon`, and `epsilon_cap` where there are caps, a row for each round
    and a column for each client. `digests` are the SHA-256 of the files that were read.
    """

    reward_pool: np.ndarray
    epsilon: np.ndarray
    epsilon_cap: np.ndarray | None
    client: tuple[str, ...] | None
    round: tuple[str, ...]
    digests: Mapping[str, str]

    def person(self, index: int) -> str:
        """Return what a message calls a client."""
        return f"client {self.client[index] if self.client else index}"


def observations(
    reward_pool: Any, epsilon: Any, epsilon_cap: Any = None, client: Any = None, signed: bool = False
) -> Observations:
    """Read rounds that were observed.

    Parameters
    ----------
    reward_pool
        B ≥ 0 of each round, in money.
    epsilon
        For each round the budgets ε_i ≥ 0 of all clients, in one order.
    epsilon_cap
        c_i ≥ 0 of each client, or for each round those of all clients, or None where nobody has any.
    client
        The clients' names.
    signed
        Whether budgets may be below zero, as noise has it.

    Raises
    ------
    InputError
        When a number breaks its rule, or the rounds are not about the same clients.

    Examples
    --------
    >>> observations([1], [["1/4", "1/4"]]).epsilon
    array([[Fraction(1, 4), Fraction(1, 4)]], dtype=object)
    """
    pools = as_fractions(read_vector("reward_pool", reward_pool, replace(POOL, per="round"), None))
    if not len(pools):
        raise InputError("reward_pool", "nothing", "at least one round must be observed")
    names = None if client is None else read_labels("client", client, "client")
    budget = Rule("a privacy budget", at_least=None if signed else 0, per="client", unit="ε")
    budgets = _rows("epsilon", epsilon, budget, names, len(pools))
    if names is not None and len(names) != budgets.shape[1]:
        raise InputError(
            "client", f"{len(names)} names", f"must name as many as a round has budgets, {len(budgets[0])}"
        )
    if budgets.shape[1] < 2:
        raise InputError("epsilon", f"{budgets.shape[1]} in a round", "a contest has at least two clients")
    caps = _caps(epsilon_cap, names, budgets)
    return Observations(pools, budgets, caps, names, tuple(str(k + 1) for k in range(len(pools))), {})


def read_observations(path: str | Path, signed: bool = False) -> Observations:
    """Read rounds from a table with a row for each client in each round.

    Its columns are ``round``, ``client``, ``reward_pool``, ``epsilon``, and ``epsilon_cap`` where there are caps.

    Raises
    ------
    InputError
        When the file cannot be read, a column is missing, or a client is not in a round just once.
    """
    path = Path(path)
    table = read_table(path, "observations", str(path))
    _refuse_strange(table)
    rounds, clients = (tuple(_names(table, column)) for column in ("round", "client"))
    order = {name: k for k, name in enumerate(dict.fromkeys(rounds))}
    people = {name: k for k, name in enumerate(dict.fromkeys(clients))}
    places = [(order[a], people[b]) for a, b in zip(rounds, clients, strict=True)]
    _refuse_incomplete(table, places, tuple(order), tuple(people))
    ids = [f"{client}, round {round}" for round, client in zip(rounds, clients, strict=True)]
    grid = (len(order), len(people))
    budgets = _grid(table, "epsilon", ids, places, grid, None if signed else 0)
    pools = _grid(table, "reward_pool", ids, places, grid, 0)
    caps = _grid(table, CAP_COLUMN, ids, places, grid, 0) if CAP_COLUMN in table.columns else None
    for k, name in enumerate(order):
        if (others := pools[k] != pools[k, 0]).any():
            row = places.index((k, int(np.argmax(others))))
            rule = f"round {name} has one reward pool; another row of it says {pools[k, 0]}"
            raise InputError(f"reward_pool[{row}], {table.place(row)}", pools[k][int(np.argmax(others))], rule)
    read = observations(pools[:, 0].tolist(), budgets.tolist(), caps, tuple(people), signed)
    return Observations(
        read.reward_pool, read.epsilon, read.epsilon_cap, read.client, tuple(order), {path.name: table.digest}
    )


def _refuse_strange(table: Table) -> None:
    for column in COLUMNS:
        table.refuse_unknown(column)
    for column in table.columns:
        if column not in (*COLUMNS, CAP_COLUMN):
            known = (*COLUMNS, CAP_COLUMN)
            remedy = suggestion(column, known, f"the columns are {', '.join(known)}")
            raise InputError("column", column, "is not known in observations", remedy)


def _names(table: Table, column: str) -> Iterator[str]:
    row = 0
    for cells in table.cells(column):
        for cell in cells:
            name = table.name_in(cell)
            if not name:
                raise InputError(f"{column}[{row}], {table.place(row)}", "", "the cell is empty", f"name the {column}")
            yield name
            row += 1


def _refuse_incomplete(
    table: Table, places: Sequence[tuple[int, int]], rounds: Sequence[str], people: Sequence[str]
) -> None:
    """Refuse a client who is twice in a round, or in some rounds only."""
    if not places:
        raise InputError("observations", table.name, "has no row", "write one for each client in each round")
    seen: dict[tuple[int, int], int] = {}
    for row, place in enumerate(places):
        if (first := seen.setdefault(place, row)) != row:
            rule = f"is in round {rounds[place[0]]} already, in {table.place(first)}"
            raise InputError(f"client[{row}], {table.place(row)}", people[place[1]], rule, "take one of the rows out")
    for place in ((k, i) for k in range(len(rounds)) for i in range(len(people))):
        if place not in seen:
            rule = f"has no row in round {rounds[place[0]]}, and whoever does not sell is a rival all the same"
            raise InputError("client", people[place[1]], rule, "write epsilon = 0 where nothing was sold")


def _grid(
    table: Table,
    column: str,
    ids: Sequence[str],
    places: Sequence[tuple[int, int]],
    shape: tuple[int, int],
    least: int | None,
) -> np.ndarray:
    """Return a column by round and client, each number checked where it stands."""
    values = table.numbers(column, column, ids)
    rule, found = Rule(column.replace("_", " "), at_least=least), np.empty(shape, dtype=object)
    for row, (place, value) in enumerate(zip(places, list(values), strict=True)):
        found[place] = Fraction(read_number(f"{column}[{row}] ({ids[row]}), {table.place(row)}", value, rule))
    return found


def _rows(name: str, values: Any, rule: Rule, names: tuple[str, ...] | None, count: int) -> np.ndarray:
    """Return a vector for each round, all of one length."""
    one_each = f"must have one list for each of the {count} rounds"
    if not _lists(values):
        raise InputError(name, values, one_each, "write [[1, 2], [3, 4]], where a round is [1, 2]")
    rows = list(values)
    if len(rows) != count:
        raise InputError(name, f"{len(rows)} lists", one_each, "reward_pool has one entry for each round")
    read = [as_fractions(read_vector(f"{name}[{k}]", row, rule, names)) for k, row in enumerate(rows)]
    for k, row in enumerate(read):
        if len(row) != len(read[0]):
            raise InputError(f"{name}[{k}]", f"{len(row)} numbers", f"must have as many as {name}[0], {len(read[0])}")
    return np.array(read, dtype=object).reshape(count, -1)


def _lists(values: Any) -> bool:
    """Whether a value is several, each of which is several or a text, about which is told where it is read."""
    several = isinstance(values, Sequence | np.ndarray) and not isinstance(values, str) and np.iterable(values)
    return several and all(isinstance(row, str) or np.iterable(row) for row in values)


def _caps(values: Any, names: tuple[str, ...] | None, budgets: np.ndarray) -> np.ndarray | None:
    if values is None:
        return None
    rule = Rule("a privacy cap", at_least=0, per="client", unit="ε")
    lists = values if isinstance(values, list | tuple) else ()
    by_round = np.ndim(values) == 2 or any(isinstance(item, list | tuple) for item in lists)
    if by_round:
        caps = _rows("epsilon_cap", values, rule, names, len(budgets))
    else:
        caps = np.tile(as_fractions(read_vector("epsilon_cap", values, rule, names)), (len(budgets), 1))
    if caps.shape != budgets.shape:
        raise InputError("epsilon_cap", f"{caps.shape[1]} caps", f"must be one for each client, {budgets.shape[1]}")
    return caps
