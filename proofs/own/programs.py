"""What is asked of a program that declares a menu: that no bundle undercuts a price, that no type envies another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ...formulations.language import Program
from .arbitrage import arbitrage_free
from .envy import incentive_compatible
from .menus import Menu
from .questions import Question


def program_questions(model: Program) -> Iterator[tuple[str, Callable[[], Question]]]:
    """Return what is asked of a program, by name."""
    menu = Menu(model)
    if menu.attack:
        yield "arbitrage-free", partial(arbitrage_free, menu)
    if menu.utility is not None:
        yield "incentive-compatibility", partial(incentive_compatible, menu)
