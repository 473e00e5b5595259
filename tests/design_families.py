"""Families of one's own for the tests of designs: kinks, jumps, constraints, and properties that hold or do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mechproof as mp
from mechproof.formulations.algebra import Formula


class Rugged(mp.Family):
    """Random waves with a kink and a jump in each of up to three parameters: `wave` and `jump` are by parameter."""

    wave: Any = mp.vector("a wave", per="parameter")
    bend: Any = mp.vector("a bend", per="parameter")
    jump: Any = mp.vector("a jump", per="parameter")

    def names(self) -> list[str]:
        return [f"x{k}" for k in range(len(self.wave))]

    def parameters(self) -> tuple[mp.Decision, ...]:
        return tuple(mp.Decision(name, 0, 1) for name in self.names())

    def objectives(self) -> Mapping[str, Formula]:
        from mechproof.formulations.algebra import asking

        return {"value": asking([*self.names(), "wave", "bend", "jump"], self.rugged)}

    def rugged(self, a: Any, wave: Any, bend: Any, jump: Any, **x: Any) -> Any:
        found = a.number(0)
        for k, name in enumerate(self.names()):
            found = found + wave[k] * x[name] - a.square(x[name] - bend[k]) * 3
            found = found + a.minimum(x[name], bend[k]) + jump[k] * a.at_least(x[name], a.absolute(bend[k]) / 2)
        first, last = x[self.names()[0]], x[self.names()[-1]]
        return found - first * last + a.exp(-first) * last


class Thresholds(mp.Family):
    """A price up to which sellers of a known cost sell, with properties that hold, do not, or cannot be told."""

    value: Any = mp.scalar("what is bought is worth", above=0)
    most: Any = mp.scalar("the largest price", above=0, default=2)

    def parameters(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("price", 0, self.most),)

    def objectives(self) -> Mapping[str, Formula]:
        return {
            "gain": lambda a, price, value: (value - price) * a.at_least(price, 1),
            "open-end": lambda a, price: price * (1 - a.at_least(price, 1)),
        }

    def requirements(self) -> tuple[mp.Requirement, ...]:
        return (
            mp.Requirement("solvent", "The price is below the worth.", lambda a, price, value: value - price),
            mp.Requirement("positive", "The price is no debt.", lambda a, price: price),
            mp.Requirement(
                "never",
                "Of nobody anything.",
                lambda a, x, price: x,
                {"x ≥ 1": lambda a, x: x - 1, "x ≤ 0": lambda a, x: -x},
            ),
            mp.Requirement(
                "waves", "A wave is below its slope.", lambda a, price: price - a.log1p(a.square(price)) / 2
            ),
            mp.Requirement("contest", "One equilibrium.", claims=("own/concave-client",), of=mp.StackelbergPricing),
        )


class Pocket(mp.Family):
    """A hill whose top is not allowed."""

    def parameters(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", 0, 1), mp.Decision("y", 0, 1))

    def objectives(self) -> Mapping[str, Formula]:
        return {"height": lambda a, x, y: -a.square(x - 1) - a.square(y - 1)}

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("below", lambda a, x, y: 1 - x - y),)


class Narrow(Thresholds):
    """No price at all."""

    def parameters(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("price", 1, 1),)


class Polynomial(mp.Family):
    """x + x'Hx/2 + Σ c x³ on [−1, 1]ⁿ, and if there is an `edge`, only where x₀ ≥ edge."""

    linear: Any = mp.vector("a slope", per="parameter")
    square: Any = mp.vector("an entry of H", per="entry")
    cubic: Any = mp.vector("a cubic part", per="parameter")
    edge: Any = mp.scalar("an edge", default=None)

    def names(self) -> list[str]:
        return [f"x{k}" for k in range(len(self.linear))]

    def parameters(self) -> tuple[mp.Decision, ...]:
        return tuple(mp.Decision(name, -1, 1) for name in self.names())

    def objectives(self) -> Mapping[str, Formula]:
        from mechproof.formulations.algebra import asking

        return {"value": asking([*self.names(), "linear", "square", "cubic"], self.value)}

    def value(self, a: Any, linear: Any, square: Any, cubic: Any, **given: Any) -> Any:
        x, size, found = [given[name] for name in self.names()], len(self.linear), a.number(0)
        for i in range(size):
            found = found + linear[i] * x[i] + cubic[i] * x[i] * a.square(x[i])
            for j in range(size):
                found = found + square[i * size + j] * (a.square(x[i]) if i == j else x[i] * x[j]) / 2
        return found

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return () if self.edge is None else (mp.Constraint("edge", lambda a, x0, edge: x0 - edge),)


class Shared(mp.Family):
    """A price and a bonus, both paid of the same value: the constraint binds what a requirement does not speak of."""

    value: Any = mp.scalar("what is bought is worth", above=0)
    bent: Any = mp.choice("no", "yes", default="no")

    def parameters(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("price", 0, 2), mp.Decision("bonus", 0, 1))

    def objectives(self) -> Mapping[str, Formula]:
        return {"gain": lambda a, price, bonus, value: (value - price) * price + bonus}

    def constraints(self) -> tuple[mp.Constraint, ...]:
        if self.bent == "yes":  # Φ(p) is at least 1/2, which no polynomial tells
            return (
                mp.Constraint("affordable", lambda a, price, bonus, value: value - price - bonus * a.normal_cdf(price)),
            )
        return (mp.Constraint("affordable", lambda a, price, bonus, value: value - price - bonus),)

    def requirements(self) -> tuple[mp.Requirement, ...]:
        return (
            mp.Requirement("budget-balance", "A price is affordable.", lambda a, price, value: value - price),
            mp.Requirement("free", "No price is asked.", lambda a, price: -price),
        )
