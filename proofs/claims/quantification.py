"""What a claim quantifies over, read off its sentences and printed beside its words; and words that say more.

The words of a claim may use letters: each must be the symbol of a role in its sentences or in its hypotheses' texts, a
function of such, or be given its value in the words themselves, as in ``T = 1 + ε``. A claim whose words speak of a
letter that its sentences do not have quantifies over something that nobody proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from ...formulations.algebra import Formula, roles_of
from .claim import Claim, Counterexample, ForAnyNumber, Measurement, OnBox, Step
from .formula import plain_symbol

Evidence = TypeVar("Evidence")
LETTER = re.compile(r"[α-ω]|(?<![\w′])[B-Z](?![\w’])")
"""A Greek letter or a capital that stands alone; A is an article."""


def quantified(claim: Claim, symbols: Mapping[str, str], meaning: Mapping[str, str] | None = None) -> str:
    """Return what a claim quantifies over, as its sentences do.

    Examples
    --------
    >>> from mechproof.proofs.claims.register import claim_of
    >>> quantified(claim_of("stackelberg/eq-16-concave"), {})
    'for all ε₋ᵢ, εᵢ, B, ρᵢ'
    >>> quantified(claim_of("stackelberg/equilibrium-unique"), {"low": "z_1", "high": "z_2", "least": "r"})
    'for every number of them, each with its own ρᵢ; for all z₁, z₂, r'
    """
    inductions, meaning = _those(claim, ForAnyNumber), meaning or {}
    own = list(chain.from_iterable(item.induction.person for item in inductions))
    each = _told(own, symbols, meaning)
    shared = _told([role for role in _roles(claim) if role not in own], symbols, meaning)
    boxes = chain.from_iterable(item.box.items() for item in _those(claim, OnBox))
    parts = {
        "for every number of them" + (f", each with its own {each}" if each else ""): inductions,
        f"for all {shared}": shared,
        **{_ranging(role, *ends, symbols): True for role, ends in boxes},
        "of the records and the protocol of an experiment": _those(claim, Measurement),
    }
    return "; ".join(part for part, said in parts.items() if said) or "of the numbers it names"


def _those(claim: Claim, kind: type[Evidence]) -> list[Evidence]:
    return [item for item in claim.evidence if isinstance(item, kind)]


def _ranging(role: str, low: str, high: str, symbols: Mapping[str, str]) -> str:
    symbol = plain_symbol(role, symbols)
    return f"for all {symbol} from {low} to {high}" if low != high else f"at {symbol} = {low}"


def unquantified(claim: Claim, symbols: Mapping[str, str]) -> tuple[str, ...]:
    """Return the letters that a claim's words speak of and its sentences do not.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from mechproof.proofs.claims.register import claim_of
    >>> claim = claim_of("stackelberg/eq-16-concave")
    >>> unquantified(replace(claim, statement="Whatever α is, the utility is concave."), {})
    ('α',)
    """
    if all(isinstance(item, Measurement) for item in claim.evidence):
        return ()
    known = " ".join([*(plain_symbol(role, symbols) for role in _all_roles(claim)), *_texts(claim)])
    words = claim.statement
    found = dict.fromkeys(LETTER.findall(words))
    return tuple(
        letter
        for letter in found
        if letter not in known and not re.search(rf"{letter}[ᵢⱼ₁₂′*]?(/B)?\s*=|{letter}\(", words)
    )


def symbols_of(claim: Claim, symbols: Mapping[str, str]) -> dict[str, str]:
    """Return the symbol of every role that a claim's evidence speaks of.

    Examples
    --------
    >>> from mechproof.proofs.claims.register import claim_of
    >>> symbols_of(claim_of("stackelberg/eq-16-concave"), {})
    {'others': 'ε₋ᵢ', 'own': 'εᵢ', 'reward_pool': 'B', 'cost': 'ρᵢ'}
    """
    return {role: plain_symbol(role, symbols) for role in dict.fromkeys(_all_roles(claim))}


def _told(roles: Iterable[str], symbols: Mapping[str, str], meaning: Mapping[str, str]) -> str:
    """Return roles by their symbols, each once, with what they mean where that is said."""
    told = {role: plain_symbol(role, symbols) for role in roles}
    return ", ".join(f"{symbol} ({meaning[role]})" if role in meaning else symbol for role, symbol in told.items())


def _roles(claim: Claim) -> Iterator[str]:
    """The roles of sentences and of instances that refute; sums so far are no roles."""
    for item in claim.evidence:
        if isinstance(item, Step):
            yield from item.sentence.variables
        elif isinstance(item, ForAnyNumber):
            yield from item.induction.everybody
        elif isinstance(item, Counterexample) and not item.needed:
            yield from _of(*item.given.values(), item.goal)


def _of(*formulas: Formula) -> Iterator[str]:
    for formula in formulas:
        yield from roles_of(formula)


def _all_roles(claim: Claim) -> Iterator[str]:
    yield from _roles(claim)
    for item in claim.evidence:
        if isinstance(item, ForAnyNumber):
            yield from (*item.induction.person, *item.induction.sums)
        elif isinstance(item, OnBox):
            yield from item.box
        elif isinstance(item, Counterexample):
            yield from item.variables


def _texts(claim: Claim) -> Iterator[str]:
    yield from (*claim.assumes, *claim.hypotheses())
    for item in claim.evidence:
        if isinstance(item, Counterexample):
            yield from item.given
