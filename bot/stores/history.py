"""Each author's drafts, people and preferences in Redis.

All keys of one author share a hash tag, so that a transaction works on a cluster:

    decline:{tenant:user}:profile         what Slack says of the author     a day
    decline:{tenant:user}:preferences     what the author chose             retention
    decline:{tenant:user}:draft:<id>      one draft                         retention
    decline:{tenant:user}:drafts          sorted set: draft ids by time     retention (more in `indexes`)
    decline:{tenant:user}:person:<mark>   hash: `about`, `notes`, `muted`, and by draft id what was answered
    decline:{tenant:user}:people          sorted set: marks by the time of the latest change
    decline:{tenant:user}:scripts         hash: by id, a script of their own  retention, from the last draft
    decline:{tenant:user}:reminders       sorted set: draft ids by the time of their reminder
    decline:{tenant:user}:pace            how often they turned to the app    a minute

and the set of a workspace's authors, `decline:{tenant}:authors`, is how they are found when it leaves.
Values are sealed, people's ids are marks. A method that cannot reach Redis raises AwayError.
"""

from __future__ import annotations

import time
from dataclasses import replace

import structlog
from pydantic import TypeAdapter

from bot import records
from bot.ladder import Answer
from bot.own import Own
from bot.records import Author, Notes, Person, Preferences, Profile, Record, Remembered
from bot.stores import marks
from bot.stores.away import AwayError, away
from bot.stores.encryption import UnreadableError, as_text
from bot.stores.indexes import DESCRIBE, FILE, FILE_PERSON, TAKE_OUT, Indexes
from bot.stores.pace import count, counted
from bot.stores.places import author_key, tenant_key
from bot.stores.sealed import Seen, T
from bot.stores.shelves import ANSWER, DAY, NOTES, PERSON, RECORD, Shelves
from bot.stores.together import Step, together
from bot.workspace import LONGEST_RETENTION

_PROFILE_SECONDS = DAY

_AUTHORS_SECONDS = (LONGEST_RETENTION + 1) * DAY
"""Authors are counted once a day; nothing of theirs outlives this, whatever admins choose meanwhile."""

_PROFILE, _PREFERENCES, _OWN = TypeAdapter(Profile), TypeAdapter(Preferences), TypeAdapter(Own)

_SET = "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])"
_UNSET = "redis.call('HDEL', KEYS[1], ARGV[1])"
_EXPIRE = "redis.call('EXPIRE', KEYS[1], ARGV[1])"
_LEAVE = "redis.call('ZREM', KEYS[1], ARGV[1])"

_log = structlog.get_logger()


class History(Shelves):
    """What one Redis remembers for all authors; every method names the author it works for."""

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
        return self._vault.mark("draft", author.tenant, author.user, origin)[:11]

    def person_id(self, author: Author, who: str) -> str:
        """The mark under which a requester is known to an author: a Slack id, or else a name."""
        return self._vault.mark("person", author.tenant, author.user, who.casefold())[:16]

    def ask_id(self, author: Author, *message: str) -> str:
        """The mark of the message that asked: two drafts for one message are one ask."""
        return self._vault.mark("ask", author.tenant, author.user, *message)[:11]

    def carry(self, author: Author, record: Record) -> str:
        """Seal a draft that could not be saved, so that its own message can hold it."""
        return as_text(self._seal(RECORD, author_key(author, "carried"), record))

    def carried(self, author: Author, sealed: str) -> Record | None:
        """Open what `carry` sealed for this author, filed as of now; None for anything else."""
        try:
            record = RECORD.validate_json(self._vault.open(author_key(author, "carried"), sealed))
        except (UnreadableError, ValueError):
            return None
        return replace(record, person=self.person_id(author, record.user or record.name))

    async def opening(self, author: Author, person: str = "", *, counting: bool = True) -> Remembered:
        """What a surface needs to open, in one round trip, counting that the author turned to the app."""
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
                if counting:
                    count(pipe, author)
                found = await pipe.execute(raise_on_error=not counting)
            pace = counted(found) if counting else 0
        return Remembered(
            preferences=self._read(_PREFERENCES, preferences, found[1]) or Preferences(),
            profile=self._read(_PROFILE, profile, found[0]),
            scripts=tuple(one for sealed in found[2].values() if (one := self._read(_OWN, scripts, sealed))),
            person=await self._person(author_key(author, "person", person), found[3]) if person else None,
            pace=pace,
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
        return await self._together(
            self._file(author, record, person, answer, b""),
            self._index(author, record.person, record.changed),
            Step(_EXPIRE, [author_key(author, "scripts")], [self._retention]),
        )

    async def exchange(self, author: Author, seen: Seen, record: Record, answer: Answer) -> bool:
        """Write what was made of a draft, and what it means; False when it is no longer as it was seen."""
        steps = [
            self._file(author, record, records.person(record), answer, seen.sealed),
            self._index(author, record.person, record.changed),
        ]
        if record.reminder is None:
            steps.append(Step(_LEAVE, [author_key(author, "reminders")], [record.id]))
        if seen.record.person != record.person:
            steps.append(self._take_out(author, seen.record.person, record.id, keep="draft"))
        return await self._together(*steps)

    async def keep(self, author: Author, own: Own) -> None:
        """Keep a script of the author's own, or write it anew."""
        key = author_key(author, "scripts")
        sealed = self._vault.seal(key, _OWN.dump_json(own))
        await self._together(Step(_SET, [key], [own.id, sealed]), Step(_EXPIRE, [key], [self._retention]))

    async def drop(self, author: Author, script_id: str) -> None:
        """Take a script of the author's own away."""
        async with away():
            await self._redis.hdel(author_key(author, "scripts"), script_id)

    async def note(self, author: Author, person: str, notes: Notes) -> None:
        """Keep the author's notes on a requester; empty ones are forgotten."""
        known = author_key(author, "person", person)
        if notes == Notes():
            changes = [Step(_UNSET, [known], ["notes"]), self._take_out(author, person, "", keep="draft")]
        else:
            sealed = self._vault.seal(known, NOTES.dump_json(notes))
            changes = [Step(_SET, [known], ["notes", sealed])]
        await self._together(
            *changes,
            Step(_EXPIRE, [known], [self._retention]),
            self._index(author, person, time.time()),
        )

    async def describe(self, author: Author, mark: str, person: Person, notes: Notes) -> bool:
        """Keep who a requester is to the author, notes and whether to suggest; False if they are gone."""
        known = author_key(author, "person", mark)
        more = {"notes": NOTES.dump_json(notes)} if notes != Notes() else {}
        more |= {"muted": b"1"} if person.muted else {}
        fields = [part for name, value in more.items() for part in (name, self._vault.seal(known, value))]
        return await self._together(
            Step(DESCRIBE, [known], [self._about(known, person), *fields]),
            Step(_EXPIRE, [known], [self._retention]),
            self._index(author, mark, time.time()),
        )

    async def draft(self, author: Author, draft_id: str) -> Record | None:
        """One draft of this author; None when it is gone, or somebody else's."""
        seen = await self.seen(author, draft_id)
        return seen.record if seen else None

    async def seen(self, author: Author, draft_id: str) -> Seen | None:
        """The same, for whoever is going to write it again."""
        key = author_key(author, "draft", draft_id)
        async with away():
            sealed = await self._redis.get(key)
        record = self._read(RECORD, key, sealed)
        return Seen(record, sealed) if record else None

    async def delete(self, author: Author, record: Record) -> None:
        """Delete a draft and the answer it stood for; who has no answers and no notes left is forgotten."""
        await self._together(
            self._take_out(author, record.person, record.id),
            Step(_LEAVE, [author_key(author, "reminders")], [record.id]),
        )

    async def _together(self, *steps: Step) -> bool:
        async with away():
            return bool(await self._redis.eval(*together(*steps)))

    def _file(self, author: Author, record: Record, person: Person, answer: Answer, seen: bytes) -> Step:
        """Write a draft and what follows from it; it goes when its time is up, however often it changed."""
        indexes, draft = Indexes(self._vault, author), author_key(author, "draft", record.id)
        known, own = author_key(author, "person", record.person), indexes.own(record, answer)
        inside = [record.person, *own]
        outside = [one for one in indexes.all() if one not in own]
        keys = [draft, known, *(author_key(author, one) for one in ("drafts", "indexes"))]
        keys += [indexes.key(one) for one in (*inside, *outside)]
        sealed, meant = self._seal(RECORD, draft, record.kept), self._seal(ANSWER, known, answer)
        return Step(
            FILE,
            keys,
            [
                *(record.id, sealed, int(record.created) + self._retention, seen),
                *(meant, self._about(known, person), self._retention),
                *(self._oldest(), record.created, author_key(author, "draft", ""), len(inside), *own),
            ],
        )

    def _seal(self, shape: TypeAdapter[T], key: str, value: T) -> bytes:
        """Seal what there is most of, without what is as it is by default."""
        return self._vault.seal(key, shape.dump_json(value, exclude_defaults=True))

    def _about(self, known: str, person: Person) -> bytes:
        who = replace(person, answers=(), notes=Notes(), muted=False)
        return self._seal(PERSON, known, who)

    def _index(self, author: Author, person: str, at: float) -> Step:
        """File a person under the time of the latest change, and drop whose time is up."""
        keys = author_key(author, "people"), author_key(author, "person", person)
        people, drafts = author_key(author, "person", ""), author_key(author, "drafts", "")
        return Step(FILE_PERSON, keys, [at, person, self._retention, self._oldest(), people, drafts])

    def _take_out(self, author: Author, person: str, draft: str, keep: str = "") -> Step:
        indexes = Indexes(self._vault, author)
        keys = [author_key(author, "draft", draft), author_key(author, "person", person)]
        keys += [author_key(author, "people"), author_key(author, "drafts", person)]
        if not keep:
            keys += [author_key(author, one) for one in ("indexes", "drafts")]
            keys += [indexes.key(one) for one in indexes.all()]
        return Step(TAKE_OUT, keys, [draft, keep, person])

    async def latest(self, author: Author, count: int) -> list[Record]:
        """The author's latest drafts, newest first: two round trips, however many there are."""
        async with away():
            ids = await self._redis.zrevrange(author_key(author, "drafts"), 0, count - 1)
            keys = [author_key(author, "draft", one.decode()) for one in ids]
            found = await self._redis.mget(keys) if keys else []
        records = (self._read(RECORD, key, sealed) for key, sealed in zip(keys, found, strict=True))
        return [record for record in records if record]

    async def ping(self) -> None:
        """Raise AwayError unless Redis answers."""
        async with away():
            await self._settle()
            await self._redis.ping()
