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


def begin(desk: Desk, client: AsyncWebClient, author: Author, setting: Setting) -> dict[str, Any]:
    """Begin to send; returns the view that says so."""
    errand = _send(desk, client, author, setting.say)
    begun = desk.errands.begin(f"{author.tenant}:{author.user}", errand)
    sentence = setting.say("data.sending") if begun else setting.say("data.sending_already")
    return surface.done(setting.say("data.export"), sentence, setting.say)


async def _send(desk: Desk, client: AsyncWebClient, author: Author, say: Language) -> None:
    """Send the document in pieces, as far as there is room; at the end, say what is left out."""
    about = await desk.belongings.about(author)
    source = Source(about, lambda: desk.belongings.drafts(author), lambda: desk.belongings.people(author))
    sent, total, rest = 0, 0, ""
    async for text in as_json(source, datetime.now(UTC)):
        total += len(text)
        rest += text if sent < _MOST else ""
        while len(rest) >= surface.MESSAGE and sent < _MOST:
            if not await _post(desk, client, author, say, rest[: surface.MESSAGE]):
                return
            rest, sent = rest[surface.MESSAGE :], sent + 1
    if rest and sent < _MOST and await _post(desk, client, author, say, rest):
        rest, sent = "", sent + 1
    left = total - min(total, _MOST * surface.MESSAGE)
    last = say("data.left_out", percent=100 - 100 * left // total) if left else say("data.sent")
    await desk.delivery.to_author(client, author.user, notice.message(last))


async def _post(desk: Desk, client: AsyncWebClient, author: Author, say: Language, text: str) -> bool:
    posted = await desk.delivery.to_author(client, author.user, surface.message(text, say))
    await asyncio.sleep(_PACE)
    return posted
