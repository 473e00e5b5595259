"""The documents a report is made of: read, named, and refused if no published schema describes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from ...formulations.errors import InputError
from ...formulations.specification.tables import read_text
from ...solvers.commands.schema import check_document, schema_names

Source: TypeAlias = Any
"""A document, the path of one, or a result that can become one."""

KINDS = (
    *("solve", "verify", "compare", "prove", "market", "baselines", "figures", "train"),
    *("what-if", "play", "repair", "compare-mechanisms", "infer", "design", "curve"),
)
"""The kinds that are rendered; others of a published schema are listed with their facts."""


@dataclass(frozen=True, eq=False)
class Named:
    """A document, what it is called, and the day of the report that it came out of, if it came out of one.

    Examples
    --------
    >>> Named("mine", {"schema": "mechproof/list/1", "mechanisms": [], "backends": []}).kind
    'list'
    """

    name: str
    document: Mapping[str, Any]
    dated: str = ""

    @property
    def kind(self) -> str:
        """Its schema's name without the version."""
        return str(self.document["schema"]).split("/")[1]

    @property
    def about(self) -> str:
        """What it is about: its name, without the part after a colon that only says what kind of document it is."""
        return self.name.rpartition(": ")[0] or self.name

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its canonical JSON text."""
        text = json.dumps(self.document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()


def read_documents(documents: Source | Iterable[Source] | Mapping[str, Source]) -> tuple[Named, ...]:
    """Return documents with their names.

    Parameters
    ----------
    documents
        One document, several, or a mapping from names to documents. Each is a dictionary, the path of a JSON file, a
        solution, a comparison, or a result with a method `document`. Files are called by their names. A report as JSON
        stands for the documents it was made of.

    Raises
    ------
    InputError
        When a file cannot be read or is no JSON, there is no document at all, or one is of an unknown schema or version
        or does not follow its schema; the message names the document.

    Examples
    --------
    >>> listed = {"schema": "mechproof/list/1", "mechanisms": [], "backends": []}
    >>> [item.name for item in read_documents({"mine": listed})]
    ['mine']
    """
    named = _distinct(_sources(documents))
    found = [each for name, item in named for each in _opened(name, _checked(name, _plain(name, item)))]
    if not found:
        raise InputError("documents", "none", "a report needs at least one document", "such as that of mechproof solve")
    names = [name for name, _ in _distinct([(item.name, None) for item in found])]
    return tuple(replace(item, name=name) for item, name in zip(found, names, strict=True))


def _sources(documents: Source | Iterable[Source] | Mapping[str, Source]) -> list[tuple[str, Source]]:
    """Return every source with its name, or with what it is called after."""
    if isinstance(documents, Mapping) and "schema" not in documents:
        return [(str(name), item) for name, item in documents.items()]
    one = isinstance(documents, str | Mapping) or hasattr(documents, "document")  # some results can be gone through
    several = isinstance(documents, Iterable) and not one
    return [(_name(item, index), item) for index, item in enumerate(documents if several else [documents])]


def _opened(name: str, document: Mapping[str, Any], dated: str = "") -> list[Named]:
    """Return a document by its name; of a report, those that it was made of, by the names they have there."""
    if document["schema"] != "mechproof/report/1":
        return [Named(name, document, dated)]
    within = [(str(item["name"]), item["document"]) for item in document["documents"]]
    day = document.get("date", dated)
    return [each for inner, item in within for each in _opened(inner, _checked(f"{name}, {inner}", item), day)]


def _distinct(named: list[tuple[str, Source]]) -> list[tuple[str, Source]]:
    names = [name for name, _ in named]
    return [
        (name if names.count(name) == 1 else f"{name} ({names[: index + 1].count(name)})", item)
        for index, (name, item) in enumerate(named)
    ]


def _name(item: Source, index: int) -> str:
    if isinstance(item, str | Path):
        return Path(item).stem
    if isinstance(item, Mapping):
        return str(item.get("schema", f"document {index + 1}")).replace("mechproof/", "").partition("/")[0]
    return type(item).__name__.lower()


def _plain(name: str, item: Source) -> Any:
    """Return a source as the JSON data it stands for; results are written down by the layer they come from."""
    from ...solvers.commands.documents import comparison_document, solution_document
    from ...solvers.compare import Comparison
    from ...solvers.solution import Solution

    if isinstance(item, str | Path):
        return _read(name, Path(item))
    if isinstance(item, Solution):
        return solution_document(item)
    if isinstance(item, Comparison):
        return comparison_document(item)
    return item.document() if hasattr(item, "document") else item


def _read(name: str, path: Path) -> Any:
    text, _ = read_text(path, "document")

    def refuse(constant: str) -> NoReturn:
        raise InputError(f"document {name}", constant, "is no JSON number", "a document has finite numbers or null")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        rule = f"is no JSON: line {error.lineno}: {error.msg}"
        raise InputError("document", str(path), rule, "give what a command wrote with --output NAME.json") from None
    except RecursionError:
        raise InputError("document", str(path), "is nested too deeply to be a document") from None


def _checked(name: str, document: Any) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise InputError(f"document {name}", type(document).__name__, "must be a JSON object", "see mechproof schema")
    known = [f"mechproof/{kind}/1" for kind in schema_names() if kind != "spec"]
    if document.get("schema") not in known:
        raise InputError(
            f"document {name}, schema",
            document.get("schema"),
            "this version of mechproof does not know it",
            f"it reads {', '.join(known)}",
        )
    try:
        check_document(document)
    except InputError as error:
        raise InputError(f"document {name}, {error.field}", error.value, error.rule, error.remedy) from None
    return document
