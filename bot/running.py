"""Running the app: for Slack with any number of workers, or with the playground in one process."""

from __future__ import annotations

import asyncio
import gc
import secrets
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import web
from gunicorn.app.base import BaseApplication
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.app import Credentials, Storage, assembled, site
from bot.logs import untold
from bot.metrics import worker_ended
from bot.playground import Slack
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import own_keys
from bot.web.site import EVENTS_PATH, Public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import SecretStr

    from bot.config import Config

_LOCAL = "127.0.0.1"
_EVERYWHERE = "0.0.0.0"  # noqa: S104 (Slack must be able to reach it)
_GRACE = 10
"""Seconds in which a stopping worker finishes what it began."""


@contextmanager
def storage(config: Config) -> Iterator[Storage]:
    """The Redis that is configured, or else a server of our own for as long as the app runs."""
    keys = config.keys() or own_keys(config.data_dir)
    if config.redis_url:
        yield Storage(config.redis_url.get_secret_value(), keys)
    else:
        with EmbeddedServer(config.data_dir) as server:
            yield Storage(server.url, keys)


def credentials(config: Config) -> Credentials:
    """What the configuration says of Slack; only for a configuration that is connected to it."""

    def plain(secret: SecretStr | None) -> str:
        return secret.get_secret_value() if secret else ""

    return Credentials(
        signing_secret=plain(config.slack_signing_secret),
        api_url=config.slack_api_url,
        bot_token=plain(config.slack_bot_token),
        client_id=config.slack_client_id,
        client_secret=plain(config.slack_client_secret),
    )


def serve(config: Config) -> None:
    """Serve Slack over HTTP until told to stop, with WEB_CONCURRENCY workers."""
    with storage(config) as kept:
        given = credentials(config)
        public = Public(
            config.public_url,
            config.support_email,
            config.metrics_token.get_secret_value() if config.metrics_token else "",
        )
        _Workers(
            lambda: site(given, kept, public),
            {
                "bind": f"{_EVERYWHERE}:{config.port}",
                "worker_class": "aiohttp.GunicornUVLoopWebWorker",
                "graceful_timeout": _GRACE,
                "loglevel": config.log_level.lower(),
                "proc_name": "decline",
                "control_socket_disable": True,
                "child_exit": worker_ended,
            },
        ).run()


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
        stop = _told_to_stop()
        try:
            await sockets.connect_async()  # type: ignore[no-untyped-call]
            announce()
            await stop.wait()
        finally:
            await sockets.close_async()  # type: ignore[no-untyped-call]


class _Workers(BaseApplication):  # type: ignore[misc]
    def __init__(self, make_site: Callable[[], web.Application], options: dict[str, Any]) -> None:
        self._make_site, self._options = make_site, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> web.Application:
        made = self._make_site()
        made.on_startup.append(_spare_the_collector)
        return made


async def _spare_the_collector(_: web.Application) -> None:
    """Whatever is there once a worker is ready stays: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()


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
    stop = _told_to_stop()
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


def _told_to_stop() -> asyncio.Event:
    """Set when somebody tells the program to stop, from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    return stop
