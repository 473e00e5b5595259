"""The judgement of a specification's [train]: its settings are read; that a model learns with them is not tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...solvers.sections import SectionFinding, SectionJudgement
from ...solvers.specification import Specification
from .own_data import read_dataset
from .protocol import protocol_from


def judge_training(asked: Specification, allow_code: bool, say: Callable[[str], None]) -> SectionJudgement:
    """Read a specification's settings for training.

    Raises
    ------
    InputError
        When one is not known or breaks a rule.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> asked = Specification("stackelberg-pricing", game, train={"rounds": 3})
    >>> judge_training(asked, False, print).findings[0].text
    'the settings are in order; mechproof train tries them'
    """
    settings, digests = dict(asked.train), dict(asked.digests)
    if isinstance(settings.get("dataset"), Mapping):
        say("reading the data set")
        own, digest = read_dataset(settings.pop("dataset"), "train.dataset", asked.folder)
        digests[own.name] = digest
    settings.pop("records", None)  # whose they are is known when the budgets are
    protocol_from(settings)
    return SectionJudgement(
        (SectionFinding("settings", "holds", "the settings are in order; mechproof train tries them"),), digests
    )
