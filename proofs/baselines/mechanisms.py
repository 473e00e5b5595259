"""The same purchase by several mechanisms, on the same costs: what the server keeps, and what the truth costs.

A contest with caps and a best contract need to know something of the costs; VCG needs to know nothing, Myerson's rule
how they are distributed. The first best, which needs to know every client's cost, bounds all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Any

import numpy as np

from ...formulations.contract.declaration import PrivacyContract
from ...formulations.data import as_floats
from ...formulations.errors import InputError, LimitReached, UnsupportedModel
from ...formulations.language import Declaration
from ...formulations.procurement.declaration import PrivacyProcurement
from ...formulations.procurement.formulas import server_utility, welfare
from ...formulations.registry import Registry, name_of
from ...formulations.shown import Named, Shown
from ...formulations.stackelberg.declaration import StackelbergPricing
from ...solvers.readings.vectors import Vectors
from ...solvers.serialization import declared, plain, provenance
from ...solvers.solve import solve
from ...solvers.specification import Specification

PURCHASES: Registry[Callable[[Any], PrivacyProcurement]] = Registry("mechproof.purchases")
"""How a mechanism's clients, caps and revenue are read as a purchase."""
NAMES = ("contest", "contract", "vcg", "myerson", "first-best")
READINGS: Mapping[str, str] = {
    "contest": "the pool that is best for the server, shared by ε, under the caps; it must know the costs",
    "contract": "the menu of least variance at the pool that is best for the server and breaks no cap; it must know "
    "which costs there are, and not whose they are",
    "vcg": "truthful, and nothing need be known of the costs",
    "myerson": "truthful, with the prior that costs are drawn from",
    "first-best": "every client is paid its cost; the costs must be known",
}


@dataclass(frozen=True)
class Purchase:
    """What one mechanism does: what the server keeps, what is sold and paid in all; and whether that is certified."""

    server_utility: float
    total_epsilon: float
    paid: float
    certified: bool


@dataclass(frozen=True, repr=False)
class Row(Shown):
    """A mechanism's mean over the draws (of one, its number), with standard errors; None of one draw alone.

    `short_of_best` and `short_of_contest` are what the server keeps less than by the first best and by the contest with
    known costs, each as a part of that; `difference` is contest − this one, draw by draw, with its standard error.
    """

    name: str
    reading: str
    server_utility: float
    server_error: float | None
    total_epsilon: float
    paid: float
    short_of_best: float
    short_of_contest: float | None
    difference: float | None
    difference_error: float | None
    certified: int


@dataclass(frozen=True, eq=False, repr=False)
class MechanismComparison(Shown):
    """Several mechanisms on the same costs; `draws` is None for the declared costs, `skipped` says what is missing."""

    model: PrivacyProcurement
    rows: tuple[Row, ...]
    draws: int | None
    seed: int
    skipped: Mapping[str, str]

    def __getitem__(self, name: str) -> Row:
        """Return a mechanism's row."""
        return Named({row.name: row for row in self.rows})[name]

    def document(self, specification: Specification | None = None) -> dict[str, Any]:
        """Return the comparison as ``mechproof/compare-mechanisms/1``."""
        kind = specification.type if specification else name_of(type(self.model))
        return {
            "schema": "mechproof/compare-mechanisms/1",
            "mechanism": {"type": kind, "data": declared(self.model)},
            "draws": self.draws,
            "seed": self.seed,
            "rows": [plain(vars(row)) for row in self.rows],
            "skipped": dict(self.skipped),
            "provenance": provenance(specification.digests if specification else {}),
        }


def compare_mechanisms(
    model: Declaration, draws: int | None = None, seed: int = 0, say: Callable[[str], None] = lambda text: None
) -> MechanismComparison:
    """Return what a contest, a contract, VCG, Myerson's rule and the first best would do on the same costs.

    Parameters
    ----------
    model
        A `PrivacyProcurement`, or a `StackelbergPricing` with caps, whose clients and revenue are taken.
    draws
        How many times costs are drawn from the prior, at the declared caps; None for the declared costs alone.
    seed
        Of the draws.
    say
        Is told how far it has come.

    Returns
    -------
    MechanismComparison
        A row for each: means, standard errors, what the truth costs against the first best and the contest.

    Raises
    ------
    InputError
        When the model is none of these, or draws are asked for without a prior.

    Examples
    --------
    >>> import mechproof as mp
    >>> found = compare_mechanisms(mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4))
    >>> round(found["vcg"].server_utility, 6), round(found["first-best"].server_utility, 6), list(found.skipped)
    (0.772589, 1.772589, ['myerson'])
    """
    market = _market(model)
    if draws is not None and market.prior is None:
        raise InputError("draws", draws, "needs the prior that costs are drawn from", "declare one, or leave draws out")
    if draws is not None and draws < 2:
        raise InputError("draws", draws, "must be at least 2, for a standard error")
    found: dict[str, list[Purchase]] = {}
    skipped: dict[str, str] = {}
    for index, costs in enumerate(_costs(market, draws, seed)):
        if draws is not None:
            say(f"draw {index + 1} of {draws}")
        for name, buy in _PURCHASES.items():
            if name in skipped:
                continue
            try:
                found.setdefault(name, []).append(buy(market, costs))
            except (InputError, UnsupportedModel, LimitReached) as refusal:
                skipped[name] = str(refusal)
                found.pop(name, None)
    rows = tuple(_row(name, found) for name in NAMES if name in found)
    return MechanismComparison(market, rows, draws, seed, skipped)


def as_declared(model: PrivacyProcurement) -> PrivacyProcurement:
    """Return a procurement as it is."""
    return model


def of_contest(model: StackelbergPricing) -> PrivacyProcurement:
    """Return the purchase from a contest's clients, who must have caps."""
    if model.epsilon_cap is None:
        raise InputError("epsilon_cap", None, "is needed", "without caps there is no purchase to be compared with")
    return PrivacyProcurement(model.cost, model.epsilon_cap, value=model.revenue, client=model.client)


def _market(model: Declaration) -> PrivacyProcurement:
    purchase = PURCHASES.of(type(model))
    if purchase is None:
        remedy = "give a PrivacyProcurement, or a StackelbergPricing with epsilon_cap"
        raise InputError("mechanism.type", type(model).__name__, "buys nothing of clients with caps", remedy)
    return purchase(model)


def _costs(market: PrivacyProcurement, draws: int | None, seed: int) -> Iterator[Any]:
    if draws is None:
        yield market.cost
        return
    generator = np.random.default_rng(seed)
    for _ in range(draws):
        yield market.prior.draw(generator, len(market.cost))


def _row(name: str, found: Mapping[str, list[Purchase]]) -> Row:
    kept = {other: np.array([one.server_utility for one in purchases]) for other, purchases in found.items()}
    mine, several = kept[name], len(kept[name]) > 1
    contest = kept.get("contest")
    apart = None if contest is None else contest - mine
    return Row(
        name,
        READINGS[name],
        float(np.mean(mine)),
        _error(mine) if several else None,
        float(np.mean([one.total_epsilon for one in found[name]])),
        float(np.mean([one.paid for one in found[name]])),
        _short(kept["first-best"], mine),
        None if contest is None else _short(contest, mine),
        None if apart is None else float(np.mean(apart)),
        _error(apart) if several and apart is not None else None,
        sum(one.certified for one in found[name]),
    )


def _error(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1) / sqrt(len(values)))


def _short(best: np.ndarray, mine: np.ndarray) -> float:
    whole = float(np.mean(best))
    return float(np.mean(best - mine)) / whole if whole else 0.0


def _contest(market: PrivacyProcurement, cost: Any) -> Purchase:
    game = StackelbergPricing(cost=cost, revenue=market.value, epsilon_cap=market.epsilon_cap)
    s = solve(game)
    total = float(np.sum(s.values["epsilon"]))
    return Purchase(float(s.values["server_utility"]), total, float(np.sum(s.values["payment"])), s.certificate.valid)


def _by_rule(rule: str) -> Callable[[PrivacyProcurement, Any], Purchase]:
    def buy(market: PrivacyProcurement, cost: Any) -> Purchase:
        prior = market.prior if rule == "myerson" else None
        s = solve(replace(market, cost=cost, rule=rule, prior=prior))
        total, paid = float(s.values["total_epsilon"]), float(np.sum(s.values["payment"]))
        return Purchase(float(s.values["server_utility"]), total, paid, s.certificate.valid)

    return buy


def _first_best(market: PrivacyProcurement, cost: Any) -> Purchase:
    s = solve(replace(market, cost=cost, rule="vcg", prior=None))
    data, spent = s.model.read_in(Vectors()), float(as_floats(cost) @ s.values["epsilon"])
    kept = float(welfare(Vectors(), s.values["epsilon"], data["cost"], data["client_count"], data["value"]))
    return Purchase(kept, float(s.values["total_epsilon"]), spent, s.certificate.valid)


def _contract(market: PrivacyProcurement, cost: Any) -> Purchase:
    """The contract at the pool that is best for the server, among those at which no cap is exceeded."""
    from scipy.optimize import minimize_scalar

    able = np.flatnonzero(as_floats(market.epsilon_cap) > 0)
    if not len(able):
        raise UnsupportedModel("nobody may sell anything")
    cap, costs = as_floats(market.epsilon_cap)[able], np.asarray(cost)[able]
    data = market.read_in(Vectors())

    def menu(pool: float) -> Any:
        return solve(PrivacyContract(cost=costs, count=np.ones(len(able)), reward_pool=pool))

    def kept(s: Any) -> float:
        bought = (s.values["payment"], s.values["epsilon"], data["client_count"], data["value"])
        return float(server_utility(Vectors(), *bought))

    most = log(float(market.value.largest_pool))
    best = exp(minimize_scalar(lambda x: -kept(menu(exp(x))), bounds=(most - 12, most), method="bounded").x)
    if np.any(menu(best).values["epsilon"] > cap):
        low, high = 0.0, best
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (low, middle) if np.any(menu(middle).values["epsilon"] > cap) else (middle, high)
        best = low
    s = menu(best)
    total, paid = float(np.sum(s.values["epsilon"])), float(np.sum(s.values["payment"]))
    return Purchase(kept(s), total, paid, s.certificate.valid)


_PURCHASES: Mapping[str, Callable[[PrivacyProcurement, Any], Purchase]] = {
    "contest": _contest,
    "contract": _contract,
    "vcg": _by_rule("vcg"),
    "myerson": _by_rule("myerson"),
    "first-best": _first_best,
}
