"""Programs that declare menus: which constraints, as Python source and a second time in plain fractions; the truth."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, permutations, product
from typing import Any

F = Fraction
Pairs = Callable[[list[Fraction]], list[tuple[int, int]]]
SIZES = range(2, 8)
TRIES = 250


def in_order(data: list[Fraction]) -> list[tuple[int, int]]:
    """Return neighbours by their data."""
    return list(pairwise(sorted(range(len(data)), key=data.__getitem__)))


def as_given(data: list[Fraction]) -> list[tuple[int, int]]:
    """Return neighbours as they are listed."""
    return list(pairwise(range(len(data))))


def everybody(data: list[Fraction]) -> list[tuple[int, int]]:
    """Return all pairs, the smaller one first."""
    return [(k, n) for k, n in permutations(range(len(data)), 2) if data[k] < data[n]]


@dataclass(frozen=True)
class Which:
    """Which pairs are constrained: the source of a list of pairs of `data`, and its meaning."""

    kind: str
    source: str
    pairs: Pairs


SORTED = "list(pairwise(sorted(range(n), key=lambda k: data[k])))"
WHICH = (
    Which("neighbours in order", SORTED, in_order),
    Which("neighbours as given", "list(pairwise(range(n)))", as_given),
    Which("all pairs", "[(k, m) for k, m in permutations(range(n), 2) if data[k] < data[m]]", everybody),
    *(
        Which("the first few", f"{SORTED}[:{most}]", lambda data, most=most: in_order(data)[:most])
        for most in (1, 2, 3, 4, 5)
    ),
    Which(
        "unless data are large",
        f"{SORTED} if max(data) < 50 else []",
        lambda data: in_order(data) if max(data) < 50 else [],
    ),
    Which("for few items", f"{SORTED} if n < 6 else []", lambda data: in_order(data) if len(data) < 6 else []),
)


@dataclass(frozen=True)
class Rule:
    """What is constrained of a pair k, m: the sources of slacks, and their meaning."""

    kind: str
    slacks: tuple[str, ...]
    value: Callable[[Mapping[str, list[Fraction]], int, int], list[Fraction]]


def dearer(menu: Mapping[str, list[Fraction]], k: int, m: int) -> Fraction:
    """Return by how much the larger version costs more."""
    return menu["price"][m] - menu["price"][k]


def per_weight(menu: Mapping[str, list[Fraction]], k: int, m: int, power: int) -> Fraction:
    """Return by how much the larger version costs less per weight."""
    return menu["price"][k] * menu["epsilon"][m] ** power - menu["price"][m] * menu["epsilon"][k] ** power


VERSION_RULES = (
    *(
        Rule(
            f"dearer, and cheaper per weight ε^{p}",
            ("price[M] - price[K]", f"price[K] * epsilon[M] ** {p} - price[M] * epsilon[K] ** {p}"),
            lambda menu, k, m, p=p: [dearer(menu, k, m), per_weight(menu, k, m, p)],
        )
        for p in (1, 2)
    ),
    Rule("dearer", ("price[M] - price[K]",), lambda menu, k, m: [dearer(menu, k, m)]),
    Rule(
        "cheaper per weight",
        ("price[K] * epsilon[M] - price[M] * epsilon[K]",),
        lambda menu, k, m: [per_weight(menu, k, m, 1)],
    ),
)


def worth(menu: Mapping[str, list[Fraction]], kind: int, item: int) -> Fraction:
    """Return what an item is worth to a type."""
    return menu["payment"][item] - menu["cost"][kind] * menu["epsilon"][item]


BOTH = tuple(
    f"(payment[{a}] - cost[{a}] * epsilon[{a}]) - (payment[{b}] - cost[{a}] * epsilon[{b}])"
    for a, b in (("K", "M"), ("M", "K"))
)
TYPE_RULES = (
    Rule(
        "no envy",
        BOTH,
        lambda menu, k, m: [worth(menu, k, k) - worth(menu, k, m), worth(menu, m, m) - worth(menu, m, k)],
    ),
    Rule("no envy one way", BOTH[:1], lambda menu, k, m: [worth(menu, k, k) - worth(menu, k, m)]),
    Rule(
        "more for the cheaper",
        ("epsilon[K] - epsilon[M]",),
        lambda menu, k, m: [menu["epsilon"][k] - menu["epsilon"][m]],
    ),
)


@dataclass(frozen=True)
class MenuSpec:
    """A drawn program."""

    number: int
    which: Which
    rule: Rule
    attack: str

    @property
    def versions(self) -> bool:
        """Whether it sells versions; else it is a contract for types."""
        return bool(self.attack)

    @property
    def data(self) -> str:
        """The data that order the items."""
        return "epsilon" if self.versions else "cost"

    @property
    def tags(self) -> tuple[str, ...]:
        """What the table counts it by."""
        return (f"menu: {self.which.kind}",)

    @property
    def formula(self) -> str:
        """What it constrains, in words."""
        return f"{self.rule.kind}, {self.which.kind}" + (f", {self.attack}" if self.attack else "")

    @property
    def source(self) -> str:
        """The declaration."""
        fields = {"epsilon": "a budget", "target": "a price"} if self.versions else {"cost": "a cost"}
        items = ["price"] if self.versions else ["payment", "epsilon"]
        roles = ", ".join(("price", "epsilon") if self.versions else ("payment", "epsilon", "cost"))
        lines = [
            f"class Own{self.number}(mp.Program):",
            *(f"    {name}: mp.Vector = mp.vector({what!r}, above=0, per='item')" for name, what in fields.items()),
            f"    attack = {self.attack!r}" if self.versions else "",
            "    def variables(self):",
            f"        n = len(self.{self.data})",
            f"        return tuple(mp.Decision(name, [0] * n, [50] * n) for name in {items!r})",
            f"    def objective(self): return lambda a, {items[0]}: a.sum(a.square({items[0]}))",
            "    def constraints(self):",
            f"        data, n = self.{self.data}, len(self.{self.data})",
            f"        pairs = {self.which.source}",
            "        if not pairs: return ()",
            "        K, M = ([pair[place] for pair in pairs] for place in (0, 1))",
        ]
        named = []
        for place, slack in enumerate(self.rule.slacks):
            lines.append(f"        def slack{place}(a, {roles}): return {slack}")
            named.append(f"mp.Constraint('rule_{place}', slack{place})")
        lines.append(f"        return ({', '.join(named)},)")
        if not self.versions:
            lines += [
                "    def outcomes(self):",
                "        def owner_utility(a, payment, epsilon, cost): return payment - cost * epsilon",
                "        return {'owner_utility': owner_utility}",
            ]
        return "\n".join(line for line in lines if line) + "\n"

    def declared(self) -> Any:
        """Return the class."""
        import mechproof as mp

        known: dict[str, Any] = {
            "mp": mp,
            "pairwise": pairwise,
            "permutations": permutations,
            "__name__": f"generated_menu_{self.number}",
        }
        exec(compile(self.source, f"<menu {self.number}>", "exec"), known)  # our own source
        return known[f"Own{self.number}"]

    def allowed(self, menu: Mapping[str, list[Fraction]]) -> bool:
        """Whether a menu obeys the constraints and the bounds."""
        names = ("price",) if self.versions else ("payment", "epsilon")
        within = all(0 <= value <= 50 for name in names for value in menu[name])
        pairs = self.which.pairs(menu[self.data])
        return within and all(slack >= 0 for k, m in pairs for slack in self.rule.value(menu, k, m))

    def breaks(self, menu: Mapping[str, list[Fraction]]) -> str:
        """Return who undercuts or envies whom, "" if nobody."""
        return undercut(menu, 2 if self.attack == "averaging" else 1) if self.versions else envy(menu)


def drawn_menu(number: int, seed: int = 0) -> MenuSpec:
    """Return a program, always the same for a number and a seed."""
    draw = random.Random(f"menu {seed} {number}")
    attack = draw.choice(("composition", "averaging", "", ""))
    return MenuSpec(number, draw.choice(WHICH), draw.choice(VERSION_RULES if attack else TYPE_RULES), attack)


def undercut(menu: Mapping[str, list[Fraction]], power: int) -> str:
    """Return a bundle of whole weights that makes up for a version and costs less, "" if there is none."""
    weights = [epsilon**power for epsilon in menu["epsilon"]]
    scale = 1
    for weight in weights:
        scale = scale * weight.denominator
    whole = [int(weight * scale) for weight in weights]
    most = max(whole)
    if most > 5000:
        return ""
    least = [F(0)] + [min(menu["price"][k] + F(0) for k in range(len(whole)))] * most
    for total in range(1, most + 1):
        least[total] = min(price + least[max(0, total - w)] for price, w in zip(menu["price"], whole, strict=True))
    for version, weight in enumerate(whole):
        if least[weight] < menu["price"][version]:
            return f"version {version} for {least[weight]}"
    return ""


def envy(menu: Mapping[str, list[Fraction]]) -> str:
    """Return who prefers another's item, "" if nobody does."""
    for kind, item in product(range(len(menu["cost"])), repeat=2):
        if worth(menu, kind, kind) < worth(menu, kind, item):
            return f"type {kind} takes item {item}"
    return ""


def menus(spec: MenuSpec) -> Iterator[dict[str, list[Fraction]]]:
    """Menus of all sizes: right ones, with one entry changed or drawn anew."""
    draw = random.Random(spec.number)
    for size in SIZES:
        for turn in range(TRIES):
            data = draw.sample([F(value) for value in range(1, 12)] + ([F(60)] if turn % 3 == 0 else []), size)
            if turn % 2:
                data.sort()
            if spec.versions:
                power = draw.choice((0, 1))
                menu = {"epsilon": data, "price": [draw.choice((F(1), F(2))) * value**power / 4 for value in data]}
            else:
                menu = contract(data, draw)
            for _ in range(draw.choice((0, 1, 1, 2))):
                name = draw.choice([name for name in menu if name != spec.data])
                menu[name] = list(menu[name])
                menu[name][draw.randrange(size)] += draw.choice((F(-1), F(1), F(-3), F(3), F(1, 2)))
            yield menu


def contract(cost: list[Fraction], draw: random.Random) -> dict[str, list[Fraction]]:
    """Return a contract in which nobody envies anybody."""
    ordered = sorted(range(len(cost)), key=cost.__getitem__, reverse=True)
    epsilon, payment = [F(0)] * len(cost), [F(0)] * len(cost)
    amount, paid = F(0), F(0)
    for place in ordered:
        step = F(draw.choice((0, 1, 1)), 4)
        amount, paid = amount + step, paid + step * cost[place]
        epsilon[place], payment[place] = amount, paid
    return {"cost": cost, "epsilon": epsilon, "payment": payment}


def broken_menu(spec: MenuSpec) -> str:
    """Return an allowed menu that somebody undercuts or envies, "" if none was found."""
    for menu in menus(spec):
        if spec.allowed(menu) and (why := spec.breaks(menu)):
            return f"{why}: { ({name: list(map(str, values)) for name, values in menu.items()}) }"
    return ""


def unfounded_menu(spec: MenuSpec, values: Mapping[str, Fraction]) -> str:
    """Return why an instance does not refute what it should, "" if it does."""
    names = dict.fromkeys(name.partition("[")[0] for name in values if "[" in name)
    menu = {name: [values[f"{name}[{k}]"] for k in range(_count(values, name))] for name in names}
    if not spec.allowed(menu):
        return f"it is not allowed: {menu}"
    return "" if spec.breaks(menu) else f"nobody undercuts or envies: {menu}"


def _count(values: Mapping[str, Fraction], name: str) -> int:
    return sum(one.startswith(f"{name}[") for one in values)
