"""Adding the app to a workspace: out to Slack's consent page and back, by Bolt's OAuth flow."""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import structlog
from aiohttp import web
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.state_utils import OAuthStateUtils
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import OUT_OF_REACH
from bot.listeners import home
from bot.logs import quiet
from bot.permissions import SCOPES
from bot.records import Author
from bot.stores.away import AwayError
from bot.stores.installations import STATE_SECONDS, from_bolt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_bolt.oauth.async_callback_options import AsyncFailureArgs, AsyncSuccessArgs
    from slack_sdk.oauth.installation_store import Installation

    from bot.app import Parts
    from bot.stores.installations import Installations, States
    from bot.workspace import Installed

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
COOKIE = "__Host-decline-install"
"""Binds installations to the browser they were begun in; by its prefix no other host can have set it."""

_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")
_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt to install ended: with an installation, or with the reason why there is none."""

    status: int
    reason: str = ""
    installed: Installed | None = None
    missing: tuple[str, ...] = field(default=())


NOT_INSTALLABLE = Outcome(404, "not_installable")
NOT_KEPT = Outcome(503, "storage_error")


class _MissingScopesError(BoltError):
    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__()
        self.missing = missing


class _Browsers(OAuthStateUtils):
    """Tells by one cookie which attempts were begun in a browser: any number of them, side by side."""

    def is_valid_browser(self, state: str | None, request_headers: Mapping[str, str | Sequence[str]]) -> bool:
        """Whether a state was made for the browser that brings it back."""
        browser, state = _browser(request_headers), state or ""
        return (
            bool(browser)
            and state.isascii()
            and hmac.compare_digest(_bound(state.partition(".")[0], browser), state)
        )


class _Flow(AsyncOAuthFlow):
    """Bolt's flow, which keeps only an installation that the app can work with."""

    async def issue_new_state(self, request: AsyncBoltRequest) -> str:
        browser = request.context["browser"] = _browser(request.headers) or secrets.token_urlsafe(32)
        state = _bound(secrets.token_urlsafe(32), browser)
        return await self.settings.state_store.async_issue(state)

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        team = request.query.get("team", [""])[0]  # Bolt puts it into the URL as it is
        return str(
            self.settings.authorize_url_generator.generate(state, team if _TEAM.fullmatch(team) else None)
        )

    async def run_installation(self, code: str) -> Installation | None:
        try:
            return await super().run_installation(code)
        except UnboundLocalError:  # Bolt's, for an organisation that gave the token of a person and no bot's
            return None

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        missing = tuple(sorted(set(SCOPES) - set(installation.bot_scopes or ())))
        if missing:
            raise _MissingScopesError(missing)
        try:
            await super().store_installation(request, installation)
        except AwayError as error:
            raise BoltError(str(error)) from error


def install_flow(
    client_id: str,
    client_secret: str,
    client: AsyncWebClient,
    installations: Installations,
    states: States,
    api_url: str,
    public_url: str,
) -> AsyncOAuthFlow:
    """Make the flow; every setting is given, so that Bolt looks for none in the environment."""
    flow = _Flow(
        client=client,
        logger=quiet("slack_bolt"),
        settings=AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=sorted(SCOPES),
            user_scopes=[],
            redirect_uri=public_url + REDIRECT_PATH,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            install_page_rendering_enabled=False,
            authorization_url=urljoin(api_url, "/oauth/v2/authorize"),
            installation_store=installations,
            state_store=states,
            state_expiration_seconds=STATE_SECONDS,
            callback_options=AsyncCallbackOptions(_succeeded, _failed),
        ),
    )
    flow.settings.state_utils = _Browsers()
    return flow


async def begin(flow: AsyncOAuthFlow, request: web.Request) -> web.Response:
    """Send a browser to Slack's consent page, with a state that only it can bring back."""
    asked = asked_with(request.query_string, request.headers)
    leads = await flow.handle_installation(asked)
    response = web.Response(status=leads.status, headers={"Location": leads.first_headers()["location"]})
    response.set_cookie(
        COOKIE,
        asked.context["browser"],
        max_age=STATE_SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response


async def end(flow: AsyncOAuthFlow, request: web.Request) -> Outcome:
    """Take a browser that comes back from Slack, and install the app if Slack says so."""
    asked = asked_with(request.query_string, request.headers)
    try:
        await flow.handle_callback(asked)
        outcome: Outcome = asked.context["outcome"]
    except AwayError:
        outcome = NOT_KEPT
    except OUT_OF_REACH:
        outcome = Outcome(502, "slack_away")
    if outcome.installed:
        _log.info("installed", tenant=outcome.installed.tenant)
    else:
        _log.info("not installed", status=outcome.status)  # the reason may be anybody's words
    return outcome


async def greet(parts: Parts, installed: Installed) -> None:
    """Have App Home ready for who installed the app; nobody else hears of it."""
    client = AsyncWebClient(installed.bot_token, base_url=parts.slack.api_url, session=parts.client.session)
    await home.welcome(parts.desk, client, Author(installed.tenant, installed.installer))


def address_in_slack(api_url: str, installed: Installed) -> str:
    """The page that opens the app in Slack: https://docs.slack.dev/interactivity/deep-linking."""
    where = f"&team={installed.team_id}" if installed.team_id else ""
    return urljoin(api_url, f"/app_redirect?app={installed.app_id}{where}")


def asked_with(query: str, headers: Mapping[str, str]) -> AsyncBoltRequest:
    """What a browser asks, as Bolt reads it."""
    return AsyncBoltRequest(body="", query=query, headers=dict(headers))


def _browser(headers: Mapping[str, str | Sequence[str]]) -> str:
    """What a browser is known by; empty for one that is not known yet."""
    for header in headers.get("cookie", ()):
        for one in header.split(";"):
            name, _, value = one.strip().partition("=")
            if name == COOKIE and _BROWSER.fullmatch(value):
                return value
    return ""


def _bound(nonce: str, browser: str) -> str:
    """A state that nobody can make for a browser without its cookie."""
    digest = hmac.digest(browser.encode(), nonce.encode(), "sha256")
    return f"{nonce}.{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    args.request.context["outcome"] = Outcome(200, installed=from_bolt(args.installation))
    return BoltResponse(status=200)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    outcome = Outcome(args.suggested_status_code, args.reason)
    if isinstance(args.error, _MissingScopesError):
        outcome = Outcome(400, "missing_scopes", missing=args.error.missing)
    state = args.request.query.get("state", [""])[0]
    if args.settings.state_utils.is_valid_browser(state, args.request.headers):
        await args.settings.state_store.async_consume(state)  # nothing is left of an attempt that ended
    args.request.context["outcome"] = outcome
    return BoltResponse(status=outcome.status)
