"""The judgement of a specification's [market]: the market is run, and every promise of it judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from ...solvers.sections import SectionFinding, SectionJudgement
from ...solvers.specification import Specification
from .check import Check
from .reading import read_market
from .run import run_market

STUDY_SEED = 0
"""Of the noise: what is judged is sold to nobody, and the same specification has the same verdict each time."""


def judge_market(asked: Specification, allow_code: bool, say: Callable[[str], None]) -> SectionJudgement:
    """Run a specification's market as a study and return what became of its promises.

    Raises
    ------
    InputError
        When anything in ``[market]`` is unknown or missing, or breaks a rule.
    UnsupportedModel
        When the mechanism prices no versions, or what training needs is not installed.
    """
    read = read_market(asked, allow_code)[1]
    result = run_market(read, None, say, allow_code, noise_seed=STUDY_SEED)
    told = tuple(_finding(check) for check in result.checks if check.verdict != "not applicable")
    return SectionJudgement(told, read.digests, (result.document(read),))


def _finding(check: Check) -> SectionFinding:
    verdict = "inconclusive" if check.verdict == "undecided" else check.verdict
    return SectionFinding(check.name, cast(Literal["holds", "violated", "inconclusive"], verdict), check.text)
