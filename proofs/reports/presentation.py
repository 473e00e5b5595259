"""Presentation MathML from a document, rebuilt so that nothing but formulas can enter the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
OPENING = frozenset("([{")
CLOSING = frozenset(")]}")
FENCES = OPENING | CLOSING | {"|"}
BEFORE_A_SIGN = OPENING | RELATIONS | frozenset(",/")
"""What plus and minus may follow as the sign of a term, which joins nothing."""
FUNCTIONS = frozenset(("ln", "max", "min", "exp"))
"""Words that stand off what is before them, and close to what they are of."""
TIMES = "\N{INVISIBLE TIMES}"
DOT = "\N{DOT OPERATOR}"
LONG = 8
"""How many letters wide a factor is before which a line may end."""
TOO_LONG = 24
"""How many letters wide is what a line may end in, though fences, a root or a fraction are around it."""


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
        _part_words(root)
        whole = root[0] if len(root) == 1 and _name(root[0]) == "mrow" else root
        lines = _split(list(whole), lambda element: _name(element) == "mtext" and "and" in (element.text or ""))
        return Markup("\n").join(
            Markup("<div>{}{}</div>").format("and " if place else "", _line(line)) for place, line in enumerate(lines)
        )
    except (ElementTree.ParseError, ValueError, IndexError, RecursionError):
        return Markup("<code>{}</code>").format(text)


def _part_words(element: ElementTree.Element) -> None:
    """Show the sign of products in which a name of several letters stands: such names would run together."""
    for parent in element.iter():
        children = list(parent)
        for before, sign, after in zip(children, children[1:], children[2:], strict=False):
            if _text(sign) == TIMES and any(_is_word(leaf) for leaf in (list(before.iter())[-1], next(_leaves(after)))):
                sign.text = DOT


def _leaves(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return (each for each in element.iter() if not len(each))


def _is_word(leaf: ElementTree.Element) -> bool:
    return _name(leaf) == "mi" and len(leaf.text or "") > 2


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
    whole = _bare(_terms_of(elements))
    signs = list(map(_text, whole))
    pieces: list[list[Markup]] = [[]]
    for place, (before, sign, element) in enumerate(zip(["", *signs[:-1]], signs, whole, strict=True)):
        if place and _joins(before, sign):
            pieces.append([Markup('<mo form="infix">{}</mo>').format(sign.replace("-", "−"))])
            continue
        if before in (",", "/") or (before in (TIMES, DOT) and _begins_a_line(element)):
            pieces.append([])
        fence = Markup('<mo stretchy="false">{}</mo>').format(sign)
        pieces[-1].append(fence if sign in FENCES else _rebuilt(element))
    return Markup("").join(Markup("<math>{}</math>").format(Markup("").join(piece)) for piece in pieces if piece)


def _joins(before: str, sign: str) -> bool:
    """Whether a sign joins what is around it: a relation, or a plus or minus that is no term's own sign."""
    return sign in RELATIONS or (sign in SUMS and before not in BEFORE_A_SIGN)


def _bare(terms: list[ElementTree.Element]) -> list[ElementTree.Element]:
    """Return the terms without a pair of fences around all of them, where a line break put one around a fraction."""
    while len(terms) > 2 and _text(terms[0]) == "(" and _closes_last(terms):
        terms = terms[1:-1]
    return terms


def _closes_last(terms: list[ElementTree.Element]) -> bool:
    """Whether the fence that the first term opens is closed by the last one."""
    depth = 0
    for place, term in enumerate(terms):
        depth += (_text(term) in OPENING) - (_text(term) in CLOSING)
        if depth == 0:
            return place == len(terms) - 1
    return False


def _begins_a_line(factor: ElementTree.Element) -> bool:
    """Whether a line may end before a factor: a function, a root, something in fences, or something long."""
    sign = _text(factor)
    return sign.isalpha() or sign in OPENING | {"√"} or _width(factor) >= LONG


def _terms(element: ElementTree.Element) -> list[ElementTree.Element]:
    """Return what a row holds, and the rows in it.

    What is too long for a line is taken apart further: what stands between fences, fractions as (a/b), roots as √(a),
    and powers, whose exponent goes to the fence that closes their base.
    """
    name, long = _name(element), _width(element) >= TOO_LONG
    if name == "mrow" and (long or FENCES.isdisjoint(map(_text, element))):
        return _terms_of(element)
    if name == "mfrac" and long:
        return [_sign("("), *_in_fences(element[0]), _sign("/"), *_in_fences(element[1]), _sign(")")]
    if name == "msqrt" and long:
        return [_sign("√"), _sign("("), *_terms_of(element), _sign(")")]
    if name == "msup" and long:
        base = _in_fences(element[0])
        power = ElementTree.Element("msup")
        power.extend((base[-1], element[1]))
        return [*base[:-1], power]
    return [element]


def _terms_of(elements: Iterable[ElementTree.Element]) -> list[ElementTree.Element]:
    return [inner for element in elements for inner in _terms(element)]


def _in_fences(element: ElementTree.Element) -> list[ElementTree.Element]:
    """Return the terms of an element, in fences unless there is one only or one pair of them is around all."""
    terms = _terms(element)
    return terms if _closes_last(terms) else [_sign("("), *terms, _sign(")")]


def _sign(text: str) -> ElementTree.Element:
    sign = ElementTree.Element("mo")
    sign.text = text
    return sign


def _text(element: ElementTree.Element) -> str:
    """Return the sign that an element is, or nothing."""
    return (element.text or "") if _name(element) == "mo" else ""


def _width(element: ElementTree.Element) -> int:
    """Return how many letters wide an element is; of a fraction, the wider of its two parts."""
    parts = [_width(child) for child in element]
    return (max(parts, default=0) if _name(element) == "mfrac" else sum(parts)) + len((element.text or "").strip())


def _rebuilt(element: ElementTree.Element) -> Markup:
    name = _name(element)
    if name not in ELEMENTS:
        raise ValueError(name)
    text = element.text or ""
    parts = [escape(text.replace("-", "−") if name == "mo" else text)]
    for child in element:
        parts += [_rebuilt(child), escape((child.tail or "").strip())]
    if text in FUNCTIONS and name in ("mi", "mo"):
        return Markup('<mo form="prefix" lspace="0.17em" rspace="0">{}</mo>').format(text)
    return Markup(f"<{name}>") + Markup("").join(parts) + Markup(f"</{name}>")


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
