"""The report: one file that asks for nothing, says what its documents say, and refuses what it does not know."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from refusals import refused
from schemas import follows

import mechproof as mp
from mechproof.dpfl.training.protocol import Protocol
from mechproof.dpfl.training.train import train
from mechproof.proofs.properties.verify import verify
from mechproof.proofs.reports.presentation import presentation
from mechproof.solvers.commands.documents import comparison_document, solution_document
from mechproof.solvers.figures.document import figures_document

pytest.importorskip("torch")

QUICK = Protocol(rounds=3, repetitions=2, pilot_repetitions=1)
REQUESTING = {"script", "link", "iframe", "img", "object", "embed", "base", "audio", "video", "source", "form", "input"}


@cache
def texts() -> dict[str, str]:
    """One document of every kind about a small market, as JSON texts."""
    names = [f"client-{index}" for index in range(12)]
    costs = [f"{1 + index / 10:.1f}" for index in range(12)]
    game = mp.StackelbergPricing(cost=costs, alpha=40, beta=60, client=names)
    capped = mp.StackelbergPricing(cost=costs, alpha=40, beta=60, client=names, epsilon_cap=[2] * 12)
    free, bound = mp.solve(game, arithmetic="exact"), mp.solve(capped)
    sold = dict(zip(names, free.values["epsilon"], strict=True))
    documents = {
        "free: solution": solution_document(free),
        "capped: solution": solution_document(bound),
        "free: verification": verify(free).document(),
        "free: back ends": comparison_document(mp.compare(game, ["closed-form", "best-response"])),
        "capped: back ends": comparison_document(mp.compare(capped, ["closed-form", "cvxpy:CLARABEL"])),
        "free: figures": figures_document(free),
        "free: training": train(sold, QUICK).document(),
    }
    return {name: json.dumps(document) for name, document in documents.items()}


def documents() -> dict[str, Any]:
    return {name: json.loads(text) for name, text in texts().items()}


def page(given: Any, folder: Path) -> str:
    return mp.report(given, folder / "report.html").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Collects a page's elements, the numbers for machines, and what people read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.values: set[str] = set()
        self.words: list[str] = []
        self.feed(text)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "data":
            self.values.add(str(dict(attrs)["value"]))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def leaves(value: Any) -> Iterator[Any]:
    """Every entry of a document but those of long vectors."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        if len(value) <= 40:
            for item in value:
                yield from leaves(item)
    else:
        yield value


@pytest.mark.slow
def test_it_asks_the_network_for_nothing(tmp_path: Path) -> None:
    text = page(documents(), tmp_path)
    reader = Reader(text)
    assert not {tag for tag, _ in reader.elements} & REQUESTING
    for _, attributes in reader.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href", "action", "data", "poster", "srcset"):
                assert str(value).startswith("#")
    assert text.count("url(") == text.count("url(#")
    assert "@import" not in text
    addresses = [value for _, attributes in reader.elements for value in attributes.values() if "//" in str(value)]
    assert addresses == []
    style = text[text.index("<style>") : text.index("</style>")]
    assert "//" not in style


def test_every_number_of_the_documents_is_in_it(tmp_path: Path) -> None:
    reader, given = Reader(page(documents(), tmp_path)), documents()
    numbers = {value for value in leaves(given) if isinstance(value, int | float) and not isinstance(value, bool)}
    assert len(numbers) > 300
    assert {str(value) for value in numbers} <= reader.values
    for text in ("mathml", "latex"):  # formulas are shown as such
        given["free: figures"].pop(text, None)
    exact = given["free: solution"]["exact"]
    assert exact["reward_pool"] in reader.values
    assert set(map(str, exact["epsilon"])) - {"0"} <= reader.values


def test_every_verdict_of_the_documents_is_in_it(tmp_path: Path) -> None:
    text, given = Reader(page(documents(), tmp_path)).text, documents()
    for item in given["free: verification"]["items"]:
        assert item["property"].replace("-", " ") in text
        assert item["verdict"] in text
        for sentence in item["text"].split(". "):
            assert " ".join(sentence.split()) in text
    for row in given["free: back ends"]["rows"] + given["capped: back ends"]["rows"]:
        assert row["backend"] in text
        assert row["detail"] in text
    assert "because of the caps" in text
    for arm in given["free: training"]["arms"]:
        assert arm["name"] in text
    for contrast in given["free: training"]["contrasts"]["secondary"]:
        assert contrast["verdict"] in text
    assert given["free: training"]["protocol"]["neighbours"] in text


@pytest.mark.parametrize(
    ("valid", "feasible", "optimal", "word"),
    [
        (True, True, True, "✓ certified"),
        (False, True, False, "✗ refuted"),
        (False, False, None, "✗ refuted"),
        (False, True, None, "? not certified"),
    ],
)
def test_a_certificate_is_called_what_it_is(
    tmp_path: Path, valid: bool, feasible: Any, optimal: Any, word: str
) -> None:
    document = documents()["free: solution"]
    document["certificate"] |= {"valid": valid, "feasible": feasible, "optimal": optimal}
    text = Reader(page(document, tmp_path)).text
    assert word in text
    assert ("✓ certified" in text) == valid


@pytest.mark.parametrize(
    ("verdict", "informational", "require", "expect", "mood", "word"),
    [
        ("holds", False, True, False, "good", "holds"),
        ("violated", False, True, False, "bad", "violated"),
        ("violated", False, False, False, "bad", "violated"),
        ("violated", True, False, False, "info", "violated (not promised)"),
        ("violated", True, False, True, "good", "violated (as expected)"),
        ("holds", False, False, True, "bad", "holds (not as expected)"),
        ("inconclusive", False, True, False, "open", "inconclusive (required)"),
        ("not applicable", False, True, False, "open", "not applicable (required)"),
        ("not applicable", False, False, False, "info", "not applicable"),
    ],
)
def test_a_property_is_judged_by_what_was_required(
    tmp_path: Path, verdict: str, informational: bool, require: bool, expect: bool, mood: str, word: str
) -> None:
    document = documents()["free: verification"]
    item = {**document["items"][0], "verdict": verdict, "informational": informational}
    name = [item["property"]]
    document |= {"items": [item], "require": name if require else [], "expect_violated": name if expect else []}
    target = mp.report(document, tmp_path / "report.json")
    (row,) = json.loads(target.read_text())["verdicts"]
    assert (row["mood"], row["verdict"]) == (mood, word)


def test_figures_are_described_and_draw_the_documents_numbers(tmp_path: Path) -> None:
    given = documents()
    reader = Reader(page(given, tmp_path))
    drawings = [attributes for tag, attributes in reader.elements if tag == "svg"]
    assert len(drawings) == len(given["free: figures"]["figures"]) + 2
    identifiers = [str(attributes["id"]) for _, attributes in reader.elements if attributes.get("id")]
    assert len(identifiers) == len(set(identifiers))
    for attributes in drawings:
        assert attributes["role"] == "img"
        assert set(str(attributes["aria-labelledby"]).split()) <= set(identifiers)
    for figure in given["free: figures"]["figures"]:
        assert figure["text"] in reader.text
        for series in figure["series"]:
            assert {str(value) for value in series["y"]} <= reader.values


def test_the_same_documents_give_the_same_bytes(tmp_path: Path) -> None:
    first = page(documents(), tmp_path)
    source = tmp_path / "documents.json"
    source.write_text(json.dumps(documents()), encoding="utf-8")
    program = (
        "import json, sys, mechproof as mp\nmp.report(json.load(open(sys.argv[1], encoding='utf-8')), sys.argv[2])\n"
    )
    target = tmp_path / "again.html"
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    subprocess.run([sys.executable, "-c", program, str(source), str(target)], check=True, env=environment, timeout=120)
    assert target.read_text(encoding="utf-8") == first


def test_what_a_document_says_is_text_and_no_markup(tmp_path: Path) -> None:
    given = documents()
    hostile = '<script>alert(1)</script><img src="http://example.org/x">'
    given["free: verification"]["items"][0]["text"] = hostile
    given["free: figures"]["formulas"][0] |= {"name": hostile, "mathml": f"<math><mi>{hostile}</mi></math>"}
    given["free: figures"]["figures"][0] |= {"title": hostile, "text": hostile}
    given["free: figures"]["figures"][0]["series"][0]["label"] = hostile
    reader = Reader(page({hostile: given["free: solution"], **given}, tmp_path))
    assert not {tag for tag, _ in reader.elements} & REQUESTING
    assert "alert(1)" in reader.text


def test_formulas_are_rebuilt_from_presentation_elements() -> None:
    assert "onclick" not in presentation('<math><mi onclick="x()">B</mi></math>')
    for text in ("<math><annotation-xml/></math>", "<math><math/></math>", "<mi>B</mi>", "<math>"):
        assert presentation(text).startswith("<code>")


def test_json_follows_its_schema_and_holds_the_documents(tmp_path: Path) -> None:
    written = json.loads(mp.report(documents(), tmp_path / "report.json").read_text(encoding="utf-8"))
    follows(written, "report")
    assert {item["name"]: item["document"] for item in written["documents"]} == documents()


def test_markdown_says_the_same(tmp_path: Path) -> None:
    text = mp.report(documents(), tmp_path / "report.md").read_text(encoding="utf-8")
    for words in ("✓ certified", "individual rationality", "cvxpy:CLARABEL", "no-noise", "## Verdicts", "$$"):
        assert words in text
    table = [line for line in text.splitlines() if line.startswith("| ✓ certified")]
    assert all(line.count(" | ") == 4 for line in table)


def test_results_are_taken_as_they_are(tmp_path: Path) -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6)
    solution = mp.solve(game)
    text = Reader(page([solution, verify(solution), mp.compare(game, ["closed-form"])], tmp_path)).text
    for words in ("certified", "individual rationality", "closed-form"):
        assert words in text


def test_unknown_formats_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(mp.InputError, match="html, markdown, json"):
        mp.report(documents(), tmp_path / "report", format="pdf")
    with pytest.raises(mp.InputError, match="at least one document"):
        mp.report([], tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def broken(name: str) -> Any:
    document: Any = copy.deepcopy(documents()["free: solution"])
    changes: dict[str, Any] = {
        "future": {"schema": "mechproof/solve/2"},
        "foreign": {"schema": "somebody/else/1"},
        "none": {"schema": None},
        "odd": {"schema": ["mechproof/solve/1"]},
        "bad": {"certificate": {"valid": "perhaps"}},
    }
    return {**document, **changes[name]} if name in changes else [1, 2]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("future", ["document future", "mechproof/solve/2", "mechproof/solve/1"]),
        ("foreign", ["document foreign", "somebody/else/1", "mechproof/train/1"]),
        ("none", ["document none", "None"]),
        ("odd", ["document odd", "does not know it"]),
        ("bad", ["document bad", "does not follow mechproof/solve/1"]),
        ("list", ["document list", "must be a JSON object"]),
    ],
)
def test_a_document_of_another_schema_is_refused(tmp_path: Path, name: str, words: list[str]) -> None:
    source, target = tmp_path / f"{name}.json", tmp_path / "report.html"
    source.write_text(json.dumps(broken(name)), encoding="utf-8")
    refused(["report", str(source), "--output", str(target)], words, tmp_path)
    assert not target.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", ["is no JSON", "line 1"]), ('{"schema": NaN}', ["NaN"]), (None, ["there is no such file"])],
)
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, content: str | None, words: list[str]) -> None:
    source = tmp_path / "given.json"
    if content is not None:
        source.write_text(content, encoding="utf-8")
    refused(["report", str(source), "--output", str(tmp_path / "report.html")], words, tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_an_output_that_is_a_folder_or_a_document_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "solution.json"
    source.write_text(texts()["free: solution"], encoding="utf-8")
    refused(["report", str(source), "--output", str(tmp_path)], ["is a folder"], tmp_path)
    refused(["report", str(source), "--output", str(source)], ["is one of the documents"], tmp_path)
    assert source.read_text(encoding="utf-8") == texts()["free: solution"]
    assert list(tmp_path.iterdir()) == [source]
