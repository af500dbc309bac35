"""`python -m tests.benchmarks.soak`: 100,000 interactions, after which the app weighs what it did."""

from __future__ import annotations

import sys

from tests.benchmarks.arena import DECLINE, arena
from tests.benchmarks.history import Past
from tests.benchmarks.weight import work

COUNTS = [10_000 * number for number in range(1, 11)]
MOST_GROWTH = 1.03
"""Pages come and go; what leaks with every interaction grows far past this."""


def main() -> None:
    """Print what a worker weighs on the way; fails when it has grown."""
    past = Past(authors=200)
    weighed = []
    with arena(past, others=False) as here:
        for count, size in zip(COUNTS, work(here, here.contestants[DECLINE], COUNTS), strict=True):
            weighed.append(size)
            sys.stdout.write(f"{count:>7,} interactions: {size / 1e6:.1f} MB\n")
            sys.stdout.flush()
    grown = weighed[-1] / weighed[0]
    sys.stdout.write(f"from the first to the last: {grown:.3f}× (at most {MOST_GROWTH}×)\n")
    sys.exit(grown > MOST_GROWTH)


if __name__ == "__main__":
    main()
