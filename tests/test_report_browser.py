"""The report as a browser shows it: in light and dark, on a telephone, without a word of complaint."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

import mechproof as mp
from mechproof.dpfl.training.protocol import Protocol
from mechproof.dpfl.training.train import train
from mechproof.solvers.figures.document import figures_document

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)
SCHEMES = {"dark": 0, "light": 1}
WIDTHS = {"telephone": 390, "desk": 1280}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    names = [f"client-with-a-rather-long-name-{index}" for index in range(12)]
    game = mp.StackelbergPricing(cost=[f"1.{index:02}" for index in range(12)], alpha=40, beta=60, client=names)
    solution = mp.solve(game, arithmetic="exact")
    training = train(
        dict(zip(names, solution.values["epsilon"], strict=True)),
        Protocol(rounds=3, repetitions=2, pilot_repetitions=1),
    )
    documents = {"solution": solution, "figures": figures_document(solution), "training": training}
    compared = mp.compare(game, ["closed-form"])
    return mp.report({**documents, "back ends": compared}, tmp_path_factory.mktemp("report") / "report.html")


def browse(page: Path, folder: Path, *arguments: str, scheme: str = "light") -> subprocess.CompletedProcess[str]:
    """Open a page in an empty profile; whatever it says on its console is an error."""
    assert CHROMIUM is not None
    profile = folder / f"profile-{scheme}-{len(arguments)}"
    done = subprocess.run(
        [
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
            *arguments,
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    shutil.rmtree(profile, ignore_errors=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "CONSOLE" not in done.stderr, done.stderr
    return done


def picture(page: Path, folder: Path, scheme: str, height: int = 5000) -> np.ndarray:
    target = folder / f"{scheme}.png"
    browse(page, folder, f"--screenshot={target}", f"--window-size=1000,{height}", scheme=scheme)
    return np.asarray(matplotlib.image.imread(target))[:, :, :3]


def test_light_and_dark_are_legible_and_differ(report: Path, tmp_path: Path) -> None:
    light, dark = (picture(report, tmp_path, scheme) for scheme in ("light", "dark"))
    assert light[0, 0].mean() > 0.9
    assert dark[0, 0].mean() < 0.2
    for image in (light, dark):
        written = np.abs(image - image[0, 0]).max(axis=2) > 0.4
        assert 0.01 < written.mean() < 0.5
        assert written[: len(image) // 2].any()
        assert written[len(image) // 2 :].any()
    assert (np.abs(light - dark).max(axis=2) > 0.5).mean() > 0.9


def test_figures_have_ink_in_both(report: Path, tmp_path: Path) -> None:
    """A figure alone on a page: its lines and words must stand out against light and against dark."""
    text = report.read_text(encoding="utf-8")
    style = text[text.index("<style>") : text.index("</style>") + 8]
    figure = text[text.index("<svg") : text.index("</svg>") + 6]
    alone = tmp_path / "figure.html"
    alone.write_text(f"<!doctype html><html><head>{style}</head><body>{figure}</body></html>", encoding="utf-8")
    for scheme in SCHEMES:
        image = picture(alone, tmp_path, scheme, 600)
        coloured = image.max(axis=2) - image.min(axis=2) > 0.25
        words = (np.abs(image - image[0, 0]).max(axis=2) > 0.6) & ~coloured
        assert coloured.sum() > 300
        assert words.sum() > 400


MEASURE = """
const said = [];
for (const frame of document.querySelectorAll("iframe")) {
  const page = frame.contentDocument, room = page.documentElement.clientWidth;
  const say = (item, what) => said.push(`${frame.id}: ${item.tagName} ${what}: ${item.textContent.slice(0, 80)}`);
  for (const item of page.querySelectorAll("details")) item.open = true;
  said.push(`${frame.id}: width ${page.documentElement.scrollWidth} of ${room}`);
  for (const item of page.querySelectorAll("body *")) {
    const end = item.getBoundingClientRect().right;
    if (end > room + 1 && !item.closest(".scroll")) say(item, `ends at ${end}`);
    const whole = item.matches(".formula, .formula *, dl.formulas dd, p, li, summary");
    if (whole && item.clientWidth && item.scrollWidth > item.clientWidth + 1) say(item, "is cut off");
  }
}
document.getElementById("said").textContent = said.join("\\n");
"""


def widths(page: Path, folder: Path, scheme: str) -> list[str]:
    """Open a page at both widths, all of it unfolded; return how wide each is, and whatever is cut off or beyond."""
    content = html.escape(page.read_text(encoding="utf-8"))
    frames = [
        f'<iframe id="{name}" srcdoc="{content}" style="width:{width}px;height:900px;border:0"></iframe>'
        for name, width in WIDTHS.items()
    ]
    whole = folder / "frames.html"
    whole.write_text(
        f'<!doctype html><body>{"".join(frames)}<pre id="said"></pre><script>onload = () => {{{MEASURE}}}</script>',
        encoding="utf-8",
    )
    shown = browse(whole, folder, "--dump-dom", "--virtual-time-budget=20000", scheme=scheme).stdout
    found = re.search(r'<pre id="said">(.*?)</pre>', shown, re.DOTALL)
    assert found is not None
    return html.unescape(found[1]).splitlines()


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every registered claim."""
    return mp.report(mp.prove(), tmp_path_factory.mktemp("claims") / "claims.html")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["report", "claims"])
def test_nothing_is_wider_than_the_window(
    name: str, scheme: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    lines = widths(request.getfixturevalue(name), tmp_path, scheme)
    assert len(lines) == len(WIDTHS), "\n".join(lines)
    for line, (window, width) in zip(lines, WIDTHS.items(), strict=True):
        found = re.fullmatch(rf"{window}: width (\d+) of (\d+)", line)
        assert found is not None
        assert int(found[1]) <= int(found[2]) <= width


def test_claims_are_legible_in_light_and_dark(claims: Path, tmp_path: Path) -> None:
    unfolded = tmp_path / "unfolded.html"
    unfolded.write_text(claims.read_text(encoding="utf-8").replace("<details>", "<details open>"), encoding="utf-8")
    for scheme in SCHEMES:
        image = picture(unfolded, tmp_path, scheme)
        written = np.abs(image - image[0, 0]).max(axis=2) > 0.4
        assert all(0.005 < part.mean() < 0.5 for part in np.array_split(written, 5))
