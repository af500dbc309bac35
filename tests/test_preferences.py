"""What an author chooses for themselves: each preference by what it does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import ids
from bot.localization import Language, Languages
from bot.playground.views import View
from bot.records import Preferences
from bot.stores.encryption import Vault
from bot.surfaces import preferences as surface
from tests import slack_requests
from tests.author import Author, actions, chosen, draft, element, makes_admin, preview, says, values, words
from tests.conftest import TEAM, World

KEY = f"decline:{{{TEAM}:UYOU}}:preferences"


async def opens(author: Author) -> View:
    """Opens the modal from App Home."""
    await author.presses(await author.opens_home(), ids.PREFERENCES)
    return author.modal


async def saves(author: Author, **typed: Any) -> None:
    """Changes some preferences and saves them."""
    await opens(author)
    await author.submits(**typed)
    assert author.top is None, (words(author.modal), author.modal.errors)


def kept(world: World) -> list[dict[str, Any]]:
    """Every draft as Redis has it."""
    vault = Vault(world.app.keys)
    keys = [key.decode() for key in world.redis.scan_iter("*:draft:*")]
    default = {"text": "", "details": {}, "outcome": "open"}
    return [default | json.loads(vault.open(key, world.redis.get(key))) for key in keys]


# Where they are


async def test_they_open_from_home(robin: Author):
    """The button beside the language menu opens the modal, and the menu stays."""
    home = await robin.opens_home()
    assert ids.APP_LANGUAGE in actions(home.blocks)
    view = await opens(robin)
    assert view.callback_id == ids.PREFERENCES


async def test_the_command_opens_them_for_everybody(robin: Author, world: World):
    """`/decline settings` opens one's own settings, for a member and for an admin alike."""
    for admin in (False, True):
        makes_admin(world, "UYOU", admin=admin)
        await robin.types(" Settings ")
        assert robin.modal.callback_id == ids.PREFERENCES
        await world.slack.close("UYOU")


async def test_admins_are_told_where_the_workspace_s_settings_are(robin: Author, world: World, say: Language):
    """A line at the end of the modal, for admins only."""
    line = say("preferences.admin", command="/decline settings workspace")
    makes_admin(world, "UYOU", admin=True)
    assert line in words(await opens(robin))


async def test_a_member_is_not(world: World, say: Language):
    """Nobody else reads of them."""
    world.authors.add("UCOL")
    kim = Author(world, "UCOL", "CGENERAL")
    assert "settings workspace" not in words(await opens(kim))


async def test_help_names_both(robin: Author, say: Language):
    """`/decline help` has a line for one's own settings and one for the workspace's."""
    await robin.types("help")
    said = words(robin.from_the_app[-1])
    assert say("help.settings") in said
    assert say("help.workspace") in said


async def test_the_modal_shows_what_was_chosen(robin: Author):
    """Opened again, every menu holds what was saved."""
    choices = {
        ids.LANGUAGE: "nl",
        ids.DRAFT_LANGUAGE: "nb",
        ids.TONE: "firm",
        ids.ADDRESSING: "u",
        ids.WHERE: "in_app",
        ids.KEEPING: "facts",
    }
    await saves(robin, **choices)
    view = await opens(robin)
    assert {name: chosen(view, name) for name in choices} == choices


async def test_what_was_stored_before_still_loads(robin: Author, world: World):
    """Preferences of an earlier version have their languages, and the defaults for the rest."""
    sealed = Vault(world.app.keys).seal(KEY, b'{"language":"nl","draft_language":"en"}')
    world.redis.set(KEY, sealed)
    view = await opens(robin)
    assert (chosen(view, ids.LANGUAGE), chosen(view, ids.WHERE)) == ("nl", "here")


# What cannot be kept


@pytest.mark.parametrize(
    "name", [ids.LANGUAGE, ids.DRAFT_LANGUAGE, ids.TONE, ids.ADDRESSING, ids.WHERE, ids.KEEPING]
)
async def test_what_was_never_offered_is_refused(robin: Author, world: World, say: Language, name: str):
    """A value that does not exist gets a sentence under its input, and nothing changes."""
    view = await opens(robin)
    payload = slack_requests.fill(view.payload(), **{name: "nothing_like_it"})
    answered = await slack_requests.interaction(world, slack_requests.view_submission(payload))
    assert answered.json == {"response_action": "errors", "errors": {name: say("wrong.choice")}}
    assert world.redis.get(KEY) is None


async def test_a_modal_without_its_inputs_is_refused(robin: Author, world: World, say: Language):
    """Whatever is missing gets the same sentence, and nothing changes."""
    payload = (await opens(robin)).payload()
    payload["state"]["values"] = {}
    answered = await slack_requests.interaction(world, slack_requests.view_submission(payload))
    assert {*answered.json["errors"].values()} == {say("wrong.choice")}
    assert world.redis.get(KEY) is None


async def test_what_is_not_on_a_menu_any_more_gives_way(say: Language, languages: Languages):
    """A form of address that no language has now does not keep the modal from opening."""
    shown = surface.Shown(Preferences(address="gij", tone="gruff"), ["je", "u"])
    view = surface.build(shown, say, languages)
    initial = [block["element"]["initial_option"]["value"] for block in view["blocks"] if "element" in block]
    assert initial == ["unset", "unset", "unset", "unset", "here", "texts"]


# What each of them does


async def test_the_language_of_the_app(robin: Author, languages: Languages):
    """Home speaks it as soon as it is saved."""
    await saves(robin, **{ids.LANGUAGE: "nl"})
    assert languages["nl"]("home.title") in words(robin.home)


async def test_the_language_of_slack_again(robin: Author, languages: Languages):
    """What was chosen can be taken back."""
    await saves(robin, **{ids.LANGUAGE: "nl"})
    await saves(robin, **{ids.LANGUAGE: "unset"})
    assert languages["en"]("home.title") in words(robin.home)


@pytest.mark.at_scale
async def test_the_language_of_drafts_is_another(robin: Author, languages: Languages):
    """Drafts are in theirs, the modal around them in the app's."""
    await saves(robin, **{ids.DRAFT_LANGUAGE: "nl"})
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    assert chosen(robin.modal, ids.DRAFT_LANGUAGE) == "nl"
    assert languages["en"]("compose.situation") in words(robin.modal)
    assert preview(robin.modal).startswith(("Hoi", "Hallo", "Dag", "Beste"))


async def test_the_usual_tone(robin: Author):
    """It is what a draft starts with where the script has it, and the author can still choose another."""
    await saves(robin, **{ids.TONE: "firm"})
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    assert chosen(robin.modal, ids.TONE) == "firm"
    await robin.picks(ids.TONE, "warm")
    assert chosen(robin.modal, ids.TONE) == "warm"


async def test_a_script_without_that_tone_uses_its_own(robin: Author, catalogue):
    """A tone that the script does not have changes nothing."""
    script = next(
        one
        for one in catalogue.scripts.values()
        if len(one.facts.tones) > 1
        and "formal" not in one.facts.tones
        and one.facts.situations[0] == "coffee"
    )
    await saves(robin, **{ids.TONE: "formal"})
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "coffee")
    await robin.picks(ids.SCRIPT, script.id)
    assert "formal" not in values(robin.modal, ids.TONE)
    assert chosen(robin.modal, ids.TONE) == script.facts.tones[0]


@pytest.mark.parametrize(("preferred", "used"), [("unset", "u"), ("je", "je")])
async def test_the_form_of_address(robin: Author, world: World, preferred: str, used: str):
    """A Dutch draft mirrors the message, unless the author always says the same."""
    await saves(robin, **{ids.DRAFT_LANGUAGE: "nl", ids.ADDRESSING: preferred})
    message = world.slack.workspace.post("DANA", "UANA", "Kunt u mij aan uw collega voorstellen?", [])
    await robin.uses_the_shortcut(message)
    await robin.picks(ids.SITUATION, "one_off")
    assert chosen(robin.modal, ids.ADDRESS) == used


async def test_where_drafts_appear(robin: Author):
    """In the app's own conversation, and nowhere else."""
    await saves(robin, **{ids.WHERE: "in_app"})
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    await robin.submits()
    assert robin.from_the_app == []
    assert draft(robin.app_dm[-1]).startswith("Hi Ana")


async def test_a_closed_conversation_does_not_lose_the_draft(robin: Author, world: World):
    """Where Slack takes nothing in the app's conversation, the draft is where the author is."""
    await saves(robin, **{ids.WHERE: "in_app"})
    world.troubles.refuses("chat.postMessage", "messages_tab_disabled")
    assert draft(await robin.drafts()).startswith("Hi Ana")


@pytest.mark.at_scale
async def test_only_the_facts_are_kept(robin: Author, world: World):
    """The draft is shown and its text, and all that was filled in, is not stored; who and what is."""
    await saves(robin, **{ids.KEEPING: "facts"})
    message = await robin.drafts("one_off", "introduction", "decline_introduction", target="Priya")
    assert "Priya" in draft(message)
    (record,) = kept(world)
    assert (record["text"], record["details"]) == ("", {})
    assert (record["name"], record["script_id"], record["outcome"]) == ("Ana", "decline_introduction", "open")
    vault = Vault(world.app.keys)
    person = next(key.decode() for key in world.redis.scan_iter("*:person:*"))
    opened = [vault.open(person, sealed) for sealed in world.redis.hgetall(person).values()]
    assert [one for one in opened if b"Priya" in one] == []


async def test_home_says_that_the_text_was_not_kept(robin: Author, say: Language):
    """The draft waits in Home, and opens with what can be done without its text."""
    await saves(robin, **{ids.KEEPING: "facts"})
    await robin.drafts()
    opened = await robin.opens_the_draft()
    assert say("draft.not_kept") in words(opened)
    assert (ids.SENT in actions(opened.blocks), ids.EDIT_DRAFT in actions(opened.blocks)) == (True, False)


@pytest.mark.at_scale
async def test_its_buttons_work_with_only_the_facts(robin: Author, world: World):
    """Another wording, edit, sent and undo: the message carries the text, the store never has it."""
    await saves(robin, **{ids.KEEPING: "facts"})
    message = await robin.drafts("one_off", "introduction", "decline_introduction", target="Priya")
    first = draft(message)
    await robin.presses(message, ids.ANOTHER)
    assert "Priya" in draft(message) != first
    await robin.presses(message, ids.EDIT_DRAFT)
    assert chosen(robin.modal, ids.TEXT) == draft(message)
    await robin.submits(text="No, Ana, not Priya.")
    assert draft(message) == "No, Ana, not Priya."
    await robin.presses(message, ids.SENT)
    await robin.presses(message, ids.REOPEN)
    assert draft(message) == "No, Ana, not Priya."
    (record,) = kept(world)
    assert (record["text"], record["outcome"], record["edited"]) == ("", "open", True)


async def test_the_text_survives_a_reminder_with_only_the_facts(robin: Author, world: World):
    """Set, moved to another day and taken back: Undo has the text that only the buttons hold."""
    await saves(robin, **{ids.KEEPING: "facts"})
    mark = robin.beside("UMARK")
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    text = draft(message)
    await mark.presses(message, ids.SENT)
    await mark.presses(message, ids.REMIND)
    assert ids.NO_REMINDER in actions(message.blocks)
    await mark.presses(message, ids.REMINDER_DAY)
    await mark.submits(**{ids.REMINDER_DAY: (datetime.now(UTC).date() + timedelta(days=30)).isoformat()})
    await mark.presses(message, ids.NO_REMINDER)
    await mark.presses(message, ids.REOPEN)
    assert text
    assert draft(message) == text
    assert kept(world)[0]["text"] == ""


async def test_the_text_survives_not_sending_with_only_the_facts(robin: Author, world: World):
    """The button beside the menu carries it, for the menu has no room for it."""
    await saves(robin, **{ids.KEEPING: "facts"})
    message = await robin.drafts()
    text = draft(message)
    await robin.presses(message, ids.NOT_SENT)
    assert kept(world)[0]["outcome"] == "not_sent"
    await robin.presses(message, ids.REOPEN)
    assert draft(message) == text


async def test_a_message_of_a_deleted_draft_brings_nothing_back(robin: Author, world: World, say: Language):
    """The text it carries is of no use once the facts are gone: a sentence, and nothing is stored."""
    await saves(robin, **{ids.KEEPING: "facts"})
    message = await robin.drafts()
    value = element(message, ids.SENT)["value"]
    await robin.presses(await robin.opens_home(), ids.DRAFT_MENU, ids.DELETE)
    action = slack_requests.block_action(
        ids.SENT, value=value, response_url=robin.response_url(), channel={"id": robin.channel, "name": "d"}
    )
    await slack_requests.interaction(world, action)
    assert say("trouble.gone") in words(robin.from_the_app[-1])
    assert world.saved == 0


async def test_the_ladder_moves_on_with_only_the_facts(robin: Author):
    """What was told is known the next time."""
    await saves(robin, **{ids.KEEPING: "facts"})
    await robin.presses(await robin.drafts(), ids.SENT)
    assert says(await robin.uses_the_shortcut(), "history.told_plain")


async def test_earlier_drafts_keep_their_texts(robin: Author, world: World):
    """The choice is for new drafts; what was kept before stays as it is."""
    message = await robin.drafts()
    await saves(robin, **{ids.KEEPING: "facts"})
    await robin.presses(message, ids.ANOTHER)
    assert kept(world)[0]["text"] == draft(message)


async def test_they_are_one_s_own(robin: Author, world: World):
    """What one author chose is not what another one gets."""
    await saves(robin, **{ids.TONE: "firm"})
    world.authors.add("UCOL")
    assert chosen(await opens(Author(world, "UCOL", "CGENERAL")), ids.TONE) == "unset"
