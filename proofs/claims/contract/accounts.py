"""An owner with a second account: a contract pays its rent once more."""

from __future__ import annotations

from ....formulations.contract.formulas import owner_utility
from ...kernel.sentence import Sentence, above, at_most, equal
from ..claim import Claim, ClaimVerdict, Counterexample, Step

RENT = {"it has a rent": lambda a, payment, epsilon, cost: above(owner_utility(a, payment, epsilon, cost), 0)}

SECOND_ACCOUNT = Claim(
    "contract/second-account-doubles-rent",
    "An owner that takes its item with two accounts, and whose cost is of what both sell, has its rent twice: whoever "
    "has a rent gains it by a second account, whatever the menu and however many types there are.",
    "theorem; costs of accounts add up",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                RENT,
                lambda a, payment, epsilon, cost: equal(
                    owner_utility(a, payment + payment, epsilon + epsilon, cost),
                    2 * owner_utility(a, payment, epsilon, cost),
                ),
            ),
            "two items",
        ),
        Step(
            Sentence(
                RENT,
                lambda a, payment, epsilon, cost: above(
                    owner_utility(a, payment + payment, epsilon + epsilon, cost),
                    owner_utility(a, payment, epsilon, cost),
                ),
            ),
            "the gain",
        ),
    ),
    variant=Counterexample(
        RENT,
        lambda a, payment, epsilon, cost: at_most(
            owner_utility(a, payment + payment, epsilon + epsilon, cost), owner_utility(a, payment, epsilon, cost)
        ),
    ),
)
