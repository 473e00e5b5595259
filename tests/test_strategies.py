"""Instances drawn from declared fields: valid, of every kind, shrinking to the smallest; and what misses by a hair."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from declared_models import AbsoluteFit, LedLottery, Lottery, PriceFit
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st
from own_mechanism import QuadraticLottery

import mechproof as mp
from mechproof.proofs.testing.as_text import example_text, specification_text

SHIPPED = (
    mp.StackelbergPricing,
    mp.VersionPricing,
    mp.VersionRevenue,
    mp.PrivacyContract,
    mp.FullInformationContract,
    mp.ThreePartyMarket,
    mp.PrivacyProcurement,
)
PARTS = (mp.Revenue, mp.PrivacyCost, mp.Prior)
OWN = (Lottery, LedLottery, PriceFit, AbsoluteFit, QuadraticLottery)
few = settings(max_examples=40, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))


def drawn(strategy: Any, count: int = 100) -> list[Any]:
    """The first examples of a strategy."""
    seen: list[Any] = []
    settings(few, max_examples=count, phases=[Phase.generate])(given(strategy)(lambda example: seen.append(example)))()
    return seen


def numbers_of(model: Any) -> list[Any]:
    return [entry for item in fields(model) for entry in np.ravel(getattr(model, item.name)).tolist()]


@pytest.mark.parametrize("kind", [*SHIPPED, *OWN])
def test_every_mechanism_is_drawn(kind: type[Any]) -> None:
    models = drawn(mp.strategies.instances(kind), 50)
    assert len(models) >= 20
    assert {type(model) for model in models} == {kind}


def test_all_kinds_of_numbers_are_drawn() -> None:
    models = drawn(mp.strategies.instances(mp.PrivacyContract))
    costs = [list(model.cost) for model in models]
    entries = [entry for cost in costs for entry in cost]
    assert any(len(set(cost)) < len(cost) for cost in costs)  # tied
    assert any(len(set(cost)) == len(cost) > 2 for cost in costs)  # uneven
    assert min(entries) <= Fraction(1, 1000)
    assert max(entries) >= 1000
    assert any(isinstance(entry, float) for entry in entries)
    assert any(isinstance(entry, Fraction) and entry.denominator > 10 for entry in entries)


def test_optional_fields_parts_and_words_are_drawn() -> None:
    models = drawn(mp.strategies.instances(mp.StackelbergPricing), 200)
    assert {type(model.revenue).__name__ for model in models} >= {"LogRevenue", "SaturatingRevenue"}
    assert {model.mean_over for model in models} == {"all", "participants"}
    assert {model.epsilon_cap is None for model in models} == {True, False}
    assert {model.client is None for model in models} == {True, False}


@dataclass(frozen=True)
class Smallest:
    """What a market shrinks to when it fails: the text of the smallest."""

    kind: type[Any]
    fails: Callable[[Any], bool]
    text: str


CASES = {
    "one type": Smallest(mp.PrivacyContract, lambda m: True, "mp.PrivacyContract(cost=[1], count=[1], reward_pool=1)"),
    "three players": Smallest(Lottery, lambda m: len(m.cost) > 2, "Lottery(cost=[1, 1, 1], prize=1)"),
    "one who is dear": Smallest(Lottery, lambda m: max(m.cost) > 3, "Lottery(cost=[1, 4], prize=1)"),
    "a menu": Smallest(
        mp.VersionPricing, lambda m: len(m.epsilon) > 1, "mp.VersionPricing(epsilon=[1, '0.5'], target=[1, 1])"
    ),
    "no buyer": Smallest(
        mp.VersionRevenue, lambda m: len(m.value) < 2, "mp.VersionRevenue(epsilon=[1], wanted=[0], value=[0])"
    ),
}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=name, marks=pytest.mark.slow if name in ("one who is dear", "a menu") else ())
        for name, case in CASES.items()
    ],
)
def test_a_failing_market_shrinks(case: Smallest) -> None:
    quick = settings(few, max_examples=200)
    found = find(mp.strategies.instances(case.kind), case.fails, settings=quick)
    assert example_text(found) == case.text


def test_fields_can_be_given() -> None:
    strategy = mp.strategies.instances(mp.PrivacyContract, count=[10, 10], reward_pool=st.sampled_from([30, 60]))
    models = drawn(strategy, 30)
    assert {len(model.cost) for model in models} == {2}
    assert {model.reward_pool for model in models} == {30, 60}


def test_people_and_kinds_can_be_chosen() -> None:
    models = drawn(mp.strategies.instances(Lottery, least=3, most=6, kinds=["small"], arithmetics=["exact"]), 40)
    assert {len(model.cost) for model in models} == {3, 4, 5, 6}
    assert all(entry in range(1, 10) for model in models for entry in numbers_of(model))


@dataclass(frozen=True)
class Wrong:
    """A call that is refused, and words of the message."""

    call: Callable[[], Any]
    words: tuple[str, ...]


WRONG = {
    "a kind": Wrong(lambda: mp.strategies.instances(Lottery, kinds=["tidy"]), ("kinds", "tidy", "uneven")),
    "a field": Wrong(lambda: drawn(mp.strategies.instances(Lottery, prise=1)), ("prise", "is no field", "prize")),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_wrong_words_are_refused(case: Wrong) -> None:
    with pytest.raises(mp.InputError) as refusal:
        case.call()
    assert all(word in str(refusal.value) for word in case.words)


class Undeclared(mp.Game):
    """A field that says nothing of itself."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")
    mystery: Any

    def players(self) -> Any:
        return ()


def test_a_field_that_says_nothing_must_be_given() -> None:
    with pytest.raises(mp.InputError, match="mystery"):
        drawn(mp.strategies.instances(Undeclared))
    assert drawn(mp.strategies.instances(Undeclared, mystery=3), 5)[0].mystery == 3


@pytest.mark.parametrize("kind", [*SHIPPED, *OWN])
def test_what_misses_by_a_hair_is_refused_by_name(kind: type[Any]) -> None:
    seen: set[str] = set()

    @few
    @given(mp.strategies.just_infeasible(kind))
    def refused(wrong: Any) -> None:
        with pytest.raises(mp.InputError) as refusal:
            wrong.make()
        assert refusal.value.field.partition("[")[0] in wrong.fields
        seen.add(wrong.why)

    refused()
    assert len(seen) > 2


@pytest.mark.parametrize("kind", SHIPPED)
def test_a_specification_reads_back_exactly(kind: type[Any], tmp_path: Path) -> None:
    file = tmp_path / "market.toml"

    @settings(few, max_examples=25)
    @given(mp.strategies.instances(kind))
    def same(model: Any) -> None:
        parts = [value for value in vars(model).values() if isinstance(value, PARTS)]
        assume(all(type(one).__module__.startswith("mechproof.") for one in parts))
        file.write_text(specification_text(model), encoding="utf-8")
        read = mp.read_specification(file).model
        assert exactly(read) == exactly(model)
        assert exactly(eval(example_text(model), {"mp": mp})) == exactly(model)

    same()


def exactly(model: Any) -> Any:
    """All data as fractions and words."""
    if isinstance(model, PARTS):
        numbers = {item.name: np.ravel(getattr(model, item.name)) for item in fields(model)}
        return type(model).__name__, {name: [Fraction(number) for number in each] for name, each in numbers.items()}
    found = {}
    for name in (item.name for item in fields(model)):
        value = getattr(model, name)
        if isinstance(value, PARTS):
            found[name] = exactly(value)
        elif value is None or isinstance(value, str):
            found[name] = value
        else:
            found[name] = [entry if isinstance(entry, str) else Fraction(entry) for entry in np.ravel(value).tolist()]
    return found


def test_a_failing_test_prints_the_specification(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(
        "import mechproof as mp\nfrom hypothesis import given, settings\n\n"
        "@settings(database=None, derandomize=True)\n@given(mp.strategies.instances(mp.PrivacyContract))\n"
        "def test_poor(contract):\n    assert contract.reward_pool <= 3\n"
    )
    run = subprocess.run([sys.executable, "-m", "pytest", "-q", str(tmp_path)], capture_output=True, text=True)
    assert run.returncode == 1
    assert '[mechanism]\ntype = "privacy-contract"\ncost = [1]\ncount = [1]\nreward_pool = 4' in run.stdout.replace(
        "E       ", ""
    )
    assert "@example(mp.PrivacyContract(cost=[1], count=[1], reward_pool=4))" in run.stdout


def test_hypothesis_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(mp.MechproofError, match=r"pip install \"mechproof\[testing\]\""):
        mp.strategies.instances(Lottery)
