"""How a report writes numbers: short for people, with the full value beside it for machines."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # it comes with jinja2, without which reports are refused by name
    from markupsafe import Markup

MOST_DIGITS = 24
SPACE = "\N{NO-BREAK SPACE}"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def short(value: Any) -> str:
    """Return a value in at most about six digits; a short fraction stays one.

    Examples
    --------
    >>> short(9.98989898), short("989/99"), short(74225.74), short(True), short(None), short(1000)
    ('9.98990', '989/99 ≈ 9.98990', '74,225.7', 'yes', '–', '1,000')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if isinstance(value, str):
        return _exact(value)
    if value == 0:
        return "0"
    size = abs(value)
    if not 1e-4 <= size < 1e9:
        return scientific(value, 4)
    if float(value).is_integer():
        return f"{value:,.0f}".replace("-", "−")
    return (f"{value:,.1f}" if size >= 1e4 else f"{value:#.6g}").replace("-", "−")


def brief(value: float | None) -> str:
    r"""Return a number for a sentence, to three digits or a whole; a dash for none.

    Examples
    --------
    >>> brief(74225.74), brief(0.0143738), brief(3.5e9), brief(317.1), brief(10.0)
    ('74,226', '0.0144', '3.5\xa0×\xa010⁹', '317', '10')
    """
    if value is None:
        return "–"
    if value and not 1e-4 <= abs(value) < 1e9:
        return scientific(value, 3)
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")


def scientific(value: float, digits: int) -> str:
    r"""Return a number as a power of ten.

    Examples
    --------
    >>> scientific(6.527e-05, 3), scientific(1e-5, 3)
    ('6.53\xa0×\xa010⁻⁵', '10⁻⁵')
    """
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    lead = (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa).replace("-", "−")
    power = f"10{str(int(power)).translate(SUPERSCRIPTS)}"
    return power if lead == "1" else f"{lead}{SPACE}×{SPACE}{power}"


def percent(value: Any, digits: int = 1) -> str:
    r"""Return a part of one as a percentage.

    Examples
    --------
    >>> percent(0.52117), percent(0.95, 0), percent(None)
    ('52.1\xa0%', '95\xa0%', '–')
    """
    return "–" if value is None else f"{100 * value:.{digits}f}{SPACE}%"


def data(value: Any, text: str | None = None) -> Markup:
    """Return a number as HTML: what people read, and the document's own value as the machine-readable one.

    Examples
    --------
    >>> print(data(9.98989898))
    <data value="9.98989898">9.98990</data>
    """
    from markupsafe import Markup

    if value is None or isinstance(value, bool) or (isinstance(value, str) and not is_exact(value)):
        return Markup("{}").format(short(value) if text is None else text)
    return Markup('<data value="{}">{}</data>').format(value, short(value) if text is None else text)


def points(value: float) -> str:
    """Return a difference of two percentages.

    Examples
    --------
    >>> points(-0.212), points(0.05)
    ('−21.2', '+5.0')
    """
    return f"{100 * value:+.1f}".replace("-", "−")


def markdown(value: Any) -> str:
    r"""Return text so that Markdown shows it as it is, in a table too.

    Examples
    --------
    >>> markdown("a|b <c> *d*")
    'a\\|b &lt;c&gt; \\*d\\*'
    """
    from markupsafe import escape

    text = str(escape(str(value))).replace("&#34;", '"').replace("&#39;", "'")
    for sign in "\\`*_[]|":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())


def words(text: str) -> Markup:
    """Return a sentence as HTML, with the indices of its letters below the line.

    Examples
    --------
    >>> print(words("Σ_{j>k} c_j < 1"))
    Σ<sub>j&gt;k</sub> c<sub>j</sub> &lt; 1
    """
    from markupsafe import Markup, escape

    return Markup(re.sub(r"_(?:\{([^}]*)\}|(\w))(?!\w)", r"<sub>\1\2</sub>", str(escape(text))))


def in_words(name: str) -> str:
    """Return a declared name as it is written among words.

    Examples
    --------
    >>> in_words("reward_pool"), in_words("epsilon")
    ('reward pool', 'ε')
    """
    return "ε" if name == "epsilon" else name.replace("_", " ")


def sentence(text: str) -> str:
    """Return words as a sentence: a capital at its beginning, unless that is a field's name, a full stop at its end.

    Examples
    --------
    >>> sentence("client Ana loses 0.20"), sentence("it holds.")
    ('Client Ana loses 0.20.', 'It holds.')
    >>> sentence("mechanism.type = 'x': is not known")
    "mechanism.type = 'x': is not known."
    """
    text = text.strip()
    first = text[:1] if re.match(r"\S+ = ", text) else text[:1].upper()
    return first + text[1:] + ("" if text.endswith((".", "!", "?", "…", "”")) or not text else ".")


def is_exact(value: Any) -> bool:
    """Return whether a value is an exact number's text, such as 989/99.

    Examples
    --------
    >>> is_exact("989/99"), is_exact("-3"), is_exact("client-3"), is_exact(3)
    (True, True, False, False)
    """
    return isinstance(value, str) and bool(re.fullmatch(r"[+-]?[0-9]+(/[0-9]+)?", value))


def as_number(value: Any) -> float | None:
    """Return a number, or an exact number's text, as a double; None for what is neither.

    Examples
    --------
    >>> as_number("3/2"), as_number(2), as_number(True), as_number("client-3")
    (1.5, 2.0, None, None)
    """
    if isinstance(value, bool) or not (isinstance(value, int | float) or is_exact(value)):
        return None
    try:
        return float(Fraction(value))
    except (ValueError, ZeroDivisionError, OverflowError):  # more digits than Python's integers read, or no double
        return None


def in_decimals(text: str) -> str:
    """Return a sentence with its exact numbers as decimals alone, for those who do not reckon with fractions.

    Examples
    --------
    >>> in_decimals("gains 117/70 (≈ 1.67143) by 2/5 (≈ 0.400000) - 1 = -3/5 (≈ -0.600000)")
    'gains 1.67 by 0.4 - 1 = −0.6'
    """
    found = re.sub(r"-?\d+/\d+ \(≈ (-?[\d.e+-]+)\)", lambda known: brief(float(known[1])), text)
    found = re.sub(r"(?<![\w.])\d(?:\.\d+)?e-?\d+", lambda known: brief(float(known[0])), found)
    found = re.sub(r"≈ (-?\d[\d.]*(?:e[+-]?\d+)?)", lambda known: brief(float(known[1])), found)
    return re.sub(r"(?<![\w)])-(?=\d)", "−", found)


def _exact(text: str) -> str:
    """Return an exact number's text with its approximate value; any other text as it is."""
    if not is_exact(text) or "/" not in text:
        return text.replace("-", "−") if is_exact(text) else text
    try:
        value = short(float(Fraction(text)))
    except (ValueError, ZeroDivisionError, OverflowError):  # more digits than Python's integers read, or no double
        return f"{text[:MOST_DIGITS]}…"
    return f"{text.replace('-', '−')} ≈ {value}" if len(text) <= MOST_DIGITS else f"≈ {value}"
