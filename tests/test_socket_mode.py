"""Socket Mode: one workspace, served by a program that has no address."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot import ids
from bot.config import Config
from bot.playground import Slack
from tests.author import Author, draft, says
from tests.conftest import SECRET, TOKEN, Clock, World
from tests.troubles import Troubles

ROOT = Path(__file__).parents[1]
APP_TOKEN = "xapp-test"


@pytest.fixture
def troubles() -> Troubles:
    """What goes wrong there."""
    return Troubles()


@pytest.fixture
async def slack(troubles: Troubles) -> AsyncIterator[Slack]:
    """A Slack that the app has to call first."""
    at = socket.socket()
    at.bind(("127.0.0.1", 0))
    made = Slack(
        base_url=f"http://127.0.0.1:{at.getsockname()[1]}",
        events_url="http://127.0.0.1:9/nowhere",
        signing_secret=SECRET,
        bot_token=TOKEN,
        app_token=APP_TOKEN,
    )
    site = made.site()
    site.middlewares.append(troubles.middleware)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.SockSite(runner, at).start()
    yield made
    await runner.cleanup()


@pytest.fixture
async def program(slack: Slack, tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`decline socket`, as somebody starts it, once it listens."""
    mine = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "socket"),
        cwd=tmp_path,
        env=mine
        | {
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": f"{slack.base_url}/api/",
        },
        stderr=asyncio.subprocess.PIPE,
    )
    assert running.stderr
    async with asyncio.timeout(30):
        while not (await running.stderr.readline()).strip().startswith(b"Listening"):
            assert running.returncode is None
    yield running
    if running.returncode is None:
        running.terminate()
    await running.wait()


@pytest.fixture
def robin(slack: Slack, program) -> Author:
    """An author in the workspace that it serves."""
    return Author(World(slack, None, "", "", slack.base_url, Clock(), Troubles(), None))


async def test_from_the_shortcut_to_the_draft(slack, robin):
    """All of it comes and goes over the socket: the modal, its choices, the draft, and what became of it."""
    message = await robin.drafts("one_off", "introduction")

    assert draft(message) != ""
    await robin.presses(message, "draft_sent")
    assert slack.violations == []


async def test_home_comes_with_an_event(slack, robin):
    """Events are listened to as well."""
    assert says(await robin.opens_home(), "home.title")
    assert slack.violations == []


async def test_a_refreshed_connection_loses_nothing(slack, robin):
    """Slack closes sockets about once an hour: the app has another one by then."""
    await slack.refresh_sockets()

    assert draft(await robin.drafts("one_off", "introduction")) != ""


async def test_what_was_begun_is_answered_when_it_stops(slack, program, robin, troubles):
    """At SIGTERM a click that is being answered is answered before the socket closes."""
    troubles.is_slow(0.6, "views.open")
    click = asyncio.create_task(robin.types(""))
    while not (troubles.met or click.done()):  # noqa: ASYNC110 (Slack is a fake, and has no event for it)
        await asyncio.sleep(0.01)
    program.send_signal(signal.SIGTERM)

    assert (await click).ok
    assert robin.modal.callback_id == ids.COMPOSE
    assert slack.violations == []


async def test_it_stops_when_it_is_told_to(slack, program):
    """At SIGTERM it closes its socket and its server, and ends well."""
    program.send_signal(signal.SIGTERM)

    async with asyncio.timeout(15):
        assert await program.wait() == 0
    assert slack.sockets == 0
