"""Redis away: drafting goes on, what is not saved is carried by its own message, nothing is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession
from redis import Redis

from bot import ids
from bot.stores.embedded import EmbeddedServer
from tests.author import Author, actions, chosen, draft, element, preview, says, words
from tests.conftest import World, held_to_the_rules


@dataclass
class Power:
    """The switch of the server."""

    server: EmbeddedServer
    is_on: bool = False

    def off(self) -> None:
        """Stops it, as when its machine is gone."""
        if self.is_on:
            self.server.__exit__(None, None, None)
        self.is_on = False

    def on(self) -> None:
        """Starts it again, with what it held."""
        self.server.__enter__()
        self.is_on = True


@pytest.fixture
def power(tmp_path: Path) -> Iterator[Power]:
    """A server of the test's own."""
    switch = Power(EmbeddedServer(tmp_path))
    switch.on()
    yield switch
    switch.off()


@pytest.fixture
async def world(power: Power) -> AsyncIterator[World]:
    """The app and Slack, on a server that can be switched off."""
    with Redis.from_url(power.server.url) as redis:
        async with held_to_the_rules(power.server.url, redis) as made:
            yield made


# Away from the beginning


async def test_the_modal_opens_without_history(power, robin, say):
    """The shortcut works, with the requester, and says that history is away."""
    power.off()
    view = await robin.uses_the_shortcut()
    assert chosen(view, ids.REQUESTER) == "UANA"
    assert say("compose.away") in words(view)


async def test_nothing_is_said_of_history_while_it_is_there(robin, say):
    """The note is for when history is away, and for no other time."""
    assert say("compose.away") not in words(await robin.uses_the_shortcut())


async def test_a_draft_is_written_without_history(power, robin):
    """Every choice in the modal works while history is away."""
    power.off()
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.TONE, "warm")
    assert preview(robin.modal).startswith("Hi Ana")


async def test_history_says_that_it_is_away(power, robin, say):
    """`/decline history` is answered with a sentence."""
    power.off()
    delivery = await robin.types("history")
    assert (delivery.status, delivery.body["response_type"]) == (200, "ephemeral")
    assert words(robin.from_the_app[-1]) == say("trouble.away")


async def test_help_needs_no_history(power, robin, say):
    """`/decline help` works."""
    power.off()
    await robin.types("help")
    assert say("help.shortcut") in words(robin.from_the_app[-1])


async def test_home_says_that_it_is_away(power, robin, say):
    """Home is drawn, without drafts, with a sentence that says why."""
    await robin.drafts()
    power.off()
    home = await robin.opens_home()
    assert say("home.away") in words(home)
    assert (ids.OPEN_DRAFT in actions(home.blocks), ids.NEW_DRAFT in actions(home.blocks)) == (False, True)


async def test_a_language_cannot_be_chosen_while_away(power, robin, say):
    """A choice that cannot be kept is answered with a sentence."""
    await robin.opens_home()
    power.off()
    await robin.presses(robin.home, ids.APP_LANGUAGE, "nl")
    assert words(robin.modal) == say("trouble.away")


async def test_settings_cannot_be_opened_while_away(power, robin, say):
    """The button for admins is answered with a sentence: what is set may be others' work by now."""
    home = await robin.opens_home()
    power.off()
    await robin.presses(home, ids.SETTINGS)
    assert words(robin.modal) == say("trouble.away")


async def test_settings_cannot_be_saved_while_away(power, robin, say):
    """What was filled in is still there, under the sentence, to be saved when Redis is back."""
    await robin.presses(await robin.opens_home(), ids.SETTINGS)
    power.off()
    await robin.submits(retention_days="30")
    assert words(robin.modal) == say("trouble.away")
    await robin.world.slack.close("UYOU")
    power.on()
    await robin.submits()
    assert say("home.stores", days=30) in words(robin.home)


# Away when the draft is made


@pytest.fixture
async def unsaved(power: Power, robin: Author):
    """A draft that was made just after history went away."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    await robin.picks(ids.SCRIPT, "decline_polite")
    power.off()
    await robin.submits()
    return robin.from_the_app[-1]


async def test_a_draft_is_shown_that_could_not_be_saved(unsaved, say):
    """The draft appears all the same, and says that it is not saved."""
    assert draft(unsaved).startswith("Hi Ana")
    assert say("draft.unsaved") in words(unsaved)


async def test_an_unsaved_draft_can_be_read_by_nobody_else(unsaved):
    """What its buttons carry is sealed."""
    held = element(unsaved, ids.SENT)["value"]
    assert [one for one in ('"Ana"', "Hi Ana", "decline_polite", "one_off") if one in held] == []
    assert len(held) <= 2000


async def test_an_unsaved_draft_keeps_its_buttons_when_it_still_cannot_be_saved(unsaved, robin, say):
    """Pressed while history is away is answered with a sentence, and the draft stays where it is."""
    before = (words(unsaved), actions(unsaved.blocks))
    await robin.presses(unsaved, ids.SENT)
    assert words(robin.from_the_app[-1]) == say("trouble.away")
    assert (words(unsaved), actions(unsaved.blocks)) == before


async def test_an_unsaved_draft_is_saved_by_i_sent_it(power, unsaved, robin, say):
    """When history is back, the button saves the draft as sent."""
    power.on()
    await robin.presses(unsaved, ids.SENT)
    assert unsaved.text.startswith("Noted: sent to Ana on ")
    assert say("draft.unsaved") not in words(unsaved)
    await robin.types("history")
    assert "·  Say no, politely  ·  sent" in words(robin.from_the_app[-1])


async def test_an_unsaved_draft_moves_the_ladder_once_it_is_saved(power, unsaved, robin):
    """The next modal for this person knows what they were told."""
    power.on()
    await robin.presses(unsaved, ids.SENT)
    assert says(await robin.uses_the_shortcut(), "history.told_plain")


async def test_an_unsaved_draft_is_saved_once(power, unsaved, robin):
    """Pressing the buttons of a carried draft again makes no second one."""
    power.on()
    await robin.presses(unsaved, ids.SENT)
    await robin.presses(unsaved, ids.REOPEN)
    await robin.presses(unsaved, ids.SENT)
    assert robin.world.saved == 1


async def test_an_unsaved_draft_can_be_worded_anew(unsaved, robin, say):
    """Another wording works while history is away, and the message goes on carrying the draft."""
    before = draft(unsaved)
    await robin.presses(unsaved, ids.ANOTHER)
    assert draft(unsaved) not in {before, ""}
    assert say("draft.unsaved") in words(unsaved)


async def test_an_unsaved_draft_stays_where_it_goes(power, robin):
    """The message carries the place and the form of address as well: another wording keeps them."""
    robin.world.slack.speak("nl")
    await robin.uses_the_shortcut(robin.world.slack.say("UANA", "DANA", "Beste Robin, zou u dat doen?"))
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.MORE)
    await robin.picks(ids.CHANNEL, "email")
    power.off()
    await robin.submits()
    message = robin.from_the_app[-1]
    before = draft(message)
    await robin.presses(message, ids.ANOTHER)
    assert draft(message) != before
    assert draft(message).startswith("Onderwerp: Uw ")
    assert "\n\nDag Ana, " in draft(message)


async def test_an_unsaved_draft_can_be_edited(power, unsaved, robin, say):
    """The author's own text is carried too, and saved when history is back."""
    await robin.presses(unsaved, ids.EDIT_DRAFT)
    await robin.submits(text="No, Ana.")
    assert (draft(unsaved), say("draft.unsaved") in words(unsaved)) == ("No, Ana.", True)
    power.on()
    await robin.presses(unsaved, ids.SENT)
    await robin.presses(unsaved, ids.REOPEN)
    assert draft(unsaved) == "No, Ana."


async def test_any_button_saves_a_draft_once_history_is_back(power, unsaved, robin, say):
    """Another wording, too, saves what the message carried."""
    power.on()
    await robin.presses(unsaved, ids.ANOTHER)
    assert say("draft.unsaved") not in words(unsaved)
    assert draft(await robin.opens_the_draft()) == draft(unsaved)


async def test_a_draft_too_long_to_carry_is_still_shown(power, robin):
    """Where the buttons have no room for the text, it stands in the message, and its record is carried."""
    scatter = random.Random(1)
    text, thanks, instead = ("".join(chr(scatter.randint(0x4E00, 0x9FFF)) for _ in range(500)) for _ in "123")
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.MORE)
    await robin.picks(ids.DETAIL + "reason", text)
    await robin.picks(ids.DETAIL + "alternative", instead)
    power.off()
    await robin.submits(thanks_for=thanks)
    message = robin.from_the_app[-1]
    assert text in draft(message)
    assert actions(message.blocks) == [ids.SENT]
    power.on()
    await robin.presses(message, ids.SENT)
    assert says(await robin.uses_the_shortcut(), "history.told_plain")


# Away afterwards


@pytest.mark.parametrize("action_id", [ids.SENT, ids.ANOTHER, ids.EDIT_DRAFT])
async def test_a_saved_draft_stays_while_history_is_away(power, robin, say, action_id):
    """A button that needs history is answered with a sentence, and the message stays as it was."""
    message = await robin.drafts()
    before = (words(message), actions(message.blocks))
    power.off()
    await robin.presses(message, action_id)
    assert words(robin.from_the_app[-1]) == say("trouble.away")
    assert (words(message), actions(message.blocks)) == before


@pytest.mark.parametrize("choice", [ids.BESIDE, ids.NOT_SENT, ids.DELETE])
async def test_the_menu_changes_nothing_while_history_is_away(power, robin, say, choice):
    """Notes, setting aside and deleting say that history is away, and the draft is there afterwards."""
    message = await robin.drafts()
    power.off()
    await robin.presses(message, ids.DRAFT_MENU, choice)
    assert words(robin.from_the_app[-1]) == say("trouble.away")
    power.on()
    assert draft(await robin.opens_the_draft()) == draft(message)


async def test_a_button_in_home_is_answered_while_history_is_away(power, robin, say):
    """Pressed in Home, the sentence comes in a modal."""
    await robin.drafts()
    home = await robin.opens_home()
    power.off()
    await robin.presses(home, ids.SENT)
    assert words(robin.modal) == say("trouble.away")


async def test_an_edit_that_cannot_be_saved_stays_open(power, robin, say):
    """The modal with the author's text is still there under the sentence."""
    message = await robin.drafts()
    await robin.presses(message, ids.EDIT_DRAFT)
    under = robin.modal
    power.off()
    await robin.submits(text="No, Ana.")
    assert words(robin.modal) == say("trouble.away")
    await robin.world.slack.close(robin.user)
    assert (robin.modal.id, chosen(robin.modal, ids.TEXT)) == (under.id, "No, Ana.")


async def test_history_is_there_again(power, robin):
    """What was saved before is there when the server is."""
    await robin.presses(await robin.drafts(), ids.SENT)
    power.off()
    await robin.opens_home()
    power.on()
    assert says(await robin.uses_the_shortcut(), "history.told_plain")


async def test_a_server_that_takes_no_writes_is_away(world, robin, say):
    """When Redis is out of memory, drafts are shown unsaved."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    world.redis.config_set("maxmemory", "1")
    await robin.submits()
    assert say("draft.unsaved") in words(robin.from_the_app[-1])


@pytest.mark.parametrize("action_id", [ids.SENT, ids.ANOTHER])
async def test_a_saved_draft_stays_when_it_cannot_be_changed(world, robin, say, action_id):
    """When Redis is out of memory, a button on a saved draft is answered with a sentence."""
    message = await robin.drafts()
    before = (words(message), actions(message.blocks))
    world.redis.config_set("maxmemory", "1")
    await robin.presses(message, action_id)
    assert words(robin.from_the_app[-1]) == say("trouble.away")
    assert (words(message), actions(message.blocks)) == before


async def test_whoever_runs_the_app_is_told(world, power):
    """The app is alive while history is away, and not ready."""
    site = world.events_url.removesuffix("/slack/events")
    async with ClientSession(site) as session:
        for expected in (200, 503):
            async with session.get("/readyz") as ready, session.get("/healthz") as alive:
                assert (ready.status, alive.status) == (expected, 200)
            power.off()


# Silent


@pytest.fixture
async def silent() -> AsyncIterator[World]:
    """The app and Slack, with a Redis that takes every connection and never answers."""
    over = asyncio.Event()

    async def listens(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    redis = await asyncio.start_server(listens, "127.0.0.1", 0)
    port = redis.sockets[0].getsockname()[1]
    with Redis(port=port) as unused:
        async with held_to_the_rules(f"redis://127.0.0.1:{port}", unused) as made:
            yield made
    over.set()
    redis.close()
    await redis.wait_closed()


@pytest.mark.in_earnest
async def test_a_silent_redis_leaves_time_for_the_modal(silent: World, say):
    """With a Redis that never answers, the modal opens before the trigger is over."""
    view = await Author(silent).uses_the_shortcut()
    assert say("compose.away") in words(view)


@pytest.mark.in_earnest
async def test_a_silent_redis_leaves_time_for_the_draft(silent: World, say):
    """With a Redis that never answers, the draft is shown before Slack gives up."""
    robin = Author(silent)
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()
    assert say("draft.unsaved") in words(robin.from_the_app[-1])


@pytest.mark.in_earnest
async def test_a_silent_redis_leaves_time_for_another_wording(silent: World):
    """With a Redis that never answers, an unsaved draft can still be worded anew."""
    robin = Author(silent)
    await robin.types("the reference")
    await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})
    before = draft(robin.from_the_app[-1])
    await robin.presses(robin.from_the_app[-1], ids.ANOTHER)
    assert draft(robin.from_the_app[-1]) not in {before, ""}


@pytest.mark.in_earnest
async def test_a_silent_redis_is_waited_for_once(silent: World):
    """What was silent a moment ago is not asked again for the same submission."""
    robin = Author(silent)
    await robin.types("the reference")
    delivery = await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})
    assert delivery.seconds < 1.3


@pytest.mark.in_earnest
async def test_a_silent_redis_leaves_time_for_home(silent: World, say):
    """With a Redis that never answers, Home says so before Slack gives up."""
    assert say("home.away") in words(await Author(silent).opens_home())


@pytest.mark.in_earnest
async def test_a_silent_redis_leaves_time_for_a_sentence(silent: World, say):
    """With a Redis that never answers, `/decline history` is answered before Slack gives up."""
    robin = Author(silent)
    await robin.types("history")
    assert words(robin.from_the_app[-1]) == say("trouble.away")


# Away while there is a reminder


@pytest.mark.parametrize("action_id", [ids.REMINDER_DAY, ids.NO_REMINDER, ids.REOPEN])
async def test_a_reminder_waits_for_history(world, power, robin, say, action_id):
    """Nothing is asked of Slack for a reminder whose draft cannot be read, and the author is told."""
    mark = robin.beside("UMARK")
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.SENT)
    await mark.presses(message, ids.REMIND)
    before = dict(world.slack.workspace.scheduled)
    power.off()
    await mark.presses(message, action_id)
    assert words(mark.from_the_app[-1]) == say("trouble.away")
    assert world.slack.workspace.scheduled == before


@pytest.mark.parametrize("action_id", [ids.HELD, ids.ASKED_AGAIN])
async def test_an_answer_to_a_reminder_waits_for_history(world, power, robin, say, action_id):
    """*It held* and *They asked again* say that history is away, and work once it is back."""
    mark = robin.beside("UMARK")
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.SENT)
    await mark.presses(message, ids.REMIND)
    world.slack.let_days_pass(30)
    came = mark.app_dm[-1]
    power.off()
    await mark.presses(came, action_id)
    assert words(mark.app_dm[-1]) == say("trouble.away")
    assert mark.top is None
    power.on()
    await mark.presses(came, action_id)
    assert say("reminder.held") not in words(came)
