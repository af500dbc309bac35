"""Which of an author's drafts have one thing in common: sorted sets of their ids by the time they were made.

    decline:{tenant:user}:drafts          all of them
    decline:{tenant:user}:drafts:<mark>   those of a person (their mark), a situation, an outcome, or answered
                                          with one step
    decline:{tenant:user}:indexes         set: the marks above, but for those of people

Only who has the key of the marks can tell what a key is about. All of them expire with the retention.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.catalogue import Situation, Step
from bot.ladder import Outcome
from bot.stores.expiry import OUTLAST
from bot.stores.places import author_key

if TYPE_CHECKING:
    from bot.browsing import Filter
    from bot.ladder import Answer
    from bot.records import Author, Record
    from bot.stores.encryption import Vault

FILE = (
    OUTLAST
    + """
local there = redis.call('GET', KEYS[1]) or ''
if there == ARGV[2] then return true end
if there ~= ARGV[4] then return false end
redis.call('SET', KEYS[1], ARGV[2], 'EXAT', ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[5])
if ARGV[4] == '' then
  redis.call('HSET', KEYS[2], 'about', ARGV[6])
else
  redis.call('HSETNX', KEYS[2], 'about', ARGV[6])
end
redis.call('EXPIRE', KEYS[2], ARGV[7])
local old = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[8])
for _, id in ipairs(old) do redis.call('UNLINK', ARGV[10] .. id) end
redis.call('SADD', KEYS[4], unpack(ARGV, 12))
outlast(KEYS[4], ARGV[7])
for place, key in ipairs(KEYS) do
  if place == 3 or place > 4 and place <= 4 + ARGV[11] then
    redis.call('ZADD', key, ARGV[9], ARGV[1])
    outlast(key, ARGV[7])
  elseif place > 4 then
    redis.call('ZREM', key, ARGV[1])
  end
  if place > 2 and place ~= 4 then redis.call('ZREMRANGEBYSCORE', key, '-inf', ARGV[8]) end
end
"""
)
"""Write a draft that is new, or still what it was read as, and file it; false when it is something else.

When this very writing is there already, the answer to it was lost on the way. KEYS: the draft, the person,
all drafts, the marks, the indexes it belongs to, those it does not. ARGV: id, record, end, what it was read
as (empty for a new one), answer, about, seconds, oldest, made, prefix of drafts, how many indexes it belongs
to, marks.
"""

FILE_PERSON = (
    OUTLAST
    + """
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2]) end
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[4])
for _, mark in ipairs(old) do redis.call('UNLINK', ARGV[5] .. mark, ARGV[6] .. mark) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[4])
outlast(KEYS[1], ARGV[3])
"""
)
"""File a person under their latest change, and delete those whose time is up, with the index of their drafts.

An index and what it names share a hash tag, so that a cluster has them on one server. KEYS: the people, the
person. ARGV: when, mark, seconds, oldest, prefix of people, prefix of their indexes.
"""

DESCRIBE = """
if redis.call('HEXISTS', KEYS[1], 'about') == 0 then return false end
redis.call('HSET', KEYS[1], 'about', ARGV[1])
redis.call('HDEL', KEYS[1], 'muted', 'notes')
for place = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[place], ARGV[place + 1]) end
"""
"""Say who a person (KEYS[1]) is; who was forgotten in the meantime stays forgotten, and it is false."""

TAKE_OUT = """
if ARGV[2] == '' then redis.call('UNLINK', KEYS[1]) end
if ARGV[1] ~= '' then redis.call('HDEL', KEYS[2], ARGV[1]) end
for place = 4, #KEYS do
  if place ~= 5 then redis.call('ZREM', KEYS[place], ARGV[1]) end
end
if #KEYS > 5 and redis.call('EXISTS', KEYS[6]) == 0 then redis.call('UNLINK', unpack(KEYS, 5)) end
local known = redis.call('HEXISTS', KEYS[2], 'about') + redis.call('HEXISTS', KEYS[2], 'muted')
if redis.call('HLEN', KEYS[2]) <= known then
  redis.call('UNLINK', KEYS[2], KEYS[4])
  redis.call('ZREM', KEYS[3], ARGV[3])
end
"""
"""Take a draft away, and from a person what it stood for; who has nothing left but who they are is forgotten.

KEYS: the draft, the person, the people, the person's drafts; where the draft itself goes, the marks, all
drafts and the other indexes. ARGV: id, whether the draft itself stays (anything but ''), mark.
"""

READ = """
local total = redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[1], '+inf')
local start, size = tonumber(ARGV[2]), tonumber(ARGV[3])
if start >= total then start = math.max(0, math.floor((total - 1) / size) * size) end
local ids, found = {}, {}
if total > 0 then ids = redis.call('ZRANGE', KEYS[1], start, math.min(start + size, total) - 1, 'REV') end
for place, id in ipairs(ids) do found[place] = redis.call(ARGV[4], ARGV[5] .. id, unpack(ARGV, 6)) end
return {total, start, ids, found}
"""
"""One page of an index, newest first, with what it names; behind the last page comes the last page.

KEYS: the index. ARGV: oldest, start, size, the command that reads one, prefix, and what follows.
"""


class Indexes:
    """The keys of one author's indexes."""

    def __init__(self, vault: Vault, author: Author) -> None:
        self._vault, self._author = vault, author

    def mark(self, by: str, value: str) -> str:
        """What an index is called."""
        return self._vault.mark("drafts", self._author.tenant, self._author.user, by, value)[:16]

    def key(self, mark: str) -> str:
        """The key of an index; a person's is called as they are."""
        return author_key(self._author, "drafts", mark)

    def filtered(self, wanted: Filter) -> str:
        """The key of the index that holds the drafts with this in common."""
        if not wanted.by:
            return author_key(self._author, "drafts")
        return self.key(wanted.value if wanted.by == "person" else self.mark(wanted.by, wanted.value))

    def answered(self, step: Step) -> str:
        """The key of the index of drafts that were answered with this step."""
        return self.key(self.mark("answered", step))

    def own(self, record: Record, answer: Answer) -> list[str]:
        """The marks of the indexes that a draft belongs to, but for its person's."""
        told = [self.mark("answered", answer.step)] if answer.told else []
        return [self.mark("situation", record.situation), self.mark("outcome", record.outcome), *told]

    def all(self) -> list[str]:
        """The marks of all indexes but those of people."""
        return [
            *(self.mark("situation", one) for one in Situation),
            *(self.mark("outcome", one) for one in Outcome),
            *(self.mark("answered", one) for one in Step),
        ]
