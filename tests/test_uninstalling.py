"""Taking the app away: all that was kept goes, and what was installed again stays."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from structlog.typing import EventDict

from bot.stores.connection import connect
from bot.stores.departure import Departure
from bot.stores.encryption import Vault
from bot.stores.workspaces import Workspaces
from bot.sweeping import Swept, sweep
from tests.admin import Admin, admin_of
from tests.author import Author, draft
from tests.conftest import CLIENT_ID, CLIENT_SECRET, SECRET, World

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


# Nobody was told


@pytest.fixture
async def swept(market: World) -> AsyncIterator[Callable[[], Awaitable[Swept]]]:
    """Sweeps."""
    async with connect(market.redis_url) as redis, ClientSession() as session:
        workspaces = Workspaces(redis, Vault(market.app.keys))
        client = AsyncWebClient(base_url=f"{market.address}/api/", session=session)
        yield lambda: sweep(redis, workspaces, Departure(redis), client)


async def test_a_sweep_finds_who_left_unheard(used, market, ben, swept):
    """Slack gave up telling: what is kept of that workspace goes, and what another one keeps stays."""
    await add(market, QUAY)
    await ben.drafts("one_off", "favour")
    await used.slack.uninstall(NORTH, deliver=False)
    before = {key: market.redis.dump(key) for key in kept(market, QUAY)}

    found = await swept()

    assert (found.gone, found.unsure, found.authors) == ([NORTH], [], 2)
    assert kept(used, NORTH) == []
    assert {key: market.redis.dump(key) for key in kept(market, QUAY)} == before


async def test_a_sweep_finishes_what_a_dead_token_began(used, tom, swept):
    """A worker that met the dead token forgot the installation alone: the rest goes too."""
    used.slack.revoke_token(NORTH)
    await tom.uses_the_shortcut_in_vain()
    used.slack.violations.clear()

    assert (await swept()).gone == [NORTH]
    assert kept(used, NORTH) == []


async def test_a_sweep_deletes_nothing_without_slacks_word(used, swept):
    """With Slack out of reach it is said of whom nothing is known, and all of it stays."""
    await used.slack.uninstall(NORTH, deliver=False)
    before = kept(used, NORTH)
    used.troubles.fails("auth.test")

    found = await swept()

    assert (found.gone, found.unsure, kept(used, NORTH)) == ([], [NORTH], before)


@pytest.mark.parametrize("installed", [False, True])
async def test_the_command_says_what_it_swept(used, tmp_path, installed):
    """`data sweep` prints how much went."""
    if not installed:
        await used.slack.uninstall(NORTH, deliver=False)
    given = {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_API_URL": f"{used.address}/api/",
        "PUBLIC_URL": "https://decline.example",
        "REDIS_URL": used.redis_url,
        "ENCRYPTION_KEYS": used.app.keys[0],
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-m", "bot", "data", "sweep"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )

    said, complaint = await process.communicate()

    assert (process.returncode, complaint) == (0, b"")
    assert said.startswith(
        b"deleted 0 workspaces, 0 authors" if installed else b"deleted 1 workspaces, 2 authors"
    )
    assert (kept(used, NORTH) != []) is installed


async def test_one_workspace_of_its_own_goes_too(world, robin):
    """Where the app was given a token, it finds that the token is dead, and deletes what it kept."""
    await robin.drafts()

    await world.slack.uninstall("T0PLAY")

    assert kept(world, "T0PLAY") == []
