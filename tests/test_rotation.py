"""Key rotation: all that is kept is sealed anew while the app runs, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from redis import Redis

from bot import ids
from bot.config import Config
from bot.stores import marks
from bot.stores.connection import connect
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import UnreadableError, Vault, new_key
from bot.stores.rotation import Tally, rotate
from tests.author import Author, draft, says, words
from tests.conftest import World

ROOT = Path(__file__).parents[1]
OLD, NEW, OTHER = (new_key() for _ in range(3))
BEFORE, AFTER = Vault([OLD]), Vault([NEW])
HASH, LIST, STRING = "decline:{T1}:workspace", "decline:{T1}:changes", "decline:state:1"


@pytest.fixture
async def rotated(server: EmbeddedServer, redis: Redis) -> AsyncIterator[Callable]:
    """Rotates on the running server, which starts empty, from the old key to the new one."""
    client = connect(server.url)
    yield lambda vault=None, **rest: rotate(client, vault or Vault([NEW, OLD]), **rest)
    await client.aclose()


def sealed(key: str, number: int, vault: Vault = BEFORE) -> bytes:
    """A value."""
    return vault.seal(key, f"value {number}".encode())


def opened(key: str, value: bytes) -> str:
    """What the new key alone makes of a value."""
    return AFTER.open(key, value).decode()


def fill(redis: Redis) -> None:
    """One key of each type that holds anything sealed, two values each."""
    redis.set(STRING, sealed(STRING, 1))
    redis.hset(HASH, mapping={"a": sealed(HASH, 1), "b": sealed(HASH, 2)})
    redis.rpush(LIST, sealed(LIST, 1), sealed(LIST, 2))


def everything(redis: Redis) -> dict[bytes, object]:
    """All that the server holds, with the end of each key."""
    return {key: (redis.dump(key), redis.ttl(key)) for key in redis.scan_iter()}


# what is sealed anew


@pytest.mark.at_scale
async def test_every_type_is_sealed_anew(rotated, redis: Redis):
    """Strings, fields and items open with the new key alone, as what they were and in their order."""
    fill(redis)

    tally = await rotated()

    assert opened(STRING, redis.get(STRING)) == "value 1"
    assert {name: opened(HASH, value) for name, value in redis.hgetall(HASH).items()} == {
        b"a": "value 1",
        b"b": "value 2",
    }
    assert [opened(LIST, value) for value in redis.lrange(LIST, 0, -1)] == ["value 1", "value 2"]
    assert tally == Tally(resealed=5, already=1)  # the key of the marks was made on the way


async def test_more_than_a_batch_is_sealed_anew(rotated, redis: Redis):
    """Many keys, many fields and many items: none is left out, and all are counted."""
    keys = [f"decline:state:{number}" for number in range(257)]
    redis.mset({key: sealed(key, 1) for key in keys})
    redis.hset(HASH, mapping={str(number): sealed(HASH, number) for number in range(700)})
    redis.rpush(LIST, *(sealed(LIST, number) for number in range(250)))
    seen = []

    tally = await rotated(advance=seen.append)

    assert tally == Tally(resealed=257 + 700 + 250, already=1)
    assert sum(seen) == 257 + 3
    assert {opened(key, redis.get(key)) for key in keys} == {"value 1"}
    assert {opened(HASH, value) for value in redis.hvals(HASH)} == {f"value {n}" for n in range(700)}
    assert [opened(LIST, value) for value in redis.lrange(LIST, 0, -1)] == [f"value {n}" for n in range(250)]


async def test_a_second_time_changes_nothing(rotated, redis: Redis):
    """What is sealed by the newest key is counted, and not touched."""
    fill(redis)
    await rotated()
    before = everything(redis)

    assert await rotated() == Tally(already=6)
    assert everything(redis) == before


async def test_keys_end_when_they_would_have(rotated, redis: Redis):
    """A rotation keeps nothing for longer, and ends nothing."""
    fill(redis)
    for key in (STRING, HASH, LIST):
        redis.expire(key, 600)
    redis.set("decline:state:2", sealed("decline:state:2", 2))

    await rotated()

    assert [590 < redis.ttl(key) <= 600 for key in (STRING, HASH, LIST)] == [True] * 3
    assert redis.ttl("decline:state:2") == -1


async def test_what_is_not_sealed_is_left_alone(rotated, redis: Redis):
    """Sets, numbers, plain texts and other programs' keys stay as they are, and are no cause for alarm."""
    redis.zadd("decline:{T:U}:drafts", {"gAAAAAd1": 1})
    redis.sadd("decline:{T}:authors", "gAAAAAU1")
    redis.set("decline:count", 3)
    redis.set("decline:empty", "")
    redis.hset("decline:{T}:plain", mapping={"a": "text", "b": b"\xff\x00"})
    redis.rpush("decline:{T}:texts", "text")
    redis.set("somebody:else", sealed("somebody:else", 1))
    before = everything(redis)

    assert await rotated() == Tally(already=1)
    assert {key: held for key, held in everything(redis).items() if key != marks.KEY.encode()} == before


async def test_what_no_key_opens_is_named_and_left(rotated, redis: Redis):
    """A value of a lost key, a damaged one and one that was moved stay, with the names of their keys."""
    lost, damaged, moved = "decline:{T:U}:profile", "decline:{T:U}:person:p", "decline:{T:U}:changes"
    redis.set(lost, sealed(lost, 1, Vault([OTHER])))
    redis.hset(damaged, mapping={"a": sealed(damaged, 1)[:-3] + b"AAA", "b": sealed(damaged, 2)})
    redis.rpush(moved, sealed(LIST, 1))
    before = redis.get(lost), redis.hget(damaged, "a"), redis.lrange(moved, 0, -1)

    tally = await rotated()

    assert (tally.resealed, tally.unreadable, set(tally.where)) == (1, 3, {lost, damaged, moved})
    assert (redis.get(lost), redis.hget(damaged, "a"), redis.lrange(moved, 0, -1)) == before


async def test_the_key_of_the_marks_is_made_in_time(rotated, redis: Redis):
    """Where no worker made it yet, it is made from the key that is about to be removed."""
    await rotated()

    assert AFTER.open(marks.KEY, redis.get(marks.KEY)) == BEFORE.mark_key


# while the app runs


@pytest.mark.parametrize(
    ("key", "write", "read"),
    [
        (STRING, lambda r, new: r.set(STRING, new), lambda r: r.get(STRING)),
        (HASH, lambda r, new: r.hset(HASH, "a", new), lambda r: r.hget(HASH, "a")),
        (LIST, lambda r, new: r.lset(LIST, 0, new), lambda r: r.lindex(LIST, 0)),
    ],
    ids=["string", "field", "item"],
)
@pytest.mark.parametrize("by", [BEFORE, AFTER], ids=["old", "new"])
async def test_a_write_at_the_same_time_stays(rotated, redis: Redis, key, write, read, by: Vault):
    """What a worker writes between the reading and the sealing is there afterwards, and is counted."""
    fill(redis)
    new = sealed(key, 9, by)

    tally = await rotated(Overtaken(key, lambda: write(redis, new)))

    assert read(redis) == new
    assert (tally.resealed, tally.changed) == (4, 1)


@pytest.mark.parametrize(
    ("key", "delete", "rest"),
    [
        (STRING, lambda r: r.delete(STRING), lambda r: r.get(STRING) is None),
        (HASH, lambda r: r.hdel(HASH, "a"), lambda r: r.hkeys(HASH) == [b"b"]),
        (HASH, lambda r: r.delete(HASH), lambda r: not r.exists(HASH)),
        (LIST, lambda r: r.lpop(LIST), lambda r: values(r) == ["value 2"]),
        (LIST, lambda r: r.delete(LIST), lambda r: not r.exists(LIST)),
        (STRING, lambda r: (r.delete(STRING), r.sadd(STRING, "x")), lambda r: r.smembers(STRING) == {b"x"}),
    ],
    ids=["string", "field", "hash", "item", "list", "type"],
)
async def test_what_is_deleted_at_the_same_time_does_not_come_back(rotated, redis: Redis, key, delete, rest):
    """A rotation makes nothing that the app deleted between the reading and the sealing."""
    fill(redis)

    tally = await rotated(Overtaken(key, lambda: delete(redis)))

    assert rest(redis)
    assert tally.changed > 0


@pytest.mark.parametrize("end", ["lpush", "rpush"])
async def test_a_list_may_grow_at_the_same_time(rotated, redis: Redis, end: str):
    """Items that moved to make room for a new one are sealed anew where they are now."""
    fill(redis)

    tally = await rotated(Overtaken(LIST, lambda: getattr(redis, end)(LIST, sealed(LIST, 9, AFTER))))

    expected = ["value 1", "value 2"]
    assert values(redis) == (["value 9", *expected] if end == "lpush" else [*expected, "value 9"])
    assert tally.changed == 0


def values(redis: Redis) -> list[str]:
    """The items of the list, opened with the new key alone."""
    return [opened(LIST, value) for value in redis.lrange(LIST, 0, -1)]


class Overtaken(Vault):
    """A vault for a rotation during which somebody writes to a key, after it was read."""

    def __init__(self, key: str, write: Callable[[], object]) -> None:
        super().__init__([NEW, OLD])
        self.key, self.write, self.wrote = key, write, False

    def renew(self, place: str, value: bytes) -> bytes | None:
        """Writes as soon as a value of that key was read."""
        if place == self.key and not self.wrote:
            self.wrote = True
            self.write()
        return super().renew(place, value)


async def test_an_interrupted_rotation_can_be_run_again(rotated, redis: Redis):
    """Stopped anywhere, everything opens with both keys, and the next time does the rest."""
    keys = [f"decline:state:{number}" for number in range(450)]
    redis.mset({key: sealed(key, 1) for key in keys})
    stopped = Vault([NEW, OLD])
    done = iter(range(230))

    def renew(place: str, value: bytes) -> bytes | None:
        if next(done, None) is None:
            raise KeyboardInterrupt
        return Vault.renew(stopped, place, value)

    stopped.renew = renew
    with pytest.raises(KeyboardInterrupt):
        await rotated(stopped)

    both = Vault([NEW, OLD])
    assert {both.open(key, redis.get(key)) for key in keys} == {b"value 1"}
    tally = await rotated()
    assert 0 < tally.resealed < 450
    assert {opened(key, redis.get(key)) for key in keys} == {"value 1"}


async def shown(robin: Author, drafted: object) -> list[str]:
    """All that the author sees of what is kept: Home, their history, and what is known of Ana."""
    await robin.types("history")
    listed = words(robin.from_the_app[-1])
    home = words(await robin.opens_home())
    modal = await robin.uses_the_shortcut(drafted)
    known = words(modal)
    await robin.world.slack.close(robin.user)
    return [home, listed, known]


@pytest.fixture
async def used(world: World, robin: Author) -> tuple[World, Author]:
    """An app with the old key that was used: one draft sent to Ana with notes beside it, one waiting."""
    world.redis.flushall()
    await world.app.restart(OLD)
    sent = await robin.drafts()
    await robin.presses(sent, ids.SENT)
    waiting = await robin.drafts()
    await robin.presses(waiting, ids.DRAFT_MENU, ids.BESIDE)
    await robin.submits(**{ids.GIVEN: "two referrals"})
    return world, robin


@pytest.mark.at_scale
async def test_everything_is_the_same_after_the_old_key_is_gone(used, server: EmbeddedServer):
    """In the documented order, drafts, people, notes and the ladder are the same at every step."""
    world, robin = used
    asked = [one for one in robin.messages if not one.by_app and one.user != robin.user][-1]
    before = await shown(robin, asked)
    assert says_told(before)

    for keys in ([OLD, NEW], [NEW, OLD]):
        await world.app.restart(*keys)
        assert await shown(robin, asked) == before
    client = connect(server.url)
    tally = await rotate(client, Vault([NEW, OLD]))
    assert await shown(robin, asked) == before
    again = await rotate(client, Vault([NEW, OLD]))
    await client.aclose()
    await world.app.restart(NEW)

    assert await shown(robin, asked) == before
    assert (tally.unreadable, again.resealed, again.unreadable) == (0, 0, 0)


def says_told(seen: list[str]) -> bool:
    """Whether the modal knows what Ana was told."""
    return "You said no" in seen[2]


@pytest.mark.at_scale
async def test_the_app_is_used_during_a_rotation(used, server: EmbeddedServer):
    """Drafts made and sent while everything is sealed anew are all there with the new key alone."""
    world, robin = used
    await world.app.restart(NEW, OLD)
    for number in range(300):
        key = f"decline:state:{number}"
        world.redis.set(key, sealed(key, number))
    client = connect(server.url)
    petra = robin.beside("UPETRA")

    async def works() -> list[str]:
        texts = []
        for _ in range(4):
            message = await petra.drafts()
            texts.append(draft(message))
            await petra.presses(message, ids.ANOTHER)
            texts[-1] = draft(message)
        await petra.presses(message, ids.SENT)
        return texts

    texts, *_ = await asyncio.gather(works(), *(rotate(client, Vault([NEW, OLD])) for _ in range(2)))
    await client.aclose()
    await world.app.restart(NEW)

    home, shown = await robin.opens_home(), []
    for row in [one for one in home.blocks if one["block_id"].startswith("draft:")]:
        await world.slack.act(robin.user, home, ids.OPEN_DRAFT, block_id=row["block_id"])
        shown.append(draft(robin.modal))
    assert {*texts[:-1]} <= {*shown}
    assert says(await petra.uses_the_shortcut(), "history.told_plain")
    assert not [key for key in world.redis.scan_iter("*:draft:*") if not opens(key, world.redis.get(key))]


def opens(key: bytes, value: bytes) -> bool:
    """Whether the new key alone opens a value."""
    try:
        return bool(AFTER.open(key.decode(), value))
    except UnreadableError:
        return False


# the commands


@pytest.fixture
def keys_command(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`decline keys …` in a process of its own, in a folder where nothing is set."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", "keys", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT), **environment},
        )

    return run


def test_a_fresh_key_is_all_there_is_on_stdout(keys_command):
    """Each call prints another key that can be used as it is."""
    made = [keys_command("new") for _ in range(2)]

    assert [(one.returncode, one.stderr) for one in made] == [(0, "")] * 2
    assert len({one.stdout for one in made}) == 2
    for one in made:
        assert one.stdout == one.stdout.strip() + "\n"
        assert Vault([one.stdout.strip()]).seal("here", b"value")


def test_the_command_says_what_was_done(keys_command, server: EmbeddedServer, redis: Redis):
    """With everything readable it ends with 0 and its numbers on stdout, and nothing else anywhere."""
    fill(redis)

    done = keys_command("rotate", REDIS_URL=server.url, ENCRYPTION_KEYS=f"{NEW},{OLD}")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "sealed anew 5, already new 1, changed meanwhile 0, unreadable 0\n"
    assert opened(STRING, redis.get(STRING)) == "value 1"


def test_the_command_names_what_is_unreadable(keys_command, server: EmbeddedServer, redis: Redis):
    """With anything unreadable it ends with 1 and the names of the keys that hold it."""
    fill(redis)
    redis.hset(HASH, "c", sealed(HASH, 3, Vault([OTHER])))

    done = keys_command("rotate", REDIS_URL=server.url, ENCRYPTION_KEYS=f"{NEW},{OLD}")

    assert (done.returncode, done.stderr) == (1, f"unreadable: {HASH}\n")
    assert done.stdout == "sealed anew 5, already new 1, changed meanwhile 0, unreadable 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with something in it."""
    with EmbeddedServer(tmp_path / "data") as server, Redis.from_url(server.url) as client:
        fill(client)
    return tmp_path / "data"


@pytest.mark.parametrize("running", [False, True])
def test_the_app_s_own_server_is_rotated(keys_command, folder: Path, running: bool):
    """Whether a running app holds the data folder or not."""
    server = EmbeddedServer(folder)
    if running:
        server.__enter__()
    done = keys_command("rotate", DATA_DIR=str(folder), ENCRYPTION_KEYS=f"{NEW},{OLD}")
    if running:
        with Redis.from_url(server.url) as client:
            assert client.ping()
        server.__exit__(None, None, None)

    assert (done.returncode, done.stderr) == (0, "")
    with server, Redis.from_url(server.url) as client:
        assert opened(STRING, client.get(STRING)) == "value 1"


def test_the_app_s_own_key_is_not_rotated(keys_command, tmp_path: Path):
    """An installation that was given no keys is told so, with 2, and nothing is made."""
    done = keys_command("rotate")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ENCRYPTION_KEYS is not set: ")
    assert list(tmp_path.iterdir()) == []


def test_without_redis_the_command_gives_up(keys_command):
    """With Redis away it ends with 1 and a sentence, without the password."""
    done = keys_command("rotate", REDIS_URL="redis://:hidden@127.0.0.1:9", ENCRYPTION_KEYS=NEW)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("not finished: Redis cannot be reached")
    assert "hidden" not in done.stderr


def test_a_terminal_shows_how_far_it_is(tmp_path: Path, server: EmbeddedServer, redis: Redis):
    """With somebody watching there is a bar on stderr, and stdout has the numbers alone."""
    fill(redis)
    watching, terminal = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}
    environment = {"REDIS_URL": server.url, "ENCRYPTION_KEYS": f"{NEW},{OLD}", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [sys.executable, "-m", "bot", "keys", "rotate"],
        stdout=subprocess.PIPE,
        stderr=terminal,
        check=False,
        cwd=tmp_path,
        env={**kept, **environment},
    )
    os.close(terminal)

    assert b"100%" in os.read(watching, 100_000)
    assert done.stdout.startswith(b"sealed anew 5, ")
    os.close(watching)
