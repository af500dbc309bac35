"""Each author's reminders in Redis: in the draft they belong to, and in an index by the time they come.

The index, `decline:{tenant:user}:reminders`, holds ids of drafts and no more. A method that cannot reach
Redis raises AwayError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from pydantic import TypeAdapter

from bot.records import Author, Record, Reminded
from bot.stores.away import away
from bot.stores.encryption import UnreadableError, Vault
from bot.stores.expiry import OUTLAST
from bot.stores.places import author_key
from bot.workspace import RETENTION_DAYS

if TYPE_CHECKING:
    from bot.stores.connection import Client

_DAY = 24 * 3600

_RECORD = TypeAdapter(Record)

_EXCHANGE = (
    OUTLAST
    + """
local there = redis.call('GET', KEYS[1])
if there == ARGV[2] then return 1 end
if there ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EXAT', ARGV[3])
if ARGV[5] == '' then
  redis.call('ZREM', KEYS[2], ARGV[4])
else
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
  outlast(KEYS[2], ARGV[6])
end
return 1
"""
)
"""Of two clicks at once, one finds the draft as it was read; or what it writes, if no answer came before."""

_READ = """
local function drafts(ids)
  local found = {}
  for _, id in ipairs(ids) do
    local sealed = redis.call('GET', ARGV[2] .. id)
    if sealed then
      found[#found + 1] = id
      found[#found + 1] = sealed
    else
      redis.call('ZREM', KEYS[1], id)
    end
  end
  return found
end
local start, most = tonumber(ARGV[3]), tonumber(ARGV[5])
local total, come = redis.call('ZCARD', KEYS[1]), redis.call('ZCOUNT', KEYS[1], '-inf', ARGV[1])
if start >= total then start = math.max(0, math.floor((total - 1) / most) * most) end
local was = redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], '-inf', 'LIMIT', start, ARGV[4])
local ahead = math.max(0, start - come)
local will = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'LIMIT', ahead, most - #was)
return {drafts(was), drafts(will), redis.call('ZCARD', KEYS[1]), start}
"""
"""Those whose time has come, and those still to come; behind the last page comes the last page.

An index and what it names share a hash tag. A draft that is gone leaves the index here. KEYS: the index.
ARGV: now, prefix of drafts, start, at most so many that have come, at most so many in all.
"""

_log = structlog.get_logger()


class Reminders:
    """The reminders of all authors in one Redis; every method names the author it works for."""

    def __init__(self, redis: Client, vault: Vault, retention_days: int = RETENTION_DAYS) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client
        self._vault = vault
        self._retention = retention_days * _DAY

    def keeping(self, days: int) -> Reminders:
        """The same, in a workspace that keeps its drafts for so many days."""
        return Reminders(self._redis, self._vault, days)

    async def exchange(self, author: Author, known: Record, record: Record) -> bool:
        """Write a draft with its reminder, or without one; False when it is no longer as it was known."""
        key, index = author_key(author, "draft", record.id), author_key(author, "reminders")
        async with away():
            sealed = await self._redis.get(key)
            if sealed is None or self._read(key, sealed) != known.kept:
                return False
            return bool(
                await self._redis.eval(
                    _EXCHANGE,
                    2,
                    key,
                    index,
                    sealed,
                    self._vault.seal(key, _RECORD.dump_json(record.kept)),
                    int(record.created) + self._retention,
                    record.id,
                    record.reminder.at if record.reminder else "",
                    self._retention,
                )
            )

    async def read(self, author: Author, now: float, start: int, size: int, due: int = 0) -> Reminded:
        """A page of drafts with a reminder, at most `due` of them (all, unless told) with one that has come.

        One round trip, however many there are.
        """
        prefix = author_key(author, "draft", "")
        async with away():
            was, will, total, first = await self._redis.eval(
                _READ, 1, author_key(author, "reminders"), int(now), prefix, start, due or size, size
            )
        return Reminded(self._drafts(prefix, was), self._drafts(prefix, will), total, first)

    def _drafts(self, prefix: str, found: list[bytes]) -> tuple[Record, ...]:
        pairs = zip(found[::2], found[1::2], strict=True)
        records = (self._read(prefix + one.decode(), sealed) for one, sealed in pairs)
        return tuple(record for record in records if record and record.reminder)

    def _read(self, key: str, sealed: bytes) -> Record | None:
        try:
            return _RECORD.validate_json(self._vault.open(key, sealed))
        except (UnreadableError, ValueError):  # a lost key or another version locks nobody out
            _log.error("unreadable", key=key)
            return None
