"""All that is kept for one author: counted, read in batches, forgotten for one person, or deleted.

What is deleted is deleted at once, by a script that takes the author's keys together (they share a hash tag).
A draft that is saved meanwhile comes before it and goes, or comes after it and stays whole.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from pydantic import TypeAdapter

from bot.belongings import About, Counts, Requester
from bot.ladder import Answer
from bot.records import Author, Notes, Person, Preferences, Profile, Record
from bot.stores.away import AwayError, away
from bot.stores.encryption import UnreadableError, Vault
from bot.stores.places import author_key, author_keys, tenant_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.stores.connection import Client

BATCH = 200
"""Drafts, or people, at a time: what is in memory while everything is read."""

_TRIES = 5
"""How often a deletion begins anew because a draft was saved while it looked."""

_ANSWER, _PERSON, _PROFILE = TypeAdapter(Answer), TypeAdapter(Person), TypeAdapter(Profile)
_NOTES, _PREFERENCES, _RECORD = TypeAdapter(Notes), TypeAdapter(Preferences), TypeAdapter(Record)

_IDS = """
local ids, seen = {}, {}
local function take(found)
  for _, id in ipairs(found) do
    if id ~= 'about' and id ~= 'notes' and not seen[id] then
      seen[id] = true
      ids[#ids + 1] = id
    end
  end
end
take(redis.call('HKEYS', KEYS[1]))
if redis.call('TYPE', KEYS[2]).ok == 'zset' then take(redis.call('ZRANGE', KEYS[2], 0, -1)) end
"""
"""The ids of the drafts about one person: by their answers (KEYS[1]) and by their own index (KEYS[2])."""

_ABOUT = (
    _IDS
    + """
local drafts = {}
for i, id in ipairs(ids) do drafts[i] = redis.call('GET', ARGV[1] .. id) or '' end
return {redis.call('HGET', KEYS[1], 'about') or '', ids, drafts}
"""
)

_FORGET = (
    _IDS
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
if newest ~= ARGV[1] or redis.call('ZCARD', KEYS[2]) ~= tonumber(ARGV[2]) then return -1 end
local gone = 0
for _, key in ipairs(KEYS) do gone = gone + redis.call('UNLINK', key) end
return gone
"""
"""Delete these keys, unless a draft or a person has come since they were listed."""

T = TypeVar("T")

_log = structlog.get_logger()


class RemainsError(Exception):
    """Something is still there after it was deleted."""


class Belongings:
    """What one Redis keeps for all authors; every method names the author it works for."""

    def __init__(self, redis: Client, vault: Vault) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client
        self._vault = vault

    async def counts(self, author: Author, since: float = 0) -> Counts:
        """How much there is, in one round trip; what is older than `since` has ended, though it is listed."""
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.zcount(author_key(author, "drafts"), since, "+inf")
            pipe.zcount(author_key(author, "people"), since, "+inf")
            pipe.zcard(author_key(author, "reminders"))
            pipe.hlen(author_key(author, "scripts"))
            return Counts(*await pipe.execute())

    async def requesters(self, author: Author, count: int) -> list[Requester]:
        """Whom the author dealt with lately, the latest first: two round trips, however many there are."""
        async with away():
            marks = await self._redis.zrevrange(author_key(author, "people"), 0, count - 1)
            keys = [author_key(author, "person", mark.decode()) for mark in marks]
            async with self._redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.hget(key, "about")
                found = await pipe.execute() if keys else []
        known = zip(marks, (self._read(_PERSON, *one) for one in zip(keys, found, strict=True)), strict=True)
        return [Requester(mark.decode(), person.name) for mark, person in known if person]

    async def requester(self, author: Author, mark: str) -> tuple[Requester, list[Record]] | None:
        """One of them with the drafts about them; None for somebody who is not known, or no longer."""
        keys = author_key(author, "person", mark), author_key(author, "drafts", mark)
        prefix = author_key(author, "draft", "")
        async with away():
            about, ids, drafts = await self._redis.eval(_ABOUT, 2, *keys, prefix)
        found = {prefix + one.decode(): sealed for one, sealed in zip(ids, drafts, strict=True) if sealed}
        person = self._read(_PERSON, keys[0], about)
        if person is None and not found:
            return None
        records = [record for one in found.items() if (record := self._read(_RECORD, *one))]
        return Requester(mark, person.name if person else "", len(found)), records

    async def about(self, author: Author) -> About:
        """What is kept of the author themselves, in one round trip."""
        profile, preferences = author_key(author, "profile"), author_key(author, "preferences")
        scripts = author_key(author, "scripts")
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.get(profile)
            pipe.get(preferences)
            pipe.hgetall(scripts)
            found = await pipe.execute()
        own = [self._open(scripts, sealed) for sealed in found[2].values()]
        return About(
            self._read(_PROFILE, profile, found[0]),
            self._read(_PREFERENCES, preferences, found[1]) or Preferences(),
            tuple(json.loads(one) for one in own if one),
        )

    async def drafts(self, author: Author) -> AsyncIterator[Record]:
        """Every draft, oldest first, a batch at a time."""
        async for ids in self._pages(author_key(author, "drafts")):
            keys = [author_key(author, "draft", one) for one in ids]
            async with away():
                found = await self._redis.mget(keys)
            for key, sealed in zip(keys, found, strict=True):
                if record := self._read(_RECORD, key, sealed):
                    yield record

    async def people(self, author: Author) -> AsyncIterator[Person]:
        """Everybody who asked, with what they were told, a batch at a time."""
        async for marks in self._pages(author_key(author, "people")):
            keys = [author_key(author, "person", one) for one in marks]
            async with away(), self._redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.hgetall(key)
                found = await pipe.execute()
            for key, fields in zip(keys, found, strict=True):
                if person := self._person(key, fields):
                    yield person

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
        for _ in range(_TRIES):
            async with away(), self._redis.pipeline(transaction=False) as pipe:
                pipe.zrevrange(drafts, 0, 0)
                pipe.zcard(people)
                newest, known = await pipe.execute()
            (listed,) = await author_keys(self._redis, [author])
            keys = [drafts, people, *(key for key in listed if key not in {drafts, people})]
            expected = (newest[0] if newest else "", known)
            async with away():
                links = await self._redis.smembers(author_key(author, "exports"))
                gone = int(await self._redis.eval(_ERASE, len(keys), *keys, *expected))
            if gone >= 0:
                await self._verify(author, keys, [link.decode() for link in links])
                return gone
        raise AwayError("busy")

    async def _verify(self, author: Author, keys: list[str], links: list[str]) -> None:
        """Take away what is filed elsewhere, and look for all that was deleted."""
        authors = tenant_key(author.tenant, "authors")
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.srem(authors, author.user)
            for link in links:
                pipe.delete(link)
            await pipe.execute()
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            for key in links:
                pipe.exists(key)
            for at in range(0, len(keys), BATCH):
                pipe.exists(*keys[at : at + BATCH])
            pipe.sismember(authors, author.user)
            left = sum(await pipe.execute())
        if left:
            raise RemainsError(author.user)

    async def _pages(self, index: str) -> AsyncIterator[list[str]]:
        """The members of an index in its order, each once; what comes or goes meanwhile moves no page."""
        score, skip = "-inf", 0
        while True:
            async with away():
                found = await self._redis.zrange(
                    index, score, "+inf", byscore=True, offset=skip, num=BATCH, withscores=True
                )
            if not found:
                return
            yield [member.decode() for member, _ in found]
            last = found[-1][1]
            same = sum(at == last for _, at in found)
            skip = skip + same if score == repr(last) else same
            score = repr(last)

    def _person(self, key: str, fields: Mapping[bytes, bytes]) -> Person | None:
        about = self._read(_PERSON, key, fields.get(b"about"))
        if about is None:
            return None
        told = (value for name, value in fields.items() if name not in {b"about", b"notes"})
        answers = [answer for sealed in told if (answer := self._read(_ANSWER, key, sealed))]
        answers.sort(key=lambda one: (one.on, one.at))
        notes = self._read(_NOTES, key, fields.get(b"notes")) or Notes()
        return replace(about, notes=notes, answers=tuple(answers))

    def _read(self, shape: TypeAdapter[T], key: str, sealed: bytes | None) -> T | None:
        opened = self._open(key, sealed)
        try:
            return shape.validate_json(opened) if opened else None
        except ValueError:  # another version's
            _log.error("unreadable", key=key)
            return None

    def _open(self, key: str, sealed: bytes | None) -> bytes | None:
        try:
            return self._vault.open(key, sealed) if sealed else None
        except UnreadableError:
            _log.error("unreadable", key=key)
            return None


def _shared(author: Author, keys: list[str], person: str) -> list[str]:
    """Those of an author's keys that may name more than one person: not a draft, a person, or their index."""
    people, drafts = author_key(author, "person", ""), author_key(author, "draft", "")
    each = {key for key in (*keys, person) if key.startswith(people)}
    own = {author_key(author, "drafts", key.removeprefix(people)) for key in each}
    return [key for key in keys if key not in each | own and not key.startswith(drafts)]
