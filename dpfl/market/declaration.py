"""What a market of models is: a survey, a menu of versions, owners of data, a reward pool and the rules of the game.

The six steps are those of Lu, Huang et al., PIECE, IEEE TIFS 2025: survey, prices and reward pool, task, the owners'
game, training with one noised model per version, sales and accounts. Of that source only the steps and its objective
(26) were at hand, not its rules of payment and privacy: here they are pluggable (see `rules`), and none is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Any

import numpy as np

from ...formulations.data import Number, Vector, as_floats, as_fractions
from ...formulations.declaration import choice, labels, scalar, vector
from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ...formulations.registry import name_of
from ...formulations.shown import Shown
from ...formulations.versions.losses import LOSSES
from ...formulations.versions.pricing import VersionPricing
from ...formulations.versions.revenue import VersionRevenue
from ...solvers.serialization import declared
from ..accounting.release import TRUSTS
from ..training.data import Dataset
from ..training.protocol import Protocol
from .protocol import TRAINING, TRAINING_KEYS, check_training
from .rules import ContestPayment, Owners, OwnPrivacyCap, Payment, PrivacyCap
from .streams import Stream, known
from .told import COPIES


class Buyers(Declaration):
    """Buyers of models: the version that each wants, by its place in the menu from 0, and what it is worth to them.

    Examples
    --------
    >>> Buyers(wanted=[0, 1], value=["9.99", 30]).value
    array([Fraction(999, 100), Fraction(30, 1)], dtype=object)
    """

    wanted: Vector = vector("the index of the version wanted", at_least=0, whole=True, per="buyer")
    value: Vector = vector("a buyer's valuation", at_least=0, per="buyer", unit="money")
    buyer: Any = labels("buyer", default=None)

    @cached_property
    def index(self) -> Any:
        """The versions wanted, as indices."""
        return as_floats(self.wanted).astype(np.intp)


class RewardPool(Declaration):
    """How much of the revenue goes to the owners of the data.

    Parameters
    ----------
    share
        0 < share ≤ 1, the part of the revenue.
    rule
        "guaranteed": of what the survey promises; "realised": of binding orders before the task is announced.

    Examples
    --------
    >>> RewardPool(share="0.6").rule
    'guaranteed'
    """

    share: Number = scalar("the owners' share of the revenue", above=0)
    rule: str = choice("guaranteed", "realised", default="guaranteed")

    def check(self) -> None:
        """Refuse a share above one."""
        if self.share > 1:
            raise InputError("share", self.share, "the owners' share of the revenue must be at most 1")


class SurveyFit(Declaration):
    """Prices that fit the survey, in place of those that earn most: what each version is worth to those who want it.

    Parameters
    ----------
    summary
        "median" or "mean" of the valuations of those who want the version.
    loss, huber_width, barrier
        As in `VersionPricing`.
    """

    summary: str = choice("median", "mean", default="median")
    loss: str = choice(*LOSSES, default="squared")
    huber_width: Number = scalar("the Huber width", above=0, default=1, unit="money")
    barrier: Number = scalar("the barrier's weight", above=0, default=None)

    def pricing(self, survey: VersionRevenue) -> VersionPricing:
        """Return the price fit to a survey.

        Examples
        --------
        >>> survey = VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=[1, 2, 3])
        >>> SurveyFit(summary="mean").pricing(survey).target
        array([Fraction(1, 1), Fraction(5, 2)], dtype=object)
        """
        targets = []
        for version in range(len(survey.epsilon)):
            values = as_fractions(survey.value)[survey.wanted_index == version].tolist()
            worth = median(values) if values and self.summary == "median" else sum(values) / max(len(values), 1)
            if not worth > 0:
                rule = f"version {version} is worth nothing to the surveyed, so there is no price to fit"
                raise InputError("market.fit", self.summary, rule, "take the version out, or drop [market.fit]")
            targets.append(Fraction(worth))
        return VersionPricing(
            survey.epsilon, targets, self.loss, self.huber_width, survey.attack, self.barrier, survey.version
        )


@dataclass(frozen=True, eq=False, repr=False)
class Market(Shown):
    """A market of models, from the survey to the accounts.

    Parameters
    ----------
    prices
        How versions are priced: `VersionRevenue`, which holds the survey, or `VersionPricing` with a `survey` beside.
    owners, pool
        Who sells privacy, and how much money they share.
    survey
        The surveyed buyers, if `prices` does not hold them.
    buyers
        Those who really come; by default the surveyed ones.
    draw
        Instead of `buyers`: so many drawn from the surveyed ones, with replacement, by the training's seed.
    fit
        Prices that fit the survey held by `prices`, instead of those that earn most.
    payment, privacy
        The payment rule and the privacy rule.
    trust
        "local": owners trust nobody, and each adds noise of its own; versions are the trained model with more noise.
        "secure-sum": only the owners' sum is seen (secure aggregation, or a broker whom all trust), and each version is
        trained by itself, with noise in the sum.
    copies
        "nested", as under local trust by default: each version is a noised copy of the next better one, so that several
        tell no more than the best of them; "independent": each has noise of its own, as versions have that are trained
        by themselves. Every buyer of a version gets one and the same copy.
    training
        The protocol; see `versions.market_protocol`.
    dataset
        Records of one's own, in place of those that the protocol names; see `own_data.read_dataset`.
    backend, arithmetic, time_limit
        How the prices are solved; by default exactly, except those of a barrier problem, which are irrational.

    Raises
    ------
    InputError
        When parts do not fit together.

    Examples
    --------
    >>> market = Market(
    ...     prices=VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=[10, 30, 50]),
    ...     owners=Owners(cost=[1, 2], epsilon_cap=[4, 4]),
    ...     pool=RewardPool(share="0.5"),
    ... )
    >>> market.coming.value.tolist() == market.surveyed.value.tolist()
    True
    """

    prices: VersionPricing | VersionRevenue
    owners: Owners
    pool: RewardPool
    survey: Buyers | None = None
    buyers: Buyers | None = None
    draw: int | None = None
    fit: SurveyFit | None = None
    payment: Payment = field(default_factory=ContestPayment)
    privacy: PrivacyCap = field(default_factory=OwnPrivacyCap)
    trust: str = "local"
    copies: str = ""
    training: Protocol = TRAINING
    dataset: Dataset | None = None
    backend: str = "auto"
    arithmetic: str | None = None
    time_limit: float | None = None

    def __post_init__(self) -> None:
        self._check_parts()
        self._check_draw()
        self._check_versions()
        for name, people in (("survey", self.surveyed), ("buyers", self.coming)):
            beyond = np.flatnonzero(people.index >= len(self.prices.epsilon))
            if len(beyond):
                rule = f"there are {len(self.prices.epsilon)} versions, and their indices start at 0"
                raise InputError(f"market.{name}.wanted[{beyond[0]}]", people.wanted[beyond[0]], rule)
        if self.caps is not None and (selling := sum(1 for cap in self.caps if cap > 0)) < 2:
            rule = "at least two owners must be free to sell: their caps must be positive"
            raise InputError("market.owners.epsilon_cap", f"{selling} positive", rule)
        check_training(self.training, self.trust)

    def _check_versions(self) -> None:
        """Refuse copies that cannot be made, or that prices are no protection from."""
        for name, value, choices in (("trust", self.trust, TRUSTS), ("copies", self.copies or COPIES[0], COPIES)):
            if value not in choices:
                raise InputError(f"market.{name}", value, f"must be one of {', '.join(map(repr, choices))}")
        if self.trust != "local" and self.copies == "nested":
            rule = "versions that are trained by themselves have independent noise"
            raise InputError("market.copies", self.copies, rule, 'drop it, or use trust = "local"')
        if self.prices.attack == "none" and self.hang_together != "nested":
            rule = 'prices under attack "none" need nested copies: independent noise can be averaged away'
            remedy = 'use attack = "averaging", or trust = "local" with copies = "nested"'
            raise InputError("market.copies", self.hang_together, rule, remedy)

    def _check_parts(self) -> None:
        """Refuse parts that say the same twice, or prices without buyers."""
        if isinstance(self.prices, VersionRevenue):
            if self.survey is not None:
                raise InputError(
                    "market.survey", "given", "the mechanism holds the survey already", "drop one of the two"
                )
            return
        if self.survey is None:
            remedy = "give wanted and value below [market.survey]"
            raise InputError("market.survey", None, "is needed: prices that fit targets hold no buyers", remedy)
        if self.fit is not None:
            raise InputError("market.fit", "given", "the mechanism fits prices already", "drop one of the two")

    def _check_draw(self) -> None:
        if self.draw is None:
            return
        if self.buyers is not None:
            raise InputError("market.buyers", "given", "cannot be given together with draw", "drop one of the two")
        if isinstance(self.draw, bool) or not isinstance(self.draw, int) or self.draw < 0:
            raise InputError("market.draw", self.draw, "must be a whole number of buyers, at least zero")
        if self.draw and not len(self.surveyed.value):
            raise InputError("market.draw", self.draw, "there are no surveyed buyers to draw from")

    @cached_property
    def caps(self) -> np.ndarray | None:
        """The caps under the privacy rule, as fractions, or None."""
        return self.privacy.caps(self.owners)

    @cached_property
    def pricing(self) -> VersionPricing | VersionRevenue:
        """The problem whose solution is the menu of prices."""
        if self.fit is None:
            return self.prices
        assert isinstance(self.prices, VersionRevenue)
        return self.fit.pricing(self.prices)

    @property
    def hang_together(self) -> str:
        """How the noises of the versions hang together, one of `COPIES`."""
        return self.copies or ("nested" if self.trust == "local" else "independent")

    @property
    def solved_in(self) -> str:
        """The arithmetic in which prices are solved."""
        return self.arithmetic or ("exact" if getattr(self.pricing, "barrier", None) is None else "float")

    @cached_property
    def surveyed(self) -> Buyers:
        """The surveyed buyers."""
        if self.survey is not None:
            return self.survey
        assert isinstance(self.prices, VersionRevenue)
        return Buyers(self.prices.wanted, self.prices.value, self.prices.buyer)

    @cached_property
    def coming(self) -> Buyers:
        """The buyers who really come."""
        if self.buyers is not None:
            return self.buyers
        if self.draw is None:
            return self.surveyed
        seed = known(self.training.seed, Stream.BUYERS)
        places = np.random.default_rng(seed).integers(max(len(self.surveyed.value), 1), size=self.draw)
        return Buyers(
            np.asarray(self.surveyed.wanted)[places].tolist(), np.asarray(self.surveyed.value)[places].tolist()
        )

    def described(self) -> Mapping[str, Any]:
        """Return everything that the market is made of as plain data, exact numbers as text."""
        parts = {
            name: None if (part := getattr(self, name)) is None else declared(part)
            for name in ("owners", "pool", "survey", "buyers", "fit")
        }
        return {
            "prices": {"type": name_of(type(self.prices)), **declared(self.prices)},
            **parts,
            "draw": self.draw,
            "payment": {"type": name_of(type(self.payment), Payment), **declared(self.payment)},
            "privacy": {"type": name_of(type(self.privacy), PrivacyCap), **declared(self.privacy)},
            "trust": self.trust,
            "copies": self.hang_together,
            "training": {name: getattr(self.training, name) for name in TRAINING_KEYS},
            "dataset": None if self.dataset is None else self.dataset.described(),
            "solve": {"backend": self.backend, "arithmetic": self.solved_in, "time_limit": self.time_limit},
        }
