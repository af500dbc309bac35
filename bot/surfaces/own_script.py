"""The modal in which an author keeps a text of theirs as a script of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.catalogue import Kind, Situation
from bot.own import LONGEST_TITLE, parts
from bot.surfaces.details import text_input, typed
from bot.surfaces.kit import (
    Block,
    InputBlock,
    Option,
    RichTextBlock,
    RichTextPart,
    RichTextQuoteElement,
    StaticMultiSelectElement,
    View,
)
from bot.surfaces.text import OPTION, escape, plain, section, small

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.localization import Language
    from bot.records import Record


@dataclass(frozen=True, slots=True)
class Named:
    """What the author calls a text, and for what it is; `draft` is the one that holds it."""

    draft: str
    title: str
    situations: tuple[Situation, ...]
    kinds: tuple[Kind, ...]


def build(record: Record, title: str, say: Language) -> dict[str, Any]:
    """Draw the modal for the text of a draft, with a proposal for its title."""
    pieces = list(parts(record.text, record.name))
    about = "own.name" if any(is_name for _, is_name in pieces) else "own.no_name"
    situations = ((one, say(f"situation.{one}")) for one in Situation if one is not Situation.NONE)
    kinds = ((one, say(f"kind.{one}")) for one in Kind)
    blocks: list[Block] = [
        section(escape(say("own.what"))),
        _quoted(pieces),
        small(escape(say(about, name=record.name))),
        InputBlock(
            block_id=ids.TITLE,
            label=plain(say("own.title")),
            element=text_input(ids.TITLE, title, longest=LONGEST_TITLE),
        ),
        InputBlock(
            block_id=ids.SITUATIONS,
            label=plain(say("own.situations")),
            element=_menu(ids.SITUATIONS, situations, record.situation, say("details.choose")),
        ),
        InputBlock(
            block_id=ids.KINDS,
            label=plain(say("own.kinds")),
            element=_menu(ids.KINDS, kinds, record.kind, say("own.any_kind")),
            optional=True,
        ),
    ]
    return View(
        type="modal",
        callback_id=ids.OWN_SCRIPT,
        title=plain(say("own.heading")),
        submit=plain(say("edit.save")),
        close=plain(say("compose.cancel")),
        private_metadata=record.id,
        blocks=blocks,
    )


def read(view: Mapping[str, Any]) -> Named:
    """Read the modal back; what it never offered is left out."""
    now = typed(view)
    return Named(
        str(view["private_metadata"]),
        " ".join(str(now[ids.TITLE]).split())[:LONGEST_TITLE].strip(),
        tuple(one for one in Situation if one in _chosen(now[ids.SITUATIONS]) and one is not Situation.NONE),
        tuple(one for one in Kind if one in _chosen(now[ids.KINDS])),
    )


def _chosen(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def _quoted(pieces: Iterable[tuple[str, bool]]) -> RichTextBlock:
    """The text as it is kept, with the name that will be another one in bold."""
    bold = {"bold": True}
    texts = [RichTextPart(text=text, style=bold if is_name else None) for text, is_name in pieces]
    return RichTextBlock(elements=[RichTextQuoteElement(elements=texts)])


def _menu(
    action_id: str, options: Iterable[tuple[str, str]], chosen: str | None, placeholder: str
) -> StaticMultiSelectElement:
    menu = [Option(value=value, text=plain(label, OPTION)) for value, label in options]
    return StaticMultiSelectElement(
        action_id=action_id,
        options=menu,
        initial_options=[option for option in menu if option["value"] == chosen] or None,
        placeholder=plain(placeholder, 150),
    )
