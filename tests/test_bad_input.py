"""Bad input: whatever arrives is answered clearly, and nothing is lost by it."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from bot import ids
from tests import slack_requests
from tests.author import Author, actions, block, draft, element, preview, words
from tests.conftest import World
from tests.slack_requests import FORM, JSON

HOSTILE = "<!channel> <@UCOL> R&D {{ 7*7 }} {% raw %} *now* `x` <https://evil.example|click>"


# Requests that Slack did not send


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=é"},
        {"X_Slack_Signature": "a" * 5000},
        {"X_Slack_Request_Timestamp": "soon"},
        {"X_Slack_Request_Timestamp": "-1"},
        {"X_Slack_Request_Timestamp": "9" * 400},
        {"X_Slack_Request_Timestamp": "\u0661\u0667" * 5},
        {"X_Slack_Request_Timestamp": "1700000000.5"},
    ],
    ids=str,
)
async def test_a_request_that_slack_did_not_sign_is_refused(world, headers):
    """A signature or a timestamp that is not Slack's is answered with 401."""
    answered = await slack_requests.post(world, slack_requests.home_opened(), JSON, **headers)
    assert answered.status == 401


async def test_a_request_signed_with_another_secret_is_refused(world):
    """A signature made with a wrong secret is answered with 401, and nothing is asked of Slack."""
    answered = await slack_requests.post(world, slack_requests.home_opened(), JSON, secret="wrong")
    assert (answered.status, world.slack.calls) == (401, [])


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_an_old_request_is_refused(world, minutes):
    """A request that was signed more than five minutes ago, or ahead, is answered with 401."""
    signed = str(int(time.time()) + 60 * minutes)
    answered = await slack_requests.post(world, slack_requests.home_opened(), JSON, timestamp=signed)
    assert (answered.status, world.slack.calls) == (401, [])


async def test_a_request_that_slack_signed_is_taken(world):
    """The same request with Slack's signature is answered with 200: only that makes the difference."""
    answered = await slack_requests.post(world, slack_requests.home_opened(), JSON)
    assert (answered.status, "views.publish" in [call.method for call in world.slack.calls]) == (200, True)


MALFORMED = [
    (b'{"a":', JSON),
    (b'{"a":', FORM),
    (b'{"a":', "text/plain"),
    (b'{"a":', "Application/JSON"),
    (b"[]", JSON),
    (b"5", JSON),
    (b"", JSON),
    (b"a=1", JSON),
    (b"\xef\xbb\xbf{}", JSON),
    (b"payload", FORM),
    (b"payload=", FORM),
    (b"payload=%7Bbad", FORM),
    (b"payload=%ff", FORM),
    (b"payload=[]", FORM),
    (b"payload=5", FORM),
    (b"payload={}&payload=[]", FORM),
    (b"command=/decline&command=/other", FORM),
    (b"payload=[]&payload={}", FORM),
    (b"[" * 100_000, JSON),
    (b"payload=" + b"[" * 100_000, FORM),
    (b'{"a":' + b"[" * 100_000, FORM),
    (b"&".join(b"a%d=1" % n for n in range(200)), FORM),
    (b'{"team":5}', JSON),
    (b'{"user":5}', JSON),
    (b'{"channel":5}', JSON),
    (b'{"enterprise":5}', JSON),
    (b'{"authorizations":5}', JSON),
    (b'{"authorizations":[5]}', JSON),
    (b'payload={"team":5}', FORM),
]


@pytest.mark.parametrize(("body", "content_type"), MALFORMED, ids=lambda given: str(given)[:32])
@pytest.mark.parametrize(
    ("secret", "status"), [(slack_requests.SECRET, 400), ("wrong", 401)], ids=["signed", "unsigned"]
)
async def test_a_body_that_cannot_be_read_is_refused(world, body, content_type, secret, status):
    """What is not the form or JSON that it should be is answered with 400, if Slack signed it."""
    answered = await slack_requests.post(world, body, content_type, secret=secret)
    assert (answered.status, world.slack.calls) == (status, [])


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b'{"view":null}',
        b'{"view":5}',
        b'{"event":null,"type":"event_callback"}',
        b'{"team":[],"user":[]}',
        b'{"type":5,"actions":5}',
        b"a=%zz&&&=&%",
        b"",
    ],
    ids=str,
)
async def test_junk_without_a_signature_is_refused(world, body):
    """A body of the right kind without sense in it is answered with 401 unless Slack signed it."""
    answered = await slack_requests.post(world, body, FORM, secret="wrong")
    assert (answered.status, world.slack.calls) == (401, [])


async def test_a_body_that_is_too_large_is_refused(world):
    """More than a megabyte is answered with 413."""
    answered = await slack_requests.post(world, b"a=" + b"x" * (1024 * 1024), FORM)
    assert answered.status == 413


async def test_another_workspace_is_refused(world, robin):
    """A workspace that the app was given no token for changes nothing."""
    team = {"id": "T0OTHER", "domain": "other"}
    await slack_requests.interaction(world, slack_requests.global_shortcut(team=team))
    assert robin.top is None
    assert list(world.redis.scan_iter("decline:{*")) == []


# Requests that nobody expects


async def test_an_unknown_button_is_loud(world, robin, log, say):
    """A button that no code knows is logged as an error, and its reference is told to the author."""
    payload = slack_requests.block_action("nobody_knows", response_url=robin.response_url())
    answered = await slack_requests.interaction(world, payload)
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert (answered.status, entry["actions"]) == (200, ["nobody_knows"])
    assert words(robin.from_the_app[-1]) == say("trouble.unknown", reference=entry["reference"])


async def test_an_unknown_shortcut_is_loud(world, robin, log, say):
    """A message shortcut that no code knows is logged as an error, and its reference is told."""
    payload = slack_requests.message_shortcut(
        {"user": "UANA", "text": "Hi"}, callback_id="nobody_knows", response_url=robin.response_url()
    )
    await slack_requests.interaction(world, payload)
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert words(robin.from_the_app[-1]) == say("trouble.unknown", reference=entry["reference"])


async def test_an_unknown_modal_is_loud(world, robin, log, say):
    """A modal that no code knows is answered with a sentence on top of it, and logged."""
    view = (await robin.uses_the_shortcut()).payload() | {"callback_id": "nobody_knows"}
    answered = await slack_requests.interaction(world, slack_requests.view_submission(view))
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert answered.json["response_action"] == "push"
    assert say("trouble.unknown", reference=entry["reference"]) in words(answered.json["view"])


@pytest.mark.parametrize("event", [{"type": "nobody_knows", "user": "UYOU"}, {"type": "nobody_knows"}])
async def test_an_unknown_event_is_loud(world, log, event):
    """An event that nobody subscribed to is logged as an error, whether a person is behind it or not."""
    payload = json.loads(slack_requests.home_opened()) | {"event": event}
    answered = await slack_requests.post(world, json.dumps(payload), JSON)
    assert answered.status < 500
    assert [one["log_level"] for one in log] == ["error"]


async def test_an_unknown_command_is_loud(world, log, say):
    """Another slash command is answered for the author alone, and logged."""
    answered = await slack_requests.command(world, "", command="/nobody_knows")
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert answered.json["response_type"] == "ephemeral"
    assert answered.json["text"] == say("trouble.unknown", reference=entry["reference"])


async def test_what_is_handled_is_not_loud(robin, log):
    """The whole way to a draft logs no error: the loudness above is for its reason."""
    await robin.presses(await robin.drafts(), ids.SENT)
    assert [one for one in log if one["log_level"] == "error"] == []


# Triggers and hashes


@pytest.mark.in_earnest
async def test_an_expired_trigger_is_told(world, robin, say):
    """When the three seconds are over, the author reads that it took too long."""
    trigger = world.slack.views.trigger("UYOU")
    world.clock.ahead = 4
    payload = slack_requests.message_shortcut(
        {"user": "UANA", "text": "Hi"}, trigger_id=trigger, response_url=robin.response_url()
    )
    answered = await slack_requests.interaction(world, payload)
    assert answered.status == 200
    assert words(robin.from_the_app[-1]) == say("trouble.slow")
    world.provoked("views.open: expired_trigger_id")


@pytest.mark.in_earnest
async def test_an_expired_trigger_without_a_place_is_told_in_the_dm(world, robin, say):
    """From the global shortcut, where there is no response_url, it is told in the app's own conversation."""
    trigger = world.slack.views.trigger("UYOU")
    world.clock.ahead = 4
    await slack_requests.interaction(world, slack_requests.global_shortcut(trigger_id=trigger))
    assert words(robin.app_dm[-1]) == say("trouble.slow")
    world.provoked("views.open: expired_trigger_id", "views.open: expired_trigger_id")


async def test_an_exchanged_trigger_is_no_trouble(world, robin):
    """The same shortcut twice opens one modal, and says nothing of the other."""
    payload = slack_requests.message_shortcut(
        {"user": "UANA", "text": "Hi"},
        trigger_id=world.slack.views.trigger("UYOU"),
        response_url=robin.response_url(),
    )
    for _ in range(2):
        await slack_requests.interaction(world, payload)
    assert element(robin.modal, ids.REQUESTER)["initial_user"] == "UANA"
    assert (robin.from_the_app, robin.app_dm) == ([], [])
    world.provoked("views.open: exchanged_trigger_id")


async def test_what_is_told_finds_another_way(world, robin, say):
    """When the response_url is refused, the sentence goes to the app's own conversation with the author."""
    url, trigger = robin.response_url(), world.slack.views.trigger("UYOU")
    world.clock.ahead = 31 * 60
    payload = slack_requests.message_shortcut({"user": "UANA"}, trigger_id=trigger, response_url=url)
    await slack_requests.interaction(world, payload)
    assert words(robin.app_dm[-1]) == say("trouble.slow")
    world.provoked("views.open: expired_trigger_id")


async def test_a_stale_choice_gives_way(world, robin):
    """A choice made in a view that was redrawn since is answered, and does not undo the newer one."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    stale = robin.modal.payload()
    await robin.picks(ids.TONE, "warm")
    shown = preview(robin.modal)
    action = {"type": "button", "action_id": ids.REFRESH, "block_id": "manner", "value": ""}
    answered = await slack_requests.interaction(world, slack_requests.view_action(stale, action))
    assert (answered.status, preview(robin.modal)) == (200, shown)


async def test_a_choice_in_a_closed_modal_gives_way(world, robin):
    """A choice that arrives after the modal was closed is answered, with nothing more to say."""
    await robin.uses_the_shortcut()
    view = robin.modal.payload()
    await world.slack.close("UYOU")
    action = {"type": "static_select", "action_id": ids.SITUATION, "block_id": "x", "selected_option": None}
    answered = await slack_requests.interaction(world, slack_requests.view_action(view, action))
    assert (answered.status, robin.top, robin.from_the_app, robin.app_dm) == (200, None, [], [])


# What is filled in


async def _submitted(robin: Author, **typed: Any) -> slack_requests.Answered:
    """Send the modal with values that Slack's client would not let through."""
    view = slack_requests.fill(robin.modal.payload(), **typed)
    return await slack_requests.interaction(robin.world, slack_requests.view_submission(view))


@pytest.fixture
async def asked(robin: Author) -> Author:
    """The author, with the modal open on a request, all details shown."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.MORE)
    return robin


@pytest.mark.parametrize(
    ("action_id", "value", "reason"),
    [
        ("detail.request", "", "missing"),
        ("detail.request", " \n ", "missing"),
        ("detail.request", "x" * 3000, "too_long"),
        ("detail.reason", "x" * 3000, "too_long"),
        ("detail.alternative", "<" * 3000, "too_long"),
        ("detail.ask_again_after", "not a date", "date"),
        ("detail.ask_again_after", "2027-02-30", "date"),
        ("detail.ask_again_after", "0000-00-00", "date"),
    ],
)
async def test_what_cannot_be_used_is_said_under_its_input(world, asked, say, action_id, value, reason):
    """A value that no draft can hold is an error under its own input; nothing is saved, the modal stays."""
    answered = await _submitted(asked, **{action_id: value})
    under = block(asked.modal, action_id)["block_id"]
    assert answered.json == {"response_action": "errors", "errors": {under: say(f"wrong.{reason}")}}
    assert world.saved == 0


async def test_a_name_that_is_too_long_is_an_error(world, asked, say):
    """Three thousand characters are no name: the draft would be too long."""
    answered = await _submitted(asked, name="x" * 3000)
    assert [*answered.json["errors"].values()] == [say("wrong.draft_too_long")]
    assert world.saved == 0


@pytest.mark.parametrize("number", ["0", "13", "many", "2.5", "9" * 5000])
async def test_a_number_that_does_not_fit_is_said_under_its_input(world, robin, say, number):
    """A number out of bounds, or none at all, is an error under its own input."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "mentee")
    await robin.picks(ids.MORE)
    details = ("achievements", "next_goals", "people", "benefits")
    filled = {f"detail.{one}": "one\ntwo" for one in details}
    answered = await _submitted(robin, **filled, **{"detail.update_in": number})
    under = block(robin.modal, "detail.update_in")["block_id"]
    assert answered.json["errors"].get(under) == say("wrong.number")
    assert world.saved == 0


async def test_a_line_of_a_list_that_is_too_long_is_said_under_its_input(robin, say):
    """One endless line among a list's lines is an error under the list."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "mentee")
    answered = await _submitted(robin, **{"detail.people": "Ana\n" + "x" * 2990})
    under = block(robin.modal, "detail.people")["block_id"]
    assert answered.json["errors"][under] == say("wrong.too_long")


@pytest.mark.parametrize("choice", ["2027-02-30", "not a date"])
async def test_a_wrong_date_survives_another_choice(world, asked, choice):
    """A choice beside a date that is none draws the modal anew, and says what is wrong with it."""
    view = slack_requests.fill(asked.modal.payload(), **{"detail.ask_again_after": choice})
    action = {"type": "button", "action_id": ids.REFRESH, "block_id": "manner", "value": ""}
    await slack_requests.interaction(world, slack_requests.view_action(view, action))
    assert ids.SCRIPT in actions(asked.modal.blocks)
    assert block(asked.modal, "detail.ask_again_after")["label"]["text"] in words(asked.modal)


@pytest.mark.parametrize("action_id", ["detail.request", "detail.reason", "detail.thanks_for", "name"])
async def test_hostile_text_is_text(asked, action_id):
    """Mentions, links, markup and template code are in the draft letter by letter, and do nothing."""
    hostile = HOSTILE[:79] if action_id == "name" else HOSTILE
    await asked.picks(action_id, hostile)
    await asked.submits()
    message = asked.from_the_app[-1]
    assert hostile in draft(message)
    mrkdwn = [one for one in message.blocks if one["type"] != "rich_text"]
    assert "<!" not in words(mrkdwn) + message.text


async def test_hostile_text_is_text_in_home_and_history(asked):
    """A hostile name stays inert wherever it is shown later."""
    await asked.picks("name", HOSTILE[:79])
    await asked.submits()
    home = await asked.opens_home()
    await asked.types("history")
    for shown in (home.blocks, asked.from_the_app[-1].blocks):
        mrkdwn = words([one for one in shown if one["type"] in {"section", "context"}])
        assert "&lt;!channel&gt;" in mrkdwn
        assert "<!" not in mrkdwn


async def test_a_deactivated_requester_is_noted(robin, say):
    """For somebody who left, the modal says that a message won't arrive, and drafts all the same."""
    await robin.types("<@UGONE> the handover")
    await robin.picks(ids.REQUESTER, "UGONE")
    assert say("compose.deleted") in words(robin.modal)
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()
    assert "the handover" in draft(robin.from_the_app[-1])


async def test_a_bot_as_requester_is_an_error(world, robin, say):
    """Nobody reads a reply to an app: that is said under the requester."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.REQUESTER, "UROBOT")
    assert say("compose.is_bot") in words(robin.modal)
    await robin.submits()
    assert robin.modal.errors == {ids.REQUESTER: say("wrong.bot")}
    assert world.saved == 0


async def test_asking_about_oneself_is_an_error(world, robin, say):
    """Who picks themselves reads so under the requester."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.REQUESTER, "UYOU")
    await robin.submits()
    assert robin.modal.errors == {ids.REQUESTER: say("wrong.self")}
    assert world.saved == 0


async def test_somebody_slack_does_not_know_is_asked_for_by_name(world, robin):
    """A requester whom Slack cannot describe needs a name, and then has a draft."""
    await slack_requests.command(
        world, "<@U0NOBODY|nobody> the reference", trigger_id=world.slack.views.trigger("UYOU")
    )
    await robin.picks(ids.SITUATION, "one_off")
    assert preview(robin.modal) == ""
    await robin.picks(ids.NAME, "Noor")
    assert "Noor" in preview(robin.modal)


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        ("script", "no_such_script"),
        ("script", "no_reply"),
        ("tone", "rude"),
        ("draft_language", "xx"),
        ("situation", "bored"),
        ("kind", "kidney"),
        ("relationship", "nemesis"),
    ],
)
async def test_a_choice_that_was_never_offered_is_not_taken(world, asked, action_id, value):
    """A forged choice falls back to what is recommended, or is an error."""
    answered = await _submitted(asked, **{action_id: value})
    assert answered.status == 200
    if world.saved:
        assert draft(asked.from_the_app[-1]).startswith("Hi Ana, thanks for asking")
    else:
        assert answered.json["response_action"] in {"errors", "update"}


# Drafts that are not one's own


FORGED = [
    "",
    "x",
    "sealed:",
    "sealed:gAAAA",
    "not_sent:",
    "../drafts",
    "drafts",
    "é",
    "A" * 2000,
    "sealed:" + "A" * 1990,
]


@pytest.mark.parametrize("value", FORGED, ids=lambda value: value[:12])
async def test_a_draft_that_does_not_exist_is_gone(world, robin, say, value):
    """A button with an id that leads nowhere is answered with a sentence."""
    payload = slack_requests.block_action(ids.SENT, value=value, response_url=robin.response_url())
    assert (await slack_requests.interaction(world, payload)).status == 200
    assert words(robin.from_the_app[-1]) == say("trouble.gone")


@pytest.mark.parametrize("action_id", [ids.SENT, ids.EDIT_DRAFT, ids.ANOTHER, ids.REOPEN])
async def test_another_authors_draft_is_gone(world, robin, say, action_id):
    """With the id of somebody else's draft, an author learns nothing and changes nothing."""
    world.authors.add("UCOL")
    message = await robin.drafts()
    before, held = draft(message), element(message, ids.SENT)["value"]
    url = Author(world, "UCOL", "CGENERAL").response_url()
    kim = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": "T0PLAY"}
    await slack_requests.interaction(
        world, slack_requests.block_action(action_id, value=held, response_url=url, user=kim)
    )
    (told,) = (one for one in world.slack.messages("UCOL", "CGENERAL") if one.by_app)
    assert words(told) == say("trouble.gone")
    assert (draft(message), draft(await robin.opens_the_draft())) == (before, before)
    assert world.slack.top_view("UCOL") is None


@pytest.mark.parametrize("tamper", [lambda held: held[:-8] + "AAAAAAA=", lambda held: held[:100], str.lower])
async def test_a_tampered_draft_is_gone(world, robin, say, tamper):
    """A carried draft that was changed on its way opens for nobody."""
    held = await _carried(world, robin)
    payload = slack_requests.block_action(ids.SENT, value=tamper(held), response_url=robin.response_url())
    await slack_requests.interaction(world, payload)
    assert words(robin.from_the_app[-1]) == say("trouble.gone")


async def test_a_carried_draft_is_its_authors_own(world, robin, say):
    """What one author's message carries opens for no other author."""
    world.authors.add("UCOL")
    held = await _carried(world, robin)
    url = Author(world, "UCOL", "CGENERAL").response_url()
    kim = {"id": "UCOL", "username": "kim", "name": "kim", "team_id": "T0PLAY"}
    await slack_requests.interaction(
        world, slack_requests.block_action(ids.SENT, value=held, response_url=url, user=kim)
    )
    (told,) = (one for one in world.slack.messages("UCOL", "CGENERAL") if one.by_app)
    assert words(told) == say("trouble.gone")


def _key_is_lost(world: World, kept: str) -> str:
    """Leave what no key opens in the place of something that is kept; gives where that is."""
    (key,) = world.redis.scan_iter(f"*:{kept}")
    if world.redis.type(key) == b"hash":
        world.redis.hset(key, mapping=dict.fromkeys(world.redis.hkeys(key), b"sealed with a lost key"))
    else:
        world.redis.set(key, b"sealed with a lost key")
    return str(key.decode())


@pytest.mark.parametrize("kept", ["profile", "preferences", "person:*"])
async def test_what_no_key_opens_counts_as_absent(world, robin, log, kept):
    """When what Redis holds can't be opened (a key was lost), the author goes on, and the log names it."""
    await robin.presses(await robin.opens_home(), ids.APP_LANGUAGE, "en")
    message = await robin.drafts()
    before, key = draft(message), _key_is_lost(world, kept)
    await robin.presses(message, ids.ANOTHER)
    assert draft(message) not in {before, ""}
    errors = [one for one in log if one["log_level"] == "error"]
    assert {(one["event"], one["key"]) for one in errors} == {("unreadable", key)}


async def test_a_draft_that_no_key_opens_is_gone(world, robin, log, say):
    """A draft that can't be opened is one that is no longer there; the log names it, Home does without."""
    message = await robin.drafts()
    key = _key_is_lost(world, "draft:*")
    await robin.presses(message, ids.ANOTHER)
    assert words(robin.from_the_app[-1]) == say("trouble.gone")
    assert ids.OPEN_DRAFT not in actions((await robin.opens_home()).blocks)
    errors = [one for one in log if one["log_level"] == "error"]
    assert {(one["event"], one["key"]) for one in errors} == {("unreadable", key)}


@pytest.mark.parametrize("choice", ["", "sent", "burn", "not_sent_at_all"])
async def test_a_choice_that_the_menu_does_not_have_changes_nothing(world, robin, log, say, choice):
    """A forged choice in a draft's menu is an error with a reference, and the draft stays as it is."""
    message = await robin.drafts()
    before, held = draft(message), element(message, ids.SENT)["value"]
    payload = slack_requests.block_action(ids.DRAFT_MENU, response_url=robin.response_url())
    payload["actions"][0] |= {"type": "overflow", "selected_option": {"value": f"{choice}:{held}"}}
    assert (await slack_requests.interaction(world, payload)).status == 200
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert words(robin.from_the_app[-1]) == say("trouble.unknown", reference=entry["reference"])
    assert (draft(message), draft(await robin.opens_the_draft())) == (before, before)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/response/x",
        "https://hooks.slack.com.evil.example/x",
        "{address}@evil.example/response/x",
        "file:///etc/passwd",
        "//evil.example/x",
        "not a url",
        "http://[::1",
    ],
)
async def test_a_response_url_elsewhere_is_never_used(world, robin, url):
    """A response_url that is not Slack's is not contacted; the draft goes to the app's own conversation."""
    await slack_requests.command(
        world,
        "<@UANA> the reference",
        response_url=url.format(address=world.address),
        trigger_id=world.slack.views.trigger("UYOU"),
    )
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()
    assert draft(robin.app_dm[-1]).startswith("Hi Ana")


async def test_another_host_is_never_contacted(world):
    """Not even a connection is made to a response_url that is not Slack's."""
    visitors: list[object] = []
    stranger = await asyncio.start_server(lambda *streams: visitors.append(streams), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{stranger.sockets[0].getsockname()[1]}/response/x"
    payload = slack_requests.block_action(ids.SENT, value="gone", response_url=url)
    answered = await slack_requests.interaction(world, payload)
    stranger.close()
    assert (answered.status, visitors) == (200, [])


async def _carried(world: World, robin: Author) -> str:
    """What the button of a draft carries that could not be saved."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    world.redis.config_set("maxmemory", "1")
    try:
        await robin.submits()
    finally:
        world.redis.config_set("maxmemory", "0")
    return str(element(robin.from_the_app[-1], ids.SENT)["value"])
