"""The modal in which a draft is edited."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.proposal import LONGEST_DRAFT
from bot.surfaces.details import text_input, typed
from bot.surfaces.kit import InputBlock, View
from bot.surfaces.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localization import Language


@dataclass(frozen=True, slots=True)
class Editing:
    """Which draft is edited, and what to draw anew afterwards: a message, or the modal that it stands in.

    `place` is where Home is behind that modal.
    """

    held: str
    response_url: str = ""
    view: str = ""
    place: str = ""


def build(text: str, editing: Editing, say: Language) -> dict[str, Any]:
    """Draw the modal with the text in it."""
    element = text_input(ids.TEXT, text, longest=LONGEST_DRAFT, multiline=True)
    return View(
        type="modal",
        callback_id=ids.EDIT,
        title=plain(say("edit.title")),
        submit=plain(say("edit.save")),
        close=plain(say("compose.cancel")),
        private_metadata=json.dumps(asdict(editing), separators=(",", ":")),
        blocks=[InputBlock(block_id=ids.TEXT, label=plain(say("edit.text")), element=element)],
    )


def read(view: Mapping[str, Any]) -> tuple[str, Editing]:
    """Read the new text, and what it is for."""
    return str(typed(view)[ids.TEXT]).strip()[:LONGEST_DRAFT], Editing(**json.loads(view["private_metadata"]))
