"""Numbers, times and names as people read them."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from fractions import Fraction
from typing import Any

MOST_DIGITS = 40


def number(value: float) -> str:
    """Return a number with six digits.

    Examples
    --------
    >>> number(9.98989898), number(0.0), number(1234567.0)
    ('9.98990', '0', '1.23457e+06')
    """
    return "0" if value == 0 else f"{value:#.6g}"


def at_least(value: float, digits: int = 2) -> str:
    """Return a bound from below in a few digits, never rounded up.

    Examples
    --------
    >>> at_least(0.0496), at_least(0.05, 3)
    ('at least 0.049', 'at least 0.05')
    """
    return f"at least {float(Context(prec=digits, rounding=ROUND_FLOOR).create_decimal(repr(float(value)))):.{digits}g}"


def at_most(value: float, digits: int = 2) -> str:
    """Return a bound from above in a few digits, never rounded down.

    Examples
    --------
    >>> at_most(1.01e-7), at_most(0.05, 3)
    ('at most 1.1e-07', 'at most 0.05')
    """
    return (
        f"at most {float(Context(prec=digits, rounding=ROUND_CEILING).create_decimal(repr(float(value)))):.{digits}g}"
    )


def exact_number(value: Any, most: int = MOST_DIGITS) -> str:
    """Return an exact number as it is and approximately; of a long one only the latter.

    Examples
    --------
    >>> exact_number(Fraction(989, 99)), exact_number(Fraction(3)), exact_number(Fraction(1, 3**99))
    ('989/99 (≈ 9.98990)', '3', '≈ 5.82098e-48')
    """
    if hasattr(value, "rad"):
        return f"≈ {number(float(value))} (± {float(value.rad()):.1g})"
    if not isinstance(value, Fraction):
        return str(value)
    if value.denominator == 1 and abs(value) < 10**most:
        return str(value.numerator)
    text = fraction_text(value)
    return f"{text} (≈ {number(float(value))})" if len(text) <= most else f"≈ {number(float(value))}"


def shown(value: Any) -> str:
    """Return a number as a sentence has it: a fraction as it is if it is short, a double with six digits.

    Examples
    --------
    >>> shown(Fraction(1, 36)), shown(0.25), shown(Fraction(3))
    ('1/36 (≈ 0.0277778)', '0.250000', '3')
    """
    return exact_number(value, 24) if isinstance(value, Fraction | int) else number(float(value))


def fraction_text(value: Fraction) -> str:
    """Return a fraction as text, however many digits it has (Python's integers refuse beyond 4300).

    Examples
    --------
    >>> fraction_text(Fraction(989, 99)), len(fraction_text(Fraction(1, 10**5000)))
    ('989/99', 5003)
    """
    from flint import fmpz

    return str(fmpz(value.numerator)) + (f"/{fmpz(value.denominator)}" if value.denominator != 1 else "")


def duration(seconds: float) -> str:
    """Return a time to two digits.

    Examples
    --------
    >>> duration(0.00012), duration(2.345)
    ('0.12 ms', '2.3 s')
    """
    return f"{seconds * 1000:.2g} ms" if seconds < 0.1 else f"{seconds:.2g} s" if seconds < 100 else f"{seconds:.0f} s"


def title(name: str) -> str:
    """Return a class's or field's name as words.

    Examples
    --------
    >>> title("StackelbergPricing"), title("reward_pool")
    ('Stackelberg pricing', 'reward pool')
    """
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return (words[0].upper() + words[1:] if name[0].isupper() else words).replace("_", " ")
