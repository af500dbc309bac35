"""An author's own data: shown, exported by a link or in messages, forgotten for one person, deleted."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from bot import ids
from bot.delivery import OUT_OF_REACH
from bot.export import CSV, JSON
from bot.listeners import home, sending
from bot.records import Preferences, Remembered
from bot.scheduling import cancel
from bot.stores.away import AwayError
from bot.stores.links import Wanted
from bot.surfaces import data as surface
from bot.surfaces import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.belongings import Counts, Requester
    from bot.desk import Desk, Setting
    from bot.records import Author, Record

_DAY = 24 * 3600


async def opened(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """The button in App Home."""
    setting, counts = await _counted(desk, client, author)
    people = await desk.belongings.requesters(author, surface.MOST_NAMED)
    shown = surface.Shown(counts, people, desk.settings.retention_days, by_link=bool(desk.public_url))
    await client.views_open(trigger_id=body["trigger_id"], view=surface.build(shown, setting.say))
    await ack()


async def export(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """A link to download from, for whoever pressed the button; without an address, private messages."""
    form = body["actions"][0]["action_id"].removeprefix(f"{ids.EXPORT}.")
    setting = await _standing(desk, client, author)
    if not desk.public_url:
        view = sending.begin(desk, client, author, setting)
    elif form in {JSON, CSV}:
        token = await desk.links.make(Wanted(author.tenant, author.user, form, setting.say.code))
        view = surface.link(f"{desk.public_url}/data/{token}", form, setting.say)
    else:
        raise ValueError("a form that the modal does not offer")
    await client.views_push(trigger_id=body["trigger_id"], view=view)
    await ack()


async def followed(ack: AsyncAck) -> None:
    """The button that is a link: Slack tells of it, and opens it by itself."""
    await ack()


async def ask_forget(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Ask before a person is forgotten, with what goes."""
    action = body["actions"][0]
    mark = action.get("value") or action["selected_option"]["value"]
    setting, known = await _asked_for(desk, client, author, mark)
    view = (
        surface.ask_forget(known[0], setting.say)
        if known
        else notice.view(setting.say("data.nobody"), setting.say)
    )
    show = client.views_push if body.get("view", {}).get("type") == "modal" else client.views_open
    await show(trigger_id=body["trigger_id"], view=view)
    await ack()


async def forget(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Forget a person, at once, and say what went."""
    mark = body["actions"][0]["value"]
    setting, known = await _asked_for(desk, client, author, mark)
    if known is None:
        view = surface.done(setting.say("data.forget"), setting.say("data.nobody"), setting.say)
    else:
        requester, records = known
        await _before_they_go(desk, client, author, records)
        gone = await desk.belongings.forget(author, mark)
        view = surface.forgotten(requester, gone, setting.say)
    await _answer(body, client, view)
    with suppress(AwayError, *OUT_OF_REACH):  # it is drawn anew when it is opened, too
        await home.publish(desk, client, author)
    await ack()


async def ask_erase(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Ask before everything is deleted, with what goes."""
    setting, counts = await _counted(desk, client, author)
    await client.views_push(trigger_id=body["trigger_id"], view=surface.ask_erase(counts, setting.say))
    await ack()


async def erase(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Delete everything, at once, and say what went."""
    setting, counts = await _counted(desk, client, author)
    await _before_they_go(desk, client, author, await desk.belongings.reminded(author))
    await desk.belongings.erase(author)
    await _answer(body, client, surface.erased(counts, setting.say))
    with suppress(AwayError, *OUT_OF_REACH):
        await home.publish(desk, client, author, setting=_new_here(desk, setting))
    await ack()


async def _before_they_go(
    desk: Desk, client: AsyncWebClient, author: Author, records: Sequence[Record]
) -> None:
    """Take the reminders of these drafts back at Slack: afterwards nobody knows of them any more.

    The one place for it, on the way to both deletions. While Slack does not give one up, nothing is deleted;
    those that it gave up are noted, so that the next try has fewer to ask for.
    """
    await asyncio.gather(*(cancel(desk, client, author, one) for one in records if one.reminder))


def _new_here(desk: Desk, setting: Setting) -> Setting:
    """The author as somebody of whom nothing is known but what Slack said a moment ago: it is not kept."""
    profile = setting.remembered.profile
    return replace(
        setting,
        say=desk.languages.best(desk.settings.language, profile.locale if profile else ""),
        remembered=Remembered(Preferences(), profile),
    )


async def _answer(body: dict[str, Any], client: AsyncWebClient, view: dict[str, Any]) -> None:
    """Say what went in the place of the question; of two clicks, the first one's answer stays."""
    try:
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)
    except SlackApiError as error:
        if error.response["error"] not in {"hash_conflict", "not_found"}:
            raise


async def _counted(desk: Desk, client: AsyncWebClient, author: Author) -> tuple[Setting, Counts]:
    """How much there is; what is older than the workspace keeps has ended."""
    setting = await _standing(desk, client, author)
    return setting, await desk.belongings.counts(author, time.time() - desk.settings.retention_days * _DAY)


async def _asked_for(
    desk: Desk, client: AsyncWebClient, author: Author, mark: str
) -> tuple[Setting, tuple[Requester, list[Record]] | None]:
    """Somebody with the drafts about them; the mark is looked up under the author's own keys."""
    setting = await _standing(desk, client, author)
    return setting, await desk.belongings.requester(author, mark)


async def _standing(desk: Desk, client: AsyncWebClient, author: Author) -> Setting:
    setting = await desk.setting(client, author)
    setting.needs_history()
    return setting
