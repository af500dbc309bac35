"""Stopping and restarting under load: what was begun is finished, and nobody is answered with an error."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvloop
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, TCPConnector, web
from redis import Redis

from bot import ids
from bot.config import Config
from bot.playground import Slack
from bot.running import _Door, _Shifts
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import new_key
from bot.web.site import EVENTS_PATH
from tests import slack_requests
from tests.author import Author
from tests.conftest import SECRET, TOKEN, Clock, World
from tests.troubles import Troubles

ROOT = Path(__file__).parents[1]
AT_ONCE = 10
SLOW = 0.9
"""Seconds that Slack takes for each answer: whenever the app is stopped, much is under way for long."""


@dataclass
class Program:
    """`decline serve`, as the Procfile starts it."""

    port: int
    env: dict[str, str]
    running: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where Slack finds it."""
        return f"http://127.0.0.1:{self.port}{EVENTS_PATH}"

    @property
    def pid(self) -> int:
        """That of the process that was started."""
        assert self.running
        return self.running.pid

    @property
    def workers(self) -> set[str]:
        """The ids of its workers."""
        return set(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())

    async def start(self) -> None:
        """Starts it, and waits until it is ready."""
        self.running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve"), env=self.env, stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(40), ClientSession() as session:
            while True:
                with suppress(ClientError):
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)

    def told(self, what: signal.Signals) -> None:
        """Sends it a signal."""
        os.kill(self.pid, what)

    async def ended(self) -> int:
        """Waits until it has, and gives its code."""
        assert self.running
        async with asyncio.timeout(20):
            return await self.running.wait()

    async def kill(self) -> None:
        """Ends it in any case."""
        if self.running and self.running.returncode is None:
            self.running.kill()
            await self.running.wait()


@dataclass
class Sent:
    """One interaction: what was done, and how it was answered."""

    kind: str
    mark: str
    status: int = 0
    text: str = ""


@dataclass
class Stream:
    """People at work: a steady stream of clicks, brought as by a load balancer.

    It opens a connection for each request, and asks another server when one takes none: that is all it does.
    """

    slack: Slack
    view: dict[str, Any]
    urls: list[str]
    sent: list[Sent] = field(default_factory=list)
    number: Any = field(default_factory=count)
    over: bool = False

    async def flow(self) -> None:
        """Goes on until it is over."""
        connector = TCPConnector(limit=0, force_close=True)
        async with ClientSession(connector=connector, timeout=ClientTimeout(total=8)) as session:
            await asyncio.gather(*(self._person(session, first) for first in range(AT_ONCE)))

    async def _person(self, session: ClientSession, first: int) -> None:
        await asyncio.sleep(first * SLOW / AT_ONCE)
        targets = cycle(self.urls[first % len(self.urls) :] + self.urls[: first % len(self.urls)])
        while not self.over:
            one, body = self._next()
            self.sent.append(one)
            for _ in self.urls:
                try:
                    one.status, one.text = await _bring(session, next(targets), body)
                    break
                except ClientConnectorError:  # it closed its door, and nothing was sent
                    continue

    def _next(self) -> tuple[Sent, str]:
        number = next(self.number)
        trigger = self.slack.views.trigger("UYOU")
        if number % 2:
            form = {"command": "/decline", "text": "", "trigger_id": trigger, **_FORM}
            return Sent("opened", trigger), urlencode(form)
        view_id = f"V{number:010}"
        url = self.slack._response_url("UYOU", "DANA")
        origin = json.loads(self.view["private_metadata"]) | {"response_url": url}
        view = self.view | {"id": view_id, "root_view_id": view_id, "private_metadata": json.dumps(origin)}
        payload = slack_requests.view_submission(view, trigger_id=trigger)
        return Sent("drafted", url.rpartition("/")[2]), urlencode({"payload": json.dumps(payload)})


_FORM = {"team_id": "T0PLAY", "user_id": "UYOU", "channel_id": "DANA", "response_url": ""}


async def _bring(session: ClientSession, url: str, body: str) -> tuple[int, str]:
    now = str(int(time.time()))
    headers = {
        "Content-Type": slack_requests.FORM,
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": slack_requests.signature(body.encode(), now),
    }
    try:
        async with session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()
    except ClientConnectorError:
        raise
    except (ClientError, TimeoutError) as error:
        return 0, type(error).__name__


@asynccontextmanager
async def _slow_slack(troubles: Troubles) -> AsyncIterator[Slack]:
    at = _bound()
    slack = Slack(
        base_url=f"http://127.0.0.1:{at.getsockname()[1]}",
        events_url="",
        signing_secret=SECRET,
        bot_token=TOKEN,
    )
    site = slack.site()
    site.middlewares.append(troubles.middleware)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.SockSite(runner, at).start()
    try:
        yield slack
    finally:
        await runner.cleanup()


def _bound() -> socket.socket:
    at = socket.socket()
    at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    at.bind(("127.0.0.1", 0))
    return at


def _free() -> int:
    with _bound() as at:
        return at.getsockname()[1]


@dataclass
class Served:
    """Programs that share a Redis and a slow Slack, and the clicks for them."""

    slack: Slack
    redis: Redis
    programs: list[Program]
    stream: Stream

    def done(self) -> None:
        """Check that every click was answered well, and that what it is for is there, once."""
        sent = self.stream.sent
        assert [one for one in sent if one.status != 200] == []
        drafted, opened = (
            [one.text for one in sent if one.kind == kind] for kind in ("drafted", "opened")
        )  # where the machine is slow, it may be a sentence
        well = [said for said in (*drafted, *opened) if said == ""]
        assert len(well) > max(10, len(sent) / 2)
        posted = sum(one.by_app for one in self.slack.messages("UYOU", "DANA"))
        assert drafted.count("") <= posted <= len(drafted)
        assert drafted.count("") <= len(list(self.redis.scan_iter("*:draft:*"))) <= len(drafted)
        views = [one.response["ok"] for one in self.slack.calls if one.method == "views.open"]
        assert opened.count("") <= views.count(True) <= len(opened)


@pytest.fixture
async def serve(server: EmbeddedServer, redis: Redis, tmp_path: Path) -> AsyncIterator[Any]:
    """Starts so many programs, and gives them with a stream of clicks that waits to flow."""
    troubles = Troubles()
    key = new_key()
    mine = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}
    programs: list[Program] = []
    async with _slow_slack(troubles) as slack:

        async def start(number: int, workers: int) -> Served:
            for _ in range(number):
                port = _free()
                env = mine | {
                    "PYTHONPATH": str(ROOT),
                    "SLACK_SIGNING_SECRET": SECRET,
                    "SLACK_BOT_TOKEN": TOKEN,
                    "SLACK_API_URL": f"{slack.base_url}/api/",
                    "REDIS_URL": server.url,
                    "ENCRYPTION_KEYS": key,
                    "DATA_DIR": str(tmp_path),
                    "PORT": str(port),
                    "WEB_CONCURRENCY": str(workers),
                }
                programs.append(Program(port, env))
            await asyncio.gather(*(one.start() for one in programs))
            slack.events_url = programs[0].url
            robin = Author(World(slack, redis, "", programs[0].url, slack.base_url, Clock(), troubles, None))
            await robin.uses_the_shortcut()
            await robin.picks(ids.SITUATION, "one_off")
            view = (await robin.picks(ids.SCRIPT, "decline_polite")).payload()
            slack.calls.clear()
            troubles.is_slow(SLOW, "views.open", "response_url")
            return Served(slack, redis, programs, Stream(slack, view, [one.url for one in programs]))

        try:
            yield start
        finally:
            troubles.end()
            await asyncio.gather(*(one.kill() for one in programs))


@asynccontextmanager
async def flowing(stream: Stream) -> AsyncIterator[None]:
    """While clicks come."""
    flow = asyncio.create_task(stream.flow())
    await asyncio.sleep(2 * SLOW)
    try:
        yield
        await asyncio.sleep(SLOW)
    finally:
        stream.over = True
        await flow


@contextmanager
def knocking(at: socket.socket) -> Iterator[socket.socket]:
    """Somebody who came in, and has said nothing yet."""
    with socket.create_connection(at.getsockname()) as came:
        came.setblocking(False)
        yield came


async def heard(came: socket.socket) -> bytes:
    """What somebody who came in is answered; nothing when they are put out."""
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_sendall(came, b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        return (await loop.sock_recv(came, 1000)).partition(b"\r\n")[0]
    except ConnectionError:
        return b""


@asynccontextmanager
async def door(shifts: _Shifts | None = None) -> AsyncIterator[tuple[web.AppRunner, socket.socket]]:
    """A site behind the door that workers have."""

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    site = web.Application()
    site.router.add_get("/", hello)
    runner, at = _Door(site, shifts or _Shifts(), access_log=None), _bound()
    await runner.setup()
    await web.SockSite(runner, at).start()
    yield runner, at


def test_who_stands_at_the_door_is_heard():
    """A connection that waited to be taken in when the worker was told to stop is answered."""

    async def stop() -> bytes:
        async with door() as (runner, at):
            with knocking(at) as came:
                answered, _ = await asyncio.gather(heard(came), runner.cleanup())
                return answered

    assert uvloop.run(stop()) == b"HTTP/1.1 200 OK"


def test_who_came_in_is_heard():
    """A request that was on its way when the door was closed is answered, on the connection it came by."""

    async def stop() -> bytes:
        async with door() as (runner, at):
            with knocking(at) as came:
                await asyncio.sleep(0.05)
                end = asyncio.create_task(runner.cleanup())
                while runner.sites:  # noqa: ASYNC110 (nobody tells)
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.05)
                answered = await heard(came)
                await end
                return answered

    assert uvloop.run(stop()) == b"HTTP/1.1 200 OK"


def test_a_worker_waits_to_be_relieved():
    """One that is to be replaced takes people in until another does: a worker may be slow to begin."""

    async def stop() -> bytes:
        shifts = _Shifts()
        async with door(shifts) as (runner, at):
            shifts.call(None)
            end = asyncio.create_task(runner.cleanup())
            await asyncio.sleep(0.2)
            with knocking(at) as came:
                answered = await heard(came)
            shifts.begin(shifts.wanted)
            await end
            return answered

    assert uvloop.run(stop()) == b"HTTP/1.1 200 OK"


async def test_rolling_workers_answer_everybody(serve):
    """While new workers take the place of the old ones, every click is answered and done once."""
    served = await serve(1, workers=2)
    (program,) = served.programs
    async with flowing(served.stream):
        before = program.workers
        program.told(signal.SIGHUP)
        async with asyncio.timeout(30):
            while program.workers & before:  # noqa: ASYNC110 (the system says nothing of it)
                await asyncio.sleep(0.1)
        assert len(program.workers) == 2
    served.done()


@pytest.mark.in_earnest
async def test_a_program_that_stops_finishes_what_it_began(serve):
    """Of two programs one is told to stop: it finishes what came to it, the other has the rest."""
    served = await serve(2, workers=1)
    async with flowing(served.stream):
        served.programs[0].told(signal.SIGTERM)
        assert await served.programs[0].ended() == 0
    served.done()
