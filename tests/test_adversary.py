"""The standing adversary finds nothing in a seeded sample, and finds what is broken on purpose.

The long hunt is `python -m benchmarks.adversary`; what it tried and found is in `docs/adversary.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

import mechproof as mp
from benchmarks.adversary import __main__ as command
from benchmarks.adversary.hunt import MECHANISMS, Count, Plan, hunt
from benchmarks.adversary.judge import certified
from benchmarks.adversary.mechanisms.contest import Contest
from benchmarks.adversary.mechanisms.contract import Contract
from benchmarks.adversary.mechanisms.market import Market
from benchmarks.adversary.mechanisms.prices import Prices
from benchmarks.adversary.mechanisms.revenue import Revenue
from benchmarks.adversary.minimise import minimised
from benchmarks.adversary.perturbations import candidates
from mechproof.solvers.certificates.versions import optimum

pytestmark = pytest.mark.slow

THREE = Prices(
    True,
    (Fraction(3), Fraction(7), Fraction(11)),
    (Fraction(2), Fraction(9), Fraction(4)),
    "squared",
    "composition",
    Fraction(1),
    None,
)


def found(mechanism: str, instances: int, per_instance: int = 12, seed: int = 1, minimise: float = 0.0) -> Count:
    """What a short hunt has."""
    plan = Plan((mechanism,), seed, per_instance, minimise=minimise)
    counts = hunt(plan, 0, 10**6, 60)
    return [next(counts) for _ in range(instances)][-1]


SAMPLE = {"contest": 2, "prices": 12, "revenue": 10, "contract": 2, "market": 3, "programs": 3, "games": 3}
SLOW = {"foreseen": 1, "weighted": 1}


@pytest.mark.parametrize(("mechanism", "instances"), [*SAMPLE.items(), *SLOW.items()])
def test_nothing_is_found(mechanism: str, instances: int) -> None:
    count = found(mechanism, instances, 3 if mechanism in SLOW else 12, seed=5)
    assert [item.text() for item in count.findings] == []
    said = {(right, verdict) for _, _, right, verdict in count.tally}
    assert {("right", "valid"), ("wrong", "refuted")} <= said


def test_every_mechanism_is_sampled() -> None:
    assert {*SAMPLE, *SLOW} == set(MECHANISMS)


def accepting(certificate: mp.Certificate) -> mp.Certificate:
    return replace(certificate, feasible=True, optimal=True)


def refuting(certificate: mp.Certificate) -> mp.Certificate:
    return replace(certificate, optimal=False)


def near(certificate: mp.Certificate) -> mp.Certificate:
    return replace(certificate, distance=0.0)


def far(certificate: mp.Certificate) -> mp.Certificate:
    return replace(certificate, distance_at_least=0.5)


def crashing(certificate: mp.Certificate) -> mp.Certificate:
    raise ZeroDivisionError


@pytest.mark.parametrize("mechanism", ["prices", "market"])
@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (accepting, "false accept"),
        (refuting, "false refusal"),
        (near, "false bound"),
        (far, "false bound"),
        (crashing, "crash"),
    ],
)
def test_a_broken_certificate_is_found(
    monkeypatch: pytest.MonkeyPatch, mechanism: str, broken: Callable[[mp.Certificate], mp.Certificate], fault: str
) -> None:
    sound = mp.certify
    monkeypatch.setattr(mp, "certify", lambda *asked: broken(sound(*asked)))
    assert fault in {item.fault for item in found(mechanism, 1, per_instance=4).findings}


def test_a_distance_that_is_not_measured_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a certificate: prices are said to be no way off the best ones."""
    monkeypatch.setattr(optimum.Optimum, "distance", lambda self, price: (0.0, 0.0))
    judged = [certified(THREE, item, "exact", 1e-7).finding for item in candidates(Random(0), THREE, 10)]
    assert {"false accept", "false bound"} & {finding.fault for finding in judged if finding is not None}


def test_a_finding_is_made_small_and_can_be_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sound = mp.certify
    monkeypatch.setattr(mp, "certify", lambda *asked: accepting(sound(*asked)))
    wrong = next(item for item in candidates(Random(0), THREE) if item.kind == "elsewhere" and item.exact)
    finding = certified(THREE, wrong, "exact", 1e-7).finding
    assert finding is not None
    small = minimised(finding)
    assert isinstance(small.instance, Prices)
    assert len(small.instance.epsilon) < 3
    path = tmp_path / "found.toml"
    path.write_text(small.text())
    specification = mp.read_specification(path)
    assert specification.candidate is not None
    monkeypatch.undo()
    answer = mp.candidate(specification.model, **specification.candidate)
    assert not mp.certify(answer, "exact").valid


def test_a_finding_in_doubles_is_a_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(mp, "certify", lambda *asked: crashing(asked[0]))
    finding = found("contest", 1, per_instance=1).findings[0]
    monkeypatch.undo()
    exact = replace(finding.candidate, exact=False)
    exec(compile(replace(finding, candidate=exact).text(), "found.py", "exec"), {})
    assert "CERTIFIED" in capsys.readouterr().out


def test_a_hunt_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    journal, log = tmp_path / "hunt.jsonl", tmp_path / "log.md"
    log.write_text(f"# Hunt\n\n{command.publish.__globals__['START']}\nbefore\n{command.publish.__globals__['END']}\n")
    asked = ["adversary", "--mechanism", "prices", "--seed", "1", "--verify-every", "0", "--solve-every", "0"]
    for count in ("1", "1", "0"):
        monkeypatch.setattr(sys, "argv", [*asked, "--count", count, "--journal", str(journal), "--log", str(log)])
        assert command.main() == 0
    assert len(journal.read_text().splitlines()) == 2
    text = log.read_text()
    assert "of 2 instances" in text
    assert "before" not in text


@dataclass(frozen=True)
class Known:
    """An answer known from elsewhere."""

    instance: Any
    decision: str
    value: Any


def numbers(text: str) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, text.split()))


KNOWN = [
    Known(
        Contest(True, numbers("0.2 0.3 0.5 2 3"), None, Fraction(10), Fraction(10), False, "all"), "reward_pool", 9.75
    ),
    Known(
        Contest(True, numbers("1 1 3"), numbers("0.1 0.1 100"), Fraction(30), Fraction(6), False, "all"),
        "reward_pool",
        2.4,
    ),
    Known(
        Contest(True, numbers("0.1 0.1 1 1"), numbers("0.05 0.05 50 50"), Fraction(100), Fraction(1), False, "all"),
        "reward_pool",
        0.786,
    ),
    Known(
        Prices(True, numbers("1 2 4 8"), numbers("1 5 6 20"), "squared", "composition", Fraction(1), None),
        "price",
        (2.2941, 4.5882, 9.1765, 18.3529),
    ),
    Known(Revenue(True, numbers("1 3"), (0, 1), numbers("0.1 0.3"), "composition"), "price", (0.1, 0.3)),
    Known(
        Contract(True, numbers("0.5 1 2"), (10, 10, 10), Fraction(30), False), "payment", (1.14108, 1.01137, 0.84755)
    ),
    Known(Contract(True, numbers("1 2 3"), (20, 1, 20), Fraction(60), False), "epsilon", (0.74401, 0.43806, 0.43806)),
    Known(Market(True, numbers("1"), Fraction(4), Fraction(1), Fraction(5), numbers("1")), "price", (1.0,)),
    Known(Market(True, numbers("1"), Fraction(4), Fraction(1), Fraction(5), None), "epsilon", (1.0,)),
]


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{type(known.instance).__name__} {known.decision}")
def test_the_oracles_know_what_is_known(known: Known) -> None:
    (answer,) = known.instance.right()
    value = answer[known.decision]
    assert [float(v) for v in (value if isinstance(value, tuple) else (value,))] == pytest.approx(
        known.value if isinstance(known.value, tuple) else [known.value], rel=2e-5 if known.value != 0.786 else 1e-3
    )
    assert known.instance.truth(answer).high <= 1e-15
