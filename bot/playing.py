"""Running the playground: Slack's stand-in and the app behind it, in one process."""

from __future__ import annotations

import asyncio
import secrets
import socket
from typing import TYPE_CHECKING

from aiohttp import web

from bot.app import Credentials, Storage, site
from bot.playground import Slack
from bot.running import storage, told_to_stop
from bot.web.site import EVENTS_PATH, Public

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.config import Config

_LOCAL = "127.0.0.1"


def play(config: Config, announce: Callable[[str], None]) -> None:
    """Open the playground and the app behind it on this machine, until told to stop."""
    with storage(config) as kept:
        asyncio.run(_play(kept, config, announce))


async def _play(kept: Storage, config: Config, announce: Callable[[str], None]) -> None:
    front, back = _bound(config.port), _bound(0)
    address = f"http://{_LOCAL}:{front.getsockname()[1]}"
    secret, token = secrets.token_hex(16), f"xoxb-{secrets.token_hex(12)}"
    slack = Slack(
        base_url=address,
        events_url=f"http://{_LOCAL}:{back.getsockname()[1]}{EVENTS_PATH}",
        signing_secret=secret,
        bot_token=token,
    )
    bot = site(Credentials(secret, f"{address}/api/", token), kept, Public())
    stop = told_to_stop()
    runners = [web.AppRunner(slack.site(), access_log=None), web.AppRunner(bot, access_log=None)]
    try:
        for runner, at in zip(runners, (front, back), strict=True):
            await runner.setup()
            await web.SockSite(runner, at).start()
        announce(address)
        await stop.wait()
    finally:
        for runner in runners:
            await runner.cleanup()


def _bound(port: int) -> socket.socket:
    """A socket on this machine only; when the port is taken, on any that is free."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_LOCAL, port))
    except OSError:
        listening.bind((_LOCAL, 0))
    return listening
