"""The workspaces, the app's place in them, and the ways between the two."""

import time
from collections.abc import Callable, Sequence

from bot.playground.cast import TEAM, Team, User, teams
from bot.playground.conversations import Conversation
from bot.playground.delivery import Courier, Delivery
from bot.playground.installations import Installations
from bot.playground.oauth import Client, OAuth
from bot.playground.record import Record
from bot.playground.response_urls import ResponseUrls
from bot.playground.rules import Refused
from bot.playground.schema import Json
from bot.playground.sockets import Sockets
from bot.playground.views import View, Views
from bot.playground.web_api import WebApi
from bot.playground.workspace import Workspace


class Stage:
    """What everything that happens in this Slack is done with."""

    def __init__(
        self,
        *,
        base_url: str,
        events_url: str,
        signing_secret: str,
        bot_token: str = "",
        language: str = "en",
        clock: Callable[[], float] = time.time,
        client_id: str = "",
        client_secret: str = "",
        redirect_urls: Sequence[str] = (),
        app_token: str = "",
    ) -> None:
        self.base_url = base_url
        self.clock = clock
        self.workspaces = {team.id: Workspace(team, language, clock) for team in teams().values()}
        self.installations = Installations({each.team.id: each.team for each in self.workspaces.values()})
        self.views = Views(clock, self.team_of)
        self.notices: dict[str, str] = {}
        self._record = Record()
        accepted = self.installations.accepted
        self._sockets = Sockets(app_token, lambda: self.base_url, accepted, self._record)
        self._courier = Courier(events_url, signing_secret, self._sockets)
        self._urls = ResponseUrls(self.workspace_of, clock)
        self._api = WebApi(self.installations, self.workspaces, self.views)
        self._oauth = OAuth(Client(client_id, client_secret, tuple(redirect_urls)), self.installations, clock)
        self._api.add("apps.connections.open", self._sockets.connections_open)
        if client_id:
            self._api.add("oauth.v2.access", self._oauth.access)
        if bot_token:
            self.installations.install(self.workspace.team, value=bot_token)

    @property
    def events_url(self) -> str:
        """Where the app listens; it may be set once the port is known."""
        return self._courier.events_url

    @events_url.setter
    def events_url(self, url: str) -> None:
        self._courier.events_url = url

    @property
    def redirect_urls(self) -> Sequence[str]:
        """Where the app may ask to be sent back to; they may be set once the port is known."""
        return self._oauth.client.redirect_urls

    @redirect_urls.setter
    def redirect_urls(self, urls: Sequence[str]) -> None:
        self._oauth.client.redirect_urls = tuple(urls)

    @property
    def workspace(self) -> Workspace:
        """The workspace that the page shows."""
        return self.workspaces[TEAM]

    def workspace_of(self, user: str) -> Workspace:
        """The workspace somebody is in."""
        for workspace in self.workspaces.values():
            if user in workspace.users:
                return workspace
        raise ValueError(f"nobody has the id {user}")

    def team_of(self, user: str) -> Team:
        """The workspace somebody is in, as Slack knows it."""
        return self.workspace_of(user).team

    def person(self, user: str) -> User:
        """Somebody by their id."""
        return self.workspace_of(user).users[user]

    # Telling the app

    async def _tell(self, payload: Json, retry: int = 0, reason: str = "") -> Delivery:
        delivery = await self._courier.event(payload, retry, reason)
        if not delivery.ok:
            name = payload["event"]["type"]
            self._record.broke(f"{name} was not answered (status {delivery.status}, {delivery.body!r})")
        return delivery

    async def _interact(self, user: str, payload: Json) -> Delivery:
        delivery = await self._courier.interaction(payload)
        if not delivery.ok:
            self._record.broke(
                f"{payload['type']} was not answered (status {delivery.status}, {delivery.body!r})"
            )
            self.notices[user] = "trouble"
        return delivery

    def _try(self, change: Callable[[], None]) -> bool:
        try:
            change()
        except Refused as refused:
            self._record.refused("answer", refused)
            return False
        return True

    # Finding things

    def _where(self, user: str, channel: str) -> Conversation:
        conversation = self.workspace_of(user).conversation(channel)
        if user not in conversation.members:
            raise ValueError(f"{user} is not in {channel}")
        return conversation

    def _with(self, channel: str) -> Workspace:
        """The workspace a conversation is in."""
        known = (each for each in self.workspaces.values() if channel in each.conversations)
        return next(known, self.workspace)

    def _top(self, user: str) -> View:
        view = self.views.top(user)
        if view is None:
            raise ValueError(f"{user} has no modal open")
        return view

    def _response_url(self, user: str, channel: str, original: str | None = None) -> str:
        return f"{self.base_url.rstrip('/')}/response/{self._urls.issue(user, channel, original)}"
