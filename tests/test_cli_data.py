"""`data export` and `data delete`: for whoever runs the app, when an author cannot do it themselves."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis

from bot.records import Author
from bot.stores.connection import connect
from bot.stores.encryption import Vault
from bot.stores.history import History
from tests.test_data import keys_of, made

KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
YOU, OTHER = Author("T0PLAY", "UYOU"), Author("T0PLAY", "UCOL")


@pytest.fixture
def kept(server, catalogue, redis: Redis) -> str:
    """The URL of a Redis that keeps a draft of each of two authors."""

    async def fill() -> None:
        async with connect(server.url) as client:
            for author in (YOU, OTHER):
                history = History(client, Vault([KEY]))
                await history.arrive(author, None)
                await history.save(author, *made(1, catalogue))

    asyncio.run(fill())
    return str(server.url)


def data(url: str, folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "data", *arguments],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "REDIS_URL": url,
            "ENCRYPTION_KEYS": KEY,
        },
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_export_is_all_there_is_on_stdout(kept: str, tmp_path: Path):
    """It can be sent to a file as it is, and has one author's drafts."""
    done = data(kept, tmp_path, "export", "--tenant", "T0PLAY", "--user", "UYOU")
    assert (done.returncode, done.stderr) == (0, "")
    assert [one["text"] for one in json.loads(done.stdout)["drafts"]] == ["No 1."]


def test_deleting_asks_first(kept: str, tmp_path: Path, redis: Redis):
    """No is an answer: nothing is deleted."""
    before = sorted(keys_of(redis))
    done = data(kept, tmp_path, "delete", "--tenant", "T0PLAY", "--user", "UYOU", typed="n\n")
    assert done.returncode == 1
    assert "1 drafts, 1 people" in done.stderr
    assert sorted(keys_of(redis)) == before


def test_deleting_leaves_nothing_and_nobody_else_s(kept: str, tmp_path: Path, redis: Redis):
    """With --yes it asks nothing; another author keeps all they have."""
    before = sorted(keys_of(redis, OTHER))
    done = data(kept, tmp_path, "delete", "--tenant", "T0PLAY", "--user", "UYOU", "--yes")
    assert (done.returncode, "nothing is left" in done.stdout) == (0, True)
    assert keys_of(redis) == []
    assert sorted(keys_of(redis, OTHER)) == before


@pytest.mark.parametrize("command", [["export"], ["delete", "--yes"]])
def test_redis_away_is_said(tmp_path: Path, command: list[str]):
    """A sentence and 1, no traceback."""
    done = data("redis://127.0.0.1:1/0", tmp_path, *command, "--tenant", "T0PLAY", "--user", "UYOU")
    assert done.returncode == 1
    assert "Redis cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
