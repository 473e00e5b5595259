"""Mechanisms of finitely many types: every property against brute force in fractions, with its witness."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.certificates.finite.lies import Lies
from mechproof.solvers.commands.schema import check_document

F = Fraction
EXAMPLES = Path(__file__).parent.parent / "examples"
Profile = tuple[int, ...]


class Auction(mp.DirectMechanism):
    """The dearest report wins; equal ones share. The price is the k-th report."""

    place: mp.Number = mp.scalar("whose report is paid", above=0, whole=True, default=1)

    def gets(self) -> Any:
        def won(a: Any, report: Any, others: Any) -> Any:
            beaten = any(other > report for other in others)
            return F(0) if beaten else F(1, 1 + sum(other == report for other in others))

        return won

    def pays(self) -> Any:
        def paid(a: Any, report: Any, others: Any, allocation: Any, place: Any) -> Any:
            return allocation * sorted([report, *others], reverse=True)[int(place) - 1]

        return paid


def drawn(draw: random.Random, correlated: bool) -> tuple[mp.DirectMechanism, Any]:
    """A random mechanism given by tables, and its prior as a function of profiles."""
    counts = [draw.randint(1, 3) for _ in range(draw.randint(1, 3))]
    profiles = list(product(*map(range, counts)))
    people = len(counts)

    def table(entry: Any) -> Any:
        def nested(person: int, so_far: Profile) -> Any:
            if len(so_far) == people:
                return entry(person, so_far)
            return [nested(person, (*so_far, k)) for k in range(counts[len(so_far)])]

        return [nested(person, ()) for person in range(people)]

    values = {key: F(draw.randint(0, 4), 4) for key in product(range(people), profiles)}
    money = {key: F(draw.randint(-2, 4), 4) for key in values}
    types = [sorted(draw.sample(range(1, 9), count)) for count in counts]
    said = {
        "types": types,
        "side": draw.choice(["buyer", "seller"]),
        "allocation": table(lambda person, profile: values[person, profile]),
        "payment": table(lambda person, profile: money[person, profile]),
    }
    weights = [[draw.randint(0 if count > 1 else 1, 3) for _ in range(count)] for count in counts]
    weights = [some if sum(some) else [1] * len(some) for some in weights]
    if correlated:
        chances = {profile: F(draw.randint(0, 3)) for profile in profiles}
        total = sum(chances.values())
        chances = {p: c / total for p, c in chances.items()} if total else dict.fromkeys(profiles, F(1, len(profiles)))
        model = mp.DirectMechanism(**said, joint_prior=table(lambda _, profile: chances[profile])[0])
    else:
        prior = [[F(w, sum(some)) for w in some] for some in weights]
        chances = {}
        for profile in profiles:
            chances[profile] = F(1)
            for person, k in enumerate(profile):
                chances[profile] *= prior[person][k]
        model = mp.DirectMechanism(**said, prior=prior)
    sign = 1 if said["side"] == "buyer" else -1

    def kept(person: int, true: int, profile: Profile) -> Fraction:
        return sign * (types[person][true] * values[person, profile] - money[person, profile])

    return model, (counts, profiles, chances, kept)


def lying(profile: Profile, person: int, report: int) -> Profile:
    return tuple(report if k == person else s for k, s in enumerate(profile))


def gains(of: Any) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """By brute force: the most that a lie gains, and the most that is lost by the truth; expected, and at a profile."""
    counts, profiles, chances, kept = of

    def expectations() -> Iterator[tuple[Fraction, Fraction]]:
        for person, count in enumerate(counts):
            for true in range(count):
                mine = [p for p in profiles if p[person] == true]
                total = sum(chances[p] for p in mine)
                for report in range(count):
                    told = sum(chances[p] * kept(person, true, lying(p, person, report)) for p in mine)
                    honest = sum(chances[p] * kept(person, true, p) for p in mine)
                    if total:
                        yield (told - honest) / total, -honest / total

    at_profiles = [
        (kept(person, p[person], lying(p, person, report)) - kept(person, p[person], p), -kept(person, p[person], p))
        for person, count in enumerate(counts)
        for p in profiles
        for report in range(count)
    ]
    expected = list(expectations())
    return (
        {"expected": max(g for g, _ in expected), "everywhere": max(g for g, _ in at_profiles)},
        {"expected": max(loss for _, loss in expected), "everywhere": max(loss for _, loss in at_profiles)},
    )


def agree(seed: int, count: int) -> int:
    draw, violated = random.Random(seed), 0
    for index in range(count):
        model, of = drawn(draw, correlated=bool(index % 2))
        most, lost = gains(of)
        found = mp.verify(model)
        for name, right, key in (
            ("bayesian-incentive-compatibility", most["expected"], "gain"),
            ("ex-post-incentive-compatibility", most["everywhere"], "gain"),
            ("dominant-strategy-incentive-compatibility", most["everywhere"], "gain"),
            ("interim-individual-rationality", lost["expected"], "loss"),
            ("ex-post-individual-rationality", lost["everywhere"], "loss"),
        ):
            assert (found[name].verdict == "violated") == (right > 0), (name, right)
            if right > 0:
                violated += 1
                assert found[name].witness[key] == right
        assert mp.solve(model).certificate.valid == (most["expected"] <= 0)
    return violated


def test_random_mechanisms_have_the_properties_that_brute_force_finds() -> None:
    assert agree(1, 20) > 20


@pytest.mark.slow
def test_300_random_mechanisms_have_the_properties_that_brute_force_finds() -> None:
    assert agree(2, 300) > 300


def test_a_second_price_auction_is_truthful_whatever_others_do_and_a_first_price_one_is_not() -> None:
    said = {"types": [[1, 2, 4]] * 3, "prior": [["1/3"] * 3] * 3, "person": ["Ann", "Bob", "Cat"]}
    second = mp.verify(Auction(place=2, **said), require=["dominant-strategy-incentive-compatibility"])
    assert second.ok
    assert all(item.verdict == "holds" for item in second)
    first = mp.verify(Auction(place=1, **said))
    assert not first.ok
    item = first["bayesian-incentive-compatibility"]
    # of type 4 a report of 2 wins against two others of at most 2: (4 − 2) (1/9 + 2/9 · 1/2 + 1/9 · 1/3)
    assert item.witness == {"person": "Ann", "type": 4, "report": 2, "gain": 2 * (F(1, 9) + F(1, 9) + F(1, 27))}
    assert item.text == "Ann of type 4 gains 14/27 (≈ 0.518519) by reporting 2, in expectation"
    assert first["dominant-strategy-incentive-compatibility"].witness["others"] == {"Bob": 1, "Cat": 1}


class KthPrice(mp.DirectMechanism):
    """Who reports more than all others gets it, at the k-th highest of their reports."""

    place: mp.Number = mp.scalar("which of the others' reports is paid", above=0, whole=True)

    def gets(self) -> Any:
        return lambda a, report, others: 1 - a.at_least(a.highest(others, 1, 0), report)

    def pays(self) -> Any:
        return lambda a, others, allocation, place: allocation * a.highest(others, int(place), 0)


def test_the_others_reports_are_asked_for_one_by_one_as_in_auctions() -> None:
    said = {"types": [[1, 2, 4]] * 3, "prior": [["1/3"] * 3] * 3, "person": ["Ann", "Bob", "Cat"]}
    truthful = "dominant-strategy-incentive-compatibility"
    assert mp.verify(KthPrice(1, **said))[truthful].verdict == "holds"
    # at the third highest price a type 1 against 1 and 2 wins by 4, at 1: nothing; a type 2 against 2 and 1 keeps 1
    lie = mp.verify(KthPrice(2, **said))[truthful].witness
    assert lie == {"person": "Ann", "type": 2, "report": 4, "others": {"Bob": 1, "Cat": 2}, "gain": 1}
    alone = KthPrice(1, types=[[1, 2]], prior=[["1/2", "1/2"]])
    assert mp.verify(alone)[truthful].verdict == "holds"
    assert Lies(alone).kept(0, (1,), (1,)) == 2  # nobody else: at nothing


def test_a_lie_can_pay_at_a_profile_and_not_in_expectation() -> None:
    asked = mp.read_specification(EXAMPLES / "private_costs.toml")
    found = mp.verify(asked.model, asked.verify["require"], asked.verify["expect_violated"])
    assert not mp.verify(asked.model, ["ex-post-individual-rationality"]).ok
    assert found.ok
    lie = found["ex-post-incentive-compatibility"].witness
    # Ann of cost 3 and Bob of cost 1: she sells nothing, and is paid 7/6 instead of 1/2 for a report of 2
    assert lie == {"person": "Ann", "type": 3, "report": 2, "others": {"Bob": 1}, "gain": F(7, 6) - F(1, 2)}


@pytest.mark.parametrize(("change", "gain"), [(["3/2", "7/6", "1/2"], 0), (["3/2", "7/6", "2/3"], F(1, 6))])
def test_a_payment_changed_is_seen(change: list[str], gain: Any) -> None:
    said = {"types": [[1, 2, 3]] * 2, "prior": [["1/3"] * 3] * 2, "side": "seller"}
    item = mp.verify(PaidInAdvance(change, **said))["bayesian-incentive-compatibility"]
    assert (item.verdict == "violated") == (gain > 0)
    assert item.witness["gain"] == gain


def sold(a: mp.Algebra, report: Any, others: Any) -> Any:
    """1 of the cheaper owner, of equal ones a half of each."""
    cheaper, alike = sum(other > report for other in others), sum(other == report for other in others)
    return Fraction(1 if cheaper else alike, 1 if cheaper else 2)


def paid_in_advance(a: mp.Algebra, report: Any, expected_payment: Any) -> Any:
    """p(report), whatever the other reports."""
    return expected_payment[int(report) - 1]


class PaidInAdvance(mp.DirectMechanism):
    """A purchase from the cheaper of two owners, who are both paid by their own report alone."""

    expected_payment: mp.Vector = mp.vector("what a report is paid", per="report", at_least=0, unit="money")

    def gets(self) -> Any:
        return sold

    def pays(self) -> Any:
        return paid_in_advance


class Handicapped(Auction):
    """Everybody's report counts with a weight of its own; the winner pays what it reports."""

    weight: mp.Vector = mp.vector("a weight", per="person", above=0, default=None)

    def pays(self) -> Any:
        return lambda a, report, allocation, weight: allocation * report * weight


def test_data_with_an_entry_for_each_person_are_ones_own() -> None:
    said = {"types": [[1, 2], [1, 2]], "prior": [["1/2", "1/2"]] * 2}
    model = Handicapped(weight=["1/2", 3], **said)
    lies = Lies(model)
    assert [lies.kept(k, (1, 1), (1, 1)) for k in range(2)] == [F(1, 2) * (2 - 1), F(1, 2) * (2 - 6)]
    with pytest.raises(mp.InputError, match=r"weight = '3 entries': must have one for each of 2 people"):
        Handicapped(weight=[1, 2, 3], **said)


class CommonValue(Auction):
    """What is sold is worth the sum of all types to everybody."""

    def keeps(self) -> Any:
        return lambda a, type, others_types, allocation, payment: (type + sum(others_types)) * allocation - payment


def test_types_of_others_that_matter_are_read() -> None:
    """The price is what is sold would be worth if both had the loser's type, 2 × that: the truth is ex post best."""

    class Ascending(CommonValue):
        def pays(self) -> Any:
            return lambda a, others, allocation: 2 * max(others) * allocation

    said = {"types": [[1, 3], [2, 4]], "prior": [["1/2", "1/2"]] * 2}
    found = mp.verify(Ascending(**said))
    assert found["ex-post-incentive-compatibility"].verdict == "holds"
    item = found["dominant-strategy-incentive-compatibility"]
    assert item.verdict == "violated"  # where the other of type 4 reports 2, a type 1 would win at 4 what is worth 5
    assert "gains 1 by reporting 3" in item.text


def test_equilibria_of_the_revelation_game_are_those_of_the_mechanism() -> None:
    model = Auction(place=1, types=[[1, 2], [1, 2]], prior=[["1/9", "8/9"], ["8/9", "1/9"]])
    found = mp.equilibria(mp.revelation_game(model))
    assert found.complete
    for one in found:
        assert one.certificate.valid
    # Ann reports 1 always, Bob the truth: only her type 2 keeps anything, half of 1 where his type is 1
    assert found.game.payoff[0, 0, 1] == F(8, 9) * F(8, 9) / 2
    verdicts = set()
    for plan in product(product((1, 2), repeat=2), repeat=2):
        report = [r for mine in plan for r in mine]
        names = [f"1: {mine[0]}, 2: {mine[1]}" for mine in plan]
        pure = [F(name == names[k]) for k in range(2) for name in found.game.strategy[k]]
        valid = mp.candidate(found.game, probability=pure).certificate.valid
        assert mp.candidate(model, report=report).certificate.valid == valid
        verdicts.add(valid)
    assert verdicts == {True, False}


def test_what_an_equilibrium_brings_about_is_truthful_when_it_is_asked_for_directly() -> None:
    """For all reports by type in first-price auctions: what an equilibrium brings about, with the same utilities."""
    draw, equilibria = random.Random(9), 0
    for _ in range(2):
        prior = [[F(k, 5), F(5 - k, 5)] for k in (draw.randint(1, 4), draw.randint(1, 4))]
        model = Auction(place=1, types=[[1, draw.randint(2, 4)], [2, draw.randint(3, 5)]], prior=prior)
        for report in product(*(types for types in model.types for _ in types)):
            solution = mp.candidate(model, report=report)
            direct = mp.revealed(solution)
            truthful = mp.verify(direct, require=["bayesian-incentive-compatibility"]).ok
            if solution.certificate.valid:
                equilibria += 1
                assert truthful
            said = model.reports(report)
            for true in product(range(2), repeat=2):
                for person in range(2):
                    bid = tuple(model.types[k][said[2 * k + true[k]]] for k in range(2))
                    won = F(bid[person] >= max(bid), 1 + (bid[0] == bid[1]))
                    assert Lies(direct).kept(person, true, true) == won * (
                        model.types[person][true[person]] - bid[person]
                    )
    assert equilibria > 1


class CostlyLies(mp.DirectMechanism):
    """More for a larger report, and what is said costs as much as it is beside the truth."""

    def gets(self) -> Any:
        return lambda a, report: report

    def pays(self) -> Any:
        return lambda a: Fraction(0)

    def keeps(self) -> Any:
        return lambda a, type, report, allocation: 2 * allocation - a.absolute(report - type)


def test_what_was_reported_counts_where_a_utility_asks_for_it_too() -> None:
    first = CostlyLies(types=[[1, 2, 3]], prior=[["1/3"] * 3])
    shaded = mp.solve(first, backend="truth:replies", arithmetic="exact")
    assert [str(report) for report in shaded.exact["report"]] == ["3"] * 3
    direct = Lies(mp.revealed(shaded))
    # a type 1 that said 3 kept 2 · 3 − 2, whatever it says now
    assert [[direct.kept(0, (t,), (r,)) for r in range(3)] for t in range(3)] == [[4] * 3, [5] * 3, [6] * 3]
    assert mp.verify(mp.revealed(mp.candidate(mp.revealed(shaded), report=[1, 2, 3]))).ok


def test_replies_from_the_truth_are_certified() -> None:
    model = Auction(place=1, types=[[1, 3], [1, 3]], prior=[["1/2", "1/2"]] * 2)
    assert mp.solve(model).certificate.optimal is False
    replied = mp.solve(model, backend="truth:replies", arithmetic="exact")
    assert replied.certificate.valid == replied.claimed.startswith("settled")
    assert [row.certificate.valid for row in mp.compare(model, ["truth", "truth:replies"]).rows] == [
        False,
        replied.certificate.valid,
    ]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"prior": None}, "must be given, or else joint_prior"),
        ({"prior": [["1/2", "1/2"], [0.3, 0.6]]}, r"prior\[1\] .*must add up to 1"),
        ({"prior": [["1/2", "1/2"], ["3/2", "-1/2"]]}, r"prior\[1\]\[1\] = .*at least zero"),
        ({"types": [[1, 1], [1, 2]]}, r"types\[0\].*each once"),
        ({"types": [["1/3", 1 / 3], [1, 2]]}, "apart in doubles too"),
        ({"types": [[1, "x"], [1, 2]]}, r"types\[0\]\[1\] = 'x'"),
        ({"person": ["Ann"]}, "must name as many as types lists"),
        ({"payment": [[[1, 2]], [[3, 4]]]}, r"payment = 'shape \(2, 1, 2\)': must have the shape \(2, 2, 2\)"),
        ({"side": "both"}, "must be one of 'buyer', 'seller'"),
        ({"payment": None}, "a table for each person, or a class that overrides pays"),
    ],
)
def test_bad_data_are_refused(change: dict, text: str) -> None:
    with pytest.raises(mp.InputError, match=text):
        mp.verify(mp.DirectMechanism(**{**mp.DirectMechanism.example, **change}))


def test_a_report_beyond_all_types_is_refused_by_the_certificate() -> None:
    model = mp.DirectMechanism(**{**mp.DirectMechanism.example, "person": ["Ann", "Bob"]})
    found = mp.candidate(model, report=[1, 2, 1, 9]).certificate
    assert found.feasible is False
    assert found.reason == "report of Bob of type 2 is 9, above its bound 2"


def test_a_report_that_is_no_type_is_refused() -> None:
    with pytest.raises(mp.InputError, match=r"Bob of type 1 must report one of its person's types"):
        mp.candidate(mp.DirectMechanism(**mp.DirectMechanism.example), report=[1, 2, "3/2", 2]).certificate.valid  # noqa: B018


def test_a_report_beyond_all_types_is_refuted_with_its_name() -> None:
    said = mp.certify(mp.candidate(mp.DirectMechanism(**mp.DirectMechanism.example), report=[1, 2, 1, 3]))
    assert said.feasible is False
    assert "Bob of type 2 is 3, above its bound 2" in said.reason


def test_a_specification_is_solved_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    spec = str(EXAMPLES / "private_costs.toml")
    assert run(["verify", spec, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    check_document(document)
    lie = next(item for item in document["items"] if item["property"] == "ex-post-incentive-compatibility")
    assert lie["witness"]["gain"] == "2/3"
    assert run(["verify", spec, "--require", "ex-post-individual-rationality", "--expect-violated", ""]) == 1
    assert run(["solve", spec, "--format", "json"]) == 0
