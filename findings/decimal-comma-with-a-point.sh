#!/usr/bin/env bash
# Guess: who reads a table with decimal_comma=True into doubles is told of a cell such as 1.234, which in such a table is
#   twelve hundred and thirty-four, or else has it read as 1234.
# Seen (polars 2.1.0): it is read as 1.234, a thousandth, beside 0,25 read as .25, and nothing is said; 1.234,5 is refused, and
#   into decimals 1.234 is refused too. (Without a schema the column becomes text.)
# So: a column with both signs is refused with both lines, whatever it is to become, and so is 1.234 where the comma was told.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "polars==2.1.0"
"$work/venv/bin/python" - <<'P'
import polars as pl


def read(cell: str, kind: object) -> object:
    table = f"client;cost\nAnn;{cell}\nBob;0,25\n".encode()
    try:
        return pl.read_csv(table, separator=";", decimal_comma=True, schema_overrides={"cost": kind})["cost"].to_list()
    except pl.exceptions.ComputeError:
        return "refused"


found = {
    "1.234 into doubles": read("1.234", pl.Float64),
    "1.234,5 into doubles": read("1.234,5", pl.Float64),
    "1.234 into decimals": read("1.234", pl.Decimal(20, 6)),
}
print(f"polars {pl.__version__}: {found}")
assert found == {"1.234 into doubles": [1.234, 0.25], "1.234,5 into doubles": "refused", "1.234 into decimals": "refused"}
P
