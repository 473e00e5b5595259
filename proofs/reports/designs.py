"""What a report says of a design: what was required of all parameters, and whether the best of them is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .documents import Named
from .numbers import brief
from .row import Mood, Row

VERDICTS = {"PROVED": Mood.GOOD, "REFUTED": Mood.BAD}


def of_design(item: Named) -> Iterator[Row]:
    """Yield what became of each requirement, and of the optimum, which is sought only if all of them are proved.

    Examples
    --------
    >>> import mechproof as mp
    >>> contest = mp.ContestPool(cost=[1, 1], alpha=4, beta=2)
    >>> found = mp.design(contest, require=["ic"]).document()
    >>> [(row.mood.value, row.what, row.verdict) for row in of_design(Named("pool", found))]
    [('bad', 'incentive compatibility, of all parameters', 'refuted')]
    """
    for found in item.document["requirements"]:
        mood, word = VERDICTS.get(found["verdict"], Mood.OPEN), found["verdict"].lower()
        what = f"{found['name'].replace('-', ' ')}, of all parameters"
        yield Row(mood, what, word, f"{found['statement']} {_instance(found)}".strip(), found["text"], *_place(item))
    best = item.document["optimum"]
    if best is not None:
        check = best["certificate"]
        mood, word = (Mood.GOOD, "certified") if check["valid"] else (Mood.OPEN, "not certified")
        shown = (
            "no parameters are better" if check["exact"] else f"nothing is better by more than {brief(check['gap'])}"
        )
        text, how = check["reason"] or shown, "boxes that cover all parameters, in balls"
        yield Row(mood, "the best parameters", word, text, how, *_place(item))


def _instance(found: dict[str, Any]) -> str:
    """Return where a requirement breaks, if that was found."""
    instance = found["instance"]
    return f"Not at {', '.join(f'{name} = {value}' for name, value in instance.items())}." if instance else ""


def _place(item: Named) -> tuple[str, str]:
    return item.name, item.about
