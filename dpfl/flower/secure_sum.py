r"""Trust in the sum alone, through Flower's SecAgg+: a client's own noise would not be enough, everybody's together is.

Of Flower's interfaces only the legacy workflow has SecAgg+; what is here lets training functions for the newer one,
written for :func:`.mod.private`, be used with it as they are.

The sum's noise is counted on whole. So nobody may be missing: every key is shared among all clients, and all shares are
needed to open the sum. **Each client refuses to take part in anything else**, or to open a sum that somebody is missing
from. A round in which somebody drops out opens nothing, though those who replied in it have paid.

SecAgg+ adds whole numbers. A client's weight is put on its grid by rounding it *down*, and its noise made larger by as
much; so the sum's noise is the plan's, and nobody counts for more than planned. The noised values are rounded to the
grid at random, by less than one step of :math:`2R/2^{22}`, with :math:`R` the range. The account is of the sum
of the values before that rounding, and counts it neither as noise nor against it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...formulations.errors import InputError
from ...formulations.extras import refuse_missing
from .mod import WEIGHT, guarded, released
from .node_terms import own_terms
from .terms import PREFIX, Terms, taking_part

if TYPE_CHECKING:
    from flwr.app import ArrayRecord, Context, Message
    from flwr.clientapp.typing import ClientAppCallable, Mod
    from flwr.serverapp import Grid

    from ..accounting.plan import NoisePlan

STEPS = 2**22
"""Of the grid of SecAgg+, for weights up to 1 and for values within the range."""

_NAMES, _ROUND = f"{PREFIX}names", "server-round"


def private_sum(terms_of: Callable[[Context], Terms] = own_terms) -> Mod:
    """Return the mod for ``@app.train(mods=[private_sum()])``, in place of :func:`.mod.private` and ``secaggplus_mod``.

    Parameters
    ----------
    terms_of
        As for :func:`.mod.private`; the terms' trust must be ``secure-sum``.
    """
    return guarded(_summed, terms_of)


def _summed(message: Message, context: Context, train: ClientAppCallable, terms: Terms) -> Message:
    from flwr.client.mod import secaggplus_mod

    if terms.trust != "secure-sum":
        raise InputError("dp-trust", terms.trust, "must be secure-sum here", "use private() for terms with trust local")
    _require_everybody(message, terms)

    def masked(message: Message, context: Context) -> Message:
        return _legacy_answer(released(_named(message), context, train, on_grid(terms)), message)

    answer: Message = secaggplus_mod(message, context, masked)
    return answer


def on_grid(terms: Terms) -> Terms:
    """Return terms whose weight is a whole number of steps, and whose noise in the sum is as before.

    Raises
    ------
    InputError
        For a weight of less than one step.

    Examples
    --------
    >>> terms = Terms("ann", 1, 1e-5, 5, "client", "add-or-remove", "secure-sum", 1, 1, 9.0, 1 / 3, "ann.jsonl", 3)
    >>> whole = on_grid(terms)
    >>> whole.weight * STEPS, round(whole.weight * whole.sigma, 12)
    (1398101.0, 3.0)
    """
    weight = math.floor(terms.weight * STEPS) / STEPS
    if weight == 0:
        raise InputError("dp-weight", terms.weight, f"must be at least {1 / STEPS:.1e} in a secure sum", "ask for more")
    return replace(terms, weight=weight, sigma=terms.sigma * terms.weight / weight)


def _require_everybody(message: Message, terms: Terms) -> None:
    """Refuse a protocol that could open a sum in which somebody's noise is missing, or the values of one."""
    from flwr.common.secure_aggregation.secaggplus_constants import RECORD_KEY_CONFIGS, Key, Stage

    asked = message.content.config_records[RECORD_KEY_CONFIGS]
    wanted: dict[str, Any] = {}
    if asked[Key.STAGE] == Stage.SETUP:
        everybody = dict.fromkeys((Key.SAMPLE_NUMBER, Key.SHARE_NUMBER, Key.THRESHOLD), terms.clients)
        wanted = everybody | {Key.TARGET_RANGE: STEPS, Key.MAX_WEIGHT: 1.0}
    elif asked[Key.STAGE] == Stage.UNMASK:
        wanted = {Key.DEAD_NODE_ID_LIST: []}
    for key, value in wanted.items():
        if asked[key] != value:
            rule = f"must be {value}: the sum is over all {terms.clients} clients or is not opened"
            raise InputError(f"secure sum, {key}", asked[key], rule, "start the server by train_by_secure_sum(plan, …)")


def _named(message: Message) -> Message:
    """Give a legacy message the form that training functions know: arrays by the model's names, and a configuration."""
    from flwr.app import ArrayRecord, ConfigRecord, RecordDict

    config = message.content.config_records["fitins.config"]
    given = message.content.array_records["fitins.parameters"].values()
    arrays = ArrayRecord(dict(zip(json.loads(str(config[_NAMES])), given, strict=True)))
    message.content = RecordDict({"arrays": arrays, "config": ConfigRecord({_ROUND: config[_ROUND]})})
    return message


def _legacy_answer(answer: Message, message: Message) -> Message:
    from flwr.app import Message
    from flwr.common import Code, FitRes, Status, ndarrays_to_parameters
    from flwr.compat.common.recorddict_compat import fitres_to_recorddict

    (arrays,) = answer.content.array_records.values()
    (metrics,) = answer.content.metric_records.values()
    parameters = ndarrays_to_parameters(arrays.to_numpy_ndarrays())
    weight: Any = metrics[WEIGHT]  # said to be a whole number, and multiplied as any
    result = FitRes(Status(Code.OK, ""), parameters, weight, {})
    return Message(fitres_to_recorddict(result, keep_input=False), reply_to=message)


def train_by_secure_sum(
    plan: NoisePlan,
    grid: Grid,
    context: Context,
    initial: ArrayRecord,
    *,
    largest: float = 8.0,
    told: Callable[[int, ArrayRecord], None] = lambda round, arrays: None,
    timeout: float | None = None,
) -> ArrayRecord:
    """Train through SecAgg+, for as many rounds as planned; to be called in a server app's main function.

    Parameters
    ----------
    plan
        With the trust ``secure-sum``.
    grid, context
        Of the main function.
    initial
        The model before the first round; floating arrays only.
    largest
        How large a weighted parameter may get: the range of the whole numbers is this, and nine deviations of noise.
    told
        Called with the round, from 0, and the model after it.
    timeout
        Seconds that a client may take for each step; without it the server waits for ever for one that is gone.

    Returns
    -------
    flwr.app.ArrayRecord
        The model after the last round. A round in which anybody was missing changes nothing.

    Raises
    ------
    InputError
        For a plan with another trust.
    UnsupportedModel
        Without Flower.
    """
    refuse_missing("training by Flower", "flwr")
    from flwr.app import Array, ArrayRecord
    from flwr.common import ndarrays_to_parameters
    from flwr.server import LegacyContext, ServerConfig
    from flwr.server.strategy import FedAvg
    from flwr.server.workflow import DefaultWorkflow, SecAggPlusWorkflow

    if plan.trust != "secure-sum":
        raise InputError("trust", plan.trust, "must be secure-sum", "use server(plan) for local noise")
    clients, names = len(taking_part(plan)), list(initial)
    kinds = [array.numpy().dtype for array in initial.values()]
    model = [initial]

    def keep(round: int, values: list[Any], config: dict[str, Any]) -> None:
        found = zip(names, values, kinds, strict=True)
        model.append(ArrayRecord({name: Array(value.astype(kind)) for name, value, kind in found}))
        told(round, model[-1])

    strategy = FedAvg(
        fraction_evaluate=0.0,
        min_fit_clients=clients,
        min_available_clients=clients,
        accept_failures=False,
        initial_parameters=ndarrays_to_parameters(initial.to_numpy_ndarrays()),
        on_fit_config_fn=lambda round: {_ROUND: round, _NAMES: json.dumps(names)},
        evaluate_fn=keep,
    )
    reach = largest + 9 * plan.noise / math.sqrt(clients)
    rounds = SecAggPlusWorkflow(
        1.0, 1.0, max_weight=1.0, clipping_range=reach, quantization_range=STEPS, timeout=timeout
    )
    run = LegacyContext(context, ServerConfig(num_rounds=plan.rounds), strategy)
    DefaultWorkflow(fit_workflow=rounds)(grid, run)
    return model[-1]
