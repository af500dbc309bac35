"""What `decline check` looks at before a deployment."""

from __future__ import annotations

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
        yield "token", "SLACK_BOT_TOKEN is not set (the playground needs none)"
        return
    token, scopes = await _token(config)
    yield "token", token
    if not token:
        missing = {*SCOPES} - scopes
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


async def _token(config: Config) -> tuple[str, set[str]]:
    given = credentials(config)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        client = AsyncWebClient(token=given.bot_token, base_url=given.api_url, session=session)
        try:
            who = await client.auth_test()
        except SlackApiError as error:
            return f"Slack says {error.response['error']}", set()
        except OUT_OF_REACH as error:
            return f"Slack cannot be reached ({type(error).__name__})", set()
        granted = {name.lower(): value for name, value in who.headers.items()}.get("x-oauth-scopes", "")
        return "", {scope.strip() for scope in granted.split(",")}
