"""The one place for what goes wrong: a plain sentence for the author, a reference in the log."""

from __future__ import annotations

import asyncio
import json
import secrets
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot import metrics
from bot.authorization import DEAD, NotInstalledError
from bot.delivery import OUT_OF_REACH, UnsureError, limited, refusal
from bot.desk import NotAdminError, TooFastError
from bot.drafting import DraftingError
from bot.listeners.held import GoneError
from bot.listeners.person import NobodyError
from bot.scheduling import LostError, NotSetError, PastError, StillSetError, UnnotedError
from bot.stores.away import AwayError
from bot.stores.encryption import UnreadableError
from bot.surfaces import notice

if TYPE_CHECKING:
    from slack_bolt.context.async_context import AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk
    from bot.localization import Language
    from bot.records import Author

_log = structlog.get_logger()

_HOME = str(Path(__file__).parents[1])

_LAST_WORD = 0.35
"""Seconds for the sentence, after a listener's deadline has passed."""


class LateError(TimeoutError):
    """A listener's time is up, and that of a trigger nearly so."""


_KNOWN: dict[type[Exception], str] = {
    GoneError: "trouble.gone",
    NobodyError: "trouble.nobody",
    UnnotedError: "trouble.reminder_unnoted",
    AwayError: "trouble.away",
    DraftingError: "trouble.script_changed",
    NotAdminError: "trouble.not_admin",
    NotInstalledError: "trouble.not_installed",
    TimeoutError: "trouble.slow",
    TooFastError: "trouble.too_fast",
    NotSetError: "trouble.reminder_not_set",
    LostError: "trouble.reminder_lost",
    StillSetError: "trouble.reminder_still_set",
    PastError: "trouble.reminder_past",
}
_LATE = {"expired_trigger_id", "trigger_expired"}
_DONE_BEFORE = {"exchanged_trigger_id", "trigger_exchanged"}
"""What the click was to open is open: it was delivered twice, or Slack's first answer was lost."""

_NOT_YET = (AwayError, UnreadableError, *OUT_OF_REACH)
"""What may go well when Slack sends an event again."""


async def explain(
    error: Exception, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
) -> BoltResponse:
    """Log the error once, without its message (it may hold what somebody wrote), and tell the author."""
    key = _key(error)
    reference = secrets.token_hex(4)
    metrics.failed(body, key.removeprefix("trouble.") if key else "unknown")
    code = refusal(error) if isinstance(error, SlackApiError) else None
    _log.log(
        20 if key else 40,
        "request failed",
        reference=reference,
        error=type(error).__name__,
        slack=code,
        request=_named(body),
        actions=_actions(body),
        at=None if key else _where(error),
    )
    if code in _DONE_BEFORE:
        return BoltResponse(status=200, body="")
    desk, author = context.get("desk"), context.get("author")
    if desk and author and key == "trouble.not_installed":
        await _forget(desk)
    if desk is None or author is None:
        again = body.get("type") == "event_callback" and isinstance(error, _NOT_YET)
        return BoltResponse(status=503 if again else 200, body="")
    try:
        async with asyncio.timeout(_LAST_WORD):
            say = error.say if isinstance(error, TooFastError) else await desk.language(author)
            sentence = say(key) if key else say("trouble.unknown", reference=reference)
            if isinstance(error, TooFastError) and not (error.first or _in_answer(body)):
                return BoltResponse(status=200, body="")  # a flood is told once, not in a flood of calls
            answer = await _tell(error, sentence, body, client, author, desk, say)
    except TimeoutError:
        answer = None
    return answer or BoltResponse(status=503, body="")  # so that Slack says something itself


def _named(body: dict[str, Any]) -> str:
    """What was asked, by the name that Slack has for it."""
    named = body.get("type") or body.get("command")
    return named if isinstance(named, str) else "unknown"


def _actions(body: dict[str, Any]) -> list[Any]:
    """What was pressed, by the app's own names: whatever else stands there may be what somebody wrote."""
    actions = body.get("actions")
    pressed = actions if isinstance(actions, list) else []
    return [one.get("action_id") for one in pressed if isinstance(one, dict)]


def _where(error: Exception) -> str:
    """The way through the app's own code to where it went wrong."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename.startswith(_HOME)]
    return " > ".join(f"{one.filename.removeprefix(_HOME)}:{one.lineno} {one.name}" for one in frames)


def _key(error: Exception) -> str | None:
    if isinstance(error, SlackApiError):
        if refusal(error) in _LATE | _DONE_BEFORE:
            return "trouble.slow"
        if refusal(error) in DEAD:
            return "trouble.not_installed"
        if limited(error):
            return "trouble.busy"
    return next((key for kind, key in _KNOWN.items() if isinstance(error, kind)), None)


async def _forget(desk: Desk) -> None:
    """Forget an installation whose token is dead; the rest goes when Slack says that it was uninstalled."""
    known = desk.workspace.installed
    if known is None or desk.workspace.away:  # a moment ago; to wait for Redis once more would be too late
        return
    with suppress(AwayError, TimeoutError):
        async with asyncio.timeout(_LAST_WORD):
            await desk.workspaces.uninstall(known)


def _in_answer(body: dict[str, Any]) -> bool:
    """Whether the sentence can be the answer itself, and Slack need not be called."""
    return "command" in body or body.get("type") == "view_submission"


async def _tell(
    error: Exception,
    sentence: str,
    body: dict[str, Any],
    client: AsyncWebClient,
    author: Author,
    desk: Desk,
    say: Language,
) -> BoltResponse | None:
    """Say the sentence where the author looks; None where Slack takes it nowhere."""
    if "command" in body:
        return _json({**notice.message(sentence), "response_type": "ephemeral"})
    kind, message = _named(body), notice.message(sentence)
    if kind == "view_submission":
        return _json({"response_action": "push", "view": notice.view(sentence, say)})
    url, told = body.get("response_url"), True
    if isinstance(url, str) and url:
        lost = isinstance(error, UnsureError) and error.in_place  # it would be lost there once more
        told = not lost and await desk.delivery.in_place(url, message)
    elif kind in {"block_actions", "shortcut"}:
        told = not isinstance(error, LateError) and await _in_view(body, client, notice.view(sentence, say))
    told = told or await desk.delivery.to_author(client, author.user, message)
    return BoltResponse(status=200, body="") if told else None


async def _in_view(body: dict[str, Any], client: AsyncWebClient, view: dict[str, Any]) -> bool:
    clicked = body.get("view")
    in_modal = isinstance(clicked, dict) and clicked.get("type") == "modal"
    show = client.views_push if in_modal else client.views_open
    try:
        await show(trigger_id=str(body.get("trigger_id", "")), view=view)
    except OUT_OF_REACH:
        return False
    return True


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": ["application/json"]})
