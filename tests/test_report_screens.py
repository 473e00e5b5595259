"""The report on screens and on paper, in a headless browser: the answer is on the first screen, and nothing is cut."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from test_report_browser import CHROMIUM, FLAGS, browse, widths

import mechproof as mp
from mechproof.solvers.figures.document import figures_document

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]

SCREENS = {"desk": (1280, 800), "telephone": (390, 844)}
MENU = mp.VersionPricing(epsilon=[1, 2, 4, 8], target=[1, 5, 6, 20], version=["sample", "basic", "standard", "full"])
NAMES = [f"hospital-of-a-rather-long-name-{index:03}" for index in range(60)]
CROWD = mp.StackelbergPricing(cost=[1 + index / 1000 for index in range(60)], alpha=400, beta=90, client=NAMES)
SPENT = mp.candidate(CROWD, reward_pool=2, epsilon=[1 - index / 100 for index in range(60)], payment=[1] * 60)
CONTRACT = mp.PrivacyContract(cost=["1/2", 1, 2], count=[10, 10, 10], reward_pool=30)


def documents(name: str) -> Any:
    if name == "claims":
        return mp.prove(claim="stackelberg/eq-22-best-response")
    stated = {
        "menu": mp.candidate(MENU, price=[1, 5, 6, 20]),
        "crowd": SPENT,
        "contract": mp.solve(CONTRACT),
    }[name]
    return {
        f"{name}: numbers": stated,
        f"{name}: properties": mp.verify(stated),
        f"{name}: figures": figures_document(mp.solve(stated.model)),
    }


@pytest.fixture(scope="module", params=["menu", "crowd", "contract", "claims"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp(request.param) / "page.html"
    return mp.report(documents(request.param), target, title="Prices and payments for the spring", currency="EUR")


MEASURE = """
const said = [];
for (const frame of document.querySelectorAll("iframe")) {
  const answer = frame.contentDocument.querySelector(".judgement").getBoundingClientRect();
  const cut = [...frame.contentDocument.querySelectorAll(".scroll")].filter(
    (item) => !item.closest("details:not([open])") && item.scrollWidth > item.clientWidth + 1);
  said.push(`${frame.id}: ${Math.round(answer.top)} to ${Math.round(answer.bottom)}, ${cut.length} cut`);
}
document.getElementById("said").textContent = said.join("\\n");
"""


def measured(page: Path, folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return for each screen where the answer begins and ends, and how many tables in the open are cut off."""
    content = html.escape(page.read_text(encoding="utf-8"))
    frames = [
        f'<iframe id="{name}" srcdoc="{content}" style="width:{wide}px;height:{high}px;border:0"></iframe>'
        for name, (wide, high) in SCREENS.items()
    ]
    whole = folder / "screens.html"
    script = f'<pre id="said"></pre><script>onload = () => {{{MEASURE}}}</script>'
    whole.write_text(f"<!doctype html><body>{''.join(frames)}{script}", encoding="utf-8")
    shown = browse(whole, folder, "--dump-dom", "--virtual-time-budget=20000").stdout
    found = re.findall(r"(\w+): (-?\d+) to (\d+), (\d+) cut", shown)
    return {name: (int(top), int(bottom), int(cut)) for name, top, bottom, cut in found}


def test_the_answer_is_on_the_first_screen_and_no_table_is_cut(report: Path, tmp_path: Path) -> None:
    found = measured(report, tmp_path)
    assert set(found) == set(SCREENS)
    for name, (_, height) in SCREENS.items():
        top, bottom, cut = found[name]
        assert 0 <= top < bottom <= height, f"{name}: the answer ends at {bottom} of {height}"
        assert cut == 0, name


def test_nothing_is_wider_than_the_window(report: Path, tmp_path: Path) -> None:
    lines = widths(report, tmp_path, "light")
    assert len(lines) == 2, "\n".join(lines)


def test_paper_holds_every_row_and_every_column(report: Path, tmp_path: Path) -> None:
    """Every word that stands in the open is on the pages, and tables over two pages have their header on both."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext is installed")
    printed = tmp_path / "page.pdf"
    command = [str(CHROMIUM), *FLAGS, "--no-pdf-header-footer", f"--user-data-dir={tmp_path / 'profile'}"]
    subprocess.run(
        [*command, f"--print-to-pdf={printed}", report.as_uri()], capture_output=True, check=True, timeout=60
    )
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, text=True, check=True).stdout
    source = re.sub(r"<details.*?</details>", "", report.read_text(encoding="utf-8"), flags=re.DOTALL)
    cells = re.findall(r'<t[dh] role="[a-z]+"(?: [^>]*)?>(?:<data[^>]*>)?([^<>]+)<', source)
    words = {word for cell in cells for word in html.unescape(cell).split() if len(word) > 1}
    on_paper = set(text.split())
    joined = "".join(text.split())
    assert len(words) > 10
    broken = {word for word in words for head, dash, tail in [word.rpartition("-")] if {head + dash, tail} <= on_paper}
    assert {word for word in words - broken if word not in on_paper and word not in joined} == set()
