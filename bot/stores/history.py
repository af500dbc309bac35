"""Each author's drafts, people and preferences in Redis.

All keys of one author share a hash tag, so that a transaction works on a cluster:

    decline:{tenant:user}:profile         what Slack says of the author     a day
    decline:{tenant:user}:preferences     what the author chose             retention
    decline:{tenant:user}:draft:<id>      one draft                         retention
    decline:{tenant:user}:drafts          sorted set: draft ids by time     retention
    decline:{tenant:user}:person:<mark>   hash: `about`, `notes`, and by draft id what was answered
    decline:{tenant:user}:scripts         hash: by id, a script of their own  retention, from the last draft
    decline:{tenant:user}:people          sorted set: marks by the time of the latest change

and the set of a workspace's authors, `decline:{tenant}:authors`, is how they are found when it leaves.
Values are sealed, people's ids are marks. A method that cannot reach Redis raises AwayError.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from pydantic import TypeAdapter

from bot.ladder import Answer
from bot.own import Own
from bot.records import Author, Notes, Person, Preferences, Profile, Record, Remembered
from bot.stores import marks
from bot.stores.away import AwayError, away
from bot.stores.encryption import UnreadableError, Vault
from bot.stores.expiry import outlast, trim
from bot.stores.places import author_key, tenant_key
from bot.workspace import LONGEST_RETENTION, RETENTION_DAYS

if TYPE_CHECKING:
    from bot.stores.connection import Client

_DAY = 24 * 3600

_PROFILE_SECONDS = _DAY

_AUTHORS_SECONDS = (LONGEST_RETENTION + 1) * _DAY
"""Authors are counted once a day; nothing of theirs outlives this, whatever admins choose meanwhile."""

_ANSWER, _PERSON, _PROFILE = TypeAdapter(Answer), TypeAdapter(Person), TypeAdapter(Profile)
_NOTES, _PREFERENCES, _RECORD = TypeAdapter(Notes), TypeAdapter(Preferences), TypeAdapter(Record)
_OWN = TypeAdapter(Own)

T = TypeVar("T")

_log = structlog.get_logger()


class History:
    """What one Redis remembers for all authors; every method names the author it works for."""

    def __init__(self, redis: Client, vault: Vault, retention_days: int = RETENTION_DAYS) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client
        self._vault = vault
        self._retention = retention_days * _DAY

    def keeping(self, days: int) -> History:
        """The same history, in a workspace that keeps its records for so many days."""
        return History(self._redis, self._vault, days)

    async def settle(self) -> None:
        """Take up the key of the marks; while Redis is away, whatever reaches it first does so later."""
        self._vault.settled = False
        async with away():
            await self._settle()

    async def _settle(self) -> bool:
        """Take up the key of the marks where that is still to be done; True when marks are now others."""
        if self._vault.settled:
            return False
        before = self._vault.mark_key
        try:
            await marks.take_up(self._redis, self._vault)
        except UnreadableError:  # the app goes on, for what is sealed with the keys it has
            _log.error("marks lost", problem=marks.LOST)
        self._vault.settled = True
        return self._vault.mark_key != before

    async def arrive(self, author: Author, profile: Profile | None) -> None:
        """Count somebody among their workspace's authors, before anything is saved for them."""
        key, known = tenant_key(author.tenant, "authors"), author_key(author, "profile")
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.sadd(key, author.user)
            pipe.expire(key, _AUTHORS_SECONDS)
            if profile:
                pipe.set(known, self._vault.seal(known, _PROFILE.dump_json(profile)), ex=_PROFILE_SECONDS)
            await pipe.execute()

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
        return self._vault.seal(author_key(author, "carried"), _RECORD.dump_json(record)).decode()

    def carried(self, author: Author, sealed: str) -> Record | None:
        """Open what `carry` sealed for this author, filed as of now; None for anything else."""
        try:
            record = _RECORD.validate_json(self._vault.open(author_key(author, "carried"), sealed))
        except (UnreadableError, ValueError):
            return None
        return replace(record, person=self.person_id(author, record.user or record.name))

    async def opening(self, author: Author, person: str = "") -> Remembered:
        """What a surface needs to open, in one round trip."""
        profile, preferences = author_key(author, "profile"), author_key(author, "preferences")
        scripts = author_key(author, "scripts")
        async with away():
            if await self._settle() and person:  # the mark was made before its key was known: ask again
                raise AwayError("marks")
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.get(profile)
                pipe.get(preferences)
                pipe.hgetall(scripts)
                if person:
                    pipe.hgetall(author_key(author, "person", person))
                found = await pipe.execute()
        return Remembered(
            preferences=self._read(_PREFERENCES, preferences, found[1]) or Preferences(),
            profile=self._read(_PROFILE, profile, found[0]),
            scripts=tuple(one for sealed in found[2].values() if (one := self._read(_OWN, scripts, sealed))),
            person=await self._person(author_key(author, "person", person), found[3]) if person else None,
        )

    async def renew_profile(self, author: Author, profile: Profile) -> None:
        """Follow what Slack says of an author, if they have used the app today."""
        key = author_key(author, "profile")
        async with away():
            await self._redis.set(
                key, self._vault.seal(key, _PROFILE.dump_json(profile)), keepttl=True, xx=True
            )

    async def prefer(self, author: Author, preferences: Preferences) -> None:
        """Remember what the author chose."""
        key = author_key(author, "preferences")
        async with away():
            await self._redis.set(
                key, self._vault.seal(key, _PREFERENCES.dump_json(preferences)), ex=self._retention
            )

    async def save(self, author: Author, record: Record, person: Person, answer: Answer) -> bool:
        """Save a new draft in one round trip; False when this very draft was saved before."""
        draft, drafts = author_key(author, "draft", record.id), author_key(author, "drafts")
        known = author_key(author, "person", record.person)
        async with away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(draft, self._sealed(draft, record), exat=self._until(record), nx=True)
            pipe.hsetnx(known, record.id, self._vault.seal(known, _ANSWER.dump_json(answer)))
            about = _PERSON.dump_json(replace(person, answers=(), notes=Notes()))
            pipe.hset(known, "about", self._vault.seal(known, about))
            pipe.expire(known, self._retention)
            pipe.zadd(drafts, {record.id: record.created}, nx=True)
            trim(pipe, drafts, author_key(author, "draft", ""), self._retention)
            pipe.expire(author_key(author, "scripts"), self._retention)
            outlast(pipe, drafts, self._retention)
            self._index(pipe, author, record.person, record.changed)
            created, *_ = await pipe.execute()
        return bool(created)

    async def update(self, author: Author, record: Record, answer: Answer) -> None:
        """Write a draft again, and what it means for the person."""
        draft, known = author_key(author, "draft", record.id), author_key(author, "person", record.person)
        async with away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.set(draft, self._sealed(draft, record), exat=self._until(record), xx=True)
            pipe.hset(known, record.id, self._vault.seal(known, _ANSWER.dump_json(answer)))
            pipe.expire(known, self._retention)
            pipe.zadd(author_key(author, "drafts"), {record.id: record.created})
            outlast(pipe, author_key(author, "drafts"), self._retention)
            self._index(pipe, author, record.person, record.changed)
            await pipe.execute()

    async def keep(self, author: Author, own: Own) -> None:
        """Keep a script of the author's own, or write it anew."""
        key = author_key(author, "scripts")
        async with away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(key, own.id, self._vault.seal(key, _OWN.dump_json(own)))
            pipe.expire(key, self._retention)
            await pipe.execute()

    async def drop(self, author: Author, script_id: str) -> None:
        """Take a script of the author's own away."""
        async with away():
            await self._redis.hdel(author_key(author, "scripts"), script_id)

    async def note(self, author: Author, person: str, notes: Notes) -> None:
        """Keep the author's notes on a requester; empty ones are forgotten."""
        known = author_key(author, "person", person)
        async with away():
            async with self._redis.pipeline(transaction=True) as pipe:
                if notes == Notes():
                    pipe.hdel(known, "notes")
                else:
                    pipe.hset(known, "notes", self._vault.seal(known, _NOTES.dump_json(notes)))
                pipe.expire(known, self._retention)
                self._index(pipe, author, person, time.time())
                pipe.hlen(known)
                *_, left = await pipe.execute()
            if notes == Notes() and left <= 1:  # nothing but who they are
                await self._forget(author, person)

    async def draft(self, author: Author, draft_id: str) -> Record | None:
        """One draft of this author; None when it is gone, or somebody else's."""
        key = author_key(author, "draft", draft_id)
        async with away():
            return self._read(_RECORD, key, await self._redis.get(key))

    async def delete(self, author: Author, record: Record) -> None:
        """Delete a draft and the answer it stood for; who has no answers and no notes left is forgotten."""
        known = author_key(author, "person", record.person)
        async with away():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(author_key(author, "draft", record.id))
                pipe.zrem(author_key(author, "drafts"), record.id)
                pipe.hdel(known, record.id)
                pipe.hlen(known)
                *_, left = await pipe.execute()
            if left == 1:  # nothing but who they are
                await self._forget(author, record.person)

    async def _forget(self, author: Author, person: str) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(author_key(author, "person", person))
            pipe.zrem(author_key(author, "people"), person)
            await pipe.execute()

    def _index(self, pipe: Any, author: Author, person: str, at: float) -> None:
        """File a person under the time of the latest change, and drop whose time is up."""
        people = author_key(author, "people")
        pipe.zadd(people, {person: at})
        trim(pipe, people, author_key(author, "person", ""), self._retention)
        outlast(pipe, people, self._retention)

    def _sealed(self, key: str, record: Record) -> bytes:
        return self._vault.seal(key, _RECORD.dump_json(record))

    def _until(self, record: Record) -> int:
        """A draft goes when its time is up, however often it was changed: its index goes by the same."""
        return int(record.created) + self._retention

    async def latest(self, author: Author, count: int) -> list[Record]:
        """The author's latest drafts, newest first: two round trips, however many there are."""
        async with away():
            ids = await self._redis.zrevrange(author_key(author, "drafts"), 0, count - 1)
            keys = [author_key(author, "draft", one.decode()) for one in ids]
            found = await self._redis.mget(keys) if keys else []
        records = (self._read(_RECORD, key, sealed) for key, sealed in zip(keys, found, strict=True))
        return [record for record in records if record]

    async def ping(self) -> None:
        """Raise AwayError unless Redis answers."""
        async with away():
            await self._settle()
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
        oldest = time.time() - self._retention
        if stale := [name for name, answer in answers.items() if answer and 0 < answer.at < oldest]:
            async with away():
                await self._redis.hdel(key, *stale)
        if about is None:
            return None
        kept = [answer for name, answer in answers.items() if answer and name not in stale]
        in_order = sorted(kept, key=lambda answer: (answer.on, answer.at))
        return replace(about, notes=notes, answers=tuple(in_order))
