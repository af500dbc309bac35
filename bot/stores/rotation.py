"""Key rotation: everything sealed is sealed anew by the newest key, while the app runs.

Keys are found by SCAN, which gives each one that is there all the time (on a cluster, from every primary).
What is written meanwhile is never lost: a value is replaced only where it is still what was read. So a
rotation may be interrupted and run again. A value's place is its Redis key, in a hash or a list as well.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.stores import marks
from bot.stores.encryption import UnreadableError, Vault, looks_sealed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bot.stores.connection import Client

_PATTERN = "decline:*"

_BATCH = 100
"""Keys, and values, in one round trip: what is in memory at a time. A list is read as a whole."""

_NAMED = 50
"""Keys named as unreadable; if there are more, their number is enough."""

_REPLACE = {
    b"string": """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
        return 1""",
    b"hash": """
        if redis.call('HGET', KEYS[1], ARGV[3]) ~= ARGV[1] then return 0 end
        redis.call('HSET', KEYS[1], ARGV[3], ARGV[2])
        return 1""",
    b"list": """
        local at = ARGV[3]
        if redis.call('LINDEX', KEYS[1], at) ~= ARGV[1] then at = redis.call('LPOS', KEYS[1], ARGV[1]) end
        if not at then return 0 end
        redis.call('LSET', KEYS[1], at, ARGV[2])
        return 1""",
}
"""By type, what replaces a value (ARGV[1] by ARGV[2], at ARGV[3]) and keeps the end of its key."""


@dataclass(slots=True)
class Tally:
    """What a rotation came upon: numbers of values, and the first of the keys that hold unreadable ones."""

    resealed: int = 0
    already: int = 0
    changed: int = 0
    unreadable: int = 0
    where: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Value:
    kind: bytes
    key: bytes
    at: bytes | int
    sealed: bytes


async def size(redis: Client) -> int:
    """How many keys there are to look at, about."""
    asked: Any = redis
    return int(await asked.dbsize())


async def rotate(redis: Client, vault: Vault, advance: Callable[[int], object] = lambda _: None) -> Tally:
    """Seal everything anew that is not sealed by the newest key; `advance` is told how many keys are done."""
    tally = Tally()
    keys: list[bytes] = []
    with suppress(UnreadableError):  # it is counted below, like any other
        await marks.take_up(redis, vault)  # while the key that it is made from is still there
    asked: Any = redis
    async for key in asked.scan_iter(match=_PATTERN, count=_BATCH):
        keys.append(key)
        if len(keys) == _BATCH:
            await _renew(asked, vault, keys, tally)
            advance(len(keys))
            keys.clear()
    await _renew(asked, vault, keys, tally)
    advance(len(keys))
    return tally


async def _renew(redis: Any, vault: Vault, keys: list[bytes], tally: Tally) -> None:
    fresh: list[tuple[_Value, bytes]] = []
    async for value in _values(redis, keys):
        try:
            renewed = vault.renew(value.key.decode(errors="replace"), value.sealed)
        except UnreadableError:
            tally.unreadable += 1
            if len(tally.where) < _NAMED:
                tally.where[value.key.decode(errors="replace")] = None
            continue
        if renewed is None:
            tally.already += 1
            continue
        fresh.append((value, renewed))
        if len(fresh) == _BATCH:
            await _replace(redis, fresh, tally)
            fresh.clear()
    await _replace(redis, fresh, tally)


async def _replace(redis: Any, fresh: list[tuple[_Value, bytes]], tally: Tally) -> None:
    commands = [
        ("EVAL", _REPLACE[one.kind], 1, one.key, one.sealed, renewed, one.at) for one, renewed in fresh
    ]
    done = await _at_once(redis, commands)
    tally.resealed += sum(one == 1 for one in done)
    tally.changed += sum(one != 1 for one in done)


async def _values(redis: Any, keys: list[bytes]) -> AsyncIterator[_Value]:
    """What is sealed under some keys; sets hold nothing that is, and what is not sealed is left alone."""
    kinds = await _at_once(redis, [("TYPE", key) for key in keys])
    by_kind = {kind: [key for key, one in zip(keys, kinds, strict=True) if one == kind] for kind in _REPLACE}
    strings = by_kind[b"string"]
    for key, sealed in zip(strings, await _at_once(redis, [("GET", key) for key in strings]), strict=True):
        if looks_sealed(sealed or b""):
            yield _Value(b"string", key, 0, sealed)
    for key in by_kind[b"list"]:  # as a whole, for parts of it would shift under a push
        (items,) = await _at_once(redis, [("LRANGE", key, 0, -1)])
        for at, sealed in enumerate(items or ()):
            if looks_sealed(sealed):
                yield _Value(b"list", key, at, sealed)
    scans: list[tuple[bytes, int]] = [(key, 0) for key in by_kind[b"hash"]]
    while scans:
        found = await _at_once(redis, [("HSCAN", key, cursor, "COUNT", _BATCH) for key, cursor in scans])
        pages = [(key, *page) for (key, _), page in zip(scans, found, strict=True) if page]
        for key, _, fields in pages:
            for at, sealed in fields.items():
                if looks_sealed(sealed):
                    yield _Value(b"hash", key, at, sealed)
        scans = [(key, cursor) for key, cursor, _ in pages if cursor]


async def _at_once(redis: Any, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The answers to some commands, in one round trip; None for a key that is of another type by now."""
    if not commands:
        return []
    async with redis.pipeline(transaction=False) as pipe:
        for command in commands:
            pipe.execute_command(*command)
        answers = await pipe.execute(raise_on_error=False)
    for answer in answers:
        if isinstance(answer, Exception) and "WRONGTYPE" not in str(answer):
            raise answer
    return [None if isinstance(answer, Exception) else answer for answer in answers]
