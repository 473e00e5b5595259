"""Pages that are written anew from the package whenever the site is built: mathematics and reference."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import mechproof
from mechproof.formulations.registry import mechanisms
from mechproof.solvers.commands.starter import meaning, words_of
from mechproof.solvers.figures.document import formula_rows, formulas

STUB = Path(mechproof.__file__).with_suffix(".pyi")
GROUPS = {
    "mechanisms": tuple(
        f"formulations.{name}" for name in ("stackelberg", "versions", "contract", "procurement", "three_party")
    ),
    "Solving and certifying": ("solvers.",),
    "Verifying": ("proofs.properties", "proofs.checks", "proofs.baselines"),
    "Tests of one's own": ("proofs.testing",),
    "Claims and proofs": ("proofs.",),
    "Training and markets": ("dpfl.",),
    "The language of declarations": ("formulations.",),
    "The package": ("version",),
}
"""Headings of the reference, each with the modules whose names it takes; the first that fits counts."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for name, text in (("mathematics.md", mathematics()), ("reference.md", reference())):
        files.append(File.generated(config, name, content=text))
    return files


def mathematics() -> str:
    """Return every shipped mechanism with its data and its formulas, as its declaration has them."""
    parts = [
        "# Mathematics\n\nNothing on this page is typed: data, rules and formulas are read from the declarations when "
        "the site is built, the formulas through the same reading that proofs are made from. An index i is a person's "
        "own entry, −i the sum of everybody else's; Θ is 1 above zero, and 0 else.\n"
    ]
    for name, kind in mechanisms().items():
        if getattr(kind, "example", None):
            parts += [f"## {name.replace('-', ' ').capitalize()}\n", *_mechanism(name, kind)]
    return "\n".join(parts)


def _mechanism(name: str, kind: Any) -> Iterator[str]:
    summary = inspect.cleandoc(kind.__doc__).partition("\n\n")[0].replace("\n", " ")
    model = kind(**kind.example)
    promised = ", ".join(f"`{item}`" for item in kind.promises)
    yield f'{escape(summary, quote=False)}\n\n`type = "{name}"`. It promises {promised}.\n'
    yield "| datum | rule | what it is |\n|---|---|---|"
    for item in fields(kind):
        yield f"| `{item.name}` | {_cell(words_of(item.metadata))} | {_cell(meaning(kind, item))} |"
    yield ""
    for row in formula_rows(formulas(model), model):
        if row["mathml"]:
            shown = row["mathml"].replace("<mo>-</mo>", "<mo>−</mo>")
            yield f'<p>{escape(str(row["name"]))}</p>\n<div class="formula">{shown}</div>\n'


def _cell(text: str) -> str:
    return escape(text, quote=False).replace("|", "\\|")


def reference() -> str:
    """Return every public name with its signature and what its documentation says."""
    grouped: dict[str, list[str]] = {heading: [] for heading in GROUPS}
    stub = STUB.read_text("utf-8")
    for module, name in re.findall(r"^from \.([\w.]+) import ([a-zA-Z]\w*) as \2$", stub, re.MULTILINE):
        heading = next(key for key, modules in GROUPS.items() if module.startswith(modules))
        grouped[heading].append(name)
    text = "# Reference\n\nEvery public name, from its own documentation. `import mechproof as mp`.\n\n"
    for heading, names in grouped.items():
        text += f"## {heading[0].upper()}{heading[1:]}\n\n"
        text += "\n".join(_entry(name) for name in sorted(names, key=str.casefold))
    return text


def _entry(name: str) -> str:
    value = getattr(mechproof, name)
    if inspect.ismodule(value):
        return _module(name, value)
    said = inspect.cleandoc(value.__doc__ or "") if inspect.isroutine(value) or inspect.isclass(value) else ""
    return f"### `mp.{name}`\n\n{_signature(name, value)}{documentation(said)}\n"


def _module(name: str, module: Any) -> str:
    """Return what a module of public names says, and its functions."""
    text = f"### `mp.{name}`\n\n{_plain(inspect.cleandoc(module.__doc__).partition(chr(10) * 2)[0])}\n\n"
    for key, value in vars(module).items():
        if inspect.isroutine(value) and value.__module__.startswith(module.__name__) and not key.startswith("_"):
            said = documentation(inspect.cleandoc(value.__doc__ or ""))
            text += f"#### `mp.{name}.{key}`\n\n{_signature(f'{name}.{key}', value)}{said}\n"
    return text


def _signature(name: str, value: Any) -> str:
    if not inspect.isroutine(value):
        return ""
    parameters = inspect.signature(value).parameters.values()
    shown = ", ".join(str(item.replace(annotation=inspect.Parameter.empty)) for item in parameters)
    return "```py\n" + "\n".join(textwrap.wrap(f"mp.{name}({shown})", 88, subsequent_indent="    ")) + "\n```\n\n"


def documentation(text: str) -> str:
    """Return a docstring in NumPy's style as Markdown: sections as bold words, examples and formulas as blocks."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}\n", text, flags=re.MULTILINE)
    shown = _prose(parts[0])
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        if heading == "Examples":
            shown += f"**Examples**\n\n```pycon\n{body.strip()}\n```\n\n"
        elif heading in ("Notes", "See Also"):
            shown += f"**{heading}**\n\n{_prose(body)}"
        else:
            shown += f"**{heading}**\n\n{_definitions(body)}\n"
    return shown


def _prose(text: str) -> str:
    """Return paragraphs; those that are indented are formulas, and stay as they are."""
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return "".join(
        f"```text\n{textwrap.dedent(block)}\n```\n\n" if block.startswith("    ") else f"{_plain(block)}\n\n"
        for block in blocks
        if block.strip()
    )


def _definitions(text: str) -> str:
    """Return terms with what is said below them."""
    found = re.findall(r"^(\S[^\n]*)\n?((?:[ ]+[^\n]*\n?|\n)*)", text, re.MULTILINE)
    return "".join(f"`{term}`\n:   {_plain(' '.join(said.split())) or '—'}\n\n" for term, said in found)


def _plain(text: str) -> str:
    """Return words in which nothing but code in backquotes has a meaning in Markdown."""
    pieces = re.split(r"(``?[^`]+``?)", text)
    return "".join(
        piece if place % 2 else re.sub(r"([\\*_\[\]<>#|])", r"\\\1", piece) for place, piece in enumerate(pieces)
    )
