"""Obligations as theorems of Lean 4 with Mathlib. Nothing here has been run through Lean: the files say so.

What a certificate multiplies is handed to ``linarith``, which has the weights to find; squares and products are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..claims.claim import Claim
from ..kernel.kernel import Line, Polynomial, RefusedError, negations
from ..kernel.kernel import polynomial as read_polynomial
from .coq.text import identifier

UNCHECKED = "Not checked by us: no Lean was at hand where this was written."
RESERVED = frozenset(
    ("at", "by", "calc", "do", "else", "end", "from", "fun", "have", "if", "in", "let", "open", "then")
)


def claim_text(claim: Claim, certificate: Mapping[str, Any]) -> str:
    """Return the file of a claim.

    Raises
    ------
    RefusedError
        When the certificate does not have the form of one.
    """
    said = [f"/- {UNCHECKED}\n\n{claim.id}: {claim.statement.replace('-/', '- /')} -/", "import Mathlib", ""]
    for number, name in enumerate(claim.sentences(), 1):
        for case, content in enumerate(certificate["sentences"][name], 1):
            said.append(f"/- {name.replace('-/', '- /')}, case {case} -/")
            said += _case(f"{identifier(claim.id)}_{number}_{case}", content)
    return "\n".join(said)


def _case(name: str, content: Mapping[str, Any]) -> Iterator[str]:
    """Return the theorems of a case: what each line that is to be proved follows from."""
    try:
        lines = [Line(role, read_polynomial(written), sign) for role, written, sign in content["lines"]]
        waiting = list(content["proofs"])
        for place, line in enumerate(lines):
            if line.role == "prove":
                for part, negation in enumerate(negations(line), 1):
                    yield theorem(
                        f"{name}_{place + 1}{f'_{part}' * (line.sign == '=')}", lines[:place], negation, waiting.pop(0)
                    )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise RefusedError(f"the certificate is not written as one is: {error!r}") from None


def theorem(name: str, known: Sequence[Line], negation: Line, proof: Mapping[str, Any]) -> str:
    """Return that known lines contradict a negation, by a certificate's products and equations."""
    lines = [*known, negation]
    names = sorted({variable for line in lines for monomial in line.polynomial for variable in monomial})
    bound = f" ({' '.join(map(_name, names))} : ℝ)" if names else ""
    said = [f"theorem {name}{bound}"]
    said += [f"    (h{k} : {_compared(line)})" for k, line in enumerate(lines)]
    facts = [_product(lines, places, squares[0] if squares else ()) for _, places, *squares in proof["products"]]
    facts += [
        f"mul_eq_zero_of_right ({_polynomial(read_polynomial(multiplier))}) h{place}"
        for place, multiplier in proof.get("equations", {}).items()
    ]
    return "\n".join(said) + f" : False := by\n  linarith [{', '.join(fact for fact in facts if fact)}]\n"


def _product(lines: Sequence[Line], places: Sequence[int], squares: Sequence[Mapping[str, Any]]) -> str:
    factors = [(f"h{place}", lines[place].sign == ">") for place in places]
    factors += [(f"(mul_self_nonneg ({_polynomial(read_polynomial(root))}))", False) for root in squares]
    if not factors:
        return ""
    text, strict = factors[0]
    for other, positive in factors[1:]:
        if strict and positive:
            text = f"(mul_pos {text} {other})"
        else:
            text = f"(mul_nonneg {text}{'.le' * strict} {other}{'.le' * positive})"
        strict = strict and positive
    return text


def _compared(line: Line) -> str:
    text = _polynomial(line.polynomial)
    return f"{text} = 0" if line.sign == "=" else f"0 {'<' if line.sign == '>' else '≤'} {text}"


def _polynomial(value: Polynomial) -> str:
    return " + ".join(_monomial(monomial, coefficient) for monomial, coefficient in value.items()) or "0"


def _monomial(monomial: tuple[str, ...], coefficient: Any) -> str:
    counts = {name: monomial.count(name) for name in dict.fromkeys(monomial)}
    factors = [_name(name) + (f" ^ {power}" if power > 1 else "") for name, power in counts.items()]
    exact = Fraction(coefficient)
    return " * ".join([f"({exact})" if exact < 0 or exact.denominator > 1 else str(exact), *factors])


def _name(name: str) -> str:
    return f"{name}_" if name in RESERVED else name
