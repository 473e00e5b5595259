"""Settled claims in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ...solvers.formatting import duration

STYLES = {
    "PROVED": "green",
    "PROVED UNDER": "green",
    "REFUTED": "magenta",
    "MEASURED": "cyan",
    "INCONCLUSIVE": "yellow",
}


def show_claims(console: Console, document: Mapping[str, Any]) -> None:
    """Print each claim with its verdict and what the verdict rests on, then what must be trusted."""
    for claim in document["claims"]:
        formerly = f" (formerly {', '.join(claim['aliases'])})" if claim["aliases"] else ""
        console.print(Text.assemble((claim["id"], "bold"), formerly, ": ", (verdict(claim), _style(claim))))
        told = f"{claim['statement']} [{claim['attribution']}: {claim['source']}]"
        console.print(Padding(Text(told), (0, 0, 0, 2)))
        if claim["quantified"]:
            console.print(Padding(Text(claim["quantified"], style="dim"), (0, 0, 0, 2)))
        for line in evidence(claim):
            console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
        for line in map(without, claim["dropped"]):
            console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
        console.print()
    for line in trusted(document):
        console.print(Text(line, style="dim"))
    console.print(Text(conclusion(document), style="green" if document["ok"] else "red"))


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
    """Return one line for each piece of evidence."""
    return [line for piece in claim["evidence"] for line in _lines(piece)]


def without(dropped: Mapping[str, Any]) -> str:
    """Return what became of a claim without one of its hypotheses."""
    if dropped["instance"] is None:
        return f"without {dropped['hypothesis']}: {dropped['outcome']}"
    values = ", ".join(f"{role} = {value}" for role, value in dropped["instance"].items())
    return f"without {dropped['hypothesis']}: false at {values}"


def _lines(piece: Mapping[str, Any]) -> list[str]:
    if piece["kind"] == "polynomial":
        word = "certificate accepted by the kernel" if piece["accepted"] else f"certificate refused: {piece['reason']}"
        return [f"{piece['name']}: {word}; z3 {piece['opinion']['verdict']}"]
    if piece["kind"] == "induction":
        return [_induction(piece), *(line for step in piece["steps"] for line in _lines(step))]
    if piece["kind"] == "counterexample":
        return [_instance(piece)]
    if piece["kind"] == "balls":
        box = ", ".join(f"{role} in [{low}, {high}]" for role, (low, high) in piece["box"].items())
        return [f"{'shown' if piece['shown'] else 'not shown'} by Arb on {box}, in {piece['pieces']:,} pieces"]
    if piece["kind"] == "axiom":
        return [f"cited: {piece['name']}: {piece['statement']} ({piece['source']})"]
    if piece["kind"] == "lemma":
        return [f"rests on {piece['claim']}: {piece['verdict'] or piece['text']}"]
    if piece["kind"] == "measured" and piece.get("protocol"):
        return [_measured(piece)]
    if piece["kind"] == "tried":
        return [f"tried: {piece['text']} ({piece['seconds']:.1f} s)"]
    return [str(piece["text"])]


def _induction(piece: Mapping[str, Any]) -> str:
    alike = f"; the same for all: {', '.join(piece['everybody'])}" if piece["everybody"] else ""
    return f"by induction, each person with their own {', '.join(piece['person'])}{alike}: {piece['composed']}"


def _measured(piece: Mapping[str, Any]) -> str:
    """Return what an experiment says, and by which protocol."""
    protocol = piece["protocol"]
    how = ", ".join(f"{name} {value}" for name, value in protocol.items() if name != "fingerprint")
    return f"measured, {piece['outcome']}: {piece['text']} ({how}; protocol {protocol['fingerprint'][:12]})"


def _instance(piece: Mapping[str, Any]) -> str:
    what = f"without {piece['needed']}" if piece["needed"] else "counterexample"
    if piece["instance"] is None:
        return f"{what}: {piece['outcome']}"
    values = ", ".join(f"{role} = {value}" for role, value in piece["instance"].items())
    compared = piece["sides"]
    sides = (
        "the statement is not defined there"
        if compared is None
        else f"not {compared['left']} {compared['relation'].replace('>=', '≥').replace('<=', '≤')} {compared['right']}"
    )
    costs = "".join(f"; {text}: {value}" for text, value in piece["costs"].items())
    return f"{what}, in {piece['checker']}: {values}: {sides}{costs}"


def erratum_lines(erratum: Mapping[str, Any]) -> list[str]:
    """Return what an erratum says beside its title: what is right, the instance, and what it costs."""
    proved = f" ({erratum['proved_by']})" if erratum["proved_by"] else ""
    found = [f"right: {erratum['right']}{proved}"]
    if erratum["instance"] is not None:
        values = ", ".join(f"{role.replace('_', ' ')} = {value}" for role, value in erratum["instance"].items())
        found.append(f"instance: {values}")
    if erratum["sides"] is not None:
        sides, signs = erratum["sides"], {">=": "≥", "<=": "≤"}
        sign = signs.get(sides["relation"], sides["relation"])
        found.append(f"there: not {decimal(sides['left'])} {sign} {decimal(sides['right'])}")
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
    """Return whether every registered verdict was reached."""
    words: dict[str, int] = {}
    for claim in document["claims"]:
        words[claim["verdict"]] = words.get(claim["verdict"], 0) + 1
    counts = ", ".join(f"{count} {word}" for word, count in words.items())
    lead = f"{len(document['claims'])} claims in {duration(document['seconds'])}: {counts}"
    word = "promised" if all(map(_own, document["claims"])) else "registered"
    if document["failed"]:
        return f"{lead}. NOT AS {word.upper()}: {', '.join(document['failed'])}"
    return f"{lead}. UNDECIDED: {', '.join(document['undecided'])}" if document["undecided"] else f"{lead}, as {word}"


def _own(claim: Mapping[str, Any]) -> bool:
    """Whether it was asked of somebody's own mechanism, whose promises are what is expected."""
    return str(claim["id"]).startswith("own/")


def _style(claim: Mapping[str, Any]) -> str:
    return STYLES[claim["verdict"]] if claim["verdict"] == claim["expected"] else "red"
