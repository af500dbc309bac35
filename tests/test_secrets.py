"""Secrets stay where they are: in no log at any level, in no error, on no page, in no `repr`."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import ids
from bot.app import Credentials, Storage, assembled
from bot.stores.encryption import new_key
from bot.web.installing import INSTALL_PATH
from bot.workspace import Installed, Workspace
from tests import slack_requests
from tests.admin import admin_of
from tests.author import Author, draft
from tests.conftest import CLIENT_SECRET, SECRET

NORTH = "T0NORTH"


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """All that any logger says while debugging, from before the app is made."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    level, before = root.level, structlog.get_config()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger("DEBUG"),
        logger_factory=structlog.PrintLoggerFactory(file=said),
        cache_logger_on_first_use=False,
    )
    yield said
    structlog.configure(**before)
    root.removeHandler(handler)
    root.setLevel(level)


async def test_what_goes_wrong_is_heard(heard, market):
    """The log is where the tests below look for secrets."""
    await slack_requests.command(market, "", command="/nobody_knows")
    async with admin_of(market) as admin:
        await admin.adds(NORTH)

    assert "request failed" in heard.getvalue()
    assert "installed" in heard.getvalue()


async def test_no_secret_is_logged(heard, market):
    """Installing, refusing, drafting, revoking and uninstalling log no token, code, state or text."""
    async with admin_of(market) as admin:
        consent = await admin.begins()
        back = await admin.answers(consent, "allow", NORTH)
        await admin.returns(back.update_query(code="made.up"))
        second = await admin.answers(await admin.begins(), "allow", NORTH)
        await admin.returns(second)
    tom = Author(market, "UTOM", "DMIA")
    message = await tom.drafts("one_off", "meeting")
    text, asked = draft(message), [one.text for one in tom.messages if not one.by_app]
    await tom.presses(message, ids.SENT)
    market.troubles.fails("views.open", "users.info")
    await tom.uses_the_shortcut_in_vain()
    market.troubles.end()
    token = market.slack.installed(NORTH)
    market.slack.revoke_token(NORTH)
    await tom.uses_the_shortcut_in_vain()
    await market.slack.uninstall(NORTH)
    market.slack.violations.clear()

    given = [one.query[name] for one in (back, second) for name in ("code", "state")]
    keys = list(market.app.keys)
    secrets = [SECRET, CLIENT_SECRET, token, *given, *keys, text, *asked, "Mia", "Eva", "North"]
    assert [secret for secret in secrets if secret in heard.getvalue()] == []


async def test_no_secret_is_on_a_page(market):
    """No page of the app holds a secret, whatever it is asked for."""
    async with admin_of(market) as admin:
        pages = [await admin.adds(NORTH), await admin.goes("/slack/oauth_redirect", code="x", state="y")]
        pages += [await admin.goes(path) for path in ("/", "/privacy", "/support", "/metrics", "/nowhere")]
    token = market.slack.installed(NORTH)

    shown = "".join(page.text for page in pages)
    assert [one for one in (SECRET, CLIENT_SECRET, token, *market.app.keys) if one in shown] == []


async def test_the_way_to_slack_holds_no_secret(market):
    """The link to the consent page has the client's id, and not its secret."""
    async with admin_of(market) as admin:
        consent = await admin.begins()

    assert CLIENT_SECRET not in str(consent)
    assert INSTALL_PATH not in str(consent)


async def test_no_secret_is_in_a_repr(server):
    """Whatever part of the app ends up in a message, it shows no token, key or password."""
    key = new_key()
    given = Credentials("the-signing-secret", "http://127.0.0.1:9/api/", "", "11.22", "the-client-secret")
    of = Installed("A1", "xoxb-secret", "B1", "U1", (), "U2", 0.0, team_id="T1")
    async with assembled(given, Storage(server.url, [key]), "http://localhost") as parts:
        desk = parts.desk.at(Workspace("T1", of))
        shown = " ".join(
            map(repr, [given, parts, desk, of, desk.workspace, Storage("redis://:word@db", [key])])
        )

    secrets = ["the-signing-secret", "the-client-secret", "xoxb-secret", key, ":word@"]
    assert [one for one in secrets if one in shown] == []
