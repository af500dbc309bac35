"""App Home: drawn when it is opened, on every page one goes to, and after every change."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from bot import reminding
from bot.browsing import Filter, Overview, Page, People
from bot.delivery import OUT_OF_REACH, read_profile, refusal
from bot.ladder import Outcome
from bot.proposal import next_fit
from bot.records import NO_REMINDERS, Reminded
from bot.stores.away import AwayError
from bot.surfaces import drafts, notice, place, reminders
from bot.surfaces import home as surface
from bot.surfaces.place import HERE, HISTORY, PEOPLE, REMINDERS, SIZE, WAITING, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.browsing import Acquaintance
    from bot.catalogue import Script
    from bot.desk import Desk, Setting
    from bot.ladder import Fit
    from bot.records import Author, Person, Record

_WELCOME_SECONDS = 1.8
"""For the welcome: somebody in a browser waits for the page that says how the installation went."""

_NAMES = 25
"""People that history can be filtered by."""


async def opened(event: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk) -> None:
    """Draw Home when its tab is opened."""
    if event["tab"] == "home":
        await publish(desk, client, author)


async def profile_changed(event: dict[str, Any], author: Author, desk: Desk) -> None:
    """Follow a change of name, time zone or language, for people who use the app."""
    await desk.history.renew_profile(author, read_profile(event["user"]))


async def choose_language(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """The app's language: the author's choice goes before what Slack reports."""
    setting = await desk.setting(client, author)
    chosen = body["actions"][0]["selected_option"]["value"]
    if chosen in desk.languages.by_code:
        setting.needs_history()
        await desk.history.prefer(author, replace(setting.remembered.preferences, language=chosen))
    else:
        told = notice.view(setting.say("wrong.choice"), setting.say)
        await client.views_open(trigger_id=body["trigger_id"], view=told)
    await redraw(desk, client, author, body)
    await ack()


async def go(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk) -> None:
    """A button that leads to another page of Home."""
    await publish(desk, client, author, place.read(body["actions"][0]["value"]), body["view"]["hash"])
    await ack()


async def choose_filter(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Which drafts history shows."""
    wanted = drafts.chosen(body["actions"][0]["selected_option"]["value"])
    await publish(desk, client, author, Place(HISTORY, 0, wanted), body["view"]["hash"])
    await ack()


async def welcome(desk: Desk, client: AsyncWebClient, author: Author) -> None:
    """Draw Home for who has just installed the app; with Slack or Redis away, it is drawn when opened."""
    with suppress(AwayError, *OUT_OF_REACH):
        async with asyncio.timeout(_WELCOME_SECONDS):
            here = desk.at(await desk.workspaces.read(author.tenant))
            await publish(here, client, author)


async def redraw(desk: Desk, client: AsyncWebClient, author: Author, body: dict[str, Any]) -> None:
    """Draw the page of Home on which something was changed; whatever was drawn meanwhile may not have it."""
    view = body["view"]
    if not await publish(desk, client, author, place.of(view), view["hash"]):
        await publish(desk, client, author, place.of(view))


async def publish(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    at: Place = HERE,
    seen: str = "",
    setting: Setting | None = None,
) -> bool:
    """Draw a page of Home for this author.

    `seen` is the hash it had when it was clicked: False when another click was drawn since, which stays.
    `setting`: where the author stands, when it is known and must not be kept.
    """
    setting = setting or await desk.setting(client, author)
    (found, names), reminded = await asyncio.gather(
        _found(desk, author, setting, at), _reminded(desk, author, setting, at)
    )
    people: Sequence[Acquaintance] = ()
    records: Sequence[Record] = ()
    if isinstance(found, Overview):
        people = found.people.known
        records = (*found.waiting.records, *found.latest.records, *reminded.due, *reminded.coming)
    elif isinstance(found, People):
        people = found.known
    elif isinstance(found, Page):
        records = found.records
    elif isinstance(found, Reminded):
        records = (*found.due, *found.coming)
    fits = {one.mark: fit for one in people if (fit := coming(desk, setting, one.person))}
    shown = surface.Home(
        found,
        setting.knowing(records).catalogue,
        setting.today,
        at if found is not None else HERE,
        names,
        fits,
        setting.admin,
        desk.settings.retention_days,
        reminded,
    )
    view = surface.build(shown, setting.say, desk.languages)
    try:
        await client.views_publish(user_id=author.user, hash=seen or None, view=view)
    except SlackApiError as error:
        if refusal(error) != "hash_conflict":
            raise
        return False
    return True


def coming(desk: Desk, setting: Setting, person: Person) -> Fit | None:
    """What fits if this person asks again, of the scripts that are on."""
    language = setting.remembered.preferences.draft_language or setting.say.code
    offered: list[Script] = [
        one for one in setting.catalogue.in_language(language) if one.id not in desk.settings.scripts_off
    ]
    return next_fit(person, offered, setting.today)


async def _found(
    desk: Desk, author: Author, setting: Setting, at: Place
) -> tuple[Overview | Page | People | Reminded | None, list[Acquaintance]]:
    """What a page is made of; None while history is away."""
    history = desk.history
    try:
        setting.needs_history()
        if at.page == PEOPLE:
            return await history.people(author, at.start, SIZE), []
        if at.page == REMINDERS:
            return await desk.reminders.read(author, reminding.now(), at.start, SIZE), []
        if at.page == WAITING:
            return await history.page(author, Filter("outcome", Outcome.OPEN), at.start, SIZE), []
        if at.page == HISTORY:
            page = await history.page(author, at.filter, at.start, SIZE)
            return page, await history.names(author, at.filter, _NAMES)
        month = datetime(setting.today.year, setting.today.month, 1, tzinfo=setting.zone)
        return await history.overview(author, month.timestamp(), surface.READ, surface.READ), []
    except AwayError:
        return None, []


async def _reminded(desk: Desk, author: Author, setting: Setting, at: Place) -> Reminded:
    """The reminders, on the page that shows them; none while history is away."""
    if at.page != HERE.page or setting.remembered.away:
        return NO_REMINDERS
    try:
        return await desk.reminders.read(author, reminding.now(), 0, reminders.MOST, reminders.DUE)
    except AwayError:
        return NO_REMINDERS
