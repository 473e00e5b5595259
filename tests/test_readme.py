"""What the README shows runs, and says what it is said to say."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from typer.main import get_command

from mechproof.cli import command_line

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_examples_run_and_say_what_their_comments_say() -> None:
    said: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        lines = [re.sub(r"^(\w+(?:\.|\[|, ).*?)(?=\s{2}#|$)", r"last = \1", line) for line in block.splitlines()]
        exec("\n".join(lines), said)
    mp, s, fit = said["mp"], said["s"], said["fit"]
    assert s.exact["reward_pool"] == Fraction(39, 4)  # type: ignore[attr-defined]
    assert list(s.exact["epsilon"]) == [Fraction(117, 10), Fraction(39, 5), 0, 0, 0]  # type: ignore[attr-defined]
    assert s.certificate.valid  # type: ignore[attr-defined]
    refused = mp.certify(said["claimed"], arithmetic="exact")  # type: ignore[attr-defined]
    assert refused.optimal is False
    assert "better" in refused.reason
    exact = mp.solve(fit, arithmetic="exact").exact["price"]  # type: ignore[attr-defined]
    assert list(exact) == [Fraction(n, 17) for n in (39, 78, 156, 312)]
    bundle = said["bundle"]
    assert (bundle.copies, bundle.saving) == ({0: 3}, 2)  # type: ignore[attr-defined]
    found = mp.verify(said["printed"])["incentive-compatibility"].text  # type: ignore[attr-defined]
    assert found.startswith("type 0 gains 1/2")


def test_the_commands_are_commands() -> None:
    known = get_command(command_line()).commands  # type: ignore[attr-defined]
    named = set(re.findall(r"^mechproof ([a-z-]+)", README, re.MULTILINE)) | set(
        re.findall(r"`mechproof ([a-z-]+)", README)
    )
    assert len(named) > 10
    assert named <= set(known)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?:examples|docs|benchmarks)/[\w./-]+\w", README))))
def test_the_files_are_there(path: str) -> None:
    assert (ROOT / path).exists()
