"""What admins do: install the app, take it away, and change who may do what."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.playground import events
from bot.playground.deeds import NOT_SENT, Deeds
from bot.playground.delivery import Delivery
from bot.playground.installations import SCOPES
from bot.playground.schema import Json

BOTH: tuple[events.Ending, ...] = ("app_uninstalled", "tokens_revoked")


class Administration(Deeds):
    """Everything about the app that is not done with it; places are named by workspace or organisation id."""

    @property
    def grants(self) -> set[str] | None:
        """The only scopes that are given to an app that asks; None gives what it asks for."""
        return self.installations.grants

    @grants.setter
    def grants(self, scopes: set[str] | None) -> None:
        self.installations.grants = scopes

    @property
    def new_token_on_reinstall(self) -> bool:
        """Whether the app gets another token when it is installed again with the same scopes."""
        return self.installations.new_token_on_reinstall

    @new_token_on_reinstall.setter
    def new_token_on_reinstall(self, new: bool) -> None:
        self.installations.new_token_on_reinstall = new

    def installed(self, place: str) -> str | None:
        """The newest token of a workspace or organisation that still counts."""
        token = self.installations.current(self.installations.place(place))
        return token.value if token else None

    def install(self, place: str, scopes: Iterable[str] = SCOPES, token: str = "") -> str:
        """Installs the app without the app having a part in it, and gives the token."""
        return self.installations.install(self.installations.place(place), scopes, token).value

    def code(self, place: str, user: str, redirect_uri: str, scopes: Iterable[str] = SCOPES) -> str:
        """A code as the app gets one when somebody presses Allow."""
        where = self.installations.place(place)
        if self.team_of(user) not in self.installations.within(where):
            raise ValueError(f"{user} is not in {place}")
        ask = self._oauth.ask(
            {"client_id": self._oauth.client.id, "redirect_uri": redirect_uri, "scope": ",".join(scopes)}
        )
        return self._oauth.allow(ask, where, user)

    def revoke_token(self, place: str) -> None:
        """Takes the newest token back and leaves the app where it is, without telling it."""
        self.installations.revoke(self.installations.place(place))

    async def uninstall(
        self, place: str, order: Sequence[events.Ending] = BOTH, deliver: bool = True
    ) -> list[Json]:
        """Takes the app away; gives the events in the order they were sent, or are still to be."""
        where = self.installations.place(place)
        bot_user = self.installations.within(where)[0].bot_user
        self.installations.uninstall(where)
        told = [events.ended(where, kind, bot_user, self.clock()) for kind in order]
        if deliver:
            for payload in told:
                await self.deliver(payload)
        return told

    async def deliver(self, payload: Json, retry: int = 0, reason: str = "http_timeout") -> Delivery:
        """Sends an event, or sends it again for the first, second or third time."""
        return await self._tell(payload, retry, reason)

    async def set_role(
        self,
        user: str,
        *,
        is_admin: bool | None = None,
        is_owner: bool | None = None,
        org_admin: bool | None = None,
        org_owner: bool | None = None,
        tell: bool = True,
    ) -> Delivery:
        """Changes what somebody is in their workspace or organisation, and leaves what is not named."""
        now = self.person(user)
        self.workspace_of(user).users[user] = replace(
            now,
            is_admin=now.is_admin if is_admin is None else is_admin,
            is_owner=now.is_owner if is_owner is None else is_owner,
            org_admin=now.org_admin if org_admin is None else org_admin,
            org_owner=now.org_owner if org_owner is None else org_owner,
        )
        return await self._tell_of(user) if tell else NOT_SENT
