"""The same games asked of Gambit, where pygambit is installed: files read alike, and the same equilibria exactly."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from finite_oracles import random_table

import mechproof as mp
from mechproof.formulations.finite.nfg import parse_nfg

gambit: Any = pytest.importorskip("pygambit", reason="a peer to compare with, which is built from its sources")
pytestmark = pytest.mark.slow


def asked_of_gambit(game: mp.FiniteGame, folder: Path) -> Any:
    path = folder / "game.nfg"
    path.write_text(mp.nfg_text(game), encoding="utf-8")
    return gambit.read_nfg(path)


def test_300_games_have_the_extreme_equilibria_that_gambit_finds_over_fractions(tmp_path: Path) -> None:
    draw, infinite = random.Random(11), 0
    for _ in range(300):
        shape = draw.randint(2, 4), draw.randint(2, 4)
        tables = [random_table(draw, *shape, 9, draw.choice((1, 4))) for _ in range(2)]
        game = mp.FiniteGame(payoff=tables)
        theirs = asked_of_gambit(game, tmp_path)
        asked = gambit.nash.enummixed_solve(theirs, rational=True).equilibria
        found = mp.equilibria(game)
        infinite += found.infinite
        assert {tuple(profile) for profile in found.profiles} == {
            tuple(Fraction(str(one[s])) for player in theirs.players for s in player.strategies) for one in asked
        }
    assert infinite > 30


def test_files_that_gambit_writes_are_read_alike(tmp_path: Path) -> None:
    draw = random.Random(12)
    for shape in ((2, 3), (2, 2, 2), (3, 1, 2)):
        count = len(shape) * shape[0] * shape[1] * (shape[2] if len(shape) > 2 else 1)
        entries = iter([Fraction(draw.randint(-9, 9), draw.randint(1, 9)) for _ in range(count)])

        def nested(left: tuple[int, ...], entries: Any = entries) -> Any:
            return [nested(left[1:]) for _ in range(left[0])] if left else next(entries)

        game = mp.FiniteGame(payoff=nested((len(shape), *shape)))
        assert (parse_nfg(asked_of_gambit(game, tmp_path).to_nfg()).payoff == game.payoff).all()
