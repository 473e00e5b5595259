"""What mechanisms bring: nobody takes another's place unseen, and what cannot be loaded stops nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import mechproof as mp
from mechproof.formulations import registry
from mechproof.formulations.registry import Registry, mechanism_name
from mechproof.solvers.backend import load
from mechproof.solvers.certificates.certify import CERTIFICATES
from mechproof.solvers.commands.inventory import list_document

SPEC = 'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [1, 1]\nalpha = 4\nbeta = 2\n'


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """Entry points of somebody else's, beside those that are there."""
    others: list[EntryPoint] = []
    real = registry.entry_points
    monkeypatch.setattr(registry, "entry_points", lambda group: [*real(group=group), *_of(others, group)])
    registry.entries.cache_clear()
    yield others
    monkeypatch.undo()
    registry.entries.cache_clear()


def _of(others: list[EntryPoint], group: str) -> list[EntryPoint]:
    return [entry for entry in others if entry.group == group]


@pytest.mark.parametrize("kind", [mp.StackelbergPricing, mp.VersionPricing])
def test_nobody_decorates_over_an_installed_mechanism(kind: Any) -> None:
    with pytest.raises(mp.MechproofError, match="is installed as"):
        mp.certificate_of(kind)(lambda *asked: None)
    assert kind not in CERTIFICATES._added
    assert mp.candidate(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), reward_pool=1, epsilon=[1, 1]).certificate


def test_a_row_of_ones_own_is_replaced_by_the_next() -> None:
    rows: Registry[str] = Registry("mechproof.colours")
    own = type("Own", (mp.StackelbergPricing,), {})
    rows.add(own)("red")
    rows.add(own)("blue")
    assert rows.of(own) == "blue"


def test_two_packages_with_one_name_are_refused(installed: list[EntryPoint]) -> None:
    installed.append(EntryPoint("version-pricing", "stranger:certificate", "mechproof.certificates"))
    with pytest.raises(mp.MechproofError, match=r"two packages bring it.*stranger:certificate"):
        CERTIFICATES.of(mp.VersionPricing)
    assert CERTIFICATES.of(mp.VersionRevenue) is not None


def test_what_cannot_be_loaded_stops_no_other_specification(installed: list[EntryPoint], tmp_path: Path) -> None:
    installed.append(EntryPoint("broken", "nobody_has_this:Lottery", "mechproof.mechanisms"))
    (tmp_path / "game.toml").write_text(SPEC)
    assert mp.read_specification(tmp_path / "game.toml").type == "stackelberg-pricing"
    (tmp_path / "game.toml").write_text(SPEC.replace("stackelberg-pricing", "broken"))
    with pytest.raises(mp.MechproofError, match="nobody_has_this"):
        mp.read_specification(tmp_path / "game.toml")


def test_a_class_may_be_named_by_the_module_that_hands_it_on(installed: list[EntryPoint]) -> None:
    kind = mp.Game
    assert mechanism_name(kind) is None
    installed.append(EntryPoint("handed-on", "mechproof:Game", "mechproof.mechanisms"))
    registry.entries.cache_clear()
    assert mechanism_name(kind) == "handed-on"


def test_a_mechanism_that_cannot_be_loaded_is_listed_with_the_reason(installed: list[EntryPoint]) -> None:
    installed.append(EntryPoint("broken", "nobody_has_this:Lottery", "mechproof.mechanisms"))
    listed = {one["type"]: one["summary"] for one in list_document()["mechanisms"]}
    assert "nobody_has_this" in listed["broken"]
    assert "stackelberg-pricing" in listed


def test_two_packages_with_one_family_of_back_ends_are_refused(installed: list[EntryPoint]) -> None:
    installed.append(EntryPoint("closed-form", "stranger:backends", "mechproof.backends"))
    load.cache_clear()
    with pytest.raises(mp.MechproofError, match=r"two packages bring it.*stranger:backends"):
        load("closed-form")
    load.cache_clear()
