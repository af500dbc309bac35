"""What a reviewer found in the installation, and must not come back."""

from __future__ import annotations

import logging

import pytest
from aiohttp import web
from yarl import URL

from bot import ids
from bot.app import Credentials, Storage, assembled
from bot.logs import untold
from bot.records import Author as Author_
from bot.records import Notes, Profile
from bot.stores.connection import connect
from bot.stores.encryption import Vault, new_key
from bot.stores.history import History
from bot.web.site import Public
from bot.workspace import Workspace
from tests.admin import admin_of
from tests.author import Author, words
from tests.conftest import World

NORTH = "T0NORTH"


@pytest.fixture
async def tom(market: World) -> Author:
    """A member of North, where the app is installed."""
    async with admin_of(market) as admin:
        await admin.adds(NORTH)
    return Author(market, "UTOM", "DMIA")


@pytest.mark.parametrize("team", ["T1&scope=admin&client_id=666", "T1\r\nX: y", "../x", "T" * 40])
async def test_only_a_team_is_passed_on_to_slack(market, team):
    """What stands in the address of the install page goes into Slack's only if it is a team's id."""
    async with admin_of(market) as admin:
        url = URL(admin.ours + "/slack/install").with_query(team=team)
        async with admin.session.get(url, allow_redirects=False) as answer:
            location = URL(answer.headers["Location"])

    assert answer.status == 302
    assert location.query.getall("client_id") == ["11.22"]
    assert location.query.get("team", "") == ""


async def test_beginning_many_installations_fills_nothing(market):
    """However often the install page is asked for, the states take one key with an end."""
    async with admin_of(market) as admin:
        for _ in range(50):
            await admin.begins()

    keys = [key for key in market.redis.scan_iter() if key != b"decline:marks"]
    assert keys == [b"decline:states"]
    assert 0 < market.redis.ttl("decline:states") <= 600


async def test_who_is_told_of_daily_is_still_an_author(market, tom):
    """A profile that Slack keeps changing lasts a day all the same, and its author is counted again."""
    await tom.drafts("one_off", "meeting")
    market.redis.expire("decline:{T0NORTH:UTOM}:profile", 60)

    await market.slack.set_role("UTOM", is_admin=False)

    assert 0 < market.redis.ttl("decline:{T0NORTH:UTOM}:profile") <= 60


async def test_an_index_outlasts_what_it_names(server, redis):
    """When admins keep things for less, what was written before is still found, and goes with the app."""
    robin = Author_("TACME", "UROBIN")
    async with connect(server.url) as kept:
        long = History(kept, Vault([new_key()]), 730)
        await long.note(robin, long.person_id(robin, "UANA"), Notes("a favour"))
        short = long.keeping(7)
        await short.note(robin, short.person_id(robin, "UTED"), Notes("a favour"))

    last = max(redis.ttl(key) for key in redis.scan_iter("decline:{TACME:UROBIN}:person:*"))
    assert redis.ttl("decline:{TACME:UROBIN}:people") >= last - 60


async def test_a_departure_that_was_cut_off_is_finished(market, tom):
    """Also where the app was installed again meanwhile: who left with it is deleted when Slack asks again."""
    (late,) = await market.slack.uninstall(NORTH, ["app_uninstalled"], deliver=False)
    market.redis.sadd("decline:{T0NORTH}:leaving", "UGONE")
    market.redis.set("decline:{T0NORTH:UGONE}:preferences", "x")
    async with admin_of(market) as admin:
        await admin.adds(NORTH)

    await market.slack.deliver(late)

    assert list(market.redis.scan_iter("decline:{T0NORTH:UGONE}*")) == []
    assert market.redis.hget("decline:{T0NORTH}:workspace", "installation")


async def test_an_installation_that_no_key_opens_is_not_taken_for_gone(market, tom, log):
    """Whether its token is alive cannot be asked: nothing is deleted, and Slack sends the event again."""
    (event,) = await market.slack.uninstall(NORTH, ["app_uninstalled"], deliver=False)
    market.redis.hset("decline:{T0NORTH}:workspace", "installation", "gAAAAA")
    await tom.world.slack.deliver(event)
    before = list(market.redis.scan_iter("decline:{T0NORTH*"))

    assert b"decline:{T0NORTH}:workspace" in before
    market.provoked("app_uninstalled was not answered")


async def test_an_admin_elsewhere_is_none_here(market, tom, say):
    """Somebody met through Slack Connect governs nothing, whatever they are at home."""

    async def answer(_):
        user = {"id": "UTOM", "name": "tom", "is_admin": True, "is_stranger": True, "profile": {}}
        return web.json_response({"ok": True, "user": user})

    market.troubles.answers["users.info"] = answer
    delivery = await tom.types("settings workspace")

    assert tom.top is None
    assert say("settings.yours", command=ids.COMMAND) in str(delivery.body)


@pytest.mark.parametrize("of_org", [False, True])
async def test_an_organisation_is_governed_by_its_own_admins(server, of_org):
    """Also where the app was given a token, and keeps no installation to look at."""
    given = Credentials("s", "http://127.0.0.1:9/api/", "xoxb-1")
    async with assembled(given, Storage(server.url, [new_key()])) as parts:
        here = parts.desk.at(Workspace("E0ORG"))

    assert here._governs(Profile("U1", "Nora", admin=True, org_admin=of_org)) is of_org


async def test_another_browser_leaves_an_attempt_alone(market):
    """A visit with a foreign state does not end what is under way in this browser."""
    async with admin_of(market) as admin:
        back = await admin.answers(await admin.begins(), "allow", NORTH)
        await admin.goes("/slack/oauth_redirect", state="foreign", code="x")

        assert (await admin.returns(back)).status == 200


async def test_an_installer_slack_says_nothing_of(market):
    """The app is installed all the same, and the page says so."""
    market.troubles.refuses("users.info", "user_not_found")
    async with admin_of(market) as admin:
        page = await admin.adds(NORTH)

    assert page.status == 200


def test_the_metrics_token_is_in_no_repr():
    """It opens a page."""
    assert "hidden" not in repr(Public(metrics_token="hidden"))


def test_a_socket_s_trouble_is_told_without_its_ticket(caplog):
    """The library quotes the address, and that lets anybody in."""
    untold("bot.sockets").error("no handshake at wss://slack.test/?ticket=%s", "hidden")

    assert [record.getMessage() for record in caplog.records] == ["Socket Mode has trouble"]
    assert logging.getLogger("bot.sockets").level == logging.ERROR


async def test_notes_are_kept_for_an_author(market, tom, say):
    """A panel that was left open while the app was away and back counts its author again."""
    message = await tom.drafts("one_off", "meeting")
    await tom.presses(message, ids.DRAFT_MENU, ids.BESIDE)
    market.redis.delete("decline:{T0NORTH}:authors", "decline:{T0NORTH:UTOM}:profile")

    await tom.submits(given="a favour")

    assert market.redis.sismember("decline:{T0NORTH}:authors", "UTOM")
    assert words(tom.from_the_app[-1]) != ""
