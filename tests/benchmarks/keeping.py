"""What the app asks of Redis: round trips, bytes for a draft, and Home with few and with very many drafts."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from redis import Redis

from bot.records import answer, person
from bot.stores.connection import connect
from bot.stores.encryption import Vault
from bot.stores.history import History
from tests.benchmarks import history
from tests.benchmarks.arena import DECLINE, Arena, decline, open_modal
from tests.benchmarks.figures import Figure, figure, ratio
from tests.benchmarks.interactions import INTERACTIONS, Interaction
from tests.benchmarks.load import Request
from tests.benchmarks.tap import Tap, tapped

_TRIPS_AT_MOST = {"/decline": 2, "message shortcut": 2, "preview update": 2, "submit, with save": 3}
"""One to authorise, one to open, and one to save."""

_BYTES_AT_MOST = 1024
_HOME_AT_MOST = 1.2
_FEW, _DRAFTS_EACH, _DRAFTS_A_PERSON = 100, 200, 12


def keep(arena: Arena, rounds: int, seconds: float, many: int) -> Iterator[Figure]:
    """Measure all three; Redis holds other things afterwards."""
    for interaction, trips in round_trips(arena).items():
        most = _TRIPS_AT_MOST.get(interaction)
        yield figure("Redis", f"round trips: {interaction}", "", [len(trips)], most)
    size = arena.runner.run(_bytes_for_a_draft(arena))
    yield figure("Redis", "bytes for a draft, encrypted, with all indexes", "", [size], _BYTES_AT_MOST)
    arena.runner.run(_fill_two(arena, many))
    while arena.redis.info("persistence")["aof_rewrite_in_progress"]:
        time.sleep(0.1)
    few, lots = _homes(arena, rounds, seconds)
    yield figure("Redis", f"Home with {_FEW} drafts", "ms", few, scale=1e3)
    yield figure("Redis", f"Home with {many:,} drafts", "ms", lots, scale=1e3)
    yield ratio("Redis", f"Home, {many:,} drafts against {_FEW}", lots, few, _HOME_AT_MOST)


def round_trips(arena: Arena) -> dict[str, list[str]]:
    """By interaction, the first command of every round trip that it takes."""
    found: dict[str, list[str]] = {}
    server, at = Path(unquote(urlsplit(arena.redis_url).path)), arena.folder / "tap.sock"
    stack = AsyncExitStack()
    tap: Tap = arena.runner.run(stack.enter_async_context(tapped(server, at)))
    ours = arena.contestants[DECLINE]
    try:
        with decline(arena, tap.url) as tapping:
            arena.contestants[DECLINE] = tapping
            open_modal(arena, INTERACTIONS[0])
            for interaction in INTERACTIONS:
                arena.ask(DECLINE, interaction, 10, most=1, connections=1)
                tap.trips.clear()
                arena.ask(DECLINE, interaction, 10, most=1, connections=1)
                found[interaction.name] = [*tap.trips]
    finally:
        arena.contestants[DECLINE] = ours
        arena.runner.run(stack.aclose())
    return found


async def _bytes_for_a_draft(arena: Arena) -> float:
    """What the drafts of an author take, by Redis's own count of all keys, and nothing else with them."""
    await history.fill(arena.redis_url, history.Past(drafts=0))
    before = _bytes(arena.redis)
    authors = 5
    async with connect(arena.redis_url, 30.0) as redis:
        kept = History(redis, Vault(history.KEYS))
        await kept.settle()
        for number in range(authors):
            await _file(kept, number, _DRAFTS_EACH)
    return (_bytes(arena.redis) - before) / (authors * _DRAFTS_EACH)


def _bytes(redis: Redis) -> int:
    return sum(redis.memory_usage(key, samples=0) or 0 for key in redis.scan_iter(count=1000))


async def _fill_two(arena: Arena, many: int) -> None:
    """Two authors: one with few drafts, one with very many."""
    await history.fill(arena.redis_url, history.Past(authors=2, drafts=0))
    async with connect(arena.redis_url, 60.0) as redis:
        kept = History(redis, Vault(history.KEYS))
        await kept.settle()
        await _file(kept, 0, _FEW)
        await _file(kept, 1, many)


async def _file(kept: History, number: int, count: int) -> None:
    """Save drafts for an author, over the last months, some at once."""
    who, catalogue = history.author(number), history.shipped()
    drafts = [*history.records(kept, who, min(count, _DRAFTS_EACH), catalogue)]
    now, span = time.time(), 150 * 24 * 3600.0
    people = max(len(history.REQUESTERS), count // _DRAFTS_A_PERSON)

    async def save(place: int) -> None:
        at = now - span * (count - place) / count
        asks = f"U0ASKS{place % people}"
        record = replace(
            drafts[place % len(drafts)],
            id=kept.draft_id(who, f"W{place}"),
            user=asks,
            person=kept.person_id(who, asks),
            created=at,
            changed=at,
        )
        await kept.save(who, record, person(record), answer(record, catalogue[record.script_id]))

    for start in range(0, count, 32):
        await asyncio.gather(*(save(place) for place in range(start, min(start + 32, count))))


def _homes(arena: Arena, rounds: int, seconds: float) -> tuple[list[float], list[float]]:
    home = next(one for one in INTERACTIONS if one.method == "views.publish")
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for which in (0, 1):
            measured = arena.ask(
                DECLINE,
                home,
                seconds,
                connections=1,
                request=functools.partial(_home_of, arena, home, which),
            )
            if number:
                found[which].append(measured.load.percentile(50))
    return found


def _home_of(arena: Arena, home: Interaction, which: int) -> Request:
    """The same event for one author."""
    make = replace(arena.make, authors=1)
    kind, body = home.ask(make)()
    return kind, body.replace(history.author(0).user.encode(), history.author(which).user.encode())
