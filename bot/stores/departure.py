"""What goes when the app is uninstalled: everything of that workspace and of everybody in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.records import Author
from bot.stores.away import away
from bot.stores.places import author_keys, tenant_key

if TYPE_CHECKING:
    from bot.stores.connection import Client

_BATCH = 200
"""Authors at a time: a batch is two round trips."""

_MARK_AS_LEAVING = """#!lua flags=allow-oom
redis.call('SUNIONSTORE', KEYS[2], KEYS[1], KEYS[2])
return redis.call('DEL', KEYS[1])
"""
"""Who begins to draft after a new installation is not among those who leave."""


_WHOLE = ("workspace", "authors", "leaving")
"""What a workspace has, or has left, of which any is there for as long as anything of it is."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How much went: authors, and keys of theirs. `whole` when nothing is left to do."""

    authors: int
    keys: int
    whole: bool


class Departure:
    """Deletes a workspace in batches; what was begun and cut off is taken up by the next call."""

    def __init__(self, redis: Client) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client

    async def remove(self, tenant: str, go_on: Callable[[], bool]) -> Removed:
        """Delete a workspace's settings, scripts and changes, then its authors, for as long as `go_on`."""
        leaving = tenant_key(tenant, "leaving")
        async with away():
            await self._redis.eval(_MARK_AS_LEAVING, 2, tenant_key(tenant, "authors"), leaving)
            await self._redis.hdel(tenant_key(tenant, "workspace"), "settings", "revision")
            await self._redis.unlink(tenant_key(tenant, "scripts"), tenant_key(tenant, "changes"))
        return await self.finish(tenant, go_on)

    async def finish(self, tenant: str, go_on: Callable[[], bool]) -> Removed:
        """Delete the authors of a departure that was begun, for as long as `go_on`."""
        leaving = tenant_key(tenant, "leaving")
        authors = keys = 0
        while go_on():
            async with away():
                batch = await self._redis.srandmember(leaving, _BATCH)
            if not batch:
                return Removed(authors, keys, whole=True)
            keys += await self._delete([Author(tenant, user.decode()) for user in batch])
            async with away():
                await self._redis.srem(leaving, *batch)
            authors += len(batch)
        return Removed(authors, keys, whole=False)

    async def _delete(self, authors: list[Author]) -> int:
        found = await author_keys(self._redis, authors)
        async with away(), self._redis.pipeline(transaction=False) as pipe:
            for keys in found:
                pipe.execute_command("UNLINK", *keys)  # a cluster's pipeline has no method for it
            return sum(await pipe.execute())


async def tenants(redis: Client) -> set[str]:
    """The workspaces of which anything is kept. Redis looks at every key it has: not while somebody waits."""
    asked: Any = redis
    keys = [key for one in _WHOLE async for key in asked.scan_iter(tenant_key("*", one), count=1000)]
    return {key.decode().partition("{")[2].partition("}")[0] for key in keys}
