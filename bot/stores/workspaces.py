"""Each workspace's installation, settings, own scripts and changes in Redis.

    decline:{tenant}:workspace   hash: `installation`, `settings`, `revision` of the scripts
    decline:{tenant}:scripts     hash: by script id, its source
    decline:{tenant}:changes     list: what admins did, newest first
    decline:{tenant}:authors     set: who has used the app         retention

They stay until the app is uninstalled. Values are sealed. A method that cannot reach Redis raises AwayError.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.stores.away import away
from bot.stores.encryption import Vault
from bot.stores.places import tenant_key
from bot.stores.sealed import Sealed
from bot.workspace import Change, Installed, Settings, Workspace

if TYPE_CHECKING:
    from bot.stores.connection import Client

_KEPT_CHANGES = 50

_HELD = 1000
"""Workspaces that a worker need not open anew for each request."""

_INSTALLED, _SETTINGS, _CHANGE = TypeAdapter(Installed), TypeAdapter(Settings), TypeAdapter(Change)

_REMOVE_IF_SAME = """
if redis.call('HGET', KEYS[1], 'installation') == ARGV[1] then
  return redis.call('HDEL', KEYS[1], 'installation')
end
return 0
"""
"""A workspace that was installed again in the meantime keeps its new installation."""

_SET_IF_SAME = """
local there = redis.call('HGET', KEYS[1], 'settings') or ''
if there == ARGV[2] then return 1 end
if there ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'settings', ARGV[2])
for i = 4, #ARGV do redis.call('LPUSH', KEYS[2], ARGV[i]) end
redis.call('LTRIM', KEYS[2], 0, ARGV[3])
return 1
"""
"""Two admins who save at once do not undo each other's choices; whoever's answer was lost has saved once."""

_CHANGE_SCRIPT = """
local known = redis.call('HGET', KEYS[1], 'revision') or '0'
if ARGV[1] ~= '' and ARGV[1] ~= known then return '0' end
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
elseif redis.call('HDEL', KEYS[2], ARGV[2]) == 0 then
  return '0'
end
local revision = string.format('%.0f', math.max(tonumber(known) + 1, tonumber(ARGV[5])))
redis.call('HSET', KEYS[1], 'revision', revision)
redis.call('LPUSH', KEYS[3], ARGV[4])
redis.call('LTRIM', KEYS[3], 0, ARGV[6])
return revision
"""
"""The script and that it was changed, at once, and only if nobody was there before. A revision is a time, so
that it never comes back, also not after the app was away from the workspace."""


class Workspaces(Sealed):
    """What one Redis knows of all workspaces; every method names the tenant it works for."""

    def __init__(self, redis: Client, vault: Vault) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client
        self._vault = vault
        self._opened = lru_cache(maxsize=_HELD)(self._open_workspace)

    async def read(self, tenant: str) -> Workspace:
        """What is known of a workspace, in one round trip."""
        key = tenant_key(tenant, "workspace")
        async with away():
            found = await self._redis.hgetall(key)
        return self._opened(
            tenant, found.get(b"installation"), found.get(b"settings"), int(found.get(b"revision", 0))
        )

    def _open_workspace(
        self, tenant: str, installation: bytes | None, settings: bytes | None, revision: int
    ) -> Workspace:
        """What was stored, opened; the same bytes are always the same workspace."""
        key = tenant_key(tenant, "workspace")
        installed = self._read(_INSTALLED, key, installation)
        return Workspace(
            tenant,
            installed,
            self._read(_SETTINGS, key, settings) or Settings(),
            revision,
            unreadable=installed is None and installation is not None,
        )

    async def install(self, installed: Installed) -> None:
        """Keep an installation; one that was there before gives way."""
        key = tenant_key(installed.tenant, "workspace")
        async with away():
            await self._redis.hset(
                key, "installation", self._vault.seal(key, _INSTALLED.dump_json(installed))
            )

    async def uninstall(self, installed: Installed) -> bool:
        """Forget this installation; False when another one has taken its place."""
        key = tenant_key(installed.tenant, "workspace")
        async with away():
            while True:
                sealed = await self._redis.hget(key, "installation")
                if sealed is None:  # by ourselves, too, when the answer to it was lost
                    return True
                if self._read(_INSTALLED, key, sealed) != installed:
                    return False
                if await self._redis.eval(_REMOVE_IF_SAME, 1, key, sealed):  # else it was sealed anew
                    return True

    async def exchange(self, tenant: str, known: Settings, settings: Settings, *changes: Change) -> bool:
        """Keep what an admin made of the settings as they were known; False when they are others by now."""
        key, noted = tenant_key(tenant, "workspace"), tenant_key(tenant, "changes")
        async with away():
            sealed = await self._redis.hget(key, "settings")
            if (self._read(_SETTINGS, key, sealed) or Settings()) != known:
                return False
            new = self._vault.seal(key, _SETTINGS.dump_json(settings))
            sealed_changes = [self._vault.seal(noted, _CHANGE.dump_json(change)) for change in changes]
            last = _KEPT_CHANGES - 1
            return bool(
                await self._redis.eval(_SET_IF_SAME, 2, key, noted, sealed or "", new, last, *sealed_changes)
            )

    async def scripts(self, tenant: str) -> dict[str, bytes]:
        """The sources of a workspace's own scripts, by script id."""
        key = tenant_key(tenant, "scripts")
        async with away():
            found = await self._redis.hgetall(key)
        opened = {name.decode(): self._open(key, sealed) for name, sealed in found.items()}
        return {name: source for name, source in opened.items() if source is not None}

    async def keep_script(
        self, tenant: str, script_id: str, source: bytes, change: Change, revision: int | None = None
    ) -> int:
        """Add a script of the workspace's own, or write it anew; the new revision, or 0.

        With a `revision`, only if the scripts did not change since it was read.
        """
        sealed = self._vault.seal(tenant_key(tenant, "scripts"), source)
        return await self._change_script(tenant, script_id, sealed, change, revision)

    async def drop_script(
        self, tenant: str, script_id: str, change: Change, revision: int | None = None
    ) -> int:
        """Take a script of the workspace's own away; the new revision, or 0 when it was gone already."""
        return await self._change_script(tenant, script_id, b"", change, revision)

    async def _change_script(
        self, tenant: str, script_id: str, sealed: bytes, change: Change, revision: int | None
    ) -> int:
        keys = [tenant_key(tenant, one) for one in ("workspace", "scripts", "changes")]
        noted = self._vault.seal(keys[2], _CHANGE.dump_json(change))
        seen = "" if revision is None else str(revision)
        now = int(time.time() * 1000)
        async with away():
            return int(
                await self._redis.eval(
                    _CHANGE_SCRIPT, 3, *keys, seen, script_id, sealed, noted, now, _KEPT_CHANGES - 1
                )
            )

    async def changes(self, tenant: str) -> list[Change]:
        """What admins did lately, newest first."""
        key = tenant_key(tenant, "changes")
        async with away():
            found = await self._redis.lrange(key, 0, _KEPT_CHANGES - 1)
        read = (self._read(_CHANGE, key, sealed) for sealed in found)
        return [change for change in read if change]
