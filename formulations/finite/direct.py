"""Mechanisms under incomplete information: people with finitely many types, a prior, and what follows from reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, fields
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula, read, roles_of
from ..data import Rule, read_vector
from ..declaration import Declaration, people_of
from ..errors import InputError
from ..language import Decision, Model
from ..others import Listed
from .tables import read_table

TYPE = Rule("a type", per="type")
PROBABILITY = Rule("a probability", at_least=0)
MOST_PROFILES = 50_000
"""Profiles of types at most: every expectation adds up all of them."""
Profile = tuple[int, ...]


class DirectMechanism(Model):
    """People know their own types, report one each, and get and pay what the mechanism makes of the reports.

    What is decided is what each type reports; the truth is the answer that `solve` gives, and it is an equilibrium if
    and only if the mechanism is Bayesian incentive compatible. All is computed over fractions.

    A mechanism of one's own overrides `gets`, `pays` and `keeps`, formulas by role, and may declare data. Their roles
    are a person's `report`, the vector `others` of the others' reports in their order, `person` (an index) and the
    data, of those with an entry for each person one's own; in `pays` and `keeps` also `allocation`, what is got, and
    in `keeps` `payment`, the true `type` and the vector `others_types`.

    Parameters
    ----------
    types
        For each person its possible types, numbers.
    prior
        For each person how probable each of its types is; the people's types are independent.
    joint_prior
        Instead, how probable each profile of types is, nested in the people's order: types may be correlated.
    allocation, payment
        Where nothing is overridden: for each person a table over the profiles of reports, nested in the people's order.
    side
        "buyer": type × allocation − payment is kept. "seller": payment − type × allocation.
    person
        The people's names.

    Raises
    ------
    InputError
        When probabilities do not add up to one, or a table has another shape than the types; the message names it.

    Examples
    --------
    >>> import mechproof as mp
    >>> class Dearest(mp.DirectMechanism):
    ...     def gets(self):
    ...         return lambda a, report, others: Fraction(report > max(others))
    ...     def pays(self):
    ...         return lambda a, report, allocation: report * allocation
    >>> first_price = Dearest(types=[[1, 3], [2, 4]], prior=[["1/2", "1/2"]] * 2, person=["Ann", "Bob"])
    >>> print(mp.verify(first_price)["bayesian-incentive-compatibility"].text)
    Bob of type 4 gains 1 by reporting 2, in expectation
    """

    types: Any = field(kw_only=True)
    prior: Any = field(default=None, kw_only=True)
    joint_prior: Any = field(default=None, kw_only=True)
    allocation: Any = field(default=None, kw_only=True)
    payment: Any = field(default=None, kw_only=True)
    side: str = field(default="buyer", kw_only=True, metadata={"choice": ("buyer", "seller")})
    person: Any = field(default=None, kw_only=True, metadata={"labels": "person"})

    brings_for_subclasses: ClassVar[bool] = True
    default_backend: ClassVar[str] = "truth"
    several: ClassVar[bool] = True
    properties: ClassVar[tuple[str, ...]] = (
        "no-profitable-deviation",
        "bayesian-incentive-compatibility",
        "interim-individual-rationality",
        "ex-post-incentive-compatibility",
        "dominant-strategy-incentive-compatibility",
        "ex-post-individual-rationality",
    )
    promises: ClassVar[tuple[str, ...]] = ("bayesian-incentive-compatibility", "interim-individual-rationality")
    example: ClassVar[Mapping[str, Any]] = {
        "person": ["Ann", "Bob"],
        "side": "seller",
        "types": [[1, 2], [1, 2]],
        "prior": [["1/2", "1/2"], ["1/2", "1/2"]],
        "allocation": [[["1/2", 1], [0, "1/2"]], [["1/2", 0], [1, "1/2"]]],
        "payment": [[["3/4", "3/2"], [0, 1]], [["3/4", 0], ["3/2", 1]]],
    }

    def __post_init__(self) -> None:
        Declaration.__post_init__(self)  # formulas are read at types, as tables, and not once for all numbers

    def check(self) -> None:
        """Read types, prior and tables."""
        if not isinstance(self.types, list | tuple) or not self.types:
            raise InputError("types", self.types, "must be a list of types for each person", "as [[1, 2], [1, 2, 3]]")
        self._set("types", tuple(_types(index, some) for index, some in enumerate(self.types)))
        if prod(self.shape) > MOST_PROFILES:
            raise InputError("types", f"{prod(self.shape):,} profiles", f"must have at most {MOST_PROFILES:,}")
        names = self.person or tuple(f"person {index + 1}" for index in range(len(self.types)))
        if len(names) != len(self.types):
            raise InputError("person", f"{len(names)} names", f"must name as many as types lists, {len(self.types)}")
        self._set("person", names)
        for item in fields(self):
            value = getattr(self, item.name)
            if people_of(item) == "person" and value is not None and len(value) != len(self.types):
                raise InputError(
                    item.name, f"{len(value)} entries", f"must have one for each of {len(self.types)} people"
                )
        self._set("_chances", self._prior())
        given = [name for name in ("allocation", "payment") if getattr(self, name) is not None]
        for name in given:
            self._set(name, read_table(name, getattr(self, name), (len(self.types), *self.shape)))

    def _prior(self) -> np.ndarray:
        """Return how probable each profile of types is, as it was given."""
        if (self.prior is None) == (self.joint_prior is None):
            raise InputError("prior", self.prior, "must be given, or else joint_prior", "of the two exactly one")
        return _product(self.prior, self.shape) if self.joint_prior is None else _joint(self.joint_prior, self.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many types each person has."""
        return tuple(map(len, self.types))

    @property
    def chances(self) -> np.ndarray:
        """How probable each profile of types is."""
        chances: np.ndarray = vars(self)["_chances"]
        return chances

    @property
    def about(self) -> str:
        """What an entry of the decision belongs to."""
        return "type"

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each person's types are among those of all."""
        ends = [sum(self.shape[: index + 1]) for index in range(len(self.shape))]
        return tuple(slice(end - count, end) for end, count in zip(ends, self.shape, strict=True))

    def people(self) -> tuple[str, ...]:
        """Return what each type of each person is called."""
        return tuple(f"{name} of type {t}" for name, types in zip(self.person, self.types, strict=True) for t in types)

    def owner_of(self, index: int) -> str:
        """Return what a message calls a type."""
        return self.people()[index]

    def person_of(self, index: int) -> int:
        """Return whose type an entry is."""
        return next(person for person, part in enumerate(self.slices) if index < part.stop)

    def decisions(self) -> tuple[Decision]:
        """Return what each type reports: one of its person's types."""
        ends = [(min(types), max(types)) for types in self.types for _ in types]
        low, high = (np.array(side, dtype=object) for side in zip(*ends, strict=True))
        return (Decision("report", low, high),)

    def gets(self) -> Formula:
        """Return what a person gets; by default its table says it."""
        return self._listed("allocation")

    def pays(self) -> Formula:
        """Return what a person pays, as a buyer, or is paid as a seller; by default its table says it."""
        return self._listed("payment")

    def keeps(self) -> Formula:
        """Return a person's utility; whoever takes no part has none."""
        if self.side == "seller":
            return lambda a, type, allocation, payment: payment - type * allocation
        return lambda a, type, allocation, payment: type * allocation - payment

    def _listed(self, name: str) -> Formula:
        table = getattr(self, name)
        if table is None:
            what = {"allocation": "gets", "payment": "pays"}[name]
            raise InputError(name, None, f"is needed: a table for each person, or a class that overrides {what}")

        def listed(a: Algebra, person: int, profile: Profile) -> Any:
            return a.number(table[(person, *profile)])

        return listed

    @property
    def interdependent(self) -> bool:
        """Whether what somebody keeps depends on the others' true types."""
        return "others_types" in roles_of(self.keeps())

    def at(self, a: Algebra, person: int, true: Profile, said: Profile) -> dict[str, Any]:
        """Return what a person gets, pays and keeps, by the indices of everybody's true and reported types."""
        others = [index for index in range(len(self.types)) if index != person]

        def listed(profile: Profile) -> Any:
            return np.asarray(a.vector([self.types[index][profile[index]] for index in others])).view(Listed)

        roles = {
            **self._data_of(a, person),
            "person": person,
            "profile": said,
            "report": a.number(self.types[person][said[person]]),
            "others": listed(said),
        }
        roles["allocation"] = read(self.gets(), a, roles)
        roles["payment"] = read(self.pays(), a, roles)
        roles["type"] = a.number(self.types[person][true[person]])
        roles["others_types"] = listed(true)
        roles["utility"] = read(self.keeps(), a, roles)
        return roles

    def _data_of(self, a: Algebra, person: int) -> dict[str, Any]:
        """Return the data as one person's roles."""
        own = {item.name for item in fields(self) if people_of(item) == "person"}
        return {name: value[person] if name in own else value for name, value in self.read_in(a).items()}

    def given(self, person: int, index: int) -> Iterator[tuple[Profile, Fraction]]:
        """Yield the profiles with a person's type, each with how probable it is to that type; none if it never is."""
        total = sum(np.ravel(np.take(self.chances, index, axis=person)), Fraction(0))
        for profile in product(*map(range, self.shape)) if total else ():
            if profile[person] == index and self.chances[profile]:
                yield profile, self.chances[profile] / total

    def reports(self, report: Sequence[Any]) -> list[int]:
        """Return which of its person's types each type reports.

        Raises
        ------
        InputError
            When a report is none of them.
        """
        found = []
        for index, said in enumerate(report):
            person = self.person_of(index)
            places = [k for k, t in enumerate(self.types[person]) if float(t) == float(said)]
            if not places:
                types = ", ".join(map(str, self.types[person]))
                rule = f"{self.people()[index]} must report one of its person's types"
                raise InputError(f"report[{index}]", said, rule, f"they are {types}")
            found.append(places[0])
        return found

    def saying(self, said: Sequence[int], true: Profile) -> Profile:
        """Return what a profile of types reports."""
        return tuple(said[part.start + t] for part, t in zip(self.slices, true, strict=True))


def _types(index: int, some: Any) -> tuple[Fraction, ...]:
    array = read_vector(f"types[{index}]", some, TYPE, None)
    types = tuple(Fraction(entry) for entry in array.tolist())
    if not types or len(set(map(float, types))) < len(types):  # reports are stated in doubles too
        raise InputError(f"types[{index}]", some, "must list a person's types, each once, and apart in doubles too")
    return types


def _product(prior: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return how probable each profile of independent types is."""
    if not isinstance(prior, list | tuple) or len(prior) != len(shape):
        raise InputError("prior", prior, f"must be a list of probabilities for each of the {len(shape)} people")
    sides = []
    for index, (some, count) in enumerate(zip(prior, shape, strict=True)):
        side = read_table(f"prior[{index}]", some, (count,), PROBABILITY)
        if sum(side) != 1:
            raise InputError(f"prior[{index}]", some, f"must add up to 1, and adds up to {sum(side)}", "write 1/3")
        sides.append(side)
    joint = np.empty(shape, dtype=object)
    for profile in np.ndindex(*shape):
        joint[profile] = prod((side[k] for side, k in zip(sides, profile, strict=True)), start=Fraction(1))
    return joint


def _joint(table: Any, shape: tuple[int, ...]) -> np.ndarray:
    joint = read_table("joint_prior", table, shape, PROBABILITY)
    if sum(joint.ravel()) != 1:
        raise InputError("joint_prior", "given", f"must add up to 1, and adds up to {sum(joint.ravel())}")
    return joint
