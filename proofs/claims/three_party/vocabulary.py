"""What the claims about the three-party market speak of: the two utilities that were reconstructed, and best prices."""

from __future__ import annotations

from ....formulations.three_party import formulas
from ...kernel.terms import Term, roles

alpha, privacy_weight, epsilon, price, cost = roles("alpha privacy_weight epsilon price cost")
quantity, own, others, left, per = roles("quantity own others left per")

RECONSTRUCTED = (
    "the utilities are those that were reconstructed: the buyer's Σ (α ln(1 + aᵢ) + α₃ ln εᵢ − pᵢTᵢaᵢ), a seller's "
    "(pᵢTᵢ − cᵢ)aᵢ/(1 + pᵢSᵢ), with Tᵢ = 1 + εᵢ; the source prints none"
)
ALPHA = {"α > 0": alpha > 0}
BUYER = {**ALPHA, "α₃ > 0": privacy_weight > 0, "εᵢ > 0": epsilon > 0, "pᵢ > 0": price > 0}
SELLER = {"cᵢ > 0": cost > 0, "εᵢ > 0": epsilon > 0}

by_quantity = Term(formulas.buyer_value).slope(quantity)
"""The slope of the buyer's value in a quantity."""
by_budget = Term(formulas.buyer_value).slope(epsilon)
"""The slope of the buyer's value in ε."""
price_utility = Term(formulas.price_utility)
"""A seller's utility, the buyer buying what it wants."""
by_price = price_utility.slope(own)
"""Its slope in the seller's own 1/p."""
indifferent_price = Term(formulas.indifferent_price)
"""The price at which the buyer, buying what it wants, chooses ε."""

squared_total = Term(formulas.squared_total)
best = ((others + own) ** 2).equals(squared_total)
"""(S + 1/p)² = (S + T/α)(S + T/c): the corrected (58) without its root."""
in_parts = (squared_total.at(others=left / per) * per**2).equals(1)
"""The same where the others have the part `left` of a total 1/`per`: 1 = (left + per T/α)(left + per T/c)."""
