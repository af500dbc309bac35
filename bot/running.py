"""Running the app for Slack over HTTP, with any number of workers."""

from __future__ import annotations

import asyncio
import gc
import mmap
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from aiohttp import web
from gunicorn.app.base import BaseApplication

from bot.app import Credentials, Storage, shipped, site
from bot.metrics import worker_ended
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import own_keys
from bot.web.site import Public

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from pydantic import SecretStr

    from bot.config import Config

_EVERYWHERE = "0.0.0.0"  # noqa: S104 (Slack must be able to reach it)
_GRACE = 10
"""Seconds in which a stopping worker finishes what it began."""

_KEPT_OPEN = 75
"""Seconds for an idle connection: longer than load balancers keep theirs (60), so that it is they who close
it, and never the app while a request is on its way."""

_RELIEF = 15
"""Seconds for the next shift: gunicorn ends a worker that was silent for 30."""

_ON_ITS_WAY = 0.5
"""Seconds for the request of whoever came in last."""


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
        shipped()
        gc.collect()
        gc.freeze()  # workers are forked from here, and share what nobody touches
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
        self._make_site, self._shifts = make_site, _Shifts()
        self._options = options | {"on_reload": self._shifts.call}
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[[], Awaitable[web.AppRunner]]:
        async def runner() -> web.AppRunner:
            return _Door(
                self._make_site(),
                self._shifts,
                access_log=None,
                keepalive_timeout=_KEPT_OPEN,
                shutdown_timeout=_GRACE - 1,
            )

        return runner


class _Shifts:
    """Which shift of workers is wanted, and which has begun, in memory that all of them share.

    At SIGHUP gunicorn starts new workers and stops the old ones, whether the new ones are ready or not.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 2)

    @property
    def wanted(self) -> int:
        """The shift whose workers are being started."""
        return self._shared[0]

    def call(self, _: object) -> None:
        """Ask for the next shift."""
        self._shared[0] = (self.wanted + 1) % 256

    def begin(self, shift: int) -> None:
        """Note that a worker of this shift is ready."""
        self._shared[1] = shift

    async def relieve(self, shift: int) -> None:
        """Wait, where a worker is to be replaced, until another is ready."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_RELIEF):
                while self.wanted != shift and self._shared[1] != self.wanted:  # noqa: ASYNC110 (another process)
                    await asyncio.sleep(0.05)


class _Door(web.AppRunner):
    """Serves a site; when it stops, whoever came in before the door was closed is still heard.

    A connection whose request is on its way would be reset otherwise: who sent it could not know.
    """

    def __init__(self, site: web.Application, shifts: _Shifts, **options: Any) -> None:
        super().__init__(site, **options)
        self._shifts, self._shift = shifts, shifts.wanted

    async def setup(self) -> None:
        await super().setup()
        gc.collect()
        gc.freeze()  # what is there by now stays: it need not be looked at again
        self._shifts.begin(self._shift)

    async def cleanup(self) -> None:
        await self._shifts.relieve(self._shift)
        for at in [*self.sites]:
            await at.stop()
        if self.server and self.server.connections:
            await asyncio.sleep(_ON_ITS_WAY)
        await super().cleanup()


def told_to_stop() -> asyncio.Event:
    """Set when somebody tells the program to stop, from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    return stop
