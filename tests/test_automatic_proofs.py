"""Properties asked of one's own mechanism: certificates, exact counterexamples, or inconclusive in the time given."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from declared_models import LedLottery, Lottery, PriceFit
from own_mechanism import QuadraticLottery
from schemas import follows
from test_verify_own_games import Cournot, Peaks, Team

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.contract.declaration import FullInformationContract, PrivacyContract
from mechproof.formulations.errors import InputError, UnsupportedModel
from mechproof.formulations.versions.pricing import VersionPricing
from mechproof.proofs.claims.claim import ClaimVerdict
from mechproof.proofs.kernel.kernel import Line, RefusedError, check, polynomial
from mechproof.proofs.own.asking import sample_of
from mechproof.proofs.own.attempts import Shown
from mechproof.proofs.own.proving import prove_own
from mechproof.proofs.own.roles import roles_of_game
from mechproof.proofs.own.samples import samples
from mechproof.proofs.own.settling import Settling

EXAMPLES = Path(__file__).parent.parent / "examples"


def effort_utility(a: Any, own: Any, others: Any, cost: Any, pool: Any) -> Any:
    return pool * a.share(own, others) - cost * own


def paid(a: Any, own: Any, others: Any, pool: Any) -> Any:
    return pool * a.share(own, others)


def paid_with_bonus(a: Any, own: Any, others: Any, pool: Any) -> Any:
    return paid(a, own, others, pool) + own / 100


def paid_at_most_own(a: Any, own: Any, others: Any, pool: Any) -> Any:
    return a.minimum(paid(a, own, others, pool), own)


def pool_left(a: Any, paid: Any, pool: Any) -> Any:
    return pool - a.sum(paid)


class Contest(mp.Game):
    """A pool shared in proportion, which promises that it suffices."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")
    pool: mp.Number = mp.scalar("the pool", above=0)

    promises = ("budget-balance",)
    rule = staticmethod(paid)
    utility = staticmethod(effort_utility)
    most = 10

    def players(self) -> tuple[mp.Player]:
        count = len(self.cost)
        effort = mp.Decision("effort", np.zeros(count), np.full(count, self.most))
        return (mp.Player("player", effort, self.utility, count=count),)

    def outcomes(self) -> dict[str, Any]:
        return {"paid": self.rule}

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("budget_balance", pool_left),)


class Overspent(Contest):
    rule = staticmethod(paid_with_bonus)


class Capped(Contest):
    rule = staticmethod(paid_at_most_own)


class Convex(Contest):
    utility = staticmethod(lambda a, own, others, cost, pool: cost * own * own - others * own)


class Reading(Contest):
    """Its utility reads data behind the roles' back."""

    def players(self) -> tuple[mp.Player]:
        player = super().players()[0]
        return (
            mp.Player("player", player.decision, lambda a, own, others: -self.pool * own * own, count=player.count),
        )


class ReadingVectors(Contest):
    """Its utility reads everybody's data behind the roles' back."""

    def players(self) -> tuple[mp.Player]:
        player = super().players()[0]
        return (mp.Player("player", player.decision, lambda a, own: -self.cost[0] * own * own, count=player.count),)


class Kinked(Contest):
    utility = staticmethod(lambda a, own, others, cost, pool: a.minimum(own, pool) - cost * a.absolute(own - 1))


class Dented(Contest):
    utility = staticmethod(lambda a, own, others, cost, pool: a.maximum(pool * own - own * own, 0) - cost * own)


class Exponential(Contest):
    utility = staticmethod(lambda a, own, others, cost, pool: pool * a.share(own, others) - a.expm1(cost * own))


class Logarithmic(Contest):
    """Concave up to e − 1, whatever the cost, which the inequalities known of logarithms do not show."""

    utility = staticmethod(lambda a, own, others, cost, pool: -cost * a.square(a.log1p(own)))
    most = Fraction(3, 2)


class LogarithmicAlone(Logarithmic):
    utility = staticmethod(lambda a, own: -a.square(a.log1p(own)))


class Powers(Contest):
    utility = staticmethod(lambda a, own, others, cost, pool: pool * a.log1p(own) - cost * own**1.5)


class Fee(Contest):
    """Whoever does nothing pays a fee."""

    utility = staticmethod(lambda a, own, others, cost, pool: pool * own - own * own - cost)


def endless(a: Any, own: Any, others: Any, cost: Any, pool: Any) -> Any:
    """So many cases of maxima that no prover is done with them in a second."""
    return -(a.maximum(own, others) ** 2) - a.maximum(cost * own, pool) ** 2 - pool * own / (1 + others)


class Endless(Contest):
    utility = staticmethod(endless)


class DistinctContract(PrivacyContract):
    """The contract for types that all differ."""

    def check(self) -> None:
        super().check()
        if len(set(self.cost)) < len(self.cost):
            raise InputError("cost", "equal costs", "must differ")


class Careless(VersionPricing):
    """Prices need only rise, though buyers combine versions."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return super().constraints()[:1]


@dataclass(frozen=True)
class Case:
    mechanism: Any
    claim: str
    verdict: str
    says: str = ""


PROVED = [
    Case(LedLottery, "uniqueness", "PROVED", "for every prize above its least"),
    Case(Exponential, "existence", "PROVED", "at least two can decide"),
    Case(Exponential, "uniqueness", "PROVED"),
    Case(Cournot, "uniqueness", "PROVED", "every number of firms"),
    Case(Capped, "budget-balance", "PROVED"),
    Case(Kinked, "concave-player", "PROVED"),
    Case(LogarithmicAlone, "concave-player", "PROVED"),
    Case(Powers, "concave-player", "PROVED"),
    Case(mp.StackelbergPricing, "concave-server", "PROVED", "being given"),
    Case(VersionPricing, "arbitrage-free", "PROVED", "every number of versions"),
    Case(DistinctContract, "incentive-compatibility", "PROVED", "of another cost"),
]


@pytest.mark.slow
@pytest.mark.parametrize("case", PROVED, ids=lambda case: f"{case.mechanism.__name__}-{case.claim}")
def test_proved(case: Case) -> None:
    proofs = prove_own(case.mechanism, case.claim, seconds=20)
    found = proofs.claims[0]
    follows(json.loads(json.dumps(proofs.document())), "prove")
    assert found.verdict == case.verdict, found.document()["evidence"]
    assert case.says in found.claim.statement
    for name, cases in found.document()["evidence"][0].get("certificate", {"sentences": {}})["sentences"].items():
        for item in cases:  # the kernel alone, from the document alone
            lines = [Line(role, polynomial(written), sign) for role, written, sign in item["lines"]]
            check(lines, item["proofs"])
            goal = lines[-1]
            if goal.polynomial and len(cases) == 1:  # a case may rest on a contradiction
                turned = Line(goal.role, {monomial: -value for monomial, value in goal.polynomial.items()}, goal.sign)
                with pytest.raises(RefusedError):
                    check([*lines[:-1], turned], item["proofs"])
        assert name


def test_a_convex_utility_is_refuted_by_an_instance_to_be_checked_by_hand() -> None:
    found = mp.prove(Convex, claim="own/concave-player").claims[0]
    assert found.verdict == "REFUTED"
    values = {name: Fraction(text) for name, text in found.document()["evidence"][0]["instance"].items()}
    cost, own, others = values["cost[0]"], values["effort[0]"], values["effort[1]"]
    assert 0 <= own <= 10
    assert 0 < others <= 10

    def utility(x: Fraction) -> Fraction:
        return cost * x * x - others * x

    step = Fraction(1, 10)
    assert utility(own) < (utility(own - step) + utility(own + step)) / 2


def test_an_overspent_pool_is_refuted_and_breaks_the_promise() -> None:
    found = prove_own(Overspent, "budget-balance", seconds=30)
    assert found.failed == ("own/budget-balance",)
    follows(json.loads(json.dumps(found.document())), "prove")
    piece = found.claims[0].document()["evidence"][0]
    values = {name: Fraction(text) for name, text in piece["instance"].items()}
    efforts = [values["effort[0]"], values["effort[1]"]]
    spent = (values["pool"] if sum(efforts) else 0) + sum(efforts) / 100
    assert Fraction(piece["sides"]["left"]) == values["pool"] - spent < 0


def test_two_equilibria_refute_uniqueness() -> None:
    piece = prove_own(Team, "uniqueness", seconds=30).claims[0].document()["evidence"][0]
    assert piece["kind"] == "counterexample"
    weights = [Fraction(piece["instance"][f"weight[{k}]"]) for k in range(2)]
    efforts = [Fraction(piece["instance"][f"effort[{k}]"]) for k in range(2)]
    assert any(efforts)  # nobody making an effort is one; here is another, w y = x²
    assert [weights[k] * efforts[1 - k] for k in range(2)] == [effort**2 for effort in efforts]


def test_an_equilibrium_below_nothing_refutes_rationality() -> None:
    piece = prove_own(Fee, "individual-rationality", seconds=30).claims[0].document()["evidence"][0]
    assert piece["kind"] == "counterexample"
    assert Fraction(piece["sides"]["left"]) < 0


@pytest.mark.parametrize(
    ("mechanism", "claim"), [(Careless, "arbitrage-free"), (FullInformationContract, "incentive-compatibility")]
)
def test_menus_that_allow_too_much_are_refuted(mechanism: Any, claim: str) -> None:
    found = prove_own(mechanism, claim, seconds=30).claims[0]
    assert found.verdict == "REFUTED"
    values = {name: Fraction(text) for name, text in found.document()["evidence"][0]["instance"].items()}
    if mechanism is Careless:
        menu = {values[f"epsilon[{k}]"]: values[f"price[{k}]"] for k in range(3) if f"price[{k}]" in values}
        assert sorted(menu.values()) == [menu[epsilon] for epsilon in sorted(menu)]
        assert undercut(menu)


def undercut(menu: dict[Fraction, Fraction]) -> bool:
    """Whether some two or three purchases add up to a version's ε, or more, for less than its price."""
    bundles = [bundle for size in (1, 2, 3) for bundle in combinations_with_replacement(menu, size)]
    return any(
        sum(bundle) >= epsilon and sum(menu[part] for part in bundle) < price
        for epsilon, price in menu.items()
        for bundle in bundles
    )


@pytest.mark.slow
def test_what_cannot_be_settled_says_what_was_tried_and_for_how_long() -> None:
    found = prove_own(Logarithmic, "concave-player", seconds=15)
    assert found.claims[0].verdict == "INCONCLUSIVE"
    assert found.ok  # it was not promised
    tried = {piece["text"]: piece["seconds"] for piece in found.claims[0].document()["evidence"]}
    assert any("z3" in text for text in tried)
    assert any("rules of composition" in text for text in tried)
    assert sum(tried.values()) > 0
    follows(json.loads(json.dumps(found.document())), "prove")


def test_a_prover_that_never_ends_is_stopped() -> None:
    started = time.monotonic()
    found = prove_own(Endless, "concave-player", seconds=1)
    assert time.monotonic() - started < 60
    assert found.claims[0].verdict == "INCONCLUSIVE"
    assert any("stopped" in piece["text"] for piece in found.claims[0].document()["evidence"])


def test_the_process_that_searches_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof of another sentence, handed over as one of this, is refused by the kernel in the process that asked."""

    def forged(*_: Any) -> Shown:
        return Shown(True, "certified", 0.0, [[{"products": [[1, [0]], [1, [1]]]}]], opinion="agrees")

    monkeypatch.setattr(Settling, "_part", forged)
    found = prove_own(Team, "concave-member", seconds=30).claims[0]
    assert found.verdict == "INCONCLUSIVE"
    assert not found.document()["evidence"][0]["accepted"]


def test_a_kink_is_refuted_between_two_decisions() -> None:
    piece = prove_own(Dented, "concave-player", seconds=30).claims[0].document()["evidence"][0]
    values = {name: Fraction(text) for name, text in piece["instance"].items()}
    own, cost, pool = values["effort[0]"], values["cost[0]"], values["pool"]

    def utility(x: Fraction) -> Fraction:
        return max(pool * x - x * x, Fraction(0)) - cost * x

    assert utility(own) == Fraction(piece["sides"]["left"])
    assert any(
        2 * utility(own) < utility(own - step) + utility(own + step) for step in (1, Fraction(1, 2), Fraction(1, 4))
    )


def test_single_data_behind_the_roles_back_are_read_as_roles() -> None:
    found = prove_own(Reading, "concave-player", seconds=9).claims[0]
    assert found.verdict == "PROVED"
    assert "pool > 0" in found.document()["hypotheses"]


def test_vectors_behind_the_roles_back_are_no_sentence() -> None:
    found = prove_own(ReadingVectors, "concave-player", seconds=3).claims[0]
    assert found.verdict == "INCONCLUSIVE"
    assert any("ask for cost by name" in piece["text"] for piece in found.document()["evidence"])


def test_a_lottery_is_concave_where_it_says_so() -> None:
    """The statement that is proved, at random points, by plain arithmetic."""
    draw = random.Random(0)
    for _ in range(200):
        prize, cost, others, own, other = (Fraction(draw.randint(1, 50), draw.randint(1, 50)) for _ in range(5))
        low, middle, high = (
            prize * x / (x + others) - cost * x * x for x in (min(own, other), (own + other) / 2, max(own, other))
        )
        assert 2 * middle >= low + high


def test_hypotheses_are_the_declared_rules() -> None:
    roles = roles_of_game(LedLottery)
    assert list(roles.given(("own", "others", "cost", "prize"))) == [
        "own ≥ 0",
        "own ≤ 100",
        "others ≥ 0",
        "cost > 0",
        "prize ≥ 0",
        "prize ≤ 20",
    ]
    assert roles_of_game(QuadraticLottery).upper is None  # it depends on the data


def test_samples_keep_choices_parts_and_omissions() -> None:
    game = mp.StackelbergPricing(cost=[1, 2], revenue=mp.SaturatingRevenue(1, 2), mean_over="participants")
    made = next(samples(game))
    assert (made.mean_over, type(made.revenue), made.epsilon_cap) == ("participants", mp.SaturatingRevenue, None)
    assert isinstance(sample_of(mp.StackelbergPricing), mp.StackelbergPricing)


def test_unknown_claims_and_models_are_refused() -> None:
    with pytest.raises(InputError, match="own/uniqueness"):
        prove_own(Contest, "own/uniqeness")
    with pytest.raises(UnsupportedModel, match="neither a game nor a program"):
        prove_own(mp.LogRevenue)


@pytest.mark.slow
def test_the_command_takes_a_class_in_a_file(tmp_path: Path) -> None:
    output = tmp_path / "proofs.json"
    arguments = ["prove", f"{EXAMPLES / 'own_mechanism.py'}:QuadraticLottery", "--output", str(output)]
    assert run(arguments) == 2  # code runs only where it was allowed
    assert run([*arguments, "--allow-code"]) == 0
    document = json.loads(output.read_text())
    follows(document, "prove")
    assert document["schema"] == "mechproof/prove/1"
    assert {claim["id"]: claim["verdict"] for claim in document["claims"]} == {
        "own/concave-contestant": "PROVED",
        "own/existence": "PROVED",
        "own/uniqueness": "PROVED",
        "own/individual-rationality": "PROVED",
    }


def test_peaks_are_not_concave() -> None:
    found = prove_own(Peaks, "concave-climber", seconds=30).claims[0]
    values = {name: Fraction(text) for name, text in found.document()["evidence"][0]["instance"].items()}
    place = values["place[0]"]
    assert found.verdict == "REFUTED"
    assert 2 * (3 - place) ** 2 - 8 * place * (3 - place) + 2 * place**2 > 0  # the second derivative, by hand


class Kept(PriceFit):
    """A program that promises what nobody asks of a declaration."""

    properties = ("monotone", "truthfulness")
    promises = ("monotone",)


class Misspelt(Kept):
    """One that promises what is no property."""

    promises = ("monoton",)


class Bare(PriceFit):
    """One of which nothing is asked, and that promises nothing."""


def test_a_promise_without_a_claim_stays_open() -> None:
    found = prove_own(Kept)
    assert [(item.claim.id, item.verdict) for item in found.claims] == [("own/monotone", ClaimVerdict.INCONCLUSIVE)]
    assert found.undecided == ("own/monotone",)
    assert not found.ok


def test_an_equilibrium_is_what_a_game_promises() -> None:
    found = prove_own(Lottery, "existence", seconds=30).claims[0]
    assert (found.claim.expected, found.verdict) == (ClaimVerdict.PROVED, ClaimVerdict.PROVED)


def test_a_promise_that_is_no_property_is_refused() -> None:
    with pytest.raises(mp.InputError, match=r"Misspelt.promises = 'monoton'.*did you mean 'monotone'"):
        prove_own(Misspelt)
    with pytest.raises(mp.UnsupportedModel, match="nothing is asked of Bare"):
        prove_own(Bare)


@pytest.mark.parametrize(
    ("promise", "code", "words"), [("monotone", 3, "UNDECIDED: own/monotone"), ("monoton", 2, "did you")]
)
def test_the_command_says_so(
    promise: str, code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "from declared_models import PriceFit\n\n\nclass Kept(PriceFit):\n"
    text += f"    properties = ('monotone',)\n    promises = ('{promise}',)\n"
    (tmp_path / "kept.py").write_text(text)
    assert run(["prove", f"{tmp_path / 'kept.py'}:Kept", "--allow-code"]) == code
    shown = capsys.readouterr()
    assert words in shown.out + shown.err
