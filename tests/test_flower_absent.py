"""Without Flower its part of the package is importable, and says what brings it."""

from __future__ import annotations

import pytest

import mechproof as mp
from mechproof.dpfl.flower import private, server, write_terms
from mechproof.formulations import extras


def test_what_needs_flower_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(mp.UnsupportedModel, match=r'training by Flower needs flwr.*pip install "mechproof\[flower\]"'):
        server(3)


def test_terms_are_planned_and_written_without_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    asked = {"delta": 1e-5, "rounds": 3, "trust": "local", "unit": "client", "adjacency": "add-or-remove"}
    written = write_terms(mp.calibrate({"ann": 2, "bob": 0, "cat": 1}, **asked), tmp_path)
    assert [path.name for path in written] == ["client-0.toml", "client-1.toml"]
    assert 'dp-client = "cat"' in written[1].read_text()
    assert callable(private())
