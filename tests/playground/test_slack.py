"""The playground does to an app what Slack does, and holds it to Slack's rules."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.playground.sample import DRAFT, EVERY_INPUT, HOME, ask, modal, mrkdwn, option, plain

KINDS = [option("intro"), option("advice")]
SHORT = [
    ask("why", "Why", {"type": "plain_text_input"}),
    ask("kind", "Kind", {"type": "static_select", "options": KINDS}, dispatch_action=True),
]


def opens(world, view):
    """Lets the app open a view from the message shortcut."""

    async def listener(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    world.app.shortcut("decline_message")(listener)


def submits(world, **answer):
    """Lets the app answer a submission in one way."""

    async def listener(ack):
        await ack(**answer)

    world.app.view("compose")(listener)


async def use_shortcut(world, channel="DANA"):
    """Uses the shortcut on the last message of a conversation."""
    message = world.slack.messages("UYOU", channel)[-1]
    return await world.slack.message_shortcut("UYOU", channel, message.ts, "decline_message")


async def refusal(call):
    """What Slack answers when it refuses a call."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response.data


async def test_from_shortcut_to_private_draft(world):
    """A message leads to a modal, and that to a message only its author sees, which its button replaces."""

    async def open_modal(ack, body, client):
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(SHORT, private_metadata=body["response_url"])
        )
        await ack()

    async def redraw(ack, body, client):
        view = body["view"]
        shown = [*SHORT, {"type": "section", "text": mrkdwn("Preview")}]
        fresh = modal(shown, private_metadata=view["private_metadata"])
        await client.views_update(view_id=view["id"], hash=view["hash"], view=fresh)
        await ack()

    async def draft(ack, view):
        await ack()
        await AsyncWebhookClient(view["private_metadata"]).send(text="Your draft", blocks=DRAFT)

    async def sent(ack, body, respond):
        await ack()
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        await respond(text="Recorded.", replace_original=True)

    world.app.shortcut("decline_message")(open_modal)
    world.app.action("kind")(redraw)
    world.app.view("compose")(draft)
    world.app.action("sent")(sent)

    await use_shortcut(world)
    view = world.slack.top_view("UYOU")
    before = view.hash
    await world.slack.act("UYOU", view, "kind", "advice", typed={"why": "No time"})

    assert view.hash != before
    assert view.typed == {("why", "why"): "No time", ("kind", "kind"): "advice"}

    await world.slack.submit("UYOU")

    assert world.slack.top_view("UYOU") is None
    message = world.slack.messages("UYOU", "DANA")[-1]
    assert message.only_for == "UYOU"

    await world.slack.act("UYOU", message, "sent")

    assert world.slack.messages("UYOU", "DANA")[-1].text == "Recorded."
    assert all(each.text != "Recorded." for each in world.slack.messages("UANA", "DANA"))
    assert world.slack.violations == []


async def test_shortcut_payload(world):
    """A message shortcut brings the message, the place, a trigger and a response_url."""
    opens(world, modal(SHORT))

    await use_shortcut(world)

    body = world.received[-1]
    assert body["type"] == "message_action"
    assert body["channel"] == {"id": "DANA", "name": "directmessage"}
    assert body["message"]["user"] == "UANA"
    assert body["message"]["text"].startswith("I'm still looking")
    assert body["response_url"].startswith(world.url)


async def test_state_has_slacks_shapes(world):
    """Each type of input reports its value in Slack's own shape."""
    opens(world, modal(EVERY_INPUT))
    submits(world)
    await use_shortcut(world)

    typed = {
        "person": "UCOL",
        "script": "policy",
        "grouped": "coffee",
        "details": "a\r\nb",
        "until": "2027-05-01",
        "checks": ["kind"],
        "many": ["one", "two"],
        "count": "3",
    }
    await world.slack.submit("UYOU", typed)

    values = world.received[-1]["view"]["state"]["values"]
    flat = {name: value for block in values.values() for name, value in block.items()}
    assert flat["name"] == {"type": "plain_text_input", "value": "Ana"}
    assert flat["details"] == {"type": "plain_text_input", "value": "a\nb"}
    assert flat["person"] == {"type": "users_select", "selected_user": "UCOL"}
    assert flat["script"]["selected_option"]["value"] == "policy"
    assert flat["grouped"]["selected_option"]["value"] == "coffee"
    assert flat["until"] == {"type": "datepicker", "selected_date": "2027-05-01"}
    assert [each["value"] for each in flat["checks"]["selected_options"]] == ["kind"]
    assert [each["value"] for each in flat["many"]["selected_options"]] == ["one", "two"]
    assert flat["count"] == {"type": "number_input", "value": "3"}
    assert flat["mail"] == {"type": "email_text_input", "value": None}
    assert "refresh" not in flat


@pytest.mark.parametrize(
    ("typed", "block"),
    [
        ({}, "details"),
        ({"name": "A" * 41}, "name"),
        ({"count": "10"}, "count"),
        ({"count": "2.5"}, "count"),
        ({"count": "many"}, "count"),
        ({"mail": "nobody"}, "mail"),
        ({"link": "example.com"}, "link"),
    ],
)
async def test_client_refuses_to_submit(world, typed, block):
    """Slack's client does not send a form with a missing or impossible value."""
    opens(world, modal(EVERY_INPUT))
    await use_shortcut(world)

    delivery = await world.slack.submit("UYOU", typed)

    assert delivery.status == 0
    assert block in delivery.body["refused"]
    assert world.received[-1]["type"] == "message_action"


async def test_errors_are_shown_under_the_input(world):
    """Errors from the app stand at their block, and the view stays."""
    opens(world, modal(SHORT))
    submits(world, response_action="errors", errors={"why": "Say more."})
    await use_shortcut(world)

    await world.slack.submit("UYOU", {"why": "x", "kind": "intro"})

    assert world.slack.top_view("UYOU").errors == {"why": "Say more."}
    assert world.slack.violations == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "Say more."}},
        {"response_action": "errors", "errors": {"text": "Say more."}},
        {"response_action": "update", "view": modal([{"type": "header", "text": plain("x" * 151)}])},
    ],
)
async def test_wrong_answers_are_violations(world, answer):
    """An answer that Slack would not take leaves the modal, says so there, and is recorded."""
    opens(world, modal([*SHORT, {"type": "section", "block_id": "text", "text": mrkdwn("x")}]))
    submits(world, **answer)
    await use_shortcut(world)

    await world.slack.submit("UYOU", {"why": "x", "kind": "intro"})

    assert world.slack.top_view("UYOU").notice == "trouble"
    assert len(world.slack.violations) == 1


async def test_update_push_and_clear(world):
    """A submission can replace the view, put one on top, and clear them all."""
    opens(world, modal(SHORT))
    answers = [
        {"response_action": "update", "view": modal(SHORT, callback_id="compose", private_metadata="2")},
        {"response_action": "push", "view": modal([{"type": "divider"}], callback_id="compose")},
        {"response_action": "clear"},
    ]

    async def listener(ack):
        await ack(**answers.pop(0))

    world.app.view("compose")(listener)
    await use_shortcut(world)
    first = world.slack.top_view("UYOU")

    await world.slack.submit("UYOU", {"why": "x", "kind": "intro"})
    assert (world.slack.top_view("UYOU").id, first.private_metadata) == (first.id, "2")

    await world.slack.submit("UYOU")
    assert world.slack.top_view("UYOU").previous == first.id

    await world.slack.submit("UYOU")
    assert world.slack.top_view("UYOU") is None


async def test_three_views_at_most(world):
    """The fourth view on a stack is refused."""
    opens(world, modal(SHORT))
    refused = []

    async def deeper(ack, body, client):
        await ack()
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=modal(SHORT))
        except SlackApiError as error:
            refused.append(error.response["error"])

    world.app.action("kind")(deeper)
    await use_shortcut(world)
    for _ in range(3):
        await world.slack.act("UYOU", world.slack.top_view("UYOU"), "kind", "intro")

    assert refused == ["push_limit_reached"]


@pytest.mark.in_earnest
async def test_trigger_works_once_and_for_three_seconds(world):
    """A trigger is refused the second time, after three seconds, and when it never was one."""
    opens(world, modal(SHORT))
    await use_shortcut(world)
    used = world.received[-1]["trigger_id"]
    late = world.slack.views.trigger("UYOU")
    world.clock.ahead = 3.1

    for trigger, error in [
        (used, "exchanged_trigger_id"),
        (late, "expired_trigger_id"),
        ("1.2.3", "invalid_trigger_id"),
    ]:
        refused = await refusal(world.client.views_open(trigger_id=trigger, view=modal(SHORT)))
        assert refused["error"] == error


async def test_stale_hash(world):
    """An update with an old hash is a conflict and changes nothing."""
    opens(world, modal(SHORT))
    await use_shortcut(world)
    view = world.slack.top_view("UYOU")
    await world.client.views_update(
        view_id=view.id, hash=view.hash, view=modal(SHORT, private_metadata="new")
    )

    refused = await refusal(world.client.views_update(view_id=view.id, hash="0.old", view=modal(SHORT)))

    assert refused["error"] == "hash_conflict"
    assert view.private_metadata == "new"
    assert world.slack.violations == []


async def test_update_keeps_values_only_under_the_same_ids(world):
    """What was typed survives an update under both old ids; under a new block id the initial value counts."""
    opens(world, modal(SHORT))
    await use_shortcut(world)
    view = world.slack.top_view("UYOU")
    world.slack.fill(view, {"why": "typed", "kind": "advice"})
    fresh = {"type": "plain_text_input", "initial_value": "fresh"}
    renamed = {
        "type": "input",
        "block_id": "why2",
        "label": plain("Why"),
        "element": {**fresh, "action_id": "why"},
    }

    await world.client.views_update(view_id=view.id, view=modal([ask("why", "Why", fresh), SHORT[1]]))
    assert view.typed[("why", "why")] == "typed"

    await world.client.views_update(view_id=view.id, view=modal([renamed, SHORT[1]]))
    assert view.typed == {("why2", "why"): "fresh", ("kind", "kind"): "advice"}


async def test_closing_is_told_only_to_apps_that_asked(world):
    """view_closed is sent with notify_on_close and not without."""
    opens(world, modal(SHORT, notify_on_close=True))
    closed = []

    async def listener(ack, body):
        closed.append(body["is_cleared"])
        await ack()

    world.app.view_closed("compose")(listener)
    await use_shortcut(world)
    await world.slack.close("UYOU")

    assert closed == [False]
    assert world.slack.top_view("UYOU") is None


async def test_slash_command(world):
    """A command is a form with known names as references, and its answer is for its author alone."""

    async def listener(ack, command):
        await ack(f"for {command['text']} in {command['channel_name']}")

    world.app.command("/decline")(listener)

    await world.slack.slash_command("UYOU", "DANA", "@ana no @nobody, a<b")

    answer = world.slack.messages("UYOU", "DANA")[-1]
    assert answer.text == "for <@UANA|ana> no @nobody, a&lt;b in directmessage"
    assert answer.only_for == "UYOU"


async def test_unanswered_command(world):
    """Slack tells the author which command failed, and the playground notes that it did."""
    await world.slack.slash_command("UYOU", "DANA", "")

    assert "dispatch_failed" in world.slack.messages("UYOU", "DANA")[-1].text
    assert len(world.slack.violations) == 1


@pytest.mark.in_earnest
async def test_no_answer_in_three_seconds(world):
    """An app that takes too long has not answered."""

    async def listener(ack):
        await asyncio.sleep(3.2)
        await ack()

    world.app.command("/decline")(listener)

    delivery = await world.slack.slash_command("UYOU", "DANA", "")

    assert (delivery.status, delivery.body) == (0, "operation_timeout")
    assert "operation_timeout" in world.slack.messages("UYOU", "DANA")[-1].text


async def test_home_tab(world):
    """Opening the home tab tells the app, which draws it; a select in it reports what was picked."""

    async def opened(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": HOME})

    async def picked(ack, body, client):
        await ack()
        hash_ = body["view"]["hash"]
        await client.views_publish(user_id="UYOU", hash=hash_, view={"type": "home", "blocks": HOME[:1]})

    world.app.event("app_home_opened")(opened)
    world.app.action("language")(picked)

    await world.slack.open_home("UYOU")
    await world.slack.act("UYOU", world.slack.home_view("UYOU"), "language", "nl")

    assert world.received[-1]["actions"][0]["selected_option"]["value"] == "nl"
    assert len(world.slack.home("UYOU")["blocks"]) == 1


async def test_response_url_five_times_in_half_an_hour(world):
    """The sixth use is refused, and so is any after thirty minutes."""
    opens(world, modal(SHORT))
    await use_shortcut(world)
    await use_shortcut(world)
    first, second = [AsyncWebhookClient(body["response_url"]) for body in world.received]

    statuses = [(await first.send(text=str(turn))).status_code for turn in range(6)]
    assert statuses == [200] * 5 + [404]

    world.clock.ahead = 30 * 60 + 1
    assert (await second.send(text="late")).status_code == 404


async def test_response_url_changes_only_what_is_the_apps(world):
    """A response_url of a shortcut has no original to replace, and an ephemeral message stays ephemeral."""
    opens(world, modal(SHORT))

    async def publish(ack, respond):
        await ack()
        assert (await respond(text="!", response_type="in_channel", replace_original=True)).status_code == 400
        assert (await respond(delete_original=True)).status_code == 200

    world.app.action("sent")(publish)
    await use_shortcut(world)
    webhook = AsyncWebhookClient(world.received[-1]["response_url"])

    assert (await webhook.send(text="x", replace_original=True)).status_code == 404

    await webhook.send(text="Draft", blocks=DRAFT)
    await world.slack.act("UYOU", world.slack.messages("UYOU", "DANA")[-1], "sent")

    assert world.slack.messages("UYOU", "DANA")[-1].user == "UANA"


async def test_the_bot_is_in_no_conversation_between_people(world):
    """The bot can post to its own DM and nowhere else."""
    sent = await world.client.chat_postMessage(channel="UYOU", text="Hello")
    assert world.slack.messages("UYOU", sent["channel"])[-1].text == "Hello"

    for channel, error in [
        ("DANA", "channel_not_found"),
        ("CGENERAL", "not_in_channel"),
        ("UNOBODY", "user_not_found"),
        ("UGONE", "user_disabled"),
        ("UROBOT", "cannot_dm_bot"),
    ]:
        refused = await refusal(world.client.chat_postMessage(channel=channel, text="Hello"))
        assert refused["error"] == error
    refused = await refusal(world.client.chat_postEphemeral(channel="DANA", user="UYOU", text="Hello"))
    assert refused["error"] == "channel_not_found"


async def test_own_messages_can_be_changed(world):
    """The bot updates and deletes its own messages and not those of others."""
    sent = await world.client.chat_postMessage(channel="UYOU", text="Hello")
    await world.client.chat_update(channel=sent["channel"], ts=sent["ts"], text="Bye")
    assert world.slack.messages("UYOU", sent["channel"])[-1].edited

    await world.client.chat_delete(channel=sent["channel"], ts=sent["ts"])
    assert world.slack.messages("UYOU", sent["channel"]) == []

    other = world.slack.messages("UYOU", "DANA")[-1]
    refused = await refusal(world.client.chat_update(channel="DANA", ts=other.ts, text="!"))
    assert refused["error"] == "cant_update_message"


async def test_scheduled_messages(world):
    """A scheduled message can be listed and deleted, and otherwise comes when its time has come."""
    soon = int(world.clock()) + 3600
    kept = await world.client.chat_scheduleMessage(channel="UYOU", post_at=soon, text="First")
    gone = await world.client.chat_scheduleMessage(channel="UYOU", post_at=soon + 60, text="Second")
    channel = kept["channel"]
    await world.client.chat_deleteScheduledMessage(
        channel=channel, scheduled_message_id=gone["scheduled_message_id"]
    )

    listed = await world.client.chat_scheduledMessages_list()
    assert [each["text"] for each in listed["scheduled_messages"]] == ["First"]

    world.clock.ahead = 3601
    assert [each.text for each in world.slack.messages("UYOU", channel)] == ["First"]


@pytest.mark.parametrize(("ahead", "error"), [(-5, "time_in_past"), (121 * 24 * 3600, "time_too_far")])
async def test_schedule_bounds(world, ahead, error):
    """Slack schedules neither in the past nor more than 120 days ahead."""
    call = world.client.chat_scheduleMessage(channel="UYOU", post_at=int(world.clock()) + ahead, text="x")

    assert (await refusal(call))["error"] == error


async def test_no_more_than_the_token_allows(world):
    """Another token, a method out of scope and one that does not exist are each refused."""
    stranger = AsyncWebClient(token="xoxb-other", base_url=f"{world.url}/api/")

    assert (await refusal(stranger.auth_test()))["error"] == "invalid_auth"
    refused = await refusal(world.client.conversations_history(channel="DANA"))
    assert (refused["error"], refused["needed"]) == ("missing_scope", "im:history")
    assert (await refusal(world.client.api_call("chat.shout")))["error"] == "unknown_method"
    assert (await world.client.auth_test()).headers["x-oauth-scopes"] == "commands,chat:write,users:read"


async def test_bodies_that_are_no_objects(world):
    """Broken JSON is refused with Slack's own words for it."""
    headers = {"Authorization": "Bearer xoxb-playground", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body, error in [("{", "invalid_json"), ("[]", "json_not_object")]:
            async with session.post(f"{world.url}/api/auth.test", data=body) as response:
                assert (await response.json())["error"] == error


async def test_people(world):
    """users.info tells the language of the person trying it, and knows who is gone or external."""
    world.slack.speak("nl")

    you = await world.client.users_info(user="UYOU", include_locale=True)
    assert (you["user"]["locale"], you["user"]["is_admin"]) == ("nl-NL", True)
    assert "locale" not in (await world.client.users_info(user="UYOU"))["user"]
    assert (await world.client.users_info(user="UGONE"))["user"]["deleted"]
    assert (await world.client.users_info(user="UPETRA"))["user"]["is_stranger"]
    assert (await refusal(world.client.users_info(user="UX")))["error"] == "user_not_found"


async def test_asking_again_and_changing_language(world):
    """People go on asking in order, and say the same in another language."""
    texts = [world.slack.ask_again("DANA").text for _ in range(7)]
    assert texts[0] == texts[6] != texts[1]

    world.slack.speak("nb")

    assert world.slack.messages("UYOU", "DANA")[0].text.startswith("Hei, Robin!")
    assert world.slack.messages("UYOU", "DANA")[-1].text.startswith("Tusen takk")


async def test_who_sees_what(world):
    """People see the conversations they are in, and what is for all of them; a bot's message says so."""
    opens(world, modal(SHORT))
    await use_shortcut(world)
    webhook = AsyncWebhookClient(world.received[-1]["response_url"])
    await webhook.send(text="For you")
    await webhook.send(text="For all", response_type="in_channel")

    assert [each.text for each in world.slack.messages("UYOU", "DANA")][-2:] == ["For you", "For all"]
    assert [each.text for each in world.slack.messages("UANA", "DANA")][-1:] == ["For all"]
    assert "For you" not in [each.text for each in world.slack.messages("UANA", "DANA")]
    assert world.slack.messages("UCOL", "DANA") == []
    assert world.slack.messages("UCOL", world.slack.app_dm("UCOL")) == []
    assert world.slack.say("UROBOT", "CGENERAL", "Stand up!").extra["bot_id"] == "BROBOT"
    with pytest.raises(ValueError, match="not in"):
        world.slack.say("UCOL", "DANA", "Hello")


async def test_requests_are_signed(world):
    """A Bolt app with another signing secret refuses what the playground sends."""
    world.app._async_middleware_list[1].verifier.signing_secret = "another"

    delivery = await world.slack.global_shortcut("UYOU", "decline")

    assert delivery.status == 401


async def test_only_this_computer_and_this_page(world):
    """A foreign Host, Origin or fetch site is turned away."""
    form = {"page": "/c/DANA"}
    async with aiohttp.ClientSession() as session:
        for headers in [
            {"Host": "evil.example"},
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
        ]:
            async with session.post(f"{world.url}/do/ask_again", data=form, headers=headers) as response:
                assert response.status == 403
        async with session.post(f"{world.url}/do/ask_again", data=form) as response:
            assert response.status == 200
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
