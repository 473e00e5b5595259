"""Equilibria by their supports: which strategies are in use, and then what makes those pay the same.

Of two players the equations are linear, and solved over fractions for supports of one size: all there are, unless the
game is degenerate. Of more they are polynomials: roots are looked for from several starts, and what is found is
enclosed. Pure equilibria are all found, whoever plays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations, product
from typing import Any, ClassVar

import numpy as np

from ....formulations.errors import BackendError
from ....formulations.finite.declaration import FiniteGame
from ....formulations.language import Declaration
from ...certificates.finite.enclosed import enclosed
from ...certificates.finite.gains import is_equilibrium
from ...finite.enumeration import Enumeration, Profile, Say
from ...linear.vertex import solve_square
from ...solution import Answer, Request

MOST_SUPPORTS = 4_000
"""Supports that are looked into at most, those of few strategies first."""
STARTS = 8
"""Starts from which roots are looked for on each support, of three and more players."""
SAME = 1e-6
"""Roots that are nearer than so much are one."""
Support = tuple[tuple[int, ...], ...]


def backends() -> tuple[SupportEnumeration]:
    """Return the back end."""
    return (SupportEnumeration(),)


@dataclass(frozen=True)
class SupportEnumeration:
    """Finds equilibria support by support, of any number of players."""

    mechanism: ClassVar[type] = FiniteGame
    name: str = "support-enumeration"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a finite game."""
        if isinstance(model, FiniteGame):
            return None
        return f"solves FiniteGame only, not {type(model).__name__}; mechproof.backends tells what takes it"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the first equilibrium found, on the fewest strategies.

        Raises
        ------
        BackendError
            When none was found.
        """
        assert isinstance(model, FiniteGame)
        request.refuse_options(self.name)
        found = next(_found(model, lambda _: None), None)
        if found is None:
            raise BackendError(f"{self.name} found no equilibrium on {MOST_SUPPORTS:,} supports at most")
        exact = request.arithmetic == "exact"
        values = np.array(found if exact else [float(entry) for entry in found], dtype=object if exact else np.float64)
        return Answer({"probability": values}, "an equilibrium, of the fewest strategies found")

    def enumerate(self, game: FiniteGame, say: Say) -> Enumeration:
        """Return all that is found; it is never said that this is everything."""
        profiles = tuple(_found(game, say))
        pure = sum(all(entry in (0, 1) for entry in profile) for profile in profiles)
        tried = min(int(np.prod([float(2**count - 1) for count in game.shape])), MOST_SUPPORTS)
        told = f"{pure} pure equilibria, which are all of those, and {len(profiles) - pure} mixed ones"
        how = "with supports of one size" if len(game.shape) == 2 else f"from {STARTS} starts each"
        told += f" found on {tried:,} supports {how}: there may be others"
        return Enumeration(profiles, False, told)


def _found(game: FiniteGame, say: Say) -> Iterator[Profile]:
    """Yield equilibria, each once: the pure ones first."""
    yield from pure_equilibria(game)
    generator = np.random.default_rng(0)
    for index, used in enumerate(_supports(game)):
        if index >= MOST_SUPPORTS:
            return
        if not index % 100:
            say(f"support {index:,}")
        if any(len(mine) > 1 for mine in used) and not _conditionally_dominated(game, used):
            yield from _on(game, used, generator)


def pure_equilibria(game: FiniteGame) -> Iterator[Profile]:
    """Yield all equilibria in which nobody mixes.

    Examples
    --------
    >>> game = FiniteGame(payoff=[[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
    >>> [[int(entry) for entry in profile] for profile in pure_equilibria(game)]
    [[1, 0, 1, 0], [0, 1, 0, 1]]
    """
    best = [table == table.max(axis=player, keepdims=True) for player, table in enumerate(game.payoff)]
    for profile in np.argwhere(reduce(np.logical_and, best)).tolist():
        entries = [Fraction(0)] * sum(game.shape)
        for part, s in zip(game.slices, profile, strict=True):
            entries[part.start + s] = Fraction(1)
        yield tuple(entries)


def _supports(game: FiniteGame) -> Iterator[Support]:
    """Yield all supports, those of few strategies first; of two players only those of one size."""
    sizes = sorted(product(*(range(1, count + 1) for count in game.shape)), key=lambda some: (sum(some), some))
    for some in sizes:
        if len(some) != 2 or some[0] == some[1]:
            yield from product(*(combinations(range(count), k) for count, k in zip(game.shape, some, strict=True)))


def _conditionally_dominated(game: FiniteGame, used: Support) -> bool:
    """Whether somebody uses a strategy that another one is better than whatever the others do on the support."""
    for player, mine in enumerate(used):
        table = np.moveaxis(game.payoff[player], player, 0)
        others = [theirs for j, theirs in enumerate(used) if j != player]
        rows = table[np.ix_(range(len(table)), *others)].reshape(len(table), -1)
        if any(np.all(rows > rows[s], axis=1).any() for s in mine):
            return True
    return False


def _on(game: FiniteGame, used: Support, generator: np.random.Generator) -> Iterator[Profile]:
    """Yield the equilibria that are found on one support."""
    if len(used) == 2:
        yield from _on_of_two(game, used)
        return
    seen: list[Any] = []
    for _ in range(STARTS):
        start = _root(game, used, generator)
        if start is None or any(np.max(np.abs(start - other)) < SAME for other in seen):
            continue
        seen.append(start)
        found = enclosed(game, start.tolist(), used)
        if found is not None:
            yield tuple(found)


def _on_of_two(game: FiniteGame, used: Support) -> Iterator[Profile]:
    """Yield the equilibrium of two players on one support, if its equations have one solution and that is one."""
    mine, theirs = _equalising(game.payoff[1], *used), _equalising(game.payoff[0].T, *used[::-1])
    if mine is None or theirs is None:
        return
    in_use = [part[s] for part, some in zip((mine, theirs), used, strict=True) for s in some]
    if min(in_use) > 0 and is_equilibrium(game, mine + theirs):
        yield tuple(mine + theirs)


def _equalising(table: Any, mine: Sequence[int], theirs: Sequence[int]) -> list[Fraction] | None:
    """Return the probabilities of as many strategies by which the other's in use all pay the same."""
    one, none = Fraction(1), Fraction(0)
    rows = [[table[s, t] for s in mine] + [-one] for t in theirs] + [[one] * len(mine) + [none]]
    found = solve_square(rows, [none] * len(theirs) + [one])
    if found is None:
        return None
    entries = [none] * len(table)
    for s, entry in zip(mine, found[:-1], strict=True):
        entries[s] = entry
    return entries


def _root(game: FiniteGame, used: Support, generator: np.random.Generator) -> np.ndarray | None:
    """Return probabilities on a support at which what is in use pays the same, in doubles, from a random start."""
    from scipy.optimize import root

    tables = [table.astype(float) for table in game.payoff]
    sizes = [len(mine) for mine in used]
    cuts = np.cumsum(sizes)[:-1]
    small = [table[np.ix_(*used)] / (np.ptp(table) or 1.0) for table in tables]

    def missed(unknowns: Any) -> Any:
        mixed = np.split(unknowns, cuts)
        rows = []
        for player, table in enumerate(small):
            paid = np.moveaxis(table, player, 0)
            for part in reversed([part for j, part in enumerate(mixed) if j != player]):
                paid = paid @ part
            rows.append([np.sum(mixed[player]) - 1, *(paid[1:] - paid[0])])
        return np.concatenate(rows)

    start = np.concatenate([generator.dirichlet(np.ones(size)) for size in sizes])
    with np.errstate(all="ignore"):
        found = root(missed, start)
    if not found.success or np.min(found.x) <= 0:
        return None
    entries = np.zeros(sum(game.shape))
    entries[[part.start + s for part, mine in zip(game.slices, used, strict=True) for s in mine]] = found.x
    return entries
