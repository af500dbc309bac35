"""Conversations and the messages in them."""

import secrets
import string
from copy import deepcopy
from dataclasses import dataclass, field

from bot.playground.cast import Team
from bot.playground.inputs import Typed
from bot.playground.rules import elements
from bot.playground.schema import Json

_LETTERS = string.ascii_uppercase + string.digits


def new_id(prefix: str, length: int = 10) -> str:
    """An id like Slack's, never the same twice, also after a restart."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy of some blocks in which Slack has filled in the ids the app left out."""
    copies = deepcopy(blocks)
    for block in copies:
        block.setdefault("block_id", new_id("", 5))
        for element in elements(block):
            element.setdefault("action_id", new_id("", 5))
    return copies


@dataclass
class Message:
    """A message; `only_for` names the one person who sees an ephemeral one."""

    team: Team
    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    only_for: str | None = None
    extra: Json = field(default_factory=dict)
    edited: bool = False
    typed: Typed = field(default_factory=dict)
    line: int | None = None

    @property
    def by_app(self) -> bool:
        """Whether the app under trial wrote it."""
        return self.user == self.team.bot_user


@dataclass
class Conversation:
    """A channel, a DM between people, or the app's DM with one person."""

    id: str
    members: list[str]
    name: str = ""
    person: str = ""
    topic: str = ""
    asks_again: list[str] = field(default_factory=list)
    opening: int = 0
    asked: int = 0
    unread: bool = False
    messages: list[Message] = field(default_factory=list)

    @property
    def is_dm(self) -> bool:
        """Whether it is a direct message conversation."""
        return self.id.startswith("D")

    @property
    def payload_name(self) -> str:
        """What Slack calls it in a payload."""
        return "directmessage" if self.is_dm else self.name


@dataclass(frozen=True)
class Scheduled:
    """A message Slack will post later."""

    id: str
    channel: str
    post_at: int
    text: str
    blocks: list[Json]
