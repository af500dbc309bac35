"""All programs of a run: Redis, the fake Slack, the app as it ships, and what it is measured against."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import uvloop
from redis import Redis

from bot import ids
from bot.stores.embedded import EmbeddedServer
from tests.benchmarks import contestants, history
from tests.benchmarks.interactions import Interaction, Requests, sent_back
from tests.benchmarks.load import Measured, Request, press
from tests.benchmarks.processes import DiedError, Program, free_port, running

ROOT = Path(__file__).parents[2]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CONNECTIONS = 8

DECLINE, FLOOR, BOLT_PYTHON, BOLT_JS = "Decline", "floor", "Bolt Python", "Bolt JS"

_BOLT_JS = "@slack/bolt@5.1.0"
_DRAIN_SECONDS = 10.0
_TRIES = 50


@dataclass(frozen=True)
class Round:
    """What one contestant did in one round."""

    load: Measured
    cpu: float
    """Seconds of CPU that one interaction cost the contestant."""
    redis_cpu: float
    """The same, for Redis."""


@dataclass
class Contestant:
    """A server that can be asked, at an address that may depend on what is asked."""

    name: str
    program: Program
    port: int
    path: Callable[[Interaction], str] = lambda _: "/slack/events"


@dataclass
class Arena:
    """What runs, and how it is asked."""

    slack: str
    redis: Redis
    redis_url: str
    runner: asyncio.Runner
    folder: Path
    make: Requests
    contestants: dict[str, Contestant] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    """Why somebody does not take part."""

    def ask(
        self,
        name: str,
        interaction: Interaction,
        seconds: float,
        most: int = -1,
        connections: int = CONNECTIONS,
        request: Callable[[], Request] | None = None,
    ) -> Round:
        """One round with one contestant; ends when Slack has been called for every interaction."""
        one = self.contestants[name]
        made = request or interaction.ask(self.make)
        called, cpu, redis = self._called(interaction), one.program.cpu_seconds, self._redis_cpu()
        load = self.runner.run(
            press(one.port, one.path(interaction), SECRET.encode(), made, connections, seconds, most)
        )
        until = time.monotonic() + _DRAIN_SECONDS
        while self._called(interaction) < called + load.count:  # who answers first still has to call
            if time.monotonic() > until:
                raise DiedError(f"{name} left some {interaction.name} without an answer: {one.program.said}")
            time.sleep(0.01)
        return Round(
            load,
            (one.program.cpu_seconds - cpu) / load.count,
            (self._redis_cpu() - redis) / load.count,
        )

    def last(self, method: str) -> Any:
        """What Slack was sent last."""
        with urlopen(f"{self.slack}/last/{method}") as answer:
            return json.load(answer)

    def _called(self, interaction: Interaction) -> int:
        with urlopen(f"{self.slack}/calls") as answer:
            return json.load(answer).get(interaction.method, 0)

    def _redis_cpu(self) -> float:
        found: Mapping[str, float] = self.redis.info("cpu")
        return found["used_cpu_user"] + found["used_cpu_sys"]


@contextmanager
def arena(past: history.Past, *, others: bool = True, node: bool = True) -> Iterator[Arena]:
    """Start everything; `others`: also whom the app is measured against, with Bolt JS if `node`."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="decline-bench-")))
        server = open_.enter_context(EmbeddedServer(folder / "redis"))
        redis = open_.enter_context(Redis.from_url(server.url))
        runner = open_.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))
        port = free_port()
        command = [sys.executable, "-m", "tests.benchmarks.slack", str(port)]
        open_.enter_context(running(command, port, ROOT))
        slack = f"http://127.0.0.1:{port}"
        made = Arena(slack, redis, server.url, runner, folder, Requests(slack, past.authors))
        runner.run(history.fill(server.url, past))
        app = open_.enter_context(decline(made, server.url))
        made.contestants[DECLINE] = app
        if others:
            for one in _others(made, open_, node=node):
                made.contestants[one.name] = one
        yield made


@contextmanager
def decline(made: Arena, redis_url: str) -> Iterator[Contestant]:
    """The app as it ships, one worker, for any number of workspaces."""
    port = free_port()
    with running(*_decline(made, redis_url, port)) as program:
        yield Contestant(DECLINE, program, port)


def _decline(made: Arena, redis_url: str, port: int) -> tuple[list[str], int, Path, dict[str, str]]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "WEB_"))},
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        "SLACK_API_URL": f"{made.slack}/api/",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "the-client-secret",
        "REDIS_URL": redis_url,
        "ENCRYPTION_KEYS": ",".join(history.KEYS),
    }
    return (
        [sys.executable, "-m", "tests.benchmarks.contestants.decline", "serve"],
        port,
        made.folder,
        environment,
    )


def open_modal(made: Arena, interaction: Interaction) -> None:
    """Open a compose modal with a choice of tones, so that what is done in it can be asked."""
    for _ in range(_TRIES):
        made.ask(DECLINE, interaction, 10, most=1)
        made.make.view = sent_back(made.last("views.open")["view"])
        if made.make.menu(ids.TONE):
            return
    raise DiedError("no draft that was proposed has a choice of tones")


def _others(made: Arena, open_: ExitStack, *, node: bool) -> Iterator[Contestant]:
    for name, module in ((FLOOR, "floor"), (BOLT_PYTHON, "bolt_python")):
        port = free_port()
        command = [sys.executable, "-m", f"tests.benchmarks.contestants.{module}", str(port)]
        program = open_.enter_context(running([*command, made.slack, SECRET], port, ROOT))
        one = Contestant(name, program, port)
        if name == FLOOR:
            one.path = lambda interaction: f"/{interaction.method}"
        yield one
    if not node:
        return
    modules = _bolt_js()
    if isinstance(modules, str):
        made.absent.append(modules)
        return
    port = free_port()
    program = shutil.copy(Path(contestants.__file__).with_name("bolt.js"), modules)
    command = ["node", str(program), str(port), made.slack, SECRET, json.dumps(contestants.STATIC_VIEW)]
    environment = {**os.environ, "NODE_ENV": "production"}
    yield Contestant(BOLT_JS, open_.enter_context(running(command, port, modules, environment)), port)


def _bolt_js() -> Path | str:
    """A folder with Bolt JS, outside of the repository and kept for the next run; or why there is none."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "Bolt JS takes no part: there is no Node here, or no npm."
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "decline-benchmarks"
    folder = cache / _BOLT_JS.replace("/", "_")
    if not (folder / "node_modules" / "@slack" / "bolt").is_dir():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "package.json").write_text('{"private": true}')
        command = ["npm", "install", "--no-audit", "--no-fund", "--silent", _BOLT_JS]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError):
            return "Bolt JS takes no part: npm could not install it."
    return folder
