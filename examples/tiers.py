"""A market of privacy tiers: every owner sells ε from a short list, at a price that falls with what all sell."""

import mechproof as mp


def kept(a, own, others, cost, top):
    """(p − ε_i − Σ_j≠i ε_j) ε_i − c_i ε_i."""
    return (top - own - others) * own - cost * own


class Tiers(mp.Game):
    """Owners choose among the tiers that a contract lists; between them nothing is sold."""

    cost: mp.Vector = mp.vector("a privacy cost", above=0, per="owner", unit="money/ε")
    top: mp.Number = mp.scalar("the price while nobody sells", above=0, unit="money/ε")
    owner: object = mp.labels("owner", default=None)
    promises = ("no-profitable-deviation", "individual-rationality")

    def players(self):
        """Return the owners."""
        tier = mp.Decision("epsilon", among=[0, "1/2", 1, "5/2"], symbol="ε", unit="ε")
        return (mp.Player("owner", tier, kept, count=len(self.cost)),)
