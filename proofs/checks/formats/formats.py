"""The formats of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..results import Check
from .github import github
from .json import json
from .junit import junit
from .markdown import markdown
from .names import CheckFormat
from .plain import plain
from .sarif import sarif

RENDER: Mapping[CheckFormat, Callable[[Check], str]] = MappingProxyType(
    {
        CheckFormat.PLAIN: plain,
        CheckFormat.JSON: json,
        CheckFormat.JUNIT: junit,
        CheckFormat.SARIF: sarif,
        CheckFormat.GITHUB: github,
        CheckFormat.MARKDOWN: markdown,
    }
)
