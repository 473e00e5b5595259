"""Re-check an optimum that ``mechproof`` wrote down, with nothing of mechproof's: ``python recheck.py optimum.json``.

A document is *valid* if what stands in it shows, in fractions, that a solution of its mechanism is near its answer: by
its tolerance, relative to the largest of each decision (a pool: the largest worth offering; a quantity: one more).
Relied on, and proved in mechproof's claims: an equilibrium is the one root of its shares; the dearest safe menu of some
buyers has prices t_b max(1, x_j/x_b); a contract's ε fall and iron ψ; sellers' best prices move together.
"""

import hashlib
import json
import re
import sys
from fractions import Fraction
from itertools import accumulate, pairwise


def demand(holds, why):
    if not holds:
        raise ValueError(why)


def numbers(texts):
    if isinstance(texts, list):
        return [numbers(text) for text in texts]
    demand(isinstance(texts, str) and re.fullmatch("[0-9]+(/[0-9]+)?", texts), "a number is no fraction, or negative")
    return Fraction(texts)


def log(x, one=1 << 200):
    """Fractions below and above ln x: with x = 2^k m it is k ln 2 + ln m, and the series is cut and rounded down."""
    if x < 1:
        return [-end for end in log(1 / x)[::-1]]
    twos, low, high = (x.numerator // x.denominator).bit_length() - 1, 0, 0
    for times, m in ((1, x / 2**twos), (twos, Fraction(2))):
        total, odd, power = 0, 1, (z := (m - 1) / (m + 1) * one // 1)
        while power:  # ln m = 2 (z + z³/3 + …) with z = (m − 1)/(m + 1) ≤ 1/3: each term is less than four units short
            total, odd, power = total + power // odd, odd + 2, power * z // one * z // one
        low, high = low + times * Fraction(2 * total, one), high + times * Fraction(2 * total + 8 * odd, one)
    return [low, high]


class Document:
    def __init__(self, document):
        text = json.dumps({k: v for k, v in document.items() if k != "digest"}, sort_keys=True, separators=(",", ":"))
        demand(hashlib.sha256(text.encode()).hexdigest() == document["digest"], "it was altered after it was written")
        self.data, self.answer, self.evidence = (document[name] for name in ("mechanism", "answer", "evidence"))
        self.kind, self.tolerance = self.data["type"], numbers(document["tolerance"])
        demand(document["schema"] == "mechproof/optimum/1" and 0 < self.tolerance < 1, "its schema is not known")
        known = "alpha attack barrier beta buyer client cost count epsilon epsilon_cap epsilon_max estimator "
        known += "huber_width loss mean_over order owner_type privacy_weight revenue reward_pool safety seller target"
        demand(self.data.keys() <= {*known.split(), "type", "value", "version", "wanted"}, "a field is not read here")
        checks = {"stackelberg-pricing": self.contest, "version-pricing": self.prices, "version-revenue": self.revenue}
        checks |= {"full-information-contract": self.contract, "three-party-market": self.market}
        (checks | {"privacy-contract": self.contract})[self.kind]()

    def read(self, *names):
        found = [numbers(self.data[name]) for name in names]
        demand(all(min(one) > 0 if isinstance(one, list) else one > 0 for one in found), f"none of {names} may be zero")
        return found

    def near(self, name, least, most, more=0):
        off = max(max(x - a, b - x) for x, a, b in zip(numbers(self.answer[name]), least, most, strict=True))
        demand(off <= self.tolerance * (more + max(least)), f"{name} is not shown to be near a solution's")

    def contest(self):
        (cost,), curve, pool = self.read("cost"), self.data["revenue"], numbers(self.answer["reward_pool"])
        caps = numbers(self.data["epsilon_cap"]) if "epsilon_cap" in self.data else [float("inf")] * len(cost)
        demand(curve["type"] == "log" and self.data["mean_over"] in ("all", "participants"), "the game is not known")
        demand(all(self.data.get(key, text) == text for key, text in curve.items() if key != "type"), "two revenues")
        (a, b), reach = (numbers(curve[name]) for name in ("alpha", "beta")), self.tolerance * numbers(curve["beta"])
        low, high, best, others = *numbers(self.evidence["total"]), [], []
        pairs = ((low, low), (high, high), (low, high), (high, low)) if pool else ()
        free = [[max(Fraction(0), z * (1 - c * other / pool)) for c in cost] for z, other in pairs]
        offers = [[min(one, cap) for one, cap in zip(each, caps, strict=True)] for each in free]
        demand(not pool or (0 < low <= sum(offers[0]) and sum(offers[1]) <= high), "the total is not enclosed")
        self.near("epsilon", *(offers[2:] or [[0] * len(cost)] * 2))
        for left, right, at, n, paid_to, full, sellers in self.stretches(cost, caps):
            over = len(cost) if self.data["mean_over"] == "all" else sellers
            paid = [paid_to * z * z / ((n - 1) * z + full) if z else 0 for z in (left, at, right or at)]
            worth = [b * end - paid[1] for end in log(1 + a * at / over)]
            if right and pool - reach <= paid[0] and paid[2] <= pool + reach:
                best.append(worth[0])
            else:  # the server's utility is concave on the stretch, and below its tangent
                rest = (n - 1) * at + full
                slope = a * b / (over + a * at) - paid_to * at * (rest + full) / rest**2
                demand(right or slope <= 0, "larger pools are not excluded")
                others.append(worth[1] + max(slope * ((right or at) - at), slope * (left - at)))
        demand(best and max(others, default=best[0]) <= max(best), "another pool may be better")

    def stretches(self, cost, caps):
        """Yield where the same clients are between nothing and their caps as the total grows; who offers sells."""
        state, steps = [0] * len(cost), numbers(self.evidence["path"])
        demand(steps[0][0] == 0 and len(cost) > 1, "the path does not begin at nothing")
        for (left, moved, at), right in zip(steps, [*(step[0] for step in steps[1:]), None], strict=True):
            state = [there + moved.count(who) for who, there in enumerate(state)]
            inside = [one for one, there in zip(cost, state, strict=True) if there == 1]
            full = sum(cap for cap, there in zip(caps, state, strict=True) if there == 2)
            if right is None and max(caps) < float("inf"):
                return demand(not inside and full == sum(caps), "the path does not end where all are capped")
            demand(inside and left <= at and (right is None or left < right >= at), "the path is out of order")
            for z in (left, left + 1 if right is None else right):  # offers are linear, and from zero if uncapped
                free = [z - one * ((len(inside) - 1) * z + full) / sum(inside) for one in cost]
                for one, cap, there in zip(free, caps, state, strict=True):
                    demand((one <= 0 or cap == 0, 0 <= one <= cap, one >= cap)[there], "the path is another")
            yield left, right, at, len(inside), sum(inside), full, sum(min(x) > 0 for x in zip(free, caps, strict=True))

    def menu(self):
        """Return the order by ε, and in it the optimum, x_j/x_{j+1}, and the slacks of the safe cone, none negative."""
        (epsilon,), price, attack = self.read("epsilon"), numbers(self.evidence["optimum"]), self.data["attack"]
        order = sorted(range(len(price)), key=epsilon.__getitem__)
        power = {"averaging": 2, "composition": 1, "none": 1}[attack]
        price, ratio = [price[i] for i in order], [(epsilon[i] / epsilon[j]) ** power for i, j in pairwise(order)]
        rays = [] if attack == "none" else [v - w * r for (v, w), r in zip(pairwise(price), ratio, strict=True)]
        slack = [price[0], *(w - v for v, w in pairwise(price)), *rays]
        demand(len(epsilon) == len(price) and max(ratio, default=0) < 1 and min(slack) >= 0, "the optimum is not safe")
        return order, price, ratio, slack

    def prices(self):
        (target, width), (order, price, ratio, slack) = self.read("target", "huber_width"), self.menu()
        loss, weights, best = self.data["loss"], *(numbers(self.evidence[k]) for k in ("multipliers", "optimum"))
        demand(self.data["safety"] == "cone" and len(weights) == len(slack), "the multipliers are not the cone's")
        level, ray = [*weights[: len(order)], 0], [0, *(weights[len(order) :] or [0] * len(ratio)), 0]
        for j, (v, p) in enumerate(zip(price, [target[i] for i in order], strict=True)):
            slope = level[j] - level[j + 1] + ray[j + 1] - ray[j] * [0, *ratio][j]
            slope /= self.read("barrier")[0] if "barrier" in self.data else 1
            steep = {"squared": abs(slope) + 1, "absolute": 1, "huber": width / Fraction(1, 2)}[loss]
            rise = (v > p) - (v < p) if loss == "absolute" else max(-steep, min(2 * (v - p), steep))
            demand(slope == rise or (loss == "absolute" and v == p and abs(slope) <= 1), "the slopes do not balance")
        # where there are logarithms, which are self-concordant, the optimum is within r, each slack in its own unit
        r = self.tolerance / 4 if "barrier" in self.data else 0
        off = sum((y * s - (r > 0)) ** 2 for y, s in zip(weights, slack, strict=True))
        demand(off <= (r / (2 + 2 * r)) ** 2 and (r == 0 or min(slack) > 0), "the optimum is not shown to be one")
        self.near("price", [v * (1 - r) for v in best], [v * (1 + r) for v in best])

    def revenue(self):
        (order, price, ratio, _), value, free = self.menu(), numbers(self.data["value"]), self.data["attack"] == "none"
        self.near("price", *[numbers(self.evidence["optimum"])] * 2)
        buyers = [(t, order.index(wish)) for t, wish in zip(value, numbers(self.data["wanted"]), strict=True)]
        worth, top, weight = {}, max(value, default=0), list(accumulate(ratio, lambda x, r: x / r, initial=Fraction(1)))
        for j in reversed(range(len(order))):  # the most that it and heavier versions earn, by its price
            kept = {min(top, t if k >= j else top if free else t * weight[j] / weight[k]) for t, k in buyers}
            after, worth = list(worth.items()), {p: p * sum(k == j and t >= p for t, k in buyers) for p in kept}
            for p in kept:
                worth[p] += max((w for q, w in after if p <= q and (free or q * ratio[j] <= p)), default=0)
        demand(sum(price[k] for t, k in buyers if t >= price[k]) == max(worth.values(), default=0), "it is beaten")

    def contract(self):
        (cost, count, pool), hidden = self.read("cost", "count", "reward_pool"), self.kind == "privacy-contract"
        demand(self.data["estimator"] == "unweighted" and len(cost) == len(count), "the contract is not known")
        ladder, before, blocks, ends = sorted(set(cost)), 0, [], []
        for k, c in enumerate(ladder):
            owners = sum(m for one, m in zip(cost, count, strict=True) if one == c)
            block = [c * owners + (hidden and (c - ladder[max(k - 1, 0)]) * before), owners, 1]
            while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:  # ψ would not rise
                block = [one + other for one, other in zip(block, blocks.pop(), strict=True)]
            blocks, before = [*blocks, block], before + owners
        for lam, roots in zip(*(numbers(self.evidence[name]) for name in ("multiplier", "roots")), strict=True):
            ends.append([])  # below, above, and what it costs
            for (spent, owners, size), root in zip(blocks, roots, strict=True):
                a, b = root * (1 - Fraction(1, 1 << 60)), root * (1 + Fraction(1, 1 << 60))
                demand(root > 0 and a * (a + 1) * (a + 2) <= lam * spent / owners <= b * (b + 1) * (b + 2), "no root")
                ends[-1] += [(log(1 + 2 / b)[0], log(1 + 2 / a)[1], spent / size)] * size
        spent = sum(least * w for least, _, w in ends[0]), sum(most * w for _, most, w in ends[1])
        demand(spent[0] >= pool >= spent[1], "the multiplier is not enclosed")
        epsilon = [[least for least, _, _ in ends[1]], [most for _, most, _ in ends[0]]]
        payment = [[c * e for c, e in zip(ladder, side, strict=True)] for side in epsilon]
        for k in reversed(range(len(ladder) - 1) if hidden else ()):
            for e, paid in zip(epsilon, payment, strict=True):
                paid[k] += paid[k + 1] - ladder[k] * e[k + 1]
        for name, sides in (("epsilon", epsilon), ("payment", payment)):
            self.near(name, *([side[ladder.index(c)] for c in cost] for side in sides))

    def market(self):
        cost, alpha, weight, largest = self.read("cost", "alpha", "privacy_weight", "epsilon_max")
        fixed, sells = numbers(self.data.get("epsilon", [])), [i for i, c in enumerate(cost) if c < alpha]
        known = self.data["order"] in ("printed", "subgame-perfect")[: 1 + bool(fixed)]  # else it makes no difference
        demand(known and max(fixed, default=0) <= largest, "the market is not known")
        rows, bounds = {}, [[(alpha, 0, fixed[i] if fixed else largest)] * 2 for i in range(len(cost))]
        for i, box in zip(sells, numbers(self.evidence["unpaid"]), strict=True):  # of 1/(p (1 + ε))
            free = [alpha - weight - 1 / w for w in box[::-1]]
            rows[i] = *box, *(1 + (fixed[i] if fixed else min(largest, weight / f) if f > 0 else largest) for f in free)
        least, most = (sum(row[k] * row[k + 2] for row in rows.values()) for k in (0, 1))
        for i, (low, high, thin, wide) in rows.items():
            down, up, worth, cheap = (least - low * thin) / wide, (most - high * wide) / thin, 1 / alpha, 1 / cost[i]
            above = (down + worth) * (down + cheap) >= (down + low) ** 2 and worth <= low <= high <= cheap
            demand(above and (up + worth) * (up + cheap) <= (up + high) ** 2, "no equilibrium is enclosed")
            ends = ((low, high, thin, wide), (high, low, wide, thin))
            bounds[i] = [(1 / (y * u), alpha * x - 1, t - 1) for x, y, t, u in ends]
        for k, (name, more) in enumerate((("price", 0), ("quantity", 1), ("epsilon", 0))):
            self.near(name, *([ends[side][k] for ends in bounds] for side in (0, 1)), more)


if __name__ == "__main__":
    sys.set_int_max_str_digits(0)
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            Document(json.load(file))
    except Exception as refusal:
        sys.exit(f"refused: {refusal!r}")
    print("valid: a solution lies within the tolerance of the answer")
