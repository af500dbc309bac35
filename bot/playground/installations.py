"""Where the app is installed, with which tokens, and what each token may do."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.playground.cast import Enterprise, Team
from bot.playground.rules import Refused

SCOPES = ("commands", "chat:write", "users:read")

Place = Team | Enterprise


@dataclass
class Token:
    """A bot token: where it counts, what it may do, and, once it no longer counts, why not."""

    value: str
    place: Place
    scopes: tuple[str, ...]
    withheld: tuple[str, ...] = ()
    ended: str = ""

    @property
    def org_wide(self) -> bool:
        """Whether it is for a whole organisation."""
        return isinstance(self.place, Enterprise)

    def need(self, scope: str) -> None:
        """Refuses what this token has no scope for."""
        if scope and scope not in self.scopes:
            raise Withheld(scope, self) if scope in self.withheld else MissingScope(scope, self)


class MissingScope(Refused):
    """The app never asked for the scope it needs."""

    def __init__(self, scope: str, token: Token) -> None:
        super().__init__("missing_scope", needed=scope, provided=",".join(token.scopes))


class Withheld(MissingScope):
    """The app asked for the scope it needs and was not given it, which can happen to any app."""


@dataclass(frozen=True)
class Origin:
    """Where a payload comes from: a workspace, and whether the app is there for its whole organisation."""

    team: Team
    org_wide: bool = False


@dataclass
class Installations:
    """The workspaces and organisations, and the tokens the app was given for each."""

    teams: dict[str, Team]
    new_token_on_reinstall: bool = False
    grants: set[str] | None = None
    _tokens: dict[str, list[Token]] = field(default_factory=dict)
    _every: list[Token] = field(default_factory=list)
    _was_org_wide: dict[str, bool] = field(default_factory=dict)

    @property
    def places(self) -> list[Place]:
        """Everything the app can be installed in: the workspaces, then the organisations."""
        enterprises = {team.enterprise.id: team.enterprise for team in self.teams.values() if team.enterprise}
        return [*self.teams.values(), *enterprises.values()]

    def place(self, its_id: str) -> Place:
        """The workspace or organisation with an id."""
        for place in self.places:
            if place.id == its_id:
                return place
        raise ValueError(f"no such workspace or organisation: {its_id}")

    def within(self, place: Place) -> list[Team]:
        """The workspaces of an organisation, or the one workspace itself."""
        return [team for team in self.teams.values() if place in (team, team.enterprise)]

    def install(self, place: Place, asked: Iterable[str] = SCOPES, value: str = "") -> Token:
        """Gives the app a token; like at Slack the same one when nothing changes, and scopes only add up."""
        asked = tuple(asked)
        current = self.current(place)
        held = current.scopes if current else ()
        granted = tuple(scope for scope in asked if self.grants is None or scope in self.grants)
        scopes = tuple(dict.fromkeys((*held, *granted)))
        withheld = tuple(scope for scope in asked if scope not in scopes)
        self._was_org_wide |= dict.fromkeys((t.id for t in self.within(place)), isinstance(place, Enterprise))
        if current and set(scopes) == set(held) and not self.new_token_on_reinstall:
            current.withheld = withheld
            return current
        token = Token(value or f"xoxb-{place.id}-{secrets.token_hex(12)}", place, scopes, withheld)
        self._tokens.setdefault(place.id, []).append(token)
        self._every.append(token)
        return token

    def current(self, place: Place) -> Token | None:
        """The newest token of a workspace or organisation that still counts."""
        counting = [token for token in self._tokens.get(place.id, []) if not token.ended]
        return counting[-1] if counting else None

    def origin(self, team: Team, scope: str = "", anyway: bool = False) -> Origin:
        """Where a payload from a workspace comes from; `anyway` is for one that cannot come."""
        for place in (team.enterprise, team):
            if place and place.id in self._tokens:
                newest = self._tokens[place.id][-1]
                if scope and scope not in newest.scopes and not anyway:
                    raise ValueError(f"installed in {team.id} without the scope {scope}")
                return Origin(team, org_wide=place is team.enterprise)
        if anyway:
            return Origin(team, self._was_org_wide.get(team.id, False))
        raise ValueError(f"not installed in {team.id}")

    def hears(self, team: Team, scope: str = "") -> bool:
        """Whether the app is told of events in a workspace that need a scope."""
        try:
            self.origin(team, scope)
        except ValueError:
            return False
        return True

    def accepted(self, value: str) -> Token:
        """The token with a value, or Slack's reason for not accepting it."""
        if not value:
            raise Refused("not_authed")
        for token in self._every:
            if hmac.compare_digest(token.value.encode(), value.encode()):
                if token.ended:
                    raise Refused(token.ended)
                return token
        raise Refused("invalid_auth")

    def revoke(self, place: Place) -> None:
        """Takes back the newest token; the app stays, and hears of things it cannot act on."""
        token = self.current(place)
        if token is None:
            raise ValueError(f"not installed in {place.id}")
        token.ended = "token_revoked"

    def uninstall(self, place: Place) -> None:
        """Takes the app away, with every token it was given there."""
        if place.id not in self._tokens:
            raise ValueError(f"not installed in {place.id}")
        for token in self._tokens.pop(place.id):
            token.ended = token.ended or "account_inactive"
