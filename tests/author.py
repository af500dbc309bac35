"""An author at work in Slack, and what they see there: the words of the front-door tests."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.localization import Languages
from bot.paths import TEMPLATES

if TYPE_CHECKING:
    from bot.playground.delivery import Delivery
    from bot.playground.views import View
    from bot.playground.workspace import Message
    from tests.conftest import World

CHANNELS = {"UANA": "DANA", "UPETRA": "DPETRA", "UTEDDY": "DTEDDY", "USONYA": "DSONYA", "UMARK": "DMARK"}


@dataclass
class Author:
    """One person, in one conversation."""

    world: World
    user: str = "UYOU"
    channel: str = "DANA"

    def beside(self, requester: str) -> Author:
        """The same person in their conversation with somebody else."""
        return Author(self.world, self.user, CHANNELS[requester])

    # What they do

    async def uses_the_shortcut(self, message: Message | None = None) -> View:
        """Picks "Draft a decline" on a message (the last that somebody else wrote)."""
        message = message or [one for one in self.messages if not one.by_app and one.user != self.user][-1]
        await self.world.slack.message_shortcut(self.user, self.channel, message.ts, ids.MESSAGE_SHORTCUT)
        return self.modal

    async def uses_the_shortcut_in_vain(self) -> Delivery:
        """Picks "Draft a decline" on the last message of somebody else, and gets no modal."""
        asked = [one for one in self.messages if not one.by_app and one.user != self.user][-1]
        return await self.world.slack.message_shortcut(
            self.user, self.channel, asked.ts, ids.MESSAGE_SHORTCUT
        )

    async def types(self, text: str) -> Delivery:
        """Sends `/decline` and what follows it."""
        return await self.world.slack.slash_command(self.user, self.channel, text)

    async def picks(self, action_id: str, value: Any = None) -> View:
        """Chooses in the modal, or types there and presses Enter."""
        await self.world.slack.act(self.user, self.modal, action_id, value)
        return self.modal

    async def submits(self, **typed: Any) -> Delivery:
        """Sends the modal; what is typed before is named by its detail, or by its action id."""
        shown = actions(self.modal.blocks)
        named = {ids.DETAIL + name if ids.DETAIL + name in shown else name: typed[name] for name in typed}
        return await self.world.slack.submit(self.user, named)

    async def drafts(
        self,
        situation: str = "one_off",
        kind: str = "introduction",
        script: str | None = None,
        **typed: Any,
    ) -> Message:
        """Goes from a message to the draft that answers it.

        One request is answered with the general no, which asks for nothing more; "" leaves the script alone.
        """
        if script is None:
            script = "decline_polite" if situation == "one_off" else ""
        await self.uses_the_shortcut()
        await self.picks(ids.SITUATION, situation)
        if ids.KIND in actions(self.modal.blocks):
            await self.picks(ids.KIND, kind)
        if script:
            await self.picks(ids.SCRIPT, script)
        before = len(self.from_the_app)
        await self.submits(**typed)
        assert len(self.from_the_app) == before + 1, (
            self.top and words(self.top),
            self.top and self.top.errors,
        )
        return self.from_the_app[-1]

    async def presses(self, where: Message | View, action_id: str, value: Any = None) -> Delivery:
        """Presses a button, or picks from the menu, in a message or in App Home."""
        options = {} if value is None else element(where, action_id)
        held = (
            next(
                (one["value"] for one in options.get("options", []) if one["value"].startswith(value)), value
            )
            if value
            else None
        )
        return await self.world.slack.act(self.user, where, action_id, held)

    async def opens_home(self) -> View:
        """Looks at App Home."""
        await self.world.slack.open_home(self.user)
        return self.home

    async def opens_the_draft(self) -> View:
        """Looks at App Home and opens the draft that was made last among those that wait."""
        await self.presses(await self.opens_home(), ids.OPEN_DRAFT)
        return self.modal

    def response_url(self) -> str:
        """A fresh response_url of the conversation, as the next click there would bring."""
        return self.world.slack._response_url(self.user, self.channel)

    # What they see

    @property
    def top(self) -> View | None:
        """The modal on top, if there is one."""
        return self.world.slack.top_view(self.user)

    @property
    def modal(self) -> View:
        """The modal on top."""
        assert self.top, "no modal is open"
        return self.top

    @property
    def home(self) -> View:
        """App Home."""
        home = self.world.slack.home_view(self.user)
        assert home, "App Home was never drawn"
        return home

    @property
    def messages(self) -> list[Message]:
        """The conversation."""
        return self.world.slack.messages(self.user, self.channel)

    @property
    def from_the_app(self) -> list[Message]:
        """What the app wrote in the conversation."""
        return [message for message in self.messages if message.by_app]

    @property
    def app_dm(self) -> list[Message]:
        """The author's own conversation with the app."""
        channel = self.world.slack.workspace.app_dm(self.user).id
        return self.world.slack.messages(self.user, channel)


def words(shown: Any) -> str:
    """Everything a person reads in some blocks, a view or a message, line by line."""
    blocks = shown if isinstance(shown, list | dict) else shown.blocks
    return "\n".join(_texts(blocks))


def says(shown: Any, key: str, **values: str) -> bool:
    """Whether a sentence of the app stands there in English, whatever date is in it."""
    sentence = _languages()["en"](key, **{"date": "\0", **values})
    return re.search(re.escape(sentence).replace("\0", ".{3,18}"), words(shown)) is not None


@functools.cache
def _languages() -> Languages:
    return Languages.load(TEMPLATES / "locales")


def preview(view: View) -> str:
    """The draft as the modal shows it; empty when it shows none."""
    quotes = [
        words(block)
        for block in view.blocks
        if block["block_id"] != "quote" and _rich(block, "rich_text_quote")
    ]
    return "\n".join(quotes)


def quote(view: View) -> str:
    """The message as the modal quotes it; empty when it quotes none."""
    return "\n".join(words(block) for block in view.blocks if block["block_id"] == "quote")


def draft(shown: Message | View) -> str:
    """The text to copy."""
    return "\n".join(words(block) for block in shown.blocks if _rich(block, "rich_text_preformatted"))


def actions(blocks: Sequence[dict[str, Any]]) -> list[str]:
    """The action ids in some blocks, in order."""
    return [one["action_id"] for block in blocks for one in _elements(block)]


def element(shown: Message | View, action_id: str) -> dict[str, Any]:
    """One element of a view or message."""
    found = [one for block in shown.blocks for one in _elements(block) if one["action_id"] == action_id]
    assert found, f"no {action_id}; there is {actions(shown.blocks)}"
    return found[0]


def block(shown: Message | View, action_id: str) -> dict[str, Any]:
    """The block that an element stands in."""
    found = [one for one in shown.blocks if action_id in [inside["action_id"] for inside in _elements(one)]]
    assert found, f"no {action_id}; there is {actions(shown.blocks)}"
    return found[0]


def values(shown: Message | View, action_id: str) -> list[str]:
    """The values an element offers, in order."""
    return [option["value"] for option in element(shown, action_id)["options"]]


def chosen(view: View, action_id: str) -> Any:
    """What an input holds now."""
    found = [value for (_, name), value in view.typed.items() if name == action_id]
    assert found, f"no input {action_id}; there is {actions(view.blocks)}"
    return found[0]


def _elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    inside = [block.get("element"), block.get("accessory")]
    inside += block["elements"] if block["type"] == "actions" else []
    return [one for one in inside if one]


def _rich(block: dict[str, Any], kind: str) -> bool:
    return block["type"] == "rich_text" and any(one["type"] == kind for one in block["elements"])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            elif not isinstance(inner, str):
                yield from _texts(inner)


def makes_admin(world: World, user: str, *, admin: bool) -> None:
    """Slack makes somebody an admin, or one no longer, without a word to the app."""
    people = world.slack.workspace.users
    people[user] = replace(people[user], is_admin=admin)
