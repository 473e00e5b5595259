"""Printing what SymPy has no notation for, and formulas as presentation MathML or LaTeX by their declared names."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.mathml import MathMLPresentationPrinter


class Iverson(sp.Function):  # type: ignore[misc]
    """1 where its argument is positive, else 0; printed [x > 0]."""

    @classmethod
    def eval(cls, x: Any) -> Any:
        """Decide for numbers."""
        return sp.Integer(int(bool(x > 0))) if x.is_number else None

    def _latex(self, printer: Any) -> str:
        return rf"\left[{printer._print(self.args[0])} > 0\right]"


class AtLeast(sp.Function):  # type: ignore[misc]
    """1 where the first argument is at least the second, else 0; printed [x ≥ y]."""

    @classmethod
    def eval(cls, x: Any, y: Any) -> Any:
        """Decide for numbers."""
        return sp.Integer(int(bool(x >= y))) if x.is_number and y.is_number else None

    def _latex(self, printer: Any) -> str:
        return rf"\left[{printer._print(self.args[0])} \ge {printer._print(self.args[1])}\right]"


class HighestOf(sp.Function):  # type: ignore[misc]
    """The k-th highest of the others; printed max⁽ᵏ⁾ of them."""

    word = "max"

    def _latex(self, printer: Any) -> str:
        others, rank = map(printer._print, self.args)
        return rf"{{\{self.word}}}^{{({rank})}}\left({others}\right)"


class LowestOf(HighestOf):
    """The k-th lowest of the others; printed min⁽ᵏ⁾ of them."""

    word = "min"


class NormalDistribution(sp.Function):  # type: ignore[misc]
    """The standard normal distribution's Φ."""

    def _latex(self, printer: Any) -> str:
        return rf"\Phi\left({printer._print(self.args[0])}\right)"


def latex_of(expression: Any) -> str:
    r"""Return a SymPy expression as LaTeX: what is added before what is taken away, and words upright.

    Examples
    --------
    >>> cost, gain = sp.symbols("cost_low v")
    >>> print(latex_of(gain - cost))
    v - \mathrm{cost}_{\mathrm{low}}
    """
    return str(_Latex({"ln_notation": True}).doprint(expression))


def mathml_of(content: str) -> str:
    """Return presentation elements as a formula of their own."""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow>{content}</mrow></math>'


def presentation_of(expression: Any) -> str:
    """Return a SymPy expression as presentation elements, for a formula's MathML."""
    # named characters are HTML's; numbers are understood everywhere
    content = str(_Presentation().doprint(expression))
    return re.sub(r"&(?!lt;|gt;|amp;|quot;)\w+;", lambda found: html.unescape(found[0]), content)


def _positive_first(terms: list[Any]) -> list[Any]:
    """Return the terms of a sum with one in front that is added, if there is any: p − εc, and not −εc + p."""
    first = next((term for term in terms if not term.could_extract_minus_sign()), None)
    return terms if first is None else [first, *(term for term in terms if term is not first)]


class _Latex(LatexPrinter):  # type: ignore[misc]
    """Prints names of several letters as words, so that they are no products."""

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        return _positive_first(super()._as_ordered_terms(expr, order))

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:  # noqa: N802
        base, _, index = str(expr.name).partition("_")
        return _upright(base) + (f"_{{{_upright(index.strip('{}'))}}}" if index else "")


def _upright(name: str) -> str:
    words = name.replace("_", r"\,")
    return f"\\mathrm{{{words}}}" if len(name) > 1 and name.replace("_", "").isalpha() else name


class _Presentation(MathMLPresentationPrinter):  # type: ignore[misc]
    """Prints symbols by their LaTeX names, which are how they are declared."""

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        return _positive_first(super()._as_ordered_terms(expr, order))

    def _print_Symbol(self, expr: Any, style: str = "plain") -> Any:  # noqa: N802
        base, _, index = str(expr.name).partition("_")
        name = self._text("mi", base)
        return self._nest("msub", name, self._index(index)) if index else name

    def _print_Indexed(self, expr: Any) -> Any:  # noqa: N802
        base, _, index = str(expr.base.label.name).partition("_")
        place = self._print(expr.indices[0])
        if index:
            place = self._nest("mrow", self._index(index), self._text("mo", ","), place)
        return self._nest("msub", self._text("mi", base), place)

    def _index(self, name: str) -> Any:
        return self._text("mi", name.strip("{}").replace("_", "\N{NO-BREAK SPACE}"))

    def _print_Sum(self, expr: Any) -> Any:  # noqa: N802
        """Print Σ with its limits, and brackets around what is summed only where it is a sum itself."""
        place, low, high = expr.limits[0]
        below = self._nest("mrow", self._print(place), self._text("mo", "="), self._print(low))
        sign = self._nest("munderover", self._text("mo", "∑"), below, self._print(high))
        body = self._print(expr.function)
        if expr.function.is_Add or expr.function.could_extract_minus_sign():
            body = self._nest("mrow", self._text("mo", "("), body, self._text("mo", ")"))
        return self._nest("mrow", sign, body)

    def _print_Exp1(self, expr: Any) -> Any:  # noqa: N802
        return self._text("mi", "e")

    def _print_log(self, expr: Any) -> Any:
        fence = self._nest("mrow", self._text("mo", "("), self._print(expr.args[0]), self._text("mo", ")"))
        return self._nest("mrow", self._text("mi", "ln"), fence)

    def _print_Iverson(self, expr: Any) -> Any:  # noqa: N802
        inner = [self._print(expr.args[0]), self._text("mo", ">"), self._text("mn", "0")]
        return self._nest("mrow", self._text("mo", "["), *inner, self._text("mo", "]"))

    def _print_AtLeast(self, expr: Any) -> Any:  # noqa: N802
        one, two = map(self._print, expr.args)
        inner = [one, self._text("mo", "≥"), two]
        return self._nest("mrow", self._text("mo", "["), *inner, self._text("mo", "]"))

    def _print_HighestOf(self, expr: Any) -> Any:  # noqa: N802
        others, rank = map(self._print, expr.args)
        fence = self._nest("mrow", self._text("mo", "("), rank, self._text("mo", ")"))
        inner = self._nest("mrow", self._text("mo", "("), others, self._text("mo", ")"))
        return self._nest("mrow", self._nest("msup", self._text("mo", expr.word), fence), inner)

    _print_LowestOf = _print_HighestOf  # noqa: N815

    def _print_NormalDistribution(self, expr: Any) -> Any:  # noqa: N802
        fence = self._nest("mrow", self._text("mo", "("), self._print(expr.args[0]), self._text("mo", ")"))
        return self._nest("mrow", self._text("mi", "Φ"), fence)

    def _text(self, tag: str, text: str) -> Any:
        node = self.dom.createElement(tag)
        node.appendChild(self.dom.createTextNode(_unicode(text)))
        return node

    def _nest(self, tag: str, *children: Any) -> Any:
        node = self.dom.createElement(tag)
        for child in children:
            node.appendChild(child)
        return node


def _unicode(name: str) -> str:
    r"""Return LaTeX's Greek letters as characters: ``\rho`` is ρ."""

    def letter(found: re.Match[str]) -> str:
        word = found[1].removeprefix("var")
        size = "CAPITAL" if word[0].isupper() else "SMALL"
        try:
            return unicodedata.lookup(f"GREEK {size} LETTER {word.upper().replace('LAMBDA', 'LAMDA')}")
        except KeyError:
            return found[1]

    return re.sub(r"\\([A-Za-z]+)", letter, name).replace("-", "−")
