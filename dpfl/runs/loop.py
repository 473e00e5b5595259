r"""The rounds of a private training, in one place: contribute, charge, draw, apply, keep.

The order is what makes it safe to be interrupted anywhere. A round is charged, on the disk, before its noise is drawn;
its state is kept before the next round begins. A run that goes on finds the round in flight charged: one from the
system's entropy charges it once more, and draws new noise; a seeded one draws the same again, which tells nobody
anything new, and its ledger comes out the same to the last byte.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...solvers.serialization import write_whole
from ..accounting.plan import NoisePlan
from ..accounting.privacy import Array
from .chain import Line, line_text
from .charging import Purse
from .checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from .engine import Contribution, Engine, State
from .ledger import Ledger, open_ledger
from .measured import measured
from .noise import Noise, SeededNoise, SystemNoise, noised
from .terms import Terms, digest, ranges, terms_of

RoundTold = Callable[[int, int], None]
"""Called after each round, as ``told(done, of)``."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A run that came to its end.

    Attributes
    ----------
    run
        Its id in the ledger.
    state
        The model.
    rounds
        How many were made.
    lines
        The whole ledger, in which the transcript of this run stands last. It holds what was measured on the data, which
        no noise protects: it is the runner's own, and not to be published.
    head
        The digest of the last line.
    """

    run: str
    state: State
    rounds: int
    lines: tuple[Line, ...]
    head: str

    def write_transcript(self, path: str | os.PathLike[str]) -> None:
        """Write the lines to a file, whole or not at all, as ``mechproof audit`` reads them."""
        write_whole(Path(path), "".join(line_text(line) + "\n" for line in self.lines))


def run_training(
    engine: Engine,
    plan: NoisePlan | Terms,
    *,
    ledger: str | os.PathLike[str] | Ledger | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    seed: int | np.random.SeedSequence | None = None,
    rounds: int | None = None,
    told: RoundTold | None = None,
) -> Trained:
    r"""Train in rounds whose noise is charged before it is drawn, and measured when it was.

    Parameters
    ----------
    engine
        What is trained; see :class:`.engine.Engine`.
    plan
        Noise and weights, from ``mp.calibrate``.
    ledger
        A file that all runs over the same clients share: their costs add up, :math:`\sum\mu^2`, and the round that
        would overspend a budget is refused. None keeps the transcript in memory alone and binds nobody.
    checkpoint
        A file that is replaced after each round; a run that finds it goes on from there.
    seed
        None draws from the system's entropy, as whatever is released must. A seed is for a study; it is written down.
    rounds
        Stop after so many, at most the plan's.
    told
        Called after each round.

    Returns
    -------
    Trained
        The model and its transcript.

    Raises
    ------
    BudgetSpent
        When a round would overspend somebody's budget. Nothing of that round is drawn or written.
    InputError
        When the checkpoint is of another run, or a file cannot be written.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.dpfl.training.aggregate_engine import Descent
    >>> from mechproof.dpfl.training.linear_engine import LinearEngine
    >>> engine = LinearEngine(np.eye(2), np.array([0, 1]), np.array([0, 1]), Descent(3, 1.0, 1.0, 2))
    >>> plan = mp.calibrate([8, 2], delta=1e-5, rounds=3, trust="secure-sum", unit="record", adjacency="add-or-remove")
    >>> trained = run_training(engine, plan, seed=1)
    >>> [line["kind"] for line in trained.lines]
    ['run', 'charge', 'round', 'charge', 'round', 'charge', 'round']
    """
    terms = plan if isinstance(plan, Terms) else terms_of(plan)
    noise: Noise = SystemNoise() if seed is None else SeededNoise(seed)
    path = None if checkpoint is None else Path(checkpoint)
    last = terms.rounds if rounds is None else min(rounds, terms.rounds)
    with _opened(ledger) as book:
        place = _begun(engine.start(), terms, noise, book, path)
        purse = Purse(terms, place.run, book)
        purse.finish(place.last)  # kept before an interruption, and perhaps not written yet
        for round in range(place.round, last):
            place = _one_round(engine, terms, noise, purse, place)
            if path is not None:
                write_checkpoint(place, path)
            purse.finish(place.last)
            if told is not None:
                told(round + 1, last)
        return Trained(place.run, place.state, place.round, tuple(book.lines), book.head)


@contextmanager
def _opened(ledger: str | os.PathLike[str] | Ledger | None) -> Iterator[Ledger]:
    if ledger is None or isinstance(ledger, Ledger):
        yield ledger or Ledger()
        return
    with open_ledger(ledger) as book:
        yield book


def _begun(start: State, terms: Terms, noise: Noise, book: Ledger, path: Path | None) -> Checkpoint:
    """Return where a run stands: at its beginning, or where its checkpoint says, with a ledger that says the same."""
    shapes = {name: list(values.shape) for name, values in start.items()}
    opening = {"noise_source": noise.document(), "parameters": shapes, "start": digest(start), **terms.document()}
    place = _place(start, _sha(opening), book, path)
    if any(line.get("run") == place.run for line in book.lines):
        return place
    if place.round:
        rule = f"holds nothing of the run {place.run} that is to go on"
        raise InputError("ledger", "given", rule, "name the ledger that it began with, or begin a new checkpoint")
    if book.file is not None:
        book.allow_newcomers(terms.client, terms.budget, terms.delta.tolist())
    book.append({"kind": "run", "run": place.run, **opening})
    return place


def _place(start: State, opened: str, book: Ledger, path: Path | None) -> Checkpoint:
    """Return what a checkpoint holds, or make the first; only then does a ledger hear of the run."""
    if path is None or not path.exists():
        place = Checkpoint(_sha({"opening": opened, "after": book.head})[:16], opened, 0, start, None)
        if path is not None:
            write_checkpoint(place, path)
        return place
    place = read_checkpoint(path)
    if place.opening != opened:
        rule = "is of another run: its plan, its model or its seed differ"
        raise InputError("checkpoint", str(path), rule, "name another file, or move this one away")
    return place


def _one_round(engine: Engine, terms: Terms, noise: Noise, purse: Purse, place: Checkpoint) -> Checkpoint:
    round = place.round
    weight = terms.weight_in(round)
    given = engine.contribute(place.state, weight, round)
    _refuse_what_is_no_sum(given, weight)
    charge = purse.charge(
        {
            "kind": "charge",
            "run": place.run,
            "round": round,
            "participants": ranges(given.participants),
            "weights": digest({"weight": weight}),
            "deviation": terms.deviation(given.participants),
        },
        noise.seeded,
    )
    released = noised(given.total, charge["deviation"], noise.draw(round, given.total))
    state = engine.apply(place.state, released)
    line = {
        "kind": "round",
        "run": place.run,
        "round": round,
        "attempt": charge["attempt"],
        "largest_norm": given.largest_norm,
        "noise": measured(given.total, released),
        "state": digest(state),
    }
    return replace(place, round=round + 1, state=state, last=line)


def study_rounds(engine: Engine, weight: Array, deviation: Array | float, rounds: int, noise: Noise) -> State:
    """Return what an engine learns in rounds that are neither charged nor measured: for what is only compared with.

    Parameters
    ----------
    engine, noise
        As in :func:`run_training`.
    weight
        One a client, the same in all rounds.
    deviation
        Of the noise of each coordinate; or what each client adds to it, of which those count who answer.
    rounds
        How many.

    Examples
    --------
    >>> from mechproof.dpfl.training.aggregate_engine import Descent
    >>> from mechproof.dpfl.training.linear_engine import LinearEngine
    >>> engine = LinearEngine(np.eye(2), np.array([0, 1]), np.array([0, 1]), Descent(9, 1.0, 1.0, 2))
    >>> study_rounds(engine, np.array([0.5, 0.5]), 0.0, 1, SeededNoise(0))["head"].round(6).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    state = engine.start()
    for round in range(rounds):
        given = engine.contribute(state, weight, round)
        whole = deviation if isinstance(deviation, float) else np.linalg.norm(deviation[list(given.participants)])
        state = engine.apply(state, noised(given.total, float(whole), noise.draw(round, given.total)))
    return state


def _refuse_what_is_no_sum(given: Contribution, weight: Array) -> None:
    if not all(np.isfinite(values).all() for values in given.total.values()):
        raise InputError("engine, total", "not finite", "a round's sum must be finite", "look for NaN in the data")
    rows = np.asarray(given.participants, dtype=np.int64)
    strange = rows[~(weight[rows] > 0)]
    if strange.size:
        rule = "contributed in a round in which it takes no part"
        raise InputError("engine, participants", int(strange[0]), rule, "contribute for positive weights alone")


def _sha(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
