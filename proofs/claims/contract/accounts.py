"""An owner with a second account: a contract pays its rent once more."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ..claim import Claim, ClaimVerdict, Counterexample, Step
from .vocabulary import epsilon, kept, payment

RENT = {"it has a rent": kept > 0}
twice = kept.at(payment=payment + payment, epsilon=epsilon + epsilon)

SECOND_ACCOUNT = Claim(
    "contract/second-account-doubles-rent",
    "An owner that takes its item with two accounts, and whose cost is of what both sell, has its rent twice: whoever "
    "has a rent gains it by a second account, whatever the menu and however many types there are.",
    "theorem; costs of accounts add up",
    ClaimVerdict.PROVED,
    (Step(Sentence(RENT, twice.equals(2 * kept)), "two items"), Step(Sentence(RENT, twice > kept), "the gain")),
    variant=Counterexample(RENT, twice <= kept),
)
