"""A person: seen, described, and answered once more."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.browsing import Filter
from bot.listeners import compose, home, showing
from bot.proposal import Form
from bot.surfaces import person as surface
from bot.surfaces import place
from bot.surfaces.compose import Composed, Origin

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Person
    from bot.surfaces.place import Place


class NobodyError(Exception):
    """A person who was forgotten, whose time is up, or who is not this author's."""


async def opened(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Everything about one person, in a modal."""
    view = await _draw(desk, client, author, body["actions"][0]["value"], 0, place.of(body["view"]))
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def turned(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Another page of what was said to a person."""
    mark, behind = surface.whose(body["view"])
    view = await _draw(desk, client, author, mark, int(body["actions"][0]["value"]), behind)
    await showing.update(client, body["view"]["id"], view, body["view"]["hash"])
    await ack()


async def save(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Keep who a person is to the author, the notes, and whether to suggest anything."""
    kept = surface.read(view)
    _, person = await _known(desk, client, author, kept.mark)
    person = replace(person, relationship=kept.relationship, muted=kept.muted)
    if not await desk.history.describe(author, kept.mark, person, kept.noted):
        raise NobodyError
    await home.publish(desk, client, author, surface.whose(view)[1])
    await ack()


async def answer(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*Draft next answer*: the modal for this person, on what fits next."""
    _, person = await _known(desk, client, author, body["actions"][0]["value"])
    if person.user:
        composed = Composed(Form(requester=person.user), Origin(), None, {})
    else:
        origin = Origin(touched=(ids.NAME,), kept={ids.NAME: person.name})
        composed = Composed(Form(name=person.name), origin, None, {})
    view = await compose.drawn(desk, client, author, composed)
    await showing.open_view(client, body, view)
    await ack()


async def _known(desk: Desk, client: AsyncWebClient, author: Author, mark: str) -> tuple[Setting, Person]:
    """A person by their mark. Another author's leads nowhere: who clicks is part of its key."""
    setting = await desk.setting(client, author, mark)
    setting.needs_history()
    if setting.remembered.person is None:
        raise NobodyError
    return setting, setting.remembered.person


async def _draw(
    desk: Desk, client: AsyncWebClient, author: Author, mark: str, start: int, behind: Place
) -> dict[str, Any]:
    (setting, person), page = await asyncio.gather(
        _known(desk, client, author, mark),
        desk.history.page(author, Filter("person", mark), start, surface.SIZE),
    )
    fit = home.coming(desk, setting, person)
    catalogue = setting.knowing(page.records).catalogue
    shown = surface.Shown(mark, person, page, fit, catalogue, setting.today, behind)
    return surface.build(shown, setting.say)
