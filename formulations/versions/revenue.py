"""Revenue from versions: the safe menu of prices that earns most from the buyers of a survey.

Sources: Chen, Koutris & Kumar, SIGMOD 2019; Liu et al., *Dealer*, PVLDB 14(6) 2021 (its complete price space is that
of `price_space`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Vector, as_floats, as_fractions, entry
from ..declaration import choice, labels, vector
from ..errors import InputError
from ..language import Constraint, Decision, Form, Program
from .menu import ATTACKS, MenuCone, refuse_equal_versions, version_weight
from .price_space import PriceSpace, price_space
from .revenue_programs import MenuSelection, closure_form

MOST_PRICES = 20_000
"""Up to how many prices the closure is offered."""
MOST_BUYERS = 100
"""Up to how many buyers the program with whole variables is offered."""


def revenue(a: Algebra, price: Any, value: Any, wanted: Any) -> Any:
    """Σ_b v_{j(b)} over the buyers b who value the version they want at its price or more."""
    return a.sum(price[wanted] * a.at_least(value, price[wanted]))


def revenue_lost(a: Algebra, price: Any, value: Any, wanted: Any) -> Any:
    """Minus the revenue, to be minimised."""
    return -revenue(a, price, value, wanted)


def indices_of(wanted: Sequence[Any], names: Sequence[str]) -> list[Any]:
    """Return wishes with names as the indices of the versions; a number is one, unless a version is called so.

    Raises
    ------
    InputError
        When a wish is neither a version's name nor a number, or could be either.

    Examples
    --------
    >>> indices_of(["gold", 0, "basic"], ["basic", "gold"])
    [1, 0, 0]
    """
    place = {name: index for index, name in enumerate(names)}
    found: list[Any] = []
    for buyer, wish in enumerate(wanted):
        if not isinstance(wish, str):
            found.append(wish)
            continue
        number = wish.strip().removeprefix("+")
        if wish not in place and not number.isdecimal():
            raise InputError(f"wanted[{buyer}]", wish, "is no version's name", f"they are {', '.join(names)}")
        if wish in place and number.isdecimal() and int(number) != place[wish] and int(number) < len(names):
            rule = f"is the name of version {place[wish]} and the index of another"
            raise InputError(f"wanted[{buyer}]", wish, rule, "name versions otherwise, or give indices as numbers")
        found.append(place.get(wish, wish))
    return found


class VersionRevenue(Program):
    """The safe menu of prices that earns most from surveyed buyers.

    Versions of privacy budgets ε_j cost v_j; buyer b wants version j(b), and buys it if the price is at most t_b:

        max Σ_b v_{j(b)} [t_b ≥ v_{j(b)}]   subject to   0 ≤ v_j ≤ v_{j+1},   v_j/x_j ≥ v_{j+1}/x_{j+1}

    in the order of ε, with x_j = ε_j or ε_j².

    Parameters
    ----------
    epsilon
        ε_j > 0, the versions' privacy budgets, all different, in any order.
    wanted
        j(b), for each surveyed buyer the version wanted: its index from 0 in the order of `epsilon`, or its name.
    value
        t_b ≥ 0, for each buyer the valuation of that version, money.
    attack
        "composition" (budgets add up, x = ε), "averaging" (independent noise averages out, x = ε²) or "none"
        (prices need only be monotone).
    version, buyer
        Names, used in every message.

    Raises
    ------
    InputError
        When a number breaks its rule, two versions have the same ε, or a buyer wants a version there is not.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.3", "0.5"])
    >>> best = mp.solve(market, arithmetic="exact")
    >>> print(*best.exact["price"], best.exact["revenue"], best.certificate.valid)
    1/10 3/10 7/10 True
    """

    epsilon: Vector = vector("a version's privacy budget", above=0, per="version", unit="ε", symbol=r"\varepsilon")
    wanted: Vector = vector("the index of the version wanted", at_least=0, whole=True, per="buyer", symbol="w")
    value: Vector = vector("a buyer's valuation", at_least=0, per="buyer", unit="money", symbol="t")
    attack: str = choice(*ATTACKS, default="composition")
    version: Any = labels("version", default=None)
    buyer: Any = labels("buyer", default=None)

    default_backend = "menu-programme"
    properties = (
        "revenue-stated",
        "in-cone",
        "no-arbitrage",
        "optimal-menu",
        "price-of-the-safe-cone",
        "split-purchase",
        "intermediary",
    )
    promises = ("revenue-stated", "in-cone", "no-arbitrage", "optimal-menu")
    example: ClassVar[Mapping[str, Any]] = {
        "version": ["coarse", "fine", "finest"],
        "epsilon": [0.4, 1, 2.5],
        "wanted": ["coarse", "coarse", "fine", "fine", "fine", "finest"],
        "value": [8, 12, 15, 20, 24, 40],
    }

    def __post_init__(self) -> None:
        """Read the versions wanted by name as indices, then all fields."""
        if self.version is not None and any(isinstance(wish, str) for wish in self.wanted):
            self._set("wanted", indices_of(self.wanted, [str(name) for name in self.version]))
        super().__post_init__()

    def check(self) -> None:
        """Refuse a menu without versions, two versions of the same ε, and wishes for a version there is not."""
        count = len(self.epsilon)
        if count == 0:
            raise InputError("epsilon", "0 versions", "a menu needs at least one version")
        refuse_equal_versions(self.epsilon, self.version)
        beyond = np.flatnonzero(as_floats(self.wanted) >= count)
        if len(beyond):
            index, rule = int(beyond[0]), type(self).__dataclass_fields__["wanted"].metadata["rule"]
            raise InputError(
                entry("wanted", index, rule, self.buyer),
                self.wanted[index],
                f"there are {count} versions, and their indices start at 0",
                f"the largest is {count - 1}",
            )

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the data as roles; the versions wanted are indices in every reading."""
        return {**super().read_in(algebra), "wanted": self.wanted_index}

    @property
    def about(self) -> str:
        """A price belongs to a version."""
        return "version"

    @cached_property
    def wanted_index(self) -> Any:
        """The versions wanted, as indices."""
        return as_floats(self.wanted).astype(np.intp)

    @cached_property
    def cone(self) -> MenuCone:
        """The cone of safe prices."""
        return MenuCone(self.epsilon, self.attack)

    @cached_property
    def rank(self) -> Any:
        """Each version's place in the order of ε, from 0."""
        rank = np.empty(len(self.epsilon), dtype=np.intp)
        rank[self.cone.order] = np.arange(len(rank))
        return rank

    def weight(self, numbers: Callable[[Any], Any]) -> Any:
        """The versions' weights in ascending order; `numbers` turns a declared vector into one kind of number."""
        # the formula only multiplies, and asks nothing of an algebra
        return version_weight(None, numbers(self.epsilon), self.attack)[self.cone.order]  # type: ignore[arg-type]

    def price_space(self, numbers: Callable[[Any], Any], buyers: Any = slice(None)) -> PriceSpace:
        """The prices that the valuations allow, of all buyers or of some, in one kind of number."""
        largest = numbers([self.largest_price])[0]
        ranks = self.rank[self.wanted_index[buyers]]
        return price_space(numbers(self.value[buyers]), ranks, self.weight(numbers), largest, self.attack != "none")

    def menu_keeping(self, buys: Any) -> Any:
        """Return the dearest safe menu that keeps those who buy (True), exactly; nothing costs anything without buyers.

        Examples
        --------
        >>> market = VersionRevenue(epsilon=[3, 1], wanted=[1, 0, 0], value=["0.1", "0.3", "0.2"])
        >>> print(*market.menu_keeping([True, True, False]))
        3/10 1/10
        """
        groups = [np.flatnonzero(buys & (self.wanted_index == version)) for version in range(len(self.epsilon))]
        least = [min(group.tolist(), key=lambda b: self.value[b]) for group in groups if len(group)]
        if not least:
            return as_fractions(np.zeros(len(self.epsilon)))
        return self.price_space(as_fractions, least).dearest_menu()[self.rank]

    def safe_menu(self, price: Any) -> Any:
        """Return the dearest safe menu that nowhere costs more than given prices, exactly.

        Of a menu v that nobody can arbitrage in any way it keeps more than half: q_j = x_j min over lighter i of
        v_i/x_i has q ≤ v < 2q, since enough copies of version i to replace version j cost less than twice v_i x_j/x_i.

        Examples
        --------
        >>> print(*VersionRevenue(epsilon=[2, 3], wanted=[], value=[]).safe_menu([1, 2]))
        1 3/2
        """
        if len(price) != len(self.epsilon):
            raise InputError("price", f"{len(price)} numbers", f"must have as many as versions, {len(self.epsilon)}")
        values = as_fractions(price)[self.cone.order]
        weight, ranks = self.weight(as_fractions), np.arange(len(values))
        return price_space(values, ranks, weight, max(values), self.attack != "none").dearest_menu()[self.rank]

    def menu_of_buyers(self, a: Algebra, buys: Any) -> Any:
        """Return the menu of the selection's buyers."""
        return a.vector(self.menu_keeping(np.asarray(a.at_least(buys, 0.5), dtype=bool)))

    @cached_property
    def largest_price(self) -> Any:
        """The largest valuation: no best menu need be dearer, since capping a safe menu keeps it safe."""
        return max(self.value, default=0)

    def variables(self) -> tuple[Decision, ...]:
        """Return the prices."""
        count = len(self.epsilon)
        largest = self.largest_price or 1
        return (Decision("price", np.zeros(count), np.full(count, largest), symbol="v", unit="money"),)

    def objective(self) -> Formula:
        """Return minus the revenue."""
        return revenue_lost

    def outcomes(self) -> Mapping[str, Formula]:
        """Return the revenue."""
        return {"revenue": revenue}

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the cone."""
        return self.cone.constraints()

    def forms(self) -> tuple[Form, ...]:
        """Return the closure and the selection, each where it is small enough for a general solver."""
        return self._forms

    @cached_property
    def _forms(self) -> tuple[Form, ...]:
        """The forms, found once: every back end asks for them."""
        buyers, versions = len(self.value), len(self.epsilon)
        if not self.largest_price:
            return ()
        closure = (closure_form(self.price_space(as_fractions), self.rank),) if buyers * versions <= MOST_PRICES else ()
        if buyers > MOST_BUYERS:
            return closure
        selection = MenuSelection(self.epsilon, self.wanted, self.value, self.largest_price, self.attack)
        return (*closure, Form("big-m", selection, {"price": self.menu_of_buyers}))
