"""Everything a listener works with, made once per worker, and where an author stands when they turn to it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.delivery import look_up
from bot.own import stand_in, with_own
from bot.records import Author, Profile, Remembered
from bot.stores.away import AwayError
from bot.stores.encryption import UnreadableError
from bot.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.added import Added
    from bot.catalogue import Catalogue
    from bot.delivery import Delivery
    from bot.errands import Errands
    from bot.lint import Lint
    from bot.localization import Language, Languages
    from bot.records import Record
    from bot.stores.belongings import Belongings
    from bot.stores.departure import Departure
    from bot.stores.history import History
    from bot.stores.links import Links
    from bot.stores.reminders import Reminders
    from bot.stores.workspaces import Workspaces
    from bot.suggest import Suggester
    from bot.workspace import Settings
    from bot.workspace_scripts import WorkspaceScripts


_NOWHERE = Workspace("")


_FASTEST = 240
"""Times in a minute that an author may turn to the app; a click is one, or two when Home is drawn with it."""


_LANGUAGE_SECONDS = 0.15
"""For the language of a sentence about what has gone wrong: the time of its listener is nearly up."""


class NotAdminError(Exception):
    """Somebody asked for what only a workspace's admins may do."""


class TooFastError(Exception):
    """An author turned to the app more often than anybody at work does; `first`: for the first time now."""

    def __init__(self, say: Language, *, first: bool) -> None:
        super().__init__()
        self.say, self.first = say, first


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of an author who turns to the app: their language, date, scripts, and what is remembered.

    `admin`: may be shown what only admins may do; before it is done, Slack is asked (`Desk.needs_admin`).
    """

    say: Language
    today: date
    catalogue: Catalogue
    remembered: Remembered
    admin: bool = False

    def knowing(self, records: Iterable[Record]) -> Setting:
        """The same, with a stand-in for each script that was removed after one of these drafts was made."""
        gone = [one for one in records if one.text and one.script_id not in self.catalogue]
        title = self.say("own.removed")
        return replace(self, catalogue=self.catalogue.over(stand_in(one, title) for one in gone))

    @property
    def zone(self) -> tzinfo:
        """Where the author's mornings are."""
        return zone(self.remembered.profile)

    def needs_history(self) -> None:
        """Raise AwayError when history was away a moment ago: to wait for it once more would be too late."""
        if self.remembered.away:
            raise AwayError


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the app that listeners share, as one workspace has them once it is known which.

    `own_token` is that of the only workspace, when the app serves no others. `public_url` is where people
    reach the app with a browser; empty where they cannot.
    """

    catalogue: Catalogue
    languages: Languages
    lint: Lint
    suggester: Suggester
    history: History
    workspaces: Workspaces
    departure: Departure
    reminders: Reminders
    delivery: Delivery
    scripts: WorkspaceScripts
    belongings: Belongings
    links: Links
    errands: Errands
    public_url: str = ""
    own_token: str = field(default="", repr=False)
    workspace: Workspace = _NOWHERE

    @property
    def settings(self) -> Settings:
        """What the workspace's admins chose."""
        return self.workspace.settings

    def at(self, workspace: Workspace, added: Added | None = None) -> Desk:
        """The desk as this workspace has it, with the scripts it added."""
        days = workspace.settings.retention_days
        return replace(
            self,
            workspace=workspace,
            catalogue=added.catalogue if added else self.catalogue,
            history=self.history.keeping(days),
            reminders=self.reminders.keeping(days),
        )

    async def setting(self, client: AsyncWebClient, author: Author, person: str = "") -> Setting:
        """Where the author stands: one round trip to Redis, and Slack once a day for the profile.

        Raises TooFastError for a flood; with Redis away nobody counts.
        """
        remembered = await self._remember(author, person)
        if remembered.pace > _FASTEST:
            raise TooFastError(self._language(remembered), first=remembered.pace == _FASTEST + 1)
        if remembered.profile is None:
            remembered = replace(remembered, profile=await self._arrive(client, author, away=remembered.away))
        profile = remembered.profile
        return Setting(
            self._language(remembered),
            today(profile),
            with_own(self.catalogue, remembered.scripts),
            remembered,
            admin=self._governs(profile),
        )

    async def needs_admin(self, client: AsyncWebClient, author: Author) -> None:
        """Raise NotAdminError unless the author is an admin here now; TimeoutError if Slack does not say."""
        profile = await look_up(client, author.user)
        if profile is None:  # which is no reason to tell an admin that they are none
            raise TimeoutError
        if not self.workspace.away:
            with suppress(AwayError):  # what Home shows may lag behind
                await self.history.renew_profile(author, profile)
        if not self._governs(profile):
            raise NotAdminError

    def _governs(self, profile: Profile | None) -> bool:
        if profile is None:
            return False
        return profile.org_admin if self.workspace.tenant.startswith("E") else profile.admin

    async def _remember(self, author: Author, person: str, *, counting: bool = True) -> Remembered:
        if self.workspace.away:  # a moment ago; to wait for it once more would be too late
            return Remembered(away=True)
        try:
            return await self.history.opening(author, person, counting=counting)
        except AwayError:
            return Remembered(away=True)

    async def _arrive(self, client: AsyncWebClient, author: Author, *, away: bool) -> Profile | None:
        """Who turns to the app for the first time today, as Slack tells; from here on they are an author."""
        profile = await look_up(client, author.user)
        with suppress(AwayError):  # Slack will be asked again next time
            if not away:
                await self.history.arrive(author, profile)
        return profile

    async def language(self, author: Author) -> Language:
        """The author's language as far as it is known at once: for when something has gone wrong."""
        try:
            async with asyncio.timeout(_LANGUAGE_SECONDS):
                return self._language(await self._remember(author, "", counting=False))
        except (TimeoutError, UnreadableError):
            return self.languages.best()

    def _language(self, remembered: Remembered) -> Language:
        locale = remembered.profile.locale if remembered.profile else ""
        return self.languages.best(remembered.preferences.language, self.settings.language, locale)


def today(profile: Profile | None) -> date:
    """The date where the author is."""
    return datetime.fromtimestamp(time.time(), zone(profile)).date()


def zone(profile: Profile | None) -> tzinfo:
    """The author's time zone; Slack may not tell, or name one that is not known here."""
    try:
        return ZoneInfo(profile.tz) if profile else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
