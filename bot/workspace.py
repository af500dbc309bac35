"""A workspace: how the app was installed to it, and what its admins chose."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

RETENTION_DAYS = 180
"""How long a record is kept, unless a workspace's admins chose otherwise."""

SHORTEST_RETENTION, LONGEST_RETENTION = 7, 730
"""Days between which admins choose."""


@dataclass(frozen=True, slots=True)
class Installed:
    """One installation: of a workspace, or of a whole organisation when `org`.

    `installer` is the user id of who installed it, `at` is in seconds since 1970.
    """

    app_id: str
    bot_token: str = field(repr=False)
    bot_id: str
    bot_user_id: str
    scopes: tuple[str, ...]
    installer: str
    at: float
    team_id: str = ""
    team_name: str = ""
    enterprise_id: str = ""
    enterprise_name: str = ""
    org: bool = False

    @property
    def tenant(self) -> str:
        """What the app was installed to: the organisation, or else the workspace."""
        return self.enterprise_id if self.org else self.team_id

    @property
    def name(self) -> str:
        """What people call it."""
        return self.enterprise_name if self.org else self.team_name


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace's admins chose, for everybody in it.

    `language` is for who chose none. `group_rhythm` and `group_place` are the regular meeting that a coffee
    may be moved to, in the words of `group_language` (empty: of any), `urgent_channel` is how to be reached
    during a pause: they fill in a script's details.
    """

    language: str = ""
    retention_days: int = RETENTION_DAYS
    scripts_off: tuple[str, ...] = ()
    safety_contact: str = ""
    group_rhythm: str = ""
    group_place: str = ""
    urgent_channel: str = ""
    group_language: str = ""

    def prefill(self, source: str, language: str) -> str:
        """What fills in a detail of that source; words only in a draft of the language they are in."""
        if source == "urgent_channel":
            return self.urgent_channel
        if self.group_language not in {"", language}:
            return ""
        return {"group_rhythm": self.group_rhythm, "group_place": self.group_place}[source]

    def changed(self, before: Settings, after: Settings) -> Settings:
        """These settings with what an admin made of `before`: what they left alone stays as it is by now."""
        theirs = {
            one.name: getattr(after, one.name)
            for one in fields(self)
            if getattr(after, one.name) != getattr(before, one.name)
        }
        if "scripts_off" in theirs:
            was, now = set(before.scripts_off), set(after.scripts_off)
            theirs["scripts_off"] = tuple(sorted(({*self.scripts_off} | (now - was)) - (was - now)))
        return replace(self, **theirs)

    def differences(self, other: Settings) -> list[str]:
        """The names of what differs, each as it is chosen."""
        return [
            one.name
            for one in fields(self)
            if one.name != "group_language" and getattr(self, one.name) != getattr(other, one.name)
        ]


@dataclass(frozen=True, slots=True)
class Change:
    """What an admin did to a workspace: `what` is a setting's name, or `script:<id>`; nothing of drafts."""

    who: str
    what: str
    at: float


@dataclass(frozen=True, slots=True)
class Workspace:
    """All that is known of a workspace when somebody in it turns to the app.

    `revision` grows with every change of its own scripts. `away` when Redis could not be asked, `unreadable`
    when there is an installation that no key opens.
    """

    tenant: str
    installed: Installed | None = None
    settings: Settings = Settings()
    revision: int = 0
    away: bool = False
    unreadable: bool = False
