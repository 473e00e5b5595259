#!/usr/bin/env bash
# Guess: pygambit's enumpoly, which examines all supports and finds for each "all totally-mixed equilibria", finds those of a
#   generic game of three players with two strategies each.
# Seen (pygambit 16.7.0): of 15 totally mixed equilibria of 13 random games with whole payoffs up to 9 it misses 5, without a word;
#   for one of these games it returns none at all, though every game has one. That each of the five is an equilibrium is seen
#   by putting it in: nobody's regret is more than rounding. A smaller or larger maxregret changes nothing.
# So: of more than two players equilibria are never said to be all here, and every one that is returned is certified by itself.
# Where there is no wheel of pygambit, pip builds it, which takes some twenty minutes.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "pygambit==16.7.0" "numpy==2.4.6"
cd "$work"
"$work/venv/bin/python" -W ignore - <<'P'
import io
import random

import numpy as np
import pygambit
from numpy.polynomial import Polynomial


def indifference(table):
    """What the second strategy earns more than the first: a + b y + c z + d y z, in the others' chances of their second."""
    a, b, c, d = (int(value) for value in (table[0, 0], table[1, 0], table[0, 1], table[1, 1]))
    return a, b - a, c - a, d - b - c + a


def totally_mixed(pay):
    """The equilibria at which all three are indifferent: by elimination the roots of a quadratic equation."""
    a, b, c, d = indifference(pay[0][1] - pay[0][0])
    y = Polynomial([-a, -c]), Polynomial([b, d])
    a, b, c, d = indifference(pay[1][:, 1] - pay[1][:, 0])
    x = Polynomial([-a, -c]), Polynomial([b, d])
    a, b, c, d = indifference(pay[2][:, :, 1] - pay[2][:, :, 0])
    rest = a * x[1] * y[1] + b * x[0] * y[1] + c * y[0] * x[1] + d * x[0] * y[0]
    for z in (float(root.real) for root in rest.trim().roots() if root.imag == 0):
        chances = float(x[0](z) / x[1](z)), float(y[0](z) / y[1](z)), z
        if all(0.01 < chance < 0.99 for chance in chances):
            yield chances


def regret(pay, chances):
    mixed = [np.array([1 - chance, chance]) for chance in chances]
    most = 0.0
    for player, table in enumerate(pay):
        others = [mixed[other] for other in range(3) if other != player]
        earned = np.einsum("ijk,j,k->i", np.moveaxis(table.astype(float), player, 0), *others)
        most = max(most, float(earned.max() - earned @ mixed[player]))
    return most


def enumerated(pay, maxregret):
    cells = [(i, j, k) for k in range(2) for j in range(2) for i in range(2)]
    numbers = " ".join(str(table[cell]) for cell in cells for table in pay)
    game = pygambit.read_nfg(io.BytesIO(f'NFG 1 R "" {{ "A" "B" "C" }} {{ 2 2 2 }}\n\n{numbers}\n'.encode()))
    found = pygambit.nash.enumpoly_solve(game, maxregret=maxregret).equilibria
    return [[float([item[s] for s in player.strategies][1]) for player in game.players] for item in found]


there = games = 0
missed, none = {}, []
for seed in range(40):
    draw = random.Random(seed)
    pay = [np.array([draw.randint(-9, 9) for _ in range(8)]).reshape(2, 2, 2) for _ in range(3)]
    wanted = list(totally_mixed(pay))
    games, there = games + bool(wanted), there + len(wanted)
    for maxregret in (1e-8, 1e-4, 1e-2) if wanted else ():
        found = enumerated(pay, maxregret)
        for chances in wanted:
            assert regret(pay, chances) < 1e-12
            if not any(np.allclose(other, chances, atol=1e-3) for other in found):
                missed.setdefault(maxregret, []).append(seed)
                if maxregret == 1e-4:
                    print(f"game {seed}: {len(found)} found, and not {np.round(chances, 4).tolist()}")
                    none += [seed] * (not found)
print(f"of {there} in {games} games, missed by maxregret:", {key: len(value) for key, value in missed.items()})
assert (there, games) == (15, 13) and missed[1e-8] == missed[1e-4] == missed[1e-2] and len(missed[1e-4]) == 5
assert none == [28]
P
