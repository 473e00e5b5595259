"""The theory of truthful purchase: its claims in order, and the symbols they are printed with."""

from __future__ import annotations

from ..claim import Theory
from .myerson import MYERSON_PAYS, MYERSON_RATIONAL, MYERSON_TRUTHFUL
from .refuted import FIRST_PRICE, MYERSON_EFFICIENT, RECOMPUTED, RECOMPUTED_LOG
from .ties import BY_COST, LOSS
from .vcg import EFFICIENT, NO_DEFICIT, VCG_RATIONAL, VCG_TRUTHFUL

THEORY = Theory(
    "procurement",
    (
        VCG_TRUTHFUL,
        VCG_RATIONAL,
        NO_DEFICIT,
        EFFICIENT,
        FIRST_PRICE,
        RECOMPUTED,
        RECOMPUTED_LOG,
        MYERSON_TRUTHFUL,
        MYERSON_RATIONAL,
        MYERSON_PAYS,
        MYERSON_EFFICIENT,
        LOSS,
        BY_COST,
    ),
    mechanism="privacy-procurement",
    symbols={
        "epsilon": r"\varepsilon",
        "other_epsilon": r"\varepsilon'",
        "own_epsilon": r"\varepsilon_i",
        "epsilon_now": r"\varepsilon_k",
        "cost": "c",
        "own_cost": "c_i",
        "report": "r",
        "most": "W",
        "most_without": r"W_{-i}",
        "worth": "V",
        "other_worth": "V'",
        "worth_less": r"V_{-i}",
        "worth_step": r"\Delta V",
        "rest": "C",
        "other_rest": "C'",
        "total": "E",
        "sold": r"\Sigma\varepsilon",
        "paid": r"\Sigma p",
        "price": r"\lambda",
        "surplus": "u",
        "excess": "l",
        "cap": "e",
        "charge": r"\psi",
        "step": r"\Delta c",
        "moved": r"\Sigma\Delta",
        "rent_moved": r"\Delta R",
        "rent": "R",
        "drop": r"\Delta\varepsilon",
        "added": r"\Sigma\Delta V",
        "spent_more": r"\Delta C",
        "half": "h",
        "low": "a",
        "unit": "v",
        "cheap": "c_1",
        "middle": "c_2",
        "dear": "c_3",
        "cheap_share": "f_1",
        "middle_share": "f_2",
        "dear_share": "f_3",
        "alpha": r"\alpha",
        "beta": r"\beta",
    },
)
