"""Floods: whoever turns to the app faster than people do is asked to wait, and nobody else notices."""

from __future__ import annotations

import asyncio
import json

import pytest
import redis.asyncio.connection
from aiohttp import web
from redis import Redis

from bot import desk, ids
from bot.app import Credentials, Storage, assembled, site
from bot.records import Author as Whose
from bot.stores.encryption import new_key
from bot.web.site import EVENTS_PATH, Public
from bot.workspace import Settings
from tests import slack_requests
from tests.author import preview, words
from tests.conftest import SECRET, TOKEN, World, _listening, held_to_the_rules
from tests.test_metrics import numbers

PACE = "decline:{T0PLAY:UYOU}:pace"
FEW = 3
KEY = new_key()


@pytest.fixture
def soon(monkeypatch) -> None:
    """A limit that a test reaches soon."""
    monkeypatch.setattr(desk, "_FASTEST", FEW)


def flooded(world: World, more: int = 0) -> None:
    """The author has turned to the app as often as they may in this minute, and then some."""
    world.redis.set(PACE, desk._FASTEST + more, ex=60)


@pytest.mark.parametrize("code", ["en", "nl", "nb"])
async def test_a_flood_is_answered_with_a_sentence(server, redis, languages, soon, code):
    """One command more than there may be in a minute is asked to wait, in the author's language."""
    async with held_to_the_rules(server.url, redis, Settings(language=code)) as world:
        answers = [(await slack_requests.command(world, "help")).json["text"] for _ in range(FEW + 1)]

    too_fast = languages[code]("trouble.too_fast")
    assert [answer == too_fast for answer in answers] == [False] * FEW + [True]


async def test_nobody_at_work_gets_near_it(world, robin):
    """Five drafts from the message to the end, within seconds, are not half of what is allowed."""
    for _ in range(5):
        message = await robin.drafts()
        await robin.presses(message, ids.ANOTHER)
        await robin.presses(message, ids.SENT)
        await robin.opens_home()

    assert 5 * 6 < int(world.redis.get(PACE)) < desk._FASTEST / 2


async def test_a_minute_later_all_is_as_before(world, robin, say):
    """What was open is still there when the minute is over, and can be sent."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    await robin.picks(ids.SCRIPT, "decline_polite")
    assert 0 < world.redis.ttl(PACE) <= 60
    flooded(world)

    view = robin.modal.payload()
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view))
    assert answered.json["response_action"] == "push"
    assert say("trouble.too_fast") in words(answered.json["view"])
    assert (world.saved, robin.from_the_app) == (0, [])

    world.redis.delete(PACE)
    await robin.submits()
    assert (world.saved, len(robin.from_the_app)) == (1, 1)


async def test_a_flood_is_told_once(world, robin, say):
    """In a message the sentence takes a call to Slack: a thousand clicks do not become a thousand calls."""
    message = await robin.drafts()
    flooded(world)
    before = len(world.slack.calls)
    for _ in range(5):
        await robin.presses(message, ids.ANOTHER)

    assert [call.method for call in world.slack.calls[before:]] == ["response_url"]
    assert words(robin.from_the_app[-1]) == say("trouble.too_fast")


async def test_a_flood_changes_nothing(world, robin):
    """A choice in the modal that is one too many leaves the modal as it was."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    shown = preview(robin.modal)
    flooded(world, more=1)
    await robin.picks(ids.TONE, "firm")

    assert preview(robin.modal) == shown


async def test_a_flood_of_events_publishes_nothing(world):
    """Home that is opened over and over is drawn no more; Slack need not send the event again."""
    flooded(world)
    answered = await slack_requests.post(world, slack_requests.home_opened(), slack_requests.JSON)

    assert answered.status == 200
    assert [call.method for call in world.slack.calls if call.method != "auth.test"] == []


async def test_a_flood_is_one_author_s(world, robin):
    """Somebody else in the same workspace works on."""
    world.authors.add("UANA")
    flooded(world, more=1000)

    answered = await slack_requests.command(world, "help", user_id="UANA", channel_id="DANA")
    assert "/decline history" in answered.text


async def test_workers_count_together(server, redis, world, soon, say):
    """Two copies of the app on one Redis allow together what one of them does."""
    keys = Storage(server.url, world.app.keys)
    given = Credentials(SECRET, f"{world.address}/api/", TOKEN)
    at = _listening()
    other = web.AppRunner(site(given, keys, Public()), access_log=None)
    await other.setup()
    await web.SockSite(other, at).start()
    first, second = world.events_url, f"http://127.0.0.1:{at.getsockname()[1]}{EVENTS_PATH}"
    try:
        said = []
        for turn in range(FEW + 1):
            world.events_url = second if turn % 2 else first
            said.append((await slack_requests.command(world, "help")).json["text"])
    finally:
        world.events_url = first
        await other.cleanup()

    assert [one == say("trouble.too_fast") for one in said] == [False] * FEW + [True]


async def test_requests_at_the_same_moment_are_all_counted(world, soon, say):
    """Thirty at once are as many as thirty in a row."""
    answers = await asyncio.gather(*(slack_requests.command(world, "help") for _ in range(30)))

    told = [one.json["text"] == say("trouble.too_fast") for one in answers]
    assert told.count(False) == FEW


async def test_a_flood_is_counted(world, soon):
    """Whoever runs the app sees how often it happens, and not to whom."""
    name = "decline_requests_total{kind=command,outcome=too_fast}"
    before = numbers().get(name, 0)
    for _ in range(FEW + 2):
        await slack_requests.command(world, "help")

    assert numbers()[name] == before + 2


async def test_counting_takes_no_round_trip_of_its_own(server, redis, monkeypatch):
    """Opening is one message to Redis, and one back."""
    given = Credentials(SECRET, "http://127.0.0.1:9/api/", TOKEN)
    sent = []
    real = redis_connection().send_packed_command

    async def noted(self, *args, **kwargs):
        sent.append(args)
        return await real(self, *args, **kwargs)

    async with assembled(given, Storage(server.url, [KEY])) as parts:
        author = Whose("T0PLAY", "UYOU")
        await parts.desk.history.opening(author)
        monkeypatch.setattr(redis_connection(), "send_packed_command", noted)
        remembered = await parts.desk.history.opening(author, "somebody")

    assert (remembered.pace, len(sent)) == (2, 1)


def redis_connection() -> type:
    """What every connection of the client inherits from."""
    return redis.asyncio.connection.AbstractConnection


async def test_the_count_is_not_written_to_disk(world, robin, redis: Redis):
    """Opening adds nothing to the server's file: the next one waits for no disk."""
    await slack_requests.command(world, "help")  # after which the author's profile is there
    written = redis.info("persistence")["aof_current_size"]
    for _ in range(10):
        await slack_requests.command(world, "help")

    assert int(redis.get(PACE)) == 11
    assert redis.info("persistence")["aof_current_size"] == written


@pytest.fixture
def unwritable(redis: Redis):
    """A Redis that can be read, and takes no writes."""
    redis.config_set("min-replicas-to-write", 1)
    yield
    redis.config_set("min-replicas-to-write", 0)


async def test_a_redis_that_takes_no_writes_is_read_all_the_same(world, robin, redis, unwritable, say):
    """Where nobody can be counted nobody is limited, and what is remembered is there."""
    redis.config_set("min-replicas-to-write", 0)
    await robin.drafts()
    redis.config_set("min-replicas-to-write", 1)
    flooded_before = redis.get(PACE)
    view = await robin.uses_the_shortcut()

    assert say("compose.away") not in words(view)
    assert redis.get(PACE) == flooded_before


async def test_nothing_of_it_is_left_of_an_author(world, robin):
    """Whoever deletes everything deletes this number as well."""
    await robin.drafts()
    await robin.presses(await robin.opens_home(), ids.DATA)
    await robin.presses(robin.modal, ids.ERASE)
    await robin.presses(robin.modal, ids.ERASE_SURE)

    assert list(world.redis.scan_iter("decline:{T0PLAY:UYOU}*")) == []
    assert json.dumps(robin.home.blocks)
