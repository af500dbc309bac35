"""What `decline check` looks at before a deployment."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.catalogue import Catalogue
from bot.delivery import OUT_OF_REACH as SLACK_AWAY
from bot.paths import TEMPLATES
from bot.permissions import SCOPES
from bot.running import credentials
from bot.stores import marks
from bot.stores.away import AwayError
from bot.stores.connection import OUT_OF_REACH as REDIS_AWAY
from bot.stores.connection import connect
from bot.stores.embedded import reached
from bot.stores.encryption import Vault, own_keys
from bot.stores.history import History

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
    vault = Vault(config.keys() or own_keys(config.data_dir))
    with reached(config.redis(), config.data_dir) as url:
        redis = connect(url)
        try:
            await History(redis, vault).ping()
            return await marks.problem(redis, vault)
        except AwayError as error:
            return f"cannot be reached ({error})"
        except REDIS_AWAY as error:
            return f"cannot be reached ({type(error).__name__})"
        finally:
            await redis.aclose()


@asynccontextmanager
async def slack(config: Config) -> AsyncIterator[AsyncWebClient]:
    """A client of Slack, for a command."""
    given = credentials(config)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield AsyncWebClient(token=given.bot_token or None, base_url=given.api_url, session=session)


async def _client(config: Config) -> str:
    """Whether Slack knows the client id and secret: it says so before it looks at a code."""
    given = credentials(config)
    async with slack(config) as client:
        try:
            await client.oauth_v2_access(
                client_id=given.client_id, client_secret=given.client_secret, code="none"
            )
        except SlackApiError as error:
            said = error.response["error"]
            return "" if said == "invalid_code" else f"Slack says {said}"
        except SLACK_AWAY as error:
            return f"Slack cannot be reached ({type(error).__name__})"
    return ""


async def _token(config: Config) -> tuple[str, set[str]]:
    async with slack(config) as client:
        try:
            who = await client.auth_test()
        except SlackApiError as error:
            return f"Slack says {error.response['error']}", set()
        except SLACK_AWAY as error:
            return f"Slack cannot be reached ({type(error).__name__})", set()
    granted = {name.lower(): value for name, value in who.headers.items()}.get("x-oauth-scopes", "")
    return "", {scope.strip() for scope in granted.split(",")}
