"""The examination of a declaration of one's own, when it is made: whether all that it declares can be read.

Every formula is read once in the trial reading. What is wrong is refused here with its file and line, and what to write
instead, so that no solver, certificate or proof comes upon it in words of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

import numpy as np

from .algebra import Formula
from .authors import place_of, told
from .data import as_floats
from .declaration import people_of
from .errors import DeclarationError, InputError
from .reported import misreported
from .trial import Everybody, Quantity, Trial
from .tried_formula import Roles, tried
from .words import suggestion

ALIKE = 0.8
"""How near a name must be to be refused as misspelt, nearer than to be suggested: a server is no seller."""


def examine(model: Any, player: type, decision: type, constraint: type) -> None:
    """Refuse a declaration that cannot be read.

    Parameters
    ----------
    model
        A declaration of one's own.
    player, decision, constraint
        The language's words for its parts.

    Raises
    ------
    DeclarationError
        When something is missing in it, is of another kind than it has to be, or is no formula of its roles.

    Examples
    --------
    >>> from mechproof.formulations.language import Decision, Program
    >>> class Smallest(Program):
    ...     def variables(self):
    ...         return (Decision("amount", 0, 1),)
    ...     def objective(self):
    ...         return lambda a, amuont: a.square(amuont)
    >>> try:
    ...     examine(Smallest.__new__(Smallest), object, Decision, object)
    ... except DeclarationError as error:
    ...     print(error.rule)
    <lambda> asks for 'amuont', and there is no such role (did you mean 'amount'? the roles here are amount)
    """
    try:
        _Examination(model, player, decision, constraint).everything()
    except (Exception, SystemExit) as error:
        raise told(error) or error from None


class _Examination:
    """One declaration, and what was found of it so far."""

    def __init__(self, model: Any, player: type, decision: type, constraint: type) -> None:
        self.model, self.kind = model, type(model)
        self.player, self.decision, self.constraint = player, decision, constraint
        self.is_game = hasattr(model, "players")

    def everything(self) -> None:
        players = self.players() if self.is_game else ()
        self.people(players)
        decisions = tuple(item for player in players for item in player.choices) if self.is_game else self.variables()
        data = self.model.read_in(Trial())
        roles = {**data, **{item.name: _quantity(item) for item in decisions}}
        if self.is_game:
            roles = self.utilities(players, data, roles)
        elif hasattr(self.model, "objective"):
            self.read(self.called("objective", callable, "a formula"), Trial(), roles)
        self.outcomes(roles)

    def players(self) -> tuple[Any, ...]:
        """Look at who plays, and return them."""
        players = self.several("players", self.player)
        for player in players:
            if not isinstance(player.decision, self.decision):
                self.refuse("players", f"the decision of {player.name} is {player.decision!r}, and no mp.Decision")
            self.seconds(player)
            for decision in player.choices:
                self.bounds("players", decision)
                shape, count = np.shape(decision.upper), player.count
                if count is not None and shape != (count,):
                    numbers = f"{shape[0]} numbers" if shape else "one number"
                    self.refuse(
                        "players",
                        f"{decision.name} has {numbers} as its bounds, and there are {count} of {player.name}; "
                        f"write one for each, as np.full({count}, 10)",
                    )
                if problem := misreported(self.model, decision):
                    self.refuse("players", problem)
        return tuple(players)

    def seconds(self, player: Any) -> None:
        """Refuse a second decision that is none, is called as the first, or is one of nobody in a population."""
        second = player.second
        if second is None:
            return
        if not isinstance(second, self.decision):
            self.refuse("players", f"the second decision of {player.name} is {second!r}, and no mp.Decision")
        if second.name == player.decision.name:
            self.refuse("players", f"both decisions of {player.name} are called {second.name}; their roles go by name")
        if player.count is None:
            self.refuse("players", f"{player.name} is one who decides on two things; that is for a population (count)")
        if player.decision.discrete or second.discrete:
            self.refuse(
                "players",
                f"two decisions of {player.name} in whole numbers, or among values, are not taken; declare both "
                "between bounds",
            )

    def people(self, players: tuple[Any, ...]) -> None:
        """Refuse data about people who are called nearly as the population is: they would be taken for others."""
        crowd = _population(players)
        about = {people_of(item): item.name for item in fields(self.kind)}
        if crowd is None or crowd.name in about:
            return
        others = [per for per in about if per and per not in {player.name for player in players}]
        for per in get_close_matches(crowd.name, others, n=1, cutoff=ALIKE):
            given = getattr(self.model, about[per])
            if given is None or len(given) == crowd.count:
                self.refuse(
                    "players",
                    f"{about[per]} is declared per={per!r}, and nobody who plays is called so (did you mean "
                    f"{crowd.name!r}? write per={crowd.name!r} there, or mp.Player({per!r}, …) here)",
                )

    def variables(self) -> tuple[Any, ...]:
        """Look at what is decided, and return it."""
        method = "variables" if hasattr(self.model, "variables") else "decisions"
        variables = self.several(method, self.decision)
        for variable in variables:
            self.bounds(method, variable)
        return tuple(variables)

    def bounds(self, method: str, decision: Any) -> None:
        for side in ("lower", "upper"):
            value = getattr(decision, side)
            finite = _is_finite(value)
            if finite is None:
                self.refuse(method, f"the {side} bound of {decision.name} is {value!r}, which is no number")
            if not finite:
                self.refuse(
                    method,
                    f"the {side} bound of {decision.name} is not finite; solvers need one: write a number that nobody "
                    "can want to go beyond, such as what is worth no more than it costs",
                )
        for values in () if decision.among is None else np.atleast_1d(np.asarray(decision.among, dtype=object)):
            if not _is_finite(values):
                self.refuse(method, f"{decision.name} is among {values!r}, which are no numbers")
        if np.shape(decision.lower) != np.shape(decision.upper):
            self.refuse(
                method,
                f"{decision.name} has lower bounds of shape {np.shape(decision.lower)} and upper bounds of shape "
                f"{np.shape(decision.upper)}; write as many of each",
            )
        if np.shape(decision.upper) == (0,):
            self.refuse_nobody(method, decision.name)

    def refuse_nobody(self, method: str, decision: str) -> None:
        """Refuse a decision that nobody takes, by the field that has no entries."""
        for item in fields(self.kind):
            per, value = people_of(item), getattr(self.model, item.name)
            if per is not None and value is not None and not len(value):
                raise InputError(
                    item.name, "no entries", f"must have one for at least one {per}, who decides {decision}"
                )
        self.refuse(method, f"{decision} is decided by nobody: its bounds have no entries")

    def utilities(self, players: tuple[Any, ...], data: Roles, roles: Roles) -> dict[str, Any]:
        """Read utilities and aggregates; return all roles that outcomes and constraints have."""
        crowd = _population(players)
        if crowd is None:
            return dict(roles)
        own: dict[str, Any] = {"own": Quantity((crowd.count,), True), "others": Everybody((crowd.count,), True)}
        if crowd.second is not None:
            own = {name: Quantity((crowd.count,), True) for name in roles_of_two(crowd)}
        led = {player.decision.name: roles[player.decision.name] for player in players if player is not crowd}
        data = {**data, f"{crowd.name}_count": crowd.count}
        self.read(crowd.utility, Trial(crowd.name), {**data, **led, **own}, (crowd.count,))
        known = {**roles, **data}
        everything = {**known, **own}
        for name, formula in self.formulas("players", crowd.aggregates).items():
            known[name] = everything[name] = self.read(formula, Trial(), everything)
        for player in players:
            if player is not crowd:
                self.read(player.utility, Trial(), known if player.count is None else everything)
        return everything

    def outcomes(self, roles: Roles) -> None:
        """Read outcomes, and constraints, which may ask for outcomes."""
        outcomes = self.formulas("outcomes", self.called("outcomes", lambda x: isinstance(x, Mapping), "a mapping"))
        found = {name: self.read(formula, Trial(), roles, truth=True) for name, formula in outcomes.items()}
        for item in self.several("constraints", self.constraint):
            self.read(item.slack, Trial(), {**found, **roles})
        if self.is_game and self.model.payment_outcome not in (None, *outcomes):
            self.unknown("payment_outcome", self.model.payment_outcome, outcomes, "an outcome")
        names = [item.name for item in fields(self.kind)]
        if self.is_game and self.model.private_data not in (None, *names):
            self.unknown("private_data", self.model.private_data, names, "a declared vector")

    def formulas(self, method: str, given: Mapping[str, Any]) -> Mapping[str, Formula]:
        for name, formula in given.items():
            if not callable(formula):
                self.refuse(method, f"{name} is {formula!r}, and no formula; write a function of a and of roles")
        return given

    def called(self, method: str, fits: Callable[[Any], bool], wanted: str) -> Any:
        """Return what a method of the declaration returns."""
        function = getattr(self.kind, method)
        if function.__module__.partition(".")[0] == __name__.partition(".")[0]:  # the language's own, for all
            known = [name for name in vars(self.kind) if not name.startswith("_")]
            try:
                return getattr(self.model, method)()
            except NotImplementedError:
                meant = suggestion(method, known)
                found = f"; it has {meant.split(chr(39))[1]}: is that what is meant?" if meant else ""
                raise DeclarationError(
                    f"{self.kind.__name__} declares no {method}(self){found}", place_of(self.kind)
                ) from None
        returned = getattr(self.model, method)()
        if not fits(returned):
            what = "nothing" if returned is None else f"a {type(returned).__name__}"
            lacks = "; does it lack its return?" if returned is None else ""
            self.refuse(method, f"{method} returns {what}, and has to return {wanted}{lacks}")
        return returned

    def several(self, method: str, part: type) -> Any:
        """Return a tuple of parts that a method returns."""

        def fits(returned: Any) -> bool:
            return isinstance(returned, tuple | list) and all(isinstance(item, part) for item in returned)

        return self.called(method, fits, f"a tuple of mp.{part.__name__}, as (mp.{part.__name__}(…),)")

    def read(
        self,
        formula: Formula,
        algebra: Trial,
        roles: Roles,
        shape: tuple[int, ...] | None = None,
        truth: bool = False,
    ) -> Any:
        """Return what a formula makes of its roles: a number, one for each of `shape`, or, if it may, a truth."""
        found = tried(formula, algebra, roles, shape, truth)
        if algebra.one_by_one:
            vars(self.model)["asks_one_by_one"] = True
        return found

    def refuse(self, method: str, problem: str) -> None:
        raise DeclarationError(problem, place_of(getattr(self.kind, method)))

    def unknown(self, attribute: str, value: Any, known: Any, what: str) -> None:
        meant = suggestion(str(value), known, f"there are {', '.join(known) or 'none'}")
        raise DeclarationError(
            f"{self.kind.__name__}.{attribute} = {value!r} is no {what.partition(' ')[2]} of it ({meant})",
            place_of(self.kind),
        )


def _population(players: tuple[Any, ...]) -> Any:
    return next((player for player in players if player.count is not None), None)


def roles_of_two(crowd: Any) -> tuple[str, ...]:
    """Return the roles of people who decide on two things: the own decisions and the others' sums, by name.

    Examples
    --------
    >>> from mechproof.formulations.language import Decision, Player
    >>> roles_of_two(Player("owner", Decision("x", [0], [1]), max, 1, second=Decision("y", [0], [1])))
    ('own_x', 'others_x', 'own_y', 'others_y')
    """
    return tuple(f"{whose}_{item.name}" for item in crowd.choices for whose in ("own", "others"))


def _is_finite(value: Any) -> bool | None:
    """Whether all numbers of a bound are finite; None if they are no numbers."""
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "iuf":
        if any(entry is None for entry in numbers.ravel().tolist()):
            return None
        try:
            numbers = as_floats(np.ravel(numbers))
        except (TypeError, ValueError, ArithmeticError):
            return None
    return bool(np.all(np.isfinite(numbers)))


def _quantity(decision: Any) -> Quantity:
    return Quantity(np.shape(decision.upper), True)
