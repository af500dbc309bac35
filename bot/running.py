"""Running the app for Slack over HTTP, with any number of workers."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from bot.app import Credentials, Storage, site
from bot.metrics import worker_ended
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import own_keys
from bot.web.site import Public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiohttp import web
    from pydantic import SecretStr

    from bot.config import Config

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


def told_to_stop() -> asyncio.Event:
    """Set when somebody tells the program to stop, from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    return stop
