"""The composition root: from settings to the site that Slack talks to."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import calls
from bot.catalogue import Catalogue
from bot.delivery import Delivery
from bot.desk import Desk
from bot.lint import Lint
from bot.listeners import equip, register
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.stores.connection import connect
from bot.stores.encryption import Vault
from bot.stores.history import History
from bot.web.site import build_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from aiohttp import web

_log = structlog.get_logger()

_SLACK_SECONDS = 2.3
"""For one call to Slack: within a listener's deadline, so that the author still gets a sentence."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What one workspace gives the app, and where Slack is."""

    signing_secret: str
    bot_token: str
    api_url: str


@dataclass(frozen=True, slots=True, repr=False)
class Storage:
    """Where history is, and the keys it is sealed with, newest first."""

    redis_url: str
    keys: Sequence[str]


def site(
    credentials: Credentials, storage: Storage, way_out: str = "", metrics_token: str = ""
) -> web.Application:
    """The HTTP site of the app, which makes its parts when it starts and closes them when it stops."""

    @asynccontextmanager
    async def parts() -> AsyncIterator[tuple[AsyncApp, History]]:
        timeout = aiohttp.ClientTimeout(total=_SLACK_SECONDS)
        redis = connect(storage.redis_url)
        async with aiohttp.ClientSession(timeout=timeout, trace_configs=[calls.counted()]) as session:
            history = History(redis, Vault(storage.keys))
            catalogue = Catalogue.load(TEMPLATES / "scripts")
            for problem in catalogue.problems:
                _log.error("script left out", problem=problem)
            desk = Desk(
                catalogue=catalogue,
                languages=Languages.load(TEMPLATES / "locales"),
                lint=Lint.load(TEMPLATES / "lint"),
                history=history,
                delivery=Delivery(session, credentials.api_url),
                way_out=way_out,
            )
            try:
                yield _bolt(credentials, session, desk), history
            finally:
                await redis.aclose()

    return build_site(parts, metrics_token)


def _bolt(credentials: Credentials, session: aiohttp.ClientSession, desk: Desk) -> AsyncApp:
    client = AsyncWebClient(base_url=credentials.api_url, session=session)
    app = AsyncApp(
        name="decline",
        signing_secret=credentials.signing_secret,
        client=client,
        before_authorize=equip(desk),
        authorize=_one_workspace(client, credentials.bot_token),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    register(app)
    return app


async def _who_we_are(client: AsyncWebClient, token: str) -> Any:
    try:
        return await client.auth_test(token=token)
    except SlackApiError as error:  # which Bolt would take for an app that was uninstalled
        raise ConnectionError(f"auth.test: {error.response['error']}") from error


def _one_workspace(client: AsyncWebClient, token: str) -> Callable[..., Awaitable[Any]]:
    """Authorise the workspace whose token the app was given, and no other; ask Slack who it is once."""
    known: AuthorizeResult | None = None

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        nonlocal known
        if known is None:
            who = await _who_we_are(client, token)
            known = AuthorizeResult.from_auth_test_response(auth_test_response=who, bot_token=token)
        same_org = enterprise_id is not None and known.enterprise_id == enterprise_id
        return known if same_org or known.team_id == team_id else None

    return authorize
