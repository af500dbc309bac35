"""Everything an author can do that makes the app ask something of Slack, up to the last click.

A function brings the author there, and gives what they do then, not yet done.
"""
# ruff: noqa: D103 (their names say what they do)

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from bot import ids
from bot.playground.views import View
from tests.author import Author, element, makes_admin

if TYPE_CHECKING:
    from bot.playground import Message
    from bot.playground.delivery import Delivery

Deed: TypeAlias = Coroutine[Any, Any, "Delivery"]

INTERACTIONS: dict[str, Callable[[Author], Awaitable[Deed]]] = {}
"""All of them by name, in the order of the table in `bot.listeners`."""

EVENTS = {"event_home_opened", "event_profile_changed"}
"""To which nobody waits for an answer."""


def _does(way: Callable[[Author], Awaitable[Deed]]) -> Callable[[Author], Awaitable[Deed]]:
    INTERACTIONS[way.__name__] = way
    return way


async def _draft(robin: Author) -> Message:
    """A draft, by the shortest way."""
    await robin.types("@ana")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    await robin.submits()
    return robin.from_the_app[-1]


async def _edited(robin: Author) -> Message:
    message = await _draft(robin)
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text="No, Ana.")
    return message


async def _sent(robin: Author) -> tuple[Author, Message]:
    """A sent draft that offers a reminder."""
    mark = robin.beside("UMARK")
    message = await mark.drafts(kind="pitch", script="decline_pitch")
    await mark.presses(message, ids.SENT)
    return mark, message


async def _reminded(robin: Author) -> tuple[Author, Message]:
    mark, message = await _sent(robin)
    await mark.presses(message, ids.REMIND)
    return mark, message


async def _home(robin: Author, page: str = "") -> View:
    """App Home with a draft in it, or one of its pages."""
    await _draft(robin)
    home = await robin.opens_home()
    if page:
        await robin.presses(home, ids.GO + page)
    return robin.home


async def _person(robin: Author) -> View:
    await robin.presses(await _home(robin), ids.OPEN_PERSON)
    return robin.modal


async def _scripts(robin: Author) -> View:
    makes_admin(robin.world, robin.user, admin=True)
    await robin.types("scripts")
    return robin.modal


async def _data(robin: Author, action_id: str = "") -> View:
    await robin.presses(await _home(robin), ids.DATA)
    if action_id == ids.FORGET_MENU:
        mark = element(robin.modal, ids.FORGET_MENU)["options"][0]["value"]
        await robin.world.slack.act(robin.user, robin.modal, ids.FORGET_MENU, mark)
    elif action_id:
        await robin.presses(robin.modal, action_id)
    return robin.modal


# Ways in


@_does
async def preview_update(robin: Author) -> Deed:
    await robin.uses_the_shortcut()
    return robin.world.slack.act(robin.user, robin.modal, ids.SITUATION, "one_off")


@_does
async def shortcut_on_a_message(robin: Author) -> Deed:
    return robin.uses_the_shortcut_in_vain()


@_does
async def submit(robin: Author) -> Deed:
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    return robin.submits()


@_does
async def submit_for_the_app_s_own_conversation(robin: Author) -> Deed:
    await robin.types("settings")
    await robin.submits(where="in_app")
    return await submit(robin)


@_does
async def command(robin: Author) -> Deed:
    return robin.types("@ana the reference")


@_does
async def command_history(robin: Author) -> Deed:
    await _draft(robin)
    return robin.types("history")


@_does
async def command_settings(robin: Author) -> Deed:
    return robin.types("settings")


@_does
async def command_scripts(robin: Author) -> Deed:
    return robin.types("scripts")


@_does
async def shortcut_from_anywhere(robin: Author) -> Deed:
    return robin.world.slack.global_shortcut(robin.user, ids.GLOBAL_SHORTCUT)


# A draft


@_does
async def sent(robin: Author) -> Deed:
    return robin.presses(await _draft(robin), ids.SENT)


@_does
async def another_wording(robin: Author) -> Deed:
    return robin.presses(await _draft(robin), ids.ANOTHER)


@_does
async def edit(robin: Author) -> Deed:
    return robin.presses(await _draft(robin), ids.EDIT_DRAFT)


@_does
async def edit_saved(robin: Author) -> Deed:
    await robin.presses(await _draft(robin), ids.EDIT_DRAFT)
    return robin.submits(text="No, Ana.")


@_does
async def edit_in_home_saved(robin: Author) -> Deed:
    await _draft(robin)
    await robin.presses(await robin.opens_the_draft(), ids.EDIT_DRAFT)
    return robin.submits(text="No, Ana.")


@_does
async def menu_beside(robin: Author) -> Deed:
    return robin.presses(await _draft(robin), ids.DRAFT_MENU, ids.BESIDE)


@_does
async def menu_keep(robin: Author) -> Deed:
    return robin.presses(await _edited(robin), ids.DRAFT_MENU, ids.KEEP)


@_does
async def menu_not_sent(robin: Author) -> Deed:
    return robin.presses(await _draft(robin), ids.DRAFT_MENU, ids.NOT_SENT)


@_does
async def menu_delete(robin: Author) -> Deed:
    return robin.presses(await _draft(robin), ids.DRAFT_MENU, ids.DELETE)


@_does
async def reopen(robin: Author) -> Deed:
    message = await _draft(robin)
    await robin.presses(message, ids.SENT)
    return robin.presses(message, ids.REOPEN)


@_does
async def sent_in_home(robin: Author) -> Deed:
    await _draft(robin)
    return robin.presses(await robin.opens_the_draft(), ids.SENT)


@_does
async def own_script_removed(robin: Author) -> Deed:
    await robin.presses(await _edited(robin), ids.DRAFT_MENU, ids.KEEP)
    await robin.submits(title="Mine")
    return robin.presses(robin.modal, ids.OWN_REMOVE)


# Reminders


@_does
async def remind(robin: Author) -> Deed:
    mark, message = await _sent(robin)
    return mark.presses(message, ids.REMIND)


@_does
async def reminder_day(robin: Author) -> Deed:
    mark, message = await _sent(robin)
    return mark.presses(message, ids.REMINDER_DAY)


@_does
async def reminder_day_saved(robin: Author) -> Deed:
    mark, message = await _sent(robin)
    await mark.presses(message, ids.REMINDER_DAY)
    return mark.submits()


@_does
async def reminder_cancelled(robin: Author) -> Deed:
    mark, message = await _reminded(robin)
    return mark.presses(message, ids.NO_REMINDER)


@_does
async def reminder_menu(robin: Author) -> Deed:
    await _reminded(robin)
    return robin.presses(await robin.opens_home(), ids.REMINDER_MENU, ids.NO_REMINDER)


@_does
async def reminder_held(robin: Author) -> Deed:
    mark, _ = await _reminded(robin)
    robin.world.slack.let_days_pass(30)
    return mark.presses(mark.app_dm[-1], ids.HELD)


@_does
async def reminder_asked_again(robin: Author) -> Deed:
    mark, _ = await _reminded(robin)
    robin.world.slack.let_days_pass(30)
    return mark.presses(mark.app_dm[-1], ids.ASKED_AGAIN)


# App Home


@_does
async def event_home_opened(robin: Author) -> Deed:
    await _draft(robin)
    return robin.world.slack.open_home(robin.user)


@_does
async def event_profile_changed(robin: Author) -> Deed:
    await robin.opens_home()
    return robin.world.slack.change_language("en")


@_does
async def home_new_draft(robin: Author) -> Deed:
    return robin.presses(await _home(robin), ids.NEW_DRAFT)


@_does
async def home_language(robin: Author) -> Deed:
    return robin.presses(await _home(robin), ids.APP_LANGUAGE, "en")


@_does
async def home_page(robin: Author) -> Deed:
    return robin.presses(await _home(robin), ids.GO + "history")


@_does
async def home_filter(robin: Author) -> Deed:
    home = await _home(robin, "history")
    option = element(home, ids.FILTER)["option_groups"][0]["options"][0]["value"]
    return robin.world.slack.act(robin.user, home, ids.FILTER, option)


@_does
async def home_draft(robin: Author) -> Deed:
    return robin.presses(await _home(robin), ids.OPEN_DRAFT)


@_does
async def home_person(robin: Author) -> Deed:
    return robin.presses(await _home(robin), ids.OPEN_PERSON)


@_does
async def home_next_answer(robin: Author) -> Deed:
    return robin.presses(await _home(robin), ids.NEXT)


@_does
async def person_saved(robin: Author) -> Deed:
    await _person(robin)
    return robin.submits(given="A lift to the station")


# Settings, scripts, data


@_does
async def settings(robin: Author) -> Deed:
    makes_admin(robin.world, robin.user, admin=True)
    return robin.types("settings workspace")


@_does
async def settings_saved(robin: Author) -> Deed:
    await (await settings(robin))
    return robin.submits(retention_days="90")


@_does
async def preferences(robin: Author) -> Deed:
    return robin.presses(await _home(robin), ids.PREFERENCES)


@_does
async def preferences_saved(robin: Author) -> Deed:
    await (await preferences(robin))
    return robin.submits(tone="warm")


@_does
async def scripts(robin: Author) -> Deed:
    makes_admin(robin.world, robin.user, admin=True)
    return robin.presses(await _home(robin), ids.SCRIPTS)


@_does
async def script_added(robin: Author) -> Deed:
    return robin.presses(await _scripts(robin), ids.SCRIPT_ADD)


@_does
async def script_tried_out(robin: Author) -> Deed:
    await robin.presses(await _scripts(robin), ids.SCRIPT_ADD)
    return robin.presses(robin.modal, ids.TRY_OUT)


@_does
async def script_saved(robin: Author) -> Deed:
    await robin.presses(await _scripts(robin), ids.SCRIPT_ADD)
    return robin.submits(script_id="no_song")


@_does
async def script_removed(robin: Author) -> Deed:
    await (await script_saved(robin))
    return robin.world.slack.act(robin.user, robin.modal, ids.SCRIPT_REMOVE, block_id="script:no_song")


@_does
async def data(robin: Author) -> Deed:
    return robin.presses(await _home(robin), ids.DATA)


@_does
async def data_exported(robin: Author) -> Deed:
    return robin.presses(await _data(robin), f"{ids.EXPORT}.json")


@_does
async def forget_asked(robin: Author) -> Deed:
    view = await _data(robin)
    mark = element(view, ids.FORGET_MENU)["options"][0]["value"]
    return robin.world.slack.act(robin.user, view, ids.FORGET_MENU, mark)


@_does
async def forgotten(robin: Author) -> Deed:
    await _reminded(robin)
    return robin.presses(await _data(robin, ids.FORGET_MENU), ids.FORGET_SURE)


@_does
async def erase_asked(robin: Author) -> Deed:
    return robin.presses(await _data(robin), ids.ERASE)


@_does
async def erased(robin: Author) -> Deed:
    await _reminded(robin)
    return robin.presses(await _data(robin, ids.ERASE), ids.ERASE_SURE)


SHAPES = ("command", "shortcut_on_a_message", "preview_update", "submit", "sent", "edit_saved")
SHAPES += ("reminder_day_saved", "home_page", "home_draft", "script_tried_out", "forgotten")
"""One of each kind: on a message or none, in a message, a modal or App Home, opened and sent."""

CHANGES = ("submit", "submit_for_the_app_s_own_conversation", "sent", "another_wording", "edit_saved")
CHANGES += ("edit_in_home_saved", "menu_not_sent", "menu_delete", "reopen", "own_script_removed", "remind")
CHANGES += ("reminder_day_saved", "reminder_cancelled", "reminder_menu", "reminder_held", "person_saved")
CHANGES += ("reminder_asked_again", "home_language", "settings_saved", "preferences_saved", "script_saved")
CHANGES += ("script_removed", "data_exported", "forgotten", "erased")
"""Those of which something is there afterwards that was not, or no longer."""

RACES = ("submit", "submit_for_the_app_s_own_conversation", "another_wording", "menu_delete", "remind")
RACES += ("reminder_asked_again", "script_saved", "erased")
"""Those of which two at once could do more than one."""
