"""Make marketplace_survey.csv, marketplace_buyers.csv and marketplace_owners.csv: the people of marketplace.toml.

Run it from any folder; the files are written beside it, the same bytes every time.
"""

import csv
import random
from pathlib import Path

OWNERS, SURVEYED, COMING, SEED = 40, 300, 280, 2025
MEDIAN_COST, SPREAD = 14.0, 0.3  # of a hospital's privacy, money for one unit of ε
WORTH = (12.0, 35.0, 80.0, 140.0)  # median valuation of each version; those who come are a little poorer
POORER = 0.93


def write(name, header, rows):
    """Write one file beside this one."""
    with (Path(__file__).parent / name).open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(header)
        lines.writerows(rows)


def buyers(generator, count, name, worth):
    """Draw buyers: the version that each wants, and what it is worth to them."""
    for number in range(1, count + 1):
        wanted = generator.choices(range(len(WORTH)), weights=(4, 3, 2, 1))[0]
        value = worth * WORTH[wanted] * generator.lognormvariate(0, 0.35)
        yield f"{name}-{number:03}", wanted, f"{value:.2f}"


if __name__ == "__main__":
    generator = random.Random(SEED)
    header = ["buyer", "version", "value"]
    write("marketplace_survey.csv", header, buyers(generator, SURVEYED, "asked", 1.0))
    write("marketplace_buyers.csv", header, buyers(generator, COMING, "buyer", POORER))
    owners = (
        (
            f"hospital-{number:02}",
            f"{MEDIAN_COST * generator.lognormvariate(0, SPREAD):.2f}",
            generator.choice([4, 8, 12, 16]),
            generator.choice([20, 30, 40]),
        )
        for number in range(1, OWNERS + 1)
    )
    write("marketplace_owners.csv", ["owner", "cost", "epsilon_cap", "records"], owners)
