"""A million clients by VCG and by Myerson's rule, beside NumPy's sort of as many numbers: CPU seconds, interleaved.

python benchmarks/procurement.py
"""

import time
from functools import partial

import numpy as np

import mechproof as mp

SIZE, ROUNDS = 10**6, 5


def cpu(work) -> float:
    """The CPU seconds of one run."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    generator = np.random.default_rng(1)
    cost, cap = generator.lognormal(0, 0.5, SIZE), generator.uniform(0, 1, SIZE)
    prior = mp.LognormalPrior(mu=0, sigma="0.5")
    for rule in ("vcg", "myerson"):
        game = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=10.0, beta=1e6, rule=rule, prior=prior)
        solution = mp.solve(game)
        assert solution.certificate.valid
        works = (partial(np.sort, cost), partial(mp.solve, game), partial(mp.certify, solution))
        sort, solve, certify = np.min([list(map(cpu, works)) for _ in range(ROUNDS)], axis=0)
        in_sorts = f"{solve / sort:.1f} and {certify / sort:.1f} sorts"
        print(f"{rule}: sort {sort:.4f} s, solve {solve:.3f} s, certify {certify:.3f} s: {in_sorts}")


if __name__ == "__main__":
    main()
