"""A draft after it was written: sent, undone, edited, worded anew, set aside, deleted; and the ladder."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot import ids
from bot.catalogue import Catalogue
from bot.lint import Lint
from bot.localization import Languages
from bot.playground.workspace import Message
from tests import slack_requests
from tests.author import Author, actions, chosen, draft, element, says, values, words


@pytest.fixture
async def message(robin: Author) -> Message:
    """The private message with a draft for Ana."""
    return await robin.drafts()


# I sent it


async def test_i_sent_it_takes_the_place_of_the_draft(robin, message):
    """The message becomes one line that says to whom and when, and keeps no text to copy."""
    await robin.presses(message, ids.SENT)
    assert message.text.startswith("Noted: sent to Ana on ")
    assert draft(message) == ""
    assert robin.from_the_app == [message]


async def test_i_sent_it_can_be_undone(robin, message):
    """What stays of the message is the button that takes it back."""
    await robin.presses(message, ids.SENT)
    assert actions(message.blocks) == [ids.REOPEN]


@pytest.mark.at_scale
async def test_i_sent_it_is_remembered(robin, message):
    """The next modal for this person says what they were told."""
    assert not says(await robin.uses_the_shortcut(), "history.told_plain")
    await robin.presses(message, ids.SENT)
    assert says(await robin.uses_the_shortcut(), "history.told_plain")


async def test_the_date_is_the_authors_own(world, robin, catalogue: Catalogue, say):
    """Where the author is, it may be another day than in Greenwich: messages and history have theirs."""
    zones = [ZoneInfo(one) for one in ("Pacific/Kiritimati", "Etc/GMT+12")]
    zone = next(one for one in zones if datetime.now(one).date() != datetime.now(UTC).date())
    people = world.slack.workspace.users
    people["UYOU"] = replace(people["UYOU"], tz=zone.key)
    here = datetime.now(zone).date()
    message = await robin.drafts()
    await robin.presses(message, ids.SENT)
    about = {"name": "Ana", "script": catalogue["decline_polite"].words["en"].title}
    assert message.text == say("draft.sent_message", date=say.day(here, here), **about)
    await robin.types("history")
    assert words(robin.from_the_app[-1]).splitlines()[1].startswith(f"{say.day(here, here)}  ·  ")


async def test_what_to_do_next_comes_with_i_sent_it(world, robin, catalogue: Catalogue):
    """A script's follow-up is shown once the draft was sent."""
    await robin.presses(await robin.drafts(), ids.SENT)
    world.slack.ask_again("DANA")
    message = await robin.drafts("repeat_asker", script="repeat_no")
    follow_up = catalogue["repeat_no"].words["en"].follow_up
    assert follow_up not in words(message)
    await robin.presses(message, ids.SENT)
    assert follow_up in words(message)


@pytest.mark.at_scale
async def test_i_sent_it_twice_is_once(robin, message):
    """A second press changes nothing."""
    before = dict(element(message, ids.SENT))
    await robin.presses(message, ids.SENT)
    once = message.text
    await slack_requests.interaction(
        robin.world, slack_requests.block_action(ids.SENT, value=before["value"])
    )
    assert message.text == once
    assert "Asked 1 time since" in words(await robin.uses_the_shortcut(robin.messages[1]))


async def test_undo_brings_the_draft_back(robin, message):
    """After Undo the message is the draft again, with all its buttons."""
    text, buttons = draft(message), actions(message.blocks)
    await robin.presses(message, ids.SENT)
    await robin.presses(message, ids.REOPEN)
    assert (draft(message), actions(message.blocks)) == (text, buttons)


@pytest.mark.at_scale
async def test_undo_takes_back_what_is_remembered(robin, message):
    """After Undo the person was told nothing."""
    await robin.presses(message, ids.SENT)
    await robin.presses(message, ids.REOPEN)
    assert not says(await robin.uses_the_shortcut(), "history.told_plain")


async def test_a_chosen_silence_is_recorded_as_such(world, robin):
    """For "don't reply" there is nothing to copy, and the button notes the silence."""
    for script in ("decline_polite", "firm_close"):
        await robin.presses(await robin.drafts("repeat_asker", script=script), ids.SENT)
        world.slack.ask_again("DANA")
    message = await robin.drafts("repeat_asker", script="no_reply")
    assert (draft(message), actions(message.blocks)) == ("", [ids.SENT, ids.DRAFT_MENU])
    await robin.presses(message, ids.SENT)
    assert message.text.startswith("Noted: you won't reply to Ana.")
    assert says(await robin.uses_the_shortcut(), "history.told_silence")


async def test_the_next_contract_is_a_checklist(robin, catalogue: Catalogue):
    """After the supplier's ending was sent, the plan for the next contract is a list to keep."""
    robin = robin.beside("UPETRA")
    details = {
        "wins": "the new site",
        "needs": "fixes within a day",
        "attempts": "wrote down what we need",
        "plan_due": "2027-07-01",
        "contract_checked": ["yes"],
    }
    await robin.presses(await robin.drafts("supplier", **details), ids.SENT)
    message = await robin.drafts("supplier", script="supplier_next_contract")
    shown = words(message).splitlines()
    assert [
        check
        for check in catalogue["supplier_next_contract"].words["en"].checks
        if f"•  {check}" not in shown
    ] == []
    await robin.presses(message, ids.SENT)
    assert message.text.startswith("Noted: done on ")


async def test_a_checklist_shows_what_the_author_added(robin, catalogue: Catalogue):
    """The new supplier and the terms that were filled in are points of the list, and inert."""
    robin = robin.beside("UPETRA")
    details = {"wins": "a site", "needs": "speed", "attempts": "wrote it down", "contract_checked": ["yes"]}
    await robin.presses(await robin.drafts("supplier", **details), ids.SENT)
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "supplier")
    await robin.picks(ids.SCRIPT, "supplier_next_contract")
    await robin.picks(ids.MORE)
    await robin.submits(new_supplier="Kvist & Co", terms="a named contact\n\n<!here> 30 days")
    points = [line for line in words(robin.from_the_app[-1]).splitlines() if line.startswith("•")]
    asked = catalogue["supplier_next_contract"].words["en"].details["new_supplier"].label
    mine = [f"•  {asked} Kvist &amp; Co", "•  a named contact", "•  &lt;!here&gt; 30 days"]
    assert points[-3:] == mine
    assert len(points) == 3 + len(catalogue["supplier_next_contract"].words["en"].checks)


async def test_a_draft_in_the_apps_own_dm_is_replaced_there(world, robin):
    """Where the draft stands in the conversation with the app, the note takes its place as well."""
    await world.slack.global_shortcut("UYOU", ids.GLOBAL_SHORTCUT)
    await robin.submits(**{ids.NAME: "Noor", ids.SITUATION: "one_off"})
    (message,) = robin.app_dm
    await robin.presses(message, ids.SENT)
    assert [one.text[:21] for one in robin.app_dm] == ["Noted: sent to Noor o"]


# Edit


async def test_edit_opens_the_text(robin, message):
    """The text of the draft stands in a modal to be changed."""
    await robin.presses(message, ids.EDIT_DRAFT)
    assert chosen(robin.modal, ids.TEXT) == draft(message)


async def test_an_edited_text_takes_the_place_of_the_draft(robin, message):
    """The saved text is in the message, exactly, line by line."""
    mine = "Hi Ana,\n\nno.  Really & truly <no>\n• Robin"
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text=mine)
    assert (robin.top, draft(message)) == (None, mine)
    assert robin.from_the_app == [message]


@pytest.mark.at_scale
async def test_an_edited_text_is_what_the_next_edit_begins_with(robin, message):
    """The author's own text is kept, not only shown."""
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text="No, Ana.")
    await robin.presses(message, ids.EDIT_DRAFT)
    assert chosen(robin.modal, ids.TEXT) == "No, Ana."


async def test_what_weakens_an_edited_text_is_advice(robin, message, lint: Lint):
    """A weak word in the author's text is pointed out under it, and the text stays theirs."""
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text="Hi Ana, maybe another time.")
    assert draft(message) == "Hi Ana, maybe another time."
    assert lint.by_language["en"].rules["hedge"].why in words(message)


WEAK = {
    "en": "Hi Ana, sorry, sorry, maybe another time. I'm just a bit busy, hopefully at some point we'll see!",
    "nl": "Hoi Ana, sorry, misschien een andere keer. Ik heb het gewoon druk, hopelijk lukt het ooit!",
    "nb": "Hei Ana, beklager, kanskje en annen gang. Jeg har det litt travelt, forhåpentligvis går det!",
}


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_advice_never_stands_in_the_way(world, robin, lint: Lint, language):
    """However weak the author's own text is, it is saved, shown with the advice, and can be sent."""
    world.slack.speak(language)
    message = await robin.drafts()
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text=WEAK[language])
    assert (robin.top, draft(message)) == (None, WEAK[language])
    rules = lint.by_language[language].rules
    assert [rules[one].why in words(message) for one in ("hedge", "no_outcome")] == [True, True]
    await robin.presses(message, ids.SENT)
    assert actions(message.blocks) == [ids.REOPEN]


async def test_a_text_that_was_fine_stays_fine(robin):
    """Saved as it was written, the draft brings no advice: the names in it are from the form."""
    message = await robin.drafts(request="the Studio Kvist account of 2019")
    before = [words(one) for one in message.blocks if one["type"] == "context"]
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text=chosen(robin.modal, ids.TEXT))
    assert [words(one) for one in message.blocks if one["type"] == "context"] == before


async def test_a_name_from_nowhere_is_pointed_out(robin, message, lint: Lint):
    """A name that neither the form nor the draft had is pointed out in an edited text, and kept."""
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text=f"{chosen(robin.modal, ids.TEXT)} I asked Benedikta about it.")
    assert "Benedikta" in draft(message)
    assert f"“Benedikta”: {lint.by_language['en'].rules['invented'].why}" in words(message)


async def test_a_name_that_the_author_kept_is_not_pointed_out_again(robin, message):
    """What was pointed out once, and stayed, is known the next time that the text is edited."""
    for more in ("I asked Benedikta about it.", "Have a good day."):
        await robin.presses(message, ids.EDIT_DRAFT)
        await robin.submits(text=f"{chosen(robin.modal, ids.TEXT)} {more}")
    assert "Benedikta about it. Have a good day." in draft(message)
    assert "“Benedikta”" not in words(message)


@pytest.mark.parametrize("blank", [None, "", "  \n "])
async def test_an_empty_text_is_an_error(world, robin, message, languages: Languages, blank):
    """A draft cannot be emptied; the modal says so under the text."""
    before = draft(message)
    await robin.presses(message, ids.EDIT_DRAFT)
    view = slack_requests.fill(robin.modal.payload(), text=blank)
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view))
    assert answered.json == {
        "response_action": "errors",
        "errors": {ids.TEXT: languages["en"]("wrong.missing")},
    }
    assert draft(message) == before


async def test_the_longest_text_can_be_saved_and_edited_again(robin, message):
    """Three thousand characters, all that Slack's input holds, come back as they were."""
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text="no " * 999 + "no!")
    await robin.presses(message, ids.EDIT_DRAFT)
    assert chosen(robin.modal, ids.TEXT) == "no " * 999 + "no!"


async def test_an_edit_is_shown_in_the_dm_when_its_message_is_out_of_reach(world, robin, message):
    """When the response_url is too old, the edited draft goes to the app's own conversation."""
    await robin.presses(message, ids.EDIT_DRAFT)
    world.clock.ahead = 31 * 60
    await robin.submits(text="No, Ana.")
    assert draft(robin.app_dm[-1]) == "No, Ana."


# Another wording


async def test_another_wording_is_another_text(robin, message):
    """The message shows the same answer in other words."""
    before = draft(message)
    await robin.presses(message, ids.ANOTHER)
    assert draft(message) not in {before, ""}


async def test_the_wordings_go_round(robin, message):
    """After the last wording of a tone comes the first again."""
    first, seen = draft(message), []
    while draft(message) not in seen:
        seen.append(draft(message))
        await robin.presses(message, ids.ANOTHER)
    assert (len(seen), draft(message)) == (3, first)


async def test_another_wording_keeps_the_details(robin):
    """What the author filled in is in every wording."""
    message = await robin.drafts(request="the reference")
    for _ in range(3):
        assert "the reference" in draft(message)
        await robin.presses(message, ids.ANOTHER)


FORMAL = "Beste Robin, zou u mij willen voorstellen aan uw collega?"


async def _drafted_for(robin: Author, channel: str) -> Message:
    """A Dutch draft for somebody who writes "u", for one of the places it can go to."""
    robin.world.slack.speak("nl")
    await robin.uses_the_shortcut(robin.world.slack.say("UANA", "DANA", FORMAL))
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    await robin.picks(ids.MORE)
    await robin.picks(ids.CHANNEL, channel)
    await robin.submits()
    return robin.from_the_app[-1]


@pytest.mark.parametrize(("channel", "wordings"), [("chat", 3), ("email", 3), ("short", 2)])
async def test_another_wording_goes_where_the_first_one_went(robin, lint: Lint, channel, wordings):
    """All wordings of an e-mail are e-mails, of a short text short, and all say "u" where the first did."""
    message, seen = await _drafted_for(robin, channel), []
    while draft(message) not in seen:
        seen.append(draft(message))
        await robin.presses(message, ids.ANOTHER)
    envelope = [one.startswith("Onderwerp: ") and one.endswith("\n\nGroet,\nRobin") for one in seen]
    assert (len(seen), set(envelope)) == (wordings, {channel == "email"})
    assert {lint.address_of(one, "nl") for one in seen} == {"u"}
    assert [one for one in seen if channel == "short" and len(one.split()) > 25] == []


async def test_a_short_text_leaves_the_wordings_of_the_tone_alone(world, robin):
    """What was sent as a short text counts as none of the chat message's wordings."""
    await robin.presses(await _drafted_for(robin, "short"), ids.SENT)
    world.slack.ask_again("DANA")
    message, seen = await robin.drafts("repeat_asker", script="decline_polite"), []
    while draft(message) not in seen:
        seen.append(draft(message))
        await robin.presses(message, ids.ANOTHER)
    assert len(seen) == 3


async def test_when_the_short_wordings_run_out_the_author_is_told(world, robin, languages: Languages):
    """A person who was sent both short texts of a script has had them all, and the author reads so."""
    for _ in range(2):
        message = await _drafted_for(robin, "short")
        assert languages["nl"]("draft.wordings_used") not in words(message)
        await robin.presses(message, ids.SENT)
    message = await _drafted_for(robin, "short")
    await robin.presses(message, ids.ANOTHER)
    assert languages["nl"]("draft.wordings_used") in words(message)


@pytest.mark.at_scale
async def test_a_wording_this_person_was_sent_does_not_come_again(world, robin, message):
    """The next draft for the same person is worded as none that was sent to them."""
    sent = draft(message)
    await robin.presses(message, ids.SENT)
    world.slack.ask_again("DANA")
    again = await robin.drafts("repeat_asker", script="decline_polite", request="an introduction")
    assert draft(again) != sent
    for _ in range(2):
        await robin.presses(again, ids.ANOTHER)
        assert draft(again) != sent


async def test_the_last_fresh_wording_is_said_to_be_the_last(world, robin, languages: Languages):
    """Where only the wording on show was never sent, another one says that they had them all."""
    for _ in range(3):
        message = await robin.drafts("repeat_asker", script="decline_polite")
        before = draft(message)
        await robin.presses(message, ids.SENT)
        world.slack.ask_again("DANA")
    await robin.presses(message, ids.REOPEN)
    assert draft(message) == before
    await robin.presses(message, ids.ANOTHER)
    assert draft(message) != before
    assert languages["en"]("draft.wordings_used") in words(message)


async def test_all_wordings_were_sent(world, robin, languages: Languages):
    """When this person was sent every wording, the next one is shown with a note."""
    for _ in range(3):
        await robin.presses(await robin.drafts("repeat_asker", script="decline_polite"), ids.SENT)
        world.slack.ask_again("DANA")
    message = await robin.drafts("repeat_asker", script="decline_polite")
    before = draft(message)
    await robin.presses(message, ids.ANOTHER)
    assert draft(message) != before
    assert languages["en"]("draft.wordings_used") in words(message)


async def test_another_wording_asks_before_it_replaces_the_authors_words(robin, message):
    """Only an edited draft has a question before its text is replaced."""
    assert "confirm" not in element(message, ids.ANOTHER)
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text="No, Ana.")
    assert "confirm" in element(message, ids.ANOTHER)
    await robin.presses(message, ids.ANOTHER)
    assert "confirm" not in element(message, ids.ANOTHER)


# Setting aside and deleting


@pytest.mark.at_scale
async def test_a_draft_can_be_set_aside(robin, message):
    """Not sending leaves one line, and the person was told nothing."""
    await robin.presses(message, ids.DRAFT_MENU, ids.NOT_SENT)
    assert message.text.startswith("Set aside: nothing went to Ana.")
    assert not says(await robin.uses_the_shortcut(), "history.told_plain")


async def test_setting_aside_can_be_undone(robin, message):
    """After Undo the draft waits again."""
    text = draft(message)
    await robin.presses(message, ids.DRAFT_MENU, ids.NOT_SENT)
    await robin.presses(message, ids.REOPEN)
    assert draft(message) == text


@pytest.mark.at_scale
async def test_a_deleted_draft_is_gone_from_redis(world, robin, message):
    """Deleting leaves nothing of the draft, nor of a person without any other."""
    await robin.presses(message, ids.DRAFT_MENU, ids.DELETE)
    left = {key.decode().rpartition(":")[2] for key in world.redis.scan_iter("*")}
    assert left <= {"profile", "preferences", "authors", "marks", "pace"}


async def test_deleting_one_draft_leaves_the_others(world, robin, message):
    """The person's other drafts, and what they were told, stay."""
    await robin.presses(message, ids.SENT)
    world.slack.ask_again("DANA")
    await robin.presses(await robin.drafts("repeat_asker"), ids.DRAFT_MENU, ids.DELETE)
    assert world.saved == 1
    assert says(await robin.uses_the_shortcut(), "history.told_plain")


async def test_a_deleted_draft_leaves_one_line(robin, message, languages: Languages):
    """In the place of the message stands that it is deleted, and nothing to press."""
    await robin.presses(message, ids.DRAFT_MENU, ids.DELETE)
    assert (words(message), actions(message.blocks)) == (languages["en"]("draft.deleted"), [])


@pytest.mark.parametrize(
    "action_id",
    [
        *(ids.SENT, ids.EDIT_DRAFT, ids.ANOTHER, ids.REOPEN, ids.NOT_SENT),
        *(ids.REMIND, ids.REMINDER_DAY, ids.NO_REMINDER, ids.HELD, ids.ASKED_AGAIN),
    ],
)
async def test_a_click_on_a_deleted_draft_says_so(world, robin, message, languages: Languages, action_id):
    """Whoever still has the old message open reads that the draft is gone."""
    held = element(message, ids.SENT)["value"]
    held = f"2030-01-01:{held}" if action_id == ids.REMIND else held
    await robin.presses(message, ids.DRAFT_MENU, ids.DELETE)
    url = robin.response_url()
    await slack_requests.interaction(
        world, slack_requests.block_action(action_id, value=held, response_url=url)
    )
    assert words(robin.from_the_app[-1]) == languages["en"]("trouble.gone")
    assert world.saved == 0


# The ladder


async def _asked_again(robin: Author, situation: str = "repeat_asker", kind: str = "") -> list[str]:
    """Open the modal on what was asked last, and say what it is; gives the scripts, the recommended first."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, situation)
    if kind:
        await robin.picks(ids.KIND, kind)
    return values(robin.modal, ids.SCRIPT)


@pytest.mark.at_scale
async def test_six_asks_climb_the_ladder(world, robin):
    """Asked six times and answered each time, the recommendation goes from a question to silence."""
    climbed = []
    for situation in ["unclear_ask"] * 2 + ["repeat_asker"] * 4:
        climbed.append((await _asked_again(robin, situation, "unclear"))[0])
        await robin.submits()
        await robin.presses(robin.from_the_app[-1], ids.SENT)
        world.slack.ask_again("DANA")
    assert climbed == ["clarify_ask", "decline_polite", "repeat_no", "firm_close", "no_reply", "no_reply"]


async def test_drafts_that_were_not_sent_do_not_climb(world, robin):
    """Only what was sent counts: after three drafts that wait, a decline is still recommended."""
    for _ in range(3):
        await robin.drafts("one_off", "favour")
        world.slack.ask_again("DANA")
    assert (await _asked_again(robin, "one_off", "favour"))[0] == "decline_favour"


@pytest.mark.parametrize("relationship", ["manager", "report", "client"])
async def test_some_people_are_never_closed_off(world, robin, languages: Languages, relationship):
    """A manager, a report or a client who goes on asking gets the same no, never a closed door or silence."""
    offered = set()
    await robin.uses_the_shortcut()
    await robin.picks(ids.RELATIONSHIP, relationship)
    for _ in range(6):
        await robin.picks(ids.SITUATION, "repeat_asker")
        now = values(robin.modal, ids.SCRIPT)
        offered |= set(now)
        await robin.picks(ids.SCRIPT, "repeat_no" if "repeat_no" in now else "decline_polite")
        await robin.submits()
        await robin.presses(robin.from_the_app[-1], ids.SENT)
        world.slack.ask_again("DANA")
        await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "repeat_asker")
    assert {"decline_polite", "repeat_no"} <= offered
    assert offered.isdisjoint({"firm_close", "no_reply"})
    assert languages["en"]("history.guarded") in words(robin.modal)


async def test_the_fifth_ask_comes_with_a_hint(world, robin, say):
    """Who asks for the fifth time may be met firmly, and the modal says so; before that it does not."""
    hinted = []
    for _ in range(5):
        await robin.drafts("repeat_asker", script="decline_polite")
        await robin.presses(robin.from_the_app[-1], ids.SENT)
        await _asked_again(robin)
        hinted.append(say("history.many") in words(robin.modal))
        world.slack.ask_again("DANA")
    assert hinted == [False, False, False, False, True]


async def test_nobody_in_trouble_is_closed_off(world, robin):
    """Where more is at stake, a closed door is taken away as soon as the author says so."""
    for script in ("decline_polite", "repeat_no"):
        await robin.presses(await robin.drafts("repeat_asker", script=script), ids.SENT)
        world.slack.ask_again("DANA")
    assert (await _asked_again(robin))[0] == "firm_close"
    await robin.picks(ids.SENSITIVE, ["yes"])
    assert "firm_close" not in values(robin.modal, ids.SCRIPT)


async def test_the_ladder_is_each_persons_own(world, robin):
    """What Ana was told does not make the first answer to Mark a firmer one."""
    for script in ("decline_polite", "repeat_no"):
        await robin.presses(await robin.drafts("repeat_asker", script=script), ids.SENT)
        world.slack.ask_again("DANA")
    mark = robin.beside("UMARK")
    await mark.uses_the_shortcut()
    await mark.picks(ids.SITUATION, "one_off")
    assert values(mark.modal, ids.SCRIPT)[0] == "decline_polite"


async def test_the_ladder_is_each_authors_own(world, robin):
    """What one author told somebody is unknown to another author."""
    world.authors.add("UCOL")
    await robin.presses(await robin.drafts(), ids.SENT)
    kim = Author(world, "UCOL", "CGENERAL")
    await kim.types("@ana")
    assert not says(kim.modal, "history.told_plain")
    assert chosen(kim.modal, ids.SITUATION) is None


# two clicks at once


@pytest.mark.at_scale
async def test_two_clicks_at_once_are_both_kept(world, robin, message):
    """Of *I sent it* and an edit at the same moment neither goes over what the other one wrote."""
    await robin.presses(message, ids.EDIT_DRAFT)
    await asyncio.gather(robin.presses(message, ids.SENT), robin.submits(text="No, Ana, I cannot."))
    view = await robin.opens_home()
    assert ids.SENT not in actions(view.blocks)
    await robin.presses(message, ids.REOPEN)
    assert draft(await robin.opens_the_draft()) == "No, Ana, I cannot."


@pytest.mark.at_scale
async def test_a_reminder_is_not_written_over(world, robin):
    """A reminder that is set while the text of the same draft is edited is known afterwards."""
    mark = robin.beside("UMARK")
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.EDIT_DRAFT)
    await mark.presses(message, ids.SENT)
    await asyncio.gather(mark.presses(message, ids.REMIND), mark.submits(text="No, Mark."))
    assert ids.REMINDER_MENU in actions((await mark.opens_home()).blocks)
