"""A playground with a small Bolt app behind it; a test adds the listeners it is about."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web
from playwright.async_api import Browser, async_playwright
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Slack

TOKEN = "xoxb-playground"
APP_TOKEN = "xapp-playground"
SECRET = "a signing secret"
CLIENT = {"client_id": "1.2", "client_secret": "a client secret"}

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Clock:
    """A clock that a test can put forward."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """Tells the time."""
        return 1_800_000_000.0 + asyncio.get_running_loop().time() + self.ahead


@dataclass
class World:
    """The playground, the app under trial and where the page is."""

    slack: Slack
    app: AsyncApp
    client: AsyncWebClient
    url: str
    clock: Clock
    received: list[dict]
    headers: list[dict]

    def client_of(self, place: str) -> AsyncWebClient:
        """The app with the token it has for a workspace or an organisation."""
        return AsyncWebClient(token=self.slack.installed(place), base_url=f"{self.url}/api/")

    def hears(self) -> None:
        """Lets the app answer every shortcut, command and event and do nothing."""

        async def listener(ack):
            await ack()

        self.app.shortcut("decline_message")(listener)
        self.app.shortcut("decline")(listener)
        self.app.command("/decline")(listener)
        for event in ("app_home_opened", "user_change", "app_uninstalled", "tokens_revoked"):
            self.app.event(event)(listener)


async def _serve(application: web.Application) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, runner.addresses[0][1]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Both sides served on free ports of this computer."""
    clock = Clock()
    slack = Slack(
        base_url="",
        events_url="",
        signing_secret=SECRET,
        bot_token=TOKEN,
        clock=clock,
        app_token=APP_TOKEN,
        **CLIENT,
    )
    slack_runner, port = await _serve(slack.site())
    slack.base_url = f"http://127.0.0.1:{port}"
    client = AsyncWebClient(token=TOKEN, base_url=f"{slack.base_url}/api/")
    app = AsyncApp(signing_secret=SECRET, client=client, process_before_response=True)
    made = World(slack, app, client, slack.base_url, clock, [], [])

    async def events(request: web.Request) -> web.Response:
        bolt_request = await to_bolt_request(request)
        made.received.append(bolt_request.body)
        made.headers.append(dict(request.headers))
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    async def back(_: web.Request) -> web.Response:
        page = '<link rel="icon" href="data:,"><p>Back at the app.</p>'
        return web.Response(text=page, content_type="text/html")

    application = web.Application()
    application.router.add_post("/slack/events", events)
    application.router.add_get("/slack/oauth_redirect", back)
    app_runner, app_port = await _serve(application)
    slack.events_url = f"http://127.0.0.1:{app_port}/slack/events"
    slack.redirect_urls = [f"http://127.0.0.1:{app_port}/slack/oauth_redirect"]
    yield made
    await app_runner.cleanup()
    await slack_runner.cleanup()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        await browser.close()
