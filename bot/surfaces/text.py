"""Text for the place it goes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.surfaces.kit import (
    ContextBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextPart,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    SectionBlock,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.surfaces.kit import Element

SECTION = 3000
"""Characters in a text object (Slack's limit)."""

OPTION = 75
"""Characters in an option's text and description (Slack's limit)."""


def escape(text: str) -> str:
    """Make text inert in mrkdwn: the three characters that Slack gives a meaning to."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_ENTITY = re.compile(r"<(?:[@#!][^<|>]*|https?://[^<|>]*|mailto:[^<|>]*)\|([^<>]*)>|<([^<>|]*)>")


def readable(mrkdwn: str) -> str:
    """A message as people read it: labels instead of links and mentions, and the escapes undone.

    Half a character, where an emoji was cut, becomes a question mark.
    """
    mrkdwn = mrkdwn.encode(errors="replace").decode()
    text = _ENTITY.sub(lambda found: found[1] or found[2] or "", mrkdwn)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def shorten(text: str, limit: int) -> str:
    """Cut text to a limit of characters, saying so with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plain(text: str, limit: int = SECTION) -> PlainTextObject:
    """Text without markup; emoji codes stay as they were typed."""
    return PlainTextObject(text=shorten(text, limit), emoji=False)


def section(text: str, block_id: str | None = None, accessory: Element | None = None) -> SectionBlock:
    """A paragraph of mrkdwn, with a button beside it; what comes from people must be escaped before."""
    return SectionBlock(text=_mrkdwn(text), block_id=block_id, accessory=accessory)


def small(*texts: str) -> ContextBlock:
    """Small print, one element for each text (at most ten)."""
    return ContextBlock(elements=[_mrkdwn(text) for text in texts])


def as_written(text: str) -> ContextBlock:
    """Small print without markup, for a line with somebody else's words in it."""
    return ContextBlock(elements=[plain(text)])


_CUT_ENTITY = re.compile(r"&[a-z]{0,3}…$")


def _mrkdwn(text: str) -> MarkdownTextObject:
    return MarkdownTextObject(text=_CUT_ENTITY.sub("…", shorten(text, SECTION)))


def bullets(items: Iterable[str]) -> str:
    """A list in mrkdwn; the items are escaped here."""
    return "\n".join(f"•  {escape(item)}" for item in items)


def to_read(text: str) -> RichTextBlock:
    """A text to look at: quoted, and inert whatever it holds."""
    return RichTextBlock(elements=[RichTextQuoteElement(elements=[RichTextPart(text=text)])])


def to_copy(text: str) -> RichTextBlock:
    """A text to select and copy: preformatted, so that it comes along exactly."""
    parts = [RichTextPart(text=text)]
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=parts)])
