"""Version pricing: prices for versions of different privacy that fit a survey and that nobody can arbitrage.

Source: Lu, Huang et al., PIECE, IEEE TIFS 2025, eq. 26; the cone is that of arbitrage-free pricing (see `menu`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Algebra, Formula, read
from ..data import Number, Vector
from ..declaration import choice, labels, scalar, vector
from ..errors import InputError
from ..language import Constraint, Decision, Form, Program
from .bundles import Bundles, bundles_of
from .losses import LOSSES
from .menu import ATTACKS, MenuCone, refuse_equal_versions

SAFETIES = ("cone", "exact")
"""A condition that suffices against every bundle, or that there is no cheaper bundle."""


class VersionPricing(Program):
    """Prices v_j for versions of privacy budgets ε_j, as near as can be to surveyed prices P_j.

    The exact problem is

        min Σ ℓ(v_j, P_j)   subject to   0 ≤ v_j ≤ v_{j+1},   v_j/x_j ≥ v_{j+1}/x_{j+1}   (in the order of ε)

    with x_j = ε_j or ε_j². With a `barrier` λ the constraints are replaced by logarithms (PIECE, eq. 26):

        min λ Σ ℓ(v_j, P_j) − Σ [ln(v_j x_{j+1} − v_{j+1} x_j) + ln(v_{j+1} − v_j)] − ln v_1.

    The losses of the two differ by at most (2k − 1)/λ for k versions (k/λ where versions need only be monotone), since
    each logarithm adds at most 1/λ.

    Parameters
    ----------
    epsilon
        ε_j > 0, the versions' privacy budgets, all different, in any order.
    target
        P_j > 0, the surveyed prices, money.
    loss
        "squared" r², "absolute" |r| or "huber": r² up to a width M, linear beyond.
    huber_width
        M > 0, money.
    attack
        "composition" (budgets add up, x = ε), "averaging" (independent noise averages out, x = ε²) or "none"
        (prices need only be monotone).
    barrier
        λ > 0 for the barrier problem, or None for the exact one.
    version
        The versions' names, used in every message.
    safety
        "cone": the constraints above, which suffice against every bundle. "exact": no more than that no bundle costs
        less than the version it replaces, v_j ≤ Σ n_i v_i wherever Σ n_i x_i ≥ x_j; for a few versions only.

    Raises
    ------
    InputError
        When a number breaks its rule, two versions have the same ε, or there are too many bundles.

    Examples
    --------
    >>> import mechproof as mp
    >>> surveyed = {"epsilon": [2, 3], "target": [1, 2]}
    >>> for safety in ("cone", "exact"):
    ...     print(*mp.solve(mp.VersionPricing(**surveyed, safety=safety), arithmetic="exact").exact["price"])
    16/13 24/13
    1 2
    >>> fit = mp.VersionPricing(epsilon=[1, 2, 4, 8], target=[1, 5, 6, 20])
    >>> print(*mp.solve(fit, arithmetic="exact").exact["price"])
    39/17 78/17 156/17 312/17
    """

    epsilon: Vector = vector("a version's privacy budget", above=0, per="version", unit="ε", symbol=r"\varepsilon")
    target: Vector = vector("a surveyed price", above=0, per="version", unit="money", symbol="P")
    loss: str = choice(*LOSSES, default="squared")
    huber_width: Number = scalar("the Huber width", above=0, default=1, unit="money", symbol="M")
    attack: str = choice(*ATTACKS, default="composition")
    barrier: Number = scalar("the barrier's weight", above=0, default=None, unit="1/loss", symbol=r"\lambda")
    version: Any = labels("version", default=None)
    safety: str = choice(*SAFETIES, default="cone")

    default_backend = "price-fit"
    properties = ("no-arbitrage", "monotone", "in-cone", "pair-test", "split-purchase", "intermediary")
    promises = ("no-arbitrage", "monotone")
    example: ClassVar[Mapping[str, Any]] = {
        "version": ["sample", "basic", "standard", "full"],
        "epsilon": [1, 2, 4, 8],
        "target": [1, 5, 6, 20],
    }

    def check(self) -> None:
        """Refuse a menu without versions, two versions of the same privacy budget, and a barrier of bundles."""
        if len(self.epsilon) == 0:
            raise InputError("epsilon", "0 versions", "a menu needs at least one version")
        refuse_equal_versions(self.epsilon, self.version)
        if self.safety == "exact":
            if self.barrier is not None:
                rule = "has no barrier problem: its logarithms are of the cone's slacks"
                raise InputError("safety", self.safety, rule, "leave the barrier out, or give safety='cone'")
            _ = self.bundles

    @property
    def about(self) -> str:
        """A price belongs to a version."""
        return "version"

    @cached_property
    def cone(self) -> MenuCone:
        """The cone of safe prices."""
        return MenuCone(self.epsilon, self.attack)

    @cached_property
    def bundles(self) -> Bundles:
        """The bundles that replace versions, for exact safety."""
        return bundles_of(self.cone)

    @cached_property
    def largest_price(self) -> Any:
        """A price that no optimum attains: twice the largest target, or what the barrier's homogeneity bounds.

        Capping an exact menu at the largest target keeps it safe and lowers the loss. At the barrier's optimum v the
        derivative along v itself is zero: λ Σ ℓ′(v_j − P_j) v_j is the number of logarithms.
        """
        largest = max(self.target)
        if self.barrier is None:
            return 2 * largest
        slack = float(self.cone.logarithm_count / self.barrier)
        target = np.asarray(self.target, dtype=np.float64)
        if self.loss == "squared":
            return 2 * float(np.linalg.norm(target) + np.sqrt(slack / 2))
        if self.loss == "absolute":
            return 2 * float(np.sum(target) + slack)
        width = float(self.huber_width)
        return 2 * max(float(largest) + width, float(np.sum(target)) + slack / (2 * width))

    def variables(self) -> tuple[Decision, ...]:
        """Return the prices."""
        count = len(self.epsilon)
        return (Decision("price", np.zeros(count), np.full(count, self.largest_price), symbol="v", unit="money"),)

    def fit(self, a: Algebra, price: Any, target: Any, huber_width: Any) -> Any:
        """Σ ℓ(v_j, P_j)."""
        return a.sum(read(LOSSES[self.loss], a, {"price": price, "target": target, "huber_width": huber_width}))

    def barrier_objective(
        self, a: Algebra, price: Any, target: Any, huber_width: Any, epsilon: Any, barrier: Any
    ) -> Any:
        """PIECE (26): λ Σ ℓ − Σ [ln(v_j x_{j+1} − v_{j+1} x_j) + ln(v_{j+1} − v_j)] − ln v_1."""
        logarithms = self.cone.logarithms(a, price, epsilon)
        return barrier * self.fit(a, price, target, huber_width) - logarithms

    def objective(self) -> Formula:
        """Return the loss, or the barrier's objective."""
        return self.fit if self.barrier is None else self.barrier_objective

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the cone, or that no bundle is cheaper; under a barrier the cone's slacks are positive anyway."""
        if self.safety == "exact":
            return (Constraint("no_bundle_cheaper", self.bundles.slack),) if len(self.epsilon) > 1 else ()
        return self.cone.constraints() if self.barrier is None else ()

    def outcomes(self) -> Mapping[str, Formula]:
        """Return the loss, and with a barrier by how much it can exceed the optimum."""
        if self.barrier is None:
            return {"loss": self.fit}
        return {"loss": self.fit, "loss_above_optimum": self.barrier_gap}

    def barrier_gap(self, a: Algebra, barrier: Any) -> Any:
        """By how much at most the barrier problem's loss exceeds the optimum: the number of logarithms over λ."""
        return self.cone.logarithm_count / barrier

    def forms(self) -> tuple[Form, ...]:
        """Return the program without kinks, which splits each residual; a squared loss has none."""
        if self.loss == "squared" or self.safety == "exact":
            return ()
        split = SplitResiduals(
            self.epsilon, self.target, self.largest_price, self.loss, self.huber_width, self.attack, self.barrier
        )
        return (Form("split-residuals", split, {"price": prices_themselves}),)


def prices_themselves(a: Algebra, price: Any) -> Any:
    """The prices of the split program are the prices."""
    return price


def split_absolute(a: Algebra, above: Any, below: Any) -> Any:
    """|r| of a residual r = a − b, where one of the two parts is zero."""
    return above + below


def split_huber(a: Algebra, price: Any, above: Any, below: Any, target: Any, huber_width: Any) -> Any:
    """(v_j − P_j − a_j + b_j)² + 2M (a_j + b_j), whose minimum over a, b ≥ 0 is the Huber loss."""
    return a.square(price - target - above + below) + 2 * huber_width * (above + below)


def residual_left(a: Algebra, price: Any, above: Any, below: Any, target: Any) -> Any:
    """v_j − P_j − a_j + b_j."""
    return price - target - above + below


class SplitResiduals(Program):
    """Version pricing without kinks: the parts of a residual above and below zero, or beyond ±M, are variables."""

    epsilon: Vector = vector("a version's privacy budget", above=0, per="version", symbol=r"\varepsilon")
    target: Vector = vector("a surveyed price", above=0, per="version", symbol="P")
    largest_price: Number = scalar("a bound on the prices", above=0)
    loss: str = choice("absolute", "huber")
    huber_width: Number = scalar("the Huber width", above=0, symbol="M")
    attack: str = choice(*ATTACKS)
    barrier: Number = scalar("the barrier's weight", above=0, default=None, symbol=r"\lambda")

    @cached_property
    def cone(self) -> MenuCone:
        """The cone of safe prices."""
        return MenuCone(self.epsilon, self.attack)

    def variables(self) -> tuple[Decision, ...]:
        """Return the prices and the parts of the residuals."""
        count = len(self.epsilon)
        least, largest = np.zeros(count), np.full(count, self.largest_price)
        return (
            Decision("price", least, largest, symbol="v", unit="money"),
            Decision("above", least, largest, symbol="a", unit="money"),
            Decision("below", least, largest, symbol="b", unit="money"),
        )

    def fit(self, a: Algebra, price: Any, above: Any, below: Any, target: Any, huber_width: Any) -> Any:
        """The sum of the losses."""
        if self.loss == "absolute":
            return a.sum(split_absolute(a, above, below))
        return a.sum(split_huber(a, price, above, below, target, huber_width))

    def barrier_fit(
        self,
        a: Algebra,
        price: Any,
        above: Any,
        below: Any,
        target: Any,
        huber_width: Any,
        epsilon: Any,
        barrier: Any,
    ) -> Any:
        """λ times the sum of the losses, less the barrier's logarithms."""
        logarithms = self.cone.logarithms(a, price, epsilon)
        return barrier * self.fit(a, price, above, below, target, huber_width) - logarithms

    def objective(self) -> Formula:
        """Return the loss, or the barrier's objective with it."""
        return self.fit if self.barrier is None else self.barrier_fit

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the cone, unless there is a barrier, and that the parts of an absolute loss are all of a residual."""
        cone = self.cone.constraints() if self.barrier is None else ()
        if self.loss == "huber":
            return cone
        return (*cone, Constraint("residual_split", residual_left, equality=True))
