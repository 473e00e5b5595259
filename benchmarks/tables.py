"""Ten million rows: how long a table of that length is read, and the most memory that takes.

Run ``python benchmarks/tables.py [ROWS]`` on Linux. Each line is a process of its own: its seconds of computing and its
most memory, with what Python, NumPy and pyarrow take by themselves (the line ``nothing``).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROWS = 10**7
PIECE = 10**6
SPEC = """format = 1
[mechanism]
type = "stackelberg-pricing"
cost = {{ file = "{file}", column = "{column}"{rest} }}
alpha = 1e7
beta = 1e6
"""


def write_tables(folder: Path, rows: int) -> None:
    """Write clients with costs in cents and with costs that all differ, as CSV and as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    kinds = {
        "client": pa.string(),
        "cents": pa.decimal128(12, 2),
        "fine": pa.decimal128(20, 12),
        "doubles": pa.float64(),
    }
    schema = pa.schema(kinds)
    with (folder / "big.csv").open("w") as text, pq.ParquetWriter(folder / "big.parquet", schema) as parquet:
        text.write("client,cents,fine\n")
        for start in range(0, rows, PIECE):
            count = min(PIECE, rows - start)
            cents, fine = rng.integers(1, 10_000, count), rng.integers(10**11, 10**13, count)
            lines = [
                (f"c{start + index}", f"{cent // 100}.{cent % 100:02}", f"{part // 10**12}.{part % 10**12:012}")
                for index, (cent, part) in enumerate(zip(cents.tolist(), fine.tolist(), strict=True))
            ]
            text.writelines(",".join(line) + "\n" for line in lines)
            columns = [*map(list, zip(*lines, strict=True)), rng.uniform(0.1, 9, count)]
            parquet.write_table(
                pa.table(
                    [pa.array(column).cast(field.type) for column, field in zip(columns, schema, strict=True)], schema
                )
            )


def measure(what: str, folder: Path) -> None:
    """Do one thing and print its seconds and its process's most memory."""
    import pyarrow.parquet  # noqa: F401

    import mechproof as mp

    started = time.process_time()
    if what != "nothing":
        mp.read_specification(folder / f"{what}.toml")
    status = Path("/proc/self/status").read_text()
    most = int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 2**20  # type: ignore[index]
    print(f"{what:32} {time.process_time() - started:8.1f} s {most:8.2f} GiB")


def main(rows: int) -> None:
    """Print one line for each kind of table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, rows)
        print(f"{rows:,} rows: " + ", ".join(f"{p.name} {p.stat().st_size / 2**20:.0f} MiB" for p in folder.iterdir()))
        kinds = ["nothing"]
        for file in ("big.csv", "big.parquet"):
            columns = [("cents", ""), ("cents", ', id = "client"'), ("fine", "")]
            for column, rest in columns if file == "big.csv" else [*columns, ("doubles", "")]:
                kinds.append(f"{file}, {column}{' with names' if rest else ''}")
                (folder / f"{kinds[-1]}.toml").write_text(SPEC.format(file=file, column=column, rest=rest))
        for what in kinds:
            subprocess.run([sys.executable, __file__, "--measure", what, name], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
