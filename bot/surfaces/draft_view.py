"""A draft in a modal: what its message shows, for who looks at it from App Home or from a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import ids
from bot.surfaces.drafts import menu
from bot.surfaces.kit import ActionsBlock, View
from bot.surfaces.text import escape, plain, section, small, to_copy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.localization import Language
    from bot.records import Record
    from bot.surfaces.place import Place


def build(blocks: Sequence[dict[str, Any]], place: Place, say: Language) -> dict[str, Any]:
    """Draw the modal around the blocks of a draft; `place` is where Home is behind it."""
    return View(
        type="modal",
        callback_id=ids.DRAFT,
        title=plain(say("compose.preview"), 24),
        close=plain(say("notice.close")),
        private_metadata=place.write(),
        blocks=list(blocks),
    )


def without_script(record: Record, say: Language) -> list[dict[str, Any]]:
    """A draft whose script is no longer there: its text, and how to be rid of it."""
    name = record.name or say("people.unnamed")
    blocks = [
        section(f"*{escape(name)}*"),
        *([to_copy(record.text)] if record.text else []),
        small(escape(say("home.script_gone"))),
        ActionsBlock(block_id=f"draft:{record.id}", elements=[menu(record, (ids.BESIDE, ids.DELETE), say)]),
    ]
    return [*blocks]
