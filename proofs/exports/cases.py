"""A sentence in each of its cases: read twice at once, its statements as written beside the lines they became."""

from __future__ import annotations

from dataclasses import dataclass

from ...formulations.algebra import read
from ..kernel.kernel import Line
from ..kernel.polynomials import MOST_CASES, Fork
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import Relation, Sentence
from .narration import Narration


@dataclass(frozen=True)
class Case:
    """A sentence in one of its cases: its lines and their sources, its statements as written and as they are here.

    `written` holds the statements in the order given, lemmas, goal; `places` says which line each became.
    """

    narration: Narration
    written: tuple[Relation, ...]
    places: tuple[int, ...]

    @property
    def lines(self) -> list[Line]:
        """Its lines."""
        return self.narration.lines

    def here(self, statement: int) -> Relation:
        """Return a statement as it is in this case."""
        return self.narration.sources[self.places[statement]].statement


def narrated(sentence: Sentence) -> list[Case]:
    """Return a sentence's cases, in the order in which its certificate has them.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import above
    >>> (case,) = narrated(Sentence({"x > 0": lambda a, x: above(x, 0)}, lambda a, x: above(1 / x, 0)))
    >>> case.lines[-1].polynomial, case.written[-1].left
    ({(): 1}, Term('/', (Term('number', (Fraction(1, 1),)), Term('variable', ('x',)))))
    """
    waiting: list[tuple[bool, ...]] = [()]
    found: list[Case] = []
    while waiting:
        choices = waiting.pop()
        try:
            found.append(_told(sentence, choices))
        except Fork:
            if len(found) + len(waiting) >= MOST_CASES:
                raise UnreadableError(f"it has more than {MOST_CASES} cases of maxima and minima") from None
            waiting += [(*choices, False), (*choices, True)]
    return found


def _told(sentence: Sentence, choices: tuple[bool, ...]) -> Case:
    narration = Narration(choices)
    roles = {name: narration.role(name) for name in sentence.variables}
    written, places = [], []
    statements = [
        *(("given", "given", formula) for formula in sentence.given.values()),
        *(("lemma", "prove", formula) for formula in sentence.lemmas),
        ("goal", "prove", sentence.goal),
    ]
    for kind, role, formula in statements:
        written.append(narration.add(kind, role, read(formula, narration, roles)))
        places.append(len(narration.lines) - 1)
    return Case(narration, tuple(written), tuple(places))
