"""How the app is let in, and how it is sent away again."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.playground import Slack
from bot.playground.rules import Refused
from tests.playground.conftest import CLIENT, TOKEN

SCOPE = "commands,chat:write,users:read"
AUTHORIZE = "/oauth/v2/authorize"


@pytest.fixture
async def browser():
    """A browser that follows no redirect, so that one sees where it is sent."""
    async with aiohttp.ClientSession() as session:
        yield session


def link(world, **changed):
    """The link to the consent page, as the app makes it; None leaves a part out."""
    asked = {
        "client_id": CLIENT["client_id"],
        "scope": SCOPE,
        "user_scope": "",
        "state": "s1",
        "redirect_uri": world.slack.redirect_urls[0],
    } | changed
    return URL(world.url + AUTHORIZE).with_query(
        {name: each for name, each in asked.items() if each is not None}
    )


async def press(browser, world, answer="allow", place="T0NORTH", user="", **changed):
    """Presses a button on the consent page, and gives where one is sent."""
    form = {**link(world, **changed).query, "answer": answer, "place": place, "user": user}
    async with browser.post(world.url + AUTHORIZE, data=form, allow_redirects=False) as response:
        return URL(response.headers["Location"]) if "Location" in response.headers else await response.text()


async def fetch(world, code, /, **changed):
    """Changes a code for a token."""
    given = {**CLIENT, "redirect_uri": world.slack.redirect_urls[0], "code": code} | changed
    form = {name: each for name, each in given.items() if each is not None}
    return await AsyncWebClient(base_url=f"{world.url}/api/").api_call("oauth.v2.access", data=form)


async def refusal(call):
    """What Slack answers when it refuses a call."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response.data


async def install(world, place, user, **how):
    """Goes through the whole of it without a browser."""
    return await fetch(world, world.slack.code(place, user, world.slack.redirect_urls[0], **how))


# the consent page


async def test_the_page_names_the_app_and_what_it_asks(world, browser):
    """App, scopes and places stand on the page."""
    async with browser.get(link(world)) as response:
        text = await response.text()

    assert response.status == 200
    for named in ["Decline asks to be installed", *SCOPE.split(","), "North", "All of Harbour Group"]:
        assert named in text
    assert world.slack.violations == []


async def test_allow_brings_a_code_and_the_state_back(world, browser):
    """The browser goes to the app's own address, with a code that gives the token."""
    back = await press(browser, world)

    assert str(back.with_query(None)) == world.slack.redirect_urls[0]
    assert back.query["state"] == "s1"
    assert (await fetch(world, back.query["code"]))["team"]["id"] == "T0NORTH"


async def test_cancel_brings_access_denied_back(world, browser):
    """Nothing is installed, and the app is told so."""
    back = await press(browser, world, answer="cancel")

    assert dict(back.query) == {"error": "access_denied", "state": "s1"}
    assert world.slack.installed("T0NORTH") is None


@pytest.mark.parametrize(
    ("place", "user", "installer"),
    [("T0PLAY", "", "UYOU"), ("E0ORG", "", "UNORA"), ("T0NORTH", "UEVA", "UEVA")],
)
async def test_who_allows(world, browser, place, user, installer):
    """It is whom one picks, or else the first admin of the place."""
    back = await press(browser, world, place=place, user=user)

    assert (await fetch(world, back.query["code"]))["authed_user"] == {"id": installer}


@pytest.mark.parametrize(("place", "user"), [("T0NORTH", "UYOU"), ("E0ORG", "UEVA"), ("T0NOWHERE", "")])
async def test_who_may_not_allow(world, browser, place, user):
    """Somebody who runs another place is not let through, and the page says so."""
    assert "This person is not an admin there." in await press(browser, world, place=place, user=user)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"client_id": None}, "invalid_client_id"),
        ({"scope": "commands,world:rule"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"user_scope": "chat:write"}, "invalid_scope"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": "/slack/oauth_redirect"}, "bad_redirect_uri"),
    ],
)
async def test_a_link_that_slack_would_not_take(world, browser, changed, error):
    """An error page comes instead of the question, and the rule is noted."""
    async with browser.get(link(world, **changed)) as response:
        assert response.status == 400
        assert error in await response.text()

    assert len(world.slack.violations) == 1


async def test_a_link_without_a_state(world, browser):
    """Slack takes it; that anybody could finish it is noted."""
    async with browser.get(link(world, state=None)) as response:
        assert response.status == 200

    assert "without a state" in world.slack.violations[0]


async def test_where_one_may_be_sent_back_to(world, browser):
    """To a registered address and what is below it; not beside it, not elsewhere, not with a fragment."""
    world.slack.redirect_urls = ["https://decline.example/slack"]

    for uri, status in [
        ("https://decline.example/slack", 200),
        ("https://decline.example/slack/back?x=1", 200),
        ("https://decline.example/slackers", 400),
        ("https://decline.example/slack/../admin", 400),
        ("https://decline.example:444/slack", 400),
        ("https://me@decline.example/slack", 400),
        ("https://decline.example/slack#top", 400),
        ("http://decline.example/slack", 400),
    ]:
        async with browser.get(link(world, redirect_uri=uri)) as response:
            assert response.status == status, uri


async def test_an_address_to_come_back_to_is_needed_when_there_are_several(world, browser):
    """With one registered it may be left out, with two it may not."""
    (only,) = world.slack.redirect_urls
    back = await press(browser, world, redirect_uri=None)
    assert str(back.with_query(None)) == only

    world.slack.redirect_urls = [only, "https://decline.example/slack"]
    async with browser.get(link(world, redirect_uri=None)) as response:
        assert response.status == 400


async def test_another_website_cannot_press_allow(world, browser):
    """A form that was posted from elsewhere is turned away."""
    form = {**link(world).query, "answer": "allow", "place": "T0NORTH"}
    headers = {"Origin": "https://evil.example"}
    async with browser.post(world.url + AUTHORIZE, data=form, headers=headers) as response:
        assert response.status == 403


# a code for a token


async def test_the_answer_for_a_workspace(world):
    """The token comes with its workspace, its scopes and who installed it."""
    answer = (await install(world, "T0NORTH", "UEVA")).data

    assert answer.pop("access_token") == world.slack.installed("T0NORTH")
    assert answer == {
        "ok": True,
        "app_id": "A0DECLINE",
        "authed_user": {"id": "UEVA"},
        "scope": SCOPE,
        "token_type": "bot",
        "bot_user_id": "UDECLINENORTH",
        "team": {"id": "T0NORTH", "name": "North"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


@pytest.mark.parametrize(
    ("place", "team", "org_wide"),
    [("T0QUAY", {"id": "T0QUAY", "name": "Quay"}, False), ("E0ORG", None, True)],
)
async def test_the_answer_within_an_organisation(world, place, team, org_wide):
    """The organisation is always named, and the workspace unless all of them have the app."""
    answer = await install(world, place, "UNORA")

    assert answer["enterprise"] == {"id": "E0ORG", "name": "Harbour Group"}
    assert (answer["team"], answer["is_enterprise_install"]) == (team, org_wide)


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (aiohttp.encode_basic_auth(*CLIENT.values()), None),
        (aiohttp.encode_basic_auth(CLIENT["client_id"], "guess"), "bad_client_secret"),
        ("Basic ?", "invalid_client_id"),
        ("", "invalid_client_id"),
    ],
)
async def test_the_secret_may_be_in_a_header(world, browser, header, error):
    """Basic authorization does as well as the form."""
    uri = world.slack.redirect_urls[0]
    form = {"code": world.slack.code("T0NORTH", "UEVA", uri), "redirect_uri": uri}
    headers = {"Authorization": header}
    async with browser.post(f"{world.url}/api/oauth.v2.access", data=form, headers=headers) as response:
        assert (await response.json()).get("error") == error


async def test_a_code_works_once(world):
    """The second time it was already used."""
    code = world.slack.code("T0NORTH", "UEVA", world.slack.redirect_urls[0])
    await fetch(world, code)

    assert (await refusal(fetch(world, code)))["error"] == "code_already_used"
    assert world.slack.violations == []


async def test_a_code_works_for_ten_minutes(world):
    """After that it is invalid."""
    code = world.slack.code("T0NORTH", "UEVA", world.slack.redirect_urls[0])
    world.clock.ahead = 601

    assert (await refusal(fetch(world, code)))["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "made up"}, "invalid_code"),
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"redirect_uri": "https://decline.example/other"}, "bad_redirect_uri"),
        ({"redirect_uri": None}, "bad_redirect_uri"),
    ],
)
async def test_what_a_code_is_bound_to(world, changed, error):
    """It works for this app, with its secret and the address that was asked with; a refusal leaves it."""
    code = world.slack.code("T0NORTH", "UEVA", world.slack.redirect_urls[0])

    assert (await refusal(fetch(world, code, **changed)))["error"] == error
    assert (await fetch(world, code))["ok"]


async def test_nobody_allows_where_they_are_not(world):
    """A code for a workspace is by somebody in it."""
    with pytest.raises(ValueError, match="UYOU is not in T0NORTH"):
        world.slack.code("T0NORTH", "UYOU", world.slack.redirect_urls[0])


# again, less, and no more


async def test_installing_again_changes_nothing(world):
    """With the same scopes Slack gives the same token."""
    first = await install(world, "T0NORTH", "UEVA")

    assert (await install(world, "T0NORTH", "UEVA"))["access_token"] == first["access_token"]


async def test_installing_again_can_bring_another_token(world):
    """When told to, Slack gives a new one, and the old one goes on working until the app is uninstalled."""
    world.slack.new_token_on_reinstall = True
    old = (await install(world, "T0PLAY", "UYOU"))["access_token"]

    assert world.slack.installed("T0PLAY") == old != TOKEN
    assert (await world.client.auth_test())["ok"]

    await world.slack.uninstall("T0PLAY", deliver=False)

    assert (await refusal(world.client.auth_test()))["error"] == "account_inactive"


async def test_scopes_only_add_up(world):
    """Asking for less takes nothing away; asking for more gives a token with both."""
    world.slack.install("T0NORTH", scopes=["commands"])
    first = world.slack.installed("T0NORTH")

    answer = await install(world, "T0NORTH", "UEVA", scopes=["chat:write"])

    assert answer["scope"] == "commands,chat:write"
    assert answer["access_token"] != first


async def test_fewer_scopes_than_were_asked_for(world):
    """Header, answer and errors follow what was given; that it was less is not the app's fault."""
    world.slack.grants = {"commands"}

    assert (await install(world, "T0NORTH", "UEVA"))["scope"] == "commands"

    client = world.client_of("T0NORTH")
    assert (await client.auth_test()).headers["x-oauth-scopes"] == "commands"
    refused = await refusal(client.users_info(user="UTOM"))
    assert (refused["error"], refused["needed"], refused["provided"]) == (
        "missing_scope",
        "users:read",
        "commands",
    )
    assert world.slack.violations == []


async def test_a_scope_that_was_never_asked_for(world):
    """Needing it all the same breaks a rule."""
    await install(world, "T0NORTH", "UEVA", scopes=["commands"])

    await refusal(world.client_of("T0NORTH").chat_postMessage(channel="UTOM", text="x"))

    assert len(world.slack.violations) == 1


async def test_a_token_can_be_taken_back(world):
    """It is refused with Slack's word for it; the app still hears what people do there."""
    world.hears()
    world.slack.revoke_token("T0PLAY")

    assert (await refusal(world.client.auth_test()))["error"] == "token_revoked"
    assert world.slack.installed("T0PLAY") is None
    assert (await world.slack.global_shortcut("UYOU", "decline")).status in {200, 401}
    assert world.received[-1]["type"] == "shortcut"


async def test_uninstalling_is_told_in_two_events(world):
    """Both come after the token has died, in the order one wants, and name the bot and no authorization."""
    world.hears()
    world.slack.install("T0NORTH")

    await world.slack.uninstall("T0NORTH", order=("tokens_revoked", "app_uninstalled"))

    told = world.received[-2:]
    assert [each["event"]["type"] for each in told] == ["tokens_revoked", "app_uninstalled"]
    assert told[0]["event"]["tokens"] == {"oauth": [], "bot": ["UDECLINENORTH"]}
    assert [each["team_id"] for each in told] == ["T0NORTH", "T0NORTH"]
    assert "authorizations" not in told[0]
    assert world.slack.installed("T0NORTH") is None


async def test_uninstalling_from_an_organisation(world):
    """The events name the organisation and no workspace."""
    world.slack.install("E0ORG")

    told = await world.slack.uninstall("E0ORG", deliver=False)

    assert [each.get("team_id") for each in told] == [None, None]
    assert [each["enterprise_id"] for each in told] == ["E0ORG", "E0ORG"]
    assert world.received == []


async def test_an_event_can_come_late_and_again(world):
    """What was held back can be delivered later, and the headers say that it is not the first time."""
    world.hears()
    world.slack.install("T0NORTH")
    payload, _ = await world.slack.uninstall("T0NORTH", deliver=False)
    world.slack.install("T0NORTH")

    await world.slack.deliver(payload)
    await world.slack.deliver(payload, retry=1, reason="http_error")

    assert world.received[0]["event_id"] == world.received[1]["event_id"]
    assert "X-Slack-Retry-Num" not in world.headers[0]
    assert (world.headers[1]["X-Slack-Retry-Num"], world.headers[1]["X-Slack-Retry-Reason"]) == (
        "1",
        "http_error",
    )


async def test_the_page_without_the_app(world, browser):
    """Where the app was taken away the page still opens, and nothing is sent."""
    await world.slack.uninstall("T0PLAY", deliver=False)

    async with browser.get(f"{world.url}/app/home") as response:
        assert response.status == 200
    assert (await world.slack.change_language("nl")).body == "not sent"
    assert world.received == []


async def test_nothing_to_take_away(world):
    """Where the app is not there is nothing to uninstall or revoke."""
    with pytest.raises(ValueError, match="not installed in T0NORTH"):
        await world.slack.uninstall("T0NORTH")
    with pytest.raises(ValueError, match="not installed in T0NORTH"):
        world.slack.revoke_token("T0NORTH")
    with pytest.raises(ValueError, match="no such workspace"):
        world.slack.installed("T0NOWHERE")


async def test_a_slack_without_an_oauth_client():
    """The page is only there for an app that has a client id."""
    slack = Slack(base_url="", events_url="", signing_secret="x", bot_token=TOKEN)

    assert AUTHORIZE not in [resource.canonical for resource in slack.site().router.resources()]
    with pytest.raises(Refused, match="invalid_client_id"):
        slack.code("T0NORTH", "UEVA", "https://decline.example/")
