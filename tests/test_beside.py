"""What stands beside a draft: what was said before, the author's own notes, some courage, and a way out."""

from __future__ import annotations

import json

import pytest

from bot import ids
from bot.localization import Languages
from bot.playground.workspace import Message
from bot.workspace import Settings
from tests import slack_requests
from tests.author import Author, actions, chosen, draft, element, words
from tests.conftest import World

KIM = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": "T0PLAY"}
NOTE = "lent Ana the zebra-striped ladder"
BACK = "a jar of gooseberries in return"


@pytest.fixture
async def message(robin: Author) -> Message:
    """The private message with a draft for Ana."""
    return await robin.drafts()


@pytest.fixture
async def panel(robin: Author, message: Message) -> Author:
    """The author, with the panel open beside that draft."""
    await robin.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    return robin


async def _notes(robin: Author, message: Message) -> tuple[str, str]:
    """What the panel beside a draft holds, closed again."""
    await robin.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    held = tuple(chosen(robin.modal, one) or "" for one in (ids.GIVEN, ids.RECEIVED))
    await robin.world.slack.close(robin.user)
    return held


def _people(world: World, user: str = "UYOU") -> list[str]:
    """Where the people are kept whom an author knows."""
    return sorted(key.decode() for key in world.redis.scan_iter(f"*:{user}}}:person:*"))


# Before


async def test_the_panel_opens_from_the_menu(panel, say):
    """*Notes and history* opens a modal about the requester."""
    assert panel.modal.callback_id == ids.BESIDE
    assert say("beside.before", name="Ana") in words(panel.modal)


async def test_the_panel_leaves_the_draft_alone(panel, message):
    """What the menu opened stands beside the draft, which stays as it was."""
    assert draft(message).startswith("Hi Ana")
    assert panel.from_the_app == [message]


async def test_the_panel_shows_what_was_said_before(world, robin, message):
    """Each earlier answer is a line with its script and what became of it, the newest first."""
    await robin.presses(message, ids.SENT)
    world.slack.ask_again("DANA")
    again = await robin.drafts("repeat_asker", script="repeat_no")
    await robin.presses(again, ids.DRAFT_MENU, ids.BESIDE)
    lines = [line.split("  ·  ")[1:] for line in words(robin.modal).splitlines() if "  ·  " in line]
    assert lines == [["Same no, shorter", "waiting"], ["Say no, politely", "sent"]]


async def test_the_panel_is_about_one_person(robin, message):
    """What one person was told does not stand beside a draft for another."""
    await robin.presses(message, ids.SENT)
    mark = robin.beside("UMARK")
    await mark.presses(await mark.drafts(kind="pitch"), ids.DRAFT_MENU, ids.BESIDE)
    lines = [line for line in words(mark.modal).splitlines() if "  ·  " in line]
    assert [line.rpartition("  ·  ")[2] for line in lines] == ["waiting"]


async def test_a_hostile_name_is_inert_in_the_panel(robin):
    """A name with mentions is escaped in the panel."""
    await robin.types("a talk")
    await robin.submits(**{ids.NAME: "<!here> & <@UCOL>", ids.SITUATION: "one_off"})
    await robin.presses(robin.from_the_app[-1], ids.DRAFT_MENU, ids.BESIDE)
    assert "&lt;!here&gt; &amp; &lt;@UCOL&gt;" in words(robin.modal)
    assert "<!here>" not in words(robin.modal)


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_the_panel_speaks_the_authors_language(world, robin, languages: Languages, language):
    """History, notes, courage and the way out are in the author's language."""
    say = languages[language]
    world.slack.speak(language)
    await robin.presses(await robin.drafts(), ids.DRAFT_MENU, ids.BESIDE)
    shown = words(robin.modal)
    keys = ("before", "give_and_take", "private", "given", "received", "both_ways", "courage")
    expected = [say(f"beside.{key}", name="Ana") for key in keys]
    expected += [say("beside.evidence").replace("&", "&amp;"), say("pressure.no_script")]
    expected += [say("pressure.somebody"), f"·  {say('outcome.open')}"]
    assert [one for one in expected if one not in shown] == []
    assert robin.modal.content["title"]["text"] == say("beside.title")


async def test_a_draft_in_home_has_its_panel_too(robin, message, say):
    """Pressed in Home, the menu opens the panel of the draft it belongs to."""
    await robin.presses(await robin.opens_home(), ids.DRAFT_MENU, ids.BESIDE)
    assert say("beside.before", name="Ana") in words(robin.modal)


# A way out


async def test_whoever_is_pressed_is_told_to_talk_to_somebody(panel, say):
    """Where nobody was configured, the panel names people to turn to."""
    assert say("pressure.somebody") in words(panel.modal)


@pytest.mark.parametrize("settings", [Settings(safety_contact="Noor & HR <!channel> ext. 12")])
async def test_the_contact_that_admins_chose_is_shown(settings, panel, say):
    """Whom the workspace names goes before the general advice, and is inert."""
    assert "Noor &amp; HR &lt;!channel&gt; ext. 12" in words(panel.modal)
    assert say("pressure.somebody") not in words(panel.modal)


# Notes


async def test_notes_are_there_again(panel, message):
    """What was noted is in the panel the next time, each in its own place."""
    delivery = await panel.submits(given=NOTE, received=BACK)
    assert (delivery.body, panel.top) == ("", None)
    assert await _notes(panel, message) == (NOTE, BACK)


async def test_notes_belong_to_the_person(world, panel):
    """The notes stand beside every draft for this person, and beside no other's."""
    await panel.submits(given=NOTE)
    world.slack.ask_again("DANA")
    assert await _notes(panel, await panel.drafts("repeat_asker", script="decline_polite")) == (NOTE, "")
    mark = panel.beside("UMARK")
    assert await _notes(mark, await mark.drafts(kind="pitch")) == ("", "")


async def test_notes_survive_the_next_draft(world, panel, message):
    """A new draft, sent, leaves the notes as they were."""
    await panel.submits(given=NOTE)
    world.slack.ask_again("DANA")
    await panel.presses(await panel.drafts("repeat_asker", script="decline_polite"), ids.SENT)
    assert await _notes(panel, message) == (NOTE, "")


async def test_notes_can_be_emptied(panel, message):
    """An emptied note is empty the next time, and the other one stays."""
    await panel.submits(given=NOTE, received=BACK)
    await panel.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    await panel.submits(given="")
    assert await _notes(panel, message) == ("", BACK)


async def test_notes_are_kept_as_they_were_typed(panel, message):
    """Lines, markup and template code in a note come back letter by letter."""
    odd = "• <!channel> & {{ 7*7 }}\n\n*twice*, “so far” 😀"
    await panel.submits(given=odd)
    assert await _notes(panel, message) == (odd, "")


async def test_notes_are_sealed(world, panel):
    """No word of a note can be read in Redis."""
    await panel.submits(given=NOTE)
    (known,) = _people(world)
    kept = world.redis.hgetall(known)
    assert b"notes" in kept
    assert [one for one in kept.values() if b"zebra" in one or b"Ana" in one] == []


async def test_notes_are_in_no_draft(world, panel, message):
    """Whatever is drafted, worded anew, edited or listed afterwards, no note leaves the panel."""
    await panel.submits(given=NOTE, received=BACK)
    before = len(world.slack.calls)
    await panel.presses(message, ids.ANOTHER)
    await panel.presses(message, ids.EDIT_DRAFT)
    await panel.submits(text=f"{chosen(panel.modal, ids.TEXT)} No.")
    await panel.presses(message, ids.SENT)
    world.slack.ask_again("DANA")
    for script in ("repeat_no", "firm_close", "no_reply"):
        await panel.presses(await panel.drafts("repeat_asker", script=script), ids.SENT)
        world.slack.ask_again("DANA")
    await panel.opens_home()
    delivery = await panel.types("history")
    shown = json.dumps([[call.arguments for call in world.slack.calls[before:]], delivery.body])
    assert len(world.slack.calls) - before > 12
    assert [word for word in ("zebra", "gooseberries") if word in shown] == []


async def test_notes_are_the_authors_own(world, panel, message):
    """Another author who knows the same person reads none of it."""
    world.authors.add("UCOL")
    await panel.submits(given=NOTE)
    kim = Author(world, "UCOL", "CGENERAL")
    await kim.types("@ana the reference")
    await kim.submits(**{ids.SITUATION: "one_off"})
    assert await _notes(kim, kim.from_the_app[-1]) == ("", "")
    assert await _notes(panel, message) == (NOTE, "")


async def test_another_authors_draft_has_no_panel(world, message, say):
    """With the id of somebody else's draft, an author opens nothing."""
    world.authors.add("UCOL")
    held = element(message, ids.SENT)["value"]
    payload = slack_requests.block_action(
        ids.DRAFT_MENU,
        user=KIM,
        response_url=Author(world, "UCOL", "CGENERAL").response_url(),
        trigger_id=world.slack.views.trigger("UCOL"),
    )
    payload["actions"][0] |= {"type": "overflow", "selected_option": {"value": f"beside:{held}"}}
    await slack_requests.interaction(world, payload)
    (told,) = (one for one in world.slack.messages("UCOL", "CGENERAL") if one.by_app)
    assert (words(told), world.slack.top_view("UCOL")) == (say("trouble.gone"), None)


@pytest.mark.parametrize("forged", ["theirs", "", "x", "x:notes", "}:profile", "../preferences", "é" * 500])
async def test_a_forged_mark_leads_only_to_the_authors_own_keys(world, panel, message, forged):
    """Whatever mark comes back, what is written is under the author's own key, and nothing else changes."""
    world.authors.add("UCOL")
    await panel.submits(given=NOTE)
    (mine,) = _people(world)
    await panel.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    view = slack_requests.fill(panel.modal.payload(), given="theirs now") | {
        "private_metadata": mine.rpartition(":")[2] if forged == "theirs" else forged
    }
    before = {key: world.redis.dump(key) for key in world.redis.scan_iter("*:UYOU}:*")}
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view, user=KIM))
    assert answered.status == 200
    assert {key: world.redis.dump(key) for key in world.redis.scan_iter("*:UYOU}:*")} == before
    others = {key.decode() for key in world.redis.scan_iter("*")} - {key.decode() for key in before}
    assert [
        key for key in others - {"decline:{T0PLAY}:authors", "decline:marks"} if ":UCOL}:" not in key
    ] == []
    assert [key for key in others if ":person:" in key] != []


async def test_what_is_deleted_leaves_the_notes(world, panel, message):
    """When the only draft for somebody is deleted, the notes on them are there for the next one."""
    await panel.submits(given=NOTE)
    await panel.presses(message, ids.DRAFT_MENU, ids.DELETE)
    assert await _notes(panel, await panel.drafts()) == (NOTE, "")


async def test_without_drafts_and_notes_nobody_is_remembered(world, panel, message):
    """When the notes are emptied and the draft is deleted, nothing is left of the person."""
    await panel.submits(given=NOTE)
    await panel.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    await panel.submits(given="")
    await panel.presses(message, ids.DRAFT_MENU, ids.DELETE)
    assert _people(world) == []


async def test_notes_expire_with_the_rest(world, panel):
    """What is noted is kept for 180 days from then, and no longer."""
    (known,) = _people(world)
    world.redis.expire(known, 60)
    await panel.submits(given=NOTE)
    assert 179 * 86_400 < world.redis.ttl(known) <= 180 * 86_400


# When something is away


async def test_notes_that_cannot_be_saved_stay_open(world, panel, say):
    """When Redis takes no writes, the sentence comes on top of the panel, which keeps what was typed."""
    under = panel.modal
    world.redis.config_set("maxmemory", "1")
    try:
        await panel.submits(given=NOTE)
    finally:
        world.redis.config_set("maxmemory", "0")
    assert words(panel.modal) == say("trouble.away")
    await world.slack.close("UYOU")
    assert (panel.modal.id, chosen(panel.modal, ids.GIVEN)) == (under.id, NOTE)


async def test_notes_that_cannot_be_read_are_not_shown_as_none(world, robin, message, say):
    """When what is known of the person can't be reached, no empty panel opens that would go over it."""
    (known,) = _people(world)
    world.redis.delete(known)
    world.redis.set(known, "of another type, which Redis refuses to read")
    await robin.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    assert (robin.top, words(robin.from_the_app[-1])) == (None, say("trouble.away"))


async def test_the_panel_of_a_deleted_draft_is_gone(world, robin, message, say):
    """Whoever still has the old message open reads that the draft is gone."""
    home = await robin.opens_home()
    await robin.presses(message, ids.DRAFT_MENU, ids.DELETE)
    await robin.presses(home, ids.DRAFT_MENU, ids.BESIDE)
    assert words(robin.modal) == say("trouble.gone")
    assert ids.GIVEN not in actions(robin.modal.blocks)
