"""A menu of privacy for two types of clients, or more: an item for each cost, which nobody of another cost prefers."""

import mechproof as mp


def type_utility(a, epsilon, payment, cost):
    """What a type keeps of an item."""
    return payment - cost * epsilon


def no_envy(a, epsilon, payment, other_epsilon, other_payment, cost):
    """What a type would lose by the item of another type."""
    return type_utility(a, epsilon, payment, cost) - type_utility(a, other_epsilon, other_payment, cost)


class TwoTypeMenu(mp.Program):
    """The cheapest menu of (ε, payment) that nobody lies to get, and that yields enough accuracy."""

    cost: mp.Vector = mp.vector("a privacy cost", above=0, per="type", unit="money/ε")
    share: mp.Vector = mp.vector("a share of the clients", above=0, per="type")
    needed: mp.Number = mp.scalar("the mean √ε that is needed", above=0)
    promises = ("incentive-compatibility", "individual-rationality")

    def variables(self):
        """Return the items."""
        none, count = [0] * len(self.cost), len(self.cost)
        return mp.Decision("epsilon", none, [10] * count, unit="ε"), mp.Decision("payment", none, [100] * count)

    def objective(self):
        """Return what is paid per client."""
        return lambda a, payment, share: a.sum(share * payment)

    def constraints(self):
        """Return that nobody loses, that nobody envies, and that all of it is accurate enough."""
        accurate = mp.Constraint("accurate", lambda a, epsilon, share, needed: a.sum(share * a.sqrt(epsilon)) - needed)
        return mp.Constraint("no_loss", type_utility), mp.between("no_envy", no_envy, len(self.cost)), accurate

    def outcomes(self):
        """Return what each type keeps of its own item."""
        return {"type_utility": type_utility}
