"""Points that a solver called optimal and are not, as ``findings/`` shows: the judge refutes them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from mechproof.solvers.programs.judgement import judge
from mechproof.solvers.programs.lp_format import read_lp

BOX = "-5 <= x <= 5\n -5 <= y <= 5\n -5 <= z <= 5\n"
THREE = f"- x - 2 y - 3 z + [ 3 x ^2 + 2 x * y + 2 x * z + 2 y ^2 + 2 z ^2 ] / 2\nst\nbounds\n {BOX}"
FOUR = (
    "5.25 x + 2.5 y + 6.5 z - 7 w + [ 3 x ^2 - 2 x * y - 2 x * z + 4 x * w + 6 y ^2 - 4 y * z + 8 y * w\n"
    f"+ 4 z ^2 - 8 z * w + 9 w ^2 ] / 2\nst\n r: -4 x + 6 y - 5 z + w <= 19\nbounds\n {BOX} -5 <= w <= 5\n"
)
TWICE = "2 x + 3 x + 4 y\nst\n r: x + y >= 4\nbounds\n x <= 9\n y <= 9\n"


@pytest.mark.parametrize(
    ("program", "claimed", "optimum"),
    [
        (THREE, "x -8/15 y 1 z 8/5", "x -3/4 y 11/8 z 15/8"),  # the gradient is nought there
        (FOUR, "x -5 y -5 z 5 w 5", "x -5 y -103/28 z -15/7 w 18/7"),  # as it is along y, z and w; along x it is 17/14
        (TWICE, "x 4 y 0", "x 0 y 4"),
    ],
    ids=["in a box", "with one row", "a cost stated twice"],
)
def test_what_is_called_optimal_and_is_not_is_refuted(program: str, claimed: str, optimum: str, tmp_path: Path) -> None:
    file = tmp_path / "m.lp"
    file.write_text(f"minimize\n {program}end\n", encoding="utf-8")
    problem = read_lp(file)

    def point(text: str) -> list[Fraction]:
        words = text.split()
        named = dict(zip(words[::2], map(Fraction, words[1::2]), strict=True))
        return [named[name] for name in problem.names]

    tolerance = Fraction(1, 10**7)
    found = judge(problem, point(claimed), tolerance)
    assert (found.verdict, found.better) == ("refuted", point(optimum))
    assert judge(problem, point(optimum), tolerance).verdict == "valid"
