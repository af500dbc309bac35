"""Where a draft is shown: in a message, or in a modal with App Home behind it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from bot import ids
from bot.delivery import OUT_OF_REACH, UnsureError, refusal
from bot.listeners import home
from bot.stores.away import AwayError
from bot.surfaces import draft_view, notice, person, place

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk
    from bot.localization import Language
    from bot.records import Author
    from bot.surfaces.place import Place

_SUPERSEDED = {"hash_conflict", "not_found"}
"""Another click was drawn in the meantime, or the modal was closed."""


async def show(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    response_url: str,
    message: dict[str, Any],
    *,
    replace_original: bool = False,
) -> bool:
    """Show a message where the author is, or in the app's own conversation with them; False if refused."""
    in_place = response_url and await desk.delivery.in_place(response_url, message, replace=replace_original)
    return bool(in_place) or await desk.delivery.to_author(client, author.user, message)


async def close(ack: AsyncAck, posting: Awaitable[bool], text: str, say: Language) -> None:
    """Close a modal when its draft was posted; else put the text there, to be copied."""
    try:
        sentence = "" if await posting else say("compose.nowhere")
    except UnsureError:
        sentence = say("compose.unsure")
    if sentence:
        await ack(response_action="update", view=notice.view(sentence, say, text))
    else:
        await ack()


async def replace(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    body: dict[str, Any],
    message: dict[str, Any],
    say: Language,
) -> None:
    """Draw what was clicked anew: the message, App Home, or the modal with the draft and Home behind it."""
    if body["container"]["type"] != "view":
        await show(desk, client, author, body["response_url"], message, replace_original=True)
    elif body["view"]["type"] == "home":
        await home.redraw(desk, client, author, body)
    else:
        view = body["view"]
        await in_modal(desk, client, author, view["id"], message, place.of(view), say, view["hash"])


async def in_modal(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    view_id: str,
    message: dict[str, Any],
    home_at: Place,
    say: Language,
    seen: str = "",
) -> None:
    """Draw a modal with a draft anew, and Home behind it; `seen` is the hash it had when it was clicked."""
    view = draft_view.build(message["blocks"], home_at, say)
    await update(client, view_id, view, seen)
    with suppress(AwayError, *OUT_OF_REACH):  # it is drawn anew when it is opened, too
        await home.publish(desk, client, author, home_at)


async def update(client: AsyncWebClient, view_id: str, view: dict[str, Any], seen: str = "") -> None:
    """Draw a modal anew, unless it is gone or a newer one was drawn since."""
    try:
        await client.views_update(view_id=view_id, hash=seen or None, view=view)
    except SlackApiError as error:
        if refusal(error) not in _SUPERSEDED:
            raise


def behind(view: Mapping[str, Any]) -> Place:
    """Where Home is: what was clicked, or what is behind the person on whom it was."""
    return person.whose(view)[1] if view["callback_id"] == ids.PERSON else place.of(view)


async def open_view(client: AsyncWebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Open a modal, on top of the one in which somebody clicked if there is one."""
    in_modal = body.get("view", {}).get("type") == "modal"
    await (client.views_push if in_modal else client.views_open)(trigger_id=body["trigger_id"], view=view)
