"""Adding the app: from its page over Slack's consent page to a workspace that can be used."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from yarl import URL

from bot.localization import Language
from bot.web.installing import COOKIE, address_in_slack
from bot.workspace import Installed
from tests.admin import Admin, admin_of
from tests.author import Author, draft, words
from tests.conftest import Running, World, _listening

NORTH, ORG, QUAY = "T0NORTH", "E0ORG", "T0QUAY"


@pytest.fixture
async def eva(market: World) -> AsyncIterator[Admin]:
    """An admin in front of the app's pages."""
    async with admin_of(market) as made:
        yield made


@pytest.fixture
def tom(market: World) -> Author:
    """A member of the workspace North."""
    return Author(market, "UTOM", "DMIA")


@pytest.fixture
def ben(market: World) -> Author:
    """A member of a workspace in an organisation."""
    return Author(market, "UBEN", "DJUN")


def left_behind(world: World) -> list[str]:
    """What is in Redis, but for the key of the marks, which is there from the start."""
    return sorted(key.decode() for key in world.redis.scan_iter() if key != b"decline:marks")


async def test_the_page_leads_to_slack(eva):
    """Add to Slack is answered with 302 to the consent page: who asks, for what, and where to return to."""
    consent = await eva.begins()

    assert consent.path == "/oauth/v2/authorize"
    assert consent.query["client_id"] == "11.22"
    assert set(consent.query["scope"].split(",")) == {"chat:write", "commands", "users:read"}
    assert consent.query["user_scope"] == ""
    assert consent.query["redirect_uri"] == f"{eva.ours}/slack/oauth_redirect"
    assert eva.state
    assert eva.state not in str(consent)


@pytest.mark.at_scale
async def test_an_installed_workspace_can_be_used(market, eva, tom):
    """After Allow the page says where it was added, and a member drafts there."""
    page = await eva.adds(NORTH)

    assert page.status == 200
    assert "North" in page.words
    assert draft(await tom.drafts("one_off", "meeting")) != ""


def test_the_next_step_is_to_open_the_app_in_slack():
    """A link for everybody who has the workspace open somewhere, in the browser or not."""
    of = Installed("A1", "xoxb-1", "B1", "U1", (), "U2", 0.0, team_id="T1")

    assert address_in_slack("https://slack.com/api/", of) == "https://slack.com/app_redirect?app=A1&team=T1"


async def test_only_the_installer_gets_a_home(market, eva):
    """App Home is ready for who installed the app, and nobody else hears of it."""
    await eva.adds(NORTH)

    published = [one.arguments["user_id"] for one in market.slack.calls if one.method == "views.publish"]
    assert published == ["UEVA"]
    assert [one for one in market.slack.calls if one.method == "chat.postMessage"] == []


@pytest.mark.at_scale
async def test_an_organisation_is_installed_as_a_whole(market, eva, ben):
    """A workspace of an organisation needs no installation of its own: no team is named, and it works."""
    page = await eva.adds(ORG, user="UNORA")

    assert (page.status, "Harbour Group" in page.words) == (200, True)
    assert draft(await ben.drafts("one_off", "favour")) != ""
    assert [key for key in left_behind(market) if key.startswith("decline:{T0QUAY")] == []


async def test_a_workspace_within_an_organisation_is_its_own(market, eva, ben):
    """Installed in one workspace only, it is that workspace which keeps what is kept."""
    await eva.adds(QUAY)
    await ben.drafts("one_off", "favour")

    assert [key for key in left_behind(market) if "E0ORG" in key] == []
    assert [key for key in left_behind(market) if key.startswith("decline:{T0QUAY:UBEN}:draft:")] != []


async def test_authorising_asks_slack_nothing(market, eva, tom):
    """An installation is read from Redis: no auth.test, and no other call but the modal's own."""
    await eva.adds(NORTH)
    await tom.uses_the_shortcut()
    before = len(market.slack.calls)

    await tom.uses_the_shortcut()

    assert [one.method for one in market.slack.calls[before:]] == ["users.info", "views.open"]


async def test_authorising_reads_redis_once(market, eva, tom):
    """One read for the installation and the settings, whatever comes."""
    await eva.adds(NORTH)
    with market.redis.monitor() as monitor:
        await tom.opens_home()
        market.redis.echo("end")
        seen = []
        for command in monitor.listen():
            if command["command"].startswith("ECHO"):
                break
            seen.append(command["command"])

    assert [one for one in seen if "{T0NORTH}:workspace" in one] == ["HGETALL decline:{T0NORTH}:workspace"]


async def test_a_second_admin_installs_again(market, eva, tom):
    """The newest installation counts, with its token; nothing of the first one is left beside it."""
    await eva.adds(NORTH)
    first = market.slack.installed(NORTH)
    market.slack.new_token_on_reinstall = True
    async with admin_of(market) as other:
        await other.adds(NORTH)

    await tom.uses_the_shortcut()

    assert market.slack.installed(NORTH) != first
    assert len([key for key in left_behind(market) if key.endswith(":workspace")]) == 1


# what is kept


async def test_nothing_can_be_read_in_redis(market, eva, tom):
    """After an installation and a draft no key or value holds a token, a name, a message or a draft."""
    await eva.adds(NORTH)
    text = draft(await tom.drafts("one_off", "meeting"))

    token = market.slack.installed(NORTH)
    held = "".join(_dumped(market)).casefold()
    written = [*text.split("."), *(one.text for one in tom.messages if not one.by_app)]
    names = [
        '"north"',
        "eva lind",
        "tom reid",
        '"eva"',
        '"tom"',
        '"mia"',
        "mia chen",
    ]  # as they would be written
    secret = [token, token[-24:], *names, "chat:write", "one_off", "a0decline", *written]
    assert [one for one in secret if one.strip() and one.strip().casefold() in held] == []


def _dumped(world: World):
    reading = {
        b"string": world.redis.get,
        b"hash": world.redis.hgetall,
        b"set": world.redis.smembers,
        b"list": lambda key: world.redis.lrange(key, 0, -1),
        b"zset": lambda key: world.redis.zrange(key, 0, -1, withscores=True),
    }
    for key in world.redis.scan_iter():
        yield f"{key!r} {reading[world.redis.type(key)](key)!r}"


async def test_an_installation_leaves_no_state(market, eva):
    """When it is done, what it was begun with is gone from Redis; the browser keeps nothing that counts."""
    await eva.adds(NORTH)

    assert [key for key in left_behind(market) if "state" in key] == []


async def test_two_tabs_do_not_end_each_other(market, eva):
    """An attempt that is begun beside another leaves that one alone, before it ends and after."""
    first = await eva.answers(await eva.begins(), "allow", NORTH)
    second = await eva.answers(await eva.begins(), "allow", "T0QUAY")

    assert [(await eva.returns(back)).status for back in (second, first)] == [200, 200]
    assert len([key for key in left_behind(market) if "workspace" in key]) == 2


# what goes wrong


async def refused(eva: Admin, page, status: int) -> None:
    """It says what to do, by a way to begin anew, and leaves nothing behind."""
    assert page.status == status
    assert "/slack/install" in page.text
    assert left_behind(eva.world) == []
    assert eva.world.slack.home_view("UEVA") is None


async def test_who_presses_cancel_is_told_that_nothing_happened(eva):
    """Slack says access_denied."""
    await refused(eva, await eva.adds(NORTH, answer="cancel"), 200)


async def test_a_state_of_ones_own_making_is_refused(eva):
    """A link that the app did not give out cannot be finished."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)

    page = await eva.returns(back.update_query(state="of-my-own"))

    assert page.status == 400
    assert eva.world.slack.home_view("UEVA") is None
    assert [key for key in left_behind(eva.world) if "workspace" in key] == []


@pytest.mark.at_scale
async def test_a_link_counts_once(eva):
    """The same way back a second time installs nothing."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)
    await eva.returns(back)
    eva.world.redis.delete("decline:{T0NORTH}:workspace")

    page = await eva.returns(back)

    assert page.status == 401
    assert [key for key in left_behind(eva.world) if "workspace" in key] == []


async def test_a_link_is_good_for_ten_minutes(eva):
    """The state expires in Redis; whoever comes later begins again."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)
    (state,) = (key for key in left_behind(eva.world) if "state" in key)
    assert 590 < eva.world.redis.ttl(state) <= 600
    eva.world.redis.delete(state)

    await refused(eva, await eva.returns(back), 401)


async def test_a_link_is_good_in_the_browser_it_was_begun_in(eva, market):
    """Somebody else's browser cannot finish it, so nobody is tricked into somebody else's installation."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)

    async with admin_of(market) as somebody_else:
        page = await somebody_else.returns(back)

    assert page.status == 400
    assert [key for key in left_behind(market) if "workspace" in key] == []


async def test_a_tampered_cookie_is_refused(eva):
    """The state was made for the very cookie that comes with it."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)
    eva.session.cookie_jar.update_cookies({COOKIE: eva.state[::-1]}, URL(eva.ours))

    page = await eva.returns(back)

    assert page.status == 400
    assert [key for key in left_behind(eva.world) if "workspace" in key] == []


async def test_a_code_that_slack_refuses_installs_nothing(eva):
    """A code that was never given out."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)

    page = await eva.returns(back.update_query(code="made.up"))

    eva.world.slack.violations.clear()
    await refused(eva, page, 401)


async def test_no_code_installs_nothing(eva):
    """Slack always brings one."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)

    await refused(eva, await eva.returns(back.with_query(state=back.query["state"])), 401)


async def test_every_permission_is_needed(eva):
    """The page names the one that was not given, and the token is not kept."""
    eva.world.slack.grants = {"commands", "chat:write"}

    page = await eva.adds(NORTH)

    assert "users:read" in page.words
    await refused(eva, page, 400)


@pytest.mark.in_earnest
async def test_slack_out_of_reach_installs_nothing(eva, market):
    """The page says so, and one can try again."""
    market.troubles.hangs("oauth.v2.access")

    page = await eva.adds(NORTH)

    assert page.status == 502
    assert [key for key in left_behind(market) if "workspace" in key] == []


async def test_what_comes_from_the_address_bar_is_not_shown(eva):
    """An error that Slack would not send is not put on the page."""
    page = await eva.goes("/slack/oauth_redirect", error="<script>alert(1)</script>")

    assert "alert" not in page.text


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_pages_speak_the_browsers_language(market, languages, language):
    """Success and refusal are said in the language that the browser asks for."""
    async with admin_of(market, language) as admin:
        refused_ = await admin.adds(NORTH, answer="cancel")
        added = await admin.adds(NORTH)

    say: Language = languages[language]
    assert say("pages.refused.access_denied.title") in refused_.words
    assert f'lang="{language}"' in added.text


async def test_a_copy_for_one_workspace_cannot_be_added(world):
    """There is no consent page to go to, and the page says so."""
    async with admin_of(world) as somebody:
        page = await somebody.goes("/slack/install")

    assert page.status == 404


# who may speak with the app


async def test_where_it_is_not_installed_it_says_so(market, tom, say):
    """A member of a workspace without an installation reads how to get one."""
    delivery = await market.slack.slash_command("UTOM", "DMIA", "", anyway=True)

    assert say("trouble.not_installed") in str(delivery.body)


@pytest.mark.at_scale
async def test_a_revoked_token_is_forgotten(market, eva, tom, say):
    """When Slack no longer takes the token, the installation goes, and the author is told."""
    await eva.adds(NORTH)
    market.slack.revoke_token(NORTH)

    await tom.uses_the_shortcut_in_vain()

    assert say("trouble.not_installed") in words(tom.from_the_app[-1])
    assert market.redis.hget("decline:{T0NORTH}:workspace", "installation") is None
    market.slack.violations.clear()


# several workers, and Redis away


@pytest.fixture
async def second(market: World) -> AsyncIterator[World]:
    """A second worker of the same app, on a port of its own."""
    other = Running(market.app.make, market.app.keys)
    await other.start(_listening())
    address = f"http://127.0.0.1:{other.port}/slack/events"
    yield replace(market, events_url=address, app=other)
    await other.stop()


async def test_what_one_worker_begins_another_ends(market, second, eva, tom):
    """The state and the installation are in Redis: no worker needs what another one knows."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)
    at_the_other = back.with_port(second.app.port)
    eva.session.cookie_jar.update_cookies({COOKIE: eva.state}, URL(f"http://127.0.0.1:{second.app.port}"))

    page = await eva.returns(at_the_other)

    assert page.status == 200
    assert draft(await tom.drafts("one_off", "meeting")) != ""


async def test_a_link_counts_once_among_all_workers(market, second, eva):
    """Two workers that get the same way back at once install once."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)

    async with admin_of(market) as again:
        again.session.cookie_jar.update_cookies({COOKIE: eva.state}, URL(eva.ours))
        pages = await asyncio.gather(eva.returns(back), again.returns(back.with_port(second.app.port)))

    assert sorted(page.status for page in pages) == [200, 401]


async def test_a_workspace_uninstalled_at_one_worker_is_gone_at_the_other(market, second, eva, tom, say):
    """Nothing is remembered of an installation while Redis says that it is gone."""
    await eva.adds(NORTH)
    await tom.uses_the_shortcut()
    await market.slack.uninstall(NORTH)

    market.slack.events_url = second.events_url
    delivery = await market.slack.slash_command("UTOM", "DMIA", "", anyway=True)

    assert say("trouble.not_installed") in str(delivery.body)


@contextmanager
def silent(world: World) -> Iterator[None]:
    """Redis hangs, as when its machine does."""
    process = world.redis.info("server")["process_id"]
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.mark.in_earnest
async def test_with_redis_away_a_worker_serves_whom_it_knows(eva, tom, market, say):
    """A workspace that it has seen is served as it last was; the modal says that history is away."""
    await eva.adds(NORTH)
    await tom.uses_the_shortcut()
    await market.slack.close("UTOM", everything=True)

    with silent(market):
        modal = await tom.uses_the_shortcut()

    assert say("compose.away") in words(modal)


@pytest.mark.in_earnest
async def test_with_redis_away_nobody_new_is_served(eva, tom, market, say):
    """A workspace that it never saw cannot be told from one without an installation: try again."""
    await eva.adds(NORTH)
    await market.app.restart()

    with silent(market):
        delivery = await tom.types("")

    assert say("trouble.away") in str(delivery.body)


@pytest.mark.in_earnest
async def test_with_redis_away_nothing_can_be_begun(eva):
    """The page says to come back in a minute, and nobody is sent to Slack in vain."""
    with silent(eva.world):
        page = await eva.goes("/slack/install")

    assert page.status == 503


@pytest.mark.in_earnest
async def test_with_redis_away_nothing_is_installed_by_half(eva, market):
    """Who comes back just then reads that nothing was kept, and can begin again."""
    back = await eva.answers(await eva.begins(), "allow", NORTH)

    with silent(market):
        page = await eva.returns(back)

    assert page.status == 503
    assert [key for key in left_behind(market) if "workspace" in key] == []
