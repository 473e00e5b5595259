#!/usr/bin/env bash
# Guess: every equilibrium that nashpy finds in a finite game, it finds with the payoffs in another unit: a game always has one.
# Seen (nashpy 0.0.43, SciPy 1.17.1): with whole payoffs up to 9 vertex enumeration finds equilibria in 50 of 50 random games of
#   3 x 3; with payoffs 10^7 times as large none in 37 of the same games, and with 10^8 none
#   in any, without a word. Matching pennies for 10^8: none; Lemke-Howson finds it. Support enumeration misses 1 of the 50
#   games, whose one equilibrium (0, 3/11, 8/11), (0, 13/16, 3/16) is not degenerate, with payoffs up to 9 already.
# So: equilibria of finite games are counted and certified here over fractions, where no unit matters.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "nashpy==0.0.43" "scipy==1.17.1" "numpy==2.4.6"
"$work/venv/bin/python" -W ignore - <<'P'
import nashpy
import numpy as np

generator = np.random.default_rng(1)
games = [(generator.integers(-9, 10, (3, 3)), generator.integers(-9, 10, (3, 3))) for _ in range(50)]
without = {}
for unit in (1, 10**7, 10**8):
    scaled = [nashpy.Game(first * float(unit), second * float(unit)) for first, second in games]
    without[unit] = sum(not list(game.vertex_enumeration()) for game in scaled)
    print(f"payoffs times {unit:,}: no equilibrium in {without[unit]} of 50 games by vertices")
assert without[1] == 0 and 30 <= without[10**7] <= 48 and without[10**8] >= 48
pennies = np.array([[1.0, -1], [-1, 1]]) * 10**8
game = nashpy.Game(pennies, -pennies)
assert list(game.vertex_enumeration()) == []
assert np.allclose(game.lemke_howson(0), 1 / 2)
supports = [list(nashpy.Game(*game).support_enumeration()) for game in games]
missed = [index for index, found in enumerate(supports) if not found]
(found,) = nashpy.Game(*games[missed[0]]).vertex_enumeration()
assert missed == [3] and np.allclose(found, [[0, 3 / 11, 8 / 11], [0, 13 / 16, 3 / 16]])
print("no equilibrium by supports:", *(part.tolist() for part in games[3]))
print("matching pennies for 10^8: no equilibrium by vertices, (1/2, 1/2) by Lemke and Howson")
P
