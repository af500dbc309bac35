"""Bolt's two stores for OAuth, over Redis: installations, and the states of those that are under way."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.stores.away import away
from bot.workspace import Installed

if TYPE_CHECKING:
    from bot.stores.connection import Client
    from bot.stores.encryption import Vault
    from bot.stores.workspaces import Workspaces

STATE_SECONDS = 600
"""How long an installation may take; a code of Slack's lives as long."""


_STATES = "decline:states"
_MOST_STATES = 10_000
"""Anybody can begin an installation: a flood of them pushes out the oldest, and does not fill Redis."""

_ISSUE = """
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, ARGV[4])
return redis.call('EXPIRE', KEYS[1], ARGV[5])
"""

_CONSUME = """
local since = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
return since
"""


class Installations(AsyncInstallationStore):
    """One installation for each workspace or organisation: the app asks for no tokens of people."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt would log."""
        return logging.getLogger("slack_bolt")

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation; one without a bot token has nothing to act with, and changes nothing."""
        if installation.bot_token:
            await self._workspaces.install(from_bolt(installation))

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep what a bot acts with: Bolt's token rotation would, but tokens here do not rotate."""
        raise NotImplementedError

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """What the bot acts with in a workspace."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002 (Bolt passes it; an installation is the workspace's)
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The installation of a workspace, whoever asks."""
        tenant = tenant_of(enterprise_id, team_id, org=bool(is_enterprise_install))
        known = (await self._workspaces.read(tenant)).installed if tenant else None
        return _bolts(known) if known else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget an installation; the bot is all there is of it."""
        await self.async_delete_all(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
    ) -> None:
        """Forget an installation, unless one person's part in it is meant: there is none."""
        if user_id is None:
            await self.async_delete_all(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget an installation."""
        tenant = tenant_of(enterprise_id, team_id, org=False)
        known = (await self._workspaces.read(tenant)).installed if tenant else None
        if known:
            await self._workspaces.uninstall(known)


class States(AsyncOAuthStateStore):
    """States of installations under way: each counts once, for ten minutes."""

    def __init__(self, redis: Client, vault: Vault) -> None:
        self._redis: Any = redis  # its annotations cover both the sync and the async client
        self._vault = vault

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt would log."""
        return logging.getLogger("slack_bolt")

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002 (Bolt's interface)
        """Begin an installation with the state that is given."""
        (state,) = args
        now = time.time()
        given = self._mark(state), now, now - STATE_SECONDS, -_MOST_STATES - 1, STATE_SECONDS
        async with away():
            await self._redis.eval(_ISSUE, 1, _STATES, *given)
        return str(state)

    async def async_consume(self, state: str) -> bool:
        """Whether this installation was begun here, not long ago, and comes back for the first time."""
        async with away():
            since = await self._redis.eval(_CONSUME, 1, _STATES, self._mark(state))
        return since is not None and float(since) > time.time() - STATE_SECONDS

    def _mark(self, state: str) -> str:
        return self._vault.mark("state", state)


def tenant_of(enterprise_id: str | None, team_id: str | None, *, org: bool) -> str:
    """What an installation belongs to: the organisation when it is org-wide, or else the workspace."""
    return (enterprise_id if org or not team_id else team_id) or ""


def from_bolt(given: Installation) -> Installed:
    """An installation as the app keeps it."""
    return Installed(
        app_id=given.app_id or "",
        bot_token=given.bot_token or "",
        bot_id=given.bot_id or "",
        bot_user_id=given.bot_user_id or "",
        scopes=tuple(given.bot_scopes or ()),
        installer=given.user_id or "",
        at=time.time(),
        team_id=given.team_id or "",
        team_name=given.team_name or "",
        enterprise_id=given.enterprise_id or "",
        enterprise_name=given.enterprise_name or "",
        org=bool(given.is_enterprise_install),
    )


def _bolts(known: Installed) -> Installation:
    return Installation(
        app_id=known.app_id,
        enterprise_id=known.enterprise_id or None,
        enterprise_name=known.enterprise_name or None,
        team_id=known.team_id or None,
        team_name=known.team_name or None,
        bot_token=known.bot_token,
        bot_id=known.bot_id,
        bot_user_id=known.bot_user_id,
        bot_scopes=list(known.scopes),
        user_id=known.installer,
        is_enterprise_install=known.org,
        installed_at=known.at,
    )
