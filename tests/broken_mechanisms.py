"""Mechanisms as a new repository would hold them, each with one planted fault, and what must be said of it.

The numbers are written down here by hand or computed in fractions; nothing is taken from the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

SOUND = """format = 1

[mechanism]
type = "version-pricing"
version = ["sample", "basic", "full"]
epsilon = [0.3, 0.6, 0.9]
target = [1, 2, 3]

[candidate]
price = [1, 1.5, 2]
"""

THREE_COPIES = """format = 1

[mechanism]
type = "version-pricing"
version = ["sample", "full"]
epsilon = [0.3, 0.9]
target = [1, 4]

[candidate]
price = [1, 4]

[verify]
require = ["no-arbitrage", "monotone", "pair-test"]
"""
"""Two samples do not do what the full version does; three do, at 3 for 4. In doubles 0.3 + 0.3 + 0.3 is below 0.9."""

PRINTED_56 = """format = 1

[mechanism]
type = "privacy-contract"
owner_type = ["relaxed", "careful", "reluctant"]
cost = [0.5, 1, 2]
count = [10, 10, 10]
reward_pool = 30

[candidate]
epsilon = [2, 1, 0.5]
payment = [1, 1, 1]
"""
"""Equal pay, as (56) in Zhou 2023 is printed: the relaxed gain 3/4 by taking the reluctant's item."""

ONE_IN_A_THOUSAND = """format = 1

[mechanism]
type = "stackelberg-pricing"
cost = { file = "clients.csv", column = "cost", id = "client" }
alpha = 10
beta = 10

[candidate]
reward_pool = "POOL"
epsilon = { file = "clients.csv", column = "epsilon", id = "client" }
payment = { file = "clients.csv", column = "payment", id = "client" }

[verify]
require = ["individual-rationality"]
"""

OVERSPENT = """format = 1

[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob"]
cost = [1, 1]
alpha = 4
beta = 2

[candidate]
reward_pool = 1
epsilon = [0.25, 0.25]
payment = [0.51, 0.5]
"""

TWO_EQUILIBRIA = '''"""A contest in which effort is worth more the more the others make."""

import mechproof as mp


def utility(a, own, others, weight):
    """w x Σx − x³/3: nobody moving is an equilibrium, and so is everybody moving."""
    return weight * own * others - own * own * own / 3


class Contest(mp.Game):
    """The contest."""

    weight: mp.Vector = mp.vector("a weight", above=0, per="member")
    promises = ("uniqueness",)

    def players(self):
        """Return the members."""
        effort = mp.Decision("effort", [0] * len(self.weight), [4] * len(self.weight))
        return (mp.Player("member", effort, utility, count=len(self.weight)),)
'''

BONUS = '''"""A lottery whose organiser pays a bonus that two contestants do not exhaust, and three do."""

import mechproof as mp


def utility(a, own, others, cost, prize):
    """V x/Σx − c x²."""
    return prize * a.share(own, others) - cost * own**2


def paid(a, own, others, prize, player_count):
    """V x/Σx · n/2: meant for two."""
    return prize * a.share(own, others) * player_count / 2


def left(a, paid, prize):
    """V − Σ paid."""
    return prize - a.sum(paid)


class Bonus(mp.Game):
    """The lottery."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")
    prize: mp.Number = mp.scalar("the prize", above=0)
    promises = ("budget-balance",)

    def players(self):
        """Return the contestants."""
        effort = mp.Decision("effort", [0] * len(self.cost), [100] * len(self.cost))
        return (mp.Player("player", effort, utility, count=len(self.cost)),)

    def outcomes(self):
        """Return what is paid."""
        return {"paid": paid}

    def constraints(self):
        """Return that the prize suffices."""
        return (mp.Constraint("within_the_prize", left),)
'''


def thousand() -> dict[str, str]:
    """Equal clients at their equilibrium, one of whom is paid a ten-thousandth less than its budget costs it.

    With N clients of cost c: B = β − Nc·N/(α(N − 1)), ε = B(N − 1)/(N²c), everybody is paid B/N.
    """
    count, cost, alpha, beta = 1000, Fraction(1, 1000), 10, 10
    pool = beta - count * cost * count / (alpha * (count - 1))
    epsilon = pool * (count - 1) / (count**2 * cost)
    rows = [f"clinic {k},{cost},{epsilon},{pool / count}" for k in range(count)]
    rows[617] = f"clinic 617,{cost},{epsilon},{cost * epsilon - Fraction(1, 10_000)}"
    table = "\n".join(["client,cost,epsilon,payment", *rows]) + "\n"
    return {"market.toml": ONE_IN_A_THOUSAND.replace("POOL", str(pool)), "clients.csv": table}


@dataclass(frozen=True)
class Broken:
    """The files of a repository, its specification, the property that fails, and words of the witness."""

    files: Mapping[str, str]
    property: str
    words: tuple[str, ...]
    line: int
    specification: str = "market.toml"
    code: bool = False
    others: tuple[str, ...] = field(default=())

    @property
    def allowed(self) -> list[str]:
        """What the command line must allow."""
        return ["--allow-code"] if self.code else []


CONTEST = 'format = 1\n\n[mechanism]\ntype = "contest.py:Contest"\nweight = [1, 1]\n'
BROKEN = {
    "arbitrage through three copies": Broken(
        {"market.toml": THREE_COPIES},
        "no-arbitrage",
        ("3 copies of version sample cost 3 and do what version full does for 4: 1 less",),
        10,
    ),
    "the printed (56)": Broken(
        {"market.toml": PRINTED_56}, "incentive-compatibility", ("type relaxed gains", "3/4", "type reluctant"), 10
    ),
    "one in a thousand": Broken(
        thousand(), "individual-rationality", ("client clinic 617 is paid less than its epsilon costs it",), 12
    ),
    "a cent too much": Broken({"market.toml": OVERSPENT}, "budget-balance", ("1/100",), 13),
    "two equilibria": Broken(
        {"market.toml": CONTEST, "contest.py": TWO_EQUILIBRIA},
        "uniqueness",
        ("2 equilibria: effort 0 0, 1 0 (total 0;", "effort 0 1.00000, 1 1.00000"),
        4,
        code=True,
    ),
}
