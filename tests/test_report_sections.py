"""The report's sections on claims, markets and several mechanisms: what they say is what the documents say."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import mechproof as mp
from mechproof.solvers.figures.document import figures_document

EXAMPLE = Path(__file__).parent.parent / "examples" / "marketplace.toml"


class Text(HTMLParser):
    """The words of a page, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def page(documents: Any, path: Path) -> str:
    parser = Text()
    parser.feed(mp.report(documents, path / "page.html").read_text(encoding="utf-8"))
    return " ".join(parser.words)


def test_claims_are_shown_with_their_verdicts_and_what_is_trusted(tmp_path: Path) -> None:
    found = mp.prove(claim="stackelberg/eq-22-best-response").document()
    said = page(found, tmp_path)
    claim = found["claims"][0]
    assert claim["verdict"] in said
    assert claim["statement"] in said
    assert claim["source"] in said
    assert f"{found['trusted_base']['lines']:,} lines of code" in said or str(found["trusted_base"]["lines"]) in said
    assert "as registered" in said


def test_a_verdict_that_was_not_registered_stands_out(tmp_path: Path) -> None:
    found = json.loads(json.dumps(mp.prove(claim="stackelberg/eq-16-concave").document()))
    found["claims"][0]["expected"] = "REFUTED"
    assert "not as registered" in page(found, tmp_path)


def test_a_formula_from_elsewhere_is_no_markup(tmp_path: Path) -> None:
    found = json.loads(json.dumps(mp.prove(claim="stackelberg/eq-16-concave").document()))
    found["claims"][0]["mathml"] = "<math><script>alert(1)</script></math>"
    found["claims"][0]["statement"] = "<b onclick=x()>bold</b>"
    text = mp.report(found, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "<b onclick" not in text


def test_two_mechanisms_have_their_own_formulas_and_one_title(tmp_path: Path) -> None:
    fit = mp.solve(mp.VersionPricing(epsilon=[1, 2], target=[1, 5]))
    contract = mp.solve(mp.PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=3))
    path = mp.report({"fit": figures_document(fit), "contract": figures_document(contract)}, tmp_path / "page.html")
    text = path.read_text(encoding="utf-8")
    assert re.search(r"<h1>\s*Version pricing, privacy contract\s*</h1>", text)
    assert text.index("<h3>Version pricing</h3>") < text.index("<h3>Privacy contract</h3>")


def test_baselines_are_rows_with_their_verdicts(tmp_path: Path) -> None:
    from mechproof.cli import run

    target, spec = tmp_path / "baselines.json", tmp_path / "four.toml"
    spec.write_text(
        'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [0.2, 0.3, 0.5, 2]\nalpha = 10\nbeta = 10\n'
    )
    assert run(["baselines", str(spec), "--output", str(target)]) == 0
    document = json.loads(target.read_text(encoding="utf-8"))
    mp.check_document(document)
    said = page(document, tmp_path)
    assert all(row["name"] in said for row in document["rows"])
    printed = next(row for row in document["rows"] if row["name"] == "printed-29")
    assert printed["feasible"] is False
    assert min(printed["epsilon"]) < 0
    assert run(["baselines", str(EXAMPLE)]) == 2


@pytest.mark.slow
def test_a_market_is_shown_to_the_cent(tmp_path: Path) -> None:
    from mechproof.cli import run

    target = tmp_path / "market.json"
    assert run(["market", str(EXAMPLE), "--noise-seed", "7", "--output", str(target)]) == 0
    document = json.loads(target.read_text(encoding="utf-8"))
    said = page(document, tmp_path)
    accounts = document["steps"]["accounts"]
    for name in ("revenue_cents", "pool_cents", "payments_cents", "broker_surplus_cents"):
        assert f"{accounts[name] / 100:,.2f}" in said
    for version, cents in zip(document["versions"], document["steps"]["prices"]["published_cents"], strict=True):
        assert f"{version['version']} " in said
        assert f"{cents / 100:,.2f}" in said
