"""Whether a bundle can undercut a price of a menu whose neighbours' prices obey the declared constraints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise, product
from typing import Any

import numpy as np

from ...formulations.algebra import Formula
from ...formulations.errors import UnsupportedModel
from ...formulations.versions.menu import monotone_slack, proportional_slack, version_weight
from ...solvers.readings.rationals import Rationals
from ..claims.claim import Axiom
from ..kernel.sentence import Induction, Relation, Sentence, above, at_least, at_most
from .menus import ALIKE, NEIGHBOURS, Menu, broken_menu
from .questions import Part, Question, Route

BUNDLES = Axiom("induction over bundles", "what goes on holding with one item more holds of every bundle", "induction")


def arbitrage_free(menu: Menu) -> Question:
    """Whether no bundle that makes up for a version costs less than the version."""
    statement = "No bundle of versions that makes up for a version costs less than it, for every number of versions"
    name = "arbitrage-free"
    look = partial(broken_menu, menu, _undercut(menu))
    if not menu.model.constraints():
        unconstrained = "the prices that are allowed are not declared as constraints"
        return Question(name, f"{statement}.", reason=unconstrained)
    if reason := menu.undeclared.get(name):
        return Question(name, f"{statement}.", look=look, reason=reason)
    parts = _safe(menu.attack)
    text = f"{statement} of different ε"
    route = Route("cone", text, parts, (ALIKE, NEIGHBOURS, BUNDLES))
    return Question(name, f"{statement}.", (route,), look=look)


def check_cone(menu: Menu) -> None:
    """Make sure that neighbours' prices are constrained to the cone.

    Raises
    ------
    UnsupportedModel
        When they are not.
    """
    _signs(menu)
    menu.declares(partial(_cone, menu.attack))


def _signs(menu: Menu) -> None:
    """Make sure that budgets are positive and prices not negative.

    Raises
    ------
    UnsupportedModel
        When they need not be.
    """
    budget = menu.rules.get("epsilon")
    if budget is None or budget.per is None or budget.above is None or budget.above < 0:
        raise UnsupportedModel("versions have no positive privacy budgets called epsilon")
    for model in menu.compared:
        lower = next(np.asarray(item.lower, dtype=float) for item in model.variables() if item.name == "price")
        if np.any(lower < 0):
            raise UnsupportedModel("prices may be negative")


def _cone(attack: str, model: Any, a: Any, roles: Mapping[str, Any]) -> list[Any]:
    """The slacks of neighbours in ascending order of budgets."""
    price, weight = roles["price"], [version_weight(a, epsilon, attack) for epsilon in roles["epsilon"]]
    pairs = list(pairwise(sorted(range(len(price)), key=list(roles["epsilon"]).__getitem__)))
    rising = [monotone_slack(a, price[k], price[n]) for k, n in pairs]
    return [*rising, *(proportional_slack(a, price[k], weight[k], price[n], weight[n]) for k, n in pairs)]


def _safe(attack: str) -> dict[str, Part]:
    """The sentences: weights rise; what holds of two versions holds on to the next; no bundle undercuts."""
    rises = Sentence(
        {
            "ε > 0": lambda a, epsilon: above(epsilon, 0),
            "ε′ > ε": lambda a, epsilon, next_epsilon: above(next_epsilon, epsilon),
        },
        lambda a, epsilon, next_epsilon: above(
            version_weight(a, next_epsilon, attack), version_weight(a, epsilon, attack)
        ),
        (lambda a, epsilon: above(version_weight(a, epsilon, attack), 0),),
    )
    apart: dict[str, Formula] = {
        "x₀ > 0": lambda a, first_weight: above(first_weight, 0),
        "x ≥ x₀": lambda a, weight, first_weight: at_least(weight, first_weight),
        "x′ > x": lambda a, weight, next_weight: above(next_weight, weight),
        "v₀ ≥ 0": lambda a, first_price: at_least(first_price, 0),
        "v₀ ≤ v": lambda a, first_price, price: at_most(first_price, price),
        "v₀ x ≥ v x₀": lambda a, first_price, weight, price, first_weight: at_least(
            first_price * weight, price * first_weight
        ),
        "v rises": lambda a, price, next_price: at_least(monotone_slack(a, price, next_price), 0),
        "v/x does not": lambda a, price, weight, next_price, next_weight: at_least(
            proportional_slack(a, price, weight, next_price, next_weight), 0
        ),
    }
    bundle = Induction(
        {"weights": lambda a, weight: weight, "costs": lambda a, price: price},
        (
            lambda a, weights: at_least(weights, 0),
            lambda a, weights, costs, wanted_weight, wanted_price: at_least(
                costs * wanted_weight, wanted_price * a.minimum(weights, wanted_weight)
            ),
        ),
        given={
            "x > 0": lambda a, wanted_weight: above(wanted_weight, 0),
            "v ≥ 0": lambda a, wanted_price: at_least(wanted_price, 0),
        },
        member={
            "xᵢ > 0": lambda a, weight: above(weight, 0),
            "vᵢ ≥ v where xᵢ ≥ x, vᵢ/xᵢ ≥ v/x where xᵢ ≤ x": lambda a, price, weight, wanted_price, wanted_weight: (
                at_least(price * wanted_weight, wanted_price * a.minimum(weight, wanted_weight))
            ),
        },
        closing={"the bundle makes up for it": lambda a, weights, wanted_weight: at_least(weights, wanted_weight)},
        goal=lambda a, costs, wanted_price: at_least(costs, wanted_price),
    )
    return {
        "weights rise with ε": rises,
        "dearer, from a version to the next": Sentence(
            apart, lambda a, first_price, next_price: at_most(first_price, next_price)
        ),
        "cheaper per weight, from a version to the next": Sentence(
            apart,
            lambda a, first_price, next_weight, next_price, first_weight: at_least(
                first_price * next_weight, next_price * first_weight
            ),
        ),
        **{f"bundle: {name}": sentence for name, sentence in bundle.sentences().items()},
    }


def _undercut(menu: Menu) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return the test whether a bundle of up to four copies of two versions undercuts a price."""

    def broken(model: Any, roles: Mapping[str, Any]) -> Any:
        price = roles["price"]
        weight = [version_weight(Rationals(), epsilon, menu.attack) for epsilon in roles["epsilon"]]
        for wanted, one, other in product(range(len(price)), repeat=3):
            # small bundles only, so that an instance can be read; what needs more copies is left to the proof
            for copies, more in product(range(5), range(3)):
                heavy = copies * weight[one] + more * weight[other] >= weight[wanted]
                cost = copies * price[one] + more * price[other]
                if heavy and cost < price[wanted]:
                    told = f"{copies} × version {one} and {more} × version {other} make up for version {wanted}"
                    return Relation(cost, ">=", price[wanted]), told
        return None

    return broken
