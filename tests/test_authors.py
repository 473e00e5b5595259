"""Slips in a mechanism file of one's own: every command names the file and the line, and says what to write instead."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.authors import told
from mechproof.formulations.examination import examine
from mechproof.formulations.language import Constraint, Decision, Model, Player
from mechproof.solvers.specification import read_specification

EXAMPLES = Path(mp.__file__).parent / "examples"
GAME = (EXAMPLES / "own_mechanism.py").read_text()
PROGRAM = """
import mechproof as mp


def cost_of_all(a, amount, cost):
    return a.sum(cost * a.square(amount))


def left_over(a, amount, needed):
    return a.sum(amount) - needed


class Cheapest(mp.Program):
    cost: mp.Vector = mp.vector("a cost", above=0, per="seller")
    needed: mp.Number = mp.scalar("what is needed", above=0)

    def variables(self):
        return (mp.Decision("amount", [0] * len(self.cost), [10] * len(self.cost)),)

    def objective(self):
        return cost_of_all

    def constraints(self):
        return (mp.Constraint("enough", left_over),)
"""
TABLES = {
    "QuadraticLottery": 'cost = ["1", "2", "4"]\nprize = 10\n[candidate]\neffort = [0.1, 0.2, 0.3]\n',
    "Cheapest": 'cost = ["1", "2"]\nneeded = 3\n[candidate]\namount = [2, 1]\n',
}
COMMANDS = ("solve", "certify", "verify", "prove", "compare", "baselines", "train")


@dataclass(frozen=True)
class Slip:
    """What is written instead of something in a file, the line it is told of, and what is said."""

    name: str
    right: str
    wrong: str
    line: str
    says: str
    code: str = GAME


UTILITY = "cost * a.square(own)"
BOUNDS = "np.zeros(len(self.cost)), most"
SLIPS = [
    Slip("role", "prize: Any, cost: Any", "prize: Any, cots: Any", "def contestant_utility", "did you mean 'cost'"),
    Slip("rule", 'effort cost", above=0', 'effort cost", abov=0', "abov=0", "did you mean 'above'"),
    Slip("NumPy", UTILITY, "cost * np.log(1 + own)", "np.log", "write a.log"),
    Slip("NumPy's sum", UTILITY, "np.sum(cost * own)", "np.sum", "write a.sum"),
    Slip("NumPy's where", UTILITY, "np.where(own > 1, cost, 0)", "np.where", "a.at_least"),
    Slip("matrix product", UTILITY, "cost @ own", "cost @ own", "a.sum(x * y)"),
    Slip("decided", UTILITY, "(cost if own > 3 else own)", "own > 3", "a.at_least(x, y)"),
    Slip("built-in", UTILITY, "max(cost, own)", "max(cost, own)", "a.maximum"),
    Slip("no number", UTILITY, "cost * float(own)", "float(own)", "the operations of formulas"),
    Slip("random", UTILITY, "cost * own * np.random.random()", "def contestant_utility", "draw what is random once"),
    Slip("operation", UTILITY, "cost * a.tanh(own)", "a.tanh", "1 - 2 / (a.exp(2 * x) + 1)"),
    Slip("misspelt operation", "a.square(own)", "a.sqare(own)", "a.sqare", "did you mean 'square'"),
    Slip("method", UTILITY, "(cost * own).sum()", ".sum()", "write a.sum"),
    Slip("sum of persons", UTILITY, "a.sum(cost * own)", "a.sum(cost", "aggregates"),
    Slip("no people", "def players", "def playrs", "class QuadraticLottery", "it has playrs"),
    Slip("normal law", UTILITY, "cost * a.normal_cdf(own)", "a.normal_cdf", "no derivative"),
    Slip("infinite", BOUNDS, "np.zeros(len(self.cost)), most + np.inf", "def players", "not finite"),
    Slip("no bound", BOUNDS, "np.zeros(len(self.cost)), None", "def players", "no number"),
    Slip("one bound", BOUNDS, "0, 10", "def players", "np.full(3, 10)"),
    Slip("five bounds", BOUNDS, "np.zeros(5), most", "def players", "write as many of each"),
    Slip("no decision", 'Player("contestant", effort,', 'Player("contestant", None,', "def players", "mp.Decision"),
    Slip("no return", "    return prize_expected(", "    prize_expected(", "def contestant_utility", "returns nothing"),
    Slip("no return within", "    return prize * ", "    prize * ", "return prize_expected(", "lack its return"),
    Slip("no players", "        return (mp.Player(", "        (mp.Player(", "def players", "lack its return"),
    Slip("no tuple", "return (mp.Player(", "return (lambda x: x)(mp.Player(", "def players", "a tuple of mp.Player"),
    Slip("zero", "a.square(own)", "a.square(own) / 0", "/ 0", "ZeroDivisionError"),
    Slip("zero in players", "most = np", "most = 1 / 0 * np", "1 / 0", "ZeroDivisionError"),
    Slip("name", "prize * a.share", "prze * a.share", "prze * a.share", "did you mean 'prize'"),
    Slip("field", "float(self.prize)", "float(self.prise)", "self.prise", "did you mean 'prize'"),
    Slip("argument", 'unit="effort")', 'unti="effort")', 'unti="effort"', "unexpected keyword argument 'unti'"),
    Slip("import", "import numpy as np", "import nunpy as np", "nunpy", "did you mean 'numpy'"),
    Slip("syntax", "def main() -> None:", "def main( -> None:", "def main( ->", "SyntaxError"),
    Slip("outcome", '"utility": contestant_utility', '"utility": lambda a, efort: efort', "efort", "'effort'"),
    Slip("no formula", '"utility": contestant_utility', '"utility": 3', "def outcomes", "no formula"),
    Slip("two things", "return prize_expected(", "return own, prize_expected(", "def contestant_utility", "2 things"),
    Slip("leaves", UTILITY, "exit(0)", "exit(0)", "must not leave Python"),
    Slip("leaves at once", "import numpy as np", "raise SystemExit(0)", "raise SystemExit(0)", "must not leave Python"),
    Slip(
        "no names",
        "    def players",
        "    promises = (1,)\n\n    def players",
        "class QuadraticLottery",
        "1 is no name",
    ),
    Slip("lengths", UTILITY, "cost * np.ones(5) * own", "np.ones(5)", "entries stand side by side"),
    Slip(
        "initials",
        "    def players",
        '    promises = ("IR",)\n\n    def players',
        "class QuadraticLottery",
        "did you mean 'individual-rationality'",
    ),
    Slip(
        "property",
        "    def players",
        '    properties = ("individual-rationalty",)\n\n    def players',
        "class QuadraticLottery",
        "did you mean 'individual-rationality'",
    ),
    Slip(
        "one promise",
        "    def players",
        '    promises = "uniqueness"\n\n    def players',
        "class QuadraticLottery",
        "a tuple of names",
    ),
    Slip(
        "payment",
        "    def players",
        '    payment_outcome = "prize_expcted"\n\n    def players',
        "class QuadraticLottery",
        "did you mean 'prize_expected'",
    ),
    Slip(
        "people", 'above=0, per="contestant"', 'above=0, per="contestants"', "def players", "did you mean 'contestant'"
    ),
    Slip("population", 'Player("contestant"', 'Player("contestants"', "def players", "did you mean 'contestants'"),
    Slip("role of a program", "amount, needed)", "amount, need)", "def left_over", "'needed'", PROGRAM),
    Slip("no objective", "def objective", "def objectiv", "class Cheapest", "it has objectiv", PROGRAM),
    Slip("no variables", "def variables", "def sellers", "class Cheapest", "no variables(self)", PROGRAM),
    Slip("objective", "return cost_of_all", "return None", "def objective", "return a formula", PROGRAM),
    Slip("constraint", "return (mp.Constraint(", "return ((", "def constraints", "mp.Constraint", PROGRAM),
    Slip("NumPy in a program", "a.sum(amount)", "np.dot(amount, 1)", "np.dot", "NameError", PROGRAM),
    Slip("promise of a program", "    def var", '    promises = ("IC",)\n\n    def var', "class C", "did you", PROGRAM),
]


def written(folder: Path, slip: Slip) -> tuple[Path, int]:
    """Write a file with a slip and a specification of it; return this and the line that is to be told of."""
    assert slip.right in slip.code
    code = slip.code.replace(slip.right, slip.wrong)
    (folder / "my.py").write_text(code)
    kind = "QuadraticLottery" if slip.code is GAME else "Cheapest"
    spec = folder / "spec.toml"
    spec.write_text(f'format = 1\n[mechanism]\ntype = "my.py:{kind}"\n{TABLES[kind]}')
    return spec, 1 + next(number for number, line in enumerate(code.splitlines()) if slip.line in line)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_every_command_tells_a_slip(slip: Slip, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, line = written(tmp_path, slip)
    told_by = set()
    for command in COMMANDS:
        assert run([command, str(spec), "--allow-code"]) == 2, command
        shown = capsys.readouterr()
        assert shown.out == ""
        told_by.add(shown.err)
    assert len(told_by) == 1
    assert f"my.py:{line}" in shown.err
    assert slip.says in shown.err
    assert "fault in mechproof" not in shown.err
    assert "Traceback" not in shown.err


NAMES = [
    token
    for token in tokenize.generate_tokens(io.StringIO(GAME).readline)
    if token.type == tokenize.NAME and not keyword.iskeyword(token.string)
]


def misspelt(token: tokenize.TokenInfo) -> str:
    """Return the game's file with one name misspelt."""
    lines, (row, column), word = GAME.splitlines(keepends=True), token.start, token.string
    end = column + len(word)
    wrong = word[:-2] + word[-1] + word[-2] if word[-2:] != 2 * word[-1] and len(word) > 1 else word + "x"
    lines[row - 1] = lines[row - 1][:column] + wrong + lines[row - 1][end:]
    return "".join(lines)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=st.sampled_from(NAMES), command=st.sampled_from(("solve", "certify", "verify")))
def test_no_misspelt_name_is_called_a_fault_of_mechproof(
    token: tokenize.TokenInfo, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, _ = written(tmp_path, Slip("", GAME, misspelt(token), "", ""))
    code = run([command, str(spec), "--allow-code"])
    shown = capsys.readouterr().err
    assert code in (0, 1, 2)
    assert "fault in mechproof" not in shown
    assert "Traceback" not in shown
    assert code != 2 or "my.py:" in shown or "is not a known key" in shown


class Contest(mp.Game):
    """A contest that tests declare wrongly, in Python."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")

    def utility(self) -> Any:
        return lambda a, own, others, cost: a.share(own, others) - cost * own

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.cost)
        return (mp.Player("player", mp.Decision("effort", [0] * count, [1] * count), self.utility(), count=count),)


@pytest.mark.parametrize(
    ("utility", "says"),
    [
        (lambda a, own, csot: own * csot, "did you mean 'cost'"),
        (lambda a, own: own if own else 0 * own, "a.at_least"),
        (lambda a, own: own if (own > 3) == True else 0 * own, "a.at_least"),  # noqa: E712
        (lambda a, own: own if np.all(own > 3) else 0 * own, "a.at_least"),
        (lambda a, own: own * np.sqrt(own), "write a.sqrt"),
        (lambda a, own: None, "returns nothing"),
        (lambda own: own, "first parameter is `a`"),
        (lambda a, own: "much", "which is no number"),
    ],
)
def test_slips_of_a_class_in_python_are_told_when_it_is_made(utility: Any, says: str) -> None:
    wrong = type("Wrong", (Contest,), {"utility": lambda self: utility})
    with pytest.raises(mp.DeclarationError, match=rf"test_authors.py:\d+.*({says})"):
        wrong([1, 2])


@dataclass(frozen=True)
class Named:
    """Whom names and numbers are about, beside a population of three buyers, and whether they are taken for those."""

    labels: str
    costs: str
    count: int
    refused: str


@pytest.mark.parametrize(
    "case",
    [
        Named("buyers", "buyers", 3, "write per='buyer' there, or mp.Player('buyers', …) here"),
        Named("buyer", "buyer", 3, ""),
        Named("buyer", "buyers", 2, ""),  # two kinds, and one has the name
        Named("buyers", "buyers", 2, ""),  # there are not as many
        Named("flyer", "flyer", 3, ""),
        Named("seller", "seller", 3, ""),
    ],
    ids=str,
)
def test_names_of_people_who_nearly_play_are_not_lost(case: Named) -> None:
    class Few(mp.Game):
        cost: mp.Vector = mp.vector("a cost", above=0, per=case.costs)
        who: Any = mp.labels(case.labels, default=None)

        def players(self) -> tuple[mp.Player]:
            effort = mp.Decision("effort", np.zeros(3), np.ones(3))
            return (mp.Player("buyer", effort, lambda a, own, others: own - a.square(own), count=3),)

    people = ["Ann", "Bob", "Cas"][: case.count if case.labels == case.costs else 3]
    if not case.refused:
        assert Few(who=people, cost=np.ones(case.count)).about == "buyer"
        return
    with pytest.raises(mp.DeclarationError, match=re.escape(case.refused)):
        Few(who=people, cost=np.ones(case.count))
    with pytest.raises(mp.DeclarationError, match=re.escape(case.refused)):
        Few(cost=np.ones(case.count))


def _with_field(name: str, field: Any) -> type:
    """Return a contest that has other data beside its costs."""

    def players(self: Any) -> tuple[Player]:
        count = len(self.cost)
        effort = Decision("effort", [0] * count, [5] * count)
        return (Player("person", effort, lambda a, own, others, cost: a.share(own, others) - cost * own, count),)

    body = {"__annotations__": {"cost": mp.Vector, name: object}, "players": players, name: field}
    return type("WithField", (mp.Game,), {**body, "cost": mp.vector("a cost", above=0, per="person")})


@pytest.mark.parametrize("name", ["people", "constraints", "budgets"])
def test_data_that_hide_what_declarations_have_are_refused_by_name(name: str) -> None:
    with pytest.raises(mp.DeclarationError, match=f"the field {name} hides WithField.{name}.*give it another name"):
        _with_field(name, mp.vector("data", above=0, per="person"))([1, 2], [1, 2])


def test_people_may_be_called_persons() -> None:
    game = _with_field("person", mp.labels("person"))([1, 2], ["Ann", "Bob"])
    assert mp.candidate(game, effort=[1, 9]).certificate.reason == "effort of person Bob is 9, above its bound 5"


def test_what_goes_wrong_with_some_data_only_is_told_when_it_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The examination knows no numbers; what breaks at some of them is told by the command, with its line."""
    for part in ("        return 1 / 0", "        raise KeyError('form')"):
        spec, _ = written(
            tmp_path, Slip("", "    def outcomes", f"    def forms(self):\n{part}\n\n    def outcomes", "", "")
        )
        code = run(["solve", str(spec), "--allow-code", "--backend", "pyomo:scip", "--time-limit", "60"])
        shown = capsys.readouterr().err
        assert "fault in mechproof" not in shown
        assert code != 4 or "my.py" in shown


def test_the_place_of_what_another_error_was_made_of_is_told() -> None:
    def slip() -> None:
        raise ValueError("no such thing")

    try:
        slip()
    except ValueError as cause:
        error = mp.MechproofError("cannot be loaded")
        error.__cause__ = cause
    found = told(error)
    assert found is error
    assert re.search(r"test_authors.py:\d+, in slip: cannot be loaded", str(found))


def test_faults_of_ours_stay_ours() -> None:
    with pytest.raises(AttributeError) as fault:
        mp.StackelbergPricing.players(None)  # type: ignore[arg-type]
    assert fault.value.__traceback__ is not None
    assert told(fault.value.with_traceback(fault.value.__traceback__.tb_next)) is None


@pytest.mark.parametrize("spec", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_mechanisms_stand_the_examination(spec: Path) -> None:
    model = read_specification(spec).model
    assert isinstance(model, Model)
    examine(model, Player, Decision, Constraint)


def test_verifying_a_program_says_how_properties_are_declared() -> None:
    class Bare(mp.Program):
        def variables(self) -> tuple[mp.Decision, ...]:
            return (mp.Decision("amount", 0, 1),)

        def objective(self) -> Any:
            return lambda a, amount: a.square(amount - 2)

    with pytest.raises(mp.UnsupportedModel, match=r'properties = \("fair-split",\), and .*mp.properties_of\(Bare\)'):
        mp.verify(Bare())
