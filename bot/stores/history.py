"""Each author's drafts, people and preferences in Redis.

All keys of one author share a hash tag, so that a transaction works on a cluster:

    decline:{tenant:user}:profile         what Slack says of the author     a day
    decline:{tenant:user}:preferences     what the author chose             retention
    decline:{tenant:user}:draft:<id>      one draft                         retention
    decline:{tenant:user}:drafts          sorted set: draft ids by time     retention
    decline:{tenant:user}:person:<mark>   hash: `about`, `notes`, and by draft id what was answered

Values are sealed, people's ids are marks. A method that cannot reach Redis raises AwayError.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from pydantic import TypeAdapter
from redis.exceptions import RedisError

from bot import metrics
from bot.ladder import Answer
from bot.records import Author, Notes, Person, Preferences, Profile, Record, Remembered
from bot.stores.encryption import UnreadableError, Vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

RETENTION = 180 * 24 * 3600
"""Seconds that a record is kept."""

_PROFILE_SECONDS = 24 * 3600

_PATIENCE = 0.8
"""Seconds for one call, retries included: two of them must leave a listener time for Slack."""

_ANSWER, _PERSON, _PROFILE = TypeAdapter(Answer), TypeAdapter(Person), TypeAdapter(Profile)
_NOTES, _PREFERENCES, _RECORD = TypeAdapter(Notes), TypeAdapter(Preferences), TypeAdapter(Record)

T = TypeVar("T")

_log = structlog.get_logger()


class AwayError(Exception):
    """Redis cannot be reached, or refuses to write."""


class History:
    """What one Redis remembers for all authors; every method names the author it works for."""

    def __init__(self, redis: Redis, vault: Vault) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client
        self._vault = vault

    def draft_id(self, author: Author, origin: str) -> str:
        """The id of the draft that comes from a view: the same view makes the same draft."""
        return self._vault.mark("draft", author.tenant, author.user, origin)[:16]

    def person_id(self, author: Author, who: str) -> str:
        """The mark under which a requester is known to an author: a Slack id, or else a name."""
        return self._vault.mark("person", author.tenant, author.user, who.casefold())

    def ask_id(self, author: Author, *message: str) -> str:
        """The mark of the message that asked: two drafts for one message are one ask."""
        return self._vault.mark("ask", author.tenant, author.user, *message)[:16]

    def carry(self, author: Author, record: Record) -> str:
        """Seal a draft that could not be saved, so that its own message can hold it."""
        return self._vault.seal(_key(author, "carried"), _RECORD.dump_json(record)).decode()

    def carried(self, author: Author, sealed: str) -> Record | None:
        """Open what `carry` sealed for this author; None for anything else."""
        try:
            return _RECORD.validate_json(self._vault.open(_key(author, "carried"), sealed))
        except (UnreadableError, ValueError):
            return None

    async def opening(self, author: Author, person: str = "") -> Remembered:
        """What a surface needs to open, in one round trip."""
        profile, preferences = _key(author, "profile"), _key(author, "preferences")
        async with _away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.get(profile)
            pipe.get(preferences)
            if person:
                pipe.hgetall(_key(author, "person", person))
            found = await pipe.execute()
        return Remembered(
            preferences=self._read(_PREFERENCES, preferences, found[1]) or Preferences(),
            profile=self._read(_PROFILE, profile, found[0]),
            person=await self._person(_key(author, "person", person), found[2]) if person else None,
        )

    async def keep_profile(self, author: Author, profile: Profile, *, if_known: bool = False) -> None:
        """Remember for a day what Slack says of the author; `if_known`: only of who uses the app already."""
        key = _key(author, "profile")
        async with _away():
            await self._redis.set(
                key, self._vault.seal(key, _PROFILE.dump_json(profile)), ex=_PROFILE_SECONDS, xx=if_known
            )

    async def prefer(self, author: Author, preferences: Preferences) -> None:
        """Remember what the author chose."""
        key = _key(author, "preferences")
        async with _away():
            await self._redis.set(
                key, self._vault.seal(key, _PREFERENCES.dump_json(preferences)), ex=RETENTION
            )

    async def save(self, author: Author, record: Record, person: Person, answer: Answer) -> bool:
        """Save a new draft in one round trip; False when this very draft was saved before."""
        draft, drafts = _key(author, "draft", record.id), _key(author, "drafts")
        known = _key(author, "person", record.person)
        async with _away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(draft, self._vault.seal(draft, _RECORD.dump_json(record)), ex=RETENTION, nx=True)
            pipe.hsetnx(known, record.id, self._vault.seal(known, _ANSWER.dump_json(answer)))
            about = _PERSON.dump_json(replace(person, answers=(), notes=Notes()))
            pipe.hset(known, "about", self._vault.seal(known, about))
            pipe.expire(known, RETENTION)
            pipe.zadd(drafts, {record.id: record.created}, nx=True)
            pipe.zremrangebyscore(drafts, "-inf", record.created - RETENTION)
            pipe.expire(drafts, RETENTION)
            created, *_ = await pipe.execute()
        return bool(created)

    async def update(self, author: Author, record: Record, answer: Answer) -> None:
        """Write a draft again, and what it means for the person."""
        draft, known = _key(author, "draft", record.id), _key(author, "person", record.person)
        async with _away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(draft, self._vault.seal(draft, _RECORD.dump_json(record)), ex=RETENTION, xx=True)
            pipe.hset(known, record.id, self._vault.seal(known, _ANSWER.dump_json(answer)))
            pipe.expire(known, RETENTION)
            pipe.zadd(_key(author, "drafts"), {record.id: record.created})
            pipe.expire(_key(author, "drafts"), RETENTION)
            await pipe.execute()

    async def note(self, author: Author, person: str, notes: Notes) -> None:
        """Keep the author's notes on a requester; empty ones are forgotten."""
        known = _key(author, "person", person)
        async with _away():
            async with self._redis.pipeline(transaction=True) as pipe:
                if notes == Notes():
                    pipe.hdel(known, "notes")
                else:
                    pipe.hset(known, "notes", self._vault.seal(known, _NOTES.dump_json(notes)))
                pipe.expire(known, RETENTION)
                pipe.hlen(known)
                *_, left = await pipe.execute()
            if notes == Notes() and left == 1:  # nothing but who they are
                await self._redis.delete(known)

    async def draft(self, author: Author, draft_id: str) -> Record | None:
        """One draft of this author; None when it is gone, or somebody else's."""
        key = _key(author, "draft", draft_id)
        async with _away():
            return self._read(_RECORD, key, await self._redis.get(key))

    async def delete(self, author: Author, record: Record) -> None:
        """Delete a draft and the answer it stood for; who has no answers and no notes left is forgotten."""
        known = _key(author, "person", record.person)
        async with _away():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(_key(author, "draft", record.id))
                pipe.zrem(_key(author, "drafts"), record.id)
                pipe.hdel(known, record.id)
                pipe.hlen(known)
                *_, left = await pipe.execute()
            if left == 1:  # nothing but who they are
                await self._redis.delete(known)

    async def latest(self, author: Author, count: int) -> list[Record]:
        """The author's latest drafts, newest first: two round trips, however many there are."""
        async with _away():
            ids = await self._redis.zrevrange(_key(author, "drafts"), 0, count - 1)
            keys = [_key(author, "draft", one.decode()) for one in ids]
            found = await self._redis.mget(keys) if keys else []
        records = (self._read(_RECORD, key, sealed) for key, sealed in zip(keys, found, strict=True))
        return [record for record in records if record]

    async def ping(self) -> None:
        """Raise AwayError unless Redis answers."""
        async with _away():
            await self._redis.ping()

    def _read(self, shape: TypeAdapter[T], key: str, sealed: bytes | None) -> T | None:
        try:
            return shape.validate_json(self._vault.open(key, sealed)) if sealed else None
        except (UnreadableError, ValueError):  # a lost key or another version locks nobody out
            _log.error("unreadable", key=key)
            return None

    async def _person(self, key: str, fields: dict[bytes, bytes]) -> Person | None:
        """A requester as stored; answers whose time is up are forgotten, as a hash expires as a whole."""
        about = self._read(_PERSON, key, fields.pop(b"about", None))
        notes = self._read(_NOTES, key, fields.pop(b"notes", None)) or Notes()
        answers = {name: self._read(_ANSWER, key, sealed) for name, sealed in fields.items()}
        oldest = time.time() - RETENTION
        if stale := [name for name, answer in answers.items() if answer and 0 < answer.at < oldest]:
            async with _away():
                await self._redis.hdel(key, *stale)
        if about is None:
            return None
        kept = [answer for name, answer in answers.items() if answer and name not in stale]
        in_order = sorted(kept, key=lambda answer: (answer.on, answer.at))
        return replace(about, notes=notes, answers=tuple(in_order))


def _key(author: Author, *rest: str) -> str:
    return ":".join((f"decline:{{{author.tenant}:{author.user}}}", *rest))


@asynccontextmanager
async def _away() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_PATIENCE):
            yield
    except (RedisError, OSError, TimeoutError) as error:
        metrics.redis_was_away()
        raise AwayError(type(error).__name__) from error
