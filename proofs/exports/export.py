"""Claims and optima as files for other people's checkers: what is written, where, and what is left to believe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.shown import Shown
from ...solvers.serialization import plain, provenance, write_whole
from ..claims.certificate_files import read_certificate
from ..claims.claim import Claim
from ..claims.proved import Proofs, Proved
from ..claims.register import claim_of, theories
from ..claims.trusted_base import code_lines
from ..kernel.kernel import RefusedError
from .coq.files import LIBRARY, PROJECT, claim_file, library
from .coq.text import identifier
from .targets import Item, Target

Loader: TypeAlias = Callable[[], Any]
"""Reads a certificate as JSON data, or refuses to."""

WRITERS = {
    Target.coq: (
        *(f"proofs/exports/{name}.py" for name in ("terms", "told", "narration", "cases")),
        *(f"proofs/exports/coq/{name}.py" for name in ("text", "sentences", "inductions", "people", "files")),
    ),
    Target.smtlib: ("proofs/exports/smtlib.py", "proofs/kernel/polynomials.py", "proofs/kernel/ratio.py"),
    Target.lean: ("proofs/exports/lean.py", "proofs/kernel/polynomials.py", "proofs/kernel/ratio.py"),
    Target.vipr: ("proofs/exports/vipr.py", "proofs/exports/linear.py"),
}
"""What writes statements: trusted by whoever does not read the statements in the files themselves."""
TRUSTED = {
    Target.coq: "Coq and its four axioms of the real numbers; no line of mechproof but the statements in the files",
    Target.smtlib: "the solver, and that the polynomials are what the declarations say; each is a step of a proof",
    Target.lean: "not checked by us; and that the polynomials are what the declarations say",
    Target.vipr: "the checker, and that the linear program in the file is the one that was declared",
}


@dataclass(frozen=True, repr=False)
class Export(Shown, by="proofs.exports.present:show_export_of"):
    """What was written into a folder."""

    to: Target
    directory: Path
    items: tuple[Item, ...]
    left_out: Mapping[str, str]

    def facts(self) -> Mapping[str, Any]:
        """Return what was written, where, and how much of it."""
        return {"to": self.to.value, "directory": str(self.directory), "files": len(self.items)}

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the items."""
        return tuple(self.directory / item.file for item in self.items)

    def document(self) -> dict[str, Any]:
        """Return the export as ``mechproof/export/1``."""
        found: dict[str, Any] = plain(
            {
                "schema": "mechproof/export/1",
                "to": self.to.value,
                "directory": str(self.directory),
                "checked_by_us": self.to is not Target.lean,
                "items": [{"about": item.about, "file": item.file, **item.said} for item in self.items],
                "left_out": [{"about": name, "reason": reason} for name, reason in self.left_out.items()],
                "for_every_number": sum(bool(item.said.get("every_number")) for item in self.items),
                "whole_for_every_number": sum(
                    bool(item.said.get("every_number")) and bool(item.said.get("whole")) for item in self.items
                ),
                "trusted": TRUSTED[self.to],
                "writer_lines": sum(map(code_lines, WRITERS[self.to])),
            }
        )
        return {**found, "provenance": provenance()}


def export(
    what: Any, to: str, directory: str | Path, say: Callable[[str], None] = lambda _: None, certificates: Any = None
) -> Export:
    """Write claims or an optimum for other people's checkers.

    Parameters
    ----------
    what
        The id of a claim, a claim that `prove` returned or all that it did, None for all that are registered; for
        "vipr" a solution.
    to
        "coq", "smtlib" or "lean" for claims; "vipr" for the optimum of a linear program.
    directory
        The folder that the files go into; it is made if it is not there.
    say
        Called with each claim before it is written.
    certificates
        The folder of the certificates; by default where each theory has its own.

    Raises
    ------
    InputError
        When there is no such target or claim, or the directory is a file.
    UnsupportedModel
        When there is nothing to be written of it in that language.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = export("stackelberg/eq-16-concave", "smtlib", folder)
    ...     found.files[0].name, found.files[0].read_text().count("(check-sat)")
    ('stackelberg_eq_16_concave.smt2', 2)
    """
    if to not in [target.value for target in Target]:
        raise InputError("to", str(to), "is no target", f"there are {', '.join(target.value for target in Target)}")
    target, folder = Target(to), Path(directory)
    if folder.exists() and not folder.is_dir():
        raise InputError("directory", str(directory), "is a file", "name a folder")
    if target is Target.vipr:
        from .vipr import optimum_files

        texts, items, left_out = optimum_files(what)
    else:
        texts, items, left_out = written(certified(what, certificates), target, say)
    if not items:
        reasons = "; ".join(dict.fromkeys(left_out.values())) or "it has no sentence with a certificate"
        raise UnsupportedModel(f"nothing can be written for {target.value}: {reasons}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_whole(folder / name, text)
    return Export(target, folder, tuple(items), left_out)


def certified(what: Any, certificates: Path | None = None) -> Iterator[tuple[Claim, Loader]]:
    """Return claims with what loads their certificates as JSON data, those without sentences left out.

    Nothing is checked: that is for whom the files are written.
    """
    if isinstance(what, Proofs | Proved):
        proved = what.claims if isinstance(what, Proofs) else (what,)
        for item in proved:
            yield from _proved(item, certificates)
        return
    chosen = _chosen(what)
    for theory in theories():
        for claim in theory.claims:
            if claim.sentences() and chosen in (None, claim.id):
                yield claim, partial(read_certificate, claim.id, certificates or theory.certificates)


def _chosen(what: Any) -> str | None:
    """Return the id of a claim, None for all."""
    if what is None:
        return None
    if isinstance(what, str | Claim):
        return claim_of(what).id if isinstance(what, str) else what.id
    raise InputError("what", repr(what), "is no claim", "name one by its id, or hand over what prove returned")


def _proved(item: Proved, certificates: Path | None) -> Iterator[tuple[Claim, Loader]]:
    """Return a claim with the certificate that was found for it, or else with the committed one."""
    found = [piece.document["certificate"] for piece in item.pieces if "certificate" in piece.document]
    if found:
        yield item.claim, lambda: found[0]
    elif item.claim.sentences() and not item.id.startswith("own/"):
        yield from certified(item.claim, certificates)


def written(
    claims: Iterable[tuple[Claim, Loader]], to: Target, say: Callable[[str], None] = lambda _: None
) -> tuple[dict[str, str], list[Item], dict[str, str]]:
    """Return the texts of the files of claims by name, what they are about, and which claims were left out, and why."""
    texts, items, left_out = dict[str, str](), list[Item](), dict[str, str]()
    for claim, load in claims:
        say(claim.id)
        try:
            text, item = _file(claim, load(), to)
        except RefusedError as refused:
            left_out[claim.id] = str(refused)
            continue
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            left_out[claim.id] = f"its certificate is not written as one is: {error}"
            continue
        texts[item.file] = text
        items.append(item)
    if to is Target.coq and items:
        texts |= {LIBRARY: library(), PROJECT: "-R . Mechproof\n"}
    return texts, items, left_out


def _file(claim: Claim, certificate: Any, to: Target) -> tuple[str, Item]:
    if to is Target.coq:
        made = claim_file(claim, certificate)
        said = {
            "theorems": made.theorems,
            "every_number": made.every_number,
            "whole": made.whole,
            "rests_on": made.rests_on,
            "cited": made.cited,
            "outside": made.outside,
        }
        return made.text, Item(claim.id, made.name, said)
    if to is Target.smtlib:
        from .smtlib import claim_script, scripts_of

        text = claim_script(claim)
        return text, Item(claim.id, f"{identifier(claim.id)}.smt2", {"obligations": len(scripts_of(text))})
    from .lean import claim_text

    text = claim_text(claim, certificate)
    return text, Item(claim.id, f"{identifier(claim.id)}.lean", {"obligations": text.count("\ntheorem ")})
