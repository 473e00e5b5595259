"""What a report says on its face beside its documents: its title, its date, and the currency that money is in."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ...formulations.errors import InputError
from .documents import Named
from .money import Money


@dataclass(frozen=True)
class Face:
    """A report's title, or None for one made from its documents; its day; and how it writes money.

    Examples
    --------
    >>> Face(None, date(2026, 3, 1), Money()).day
    '1 March 2026'
    """

    title: str | None
    date: date
    money: Money

    @property
    def day(self) -> str:
        """The date as people read it."""
        return f"{self.date.day} {self.date:%B %Y}"


def face_of(
    documents: Sequence[Named], title: str | None = None, currency: str | None = None, date: date | str | None = None
) -> Face:
    r"""Return the face of a report.

    Parameters
    ----------
    documents
        What it is made of: where one of them came out of a report, that report's date is kept.
    title
        What to call it.
    currency
        A code such as EUR or a symbol such as €; none by default.
    date
        A date, or its text as 2026-03-01; by default that of the documents, else the day of writing, which
        ``SOURCE_DATE_EPOCH`` fixes for builds that must be repeatable.

    Raises
    ------
    InputError
        For a title that is empty, a currency that is neither, or what is no date.

    Examples
    --------
    >>> face_of([], title="The spring menu", currency="EUR", date="2026-03-01").money.text(1234.5)
    'EUR\xa01,234.50'
    """
    if title is not None and not title.strip():
        raise InputError("title", title, "is empty", "leave it out, and the report is called after its mechanisms")
    return Face(title, _dated(documents, date), Money(_checked(currency)))


def _checked(currency: str | None) -> str:
    if currency is None:
        return ""
    letters = re.fullmatch(r"[^\W\d_]{2,4}", currency)
    symbol = len(currency) <= 4 and any(unicodedata.category(sign) == "Sc" for sign in currency)
    if not letters and (not symbol or any(sign.isspace() or sign.isdigit() for sign in currency)):
        raise InputError("currency", currency, "is neither a code nor a symbol of money", "write EUR, or €")
    return currency


def _dated(documents: Sequence[Named], given: date | str | None) -> date:
    if isinstance(given, date):
        return given
    if given is not None:
        return _parsed(given)
    known = [item.dated for item in documents if item.dated]
    return _parsed(max(known)) if known else _today()


def _parsed(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("date", text, "is no date", "write year, month and day, as in 2026-03-01") from None


def _today() -> date:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now().astimezone().date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):  # no whole number, or none of a day within Python's years
        remedy = "unset it, or give a whole number"
        raise InputError("SOURCE_DATE_EPOCH", epoch, "is no number of seconds up to a day", remedy) from None
