"""Make survey.csv: 40 buyers of three versions of a statistic, who value privacy budget less than in proportion.

Run it from any folder; the file is written beside it, the same bytes every time.
"""

import csv
import random
from pathlib import Path

BUYERS, SPREAD, SEED = 40, 0.4, 2021
TYPICAL_VALUES = (8, 20, 70)
"""What a typical buyer of each version would pay: for the third more than three times as much as for the second."""

if __name__ == "__main__":
    generator = random.Random(SEED)
    with (Path(__file__).parent / "survey.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["buyer", "version", "value"])
        for number in range(1, BUYERS + 1):
            version = generator.choices((0, 1, 2), weights=(3, 2, 1))[0]
            value = TYPICAL_VALUES[version] * generator.lognormvariate(0, SPREAD)
            rows.writerow([f"asked-{number:02}", version, f"{value:.1f}"])
