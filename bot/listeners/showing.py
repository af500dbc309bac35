"""Where the author sees it: in the place of what they clicked, in App Home, or in the app's own DM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.listeners import home

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk
    from bot.records import Author


async def show(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    response_url: str,
    message: dict[str, Any],
    *,
    replace_original: bool = False,
) -> bool:
    """Show a message where the author is, or else in the app's own DM with them; False if refused."""
    in_place = response_url and await desk.delivery.in_place(response_url, message, replace=replace_original)
    return bool(in_place) or await desk.delivery.to_author(client, author.user, message)


async def redraw(
    desk: Desk, client: AsyncWebClient, author: Author, body: dict[str, Any], message: dict[str, Any]
) -> None:
    """Draw what was clicked anew: the message, or App Home."""
    if body["container"]["type"] == "view":
        await home.publish(desk, client, author)
    else:
        await show(desk, client, author, body["response_url"], message, replace_original=True)
