"""The arms of an experiment against each other: contrasts, controls, the field's baselines, and what was predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..runs.audit import Audit
from .arm_result import ArmResult
from .baselines.judged import Judged, accounts_of, judged, same_trust
from .prediction import NoiseCurve, noise_curve, order_agreement
from .results import Controls
from .runs import Planned
from .setting import Setting
from .statistics import Contrast, compare

CONTROL_CONFIDENCE = 0.99
"""Of the alarm that permuted budgets give: an honest experiment sets it off once in a hundred times."""


def contrast(setting: Setting, results: Mapping[str, ArmResult], first: str, second: str) -> Contrast:
    """Compare the accuracies of two arms, by their names."""
    protocol = setting.protocol
    return compare(
        first,
        results[first].accuracy,
        second,
        results[second].accuracy,
        grain=setting.grain,
        margin=protocol.margin,
        confidence=protocol.confidence,
        method=protocol.interval,
        seed=protocol.seed,
    )


def controls(setting: Setting, results: Mapping[str, ArmResult], chance: Sequence[float], audited: Audit) -> Controls:
    """Return whether the experiment can be trusted, by its control arms and the audit of the mechanism's own run."""
    protocol = setting.protocol
    return Controls(
        equal_budgets=contrast(setting, results, "equal-budgets/inverse-variance", "equal-budgets/uniform"),
        shuffled_labels=compare(
            "shuffled-labels",
            results["shuffled-labels"].accuracy,
            "chance",
            chance,
            grain=setting.grain,
            margin=protocol.chance_margin,
            confidence=protocol.confidence,
            method=protocol.interval,
            seed=protocol.seed,
        ),
        permuted_budgets=compare(
            "mechanism",
            results["mechanism"].accuracy,
            "permuted-budgets",
            results["permuted-budgets"].accuracy,
            grain=setting.grain,
            margin=protocol.margin,
            confidence=CONTROL_CONFIDENCE,
            seed=protocol.seed,
        ),
        transcript=audited.findings,
    )


def agreement(results: Sequence[ArmResult], clients: int) -> float | None:
    """Return how far the arms' order was foretold, of those in which all clients take part."""
    alike = _alike(results, clients)
    foretold = [arm.predicted.mean for arm in alike if arm.predicted]
    return order_agreement(foretold, [arm.interval.mean for arm in alike])


def curve(results: Sequence[ArmResult], clients: int) -> NoiseCurve:
    """Return how predicted accuracy falls with the noise, over the arms in which all clients take part."""
    alike = _alike(results, clients)
    return noise_curve(
        [float(np.mean(arm.noise)) for arm in alike], [arm.predicted.mean for arm in alike if arm.predicted]
    )


def against_field(setting: Setting, results: Mapping[str, ArmResult], plans: Sequence[Planned]) -> tuple[Judged, ...]:
    """Compare the mechanism with the baselines of the field, each under the trust that it assumes."""
    pairs = same_trust(setting.protocol.baselines)
    found = {name: contrast(setting, results, against, name) for name, against in pairs.items()}
    made = {plan.arm.name: plan.rebuilt[results[plan.arm.name].rounds] for plan in plans if plan.arm.name in pairs}
    return judged(found, accounts_of(made), setting.epsilon)


def _alike(results: Sequence[ArmResult], clients: int) -> list[ArmResult]:
    """Return the arms in which all clients take part: elsewhere the noise is not all that differs."""
    return [
        arm for arm in results if arm.predicted is not None and arm.participants == clients and arm.role != "control"
    ]
