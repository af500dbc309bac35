"""App Home by the page, and a person and a draft in a modal, through the front door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import ids
from bot.browsing import Filter
from bot.catalogue import Kind, Situation
from bot.ladder import Outcome
from bot.localization import Language
from bot.records import Author as Account
from bot.records import Record, answer, person
from bot.stores.connection import connect
from bot.stores.encryption import Vault
from bot.stores.history import History
from bot.surfaces.place import HISTORY, Place
from tests import slack_requests
from tests.author import Author, actions, block, chosen, draft, element, preview, says, values, words
from tests.conftest import TEAM, World

ROBIN = Account(TEAM, "UYOU")


@pytest.fixture
async def history(world: World, server) -> AsyncIterator[History]:
    """What the app remembers, with its keys."""
    client = connect(server.url)
    made = History(client, Vault(world.app.keys))
    await made.settle()
    yield made
    await client.aclose()


async def remember(history: History, catalogue, count: int, name: str = "Person {}", **more) -> list[Record]:
    """So many drafts, each a minute younger than the one before."""
    saved = []
    for number in range(count):
        who, at = name.format(number), time.time() - 6000 + 60 * number
        record = Record(
            **{
                "id": f"d{number:03}",
                "person": history.person_id(ROBIN, who or f"U{number}"),
                "name": who,
                "user": "" if who else f"U{number}",
                "ask": f"ask{number}",
                "situation": Situation.ONE_OFF,
                "kind": Kind.INTRODUCTION,
                "script_id": "decline_polite",
                "language": "en",
                "tone": "neutral",
                "wording": 1,
                "text": f"Hi {who}, no.",
                "created": at,
                "changed": at,
                "on": datetime.now(UTC).date(),
                **more,
            }
        )
        meant = answer(replace(record, script_id="decline_polite"), catalogue["decline_polite"])
        await history.save(ROBIN, record, person(record), meant)
        saved.append(record)
    return saved


async def goes(author: Author, name: str):
    """Presses a button that leads to another page of Home."""
    await author.presses(author.home, ids.GO + name)
    return author.home


def lines(home) -> list[str]:
    """Whom the lines of history are about."""
    shown = [words(one) for one in home.blocks if one["type"] == "section" and "accessory" in one]
    return [one.split("*")[1] for one in shown]


async def opens(author: Author, name: str):
    """Opens somebody's modal from Home."""
    home = await author.opens_home()
    row = next(one for one in home.blocks if f"About {name}" in words(one))
    await author.world.slack.act(author.user, home, ids.OPEN_PERSON, block_id=row["block_id"])
    return author.modal


# pages


@pytest.mark.at_scale
async def test_history_is_read_by_the_page(robin, history, catalogue):
    """Older and newer lead through all drafts, ten at a time."""
    await remember(history, catalogue, 23)
    await robin.opens_home()
    await goes(robin, "history")
    assert lines(robin.home) == [f"Person {n}" for n in range(22, 12, -1)]
    await goes(robin, "older")
    await goes(robin, "older")
    assert lines(robin.home) == ["Person 2", "Person 1", "Person 0"]
    assert f"{ids.GO}older" not in actions(robin.home.blocks)
    assert lines(await goes(robin, "newer")) == [f"Person {n}" for n in range(12, 2, -1)]
    assert "New draft" in words(await goes(robin, "back"))


@pytest.mark.parametrize(
    ("value", "found"),
    [("outcome:sent", ["Ana"]), ("outcome:open", ["Mark"]), ("situation:coffee", []), (":", ["Mark", "Ana"])],
)
async def test_history_can_be_filtered(robin, value, found):
    """By what became of a draft and by what was going on; what is chosen stays chosen."""
    await robin.presses(await robin.drafts(), ids.SENT)
    await robin.beside("UMARK").drafts(kind="pitch")
    await robin.opens_home()
    await goes(robin, "history")
    await robin.world.slack.act(robin.user, robin.home, ids.FILTER, value)
    assert lines(robin.home) == found
    assert chosen(robin.home, ids.FILTER) == value


@pytest.mark.at_scale
async def test_history_can_be_filtered_by_person(robin, history):
    """Each of the latest people is in the menu, and leads to their drafts."""
    await robin.drafts()
    await robin.beside("UMARK").drafts(kind="pitch")
    await robin.opens_home()
    await goes(robin, "history")
    await robin.world.slack.act(
        robin.user, robin.home, ids.FILTER, f"person:{history.person_id(ROBIN, 'UMARK')}"
    )
    assert lines(robin.home) == ["Mark"]


@pytest.mark.parametrize("value", ["person:nobody", "colour:red", "", "outcome:lost"])
async def test_a_filter_that_was_not_offered_changes_nothing(world, robin, value):
    """It shows a person's nothing, or everything; nothing breaks."""
    await robin.drafts()
    await robin.opens_home()
    home = await goes(robin, "history")
    option = {"value": value, "text": {"type": "plain_text", "text": "?"}}
    action = {
        "type": "static_select",
        "action_id": ids.FILTER,
        "block_id": block(home, ids.FILTER)["block_id"],
        "selected_option": option,
    }
    answered = await slack_requests.interaction(world, slack_requests.view_action(home.payload(), action))
    assert answered.status == 200
    assert lines(robin.home) == ([] if value.startswith("person") else ["Ana"])


async def test_a_page_of_home_stays_after_a_change(robin, history, catalogue):
    """What is done on a later page is shown on that page."""
    await remember(history, catalogue, 13)
    await robin.opens_home()
    await goes(robin, "waiting")
    await goes(robin, "older")
    assert words(robin.home).count("Say no, politely") == 3
    await robin.world.slack.act(robin.user, robin.home, ids.SENT, block_id="draft:d001")
    assert words(robin.home).count("Say no, politely") == 2
    assert "Person 1\n" not in words(robin.home)


async def test_two_clicks_at_once_are_both_seen(robin, history, catalogue):
    """Of two changes at the same moment, Home shows both in the end, whichever was drawn last."""
    await remember(history, catalogue, 3)
    home = await robin.opens_home()
    await asyncio.gather(
        *(
            robin.world.slack.act(robin.user, home, ids.SENT, block_id=f"draft:d{number:03}")
            for number in (0, 1)
        )
    )
    waits = [one["block_id"] for one in robin.home.blocks if one["block_id"].startswith("draft:")]
    assert waits == ["draft:d002"]


async def test_a_late_page_gives_way_to_a_newer_one(world, robin, history, catalogue):
    """A button of a Home that was drawn anew since draws nothing, and says nothing."""
    await remember(history, catalogue, 12)
    old = (await robin.opens_home()).payload()
    await goes(robin, "people")
    button = element(robin.home, f"{ids.GO}back")
    late = {**button, "action_id": f"{ids.GO}history", "value": Place(HISTORY).write(), "block_id": "back"}
    answered = await slack_requests.interaction(world, slack_requests.view_action(old, late))
    assert answered.status == 200
    assert "About Person 11" in words(robin.home)
    assert robin.top is None


async def test_a_double_click_leads_to_one_page(robin, history, catalogue):
    """Older, pressed twice at once, is one page further."""
    await remember(history, catalogue, 33)
    await robin.opens_home()
    home = await goes(robin, "history")
    await asyncio.gather(*(robin.world.slack.act(robin.user, home, f"{ids.GO}older") for _ in range(2)))
    assert lines(robin.home)[0] == "Person 22"


async def test_everyone_sees_only_their_own(world, robin, history, catalogue):
    """A colleague's Home begins with the welcome, and a mark of mine leads them nowhere."""
    (record, *_) = await remember(history, catalogue, 2)
    world.authors.add("UCOL")
    colleague = Author(world, "UCOL", "CGENERAL")
    home = await colleague.opens_home()
    assert "Person" not in words(home)
    start = element(home, ids.NEW_DRAFT)
    for action_id, value in ((ids.OPEN_PERSON, record.person), (ids.OPEN_DRAFT, record.id)):
        forged = {**start, "action_id": action_id, "value": value, "block_id": "x"}
        trigger = world.slack.views.trigger("UCOL")
        payload = slack_requests.view_action(home.payload(), forged, trigger_id=trigger)
        payload["user"] = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": TEAM}
        assert (await slack_requests.interaction(world, payload)).status == 200
        assert draft(colleague.modal) == ""
        assert says(colleague.modal, "trouble.nobody" if "person" in action_id else "trouble.gone")
    seen = Place(HISTORY, 0, Filter("person", record.person)).write()
    await goes_to(colleague, seen)
    assert lines(colleague.home) == []


async def goes_to(author: Author, value: str) -> None:
    """Follows a button that somebody made up."""
    home = await author.opens_home()
    forged = {**element(home, ids.NEW_DRAFT), "action_id": f"{ids.GO}x", "value": value, "block_id": "x"}
    payload = slack_requests.view_action(home.payload(), forged)
    payload["user"] = {"id": author.user, "username": "kim", "name": "kim", "team_id": TEAM}
    assert (await slack_requests.interaction(author.world, payload)).status == 200


@pytest.mark.parametrize(
    "value", ["", "[]", '["nowhere", 0, "", ""]', '["history", "x", "", ""]', "{}", "null"]
)
async def test_a_place_that_does_not_exist_is_the_overview(robin, history, catalogue, value):
    """Whatever a button carries, Home is drawn."""
    await remember(history, catalogue, 1)
    await goes_to(robin, value)
    assert ids.NEW_DRAFT in actions(robin.home.blocks)


# people


async def test_a_person_is_in_home_with_what_fits_next(robin):
    """How often, what they were told, and the next step of the ladder."""
    await robin.presses(await robin.drafts(), ids.SENT)
    home = await robin.opens_home()
    assert says(home, "history.told_plain")
    assert "If they ask again: Same no, shorter" in words(home)


async def test_the_next_answer_is_one_button_away(robin):
    """The modal opens for that person, on the step that Home named."""
    await robin.presses(await robin.drafts(), ids.SENT)
    await robin.presses(await robin.opens_home(), ids.NEXT)
    assert chosen(robin.modal, ids.REQUESTER) == "UANA"
    assert chosen(robin.modal, ids.SCRIPT) == "repeat_no"


async def test_the_next_answer_for_somebody_outside_slack(robin, history, catalogue):
    """Who has a name only is still who it is for, also after a choice in the modal."""
    await remember(history, catalogue, 1, "Ivo", outcome=Outcome.SENT)
    await robin.presses(await robin.opens_home(), ids.NEXT)
    assert chosen(robin.modal, ids.SCRIPT) == "repeat_no"
    await robin.picks(ids.TONE, "warm")
    assert chosen(robin.modal, ids.SCRIPT) == "repeat_no"
    assert "Ivo" in preview(robin.modal)


async def test_a_person_without_a_name_gets_a_word(robin, history, catalogue, say: Language):
    """In Home and in their own modal."""
    await remember(history, catalogue, 1, "")
    view = await opens(robin, say("people.unnamed"))
    assert say("people.unnamed") in words(robin.home)
    assert say("beside.before", name=say("people.unnamed")) in words(view)


async def test_a_person_without_a_name_is_on_every_page(robin, history, catalogue, say: Language):
    """Slack takes no empty text: in history, its filter, one's data and when they are forgotten is a word."""
    await remember(history, catalogue, 1, "", outcome=Outcome.SENT)
    await robin.opens_home()
    assert {say("draft.somebody"), say("people.unnamed")} <= {
        *lines(await goes(robin, "history")),
        *words(robin.home).splitlines(),
    }
    await robin.presses(await goes(robin, "back"), ids.NEXT)
    await robin.world.slack.close(robin.user)
    await robin.presses(robin.home, ids.DATA)
    assert say("draft.somebody") in words(robin.modal)
    await robin.world.slack.close(robin.user)
    await robin.presses(await opens(robin, say("people.unnamed")), ids.FORGET)
    assert say("data.forget_sure", name=say("draft.somebody")) in words(robin.modal)
    await robin.presses(robin.modal, ids.FORGET_SURE)
    assert robin.world.saved == 0


@pytest.mark.at_scale
async def test_what_is_said_of_a_person_is_kept(robin):
    """Relationship and notes are there when the modal is opened again, and in the next draft's modal."""
    await robin.drafts()
    await opens(robin, "Ana")
    await robin.submits(relationship="client", given="two introductions", received="a lunch")
    view = await opens(robin, "Ana")
    assert [chosen(view, one) for one in (ids.RELATIONSHIP, ids.GIVEN, ids.RECEIVED)] == [
        *("client", "two introductions", "a lunch"),
    ]
    await robin.presses(view, ids.NEXT)
    assert chosen(robin.modal, ids.RELATIONSHIP) == "client"


async def test_for_who_is_muted_nothing_is_suggested(robin):
    """Home does not list them, the modal proposes no situation; they are still among all people."""
    await robin.presses(await robin.drafts(), ids.SENT)
    await opens(robin, "Ana")
    await robin.submits(muted=["yes"])
    assert "About Ana" not in words(robin.home)
    await robin.uses_the_shortcut()
    assert not chosen(robin.modal, ids.SITUATION)
    assert not says(robin.modal, "history.told_plain")
    assert lines(await goes(robin, "history")) == ["Ana"]
    await goes(robin, "back")
    assert "About Ana" in words(await goes(robin, "people"))
    assert ids.NEXT not in actions(robin.home.blocks)


@pytest.mark.at_scale
async def test_the_timeline_is_read_by_the_page(robin, history, catalogue):
    """Older shows what was said to somebody before, and each draft opens on top."""
    await remember(history, catalogue, 8, "Ivo")
    view = await opens(robin, "Ivo")
    assert len(lines(view)) == 5
    await robin.presses(view, f"{ids.TURN}older")
    assert len(lines(robin.modal)) == 3
    await robin.presses(robin.modal, ids.OPEN_DRAFT)
    assert draft(robin.modal) == "Hi Ivo, no."


async def test_the_timeline_says_whose_words_went_and_whether_it_held(robin, history, catalogue, say):
    """A draft that was edited before it went is told apart, and so is what the author said of it later."""
    await remember(history, catalogue, 1, "Ivo", id="a", edited=True, outcome=Outcome.SENT)
    await remember(history, catalogue, 1, "Ivo", id="b", outcome=Outcome.SENT, held=True)
    await remember(history, catalogue, 1, "Ivo", id="c", outcome=Outcome.SENT, held=False)
    shown = words(await opens(robin, "Ivo"))
    assert f"·  {say('outcome.edited')}\n" in shown
    assert f"·  {say('outcome.sent')}, {say('outcome.held')}\n" in shown
    assert f"·  {say('outcome.sent')}, {say('outcome.asked_again')}\n" in shown


async def test_a_person_who_is_gone_is_said_to_be(robin, say: Language):
    """A button in an old Home, and a modal that is saved too late, say so and keep nothing."""
    message = await robin.drafts()
    await opens(robin, "Ana")
    await robin.presses(message, ids.DRAFT_MENU, ids.DELETE)
    await robin.submits(given="two introductions")
    assert say("trouble.nobody") in words(robin.modal)
    assert list(robin.world.redis.scan_iter("*:person:*")) == []


# a draft


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("Hi Person 0, no.", [ids.BESIDE, ids.NOT_SENT, ids.DELETE]),
        ("", [ids.BESIDE, ids.DELETE]),
    ],
)
async def test_a_draft_whose_script_is_gone_can_be_read_and_deleted(robin, history, catalogue, text, choices):
    """Its text, as far as there is one, stands in its modal, and with it goes the line in Home."""
    await remember(history, catalogue, 1, script_id="retired", text=text)
    await robin.presses(await robin.opens_home(), ids.OPEN_DRAFT)
    assert draft(robin.modal) == text
    assert [one.split(":")[0] for one in values(robin.modal, ids.DRAFT_MENU)] == choices
    await robin.presses(robin.modal, ids.DRAFT_MENU, ids.DELETE)
    assert draft(robin.modal) == ""
    assert "retired" not in words(robin.home)
    assert robin.world.saved == 0


@pytest.mark.at_scale
async def test_an_open_draft_and_home_behind_it_are_drawn_anew(robin):
    """I sent it, pressed in the modal, is seen there and in Home; Undo too."""
    await robin.drafts()
    await robin.presses(await robin.opens_home(), ids.OPEN_DRAFT)
    await robin.presses(robin.modal, ids.SENT)
    assert ids.REOPEN in actions(robin.modal.blocks)
    assert ids.SENT not in actions(robin.home.blocks)
    await robin.presses(robin.modal, ids.REOPEN)
    assert ids.SENT in actions(robin.home.blocks)


async def test_the_month_is_counted(robin, say: Language):
    """What was sent is counted, by the kind of answer."""
    home = await robin.opens_home()
    message = await robin.drafts()
    assert say("home.month_none") in words(await robin.opens_home())
    await robin.presses(message, ids.SENT)
    home = await robin.opens_home()
    assert f"{say.count('home.month', 1)}  {say('step.decline')} 1" in words(home)
