"""Which of the sources' equations a formula says it is: numbers copied by hand from the sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from mechproof.formulations import privacy, revenue_curve
from mechproof.formulations.contract import formulas as contract
from mechproof.formulations.stackelberg import contest, declaration
from mechproof.formulations.three_party import formulas as market


@dataclass(frozen=True)
class Quoted:
    """A formula, the numbers that its description names, and words that say in what state the source has it."""

    formula: Any
    numbers: tuple[int, ...]
    words: str = ""


QUOTED = (
    Quoted(revenue_curve.LogRevenue, (7,)),
    Quoted(declaration.server_utility, (10,), "slip"),
    Quoted(contest.best_response, (22,), "lost in extraction"),
    Quoted(contest.printed_total_per_pool, (26,), "printed"),
    Quoted(contest.printed_budget, (29,), "printed"),
    Quoted(contest.printed_pool, (41,), "printed"),
    Quoted(contract.variance, (53,)),
    Quoted(contract.pool_left, (54,)),
    Quoted(contract.owner_utility, (55,)),
    Quoted(contract.ic_slack, (56,), "printed as ε_k"),
    Quoted(contract.printed_epsilon, (56,), "taken as printed"),
    Quoted(contract.printed_payment, (56,), "taken as printed"),
    Quoted(market.demand, (57,)),
    Quoted(market.extracted_price, (58,), "as extracted"),
    Quoted(market.uncapped_epsilon, (59,)),
    Quoted(privacy.rootless_sigma, (), "extracted"),
)


@pytest.mark.parametrize("case", QUOTED, ids=lambda case: case.formula.__name__)
def test_a_formula_names_its_equation(case: Quoted) -> None:
    said = " ".join((case.formula.__doc__ or "").split("Parameters")[0].split())
    assert {int(number) for number in re.findall(r"(?:eq\. |\()(\d\d?)[);]", said)} == set(case.numbers)
    assert case.words in said
