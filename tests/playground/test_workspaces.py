"""Several workspaces and an organisation: who is where, and what the app sees of it."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.cast import people, scenes, teams
from tests.playground.sample import ask, modal

VIEW = modal([ask("why", "Why", {"type": "plain_text_input"})])
HOME = {"type": "home", "blocks": [{"type": "divider"}]}
ORG = {"id": "E0ORG", "name": "Harbour Group"}


@pytest.fixture
def north(world):
    """The app with its token for the second workspace."""
    world.hears()
    world.slack.install("T0NORTH")
    return world.client_of("T0NORTH")


async def refusal(call):
    """The error Slack answers with when it refuses a call."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def use_shortcut(world, user, channel, **how):
    """Uses the shortcut on the last message of a conversation, and gives what the app received."""
    message = world.slack.messages(user, channel)[-1]
    await world.slack.message_shortcut(user, channel, message.ts, "decline_message", **how)
    return world.received[-1]


# who is where


def test_nobody_and_nothing_is_in_two_workspaces():
    """But for Slackbot, an id is in one workspace."""
    users = [user for team in teams().values() for user in people(team) if user != "USLACKBOT"]
    channels = [scene.id for team in teams() for scene in scenes("en", team)]

    assert len(users) == len({*users})
    assert len(channels) == len({*channels})


def test_every_workspace_has_somebody_who_runs_it_and_members_who_do_not():
    """Each has an admin and at least two plain members."""
    for team in teams().values():
        here = [user for user in people(team).values() if user.team == team.id and not user.is_bot]
        assert [user for user in here if user.runs(team)]
        assert len([user for user in here if not user.runs(team)]) >= 2


async def test_a_conversation_of_another_workspace(world):
    """A conversation is read and goes on by its own people, and by nobody of another workspace."""
    assert world.slack.messages("UTOM", "DMIA")[-1].text.startswith("Could you join")
    assert world.slack.messages("UYOU", "DMIA") == []
    assert world.slack.ask_again("DMIA").text.startswith("Hi Tom")
    assert world.slack.type("UTOM", "DMIA", "No, @mia").text == "No, <@UMIA|mia>"


async def test_starting_over_is_for_every_workspace(world):
    """What was said in another workspace is gone as well."""
    world.slack.ask_again("DMIA")

    world.slack.start_over()

    assert len(world.slack.messages("UTOM", "DMIA")) == 2


async def test_another_language_is_for_the_page_alone(world):
    """The other workspaces go on in English."""
    world.slack.speak("nl")

    assert world.slack.messages("UTOM", "DMIA")[0].text.startswith("Hi Tom!")
    assert world.slack.messages("UYOU", "DANA")[0].text.startswith("Hoi Robin!")


# what a token sees


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("T0PLAY", ("Playground", "T0PLAY", "UDECLINE", "BDECLINE", None, False)),
        ("T0NORTH", ("North", "T0NORTH", "UDECLINENORTH", "BDECLINENORTH", None, False)),
        ("T0QUAY", ("Quay", "T0QUAY", "UDECLINEQUAY", "BDECLINEQUAY", "E0ORG", False)),
        ("E0ORG", ("Harbour Group", "E0ORG", "UDECLINEQUAY", "BDECLINEQUAY", "E0ORG", True)),
    ],
)
async def test_auth_test_says_whose_a_token_is(world, place, answer):
    """Each token answers for its own workspace, or for the organisation."""
    world.slack.install(place)

    said = await world.client_of(place).auth_test()

    names = ("team", "team_id", "user_id", "bot_id", "enterprise_id", "is_enterprise_install")
    assert tuple(said.get(name) for name in names) == answer


async def test_a_token_sees_its_own_people_and_conversations(world, north):
    """A person or conversation of another workspace does not exist for it, nor the other way round."""
    assert (await north.users_info(user="UTOM"))["user"]["team_id"] == "T0NORTH"
    assert await refusal(north.users_info(user="UYOU")) == "user_not_found"
    assert await refusal(world.client.users_info(user="UTOM")) == "user_not_found"
    assert await refusal(north.chat_postMessage(channel="UYOU", text="x")) == "user_not_found"
    assert await refusal(north.chat_postMessage(channel="CGENERAL", text="x")) == "channel_not_found"
    assert await refusal(north.views_publish(user_id="UYOU", view=HOME)) == "user_not_found"
    assert world.slack.violations == []


async def test_a_token_opens_and_changes_views_of_its_own_workspace(world, north):
    """A trigger and a view of another workspace are unknown to it."""
    body = await use_shortcut(world, "UTOM", "DMIA")
    assert await refusal(world.client.views_open(trigger_id=body["trigger_id"], view=VIEW)) == (
        "invalid_trigger_id"
    )

    opened = await north.views_open(trigger_id=body["trigger_id"], view=VIEW)

    assert opened["view"]["team_id"] == opened["view"]["app_installed_team_id"] == "T0NORTH"
    assert opened["view"]["bot_id"] == "BDECLINENORTH"
    view_id = opened["view"]["id"]
    assert await refusal(world.client.views_update(view_id=view_id, view=VIEW)) == "not_found"
    await north.views_update(view_id=view_id, view=VIEW)


async def test_the_bot_writes_as_itself(world, north):
    """A message in another workspace is by the bot user of that workspace."""
    sent = await north.chat_postMessage(channel="UTOM", text="Hello")

    message = world.slack.messages("UTOM", sent["channel"])[-1]
    assert (message.user, message.by_app) == ("UDECLINENORTH", True)
    assert (sent["message"]["bot_id"], sent["message"]["team"]) == ("BDECLINENORTH", "T0NORTH")


async def test_an_external_id_is_unique_in_a_workspace_only(world, north):
    """Two workspaces may each have a view with the same external_id."""
    world.slack.install("T0NORTH")
    home = {**HOME, "external_id": "mine"}

    await world.client.views_publish(user_id="UYOU", view=home)
    await north.views_publish(user_id="UTOM", view=home)

    assert await refusal(world.client.views_publish(user_id="UCOL", view=home)) == "duplicate_external_id"


async def test_a_token_for_the_organisation_acts_in_its_workspaces(world):
    """It reads, writes and lists in the workspaces of the organisation and in no other."""
    world.slack.install("E0ORG")
    client = world.client_of("E0ORG")

    await client.chat_scheduleMessage(channel="UBEN", post_at=int(world.clock()) + 60, text="Hello")

    assert len((await client.chat_scheduledMessages_list())["scheduled_messages"]) == 1
    assert (await client.users_info(user="UBEN"))["user"]["name"] == "ben"
    assert await refusal(client.users_info(user="UTOM")) == "user_not_found"


# what the app is told


async def test_a_payload_names_its_workspace(world, north):
    """A workspace without an organisation is named, and no enterprise is."""
    body = await use_shortcut(world, "UTOM", "DMIA")

    assert body["team"] == {"id": "T0NORTH", "domain": "north"}
    assert (body["enterprise"], body["is_enterprise_install"]) == (None, False)
    assert (body["user"]["team_id"], body["message"]["team"]) == ("T0NORTH", "T0NORTH")


async def test_a_payload_of_a_workspace_in_an_organisation(world):
    """Where only the workspace has the app, both are named and the installation is not org-wide."""
    world.hears()
    world.slack.install("T0QUAY")

    body = await use_shortcut(world, "UBEN", "DJUN")

    whole = {"enterprise_id": "E0ORG", "enterprise_name": "Harbour Group"}
    assert body["team"] == {"id": "T0QUAY", "domain": "quay", **whole}
    assert (body["enterprise"], body["is_enterprise_install"]) == (ORG, False)


async def test_a_shortcut_in_an_organisation_that_has_the_app(world):
    """The team is null, the person's workspace is not."""
    world.hears()
    world.slack.install("E0ORG")

    body = await use_shortcut(world, "UBEN", "DJUN")

    assert (body["team"], body["enterprise"], body["is_enterprise_install"]) == (None, ORG, True)
    assert body["user"]["team_id"] == "T0QUAY"


async def test_a_command_in_an_organisation_that_has_the_app(world):
    """The form has the organisation and the workspace, and says true in letters."""
    world.hears()
    world.slack.install("E0ORG")

    await world.slack.slash_command("UBEN", "DJUN", "")

    body = world.received[-1]
    assert (body["enterprise_id"], body["enterprise_name"]) == ("E0ORG", "Harbour Group")
    assert (body["team_id"], body["team_domain"]) == ("T0QUAY", "quay")
    assert body["is_enterprise_install"] == "true"


async def test_a_command_outside_an_organisation(world, north):
    """The form has no organisation at all."""
    await world.slack.slash_command("UTOM", "DMIA", "")

    assert "enterprise_id" not in world.received[-1]
    assert world.received[-1]["is_enterprise_install"] == "false"


async def test_a_submission_in_an_organisation_that_has_the_app(world):
    """The view says that the app is installed in the organisation, and the payload names the workspace."""
    world.hears()
    world.slack.install("E0ORG")

    async def listener(ack):
        await ack()

    world.app.view("compose")(listener)
    body = await use_shortcut(world, "UBEN", "DJUN")
    await world.client_of("E0ORG").views_open(trigger_id=body["trigger_id"], view=VIEW)
    await world.slack.submit("UBEN", {"why": "No time"})

    body = world.received[-1]
    assert (body["team"]["id"], body["is_enterprise_install"]) == ("T0QUAY", True)
    assert (body["view"]["team_id"], body["view"]["app_installed_team_id"]) == ("T0QUAY", "E0ORG")
    assert world.slack.violations == []


@pytest.mark.parametrize(
    ("place", "user", "team", "enterprise", "org_wide"),
    [
        ("T0NORTH", "UTOM", "T0NORTH", None, False),
        ("T0QUAY", "UBEN", "T0QUAY", "E0ORG", False),
        ("E0ORG", "UBEN", None, "E0ORG", True),
    ],
)
async def test_an_event_says_by_whose_leave_it_comes(world, place, user, team, enterprise, org_wide):
    """The authorization names the workspace, or for an organisation that has the app only that."""
    world.hears()
    world.slack.install(place)

    await world.slack.open_home(user)

    (authorization,) = world.received[-1]["authorizations"]
    assert (authorization["team_id"], authorization["enterprise_id"]) == (team, enterprise)
    assert authorization["is_enterprise_install"] == org_wide
    assert world.received[-1].get("enterprise_id") == enterprise


async def test_the_organisation_goes_before_the_workspace(world):
    """Where both have the app, payloads are org-wide and both tokens count."""
    world.hears()
    world.slack.install("T0QUAY")
    world.slack.install("E0ORG")

    assert (await use_shortcut(world, "UBEN", "DJUN"))["is_enterprise_install"]
    assert (await world.client_of("T0QUAY").auth_test())["team_id"] == "T0QUAY"


# where the app is not


async def test_where_the_app_is_not_installed_nobody_can_use_it(world):
    """Each way in is a ValueError."""
    message = world.slack.messages("UTOM", "DMIA")[-1]
    for deed in [
        world.slack.message_shortcut("UTOM", "DMIA", message.ts, "decline_message"),
        world.slack.global_shortcut("UTOM", "decline"),
        world.slack.slash_command("UTOM", "DMIA", ""),
        world.slack.open_home("UTOM"),
    ]:
        with pytest.raises(ValueError, match="not installed in T0NORTH"):
            await deed
    assert world.received == []


async def test_a_payload_can_be_sent_anyway(world):
    """A test can send what Slack would not, as from an app that was there a moment ago."""
    world.hears()
    world.slack.install("E0ORG")
    await world.slack.uninstall("E0ORG")

    assert (await use_shortcut(world, "UBEN", "DJUN", anyway=True))["is_enterprise_install"]
    assert not (await use_shortcut(world, "UTOM", "DMIA", anyway=True))["is_enterprise_install"]


async def test_without_the_scope_there_are_no_shortcuts_and_commands(world):
    """An app that was not given `commands` has none to use."""
    world.slack.install("T0NORTH", scopes=["chat:write"])

    with pytest.raises(ValueError, match="without the scope commands"):
        await world.slack.global_shortcut("UTOM", "decline")


# roles


async def test_a_role_can_change(world):
    """The app is told, and asks to the same effect."""
    world.hears()

    await world.slack.set_role("UCOL", is_admin=True)

    event = world.received[-1]["event"]
    assert (event["type"], event["user"]["id"], event["user"]["is_admin"]) == ("user_change", "UCOL", True)
    assert (await world.client.users_info(user="UCOL"))["user"]["is_admin"]


async def test_an_owner_is_an_admin_too(world):
    """As at Slack, both flags are set for an owner."""
    await world.slack.set_role("UCOL", is_owner=True, tell=False)

    user = (await world.client.users_info(user="UCOL"))["user"]
    assert (user["is_admin"], user["is_owner"]) == (True, True)


async def test_a_role_can_change_without_a_word(world):
    """With tell=False nothing is sent."""
    await world.slack.set_role("UYOU", is_admin=False, tell=False)

    assert world.received == []
    assert not (await world.client.users_info(user="UYOU"))["user"]["is_admin"]


async def test_roles_are_told_to_who_may_read_people(world):
    """An app that is not there, or may not read people, hears nothing."""
    await world.slack.set_role("UTOM", is_admin=True)
    world.slack.install("T0NORTH", scopes=["commands"])
    await world.slack.set_role("UTOM", is_admin=False)

    assert world.received == []


async def test_roles_in_an_organisation(world):
    """Somebody in an organisation has a role there beside the one in the workspace."""
    world.slack.install("E0ORG")
    client = world.client_of("E0ORG")
    await world.slack.set_role("UBEN", org_admin=True, tell=False)

    ben = (await client.users_info(user="UBEN"))["user"]

    assert not ben["is_admin"]
    assert ben["enterprise_user"] == {
        "id": "UBEN",
        "enterprise_id": "E0ORG",
        "enterprise_name": "Harbour Group",
        "is_admin": True,
        "is_owner": False,
        "is_primary_owner": False,
        "teams": ["T0QUAY"],
    }
    assert "enterprise_user" not in (await world.client.users_info(user="UYOU"))["user"]
