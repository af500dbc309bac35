"""Ids and sealed values of others, in the buttons and modals of somebody who copied them: nobody is there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import ids
from tests import slack_requests
from tests.author import Author, draft, element, makes_admin, words
from tests.conftest import World, held_to_the_rules
from tests.test_data import Browser, asks_for
from tests.test_tenants import snapshot

KIM = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": "T0PLAY"}
SECRET = "the merger with Linden"


@dataclass
class Stolen:
    """What a colleague could copy from an author's screen, if screens showed it."""

    draft: str
    """The id of a draft."""
    mark: str
    """The mark of a person."""
    own: str
    """The id of a script of the author's own."""


@pytest.fixture
def kim(world: World) -> Author:
    """A colleague in the same workspace."""
    world.authors.add("UCOL")
    return Author(world, "UCOL", "CGENERAL")


@pytest.fixture
async def stolen(world: World, robin: Author) -> Stolen:
    """The ids of an author who has a draft, a person with notes, and a script of their own."""
    message = await robin.drafts(kind="pitch", script="decline_pitch")
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text=f"No, because of {SECRET}.")
    held = str(element(message, ids.SENT)["value"])
    await robin.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    await robin.submits(given=SECRET)
    await robin.presses(message, ids.DRAFT_MENU, ids.KEEP)
    await robin.submits(**{ids.TITLE: SECRET})
    await world.slack.close("UYOU")
    await robin.presses(message, ids.SENT)
    mark = element(await robin.opens_home(), ids.OPEN_PERSON)["value"]
    (own,) = world.redis.hkeys("decline:{T0PLAY:UYOU}:scripts")
    return Stolen(held, mark, own.decode())


async def learns(world: World, kim: Author, payload: dict[str, Any]) -> str:
    """Kim sends it; gives all that the app said to anybody because of it, and what it changed."""
    await kim.opens_home()
    before, calls = snapshot(world), len(world.slack.calls)
    trigger = world.slack.views.trigger("UCOL")
    with capture_logs() as log:
        answered = await slack_requests.interaction(world, payload | {"user": KIM, "trigger_id": trigger})
    assert answered.status == 200
    assert [one for one in log if one["log_level"] == "error"] == []
    own = b"decline:{T0PLAY:UCOL}"
    kept = {key: value for key, value in snapshot(world).items() if not key.startswith(own)}
    assert kept == {key: value for key, value in before.items() if not key.startswith(own)}
    return answered.text + str([call.arguments for call in world.slack.calls[calls:]])


DRAFTS = {
    **dict.fromkeys((ids.SENT, ids.ANOTHER, ids.EDIT_DRAFT, ids.REOPEN, ids.NO_REMINDER), "{draft}"),
    **dict.fromkeys((ids.REMINDER_DAY, ids.HELD, ids.ASKED_AGAIN), "{draft}"),
    ids.REMIND: "2027-01-04:{draft}",
}


@pytest.mark.parametrize("action_id", DRAFTS)
async def test_a_draft_in_a_message_is_nobody_else_s(world, kim, stolen, action_id):
    """Every button of a draft, with the id of another author's, changes nothing and tells nothing."""
    value = DRAFTS[action_id].format(draft=stolen.draft)
    payload = slack_requests.block_action(action_id, value=value, response_url=kim.response_url())

    assert SECRET not in await learns(world, kim, payload)


@pytest.mark.parametrize("choice", [ids.BESIDE, ids.KEEP, ids.NOT_SENT, ids.DELETE, ids.REMINDER_DAY])
async def test_a_draft_in_a_menu_is_nobody_else_s(world, kim, stolen, choice):
    """So does every choice of its menu, and of the menu of its reminder."""
    menu = ids.REMINDER_MENU if choice == ids.REMINDER_DAY else ids.DRAFT_MENU
    payload = slack_requests.block_action(menu, response_url=kim.response_url())
    payload["actions"][0] |= {
        "type": "overflow",
        "selected_option": {"value": f"{choice}:{stolen.draft}"},
    }

    assert SECRET not in await learns(world, kim, payload)


@pytest.mark.parametrize("action_id", [ids.OPEN_PERSON, ids.NEXT, ids.FORGET, ids.OPEN_DRAFT])
async def test_a_person_in_home_is_nobody_else_s(world, kim, stolen, action_id):
    """Home with somebody else's mark in its buttons shows nobody."""
    view = (await kim.opens_home()).payload()
    value = stolen.draft if action_id == ids.OPEN_DRAFT else stolen.mark
    action = {"type": "button", "action_id": action_id, "block_id": "x", "value": value}

    assert SECRET not in await learns(world, kim, slack_requests.view_action(view, action))


@pytest.mark.parametrize("wanted", ["person:{mark}", "outcome:sent"])
async def test_history_by_somebody_else_s_mark_is_empty(world, kim, stolen, wanted):
    """A filter finds what is the author's own, and no more."""
    view = (await kim.opens_home()).payload()
    option = {"value": wanted.format(mark=stolen.mark), "text": {"type": "plain_text", "text": "x"}}
    action = {"type": "static_select", "action_id": ids.FILTER, "block_id": "x", "selected_option": option}

    assert SECRET not in await learns(world, kim, slack_requests.view_action(view, action))


@pytest.mark.parametrize("callback_id", [ids.PERSON, ids.BESIDE, ids.EDIT, ids.OWN_SCRIPT, ids.REMINDER_DAY])
async def test_a_modal_with_somebody_else_s_metadata_writes_nothing(world, robin, kim, stolen, callback_id):
    """A modal that is sent in another name finds no draft and no person to write to."""
    message = robin.from_the_app[-1]
    opener = {
        ids.PERSON: lambda: robin.presses(robin.home, ids.OPEN_PERSON),
        ids.BESIDE: lambda: robin.presses(message, ids.DRAFT_MENU, ids.BESIDE),
        ids.OWN_SCRIPT: lambda: robin.presses(message, ids.DRAFT_MENU, ids.KEEP),
        ids.REMINDER_DAY: lambda: robin.presses(message, ids.REMINDER_DAY),
        ids.EDIT: lambda: robin.presses(message, ids.EDIT_DRAFT),
    }[callback_id]
    if callback_id in {ids.BESIDE, ids.OWN_SCRIPT, ids.EDIT}:
        await robin.presses(message, ids.REOPEN)
    await opener()
    view = robin.modal.payload()
    said = await learns(world, kim, slack_requests.view_submission(view))

    assert SECRET not in said


async def test_a_script_of_one_s_own_is_removed_by_oneself(world, kim, stolen):
    """Its id in another author's hands removes nothing."""
    await kim.types("scripts")
    action = {"type": "button", "action_id": ids.OWN_REMOVE, "block_id": "x", "value": stolen.own}
    await learns(world, kim, slack_requests.view_action(kim.modal.payload(), action))

    assert world.redis.hkeys("decline:{T0PLAY:UYOU}:scripts") == [stolen.own.encode()]


async def test_a_submission_of_somebody_else_s_modal_is_one_s_own_draft(world, robin, kim):
    """The same view in two names makes two drafts, each with its author: neither overwrites the other's."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    view = slack_requests.view_submission(robin.modal.payload())
    await robin.submits()
    mine = draft(robin.from_the_app[-1])
    await kim.opens_home()
    await slack_requests.interaction(world, view | {"user": KIM})

    owners = sorted(key.split(b"}")[0] for key in world.redis.scan_iter("*:draft:*"))
    assert owners == [b"decline:{T0PLAY:UCOL", b"decline:{T0PLAY:UYOU"]
    assert draft(await robin.opens_the_draft()) == mine


async def test_the_sealed_text_of_one_draft_is_no_other_draft_s(world, robin):
    """What the button of a draft carries is used for that very draft, also among one's own."""
    await robin.presses(await robin.opens_home(), ids.PREFERENCES)
    await robin.submits(keeping="facts")
    first = await robin.drafts()
    one = str(element(first, ids.SENT)["value"])
    other_author = robin.beside("UPETRA")
    second = await other_author.drafts()
    two = str(element(second, ids.SENT)["value"])
    mixed = two.rpartition(":")[0] + ":" + one.rpartition(":")[2]
    assert one != two != mixed
    url = other_author.response_url()
    payload = slack_requests.block_action(ids.EDIT_DRAFT, value=mixed, response_url=url)
    await slack_requests.interaction(world, payload | {"trigger_id": world.slack.views.trigger("UYOU")})

    assert "Ana" not in words(robin.modal)
    assert "Ana" not in str(robin.modal.payload()["state"])


@pytest.mark.parametrize("action_id", [ids.SETTINGS, ids.SCRIPT_ADD, ids.SCRIPT_EDIT, ids.SCRIPT_REMOVE])
async def test_what_admins_may_do_is_asked_of_slack_each_time(world, kim, say, action_id):
    """A button that only admins have, in a colleague's hands, is refused."""
    view = (await kim.opens_home()).payload()
    action = {"type": "button", "action_id": action_id, "block_id": "x", "value": "decline_polite"}
    said = await learns(world, kim, slack_requests.view_action(view, action))

    assert world.redis.exists("decline:{T0PLAY}:scripts") == 0
    assert say("trouble.not_admin") in said


async def test_an_admin_sees_nobody_s_drafts(world, robin, kim, stolen):
    """Settings, scripts and Home of an admin hold nothing of what an author keeps."""
    makes_admin(world, "UCOL", admin=True)
    calls = len(world.slack.calls)
    await kim.presses(await kim.opens_home(), ids.SETTINGS)
    await world.slack.close("UCOL")
    await kim.presses(kim.home, ids.SCRIPTS)

    assert SECRET not in str([call.arguments for call in world.slack.calls[calls:]])


# links to an author's data


async def test_a_link_is_for_the_browser_that_opened_it(world, robin, stolen):
    """Who was sent the link later, or has another cookie, gets nothing."""
    url = await asks_for(robin, "json")
    own, other = Browser(), Browser()
    await own.goes(url)
    other.cookies = dict.fromkeys(own.cookies, "A" * 43)
    pages = [await other.goes(url), await other.goes(url, "POST"), await Browser().goes(url, "POST")]

    assert [answer.status for answer, _ in pages] == [403, 403, 403]
    assert SECRET not in str([body for _, body in pages])


async def test_a_link_is_used_up_once_among_many(world, robin, stolen):
    """Ten downloads at the same moment are one."""
    url = await asks_for(robin, "json")
    own = Browser()
    await own.goes(url)
    pages = await asyncio.gather(*(own.goes(url, "POST") for _ in range(10)))

    assert sorted(answer.status for answer, _ in pages) == [200] + [404] * 9


async def test_no_link_is_guessed(world, robin, stolen):
    """A token that was changed, or is none, leads nowhere; what is stored does not give it away."""
    url = await asks_for(robin, "json")
    base, _, token = url.rpartition("/")
    guesses = [token[:-1], token[::-1], token.upper(), "*", "%2a", token + "%00", "..%2f" + token]
    pages = [await Browser().goes(f"{base}/{guess}") for guess in guesses]

    assert {answer.status for answer, _ in pages} == {404}
    assert token.encode() not in b"".join(world.redis.scan_iter())


async def test_two_apps_on_one_redis_with_other_keys_share_nothing(server, redis, world, robin, stolen):
    """Whoever runs another app on the same Redis, with keys of its own, opens nothing."""
    async with held_to_the_rules(server.url, redis) as other:
        there = Author(other)
        home = await there.opens_home()
        assert SECRET not in words(home)
        assert ids.OPEN_DRAFT not in str(home.blocks)
