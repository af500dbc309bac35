"""What happens when an author thinks again, and when time has passed."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from bot import ids
from bot.catalogue import Kind, Situation, Step
from bot.ladder import Answer, Case, Outcome, climb
from bot.records import Author as Who
from bot.records import Person, Record, answer
from bot.stores.connection import connect
from bot.stores.encryption import Vault, new_key
from bot.stores.history import History
from bot.surfaces.text import readable
from bot.workspace import RETENTION_DAYS
from tests.author import actions, chosen, draft, preview, says

TODAY = date(2027, 5, 1)
PAUSE = Answer(
    ask="first",
    on=date(2027, 1, 1),
    situation=Situation.COFFEE,
    kind=None,
    script_id="coffee_pause",
    step=Step.DECLINE,
    variant="pause",
    outcome=Outcome.SENT,
    language="en",
    tone="warm",
    wording=1,
    until=date(2027, 3, 1),
)
RECORD = Record(
    id="d1",
    person="p1",
    name="Ana",
    user="UANA",
    ask="a1",
    situation=Situation.ONE_OFF,
    kind=Kind.ADVICE,
    script_id="decline_polite",
    language="en",
    tone="neutral",
    wording=1,
    text="Hi Ana, no.",
    created=time.time(),
    changed=time.time(),
    on=TODAY,
)


@pytest.fixture
async def history(server, redis) -> History:
    """A store of its own on the real server."""
    client = connect(server.url)
    yield History(client, Vault([new_key()]))
    await client.aclose()


async def test_another_requester_is_greeted_by_their_own_name(robin):
    """A name and a relationship that were set for one person do not go over to the next."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    await robin.picks(ids.MORE)
    await robin.picks(ids.NAME, "Annie")
    await robin.picks(ids.RELATIONSHIP, "client")
    await robin.picks(ids.REQUESTER, "UTEDDY")

    assert "Teddy" in preview(robin.modal)
    assert "Annie" not in preview(robin.modal)
    assert not chosen(robin.modal, ids.RELATIONSHIP)


async def test_details_survive_a_look_at_another_script(robin):
    """What was typed for one script is there again after another one was looked at."""
    target = ids.DETAIL + "target"
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    await robin.picks(target, "our head of marketing")
    await robin.picks(ids.SCRIPT, "decline_polite")
    assert target not in actions(robin.modal.blocks)
    await robin.picks(ids.SCRIPT, "decline_introduction")

    assert chosen(robin.modal, target) == "our head of marketing"


async def test_details_survive_the_way_out(robin):
    """Ticking and unticking the box for pressure loses nothing that was typed."""
    target = ids.DETAIL + "target"
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    await robin.picks(target, "our head of marketing")
    await robin.picks(ids.PRESSURED, ["yes"])
    await robin.picks(ids.PRESSURED, [])

    assert chosen(robin.modal, target) == "our head of marketing"


async def test_choices_survive_the_way_out(robin):
    """Ticking and unticking the box for pressure keeps the script, tone and language that were chosen."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    await robin.picks(ids.TONE, "firm")
    await robin.picks(ids.DRAFT_LANGUAGE, "nl")
    await robin.picks(ids.PRESSURED, ["yes"])
    await robin.picks(ids.PRESSURED, [])

    assert [chosen(robin.modal, one) for one in (ids.SCRIPT, ids.TONE, ids.DRAFT_LANGUAGE)] == [
        "decline_polite",
        "firm",
        "nl",
    ]


async def test_the_author_is_told_when_the_words_run_out(robin):
    """Who has had every wording of a tone gets one again, and the preview says so."""
    for _ in range(3):
        robin.world.slack.ask_again("DANA")
        message = await robin.drafts()
        await robin.presses(message, ids.SENT)
    robin.world.slack.ask_again("DANA")
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "repeat_asker")
    await robin.picks(ids.SCRIPT, "decline_polite")

    assert says(robin.modal, "draft.wordings_used")


async def test_what_was_sent_elsewhere_keeps_its_words(world, robin):
    """A draft that was sent from App Home is not worded anew by the message left behind."""
    message = await robin.drafts()
    home = await robin.opens_home()
    await robin.presses(home, ids.SENT)
    await robin.presses(message, ids.ANOTHER)

    assert robin.from_the_app[-1].text.startswith("Noted: sent to Ana on ")
    assert draft(robin.from_the_app[-1]) == ""


def test_a_pause_that_is_over_was_kept(catalogue):
    """Who asks after the pause has ended is not met with a firm close."""
    case = Case(Situation.COFFEE, answers=[PAUSE], ask="second", today=TODAY)

    assert climb(catalogue.in_language("en"), case).fits[0].script.id == "coffee_pause"


def test_a_pause_that_runs_is_an_answer(catalogue):
    """Who asks while the pause still runs did not hear it."""
    running = replace(PAUSE, until=date(2027, 9, 1))
    case = Case(Situation.COFFEE, answers=[running], ask="second", today=TODAY)

    assert climb(catalogue.in_language("en"), case).fits[0].reason == "close_exited"


async def test_answers_are_forgotten_when_their_time_is_up(history, catalogue, redis):
    """An answer older than the retention is neither shown nor kept, however lively the contact."""
    who, script = Who("T1", "U1"), catalogue["decline_polite"]
    old = replace(RECORD, id="old", changed=time.time() - RETENTION_DAYS * 24 * 3600 - 60)
    for record in (old, RECORD):
        await history.save(who, record, Person("Ana"), answer(record, script))
    opened = await history.opening(who, "p1")

    assert [one.ask for one in opened.person.answers] == ["a1"]
    assert len(opened.person.answers) == 1
    assert sorted(redis.hkeys("decline:{T1:U1}:person:p1")) == [b"about", b"d1"]


async def test_a_record_of_another_version_is_passed_over(history, catalogue, redis):
    """What cannot be read any more does not keep its author from the rest."""
    who = Who("T1", "U1")
    await history.save(who, RECORD, Person("Ana"), answer(RECORD, catalogue["decline_polite"]))
    key = "decline:{T1:U1}:draft:other"
    redis.set(key, history._vault.seal(key, b'{"first": "Robin"}'))
    redis.zadd("decline:{T1:U1}:drafts", {"other": time.time() + 1})

    assert [one.id for one in await history.latest(who, 10)] == ["d1"]


def test_a_wall_of_brackets_is_read_in_one_go():
    """Text that never closes what it opens comes back as it is."""
    assert readable("<" * 100_000) == "<" * 100_000
