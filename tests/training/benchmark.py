"""How long reading a message takes, how long loading takes, and how much memory stays: figures, not tests."""

from __future__ import annotations

import sys
import time
import tracemalloc

from bot.paths import TEMPLATES
from bot.suggest import Suggester
from tests.training.material import labelled

FOLDER = TEMPLATES / "suggest"
SHORTEST, LONGEST = 270, 330
ROUNDS = 30


def main() -> None:
    """Print the best of several rounds."""
    loads = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        suggester = Suggester.load(FOLDER)
        loads.append(time.perf_counter() - before)
    texts = [one.text for one in labelled() if SHORTEST <= len(one.text) <= LONGEST]
    rounds = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        for text in texts:
            suggester.suggest(text)
        rounds.append((time.perf_counter() - before) / len(texts))
    before = time.perf_counter()
    suggester.suggest("Could you introduce me to your manager? " * 1000)
    longest = time.perf_counter() - before
    tracemalloc.start()
    kept = Suggester.load(FOLDER)
    memory, peak = tracemalloc.get_traced_memory()
    sys.stdout.write(
        f"load: {min(loads) * 1000:.1f} ms\n"
        f"300 characters: {min(rounds) * 1000:.2f} ms (over {len(texts)} messages)\n"
        f"40,000 characters: {longest * 1000:.1f} ms\n"
        f"memory: {memory / 1e6:.1f} MB ({peak / 1e6:.1f} MB while loading)\n"
        f"file: {(FOLDER / 'model.bin').stat().st_size / 1e6:.2f} MB, {len(kept.lexicon.concepts)} concepts\n"
    )


if __name__ == "__main__":
    main()
