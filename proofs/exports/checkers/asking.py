"""Every checker that is asked for, by name: what it is handed, and what it says."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ....formulations.errors import InputError
from ....formulations.versions.pricing import VersionPricing
from ....formulations.versions.revenue import VersionRevenue
from ....formulations.words import suggestion
from ....solvers.serialization import write_whole
from ..export import certified, written
from ..targets import Target
from ..vipr import optimum_files
from .coq import check_with_coq
from .smt import SOLVERS, check_with_smt
from .verdicts import Report, Verdict, Word
from .vipr import check_with_reader, check_with_viprchk

OF_OPTIMA = {"viprchk": check_with_viprchk, "vipr-reader": check_with_reader}
CHECKERS = ("coq", *SOLVERS, *OF_OPTIMA)


def named(text: str) -> tuple[str, ...]:
    """Return the checkers that a text names, with commas between them.

    Raises
    ------
    InputError
        When there is none of that name.

    Examples
    --------
    >>> named("coq, z3")
    ('coq', 'z3')
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in CHECKERS:
            raise InputError(
                "with", name, "is no checker", suggestion(name, CHECKERS, f"there are {', '.join(CHECKERS)}")
            )
    if not names:
        raise InputError("with", text, "names no checker", f"there are {', '.join(CHECKERS)}")
    return names


def reports(
    names: Sequence[str], certificates: Path | None = None, say: Callable[[str], None] = lambda _: None
) -> Iterator[Report]:
    """Ask checkers about every registered claim that has a certificate; where that cannot be written it is refused."""
    for name in names:
        if name in OF_OPTIMA:
            yield _of_optima(name)
            continue
        target = Target.coq if name == "coq" else Target.smtlib
        texts, items, left_out = written(certified(None, certificates), target)
        if name == "coq":
            with tempfile.TemporaryDirectory() as folder:
                for file, text in texts.items():
                    write_whole(Path(folder) / file, text)
                found = check_with_coq(
                    Path(folder), [(item.about, item.file) for item in items], _said(name, say), True
                )
        else:
            found = check_with_smt(SOLVERS[name], {item.about: texts[item.file] for item in items}, _said(name, say))
        yield _with(found, [Verdict(claim, Word.REFUSED, reason) for claim, reason in left_out.items()])


def _of_optima(name: str) -> Report:
    """Ask about the optima of the linear programs among the mechanisms' examples."""
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for about, model in linear_examples().items():
            texts, items, _ = optimum_files(model)
            files[about] = Path(folder) / f"{about}.vipr"
            write_whole(files[about], texts[items[0].file])
        return OF_OPTIMA[name](files)


def linear_examples() -> dict[str, Any]:
    """Return the examples of the mechanisms whose optima are those of linear programs, their decimals as such."""
    pricing, revenue = ({**kind.example} for kind in (VersionPricing, VersionRevenue))
    for data in (pricing, revenue):
        data["epsilon"] = [str(epsilon) for epsilon in data["epsilon"]]
    return {
        "version-pricing": VersionPricing(**{**pricing, "loss": "absolute"}),
        "version-revenue": VersionRevenue(**revenue),
    }


def _said(name: str, say: Callable[[str], None]) -> Callable[[str], None]:
    return lambda claim: say(f"{name}: {claim}")


def _with(report: Report, more: Sequence[Verdict]) -> Report:
    return replace(report, verdicts=(*report.verdicts, *more))
