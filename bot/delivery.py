"""The only way out: messages that nobody but the author can read.

A message goes to a `response_url` as ephemeral, or to the app's own conversation with the author. No other
module posts, and nothing here takes a channel.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.records import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.errands import Errands

_SLACK_HOST = "hooks.slack.com"
_TURNS, _LONGEST_PAUSE = 4, 60

_PROFILE_SECONDS = 0.8
_SCHEDULE_SECONDS = 0.6
"""For each of the two calls of which a reminder's move is made."""

_NO = re.compile(r'"ok":\s*false')
"""A refusal, also where the status does not say so."""

_NOT_THERE = "invalid_scheduled_message_id"

_POST_SECONDS = 1.6
"""For a message, so that there is time left to say that Slack did not confirm it."""

OUT_OF_REACH = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""What goes wrong when Slack cannot be reached, or refuses."""


class UnsureError(TimeoutError):
    """Slack was asked to post and did not answer: it may have done so, and nobody posts it elsewhere.

    `in_place`: by a response_url, and not in the app's own conversation.
    """

    def __init__(self, *, in_place: bool) -> None:
        super().__init__()
        self.in_place = in_place


def refusal(error: SlackApiError) -> str:
    """The code with which Slack refused; empty when what came back was no answer of Slack's."""
    answer: Any = getattr(error.response, "data", error.response)
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""


def limited(error: SlackApiError) -> bool:
    """Whether Slack takes no more calls for now."""
    answer: Any = error.response
    status = getattr(answer, "status_code", None) or getattr(answer, "status", None)
    return status == 429 or refusal(error) == "ratelimited"  # noqa: PLR2004


def _pause(error: SlackApiError) -> int:
    """For how many seconds Slack asks to be left alone."""
    headers: Any = getattr(error.response, "headers", {})
    asked = str(headers.get("Retry-After", ""))
    return min(int(asked), _LONGEST_PAUSE) if asked.isdecimal() else 1


class Delivery:
    """Posts privately, over one HTTP session.

    `api_url` is Slack's own, or that of a stand-in for Slack, whose response_urls are then accepted.
    """

    def __init__(self, session: aiohttp.ClientSession, api_url: str, errands: Errands) -> None:
        self._session, self._errands = session, errands
        parts = urlsplit(api_url)
        own = parts.netloc not in {"slack.com", ""}
        self._origin = (parts.scheme, parts.netloc) if own else ("https", _SLACK_HOST)

    async def in_place(self, response_url: str, message: Mapping[str, Any], *, replace: bool = False) -> bool:
        """Show the message where the author is, or in the place of the one they clicked; False if refused.

        Raises UnsureError when Slack does not say.
        """
        if not self._is_slacks(response_url):
            return False
        private = {**message, "response_type": "ephemeral", "replace_original": replace}
        try:
            async with (
                asyncio.timeout(_POST_SECONDS),
                # a redirect could lead to a host that was never checked
                self._session.post(response_url, json=private, allow_redirects=False) as answer,
            ):
                said = await answer.text()
                return answer.status == 200 and not _NO.search(said)  # noqa: PLR2004
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL):  # nobody has heard it
            return False
        except OUT_OF_REACH:
            raise UnsureError(in_place=True) from None

    def _is_slacks(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        return (parts.scheme, parts.netloc) == self._origin

    async def to_author(self, client: AsyncWebClient, user: str, message: Mapping[str, Any]) -> bool:
        """Post in the app's conversation with the author; False if refused.

        Raises UnsureError when Slack does not say.
        """
        try:
            await self._post(client, user, message)
        except (SlackClientError, aiohttp.ClientConnectorError):
            return False
        return True

    async def in_turn(self, client: AsyncWebClient, user: str, message: Mapping[str, Any]) -> bool:
        """The same for one message of many: when Slack takes no more for now, wait as long as it asks."""
        for _ in range(_TURNS):
            try:
                await self._post(client, user, message)
            except SlackApiError as error:
                if not limited(error):
                    return False
                await asyncio.sleep(_pause(error))
            except (SlackClientError, aiohttp.ClientConnectorError):
                return False
            else:
                return True
        return False

    async def _post(self, client: AsyncWebClient, user: str, message: Mapping[str, Any]) -> None:
        if not user.startswith(("U", "W")):
            raise SlackClientError("nobody's id")
        try:
            async with asyncio.timeout(_POST_SECONDS):
                await client.chat_postMessage(channel=user, **message)
        except (SlackClientError, aiohttp.ClientConnectorError):
            raise
        except OUT_OF_REACH:
            raise UnsureError(in_place=False) from None

    async def later(
        self, client: AsyncWebClient, user: str, message: Mapping[str, Any], at: int
    ) -> tuple[str, str] | None:
        """Have Slack post there at a second since 1970; the message's id and conversation, None if refused.

        Never with `metadata`: Slack takes such a message and does not post it (docs, chat.scheduleMessage).
        """
        if not user.startswith(("U", "W")):
            return None
        call = asyncio.create_task(_scheduled(client, user, message, at))
        try:
            async with asyncio.timeout(_SCHEDULE_SECONDS):
                return await asyncio.shield(call)
        except OUT_OF_REACH:
            return None
        finally:
            if not call.done():
                self._errands.begin(f"late {id(call)}", self._undo(client, call))

    async def _undo(self, client: AsyncWebClient, call: asyncio.Task[tuple[str, str]]) -> None:
        """Take back what Slack takes after all, once the author was told that it did not."""
        with suppress(*OUT_OF_REACH):
            message, channel = await call
            await self.not_later(client, channel, message)

    async def not_later(self, client: AsyncWebClient, channel: str, message: str) -> bool:
        """Take back what `later` left with Slack; True also when it is there no longer."""
        try:
            async with asyncio.timeout(_SCHEDULE_SECONDS):
                await client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=message)
        except SlackApiError as error:
            return refusal(error) == _NOT_THERE
        except OUT_OF_REACH:
            return False
        return True


async def _scheduled(
    client: AsyncWebClient, user: str, message: Mapping[str, Any], at: int
) -> tuple[str, str]:
    kept = await client.chat_scheduleMessage(channel=user, post_at=at, **message)
    return str(kept["scheduled_message_id"]), str(kept["channel"])


async def look_up(client: AsyncWebClient, user: str) -> Profile | None:
    """Ask Slack who a user is; None when it does not say in time."""
    if not user:
        return None
    try:
        async with asyncio.timeout(_PROFILE_SECONDS):
            answer = await client.users_info(user=user, include_locale=True)
        return read_profile(answer["user"])
    except (*OUT_OF_REACH, LookupError, AttributeError, TypeError):  # or says something else
        return None


def read_profile(found: Mapping[str, Any]) -> Profile:
    """A user object of Slack's as a profile; colleagues go by their first name."""
    profile, in_org = found.get("profile", {}), found.get("enterprise_user") or {}
    at_home = not found.get("is_stranger")  # met through Slack Connect: an admin elsewhere, if at all
    names = (
        profile.get("first_name"),
        profile.get("display_name"),
        found.get("real_name"),
        found.get("name"),
    )
    return Profile(
        id=found["id"],
        name=next((name.strip() for name in names if name and name.strip()), ""),
        locale=found.get("locale", ""),
        tz=found.get("tz") or "UTC",
        is_bot=bool(found.get("is_bot")),
        deleted=bool(found.get("deleted")),
        admin=at_home and bool(found.get("is_admin") or found.get("is_owner")),
        org_admin=at_home and bool(in_org.get("is_admin") or in_org.get("is_owner")),
    )
