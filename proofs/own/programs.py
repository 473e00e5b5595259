"""What is asked of a program that declares a menu: that no bundle undercuts a price, that no type envies another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ...formulations.errors import MechproofError
from ...formulations.language import Program
from .arbitrage import arbitrage_free, check_cone
from .envy import check_neighbours, incentive_compatible
from .menus import Menu
from .questions import Question


def menu_of(model: Program) -> Menu:
    """Return a program's menu, with what its declaration lacks for a proof: that is compared here, and only once."""
    menu, lacking = Menu(model), {}
    for name, check in (("arbitrage-free", check_cone), ("incentive-compatibility", check_neighbours)):
        if name in dict(program_questions(menu)) and (name != "arbitrage-free" or model.constraints()):
            try:
                check(menu)
            except (MechproofError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
                lacking[name] = str(error)
    return Menu(model, lacking)


def program_questions(menu: Menu) -> Iterator[tuple[str, Callable[[], Question]]]:
    """Return what is asked of a program, by name."""
    if menu.attack:
        yield "arbitrage-free", partial(arbitrage_free, menu)
    if menu.utility is not None:
        yield "incentive-compatibility", partial(incentive_compatible, menu)
