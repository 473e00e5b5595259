"""Which mechanisms and parts there are, and what a specification calls them."""

from __future__ import annotations

import re

from .language import Declaration


def mechanisms() -> dict[str, type[Declaration]]:
    """Return the shipped mechanisms by the name a specification calls them.

    Examples
    --------
    >>> mechanisms()["stackelberg-pricing"].__name__
    'StackelbergPricing'
    """
    from .contract.declaration import FullInformationContract, PrivacyContract
    from .stackelberg.declaration import StackelbergPricing
    from .three_party.declaration import ThreePartyMarket
    from .versions.pricing import VersionPricing
    from .versions.revenue import VersionRevenue

    shipped = (
        StackelbergPricing,
        VersionPricing,
        VersionRevenue,
        PrivacyContract,
        FullInformationContract,
        ThreePartyMarket,
    )
    return {name_of(kind): kind for kind in shipped}


def kinds_of(base: type[Declaration]) -> dict[str, type[Declaration]]:
    """Return every type of a kind by its name, those of users' modules that were imported included.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.revenue_curve import Revenue
    >>> {"log", "saturating"} <= set(kinds_of(Revenue))
    True
    """
    found: dict[str, type[Declaration]] = {}
    for kind in base.__subclasses__():
        found |= {name_of(kind, base): kind, **kinds_of(kind)}
    return found


def name_of(kind: type, base: type | None = None) -> str:
    """Return a class's name in a specification: in kebab case, without its kind's own name.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.revenue_curve import LogRevenue, Revenue
    >>> name_of(LogRevenue), name_of(LogRevenue, Revenue)
    ('log-revenue', 'log')
    """
    name = kind.__name__
    if base is not None and name != base.__name__:
        name = name.removesuffix(base.__name__)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
