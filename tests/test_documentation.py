"""The documentation: every block of it is run, page by page, as a reader would; the site is built without a warning.

Blocks of a page are run in their order, in one folder: Python in one namespace, shell commands line by line, and what
has a title is written to the file so called. A comment says what a command leaves with, where that is not zero; what
cannot be run has its reason above it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import mechproof as mp
from mechproof.formulations.registry import mechanisms

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [
    path.relative_to(DOCS).as_posix() for part in ("start", "how-to") for path in sorted((DOCS / part).glob("*.md"))
]
SAID = {
    "start/tutorial.md": (
        "AS REQUIRED",
        "no profitable deviation: violated",
        "budget balance is broken by ≈ 0.0810000: sum of payment ≈ 8.18100",
        "own/uniqueness: PROVED",
    ),
    "how-to/recheck.md": ("valid: a solution lies within the tolerance of the answer", "refused"),
    "how-to/tables.md": ("1 empty row at the end passed over", "15/2", "3 rows written to pay.csv", "CERTIFIED (exact"),
    "how-to/uncertain-costs.md": ("47/5", "18.7341", "19.1572", "standard error of"),
    "how-to/infer.md": ("3/10", "2 of 3 costs are known exactly", "LognormalNoise", "written to next.toml"),
    "how-to/check-in-ci.md": ("8 copies of version sample cost 8 and do what version full does for 20: 12 less",),
}
"""What commands must print, since their page says so in its own words."""
BLOCK = re.compile(r"(?:^<!-- not run: (?P<why>[^>]+) -->\n)?^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its title if it has one, its text, and why it is not run if it is not."""

    language: str
    title: str | None
    text: str
    why: str | None


def blocks(page: str) -> list[Block]:
    found = []
    for match in BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        language, _, rest = match["info"].partition(" ")
        title = re.search(r'title="([^"]+)"', rest)
        found.append(Block(language, title and title[1], match["text"], match["why"]))
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, with mechproof on the path."""
    here, tools = tmp_path / "reader", tmp_path / "bin"
    here.mkdir()
    tools.mkdir()
    command = tools / "mechproof"
    command.write_text(
        f"#!{sys.executable}\nfrom mechproof.cli import main\nif __name__ == '__main__':\n    main()\n",
        encoding="utf-8",
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.chdir(here)
    monkeypatch.syspath_prepend(str(here))  # as where Python is started
    return here


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_runs(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if page == "how-to/flower.md":
        pytest.importorskip("flwr", reason="Flower is not installed: pip install 'mechproof[flower]'")
    if page in ("how-to/budgets.md", "how-to/proved-runs.md", "how-to/train-your-model.md"):
        pytest.importorskip("torch")
        pytest.importorskip("sklearn")
    if page == "how-to/recheck.md":
        shutil.copy(ROOT / "tools" / "recheck.py", folder)
    module = ModuleType("documentation")
    monkeypatch.setitem(sys.modules, "documentation", module)  # data classes look their module up by name
    printed = ""
    for block in blocks(page):
        if block.why is not None:
            continue
        if block.title is not None:
            (folder / block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            exec(compile(block.text, page, "exec"), vars(module))
        else:
            assert block.language == "sh", f"a block of {block.language!r} is not run"
            printed += "".join(run_line(line) for line in block.text.splitlines())
    for words in SAID.get(page, ()):
        assert words in " ".join(printed.split())


def run_line(line: str) -> str:
    """Run a command; its exit code must be the one that its comment names. Return what it prints."""
    leaves = re.search(r"# leaves with ([\d or]+)$", line)
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in map(int, (leaves[1] if leaves else "0").split(" or ")), (line, done.stdout, done.stderr)
    return done.stdout + done.stderr


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    reference = (tmp_path / "reference" / "index.html").read_text(encoding="utf-8")
    assert all(f"mp.{name}</code>" in reference for name in public())
    mathematics = (tmp_path / "mathematics" / "index.html").read_text(encoding="utf-8")
    for name, kind in mechanisms().items():
        if kind.__module__.startswith("mechproof."):
            assert f"{name.replace('-', ' ').capitalize()}<" in mathematics
    assert mathematics.count("<math") > 20
    pages = [path for path in tmp_path.rglob("*.html") if path.name != "404.html"]
    assert not [path for path in pages if re.search(r'(?:src=|<link[^>]*href=)"https?://', path.read_text("utf-8"))]


def public() -> list[str]:
    stub = Path(mp.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    return re.findall(r"import ([A-Za-z]\w*) as \1$", stub, flags=re.M)
