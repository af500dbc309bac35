"""Who may speak with the app: a request's workspace, found in Redis and without a call to Slack."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError

from bot.delivery import refusal
from bot.stores.away import AwayError
from bot.stores.installations import tenant_of
from bot.workspace import Workspace

if TYPE_CHECKING:
    from slack_bolt.context.async_context import AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk
    from bot.stores.workspaces import Workspaces

_REMEMBERED = 1000
"""Workspaces that a worker goes on serving while Redis is away."""


DEAD = frozenset({"account_inactive", "invalid_auth", "token_revoked", "token_expired", "not_authed"})
"""What Slack says of a token that will never work again."""


async def is_dead(client: AsyncWebClient, token: str) -> bool:
    """Whether Slack says of a token that it will never work again; whatever else goes wrong is raised."""
    try:
        await client.auth_test(token=token)
    except SlackApiError as error:
        if refusal(error) in DEAD:
            return True
        raise
    return False


class NotInstalledError(Exception):
    """A request from a workspace to which the app is not installed, or no longer."""


class Authorize(AsyncAuthorize):
    """Authorises any number of workspaces, each by its own installation."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._last_known: OrderedDict[str, Workspace] = OrderedDict()

    async def __call__(self, *, context: AsyncBoltContext, **_: Any) -> AuthorizeResult:  # noqa: D102
        workspace = await self._read(tenant(context))
        desk: Desk = context["desk"]
        context["desk"] = desk.at(workspace, await desk.scripts.of(workspace))
        return await self._result(workspace, context)

    async def _read(self, tenant: str) -> Workspace:
        """The workspace as it is; while Redis is away, as this worker last saw it."""
        try:
            workspace = await self._workspaces.read(tenant)
        except AwayError:
            return replace(self._last_known.get(tenant) or Workspace(tenant), away=True)
        self._last_known[tenant] = workspace
        self._last_known.move_to_end(tenant)
        while len(self._last_known) > _REMEMBERED:
            self._last_known.popitem(last=False)
        return workspace

    async def _result(self, workspace: Workspace, context: AsyncBoltContext) -> AuthorizeResult:
        installed = workspace.installed
        if installed is None:
            raise AwayError if workspace.away else NotInstalledError
        return AuthorizeResult(
            enterprise_id=context.enterprise_id,
            team_id=context.team_id,
            bot_id=installed.bot_id,
            bot_user_id=installed.bot_user_id,
            bot_token=installed.bot_token,
            bot_scopes=installed.scopes,
            user_id=context.user_id,
        )


class AuthorizeOne(Authorize):
    """Authorises the workspace whose token the app was given, and no other; asks Slack who it is once."""

    def __init__(self, workspaces: Workspaces, client: AsyncWebClient, token: str) -> None:
        super().__init__(workspaces)
        self._client, self._token = client, token
        self._known: AuthorizeResult | None = None
        self._org = False

    async def _result(self, workspace: Workspace, context: AsyncBoltContext) -> AuthorizeResult:  # noqa: ARG002
        if self._known is None:
            who = await self._who_we_are()
            self._org = bool(who.get("is_enterprise_install"))
            self._known = AuthorizeResult.from_auth_test_response(
                auth_test_response=who, bot_token=self._token
            )
        known = self._known
        same_org = (
            self._org and context.enterprise_id is not None and known.enterprise_id == context.enterprise_id
        )
        if not same_org and known.team_id != context.team_id:
            raise NotInstalledError
        return known

    async def _who_we_are(self) -> Any:
        try:
            return await self._client.auth_test(token=self._token)
        except SlackApiError as error:  # which Bolt would take for an app that was uninstalled
            raise ConnectionError(f"auth.test: {refusal(error)}") from error


def tenant(context: AsyncBoltContext) -> str:
    """What the app is installed to, where a request comes from: an organisation or a workspace."""
    return tenant_of(context.enterprise_id, context.team_id, org=bool(context.is_enterprise_install))
