"""The kill tables, in Markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version

from .certified import Fate
from .experiment import Result

LIBRARIES = ("numpy", "scipy", "cvxpy-base", "pyomo", "python-flint")
COLUMNS = (
    *("module", "faults", "effective", "not valid in floats", "not valid exactly"),
    *("**certified wrong**", "false distance", "refused", "late", "same", "not reached"),
)

FATES = ("module", "faults", "killed", "survived", "equivalent", "not reached", "killed of those to be noticed")


def by_module(results: Iterable[Result]) -> str:
    """Return what became of the faults, module by module and in all."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        for name in (result.mutant.module, "all"):
            counted[name].update(tags(result))
    rows = [
        [f"`{name.removeprefix('mechproof.solvers.')}`" if name != "all" else "**all**"]
        + [str(counted[name][column]) for column in COLUMNS[1:]]
        for name in [*sorted(set(counted) - {"all"}), "all"]
    ]
    return markdown(COLUMNS, rows)


def tags(result: Result) -> list[str]:
    """Return the columns in which a result counts."""
    found = ["faults", *(["effective"] if result.effective else [])]
    wrong = [item for item in result.outcomes if item.verdict in ("caught", "certified")]
    if wrong:
        found += [
            column
            for k, column in enumerate(("not valid in floats", "not valid exactly"))
            if not any(item.valid[k] for item in wrong)
        ]
    verdict = result.verdict
    found += {"certified": ["**certified wrong**"], "caught": []}.get(verdict, [verdict])
    return found + (["false distance"] if any(item.false_bound for item in result.outcomes) else [])


def listed(results: Iterable[Result], false_bounds: bool = False) -> str:
    """Return the faults whose wrong answers were called valid (or were stated to be near), each with an example."""
    lines = []
    for result in sorted(results, key=lambda item: item.mutant.name):
        wrong = [o for o in result.outcomes if (o.false_bound if false_bounds else o.verdict == "certified")]
        if wrong:
            first = wrong[0]
            how = " and ".join(a for a, valid in zip(("floats", "exact"), first.valid, strict=True) if valid)
            found = f"off by {first.apart:.2g}" + (f", valid in {how}" if how else "")
            lines.append(f"- `{result.mutant.name.removeprefix('mechproof.solvers.')}` on {first.case}: {found}")
    return "\n".join(lines) or "None."


def of_certificates(fates: Iterable[Fate], reasons: Mapping[str, str]) -> str:
    """Return how many faults of the certificates were noticed, module by module and in all."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for fate in fates:
        for name in (fate.mutant.module, "all"):
            counted[name].update(["faults", became(fate, reasons)])
    rows = []
    for name in [*sorted(set(counted) - {"all"}), "all"]:
        count = counted[name]
        label = f"`{name.removeprefix('mechproof.solvers.certificates.')}`" if name != "all" else "**all**"
        rows.append([label, *(str(count[k]) for k in FATES[1:-1]), f"{100 * _share(count):.1f} %"])
    return markdown(FATES, rows)


def noticed(fates: Iterable[Fate], reasons: Mapping[str, str]) -> float:
    """Return the share that was noticed of the faults that were reached and are not equivalent."""
    return _share(Counter(became(fate, reasons) for fate in fates))


def became(fate: Fate, reasons: Mapping[str, str]) -> str:
    """Return killed, survived, equivalent (a survivor of which somebody has said why) or not reached."""
    return "equivalent" if fate.verdict == "survived" and _why(fate, reasons) else fate.verdict


def _share(count: Counter[str]) -> float:
    return count["killed"] / max(count["killed"] + count["survived"], 1)


def _why(fate: Fate, reasons: Mapping[str, str]) -> str:
    return reasons.get(fate.mutant.fault.removeprefix("mechproof.solvers.certificates."), "")


def survivors(fates: Iterable[Fate], reasons: Mapping[str, str]) -> str:
    """Return the faults that nothing noticed, with the reason where somebody has looked."""
    lines = []
    for fate in sorted(fates, key=lambda fate: fate.mutant.name):
        if fate.verdict == "survived":
            why = _why(fate, reasons)
            name = fate.mutant.name.removeprefix("mechproof.solvers.certificates.")
            lines.append(f"- `{name}`" + (f": equivalent, {why}" if why else ""))
    return "\n".join(lines) or "None."


def versions() -> str:
    """Return the libraries that took part."""
    return ", ".join(f"{name} {version(name)}" for name in LIBRARIES)


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
