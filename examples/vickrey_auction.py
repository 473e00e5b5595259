"""A reverse auction of privacy: the lowest ask sells ε, and is paid the next one or, if that is less, the reserve."""

import mechproof as mp


def most_paid(a, others, reserve):
    """The lowest of the others' asks, or the reserve price where that is less or nobody else asks."""
    return a.minimum(a.lowest(others, 1, reserve), reserve)


def payment(a, own, others, reserve):
    """Whoever asks less than that is paid it; where the lowest asks are alike nobody sells."""
    return (1 - a.at_least(own, most_paid(a, others, reserve))) * most_paid(a, others, reserve)


def client_utility(a, own, others, cost, reserve):
    """What whoever sells is paid, less what selling ε costs."""
    return (1 - a.at_least(own, most_paid(a, others, reserve))) * (most_paid(a, others, reserve) - cost)


class VickreyAuction(mp.Game):
    """Clients ask prices for selling ε; none gains by asking anything but its cost, whatever the others ask."""

    cost: mp.Vector = mp.vector("what selling ε costs", at_least=0, per="client", unit="money", symbol="c")
    reserve: mp.Number = mp.scalar("the reserve price", above=0, unit="money", symbol="r")
    client: object = mp.labels("client", default=None)
    promises = ("truthfulness", "individual-rationality", "no-profitable-deviation")
    payment_outcome, private_data = "payment", "cost"

    def players(self):
        """Return the clients, who may ask up to 1000."""
        count = len(self.cost)
        ask = mp.Decision("ask", [0] * count, [1000] * count, unit="money", symbol="b", reports="cost")
        return (mp.Player("client", ask, client_utility, count=count),)

    def outcomes(self):
        """Return what everybody is paid, and has left."""
        return {"payment": payment, "utility": client_utility}
