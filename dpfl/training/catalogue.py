"""Which baselines of the field are known, what each of them trusts, and what it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...formulations.errors import InputError
from ..accounting.release import Trust

SECURE = "mechanism/secure-sum"
"""The mechanism's budgets and weights where only the sum is seen, as those baselines assume it."""


@dataclass(frozen=True)
class Known:
    """A baseline that can be trained.

    Attributes
    ----------
    name
        Of its arm.
    source
        The paper, and what else it was rebuilt from.
    trust
        ``local``: the server sees each client's release; ``secure-sum``: it sees the sum alone, or is trusted with it.
    description
        What was rebuilt, in words.
    """

    name: str
    source: str
    trust: Trust
    description: str

    @property
    def against(self) -> str:
        """The arm with the mechanism's own weights under the same trust."""
        return SECURE if self.trust == "secure-sum" else "mechanism"


KNOWN = (
    Known(
        "robust-hdp",
        "Malekmohammadi, Yu, Cao 2024 (arXiv 2406.03519) and its public code",
        "local",
        "own noise at each budget; weights 1/‖S_i‖² from robust PCA of the first round's updates, kept for all rounds",
    ),
    Known(
        "idp-sgd-sample",
        "Boenisch, Mühl, Dziedzic, Rinberg, Papernot 2023 (arXiv 2303.17046) and its public code",
        "secure-sum",
        "one noise for all; each record drawn by itself, at the rate that its budget allows",
    ),
    Known(
        "idp-sgd-scale",
        "Boenisch, Mühl, Dziedzic, Rinberg, Papernot 2023 (arXiv 2303.17046) and its public code",
        "secure-sum",
        "one noise for all; each record's gradient clipped at a bound that its budget allows, the same in the mean",
    ),
    Known(
        "jsam",
        "Xu, Zhang, Huang 2026 (arXiv 2602.21844), the formula of its selection",
        "local",
        "clients selected with q_i = min(1, a_i √((G² + σ_i²)/(λ c_i ε_i))) at half of what all of them cost",
    ),
)
BASELINES = tuple(one.name for one in KNOWN)
LEFT_OUT = {
    "gdpfed+": "is left out: how its sampling ratios and its sparsity are set could not be read in full, and there is "
    "no public code",
}
"""Baselines of the field that are not trained, and why."""


def known(name: str) -> Known:
    """Return a baseline by its name.

    Raises
    ------
    InputError
        For one that is not known, or was left out, saying why.

    Examples
    --------
    >>> known("idp-sgd-scale").against
    'mechanism/secure-sum'
    """
    if name not in BASELINES:
        rule = LEFT_OUT.get(str(name).lower(), "is unknown")
        raise InputError("baselines", name, rule, f"choose among: {', '.join(BASELINES)}")
    return next(one for one in KNOWN if one.name == name)


def checked_baselines(names: object) -> tuple[str, ...]:
    """Return names of baselines, each once, in the order of the catalogue; ``all`` stands for all of them.

    Examples
    --------
    >>> checked_baselines(["jsam", "robust-hdp"])
    ('robust-hdp', 'jsam')
    """
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise InputError("baselines", names, "must be a list of names", f"use {list(BASELINES)}")
    wanted = set(BASELINES) if "all" in names else {known(name).name for name in names}
    return tuple(name for name in BASELINES if name in wanted)
