"""Links to an author's data: each works once, for ten minutes, in the browser that opened it first.

    decline:export:<mark of the token>   hash: `for`, sealed; `browser`, the mark of its cookie
    decline:{tenant:user}:exports        set: the keys of the author's links

Neither the token nor the cookie can be had from what is stored.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.records import Author
from bot.stores.away import away
from bot.stores.encryption import UnreadableError, Vault
from bot.stores.places import author_key

if TYPE_CHECKING:
    from bot.stores.connection import Client

LINK_SECONDS = 600
"""How long a link works."""

_MAKE = """
redis.call('HSET', KEYS[1], 'for', ARGV[1])
return redis.call('EXPIRE', KEYS[1], ARGV[2])
"""
"""A link that never ends cannot come about."""

_BIND = """
local held = redis.call('HGET', KEYS[1], 'for')
if not held then return {'gone', ''} end
if redis.call('HSETNX', KEYS[1], 'browser', ARGV[1]) == 1 then return {'bound', held} end
if redis.call('HGET', KEYS[1], 'browser') == ARGV[2] then return {'known', held} end
return {'other', held}
"""

_TAKE = """
local held = redis.call('HGET', KEYS[1], 'for')
if not held then return {'gone', ''} end
if redis.call('HGET', KEYS[1], 'browser') ~= ARGV[1] then return {'other', held} end
redis.call('DEL', KEYS[1])
return {'known', held}
"""


class State(StrEnum):
    """How a link stands for a browser that asks."""

    BOUND = "bound"
    """Opened for the first time, and this browser's from here on."""
    KNOWN = "known"
    """This browser's."""
    OTHER = "other"
    """Another browser's."""
    GONE = "gone"
    """Used, too old, or never made."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a link leads to: the data of one author in one format; they read this language."""

    tenant: str
    user: str
    format: str
    language: str

    @property
    def author(self) -> Author:
        """Whose data it is."""
        return Author(self.tenant, self.user)


@dataclass(frozen=True, slots=True)
class Found:
    """A link as a browser finds it; `cookie` is what binds it, when that is new."""

    state: State
    wanted: Wanted | None = None
    cookie: str = ""


_WANTED = TypeAdapter(Wanted)


class Links:
    """The links of one Redis."""

    def __init__(self, redis: Client, vault: Vault) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client
        self._vault = vault

    async def make(self, wanted: Wanted) -> str:
        """Make a link; returns its token."""
        token = secrets.token_urlsafe(32)
        key, own = self._key(token), author_key(wanted.author, "exports")
        sealed = self._vault.seal(key, _WANTED.dump_json(wanted))
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            pipe.sadd(own, key)
            pipe.expire(own, LINK_SECONDS)
            pipe.eval(_MAKE, 1, key, sealed, LINK_SECONDS)
            await pipe.execute()
        return token

    async def open(self, token: str, cookie: str) -> Found:
        """Open a link: the first browser that does has it from here on. One round trip."""
        key, fresh = self._key(token), secrets.token_urlsafe(32)
        async with away():
            state, held = await self._redis.eval(_BIND, 1, key, self._mark(fresh), self._mark(cookie))
        found = self._found(key, state, held)
        return Found(found.state, found.wanted, fresh if found.state is State.BOUND else "")

    async def take(self, token: str, cookie: str) -> Found:
        """Use a link up, in the browser that has it; any other changes nothing. One round trip."""
        key = self._key(token)
        async with away():
            return self._found(key, *await self._redis.eval(_TAKE, 1, key, self._mark(cookie)))

    def _found(self, key: str, state: bytes, held: bytes) -> Found:
        if not held:
            return Found(State.GONE)
        try:
            return Found(State(state.decode()), _WANTED.validate_json(self._vault.open(key, held)))
        except (UnreadableError, ValueError):
            return Found(State.GONE)

    def _key(self, token: str) -> str:
        return f"decline:export:{self._vault.mark('export', token)}"

    def _mark(self, cookie: str) -> str:
        return self._vault.mark("export browser", cookie)
