"""A family of one's own: a server hands on a share of what it earns, and an owner sells privacy accordingly.

An owner that is handed the share s of what its ε earns sells ε = s w/(2 k), where its cost is k ε² and what it earns is
w ε; the server keeps (1 − s) w ε. Which share is best, if nobody may lose whatever the share is?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mechproof as mp


def sold(a: mp.Algebra, share: Any, worth: Any, effort: Any) -> Any:
    """What the owner sells: where one more ε costs what it is handed."""
    return share * worth / (2 * effort)


def owner_utility(a: mp.Algebra, share: Any, worth: Any, effort: Any) -> Any:
    """What the owner keeps."""
    epsilon = sold(a, share, worth, effort)
    return share * worth * epsilon - effort * a.square(epsilon)


def server_utility(a: mp.Algebra, share: Any, worth: Any, effort: Any) -> Any:
    """What the server keeps."""
    return (1 - share) * worth * sold(a, share, worth, effort)


class ShareOfRevenue(mp.Family):
    """Every share between nothing and everything."""

    worth: Any = mp.scalar("what a unit of ε earns", above=0, unit="money/ε")
    effort: Any = mp.scalar("what ε² costs", above=0, unit="money/ε²")

    def parameters(self) -> tuple[mp.Decision, ...]:
        """Return the share."""
        return (mp.Decision("share", 0, 1, symbol="s"),)

    def objectives(self) -> Mapping[str, Any]:
        """Return what either keeps."""
        return {"server-utility": server_utility, "owner-utility": owner_utility}

    def requirements(self) -> tuple[mp.Requirement, ...]:
        """Return that neither loses, which is proved of all shares before one is chosen."""
        return (
            mp.Requirement("individual-rationality", "The owner does not lose.", owner_utility),
            mp.Requirement("budget-balance", "The server does not lose.", server_utility),
        )
