"""The workspace's settings: who may see and change them, what is kept of a change, what each one does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from redis import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids
from bot.app import Credentials, Storage, assembled
from bot.desk import Desk, NotAdminError
from bot.localization import Language, Languages
from bot.playground.views import View
from bot.records import Author as Account
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import new_key
from bot.workspace import Change, Installed, Settings, Workspace
from tests import slack_requests
from tests.author import Author, actions, chosen, makes_admin, preview, values, words
from tests.conftest import SECRET, TEAM, TOKEN, World

TYPED: dict[str, Any] = {
    ids.LANGUAGE: "nl",
    ids.RETENTION_DAYS: "30",
    ids.SCRIPTS_OFF: ["decline_pitch"],
    ids.SAFETY_CONTACT: "Noor (HR), extension 12",
    ids.GROUP_RHYTHM: "on the first Friday of the month",
    ids.GROUP_PLACE: "Café Linden",
    ids.URGENT_CHANNEL: "phone",
}
"""Every setting, as somebody might choose it."""

REDIS = f"decline:{{{TEAM}}}:"
"""What the keys of the workspace begin with."""


@pytest.fixture
def kim(world: World) -> Author:
    """A member, who is no admin."""
    world.authors.add("UCOL")
    return Author(world, "UCOL", "CGENERAL")


@pytest.fixture
def lee(world: World) -> Author:
    """Another admin."""
    world.authors.add("UCOL")
    makes_admin(world, "UCOL", admin=True)
    return Author(world, "UCOL", "CGENERAL")


async def opens(author: Author) -> View:
    """Opens the settings from App Home."""
    await author.presses(await author.opens_home(), ids.SETTINGS)
    return author.modal


async def saves(author: Author, **typed: Any) -> None:
    """Changes some settings and saves them."""
    await opens(author)
    await author.submits(**typed)
    assert author.top is None, (words(author.modal), author.modal.errors)


def kept(redis: Redis) -> tuple[bytes | None, list[bytes]]:
    """What Redis has of the settings and of the changes."""
    return redis.hget(f"{REDIS}workspace", "settings"), redis.lrange(f"{REDIS}changes", 0, -1)


def history(view: View) -> list[str]:
    """The lines of the latest changes, without when."""
    return [line.split("  ·  ", 1)[1] for line in words(view).splitlines() if line.startswith("<!date")]


async def sends(author: Author, view: View, **typed: Any) -> slack_requests.Answered:
    """Sends a view as it stands, and whatever is typed in it, in somebody's name: what no client would."""
    payload = slack_requests.fill(view.payload(), **typed)
    user = {"id": author.user, "username": "?", "name": "?", "team_id": TEAM}
    return await slack_requests.interaction(author.world, slack_requests.view_submission(payload, user=user))


# Who may


async def test_an_admin_opens_the_settings_from_home(robin: Author, say: Language):
    """The button in App Home opens the modal with the settings as they are."""
    view = await opens(robin)
    assert view.callback_id == ids.SETTINGS
    assert (chosen(view, ids.RETENTION_DAYS), chosen(view, ids.SCRIPTS_OFF)) == ("180", [])
    assert say("settings.no_changes") in words(view)


async def test_an_admin_opens_the_settings_with_the_command(robin: Author):
    """`/decline settings workspace` opens the same modal."""
    await robin.types(" Settings  Workspace ")
    assert robin.modal.callback_id == ids.SETTINGS


async def test_a_member_sees_nothing_for_admins(kim: Author, say: Language):
    """App Home shows a member neither the button nor the words above it."""
    home = await kim.opens_home()
    assert ids.SETTINGS not in actions(home.blocks)
    assert say("admin.title") not in words(home)


async def test_the_command_tells_a_member_where_their_own_settings_are(kim: Author, say: Language):
    """`/decline settings workspace` of a member opens nothing and says where to go."""
    await kim.types("settings workspace")
    assert words(kim.from_the_app[-1]) == say("settings.yours", command=ids.COMMAND)
    assert kim.top is None


async def test_a_member_cannot_press_the_button(robin: Author, kim: Author, say: Language):
    """A press on the button of somebody else's Home shows a member that it is for admins."""
    home = await robin.opens_home()
    await robin.world.slack.act("UCOL", home, ids.SETTINGS)
    assert words(kim.modal) == say("trouble.not_admin")


async def test_a_member_cannot_replay_what_an_admin_sent(robin: Author, kim: Author, say: Language, redis):
    """The very submission of an admin, in a member's name, changes nothing and says why."""
    view = await opens(robin)
    answered = await sends(kim, view, **TYPED)
    assert answered.json["response_action"] == "push"
    assert words(answered.json["view"]["blocks"]) == say("trouble.not_admin")
    assert kept(redis) == (None, [])


async def test_who_is_no_admin_any_more_cannot_save(robin: Author, say: Language, redis):
    """Slack is asked when the modal is saved, not only when it was opened."""
    await opens(robin)
    makes_admin(robin.world, "UYOU", admin=False)
    await robin.submits(**TYPED)
    assert words(robin.modal) == say("trouble.not_admin")
    assert kept(redis) == (None, [])


async def test_who_is_no_admin_any_more_cannot_open(robin: Author, say: Language):
    """A button that is still in an older Home opens nothing, and is gone from the next one."""
    home = await robin.opens_home()
    makes_admin(robin.world, "UYOU", admin=False)
    await robin.presses(home, ids.SETTINGS)
    assert words(robin.modal) == say("trouble.not_admin")
    assert ids.SETTINGS not in actions((await robin.opens_home()).blocks)


async def test_nobody_is_an_admin_while_slack_does_not_say(robin: Author, say: Language, redis):
    """When Slack cannot be asked, nothing is changed."""
    await opens(robin)
    robin.world.troubles.fails("users.info")
    await robin.submits(**TYPED)
    robin.world.troubles.end()
    assert words(robin.modal) == say("trouble.slow")
    assert kept(redis) == (None, [])


@pytest.fixture
async def desk(world: World, server: EmbeddedServer) -> AsyncIterator[Desk]:
    """The parts of an app, as the composition root makes them."""
    given = Credentials(SECRET, f"{world.address}/api/", TOKEN)
    async with assembled(given, Storage(server.url, [new_key()])) as parts:
        yield parts.desk


ADMIN, MEMBER = {"is_admin": True, "is_owner": False}, {"is_admin": False, "is_owner": False}
OWNER = {"is_admin": False, "is_owner": True}


@pytest.mark.parametrize(
    ("org", "in_workspace", "in_org", "may"),
    [
        (False, ADMIN, None, True),
        (False, OWNER, None, True),
        (False, MEMBER, None, False),
        (False, MEMBER, ADMIN, False),
        (True, ADMIN, None, False),
        (True, ADMIN, MEMBER, False),
        (True, MEMBER, ADMIN, True),
        (True, MEMBER, OWNER, True),
    ],
)
async def test_admins_are_those_of_what_the_app_is_installed_to(
    world: World, desk: Desk, org: bool, in_workspace: Any, in_org: Any, may: bool
):
    """Installed to an organisation, its admins and owners govern, and no workspace's."""
    user = {"id": "UYOU", "name": "robin", "profile": {}, **in_workspace}

    async def answer(*_: object) -> web.StreamResponse:
        return web.json_response({"ok": True, "user": user | ({"enterprise_user": in_org} if in_org else {})})

    world.troubles.answers["users.info"] = answer
    installed = Installed("A", "xoxb", "B", "U", (), "UYOU", 0.0, TEAM, "", "E0ORG", "", org=org)
    here = desk.at(Workspace(installed.tenant, installed))
    client = AsyncWebClient(token=TOKEN, base_url=f"{world.address}/api/")
    try:
        await here.needs_admin(client, Account(installed.tenant, "UYOU"))
    except NotAdminError:
        assert not may
    else:
        assert may


# What is kept


@pytest.mark.at_scale
async def test_every_setting_is_kept(robin: Author):
    """What was saved is there when the modal is opened again."""
    await saves(robin, **TYPED)
    view = await opens(robin)
    assert {name: chosen(view, name) for name in TYPED} == TYPED


@pytest.mark.parametrize("name", TYPED)
async def test_a_change_is_listed_with_who_and_what(robin: Author, languages: Languages, name: str):
    """Of one setting that was changed, one line says who changed what, in words."""
    await saves(robin, **{name: TYPED[name]})
    say = languages["nl" if name == ids.LANGUAGE else "en"]
    assert history(await opens(robin)) == [f"<@UYOU>  ·  {say(f'change.{name}')}"]


async def test_what_was_done_at_once_is_one_line(robin: Author, lee: Author, say: Language):
    """The latest line is on top, and names all that was changed together in the order of the modal."""
    await saves(robin, retention_days="30", safety_contact="Noor")
    await saves(lee, group_place="Café Linden")
    assert history(await opens(robin)) == [
        f"<@UCOL>  ·  {say('change.group_place')}",
        f"<@UYOU>  ·  {say('change.retention_days')}, {say('change.safety_contact')}",
    ]


async def test_when_nothing_was_changed_nothing_is_written(robin: Author, redis: Redis):
    """Saving the modal as it was opened leaves no trace."""
    await saves(robin)
    assert kept(redis) == (None, [])


@pytest.mark.at_scale
async def test_sending_it_twice_changes_it_once(robin: Author, redis: Redis):
    """The same submission once more is answered and writes nothing."""
    view = await opens(robin)
    assert (await sends(robin, view, **TYPED)).status == 200
    once = kept(redis)
    assert (await sends(robin, view, **TYPED)).text == ""
    assert kept(redis) == once
    assert len(once[1]) == len(TYPED)


async def test_a_setting_can_be_taken_back(robin: Author):
    """What is emptied is as if it had never been set."""
    await saves(robin, **TYPED)
    empty: dict[str, Any] = dict.fromkeys((ids.SAFETY_CONTACT, ids.GROUP_RHYTHM, ids.GROUP_PLACE), "")
    unset = {ids.LANGUAGE: "unset", ids.URGENT_CHANNEL: "unset"}
    await saves(robin, **empty, **unset, scripts_off=[], retention_days="180")
    view = await opens(robin)
    assert [chosen(view, name) for name in empty] == [None] * 3
    assert [chosen(view, name) for name in unset] == ["unset"] * 2
    assert chosen(view, ids.SCRIPTS_OFF) == []


async def test_the_list_holds_nothing_of_what_was_chosen_or_drafted(robin: Author):
    """A line of the list has a name, settings and a time: no value, and no draft."""
    await robin.drafts(request="the secret reference")
    await saves(robin, **TYPED)
    lines = " ".join(history(await opens(robin)))
    assert not [one for one in ("Noor", "Linden", "30", "secret", "Ana") if one in lines]


# Two admins


async def test_the_later_one_does_not_undo_the_earlier_one(robin: Author, lee: Author):
    """Both opened the modal before either saved: each one's change is kept."""
    await opens(robin)
    await opens(lee)
    await robin.submits(retention_days="30")
    await lee.submits(safety_contact="Noor")
    view = await opens(robin)
    assert (chosen(view, ids.RETENTION_DAYS), chosen(view, ids.SAFETY_CONTACT)) == ("30", "Noor")
    assert len(history(view)) == 2


async def test_scripts_are_merged_one_by_one(robin: Author, lee: Author):
    """One switches a script off and another on while a colleague switches off a third: all of it holds."""
    await saves(robin, scripts_off=["decline_event"])
    await opens(robin)
    await opens(lee)
    await robin.submits(scripts_off=["decline_pitch"])
    await lee.submits(scripts_off=["decline_event", "decline_advice"])
    assert chosen(await opens(robin), ids.SCRIPTS_OFF) == ["decline_advice", "decline_pitch"]


@pytest.mark.at_scale
async def test_two_who_save_in_the_same_moment_both_do(robin: Author, lee: Author, redis: Redis):
    """Neither overwrites what the other one wrote between reading and writing."""
    views = await opens(robin), await opens(lee)
    typed = {ids.RETENTION_DAYS: "30"}, {ids.SAFETY_CONTACT: "Noor"}
    await asyncio.gather(*map(lambda who, view, one: sends(who, view, **one), (robin, lee), views, typed))
    view = await opens(robin)
    assert (chosen(view, ids.RETENTION_DAYS), chosen(view, ids.SAFETY_CONTACT)) == ("30", "Noor")
    assert len(kept(redis)[1]) == 2


async def test_settings_that_are_others_by_now_are_not_overwritten(desk: Desk):
    """The store keeps what was made of the settings as they are, and otherwise says that it did not."""
    change = Change("UYOU", "language", 1.0)
    assert await desk.workspaces.exchange(TEAM, Settings(), Settings(language="nl"), change)
    assert not await desk.workspaces.exchange(TEAM, Settings(), Settings(language="nb"), change)
    assert (await desk.workspaces.read(TEAM)).settings == Settings(language="nl")
    assert await desk.workspaces.changes(TEAM) == [change]


# What cannot be kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({ids.LANGUAGE: "xx"}, "wrong.choice"),
        ({ids.SCRIPTS_OFF: ["nothing_like_it"]}, "wrong.choice"),
        ({ids.SCRIPTS_OFF: ["decline_pitch", ""]}, "wrong.choice"),
        ({ids.URGENT_CHANNEL: "pigeon"}, "wrong.choice"),
        ({ids.RETENTION_DAYS: "6"}, "wrong.days"),
        ({ids.RETENTION_DAYS: "731"}, "wrong.days"),
        ({ids.RETENTION_DAYS: "-30"}, "wrong.days"),
        ({ids.RETENTION_DAYS: "a month"}, "wrong.days"),
        ({ids.RETENTION_DAYS: "30.5"}, "wrong.days"),
        ({ids.RETENTION_DAYS: "9" * 5000}, "wrong.days"),
        ({ids.RETENTION_DAYS: ""}, "wrong.days"),
        ({ids.SAFETY_CONTACT: "x" * 501}, "wrong.longer_than"),
        ({ids.GROUP_RHYTHM: "x" * 201}, "wrong.longer_than"),
        ({ids.GROUP_PLACE: "x" * 201}, "wrong.longer_than"),
    ],
)
async def test_what_was_never_offered_is_refused(robin: Author, say: Language, redis, typed, why):
    """Whatever comes back instead of a choice, a sentence stands under that input and nothing is kept."""
    view = await opens(robin)
    (name,) = typed
    answered = await sends(robin, view, **{**TYPED, **typed})
    limits = {"least": 7, "most": 730, "n": 500 if name == ids.SAFETY_CONTACT else 200}
    assert answered.json == {"response_action": "errors", "errors": {name: say(why, **limits)}}
    assert kept(redis) == (None, [])


async def test_a_situation_is_not_left_without_an_answer(robin: Author, say: Language, redis):
    """Switching off what the ladder cannot do without is refused, with the situation, the step and a way."""
    await opens(robin)
    await robin.submits(scripts_off=["supplier_sunset"])
    (sentence,) = robin.modal.errors.values()
    assert say("situation.supplier") in sentence
    assert say("step.decline") in sentence
    assert "End with a supplier" in sentence
    assert kept(redis) == (None, [])


async def test_the_ladder_is_not_left_without_a_step(robin: Author, say: Language):
    """Without a script to close the topic, who keeps asking would not be met with that step."""
    await opens(robin)
    await robin.submits(scripts_off=["firm_close"])
    (sentence,) = robin.modal.errors.values()
    assert say("situation.repeat_asker") in sentence
    assert say("step.close") in sentence


# What they do


async def test_the_default_language_is_for_who_chose_none(robin: Author, kim: Author, languages: Languages):
    """After the change Home speaks it to everybody but to who chose another in Home."""
    await kim.opens_home()
    await kim.presses(kim.home, ids.APP_LANGUAGE, "nb")
    await saves(robin, language="nl")
    assert languages["nl"]("home.title") in words(await robin.opens_home())
    assert languages["nb"]("home.title") in words(await kim.opens_home())


async def test_home_says_how_long_drafts_are_kept(robin: Author, say: Language):
    """The number of days in Home is the workspace's, as soon as it is saved."""
    await saves(robin, retention_days="30")
    assert say("home.stores", days=30) in words(robin.home)


async def test_drafts_are_kept_as_long_as_was_chosen_when_they_were_written(robin: Author, redis: Redis):
    """A new draft follows the new number of days, and an older one keeps its own date."""
    await robin.drafts()
    (old,) = redis.scan_iter("*:draft:*")
    before = redis.expiretime(old)
    await saves(robin, retention_days="30")
    await robin.beside("UMARK").drafts()
    (new,) = (one for one in redis.scan_iter("*:draft:*") if one != old)
    assert redis.expiretime(old) == before
    assert 29 < redis.ttl(new) / 86400 <= 30


async def test_whom_to_turn_to_is_shown_under_pressure(robin: Author):
    """Who says that a request is pressure reads whom the workspace named."""
    await saves(robin, safety_contact="Noor (HR), extension 12")
    await robin.uses_the_shortcut()
    await robin.picks(ids.PRESSURED, ["yes"])
    assert "Noor (HR), extension 12" in words(robin.modal)


@pytest.mark.at_scale
async def test_a_script_that_is_off_is_not_offered(robin: Author):
    """The one that was recommended is gone, and the next takes its place."""
    await saves(robin, scripts_off=["decline_introduction"])
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    assert "decline_introduction" not in values(robin.modal, ids.SCRIPT)
    assert chosen(robin.modal, ids.SCRIPT) == "decline_polite"


async def test_drafts_of_a_script_that_is_off_keep_working(robin: Author):
    """Another wording, the outcome and Home work for a draft that was made before."""
    message = await robin.drafts(script="decline_introduction", target="Priya")
    await saves(robin, scripts_off=["decline_introduction"])
    assert ids.SENT in actions((await robin.opens_home()).blocks)
    await robin.presses(message, ids.ANOTHER)
    await robin.presses(robin.from_the_app[-1], ids.SENT)
    assert ids.REOPEN in actions(robin.from_the_app[-1].blocks)
    assert "sent" in words(await robin.opens_home())


async def test_a_script_that_was_switched_off_meanwhile_is_not_drafted(robin: Author, lee: Author, say):
    """In a modal that was open, the choice is refused with a sentence, and another one can be made."""
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.KIND, "introduction")
    await robin.picks(ids.SCRIPT, "decline_introduction")
    await saves(lee, scripts_off=["decline_introduction"])
    await robin.submits(target="Priya")
    assert list(robin.modal.errors.values()) == [say("wrong.switched_off")]
    await robin.picks(ids.SCRIPT, "decline_polite")
    await robin.submits()
    assert robin.top is None
    assert robin.world.saved == 1


# What they fill in


async def at_coffee(robin: Author, script: str) -> View:
    """Answers Sonya, who wants a coffee, with a script."""
    sonya = robin.beside("USONYA")
    await sonya.uses_the_shortcut()
    await sonya.picks(ids.SITUATION, "coffee")
    return await sonya.picks(ids.SCRIPT, script)


GROUP = {ids.GROUP_RHYTHM: "on the first Friday of the month", ids.GROUP_PLACE: "Café Linden"}


async def test_the_group_meeting_is_filled_in(robin: Author):
    """Offering the group starts from when and where it meets."""
    await saves(robin, **GROUP)
    view = await at_coffee(robin, "coffee_group")
    assert chosen(view, "detail.rhythm") == "on the first Friday of the month"
    assert chosen(view, "detail.place") == "Café Linden"
    view = await robin.picks("detail.group_exists", ["yes"])
    assert "on the first Friday of the month at Café Linden" in preview(view)


async def test_what_is_filled_in_can_be_changed(robin: Author):
    """The author's own words go before the workspace's, and stay."""
    await saves(robin, **GROUP)
    await at_coffee(robin, "coffee_group")
    await robin.picks("detail.group_exists", ["yes"])
    await robin.picks("detail.place", "the canteen")
    view = await robin.picks(ids.TONE, "warm")
    assert "the canteen" in preview(view)
    assert "Linden" not in preview(view)


async def test_the_words_of_one_language_do_not_go_into_another(robin: Author):
    """A draft in another language than the admin wrote in starts with empty fields."""
    await saves(robin, **GROUP)
    await at_coffee(robin, "coffee_group")
    view = await robin.picks(ids.DRAFT_LANGUAGE, "nl")
    assert (chosen(view, "detail.rhythm"), chosen(view, "detail.place")) == (None, None)


def test_words_of_no_known_language_are_for_any():
    """What was set before its language was kept fills in every draft, as it did then."""
    old = Settings(group_rhythm="Fridays")
    assert [old.prefill("group_rhythm", code) for code in ("en", "nl")] == ["Fridays", "Fridays"]


async def test_the_language_of_the_group_is_that_of_who_wrote_it(robin: Author):
    """An admin whose app is in Dutch fills in Dutch drafts, and the modal says so."""
    await robin.presses(await robin.opens_home(), ids.APP_LANGUAGE, "nl")
    await saves(robin, group_rhythm="elke eerste vrijdag", group_place="in de kantine")
    assert "Nederlands" in words(await opens(robin))
    view = await at_coffee(robin, "coffee_group")
    assert chosen(view, "detail.rhythm") == "elke eerste vrijdag"


async def test_how_to_be_reached_is_in_the_form_before_it_is_in_the_draft(robin: Author):
    """The urgent channel is an optional field that is shown as soon as something of others fills it in."""
    before = await at_coffee(robin, "coffee_pause")
    assert "detail.urgent_channel" not in actions(before.blocks)
    await robin.world.slack.close("UYOU", everything=True)
    await saves(robin, urgent_channel="phone")
    view = await at_coffee(robin, "coffee_pause")
    assert chosen(view, "detail.urgent_channel") == "phone"
    view = await robin.picks("detail.demand", "the move")
    assert "phone call" in preview(view)


async def test_what_is_emptied_stays_empty(robin: Author):
    """An author who takes the urgent channel away has it neither in the draft nor back in the field."""
    await saves(robin, urgent_channel="phone")
    await at_coffee(robin, "coffee_pause")
    await robin.picks("detail.demand", "the move")
    await robin.picks("detail.urgent_channel", "")
    view = await robin.picks(ids.TONE, "neutral")
    assert chosen(view, "detail.urgent_channel") is None
    assert "phone" not in preview(view)


@pytest.mark.parametrize("later", ["email", "unset"])
async def test_what_changed_since_the_form_was_drawn_is_shown_first(robin: Author, lee: Author, later: str):
    """A setting that an admin changed meanwhile is in the form once more before there is a draft."""
    await saves(robin, urgent_channel="phone")
    await at_coffee(robin, "coffee_pause")
    await robin.picks("detail.demand", "the move")
    await saves(lee, urgent_channel=later)
    await robin.submits()
    assert robin.world.saved == 0
    assert "phone" not in preview(robin.modal)
    assert ("email" in preview(robin.modal)) == (later == "email")
    await robin.submits()
    assert robin.top is None
    assert robin.world.saved == 1


async def test_a_setting_set_meanwhile_is_shown_first(robin: Author, lee: Author):
    """The same holds for a field that was not there when the form was drawn."""
    await at_coffee(robin, "coffee_pause")
    await robin.picks("detail.demand", "the move")
    await saves(lee, urgent_channel="email")
    await robin.submits()
    assert robin.world.saved == 0
    assert chosen(robin.modal, "detail.urgent_channel") == "email"


async def test_the_authors_own_choice_needs_no_second_look(robin: Author, lee: Author):
    """What the author changed themselves is drafted, whatever an admin sets meanwhile."""
    await saves(robin, urgent_channel="phone")
    await at_coffee(robin, "coffee_pause")
    await robin.picks("detail.demand", "the move")
    await robin.picks("detail.urgent_channel", "message")
    await saves(lee, urgent_channel="email")
    await robin.submits()
    assert robin.top is None
    assert robin.world.saved == 1
