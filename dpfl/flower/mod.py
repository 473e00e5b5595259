r"""The mod: what leaves a client of Flower's is clipped, noised for its own budget, and paid for first.

.. code-block:: python

    @app.train(mods=[private()])
    def train(message, context): ...

**What is released** in a round, and all that is: the model that the server sent, :math:`\theta`, moved by

- unit ``client``: :math:`\bar u + \sigma\Delta Z`, where :math:`\bar u` is the function's update clipped to :math:`C`;
- unit ``record``: :math:`-\eta(\sum_r\bar g_r + \sigma\Delta Z)/n` (:func:`.records.descend`), :math:`n` declared;

and the weight :math:`n_i w_i` of the plan, a constant. Metrics, configurations and other arrays that the function puts
into its reply are dropped: a training loss is computed from the data, and no noise is in it. Arrays that are not
floating go back as the server sent them.

**Whether there is a release does not depend on the data's values.** An update of exactly zero, or one that is not
finite, counts as zero and is released as noise alone, at the price of any other. It is left out of the average in the
only way that gives nothing away: what it adds has mean zero. Were no reply sent instead, its absence would tell that
the update was zero, with certainty, and no :math:`\varepsilon` would hold. Left out altogether is only who is left out
publicly: a client whose budget is zero has no terms, and one whose budget is spent says so, which its public number of
rounds tells as well.

**Whatever else goes wrong ends in an Error reply**, made of fixed words: Flower sends the text of an exception to the
server, and that text can hold data. A training function that fails *because of what a record holds* would still tell
that it did; it should return the model as it was sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...formulations.errors import BudgetSpent, InputError
from ..accounting.entropy import system_normal
from ..accounting.privacy import Array as Doubles
from .clipping import Arrays, Clipped, clipped_update, floating
from .ledger_file import OwnLedger
from .node_terms import own_terms
from .records import collecting
from .terms import Terms

if TYPE_CHECKING:
    from flwr.app import Context, Message
    from flwr.clientapp.typing import ClientAppCallable, Mod

SPENT, REFUSED, FAILED = 900, 901, 902
"""Codes of Error replies: the budget is spent; terms, ledger or arrays are not as they must be; the training failed."""

WEIGHT = "dp-weight"

_log = logging.getLogger("mechproof.flower")


Release: TypeAlias = "Callable[[Message, Context, ClientAppCallable, Terms], Message]"
"""How a client's terms and its training function make an answer to a message; whatever it raises becomes an Error."""


def private(terms_of: Callable[[Context], Terms] = own_terms) -> Mod:
    """Return the mod for ``@app.train(mods=[private()])``.

    Parameters
    ----------
    terms_of
        How the client's terms are found: by default in its node's configuration, or in a simulation's folder of them.

    Returns
    -------
    flwr.clientapp.typing.Mod
        Messages that are no training pass through it as they are.

    Examples
    --------
    >>> mod = private()
    >>> mod.__name__
    'private_training'
    """
    return guarded(_alone, terms_of)


def guarded(release: Release, terms_of: Callable[[Context], Terms]) -> Mod:
    """Return a mod that answers training by `release`, and by an Error of fixed words where that raises anything."""

    def private_training(message: Message, context: Context, train: ClientAppCallable) -> Message:
        if message.metadata.message_type.split(".")[0] != "train":
            return train(message, context)
        try:
            return release(message, context, train, terms_of(context))
        except BudgetSpent:
            return _refusal(message, SPENT, "budget is spent")
        except InputError as error:
            _log.error("nothing was released: %s", error)
            return _refusal(message, REFUSED, "refused by the client; its own log says why")
        except Exception:
            _log.exception("nothing was released: the training failed")
            return _refusal(message, FAILED, "the training failed on the client; its own log says why")

    return private_training


def _refusal(message: Message, code: int, reason: str) -> Message:
    from flwr.app import Error, Message

    return Message(Error(code, reason), reply_to=message)


def _alone(message: Message, context: Context, train: ClientAppCallable, terms: Terms) -> Message:
    if terms.trust != "local":
        rule = "its noise is enough in a secure sum only, and here the server sees what each client sends"
        raise InputError("dp-trust", terms.trust, rule, "use private_sum(), or terms with trust local")
    return released(message, context, train, terms)


def released(message: Message, context: Context, train: ClientAppCallable, terms: Terms) -> Message:
    """Train, clip, pay, draw noise, and answer; see the module's text."""
    from flwr.app import Array, ArrayRecord, Message, MetricRecord, RecordDict

    ledger = OwnLedger(Path(terms.ledger), terms)
    ledger.check()
    name, sent = _model(message)
    moves = {"client": _moved_by_update, "record": _moved_by_records}
    move, scale = moves[terms.unit](message, context, train, sent, terms)
    ledger.charge(_place(message, context))  # on the disk before anything is drawn
    arrays = sent | {key: _noised(sent[key], clipped, scale, terms) for key, clipped in move.items()}
    model = ArrayRecord({key: Array(value) for key, value in arrays.items()})
    return Message(RecordDict({name: model, "metrics": MetricRecord({WEIGHT: terms.weight})}), reply_to=message)


def _noised(sent: NDArray[Any], clipped: Doubles, scale: float, terms: Terms) -> NDArray[Any]:
    noise = terms.deviation * system_normal(sent.size).reshape(sent.shape)
    return np.asarray(sent + scale * (clipped + noise), dtype=sent.dtype)


def _moved_by_update(
    message: Message, context: Context, train: ClientAppCallable, sent: Arrays, terms: Terms
) -> tuple[Clipped, float]:
    _, trained = _model(train(message, context))
    shapes = [{key: value.shape for key, value in arrays.items()} for arrays in (sent, trained)]
    if shapes[0] != shapes[1]:
        raise InputError("arrays", shapes[1], f"must be those that the server sent: {shapes[0]}", "return them all")
    update = {key: trained[key].astype(np.float64) - sent[key] for key in floating(sent, trained)}
    return clipped_update(update, terms.clip), 1.0


def _moved_by_records(
    message: Message, context: Context, train: ClientAppCallable, sent: Arrays, terms: Terms
) -> tuple[Clipped, float]:
    with collecting(sent, terms.clip) as collector:
        train(message, context)
    if collector.learning_rate is None:
        rule = "must be called by the training function, also when it holds no records"
        raise InputError("descend", "not called", rule, "hand over each record's gradient")
    return collector.total, -collector.learning_rate / terms.records


def _place(message: Message, context: Context) -> dict[str, Any]:
    rounds = [record.get("server-round") for record in message.content.config_records.values()]
    return {"run": context.run_id, "round": rounds[0] if rounds else None}


def _model(message: Message) -> tuple[str, dict[str, NDArray[Any]]]:
    """Return the name and the arrays of a message's only record of arrays."""
    records = {} if message.has_error() else message.content.array_records
    if len(records) != 1:
        raise InputError("message", len(records), "must hold exactly one ArrayRecord", "send the model alone")
    name, record = next(iter(records.items()))
    return name, {key: array.numpy() for key, array in record.items()}
