"""The report's first screen: yes, no or undecided, why, and what to do next, for those who read nothing else."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.reports.documents import read_documents
from mechproof.proofs.reports.judgement import judgement
from mechproof.solvers.figures.document import figures_document

MENU = mp.VersionPricing(epsilon=[1, 2, 4, 8], target=[1, 5, 6, 20], version=["sample", "basic", "standard", "full"])
CONTRACT = mp.PrivacyContract(cost=["1/2", 1, 2], count=[10, 10, 10], reward_pool=30, owner_type=["A", "B", "C"])
GAME = mp.StackelbergPricing(cost=[1, 1, 2], alpha=10, beta=10, client=["Ana", "Bob", "Cleo"])


class Page(HTMLParser):
    """A page's words with the elements around them, its headings, anchors and links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.around: list[tuple[str, str]] = []
        self.said: list[tuple[tuple[str, ...], tuple[str, ...], str]] = []
        self.headings: list[int] = []
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in ("meta", "br"):
            return
        self.around.append((tag, known.get("class") or ""))
        if known.get("id"):
            self.anchors.append(str(known["id"]))
        if tag == "a":
            self.links.append(str(known["href"]))
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))

    def handle_endtag(self, tag: str) -> None:
        while self.around and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags, classes = zip(*self.around, strict=True) if self.around else ((), ())
        if data.strip() and "style" not in tags:
            self.said.append((tags, classes, " ".join(data.split())))

    def first_screen(self) -> str:
        """Return what the answer at the top says."""
        return " ".join(text for _, classes, text in self.said if any("judgement" in name.split() for name in classes))

    def in_the_open(self) -> str:
        """Return what stands there without anything being unfolded."""
        return " ".join(text for tags, _, text in self.said if "details" not in tags)

    def everything(self) -> str:
        return " ".join(text for _, _, text in self.said)


def page(documents: Any, folder: Path, **face: Any) -> Page:
    return Page(mp.report(documents, folder / "page.html", **face).read_text(encoding="utf-8"))


@cache
def _verified() -> str:
    return json.dumps(mp.verify(mp.candidate(GAME, reward_pool=2, epsilon=[3, 1, 0])).document())


def verified(rows: list[tuple[str, bool, bool, bool]]) -> dict[str, Any]:
    """A verification with one property for each row: its verdict, informational, required, expected to be violated."""
    document: dict[str, Any] = json.loads(_verified())
    item = document["items"][0]
    names = [f"property-{index}" for index in range(len(rows))]
    document["items"] = [
        {**item, "property": name, "verdict": row[0], "informational": row[1], "witness": None}
        for name, row in zip(names, rows, strict=True)
    ]
    document["require"] = [name for name, row in zip(names, rows, strict=True) if row[2] and not row[3]]
    document["expect_violated"] = [name for name, row in zip(names, rows, strict=True) if row[3]]
    return document


def answer(document: Any) -> str:
    return judgement(read_documents(document)).answer.value


PROMISED = (False, True, False)
FOR_INFORMATION = (True, False, False)
EXPECTED = (False, False, True)


@dataclass(frozen=True)
class Case:
    rows: tuple[tuple[str, bool, bool, bool], ...]
    answer: str


CASES = {
    "all hold": Case((("holds", *PROMISED), ("holds", *PROMISED)), "yes"),
    "one is open": Case((("holds", *PROMISED), ("inconclusive", *PROMISED)), "undecided"),
    "one is broken": Case((("holds", *PROMISED), ("violated", *PROMISED)), "no"),
    "no beats undecided": Case((("inconclusive", *PROMISED), ("violated", *PROMISED), ("holds", *PROMISED)), "no"),
    "broken, but not promised": Case((("holds", *PROMISED), ("violated", *FOR_INFORMATION)), "yes"),
    "broken, as expected": Case((("holds", *PROMISED), ("violated", *EXPECTED)), "yes"),
    "expected to be broken, and holds": Case((("holds", *EXPECTED),), "no"),
    "expected to be broken, and open": Case((("inconclusive", *EXPECTED), ("holds", *PROMISED)), "undecided"),
    "required, and not applicable": Case((("not applicable", *PROMISED),), "undecided"),
    "nothing is promised": Case((("holds", *FOR_INFORMATION), ("violated", *FOR_INFORMATION)), "nothing judged"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer(case: Case) -> None:
    assert answer(verified(list(case.rows))) == case.answer


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["holds", "violated", "inconclusive", "not applicable"]),
            st.sampled_from([PROMISED, FOR_INFORMATION, EXPECTED]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_yes_is_said_only_of_what_was_shown(drawn: list[tuple[str, tuple[bool, bool, bool]]]) -> None:
    """Over all mixtures: a required fault is never passed over, and nothing undecided is ever called a yes."""
    said = answer(verified([(verdict, *how) for verdict, how in drawn]))
    faults = [v for v, how in drawn if (v, how) in (("violated", PROMISED), ("holds", EXPECTED))]
    open_ = [v for v, how in drawn if how != FOR_INFORMATION and v in ("inconclusive", "not applicable")]
    assert (said == "no") == bool(faults)
    assert (said == "undecided") == (bool(open_) and not faults)
    assert said != "yes" or not (faults or open_)


def test_a_refuted_certificate_is_a_no_beside_properties_that_hold() -> None:
    menu = mp.candidate(MENU, price=[1, 1, 1, 1])
    assert answer(mp.verify(menu)) == "yes"
    assert answer([mp.verify(menu), menu]) == "no"


def test_claims_refuted_as_registered_are_no_fault_and_what_is_open_is_no_proof() -> None:
    refuted = mp.prove(claim="stackelberg/eq-16-concave").document()
    refuted["claims"][0] |= {"verdict": "REFUTED", "expected": "REFUTED"}
    assert answer(refuted) == "yes"
    assert judgement(read_documents(refuted)).expected_count == 1
    refuted["claims"][0]["expected"] = "PROVED"
    assert answer(refuted) == "no"
    for expected, said in (("PROVED", "undecided"), ("INCONCLUSIVE", "nothing judged")):
        refuted["claims"][0] |= {"verdict": "INCONCLUSIVE", "expected": expected}
        assert answer(refuted) == said


@dataclass(frozen=True)
class Told:
    name: str
    solution: Any
    currency: str | None
    words: tuple[str, ...]


TOLD = (
    Told(
        "a menu",
        mp.candidate(MENU, price=[1, 5, 6, 20]),
        "EUR",
        ("No", "8 copies of version sample cost EUR 8.00", "version full does for EUR 20.00", "buyers save EUR 12.00"),
    ),
    Told(
        "a contract",
        mp.candidate(CONTRACT, epsilon=[2, 1, "1/2"], payment=[1, 1, 1]),
        None,
        ("No", "Type A gains 0.75 by taking the item meant for type C"),
    ),
    Told(
        "a game",
        mp.candidate(GAME, reward_pool=2, epsilon=[3, 1, 0]),
        "€",
        ("No", "Client Ana loses €1.50 by taking part", "gains €1.67 by choosing ε 0.4 instead of 3"),
    ),
    Told(
        "an overspent pool",
        mp.candidate(GAME, reward_pool=2, epsilon=[1, 1, 0], payment=["1.01", 1, 0]),
        "$",
        (
            "No",
            "the payments exceed the pool by $0.01".capitalize(),
        ),
    ),
    Told("a solution", mp.solve(MENU), None, ("Yes", "Nothing to mend")),
)


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case.name)
def test_the_reasons_are_told_in_the_mechanisms_words(case: Told, tmp_path: Path) -> None:
    said = (
        page(mp.verify(case.solution), tmp_path, currency=case.currency)
        .first_screen()
        .replace("\N{NO-BREAK SPACE}", " ")
    )
    for words in case.words:
        assert words.lower() in said.lower()
    assert said.count("Next:") == 1
    assert len(judgement(read_documents(mp.verify(case.solution))).reasons) <= 3


def test_no_witness_is_told_as_nothing_lost(tmp_path: Path) -> None:
    """A loss of a thousandth is not shown as 0.00."""
    game = mp.StackelbergPricing(cost=["1", "1"], alpha=10, beta=10, client=["Ana", "Bob"])
    stated = mp.candidate(game, reward_pool=1, epsilon=["1/2", "1/2"], payment=["0.499", "0.501"])
    assert "client Ana loses 0.001 by taking part" in page(mp.verify(stated), tmp_path).first_screen().replace(
        "Client", "client"
    )


@pytest.mark.parametrize(
    ("epoch", "given", "day"),
    [("0", None, "1 January 1970"), ("1772323200", None, "1 March 2026"), ("0", "2026-11-30", "30 November 2026")],
)
def test_the_date(epoch: str, given: str | None, day: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    document = mp.verify(mp.solve(MENU)).document()
    assert day in page(document, tmp_path, date=given).everything()
    # a report among the documents hands its day on
    written = mp.report(document, tmp_path / "report.json", date=given)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert day in page(written, tmp_path).everything()


@pytest.mark.parametrize("epoch", ["soon", "99999999999999999999"])
def test_a_date_that_is_none_is_named(epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(mp.InputError, match="SOURCE_DATE_EPOCH") as refused:
        page(mp.solve(MENU), tmp_path)
    assert refused.value.value == epoch
    assert not list(tmp_path.iterdir())


def test_what_is_forgiven_is_not_said_never_to_happen(tmp_path: Path) -> None:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10)
    short = mp.candidate(game, reward_pool="9.75", epsilon=["11.7", "7.8", 0], payment=["5.85", "2.33", 0])
    found = mp.verify(short, within="0.01")
    said = page(found, tmp_path).first_screen()
    assert "Within 0.01: nobody loses by taking part" in said
    assert "Nobody loses by taking part" not in said


def test_title_and_currency_from_the_command_line(tmp_path: Path) -> None:
    source, target = tmp_path / "solved.json", tmp_path / "page.html"
    mp.report(mp.solve(MENU, arithmetic="exact"), source)
    options = ["--title", "Spring prices", "--currency", "CHF", "--date", "2026-03-01"]
    assert run(["report", str(source), "--output", str(target), *options]) == 0
    said = Page(target.read_text(encoding="utf-8")).everything()
    for words in ("Spring prices", "price (CHF)", "Money is in CHF.", "1 March 2026"):
        assert words in said


@pytest.mark.parametrize(
    "options", [["--currency", "12"], ["--currency", "euro zone"], ["--date", "1.3.2026"], ["--title", " "]]
)
def test_what_cannot_stand_on_a_face_is_refused(options: list[str], tmp_path: Path, capsys: Any) -> None:
    source, target = tmp_path / "solved.json", tmp_path / "page.html"
    mp.report(mp.solve(MENU), source)
    assert run(["report", str(source), "--output", str(target), *options]) == 2
    assert options[0].removeprefix("--") in capsys.readouterr().err
    assert not target.exists()


def test_prices_and_items_stand_in_the_open(tmp_path: Path) -> None:
    menu = page(mp.candidate(MENU, price=[1, 5, 6, "20.25"]), tmp_path).in_the_open()
    for words in ("sample", "basic", "standard", "full", "20.25", "5.00"):
        assert words in menu
    contract = page(mp.solve(CONTRACT), tmp_path).in_the_open()
    for words in ("owner type", "payment", "1.14", "0.84702", "protection", "strong"):
        assert words in contract


def test_of_many_people_the_first_and_last_stand_in_the_open_and_all_are_folded(tmp_path: Path) -> None:
    names = [f"person-{index:03}" for index in range(60)]
    costs = [2 - index / 1000 for index in range(60)]  # the last sells most, and stands first
    game = mp.StackelbergPricing(cost=costs, alpha=400, beta=90, client=names)
    found = page(mp.solve(game), tmp_path)
    shown = found.in_the_open()
    assert sum(name in shown for name in names) == 15
    assert all(name in found.everything() for name in names)
    assert "… 45 more" in shown
    assert shown.index(names[-1]) < shown.index(names[0])
    assert "All 60 rows" in found.everything()


def test_epsilon_has_a_scale_in_words_with_its_source(tmp_path: Path) -> None:
    said = page(mp.solve(MENU), tmp_path).in_the_open()
    for words in ("strong", "reasonable", "Ponomareva", "10.1613/jair.1.14649", "The largest ε is 8 (reasonable)"):
        assert words in said


def test_contents_lead_to_every_section_and_headings_are_in_order(tmp_path: Path) -> None:
    solution = mp.solve(GAME, arithmetic="exact")
    documents = [solution, mp.verify(solution), figures_document(solution), mp.compare(GAME, ["closed-form"])]
    found = page([*documents, mp.prove(claim="stackelberg/eq-16-concave")], tmp_path)
    anchors = set(found.anchors)
    assert len(anchors) == len(found.anchors)
    assert {link.removeprefix("#") for link in found.links} <= anchors
    assert len(found.links) >= 7
    assert found.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(found.headings, found.headings[1:], strict=False))


def test_json_and_markdown_give_the_same_answer(tmp_path: Path) -> None:
    document = mp.verify(mp.candidate(MENU, price=[1, 5, 6, 20])).document()
    written = json.loads(mp.report(document, tmp_path / "report.json").read_text(encoding="utf-8"))
    mp.check_document(written)
    assert written["judgement"]["answer"] == "no"
    assert written["judgement"]["reasons"][0]["text"].startswith("8 copies of version sample cost 8.00")
    text = mp.report(document, tmp_path / "report.md").read_text(encoding="utf-8")
    assert "**No.**" in text
    assert "8 copies of version sample cost 8.00" in text


STATED = "target = [1, 5, 6, 20]\n[candidate]\nprice = [1, 5, 6, 20]\n"
SPECIFICATIONS = {
    "broken": STATED,
    "expected": f'{STATED}[verify]\nexpect_violated = ["no-arbitrage"]\n',
    "sound": "target = [1, 2, 3, 4]\n",
    "unreadable": "target = [1, -2, 3, 4]\n",
}


@pytest.mark.parametrize(
    ("names", "said"),
    [(["sound"], "Yes"), (["sound", "expected"], "Yes"), (["sound", "broken"], "No"), (["unreadable"], "No")],
)
def test_the_report_of_a_check_answers_as_its_exit_code_does(names: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("import mechproof as mp\n\nclass Own(mp.Program):\n    pass\n", encoding="utf-8")
    for name in names:
        text = f'format = 1\n[mechanism]\ntype = "version-pricing"\nepsilon = [1, 2, 4, 8]\n{SPECIFICATIONS[name]}'
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    target, document = tmp_path / "page.html", tmp_path / "check.json"
    code = run(
        ["check", str(tmp_path), "--no-cache", "--format", "json", "--output", str(document), "--report", str(target)]
    )
    assert (code == 0) == (said == "Yes")
    first = Page(target.read_text(encoding="utf-8")).first_screen()
    assert first.startswith(said)
    assert f"{len(names)} file" in first  # what a Python file declares was not run, and so not judged
    assert "target[1]" in first or "unreadable" not in names
    told = "8 copies of version sample" in first or "8 copies of version 0" in first
    assert told == ("broken" in names or "expected" in names)
    (found,) = read_documents(document)
    asked = sum(item["asked"] != "nothing" for item in found.document["items"])
    assert len(names) == 1 or f"{asked} things asked for" in first


def test_a_document_is_left_as_it_was() -> None:
    document = mp.verify(mp.solve(MENU)).document()
    before = copy.deepcopy(document)
    judgement(read_documents(document))
    assert document == before
