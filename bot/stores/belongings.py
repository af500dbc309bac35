"""All that is kept for one author: counted, read in batches, and (by `Erasure`) forgotten or deleted."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.belongings import About, Counts, Requester
from bot.ladder import Answer
from bot.records import Author, Notes, Person, Preferences, Profile, Record
from bot.stores.away import away
from bot.stores.encryption import Vault
from bot.stores.erasure import IDS, Erasure
from bot.stores.places import author_key
from bot.stores.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.stores.connection import Client

BATCH = 200
"""Drafts, or people, at a time: what is in memory while everything is read."""

_ANSWER, _PERSON, _PROFILE = TypeAdapter(Answer), TypeAdapter(Person), TypeAdapter(Profile)
_NOTES, _PREFERENCES, _RECORD = TypeAdapter(Notes), TypeAdapter(Preferences), TypeAdapter(Record)

_NO_ANSWERS = frozenset({b"about", b"notes", b"muted"})
"""What a person's hash has besides an answer for each draft."""

_ABOUT = (
    IDS
    + """
local drafts = {}
for i, id in ipairs(ids) do drafts[i] = redis.call('GET', ARGV[1] .. id) or '' end
return {redis.call('HGET', KEYS[1], 'about') or '', ids, drafts}
"""
)


class Belongings(Erasure, Sealed):
    """What one Redis keeps for all authors; every method names the author it works for."""

    def __init__(self, redis: Client, vault: Vault) -> None:
        super().__init__(redis)
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

    async def reminded(self, author: Author) -> list[Record]:
        """The drafts with a reminder that is still to come."""
        async with away():
            ids = await self._redis.zrange(author_key(author, "reminders"), time.time(), "+inf", byscore=True)
            keys = [author_key(author, "draft", one.decode()) for one in ids]
            found = await self._redis.mget(keys) if keys else []
        records = (self._read(_RECORD, *one) for one in zip(keys, found, strict=True))
        return [record for record in records if record]

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
        told = (value for name, value in fields.items() if name not in _NO_ANSWERS)
        answers = [answer for sealed in told if (answer := self._read(_ANSWER, key, sealed))]
        answers.sort(key=lambda one: (one.on, one.at))
        notes = self._read(_NOTES, key, fields.get(b"notes")) or Notes()
        return replace(about, notes=notes, muted=b"muted" in fields, answers=tuple(answers))
