"""Everything a listener works with, made once per worker, and where an author stands when they turn to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.delivery import look_up
from bot.records import Author, Profile, Remembered
from bot.stores.encryption import UnreadableError
from bot.stores.history import AwayError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.catalogue import Catalogue
    from bot.delivery import Delivery
    from bot.lint import Lint
    from bot.localization import Language, Languages
    from bot.stores.history import History


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of an author who turns to the app: their language, their date, what is remembered."""

    say: Language
    today: date
    remembered: Remembered

    def needs_history(self) -> None:
        """Raise AwayError when history was away a moment ago: to wait for it once more would be too late."""
        if self.remembered.away:
            raise AwayError


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the app that listeners share; `way_out` is whom to turn to under pressure."""

    catalogue: Catalogue
    languages: Languages
    lint: Lint
    history: History
    delivery: Delivery
    way_out: str = ""

    async def setting(self, client: AsyncWebClient, author: Author, person: str = "") -> Setting:
        """Where the author stands: one round trip to Redis, and Slack once a day for the profile."""
        remembered = await self._remember(author, person)
        if remembered.profile is None:
            profile = await look_up(client, author.user)
            if profile and not remembered.away:
                await self._keep(author, profile)
            remembered = replace(remembered, profile=profile)
        return Setting(self._language(remembered), today(remembered.profile), remembered)

    async def _remember(self, author: Author, person: str) -> Remembered:
        try:
            return await self.history.opening(author, person)
        except AwayError:
            return Remembered(away=True)

    async def _keep(self, author: Author, profile: Profile) -> None:
        try:
            await self.history.keep_profile(author, profile)
        except AwayError:
            return  # Slack will be asked again next time

    async def language(self, author: Author) -> Language:
        """The author's language as far as it is known at once: for when something has gone wrong."""
        try:
            async with asyncio.timeout(0.15):
                return self._language(await self._remember(author, ""))
        except (TimeoutError, UnreadableError):
            return self.languages.best()

    def _language(self, remembered: Remembered) -> Language:
        locale = remembered.profile.locale if remembered.profile else ""
        return self.languages.best(remembered.preferences.language, locale)


def today(profile: Profile | None) -> date:
    """The date where the author is."""
    try:
        zone = ZoneInfo(profile.tz) if profile else UTC
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return datetime.now(zone).date()
