"""Gambit's files: both formats exactly, errors with their line, and the commands that read and write them."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

import pytest
from finite_oracles import random_table

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.finite.nfg import parse_nfg
from mechproof.solvers.backends.finite import polyhedron
from mechproof.solvers.commands.schema import check_document

EXAMPLES = Path(__file__).parent.parent / "examples"
F = Fraction
OUTCOMES = """NFG 1 R "Two by
two" { "Ann \\"A\\"" "Bob" }

{ { "up" "down" }
  { "left" "right" } }
""

{
{ "first" 1/3, 2 }
{ "second" -.5, 1e2 }
{ "" 7, 0.125 }
}
1 2 0 3
"""


def test_outcomes_are_read_exactly() -> None:
    game = parse_nfg(OUTCOMES)
    assert game.player == ('Ann "A"', "Bob")
    assert game.strategy == (("up", "down"), ("left", "right"))
    assert game.payoff.tolist() == [[[F(1, 3), 0], [F(-1, 2), 7]], [[2, 0], [100, F(1, 8)]]]


def test_payoffs_are_read_with_the_first_players_strategy_moving_fastest() -> None:
    game = parse_nfg('NFG 1 D "three" { "A" "B" "C" } { 2 1 2 }\n' + " ".join(map(str, range(12))))
    assert game.shape == (2, 1, 2)
    assert [game.payoff[(slice(None), *profile)].tolist() for profile in game.profiles()] == [
        [0, 1, 2],
        [6, 7, 8],
        [3, 4, 5],
        [9, 10, 11],
    ]


def test_what_is_written_is_read_again() -> None:
    draw = random.Random(7)
    for _ in range(20):
        shape = draw.randint(1, 4), draw.randint(1, 4)
        game = mp.FiniteGame(payoff=[random_table(draw, *shape, 9, 7) for _ in range(2)], player=['a "b"', "c\\d"])
        again = parse_nfg(mp.nfg_text(game))
        assert (again.payoff == game.payoff).all()
        assert (again.player, again.strategy) == (game.player, game.strategy)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "line 1 = 'the end of the file'"),
        ('EFG 2 R "x"', "line 1 = 'EFG': the head of a file in Gambit's format must be 'NFG' here"),
        ('NFG 1 Q "x"', "must be R or D"),
        ('NFG 1 R "x', "title must stand in quotation marks"),
        ('NFG 1 R "x" { "a" "b" }\n{ 2 }\n1 2', "line 2 = 'strategies of 1 players': there are 2 players"),
        ('NFG 1 R "x" { "a" "b" }\n{ 2 0 }', "at least 1"),
        ('NFG 1 R "x" { "a" "b" }\n{ 2 1 }\n1 2\n3 x', "line 4 = 'x': b's payoff at profile (2, 1) must be a number"),
        (
            'NFG 1 R "x" { "a" "b" }\n{ 2 1 }\n1 2\n3',
            "line 4 = 'the end of the file': b's payoff at profile (2, 1) is missing",
        ),
        ('NFG 1 R "x" { "a" "b" }\n{ 1 1 }\n1 2\n3', "line 4 = '3': 1 profiles have been read, and nothing may follow"),
        ('NFG 1 R "x" { "a" "b" }\n{ 1 1 }\n1/0 2', "line 3 = '1/0'"),
        ('NFG 1 R "x" { "a" "a" }\n{ 1 1 }\n1 2', "named once"),
        (OUTCOMES.replace("1 2 0 3", "1 2 0 4"), "there are 3 outcomes"),
        (OUTCOMES.replace("1/3, 2 }", "1/3 }"), "Bob's payoff in outcome 'first' must be a number"),
        (
            OUTCOMES.replace("1/3, 2 }", "1/3, 2, 3 }"),
            "line 9 = '3': the end of outcome 'first', after 2 payoffs, must be '}'",
        ),
        ('NFG 1 R "x" { "a" "b" }\n{ 99999 99999 }', "a game may have 1,000,000 at most"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(text: str, error: str) -> None:
    with pytest.raises(mp.InputError) as refused:
        parse_nfg(text, "game.nfg")
    assert error in str(refused.value)
    assert "game.nfg" in str(refused.value)


def test_a_file_is_solved_certified_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    game = str(EXAMPLES / "inspection.nfg")
    assert run(["solve", game, "--arithmetic", "exact", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    check_document(document)
    assert document["exact"]["probability"] == ["3/4", "1/4", "0", "3/8", "5/8", "0"]
    assert document["equilibria"]["complete"]
    assert document["equilibria"]["profiles"] == [document["exact"]["probability"]]
    assert run(["verify", game, "--require", "no-profitable-deviation,uniqueness"]) == 0
    stated = tmp_path / "found.ne"
    for line, code in (("NE,3/4,1/4,0,3/8,5/8,0", 0), ("NE,0.75,0.25,0,0.375,0.625,0", 0), ("NE,1,0,0,1,0,0", 1)):
        stated.write_text(line)
        assert run(["certify", "--model", game, "--solution", str(stated)]) == code
    stated.write_text("NE,1,0")
    assert run(["certify", "--model", game, "--solution", str(stated)]) == 2
    assert "must have 6 probabilities" in capsys.readouterr().err
    assert run(["certify", game]) == 2
    assert "--model GAME.nfg --solution FILE" in capsys.readouterr().err
    assert run(["nfg", game, "--output", str(tmp_path / "again.nfg")]) == 0
    assert run(["nfg", game, "--output", str(tmp_path / "again.json")]) == 2
    assert "call it GAME.nfg" in capsys.readouterr().err
    assert not (tmp_path / "again.json").exists()
    assert run(["certify", "--model", str(tmp_path / "a.toml"), "--solution", str(stated)]) == 2
    assert ".nl, and .nfg of a game" in capsys.readouterr().err
    assert (mp.read_nfg(tmp_path / "again.nfg").payoff == mp.read_nfg(game).payoff).all()


def test_a_check_of_a_folder_judges_its_games(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "games").mkdir()
    for name, payoffs in (("kept.nfg", "1 1 0 0 0 0 1 1"), ("LOST.NFG", "1 1 0 0 0 0 1")):
        (tmp_path / "games" / name).write_text(f'NFG 1 R "" {{ "a" "b" }} {{ 2 2 }}\n{payoffs}\n')
    assert run(["check", str(tmp_path), "--no-cache"]) == 2
    said = capsys.readouterr().out
    assert "kept.nfg:1: no-profitable-deviation holds" in said
    assert "LOST.NFG:1: specification error" in said


def test_where_there_are_too_many_equilibria_one_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(polyhedron, "MOST_RAYS", 3)
    assert run(["solve", str(EXAMPLES / "inspection.nfg")]) == 0
    said = capsys.readouterr()
    assert "CERTIFIED" in said.out
    assert "not all equilibria are listed: the best replies have more than 3 vertices" in said.err


def test_a_table_is_a_finite_game(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    spec = tmp_path / "sexes.toml"
    text = 'format = 1\n[mechanism]\ntype = "finite-game"\npayoff = [[[2, 0], [0, 0.5]], [[1, 0], [0, "1/3"]]]\n'
    spec.write_text(text + "[candidate]\nprobability = [1, 0, 0, 1]\n")
    assert run(["certify", str(spec)]) == 1
    said = capsys.readouterr().out
    assert "gains 1 by 1" in said
    assert "\n\n\n" not in said
    assert run(["nfg", str(spec)]) == 0
    assert parse_nfg(capsys.readouterr().out).payoff[1, 1, 1] == F(1, 3)
