"""What a message seems to be, from the front door: right or in doubt, with its reasons, easily overruled."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from bot import ids
from bot.catalogue import Kind, Situation
from bot.ladder import was_told_no
from bot.localization import Language, Languages
from bot.playground.cast import scenes
from bot.playground.views import View
from bot.stores.encryption import UnreadableError, Vault
from bot.suggest import Doubt, Suggester
from tests import slack_requests
from tests.author import Author, actions, chosen, draft, preview, quote, words
from tests.suggesting import Reads
from tests.test_browser import JOBS
from tests.test_history import everything

LANGUAGES = ("en", "nl", "nb")
ASK = Reads(Situation.ONE_OFF, Kind.INTRODUCTION, ("introduce me", "head of marketing"))


@pytest.fixture
def suggester(reader: Suggester) -> Suggester:
    """Messages are read in earnest, except where a test says what is read in them."""
    return reader


def line(view: View) -> str:
    """What stands right below the situation: the suggestion, or why there is none."""
    at = [one["block_id"].partition(":")[0] for one in view.blocks].index(ids.SITUATION)
    below = view.blocks[at + 1]
    return words(below) if below["type"] == "context" else ""


def opened(view: View) -> tuple[str | None, str | None]:
    """The situation and the kind that are preselected."""
    kind = chosen(view, ids.KIND) if ids.KIND in actions(view.blocks) else None
    return chosen(view, ids.SITUATION), kind


def travels(view: View) -> dict[str, Any]:
    """What the modal carries of the suggestion."""
    return json.loads(view.private_metadata)["suggested"]


# What it is


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("conversation", "situation", "kind", "script_id"), JOBS)
async def test_each_conversation_opens_as_what_it_is(
    world, languages: Languages, language, conversation, situation, kind, script_id
):
    """The modal opens on the right situation and kind, or in doubt and says so; never on anything else."""
    world.slack.speak(language)
    view = await Author(world, channel=conversation).uses_the_shortcut()
    if chosen(view, ids.SITUATION) is None:
        assert line(view) == languages[language]("suggested.unsure")
    else:
        assert opened(view) == (situation, kind)
        assert line(view).startswith(_beginning(languages[language], situation))


def _beginning(say: Language, situation: str) -> str:
    return say("suggested.only", what=say(f"suggested.what_{situation}")).rstrip(".")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_most_conversations_are_not_in_doubt(world, language):
    """At least four of the six open with something preselected."""
    world.slack.speak(language)
    views = [await Author(world, channel=one).uses_the_shortcut() for one, *_ in JOBS]
    assert sum(chosen(view, ids.SITUATION) is not None for view in views) >= 4


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for letting me know, Robin!",
        "No problem at all, thank you for being so clear.",
        "Never mind, I found somebody. Thanks anyway!",
        "Bedankt voor je duidelijke antwoord!",
        "Geen probleem, fijn dat je het zo snel laat weten.",
        "Laat maar, het is al gelukt. Dank je wel!",
        "Tusen takk for svaret, det setter jeg pris på!",
        "Ingen problem, takk for at du sa fra så raskt.",
        "Glem det, det ordnet seg. Takk!",
    ],
)
async def test_a_thank_you_is_not_refused(world, robin, text):
    """Who was told no twice and says thank you asks for nothing: there is nothing to decline, or a doubt."""
    for script in ("decline_polite", "repeat_no"):
        await robin.presses(await robin.drafts("repeat_asker", "introduction", script), ids.SENT)
        world.slack.ask_again("DANA")
    view = await robin.uses_the_shortcut(world.slack.say("UANA", "DANA", text))
    assert chosen(view, ids.SITUATION) in {None, Situation.NONE}
    assert preview(view) == ""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_second_draft_for_one_message_is_not_a_second_ask(world, robin, language):
    """After "I sent it", the same message does not make its sender somebody who keeps asking."""
    world.slack.speak(language)
    view = await robin.uses_the_shortcut()
    before = opened(view), line(view)
    await robin.presses(await robin.drafts(), ids.SENT)
    view = await robin.uses_the_shortcut()
    assert (opened(view), line(view)) == before


@pytest.mark.parametrize("suggester", [Reads()])
async def test_nothing_to_decline_is_one_click(world, robin, say):
    """On "nothing to decline" there is no draft and no script, and the button closes the modal."""
    view = await robin.uses_the_shortcut()
    assert opened(view) == ("none", None)
    assert (preview(view), ids.SCRIPT in actions(view.blocks)) == ("", False)
    assert view.content["submit"]["text"] == say("compose.submit_nothing")
    await robin.submits()
    assert (robin.top, world.saved, robin.from_the_app) == (None, 0, [])


@pytest.mark.parametrize("suggester", [Reads(Situation.ONE_OFF, Kind.PITCH)])
async def test_two_clicks_make_a_draft(robin):
    """The shortcut and the button: what was suggested is what the draft is about."""
    shown = preview(await robin.uses_the_shortcut())
    await robin.submits()
    assert draft(robin.from_the_app[-1]) == shown != ""


# Why


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_reasons_stand_in_the_message(world, languages: Languages, language):
    """Every reason is quoted from the message, and each is in the line."""
    world.slack.speak(language)
    told = 0
    for scene in scenes(language):
        author = Author(world, channel=scene.id)
        for text in (*scene.opening, *scene.asks_again):
            view = await author.uses_the_shortcut(world.slack.say(scene.person, scene.id, text))
            because = travels(view)["because"]
            assert [one for one in because if one not in text] == []
            shown = line(view)
            assert [one for one in because if languages[language]("quote", text=one) not in shown] == []
            told += len(because)
    assert told > 20


HOSTILE = "Could you *now* introduce me to `rm -rf` & <!channel> <@UCOL> _them_?"
QUOTED = Reads(Situation.ONE_OFF, Kind.INTRODUCTION, ("to `rm -rf` & <!channel> <@UCOL>", "*now*"))


@pytest.mark.parametrize("suggester", [QUOTED])
async def test_a_reason_is_inert(world, robin, say):
    """Markup and mentions in a reason are shown as they were written, in text that has no markup."""
    view = await robin.uses_the_shortcut(world.slack.type("UANA", "DANA", HOSTILE))
    (shown,) = (one for one in view.blocks if "rm -rf" in words(one) and one["type"] == "context")
    assert [one["type"] for one in shown["elements"]] == ["plain_text"]
    assert all(say("quote", text=one) in words(shown) for one in QUOTED.because)


async def test_a_hostile_message_is_inert_in_the_whole_modal(world, robin):
    """Nothing of a message with mentions and backticks is in a text that has markup."""
    view = await robin.uses_the_shortcut(world.slack.type("UANA", "DANA", HOSTILE))
    marked = [text for one in view.blocks for text in _mrkdwn(one)]
    assert [text for text in marked if "channel" in text or "`" in text or "UCOL" in text] == []


def _mrkdwn(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _mrkdwn(one)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if value.get("type") == "mrkdwn" else []
    return own + [text for one in value.values() for text in _mrkdwn(one)]


# In doubt


LONG = "Could you introduce me to your head of marketing? "

DOUBTFUL = {
    "40,000 characters": ((LONG * 800)[:40_000], "long"),
    "thanks at its end": ("I was wondering about the budget. " * 80 + "Never mind, thanks!", "long"),
    "emoji": ("🎉🎉 👍", "empty"),
    "Slack's emoji": (":tada: :raised_hands::skin-tone-2: :+1:", "empty"),
    "a link": ("<https://example.com/2027/report>", "empty"),
    "figures": ("42 10:30", "empty"),
    "code": ("```def f(x):\n    return [y for y in x if y.ok]```", "language"),
    "German": ("Könntest du mich bitte mit eurer Marketingleiterin bekannt machen?", "language"),
    "Polish": ("Cześć, czy mógłbyś przedstawić mnie szefowi marketingu?", "language"),
    "Japanese": ("マーケティングの責任者を紹介していただけますか", "language"),
}


@pytest.mark.parametrize("text", DOUBTFUL)
async def test_what_cannot_be_read_is_left_open(world, robin, say, text):
    """Where a message says too little or too much, the modal opens in time and says why it is empty."""
    written, doubt = DOUBTFUL[text]
    message = world.slack.say("UANA", "DANA", written)
    since = time.perf_counter()
    view = await robin.uses_the_shortcut(message)
    assert time.perf_counter() - since < 2
    assert (opened(view), line(view)) == ((None, None), say(f"suggested.{doubt}"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("suggester", [Reads(doubt=one) for one in Doubt], ids=str)
async def test_each_doubt_has_its_sentence(world, robin, languages: Languages, suggester, language):
    """In the author's language, until they choose; then it is gone."""
    world.slack.speak(language)
    view = await robin.uses_the_shortcut()
    assert line(view) == languages[language](f"suggested.{suggester.doubt}")
    assert line(await robin.picks(ids.SITUATION, "one_off")) == ""


async def test_a_message_that_is_a_file_is_in_doubt(world, robin, say):
    """A message without text is a message: there is nothing to go by, also for somebody who is known."""
    await robin.drafts()
    trigger = world.slack.views.trigger("UYOU")
    given = {"user": "UANA", "text": "", "files": [{"id": "F1"}]}
    await slack_requests.interaction(world, slack_requests.message_shortcut(given, trigger_id=trigger))
    assert (opened(robin.modal), line(robin.modal)) == ((None, None), say("suggested.empty"))


# Overruled, and drawn anew


@pytest.mark.parametrize("suggester", [ASK])
async def test_overruling_is_one_choice(robin, say):
    """Another situation takes the line away and stays; the one that was suggested brings it back."""
    suggested = line(await robin.uses_the_shortcut())
    assert line(await robin.picks(ids.SITUATION, "coffee")) == ""
    assert chosen(robin.modal, ids.SITUATION) == "coffee"
    assert line(await robin.picks(ids.SITUATION, "one_off")) == suggested != ""


@pytest.mark.parametrize("suggester", [ASK, Reads(), Reads(doubt=Doubt.UNSURE)], ids=["ask", "none", "doubt"])
async def test_under_pressure_nothing_is_suggested(robin, suggester):
    """Once it is more than a request, what the message seemed to be is beside the point."""
    before = line(await robin.uses_the_shortcut())
    assert line(await robin.picks(ids.PRESSURED, ["yes"])) == ""
    assert line(await robin.picks(ids.PRESSURED, [])) == before != ""


@pytest.mark.parametrize("suggester", [ASK])
@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        (ids.KIND, "advice"),
        (ids.RELATIONSHIP, "outside"),
        (ids.TONE, "warm"),
        (ids.DRAFT_LANGUAGE, "nl"),
        (ids.MORE, None),
        (ids.REFRESH, None),
    ],
)
async def test_the_line_stays_through_another_choice(robin, action_id, value):
    """What is not about the situation leaves the suggestion and its reasons as they were."""
    before = line(await robin.uses_the_shortcut())
    view = await robin.picks(action_id, value)
    assert (line(view), chosen(view, ids.SITUATION)) == (before, "one_off")


class WithHistory:
    """Reads in every message of somebody who was told no that they ask again, and in others that they ask."""

    def suggest(self, text, person=None, **_):
        """Says so, because of the first word."""
        again = person is not None and was_told_no(person.answers)
        situation = Situation.REPEAT_ASKER if again else Situation.ONE_OFF
        return Reads(situation, Kind.INTRODUCTION, (text.split()[0],)).suggest(text)


@pytest.mark.parametrize("suggester", [WithHistory()])
async def test_another_requester_has_another_history(robin, say):
    """The message is read anew as somebody else's: what Ana was told says nothing about Mark."""
    await robin.presses(await robin.drafts(), ids.SENT)
    robin.world.slack.ask_again("DANA")
    view = await robin.uses_the_shortcut()
    first = quote(view).split()[0]
    assert line(view).startswith(_beginning(say, "repeat_asker"))
    view = await robin.picks(ids.REQUESTER, "UMARK")
    assert (opened(view), line(view)) == (
        ("one_off", "introduction"),
        say("suggested.because", what=say("suggested.what_one_off"), words=say("quote", text=first)),
    )
    view = await robin.picks(ids.REQUESTER, "UANA")
    assert line(view).startswith(_beginning(say, "repeat_asker"))


@pytest.mark.parametrize("suggester", [WithHistory()])
async def test_a_message_that_is_not_whole_is_not_read_anew(world, robin, say):
    """Where the modal shows only its beginning, the suggestion stays: the rest may say the opposite."""
    await robin.presses(await robin.drafts(), ids.SENT)
    view = await robin.uses_the_shortcut(world.slack.say("UANA", "DANA", "please " * 100))
    before = line(view)
    assert line(await robin.picks(ids.REQUESTER, "UMARK")) == before != ""


@pytest.mark.parametrize("suggester", [ASK])
async def test_what_the_author_chose_goes_before_another_reading(robin):
    """Another requester does not bring back a suggestion that was overruled."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "coffee")
    view = await robin.picks(ids.REQUESTER, "UMARK")
    assert (chosen(view, ids.SITUATION), line(view)) == ("coffee", "")


# Language and address


@pytest.mark.parametrize(
    ("text", "greeting"),
    [
        ("Kun je me voorstellen aan jullie hoofd marketing?", "Hoi Ana"),
        ("Kan du introdusere meg for markedssjefen deres?", "Hei Ana"),
        ("Könntest du mich bitte mit eurer Marketingleiterin bekannt machen?", "Hi Ana"),
    ],
)
async def test_a_draft_is_in_the_language_of_the_message(world, robin, text, greeting):
    """A Dutch message is answered in Dutch by an English app, and one that cannot be read in English."""
    await robin.uses_the_shortcut(world.slack.say("UANA", "DANA", text))
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    assert preview(robin.modal).startswith(greeting)
    await robin.picks(ids.DRAFT_LANGUAGE, "en")
    assert preview(robin.modal).startswith("Hi Ana")


@pytest.mark.parametrize(
    ("suggester", "form"),
    [(replace(ASK, language="en"), "je"), (replace(ASK, language="nl"), "u")],
    ids=["English", "Dutch"],
)
async def test_an_english_u_is_not_polite(world, robin, form):
    """The form of address is looked for in the message's own language."""
    view = await robin.uses_the_shortcut(world.slack.say("UANA", "DANA", "Ana here, u there?"))
    view = await robin.picks(ids.DRAFT_LANGUAGE, "nl")
    assert chosen(view, ids.ADDRESS) == form


# Kept nowhere


SECRETIVE = "Would Zebrafinch introduce me to Quillfeather's head of marketing, please?"


async def test_the_message_is_kept_nowhere(world, robin, redis: Redis, log):
    """From the shortcut to a sent draft, no word of the message is logged, or kept in Redis, even sealed."""
    await robin.uses_the_shortcut(world.slack.say("UANA", "DANA", SECRETIVE))
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    await robin.submits()
    await robin.presses(robin.from_the_app[-1], ids.SENT)
    held, vault, kept = str(everything(redis)), Vault(world.app.keys), []
    for key, value in everything(redis).items():
        for one in value.values() if isinstance(value, dict) else [value]:
            with suppress(UnreadableError, TypeError, ValueError):
                kept.append(vault.open(key.decode(), one).decode())
    assert any("Ana" in one for one in kept)
    found = " ".join([held, *kept, *map(str, log)]).casefold()
    assert [one for one in ("zebrafinch", "quillfeather", "head of", "because") if one in found] == []


@pytest.mark.parametrize(
    "suggester", [Reads(Situation.UNCLEAR_ASK, Kind.RECOMMENDATION, ('"' * 500, *"abcdefgh"), language="nb")]
)
async def test_three_short_reasons_travel(robin):
    """However much spoke for it, three quotes of forty characters at most are in the metadata, which fits."""
    view = await robin.uses_the_shortcut()
    assert [len(one) for one in travels(view)["because"]] == [40, 1, 1]
    assert len(view.private_metadata) <= 3000
    assert quote(view)[:40] not in view.private_metadata
