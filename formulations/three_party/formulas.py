"""The formulas of the three-party market: utilities, the replies that follow from them, and what is printed of these.

The utilities of the buyer and of a seller are what is declared. The rest is derived from them, and each derivation is
a claim that is proved (`three-party/…`) or a test in SymPy: certificates take the derived ones as hints, or check them
against the declared ones.
"""

from __future__ import annotations

from typing import Any

from ..algebra import Algebra


def wanted_quantity(a: Algebra, price: Any, epsilon: Any, alpha: Any) -> Any:
    """α/(p_i (1 + ε_i)) − 1: how much the buyer wants of a seller's data, where that is positive."""
    return alpha / (price * (1 + epsilon)) - 1


def quantity_at(a: Algebra, own: Any, epsilon: Any, alpha: Any) -> Any:
    """The wanted quantity of a seller whose 1/p_i is `own`."""
    return own * (alpha / (1 + epsilon)) - 1


def demand(a: Algebra, price: Any, epsilon: Any, alpha: Any) -> Any:
    """a_i = max(0, α/(p_i (1 + ε_i)) − 1) (57)."""
    return a.maximum(wanted_quantity(a, price, epsilon, alpha), 0)


def buyer_value(a: Algebra, quantity: Any, price: Any, epsilon: Any, alpha: Any, privacy_weight: Any) -> Any:
    """α ln(1 + a_i) + α₃ ln ε_i − p_i (1 + ε_i) a_i: what the buyer has of one seller."""
    return alpha * a.log1p(quantity) + privacy_weight * a.log(epsilon) - price * (1 + epsilon) * quantity


def seller_utility(a: Algebra, own: Any, others: Any, quantity: Any, epsilon: Any, cost: Any) -> Any:
    """(p_i (1 + ε_i) − c_i) a_i/(1 + p_i S_i), where `own` is 1/p_i and `others` S_i, the sum of the others' 1/p_j."""
    return ((1 + epsilon) - cost * own) * quantity / (own + others)


def price_utility(a: Algebra, own: Any, others: Any, cost: Any, alpha: Any, epsilon: Any) -> Any:
    """A seller's utility for 1/p_i = `own` between T/α and T/c, where the buyer wants a positive quantity."""
    return seller_utility(a, own, others, quantity_at(a, own, epsilon, alpha), epsilon, cost)


def squared_total(a: Algebra, others: Any, epsilon: Any, alpha: Any, cost: Any) -> Any:
    """(S + T/α)(S + T/c) with T = 1 + ε, which (S + 1/p_i)² is at the best price."""
    return (others + (1 + epsilon) / alpha) * (others + (1 + epsilon) / cost)


def best_inverse_price(a: Algebra, others: Any, epsilon: Any, alpha: Any, cost: Any) -> Any:
    """1/p_i* = √((S + T/α)(S + T/c)) − S (the corrected (58)), in a form without cancellation."""
    squared = squared_total(a, others, epsilon, alpha, cost)
    trust = 1 + epsilon
    rest = others * trust * (1 / alpha + 1 / cost) + trust * trust / (alpha * cost)  # the square less S²
    return rest / (a.sqrt(squared) + others)


def extracted_price(a: Algebra, others: Any, epsilon: Any, alpha: Any, cost: Any) -> Any:
    """(58) as extracted: p_i = √((S + T/α)(S + T/c)) − S, the reciprocal of the best price. For comparison only."""
    return best_inverse_price(a, others, epsilon, alpha, cost)


def uncapped_epsilon(a: Algebra, price: Any, quantity: Any, privacy_weight: Any) -> Any:
    """α₃/(a_i p_i) (59), of a quantity that is positive; the cap ε_max, which the source lacks, is not in it."""
    return privacy_weight / (quantity * price)


def printed_epsilon(a: Algebra, price: Any, quantity: Any, privacy_weight: Any, epsilon_max: Any) -> Any:
    """min(ε_max, α₃/(a_i p_i)): (59) under the cap, which is exactly ε_max where it is capped and of a_i = 0."""
    return epsilon_max * (privacy_weight / a.maximum(epsilon_max * (quantity * price), privacy_weight))


def settled_epsilon(a: Algebra, paid: Any, alpha: Any, privacy_weight: Any) -> Any:
    """The ε at which (57) and (59) hold at once where p_i (1 + ε_i) is `paid`: α₃/(α − α₃ − paid), if positive."""
    return privacy_weight / (alpha - privacy_weight - paid)


def capped_epsilon(a: Algebra, paid: Any, alpha: Any, privacy_weight: Any, epsilon_max: Any) -> Any:
    """The ε at which (57) and `printed_epsilon` hold at once where p_i (1 + ε_i) is `paid`: `settled_epsilon`, capped.

    It is ε_max too where nothing settles, and needs no case for it: the denominator is at least α₃.
    """
    return epsilon_max * (privacy_weight / a.maximum(epsilon_max * (alpha - privacy_weight - paid), privacy_weight))


def local_epsilon(a: Algebra, price: Any, alpha: Any, privacy_weight: Any) -> Any:
    """The smaller root of p ε² + (p + α₃ − α) ε + α₃, a local best choice of a buyer; of √p ≤ √α − √α₃."""
    near, far = a.square(a.sqrt(alpha) - a.sqrt(privacy_weight)), a.square(a.sqrt(alpha) + a.sqrt(privacy_weight))
    spread = a.sqrt(a.maximum(near - price, 0) * (far - price))
    return 2 * privacy_weight / (alpha - privacy_weight - price + spread)


def indifferent_price(a: Algebra, epsilon: Any, alpha: Any, privacy_weight: Any) -> Any:
    """The price at which a buyer of a positive quantity has no wish to change ε: α/(1 + ε) − α₃/ε.

    It is where p ε² + (p + α₃ − α) ε + α₃ vanishes, and (59) with the quantity of (57) put in.
    """
    return alpha / (1 + epsilon) - privacy_weight / epsilon


def inverse_price(a: Algebra, price: Any, quantity: Any) -> Any:
    """1/p_i of those who sell, and zero of the others, who do not count for anybody's share of the market."""
    return (1 - a.at_least(0, quantity)) / price


def others_inverse_price(a: Algebra, price: Any, quantity: Any) -> Any:
    """S_i, the sum of the others' 1/p_j, of whom only those who sell count."""
    listed = inverse_price(a, price, quantity)
    return a.sum(listed) - listed


def seller_profit(a: Algebra, price: Any, quantity: Any, epsilon: Any, cost: Any) -> Any:
    """Each seller's utility at everybody's prices."""
    return seller_utility(a, 1 / price, others_inverse_price(a, price, quantity), quantity, epsilon, cost)


def buyer_utility(a: Algebra, quantity: Any, price: Any, epsilon: Any, alpha: Any, privacy_weight: Any) -> Any:
    """Σ_i [α ln(1 + a_i) + α₃ ln ε_i − p_i (1 + ε_i) a_i]."""
    return a.sum(buyer_value(a, quantity, price, epsilon, alpha, privacy_weight))


def trades(a: Algebra, quantity: Any) -> Any:
    """Whether a seller sells anything."""
    return quantity > 0


def unsold(a: Algebra, price: Any, quantity: Any, epsilon: Any, alpha: Any) -> Any:
    """What the buyer is sold beyond its demand (57), zero."""
    return quantity - demand(a, price, epsilon, alpha)


def idle_price(a: Algebra, price: Any, quantity: Any, alpha: Any) -> Any:
    """What the price of one who sells nothing differs by from α, at which nobody buys whatever the privacy."""
    return a.at_least(0, quantity) * (price - alpha)


def idle_epsilon(a: Algebra, epsilon: Any, quantity: Any, epsilon_max: Any) -> Any:
    """What the budget of one who sells nothing differs by from the largest, the buyer's best where it buys nothing."""
    return a.at_least(0, quantity) * (epsilon - epsilon_max)


def unprinted_epsilon(a: Algebra, price: Any, epsilon: Any, alpha: Any, privacy_weight: Any, epsilon_max: Any) -> Any:
    """What a budget differs by from (59) under the cap, at the quantity that is demanded at it."""
    return epsilon - printed_epsilon(a, price, demand(a, price, epsilon, alpha), privacy_weight, epsilon_max)
