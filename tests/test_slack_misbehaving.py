"""What Slack does not promise: addresses used up, tokens revoked, events out of order, late answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot import ids
from bot.app import Credentials, Storage, site
from bot.localization import Languages
from bot.web.site import Public
from tests import slack_requests
from tests.author import Author, draft, element, preview, words
from tests.conftest import SECRET, TOKEN, World
from tests.slack_requests import JSON

DEAD = ("token_revoked", "account_inactive", "invalid_auth")
METHODS = ("users.info", "views.open", "views.push", "views.update", "views.publish", "chat.postMessage")


@pytest.fixture
async def asked(robin: Author) -> Author:
    """The author, with the modal open on a request."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    return robin


def revoke(world: World, error: str) -> None:
    """The token is dead from here on."""
    for method in METHODS:
        world.troubles.refuses(method, error)


async def until(there: Callable[[], Any], seconds: float = 5) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


# A response_url


def _use_up(world: World) -> None:
    for url in world.slack._urls._urls.values():
        url.uses = 5


def _let_go(world: World) -> None:
    world.clock.ahead += 31 * 60


@pytest.mark.parametrize("over", [_use_up, _let_go], ids=["used_up", "gone"])
async def test_a_draft_finds_another_way(world, asked, over):
    """When the address of the place was used five times or is half an hour old, the draft is in the DM."""
    shown = preview(asked.modal)
    over(world)
    await asked.submits()
    assert (asked.top, asked.from_the_app, [draft(one) for one in asked.app_dm]) == (None, [], [shown])


@pytest.mark.parametrize("over", [_use_up, _let_go], ids=["used_up", "gone"])
async def test_a_draft_that_fits_nowhere_stands_in_the_modal(world, asked, say, over):
    """When the DM is refused as well, the text stands in the modal, and in App Home."""
    shown = preview(asked.modal)
    over(world)
    world.troubles.refuses("chat.postMessage", "messages_tab_disabled")
    await asked.submits()
    assert words(asked.modal) == f"{say('compose.nowhere')}\n{shown}"
    await world.slack.close("UYOU")
    assert draft(await asked.opens_the_draft()) == shown


@pytest.mark.parametrize("over", [_use_up, _let_go], ids=["used_up", "gone"])
async def test_an_edit_finds_another_way(world, robin, over):
    """The author's own text, saved half an hour after the modal was opened, is in the DM."""
    message = await robin.drafts()
    await robin.presses(message, ids.EDIT_DRAFT)
    over(world)
    await robin.submits(text="No, Ana.")
    assert [draft(one) for one in robin.app_dm] == ["No, Ana."]


# A message that Slack does not confirm


async def test_a_draft_is_not_posted_in_two_places(world, asked, say):
    """The draft arrived and Slack's answer did not: it stands in the modal too, and in no other message."""
    shown = preview(asked.modal)
    world.troubles.swallows("response_url")
    await asked.submits()
    assert words(asked.modal) == f"{say('compose.unsure')}\n{shown}"
    assert (len(asked.from_the_app), asked.app_dm, world.saved) == (1, [], 1)


async def test_a_draft_is_not_posted_twice_in_the_dm(world, robin):
    """A message is not asked for once more, though the connection broke."""
    await robin.types("settings")
    await robin.submits(where="in_app")
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    world.troubles.swallows("chat.postMessage")
    await robin.submits()
    assert (len(robin.app_dm), robin.from_the_app) == (1, [])


async def test_a_modal_whose_answer_was_lost_is_there(world, robin):
    """A modal is asked for once more; that its trigger was used already is no trouble."""
    world.troubles.swallows("views.open", times=1)
    await robin.uses_the_shortcut()
    assert robin.modal.callback_id == ids.COMPOSE
    assert (robin.from_the_app, robin.app_dm) == ([], [])
    world.provoked("views.open: exchanged_trigger_id")


# A reminder that Slack does not confirm


@pytest.fixture
async def sent(robin: Author) -> tuple[Author, Any]:
    """A draft that was sent, which offers a reminder."""
    mark = robin.beside("UMARK")
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.SENT)
    return mark, message


def pending(world: World) -> int:
    """How many reminders Slack keeps."""
    return len(world.slack.workspace.pending(world.slack.workspace.app_dm("UYOU").id))


async def test_a_reminder_that_comes_late_is_taken_back(world, sent, say, monkeypatch):
    """Slack sets it after the author was told that none is set: then none is."""
    monkeypatch.setattr("bot.delivery._SCHEDULE_SECONDS", 0.1)
    mark, message = sent
    world.troubles.is_slow(0.3, "chat.scheduleMessage", times=1)
    await mark.presses(message, ids.REMIND)
    assert words(mark.from_the_app[-1]) == say("trouble.reminder_not_set")
    assert pending(world) == 1
    await until(lambda: pending(world) == 0)
    await mark.presses(message, ids.REMIND)
    assert pending(world) == 1


async def test_a_reminder_that_comes_late_is_taken_back_when_the_app_stops(world, sent, monkeypatch):
    """The app waits for it before it ends."""
    monkeypatch.setattr("bot.delivery._SCHEDULE_SECONDS", 0.1)
    mark, message = sent
    world.troubles.is_slow(0.3, "chat.scheduleMessage", times=1)
    await mark.presses(message, ids.REMIND)
    await world.app.restart()
    assert pending(world) == 0


# A token that is revoked while a modal is open


@pytest.mark.parametrize("error", DEAD)
async def test_a_draft_arrives_without_a_token(world, asked, error):
    """Between opening and sending: the address of the place needs no token, and the draft is there."""
    shown = preview(asked.modal)
    revoke(world, error)
    await asked.submits()
    assert (draft(asked.from_the_app[-1]), asked.top) == (shown, None)


@pytest.mark.parametrize("error", DEAD)
async def test_a_dead_token_is_told(world, robin, say, error):
    """A command is answered with what has happened, and what an admin can do."""
    revoke(world, error)
    delivery = await robin.types("")
    assert delivery.body["text"] == say("trouble.not_installed")


async def test_slack_speaks_where_a_dead_token_cannot(world, asked):
    """A choice in a modal brings no address: with a 503 it is Slack that says that it failed."""
    revoke(world, "token_revoked")
    delivery = await world.slack.act("UYOU", asked.modal, ids.TONE, "warm")
    assert delivery.status == 503
    world.provoked("block_actions was not answered (status 503")


# Too many calls


async def test_too_many_calls_are_told(world, robin, say):
    """When Slack takes no more calls, the author reads that it is busy."""
    world.troubles.limits("views.open")
    delivery = await robin.types("")
    assert delivery.body["text"] == say("trouble.busy")


@pytest.fixture
async def homeless(world: World) -> World:
    """The app without an address of its own, where an export comes in messages."""
    pool = world.redis.connection_pool.connection_kwargs
    slack = Credentials(SECRET, f"{world.address}/api/", TOKEN)
    world.app.make = lambda now: site(slack, Storage(f"unix://{pool['path']}", now), Public())
    await world.app.restart()
    return world


async def exports(robin: Author) -> None:
    """Asks for everything that is kept."""
    await robin.presses(await robin.opens_home(), ids.DATA)
    await robin.presses(robin.modal, f"{ids.EXPORT}.json")


async def test_an_export_waits_its_turn(robin, homeless, say, monkeypatch):
    """When Slack asks to wait a second, the export goes on after it, and nothing is missing or twice."""
    monkeypatch.setattr("bot.listeners.sending._PACE", 0.01)
    await robin.drafts()
    homeless.troubles.limits("chat.postMessage", seconds=1, times=1)
    await exports(robin)
    await until(lambda: robin.app_dm and say("data.sent") in words(robin.app_dm[-1]))
    texts = [words(one) for message in robin.app_dm for one in message.blocks if one["type"] == "rich_text"]
    assert len(json.loads("".join(texts))["drafts"]) == 1


async def test_an_export_that_is_broken_off_says_so(robin, homeless, say, monkeypatch):
    """When Slack does not take a piece, the author is told that not everything came."""
    monkeypatch.setattr("bot.listeners.sending._PACE", 0.01)
    homeless.troubles.cuts("chat.postMessage", times=1)
    await exports(robin)
    await until(lambda: robin.app_dm)
    assert [words(one) for one in robin.app_dm] == [say("data.broken_off")]


async def test_an_export_that_cannot_be_announced_is_not_sent(robin, homeless, say):
    """When the modal that says so cannot be shown, nothing is sent: the author will ask once more."""
    homeless.troubles.fails("views.push", times=1)
    await robin.presses(await robin.opens_home(), ids.DATA)
    await robin.presses(robin.modal, f"{ids.EXPORT}.json")
    await asyncio.sleep(0.1)
    assert robin.app_dm == []


# Events


async def test_an_older_event_changes_nothing(world, robin, monkeypatch, languages: Languages):
    """Of two changes of language, the first comes last: the app speaks the second."""
    await robin.opens_home()
    told: list[Any] = []
    courier = world.slack._courier
    tell = courier.event

    async def noted(*event: Any) -> Any:
        told.append(event)
        return await tell(*event)

    monkeypatch.setattr(courier, "event", noted)
    await world.slack.change_language("nb")
    await world.slack.change_language("nl")
    assert (await tell(*told[0])).status == 200
    assert languages["nl"]("home.title") in words(await robin.opens_home())


# What nobody knows


UNKNOWN = [
    {"type": "view_closed", "view": {"id": "V1", "callback_id": "compose"}, "is_cleared": True},
    {"type": "block_suggestion", "action_id": "x", "block_id": "y", "value": "z"},
    {"type": "workflow_step_edit", "callback_id": "x"},
    {"type": "dialog_submission", "callback_id": "x", "submission": {}},
    {"type": "nobody_knows"},
    {},
]


@pytest.mark.parametrize("payload", UNKNOWN, ids=lambda one: one.get("type", "nothing"))
@pytest.mark.parametrize("somebody", [True, False], ids=["somebody", "nobody"])
async def test_an_unknown_payload_is_quiet(world, robin, log, payload, somebody: bool):
    """It is answered with 200, so that Slack does not send it again, and logged once with a reference."""
    whose = {"team": {"id": "T0PLAY"}, **({"user": {"id": "UYOU"}} if somebody else {})}
    answered = await slack_requests.interaction(world, {**whose, **payload})
    assert (answered.status, answered.text, robin.app_dm) == (200, "", [])
    assert [bool(one["reference"]) for one in log] == [True]


@pytest.mark.parametrize("user", [{"user": "UYOU"}, {}], ids=["somebody", "nobody"])
async def test_an_unknown_event_is_quiet(world, log, user):
    """It is answered with 200, so that Slack does not send it again, and logged once with a reference."""
    event = json.loads(slack_requests.home_opened()) | {"event": {"type": "nobody_knows", **user}}
    answered = await slack_requests.post(world, json.dumps(event), JSON)
    assert (answered.status, answered.text) == (200, "")
    assert [bool(one["reference"]) for one in log] == [True]


# An answer that is none


async def test_a_page_instead_of_an_answer_is_called_what_it_is(world, robin, log):
    """What stands before Slack answers with a page: the log has Slack's error, and where it was met."""
    world.troubles.fails("views.open")
    await robin.types("")
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert (entry["error"], entry["slack"]) == ("SlackApiError", "")


# The same click again


async def test_another_wording_twice_is_one(world, robin):
    """The same click delivered twice shows the next wording, and not the one after it; a new click does."""
    message = await robin.drafts()
    value = element(message, ids.ANOTHER)["value"]
    seen = [draft(message)]
    for trigger in ("1.2.aaaaaaaaaaaaaaaa", "1.2.aaaaaaaaaaaaaaaa", "1.2.bbbbbbbbbbbbbbbb"):
        url = world.slack._response_url("UYOU", "DANA", message.ts)
        click = slack_requests.block_action(ids.ANOTHER, value=value, trigger_id=trigger, response_url=url)
        await slack_requests.interaction(world, click)
        seen.append(draft(message))
    assert seen[1] == seen[2]
    assert len({*seen}) == 3
