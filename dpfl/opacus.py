r"""A client of a plan trained with Opacus: what to hand over, and what one would guess wrong there.

Opacus multiplies by the clip, and its accountants take its multiplier for that of the sensitivity: where records are
replaced, which moves a sum by twice the clip, it must be given twice the multiplier and told half of it. Its sampling
rate is one over the number of batches, whatever their size. A new engine begins at zero, so an engine a round reports
one round. Wrapping twice is silent. :class:`OpacusClient` keeps one engine for all rounds, and refuses the rest.
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..formulations.errors import InputError, UnsupportedModel
from ..formulations.extras import refuse_missing


@dataclass(frozen=True, eq=False)
class OpacusClient:
    r"""What Opacus needs for one client of a plan.

    Attributes
    ----------
    client
        Its id.
    noise_multiplier
        :math:`\sigma_i\Delta/C`: what Opacus multiplies by the clip.
    sigma
        :math:`\sigma_i`, what its accountants are to be told.
    clip
        C, ``max_grad_norm``.
    records
        How many the client holds.
    rate
        Which part of them a step draws.
    releases
        How many steps keep the budget: over all rounds.
    delta
        Of its account.

    Examples
    --------
    >>> import mechproof as mp
    >>> plan = mp.calibrate(
    ...     {"anna": 10}, delta=1e-5, rounds=200, trust="local", unit="record", adjacency="replace-one", records=[50]
    ... )
    >>> anna = plan.opacus("anna")
    >>> round(anna.arguments["noise_multiplier"], 3), anna.arguments["poisson_sampling"]
    (14.139, False)
    >>> [(round(sigma, 3), rate, steps) for sigma, rate, steps in anna.history]
    [(7.069, 1.0, 200)]
    """

    client: str
    noise_multiplier: float
    sigma: float
    clip: float
    records: int
    rate: float
    releases: int
    delta: float

    @property
    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for ``PrivacyEngine.make_private``."""
        return {
            "noise_multiplier": self.noise_multiplier,
            "max_grad_norm": self.clip,
            "poisson_sampling": self.rate < 1,
            "loss_reduction": "mean",
        }

    @property
    def history(self) -> list[tuple[float, float, int]]:
        """What an accountant's ``history`` is when all has been released: multiplier, rate, steps."""
        return [(self.sigma, float(self.rate), self.releases)]

    @cached_property
    def engine(self) -> Any:
        """The one engine of this client, whose accountant sees all rounds."""
        refuse_missing("training with Opacus", "opacus")
        from opacus import PrivacyEngine

        return PrivacyEngine()

    @property
    def steps(self) -> int:
        """How many steps have been taken."""
        return sum(steps for _, _, steps in self.engine.accountant.history)

    @property
    def epsilon(self) -> float:
        """ε of the steps taken, by Opacus' own accountant, whose bound is looser by up to a thousandth."""
        return float(self.engine.accountant.get_epsilon(self.delta, eps_error=1e-3)) if self.steps else 0.0

    def make_private(self, *, module: Any, optimizer: Any, data_loader: Any, **further: Any) -> tuple[Any, ...]:
        """Return what ``PrivacyEngine.make_private`` does, with this client's noise, for one or many rounds.

        Parameters
        ----------
        module, optimizer, data_loader
            As torch knows them, not wrapped yet. The loader gives all records in one batch; with a sampling rate q its
            batches are one over q in number.
        further
            Further arguments of ``make_private``; those that the plan decides are refused.

        Raises
        ------
        InputError
            For a loader that would draw at another rate or from other records, and for what is wrapped already. A step
            beyond the budget raises it as well, and changes nothing.
        UnsupportedModel
            When Opacus is not installed.
        """
        for name in self.arguments.keys() & further.keys():
            raise InputError(name, further[name], f"is decided by the plan: {self.arguments[name]}", "leave it out")
        engine = self.engine
        self._refuse_wrapped(module, optimizer)
        self._refuse_other_rate(data_loader)
        private = engine.make_private(
            module=module, optimizer=optimizer, data_loader=data_loader, **self.arguments, **further
        )
        private[1].attach_step_hook(self._account)
        return tuple(private)

    def _account(self, optimizer: Any) -> None:
        """Account for a step before it is taken; in place of Opacus' own hook, which would count the clip."""
        if self.steps >= self.releases:
            optimizer.zero_grad(set_to_none=True)
            rule = f"the budget is spent: it keeps {self.releases} releases"
            raise InputError(f"step (client {self.client})", self.steps + 1, rule, "stop here, or calibrate for more")
        self.engine.accountant.step(
            noise_multiplier=self.sigma, sample_rate=float(self.rate) * optimizer.accumulated_iterations
        )

    def _refuse_wrapped(self, module: Any, optimizer: Any) -> None:
        from opacus.grad_sample.gsm_base import AbstractGradSampleModule
        from opacus.optimizers import DPOptimizer

        if isinstance(module, AbstractGradSampleModule) or isinstance(optimizer, DPOptimizer):
            rule = "is wrapped already: its noise would be that of another plan"
            what = module if isinstance(module, AbstractGradSampleModule) else optimizer
            raise InputError("module or optimizer", type(what).__name__, rule, "hand over the ones of torch")

    def _refuse_other_rate(self, data_loader: Sized) -> None:
        held = len(data_loader.dataset)  # type: ignore[attr-defined]
        if held != self.records:
            rule = f"client {self.client} has {self.records} records in the plan"
            raise InputError("data_loader", f"{held} records", rule, "hand over exactly these")
        batches = len(data_loader)
        if abs(batches * self.rate - 1) > 1e-9:
            rule = f"Opacus draws at one over the number of batches, and the plan at {self.rate:g}"
            most = int(self.records * self.rate)
            raise InputError("data_loader", f"{batches} batches", rule, f"use batch_size={most}, and a whole 1/rate")


def refuse_other_plans(trust: str, unit: str, scheme: str) -> None:
    """Refuse what Opacus does not do.

    Raises
    ------
    UnsupportedModel
        For a secure sum, whole clients, or other sampling than Poisson's.

    Examples
    --------
    >>> refuse_other_plans("local", "record", "poisson")
    """
    if trust != "local":
        raise UnsupportedModel(
            "under a secure sum a client adds a share of the noise, and Opacus would account for it as if it were all "
            "that covers the client; calibrate with trust='local'"
        )
    if unit != "record":
        raise UnsupportedModel(
            "Opacus clips and hides single records, not a client's whole update; calibrate with unit='record'"
        )
    if scheme != "poisson":
        raise UnsupportedModel(
            f"Opacus draws each record by itself, which is not {scheme}; calibrate with sampling='poisson'"
        )
