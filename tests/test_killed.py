"""The app and its server killed in the middle of their work: what was confirmed is there afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, web
from redis import Redis

from bot import ids
from bot.config import Config
from bot.playground import Slack
from bot.stores.embedded import EmbeddedServer
from tests.author import Author, words
from tests.conftest import SECRET, TOKEN, Clock, Troubles, World, _listening
from tests.servers import free_port, wait_for

ROOT = Path(__file__).parents[1]

PATIENCE = 20.0

ENOUGH = 6
"""Confirmed, of drafts and what became of them, before the kill."""

MOMENT = 0.03
"""Into what comes next."""


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """Slack, with nobody behind it yet."""
    at = _listening()
    address = f"http://127.0.0.1:{at.getsockname()[1]}"
    made = Slack(base_url=address, events_url="", signing_secret=SECRET, bot_token=TOKEN)
    runner = web.AppRunner(made.site(), access_log=None)
    await runner.setup()
    await web.SockSite(runner, at).start()
    yield made
    await runner.cleanup()


@asynccontextmanager
async def serving(slack: Slack, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`decline serve`, as a process group of its own, with its own server."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}
    given = {
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
        "DATA_DIR": str(folder / "data"),
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{slack.base_url}/api/",
    }
    command = [sys.executable, "-m", "bot", "serve"]
    app = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=kept | given, stderr=subprocess.DEVNULL, start_new_session=True
    )
    slack.events_url = f"http://127.0.0.1:{port}/slack/events"
    try:
        async with asyncio.timeout(PATIENCE):
            await ready(f"http://127.0.0.1:{port}/readyz")
        yield app
    finally:
        with suppress(ProcessLookupError):
            os.killpg(app.pid, signal.SIGTERM)
        await app.wait()


async def ready(url: str) -> None:
    """Waits until the app serves, and has its server."""
    async with ClientSession() as session:
        while True:
            with suppress(ClientError):
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.05)


def kill(app: asyncio.subprocess.Process, folder: Path) -> None:
    """Kills the app, its workers and its server, which have no time for anything."""
    with Redis.from_url(EmbeddedServer(folder / "data").url) as client:
        server = client.info("server")["process_id"]
    os.kill(server, signal.SIGKILL)
    os.killpg(app.pid, signal.SIGKILL)
    wait_for(lambda: not Path(f"/proc/{server}").exists() or "Z" in Path(f"/proc/{server}/stat").read_text())


async def test_what_was_confirmed_is_there_after_a_kill(slack: Slack, tmp_path: Path, say):
    """Each draft that was shown as saved, and each that was noted as sent, up to the moment of the kill."""
    world = World(slack, None, "", "", slack.base_url, Clock(), Troubles(), None)
    robin = Author(world)
    confirmed: list[tuple[str, str]] = []

    enough = asyncio.Event()

    async def works() -> None:
        for number in range(100):
            name = f"Person {number}"
            await robin.types("the reference")
            await robin.submits(**{ids.NAME: name, ids.SITUATION: "one_off"})
            message = robin.from_the_app[-1]
            if say("draft.unsaved") not in words(message):
                confirmed.append((name, "drafted"))
            await robin.presses(message, ids.SENT)
            if message.text.startswith(f"Noted: sent to {name} on "):
                confirmed.append((name, "sent"))
            if len(confirmed) >= ENOUGH:
                enough.set()

    async with serving(slack, tmp_path) as app:
        working = asyncio.create_task(works())
        async with asyncio.timeout(PATIENCE):
            await enough.wait()
            await asyncio.sleep(MOMENT)
        kill(app, tmp_path)
        until = list(confirmed)
        working.cancel()
        await asyncio.wait([working])
    slack.start_over()
    async with serving(slack, tmp_path):
        await robin.types("history")
        lines = words(robin.from_the_app[-1]).splitlines()
    for name, what in until:
        (line,) = [one for one in lines if f"*{name}*" in one]
        assert what == "drafted" or line.endswith("sent")
