"""An app that opens a websocket is told everything over that."""

import asyncio

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from tests.playground.conftest import APP_TOKEN, TOKEN
from tests.playground.sample import ask, modal, plain

VIEW = modal([ask("why", "Why", {"type": "plain_text_input"})])


@pytest.fixture
async def handler(world):
    """The Bolt app, connected by Socket Mode; over HTTP nobody would answer it."""
    world.slack.events_url = "http://127.0.0.1:9/closed"
    handler = AsyncSocketModeHandler(world.app, APP_TOKEN, ping_interval=0.2)
    await handler.connect_async()
    assert await until(lambda: world.slack.sockets == 1)
    yield handler
    await handler.close_async()


@pytest.fixture
async def session():
    """An HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


async def until(fact):
    """Waits a moment for something to become true."""
    for _ in range(100):
        if fact():
            return True
        await asyncio.sleep(0.02)
    return False


async def address(world):
    """A fresh address for one websocket."""
    return (await world.client.apps_connections_open(app_token=APP_TOKEN))["url"]


async def use_shortcut(world):
    """Uses the shortcut on the last message of a conversation."""
    message = world.slack.messages("UYOU", "DANA")[-1]
    return await world.slack.message_shortcut("UYOU", "DANA", message.ts, "decline_message")


# with Bolt


async def test_from_shortcut_to_submission(world, handler):
    """A modal opens, an action in it and its submission are answered, all without HTTP."""
    seen = []

    async def open_modal(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=VIEW)
        await ack()

    async def submitted(ack, view):
        seen.append(view["state"]["values"]["why"]["why"]["value"])
        await ack()

    world.app.shortcut("decline_message")(open_modal)
    world.app.view("compose")(submitted)

    assert (await use_shortcut(world)).ok
    assert (await world.slack.submit("UYOU", {"why": "No time"})).ok

    assert seen == ["No time"]
    assert world.slack.top_view("UYOU") is None
    assert world.received == []
    assert world.slack.violations == []


async def test_an_answer_to_a_submission(world, handler):
    """What the app answers comes with the acknowledgement."""

    async def open_modal(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=VIEW)
        await ack()

    async def submitted(ack):
        await ack(response_action="errors", errors={"why": "Say more."})

    world.app.shortcut("decline_message")(open_modal)
    world.app.view("compose")(submitted)

    await use_shortcut(world)
    await world.slack.submit("UYOU", {"why": "No"})

    assert world.slack.top_view("UYOU").errors == {"why": "Say more."}
    assert world.slack.violations == []


async def test_an_action(world, handler):
    """A button reaches the app."""
    pressed = []

    async def listener(ack, action):
        pressed.append(action["action_id"])
        await ack()

    world.app.action("new")(listener)
    button = {"type": "button", "action_id": "new", "text": plain("New")}
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    await world.client.views_publish(user_id="UYOU", view=home)

    await world.slack.act("UYOU", world.slack.home_view("UYOU"), "new")

    assert pressed == ["new"]
    assert world.slack.violations == []


async def test_an_answer_to_a_command(world, handler):
    """A text is shown to the author, as over HTTP."""

    async def listener(ack, command):
        await ack(f"for {command['text']}")

    world.app.command("/decline")(listener)

    await world.slack.slash_command("UYOU", "DANA", "@ana no")

    answer = world.slack.messages("UYOU", "DANA")[-1]
    assert (answer.text, answer.only_for) == ("for <@UANA|ana> no", "UYOU")


async def test_events_come_over_the_websocket(world, handler):
    """One that is sent again says so, and why."""
    tries = []

    async def listener(req):
        tries.append([req.headers.get(f"x-slack-retry-{name}", [""])[0] for name in ("num", "reason")])

    world.app.event("app_uninstalled")(listener)
    payload, _ = await world.slack.uninstall("T0PLAY", deliver=False)
    world.slack.install("T0PLAY", token=TOKEN)

    assert (await world.slack.deliver(payload)).ok
    await world.slack.deliver(payload, retry=2, reason="http_timeout")

    assert tries == [["0", ""], ["2", "http_timeout"]]


@pytest.mark.in_earnest
async def test_what_is_not_acknowledged_has_failed(world, handler):
    """Three seconds go by, and it counts as over HTTP."""

    async def listener(ack):
        await asyncio.sleep(3.2)
        await ack()

    world.app.command("/decline")(listener)

    delivery = await world.slack.slash_command("UYOU", "DANA", "")

    assert (delivery.status, delivery.body) == (0, "operation_timeout")
    assert "operation_timeout" in world.slack.messages("UYOU", "DANA")[-1].text
    assert len(world.slack.violations) == 1


async def test_a_refreshed_connection(world, handler):
    """The app is asked to connect anew, does so, and hears what comes next over the new websocket."""
    world.hears()
    before = handler.client.current_session

    await world.slack.refresh_sockets()

    assert world.slack.sockets == 1
    assert handler.client.current_session is not before
    assert (await world.slack.global_shortcut("UYOU", "decline")).ok


async def test_an_app_that_has_gone(world, handler):
    """Without a websocket everything is sent by HTTP again."""
    await handler.close_async()
    assert await until(lambda: world.slack.sockets == 0)

    assert (await world.slack.global_shortcut("UYOU", "decline")).body == "dispatch_failed"


# on the wire


async def test_hello_and_envelopes(world, session):
    """It says hello first; an envelope has an id, a type, and says whether it takes an answer."""
    async with session.ws_connect(await address(world)) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"] == {"app_id": "A0DECLINE"}
        assert hello["debug_info"]["approximate_connection_time"] == 3600

        async def answered(deed, payload=None):
            task = asyncio.create_task(deed)
            envelope = await socket.receive_json()
            ack = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload else {})
            await socket.send_json(ack)
            return envelope, await task

        shortcut, _ = await answered(world.slack.global_shortcut("UYOU", "decline"))
        command, delivery = await answered(world.slack.slash_command("UYOU", "DANA", ""), {"text": "Hi"})
        event, _ = await answered(world.slack.open_home("UYOU"))

    assert [each["type"] for each in (shortcut, command, event)] == [
        "interactive",
        "slash_commands",
        "events_api",
    ]
    assert [each["accepts_response_payload"] for each in (shortcut, command, event)] == [False, True, False]
    assert shortcut["payload"]["callback_id"] == "decline"
    assert (event["retry_attempt"], event["retry_reason"]) == (0, "")
    assert delivery.body == {"text": "Hi"}
    assert world.slack.violations == []


async def test_several_websockets(world, session):
    """What is sent is spread over them."""
    async with (
        session.ws_connect(await address(world)) as one,
        session.ws_connect(await address(world)) as two,
    ):
        assert [(await each.receive_json())["num_connections"] for each in (one, two)] == [1, 2]
        for socket in (one, two):
            task = asyncio.create_task(world.slack.global_shortcut("UYOU", "decline"))
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            assert (await task).ok


async def test_an_address_is_for_one_websocket(world, session):
    """It works once, and a made up one never does."""
    url = await address(world)
    async with session.ws_connect(url):
        for wrong in (url, url + "x"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(wrong)
            assert refused.value.status == 403


@pytest.mark.parametrize(
    ("token", "error"),
    [(TOKEN, "not_allowed_token_type"), ("xapp-other", "invalid_auth"), ("xoxb-other", "invalid_auth")],
)
async def test_only_the_app_s_own_token_opens_one(world, token, error):
    """A bot token is of the wrong type, any other is none."""
    with pytest.raises(SlackApiError) as refused:
        await world.client.apps_connections_open(app_token=token)

    assert refused.value.response["error"] == error


async def test_an_app_token_is_for_nothing_else(world):
    """The other methods want a bot token."""
    with pytest.raises(SlackApiError) as refused:
        await world.client.users_info(user="UYOU", token=APP_TOKEN)

    assert refused.value.response["error"] == "not_allowed_token_type"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"envelope_id": "none"}'])
async def test_acknowledging_what_was_never_sent(world, session, text):
    """It breaks a rule."""
    async with session.ws_connect(await address(world)) as socket:
        await socket.receive_json()
        await socket.send_str(text)

        assert await until(lambda: world.slack.violations)


async def test_an_answer_where_none_is_taken(world, session):
    """It breaks a rule, and the envelope counts as acknowledged."""
    async with session.ws_connect(await address(world)) as socket:
        await socket.receive_json()
        task = asyncio.create_task(world.slack.global_shortcut("UYOU", "decline"))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Hi"}})

        assert (await task).ok

    assert len(world.slack.violations) == 1


@pytest.mark.in_earnest
async def test_a_connection_that_is_not_replaced(world, session):
    """After three seconds Slack closes it."""
    async with session.ws_connect(await address(world)) as socket:
        await socket.receive_json()
        refreshing = asyncio.create_task(world.slack.refresh_sockets())
        disconnect = await socket.receive_json()
        assert (disconnect["type"], disconnect["reason"]) == ("disconnect", "refresh_requested")
        assert (await socket.receive(timeout=5)).type == aiohttp.WSMsgType.CLOSE
        await refreshing

    assert world.slack.sockets == 0
