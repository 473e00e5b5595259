"""Settled claims in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ...solvers.formatting import duration
from .proved import Proofs, Proved

STYLES = {
    "PROVED": "green",
    "PROVED UNDER": "green",
    "REFUTED": "magenta",
    "MEASURED": "cyan",
    "INCONCLUSIVE": "yellow",
}
SIGNS = {">=": "≥", "<=": "≤"}


def show_claims(console: Console, document: Mapping[str, Any]) -> None:
    """Print each claim with its verdict and what the verdict rests on, then what must be trusted."""
    for claim in document["claims"]:
        show_claim(console, claim)
        console.print()
    for line in trusted(document):
        console.print(Text(line, style="dim"))
    console.print(Text(conclusion(document), style="green" if document["ok"] else "red"))


def show_claim(console: Console, claim: Mapping[str, Any]) -> None:
    """Print a claim with its verdict and what the verdict rests on."""
    formerly = f" (formerly {', '.join(claim['aliases'])})" if claim["aliases"] else ""
    console.print(Text.assemble((claim["id"], "bold"), formerly, ": ", (verdict(claim), _style(claim))))
    told = f"{claim['statement']} [{claim['attribution']}: {claim['source']}]"
    console.print(Padding(Text(told), (0, 0, 0, 2)))
    quantified = [claim["quantified"]] if claim["quantified"] else []
    for line in (*quantified, *evidence(claim), *map(without, claim["dropped"])):
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))


def show_proofs(console: Console, found: Proofs) -> None:
    """Print what became of claims."""
    show_claims(console, found.document())


def show_proved(console: Console, found: Proved) -> None:
    """Print what became of one claim."""
    show_claim(console, found.document())


def show_checked(console: Console, document: Mapping[str, Any]) -> None:
    """Print what the kernel says of each certificate."""
    for item in document["certificates"]:
        word = Text("accepted", style="green") if item["accepted"] else Text(f"REFUSED: {item['reason']}", style="red")
        console.print(Text.assemble((f"{item['claim']}: ", "bold"), word, f" ({item['kernel_seconds'] * 1000:.2f} ms)"))
    console.print(f"{count_checked(document)}; the kernel took {document['kernel_seconds'] * 1000:.1f} ms in all")


def count_checked(document: Mapping[str, Any]) -> str:
    """Return how many certificates are accepted and refused."""
    refused = sum(not item["accepted"] for item in document["certificates"])
    return f"{len(document['certificates']) - refused} accepted, {refused} refused"


def verdict(claim: Mapping[str, Any]) -> str:
    """Return the verdict in words, with the missing hypotheses, and what was registered if that is something else.

    Examples
    --------
    >>> verdict({"verdict": "PROVED UNDER", "expected": "PROVED UNDER", "missing": ["x > 0"]})
    'PROVED UNDER x > 0'
    >>> verdict({"verdict": "MEASURED", "expected": "MEASURED", "evidence": [{"outcome": "against it"}]})
    'MEASURED, against it'
    """
    text = str(claim["verdict"])
    if text == "PROVED UNDER":
        text += f" {', '.join(claim['missing'])}"
    if text == "MEASURED":
        outcomes = dict.fromkeys(piece.get("outcome", "") for piece in claim["evidence"])
        text = ", ".join([text, *filter(None, outcomes)])
    if claim["verdict"] == claim["expected"]:
        return text
    return f"{text}, though promised" if _own(claim) else f"{text}, but registered as {claim['expected']}"


def evidence(claim: Mapping[str, Any]) -> list[str]:
    """Return one line for each piece of evidence; certificates of which the same is to be said share one."""
    return [*proofs(claim), *(_instance(piece, claim.get("symbols", {})) for piece in instances(claim))]


def proofs(claim: Mapping[str, Any]) -> list[str]:
    """Return the lines of all evidence but instances."""
    pieces = [piece for piece in claim["evidence"] if piece["kind"] != "counterexample"]
    return [
        line
        for certificates, group in groupby(pieces, lambda piece: piece["kind"] == "polynomial")
        for line in (_certificates(group) if certificates else (each for one in group for each in _lines(one, claim)))
    ]


def instances(claim: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the instances that refute a claim, or show one of its hypotheses to be needed."""
    return [piece for piece in claim["evidence"] if piece["kind"] == "counterexample"]


def without(dropped: Mapping[str, Any]) -> str:
    """Return what became of a claim without one of its hypotheses."""
    if dropped["instance"] is None:
        return f"without {dropped['hypothesis']}: {dropped['outcome']}"
    return f"without {dropped['hypothesis']}: false at {', '.join(instance_values(dropped['instance'], {}))}"


def instance_values(instance: Mapping[str, str], symbols: Mapping[str, str]) -> list[str]:
    """Return what each role is in an instance, by its symbol.

    Examples
    --------
    >>> instance_values({"cost": "1/3", "goal_price": "2"}, {"cost": "ρᵢ"})
    ['ρᵢ = 1/3', 'goal price = 2']
    """
    return [f"{symbols.get(role, role.replace('_', ' '))} = {value}" for role, value in instance.items()]


def there(sides: Mapping[str, str] | None) -> str:
    """Return how the two sides of a statement compare at an instance.

    Examples
    --------
    >>> there({"left": "-1/4", "relation": ">=", "right": "0"})
    'not -1/4 ≥ 0'
    """
    if sides is None:
        return "the statement is not defined there"
    return f"not {sides['left']} {SIGNS.get(sides['relation'], sides['relation'])} {sides['right']}"


def asked(sides: Mapping[str, str] | None) -> str:
    """Return what a statement asks for at an instance that breaks it, with decimals.

    Examples
    --------
    >>> asked({"left": "-1/4", "relation": ">=", "right": "0"})
    'it asks for -1/4 (-0.25) ≥ 0'
    """
    if sides is None:
        return "it is not defined there"
    left, sign, right = decimal(sides["left"]), sides["relation"], decimal(sides["right"])
    return f"it asks for {left} {SIGNS.get(sign, sign)} {right}"


def _certificates(pieces: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    names: dict[str, list[str]] = {}
    for piece in pieces:
        word = "accepted by the kernel" if piece["accepted"] else f"refused: {piece['reason']}"
        names.setdefault(f"{word}; z3 {piece['opinion']['verdict']}", []).append(piece["name"])
    for word, named in names.items():
        yield f"{', '.join(named)}: certificate{'s' if len(named) > 1 else ''} {word}"


def _lines(piece: Mapping[str, Any], claim: Mapping[str, Any]) -> list[str]:
    if piece["kind"] == "induction":
        return [_induction(piece, claim.get("symbols", {})), *_certificates(piece["steps"])]
    if piece["kind"] == "balls":
        return [_on_box(piece, claim.get("symbols", {}))]
    if piece["kind"] == "axiom":
        return [f"cited: {piece['name']}: {piece['statement']} ({piece['source']})"]
    if piece["kind"] == "lemma":
        return [f"rests on {piece['claim']}: {piece['verdict'] or piece['text']}"]
    if piece["kind"] == "measured" and piece.get("protocol"):
        return [_measured(piece)]
    if piece["kind"] == "tried":
        return [f"tried: {piece['text']} ({piece['seconds']:.1f} s)"]
    return [str(piece["text"])]


def _on_box(piece: Mapping[str, Any], symbols: Mapping[str, str]) -> str:
    box = ", ".join(f"{symbols.get(role, role)} in [{low}, {high}]" for role, (low, high) in piece["box"].items())
    return f"{'shown' if piece['shown'] else 'not shown'} by Arb on {box}, in {piece['pieces']:,} pieces"


def _induction(piece: Mapping[str, Any], symbols: Mapping[str, str]) -> str:
    own, alike = (", ".join(symbols.get(role, role) for role in piece[kind]) for kind in ("person", "everybody"))
    same = f"; the same for all: {alike}" if alike else ""
    return f"by induction, each person with their own {own}{same}: {piece['composed']}"


def _measured(piece: Mapping[str, Any]) -> str:
    """Return what an experiment says, and by which protocol."""
    protocol = piece["protocol"]
    how = ", ".join(f"{name} {value}" for name, value in protocol.items() if name != "fingerprint")
    return f"measured, {piece['outcome']}: {piece['text']} ({how}; protocol {protocol['fingerprint'][:12]})"


def _instance(piece: Mapping[str, Any], symbols: Mapping[str, str]) -> str:
    what = f"without {piece['needed']}" if piece["needed"] else "counterexample"
    if piece["instance"] is None:
        return f"{what}: {piece['outcome']}"
    costs = "".join(f"; {text}: {value}" for text, value in (piece.get("costs") or {}).items())
    told = ", ".join(instance_values(piece["instance"], symbols))
    return f"{what}, in {piece['checker']}: {told}: {there(piece.get('sides'))}{costs}"


def erratum_lines(erratum: Mapping[str, Any], symbols: Mapping[str, str]) -> list[str]:
    """Return what an erratum says beside its title: what is right, the instance by its symbols, and what it costs."""
    proved = f" ({erratum['proved_by']})" if erratum["proved_by"] else ""
    found = [f"right: {erratum['right']}{proved}"]
    if erratum["instance"] is not None:
        found.append(f"instance: {', '.join(instance_values(erratum['instance'], symbols))}")
    if erratum["sides"] is not None:
        sides = erratum["sides"]
        told = {"relation": sides["relation"], **{name: decimal(sides[name]) for name in ("left", "right")}}
        found.append(f"there: {there(told)}")
    if erratum["costs"]:
        found.append("costs: " + "; ".join(f"{text}: {decimal(value)}" for text, value in erratum["costs"].items()))
    return found


def decimal(value: str) -> str:
    """Return an exact number with its decimals, and a ball as it is.

    Examples
    --------
    >>> decimal("989/99"), decimal("98")
    ('989/99 (9.9899)', '98')
    """
    try:
        exact = Fraction(value)
    except ValueError:
        return value
    return value if exact.denominator == 1 else f"{value} ({float(exact):.5g})"


def trusted(document: Mapping[str, Any]) -> list[str]:
    """Return what must be believed, with the lines of code, and the axioms."""
    base = document["trusted_base"]
    parts = ", ".join(f"{part['what']} ({part['lines']})" for part in base["parts"])
    axioms = [f"  {item['name']}: {item['statement']} ({item['source']})" for item in base["axioms"]]
    return [f"trusted: {base['lines']} lines of code: {parts}", *(["axioms:", *axioms] if axioms else [])]


def conclusion(document: Mapping[str, Any]) -> str:
    """Return whether every registered verdict was reached, or every promise proved."""
    words: dict[str, int] = {}
    for claim in document["claims"]:
        words[claim["verdict"]] = words.get(claim["verdict"], 0) + 1
    counts = ", ".join(f"{count} {word}" for word, count in words.items())
    lead = f"{len(document['claims'])} claims in {duration(document['seconds'])}: {counts}"
    word = "promised" if all(map(_own, document["claims"])) else "registered"
    if document["failed"]:
        return f"{lead}. NOT AS {word.upper()}: {', '.join(document['failed'])}"
    if document["undecided"]:
        return f"{lead}. UNDECIDED: {', '.join(document['undecided'])}"
    if word == "promised" and set(words) != {"PROVED"}:
        return f"{lead}; what is not proved is not promised"
    return f"{lead}, as {word}"


def _own(claim: Mapping[str, Any]) -> bool:
    """Whether it was asked of somebody's own mechanism, whose promises are what is expected."""
    return str(claim["id"]).startswith("own/")


def _style(claim: Mapping[str, Any]) -> str:
    return STYLES[claim["verdict"]] if claim["verdict"] == claim["expected"] else "red"
