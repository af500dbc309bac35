"""Everything a person can do with the app, each once: what comes before, and, after a pause, the deed itself.

Each is a generator that yields when all is ready, and then what Slack was answered.
"""

from __future__ import annotations

import functools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from bot import ids
from bot.catalogue import Catalogue
from bot.listeners import (
    beside,
    compose,
    data,
    drafts,
    home,
    own_scripts,
    person,
    preferences,
    reminders,
    script_editor,
    scripts,
    settings,
    ways_in,
)
from bot.paths import TEMPLATES
from bot.playground import Message
from bot.playground.delivery import Delivery
from bot.playground.views import View
from bot.records import Record
from bot.stores.connection import connect
from bot.stores.encryption import Vault
from bot.stores.history import History
from tests.author import Author, element
from tests.conftest import World
from tests.test_browsing import opens as opens_person
from tests.test_browsing import remember
from tests.test_data import forgets
from tests.test_data import opens as opens_data
from tests.test_workspace_scripts import adds, lists, makes, sends

CANARY = "Zanzibar"
"""What nobody but the author may ever read, in a log neither."""

Steps = AsyncIterator[Any]
Interaction = Callable[[Author], Steps]

INTERACTIONS: dict[str, tuple[Any, Interaction]] = {}
"""By name, the listener and the interaction."""


def does(listener: Any) -> Callable[[Interaction], Interaction]:
    """List an interaction under the listener that answers it."""

    def listed(steps: Interaction) -> Interaction:
        INTERACTIONS[steps.__name__] = (listener, steps)
        return steps

    return listed


async def about_to(robin: Author, name: str) -> Awaitable[Delivery]:
    """Bring the author to an interaction; what is given is the deed, not yet done."""
    steps = INTERACTIONS[name][1](robin)
    await anext(steps)
    return anext(steps)


# what comes before


@functools.cache
def shipped() -> Catalogue:
    """The scripts that ship."""
    return Catalogue.load(TEMPLATES / "scripts")


def itself(world: World) -> str:
    """Where the server is, past whatever is on the line to it."""
    at = world.redis.connection_pool.connection_kwargs
    return f"unix://{at['path']}?db={at.get('db', 0)}"


async def writes(robin: Author) -> View:
    """Has the modal open, filled in but for the situation."""
    await robin.types(f"the {CANARY} reference")
    return robin.modal


async def drafted(robin: Author, script: str = "") -> Message:
    """Has a draft, by a script of their choice."""
    await writes(robin)
    if script:
        await robin.picks(ids.SITUATION, "one_off")
        await robin.picks(ids.SCRIPT, script)
    await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})
    return robin.from_the_app[-1]


async def edited(robin: Author) -> Message:
    """Has a draft in words of their own."""
    message = await drafted(robin)
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text=f"No {CANARY}, Ana.")
    return message


async def seeded(robin: Author, count: int = 1, **more: Any) -> list[Record]:
    """Has drafts from long ago, of which nothing is on show."""
    world = robin.world
    async with connect(itself(world)) as client:
        history = History(client, Vault(world.app.keys))
        return await remember(history, shipped(), count, "Ana", text=f"Hi Ana, no {CANARY}.", **more)


async def sent_pitch(robin: Author) -> Message:
    """Has said no to a pitch, and is offered a reminder."""
    message = await drafted(robin, "decline_pitch")
    await robin.presses(message, ids.SENT)
    return message


async def reminded(robin: Author) -> Message:
    """Has a reminder for it."""
    message = await sent_pitch(robin)
    await robin.presses(message, ids.REMIND)
    return message


async def came(robin: Author) -> Message:
    """Has been reminded of it."""
    await reminded(robin)
    robin.world.slack.let_days_pass(30)
    return robin.app_dm[-1]


async def kept(robin: Author) -> None:
    """Is about to keep a text of their own."""
    await robin.presses(await edited(robin), ids.DRAFT_MENU, ids.KEEP)


# ways in


@does(ways_in.from_message)
async def uses_the_shortcut(robin: Author) -> Steps:
    yield
    yield await robin.uses_the_shortcut_in_vain()


@does(ways_in.from_anywhere)
async def uses_the_global_shortcut(robin: Author) -> Steps:
    yield
    yield await robin.world.slack.global_shortcut(robin.user, ids.GLOBAL_SHORTCUT)


@does(ways_in.from_anywhere)
async def begins_in_home(robin: Author) -> Steps:
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.NEW_DRAFT)


def types(text: str) -> Interaction:
    """`/decline` and a text."""

    async def typed(robin: Author) -> Steps:
        await seeded(robin)
        yield
        yield await robin.types(text)

    return typed


for text in ("", "@ana the reference", "help", "history", "settings", "scripts", "settings workspace"):
    INTERACTIONS[f"types {text}".strip()] = (ways_in.command, types(text))


# a draft


@does(compose.redraw)
async def chooses(robin: Author) -> Steps:
    view = await writes(robin)
    yield
    yield await robin.world.slack.act(robin.user, view, ids.SITUATION, "one_off")


@does(compose.redraw)
async def chooses_for_a_message(robin: Author) -> Steps:
    view = await robin.uses_the_shortcut()
    yield
    yield await robin.world.slack.act(robin.user, view, ids.SITUATION, "one_off")


@does(compose.submit)
async def drafts_it(robin: Author) -> Steps:
    await writes(robin)
    yield
    yield await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})


@does(compose.submit)
async def answers_a_message(robin: Author) -> Steps:
    await robin.uses_the_shortcut()
    await robin.picks(ids.SITUATION, "one_off")
    await robin.picks(ids.SCRIPT, "decline_polite")
    yield
    yield await robin.submits()


@does(compose.submit)
async def drafts_it_for_the_app_s_own_conversation(robin: Author) -> Steps:
    await robin.types("settings")
    await robin.submits(where="in_app")
    await writes(robin)
    yield
    yield await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})


def presses(action_id: str, value: Any = None) -> Interaction:
    """A button of a draft, or a choice in its menu."""

    async def pressed(robin: Author) -> Steps:
        message = await drafted(robin)
        yield
        yield await robin.presses(message, action_id, value)

    return pressed


INTERACTIONS |= {
    "sent": (drafts.sent, presses(ids.SENT)),
    "words anew": (drafts.another, presses(ids.ANOTHER)),
    "opens edit": (drafts.open_edit, presses(ids.EDIT_DRAFT)),
    "looks beside": (drafts.menu, presses(ids.DRAFT_MENU, ids.BESIDE)),
    "sets aside": (drafts.menu, presses(ids.DRAFT_MENU, ids.NOT_SENT)),
    "deletes": (drafts.menu, presses(ids.DRAFT_MENU, ids.DELETE)),
}


@does(drafts.not_sent)
async def sets_aside_what_is_not_kept(robin: Author) -> Steps:
    await robin.types("settings")
    await robin.submits(**{ids.KEEPING: "facts"})
    message = await drafted(robin)
    yield
    yield await robin.presses(message, ids.NOT_SENT)


@does(drafts.reopen)
async def undoes(robin: Author) -> Steps:
    message = await drafted(robin)
    await robin.presses(message, ids.SENT)
    yield
    yield await robin.presses(message, ids.REOPEN)


@does(drafts.save_edit)
async def edits(robin: Author) -> Steps:
    await robin.presses(await drafted(robin), ids.EDIT_DRAFT)
    yield
    yield await robin.submits(text=f"No {CANARY}, Ana.")


@does(drafts.sent)
async def sends_in_home(robin: Author) -> Steps:
    await drafted(robin)
    view = await robin.opens_the_draft()
    yield
    yield await robin.presses(view, ids.SENT)


@does(drafts.save_edit)
async def edits_in_home(robin: Author) -> Steps:
    await drafted(robin)
    await robin.presses(await robin.opens_the_draft(), ids.EDIT_DRAFT)
    yield
    yield await robin.submits(text=f"No {CANARY}, Ana.")


@does(drafts.opened)
async def opens(robin: Author) -> Steps:
    await seeded(robin)
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.OPEN_DRAFT)


@does(beside.save)
async def notes(robin: Author) -> Steps:
    await robin.presses(await drafted(robin), ids.DRAFT_MENU, ids.BESIDE)
    yield
    yield await robin.submits(given=f"a favour in {CANARY}")


@does(drafts.menu)
async def thinks_of_keeping(robin: Author) -> Steps:
    message = await edited(robin)
    yield
    yield await robin.presses(message, ids.DRAFT_MENU, ids.KEEP)


@does(own_scripts.save)
async def keeps(robin: Author) -> Steps:
    await kept(robin)
    yield
    yield await robin.submits(title=f"{CANARY} no")


@does(own_scripts.remove)
async def drops(robin: Author) -> Steps:
    await kept(robin)
    await robin.submits(title=f"{CANARY} no")
    yield
    yield await robin.presses(robin.modal, ids.OWN_REMOVE)


# reminders


@does(reminders.remind)
async def is_reminded(robin: Author) -> Steps:
    message = await sent_pitch(robin)
    yield
    yield await robin.presses(message, ids.REMIND)


@does(reminders.remind)
async def is_reminded_in_home(robin: Author) -> Steps:
    await drafted(robin, "decline_pitch")
    await robin.presses(await robin.opens_the_draft(), ids.SENT)
    yield
    yield await robin.presses(robin.modal, ids.REMIND)


@does(reminders.open_day)
async def opens_the_days(robin: Author) -> Steps:
    message = await sent_pitch(robin)
    yield
    yield await robin.presses(message, ids.REMINDER_DAY)


@does(reminders.save_day)
async def picks_a_day(robin: Author) -> Steps:
    await robin.presses(await sent_pitch(robin), ids.REMINDER_DAY)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 9 * 24 * 3600))
    yield
    yield await robin.submits(**{ids.REMINDER_DAY: day})


@does(reminders.cancel)
async def takes_it_back(robin: Author) -> Steps:
    message = await reminded(robin)
    yield
    yield await robin.presses(message, ids.NO_REMINDER)


@does(reminders.menu)
async def takes_it_back_in_home(robin: Author) -> Steps:
    await reminded(robin)
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.REMINDER_MENU, ids.NO_REMINDER)


@does(reminders.held)
async def says_it_held(robin: Author) -> Steps:
    message = await came(robin)
    yield
    yield await robin.presses(message, ids.HELD)


@does(reminders.asked_again)
async def says_they_asked_again(robin: Author) -> Steps:
    message = await came(robin)
    yield
    yield await robin.presses(message, ids.ASKED_AGAIN)


# Home


@does(home.opened)
async def opens_home(robin: Author) -> Steps:
    await seeded(robin)
    yield
    yield await robin.world.slack.open_home(robin.user)


@does(home.profile_changed)
async def changes_their_profile(robin: Author) -> Steps:
    await robin.opens_home()
    yield
    yield await robin.world.slack.change_language("en")


@does(home.choose_language)
async def speaks_english(robin: Author) -> Steps:
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.APP_LANGUAGE, "en")


@does(home.go)
async def reads_history(robin: Author) -> Steps:
    await seeded(robin)
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, f"{ids.GO}history")


@does(home.choose_filter)
async def filters(robin: Author) -> Steps:
    await seeded(robin)
    await robin.presses(await robin.opens_home(), f"{ids.GO}history")
    yield
    yield await robin.presses(robin.home, ids.FILTER, "outcome:open")


@does(person.answer)
async def answers_next(robin: Author) -> Steps:
    await seeded(robin)
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.NEXT)


@does(person.opened)
async def opens_a_person(robin: Author) -> Steps:
    await seeded(robin)
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.OPEN_PERSON)


@does(person.turned)
async def reads_on(robin: Author) -> Steps:
    await seeded(robin, 8)
    view = await opens_person(robin, "Ana")
    yield
    yield await robin.presses(view, f"{ids.TURN}older")


@does(person.save)
async def describes(robin: Author) -> Steps:
    await seeded(robin)
    await opens_person(robin, "Ana")
    yield
    yield await robin.submits(relationship="client", given=f"a day in {CANARY}")


# settings and scripts of the workspace


@does(settings.opened)
async def opens_the_settings(robin: Author) -> Steps:
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.SETTINGS)


@does(settings.save)
async def saves_the_settings(robin: Author) -> Steps:
    await robin.types("settings workspace")
    yield
    yield await robin.submits(retention_days="30", safety_contact=CANARY)


@does(scripts.opened)
async def opens_the_scripts(robin: Author) -> Steps:
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.SCRIPTS)


@does(scripts.own)
async def opens_their_scripts(robin: Author) -> Steps:
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.OWN_SCRIPTS)


def in_the_list(action_id: str, value: Any = None) -> Interaction:
    """A button in the list of scripts, which has one of the workspace's own."""

    async def pressed(robin: Author) -> Steps:
        await makes(robin)
        view = await lists(robin)
        row = "script:no_song" if action_id in {ids.SCRIPT_EDIT, ids.SCRIPT_REMOVE} else None
        yield
        yield await robin.world.slack.act(robin.user, view, action_id, value, block_id=row)

    return pressed


INTERACTIONS |= {
    "adds a script": (script_editor.opened, in_the_list(ids.SCRIPT_ADD)),
    "edits a script": (script_editor.opened, in_the_list(ids.SCRIPT_EDIT)),
    "changes a script": (script_editor.opened, in_the_list(ids.SCRIPT_CHANGE, "decline_polite")),
    "removes a script": (scripts.remove, in_the_list(ids.SCRIPT_REMOVE)),
    "picks a language": (scripts.noted, in_the_list(ids.SCRIPT_LANGUAGE, "nl")),
}


@does(script_editor.preview)
async def tries_a_script_out(robin: Author) -> Steps:
    view = await adds(robin)
    yield
    yield await robin.presses(view, ids.TRY_OUT)


@does(script_editor.save)
async def saves_a_script(robin: Author) -> Steps:
    await adds(robin)
    yield
    yield await sends(robin, script_id="no_song")


# their own settings and data


@does(preferences.opened)
async def opens_their_settings(robin: Author) -> Steps:
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.PREFERENCES)


@does(preferences.save)
async def saves_their_settings(robin: Author) -> Steps:
    await robin.types("settings")
    yield
    yield await robin.submits(tone="firm")


@does(data.opened)
async def opens_their_data(robin: Author) -> Steps:
    await seeded(robin)
    view = await robin.opens_home()
    yield
    yield await robin.presses(view, ids.DATA)


@does(data.export)
async def asks_for_an_export(robin: Author) -> Steps:
    await seeded(robin)
    view = await opens_data(robin)
    yield
    yield await robin.presses(view, f"{ids.EXPORT}.json")


@does(data.followed)
async def follows_the_link(robin: Author) -> Steps:
    await seeded(robin)
    await robin.presses(await opens_data(robin), f"{ids.EXPORT}.json")
    yield
    yield await robin.presses(robin.modal, ids.OPEN_LINK)


@does(data.ask_forget)
async def asks_to_forget(robin: Author) -> Steps:
    await seeded(robin)
    view = await opens_data(robin)
    option = element(view, ids.FORGET_MENU)["options"][0]["value"]
    yield
    yield await robin.world.slack.act(robin.user, view, ids.FORGET_MENU, option)


@does(data.forget)
async def forgets_somebody(robin: Author) -> Steps:
    await seeded(robin, 2)
    view = await forgets(robin, "Ana")
    yield
    yield await robin.presses(view, ids.FORGET_SURE)


@does(data.forget)
async def forgets_somebody_with_a_reminder(robin: Author) -> Steps:
    await reminded(robin)
    view = await forgets(robin, "Ana")
    yield
    yield await robin.presses(view, ids.FORGET_SURE)


@does(data.ask_erase)
async def asks_to_delete_everything(robin: Author) -> Steps:
    await seeded(robin)
    view = await opens_data(robin)
    yield
    yield await robin.presses(view, ids.ERASE)


@does(data.erase)
async def deletes_everything(robin: Author) -> Steps:
    await seeded(robin, 2)
    await robin.presses(await opens_data(robin), ids.ERASE)
    yield
    yield await robin.presses(robin.modal, ids.ERASE_SURE)


@does(data.erase)
async def deletes_everything_with_a_reminder(robin: Author) -> Steps:
    await reminded(robin)
    await robin.presses(await opens_data(robin), ids.ERASE)
    yield
    yield await robin.presses(robin.modal, ids.ERASE_SURE)


EVENTS = ("opens_home", "changes_their_profile")
"""To which nobody waits for an answer."""

SHAPES = ("types @ana the reference", "uses_the_shortcut", "chooses_for_a_message", "answers_a_message")
SHAPES += ("sent", "edits", "picks_a_day", "reads_history", "opens", "tries_a_script_out")
SHAPES += ("forgets_somebody_with_a_reminder",)
"""One of each kind: on a message or none, in a message, a modal or App Home, opened and sent."""

RACES = ("answers_a_message", "drafts_it_for_the_app_s_own_conversation", "words anew", "deletes")
RACES += ("is_reminded", "says_they_asked_again", "saves_a_script", "deletes_everything_with_a_reminder")
"""Those of which two at once could do more than one."""

CHANGES = (*RACES, "drafts_it", "sent", "sends_in_home", "edits", "edits_in_home", "sets aside", "undoes")
CHANGES += ("notes", "keeps", "drops", "is_reminded_in_home", "picks_a_day", "takes_it_back")
CHANGES += ("takes_it_back_in_home", "says_it_held", "describes", "speaks_english", "saves_the_settings")
CHANGES += ("saves_their_settings", "removes a script", "asks_for_an_export")
CHANGES += ("forgets_somebody", "forgets_somebody_with_a_reminder", "deletes_everything")
"""Those of which something is there afterwards that was not, or no longer."""
