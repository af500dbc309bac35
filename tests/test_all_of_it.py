"""What App Home, reminders and one's own data have to do with each other."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis import Redis

from bot import ids
from bot.catalogue import Catalogue
from bot.localization import Language
from bot.playground import Message
from bot.playground.conversations import Scheduled
from bot.records import Author as Account
from bot.records import Notes, Person, answer, person
from bot.stores.connection import connect
from bot.stores.encryption import Vault
from bot.stores.history import History
from bot.stores.places import author_keys
from tests.author import Author, actions, words
from tests.conftest import TEAM, World
from tests.test_browsing import opens as opens_person
from tests.test_browsing import remember
from tests.test_data import Browser, asks_for, erases, forgets

pytestmark = pytest.mark.at_scale

YOU = Account(TEAM, "UYOU")
TAG = f"decline:{{{TEAM}:UYOU}}:"


@pytest.fixture
def mark(robin: Author) -> Author:
    """The author, in their conversation with Mark."""
    return robin.beside("UMARK")


@pytest.fixture
async def reminded(mark: Author) -> Message:
    """A draft for Mark that was sent, with a reminder."""
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.SENT)
    await mark.presses(message, ids.REMIND)
    return message


@pytest.fixture
async def history(world: World, server) -> AsyncIterator[History]:
    """What the app remembers, with its keys."""
    async with connect(server.url) as redis:
        made = History(redis, Vault(world.app.keys))
        await made.settle()
        yield made


def scheduled(world: World) -> list[Scheduled]:
    """What Slack keeps for the author."""
    return world.slack.workspace.pending(world.slack.workspace.app_dm("UYOU").id)


def keys(redis: Redis) -> set[str]:
    """The keys of the author."""
    return {key.decode() for key in redis.scan_iter(f"{TAG}*")}


# Reminders and one's own data


async def test_forgetting_somebody_takes_their_reminder_back(world: World, mark: Author, reminded):
    """Slack keeps nothing of somebody who was forgotten."""
    assert len(scheduled(world)) == 1
    await mark.presses(await forgets(mark, "Mark"), ids.FORGET_SURE)
    assert (scheduled(world), world.saved) == ([], 0)


async def test_deleting_everything_takes_reminders_back(world: World, mark: Author, reminded):
    """Slack keeps nothing either."""
    await erases(mark)
    assert (scheduled(world), keys(world.redis)) == ([], set())


async def test_what_slack_does_not_give_up_is_not_forgotten(
    world: World, mark: Author, reminded, say: Language
):
    """A reminder that would still come keeps what it is about, and the author is told."""
    question = await forgets(mark, "Mark")
    world.troubles.fails("chat.deleteScheduledMessage")
    await mark.presses(question, ids.FORGET_SURE)
    assert say("trouble.reminder_still_set") in words(mark.modal)
    assert (len(scheduled(world)), world.saved) == (1, 1)


async def test_the_export_has_the_reminder_and_what_a_person_is(mark: Author, reminded):
    """When it comes, who they are to the author, and that nothing is suggested for them."""
    await opens_person(mark, "Mark")
    await mark.submits(relationship="client", muted=["yes"])
    document = json.loads(await Browser().downloads(await asks_for(mark, "json")))
    (draft,), (known,) = document["drafts"], document["people"]
    assert (known["relationship"], known["muted"]) == ("client", True)
    assert set(draft["reminder"]) >= {"on", "at"}


# Home and the rest


async def test_somebody_is_forgotten_from_their_own_page(world: World, robin: Author, say: Language):
    """The question lies on top of what is known of them; nothing of it is left."""
    await robin.drafts()
    await robin.presses(await opens_person(robin, "Ana"), ids.FORGET)
    assert say("data.forget_sure", name="Ana") in words(robin.modal)
    await robin.presses(robin.modal, ids.FORGET_SURE)
    assert "About Ana" not in words(robin.home)
    assert {key.removeprefix(TAG).partition(":")[0] for key in keys(world.redis)} <= {
        *("profile", "preferences", "indexes", "pace"),
    }


async def test_a_reminder_is_set_moved_and_cancelled_in_the_modal_of_a_draft(
    world: World, mark: Author, say: Language
):
    """The modal and Home behind it are drawn anew."""
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    view = await mark.opens_the_draft()
    await mark.presses(view, ids.SENT)
    await mark.presses(mark.modal, ids.REMIND)
    assert ids.NO_REMINDER in actions(mark.modal.blocks)
    assert say("reminder.empty") not in words(mark.home)
    before = scheduled(world)[0].post_at
    await mark.presses(mark.modal, ids.REMINDER_DAY)
    day = time.strftime("%Y-%m-%d", time.gmtime(before + 3 * 24 * 3600))
    await mark.submits(**{ids.REMINDER_DAY: day})
    assert ids.NO_REMINDER in actions(mark.modal.blocks)
    assert scheduled(world)[0].post_at > before
    await mark.presses(mark.modal, ids.NO_REMINDER)
    assert ids.REMIND in actions(mark.modal.blocks)
    assert say("reminder.empty") in words(mark.home)
    assert scheduled(world) == []
    assert message.by_app


async def test_every_key_is_known(world: World, server, robin: Author, reminded, history, catalogue):
    """Whatever Home, reminders, exports and preferences leave is among what goes with the author."""
    await remember(history, catalogue, 3)
    await asks_for(robin, "json")
    await opens_person(robin, "Mark")
    await robin.submits(given="a favour", muted=["yes"])
    async with connect(server.url) as redis:
        (known,) = await author_keys(redis, [YOU])
    assert keys(world.redis) <= set(known)


async def test_every_index_outlasts_what_it_names(redis: Redis, history: History, catalogue: Catalogue):
    """Also when admins keep things for less: what was written before is found, and goes with the app."""
    await remember(history.keeping(730), catalogue, 1)
    await remember(history.keeping(7), catalogue, 1, id="d007", name="Ted")
    left = {key: redis.ttl(key) for key in keys(redis)}
    last = max(seconds for key, seconds in left.items() if key.startswith(f"{TAG}draft:"))
    shared = [key for key in left if key.startswith((f"{TAG}drafts", f"{TAG}indexes", f"{TAG}people"))]
    of_ted = f"{TAG}drafts:{history.person_id(YOU, 'Ted')}"
    assert len(shared) > 6
    assert min(left[key] for key in shared if key != of_ted) >= last - 60


async def test_who_is_described_stays_on_the_list(redis: Redis, history: History, catalogue: Catalogue):
    """Notes prolong what is known of somebody, and with it the list on which they are found."""
    (record,) = await remember(history, catalogue, 1)
    redis.expire(f"{TAG}people", 60)
    await history.describe(YOU, record.person, person(record), Notes("a favour"))
    assert redis.ttl(f"{TAG}people") >= redis.ttl(f"{TAG}person:{record.person}") - 60


async def test_what_is_too_old_goes_with_its_entry(redis: Redis, history: History, catalogue: Catalogue):
    """When admins keep things for less, the next draft takes along those whose time is up."""
    (old,) = await remember(history.keeping(730), catalogue, 1, name="Ted")
    late = replace(old, created=time.time() - 40 * 24 * 3600, changed=time.time() - 40 * 24 * 3600, id="late")
    await history.keeping(730).delete(YOU, old)
    await history.keeping(730).save(YOU, late, Person("Ted"), answer(late, catalogue[late.script_id]))
    await remember(history.keeping(30), catalogue, 1)
    assert not [key for key in keys(redis) if "late" in key or late.person in key]
    assert redis.zscore(f"{TAG}drafts", "late") is None
    assert redis.zscore(f"{TAG}people", late.person) is None
