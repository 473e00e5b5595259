"""The register of claims: one module for each mechanism or topic, each with a ``THEORY``.

How to add claims
-----------------
Write ``proofs/claims/MECHANISM/NAME.py``, with further parts beside it, that ends with::

    THEORY = Theory("contract", (LOCAL_IMPLIES_GLOBAL, ...), mechanism="privacy-contract", symbols={"pay": "p_k"})

and is named in an entry point of the group ``mechproof.claims``; a package of your own says in `certificates` where the
certificates are. A claim has a stable id ``contract/what-it-says``, the statement in words, the source with its
equation, the verdict that is registered for it, and evidence:

- ``Step(Sentence(given, goal))``: a sentence about real numbers. `given` maps each hypothesis, in symbols or words, to
  a *statement*, and `goal` is one: terms that are compared, ``cost * own < reward_pool`` or ``x.equals(y)``, of roles
  made by ``own, cost, reward_pool = roles("own cost reward_pool")``. **Take the formulas of the declaration, never
  retype them**: ``Term(declaration.client_utility) >= 0`` is a statement about the formula's parameters,
  ``term.at(role=term)`` computes some of them by others, and ``term.slope(role)`` is a derivative.
  ``applied(function, *terms)`` asks an algebra for anything else; a plain function of an algebra and of roles that
  returns ``above(x, y)``, ``at_least``, ``below``, ``at_most`` or ``equal`` is a statement too.
  Roots, maxima and minima, and shares are understood; of ln and exp only ln x ≤ x − 1, ln x ≥ 1 − 1/x,
  eˣ ≥ 1 + x and eˣ (1 − x) ≤ 1.
  Whatever a formula divides by must follow to be positive from the hypotheses *before* it. Where no certificate is
  found, help with `lemmas` (proved on the way, in order), `squares` (formulas whose squares may be used) or a
  higher `degree`.
- ``ForAnyNumber(Induction(...), "in words")``: sums over any number of people, by list induction.
- ``Counterexample(given, goal)``: refutes; the instance is found and shrunk by itself (`start` gives values to be tried
  first; roles called ``..._count`` take whole numbers), and `costs` says what the error costs.
- ``OnBox(box, goal)``: ln, exp and Φ, by rigorous intervals; ``Axiom``: a theorem that is cited; ``Lemma``: a claim, by
  its id, that must be proved too; ``Measurement``: a question to a training's document.

Say in `attribution` whose words it is; nobody is refuted for what they did not say. The words may use the letters that
its roles have in `symbols`, or that the words define. A goal that compares numbers, or a term with itself, says nothing
and is refused. A claim that is renamed keeps its old id in `aliases`. An `erratum` needs a counterexample that is
`kept`, with what it costs.

A proved claim needs a `variant`, a false statement much like it, which the tests refute. A claim proved only under a
hypothesis that its source forgot names it in `missing`; a countermodel without it is then looked for, or may be given
as ``Counterexample(..., needed=text)``. After adding or changing claims run

    python -m mechproof.proofs.provers.certificate_search            # all that need it, or ids
    python -m mechproof.proofs.commands.register_pages docs

and commit what they write to ``proofs/certificates`` and ``docs``. ``mechproof prove --claim ID`` shows the verdict.

Examples
--------
>>> claim_of("stackelberg/eq-16-concave").expected.value
'PROVED'
"""

from __future__ import annotations

from functools import lru_cache

from ...formulations.errors import InputError
from ...formulations.registry import entries, loaded
from ...formulations.words import suggestion
from .claim import Claim, Theory


@lru_cache(maxsize=1)
def theories() -> tuple[Theory, ...]:
    """Return every installed theory, by name."""
    return tuple(sorted((loaded(entry) for entry in entries("mechproof.claims").values()), key=lambda one: one.name))


def registered() -> tuple[Claim, ...]:
    """Return every registered claim."""
    return tuple(claim for theory in theories() for claim in theory.claims)


def claim_of(name: str) -> Claim:
    """Return the claim with an id, or with one it had before.

    Raises
    ------
    InputError
        When there is none.
    """
    known = {one: claim for claim in registered() for one in (claim.id, *claim.aliases)}
    if name not in known:
        raise InputError("claim", name, "is not registered", suggestion(name, known, f"there are {len(registered())}"))
    return known[name]
