"""Requests that are sent again, byte by byte, or that somebody made up: nothing is done twice, or at all."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession, ClientTimeout

from bot import ids
from tests import slack_requests
from tests.author import Author, actions, draft, element, makes_admin
from tests.author import chosen as chosen_in
from tests.conftest import World
from tests.slack_requests import FORM, JSON, SECRET, TEAM, signature
from tests.test_data import facts


class Wire:
    """What Slack sends to the app, kept as it was: the bytes, their signature and its time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sent: list[tuple[bytes, dict[str, str]]] = []

    async def posts(self, payload: dict[str, Any] | str) -> slack_requests.Answered:
        """Slack sends something."""
        body = payload if isinstance(payload, str) else urlencode({"payload": json.dumps(payload)})
        now = str(int(time.time()))
        headers = {
            "Content-Type": FORM,
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature(body.encode(), now),
        }
        self.sent.append((body.encode(), headers))
        return await self.again()

    async def again(self, at: int = -1) -> slack_requests.Answered:
        """Somebody who has heard it sends it once more."""
        body, headers = self.sent[at]
        async with (
            ClientSession(timeout=ClientTimeout(total=10)) as session,
            session.post(self.world.events_url, data=body, headers=headers) as answer,
        ):
            return slack_requests.Answered(answer.status, await answer.text(), 0)


@pytest.fixture
def wire(world: World) -> Wire:
    """The wire between Slack and the app."""
    return Wire(world)


def kept(world: World) -> list[tuple[str, str]]:
    """All that is known of the author, but for when it was written."""
    clocks = {"changed", "at"}
    return sorted((key, json.dumps(_without(stored, clocks), sort_keys=True)) for key, stored in facts(world))


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(one, names) for name, one in value.items() if name not in names}
    return [_without(one, names) for one in value] if isinstance(value, list) else value


def pressed(robin: Author, action_id: str, value: str, **more: Any) -> dict[str, Any]:
    """A button in a message of the app."""
    url = robin.response_url()
    return slack_requests.block_action(action_id, value=value, response_url=url) | more


def chosen(robin: Author, action_id: str, value: str) -> dict[str, Any]:
    """A choice from a menu in a message of the app."""
    payload = pressed(robin, action_id, "")
    payload["actions"][0] |= {"type": "overflow", "selected_option": {"value": value}}
    return payload


@pytest.fixture
async def held(robin: Author) -> str:
    """What the buttons of a draft hold."""
    return str(element(await robin.drafts(), ids.SENT)["value"])


@pytest.fixture
async def quiet(world: World) -> AsyncIterator[None]:
    """Slack's own rules are not what a replay is about: its triggers are used up."""
    yield
    world.slack.violations.clear()


# The same bytes, within five minutes


@pytest.mark.parametrize("action_id", [ids.SENT])
async def test_a_click_that_is_sent_again_changes_nothing(world, wire, robin, held, action_id):
    """*I sent it* twice is a draft that was sent."""
    await wire.posts(pressed(robin, action_id, held))
    once = kept(world)
    for _ in range(3):
        assert (await wire.again()).status == 200

    assert kept(world) == once


@pytest.mark.parametrize("choice", [ids.NOT_SENT, ids.DELETE])
async def test_a_choice_that_is_sent_again_changes_nothing(world, wire, robin, held, choice):
    """Setting a draft aside, or deleting it, twice is once."""
    await wire.posts(chosen(robin, ids.DRAFT_MENU, f"{choice}:{held}"))
    once = kept(world)
    assert (await wire.again()).status == 200

    assert kept(world) == once


async def test_a_reminder_that_is_asked_for_again_is_one(world, wire, robin):
    """Slack keeps one message for later, not two."""
    robin = robin.beside("UMARK")
    await robin.presses(await robin.drafts(kind="pitch", script="decline_pitch"), ids.SENT)
    await wire.posts(pressed(robin, ids.REMIND, element(robin.from_the_app[-1], ids.REMIND)["value"]))
    once = kept(world)
    await wire.again()

    assert kept(world) == once
    scheduled = [call for call in world.slack.calls if call.method == "chat.scheduleMessage"]
    assert len(scheduled) == 1


async def test_a_submission_that_is_sent_again_is_one_draft(world, wire, robin):
    """One modal is one draft, however often it arrives, also at the same moment."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await wire.posts(slack_requests.view_submission(robin.modal.payload()))
    await asyncio.gather(*(wire.again() for _ in range(3)))

    assert world.saved == 1


async def test_a_submission_that_is_sent_again_later_undoes_nothing(world, wire, robin):
    """What was done with the draft meanwhile stays done: it was sent, and is not waiting again."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await wire.posts(slack_requests.view_submission(robin.modal.payload()))
    await robin.presses(robin.from_the_app[-1], ids.SENT)
    once = kept(world)
    await wire.again()

    assert kept(world) == once
    assert ids.SENT not in actions(robin.from_the_app[-1].blocks)
    assert ids.REOPEN in actions(robin.from_the_app[-1].blocks)


async def test_an_edit_that_is_sent_again_is_one(world, wire, robin, held):
    """The same text twice is that text."""
    await robin.presses(robin.from_the_app[-1], ids.EDIT_DRAFT)
    view = slack_requests.fill(robin.modal.payload(), text="No, and that is all.")
    await wire.posts(slack_requests.view_submission(view))
    once = kept(world)
    await wire.again()

    assert kept(world) == once
    assert draft(robin.from_the_app[-1]) == "No, and that is all."


async def test_a_deletion_that_is_sent_again_deletes_nothing_new(world, wire, robin, quiet):
    """Where everything went, nothing is left to go."""
    await robin.drafts()
    await robin.presses(await robin.opens_home(), ids.DATA)
    await robin.presses(robin.modal, ids.ERASE)
    action = {"type": "button", "action_id": ids.ERASE_SURE, "block_id": "x", "value": "x"}
    await wire.posts(slack_requests.view_action(robin.modal.payload(), action))
    assert kept(world) == []
    await wire.again()

    assert kept(world) == []


async def test_settings_that_are_sent_again_are_changed_once(world, wire, robin, quiet):
    """The list of who changed what has one line, not two."""
    makes_admin(world, "UYOU", admin=True)
    await robin.presses(await robin.opens_home(), ids.SETTINGS)
    view = slack_requests.fill(robin.modal.payload(), retention_days="90")
    await wire.posts(slack_requests.view_submission(view))
    await wire.again()

    assert world.redis.llen("decline:{T0PLAY}:changes") == 1
    await world.slack.close("UYOU")
    await robin.presses(await robin.opens_home(), ids.SETTINGS)
    assert chosen_in(robin.modal, ids.RETENTION_DAYS) == "90"


async def test_a_command_that_is_sent_again_tells_the_author_s_own(world, wire, robin, quiet):
    """A command twice is answered twice, and leaves nothing behind."""
    form = {"team_id": TEAM, "user_id": "UYOU", "command": "/decline", "text": "help", "response_url": ""}
    first = await wire.posts(urlencode(form))
    once = kept(world)

    assert (await wire.again()).text == first.text
    assert kept(world) == once


# The same bytes, later


@pytest.mark.parametrize("minutes", [5.1, 60])
async def test_after_five_minutes_a_request_counts_no_more(world, robin, held, minutes):
    """The time is part of what is signed, so an old request cannot be given a new one."""
    payload = urlencode({"payload": json.dumps(pressed(robin, ids.SENT, held))})
    then = str(int(time.time() - 60 * minutes))
    once = kept(world)
    old = await slack_requests.post(world, payload, timestamp=then)
    signed_then = signature(payload.encode(), then)
    renewed = await slack_requests.post(world, payload, X_Slack_Signature=signed_then)

    assert (old.status, renewed.status) == (401, 401)
    assert kept(world) == once


# Made up


async def test_a_changed_body_is_refused(world, robin, held):
    """The signature of one body is no other body's."""
    body = urlencode({"payload": json.dumps(pressed(robin, ids.SENT, held))})
    now = str(int(time.time()))
    given = signature(body.encode(), now)
    once = kept(world)
    answered = await slack_requests.post(
        world, body.replace("UYOU", "UCOL"), timestamp=now, X_Slack_Signature=given
    )

    assert (answered.status, kept(world)) == (401, once)


async def bare(world: World, *lines: bytes, body: bytes = b"") -> bytes:
    """Send a request as it stands; gives the first line of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.app.port)
    writer.write(b"\r\n".join([b"POST /slack/events HTTP/1.1", b"Host: x", *lines, b"", body]))
    await writer.drain()
    try:
        return await asyncio.wait_for(reader.readline(), 5)
    finally:
        writer.close()


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"X-Slack-Signature: v0=00"],
        [b"X-Slack-Request-Timestamp: 1"],
        [b"X-Slack-Signature:", b"X-Slack-Request-Timestamp:"],
        [b"X-Slack-Signature: v0=\xff\xfe", b"X-Slack-Request-Timestamp: 1"],
        [b"X-Slack-Signature: v0=00", b"X-Slack-Request-Timestamp: \xd9\xa1"],
        [b"X-Slack-Signature: v0=" + b"0" * 6000, b"X-Slack-Request-Timestamp: 1"],
    ],
    ids=lambda lines: str(lines)[:40],
)
async def test_a_request_without_a_signature_is_refused(world, log, lines):
    """Without the headers, or with bytes in them that no signature has: 401, and nothing in the log."""
    body = urlencode({"payload": json.dumps(slack_requests.global_shortcut())}).encode()
    length = b"Content-Length: %d" % len(body)
    said = await bare(world, b"Content-Type: application/x-www-form-urlencoded", *lines, length, body=body)

    assert b" 401 " in said
    assert (world.slack.calls, log) == ([], [])


async def test_two_signatures_are_as_good_as_the_first(world):
    """A header that is there twice does not let a request choose."""
    body = slack_requests.home_opened().encode()
    now = str(int(time.time()))
    right = signature(body, now).encode()
    said = await bare(
        world,
        b"Content-Type: application/json",
        b"X-Slack-Request-Timestamp: " + now.encode(),
        b"X-Slack-Signature: v0=00",
        b"X-Slack-Signature: " + right,
        b"Content-Length: %d" % len(body),
        body=body,
    )

    assert b" 200 " not in said
    assert world.slack.calls == []


CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"


async def test_a_body_in_pieces_is_no_larger(world):
    """A body without a length is read up to a megabyte, and then refused."""
    said = await bare(world, b"Transfer-Encoding: chunked", body=CHUNK * 17 + b"0\r\n\r\n")

    assert b" 413 " in said


@pytest.mark.parametrize(
    "lines",
    [
        [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
        [b"Content-Length: -1"],
        [b"Content-Length: 5", b"Content-Length: 6"],
        [b"Transfer-Encoding: chunked, chunked"],
    ],
    ids=str,
)
async def test_a_request_of_two_lengths_is_refused(world, lines):
    """What two servers could read as two different requests is read by none."""
    said = await bare(world, *lines, body=b"0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n")

    assert b" 400 " in said
    assert world.slack.calls == []


BOMBS = {
    "a deep payload": (FORM, b"payload=" + b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    "a deep list": (JSON, b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    "many fields": (FORM, b"&".join(b"a%d=1" % n for n in range(100_000))),
    "many of one field": (FORM, b"&".join([b"payload={}"] * 60_000)),
    "a long number": (JSON, b'{"a":' + b"9" * 900_000 + b"}"),
    "many keys": (JSON, b"{" + b",".join(b'"%d":1' % n for n in range(80_000)) + b"}"),
    "escapes": (FORM, b"payload=" + b"%7B" * 300_000),
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("secret", [SECRET, "wrong"], ids=["signed", "unsigned"])
async def test_a_bomb_is_refused_at_once(world, name, secret):
    """What is made to be slow or deep to read is answered within a second, signed or not."""
    kind, body = BOMBS[name]
    answered = await slack_requests.post(world, body, kind, secret=secret)

    signed = 200 if name == "many keys" else 400  # large, and nothing that is hard to read
    assert answered.status == (signed if secret == SECRET else 401)
    assert answered.seconds < 1
    assert {call.method for call in world.slack.calls} <= {"auth.test"}


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json;charset=utf-7",
    ],
)
async def test_the_kind_that_a_body_claims_to_be_changes_no_rule(world, kind):
    """Whatever it is called, an unsigned body is refused."""
    body = urlencode({"payload": json.dumps(slack_requests.global_shortcut())})
    answered = await slack_requests.post(world, body, kind or "x", secret="wrong")

    assert answered.status in {400, 401}
    assert world.slack.calls == []


@pytest.mark.parametrize(
    "also",
    [{"command": "/decline", "text": "help"}, {"payload": json.dumps(slack_requests.global_shortcut())}],
    ids=["command", "payload"],
)
async def test_a_probe_of_the_certificate_learns_nothing(world, log, also):
    """Slack's `ssl_check` needs no signature; it is answered, and nothing that comes with it is heard."""
    answered = await slack_requests.post(world, f"ssl_check=1&token=x&{urlencode(also)}", FORM, secret="no")

    assert (answered.status, answered.text) == (200, "")
    assert (world.slack.calls, log) == ([], [])


async def test_a_challenge_is_not_answered_to_strangers(world):
    """Only Slack can make the app repeat something."""
    body = json.dumps({"type": "url_verification", "challenge": "<script>alert(1)</script>"})
    stranger = await slack_requests.post(world, body, JSON, secret="wrong")
    slack = await slack_requests.post(world, body, JSON)

    assert (stranger.status, "script" in stranger.text) == (401, False)
    assert slack.status == 200
