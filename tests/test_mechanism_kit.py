"""The conformance kit of mechanisms: all shipped ones pass, planted faults are found, shrunk and printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from declared_models import Lottery, PriceFit, lottery_utility, rise, squares
from own_mechanism import QuadraticLottery

import mechproof as mp
from mechproof.examples.starters.game import PrivacyMarket
from mechproof.formulations.registry import kinds_of
from mechproof.solvers.backend import find
from mechproof.solvers.solution import Answer


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """How small the smallest is, is not asked here."""
    monkeypatch.setattr("mechproof.proofs.testing.mechanism_kit.SHRINKING", 2.0)


@pytest.fixture(autouse=True)
def shipped_revenues(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kinds of revenue that other tests declare are drawn as well, and need not bound their pools truly."""

    def kinds(base: type[Any]) -> dict[str, type[Any]]:
        return {name: kind for name, kind in kinds_of(base).items() if kind.__module__.startswith("mechproof.")}

    monkeypatch.setattr("mechproof.proofs.testing.strategies.kinds_of", kinds)


@dataclass(frozen=True)
class Except:
    """What a shipped mechanism is not asked: the arguments that leave it out, and why."""

    arguments: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class Shipped:
    """A shipped mechanism, and its exceptions."""

    kind: type[Any]
    exceptions: tuple[Except, ...] = ()
    examples: int = 12

    @property
    def arguments(self) -> dict[str, Any]:
        return {name: value for one in self.exceptions for name, value in one.arguments.items()}


BY_INDEX = Except({"people": ("buyer",)}, "a buyer calls the version wanted by its place, so that their order matters")
QUICK = {
    "version pricing": Shipped(mp.VersionPricing),
    "version revenue": Shipped(mp.VersionRevenue, (BY_INDEX,)),
    "full information": Shipped(mp.FullInformationContract),
    "three parties": Shipped(mp.ThreePartyMarket),
    "procurement": Shipped(mp.PrivacyProcurement),
}
SLOW = {
    "contract": Shipped(mp.PrivacyContract),
    "contest": Shipped(mp.StackelbergPricing),
    "an example": Shipped(QuadraticLottery, examples=6),
    "a lottery": Shipped(Lottery, examples=6),
}


@pytest.mark.parametrize("case", QUICK.values(), ids=QUICK)
def test_shipped_mechanisms_pass(case: Shipped) -> None:
    tried = mp.testing.check_mechanism(case.kind, case.examples, **case.arguments)
    assert tried.examples >= case.examples
    assert tried.refusals >= case.examples
    assert tried.certified > tried.examples / 2
    assert tried.unanswered == 0


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW.values(), ids=SLOW)
def test_the_other_shipped_mechanisms_pass(case: Shipped) -> None:
    assert mp.testing.check_mechanism(case.kind, case.examples, **case.arguments).certified


EXCEPTED = [(case, one) for case in (*QUICK.values(), *SLOW.values()) for one in case.exceptions]


@pytest.mark.slow
@pytest.mark.parametrize(("case", "one"), EXCEPTED)
def test_each_exception_is_needed(case: Shipped, one: Except) -> None:
    others = {name: value for name, value in case.arguments.items() if name not in one.arguments}
    with pytest.raises(AssertionError):
        mp.testing.check_mechanism(case.kind, 60, checks=["order"], **others)


class Favoured(Lottery):
    """The first player may do more than the others."""

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.cost)
        effort = mp.Decision("effort", [0] * count, [100, *["0.01"] * (count - 1)])
        return (mp.Player("player", effort, lottery_utility, count=count),)


class Careless(Lottery):
    """Data outside the rules are refused by something else than an InputError."""

    def check(self) -> None:
        if len(self.cost) > 2 and self.prize == 2:
            raise RuntimeError("two is no prize")


class Lenient(mp.Program):
    """A field without a rule, though it is used as one with."""

    surveyed: mp.Vector = mp.vector("a surveyed price", above=0, per="version")
    weight: Any = mp.choice("squares", default="squares")

    def __post_init__(self) -> None:
        try:
            super().__post_init__()
        except mp.InputError:
            object.__setattr__(self, "surveyed", [1])

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("price", [0] * len(self.surveyed), [50] * len(self.surveyed)),)

    def objective(self) -> Any:
        return squares

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("rising", rise),)


def rounded_revenue(a: Any, price: Any) -> Any:
    """The prices' sum; in doubles by another route, which forgets the last one."""
    return a.sum(price) if type(a).__name__ != "Vectors" else a.sum(price[:-1])


class TwoFaced(PriceFit):
    """An outcome that is not the same in doubles and exactly."""

    def outcomes(self) -> Mapping[str, Any]:
        return {"revenue": rounded_revenue}


@dataclass(frozen=True)
class Faulty:
    """A mechanism with a planted fault, what is asked, and what must be said of it."""

    kind: type[Any]
    checks: tuple[str, ...]
    words: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)


FAULTY = {
    "an order": Faulty(
        Favoured,
        ("order",),
        ("opposite order", "@example(Favoured(cost=[", 'type = "test_mechanism_kit.py:Favoured"'),
    ),
    "a reading": Faulty(TwoFaced, ("readings",), ("revenue", "but read exactly it is", "@example(TwoFaced(surveyed=[")),
    "a refusal": Faulty(Lenient, ("refusals",), ("must be refused", "surveyed", "is accepted")),
    "a promise": Faulty(
        mp.PrivacyContract, ("promises",), ("contract-optimality", "[candidate]"), {"backend": "spendthrift"}
    ),
}


class Spendthrift:
    """A back end that pays everybody nothing for nothing, and calls it optimal."""

    name = "spendthrift"

    def accepts(self, model: Any) -> str | None:
        return None

    def solve(self, model: Any, request: Any) -> Any:
        nothing = {item.name: [float(entry) / 2 for entry in item.upper] for item in model.decisions()}
        return Answer(nothing, "optimal")


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=name, marks=pytest.mark.slow if name in ("a reading", "a promise") else ())
        for name, case in FAULTY.items()
    ],
)
def test_planted_faults_are_found(case: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"spendthrift": Spendthrift()}
    monkeypatch.setattr("mechproof.solvers.solve.find", lambda name: known.get(name) or find(name))
    with pytest.raises(AssertionError) as found:
        mp.testing.check_mechanism(case.kind, 20, checks=case.checks, **case.arguments)
    assert all(word in str(found.value) for word in case.words), str(found.value)


def test_a_promise_of_a_leader_of_ones_own_is_shown_apart_from_its_optimum() -> None:
    asked = {"require": ["budget-balance"], "kinds": ["small"], "most": 2}
    assert mp.testing.check_mechanism(PrivacyMarket, 1, checks=["promises"], **asked).certified == 1
    with pytest.raises(AssertionError, match=r"the certificate is undecided: no better reward_pool"):
        mp.testing.check_mechanism(PrivacyMarket, 1, checks=["certificate", "promises"], **asked)


def test_what_is_never_certified_does_not_pass() -> None:
    with pytest.raises(AssertionError, match=r"0 of 3 instances could be certified .*certified=0"):
        mp.testing.check_mechanism(Lottery, 3, backend="closed-form", checks=["certificate"])
    assert mp.testing.check_mechanism(Lottery, 3, backend="closed-form", checks=["certificate"], certified=0).unanswered


@dataclass(frozen=True)
class Misused:
    """A call with a word that is not known, and the message."""

    call: Callable[[], Any]
    words: tuple[str, ...]


MISUSED = {
    "a check": Misused(lambda: mp.testing.check_mechanism(Lottery, checks=["proofs"]), ("checks", "promises")),
    "people": Misused(lambda: mp.testing.check_mechanism(Lottery, people=["clients"]), ("people", "player")),
    "a property": Misused(
        lambda: mp.testing.check_mechanism(Lottery, require=["uniquness"]), ("did you mean 'uniqueness'",)
    ),
    "a field": Misused(lambda: mp.testing.check_mechanism(Lottery, prise=1), ("prise", "prize")),
}


@pytest.mark.parametrize("case", MISUSED.values(), ids=MISUSED)
def test_misspelt_words_are_refused(case: Misused) -> None:
    with pytest.raises(mp.InputError) as refusal:
        case.call()
    assert all(word in str(refusal.value) for word in case.words)


GAME = {"cost": [1, 1], "alpha": 4, "beta": 2, "client": ["Ann", "Bob"]}


def test_assert_holds_passes_and_fails_with_the_witness() -> None:
    game = mp.StackelbergPricing(**GAME)
    mp.testing.assert_holds(game)
    mp.testing.assert_holds(game, "individual-rationality", "uniqueness")
    short = mp.candidate(game, reward_pool=1, epsilon=["1/4", "1/4"], payment=["1/2", "6/25"])
    mp.testing.assert_holds(short, "uniqueness")
    with pytest.raises(AssertionError, match=r"individual-rationality is violated: client Bob is paid less"):
        mp.testing.assert_holds(short, "individual-rationality")
    mp.testing.assert_holds(short, "individual-rationality", within="0.01")


def test_assert_holds_fails_where_nothing_is_decided() -> None:
    with pytest.raises(AssertionError, match="truthfulness is not applicable"):
        mp.testing.assert_holds(Lottery(cost=[1, 2], prize=3), "truthfulness")
    with pytest.raises(AssertionError, match="uniqueness is inconclusive: no second equilibrium"):
        mp.testing.assert_holds(
            mp.ThreePartyMarket(cost=[1, 2], alpha=4, privacy_weight=1, epsilon_max=5), "uniqueness"
        )


def test_assert_holds_refuses_a_misspelt_property() -> None:
    with pytest.raises(mp.InputError, match="did you mean 'individual-rationality'"):
        mp.testing.assert_holds(mp.StackelbergPricing(**GAME), "individual-rationalty")


@pytest.mark.slow
def test_a_printed_market_fails_again_when_it_is_checked(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as found:
        mp.testing.check_mechanism(mp.VersionPricing, 5, checks=["promises"], require=["in-cone"], safety="exact")
    text = str(found.value).partition("As a specification:")[2].partition("As an example")[0].strip()
    file = tmp_path / "failing.toml"
    file.write_text(text + '\n\n[verify]\nrequire = ["in-cone"]\n')
    assert mp.check(file)["in-cone"].verdict == "violated"
