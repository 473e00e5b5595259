#!/usr/bin/env bash
# Guess: a double has one nearest number of cents, so engines that cast doubles to decimals of scale 2 may differ at ties,
#   of which .615 and 2.675 are none (as doubles they lie below): all say .61 and 2.67, as Python's decimal module does.
# Seen (polars 2.1.0, pyarrow 26.0.1): pyarrow says .61, 2.67, 1.11; polars says .62, 2.68, 1.12, and agrees with it on 1.00
#   for 1.005 and on .28 for .285. The same column of doubles, paid out to the cent, is two different sums.
# So: money is read from decimals or text; doubles are taken as the doubles they are and never cast, and a note says so.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "polars==2.1.0" "pyarrow==26.0.1"
"$work/venv/bin/python" - <<'P'
from decimal import Decimal

import polars as pl
import pyarrow as pa

money = [0.615, 2.675, 1.115, 1.005, 0.285]
by_polars = [str(entry) for entry in pl.Series(money).cast(pl.Decimal(10, 2)).to_list()]
by_arrow = [str(entry) for entry in pa.array(money).cast(pa.decimal128(10, 2)).to_pylist()]
right = [str(round(Decimal(value), 2)) for value in money]
print(f"doubles {money}\npolars {pl.__version__}: {by_polars}\npyarrow {pa.__version__}: {by_arrow}\nexactly: {right}")
assert by_arrow == right == ["0.61", "2.67", "1.11", "1.00", "0.28"]
assert by_polars == ["0.62", "2.68", "1.12", "1.00", "0.28"]
P
