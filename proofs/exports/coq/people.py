"""A sentence about one client and the sums of all, as a theorem of Coq about every list of clients.

The sentence holds whatever the sums are; here they are the sums over a list of any length, and what follows from the
clients' own hypotheses, such as that costs are positive together, is no hypothesis any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...kernel.sentence import Relation
from ..terms import number, variable
from .sentences import Theorem
from .text import comment, name_of, relation

SUMS = ("others", "cost_sum", "client_count", "owner_count")
"""Roles that are sums over everybody, or over everybody else, or their number."""
COUNTS = ("client_count", "owner_count")


@dataclass(frozen=True)
class Population:
    """How a sentence's roles are read off a list of clients."""

    theorem: Theorem

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles the sentence speaks about."""
        return self.theorem.sentence.variables

    @property
    def sells(self) -> bool:
        """Whether what clients sell matters; else a client is its cost."""
        return "own" in self.roles or "others" in self.roles

    @property
    def singled_out(self) -> bool:
        """Whether it is about one of the clients."""
        return self.sells or "cost" in self.roles

    @property
    def cost(self) -> str:
        """The function from a client to its cost."""
        return "cost" if self.sells else "(fun one => one)"

    @property
    def kind(self) -> str:
        """The type of a client."""
        return "client" if self.sells else "R"

    def names(self) -> dict[str, str]:
        """What each role is."""
        own = {"own": "budget me", "cost": "cost me"} if self.sells else {"cost": "me"}
        sums = {
            "others": "(sum_over budget before + sum_over budget after)",
            "cost_sum": f"sum_over {self.cost} everybody",
            **dict.fromkeys(COUNTS, "INR (length everybody)"),
        }
        return {role: text for role, text in (own | sums).items() if role in self.roles}

    def shown(self, given: Relation) -> str:
        """Return what shows a hypothesis of the sentence; empty if it is one of the theorem too."""
        if given == Relation(variable("cost"), ">", number(0)):
            return f"(each_positive {self.cost} before me after P)"
        if given == Relation(variable("cost_sum"), ">", number(0)) and (self.singled_out or self.counted):
            some = "(someone before after me)" if self.singled_out else "(two_are_some everybody T)"
            return f"(sum_positive {self.cost} everybody P {some})"
        if given in [Relation(variable(role), ">=", number(2)) for role in COUNTS]:
            return "(at_least_two everybody T)"
        return ""

    @property
    def counted(self) -> bool:
        """Whether there are two of them at least."""
        return any(Relation(variable(role), ">=", number(2)) in self.theorem.given for role in COUNTS)


def for_every_number(theorem: Theorem) -> Iterator[str]:
    """Return the theorem about lists, if the sentence speaks of sums over everybody."""
    population = Population(theorem)
    if not set(population.roles) & set(SUMS):
        return
    names = population.names()
    rest = [name_of(role) for role in population.roles if role not in names]
    shown = [population.shown(given) for given in theorem.given]
    used = " ".join(shown)
    positive, counted = " P" in used, " T" in used
    one = f" (before after : list {population.kind}) (me : {population.kind})" if population.singled_out else ""
    free = f" ({' '.join(rest)} : R)" if rest else ""
    bound = f"{free}{one}"
    yield f"Theorem {theorem.name}_for_every_number : forall{bound} (everybody : list {population.kind}),"
    yield from ["  everybody = before ++ me :: after ->"] if one else []
    yield from [f"  Forall (fun one => {_applied(population)} > 0) everybody ->"] if positive else []
    yield from ["  (2 <= length everybody)%nat ->"] if counted else []
    for text, given, proof in zip(theorem.sentence.given, theorem.given, shown, strict=True):
        yield from [f"  {comment(text)} {relation(given, names)} ->"] if not proof else []
    yield f"  {relation(theorem.conclusions[0], names)}."
    yield "Proof."
    hypotheses = [f"G{k}" for k, proof in enumerate(shown) if not proof]
    introduced = [*rest, *(["before after me"] if one else []), "everybody", *(["E"] if one else [])]
    introduced += [*(["P"] if positive else []), *(["T"] if counted else []), *hypotheses]
    yield f"intros {' '.join(introduced)}. {'subst everybody. ' if one else ''}"
    arguments = [f"({names.get(role, name_of(role))})" for role in population.roles]
    proofs = [proof or f"G{k}" for k, proof in enumerate(shown)]
    text = " ".join([theorem.name, *arguments, *proofs])
    yield f"exact ({text.replace('everybody', '(before ++ me :: after)') if one else text})."
    yield "Qed."


def _applied(population: Population) -> str:
    return "cost one" if population.sells else "one"
