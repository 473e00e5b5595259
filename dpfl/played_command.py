"""Training in the rounds of a play: what `mechproof train` does where a specification has a table [play]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..formulations.errors import InputError
from ..solvers.commands.delivery import working

if TYPE_CHECKING:
    from ..solvers.specification import Specification
    from .training.data import Dataset

SETTINGS = ("delta", "repetitions", "seed")
"""Options that are settings of [train]; the rounds are the play's."""


@dataclass(frozen=True)
class TrainedPlay:
    """What was played and learned: the document, and how it is shown."""

    document: dict[str, Any]
    show: Callable[[Any], None]


def train_play(
    asked: Specification,
    options: Mapping[str, Any],
    unused: Mapping[str, Any],
    dataset: Dataset | None,
    records: int | None,
) -> TrainedPlay:
    """Play a specification's game in rounds, and train in each with the budgets that were sold in it.

    Parameters
    ----------
    asked
        The specification, with [play].
    options
        Settings of the command line; they go before those of [train] and [play].
    unused
        Options that ask for what a training in rounds has not.
    dataset, records
        In place of those of [train].

    Raises
    ------
    InputError
        When an option is given that has no meaning here.
    """
    from ..solvers.rounds.play import played
    from ..solvers.rounds.present import show_play, show_spent, show_trained
    from .training.played import train_as_asked

    assert asked.play is not None
    for name, value in unused.items():
        if value is not None:
            rule = "is for one training: a specification with [play] trains round by round, with each round's budgets"
            raise InputError(name, str(value), rule, "leave it out, or take [play] out of the specification")
    rounds = options["rounds"]
    declared = asked.play if rounds is None else replace(asked.play, rounds=rounds)
    changes = {name: options[name] for name in SETTINGS if options[name] is not None}
    asked = replace(asked, train={**(asked.train or {}), **changes})
    with working("playing") as say:
        found = played(asked.model, declared, say=lambda number: say(f"round {number:,}"))
    with working("training in the rounds"):
        trained = train_as_asked(found, asked, dataset, records)
    delta = trained.spent.delta

    def show(console: Any) -> None:
        show_play(console, found)
        show_spent(console, found, delta)
        show_trained(console, trained.document()["accuracy"])

    return TrainedPlay(found.document(asked, delta, trained), show)


def play_of(spec: Path | None, budgets: Path | None, experiment: str | None, allow_code: bool) -> Specification | None:
    """Return a specification whose budgets come of a play; None where they do not."""
    if spec is None or budgets is not None or experiment is not None:
        return None
    from ..solvers.specification import read_specification

    asked = read_specification(spec, allow_code)
    return None if asked.play is None else asked
