"""Declared data as people bring it: parts of one type, brackets in help texts, markets in which one is alone."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.data import Number, Vector
from mechproof.formulations.declaration import labels, part, scalar, vector
from mechproof.formulations.language import Decision, Declaration, Game, Player
from mechproof.formulations.registry import kinds_of
from mechproof.formulations.specification.fields import read_declaration

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])


NO_FILES: Any = None


class Rebate(Declaration):
    """A kind of one type, which is the type itself."""

    rate: Number = scalar("a rate", above=0)


class Buying(Declaration):
    revenue: Any = part(mp.LogRevenue)
    rebate: Any = part(Rebate)


def test_a_part_of_one_type_is_chosen_by_its_name() -> None:
    assert list(kinds_of(mp.LogRevenue)) == ["log"]
    assert list(kinds_of(Rebate)) == ["rebate"]
    assert "revenue" not in kinds_of(mp.Revenue)
    table = {"revenue": {"type": "log", "alpha": 2, "beta": "0.5"}, "rebate": {"type": "rebate", "rate": 3}}
    found: Any = read_declaration(Buying, table, "mechanism", NO_FILES)
    assert (found.revenue.beta, found.rebate.rate) == (Fraction(1, 2), 3)
    table["revenue"]["type"] = "saturating"  # type: ignore[index]
    with pytest.raises(mp.InputError, match="saturating"):
        read_declaration(Buying, table, "mechanism", NO_FILES)


class Sale(Declaration):
    price: Vector = vector("a price", above=0, per="buyer")
    who: Any = labels("buyer", default=None)


def test_names_that_are_too_few_are_told_by_their_field() -> None:
    with pytest.raises(mp.InputError, match="who = '1 names': must name as many as price has entries, 3"):
        Sale(price=[1, 2, 3], who=["Ann"])
    assert Sale(price=[1, 2, 3]).who is None


@pytest.mark.parametrize(("command", "told"), [("market", "[market]"), ("train", "[train]")])
def test_brackets_are_kept_in_help(command: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    run([command, "--help"])
    assert told in capsys.readouterr().out


class Cournot(Game):
    """Firms choose quantities; the price is what they leave of a demand."""

    cost: Vector = vector("a unit cost", above=0, per="firm")
    demand: Number = scalar("the highest price", above=0)

    def players(self) -> tuple[Player, ...]:
        count = len(self.cost)
        return (Player("firm", Decision("q", [0] * count, [10] * count), profit, count=count),)


def profit(a: Any, own: Any, others: Any, cost: Any, demand: Any) -> Any:
    return (demand - own - others) * own - cost * own


class Fine(Game):
    """Whoever is alone in selling anything pays for it: at zero the utility jumps."""

    prize: Number = scalar("a prize", above=0)

    def players(self) -> tuple[Player, ...]:
        return (Player("seller", Decision("sold", [0, 0], [9, 9]), fined, count=2),)


def fined(a: Any, own: Any, others: Any, prize: Any) -> Any:
    return 2 * own - own * own - prize * a.share(own, others) - 3 * own * others


@BOTH
def test_a_firm_alone_in_its_market_is_an_equilibrium(arithmetic: str) -> None:
    """A monopolist of cost 1 sells 4.5 of 10 at 5.5: a firm of cost 5.5 or more stays out."""
    for cost in (9, "5.5", "5.6"):
        alone = mp.candidate(Cournot(cost=[1, cost], demand=10), q=["4.5", 0])
        found = mp.certify(alone, arithmetic=arithmetic)
        assert found.optimal is not False
        assert cost == "5.5" or (found.valid and (found.distance or 0.0) < 1e-12)
    undercut = mp.candidate(Cournot(cost=[1, 5], demand=10), q=["4.5", 0])
    assert mp.certify(undercut, arithmetic=arithmetic).optimal is False
    greedy = mp.candidate(Cournot(cost=[1, 9], demand=10), q=["4.6", 0])
    assert mp.certify(greedy, arithmetic=arithmetic).optimal is not True


@BOTH
def test_who_would_rather_leave_is_no_equilibrium(arithmetic: str) -> None:
    """Alone, 2·1 − 1 − prize is less than nothing where the prize is above 1, though the slope there is zero."""
    assert mp.certify(mp.candidate(Fine(5), sold=[1, 0]), arithmetic=arithmetic).optimal is not True
