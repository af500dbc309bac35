"""Slack away: a call that fails or hangs becomes a sentence, in time, and leaves no text in the log."""

from __future__ import annotations

import logging

import pytest
from aiohttp import web

from bot import ids
from tests import slack_requests
from tests.author import Author, actions, block, chosen, draft, preview, words
from tests.troubles import Work


@pytest.fixture
async def asked(robin: Author) -> Author:
    """The author, with the modal open on a request."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    return robin


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener has a quarter of its time, where the claim is not about how much that is."""
    monkeypatch.setattr("bot.listeners.DEADLINE", 0.6)


async def _shortcut(robin: Author) -> None:
    """Use the shortcut, whatever becomes of it."""
    asking = next(one for one in robin.messages if one.user == "UANA")
    await robin.world.slack.message_shortcut(robin.user, robin.channel, asking.ts, ids.MESSAGE_SHORTCUT)


# The modal cannot be opened


async def test_a_failing_slack_is_told_with_a_reference(world, robin, log, say):
    """When the modal cannot be opened, the author reads a sentence whose reference is in the log."""
    world.troubles.fails("views.open")
    await _shortcut(robin)
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert words(robin.from_the_app[-1]) == say("trouble.unknown", reference=entry["reference"])


async def test_the_log_says_what_went_wrong(world, robin, log):
    """The entry names the request, the error and what Slack answered."""
    world.troubles.refuses("views.open", "internal_error")
    await _shortcut(robin)
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert (entry["request"], entry["error"], entry["slack"]) == (
        "message_action",
        "SlackApiError",
        "internal_error",
    )
    assert entry["at"].rpartition(" > ")[2].startswith("/listeners/compose.py:")


@pytest.mark.in_earnest
async def test_a_hanging_slack_is_told_in_time(world, robin, say):
    """When Slack does not answer, the author reads that it took too long, before Slack gives up."""
    world.troubles.hangs("views.open")
    await _shortcut(robin)
    assert words(robin.from_the_app[-1]) == say("trouble.slow")


async def test_a_command_is_answered_when_everything_hangs(hurried, world, robin, say):
    """A command's sentence needs no call to Slack."""
    world.troubles.hangs("views.open", "response_url", "chat.postMessage")
    delivery = await robin.types("")
    assert (delivery.body["response_type"], delivery.body["text"]) == ("ephemeral", say("trouble.slow"))


@pytest.mark.in_earnest
async def test_slack_speaks_for_itself_when_everything_hangs(world, robin):
    """Where not even the sentence can be brought in time, a 503 makes Slack itself say that it failed."""
    world.troubles.hangs("views.open", "response_url", "chat.postMessage")
    asking = next(one for one in robin.messages if one.user == "UANA")
    delivery = await world.slack.message_shortcut("UYOU", "DANA", asking.ts, ids.MESSAGE_SHORTCUT)
    assert (delivery.status, delivery.seconds < 3) == (503, True)
    world.provoked("message_action was not answered (status 503")


async def test_the_global_shortcut_is_answered_when_slack_fails(world, robin):
    """The sentence is tried in a modal, and then in the app's own conversation."""
    world.troubles.fails("views.open")
    delivery = await world.slack.global_shortcut("UYOU", ids.GLOBAL_SHORTCUT)
    assert (delivery.status, len(robin.app_dm)) == (200, 1)


async def test_slack_speaks_for_itself_when_it_takes_no_sentence(world, robin):
    """Where the sentence fits nowhere, a 503 makes Slack itself say that it failed."""
    world.troubles.fails("views.open", "chat.postMessage")
    delivery = await world.slack.global_shortcut("UYOU", ids.GLOBAL_SHORTCUT)
    assert (delivery.status, robin.app_dm) == (503, [])
    world.provoked("shortcut was not answered (status 503")


# Nobody says who people are


@pytest.mark.in_earnest
@pytest.mark.parametrize("trouble", ["fails", "hangs"])
async def test_without_names_the_author_gives_one(world, robin, trouble):
    """When Slack does not say who people are, the modal opens all the same and asks for the name."""
    getattr(world.troubles, trouble)("users.info")
    view = await robin.uses_the_shortcut()
    assert chosen(view, ids.REQUESTER) == "UANA"
    assert ids.NAME in actions(view.blocks)
    world.troubles.end()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits(**({ids.NAME: "Ana"} if ids.NAME in actions(robin.modal.blocks) else {}))
    assert draft(robin.from_the_app[-1]).startswith("Hi Ana")


@pytest.mark.parametrize("error", ["user_not_found", "ratelimited", "missing_scope"])
async def test_a_refusal_to_name_people_is_no_trouble(world, robin, error):
    """Whatever Slack's reason, the modal opens."""
    world.troubles.refuses("users.info", error)
    assert ids.NAME in actions((await robin.uses_the_shortcut()).blocks)


async def test_names_are_asked_for_again(world, robin):
    """That Slack did not answer once is not remembered: the next modal has the name."""
    world.troubles.fails("users.info")
    await robin.uses_the_shortcut()
    world.troubles.end()
    assert ids.NAME not in actions((await robin.uses_the_shortcut()).blocks)


# The modal is open


@pytest.mark.parametrize("error", ["", "internal_error"])
async def test_a_choice_that_cannot_be_drawn_keeps_what_is_typed(world, asked, say, log, error):
    """The sentence comes on top of the modal, which keeps what was typed; the next choice works."""
    if error:
        world.troubles.refuses("views.update", error)
    else:
        world.troubles.fails("views.update")
    under = asked.modal
    await asked.picks(ids.DETAIL + "request", "the reference")
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert words(asked.modal) == say("trouble.unknown", reference=entry["reference"])
    world.troubles.end()
    await world.slack.close("UYOU")
    assert (asked.modal, chosen(under, ids.DETAIL + "request")) == (under, "the reference")
    await asked.picks(ids.TONE, "warm")
    assert "the reference" in preview(asked.modal)


@pytest.mark.in_earnest
async def test_a_draft_that_hangs_stands_in_the_modal(world, asked, say):
    """When Slack does not say whether it shows the draft, the modal does, and App Home has it too."""
    shown = preview(asked.modal)
    world.troubles.hangs("response_url", "chat.postMessage")
    await asked.submits()
    assert words(asked.modal) == f"{say('compose.unsure')}\n{shown}"
    world.troubles.end()
    await world.slack.close("UYOU")
    assert (draft(await asked.opens_the_draft()), world.saved) == (shown, 1)


async def test_a_draft_that_is_changed_before_it_is_sent_once_more_is_the_changed_one(hurried, world, asked):
    """What is kept in the end is what the author saw last."""
    world.troubles.hangs("response_url", "chat.postMessage")
    await asked.submits()
    world.troubles.end()
    await world.slack.close("UYOU")
    await asked.picks(ids.TONE, "warm")
    shown = preview(asked.modal)
    await asked.submits()
    assert draft(asked.from_the_app[-1]) == shown
    assert draft(await asked.opens_the_draft()) == shown


# The rest


async def test_home_is_answered_when_it_cannot_be_drawn(world, log):
    """Slack has its answer to the event, and the log its entry."""
    world.troubles.fails("views.publish")
    assert (await world.slack.open_home("UYOU")).status == 200
    assert [one["request"] for one in log if one["log_level"] == "error"] == ["event_callback"]


@pytest.mark.parametrize("error", ["", "invalid_auth"])
async def test_the_app_finds_out_who_it_is_later(world, robin, log, say, error):
    """When Slack does not say who the app is, the author has a sentence, and the next request works."""
    if error:
        world.troubles.refuses("auth.test", error)
    else:
        world.troubles.fails("auth.test")
    await _shortcut(robin)
    (entry,) = (one for one in log if one["log_level"] == "error")
    assert words(robin.from_the_app[-1]) == say("trouble.unknown", reference=entry["reference"])
    assert robin.top is None
    world.troubles.end()
    assert block(await robin.uses_the_shortcut(), ids.REQUESTER)


SECRETS = [
    "Aninha",
    "the reference of 2019",
    "No, Ana, and this is my word.",
    "introduce me",
    "tips last time",
]


async def test_nothing_that_people_wrote_is_in_the_log(world, robin, log, caplog):
    """Whatever fails, no text of a message, a detail, a name or a draft is logged, by anybody."""
    caplog.set_level(logging.INFO)
    world.troubles.fails("views.open")
    await _shortcut(robin)
    world.troubles.end()
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.MORE)
    await robin.picks(ids.NAME, "Aninha")
    world.troubles.fails("views.update", "views.push")
    await robin.picks(ids.DETAIL + "request", "the reference of 2019")
    world.troubles.end()
    await robin.submits()
    world.troubles.fails("response_url", "chat.postMessage")
    message = robin.from_the_app[-1]
    await robin.presses(message, ids.ANOTHER)
    world.troubles.end()
    await robin.presses(message, ids.EDIT_DRAFT)
    view = robin.modal.payload() | {"private_metadata": "{"}
    view = slack_requests.fill(view, text="No, Ana, and this is my word.")
    await slack_requests.interaction(world, slack_requests.view_submission(view))
    logged = f"{log} {caplog.text}"
    assert len([one for one in log if one["log_level"] == "error"]) >= 3
    assert [secret for secret in SECRETS if secret in logged] == []


async def test_a_redirect_is_not_followed(world, robin):
    """A response_url that points on to another place takes no draft there: it goes to the author's own DM."""
    seen: list[str] = []

    async def elsewhere(_: web.Request, __: Work) -> web.StreamResponse:
        seen.append("asked")
        return web.Response(status=307, headers={"Location": f"{world.address}/api/auth.test"})

    world.troubles.answers["response_url"] = elsewhere
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    await robin.submits()

    assert seen == ["asked"]
    assert [call.method for call in world.slack.calls].count("auth.test") == 1  # the app's own, at first
    assert robin.app_dm[-1].text.startswith("Draft for Ana")
