"""The composition root: from settings to the site that Slack talks to."""

from __future__ import annotations

import functools
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot import calls
from bot.as_json import as_json
from bot.authorization import Authorize, AuthorizeOne
from bot.catalogue import Catalogue
from bot.delivery import Delivery
from bot.desk import Desk
from bot.errands import Errands
from bot.lint import Lint
from bot.listeners import equip, register
from bot.localization import Languages
from bot.logs import quiet
from bot.paths import TEMPLATES
from bot.stores.away import AwayError
from bot.stores.belongings import Belongings
from bot.stores.connection import connect
from bot.stores.departure import Departure
from bot.stores.encryption import Vault
from bot.stores.history import History
from bot.stores.installations import Installations, States
from bot.stores.links import Links
from bot.stores.reminders import Reminders
from bot.stores.workspaces import Workspaces
from bot.suggest import Suggester
from bot.texts import Texts
from bot.web.installing import install_flow
from bot.web.pages import About, Pages
from bot.web.site import Public, build_site
from bot.workspace import RETENTION_DAYS
from bot.workspace_scripts import WorkspaceScripts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from aiohttp import web
    from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

_log = structlog.get_logger()

_SLACK_SECONDS = 2.3
"""For one call to Slack: within a listener's deadline, so that the author still gets a sentence."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What Slack gave the app: a bot token for one workspace, or a client id and secret for any number."""

    signing_secret: str
    api_url: str
    bot_token: str = ""
    client_id: str = ""
    client_secret: str = ""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the app comes with; `new_script` is what an admin begins a script with."""

    catalogue: Catalogue
    languages: Languages
    lint: Lint
    suggester: Suggester
    new_script: Texts


@functools.cache
def shipped() -> Shipped:
    """Read what the app comes with, once in a process; workers that are forked from it share it."""
    catalogue = Catalogue.load(TEMPLATES / "scripts")
    for problem in catalogue.problems:
        _log.error("script left out", problem=problem)
    return Shipped(
        catalogue,
        Languages.load(TEMPLATES / "locales"),
        Lint.load(TEMPLATES / "lint"),
        Suggester.load(TEMPLATES / "suggest"),
        Texts.in_folder(TEMPLATES / "new_script"),
    )


@dataclass(frozen=True, slots=True, repr=False)
class Storage:
    """Where history is, and the keys it is sealed with, newest first."""

    redis_url: str
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the ways of serving share: Bolt's app, and what is behind it."""

    slack: Credentials
    client: AsyncWebClient
    bolt: AsyncApp
    desk: Desk
    flow: AsyncOAuthFlow | None


@asynccontextmanager
async def assembled(slack: Credentials, storage: Storage, public_url: str = "") -> AsyncIterator[Parts]:
    """The parts of the app, made in the loop of their worker and closed with it."""
    timeout = aiohttp.ClientTimeout(total=_SLACK_SECONDS)
    redis = connect(storage.redis_url)
    vault = Vault(storage.keys)
    async with aiohttp.ClientSession(
        timeout=timeout, trace_configs=[calls.counted()], json_serialize_bytes=as_json
    ) as session:
        come_with = shipped()
        workspaces = Workspaces(redis, vault)
        history = History(redis, vault)
        with suppress(AwayError):  # it is asked again as soon as it is there
            await history.settle()
        errands = Errands()
        desk = Desk(
            catalogue=come_with.catalogue,
            languages=come_with.languages,
            lint=come_with.lint,
            suggester=come_with.suggester,
            history=history,
            workspaces=workspaces,
            departure=Departure(redis),
            reminders=Reminders(redis, vault),
            delivery=Delivery(session, slack.api_url, errands),
            scripts=WorkspaceScripts(come_with.catalogue, come_with.new_script, workspaces),
            belongings=Belongings(redis, vault),
            links=Links(redis, vault),
            errands=errands,
            public_url=public_url,
            own_token=slack.bot_token,
        )
        client = AsyncWebClient(
            base_url=slack.api_url,
            session=session,
            logger=quiet("slack_sdk"),
            retry_handlers=[calls.OnceMore()],
        )
        flow = None
        if slack.client_id:
            flow = install_flow(
                slack.client_id,
                slack.client_secret,
                client,
                Installations(desk.workspaces),
                States(redis, vault),
                slack.api_url,
                public_url,
            )
        try:
            yield Parts(slack, client, _bolt(slack, client, desk, flow), desk, flow)
        finally:
            await errands.finish()
            await redis.aclose()


def site(slack: Credentials, storage: Storage, public: Public) -> web.Application:
    """The HTTP site of the app, which makes its parts when it starts and closes them when it stops."""
    about = About(public.url, public.support_email, RETENTION_DAYS, installable=bool(slack.client_id))
    pages = Pages.load(TEMPLATES / "pages", shipped().languages, about)
    verifier = SignatureVerifier(slack.signing_secret)
    return build_site(lambda: assembled(slack, storage, public.url), verifier, pages, public)


def _bolt(slack: Credentials, client: AsyncWebClient, desk: Desk, flow: AsyncOAuthFlow | None) -> AsyncApp:
    one = slack.bot_token
    app = AsyncApp(
        name="decline",
        logger=quiet("slack_bolt"),
        signing_secret=slack.signing_secret,
        client=client,
        before_authorize=equip(desk),
        authorize=AuthorizeOne(desk.workspaces, client, one) if one else Authorize(desk.workspaces),
        oauth_flow=flow,  # given, or else Bolt makes one of its own from the environment
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        attaching_function_token_enabled=False,  # neither a step of a workflow nor an assistant
        attaching_conversation_kwargs_enabled=False,
    )
    register(app)
    return app
