#!/usr/bin/env bash
# Guess: columns of decimals are there for exact money, so a product has the digits of both factors (.01 * .01 is .0001),
#   and a mean, which need not end, is a double or has more digits than the column.
# Seen (polars 2.1.0, pyarrow 26.0.1, pandas 3.1.1): each engine keeps the column's scale where the other does not, silently.
#   polars: .01 * .01 is 0.00 and .10 * .25 is .02; its mean of .1, .1, .2 is the double .1333. pyarrow: .01 * .01 is .0001,
#   but the mean of .1, .1, .2 is the decimal 0.1, a quarter too small; so it is for pandas with a column of arrow's.
# So: a price times a budget, or a mean budget, is computed from fractions, and decimals are only read and written.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "polars==2.1.0" "pyarrow==26.0.1" "pandas==3.1.1"
"$work/venv/bin/python" - <<'P'
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

price, budget = [Decimal("0.01"), Decimal("0.10")], [Decimal("0.01"), Decimal("0.25")]
tenths = [Decimal("0.1"), Decimal("0.1"), Decimal("0.2")]
products = {
    "polars": [str(entry) for entry in (pl.Series(price) * pl.Series(budget)).to_list()],
    "pyarrow": [str(entry) for entry in pc.multiply(pa.array(price), pa.array(budget)).to_pylist()],
}
means = {
    "polars": repr(pl.Series(tenths).mean()),
    "pyarrow": str(pc.mean(pa.array(tenths)).as_py()),
    "pandas": str(pd.Series(tenths, dtype=pd.ArrowDtype(pa.decimal128(10, 1))).mean()),
}
print(f"polars {pl.__version__}, pyarrow {pa.__version__}, pandas {pd.__version__}")
print(f"products {products}\nmeans {means}")
assert products == {"polars": ["0.00", "0.02"], "pyarrow": ["0.0001", "0.0250"]}
assert means["polars"].startswith("0.1333") and means["pyarrow"] == means["pandas"] == "0.1"
P
