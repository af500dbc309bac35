"""An author's drafts and people by the page: at the same cost however many there are."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.browsing import Acquaintance, Filter, Overview, Page, People
from bot.catalogue import Step
from bot.ladder import Answer, Outcome
from bot.records import Author, Notes, Person, Record
from bot.stores.away import away
from bot.stores.encryption import Vault
from bot.stores.indexes import READ, Indexes
from bot.stores.places import author_key
from bot.stores.sealed import Sealed
from bot.workspace import RETENTION_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.stores.connection import Client

DAY = 24 * 3600

ANSWER, PERSON = TypeAdapter(Answer), TypeAdapter(Person)
NOTES, RECORD = TypeAdapter(Notes), TypeAdapter(Record)


class Shelves(Sealed):
    """What one Redis remembers, to look through; every method names the author it works for."""

    def __init__(self, redis: Client, vault: Vault, retention_days: int = RETENTION_DAYS) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client
        self._vault = vault
        self._retention = retention_days * DAY

    async def page(self, author: Author, wanted: Filter, start: int, size: int) -> Page:
        """Some drafts, newest first, in one round trip; behind the last page there is the last page."""
        if not wanted.known:
            return Page()
        index = Indexes(self._vault, author).filtered(wanted)
        async with away():
            found = await self._redis.eval(READ, 1, *self._drafts(author, index, start, size))
        return await self._page(author, index, found)

    async def people(self, author: Author, start: int, size: int) -> People:
        """Some of the people who asked, with all they were told, in one round trip."""
        async with away():
            found = await self._redis.eval(READ, 1, *self._people(author, start, size))
        return await self._known(author, found)

    async def names(self, author: Author, wanted: Filter, size: int) -> list[Acquaintance]:
        """Who asked lately, and first whom is filtered by, without what they were told; in one round trip."""
        key, prefix = author_key(author, "people"), author_key(author, "person", "")
        chosen = wanted.value if wanted.by == "person" else ""
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.hget(prefix + chosen, "about")
            pipe.eval(READ, 1, key, self._oldest(), 0, size, "HGET", prefix, "about")
            first, (_, _, marks, about) = await pipe.execute()
        sealed = {chosen: first} if chosen else {}
        sealed |= dict(zip((mark.decode() for mark in marks), about, strict=True))
        opened = {mark: self._read(PERSON, prefix + mark, value) for mark, value in sealed.items()}
        return [Acquaintance(mark, person) for mark, person in opened.items() if person]

    async def overview(self, author: Author, since: float, drafts: int, people: int) -> Overview:
        """The latest drafts and people, and how often the author answered `since`, in one round trip."""
        indexes = Indexes(self._vault, author)
        latest, waiting = (indexes.filtered(one) for one in (Filter(), Filter("outcome", Outcome.OPEN)))
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.eval(READ, 1, *self._drafts(author, latest, 0, drafts))
            pipe.eval(READ, 1, *self._drafts(author, waiting, 0, drafts))
            pipe.eval(READ, 1, *self._people(author, 0, people))
            for step in Step:
                pipe.zcount(indexes.answered(step), since, "+inf")
            found = await pipe.execute()
        return Overview(
            await self._page(author, latest, found[0]),
            await self._page(author, waiting, found[1]),
            await self._known(author, found[2]),
            {step: count for step, count in zip(Step, found[3:], strict=True) if count},
        )

    async def of_person(self, author: Author, mark: str) -> list[str]:
        """The ids of all drafts for a person, newest first."""
        async with away():
            found = await self._redis.zrange(author_key(author, "drafts", mark), 0, -1, desc=True)
        return [one.decode() for one in found]

    def _oldest(self) -> float:
        return time.time() - self._retention

    def _drafts(self, author: Author, index: str, start: int, size: int) -> list[str | float]:
        return [index, self._oldest(), max(start, 0), size, "GET", author_key(author, "draft", "")]

    def _people(self, author: Author, start: int, size: int) -> list[str | float]:
        people, prefix = author_key(author, "people"), author_key(author, "person", "")
        return [people, self._oldest(), max(start, 0), size, "HGETALL", prefix]

    async def _page(self, author: Author, index: str, found: Any) -> Page:
        total, start, ids, sealed = found
        keys = [author_key(author, "draft", one.decode()) for one in ids]
        if gone := [one for one, value in zip(ids, sealed, strict=True) if value is None]:
            async with away():  # an admin had chosen a shorter time when these were made
                await self._redis.zrem(index, *gone)
        records = (self._read(RECORD, key, value) for key, value in zip(keys, sealed, strict=True))
        return Page(tuple(one for one in records if one), total - len(gone), start)

    async def _known(self, author: Author, found: Any) -> People:
        total, start, marks, hashes = found
        known: list[Acquaintance] = []
        stale: dict[str, list[bytes]] = {}
        for mark, flat in zip(marks, hashes, strict=True):
            key = author_key(author, "person", mark.decode())
            person, old = self._opened(key, dict(zip(flat[::2], flat[1::2], strict=True)))
            known += [Acquaintance(mark.decode(), person)] if person else []
            stale |= {key: old} if old else {}
        await self._let_go(stale)
        return People(tuple(known), total, start)

    async def _person(self, key: str, fields: dict[bytes, bytes]) -> Person | None:
        person, stale = self._opened(key, fields)
        await self._let_go({key: stale} if stale else {})
        return person

    def _opened(self, key: str, fields: dict[bytes, bytes]) -> tuple[Person | None, list[bytes]]:
        """A requester as stored, and the answers whose time is up: a hash expires as a whole."""
        about = self._read(PERSON, key, fields.pop(b"about", None))
        notes = self._read(NOTES, key, fields.pop(b"notes", None)) or Notes()
        muted = fields.pop(b"muted", None) is not None
        answers = {name: self._read(ANSWER, key, sealed) for name, sealed in fields.items()}
        oldest = self._oldest()
        stale = [name for name, answer in answers.items() if answer and 0 < answer.at < oldest]
        kept = [answer for name, answer in answers.items() if answer and name not in stale]
        in_order = sorted(kept, key=lambda answer: (answer.on, answer.at))
        person = about and replace(about, notes=notes, muted=muted, answers=tuple(in_order))
        return person, stale

    async def _let_go(self, stale: Mapping[str, list[bytes]]) -> None:
        if stale:
            async with away(), self._redis.pipeline(transaction=False) as pipe:
                for key, names in stale.items():
                    pipe.hdel(key, *names)
                await pipe.execute()
