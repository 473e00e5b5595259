"""The command new: files to start from, that pass as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = Path(__file__).parents[2] / "examples"
OWN: Mapping[str, str] = {
    "game": "A mechanism of your own in which a buyer leads and people decide: a Python file, a specification.",
    "program": "A mechanism of your own that is the best menu of all: a Python file, a specification.",
}
"""Mechanisms of one's own that can be started from: what each is."""

TYPE_HELP = "A mechanism's type for a specification; game or program for a mechanism of one's own; or examples."
PATH_HELP = "The file, or the folder for the examples, that is written."


def new(
    type: Annotated[str | None, typer.Argument(help=TYPE_HELP, show_default=False)] = None,
    path: Annotated[Path | None, typer.Argument(help=PATH_HELP, show_default="called as the type")] = None,
    list_types: Annotated[bool, typer.Option("--list", help="Show what can be started from.")] = False,
) -> None:
    """Write a commented specification, or a mechanism of one's own, that passes as it is written.

    For game and program a specification goes beside the mechanism's file. Nothing that is there is overwritten.
    """
    from ...formulations.errors import InputError

    if list_types:
        for name, summary in summaries().items():
            typer.echo(f"{name:28}{summary}")
        return
    if type is None:
        raise InputError("type", None, "is needed", "mechproof new --list shows what there is")
    for line in write(type, path):
        typer.echo(line)


def summaries() -> dict[str, str]:
    """Return everything that can be started from, each in a line.

    Examples
    --------
    >>> list(summaries())[-3:]
    ['game', 'program', 'examples']
    """
    from ...formulations.registry import mechanisms

    shipped = {name: (kind.__doc__ or "").partition("\n")[0] for name, kind in mechanisms().items()}
    return {**shipped, **OWN, "examples": "All examples, into a folder."}


def write(type: str, path: Path | None) -> list[str]:
    """Write what is started from; return what was written and what to run next.

    Raises
    ------
    InputError
        When the type is unknown, or a file is there already.
    """
    from ...formulations.registry import mechanisms
    from ...formulations.specification.fields import choose

    choose("type", type, summaries())
    if type == "examples":
        return _copy_examples(path or Path("examples"))
    if type in OWN:
        return _own(type, path or Path(f"{type}.py"))
    path = path or Path(f"{type}.toml")
    _put({path: _specification(mechanisms()[type], type, path)})
    return [f"written: {path}", f"next:    mechproof verify {path}"]


def _own(type: str, path: Path) -> list[str]:
    """Write a mechanism's file and its specification beside it, under their new name."""
    from ...formulations.errors import InputError

    if path.suffix != ".py":
        raise InputError("path", str(path), "a mechanism of one's own is a Python file", "call it NAME.py")
    spec = path.with_suffix(".toml")
    _put({file: _renamed(EXAMPLES / "starters" / f"{type}{file.suffix}", type, path.stem) for file in (path, spec)})
    return [f"written: {path}", f"written: {spec}", f"next:    mechproof verify {spec} --allow-code"]


def _renamed(source: Path, before: str, after: str) -> str:
    return re.sub(rf"\b{before}\.(py|toml)\b", rf"{after}.\1", source.read_text(encoding="utf-8"))


def _specification(kind: type, called: str, path: Path) -> str:
    from ...formulations.errors import InputError
    from .delivery import working
    from .starter import starter

    if not getattr(kind, "example", None):
        raise InputError("type", called, "has no example data", f"{kind.__name__}.example would give some")
    with working("solving its example"):
        return starter(kind, called, path.name)


def _copy_examples(folder: Path) -> list[str]:
    sources = [file for kind in ("toml", "csv", "py", "y*ml") for file in sorted(EXAMPLES.rglob(f"*.{kind}"))]
    _put({folder / file.relative_to(EXAMPLES): file.read_text(encoding="utf-8") for file in sources})
    return [f"written: {len(sources)} files in {folder}", f"next:    mechproof verify {folder / 'contract.toml'}"]


def _put(texts: Mapping[Path, str]) -> None:
    """Write files where there are none yet: all of them, or none."""
    from ...formulations.errors import InputError
    from ..serialization import write_whole

    for path in texts:
        if path.exists():
            raise InputError("path", str(path), "is there already, and is not overwritten", "give another path")
    written: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text)
            written.append(path)
    except (OSError, InputError) as error:
        for done in written:
            done.unlink()
        reason = error.rule if isinstance(error, InputError) else f"cannot be written: {error.strerror}"
        raise InputError("path", str(path), reason, "give another path") from None
