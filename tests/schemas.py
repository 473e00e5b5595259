"""Whether documents follow the published schemas; that each of those is a schema is asked once, by test_documents."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from mechproof.solvers.commands.schema import published


def follows(document: Any, name: str) -> None:
    """Raise jsonschema's `ValidationError` if a document does not follow the schema of that name."""
    _validator(name).validate(document)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(published(name))
