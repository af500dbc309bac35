"""How long the app takes to start, and what it weighs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.error import URLError
from urllib.request import urlopen

from tests.benchmarks.arena import DECLINE, Arena, Contestant, decline, open_modal
from tests.benchmarks.figures import Figure, figure, ratio
from tests.benchmarks.interactions import INTERACTIONS

_START_AT_MOST = 2.0
_MEMORY_AT_MOST = 90.0
_MB = 1e-6
_AT_ONCE = 100


def weigh(arena: Arena, rounds: int, interactions: int) -> Iterator[Figure]:
    """Start it some times, then have it work."""
    ready, bolt = [], []
    for number in range(rounds + 1):
        started, imported = _until_ready(arena), _import_bolt()
        if number:
            ready.append(started)
            bolt.append(imported)
    yield figure("start", "Decline: ready, from nothing", "ms", ready, scale=1e3)
    yield figure("start", "`import slack_bolt` alone", "ms", bolt, scale=1e3)
    yield ratio("start", "ready against the import", ready, bolt, _START_AT_MOST)
    with decline(arena, arena.redis_url) as fresh:
        memory = [*work(arena, fresh, [interactions])]
    what = f"a worker after {interactions:,} interactions"
    yield figure("memory", what, "MB", memory, _MEMORY_AT_MOST, scale=_MB)


def work(arena: Arena, at: Contestant, counts: list[int]) -> Iterator[int]:
    """Have the app do everything by turns; its bytes in memory whenever it has done so many."""
    arena.contestants[DECLINE] = at
    open_modal(arena, INTERACTIONS[0])
    done, turns = 0, cycle(INTERACTIONS)
    for count in counts:
        while done < count:
            for interaction in islice(turns, len(INTERACTIONS)):
                done += arena.ask(
                    DECLINE, interaction, 600, most=min(_AT_ONCE, max(1, count - done))
                ).load.count
        yield at.program.largest_memory


def _until_ready(arena: Arena) -> float:
    begun = time.perf_counter()
    with decline(arena, arena.redis_url) as made:
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{made.port}/readyz"):
                    return time.perf_counter() - begun
            except URLError:
                time.sleep(0.002)


def _import_bolt() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import slack_bolt"], check=True)
    return time.perf_counter() - begun
