"""What the README shows runs, and says what it is said to say."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from typer.main import get_command

import mechproof as mp
from mechproof.cli import command_line

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_examples_run_and_say_what_their_comments_say() -> None:
    said: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        lines = [re.sub(r"^(\w+(?:\.|\[|, ).*?)(?=\s{2}#|$)", r"last = \1", line) for line in block.splitlines()]
        exec("\n".join(lines), said)
    s, fit = said["s"], said["fit"]
    assert s.exact["reward_pool"] == Fraction(39, 4)  # type: ignore[attr-defined]
    assert list(s.exact["epsilon"]) == [Fraction(117, 10), Fraction(39, 5), 0, 0, 0]  # type: ignore[attr-defined]
    assert s.certificate.valid  # type: ignore[attr-defined]
    refused = mp.certify(said["claimed"], arithmetic="exact")  # type: ignore[arg-type]
    assert refused.optimal is False
    assert "better" in refused.reason
    exact = mp.solve(fit, arithmetic="exact").exact["price"]  # type: ignore[index, arg-type]
    assert list(exact) == [Fraction(n, 17) for n in (39, 78, 156, 312)]
    bundle = said["bundle"]
    assert (bundle.copies, bundle.saving) == ({0: 3}, 2)  # type: ignore[attr-defined]
    found = mp.verify(said["printed"])["incentive-compatibility"].text
    assert found.startswith("type 0 gains 1/2")


def test_the_commands_are_commands() -> None:
    known = get_command(command_line()).commands  # type: ignore[attr-defined]
    named = set(re.findall(r"^mechproof ([a-z-]+)", README, re.MULTILINE)) | set(
        re.findall(r"`mechproof ([a-z-]+)", README)
    )
    assert len(named) > 10
    assert named <= set(known)


def test_the_trusted_lines_are_about_as_many_as_it_says() -> None:
    parts = mp.prove(claim="stackelberg/eq-16-concave").document()["trusted_base"]["parts"]
    lines = {part["what"]: part["lines"] for part in parts}
    (reading,) = re.findall(r"some (\d+) lines\s+more, is trusted too", README)
    assert lines["the reading of declarations as polynomials"] == pytest.approx(int(reading), rel=0.1)
    assert "a kernel of about a hundred lines" in README
    assert lines["the kernel"] == pytest.approx(100, rel=0.1)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?:examples|docs|benchmarks)/[\w./-]+\w", README))))
def test_the_files_are_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_pool_of_41_is_what_is_said_to_be_it() -> None:
    """(41) and (29) of Zhou 2023, written down once more: the README's candidate has the pool of the one and not the
    budgets of the other, which are negative for two clients."""
    cost = [Fraction(text) for text in ("0.2", "0.3", "0.5", "2", "3")]
    pool = 10 - len(cost) * sum(cost) / Fraction(10 * (len(cost) - 1))
    rate = (len(cost) - 1) / sum(cost)
    assert f'reward_pool="{float(pool)}"' in README
    budgets = [float(pool * rate * (1 - own * rate)) for own in cost]
    assert budgets == pytest.approx([5.34, 4.93, 4.11, -2.06, -6.17], abs=0.005)
    assert "(29)" not in README
