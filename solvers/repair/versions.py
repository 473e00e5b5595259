"""Repairing a list of prices."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ...formulations.language import Model
from ...formulations.repair.versions import nearest_prices
from ...formulations.versions.pricing import VersionPricing
from ...formulations.versions.revenue import VersionRevenue
from .plan import Asked, Plan


def price_plan(asked: Asked) -> Plan:
    """Return how a list of prices is repaired: all of them may change."""
    asked.refuse_kept(())
    menu = asked.model
    assert isinstance(menu, VersionPricing | VersionRevenue)
    program = nearest_prices(menu, asked.stated, asked.norm)
    of_cone = ("in-cone",) if getattr(menu, "safety", "cone") == "cone" else ()
    safe = ("no-arbitrage", *of_cone)
    properties = tuple(name for name in (*safe, "monotone") if name in menu.properties)
    return Plan(program, properties, lambda _: menu, lambda *lists: _burdens(menu, *lists))


def _burdens(menu: Model, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what a buyer of each version pays more."""
    both = zip(before["price"], after["price"], strict=True)
    return {f"a buyer of {menu.owner_of(k)}": now - was for k, (was, now) in enumerate(both)}
