"""The only way out: messages that nobody but the author can read.

A message goes to a `response_url` as ephemeral, or to the app's own conversation with the author. No other
module posts, and nothing here takes a channel.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackClientError

from bot.records import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.web.async_client import AsyncWebClient

_SLACK_HOST = "hooks.slack.com"
_PROFILE_SECONDS = 0.8

OUT_OF_REACH = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""What goes wrong when Slack cannot be reached, or refuses."""


class Delivery:
    """Posts privately, over one HTTP session.

    `api_url` is Slack's own, or that of a stand-in for Slack, whose response_urls are then accepted.
    """

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        parts = urlsplit(api_url)
        own = parts.netloc not in {"slack.com", ""}
        self._origin = (parts.scheme, parts.netloc) if own else ("https", _SLACK_HOST)

    async def in_place(self, response_url: str, message: Mapping[str, Any], *, replace: bool = False) -> bool:
        """Show the message where the author is, or in the place of the one they clicked; False if refused."""
        if not self._is_slacks(response_url):
            return False
        private = {**message, "response_type": "ephemeral", "replace_original": replace}
        try:  # a redirect could lead to a host that was never checked
            async with self._session.post(response_url, json=private, allow_redirects=False) as answer:
                return answer.status == 200  # noqa: PLR2004
        except OUT_OF_REACH:
            return False

    def _is_slacks(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        return (parts.scheme, parts.netloc) == self._origin

    async def to_author(self, client: AsyncWebClient, user: str, message: Mapping[str, Any]) -> bool:
        """Post in the app's conversation with the author; False if refused."""
        if not user.startswith(("U", "W")):
            return False
        try:
            await client.chat_postMessage(channel=user, **message)
        except OUT_OF_REACH:
            return False
        return True


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
