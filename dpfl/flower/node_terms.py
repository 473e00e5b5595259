"""The clients' terms as files and configurations of their nodes: each is written for one client, and read by it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...formulations.errors import InputError
from ..accounting.plan import NoisePlan
from .terms import PREFIX, Terms, taking_part, terms_of

if TYPE_CHECKING:
    from flwr.app import Context


def own_terms(context: Context) -> Terms:
    """Read a client's terms from its node's configuration; in a simulation, if it has none, by :func:`simulated`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> own_terms(SimpleNamespace(node_config={}, run_config={}))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    mechproof.formulations.errors.InputError: dp-client = None: is missing from the node's configuration (start ...
    """
    of_partition = "partition-id" in context.node_config and f"{PREFIX}client" not in context.node_config
    return simulated()(context) if of_partition else from_node_config(context)


def from_node_config(context: Context) -> Terms:
    """Read a client's terms from its node's configuration.

    Parameters
    ----------
    context
        Flower's.

    Raises
    ------
    InputError
        For a missing or wrong entry.
    """
    return _terms(context.node_config)


def _terms(config: Mapping[str, Any]) -> Terms:
    words, counts = ("client", "ledger", "unit", "adjacency", "trust"), ("releases", "records", "clients")
    kinds = dict.fromkeys(words, str) | dict.fromkeys(counts, int)
    values: dict[str, Any] = {}
    for item in fields(Terms):
        key, kind = PREFIX + item.name, kinds.get(item.name, float)
        if key not in config:
            remedy = "start the node with --node-config FILE.toml, with the terms that were made for it"
            raise InputError(key, None, "is missing from the node's configuration", remedy)
        if isinstance(config[key], bool) or not isinstance(config[key], (int, float) if kind is float else kind):
            raise InputError(key, config[key], f"must be a {kind.__name__}", "correct the node's configuration")
        values[item.name] = kind(config[key])
    return Terms(**values)


def simulated(folder: str | os.PathLike[str] | None = None) -> Callable[[Context], Terms]:
    """Return a reader of terms for simulations: the node with ``partition-id`` k gets the k-th file of a folder.

    In a deployment a client never sees the others' terms; in a simulation they all lie on one machine, and the
    simulation's nodes are told apart by ``partition-id``, which only they have.

    Parameters
    ----------
    folder
        Written by :func:`write_terms`; by default what the run's configuration calls ``dp-terms``, an absolute path.

    Raises
    ------
    InputError
        By the reader: outside simulation, and where there are not as many files as nodes.
    """
    import tomllib

    def reader(context: Context) -> Terms:
        place = Path(folder if folder is not None else str(context.run_config.get(f"{PREFIX}terms", "")))
        files = _files(place)
        partition, nodes = (context.node_config.get(key) for key in ("partition-id", "num-partitions"))
        if partition is None:
            remedy = "in a deployment each node has --node-config FILE.toml, read by from_node_config"
            raise InputError("partition-id", None, "is known in simulations only", remedy)
        if nodes != len(files):
            rule = f"must be as many as there are files of terms in {place}: {len(files)}"
            raise InputError("num-supernodes", nodes, rule, "start as many nodes as clients take part")
        return _terms(tomllib.loads(files[int(partition)].read_text(encoding="utf-8")))

    return reader


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("client-*.toml"), key=lambda path: int(path.stem.removeprefix("client-")))


def write_terms(plan: NoisePlan, folder: str | os.PathLike[str], ledgers: str | os.PathLike[str] = "") -> list[Path]:
    """Write a file of terms for each client that takes part: ``client-0.toml`` and so on, for its owner's eyes alone.

    Parameters
    ----------
    plan
        Of :func:`mechproof.calibrate`.
    folder
        Where to; it is made if it does not exist.
    ledgers
        Folder of the clients' ledgers as each sees it on its own machine; by default `folder`, as simulations need.

    Returns
    -------
    list of pathlib.Path
        In the order of the plan. Each goes to its own client, and to nobody else.

    Raises
    ------
    InputError
        For a folder with the terms of more clients, whom a simulation would count in.
    UnsupportedModel
        As :func:`terms_of`.
    """
    place = Path(folder)
    clients = taking_part(plan)
    if len(others := _files(place)) > len(clients):
        rule = f"holds the terms of {len(others)} clients, and {len(clients)} take part"
        raise InputError("folder", str(folder), rule, "name an empty folder")
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for number, client in enumerate(clients):
        ledger = Path(ledgers or place.resolve()) / f"client-{number}.jsonl"
        path = place / f"client-{number}.toml"
        path.touch(mode=0o600)
        path.write_text(terms_of(plan, client, ledger).toml(), encoding="utf-8")
        written.append(path)
    return written
