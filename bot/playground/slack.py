"""A small, strict Slack: people act in it, it tells the app, and it holds the app to Slack's rules."""

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from bot.playground import payloads
from bot.playground.administration import Administration
from bot.playground.consent import Consent
from bot.playground.conversations import Message
from bot.playground.pages import Pages
from bot.playground.record import ApiCall
from bot.playground.schema import Json
from bot.playground.serving import api_calls, response_url_posts
from bot.playground.views import View


class Slack(Administration):
    """The playground: a site to serve, people to act as, and a record of what the app did."""

    @property
    def language(self) -> str:
        """The language of the person trying the app, of the conversations and of the page."""
        return self.workspace.language

    @property
    def calls(self) -> list[ApiCall]:
        """Everything the app asked of this Slack, in order."""
        return self._record.calls

    @property
    def violations(self) -> list[str]:
        """Every rule of Slack the app has broken."""
        return self._record.violations

    def site(self) -> web.Application:
        """The pages, /api/ and /response/, for the caller to bind to this machine only."""
        pages = Pages(self)
        site = web.Application(middlewares=[pages.guard])
        site.router.add_route("*", "/api/{method}", api_calls(self._api, self._record))
        site.router.add_post("/response/{secret}", response_url_posts(self._urls, self._record))
        if self._oauth.client.id:
            Consent(self, self._oauth, self._record).add_routes(site)
        site.router.add_get("/socket/{ticket}", self._sockets.serve)
        pages.add_routes(site)
        site.on_shutdown.append(self._sockets.close)
        site.cleanup_ctx.append(self._while_serving)
        return site

    # What people see

    def top_view(self, user: str) -> View | None:
        """The modal this person looks at."""
        return self.views.top(user)

    def messages(self, user: str, channel: str) -> list[Message]:
        """What this person sees in a conversation, with what only they see."""
        workspace = self._with(channel)
        if user not in workspace.conversation(channel).members:
            return []
        return workspace.visible(user, channel)

    def app_dm(self, user: str) -> str:
        """The id of the app's DM with somebody."""
        return self.workspace_of(user).app_dm(user).id

    def home_view(self, user: str) -> View | None:
        """A person's home tab, to act in."""
        return self.views.homes.get(user)

    def home(self, user: str) -> Json | None:
        """A person's home tab, as Slack describes it."""
        view = self.home_view(user)
        return view.payload() if view else None

    # What happens in the conversations

    def ask_again(self, channel: str) -> Message:
        """The next thing the person of this conversation asks."""
        return self._with(channel).ask_again(channel)

    def say(self, user: str, channel: str, text: str, **extra: Any) -> Message:
        """Somebody posts; `text` is as Slack stores it, `extra` goes into the message as it is."""
        if self.person(user).is_bot:
            extra = {"bot_id": f"B{user[1:]}", **extra}
        else:
            self._where(user, channel)
        return self._with(channel).post(channel, user, text, extra=extra)

    def type(self, user: str, channel: str, text: str) -> Message:
        """Somebody posts what they typed in the composer."""
        return self.say(user, channel, payloads.typed_by_person(text, self.workspace_of(user)))

    def let_days_pass(self, days: int) -> None:
        """What is scheduled comes as if so many days had passed; the date stays, as the app has its own."""
        for workspace in self.workspaces.values():
            workspace.bring_forward(days * 24 * 3600)

    def start_over(self) -> None:
        """Empties this Slack back to its first moment; what the app keeps elsewhere stays."""
        for workspace in self.workspaces.values():
            workspace.start_over()
        self.views.stacks.clear()
        self.views.triggers.clear()

    # Serving

    @property
    def sockets(self) -> int:
        """How many websockets the app has open; while there is one, nothing is sent by HTTP."""
        return self._sockets.connected

    async def refresh_sockets(self) -> None:
        """Asks the app to replace its websockets, and waits until it has."""
        await self._sockets.refresh()

    async def _while_serving(self, _: web.Application) -> AsyncIterator[None]:
        await self._courier.open()
        yield
        await self._courier.close()
