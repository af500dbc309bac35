"""Whom a mark stands for outlives every encryption key: its key is made once and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis import Redis

from bot import ids
from bot.checks import checks
from bot.config import Config
from bot.records import Author as Id
from bot.records import Profile
from bot.stores import marks
from bot.stores.away import AwayError
from bot.stores.connection import connect
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import Vault, new_key
from bot.stores.history import History
from tests.author import Author, says
from tests.conftest import World, held_to_the_rules

OLD, NEW, OTHER = (new_key() for _ in range(3))
ROBIN = Id("TACME", "UROBIN")


@pytest.fixture
async def worker(server: EmbeddedServer, redis: Redis) -> AsyncIterator:
    """A maker of workers with some keys, newest first, on a server that starts empty."""
    async with AsyncExitStack() as closing:

        def made(*keys: str) -> History:
            client = connect(server.url)
            closing.push_async_callback(client.aclose)
            return History(client, Vault(keys))

        yield made


def person(history: History) -> str:
    """The mark of somebody."""
    return history.person_id(ROBIN, "UANA")


async def test_nobody_gets_another_mark_when_the_key_is_made(worker):
    """What was filed before there was a key of the marks is found after."""
    history = worker(NEW, OLD)
    before = person(history)

    await history.settle()

    assert person(history) == before == person(worker(OLD))


async def test_marks_outlive_the_key_they_came_from(worker):
    """With the oldest key removed, people are found under the marks they have."""
    first = worker(NEW, OLD)
    await first.settle()
    later = worker(NEW)
    await later.settle()

    assert person(later) == person(first) == person(worker(OLD))
    assert person(later) != person(worker(NEW))


async def test_the_key_of_the_marks_is_sealed_and_stays(worker, redis: Redis):
    """It is kept without an end, for its own place, by the newest key."""
    await worker(NEW, OLD).settle()

    sealed = redis.get(marks.KEY)
    assert redis.ttl(marks.KEY) == -1
    assert Vault([NEW]).open(marks.KEY, sealed) == Vault([OLD]).mark_key


async def test_two_workers_at_once_agree(worker):
    """Whoever is first makes the key, whatever the others would have made."""
    first, second = worker(OLD, NEW), worker(NEW, OLD)
    asked = second._redis.get

    async def overtaken(key: str) -> bytes | None:
        found = await asked(key)
        await first.settle()
        return found

    second._redis.get = overtaken
    await second.settle()

    assert person(second) == person(first) == person(worker(NEW))


async def test_a_lost_key_is_reported_and_not_replaced(worker, redis: Redis, log):
    """With all its keys removed, the log says what to do, and putting the key back is enough."""
    first = worker(OLD)
    await first.settle()
    sealed = redis.get(marks.KEY)

    await worker(NEW).settle()
    back = worker(NEW, OLD)
    await back.settle()

    assert [(entry["log_level"], entry["problem"]) for entry in log] == [("error", marks.LOST)]
    assert redis.get(marks.KEY) == sealed
    assert person(back) == person(first)


async def test_the_app_goes_on_with_a_lost_key(worker, log):
    """What is sealed with the keys there are is read as before, and the log is not flooded."""
    await worker(OLD).settle()
    history = worker(NEW)
    await history.settle()

    await history.arrive(ROBIN, Profile("UROBIN", "Robin"))

    assert (await history.opening(ROBIN, person(history))).profile == Profile("UROBIN", "Robin")
    assert len(log) == 1


@pytest.mark.parametrize(("key", "problem"), [(OLD, ""), (NEW, marks.LOST)], ids=["kept", "lost"])
async def test_a_check_finds_a_lost_key(worker, server: EmbeddedServer, key: str, problem: str):
    """`check` says what to do when no key opens it, and nothing when one does."""
    await worker(OLD).settle()

    found = dict(await checks(Config(_env_file=None, redis_url=server.url, encryption_keys=key)))

    assert found["redis"] == problem


async def test_a_check_makes_no_key(worker, redis: Redis):
    """Looking is not writing."""
    assert await marks.problem(worker(OLD)._redis, Vault([OLD])) == ""
    assert redis.dbsize() == 0


# Redis away when a worker starts


async def test_while_it_was_never_read_marks_come_from_the_oldest_key(tmp_path: Path):
    """Without Redis there are the marks there always were."""
    client = connect(EmbeddedServer(tmp_path).url)
    history = History(client, Vault([NEW, OLD]))

    with pytest.raises(AwayError):
        await history.settle()

    assert history._vault.mark("person") == Vault([OLD]).mark("person")
    await client.aclose()


@pytest.mark.parametrize("reach", ["ping", "opening"])
async def test_the_first_call_that_reaches_redis_takes_it_up(tmp_path: Path, reach: str):
    """A worker that started without Redis makes everybody's marks as soon as Redis answers."""
    server = EmbeddedServer(tmp_path)
    client = connect(server.url)
    with server:
        await History(client, Vault([NEW, OLD])).settle()
    history = History(client, Vault([NEW]))
    with pytest.raises(AwayError):
        await history.settle()

    with server:
        await {"ping": history.ping, "opening": lambda: history.opening(ROBIN)}[reach]()

        assert history._vault.mark("person") == Vault([OLD]).mark("person")
        await client.aclose()


async def test_nobody_is_looked_up_under_a_mark_that_was_a_guess(tmp_path: Path):
    """A mark made before the key was read leads to "away" once, and never to somebody unknown."""
    server = EmbeddedServer(tmp_path)
    client = connect(server.url)
    with server:
        await History(client, Vault([NEW, OLD])).settle()
    history = History(client, Vault([NEW]))
    with pytest.raises(AwayError):
        await history.settle()
    guess = person(history)

    with server:
        with pytest.raises(AwayError):
            await history.opening(ROBIN, guess)
        assert (await history.opening(ROBIN, person(history))).person is None
        await client.aclose()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The app and Slack, on a server of the test's own."""
    with EmbeddedServer(tmp_path) as server, Redis.from_url(server.url) as redis:
        async with held_to_the_rules(server.url, redis) as made:
            made.server = server
            yield made


async def test_a_carried_draft_is_filed_under_the_mark_that_is_kept(world: World):
    """A draft that carried itself past the start of a worker without Redis counts for its person."""
    robin, server = Author(world), world.server
    world.redis.flushall()
    await world.app.restart(NEW, OLD)
    server.__exit__(None, None, None)
    await world.app.restart(NEW)
    message = await robin.drafts()
    server.__enter__()
    await robin.presses(message, ids.SENT)

    assert says(await robin.uses_the_shortcut(), "history.told_plain")
    await world.app.restart(NEW)
    assert says(await robin.uses_the_shortcut(), "history.told_plain")
