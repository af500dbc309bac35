"""Taking the app away: all that was kept goes, and what was installed again stays."""

from __future__ import annotations

import pytest
from structlog.typing import EventDict

from tests.admin import Admin, admin_of
from tests.author import Author, draft
from tests.conftest import World

pytestmark = pytest.mark.at_scale

NORTH, ORG, QUAY = "T0NORTH", "E0ORG", "T0QUAY"
ORDERS = [("app_uninstalled", "tokens_revoked"), ("tokens_revoked", "app_uninstalled")]


@pytest.fixture
def tom(market: World) -> Author:
    """A member of the workspace North."""
    return Author(market, "UTOM", "DMIA")


@pytest.fixture
def ben(market: World) -> Author:
    """A member of a workspace in an organisation."""
    return Author(market, "UBEN", "DJUN")


@pytest.fixture
async def used(market: World, tom: Author) -> World:
    """North, where the app was installed and used by two people."""
    await add(market, NORTH)
    await tom.drafts("one_off", "meeting")
    await market.slack.open_home("UEVA")
    return market


async def add(world: World, place: str, user: str = "") -> None:
    """An admin adds the app."""
    async with admin_of(world) as admin:
        assert (await Admin.adds(admin, place, user=user)).status == 200


def kept(world: World, tenant: str) -> list[str]:
    """The keys of a workspace and of everybody in it."""
    return sorted(key.decode() for key in world.redis.scan_iter() if f"{{{tenant}".encode() in key)


def told(log: list[EventDict]) -> list[EventDict]:
    """What the log says of uninstalling."""
    return [entry for entry in log if entry["event"] == "uninstalled"]


@pytest.mark.parametrize("order", ORDERS)
async def test_everything_of_a_workspace_goes(used, order):
    """Installation, settings, and all that is of its authors, in whichever order it is told."""
    assert len(kept(used, NORTH)) > 5

    await used.slack.uninstall(NORTH, order)

    assert kept(used, NORTH) == []


@pytest.mark.parametrize("order", ORDERS)
async def test_it_is_logged_once_with_counts(used, log, order):
    """A line says how many authors and keys went, and nothing of what was in them."""
    keys = len([key for key in kept(used, NORTH) if ":U" in key])

    await used.slack.uninstall(NORTH, order)

    (entry,) = told(log)
    assert (entry["tenant"], entry["authors"], entry["keys"]) == (NORTH, 2, keys)


async def test_an_event_that_comes_twice_does_no_harm(used, log):
    """Slack sends an event again when it is not sure that it arrived."""
    (gone, _) = await used.slack.uninstall(NORTH, deliver=False)

    first = await used.slack.deliver(gone)
    again = await used.slack.deliver(gone, retry=1)

    assert (first.status, again.status) == (200, 200)
    assert (kept(used, NORTH), len(told(log))) == ([], 1)


async def test_after_a_quick_reinstall_nothing_goes(used, tom):
    """The event of an uninstall may come after the app was installed again: what is alive stays."""
    late = await used.slack.uninstall(NORTH, deliver=False)
    await add(used, NORTH)
    before = kept(used, NORTH)

    for event in late:
        await used.slack.deliver(event)

    assert kept(used, NORTH) == before
    assert draft(await tom.drafts("one_off", "meeting")) != ""


async def test_people_s_tokens_are_none_of_ours(used):
    """`tokens_revoked` for somebody's own token changes nothing: the app has none."""
    before = kept(used, NORTH)
    (event,) = await used.slack.uninstall(NORTH, ["tokens_revoked"], deliver=False)
    event["event"]["tokens"] = {"oauth": ["UTOM"]}

    await used.slack.deliver(event)

    assert kept(used, NORTH) == before


async def test_an_organisation_goes_as_a_whole(market, ben):
    """What was kept for everybody in its workspaces goes with it."""
    await add(market, ORG, "UNORA")
    await ben.drafts("one_off", "favour")
    assert len(kept(market, ORG)) > 5

    await market.slack.uninstall(ORG)

    assert kept(market, ORG) == []


async def test_others_stay(used, market, ben):
    """What another workspace keeps is not touched."""
    await add(market, QUAY)
    await ben.drafts("one_off", "favour")
    before = {key: market.redis.dump(key) for key in kept(market, QUAY)}

    await used.slack.uninstall(NORTH)

    assert {key: market.redis.dump(key) for key in kept(market, QUAY)} == before


async def test_slack_out_of_reach_puts_it_off(used):
    """Whether it was installed again cannot be asked: Slack sends the event once more, and then it goes."""
    (event,) = await used.slack.uninstall(NORTH, ["app_uninstalled"], deliver=False)
    used.troubles.fails("auth.test")

    first = await used.slack.deliver(event)
    used.troubles.end()
    again = await used.slack.deliver(event, retry=1)

    assert (first.status, again.status) == (503, 200)
    assert kept(used, NORTH) == []
    used.provoked("app_uninstalled was not answered")


async def test_many_authors_go_in_batches(used, log):
    """A thousand authors with keys of their own go at one event."""
    with used.redis.pipeline() as pipe:
        for number in range(1000):
            pipe.sadd("decline:{T0NORTH}:authors", f"U{number}")
            pipe.set(f"decline:{{T0NORTH:U{number}}}:preferences", "x")
        pipe.execute()

    await used.slack.uninstall(NORTH)

    assert kept(used, NORTH) == []
    assert told(log)[0]["authors"] == 1002


async def test_what_was_begun_is_taken_up(used, market):
    """After a crash in the middle, the event that Slack sends again finishes what was begun."""
    market.redis.sadd("decline:{T0NORTH}:leaving", "UGONE1", "UGONE2")
    market.redis.set("decline:{T0NORTH:UGONE1}:preferences", "x")

    await used.slack.uninstall(NORTH)

    assert kept(used, NORTH) == []


async def test_one_workspace_of_its_own_goes_too(world, robin):
    """Where the app was given a token, it finds that the token is dead, and deletes what it kept."""
    await robin.drafts()

    await world.slack.uninstall("T0PLAY")

    assert kept(world, "T0PLAY") == []
