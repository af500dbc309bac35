"""What `decline check` looks at before a deployment."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.catalogue import Catalogue
from bot.delivery import OUT_OF_REACH
from bot.paths import TEMPLATES
from bot.permissions import SCOPES
from bot.running import credentials, storage
from bot.stores.connection import connect
from bot.stores.embedded import DataFolderTakenError
from bot.stores.encryption import Vault
from bot.stores.history import AwayError, History

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.config import Config


async def checks(config: Config) -> list[tuple[str, str]]:
    """Each check with its problem; an empty problem is a check that passed."""
    return [(name, problem) async for name, problem in _checks(config)]


async def _checks(config: Config) -> AsyncIterator[tuple[str, str]]:
    yield "configuration", ""
    yield "scripts", "; ".join(Catalogue.load(TEMPLATES / "scripts").problems)
    yield "redis", await _redis(config)
    if not config.connected:
        yield "slack", "SLACK_BOT_TOKEN or SLACK_CLIENT_ID is not set (the playground needs neither)"
    elif config.slack_client_id:
        yield "client", await _client(config)
    else:
        token, scopes = await _token(config)
        yield "token", token
        if not token:
            missing = set(SCOPES) - scopes
            yield "scopes", f"missing {', '.join(sorted(missing))}" if missing else ""


async def _redis(config: Config) -> str:
    try:
        with storage(config) as kept:
            redis = connect(kept.redis_url)
            try:
                await History(redis, Vault(kept.keys)).ping()
            finally:
                await redis.aclose()
    except DataFolderTakenError:
        return ""  # by a running app, whose server it is
    except AwayError as error:
        return f"cannot be reached ({error})"
    return ""


@asynccontextmanager
async def _slack(config: Config) -> AsyncIterator[AsyncWebClient]:
    given = credentials(config)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield AsyncWebClient(token=given.bot_token or None, base_url=given.api_url, session=session)


async def _client(config: Config) -> str:
    """Whether Slack knows the client id and secret: it says so before it looks at a code."""
    given = credentials(config)
    async with _slack(config) as client:
        try:
            await client.oauth_v2_access(
                client_id=given.client_id, client_secret=given.client_secret, code="none"
            )
        except SlackApiError as error:
            said = error.response["error"]
            return "" if said == "invalid_code" else f"Slack says {said}"
        except OUT_OF_REACH as error:
            return f"Slack cannot be reached ({type(error).__name__})"
    return ""


async def _token(config: Config) -> tuple[str, set[str]]:
    async with _slack(config) as client:
        try:
            who = await client.auth_test()
        except SlackApiError as error:
            return f"Slack says {error.response['error']}", set()
        except OUT_OF_REACH as error:
            return f"Slack cannot be reached ({type(error).__name__})", set()
    granted = {name.lower(): value for name, value in who.headers.items()}.get("x-oauth-scopes", "")
    return "", {scope.strip() for scope in granted.split(",")}
