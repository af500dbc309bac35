"""Reminders: set in one click or on another day, kept by Slack, and what is said when one has come."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import ids
from bot.catalogue import Catalogue
from bot.ladder import Outcome
from bot.localization import Language, Languages
from bot.playground import Message
from bot.playground.conversations import Scheduled
from bot.records import Author as Account
from bot.records import Reminder
from bot.stores.connection import connect
from bot.stores.encryption import Vault
from bot.stores.history import History
from bot.stores.places import author_keys
from bot.stores.reminders import Reminders
from bot.workspace import Settings
from tests import slack_requests
from tests.author import Author, actions, chosen, element, makes_admin, words
from tests.conftest import TEAM, World
from tests.test_browsing import goes, remember
from tests.test_shelves import cost

YOU = Account(TEAM, "UYOU")

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS = 14
"""The follow-up of the answer to a sales pitch."""

ATTEMPTS = pytest.mark.parametrize("trouble", ["fails", "hangs", "ratelimited", "missing_scope"])


@pytest.fixture
def mark(robin: Author) -> Author:
    """The author, in their conversation with Mark."""
    return robin.beside("UMARK")


@pytest.fixture
async def sent(mark: Author) -> Message:
    """What stands in the place of a draft for Mark that was sent."""
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.SENT)
    return message


@pytest.fixture
async def reminded(mark: Author, sent: Message) -> Message:
    """The same, with a reminder."""
    await mark.presses(sent, ids.REMIND)
    return sent


@pytest.fixture
async def history(world: World, server) -> AsyncIterator[History]:
    """What the app remembers, with its keys."""
    async with connect(server.url) as redis:
        made = History(redis, Vault(world.app.keys))
        await made.settle()
        yield made


@pytest.fixture
def days_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Both sides are so many days on."""

    def go_on(days: float) -> None:
        world.clock.ahead += days * 24 * 3600
        monkeypatch.setattr("bot.reminding.now", world.clock)

    return go_on


def scheduled(world: World, user: str = "UYOU") -> list[Scheduled]:
    """What Slack keeps for somebody."""
    return world.slack.workspace.pending(world.slack.workspace.app_dm(user).id)


def calls(world: World, method: str) -> int:
    """How often Slack was asked."""
    return sum(call.method == method for call in world.slack.calls)


def a_working_day(days: int) -> date:
    """So many days ahead, or the Monday after."""
    day = datetime.now(AMSTERDAM).date() + timedelta(days=days)
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def on(day: date, say: Language) -> str:
    """A day as it is written."""
    return say.day(day, datetime.now(AMSTERDAM).date())


def meets(world: World, trouble: str, method: str) -> None:
    """Slack is in trouble with a method."""
    if trouble in {"fails", "hangs"}:
        getattr(world.troubles, trouble)(method)
    else:
        world.troubles.refuses(method, trouble)


def index(world: World) -> list[bytes]:
    """The drafts that have a reminder, as the app has it."""
    return world.redis.zrange("decline:{T0PLAY:UYOU}:reminders", 0, -1)


async def arrives(mark: Author, days_pass: Callable[[float], None]) -> Message:
    """The reminder has come."""
    days_pass(DAYS + 4)
    return mark.app_dm[-1]


# Set


async def test_i_sent_it_asks_nothing_more(world, mark, sent, say):
    """A reminder is offered, with its day, and none is set without a click."""
    assert element(sent, ids.REMIND)["text"]["text"] == say(
        "reminder.offer", date=on(a_working_day(DAYS), say)
    )
    assert actions(sent.blocks) == [ids.REMIND, ids.REMINDER_DAY, ids.REOPEN]
    assert (scheduled(world), index(world)) == ([], [])


async def test_one_click_sets_it(world, reminded, say):
    """Slack keeps a message for nine in the morning of that day, in the app's own conversation."""
    (kept,) = scheduled(world)
    at = datetime.fromtimestamp(kept.post_at, AMSTERDAM)
    assert (at.date(), at.hour) == (a_working_day(DAYS), 9)
    assert say("reminder.set", date=on(at.date(), say)) in words(reminded)
    assert actions(reminded.blocks) == [ids.REMINDER_DAY, ids.NO_REMINDER, ids.REOPEN]


async def test_nothing_is_offered_where_there_is_nothing_to_come_back_to(robin):
    """A plain no has no follow-up, and no reminder."""
    message = await robin.drafts()
    await robin.presses(message, ids.SENT)
    assert actions(message.blocks) == [ids.REOPEN]


async def test_a_chosen_silence_has_a_reminder_too(world, robin, say):
    """After three months the author may look back at a silence."""
    for script in ("decline_polite", "firm_close"):
        await robin.presses(await robin.drafts("repeat_asker", script=script), ids.SENT)
        world.slack.ask_again("DANA")
    message = await robin.drafts("repeat_asker", script="no_reply")
    await robin.presses(message, ids.SENT)
    await robin.presses(message, ids.REMIND)
    (kept,) = scheduled(world)
    comes, today = (datetime.fromtimestamp(at, AMSTERDAM).date() for at in (kept.post_at, time.time()))
    assert say("reminder.told_silence", date=say.day(today, comes)) in words(kept.blocks)


async def test_a_pause_is_reminded_of_when_it_ends(world, robin, catalogue: Catalogue):
    """Where a day was agreed on, that is the day, whatever is usual."""
    ends = a_working_day(40)
    sonya = robin.beside("USONYA")
    until = next(one.id for one in catalogue["coffee_pause"].facts.details if one.until)
    filled = {"demand": "the move to our new office", until: ends.isoformat()}
    message = await sonya.drafts("coffee", script="coffee_pause", **filled)
    await sonya.presses(message, ids.SENT)
    await sonya.presses(message, ids.REMIND)
    assert datetime.fromtimestamp(scheduled(world)[0].post_at, AMSTERDAM).date() == ends


async def test_it_comes_in_the_authors_own_morning(world, mark, sent):
    """For an author in Auckland, nine o'clock is Auckland's."""
    zone = ZoneInfo("Pacific/Auckland")
    people = world.slack.workspace.users
    people["UYOU"] = replace(people["UYOU"], tz=str(zone))
    assert (await world.slack._tell_of("UYOU")).status == 200
    await mark.presses(sent, ids.REMIND)
    assert datetime.fromtimestamp(scheduled(world)[0].post_at, zone).hour == 9


@pytest.mark.at_scale
async def test_two_clicks_set_one(world, mark, sent):
    """Of two clicks at once, one sets the reminder, and what Slack keeps is what the app knows."""
    await asyncio.gather(mark.presses(sent, ids.REMIND), mark.presses(sent, ids.REMIND))
    assert (len(scheduled(world)), len(index(world))) == (1, 1)
    assert ids.NO_REMINDER in actions(sent.blocks)
    await mark.presses(sent, ids.NO_REMINDER)
    assert scheduled(world) == []


async def test_a_second_click_sets_nothing(world, mark, sent):
    """A button from before, pressed again, schedules nothing more."""
    value = element(sent, ids.REMIND)["value"]
    await mark.presses(sent, ids.REMIND)
    await slack_requests.interaction(world, slack_requests.block_action(ids.REMIND, value=value))
    assert (calls(world, "chat.scheduleMessage"), len(scheduled(world))) == (1, 1)


async def test_an_offer_that_is_too_old_sets_nothing(world, mark, sent, say):
    """The button of a message that was left standing names a day that has passed."""
    draft = element(sent, ids.REMIND)["value"].partition(":")[2]
    value = f"{datetime.now(AMSTERDAM).date().isoformat()}:{draft}"
    await slack_requests.interaction(
        world, slack_requests.block_action(ids.REMIND, value=value, response_url=mark.response_url())
    )
    assert (scheduled(world), words(mark.from_the_app[-1])) == ([], say("trouble.reminder_past"))


@pytest.mark.parametrize("value", ["", "soon:{}", "2027-02-30:{}", "{}"])
async def test_an_offer_that_was_never_made_sets_nothing(world, sent, value):
    """What no button of the app holds is an error, and changes nothing."""
    draft = element(sent, ids.REMIND)["value"].partition(":")[2]
    await slack_requests.interaction(
        world, slack_requests.block_action(ids.REMIND, value=value.format(draft))
    )
    assert (scheduled(world), index(world)) == ([], [])


async def test_somebody_elses_reminder_cannot_be_set(world, sent):
    """The id of a draft leads nowhere for anybody but its author."""
    world.authors.add("UCOL")
    value = element(sent, ids.REMIND)["value"]
    user = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": TEAM}
    await slack_requests.interaction(world, slack_requests.block_action(ids.REMIND, value=value, user=user))
    assert (scheduled(world), scheduled(world, "UCOL")) == ([], [])


# Another day


async def test_another_day_begins_with_the_usual_one(mark, sent):
    """The modal proposes the day of the offer."""
    await mark.presses(sent, ids.REMINDER_DAY)
    assert chosen(mark.modal, ids.REMINDER_DAY) == a_working_day(DAYS).isoformat()


@pytest.mark.parametrize("days", [1, 3, 4, 119])
async def test_the_author_may_pick_any_day(world, mark, sent, days):
    """From tomorrow to Slack's limit every day is taken as it is, a weekend too."""
    day = datetime.now(AMSTERDAM).date() + timedelta(days=days)
    await mark.presses(sent, ids.REMINDER_DAY)
    await mark.submits(**{ids.REMINDER_DAY: day.isoformat()})
    assert mark.top is None
    assert datetime.fromtimestamp(scheduled(world)[0].post_at, AMSTERDAM).date() == day
    assert ids.NO_REMINDER in actions(sent.blocks)


@pytest.mark.parametrize("days", [0, -1, -400])
async def test_a_day_that_has_passed_is_refused(world, mark, sent, say, days):
    """Today and before get a sentence under the field."""
    day = datetime.now(AMSTERDAM).date() + timedelta(days=days)
    await mark.presses(sent, ids.REMINDER_DAY)
    await mark.submits(**{ids.REMINDER_DAY: day.isoformat()})
    assert mark.modal.errors == {ids.REMINDER_DAY: say("reminder.past")}
    assert (scheduled(world), index(world)) == ([], [])


@pytest.mark.parametrize("days", [121, 150, 4000])
async def test_a_day_beyond_slacks_limit_is_explained(world, mark, sent, say, days):
    """The sentence says how far Slack goes, and the last day that works does."""
    today = datetime.now(AMSTERDAM).date()
    await mark.presses(sent, ids.REMINDER_DAY)
    await mark.submits(**{ids.REMINDER_DAY: (today + timedelta(days=days)).isoformat()})
    (sentence,) = mark.modal.errors.values()
    last = next(
        day for day in (today + timedelta(days=120), today + timedelta(days=119)) if on(day, say) in sentence
    )
    assert sentence == say("reminder.too_far", date=on(last, say))
    assert scheduled(world) == []
    await mark.submits(**{ids.REMINDER_DAY: last.isoformat()})
    assert (mark.top, len(scheduled(world))) == (None, 1)


class TestKeptForAMonth:
    """Where drafts are kept for thirty days only."""

    @pytest.fixture
    def settings(self):
        """What the admins chose."""
        return Settings(retention_days=30)

    async def test_a_reminder_does_not_outlive_its_draft(self, world, mark, sent, say):
        """A day on which the draft is gone is refused, with the last one that works."""
        today = datetime.now(AMSTERDAM).date()
        await mark.presses(sent, ids.REMINDER_DAY)
        await mark.submits(**{ids.REMINDER_DAY: (today + timedelta(days=31)).isoformat()})
        (sentence,) = mark.modal.errors.values()
        assert sentence in {
            say("reminder.outlives", date=on(today + timedelta(days=days), say)) for days in (29, 30)
        }
        assert scheduled(world) == []


async def test_nothing_picked_is_said(world, mark, sent, say):
    """A submission without a day changes nothing."""
    await mark.presses(sent, ids.REMINDER_DAY)
    view = slack_requests.fill(mark.modal.payload(), **{ids.REMINDER_DAY: None})
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view))
    assert answered.json["errors"] == {ids.REMINDER_DAY: say("reminder.past")}
    assert scheduled(world) == []


async def test_a_draft_deleted_while_its_modal_is_open(world, mark, sent, say):
    """The modal says that the draft is gone, and nothing is set."""
    home_draft = element(sent, ids.REOPEN)["value"]
    await mark.presses(sent, ids.REMINDER_DAY)
    menu = {
        "type": "overflow",
        "action_id": ids.DRAFT_MENU,
        "block_id": "draft:1",
        "selected_option": {
            "value": f"delete:{home_draft}",
            "text": {"type": "plain_text", "text": "Delete"},
        },
    }
    await slack_requests.interaction(world, slack_requests.block_action(ids.DRAFT_MENU, actions=[menu]))
    await mark.submits()
    assert words(mark.modal) == say("trouble.gone")
    assert scheduled(world) == []


# Moved and taken back


@pytest.mark.at_scale
async def test_a_reminder_is_moved(world, mark, reminded, say):
    """There is one reminder for a draft: a new day takes the place of the old one."""
    before, day = scheduled(world), a_working_day(30)
    await mark.presses(reminded, ids.REMINDER_DAY)
    await mark.submits(**{ids.REMINDER_DAY: day.isoformat()})
    (kept,) = scheduled(world)
    assert kept.id != before[0].id
    assert datetime.fromtimestamp(kept.post_at, AMSTERDAM).date() == day
    assert say("reminder.set", date=on(day, say)) in words(reminded)


async def test_the_same_day_again_asks_nothing_of_slack(world, mark, reminded):
    """A modal that is sent unchanged moves nothing."""
    before = scheduled(world)
    await mark.presses(reminded, ids.REMINDER_DAY)
    await mark.submits()
    assert (scheduled(world), calls(world, "chat.deleteScheduledMessage")) == (before, 0)


async def test_a_reminder_is_taken_back(world, mark, reminded):
    """*No reminder* leaves nothing with Slack or in the index, and offers one again."""
    await mark.presses(reminded, ids.NO_REMINDER)
    assert (scheduled(world), index(world)) == ([], [])
    assert ids.REMIND in actions(reminded.blocks)


@pytest.mark.at_scale
async def test_undo_takes_the_reminder_along(world, mark, reminded):
    """A draft that waits again has nothing to come back to, and later its reminder is offered anew."""
    await mark.presses(reminded, ids.REOPEN)
    assert (scheduled(world), index(world)) == ([], [])
    await mark.presses(reminded, ids.SENT)
    assert ids.REMIND in actions(reminded.blocks)


@pytest.mark.at_scale
async def test_deleting_takes_the_reminder_along(world, mark, reminded):
    """What is deleted does not come back weeks later."""
    draft = element(reminded, ids.REOPEN)["value"]
    await slack_requests.interaction(
        world,
        slack_requests.block_action(
            ids.DRAFT_MENU,
            response_url=mark.response_url(),
            actions=[
                {
                    "type": "overflow",
                    "action_id": ids.DRAFT_MENU,
                    "block_id": "draft:1",
                    "selected_option": {
                        "value": f"delete:{draft}",
                        "text": {"type": "plain_text", "text": "-"},
                    },
                }
            ],
        ),
    )
    assert (world.saved, scheduled(world), index(world)) == (0, [], [])


# When Slack fails


@ATTEMPTS
async def test_slack_does_not_take_it(world, mark, sent, say, trouble):
    """When Slack does not schedule, the author reads so, and nothing is recorded."""
    meets(world, trouble, "chat.scheduleMessage")
    await mark.presses(sent, ids.REMIND)
    assert words(mark.from_the_app[-1]) == say("trouble.reminder_not_set")
    assert index(world) == []
    world.troubles.end()
    await mark.presses(sent, ids.REMIND)
    assert (len(scheduled(world)), len(index(world))) == (1, 1)


@ATTEMPTS
async def test_slack_does_not_take_it_from_the_modal(world, mark, sent, say, trouble):
    """The sentence stands under the field, and the modal can be sent again."""
    await mark.presses(sent, ids.REMINDER_DAY)
    meets(world, trouble, "chat.scheduleMessage")
    await mark.submits()
    assert mark.modal.errors == {ids.REMINDER_DAY: say("trouble.reminder_not_set")}
    world.troubles.end()
    await mark.submits()
    assert (mark.top, len(scheduled(world))) == (None, 1)


@pytest.mark.in_earnest
@ATTEMPTS
async def test_slack_does_not_give_it_up(world, mark, reminded, say, trouble):
    """When Slack does not take a reminder back, it stays as it was, and the author reads so."""
    before = scheduled(world)
    meets(world, trouble, "chat.deleteScheduledMessage")
    for action_id in (ids.NO_REMINDER, ids.REOPEN):
        await mark.presses(reminded, action_id)
        assert words(mark.from_the_app[-1]) == say("trouble.reminder_still_set")
    await mark.presses(reminded, ids.REMINDER_DAY)
    await mark.submits(**{ids.REMINDER_DAY: a_working_day(30).isoformat()})
    assert mark.modal.errors == {ids.REMINDER_DAY: say("trouble.reminder_still_set")}
    assert (scheduled(world), len(index(world))) == (before, 1)
    assert ids.NO_REMINDER in actions(reminded.blocks)


@ATTEMPTS
async def test_slack_fails_between_the_old_day_and_the_new(world, mark, reminded, say, trouble):
    """The old one is gone and the new one was not taken: that is what the author reads and what is kept."""
    await mark.presses(reminded, ids.REMINDER_DAY)
    meets(world, trouble, "chat.scheduleMessage")
    await mark.submits(**{ids.REMINDER_DAY: a_working_day(30).isoformat()})
    assert mark.modal.errors == {ids.REMINDER_DAY: say("trouble.reminder_lost")}
    assert (scheduled(world), index(world)) == ([], [])
    assert ids.REMIND in actions(reminded.blocks)


async def test_a_reminder_that_slack_has_lost_can_be_moved(world, mark, reminded):
    """What Slack does not know any more is as good as taken back."""
    world.slack.workspace.scheduled.clear()
    await mark.presses(reminded, ids.REMINDER_DAY)
    await mark.submits(**{ids.REMINDER_DAY: a_working_day(30).isoformat()})
    assert (mark.top, len(scheduled(world))) == (None, 1)


async def test_where_nobody_says_what_time_it_is(world, mark, sent, say):
    """Without the author's time zone no morning is theirs, so nothing is set."""
    world.redis.delete("decline:{T0PLAY:UYOU}:profile")
    world.troubles.fails("users.info")
    await mark.presses(sent, ids.REMIND)
    assert words(mark.from_the_app[-1]) == say("trouble.reminder_not_set")
    assert scheduled(world) == []


# When it has come


async def test_it_is_complete_in_itself(mark, sent, say, catalogue: Catalogue, days_pass):
    """It says who, what they were told and when, and what to do, and quotes nothing of what they wrote."""
    asked = [one.text for one in mark.messages if not one.by_app]
    await mark.presses(sent, ids.REMIND)
    message, script = await arrives(mark, days_pass), catalogue["decline_pitch"].words["en"]
    comes = datetime.fromtimestamp(float(message.ts), AMSTERDAM).date()
    today = datetime.now(AMSTERDAM).date()
    told = say("reminder.told_message", date=say.day(today, comes), script=script.title)
    for line in (say("reminder.question", name="Mark"), told, script.follow_up):
        assert line in words(message)
    assert message.text == f"{say('reminder.question', name='Mark')} {told}"
    assert actions(message.blocks) == [ids.HELD, ids.ASKED_AGAIN]
    assert not any(text in words(message) for text in asked)


async def test_it_carries_no_metadata(world, reminded):
    """Slack takes a scheduled message with metadata and never posts it."""
    (call,) = (call for call in world.slack.calls if call.method == "chat.scheduleMessage")
    assert "metadata" not in call.arguments


@pytest.mark.at_scale
async def test_it_held(mark, reminded, say, days_pass):
    """The author says that it held: a line stays, and history has it."""
    message = await arrives(mark, days_pass)
    await mark.presses(message, ids.HELD)
    assert words(message) == say("reminder.noted_held", name="Mark")
    assert f"sent, {say('outcome.held')}" in words(await mark.opens_home())
    assert index(mark.world) == []


async def test_it_held_twice_is_once(world, mark, reminded, say, days_pass):
    """A second press finds the same line."""
    message = await arrives(mark, days_pass)
    value = element(message, ids.HELD)["value"]
    for _ in range(2):
        await slack_requests.interaction(
            world,
            slack_requests.block_action(ids.HELD, value=value, response_url=mark.response_url()),
        )
    assert f"sent, {say('outcome.held')}" in words(await mark.opens_home())


@pytest.mark.at_scale
async def test_they_asked_again(world, mark, reminded, say, days_pass):
    """The modal opens for that person on the next step, and the reminder is done."""
    message = await arrives(mark, days_pass)
    await mark.presses(message, ids.ASKED_AGAIN)
    assert chosen(mark.modal, ids.REQUESTER) == "UMARK"
    assert chosen(mark.modal, ids.SITUATION) == "repeat_asker"
    assert chosen(mark.modal, ids.SCRIPT) == "repeat_no"
    assert say("reminder.noted_again", name="Mark") in words(message)
    assert actions(message.blocks) == [ids.ASKED_AGAIN]
    await mark.submits()
    assert "Mark" in words(mark.app_dm[-1])
    assert f"sent, {say('outcome.asked_again')}" in words(await mark.opens_home())


async def test_they_asked_again_somebody_without_slack(world, robin, days_pass):
    """Somebody who is known by name only is who the modal is for, also after it was drawn anew."""
    await robin.types("the offer")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.NAME, "Bo")
    await robin.picks(ids.KIND, "pitch")
    await robin.picks(ids.SCRIPT, "decline_pitch")
    await robin.submits()
    message = robin.from_the_app[-1]
    await robin.presses(message, ids.SENT)
    await robin.presses(message, ids.REMIND)
    await robin.presses(await arrives(robin, days_pass), ids.ASKED_AGAIN)
    view = await robin.picks(ids.TONE, "firm")
    assert (chosen(view, ids.NAME), chosen(view, ids.SITUATION)) == ("Bo", "repeat_asker")


@pytest.mark.parametrize("action_id", [ids.HELD, ids.ASKED_AGAIN])
async def test_a_draft_that_was_deleted_meanwhile(world, mark, reminded, say, days_pass, action_id):
    """A reminder whose draft is gone says so, and opens nothing."""
    message = await arrives(mark, days_pass)
    for key in world.redis.scan_iter("*:draft:*"):
        world.redis.delete(key)
    await mark.presses(message, action_id)
    assert words(mark.app_dm[-1]) == say("trouble.gone")
    assert mark.top is None


@pytest.mark.parametrize("action_id", [ids.HELD, ids.ASKED_AGAIN])
async def test_another_author_says_nothing_of_it(world, mark, reminded, say, action_id):
    """Somebody else with the id of the draft changes nothing."""
    world.authors.add("UCOL")
    draft = element(reminded, ids.REOPEN)["value"]
    user = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": TEAM}
    await slack_requests.interaction(world, slack_requests.block_action(action_id, value=draft, user=user))
    assert (len(scheduled(world)), len(index(world))) == (1, 1)
    assert world.slack.top_view("UCOL") is None


async def test_an_answer_to_an_old_reminder_takes_back_the_new_one(world, mark, reminded, days_pass):
    """Who moved a reminder that had come, and then says that it held, is not reminded once more."""
    message = await arrives(mark, days_pass)
    home = await mark.opens_home()
    await mark.presses(home, ids.REMINDER_MENU, ids.REMINDER_DAY)
    day = datetime.fromtimestamp(world.clock(), AMSTERDAM).date() + timedelta(days=10)
    await mark.submits(**{ids.REMINDER_DAY: day.isoformat()})
    assert len(scheduled(world)) == 1
    await mark.presses(message, ids.HELD)
    assert (scheduled(world), index(world)) == ([], [])


async def test_a_list_is_done(world, robin, say, days_pass):
    """Nobody asks again after a checklist: its reminder has one button, which says so."""
    petra = robin.beside("UPETRA")
    details = {"wins": "a site", "needs": "speed", "attempts": "wrote it down", "contract_checked": ["yes"]}
    await petra.presses(await petra.drafts("supplier", **details), ids.SENT)
    message = await petra.drafts("supplier", script="supplier_next_contract")
    await petra.presses(message, ids.SENT)
    await petra.presses(message, ids.REMIND)
    days_pass(70)
    assert actions(petra.app_dm[-1].blocks) == [ids.HELD]
    await petra.presses(petra.app_dm[-1], ids.HELD)
    assert words(petra.app_dm[-1]) == say("reminder.noted_done")


# In Home


@pytest.mark.at_scale
async def test_home_lists_what_is_coming(mark, reminded, say, catalogue: Catalogue):
    """The day, who it is about and what they were told."""
    home = await mark.opens_home()
    lines = words(home)
    assert f"{on(a_working_day(DAYS), say)}  ·  *Mark*" in lines
    assert f"*Mark*  ·  {catalogue['decline_pitch'].words['en'].title}" in lines
    assert ids.HELD not in actions(home.blocks)


async def test_home_lists_what_is_due(mark, reminded, say, days_pass):
    """What has come and was not answered can be answered there."""
    await arrives(mark, days_pass)
    home = await mark.opens_home()
    assert [one for one in actions(home.blocks) if one.startswith("reminder")] == [
        ids.HELD,
        ids.ASKED_AGAIN,
        ids.REMINDER_MENU,
    ]
    await mark.presses(home, ids.HELD)
    assert ids.HELD not in actions(mark.home.blocks)
    assert say("reminder.empty") in words(mark.home)


async def test_asked_again_works_in_home(mark, reminded, days_pass):
    """The modal opens over Home, and what is due is done."""
    await arrives(mark, days_pass)
    await mark.presses(await mark.opens_home(), ids.ASKED_AGAIN)
    assert chosen(mark.modal, ids.SCRIPT) == "repeat_no"
    assert ids.ASKED_AGAIN not in actions(mark.home.blocks)


@pytest.mark.at_scale
async def test_a_reminder_is_moved_and_cancelled_in_home(world, mark, reminded, say):
    """Home is drawn anew with the other day, and then without."""
    day = a_working_day(30)
    await mark.presses(await mark.opens_home(), ids.REMINDER_MENU, ids.REMINDER_DAY)
    await mark.submits(**{ids.REMINDER_DAY: day.isoformat()})
    assert f"{on(day, say)}  ·  *Mark*" in words(mark.home)
    await mark.presses(mark.home, ids.REMINDER_MENU, ids.NO_REMINDER)
    assert say("reminder.empty") in words(mark.home)
    assert (scheduled(world), index(world)) == ([], [])


async def test_home_counts_what_it_does_not_show(world, mark, reminded, say):
    """Of a thousand reminders Home reads ten, forgets those whose draft is gone, and counts the rest."""
    far = int(time.time()) + 90 * 24 * 3600
    world.redis.zadd("decline:{T0PLAY:UYOU}:reminders", {f"other{n}": far + n for n in range(1000)})
    home = await mark.opens_home()
    assert say("home.all_reminders", n=1000 - 8) in words(home)


async def test_of_two_reminders_at_once_one_is_kept(history, catalogue):
    """Both found the draft without one; the other is told, and takes its own back at Slack."""
    (record,) = await remember(history, catalogue, 1)
    reminders = Reminders(history._redis, history._vault)
    both = [replace(record, reminder=Reminder(record.on, 2_000_000_000 + n, f"Q{n}", "D1")) for n in (1, 2)]
    await asyncio.gather(*(history._redis.ping() for _ in both))  # a connection for each
    kept = await asyncio.gather(*(reminders.exchange(YOU, record, one) for one in both))
    assert sorted(kept) == [False, True]
    assert await history.draft(YOU, record.id) == both[kept.index(True)]


async def test_reminders_are_read_by_the_page(world, robin, say, catalogue, history, days_pass):
    """Those that have come lead, the latest first, then those to come; each page has its part of them."""
    records = await remember(history, catalogue, 23, outcome=Outcome.SENT, script_id="decline_pitch")
    reminders, now = Reminders(history._redis, history._vault), int(time.time())
    for number, record in enumerate(records):
        at = now + (number - 12) * 24 * 3600
        day = datetime.fromtimestamp(at, AMSTERDAM).date()
        there = replace(record, reminder=Reminder(day, at, f"Q{number}", "D1"))
        assert await reminders.exchange(YOU, record, there)
    await robin.opens_home()
    home = await goes(robin, "reminders")
    seen = []
    for _ in range(3):
        asked = [words(one) for one in home.blocks if one["type"] == "section"]
        seen.append([int(one) for one in re.findall(r"Person (\d+)", "\n".join(asked))])
        home = await goes(robin, "older") if f"{ids.GO}older" in actions(home.blocks) else home
    assert seen == [[*range(12, 2, -1)], [2, 1, 0, *range(13, 20)], [20, 21, 22]]
    await goes(robin, "back")
    await robin.presses(await goes(robin, "reminders"), ids.HELD)
    assert say("home.range", first=1, last=10, n=22) in words(robin.home)
    assert "Person 12" not in words(robin.home)


async def test_a_page_of_reminders_costs_the_same(world, history, catalogue):
    """Commands and bytes do not grow with how many there are."""
    records = await remember(history, catalogue, 10)
    reminders, index, costs = Reminders(history._redis, history._vault), "decline:{T0PLAY:UYOU}:reminders", []
    world.redis.zadd(index, {one.id: 2e9 for one in records})
    for many in (10, 100_000):
        world.redis.zadd(index, {f"far{n}": 3e9 + n for n in range(many - 10)} or {records[0].id: 2e9})
        await reminders.read(YOU, time.time(), 0, 10)
        costs.append(await cost(world.redis, reminders.read(YOU, time.time(), 0, 10)))
    (few, sent), (many, sent_of_many) = costs
    assert few == many
    assert abs(sent - sent_of_many) < 120
    assert sent > 500


async def test_reminders_are_the_authors_own(world, mark, reminded, say):
    """Nobody sees anybody else's."""
    world.authors.add("UCOL")
    makes_admin(world, "UCOL", admin=True)
    kim = Author(world, "UCOL", "CGENERAL")
    assert "Mark" not in words(await kim.opens_home())


@pytest.mark.parametrize("language", ["nl", "nb"])
async def test_it_comes_in_the_authors_language(world, mark, languages: Languages, language):
    """The language is the author's at the time they asked for it."""
    await mark.presses(await mark.opens_home(), ids.APP_LANGUAGE, language)
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.SENT)
    await mark.presses(message, ids.REMIND)
    assert languages[language]("reminder.question", name="Mark") in words(scheduled(world)[0].blocks)


async def test_uninstalling_knows_of_them(world, reminded, server):
    """Every key that a reminder leaves is among those that go when the app does."""
    async with connect(server.url) as redis:
        (known,) = await author_keys(redis, [Account(TEAM, "UYOU")])
    there = {key.decode() for key in world.redis.scan_iter("decline:{T0PLAY:UYOU}:*")}
    assert "decline:{T0PLAY:UYOU}:reminders" in there
    assert there <= set(known)


# What became of a draft


async def test_what_was_edited_and_sent_says_so(mark, say):
    """Edited and sent is an outcome of its own, in the message and in history."""
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.EDIT_DRAFT)
    await mark.submits(text="No, Mark.")
    await mark.presses(message, ids.SENT)
    assert message.text.startswith("Noted: sent to Mark on ")
    assert ", edited." in message.text
    assert f"·  {say('outcome.edited')}" in words(await mark.opens_home())
    await mark.types("history")
    assert say("outcome.edited") in words(mark.from_the_app[-1])
