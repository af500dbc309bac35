"""What the templates need to draw a page: places to put values, names to show, and the words."""

from dataclasses import dataclass
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader

from bot.playground.cast import FOLDER, User, words
from bot.playground.conversations import Message
from bot.playground.inputs import Input, Value
from bot.playground.mrkdwn import Reader
from bot.playground.schema import Json
from bot.playground.views import View
from bot.playground.workspace import Workspace

TONES = 6


def environment() -> Environment:
    """The Jinja environment of the pages, which escapes everything."""
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)


@dataclass(frozen=True)
class Surface:
    """A view or message to draw: how its fields are named on the page and what is in them."""

    where: View | Message

    @property
    def scope(self) -> str:
        """What the browser calls it."""
        return f"view:{self.where.id}" if isinstance(self.where, View) else f"message:{self.where.ts}"

    @property
    def blocks(self) -> list[Json]:
        """What there is to draw."""
        return self.where.blocks

    def target(self, block: Json, element: Json) -> str:
        """The name of one element in the form."""
        return target(block, element)

    def id(self, block: Json, element: Json) -> str:
        """An id for one element that stays the same as long as Slack keeps its value."""
        return f"{self.scope.partition(':')[2]}-{target(block, element)}"

    def value(self, block: Json, element: Json) -> Value:
        """What is in an element now."""
        return self.where.typed.get(Input(block, element).key)

    def error(self, block: Json) -> str:
        """What is wrong with an input block."""
        return self.where.errors.get(block["block_id"], "") if isinstance(self.where, View) else ""

    def dispatches(self, block: Json) -> bool:
        """Whether a change in this block is sent to the app at once."""
        return bool(block["type"] != "input" or block.get("dispatch_action"))


def target(block: Json, element: Json) -> str:
    """Both ids in one name; a slash never stands inside either part."""
    return f"{quote(block['block_id'], safe='')}/{quote(element['action_id'], safe='')}"


class Drawing:
    """Turns the workspace into HTML for one person."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._templates = environment()
        self._templates.filters["initials"] = initials
        self._templates.filters["tone"] = tone

    def render(self, template: str, **context: object) -> str:
        """One template, in the language of the moment."""
        language = self._workspace.language
        return self._templates.get_template(template).render(
            words=words(language),
            language=language,
            read=Reader(self._name_of, language),
            surface=Surface,
            users=self._workspace.users,
            **context,
        )

    def _name_of(self, some_id: str) -> str | None:
        if some_id in self._workspace.users:
            return self._workspace.users[some_id].real_name
        conversation = self._workspace.conversations.get(some_id)
        return conversation.name if conversation else None


def initials(user: User) -> str:
    """One or two letters for an avatar."""
    return "".join(part[0] for part in user.real_name.split()[:2])


def tone(user: User) -> int:
    """Which of a few colours an avatar has."""
    return sum(map(ord, user.id)) % TONES
