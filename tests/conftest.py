"""The whole app for tests: a strict Slack, the real site over HTTP, a real embedded server."""

from __future__ import annotations

import random
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import pytest
from aiohttp import web
from redis import ConnectionError as Unreached
from redis import Redis, RedisCluster
from redis import TimeoutError as TooSlow
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot import metrics
from bot.app import Credentials, Storage, shipped, site
from bot.catalogue import Catalogue
from bot.lint import Lint
from bot.localization import Language, Languages
from bot.playground import Slack
from bot.stores.connection import connect
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import Vault, new_key
from bot.stores.workspaces import Workspaces
from bot.suggest import Suggester
from bot.web.installing import REDIRECT_PATH
from bot.web.site import EVENTS_PATH, Public
from bot.workspace import Settings
from tests.author import Author
from tests.patience import TIMES, waiting
from tests.servers import Kept, Servers, clustered
from tests.suggesting import IN_DOUBT, Reads
from tests.troubles import Troubles

SECRET, TOKEN, TEAM = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-test", "T0PLAY"
CLIENT_ID, CLIENT_SECRET = "11.22", "the-client-secret"

DEFAULTS = Settings()


@dataclass
class Clock:
    """Slack's clock, which a test can put forward: its triggers and response_urls grow old."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """Tells the time."""
        return time.time() + self.ahead


@dataclass
class Running:
    """The app, which can be started again with other keys; of several workers, chance says who answers."""

    make: Callable[..., web.Application]
    keys: Sequence[str]
    workers: int = 1
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    port: int = 0
    runners: list[web.AppRunner] = field(default_factory=list)

    async def start(self, at: socket.socket) -> None:
        """Starts it."""
        self.port = at.getsockname()[1]
        made = [self.make(self.keys) for _ in range(self.workers)]
        front = made[0] if self.workers == 1 else self._before(made)
        self.runners = [web.AppRunner(one, access_log=None) for one in dict.fromkeys((*made, front))]
        for runner in self.runners:
            await runner.setup()
        await web.SockSite(self.runners[-1], at).start()

    def _before(self, made: Sequence[web.Application]) -> web.Application:
        """What stands before some workers and gives each request to one of them."""

        async def pass_on(request: web.Request) -> web.StreamResponse:
            return await self.chance.choice(made)._handle(request)

        front = web.Application()
        front.router.add_route("*", "/{path:.*}", pass_on)
        return front

    async def stop(self) -> None:
        """Stops it."""
        for runner in reversed(self.runners):
            await runner.cleanup()

    async def restart(self, *keys: str) -> None:
        """Stops it, and starts it where it was."""
        await self.stop()
        self.keys = keys or self.keys
        await self.start(_listening(self.port))


@dataclass
class World:
    """Slack on one side, the app on the other, and what the app keeps.

    `authors` are the people who draft: nobody else may ever read a word of the app.
    """

    slack: Slack
    redis: Redis
    redis_url: str
    events_url: str
    address: str
    clock: Clock
    troubles: Troubles
    app: Running
    authors: set[str] = field(default_factory=lambda: {"UYOU"})

    @property
    def saved(self) -> int:
        """How many drafts are in Redis."""
        return len(list(self.redis.scan_iter("*:draft:*")))

    def leaks(self) -> list[str]:
        """What the app let somebody else read, tried to, or asked of Slack without need."""
        private = {
            *("auth.test", "oauth.v2.access", "users.info"),
            *("views.open", "views.push", "views.update", "views.publish"),
            "chat.deleteScheduledMessage",
        }
        found = []
        for call in self.slack.calls:
            if call.method == "response_url":
                private_here = call.arguments.get("response_type") == "ephemeral"
            elif call.method in {"chat.postMessage", "chat.scheduleMessage"}:
                private_here = call.arguments.get("channel") in self.authors
            else:
                private_here = call.method in private
            if not private_here:
                found.append(f"{call.method} {call.arguments.get('channel', '')}".strip())
        conversations = (one.conversations.values() for one in self.slack.workspaces.values())
        for conversation in chain.from_iterable(conversations):
            for message in conversation.messages:
                readers = {message.only_for} if message.only_for else {*conversation.members} - {message.user}
                if message.by_app and not readers <= self.authors:
                    found.append(f"{sorted(readers)} can read {message.text!r} in {conversation.id}")
        return found

    def provoked(self, *rules: str) -> None:
        """Check that exactly these rules of Slack were broken, as the test meant to, and forget them."""
        broken = [rule for rule in self.slack.violations if not any(one in rule for one in rules)]
        assert not broken
        assert len(self.slack.violations) == len(rules), self.slack.violations
        self.slack.violations.clear()


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is marked `in_earnest` is about how long is waited; in the others nobody is in a hurry."""
    with waiting(1 if "in_earnest" in request.keywords else TIMES):
        yield


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The catalogue as it ships."""
    return shipped().catalogue


@pytest.fixture(scope="session")
def languages() -> Languages:
    """The languages of the app."""
    return shipped().languages


@pytest.fixture(scope="session")
def lint() -> Lint:
    """The lint as it ships."""
    return shipped().lint


@pytest.fixture(scope="session")
def reader() -> Suggester:
    """What reads messages, as it ships."""
    return shipped().suggester


@pytest.fixture
def suggester() -> Suggester | Reads:
    """What reads messages in the world of a test: nothing can be read, so people choose for themselves.

    A test about suggestions chooses another one, and so does a module of them.
    """
    return IN_DOUBT


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that is marked `at_scale` runs once more: two workers take turns by chance, on a cluster."""
    if metafunc.definition.get_closest_marker("at_scale"):
        metafunc.parametrize("server", ["embedded", "cluster"], indirect=True)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """One embedded server for the whole run."""
    with EmbeddedServer(Path(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """One cluster of three servers for the whole run."""
    with ExitStack() as opened:
        yield clustered(Servers(tmp_path_factory.mktemp("cluster"), opened))


@pytest.fixture
def server(request: pytest.FixtureRequest) -> EmbeddedServer | Kept:
    """Where the app keeps what it keeps."""
    return request.getfixturevalue(getattr(request, "param", "embedded"))


@pytest.fixture
def redis(server: EmbeddedServer | Kept) -> Iterator[Redis | RedisCluster]:
    """A client of the server, which starts empty."""
    one = isinstance(server, EmbeddedServer)
    with Redis.from_url(server.url) if one else server.everywhere() as client:
        client.flushall()
        yield client


@pytest.fixture
def workers(server: EmbeddedServer | Kept) -> int:
    """How many workers share the requests."""
    return 1 if isinstance(server, EmbeddedServer) else 2


@pytest.fixture(autouse=True)
def never_refused(request: pytest.FixtureRequest) -> Iterator[None]:
    """At scale no command is refused, as one would be for keys that a cluster has on several servers."""
    if "at_scale" not in request.keywords:
        yield
        return
    errors: list[BaseException | None] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "redis_was_away", lambda: errors.append(sys.exception()))
        yield
    assert [one for one in errors if not isinstance(one, TimeoutError | OSError | Unreached | TooSlow)] == []


@pytest.fixture
def settings() -> Settings:
    """What the workspace's admins chose; a test may."""
    return Settings()


@pytest.fixture
async def world(
    server: EmbeddedServer | Kept,
    redis: Redis,
    settings: Settings,
    suggester: Suggester | Reads,
    workers: int,
) -> AsyncIterator[World]:
    """The app and Slack, talking over HTTP on this machine."""
    async with held_to_the_rules(server.url, redis, settings, suggester, workers=workers) as made:
        yield made


@pytest.fixture
async def market(server: EmbeddedServer | Kept, redis: Redis, workers: int) -> AsyncIterator[World]:
    """The app for any number of workspaces, installed in none of them yet."""
    async with held_to_the_rules(server.url, redis, many=True, workers=workers) as made:
        made.authors |= {"UTOM", "UBEN", "UEVA", "UNORA"}
        yield made


@pytest.fixture
def robin(world: World) -> Author:
    """The author, in their conversation with Ana."""
    return Author(world)


@pytest.fixture
def say(languages: Languages) -> Language:
    """The author's language, unless a test changes it."""
    return languages["en"]


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    """What the app logs."""
    with capture_logs() as entries:
        yield entries


@asynccontextmanager
async def held_to_the_rules(
    redis_url: str,
    redis: Redis,
    settings: Settings = DEFAULTS,
    suggester: Suggester | Reads = IN_DOUBT,
    *,
    many: bool = False,
    workers: int = 1,
) -> AsyncIterator[World]:
    """A world in which, afterwards, no rule of Slack is broken and nothing has leaked."""
    made_in = make_world(redis_url, redis, settings, suggester, many=many, workers=workers)
    async with aclosing(made_in) as worlds:
        async for made in worlds:
            yield made
            assert made.slack.violations == []
            assert made.leaks() == []


async def make_world(
    redis_url: str,
    redis: Redis,
    settings: Settings = DEFAULTS,
    suggester: Suggester | Reads = IN_DOUBT,
    *,
    many: bool = False,
    workers: int = 1,
) -> AsyncIterator[World]:
    """Start both sides and stop them afterwards; `many`: the app is installed nowhere yet, by OAuth."""
    front, back = (_listening() for _ in range(2))
    address, ours = (f"http://127.0.0.1:{at.getsockname()[1]}" for at in (front, back))
    events_url = f"{ours}{EVENTS_PATH}"
    clock, troubles = Clock(), Troubles()
    known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET} if many else {"bot_token": TOKEN}
    slack = Slack(
        base_url=address,
        events_url=events_url,
        signing_secret=SECRET,
        redirect_urls=[f"{ours}{REDIRECT_PATH}"],
        clock=clock,
        **known,
    )
    stand_in = slack.site()
    stand_in.middlewares.append(troubles.middleware)
    keys = [new_key()]
    if settings != DEFAULTS:
        async with connect(redis_url) as kept:
            assert await Workspaces(kept, Vault(keys)).exchange(TEAM, DEFAULTS, settings)
    given, public = Credentials(SECRET, f"{address}/api/", **known), Public(ours, "help@decline.example")
    app = Running(lambda now: site(given, Storage(redis_url, now), public), keys, workers)
    workspace = web.AppRunner(stand_in, access_log=None)
    await workspace.setup()
    await web.SockSite(workspace, front).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.shipped", lambda: replace(shipped(), suggester=suggester))
        await app.start(back)
        try:
            yield World(slack, redis, redis_url, events_url, address, clock, troubles, app)
        finally:
            troubles.over.set()
            await app.stop()
            await workspace.cleanup()


def _listening(port: int = 0) -> socket.socket:
    at = socket.socket()
    at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    at.bind(("127.0.0.1", port))
    return at
