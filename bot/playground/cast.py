"""The people of the playground and what they write, read from the templates."""

import tomllib
from dataclasses import dataclass, field

from bot.paths import TEMPLATES
from bot.playground.schema import Json

FOLDER = TEMPLATES / "playground"
LANGUAGES = {"en": "English", "nl": "Nederlands", "nb": "Norsk"}
LOCALES = {"en": "en-US", "nl": "nl-NL", "nb": "nb-NO"}

TEAM = "T0PLAY"
APP = "A0DECLINE"
BOT = "BDECLINE"
BOT_USER = "UDECLINE"
YOU = "UYOU"


@dataclass(frozen=True)
class User:
    """Somebody in the workspace, or met through Slack Connect."""

    id: str
    name: str
    real_name: str
    title: str = ""
    team: str = TEAM
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    tz: str = "Europe/Amsterdam"

    @property
    def first_name(self) -> str:
        """What colleagues call this person."""
        return self.real_name.split()[0]


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


def people() -> dict[str, User]:
    """Everybody, by user id."""
    return {entry["id"]: User(**entry) for entry in _read("people.toml")["person"]}


def scenes(language: str) -> list[Scene]:
    """The conversations in one language, in the order they are listed."""
    return [Scene(**entry) for entry in _read(f"conversations.{language}.toml")["conversation"]]


def words(language: str) -> dict[str, str]:
    """The playground's own labels in one language."""
    return {name: str(text) for name, text in _read(f"words.{language}.toml").items()}


def _read(name: str) -> Json:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
