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
from .rationality import OF_ALL, OF_ONE, check_rational_for_all, check_rational_for_the_last, individually_rational

CHECKS: tuple[tuple[str, str, Callable[[Menu], None]], ...] = (
    ("arbitrage-free", "arbitrage-free", check_cone),
    ("incentive-compatibility", "incentive-compatibility", check_neighbours),
    (OF_ALL, "individual-rationality", check_rational_for_all),
    (OF_ONE, "individual-rationality", check_rational_for_the_last),
)
"""What declarations are compared with, each for a question, and what a lack of it is remembered by."""


def menu_of(model: Program) -> Menu:
    """Return a program's menu, with what its declaration lacks for a proof: that is compared here, and only once."""
    menu, lacking = Menu(model), dict[str, str]()
    asked = dict(program_questions(menu))
    for name, question, check in CHECKS:
        if question in asked and (question != "arbitrage-free" or model.constraints()):
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
        if {"individual-rationality"} & {*menu.model.promises, *menu.model.properties}:
            yield "individual-rationality", partial(individually_rational, menu)
