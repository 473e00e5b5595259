"""Auctions for every number of people: what is proved of the truth, and what is refuted with the lie."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from test_auctions import THREE, FirstPrice, VickreyAuction

import mechproof as mp
from mechproof.proofs.claims.certificate_files import certificate_of, check_document
from mechproof.proofs.kernel.sentence import Sentence
from mechproof.proofs.own.asking import ask, subject_of
from mechproof.proofs.own.attempts import claim_for
from mechproof.proofs.provers.certificate_search import proofs_of
from mechproof.proofs.provers.z3_reading import opinion


def of_two(a: Any, others: Any, reserve: Any, k: int) -> Any:
    return a.minimum(a.lowest(others, k, reserve), reserve)


class TwoUnits(VickreyAuction):
    """The two lowest asks sell, and are both paid the third."""

    paid = 2

    def players(self) -> tuple[mp.Player]:
        player, paid = super().players()[0], self.paid

        def utility(a: Any, own: Any, others: Any, cost: Any, reserve: Any) -> Any:
            sells = 1 - a.at_least(own, of_two(a, others, reserve, 2))
            return sells * (of_two(a, others, reserve, paid) - cost)

        return (mp.Player("client", player.decision, utility, count=player.count),)


class PaidTheLowest(TwoUnits):
    """The two lowest asks sell, and are paid no more than the lowest of the others' asks."""

    paid = 1


class LossyReserve(VickreyAuction):
    """Everybody who asks at most the reserve price is paid half of it: a loss for whoever has higher costs."""

    def players(self) -> tuple[mp.Player]:
        player = super().players()[0]

        def utility(a: Any, own: Any, others: Any, cost: Any, reserve: Any) -> Any:
            return a.at_least(reserve, own) * (reserve / 2 - cost) + 0 * a.lowest(others, 1, 0)

        return (mp.Player("client", player.decision, utility, count=player.count),)


def parts(kind: type[mp.Game], name: str) -> dict[str, Sentence]:
    (route,) = ask(subject_of(kind(**THREE)), name).routes
    return dict(route.parts)


@pytest.mark.parametrize("name", ["truthfulness", "individual-rationality"])
def test_the_sentences_of_a_vickrey_auction_are_certified_and_bound_to_it(name: str) -> None:
    subject = subject_of(VickreyAuction(**THREE))
    question = ask(subject, name)
    claim = claim_for(question, question.routes[0])
    assert list(claim.sentences()) == ["of 0 others", "of 1 others or more"]
    found = {part: proofs_of(sentence) for part, sentence in claim.sentences().items()}
    assert None not in found.values()
    document = certificate_of(claim, found)
    assert check_document(claim, document).accepted
    wrong = ask(subject_of(FirstPrice(**THREE)), name)
    assert not check_document(claim_for(wrong, wrong.routes[0]), document).accepted


def test_z3_and_the_search_agree_that_a_first_price_is_not_truthful() -> None:
    for sentence in parts(FirstPrice, "truthfulness").values():
        assert opinion(sentence) == "disagrees"
        assert proofs_of(sentence) is None


def test_a_third_price_for_two_has_a_case_for_each_number_of_others() -> None:
    found = parts(TwoUnits, "truthfulness")
    assert list(found) == ["of 0 others", "of 1 others", "of 2 others or more"]
    assert "lowest_2" in found["of 2 others or more"].variables
    assert "lowest_2" not in found["of 1 others"].variables
    known = parts(PaidTheLowest, "truthfulness")["of 2 others or more"].given
    assert "lowest_1 ≤ lowest_2" in known
    assert opinion(found["of 2 others or more"]) == "agrees"
    assert opinion(parts(PaidTheLowest, "truthfulness")["of 2 others or more"]) == "disagrees"


def claims(kind: type[mp.Game], name: str) -> Any:
    return mp.prove(kind, claim=f"own/{name}", time_limit=20).claims[0]


@pytest.mark.slow
def test_truth_is_proved_for_every_number_and_a_wrong_payment_refuted() -> None:
    for kind in (VickreyAuction, TwoUnits):
        for name in ("truthfulness", "individual-rationality"):
            assert claims(kind, name).verdict == "PROVED", (kind, name)
    for kind in (FirstPrice, PaidTheLowest):
        found = claims(kind, "truthfulness")
        assert found.verdict == "REFUTED"
        instance, told = found.pieces[0].document["instance"], found.pieces[0].document["costs"]
        assert "gains" in next(iter(told))
        assert "instead of its cost" in next(iter(told))
        lie_pays(kind, instance, next(iter(told)))


def lie_pays(kind: type[mp.Game], instance: dict[str, Any], told: str) -> None:
    """Compute again, by the rule in plain Python, that client 0 gains what is said."""
    costs = [Fraction(instance[f"cost[{k}]"]) for k in range(len(instance)) if f"cost[{k}]" in instance]
    asks = [Fraction(instance[f"ask[{k}]"]) for k in range(len(costs))]
    reserve, words = Fraction(instance["reserve"]), told.split()
    gain, lie = Fraction(words[words.index("gains") + 1]), Fraction(words[words.index("ask") + 1])
    ranked = sorted(asks[1:])

    def worth(own: Fraction) -> Fraction:
        def rank(k: int) -> Fraction:
            return min(ranked[k - 1] if k <= len(ranked) else reserve, reserve)

        if kind is FirstPrice:
            return own - costs[0] if own < rank(1) else Fraction(0)
        return rank(1) - costs[0] if own < rank(2) else Fraction(0)

    assert asks[0] == costs[0]
    assert worth(lie) - worth(costs[0]) == gain > 0


@pytest.mark.slow
def test_a_loss_is_refuted_with_an_instance() -> None:
    found = claims(LossyReserve, "individual-rationality")
    assert found.verdict == "REFUTED"
    instance = {name: Fraction(value) for name, value in found.pieces[0].document["instance"].items()}
    assert instance["cost[0]"] <= instance["reserve"]
    assert instance["reserve"] / 2 - instance["cost[0]"] < 0
