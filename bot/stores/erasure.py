"""What an author takes back: one person with all that was kept of them, or everything.

It is deleted at once, by a script that takes the author's keys together (they share a hash tag). A draft that
is saved meanwhile comes before that and goes, or comes after it and stays whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.stores.away import AwayError, away
from bot.stores.places import author_key, author_keys, tenant_key
from bot.workspace import LONGEST_RETENTION

if TYPE_CHECKING:
    from bot.records import Author
    from bot.stores.connection import Client

_DAY = 24 * 3600

_BATCH = 1000
_AT_ONCE = 5000
"""Keys of drafts: the newest so many go in the same moment as their index."""

_TRIES = 5
"""How often a deletion begins anew because a draft was saved while it looked."""

IDS = """
local ids, seen = {}, {}
local function take(found)
  for _, id in ipairs(found) do
    if not seen[id] then
      seen[id] = true
      ids[#ids + 1] = id
    end
  end
end
take(redis.call('HKEYS', KEYS[1]))
if redis.call('TYPE', KEYS[2]).ok == 'zset' then take(redis.call('ZRANGE', KEYS[2], 0, -1)) end
"""
"""The ids of the drafts about one person: by their answers (KEYS[1]) and by their own index (KEYS[2]).

Fields that are no ids name no draft, and do no harm.
"""

_FORGET = (
    IDS
    + """
local gone = 0
for _, id in ipairs(ids) do gone = gone + redis.call('UNLINK', ARGV[1] .. id) end
local known = redis.call('UNLINK', KEYS[1])
redis.call('UNLINK', KEYS[2])
ids[#ids + 1] = ARGV[2]
local remove = {zset = 'ZREM', hash = 'HDEL', set = 'SREM'}
for i = 3, #KEYS do
  local how = remove[redis.call('TYPE', KEYS[i]).ok]
  if how then
    for from = 1, #ids, 1000 do
      redis.call(how, KEYS[i], unpack(ids, from, math.min(from + 999, #ids)))
    end
  end
end
return {gone, known}
"""
)
"""Delete a person, the drafts about them, and both from every other index (KEYS[3] and on)."""

_ERASE = """
local newest = redis.call('ZREVRANGE', KEYS[1], 0, 0)[1] or ''
if newest ~= ARGV[1] or redis.call('ZCARD', KEYS[2]) ~= tonumber(ARGV[2]) then return {-1, 0} end
local gone, left = 0, 0
for _, key in ipairs(KEYS) do gone = gone + redis.call('UNLINK', key) end
for _, key in ipairs(KEYS) do left = left + redis.call('EXISTS', key) end
return {gone, left}
"""
"""Delete these keys and look for them, unless a draft or a person has come since they were listed.

A moment later they may be there again, of somebody who drafts on.
"""


class RemainsError(Exception):
    """Something is still there after it was deleted."""


class Erasure:
    """What one Redis can take away from what it keeps; every method names the author it works for."""

    def __init__(self, redis: Client) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client

    async def forget(self, author: Author, mark: str) -> int:
        """Forget a person and the drafts about them; returns how many drafts that were.

        Raises RemainsError if anything is left when it is looked for.
        """
        person, own = author_key(author, "person", mark), author_key(author, "drafts", mark)
        (keys,) = await author_keys(self._redis, [author])
        indexes = _shared(author, keys, person)
        prefix = author_key(author, "draft", "")
        async with away():
            gone, _ = await self._redis.eval(_FORGET, 2 + len(indexes), person, own, *indexes, prefix, mark)
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.exists(person)
                pipe.exists(own)
                pipe.zscore(author_key(author, "people"), mark)
                left = await pipe.execute()
        if left[:2] != [0, 0] or left[2] is not None:
            raise RemainsError(mark)
        return int(gone)

    async def erase(self, author: Author) -> int:
        """Delete everything of an author; returns how many keys that were.

        Raises RemainsError if anything is left when it is looked for.
        """
        drafts, people = author_key(author, "drafts"), author_key(author, "people")
        gone_early = 0
        for _ in range(_TRIES):
            async with away(), self._redis.pipeline(transaction=False) as pipe:
                pipe.zrevrange(drafts, 0, 0)
                pipe.zcard(people)
                pipe.smembers(author_key(author, "exports"))
                newest, known, links = await pipe.execute()
            (listed,) = await author_keys(self._redis, [author])
            early, keys = _apart(author, listed)
            gone_early += await self._let_go(early)
            expected = (newest[0] if newest else "", known)
            async with away():
                gone, left = await self._redis.eval(_ERASE, len(keys), *keys, *expected)
            if left:
                raise RemainsError(author.user)
            if gone >= 0:
                await self._withdraw(author, [link.decode() for link in links])
                return gone_early + int(gone)
        raise AwayError("busy")

    async def _let_go(self, keys: list[str]) -> int:
        """Delete drafts of long ago, some at a time: a server does nothing else while it runs a script."""
        gone = 0
        for at in range(0, len(keys), _BATCH):
            some = keys[at : at + _BATCH]
            async with away(), self._redis.pipeline(transaction=False) as pipe:
                pipe.execute_command("UNLINK", *some)  # a cluster's pipeline has no method for it
                pipe.exists(*some)
                unlinked, left = await pipe.execute()
            if left:
                raise RemainsError
            gone += unlinked
        return gone

    async def _withdraw(self, author: Author, links: list[str]) -> None:
        """Delete what is filed elsewhere: links, and the place on the list of the workspace's authors."""
        authors, known = tenant_key(author.tenant, "authors"), author_key(author, "profile")
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.srem(authors, author.user)
            for link in links:
                pipe.delete(link)
            pipe.exists(known)
            pipe.exists(author_key(author, "drafts"))
            for link in links:
                pipe.exists(link)
            found = await pipe.execute()
        came_back, left = found[1 + len(links) : 3 + len(links)], found[3 + len(links) :]
        if any(left):
            raise RemainsError(author.user)
        if any(came_back):  # since the moment of the deletion: whoever has something here is on the list
            async with away(), self._redis.pipeline(transaction=False) as pipe:
                pipe.sadd(authors, author.user)
                pipe.expire(authors, (LONGEST_RETENTION + 1) * _DAY, nx=True)
                await pipe.execute()


def _apart(author: Author, listed: list[str]) -> tuple[list[str], list[str]]:
    """Drafts that can go beforehand and the keys that go at once: `drafts` and `people` first."""
    indexes, prefix = (
        [author_key(author, one) for one in ("drafts", "people")],
        author_key(author, "draft", ""),
    )
    drafts = [key for key in listed if key.startswith(prefix)]
    early = drafts[:-_AT_ONCE]
    rest = {*indexes, *early}
    return early, [*indexes, *(key for key in listed if key not in rest)]


def _shared(author: Author, keys: list[str], person: str) -> list[str]:
    """Those of an author's keys that may name more than one person: not a draft, a person, or their index."""
    people, drafts = author_key(author, "person", ""), author_key(author, "draft", "")
    each = {key for key in (*keys, person) if key.startswith(people)}
    each |= {author_key(author, "drafts", key.removeprefix(people)) for key in each}
    return [key for key in keys if key not in each and not key.startswith(drafts)]
