"""Hostile text in every place where somebody can type, followed to every place where it is shown again."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from bot import ids
from bot.config import Config
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.surfaces.text import escape
from bot.web.pages import About, Pages
from tests import slack_requests
from tests.author import draft, element, makes_admin, preview, words
from tests.conftest import World
from tests.test_data import Browser, asks_for

HOSTILE = {
    "mentions": "<!channel> <@U0ELSE> <!subteam^S1|@all> <#C1|general> <!here> <!everyone> <@UCOL|me>",
    "links": "<https://evil.example|your bank> <mailto:a@b.c|x> https://evil.example &lt;!channel&gt; &amp;",
    "templates": "{{ 7*7 }} {% raw %} {# x #} {name} {0} %(name)s %s ${7*7} *b* _i_ `c` ```pre``` :tada:",
    "html": "</title><script>alert(1)</script><img src=x onerror=alert(1)> \"' ../../etc/passwd%00",
    "a formula": "=cmd|' /C calc'!A0",
    "lines": "Ana\r\nBcc: everybody@example\r\n\r\n<b>a\x00b\x1b[31mc\x7fd\x85e\u2028f\u2029g",
    "directions": "\u202eno\u202c \u2066x\u2069 A\u200bn\u200da\ufeff\u00ad \u0410n\u0430 \uff1c!here\uff1e",
    "piles": "Z" + "\u0335\u0321\u0489" * 10 + "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 4,
}
OURS = re.compile(r"<(@[UW][A-Z0-9]+|!date\^\d+\^[^<>]*)>")
"""What the app itself may write in mrkdwn: whom it names by id, and when."""

every = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def mrkdwn_in(value: Any, message: bool = True) -> Iterator[str]:
    """Every text that Slack reads for markup: mrkdwn objects, and the text of a message itself."""
    if isinstance(value, list):
        for one in value:
            yield from mrkdwn_in(one, message=False)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn" or (message and isinstance(value.get("text"), str)):
            yield value["text"]
        for one in value.values():
            yield from mrkdwn_in(one, message=False)


def said_to(world: World) -> list[str]:
    """All that the app had Slack read for markup."""
    return [text for call in world.slack.calls for text in mrkdwn_in(call.arguments)]


def is_inert(world: World) -> bool:
    """Nothing that the app said pings somebody or links anywhere."""
    texts = said_to(world)
    assert len(texts) > 20
    live = [text for text in texts if re.search(r"[<>]", OURS.sub("", text))]
    assert live == []
    return True


def line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def named(world: World, user: str, name: str) -> None:
    """Somebody calls themselves so in Slack."""
    people = world.slack.workspace.users
    people[user] = replace(people[user], real_name=name)


@every
async def test_what_an_author_types_does_nothing(world, robin, text):
    """As a name, a detail, an edit, a note and a title it is on each surface what it is: text."""
    name = text[:40]
    with capture_logs() as log:
        await robin.uses_the_shortcut()
        await robin.picks(ids.SITUATION, "one_off")
        await robin.picks(ids.MORE)
        await robin.picks(ids.NAME, name)
        await robin.picks(ids.DETAIL + "request", text)
        assert preview(robin.modal)
        await robin.submits()
        message = robin.from_the_app[-1]
        assert line(text) in line(draft(message))
        await robin.presses(message, ids.EDIT_DRAFT)
        await robin.submits(text=text)
        assert draft(message) == text.replace("\r\n", "\n").strip()
        await robin.presses(message, ids.DRAFT_MENU, ids.BESIDE)
        await robin.submits(given=text, received=text)
        await robin.presses(message, ids.DRAFT_MENU, ids.KEEP)
        await robin.submits(**{ids.TITLE: name})
        await world.slack.close("UYOU")
        await robin.presses(message, ids.SENT)
        home = await robin.opens_home()
        await robin.presses(home, ids.OPEN_PERSON)
        assert element(robin.modal, ids.GIVEN)["initial_value"].split() == text.split()
        await world.slack.close("UYOU")
        await robin.types("history")
        await robin.types("scripts")
        await world.slack.close("UYOU")
        await robin.presses(home, ids.DATA)
        await robin.presses(
            robin.modal, ids.FORGET_MENU, element(robin.modal, ids.FORGET_MENU)["options"][0]["value"]
        )

    assert is_inert(world)
    assert [one for one in log if one["log_level"] == "error"] == []
    assert name not in str(log)


@every
async def test_what_comes_in_a_message_does_nothing(world, robin, text):
    """It is quoted as people read it, suggested from, and shown inert."""
    payload = slack_requests.message_shortcut(
        {"user": "UANA", "text": f"Could you introduce me to {text}? {text}"},
        trigger_id=world.slack.views.trigger("UYOU"),
        response_url=robin.response_url(),
    )
    await slack_requests.interaction(world, payload)
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()

    assert draft(robin.from_the_app[-1])
    assert "<!" not in "".join(said_to(world))


@every
async def test_what_follows_the_command_does_nothing(world, robin, text):
    """It is what they want, whatever it looks like."""
    await slack_requests.command(
        world,
        f"<@UANA> {text}",
        trigger_id=world.slack.views.trigger("UYOU"),
        response_url=robin.response_url(),
    )
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()

    assert draft(robin.from_the_app[-1])
    assert "<!" not in "".join(said_to(world))


@every
async def test_what_somebody_calls_themselves_does_nothing(world, robin, text):
    """A name in Slack goes into drafts and surfaces, for the author and for who asks."""
    named(world, "UANA", text)
    named(world, "UYOU", text)
    message = await robin.drafts()
    await robin.presses(message, ids.SENT)
    await robin.presses(await robin.opens_home(), ids.OPEN_PERSON)
    await world.slack.close("UYOU")
    await robin.types("history")

    assert is_inert(world)


@every
async def test_what_an_admin_sets_does_nothing(world, robin, text):
    """Whom to turn to, where and how often a group meets: shown to everybody, and inert."""
    makes_admin(world, "UYOU", admin=True)
    await robin.presses(await robin.opens_home(), ids.SETTINGS)
    await robin.submits(safety_contact=text, group_place=text, group_rhythm=text)
    await robin.presses(await robin.opens_home(), ids.SETTINGS)
    await world.slack.close("UYOU")
    message = await robin.drafts()
    await robin.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    shown = words(robin.modal)

    assert is_inert(world)
    assert escape(line(text)) in line(shown)


# exports


@every
async def test_an_export_has_it_letter_by_letter_and_computes_nothing(world, robin, text):
    """JSON has the very text; a cell of a table is no formula."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.MORE)
    await robin.picks(ids.NAME, text[:40])
    await robin.picks(ids.DETAIL + "request", text)
    await robin.submits()
    message = robin.from_the_app[-1]
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text=text)
    document = json.loads(await Browser().downloads(await asks_for(robin, "json")))
    await world.slack.close("UYOU")
    await world.slack.close("UYOU")
    body = await Browser().downloads(await asks_for(robin, "csv"))

    (one,) = document["drafts"]
    typed = text.replace("\r\n", "\n").strip()
    assert (one["text"], line(one["details"]["request"])) == (typed, line(text))
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert {name for name in archive.namelist() if re.search(r"[^a-z.]", name)} == set()
    for name in archive.namelist():
        table = archive.read(name).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert name != "drafts.csv" or any(line(text) in line(cell) for cell in cells)


# pages


@every
@pytest.mark.parametrize("place", ["support", "workspace", "reason"])
async def test_a_page_shows_it_as_text(text, place, languages: Languages):
    """An address to write to, a workspace's name and a reason from the address bar are no markup."""
    support = text if place == "support" else "help@decline.example"
    about = About("https://x.example", support, 180, installable=True)
    pages = Pages.load(TEMPLATES / "pages", languages, about)
    shown = {
        "support": lambda: pages.support("en"),
        "workspace": lambda: pages.installed("en", workspace=text, open_url="https://slack.com/"),
        "reason": lambda: pages.refused("en", text),
    }[place]()

    assert "<script" not in shown
    assert "<img src=x" not in shown
    assert "<b>" not in shown
    assert "49" not in re.sub(r"v=[0-9a-f]+", "", shown) or "49" in text
    assert shown.count("</title>") == shown.count("<title>")


def test_an_address_to_write_to_is_short():
    """A support address of forty thousand characters is refused when the app starts."""
    with pytest.raises(ValueError, match="support_email"):
        Config(_env_file=None, support_email="x" * 40_000)


# giants


LONG = {"words": "no " * 13_333, "marks": "Z" + "\u0335" * 39_999, "angles": "<" * 40_000}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_a_giant_message_opens_the_modal(world, robin, text):
    """Forty thousand characters are the longest message of Slack's: quoted in part, in time."""
    payload = slack_requests.message_shortcut(
        {"user": "UANA", "text": text},
        trigger_id=world.slack.views.trigger("UYOU"),
        response_url=robin.response_url(),
    )
    answered = await slack_requests.interaction(world, payload)

    assert (answered.status, answered.seconds < 2.5) == (200, True)
    assert robin.modal.callback_id == ids.COMPOSE
    assert len(json.dumps(robin.modal.payload())) < 60_000


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
@pytest.mark.parametrize("action_id", ["detail.request", "name"])
async def test_a_giant_that_no_client_would_send_is_an_error_under_its_input(world, robin, text, action_id):
    """What is longer than the input lets anybody type is refused; nothing is saved of it."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.MORE)
    view = slack_requests.fill(robin.modal.payload(), **{action_id: text})
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view))

    assert answered.json["response_action"] == "errors"
    assert (world.saved, answered.seconds < 2.5) == (0, True)


async def test_a_giant_after_the_command_is_cut(world, robin):
    """What is asked for is a phrase; what is longer is cut where the input ends."""
    await robin.types("<@UANA> " + "reference " * 4000)
    await robin.picks(ids.SITUATION, "one_off")

    assert len(element(robin.modal, "detail.request")["initial_value"]) <= 600


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_a_giant_edit_is_cut(world, robin, text):
    """A draft is as long as a draft can be."""
    message = await robin.drafts()
    await robin.presses(message, ids.EDIT_DRAFT)
    view = slack_requests.fill(robin.modal.payload(), text=text)
    await slack_requests.interaction(world, slack_requests.view_submission(view))

    assert 0 < len(draft(message)) <= 3000


# halves of characters


async def test_half_a_character_costs_nothing_else(world, robin, say, log):
    """Text that no UTF-8 can hold is answered with a sentence, and nothing is saved of it."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.MORE)
    view = slack_requests.fill(robin.modal.payload(), **{"detail.request": "the \ud83d", "name": "A\udc00"})
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view))

    assert answered.status == 200
    assert world.saved == 0
    assert "trouble" not in answered.text
    assert "\\ud83d" not in str(log)


async def test_half_a_character_in_a_message_is_read_over(world, robin):
    """A message that was cut in the middle of an emoji opens the modal all the same."""
    payload = slack_requests.message_shortcut(
        {"user": "UANA", "text": "Could you introduce me to Petra? \ud83d"},
        trigger_id=world.slack.views.trigger("UYOU"),
        response_url=robin.response_url(),
    )
    await slack_requests.interaction(world, payload)

    assert robin.modal.callback_id == ids.COMPOSE


def test_the_texts_are_as_hostile_as_they_look():
    """What an editor could have mended on its way here is still what it was."""
    assert unicodedata.bidirectional(HOSTILE["directions"][0]) == "RLO"
    assert HOSTILE["lines"].count("\0") == 1
    assert unicodedata.combining(HOSTILE["piles"][1])


async def test_a_hostile_language_finds_a_page(languages):
    """What a browser claims to read chooses a page or none, and is not repeated."""
    pages = Pages.load(TEMPLATES / "pages", languages, About("", "", 180, installable=False))
    site = web.Application()
    site.add_routes(pages.routes())
    async with TestClient(TestServer(site)) as client:
        for text in ("en;q=" + "9" * 400, ",".join(["nl"] * 2000), "<script>", "nl;q=0.9\u00e9", "*"):
            answer = await client.get("/", headers={"Accept-Language": text})
            assert (answer.status, "<script>" in await answer.text()) == (200, False)
