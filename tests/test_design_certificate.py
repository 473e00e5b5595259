"""What shows a design is judged apart from the search: nothing wrong passes, whoever says it."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from design_families import Pocket, Rugged, Thresholds

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.errors import InputError
from mechproof.proofs.claims.claim import ClaimVerdict
from mechproof.proofs.design.requirements import settle_requirement
from mechproof.solvers.backends.design import branch_and_bound
from mechproof.solvers.certificates.design.bounds import leaf_of
from mechproof.solvers.certificates.design.cover import certify_cover
from mechproof.solvers.certificates.design.objective import BITS, Objective
from mechproof.solvers.readings.balls import precision

CONTEST = mp.ContestPool(cost=["0.001"] * 100, alpha=10, beta=10)
RESERVE = mp.ReserveProcurement(value=1, prior=mp.UniformPrior(high=1), sellers=3)


@pytest.mark.parametrize("seed", [0, 1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 40))])
def test_no_value_in_a_box_is_above_its_bound(seed: int) -> None:
    draw, size = np.random.default_rng(seed), 1 + seed % 3
    wave, bend, jump = (draw.integers(-5, 9, size).tolist() for _ in range(3))
    family = Rugged(wave=wave, bend=[Fraction(b, 10) for b in bend], jump=[Fraction(j, 10) for j in jump])
    with precision(BITS):
        objective = Objective(family, "value")
        for _ in range(12):
            width = Fraction(1, int(2 ** draw.integers(0, 9)))
            starts = [Fraction(int(k), 1024) * (1 - width) for k in draw.integers(0, 1025, size)]
            box = {f"x{k}": (start, start + width) for k, start in enumerate(starts)}
            inside = [
                {
                    name: low + (high - low) * Fraction(int(draw.integers(0, 17)), 16)
                    for name, (low, high) in box.items()
                }
                for _ in range(9)
            ]
            point = inside[0] if draw.random() < 0.5 else None
            leaf = leaf_of(objective, box, point, Fraction(-100))
            best = max(float(objective.at(place)) for place in inside)
            if leaf.attained:
                assert point is not None
                assert best <= float(objective.at(point)) + 1e-12
            else:
                assert leaf.upper is None or best <= float(leaf.upper) + 1e-12


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("", "leaves out 1"),
        ("0.", "leaves out 1"),
        ("..", "goes on after"),
        ("1..", "'1' is no letter"),
        ("x", "'x' is no letter"),
        ("²..", "no letter"),
        (".", "parameters that are better"),
    ],
)
def test_a_word_that_covers_not_all_or_bounds_too_little_is_refused(word: str, reason: str) -> None:
    found = certify_cover(RESERVE, "server-utility", {"reserve": Fraction(1, 2)}, word)
    assert not found.valid
    assert reason in found.reason


@pytest.mark.parametrize("reserve", ["1/3", "0.5001", "0.51", "1", "2", "-1"])
def test_another_reserve_is_certified_by_no_cover(reserve: str) -> None:
    word = mp.design(RESERVE, require=[]).document()["optimum"]["cover"]
    deep = "0" * 12 + "." * 13
    point = {"reserve": Fraction(reserve)}
    assert not certify_cover(RESERVE, "server-utility", point, word, 1e-9).valid
    assert not certify_cover(RESERVE, "server-utility", point, deep, 1e-9).valid


def test_parameters_that_are_not_allowed_or_missing_are_no_optimum() -> None:
    assert not certify_cover(Pocket(), "height", {"x": Fraction(1), "y": Fraction(1)}, ".").feasible
    assert not certify_cover(Pocket(), "height", {"x": Fraction(1)}, ".").feasible
    assert not certify_cover(RESERVE, "server-utility", {"reserve": Fraction(3, 2)}, ".").feasible


@pytest.mark.parametrize("weight", [-3, 0, Fraction(1, 3), 2, 1000])
def test_whatever_multipliers_are_named_nothing_that_is_allowed_is_above_a_bound(weight: Any) -> None:
    """f + λ s is bounded where the constraint crosses a box; a multiplier below nothing would bound too little."""
    word = "0" + "1.." + "1.."
    best = {"x": Fraction(1, 2), "y": Fraction(1, 2)}
    other = {"x": Fraction(1, 4), "y": Fraction(1, 2)}
    weights = {"below": Fraction(weight)}
    assert not certify_cover(Pocket(), "height", other, word, 1e-3, weights).valid
    found = certify_cover(Pocket(), "height", best, word, 1e-3, weights)
    assert found.most is not None
    assert found.most >= Fraction(-1, 2)
    assert certify_cover(Pocket(), "height", best, word, 1e-9, {"below": Fraction(1)}).exact  # ∇f + λ∇s = 0


def damaged(point: Any, word: str) -> list[tuple[Any, str]]:
    """What a search that was broken on purpose might return."""
    (name, value), *_ = point.items()
    return [
        ({name: value * Fraction(101, 100)}, word),
        ({name: value - Fraction(1, 50)}, word),
        ({name: -value}, word),
        ({name: 1 - value / 3}, word),
        (point, word[:-1]),
        (point, word + "."),
        (point, "."),
    ]


@pytest.mark.parametrize("family", [CONTEST, RESERVE], ids=["contest", "reserve"])
def test_nothing_that_a_broken_search_returns_is_certified(family: Any) -> None:
    found = branch_and_bound.search(family, "server-utility", 1e-6)
    assert certify_cover(family, "server-utility", found.point, found.word).valid
    for point, word in damaged(found.point, found.word):
        assert not certify_cover(family, "server-utility", point, word, 1e-6).exact
        assert not certify_cover(family, "server-utility", point, word, 1e-6).valid


def test_a_search_that_excludes_too_much_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds that the search sees are lowered; the certificate computes its own."""
    found = branch_and_bound.Search.look

    def blind(self: Any, path: str, box: Any) -> None:
        found(self, path, box)
        self.open.clear()

    monkeypatch.setattr(branch_and_bound.Search, "look", blind)
    design = mp.design(RESERVE, require=[])
    assert not design.ok
    assert design.certificate is not None
    assert "not excluded" in design.certificate.reason


def test_a_document_is_judged_anew_and_what_it_says_of_itself_is_not_read() -> None:
    document = json.loads(json.dumps(mp.design(RESERVE, require=["ir", "ic"]).document()))
    assert mp.recheck_design(RESERVE, document, require=["ir", "ic"]).ok
    tampered = json.loads(json.dumps(document))
    tampered["optimum"] |= {"parameters": {"reserve": "0.7"}, "tolerance": 10.0}
    assert not mp.recheck_design(RESERVE, tampered, require=["ir", "ic"]).ok
    other = mp.ReserveProcurement(value="0.9", prior=mp.UniformPrior(high=1), sellers=3)
    assert not mp.recheck_design(other, document, require=["ir", "ic"]).ok
    with pytest.raises(InputError, match="another objective"):
        mp.recheck_design(RESERVE, document, "welfare")
    with pytest.raises(InputError, match="holds no optimum"):
        mp.recheck_design(RESERVE, {"optimum": None})
    with pytest.raises(InputError, match="not written as"):
        mp.recheck_design(RESERVE, {"optimum": {"parameters": []}})


def test_an_altered_certificate_of_a_property_proves_nothing_more() -> None:
    dear = mp.ReserveProcurement(value=1, prior=mp.UniformPrior(high=2), sellers=3, highest=2)
    document = mp.design(RESERVE, require=["budget"]).document()
    found = mp.recheck_design(dear, document, require=["budget"])
    assert not found.ok
    assert [item.verdict for item in found.requirements] == [ClaimVerdict.REFUTED]


def test_properties_are_proved_refuted_with_an_instance_or_left_open_and_then_nothing_is_chosen() -> None:
    family = Thresholds(value=1)
    verdicts = {name: mp.design(family, require=[name]).requirements[0] for name in ("positive", "solvent", "never")}
    assert verdicts["positive"].verdict == ClaimVerdict.PROVED
    assert verdicts["never"].verdict == ClaimVerdict.INCONCLUSIVE  # nothing fulfils what is given
    assert verdicts["solvent"].verdict == ClaimVerdict.REFUTED
    instance = verdicts["solvent"].instance
    assert instance is not None
    assert 1 < instance["price"] <= 2
    refused = mp.design(family, require=["solvent", "positive"])
    assert (refused.ok, refused.optimum, dict(refused.exact)) == (False, None, {})
    assert mp.design(Thresholds(value=3), require=["solvent"]).ok


@pytest.mark.slow
def test_a_property_is_proved_of_a_game_that_the_family_names() -> None:
    (found,) = mp.design(Thresholds(value=3), require=["contest"]).requirements
    assert found.proved
    assert found.claims == {"own/concave-client": "PROVED"}


def test_a_worth_with_all_the_digits_of_a_double_is_proved_solvent_too() -> None:
    for value, highest in ((0.7310585786300049, None), (0.7310585786300049, "0.7")):
        family = mp.ReserveProcurement(value=value, prior=mp.UniformPrior(high=1), sellers=2, highest=highest)
        assert mp.design(family, require=["budget"]).ok
    above = mp.ReserveProcurement(value=0.7310585786300049, prior=mp.UniformPrior(high=1), highest="0.74")
    assert mp.design(above, require=["budget"]).refuted


def test_the_best_so_far_comes_with_the_gap_that_is_left() -> None:
    family = Rugged(wave=[8, 5], bend=[Fraction(1, 3)] * 2, jump=[1, 1])
    found = mp.design(family, require=[], time_limit=1e-9)
    assert found.optimum is not None
    assert not found.optimum.finished
    assert not found.ok
    assert found.certificate is not None
    assert found.certificate.gap is not None
    assert found.certificate.gap > 0
    tenfold = replace(found.optimum, tolerance=1e9)
    assert tenfold.certificate.valid  # the gap is what it is; whoever asks for no more may have it


SPEC = """
format = 1
[family]
type = "reserve-procurement"
value = 1
sellers = 2
highest = {highest}
prior = {{ type = "uniform", high = 2 }}
[design]
require = ["ir", "ic", "budget"]
"""
OWN = '''
import mechproof as mp


class Slope(mp.Family):
    """A hill."""

    def parameters(self):
        return (mp.Decision("x", 0, 1),)

    def objectives(self):
        return {"height": lambda a, x: {body}}
'''


@pytest.mark.parametrize(
    ("highest", "options", "code"),
    [
        ("1", (), 0),
        ("2", (), 1),
        ("1", ("--require", "ir,unique"), 3),
        ("1", ("--require", "ir,unik"), 2),
        ("1", ("--objective", "profit"), 2),
        ("1", ("--tolerance", "0"), 2),
        ("-1", (), 2),
    ],
)
def test_the_command_leaves_with_what_came_out(
    highest: str, options: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    (tmp_path / "family.toml").write_text(SPEC.format(highest=highest), encoding="utf-8")
    assert run(["design", str(tmp_path / "family.toml"), *options]) == code


def test_a_family_in_a_file_of_ones_own_is_run_only_if_that_is_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.py").write_text(OWN.replace("{body}", "x * (1 - x)"), encoding="utf-8")
    spec = tmp_path / "own.toml"
    spec.write_text('format = 1\n[family]\ntype = "own.py:Slope"\n', encoding="utf-8")
    assert run(["design", str(spec)]) == 2
    assert "family.type" in capsys.readouterr().err
    assert run(["design", str(spec), "--allow-code", "--output", str(tmp_path / "found.json")]) == 0
    document = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert document["optimum"]["parameters"] == {"x": "1/2"}
    assert document["optimum"]["certificate"]["exact"]
    assert run(["design", str(spec), "--allow-code", "--recheck", str(tmp_path / "found.json")]) == 0
    (tmp_path / "own.py").write_text(OWN.replace("{body}", "a.tanh(x)"), encoding="utf-8")
    assert run(["design", str(spec), "--allow-code"]) == 2
    assert "own.py:12" in capsys.readouterr().err


@pytest.mark.parametrize(("example", "best"), [("reserve", "4/5"), ("types", "2"), ("own", "1/2")])
def test_the_examples_are_designed(example: str, best: str, tmp_path: Path) -> None:
    spec = Path(__file__).parent.parent / "examples" / "families" / f"{example}.toml"
    assert run(["design", str(spec), "--allow-code", "--output", str(tmp_path / "found.json")]) == 0
    (parameter,) = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["optimum"]["parameters"].values()
    assert parameter == best


class Doubles(mp.Family):
    """Formulas with doubles of their own, beside which fractions would be rounded: x + 10¹⁷ − 10¹⁷ is x."""

    def parameters(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", -9, 9),)

    def objectives(self) -> Any:
        return {
            "low": lambda a, x: -x,
            "paid": lambda a, x: a.at_least(x + 1e17, 1e17) - x / 100,
        }

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("not negative", lambda a, x: x + 3 + 1e17 - 1e17),)

    def requirements(self) -> tuple[mp.Requirement, ...]:
        return (
            mp.Requirement("same", "Nothing is lost.", lambda a, x: x + 1e17 - 1e17 - x),
            mp.Requirement("half", "Halves are read.", lambda a, x: (x - 0.5) + 9.5),
        )


def test_doubles_in_a_formula_are_not_rounded() -> None:
    family = Doubles()
    refused = certify_cover(family, "low", {"x": Fraction(-5)}, ".")
    assert not refused.feasible
    assert certify_cover(family, "low", {"x": Fraction(-2)}, ".").feasible
    unpaid = certify_cover(family, "paid", {"x": Fraction(-1)}, ".").lower
    assert unpaid is not None
    assert unpaid <= Fraction(1, 100)
    settled = [settle_requirement(family, item.name, item).verdict for item in family.requirements()]
    assert settled == [mp.ClaimVerdict.PROVED] * 2


@pytest.mark.parametrize("written", [None, 3, [1], [{"name": ["ir"]}]])
def test_a_document_whose_requirements_are_no_list_of_them_shows_nothing_of_them(written: Any) -> None:
    family = mp.ContestPool(cost=[1, 1], alpha=4, beta=2)
    document = {**mp.design(family, require=[]).document(), "requirements": written}
    assert mp.recheck_design(family, document, require=[]).ok
