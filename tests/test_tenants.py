"""Two workspaces and an organisation side by side: nothing of one is within reach of another."""

from __future__ import annotations

import re

import pytest

from bot import ids
from tests import slack_requests
from tests.admin import admin_of
from tests.author import Author, draft, words
from tests.conftest import World

pytestmark = pytest.mark.at_scale

NORTH, ORG = "T0NORTH", "E0ORG"


@pytest.fixture
async def tom(market: World) -> Author:
    """A member of North, where the app is installed."""
    async with admin_of(market) as admin:
        await admin.adds(NORTH)
    return Author(market, "UTOM", "DMIA")


@pytest.fixture
async def ben(market: World) -> Author:
    """A member of an organisation, where the app is installed as well."""
    async with admin_of(market) as admin:
        await admin.adds(ORG, user="UNORA")
    return Author(market, "UBEN", "DJUN")


@pytest.fixture
async def robin(market: World) -> Author:
    """A member of a third workspace."""
    async with admin_of(market) as admin:
        await admin.adds("T0PLAY")
    return Author(market)


async def test_each_draws_from_its_own(market, tom, ben, robin):
    """Three people draft at once, and each reads only of their own requester."""
    for author in (tom, ben, robin):
        await author.drafts("one_off", "favour")

    texts = {author.user: words(await author.opens_home()) for author in (tom, ben, robin)}

    assert ["Mia" in texts["UTOM"], "Jun" in texts["UBEN"], "Ana" in texts["UYOU"]] == [True] * 3
    for user, others in (("UTOM", "Jun|Ana"), ("UBEN", "Mia|Ana"), ("UYOU", "Mia|Jun")):
        assert re.findall(others, texts[user]) == []


async def test_keys_are_of_one_tenant_each(market, tom, ben, robin):
    """Every key names the workspace or organisation that it belongs to."""
    for author in (tom, ben, robin):
        await author.drafts("one_off", "favour")

    tenants = {re.match(r"decline:\{(\w+)", key.decode())[1] for key in market.redis.scan_iter("decline:{*")}
    assert tenants == {NORTH, ORG, "T0PLAY"}


@pytest.mark.parametrize("action", [ids.SENT, ids.EDIT_DRAFT, ids.ANOTHER])
async def test_a_draft_s_id_leads_nowhere_from_elsewhere(market, tom, ben, say, action):
    """A button with the id of somebody else's draft is answered as if it had never been."""
    message = await tom.drafts("one_off", "favour")
    (stolen,) = {
        element["value"]
        for block in message.blocks
        for element in block.get("elements", [])
        if element.get("action_id") == ids.SENT
    }
    before, calls = snapshot(market), len(market.slack.calls)

    await slack_requests.interaction(
        market, slack_requests.block_action(action, value=stolen, **of(market, ben))
    )

    assert snapshot(market) == before
    assert draft(message) not in str([call.arguments for call in market.slack.calls[calls:]])
    market.slack.violations.clear()  # nobody had that trigger


async def test_the_same_user_id_in_two_workspaces_is_two_authors(market, tom, robin):
    """A request that claims North for somebody of another workspace meets an empty history."""
    await tom.drafts("one_off", "favour")
    claimed = of(market, robin) | {"user": {"id": "UTOM", "username": "tom", "team_id": "T0PLAY"}}

    answered = await slack_requests.interaction(market, slack_requests.global_shortcut(**claimed))

    assert answered.status == 503  # there is nowhere to tell them anything
    assert list(market.redis.scan_iter("decline:{T0PLAY:UTOM}:draft:*")) == []
    market.slack.violations.clear()  # nobody had that trigger


async def test_a_copied_value_opens_nowhere_else(market, tom, robin, log):
    """Who can write to Redis cannot pass one workspace's installation or draft off as another's."""
    await tom.drafts("one_off", "favour")
    for key in market.redis.scan_iter("decline:{T0NORTH*"):
        there = key.replace(b"T0NORTH", b"T0PLAY").replace(b"UTOM", b"UYOU")
        market.redis.restore(there, 0, market.redis.dump(key), replace=True)

    await slack_requests.post(market, slack_requests.home_opened(), "application/json")

    assert {entry["event"] for entry in log} >= {"unreadable"}
    assert market.slack.home_view("UYOU") is None or "Mia" not in words(market.slack.home_view("UYOU"))


async def test_each_is_called_with_its_own_token(market, tom, robin):
    """What is asked of Slack for one workspace is asked with the token of that workspace."""
    await tom.uses_the_shortcut()
    await robin.uses_the_shortcut()

    assert market.slack.violations == []
    assert {market.slack.top_view(user) is not None for user in ("UTOM", "UYOU")} == {True}


def snapshot(world: World) -> dict[bytes, bytes]:
    """All that is kept, but for how long it still is, and who turned to the app how often."""
    return {
        key: world.redis.dump(key)
        for key in world.redis.scan_iter()
        if not key.endswith((b":profile", b":authors", b":pace"))
    }


def of(world: World, author: Author) -> dict[str, object]:
    """Where a payload of this author comes from."""
    origin = world.slack.installations.origin(world.slack.team_of(author.user))
    org = world.slack.team_of(author.user).enterprise
    return {
        "team": None
        if origin.org_wide
        else {"id": author.world.slack.team_of(author.user).id, "domain": "x"},
        "enterprise": {"id": org.id, "name": org.name} if org else None,
        "is_enterprise_install": origin.org_wide,
        "user": {"id": author.user, "username": "x", "team_id": world.slack.team_of(author.user).id},
    }
