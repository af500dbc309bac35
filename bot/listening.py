"""Running the app over Socket Mode: one workspace, and no address."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.app import Credentials, Storage, assembled
from bot.logs import untold
from bot.running import credentials, storage, told_to_stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr

    from bot.config import Config


def listen(config: Config, announce: Callable[[], None]) -> None:
    """Serve one workspace over Socket Mode until told to stop: Slack needs no address of ours."""
    assert config.slack_app_token  # noqa: S101 (asked for by the command)
    with storage(config) as kept:
        asyncio.run(_listen_to_slack(credentials(config), kept, config.slack_app_token, announce))


async def _listen_to_slack(
    given: Credentials, kept: Storage, app_token: SecretStr, announce: Callable[[], None]
) -> None:
    async with assembled(given, kept) as parts:
        sockets = AsyncSocketModeHandler(
            parts.bolt, app_token.get_secret_value(), logger=untold("bot.sockets")
        )
        stop = told_to_stop()
        try:
            await sockets.connect_async()  # type: ignore[no-untyped-call]
            announce()
            await stop.wait()
        finally:
            await sockets.close_async()  # type: ignore[no-untyped-call]
