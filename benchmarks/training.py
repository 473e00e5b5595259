"""What a study costs at 100,000 clients: CPU seconds and peak memory of one process, by the default protocol.

    python benchmarks/training.py [CLIENTS]

To compare two versions, run it with each installed; the records are generated, so that every client holds one.
"""

import json
import resource
import sys
import time

import numpy as np

from mechproof.dpfl.training.data import Dataset
from mechproof.dpfl.training.protocol import Protocol
from mechproof.dpfl.training.train import train

FEATURES, CLASSES = 64, 10


def generated(records: int) -> Dataset:
    """Return blobs around ten centres, in the shape of the digits."""
    generator = np.random.default_rng(0)
    labels = generator.integers(CLASSES, size=records)
    features = generator.uniform(size=(CLASSES, FEATURES))[labels]
    features += generator.normal(scale=0.2, size=features.shape)
    return Dataset("ten blobs", "generated", "CC0-1.0", np.clip(features, 0, 1, out=features), labels, CLASSES)


def main() -> None:
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    own = generated(clients * 13 // 10)
    budgets = np.random.default_rng(1).lognormal(0, 1, size=clients)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    result = train(budgets, Protocol(), dataset=own)
    print(
        json.dumps(
            {
                "clients": clients,
                "cpu_seconds": round(time.process_time() - started, 1),
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "peak_mib_before": before // 1024,
                "accuracy": round(result.arm("mechanism").interval.mean, 4),
            }
        )
    )


if __name__ == "__main__":
    main()
