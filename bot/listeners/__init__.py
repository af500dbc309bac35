"""What people do: everything Slack can ask of the app is a line here, and anything else is an error."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from bot import ids, metrics
from bot.authorization import tenant
from bot.listeners import (
    beside,
    compose,
    data,
    drafts,
    home,
    leaving,
    own_scripts,
    person,
    preferences,
    reminders,
    script_editor,
    scripts,
    settings,
    trouble,
    ways_in,
)
from bot.records import Author
from bot.stores.away import AwayError
from bot.stores.sealed import ChangedError

if TYPE_CHECKING:
    from slack_bolt.app.async_app import AsyncApp
    from slack_bolt.context.async_context import AsyncBoltContext

    from bot.desk import Desk

Listener = Callable[..., Awaitable[None]]
Middleware = Callable[..., Awaitable[None]]

DEADLINE = 2.5
"""Seconds for a request, authorisation included: Slack waits for three."""

_CLICKS = 5
"""How often a listener begins anew because its draft was changed meanwhile."""

_arrived: ContextVar[float] = ContextVar("arrived")


def equip(desk: Desk) -> Middleware:
    """Give every request the desk and its author, before anything can go wrong with it."""

    async def give(
        context: AsyncBoltContext,
        body: dict[str, Any],
        next: Callable[[], Awaitable[None]],  # noqa: A002 (Bolt passes it by this name)
    ) -> None:
        metrics.arrived(body)
        _arrived.set(asyncio.get_running_loop().time())
        context["desk"] = desk
        user, here = context.user_id, tenant(context)
        if isinstance(user, str) and user and isinstance(here, str) and here:
            context["author"] = Author(here, user)
        await next()

    return give


def register(app: AsyncApp) -> None:
    """Route every command, shortcut, action, submission and event; the hot ones come first."""
    app.error(trouble.explain)

    app.action(ids.COMPOSE_ACTIONS)(_in_time(compose.redraw))
    app.shortcut(ids.MESSAGE_SHORTCUT)(_in_time(ways_in.from_message))
    app.view(ids.COMPOSE)(_in_time(compose.submit))
    app.command(ids.COMMAND)(_in_time(ways_in.command))
    app.event(ids.HOME_OPENED)(_in_time(home.opened))
    app.shortcut(ids.GLOBAL_SHORTCUT)(_in_time(ways_in.from_anywhere))

    _drafts(app)
    _home(app)
    _scripts(app)
    _own_data(app)


def _drafts(app: AsyncApp) -> None:
    """Route what is done with a draft, and when its reminder has come."""
    app.action(ids.SENT)(_in_time(drafts.sent))
    app.action(ids.ANOTHER)(_in_time(drafts.another))
    app.action(ids.EDIT_DRAFT)(_in_time(drafts.open_edit))
    app.view(ids.EDIT)(_in_time(drafts.save_edit))
    app.action(ids.DRAFT_MENU)(_in_time(drafts.menu))
    app.view(ids.BESIDE)(_in_time(beside.save))
    app.action(ids.NOT_SENT)(_in_time(drafts.not_sent))
    app.action(ids.REOPEN)(_in_time(drafts.reopen))
    app.view(ids.OWN_SCRIPT)(_in_time(own_scripts.save))
    app.action(ids.OWN_REMOVE)(_in_time(own_scripts.remove))

    app.action(ids.REMIND)(_in_time(reminders.remind))
    app.action(ids.REMINDER_DAY)(_in_time(reminders.open_day))
    app.view(ids.REMINDER_DAY)(_in_time(reminders.save_day))
    app.action(ids.NO_REMINDER)(_in_time(reminders.cancel))
    app.action(ids.REMINDER_MENU)(_in_time(reminders.menu))
    app.action(ids.HELD)(_in_time(reminders.held))
    app.action(ids.ASKED_AGAIN)(_in_time(reminders.asked_again))


def _home(app: AsyncApp) -> None:
    """Route App Home with what is behind its pages, and what Slack tells of the app and its people."""
    app.event(ids.PROFILE_CHANGED)(_in_time(home.profile_changed))
    app.event(ids.UNINSTALLED)(_in_time(leaving.uninstalled))
    app.event(ids.TOKENS_REVOKED)(_in_time(leaving.tokens_revoked))
    app.action(ids.NEW_DRAFT)(_in_time(ways_in.from_anywhere))
    app.action(ids.APP_LANGUAGE)(_in_time(home.choose_language))
    app.action(ids.SETTINGS)(_in_time(settings.opened))
    app.view(ids.SETTINGS)(_in_time(settings.save))

    app.action(ids.GOING)(_in_time(home.go))
    app.action(ids.FILTER)(_in_time(home.choose_filter))
    app.action(ids.OPEN_DRAFT)(_in_time(drafts.opened))
    app.action(ids.NEXT)(_in_time(person.answer))
    app.action(ids.OPEN_PERSON)(_in_time(person.opened))
    app.action(ids.TURNING)(_in_time(person.turned))
    app.view(ids.PERSON)(_in_time(person.save))


def _scripts(app: AsyncApp) -> None:
    """Route the lists of scripts, and those of a workspace's own."""
    app.action(ids.OWN_SCRIPTS)(_in_time(scripts.own))
    app.action(ids.SCRIPTS)(_in_time(scripts.opened))
    app.action(ids.SCRIPT_REMOVE)(_in_time(scripts.remove))
    for action_id in (ids.SCRIPT_ADD, ids.SCRIPT_CHANGE, ids.SCRIPT_EDIT):
        app.action(action_id)(_in_time(script_editor.opened))
    app.action(ids.SCRIPT_LANGUAGE)(_in_time(scripts.noted))
    app.action(ids.TRY_OUT)(_in_time(script_editor.preview))
    app.view(ids.SCRIPT_EDITOR)(_in_time(script_editor.save))


def _own_data(app: AsyncApp) -> None:
    """Route what an author prefers, and what becomes of their data."""
    app.action(ids.PREFERENCES)(_in_time(preferences.opened))
    app.view(ids.PREFERENCES)(_in_time(preferences.save))

    app.action(ids.DATA)(_in_time(data.opened))
    app.action(ids.EXPORT_MENU)(_in_time(data.export))
    app.action(ids.OPEN_LINK)(_in_time(data.followed))
    app.action(ids.FORGET)(_in_time(data.ask_forget))
    app.action(ids.FORGET_MENU)(_in_time(data.ask_forget))
    app.action(ids.FORGET_SURE)(_in_time(data.forget))
    app.action(ids.ERASE)(_in_time(data.ask_erase))
    app.action(ids.ERASE_SURE)(_in_time(data.erase))


def _in_time(listener: Listener) -> Listener:
    """Hold a listener to the deadline, so that a slow Slack becomes a sentence and not a time-out.

    Of two clicks at once on a draft, the one that comes second is for what the first one made of it.
    """

    @functools.wraps(listener)
    async def held(*args: Any, **kwargs: Any) -> None:
        with metrics.answering():
            try:
                async with asyncio.timeout_at(_arrived.get() + DEADLINE) as limit:
                    for _ in range(_CLICKS):
                        with suppress(ChangedError):
                            return await listener(*args, **kwargs)
                    raise AwayError("busy")
            except TimeoutError:
                if limit.expired():
                    raise trouble.LateError from None
                raise

    return held
