"""Presentation MathML from a document, rebuilt so that nothing but formulas can enter the page."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from markupsafe import Markup, escape

ELEMENTS = frozenset(
    (
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
    )
)


RELATIONS = frozenset(">≥=<≤")
SUMS = frozenset("+-−")
FENCES = frozenset("()[]{}|")
TIMES = "\N{INVISIBLE TIMES}"
LONG = 12
"""From how many elements on a factor is long enough that a line may end before it."""
TOO_LONG = 30
"""From how many elements on a line may end between fences: they keep their size then, since their row is taken apart."""


def presentation(text: str) -> Markup:
    """Return a formula's MathML with its elements and their text only: no attribute, and no element of another kind.

    MathML is not broken into lines, so the formula comes in parts between which a line may end: statements, and within
    them before a relation, a term of a sum or a long factor. What is joined by "and" begins on a line of its own. Text
    that is no well-formed XML, or has other elements, is shown as text.

    Examples
    --------
    >>> print(presentation('<math onclick="x()"><mi>B</mi></math>'))
    <div><span class="part"><math><mi>B</mi></math></span></div>
    >>> print(presentation("<math><mi>B</mi><mo>=</mo><mn>1</mn><mtext> and </mtext><mi>N</mi></math>"))
    <div><span class="part"><math><mi>B</mi></math><math><mo form="infix">=</mo><mn>1</mn></math></span></div>
    <div>and <span class="part"><math><mi>N</mi></math></span></div>
    >>> print(presentation("<math><script>x()</script></math>"))
    <code>&lt;math&gt;&lt;script&gt;x()&lt;/script&gt;&lt;/math&gt;</code>
    """
    try:
        root = ElementTree.fromstring(text)
        if _name(root) != "math":
            raise ValueError(root.tag)
        whole = root[0] if len(root) == 1 and _name(root[0]) == "mrow" else root
        lines = _split(list(whole), lambda element: _name(element) == "mtext" and "and" in (element.text or ""))
        return Markup("\n").join(
            Markup("<div>{}{}</div>").format("and " if place else "", _line(line)) for place, line in enumerate(lines)
        )
    except (ElementTree.ParseError, ValueError):
        return Markup("<code>{}</code>").format(text)


def _split(
    elements: list[ElementTree.Element], parts: Callable[[ElementTree.Element], bool]
) -> list[list[ElementTree.Element]]:
    """Return the stretches between elements that part them, which are left out."""
    found: list[list[ElementTree.Element]] = [[]]
    for element in elements:
        if parts(element):
            found.append([])
        else:
            found[-1].append(element)
    return [stretch for stretch in found if stretch]


def _line(elements: list[ElementTree.Element]) -> Markup:
    """Return the statements of one line, which words part."""
    statements = _split(elements, lambda element: _name(element) == "mtext")
    return Markup(" ").join(Markup('<span class="part">{}</span>').format(_statement(one)) for one in statements)


def _statement(elements: list[ElementTree.Element]) -> Markup:
    """Return a statement as formulas between which a line may end."""
    whole = [inner for element in elements for inner in _terms(element)]
    pieces: list[list[Markup]] = [[]]
    for place, element in enumerate(whole):
        sign = (element.text or "") if _name(element) == "mo" else ""
        before = (whole[place - 1].text or "") if place else ""
        if place and sign and sign in RELATIONS | SUMS and before not in FENCES:
            pieces.append([Markup('<mo form="infix">{}</mo>').format(sign.replace("-", "−"))])
            continue
        if before == "," or (before == TIMES and _size(element) >= LONG):
            pieces.append([])
        pieces[-1].append(
            Markup('<mo stretchy="false">{}</mo>').format(sign) if sign in FENCES and sign else _rebuilt(element)
        )
    return Markup("").join(Markup("<math>{}</math>").format(Markup("").join(piece)) for piece in pieces if piece)


def _terms(element: ElementTree.Element) -> list[ElementTree.Element]:
    """Return what a row holds, and the rows in it; what stands between fences only where it is too long for a line."""
    if _name(element) != "mrow":
        return [element]
    fenced = any(_name(child) == "mo" and (child.text or "") in FENCES for child in element)
    if fenced and _size(element) < TOO_LONG:
        return [element]
    return [inner for child in element for inner in _terms(child)]


def _size(element: ElementTree.Element) -> int:
    return sum(1 for _ in element.iter())


def _rebuilt(element: ElementTree.Element) -> Markup:
    name = _name(element)
    if name not in ELEMENTS:
        raise ValueError(name)
    text = element.text or ""
    parts = [escape(text.replace("-", "−") if name == "mo" else text)]
    for child in element:
        parts += [_rebuilt(child), escape((child.tail or "").strip())]
    return Markup(f"<{name}>") + Markup("").join(parts) + Markup(f"</{name}>")


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
