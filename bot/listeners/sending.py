"""An author's data as private messages, where there is no address to download it from."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.export import Source, as_json
from bot.surfaces import data as surface
from bot.surfaces import notice

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.localization import Language
    from bot.records import Author

_MOST = 20
"""Messages: as much as somebody copies from a conversation."""

_PACE = 1.1
"""Seconds between two: Slack takes one a second in a conversation.

https://docs.slack.dev/apis/web-api/rate-limits
"""


def view(desk: Desk, author: Author, setting: Setting) -> dict[str, Any]:
    """Says that the messages are coming, or already are."""
    already = _errand(author) in desk.errands
    sentence = setting.say("data.sending_already") if already else setting.say("data.sending")
    return surface.done(setting.say("data.export"), sentence, setting.say)


def begin(desk: Desk, client: AsyncWebClient, author: Author, setting: Setting) -> None:
    """Begin to send, unless that was begun already."""
    desk.errands.begin(_errand(author), _send(desk, client, author, setting.say))


def _errand(author: Author) -> str:
    return f"{author.tenant}:{author.user}"


async def _send(desk: Desk, client: AsyncWebClient, author: Author, say: Language) -> None:
    """Send the document, and say how that ended."""
    last = say("data.broken_off")
    try:
        last = await _pieces(desk, client, author, say) or last
    finally:  # also when the app stops
        await desk.delivery.in_turn(client, author.user, notice.message(last))


async def _pieces(desk: Desk, client: AsyncWebClient, author: Author, say: Language) -> str:
    """Send it in pieces, as far as there is room; what is left out, or nothing when Slack took no more."""
    about = await desk.belongings.about(author)
    source = Source(about, lambda: desk.belongings.drafts(author), lambda: desk.belongings.people(author))
    sent, total, rest = 0, 0, ""
    async for text in as_json(source, datetime.now(UTC)):
        total += len(text)
        rest += text if sent < _MOST else ""
        while len(rest) >= surface.MESSAGE and sent < _MOST:
            if not await _post(desk, client, author, say, rest[: surface.MESSAGE]):
                return ""
            rest, sent = rest[surface.MESSAGE :], sent + 1
    if rest and sent < _MOST and not await _post(desk, client, author, say, rest):
        return ""
    left = total - min(total, _MOST * surface.MESSAGE)
    return say("data.left_out", percent=100 - 100 * left // total) if left else say("data.sent")


async def _post(desk: Desk, client: AsyncWebClient, author: Author, say: Language, text: str) -> bool:
    posted = await desk.delivery.in_turn(client, author.user, surface.message(text, say))
    await asyncio.sleep(_PACE)
    return posted
