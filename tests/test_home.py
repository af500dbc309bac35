"""App Home: the drafts that wait with their buttons, the latest ones, the language."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids
from bot.app import Credentials, Storage, assembled
from bot.listeners.home import welcome
from bot.localization import Language, Languages
from bot.playground.views import View
from bot.records import Author as Account
from bot.stores.encryption import new_key
from tests import slack_requests
from tests.author import Author, actions, block, chosen, draft, element, says, words
from tests.conftest import SECRET, TEAM, TOKEN, World


def published(world: World) -> list[Any]:
    """The answers to every `views.publish`."""
    return [call.response for call in world.slack.calls if call.method == "views.publish"]


def primary(home: View) -> list[str]:
    """The buttons that stand out."""
    elements = [one for block in home.blocks for one in block.get("elements", [])]
    return [one["action_id"] for one in elements if one.get("style") == "primary"]


async def test_home_is_drawn_when_it_is_opened(world, robin, languages: Languages):
    """Opening the tab publishes Home for whoever opened it."""
    home = await robin.opens_home()
    assert [one["ok"] for one in published(world)] == [True]
    assert languages["en"]("home.title") in words(home)


async def test_home_says_what_is_stored(robin, languages: Languages):
    """What the app keeps is said on its first page."""
    assert languages["en"]("home.stores", days=180) in words(await robin.opens_home())


async def test_the_messages_tab_is_left_alone(world):
    """Opening the other tab publishes nothing."""
    await world.slack.open_home("UYOU", tab="messages")
    assert published(world) == []


async def test_a_draft_can_begin_in_home(robin):
    """The button opens the modal, and its draft comes to the app's own conversation."""
    home = await robin.opens_home()
    await robin.presses(home, ids.NEW_DRAFT)
    await robin.picks(ids.REQUESTER, "UANA")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()
    assert draft(robin.app_dm[-1]).startswith("Hi Ana")


async def test_a_draft_that_waits_is_in_home(robin, languages: Languages):
    """It stands there in two lines, and opens with its text, when the message that showed it has vanished."""
    message = await robin.drafts()
    home = await robin.opens_home()
    assert "Say no, politely" in words(home)
    await robin.presses(home, ids.OPEN_DRAFT)
    assert draft(robin.modal) == draft(message)


async def test_a_draft_that_was_dealt_with_is_a_line_in_home(robin):
    """What was sent no longer waits."""
    await robin.presses(await robin.drafts(), ids.SENT)
    home = await robin.opens_home()
    assert (draft(home), ids.SENT in actions(home.blocks)) == ("", False)
    assert "·  Say no, politely  ·  sent" in words(home)


async def test_i_sent_it_works_in_home(robin):
    """Pressed in Home, the draft is noted as sent and Home is drawn anew, without any message."""
    message = await robin.drafts()
    home, before = await robin.opens_home(), list(robin.from_the_app)
    await robin.presses(home, ids.SENT)
    assert "·  sent" in words(robin.home)
    assert (draft(robin.home), robin.from_the_app, robin.app_dm) == ("", before, [])
    assert says(await robin.uses_the_shortcut(), "history.told_plain")
    assert message in before


async def test_another_wording_works_in_home(robin):
    """Pressed in a draft that was opened from Home, it is worded anew there."""
    await robin.drafts()
    await robin.presses(await robin.opens_home(), ids.OPEN_DRAFT)
    before = draft(robin.modal)
    await robin.presses(robin.modal, ids.ANOTHER)
    assert draft(robin.modal) not in {before, ""}


async def test_edit_works_in_home(robin):
    """The text that was saved is in the draft that was opened from Home, which is on top again."""
    await robin.drafts()
    await robin.presses(await robin.opens_home(), ids.OPEN_DRAFT)
    await robin.presses(robin.modal, ids.EDIT_DRAFT)
    await robin.submits(text="No, Ana.")
    assert draft(robin.modal) == "No, Ana."
    assert robin.app_dm == []


@pytest.mark.parametrize("choice", [ids.NOT_SENT, ids.DELETE])
async def test_the_menu_works_in_home(robin, choice):
    """What is set aside or deleted in Home no longer waits there."""
    await robin.drafts()
    await robin.presses(await robin.opens_home(), ids.DRAFT_MENU, choice)
    assert draft(robin.home) == ""
    assert ("not sent" in words(robin.home)) == (choice == ids.NOT_SENT)


async def test_each_button_in_home_is_for_its_own_draft(robin):
    """With two drafts waiting, the button of one leaves the other alone."""
    await robin.drafts(request="the reference")
    await robin.beside("UMARK").drafts(kind="pitch")
    home = await robin.opens_home()
    (ana,) = (one for one in home.blocks if one["type"] == "actions" and _held(one) == _id_for(home, "Ana"))
    await robin.world.slack.act(robin.user, home, ids.SENT, block_id=ana["block_id"])
    assert waiting(robin.home) == ["Mark"]


async def test_a_click_in_an_old_home_says_that_the_draft_is_gone(robin, languages: Languages):
    """Home on another device may still show a draft that was deleted: its buttons say so in a modal."""
    message = await robin.drafts()
    home = await robin.opens_home()
    await robin.presses(message, ids.DRAFT_MENU, ids.DELETE)
    await robin.presses(home, ids.SENT)
    assert words(robin.modal) == languages["en"]("trouble.gone")


@pytest.mark.at_scale
async def test_home_shows_five_drafts_and_the_way_to_the_others(robin):
    """With more drafts than Home has room for, it shows the newest, and a button to all of them."""
    for number in range(6):
        await robin.types(f"thing {number}")
        await robin.picks(ids.SITUATION, "one_off")
        await robin.submits(**{ids.NAME: f"Person {number}"})
    home = await robin.opens_home()
    assert waiting(home) == [f"Person {number}" for number in (5, 4, 3, 2, 1)]
    await robin.presses(home, f"{ids.GO}waiting")
    assert waiting(robin.home) == [f"Person {number}" for number in (5, 4, 3, 2, 1, 0)]


async def test_home_is_the_authors_own(world, robin):
    """Nobody sees anybody else's drafts."""
    world.authors.add("UCOL")
    await robin.drafts()
    kim = Author(world, "UCOL", "CGENERAL")
    assert draft(await kim.opens_home()) == ""
    assert "Ana" not in words(kim.home)


# First steps


async def test_the_first_home_is_a_welcome(robin, say: Language):
    """Who has no draft yet reads what the app does, the ways in, and that only they see it."""
    home = await robin.opens_home()
    for line in ("what", "message", "message_how", "anywhere", "here", "private", "start"):
        assert say(f"welcome.{line}") in words(home)
    assert f"`{ids.COMMAND}`" in words(home)


async def test_the_welcome_is_no_message(world, robin):
    """Nothing is posted, to this person or anybody else."""
    await robin.opens_home()
    assert robin.app_dm == []
    assert [call.method for call in world.slack.calls] == ["auth.test", "users.info", "views.publish"]


async def test_one_button_stands_out(robin):
    """In the welcome and with drafts that wait, the button that begins a draft is the only primary one."""
    first = await robin.opens_home()
    assert primary(first) == [ids.NEW_DRAFT]
    await robin.drafts()
    assert primary(await robin.opens_home()) == [ids.NEW_DRAFT]


async def test_the_welcome_is_gone_after_the_first_draft(robin, say: Language):
    """From the first draft on, Home begins with what waits."""
    await robin.drafts()
    home = await robin.opens_home()
    assert say("welcome.what") not in words(home)
    assert say("home.waiting") in words(home)


async def test_the_welcome_of_an_admin_has_the_settings(world, robin, say: Language):
    """An admin's first Home has one more line, with the button for the workspace's settings."""
    world.authors.add("UCOL")
    home = await robin.opens_home()
    assert say("admin.what") in words(home)
    assert ids.SETTINGS in actions(home.blocks)
    assert ids.SETTINGS not in actions((await Author(world, "UCOL", "CGENERAL").opens_home()).blocks)


@pytest.fixture
async def installed(world, server) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """What happens when Robin has just installed the app."""
    given = Credentials(SECRET, f"{world.address}/api/", TOKEN)
    client = AsyncWebClient(token=TOKEN, base_url=given.api_url)
    async with assembled(given, Storage(server.url, [new_key()])) as parts:
        yield lambda: welcome(parts.desk, client, Account(TEAM, "UYOU"))


async def test_who_installs_the_app_is_welcomed_in_home(world, robin, installed, say: Language):
    """Home is drawn for the installer alone, with the settings, and nobody gets a message."""
    await installed()
    assert say("welcome.what") in words(robin.home)
    assert ids.SETTINGS in actions(robin.home.blocks)
    assert [call.method for call in world.slack.calls] == ["users.info", "views.publish"]


@pytest.mark.in_earnest
@pytest.mark.parametrize("methods", [["users.info"], ["views.publish"], ["users.info", "views.publish"]])
@pytest.mark.parametrize("trouble", ["fails", "hangs"])
async def test_a_welcome_that_fails_holds_nobody_up(world, installed, trouble, methods):
    """Slack may fail or say nothing: the installation goes on all the same, within two seconds."""
    getattr(world.troubles, trouble)(*methods)
    started = time.perf_counter()
    await installed()
    assert time.perf_counter() - started < 2


# The language


@pytest.mark.at_scale
@pytest.mark.parametrize("language", ["nl", "nb"])
async def test_a_language_that_is_chosen_is_spoken_everywhere(world, robin, languages: Languages, language):
    """Home, the modal, the message and the help follow the choice, whatever Slack reports."""
    say = languages[language]
    await robin.presses(await robin.opens_home(), ids.APP_LANGUAGE, language)
    assert say("home.title") in words(robin.home)
    message = await robin.drafts()
    opened = [call.arguments["view"] for call in world.slack.calls if call.method == "views.open"]
    assert opened[-1]["title"]["text"] == say("compose.title")
    assert say("draft.do_message") in words(message)
    await robin.types("help")
    assert say("help.shortcut") in words(robin.from_the_app[-1])


async def test_the_language_that_is_spoken_is_the_one_shown(robin):
    """The menu in Home shows the language that was chosen."""
    await robin.presses(await robin.opens_home(), ids.APP_LANGUAGE, "nb")
    assert chosen(robin.home, ids.APP_LANGUAGE) == "nb"
    assert element(robin.home, ids.APP_LANGUAGE)["initial_option"]["value"] == "nb"


async def test_drafts_follow_the_language_of_the_app(robin):
    """Unless another is picked, or the message is in another, a draft is in the language chosen in Home."""
    await robin.presses(await robin.opens_home(), ids.APP_LANGUAGE, "nb")
    assert draft(await robin.drafts()).startswith("Hei")


async def test_a_language_that_is_not_spoken_changes_nothing(world, robin, languages: Languages):
    """A choice that was never offered gets a sentence, and the one that was made stays."""
    home = await robin.opens_home()
    await robin.presses(home, ids.APP_LANGUAGE, "nl")
    action = {
        "type": "static_select",
        "action_id": ids.APP_LANGUAGE,
        "block_id": block(home, ids.APP_LANGUAGE)["block_id"],
        "selected_option": {"value": "xx", "text": {"type": "plain_text", "text": "?"}},
    }
    trigger = world.slack.views.trigger(robin.user)
    payload = slack_requests.view_action(home.payload(), action, trigger_id=trigger)
    assert (await slack_requests.interaction(world, payload)).status == 200
    assert languages["nl"]("wrong.choice") in words(robin.modal)
    assert languages["nl"]("home.title") in words(await robin.opens_home())


@pytest.mark.at_scale
async def test_a_change_in_slack_is_followed(world, robin, languages: Languages):
    """Who changes their language in Slack is spoken to in it at once."""
    await robin.opens_home()
    assert (await world.slack.change_language("nl")).status == 200
    assert languages["nl"]("home.title") in words(await robin.opens_home())


async def test_a_change_of_somebody_unknown_is_not_kept(world):
    """Of people who never used the app, nothing is kept when Slack reports a change, but a minute's count."""
    event = json.loads(slack_requests.home_opened())
    event["event"] = {"type": "user_change", "user": {"id": "UCOL", "name": "kim", "profile": {}}}
    assert (await slack_requests.post(world, json.dumps(event), slack_requests.JSON)).status == 200
    assert [key for key in world.redis.scan_iter("decline:{*") if not key.endswith(b":pace")] == []


def waiting(home: View) -> list[str]:
    """Who waits for an answer in Home, in order."""
    rows = zip(home.blocks, home.blocks[1:], strict=False)
    return [
        words(one).split("*")[1]
        for one, after in rows
        if one["type"] == "section" and after.get("block_id", "").startswith("draft:")
    ]


def _held(actions_block: dict[str, Any]) -> str:
    return str(actions_block["elements"][0].get("value", ""))


def _id_for(home: Any, name: str) -> str:
    """The id of the draft for somebody: that of the first buttons after its heading."""
    at = next(i for i, one in enumerate(home.blocks) if one["type"] == "section" and name in words(one))
    return next(_held(one) for one in home.blocks[at:] if one["type"] == "actions")
