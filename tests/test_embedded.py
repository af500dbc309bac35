"""The app's own server: one for each folder, which loses nothing and leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import ConnectionError as RedisConnectionError
from redis import Redis

from bot.config import Config
from bot.stores.embedded import DataFolderTakenError, EmbeddedServer

ROOT = Path(__file__).parents[1]
CONNECTED = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "WEB_CONCURRENCY": "2",
}

Start = Callable[..., "subprocess.Popen[str]"]

SAVES = """
import asyncio, sys
from datetime import date
from pathlib import Path
from bot.catalogue import Situation, Step
from bot.ladder import Answer, Outcome
from bot.records import Author, Record, person
from bot.stores.connection import connect
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import Vault, own_keys
from bot.stores.history import History

async def save(folder, url):
    client = connect(url)
    history = History(client, Vault(own_keys(folder)))
    author = Author("T1", "U1")
    record = Record("d1", history.person_id(author, "Ana"), "Ana", "", "a1", Situation.ONE_OFF, None,
                    "decline_polite", "en", "neutral", 1, "No.", 1900000000.0, 1900000000.0,
                    date(2027, 6, 1))
    answer = Answer("a1", date(2027, 6, 1), Situation.ONE_OFF, None, "decline_polite", Step.DECLINE, "plain",
                    Outcome.OPEN, "en", "neutral", 1)
    if sys.argv[2] == "save":
        await history.save(author, record, person(record), answer)
        print("saved", flush=True)
    else:
        print((await history.draft(author, "d1")).text, flush=True)
    await client.aclose()

folder = Path(sys.argv[1])
with EmbeddedServer(folder) as server:
    asyncio.run(save(folder, server.url))
    if sys.argv[2] == "save":
        sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder, whose server is gone after the test however it went."""
    yield tmp_path / "data"
    with EmbeddedServer(tmp_path / "data"):
        pass


@pytest.fixture
def start(tmp_path: Path, folder: Path) -> Iterator[Start]:
    """Starts a Python of its own, with nothing but the given settings, and ends it with the test."""
    started: list[subprocess.Popen[str]] = []
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}

    def made(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PORT": "0", **environment},
        )
        started.append(process)
        return process

    yield made
    for process in started:
        process.kill()
        process.communicate()


def told(stream, pattern: str) -> str:
    """What a process said, read up to the line with the pattern."""
    for line in stream:
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError(f"it never said {pattern}")


def server_process(folder: Path) -> int:
    """The id of the server's process."""
    with Redis.from_url(EmbeddedServer(folder).url) as client:
        return client.info("server")["process_id"]


def nobody_answers(server: EmbeddedServer) -> bool:
    """Whether there is no server at its socket."""
    with Redis.from_url(server.url) as client:
        try:
            return not client.ping()
        except RedisConnectionError:
            return True


def is_running(process: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_was_confirmed_is_there_after_a_restart(tmp_path: Path):
    """Stopping and starting loses nothing."""
    with EmbeddedServer(tmp_path) as server, Redis.from_url(server.url) as client:
        client.set("key", "value")
    with EmbeddedServer(tmp_path) as server, Redis.from_url(server.url) as client:
        assert client.get("key") == b"value"


def test_it_stops_on_leaving(tmp_path: Path):
    """Afterwards there is no process, and nobody answers."""
    with EmbeddedServer(tmp_path) as server:
        process = server_process(tmp_path)
        assert is_running(process)

    assert not is_running(process)
    assert nobody_answers(server)


def test_it_stops_when_something_goes_wrong(tmp_path: Path):
    """An error inside leaves no server behind, and no lock."""
    server = EmbeddedServer(tmp_path)
    with pytest.raises(KeyError), server:
        raise KeyError

    assert nobody_answers(server)
    with server:
        assert not nobody_answers(server)


def test_nobody_else_on_the_machine_can_reach_it(tmp_path: Path):
    """It listens on no port, and its socket and folder are for the owner."""
    with EmbeddedServer(tmp_path / "data") as server:
        assert server.socket.stat().st_mode & 0o077 == 0
        assert server.data_dir.stat().st_mode & 0o077 == 0
        with Redis.from_url(server.url) as client:
            assert client.config_get("port")["port"] == "0"


def test_a_folder_has_one_server(tmp_path: Path):
    """Whoever comes second is told which folder is taken, and by what to end that."""
    with (
        EmbeddedServer(tmp_path),
        pytest.raises(DataFolderTakenError, match=re.escape(str(tmp_path))),
        EmbeddedServer(tmp_path),
    ):
        pass


def test_two_folders_have_two_servers(tmp_path: Path):
    """Installations side by side do not share anything."""
    with EmbeddedServer(tmp_path / "one") as one, EmbeddedServer(tmp_path / "two") as two:
        with Redis.from_url(one.url) as client:
            client.set("key", "value")
        with Redis.from_url(two.url) as client:
            assert client.get("key") is None


def test_a_long_path_works(tmp_path: Path):
    """A data folder deeper than a socket's path may be has its socket elsewhere, and its data at home."""
    folder = tmp_path / ("deep-" * 20) / ("deeper-" * 15)
    with EmbeddedServer(folder) as server, Redis.from_url(server.url) as client:
        client.set("key", "value")
        assert len(os.fsencode(server.socket)) <= 104
        assert server.socket.parent.stat().st_mode & 0o077 == 0
    with EmbeddedServer(folder) as server, Redis.from_url(server.url) as client:
        assert client.get("key") == b"value"
    assert {path.name for path in folder.iterdir()} >= {"appendonlydir"}
    server.socket.parent.rmdir()


@pytest.mark.parametrize("name", ["my app", "Åse's", 'the "new" one', "back\\slash", "a#b & c", "山田"])
def test_a_path_with_odd_letters_works(tmp_path: Path, name: str):
    """Spaces, quotes and letters of any script in the folder's name are fine."""
    with EmbeddedServer(tmp_path / name / "data") as server:
        assert not nobody_answers(server)


def test_what_was_saved_survives_a_killed_app(start: Start, folder: Path):
    """The app dies without a word, and the next one finds what was confirmed and takes over."""
    killed = start("-c", SAVES, str(folder), "save")
    assert told(killed.stdout, "(saved)")
    killed.kill()
    killed.wait()
    assert not nobody_answers(EmbeddedServer(folder))

    after = start("-c", SAVES, str(folder), "read")

    assert after.communicate()[0].strip() == "No."
    assert nobody_answers(EmbeddedServer(folder))


def test_a_killed_machine_leaves_no_lasting_lock(start: Start, folder: Path):
    """A server that was killed as well leaves a socket and a lock file, which stop nobody."""
    killed = start("-c", SAVES, str(folder), "save")
    assert told(killed.stdout, "(saved)")
    os.kill(server_process(folder), signal.SIGKILL)
    killed.kill()
    killed.wait()

    assert start("-c", SAVES, str(folder), "read").communicate()[0].strip() == "No."


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_playground_stops_cleanly(start: Start, folder: Path, how: signal.Signals):
    """Ctrl-C or a stop ends the app without an error, and its server with it."""
    app = start("-m", "bot", "run", DATA_DIR=str(folder))
    assert told(app.stdout, r"(http://127\.0\.0\.1:\d+)")
    process = server_process(folder)

    app.send_signal(how)
    _, errors = app.communicate()

    assert (app.returncode, errors) == (0, "")
    assert not is_running(process)


def test_a_second_app_on_one_folder_says_so(start: Start, folder: Path):
    """It ends with 1 and one sentence that names the folder and the setting, and the first goes on."""
    first = start("-m", "bot", "run", DATA_DIR=str(folder))
    assert told(first.stdout, r"(http://127\.0\.0\.1:\d+)")

    second = start("-m", "bot", "run", DATA_DIR=str(folder))
    said, errors = second.communicate()

    assert (second.returncode, said) == (1, "")
    assert errors == (
        f"another process already uses the data folder {folder}; stop it, or set DATA_DIR to another\n"
    )
    assert first.poll() is None


def test_a_worker_that_ends_leaves_the_server_to_the_others(start: Start, folder: Path):
    """Of several workers one may be replaced; the server stops with the last of them, and not before."""
    app = start("-m", "bot", "serve", DATA_DIR=str(folder), **CONNECTED)
    worker = int(told(app.stderr, r"Booting worker with pid: (\d+)"))
    told(app.stderr, r"Booting worker with pid: (\d+)")
    process = server_process(folder)

    while is_running(worker):  # a worker that is still starting does not hear it
        os.kill(worker, signal.SIGTERM)
        time.sleep(0.2)
    told(app.stderr, r"Booting worker with pid: (\d+)")
    assert server_process(folder) == process

    app.send_signal(signal.SIGTERM)
    app.communicate()
    assert app.returncode == 0
    assert not is_running(process)
