"""Privacy bugs, planted in the source of what runs."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

RUNS = "mechproof.dpfl.runs"
TRAINING = "mechproof.dpfl.training"


@dataclass(frozen=True)
class Sabotage:
    """A change of one expression in a module's source, and the name that it is found under."""

    name: str
    module: str
    before: str
    after: str
    found: str

    def plant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put the module, compiled from its changed syntax tree, in place of what it defined."""
        module = importlib.import_module(self.module)
        tree = ast.parse(inspect.getsource(module))
        wanted, given = (ast.parse(text, mode="eval").body for text in (self.before, self.after))
        change = Replaced(ast.dump(wanted), given)
        changed = ast.fix_missing_locations(change.visit(tree))
        assert change.times == 1
        twin = ModuleType(self.module)
        twin.__dict__.update(__package__=module.__package__, __file__=module.__file__)
        monkeypatch.setitem(sys.modules, self.module, twin)
        exec(compile(changed, str(module.__file__), "exec"), twin.__dict__)
        others = [other for name, other in sys.modules.items() if name.startswith("mechproof.dpfl")]
        for other in [module, *others]:
            for name, value in list(vars(other).items()):
                if inspect.isroutine(value) and value.__module__ == self.module and name in vars(twin):
                    monkeypatch.setattr(other, name, vars(twin)[name])


class Replaced(ast.NodeTransformer):
    def __init__(self, wanted: str, given: ast.expr) -> None:
        self.wanted, self.given, self.times = wanted, given, 0

    def visit(self, node: ast.AST) -> Any:
        if ast.dump(node) == self.wanted:
            self.times += 1
            return self.given
        return super().visit(node)


NOISE = "values + deviation * drawn[name]"
SABOTAGES = (
    Sabotage("no noise", f"{RUNS}.noise", NOISE, "values", "noise"),
    Sabotage("noise / 100", f"{RUNS}.noise", NOISE, "values + deviation / 100 * drawn[name]", "noise"),
    Sabotage("noise a tenth less", f"{RUNS}.noise", NOISE, "values + deviation * 0.9 * drawn[name]", "noise"),
    Sabotage(
        "no clipping",
        f"{TRAINING}.aggregate_engine",
        "(within / (norms * error.square().sum(dim=0).sqrt_())).clamp_(max=1.0)",
        "(within / (norms * error.square().sum(dim=0).sqrt_())).clamp_(min=1.0)",
        "clipping",
    ),
    Sabotage(
        "sensitivity / 10",
        "mechproof.dpfl.accounting.release",
        'clip if adjacency == "add-or-remove" else 2 * clip',
        'clip / 10 if adjacency == "add-or-remove" else 2 * clip / 10',
        "sensitivity",
    ),
    Sabotage(
        "weights renormalised",
        f"{RUNS}.loop",
        "terms.weight_in(round)",
        "terms.weight_in(round) * 1.5",
        "weights",
    ),
)
