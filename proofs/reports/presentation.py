"""Presentation MathML from a document, rebuilt so that nothing but formulas can enter the page."""

from __future__ import annotations

from xml.etree import ElementTree

from markupsafe import Markup, escape

ELEMENTS = frozenset(
    (
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mfenced",
    )
)


def presentation(text: str) -> Markup:
    """Return a formula's MathML with its elements and their text only: no attribute, and no element of another kind.

    Text that is no well-formed XML, or has other elements, is shown as text.

    Examples
    --------
    >>> print(presentation('<math onclick="x()"><mi>B</mi></math>'))
    <math display="block"><mi>B</mi></math>
    >>> print(presentation("<math><script>x()</script></math>"))
    <code>&lt;math&gt;&lt;script&gt;x()&lt;/script&gt;&lt;/math&gt;</code>
    """
    try:
        root = ElementTree.fromstring(text)
        return _rebuilt(root, outermost=True)
    except (ElementTree.ParseError, ValueError):
        return Markup("<code>{}</code>").format(text)


def _rebuilt(element: ElementTree.Element, outermost: bool = False) -> Markup:
    name = element.tag.rpartition("}")[2]
    if name not in ELEMENTS or (name == "math") != outermost:
        raise ValueError(name)
    parts = [escape(element.text or "")]
    for child in element:
        parts += [_rebuilt(child), escape(child.tail or "")]
    start = Markup('<math display="block">') if outermost else Markup(f"<{name}>")
    return start + Markup("").join(parts) + Markup(f"</{name}>")
