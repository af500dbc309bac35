"""How the app gets a token: it asks, an admin allows, and a code that works once is changed for the token."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yarl import URL

from bot.playground.cast import APP, Enterprise
from bot.playground.installations import Installations, Place
from bot.playground.rules import Refused
from bot.playground.schema import Json

CODE_SECONDS = 10 * 60
LOCAL = {"127.0.0.1", "localhost", "::1"}
# The scopes of bot tokens that the playground knows the names of; the app needs the first three.
KNOWN = {
    *("commands", "chat:write", "users:read"),
    *("app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write.customize"),
    *("chat:write.public", "files:read", "files:write", "groups:history", "groups:read", "im:history"),
    *("im:read", "im:write", "incoming-webhook", "mpim:history", "mpim:read", "reactions:read"),
    *("reactions:write", "team:read", "users.profile:read", "users:read.email"),
}


@dataclass
class Client:
    """The app as Slack has it on file."""

    id: str
    secret: str
    redirect_urls: tuple[str, ...]


@dataclass(frozen=True)
class Ask:
    """What the app asks for; `named` is the address to come back to, if the app gave one."""

    scopes: tuple[str, ...]
    redirect_uri: str
    named: str
    state: str = ""


@dataclass
class Code:
    """Leave to fetch one token within ten minutes."""

    ask: Ask
    place: Place
    user: str
    issued: float
    used: bool = False


class OAuth:
    """Slack's OAuth, version 2, for bot tokens."""

    def __init__(self, client: Client, installations: Installations, clock: Callable[[], float]) -> None:
        self.client = client
        self._installations = installations
        self._clock = clock
        self._codes: dict[str, Code] = {}

    def ask(self, query: Mapping[str, str]) -> Ask:
        """What a link to the consent page asks for, or why Slack shows an error instead."""
        if not self.client.id or query.get("client_id") != self.client.id:
            raise Refused("invalid_client_id")
        scopes = tuple(filter(None, query.get("scope", "").split(",")))
        unknown = [scope for scope in scopes if scope not in KNOWN]
        if unknown or not scopes:
            raise Refused("invalid_scope", [f"[ERROR] not a scope of a bot: {scope}" for scope in unknown])
        if query.get("user_scope"):
            raise Refused("invalid_scope", ["[ERROR] the playground gives no tokens of people"])
        named = query.get("redirect_uri", "")
        return Ask(scopes, self._redirect_uri(named), named, query.get("state", ""))

    def allow(self, ask: Ask, place: Place, user: str) -> str:
        """A code for what an admin has allowed."""
        value = f"{place.id}.{secrets.token_hex(16)}"
        self._codes[value] = Code(ask, place, user, self._clock())
        return value

    def access(self, _: str, arguments: Json) -> Json:
        """oauth.v2.access: a token for a code."""
        if arguments.get("client_id") != self.client.id:
            raise Refused("invalid_client_id")
        if not hmac.compare_digest(
            str(arguments.get("client_secret", "")).encode(), self.client.secret.encode()
        ):
            raise Refused("bad_client_secret")
        code = self._codes.get(str(arguments.get("code", "")))
        if code is None or self._clock() - code.issued > CODE_SECONDS:
            raise Refused("invalid_code")
        if code.used:
            raise Refused("code_already_used")
        if arguments.get("redirect_uri", "") not in {code.ask.named, code.ask.named or code.ask.redirect_uri}:
            raise Refused("bad_redirect_uri")
        code.used = True
        token = self._installations.install(code.place, code.ask.scopes)
        org = code.place if isinstance(code.place, Enterprise) else code.place.enterprise
        return {
            "app_id": APP,
            "authed_user": {"id": code.user},
            "scope": ",".join(token.scopes),
            "token_type": "bot",
            "access_token": token.value,
            "bot_user_id": self._installations.within(code.place)[0].bot_user,
            "team": None if token.org_wide else {"id": code.place.id, "name": code.place.name},
            "enterprise": {"id": org.id, "name": org.name} if org else None,
            "is_enterprise_install": token.org_wide,
        }

    def _redirect_uri(self, named: str) -> str:
        """Where to go back to: what the app named if that is registered, or the only address that is."""
        if not named:
            if len(self.client.redirect_urls) != 1:
                raise Refused("bad_redirect_uri", ["[ERROR] redirect_uri did not match any configured URIs"])
            return self.client.redirect_urls[0]
        if not _is_safe(named) or not any(_is_below(named, url) for url in self.client.redirect_urls):
            raise Refused("bad_redirect_uri", [f"[ERROR] redirect_uri is not registered: {named}"])
        return named


def _is_safe(uri: str) -> bool:
    try:
        url = URL(uri)
    except ValueError:
        return False
    return not url.fragment and "#" not in uri and (url.scheme == "https" or url.host in LOCAL)


def _is_below(uri: str, registered: str) -> bool:
    """Whether an address is a registered one, or a folder in it."""
    url, base = URL(uri), URL(registered)
    if not url.absolute or url.origin() != base.origin() or url.user:
        return False
    parts = [part for part in base.parts if part != "/"]
    return [part for part in url.parts if part != "/"][: len(parts)] == parts
