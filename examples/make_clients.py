"""Make clients.csv: 200 clinics whose privacy costs are log-normal, so that only the cheapest few will sell.

Run it from any folder; the file is written beside it, the same bytes every time.
"""

import csv
import random
from pathlib import Path

CLIENTS, MEDIAN_COST, SPREAD, SEED = 200, 0.02, 0.25, 2023

if __name__ == "__main__":
    generator = random.Random(SEED)
    with (Path(__file__).parent / "clients.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["client", "cost", "epsilon_cap"])
        for number in range(1, CLIENTS + 1):
            cost = MEDIAN_COST * generator.lognormvariate(0, SPREAD)
            rows.writerow([f"clinic-{number:03}", f"{cost:.5f}", generator.choice([2, 4, 8, 16])])
