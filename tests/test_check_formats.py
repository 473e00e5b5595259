"""What a check prints: read back by independent readers, and held to the rules on which readers of each format rely."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as Tree

import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.checks.formats.formats import RENDER
from mechproof.proofs.checks.formats.github import append_summary, github
from mechproof.proofs.checks.formats.junit import junit
from mechproof.proofs.checks.formats.markdown import markdown
from mechproof.proofs.checks.formats.names import CheckFormat, format_for
from mechproof.proofs.checks.formats.plain import plain
from mechproof.proofs.checks.formats.sarif import sarif
from mechproof.proofs.checks.results import Asked, Check, CheckItem, CheckVerdict, Level

HOLDS = CheckItem("monotone", CheckVerdict.HOLDS, Level.NONE, "it is", None, "a/menu.toml", 3, "again menu")
VIOLATED = CheckItem(
    "no-arbitrage", CheckVerdict.VIOLATED, Level.ERROR, "50 % off,\nfor <b>: a|b", {"saving": "1/2"}, "a/menu.toml", 7
)
EXPECTED = CheckItem(
    "pair-test", CheckVerdict.VIOLATED, Level.NONE, "as expected", None, "b, c.toml", 2, "", "", Asked.EXPECT_VIOLATED
)
KNOWN = CheckItem("participation", CheckVerdict.VIOLATED, Level.NOTE, "as before", None, "b, c.toml", 2)
OTHER = CheckItem(
    "truthfulness", CheckVerdict.VIOLATED, Level.NONE, "not asked", None, "b, c.toml", 2, "", "", Asked.NOTHING
)
OPEN = CheckItem("own/uniqueness", CheckVerdict.INCONCLUSIVE, Level.WARNING, "not shown", None, "own.py", 1, "", "Mine")
BROKEN = CheckItem("specification", CheckVerdict.ERROR, Level.ERROR, "\x1b[31mred\x00\ufffe key", None, "c.toml", 1)
CHECK = Check(".", (HOLDS, VIOLATED, EXPECTED, KNOWN, OTHER, OPEN, BROKEN))


def results(check: Check) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    document = json.loads(sarif(check))
    assert document["version"] == "2.1.0"
    (one,) = document["runs"]
    return one, one["results"]


def test_sarif_keeps_the_rules_that_readers_rely_on() -> None:
    one, found = results(CHECK)
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert all(rule["help"]["text"] for rule in one["tool"]["driver"]["rules"])
    for result, item in zip(found, CHECK.items, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == item.property
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == item.path
        assert not re.search(r"[ \\]", place["artifactLocation"]["uri"])
        assert place["region"]["startLine"] >= 1
        assert result["partialFingerprints"]
        assert result["message"]["text"]
        # 3.27.10 of the standard: what does not fail has no level
        assert (result["kind"] == "fail") == (result["level"] != "none")
    assert [(one["kind"], one["level"]) for one in found] == [
        ("pass", "none"),
        ("fail", "error"),
        ("pass", "none"),
        ("fail", "note"),
        ("informational", "none"),
        ("fail", "warning"),
        ("fail", "error"),
    ]
    assert one["invocations"] == [{"executionSuccessful": False, "exitCode": 2}]


def test_fingerprints_follow_a_finding_and_no_line() -> None:
    def fingerprints(*items: CheckItem) -> list[str]:
        return [one["partialFingerprints"]["mechproofProperty/v1"] for one in results(Check(".", items))[1]]

    moved = CheckItem(VIOLATED.property, CheckVerdict.VIOLATED, Level.ERROR, "60 % off", None, "a/menu.toml", 70)
    assert fingerprints(VIOLATED) == fingerprints(moved)
    assert len(set(fingerprints(*CHECK.items))) == len(CHECK.items)


def test_junit_has_one_case_for_each_property_and_counts_them() -> None:
    root = Tree.fromstring(junit(CHECK))
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["a/menu.toml", "b, c.toml", "own.py", "c.toml"]
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == [
        "monotone",
        "no-arbitrage",
        "pair-test",
        "participation",
        "truthfulness",
        "Mine.own/uniqueness",
        "specification",
    ]
    assert [[part.tag for part in case] for case in cases] == [
        [],
        ["failure"],
        [],
        ["skipped"],
        [],
        ["failure"],
        ["failure"],
    ]
    for suite in suites:
        count = len(suite.findall("testcase"))
        assert int(suite.get("tests") or -1) == count
        assert int(suite.get("failures") or 0) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped") or 0) == len(suite.findall("testcase/skipped"))
        # what Ant's schema wants of a suite, in this order
        assert [part.tag for part in suite] == ["properties", *["testcase"] * count, "system-out", "system-err"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp") or "")
    failure = cases[1].find("failure")
    assert failure is not None
    assert failure.get("type") == "violated"
    assert "saving: 1/2" in (failure.text or "")


def test_junit_has_no_sign_that_xml_cannot_have() -> None:
    text = junit(CHECK)
    assert "[31mred key" in text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]", text)


def test_github_escapes_what_a_command_would_break_at() -> None:
    lines = github(CHECK).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert commands[2] == ("::error file=a/menu.toml,line=7,title=no-arbitrage violated::50 %25 off,%0Afor <b>: a|b")
    assert commands[3].startswith("::notice file=b%2C c.toml,line=2,")
    assert commands[4].startswith("::warning file=own.py,line=1,title=Mine%3A own/uniqueness inconclusive::")
    assert len(commands) == 6  # with the two around the lines
    assert "a/menu.toml:3: monotone holds: it is" in lines  # the lines stand there as well


def test_github_obeys_no_command_that_a_name_spells() -> None:
    called = CheckItem(
        "monotone", CheckVerdict.HOLDS, Level.NONE, "##[add-mask]a", None, "::add-mask::b\n::add-mask::c.toml", 2
    )
    lines = github(Check(".", (called,))).splitlines()
    stop = re.fullmatch(r"::stop-commands::(\w{32})", lines[0])
    assert stop
    assert lines.index(f"::{stop[1]}::") == 3
    assert not [line for line in lines[4:] if "add-mask" in line]
    assert github(Check(".", (called,))).splitlines()[0] != lines[0]  # nobody can guess the word that ends it


def test_a_summary_is_appended_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    append_summary(CHECK)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    append_summary(CHECK)
    written = file.read_text(encoding="utf-8")
    assert written.startswith("before\n## ❌ mechproof check")
    many = Check(".", (VIOLATED,) * 20_000)
    append_summary(many)
    assert len(file.read_bytes()) < 1024 * 1024
    assert "longer than a summary may be" in file.read_text(encoding="utf-8")


def test_markdown_has_one_row_for_each_item_and_no_markup_of_theirs() -> None:
    text = markdown(CHECK)
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) == len(CHECK.items)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert "<b>" not in text
    assert text.index("no-arbitrage") < text.index("monotone")


def test_markdown_says_names_as_they_are() -> None:
    """A client is no link, and a file's name ends no cell, line or fence."""
    text = "client [Bob](https://example.org) gains"
    named = CheckItem(
        "monotone", CheckVerdict.VIOLATED, Level.ERROR, text, None, "a|b\n.toml", 2, "check 'a|b\n```\n.toml'"
    )
    rows = [line for line in markdown(Check(".", (named,))).splitlines() if line.startswith("| `")]
    assert [re.split(r"(?<!\\)\|", row)[1:5] for row in rows] == [
        [" `a\\|b.toml:2` ", " monotone ", " violated ", " client \\[Bob\\](https://example.org) gains "]
    ]
    assert "\n```\n.toml" not in markdown(Check(".", (named,)))


def test_plain_lines_are_one_for_each_item_whatever_a_name_says() -> None:
    lines = plain(CHECK).splitlines()
    shown = [line for line in lines if not line.startswith("    again: ")]
    assert len(shown) == len(CHECK.items) + 1
    assert shown[1] == "a/menu.toml:7: no-arbitrage violated: 50 % off, for <b>: a|b"
    assert shown[5] == "own.py:1: Mine: own/uniqueness inconclusive: not shown"
    assert "\x1b" not in plain(CHECK)
    named = CheckItem(
        "monotone", CheckVerdict.VIOLATED, Level.ERROR, "no", None, "a  b\nc.toml", 2, "check 'a  b\nc.toml'"
    )
    assert plain(Check(".", (named,))).splitlines()[:2] == [
        "a  bc.toml:2: monotone violated: no",
        "    again: check 'a  bc.toml'",
    ]
    assert shown[-1] == "2 failed, 1 undecided, of 7 items in 4 files"


def test_the_format_is_chosen_by_the_output_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    names = {"a.json": "json", "a.xml": "junit", "a.sarif": "sarif", "a.md": "markdown", "a.txt": "plain"}
    assert {name: format_for(Path(name)).value for name in names} == names
    assert format_for(None).value == "plain"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert format_for(None).value == "github"
    assert format_for(Path("a.txt")).value == "plain"


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ((HOLDS, EXPECTED, KNOWN, OTHER), 0),
        ((HOLDS, VIOLATED), 1),
        ((HOLDS, OPEN), 3),
        ((VIOLATED, OPEN), 1),
        ((VIOLATED, BROKEN, OPEN), 2),
        ((BROKEN, CheckItem("fault", CheckVerdict.ERROR, Level.ERROR, "it crashed")), 4),
        ((), 2),
        ((CheckItem("code-not-run", CheckVerdict.INCONCLUSIVE, Level.NONE, "not run"),), 2),
        ((CheckItem("nothing-promised", CheckVerdict.INCONCLUSIVE, Level.NONE, "promises nothing"),), 2),
    ],
)
def test_the_exit_code_is_the_gravest(items: tuple[CheckItem, ...], code: int) -> None:
    assert Check("", items).exit_code == code


def test_an_item_is_read_back_from_its_document() -> None:
    assert [CheckItem.of(item.document()) for item in CHECK.items] == list(CHECK.items)


def test_a_report_is_made_of_what_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = 'format = 1\n[mechanism]\ntype = "version-pricing"\nepsilon = [1, 8]\ntarget = [1, 20]\n'
    Path("menu.toml").write_text(text + "[candidate]\nprice = [1, 20]\n", encoding="utf-8")
    assert run(["check", "--no-cache", "--report", "page.html"]) == 1
    assert "8 copies of version 0" in Path("page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["json", "junit", "sarif", "github", "markdown"])
def test_the_command_prints_what_is_rendered(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("menu.toml").write_text(
        'format = 1\n[mechanism]\ntype = "version-pricing"\nepsilon = [1, 8]\ntarget = [1, 20]\n'
        "[candidate]\nprice = [1, 20]\n",
        encoding="utf-8",
    )
    assert run(["check", "--no-cache", "--format", name, "menu.toml"]) == 1
    printed, rendered = (
        re.sub(r"[0-9a-f]{32}", "any", text).rstrip("\n")  # GitHub's commands are told to stop by a word drawn anew
        for text in (capsys.readouterr().out, RENDER[CheckFormat(name)](mp.check("menu.toml")))
    )
    assert printed == rendered
