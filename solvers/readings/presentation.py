"""Printing what SymPy has no notation for, and formulas as presentation MathML by their declared names."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

import sympy as sp
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


class NormalDistribution(sp.Function):  # type: ignore[misc]
    """The standard normal distribution's Φ."""

    def _latex(self, printer: Any) -> str:
        return rf"\Phi\left({printer._print(self.args[0])}\right)"


def mathml_of(content: str) -> str:
    """Return presentation elements as a formula of their own."""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow>{content}</mrow></math>'


def presentation_of(expression: Any) -> str:
    """Return a SymPy expression as presentation elements, for a formula's MathML."""
    # named characters are HTML's; numbers are understood everywhere
    content = str(_Presentation().doprint(expression))
    return re.sub(r"&(?!lt;|gt;|amp;|quot;)\w+;", lambda found: html.unescape(found[0]), content)


class _Presentation(MathMLPresentationPrinter):  # type: ignore[misc]
    """Prints symbols by their LaTeX names, which are how they are declared."""

    def _print_Symbol(self, expr: Any, style: str = "plain") -> Any:  # noqa: N802
        base, _, index = str(expr.name).partition("_")
        name = self._text("mi", base)
        if not index:
            return name
        return self._nest("msub", name, self._text("mi", index.strip("{}")))

    def _print_Indexed(self, expr: Any) -> Any:  # noqa: N802
        return self._nest("msub", self._print(expr.base.label), self._print(expr.indices[0]))

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
