"""What a report is written as."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from ...formulations.errors import InputError


class ReportFormat(StrEnum):
    """A self-contained page, text, or data."""

    html = "html"
    markdown = "markdown"
    json = "json"


ENDINGS: Mapping[str, ReportFormat] = MappingProxyType(
    {
        ".html": ReportFormat.html,
        ".htm": ReportFormat.html,
        ".md": ReportFormat.markdown,
        ".json": ReportFormat.json,
    }
)


def report_format(format: str | None, path: Path) -> ReportFormat:
    """Return what a report is to be written as.

    Raises
    ------
    InputError
        For a format that is not known.

    Examples
    --------
    >>> report_format(None, Path("report.md")).value, report_format(None, Path("report")).value
    ('markdown', 'html')
    """
    if format is None:
        return ENDINGS.get(path.suffix.lower(), ReportFormat.html)
    if format not in list(ReportFormat):
        raise InputError("format", format, "is not known", f"the choices are {', '.join(ReportFormat)}")
    return ReportFormat(format)
