"""Gambit's files of games in strategic form, ``.nfg``: both formats, decimals and fractions exactly.

NFG 1 R "title" { "Ann" "Bob" } { 2 3 } "comment"      payoffs: n for each profile, the first player's strategy
1 1/2 0 2 …                                             moving fastest

NFG 1 R "title" { "Ann" "Bob" } { { "a" "b" } { "c" "d" "e" } } "comment"
{ { "won" 1, 1/2 } { "lost" 0 2.5 } … }                 outcomes, and which of them each profile has; 0 pays nothing
1 2 0 …
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ..data import exact
from ..errors import InputError
from .declaration import MOST_PROFILES, FiniteGame, finite

SUFFIX = ".nfg"
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]|[^\s{},"]+|"')
NUMBER = re.compile(r"[+-]?([0-9]+/[0-9]+|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)")


@dataclass(frozen=True)
class Token:
    """A word of a file and the line it stands on."""

    text: str
    line: int


class _Words:
    """The words of a file, one after the other."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.tokens, self.place = list(_tokens(text)), 0

    def refuse(self, value: Any, rule: str, remedy: str = "") -> InputError:
        """Return the refusal of the last word, with its line."""
        lines = [token.line for token in self.tokens[: max(self.place, 1)]]
        return InputError(f"{self.name}, line {lines[-1] if lines else 1}", value, rule, remedy)

    def peek(self) -> str:
        """Return the next word, empty at the end."""
        return self.tokens[self.place].text if self.place < len(self.tokens) else ""

    def next(self, what: str) -> str:
        """Return the next word and go on."""
        word = self.peek()
        if not word:
            raise self.refuse("the end of the file", f"{what} is missing")
        self.place += 1
        return word

    def expect(self, sign: str, what: str) -> None:
        """Go on over a sign."""
        word = self.next(what)
        if word != sign:
            raise self.refuse(word, f"{what} must be {sign!r} here")

    def quoted(self, what: str) -> str:
        """Return a quoted text."""
        word = self.next(what)
        if len(word) < 2 or not word.startswith('"'):
            raise self.refuse(word, f"{what} must stand in quotation marks")
        return re.sub(r"\\(.)", r"\1", word[1:-1])

    def number(self, what: str) -> Fraction:
        """Return a decimal or a fraction, exactly."""
        word = self.next(what)
        try:
            if NUMBER.fullmatch(word):
                return exact(word)
        except (ValueError, ArithmeticError):  # over zero, or of thousands of digits
            pass
        raise self.refuse(word, f"{what} must be a number", "write it as 0.25 or 1/4")

    def whole(self, what: str, least: int) -> int:
        """Return a whole number."""
        word = self.next(what)
        if not re.fullmatch(r"[0-9]{1,9}", word) or int(word) < least:
            raise self.refuse(word, f"{what} must be a whole number, at least {least}")
        return int(word)

    def inside(self, what: str) -> Iterator[None]:
        """Go on over braces, once for each thing in them."""
        self.expect("{", what)
        while self.peek() != "}":
            if not self.peek():
                raise self.refuse("the end of the file", f"{what} has no closing brace")
            yield
        self.place += 1


def _tokens(text: str) -> Iterator[Token]:
    """Yield a text's words with their lines; what is quoted is one word, on however many lines."""
    line, read = 1, 0
    for found in TOKEN.finditer(text):
        line += text.count("\n", read, found.start())
        read = found.start()
        yield Token(found[0], line)


def parse_nfg(text: str, name: str = "nfg") -> FiniteGame:
    """Return the game that a text in Gambit's format is.

    Raises
    ------
    InputError
        When it is not in that format; the message names the line and what is wrong there.

    Examples
    --------
    >>> game = parse_nfg('NFG 1 R "pennies" { "Ann" "Bob" } { 2 2 } 1 -1 -1 1 -1 1 1/2 -.5')
    >>> print(game.player, game.payoff[0].tolist()[1][1], game.payoff[1][1, 1])
    ('Ann', 'Bob') 1/2 -1/2
    >>> parse_nfg('NFG 1 R "pennies" { "Ann" "Bob" } { 2 2 } 1 -1 -1')
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: nfg, line 1 = 'the end of the file': Bob's payoff at profile (2, 1) is \
missing
    """
    words = _Words(text, name)
    for sign in ("NFG", "1"):
        words.expect(sign, "the head of a file in Gambit's format")
    kind = words.next("the kind of numbers")
    if kind not in ("R", "D"):
        raise words.refuse(kind, "the kind of numbers must be R or D")
    title = words.quoted("the game's title")
    players = tuple(words.quoted("a player's name") for _ in words.inside("the list of players"))
    if not players:
        raise words.refuse("{ }", "there must be a player")
    strategies = _read_strategies(words, len(players))
    if words.peek().startswith('"'):
        words.quoted("the comment")
    shape = tuple(map(len, strategies))
    if prod(shape) > MOST_PROFILES:
        raise words.refuse(f"{prod(shape):,} profiles", f"a game may have {MOST_PROFILES:,} at most")
    rows = _outcomes(words, players, shape) if words.peek() == "{" else _payoffs(words, players, shape)
    if words.peek():
        raise words.refuse(words.next("nothing"), f"{prod(shape):,} profiles have been read, and nothing may follow")
    tables = np.array(rows, dtype=object).T.reshape(len(players), *reversed(shape))
    tables = tables.transpose(0, *range(len(shape), 0, -1))  # in the file the first player's strategy moves fastest
    return _made(words, tables, players, strategies, title)


def _made(words: _Words, tables: Any, players: Any, strategies: Any, title: str) -> FiniteGame:
    try:
        return FiniteGame(payoff=tables, player=players, strategy=strategies, title=title or None)
    except InputError as error:
        raise InputError(f"{words.name}, {error.field}", error.value, error.rule, error.remedy) from None


def _read_strategies(words: _Words, players: int) -> list[list[str]]:
    """Return everybody's strategies' names, or the numbers from one where there are counts only."""
    found: list[list[str]] = []
    for _ in words.inside("the list of strategies"):
        if words.peek() == "{":
            names = [words.quoted("a strategy's name") for _ in words.inside("a player's strategies")]
            found.append([name.strip() or str(k + 1) for k, name in enumerate(names)])
        else:
            count = words.whole("how many strategies a player has", least=1)
            if count > MOST_PROFILES:
                raise words.refuse(count, f"a player may have {MOST_PROFILES:,} strategies at most")
            found.append([str(k + 1) for k in range(count)])
    if len(found) != players:
        raise words.refuse(f"strategies of {len(found)} players", f"there are {players} players")
    if not all(found):
        raise words.refuse("{ }", "every player must have a strategy")
    return found


def _payoffs(words: _Words, players: tuple[str, ...], shape: tuple[int, ...]) -> list[list[Fraction]]:
    """Return everybody's payoffs, profile by profile."""
    return [
        [words.number(f"{player}'s payoff at profile {_profile(index, shape)}") for player in players]
        for index in range(prod(shape))
    ]


def _outcomes(words: _Words, players: tuple[str, ...], shape: tuple[int, ...]) -> list[list[Fraction]]:
    """Return the same of a file that lists outcomes and says which one each profile has."""
    outcomes = [[Fraction(0)] * len(players)]
    for _ in words.inside("the list of outcomes"):
        words.expect("{", "an outcome")
        named = words.quoted("an outcome's name") or str(len(outcomes))
        outcomes.append([words.number(f"{player}'s payoff in outcome {named!r}") for player in players])
        words.expect("}", f"the end of outcome {named!r}, after {len(players)} payoffs,")
    rows = []
    for index in range(prod(shape)):
        which = words.whole(f"the outcome of profile {_profile(index, shape)}", least=0)
        if which >= len(outcomes):
            raise words.refuse(which, f"there are {len(outcomes) - 1} outcomes", "0 is the one in which nobody is paid")
        rows.append(outcomes[which])
    return rows


def _profile(index: int, shape: tuple[int, ...]) -> str:
    """Return a profile of a file by its strategies' numbers, the first player's moving fastest."""
    numbers = []
    for count in shape:
        index, strategy = divmod(index, count)
        numbers.append(str(strategy + 1))
    return f"({', '.join(numbers)})"


def nfg_text(game: FiniteGame) -> str:
    """Return a game in Gambit's format, its payoffs as fractions.

    Examples
    --------
    >>> import mechproof as mp
    >>> print(nfg_text(mp.FiniteGame(payoff=[[["1/3", 0]], [[1, "0.5"]]], player=["Ann", "Bob"], title="small")))
    NFG 1 R "small" { "Ann" "Bob" }
    { { "1" } { "1" "2" } }
    <BLANKLINE>
    1/3 1
    0 1/2
    <BLANKLINE>
    """
    game = finite(game)
    names = " ".join(f"{{ {' '.join(map(_quoted, strategies))} }}" for strategies in game.strategy)
    head = f"NFG 1 R {_quoted(game.title or '')} {{ {' '.join(map(_quoted, game.player))} }}\n{{ {names} }}\n"
    order = np.asarray(game.payoff).transpose(0, *range(len(game.shape), 0, -1)).reshape(len(game.shape), -1).T
    return head + "\n" + "".join(f"{' '.join(map(str, row))}\n" for row in order.tolist())


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_nfg(path: str | Path) -> FiniteGame:
    """Return the game in a file of Gambit's format.

    Raises
    ------
    InputError
        When there is no such file, or it is not in that format; the message names the line and what is wrong there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "small.nfg"
    ...     _ = path.write_text('NFG 1 D "small" { "Ann" "Bob" } { 1 2 } 0.1 1 .25 -1e-1')
    ...     print(read_nfg(path).payoff[0].tolist())
    [[Fraction(1, 10), Fraction(1, 4)]]
    """
    from ..specification.tables import read_text

    path = Path(path)
    return parse_nfg(read_text(path, "game")[0], path.name)
