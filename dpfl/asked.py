"""What a command of training is asked for: budgets and who sells them, settings, and records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..formulations.errors import InputError
from ..solvers.commands.delivery import working

if TYPE_CHECKING:
    from ..solvers.specification import Specification
    from .accounting.budgets import Budgets
    from .training.data import Dataset
    from .training.protocol import Protocol


@dataclass(frozen=True, eq=False)
class Asked:
    """What is to be trained.

    Attributes
    ----------
    budgets
        Of all clients.
    certified
        Whether the mechanism's solution is, if a mechanism sold them.
    protocol
        The specification's settings, with options before them.
    dataset
        Records of one's own, or None for those that the protocol names.
    records
        How many each client holds, or None for as many as there are for each.
    costs
        Of a unit of ε to each client, where a mechanism says so.
    """

    budgets: Budgets
    certified: bool
    protocol: Protocol
    dataset: Dataset | None
    records: int | list[int] | None
    costs: list[float] | None = None


def asked_for(
    spec: Path | None,
    budgets: Path | None,
    options: Mapping[str, Any],
    allow_code: bool,
    experiment: str | None = None,
    data: Path | None = None,
    records: int | None = None,
) -> Asked:
    """Read what a command names; budgets of a file, or of an experiment, take the place of the mechanism's.

    Raises
    ------
    InputError
        When nothing sells budgets, or anything named is wrong.
    """
    if spec is None and budgets is None and experiment is None:
        raise InputError("spec", None, "is needed, or --budgets", "name a specification, a file of budgets, or both")
    specification = None if spec is None else _read(spec, allow_code)
    protocol, own, listed = protocol_of(specification, {**options, "experiment": experiment})
    chosen, certified = _chosen(specification, budgets, experiment)
    return Asked(
        budgets=chosen,
        certified=certified,
        protocol=protocol,
        dataset=own if data is None else read_data(data),
        records=_records(records, listed, budgets, specification, chosen),
        costs=_costs(specification, chosen),
    )


def _chosen(asked: Specification | None, budgets: Path | None, experiment: str | None) -> tuple[Budgets, bool]:
    """Return the budgets, and whether the solution that sells them is certified."""
    from .accounting.budget_files import read_budgets
    from .training.published import experiment_budgets

    if budgets is not None:
        return read_budgets(budgets, clients=_people(asked)), True
    return _sold(asked) if experiment is None else (experiment_budgets(experiment), True)


def _read(spec: Path, allow_code: bool) -> Specification:
    from ..solvers.specification import read_specification

    with working("reading the specification"):
        return read_specification(spec, allow_code)


def read_data(path: Path) -> Dataset:
    """Return the records of a file or a folder."""
    from .training.formats.named import read_path

    with working("reading the data"):
        return read_path(path, "--data")


def _records(
    each: int | None, listed: Any, budgets: Path | None, asked: Specification | None, chosen: Budgets
) -> int | list[int] | None:
    """Return how many records each client holds: of the option, the specification, or a column beside the budgets."""
    from .training.records import listed_records, records_beside

    if each is not None:
        return each
    if listed is not None and asked is not None:
        return listed_records(listed, asked.folder, chosen.clients)
    return None if budgets is None else records_beside(budgets, chosen.clients)


def _costs(asked: Specification | None, chosen: Budgets) -> list[float] | None:
    """Return the privacy costs of the mechanism's people, where these are they."""
    cost = getattr(asked.model, "cost", None) if asked else None
    if cost is None or _people(asked) != list(chosen.clients):
        return None
    return [float(one) for one in cost]


def protocol_of(asked: Specification | None, options: Mapping[str, Any]) -> tuple[Protocol, Dataset | None, Any]:
    """Return the protocol of a specification with options before it, its own data set, and its [train] records."""
    from .training.own_data import read_dataset
    from .training.protocol import protocol_from

    settings, own = dict(asked.train) if asked else {}, None
    if asked is not None and isinstance(settings.get("dataset"), Mapping):
        own, _ = read_dataset(settings.pop("dataset"), "train.dataset", asked.folder)
    listed = settings.pop("records", None)
    given = {name: value for name, value in options.items() if value is not None}
    return protocol_from({**settings, **given}), own, listed


def _people(asked: Specification | None) -> list[str] | None:
    """Return the clients that a file must have a budget for; a contract's types stand for several each."""
    from ..formulations.language import Game

    return list(names) if asked and isinstance(asked.model, Game) and (names := asked.model.people()) else None


def _sold(asked: Specification | None) -> tuple[Budgets, bool]:
    """Return what the mechanism sells, and whether the solution is certified."""
    from .accounting.sold import sold_budgets

    assert asked is not None
    with working("solving"):
        solution = asked.solve()
        return sold_budgets(solution), solution.certificate.valid
