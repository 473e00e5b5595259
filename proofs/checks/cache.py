"""Judgements that are kept: the same files, settings and mechproof give the same, so it need not be found again.

An entry is named by the file, the settings, the digest of mechproof's own code and the versions of its libraries, and
says the SHA-256 of every file that went into it. What is undecided is not kept: more time may settle it.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ...formulations.errors import InputError
from ...formulations.extras import requirements
from ...solvers.serialization import write_whole
from .file import Judged, shown_path
from .finding import Found
from .results import Check, CheckItem, CheckVerdict, Level

FOLDER = ".mechproof_cache"


@dataclass(frozen=True)
class Cache:
    r"""Judgements in a folder.

    Examples
    --------
    >>> import tempfile
    >>> from mechproof.proofs.checks.file import judge_file
    >>> from mechproof.proofs.checks.finding import find
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     menu = Path(folder) / "menu.toml"
    ...     text = "format = 1\n[mechanism]\ntype = 'version-pricing'\nepsilon = [1, 8]\ntarget = [1, 20]"
    ...     _ = menu.write_text(text)
    ...     (found,), cache = find([menu]), Cache(Path(folder) / "kept")
    ...     cache.keep(found, False, judge_file(found, False))
    ...     before = cache.known(found, False)
    ...     _ = menu.write_text(text.replace("20", "21"))
    ...     before.ok, cache.known(found, False)
    (True, None)
    """

    folder: Path

    def known(self, found: Found, allow_code: bool) -> Check | None:
        """Return what is known of a file, or None if nothing is, or anything that went into it has changed."""
        try:
            entry = json.loads(self._place(found, allow_code).read_text(encoding="utf-8"))
            if not _unchanged(found, entry["files"]):
                return None
            items = tuple(CheckItem.of(item) for item in entry["items"])
            return Check(str(entry["path"]), items, entry["documents"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # an entry that is damaged, or of another kind, is as good as none

    def keep(self, found: Found, allow_code: bool, judged: Judged) -> None:
        """Keep a judgement, if the same files must give the same again."""
        settled = all(item.level != Level.WARNING and item.verdict != CheckVerdict.ERROR for item in judged.check.items)
        if not (judged.kept and settled and judged.digests and _unchanged(found, judged.digests)):
            return
        entry = {
            "path": judged.check.path,
            "files": dict(judged.digests),
            "items": [item.document() for item in judged.check.items],
            "documents": dict(judged.check.documents),
        }
        try:
            self._make()
            write_whole(self._place(found, allow_code), json.dumps(entry, ensure_ascii=False))
        except (OSError, InputError):
            return  # where nothing can be written, nothing is kept

    def _make(self) -> None:
        self.folder.mkdir(exist_ok=True)
        ignored = self.folder / ".gitignore"
        if not ignored.exists():
            ignored.write_text("# made by mechproof check\n*\n", encoding="utf-8")

    def _place(self, found: Found, allow_code: bool) -> Path:
        with_what = [code_digest(), platform.python_version(), library_versions()]
        named = json.dumps([shown_path(found.path), allow_code, *with_what])
        return self.folder / f"{sha256(named.encode()).hexdigest()[:40]}.json"


def _unchanged(found: Found, files: Mapping[str, str]) -> bool:
    """Whether every file that went in is as it was; names are relative to the file's folder."""
    return all(
        (found.path.parent / name).is_file() and sha256((found.path.parent / name).read_bytes()).hexdigest() == digest
        for name, digest in files.items()
    )


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return the digest of mechproof's version and its own code."""
    root, digest = Path(__file__).parents[2], sha256(version("mechproof").encode())
    for layer in ("formulations", "solvers", "proofs", "dpfl"):
        for path in sorted((root / layer).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def library_versions() -> dict[str, str | None]:
    """Return the version of every library that mechproof needs or can use; None where it is not installed.

    Examples
    --------
    >>> library_versions()["numpy"] is None
    False
    """
    return {package: _version(package) for package in sorted({item.package for item in requirements()})}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
