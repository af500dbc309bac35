"""Running the app over Socket Mode: one workspace, and no address."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.app import Credentials, Storage, assembled
from bot.logs import untold
from bot.running import credentials, storage, told_to_stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    from bot.config import Config

_SLACKS_PATIENCE = 3


def listen(config: Config, announce: Callable[[], None]) -> None:
    """Serve one workspace over Socket Mode until told to stop: Slack needs no address of ours."""
    assert config.slack_app_token  # noqa: S101 (asked for by the command)
    with storage(config) as kept:
        asyncio.run(_listen_to_slack(credentials(config), kept, config.slack_app_token, announce))


async def _listen_to_slack(
    given: Credentials, kept: Storage, app_token: SecretStr, announce: Callable[[], None]
) -> None:
    async with assembled(given, kept) as parts:
        sockets = _Sockets(parts.bolt, app_token.get_secret_value(), logger=untold("bot.sockets"))
        stop = told_to_stop()
        try:
            await sockets.connect_async()  # type: ignore[no-untyped-call]
            announce()
            await stop.wait()
        finally:
            await sockets.answered()
            await sockets.close_async()  # type: ignore[no-untyped-call]


class _Sockets(AsyncSocketModeHandler):
    """Knows what is being answered: an answer goes over the socket on which the request came."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._under_way: set[asyncio.Task[None]] = set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        task = asyncio.ensure_future(super().handle(client, req))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.shield(task)

    async def answered(self) -> None:
        """Wait until nothing is being answered, for as long as Slack waits for an answer."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_SLACKS_PATIENCE)
