"""What is mutated, by the packages it lives in: every function and method of every module below them."""

from __future__ import annotations

from importlib.util import find_spec

from .live import modules_below

BACK_ENDS = ("mechproof.solvers.backends",)
CERTIFICATES = ("mechproof.solvers.certificates",)


def present(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Return those that exist."""
    return tuple(name for name in packages if find_spec(name) is not None)


TODAY_BACK_ENDS = tuple(
    f"mechproof.solvers.{name}"
    for name in (
        *(f"contest.{x}" for x in ("closed_form", "contest_path", "exact_pricing", "participation")),
        *(f"contracts.{x}" for x in ("group_weighted", "ironing", "group_weighted_bounds")),
        *(
            f"menus.{x}"
            for x in ("menu_programme", "price_barrier", "price_fit", "safe_cone_price", "survey", "tridiagonal")
        ),
        *(f"three_party.{x}" for x in ("buyer_choice", "interference", "market_witnesses", "three_party_exact")),
        "general",
    )
)
TODAY_CERTIFICATES = tuple(
    f"mechproof.solvers.{name}"
    for name in (
        *("certify", "concavity_check", "equilibrium_check", "leader_check", "program_check"),
        *(f"contest.{x}" for x in ("checked_path", "pricing_check", "revenue_check", "stretch_bounds")),
        *(f"contracts.{x}" for x in ("contract_bounds", "contract_check", "envy")),
        *(f"menus.{x}" for x in ("price_check", "price_dual", "revenue_bound", "revenue_menu_check")),
        *(f"three_party.{x}" for x in ("foresight_check", "three_party_check", "three_party_enclosure")),
    )
)


def back_ends() -> list[str]:
    """Return the modules of the back ends."""
    return modules_below(present(BACK_ENDS) or TODAY_BACK_ENDS)


def certificates() -> list[str]:
    """Return the modules of the certificates."""
    return modules_below(present(CERTIFICATES) or TODAY_CERTIFICATES)
