"""Small faults of one function, as changes of its syntax tree.

Mutation libraries were looked at: mutmut and mutatest write changed files and start a test run for each, cosmic-ray's
operators work on trees in memory, but on another parser's, and know nothing of a factor that is off, a term that is
missing or two roles that are swapped, which are the faults numerical code has. So they are written out here.

What is left alone: docstrings, annotations, messages, raised errors, assertions and checks of types, and what changes
nothing: zero, or a product with it, or what is compared with it, times a number, and infinity times two.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType

FACTORS = (("x1.02", (51, 50)), ("x2", (2, 1)), ("/2", (1, 2)))
OPPOSITE: dict[type, type] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
REVERSED: dict[type, type] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
STRICTER: dict[type, type] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
PAIRS = [
    ("max", "min"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("ceil", "floor"),
    ("any", "all"),
    ("upper", "lower"),
    ("heappush", "heappushpop"),
    ("nextafter", "nextafter"),
]
COUNTERPART = {a: b for pair in PAIRS for a, b in (pair, pair[::-1]) if a != b}
ABOUT_TYPES = {"isinstance", "issubclass", "cast", "hasattr", "getattr", "version"}
NO_NUMBERS = {"bool", "str", "None", "str | None"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, of which kind, the how-manieth of its kind in its function, and the lines it is in."""

    module: str
    function: str
    line: int
    kind: str
    index: int
    lines: tuple[int, int]

    @property
    def name(self) -> str:
        """The name it is called by; the same in every run on the same source."""
        return f"{self.module}:{self.function}:{self.line}:{self.kind}:{self.index}"

    @property
    def fault(self) -> str:
        """The name without the line, which stays the same when lines are put in elsewhere."""
        return f"{self.module}:{self.function}:{self.kind}:{self.index}"


@dataclass(frozen=True)
class Site:
    """A place and what can be done to it; `change` alters the tree that it was found in."""

    kind: str
    line: int
    lines: tuple[int, int]
    change: Callable[[], None]


def mutants(module: str, source: str) -> list[Mutant]:
    """Return every fault of a module's functions and methods, in the order of the source."""
    found = []
    for name, node in functions(ast.parse(source)):
        counted: Counter[str] = Counter()
        for site in sites(node):
            found.append(Mutant(module, name, site.line, site.kind, counted[site.kind], site.lines))
            counted[site.kind] += 1
    return found


def mutated(mutant: Mutant, source: str, filename: str) -> CodeType:
    """Return a module's code with one fault in it."""
    tree = ast.parse(source)
    node = next(node for name, node in functions(tree) if name == mutant.function and spans(node, mutant.line))
    of_kind = [site for site in sites(node) if site.kind == mutant.kind]
    of_kind[mutant.index].change()
    return compile(ast.fix_missing_locations(tree), filename, "exec")


def spans(node: Function, line: int) -> bool:
    """Whether a line is in a function, whose name another one may share (a property and its setter)."""
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def functions(tree: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Yield functions and methods with their qualified names; what is inside a function belongs to it."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, Function):
            yield f"{prefix}{node.name}", node


def sites(function: Function) -> Iterator[Site]:
    """Yield the places of one function that can be changed."""
    numbers = function.returns is None or ast.unparse(function.returns) not in NO_NUMBERS
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    for statement in body:
        place = function.body.index(statement)
        yield from _visit(statement, lambda new, place=place: function.body.__setitem__(place, new), numbers, None)


Put = Callable[[ast.AST], None]


def _visit(
    node: ast.AST, put: Put, numbers: bool, span: tuple[int, int] | None, inner: bool = False, signed: bool = False
) -> Iterator[Site]:
    """Yield the sites of a node and of what is below it.

    It is `inner` if it is an operand of a longer formula, and `signed` if it is compared with zero.
    """
    if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom | ast.arguments):
        return
    if isinstance(node, ast.Call) and _called(node) in ABOUT_TYPES:
        return
    if isinstance(node, ast.stmt):
        last = node.lineno if hasattr(node, "body") else node.end_lineno or node.lineno
        span = (node.lineno, last)
    line = getattr(node, "lineno", span[0] if span else 0)
    assert span is not None
    lines = (min(span[0], line), max(span[1], getattr(node, "end_lineno", None) or line)) if _expression(node) else span
    for kind, change in _changes(node, put, numbers, inner, signed):
        yield Site(kind, line, lines, change)
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "ctx", "type_comment"):
            continue
        below = isinstance(node, ast.BinOp) and type(node.op) in OPPOSITE
        sides = isinstance(node, ast.Compare) and name == "left" and _zero(node.comparators[0])
        if isinstance(value, list):
            for k, entry in enumerate(value):
                if isinstance(entry, ast.AST):
                    yield from _visit(entry, lambda new, v=value, k=k: v.__setitem__(k, new), numbers, span)
        elif isinstance(value, ast.AST):
            yield from _visit(value, lambda new, n=node, f=name: setattr(n, f, new), numbers, span, below, sides)


def _expression(node: ast.AST) -> bool:
    return isinstance(node, ast.expr | ast.comprehension | ast.keyword)


def _changes(
    node: ast.AST, put: Put, numbers: bool, inner: bool, signed: bool
) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield what can be done to one node."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPPOSITE:
        kind = "plus-minus" if isinstance(node.op, ast.Add | ast.Sub) else "times-divide"
        yield kind, lambda: setattr(node, "op", OPPOSITE[type(node.op)]())
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield "removed", lambda: put(ast.copy_location(ast.Pass(), node))
    if isinstance(node, ast.BinOp):
        yield from _of_formula(node, put, inner, signed)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield "sign", lambda: put(node.operand)
    if isinstance(node, ast.Return) and numbers and _scalable(node.value):
        value = node.value
        for label, (up, down) in FACTORS:
            yield f"factor {label}", lambda up=up, down=down: setattr(node, "value", _scaled(value, up, down))
    if isinstance(node, ast.Compare):
        yield from _of_comparison(node)
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
        if isinstance(node.value, int):
            yield "plus one", lambda: put(ast.copy_location(ast.Constant(node.value + 1), node))
            yield "minus one", lambda: put(ast.copy_location(_number(node.value - 1), node))
        elif isinstance(node.value, float) and node.value != 0:
            yield "constant x2", lambda: put(ast.copy_location(ast.Constant(node.value * 2), node))
            yield "constant x-1", lambda: put(ast.copy_location(_number(-node.value), node))
    if isinstance(node, ast.Call):
        yield from _of_call(node)
    if isinstance(node, ast.Attribute) and node.attr in ("upper", "lower"):
        yield "counterpart", lambda: setattr(node, "attr", COUNTERPART[node.attr])
    if isinstance(node, ast.BoolOp):
        yield "and-or", lambda: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    if isinstance(node, ast.If | ast.While | ast.IfExp) and not _about_types(node.test):
        yield "negated", lambda: setattr(node, "test", _negated(node.test))
    if isinstance(node, ast.comprehension):
        for k in range(len(node.ifs)):
            yield "negated", lambda k=k: node.ifs.__setitem__(k, _negated(node.ifs[k]))


def _of_formula(node: ast.BinOp, put: Put, inner: bool, signed: bool) -> Iterator[tuple[str, Callable[[], None]]]:
    """A term or factor is missing, the sign or size of the whole is off."""
    if isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        yield "dropped right", lambda: put(node.left)
        minus = isinstance(node.op, ast.Sub)
        yield "dropped left", lambda: put(_minus(node.right) if minus else node.right)
    if type(node.op) in OPPOSITE and not inner and not _zero(node):
        yield "sign", lambda: put(_minus(node))
        for label, (up, down) in FACTORS if not signed else ():
            yield f"factor {label}", lambda up=up, down=down: put(_scaled(node, up, down))


def _zero(node: ast.expr) -> bool:
    """Whether it is zero whatever the numbers are."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _zero(node.left) or _zero(node.right)
    return isinstance(node, ast.Constant) and not isinstance(node.value, bool | str) and node.value == 0


def _scalable(value: ast.expr | None) -> bool:
    """Whether what is returned may be another number times two."""
    if isinstance(value, ast.Attribute):
        return value.attr != "inf"
    return isinstance(value, ast.Call | ast.Name)


def _of_comparison(node: ast.Compare) -> Iterator[tuple[str, Callable[[], None]]]:
    for k, operator in enumerate(node.ops):
        if type(operator) in REVERSED:
            yield "reversed", lambda k=k, o=operator: node.ops.__setitem__(k, REVERSED[type(o)]())
        if type(operator) in STRICTER:
            yield "stricter", lambda k=k, o=operator: node.ops.__setitem__(k, STRICTER[type(o)]())


def _of_call(node: ast.Call) -> Iterator[tuple[str, Callable[[], None]]]:
    """Two arguments are swapped, or a function is taken for its counterpart."""
    for k in range(len(node.args) - 1):
        first, second = node.args[k], node.args[k + 1]
        if ast.Starred not in (type(first), type(second)) and ast.dump(first) != ast.dump(second):
            if _called(node) in ("max", "min", "maximum", "minimum", "gcd"):
                continue  # the same whichever way round
            yield "swapped", lambda k=k, a=first, b=second: node.args.__setitem__(slice(k, k + 2), [b, a])
    other = COUNTERPART.get(_called(node))
    if other is not None:
        field = "attr" if isinstance(node.func, ast.Attribute) else "id"
        if not (field == "attr" and other in ("upper", "lower")):
            yield "counterpart", lambda: setattr(node.func, field, other)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _about_types(test: ast.expr) -> bool:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _about_types(test.operand)
    return isinstance(test, ast.Call) and _called(test) in ABOUT_TYPES


def _negated(test: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _minus(value: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.USub(), value), value)


def _number(value: float) -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _scaled(value: ast.expr, up: int, down: int) -> ast.expr:
    """Return value · up/down by whole numbers, which doubles, fractions, balls and modelling languages all take."""
    scaled = value if up == 1 else ast.copy_location(ast.BinOp(value, ast.Mult(), ast.Constant(up)), value)
    return scaled if down == 1 else ast.copy_location(ast.BinOp(scaled, ast.Div(), ast.Constant(down)), value)
