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
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot import metrics
from bot.authorization import DEAD, NotInstalledError
from bot.delivery import OUT_OF_REACH
from bot.desk import NotAdminError, TooFastError
from bot.drafting import DraftingError
from bot.listeners.held import GoneError
from bot.listeners.person import NobodyError
from bot.scheduling import LostError, NotSetError, PastError, StillSetError
from bot.stores.away import AwayError
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

_KNOWN: dict[type[Exception], str] = {
    GoneError: "trouble.gone",
    NobodyError: "trouble.nobody",
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
_LATE = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}


async def explain(
    error: Exception, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
) -> BoltResponse:
    """Log the error once, without its message (it may hold what somebody wrote), and tell the author."""
    key = _key(error)
    reference = secrets.token_hex(4)
    metrics.failed(body, key.removeprefix("trouble.") if key else "unknown")
    _log.log(
        20 if key else 40,
        "request failed",
        reference=reference,
        error=type(error).__name__,
        slack=error.response["error"] if isinstance(error, SlackApiError) else None,
        request=body.get("type") or body.get("command") or "unknown",
        actions=[action.get("action_id") for action in body.get("actions", [])],
        at=None if key else _where(error),
    )
    desk, author = context.get("desk"), context.get("author")
    if desk and author and key == "trouble.not_installed":
        await _forget(desk)
    if desk is None or author is None:
        again = body.get("type") == "event_callback" and not isinstance(error, BoltUnhandledRequestError)
        return BoltResponse(status=503 if again else 200 if key else 404, body="")  # Slack sends events again
    try:
        async with asyncio.timeout(_LAST_WORD):
            say = error.say if isinstance(error, TooFastError) else await desk.language(author)
            sentence = say(key) if key else say("trouble.unknown", reference=reference)
            if isinstance(error, TooFastError) and not (error.first or _in_answer(body)):
                return BoltResponse(status=200, body="")  # a flood is told once, not in a flood of calls
            return await _tell(sentence, body, client, author, desk, say)
    except TimeoutError:
        return BoltResponse(status=503, body="")  # so that Slack says something itself


def _where(error: Exception) -> str:
    """The way through the app's own code to where it went wrong."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename.startswith(_HOME)]
    return " > ".join(f"{one.filename.removeprefix(_HOME)}:{one.lineno} {one.name}" for one in frames)


def _key(error: Exception) -> str | None:
    if isinstance(error, SlackApiError):
        if error.response["error"] in _LATE:
            return "trouble.slow"
        if error.response["error"] in DEAD:
            return "trouble.not_installed"
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
    sentence: str, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk, say: Language
) -> BoltResponse:
    if "command" in body:
        return _json({**notice.message(sentence), "response_type": "ephemeral"})
    if body.get("type") == "view_submission":
        return _json({"response_action": "push", "view": notice.view(sentence, say)})
    if body.get("response_url"):
        message = notice.message(sentence)
        if not await desk.delivery.in_place(body["response_url"], message):
            await desk.delivery.to_author(client, author.user, message)
    elif body.get("type") in {"block_actions", "shortcut"}:
        in_modal = body.get("view", {}).get("type") == "modal"
        show = client.views_push if in_modal else client.views_open
        try:
            await show(trigger_id=body["trigger_id"], view=notice.view(sentence, say))
        except OUT_OF_REACH:
            await desk.delivery.to_author(client, author.user, notice.message(sentence))
    return BoltResponse(status=200, body="")


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": ["application/json"]})
