"""The workspaces, the people in them and what they write, read from the templates."""

import tomllib
from dataclasses import dataclass, field

from bot.paths import TEMPLATES
from bot.playground.schema import Json

FOLDER = TEMPLATES / "playground"
LANGUAGES = {"en": "English", "nl": "Nederlands", "nb": "Norsk"}
LOCALES = {"en": "en-US", "nl": "nl-NL", "nb": "nb-NO"}

TEAM = "T0PLAY"
APP = "A0DECLINE"
APP_NAME = "Decline"
BOT_USER = "UDECLINE"
SLACKBOT = "USLACKBOT"
YOU = "UYOU"


@dataclass(frozen=True)
class Enterprise:
    """An organisation, which workspaces may belong to."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True)
class Team:
    """A workspace as Slack knows it: its name, and who the app is in it."""

    id: str
    name: str
    domain: str
    bot_user: str
    bot: str
    enterprise: Enterprise | None = None


@dataclass(frozen=True)
class User:
    """Somebody in a workspace, or met there through Slack Connect."""

    id: str
    name: str
    real_name: str
    title: str = ""
    team: str = TEAM
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    org_admin: bool = False
    org_owner: bool = False
    deleted: bool = False
    tz: str = "Europe/Amsterdam"

    @property
    def first_name(self) -> str:
        """What colleagues call this person."""
        return self.real_name.split()[0]

    def runs(self, place: Team | Enterprise) -> bool:
        """Whether this person is an admin or an owner of a workspace or an organisation."""
        if isinstance(place, Enterprise):
            return self.org_admin or self.org_owner
        return self.team == place.id and (self.is_admin or self.is_owner)


@dataclass(frozen=True)
class Scene:
    """One conversation as it starts, and how its person goes on asking."""

    id: str
    person: str
    topic: str
    opening: list[str]
    asks_again: list[str]
    minutes_ago: int
    name: str = ""
    also_here: list[str] = field(default_factory=list)
    to: str = YOU
    team: str = TEAM


def teams() -> dict[str, Team]:
    """Every workspace by its id, the one on the page first."""
    elsewhere = _read("workspaces.toml")
    enterprises = {entry["id"]: Enterprise(**entry) for entry in elsewhere["enterprise"]}
    return {
        entry["id"]: Team(**{**entry, "enterprise": enterprises.get(entry.get("enterprise"))})
        for entry in elsewhere["workspace"]
    }


def people(team: Team | None = None) -> dict[str, User]:
    """Everybody in a workspace by user id; without one, in the workspace on the page."""
    here = {entry["id"]: User(**entry) for entry in _read("people.toml")["person"]}
    if team is None or team.id == TEAM:
        return here
    users = [User(**entry) for entry in _read("workspaces.toml")["person"] if entry["team"] == team.id]
    app = User(team.bot_user, here[BOT_USER].name, here[BOT_USER].real_name, team=team.id, is_bot=True)
    return {user.id: user for user in (*users, app, here[SLACKBOT])}


def scenes(language: str, team: str = TEAM) -> list[Scene]:
    """The conversations of a workspace in one language, in the order they are listed."""
    name = f"conversations.{language}.toml" if team == TEAM else "workspaces.toml"
    found = [Scene(**entry) for entry in _read(name)["conversation"]]
    return [scene for scene in found if scene.team == team]


def words(language: str) -> dict[str, str]:
    """The playground's own labels in one language."""
    return {name: str(text) for name, text in _read(f"words.{language}.toml").items()}


def _read(name: str) -> Json:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
