"""A plain sentence, where the author is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import ids
from bot.surfaces.kit import View
from bot.surfaces.text import escape, plain, section, to_copy

if TYPE_CHECKING:
    from bot.localization import Language


def message(sentence: str) -> dict[str, Any]:
    """The sentence as a message."""
    return {"text": escape(sentence), "blocks": [section(escape(sentence))]}


def view(sentence: str, say: Language, text: str = "") -> dict[str, Any]:
    """The sentence as a modal, with a text to copy where one would otherwise be lost."""
    return View(
        type="modal",
        callback_id=ids.NOTICE,
        title=plain(say("compose.title")),
        close=plain(say("notice.close")),
        blocks=[section(escape(sentence)), *([to_copy(text)] if text else [])],
    )
