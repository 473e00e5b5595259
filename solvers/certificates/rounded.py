"""Fractions near others, with fewer digits: evidence is read by others, who pay for every digit."""

from __future__ import annotations

from fractions import Fraction

DIGITS = 160
"""Bits that are kept: three times a double's."""


def below(value: Fraction, bits: int = DIGITS) -> Fraction:
    """Return a fraction of so many bits that is not above a positive one, itself if it has no more.

    Examples
    --------
    >>> below(Fraction(100, 301), 4), below(Fraction(3, 4), 4)
    (Fraction(21, 64), Fraction(3, 4))
    """
    if value.numerator.bit_length() <= bits and value.denominator.bit_length() <= bits:
        return value
    unit = Fraction(2) ** (value.numerator.bit_length() - value.denominator.bit_length() - bits)
    return value // unit * unit


def above(value: Fraction, bits: int = DIGITS) -> Fraction:
    """Return one that is not below.

    Examples
    --------
    >>> above(Fraction(100, 301), 4)
    Fraction(11, 32)
    """
    if below(value, bits) == value:
        return value
    unit = Fraction(2) ** (value.numerator.bit_length() - value.denominator.bit_length() - bits)
    return -(-value // unit) * unit
