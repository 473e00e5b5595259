"""Make clients.csv: 1,000 clients whose privacy costs are log-normal, a factor of about three either way of the median.

Run it from any folder; the file is written beside it, the same bytes every time.
"""

import csv
import random
from pathlib import Path

CLIENTS, MEDIAN_COST, SPREAD, SEED = 1000, 0.02, 0.5, 2023

if __name__ == "__main__":
    generator = random.Random(SEED)
    with (Path(__file__).parent / "clients.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["client", "cost"])
        for number in range(1, CLIENTS + 1):
            rows.writerow([f"client-{number:04}", f"{MEDIAN_COST * generator.lognormvariate(0, SPREAD):.5f}"])
