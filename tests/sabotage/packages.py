"""What is mutated, by the packages it lives in: every function and method of every module below them."""

from __future__ import annotations

from .live import modules_below

BACK_ENDS = ("mechproof.solvers.backends",)
CERTIFICATES = ("mechproof.solvers.certificates",)

NO_SIGN = "zero is the same times two and with the other sign"
ROOT = "what is squared, or taken without its sign, has none to lose"
HINT = "a guess; what it fails to show is shown of one sixteen times as wide, still far within any tolerance"
CUT = "where a range is cut does not matter: both parts are looked at"
LOOSER = "a bound that is further off than it need be, and right; the tests ask for no closer one"
GUESS = "a guess of what is checked afterwards, by which only time changes"
BOTH_HOLD = "where one formula takes over from another both hold"
EQUIVALENT = {
    "contract.enclosure:_level_at:constant x2:1": "beyond 300 another formula is taken two lines below",
    "contract.enclosure:_level_at:minus one:4": "what is let through has no value, and the other branch is taken there",
    "contract.enclosure:_reach:plus one:7": "another distance that is tried; each is shown by itself",
    "contract.enclosure:enclose:stricter:0": "where the pool is just spent both menus are the same",
    "equilibrium:_Replacement.bound:factor /2:0": HINT,
    "stackelberg.path:first_sellers:factor x2:2": "who is taken for doubtful is compared exactly",
    "stackelberg.path:ContestPath.first_ratio:plus one:1": NO_SIGN,
    "stackelberg.server:ServerShape._everywhere:dropped right:4": "a search ends by the number of its pieces as well",
    "stackelberg.server:ServerShape._everywhere:factor x1.02:6": CUT,
    "three_party.choice:Choice.remaining:factor /2:2": "a cover that begins lower covers more",
    "three_party.elsewhere:Elsewhere._floors:dropped right:1": "at p⁺ itself the buyer takes the cap as well",
    "three_party.elsewhere:Elsewhere._worse_below:dropped right:3": LOOSER,
    "three_party.enclosure:Enclosing._along:factor x2:1": LOOSER,
    "three_party.enclosure:Enclosing._ends:dropped right:8": HINT,
    "versions.barrier:polished:sign:0": ROOT,
    "versions.barrier:shown_distance:plus one:6": "a double and a product are off by 2⁻⁵² at most, less than 2⁻⁵¹",
    "versions.optimum:Optimum.blur:factor x2:0": LOOSER,
    "versions.price_dual:Dual.at:sign:7": ROOT,
    "versions.price_dual:Dual.at:sign:9": ROOT,
    "versions.pricing:_Check.certificate:factor /2:1": "where prices are out of all proportion is a matter of taste",
    "contract.enclosure:enclose:plus one:3": "a hair by which a menu is shrunk; that it is within the pool is seen",
    "sides:_Listed._listed:factor /2:0": "kinks are listed, and what their values are is not asked",
    "three_party.elsewhere:Elsewhere._floors:factor /2:1": LOOSER,
    "three_party.search:Search.profit:stricter:0": "of one who sells nothing the number is thrown away",
    "versions.barrier:BarrierReading.barrier:minus one:1": "the formula does not ask for the price that follows",
    "versions.survey:in_whole_numbers:factor x1.02:2": "a hundredth of a bit before whole numbers are kept in words",
    "weights:weights:dropped right:0": GUESS,
    "contract.branches:Cover.branches:counterpart:0": "a multiplier to begin with: each gives a bound",
    "contract.enclosure:_level_at:stricter:1": BOTH_HOLD,
    "contract.enclosure:_refined:factor /2:11": GUESS,
    "equilibrium:Enclosure.width:factor /2:0": "whether it is enclosed once more, of which the narrower counts",
    "equilibrium:_Replacement._bisected:dropped left:1": "a number of the kind of the total, times zero, is zero",
    "sides:_kinks:dropped right:2": "any decisions will do to list kinks",
    "stackelberg.beaten:Beaten.climbed:stricter:1": "where the slope is exactly zero nothing near is higher",
    "three_party.elsewhere:Elsewhere._floors:plus one:2": "p⁻ and p⁺ are apart by far less than what is kept from both",
    "versions.complementary:_leaving:factor x1.02:0": "ratios are compared among themselves",
    "contract.enclosure:_refined:stricter:1": "the middle of a step is not zero exactly",
    "multipliers:_precise:stricter:2": GUESS,
    "three_party.enclosure:Enclosing.epsilon:dropped right:0": "in boxes or not, budgets that are fixed are the same",
    "three_party.stated:Stated.grid:factor /2:0": "a cover that begins lower covers more",
    "versions.barrier:_apart:plus one:10": "a root and a product are off by 2⁻⁵² at most, less than 2⁻⁵¹",
    "versions.complementary:_q:factor x1.02:0": "all numbers of a system of equations are scaled alike",
}
"""Faults in certificates that change nothing that could be told, and why: the fault's name without its line."""


def back_ends() -> list[str]:
    """Return the modules of the back ends."""
    return modules_below(BACK_ENDS)


def certificates() -> list[str]:
    """Return the modules of the certificates."""
    return modules_below(CERTIFICATES)
