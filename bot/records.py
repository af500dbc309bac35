"""What the app remembers for an author: who asked, what was drafted, what they prefer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from bot.catalogue import Kind, Situation
from bot.drafting import voice
from bot.ladder import Answer, Outcome, Relationship
from bot.own import Own

if TYPE_CHECKING:
    from bot.catalogue import Script

Filled: TypeAlias = str | bool | int | list[str]
"""A detail as it was filled in: dates as YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who drafts: `tenant` is the enterprise id, or else the team id."""

    tenant: str
    user: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A Slack user as `users.info` tells; `name` is what colleagues call them.

    `admin`: an admin or owner of their workspace, `org_admin`: of its organisation.
    """

    id: str
    name: str
    locale: str = ""
    tz: str = "UTC"
    is_bot: bool = False
    deleted: bool = False
    admin: bool = False
    org_admin: bool = False


@dataclass(frozen=True, slots=True)
class Preferences:
    """What an author chose; an empty language means the one Slack reports.

    An empty `tone` is each script's own, an empty `address` that of the message. `in_app`: drafts appear in
    the app's conversation with the author. `facts_only`: the texts of drafts are not kept.
    """

    language: str = ""
    draft_language: str = ""
    tone: str = ""
    address: str = ""
    in_app: bool = False
    facts_only: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """What went to a requester and what came back, as the author noted it; never part of a draft."""

    given: str = ""
    received: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A requester as one author knows them, with what they were told, oldest first.

    `muted`: the author wants nothing suggested for them.
    """

    name: str
    user: str = ""
    relationship: Relationship | None = None
    situation: Situation | None = None
    kind: Kind | None = None
    request: str = ""
    answers: tuple[Answer, ...] = ()
    notes: Notes = Notes()
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message that Slack keeps for later.

    `on` is the author's date, `at` the second since 1970; `message` and `channel` are what takes it back.
    """

    on: date
    at: int
    message: str
    channel: str


@dataclass(frozen=True, slots=True)
class Record:
    """A draft and what became of it.

    `created` and `changed` are seconds since 1970, `on` is the author's date of the latest change. `held`:
    what the author said of it when they were reminded. Of one that is `facts_only` neither the text nor what
    was filled in is kept.
    """

    id: str
    person: str
    name: str
    user: str
    ask: str
    situation: Situation
    kind: Kind | None
    script_id: str
    language: str
    tone: str
    wording: int
    text: str
    created: float
    changed: float
    on: date
    details: dict[str, Filled] = field(default_factory=dict)
    relationship: Relationship | None = None
    channel: str = "chat"
    address: str = ""
    edited: bool = False
    outcome: Outcome = Outcome.OPEN
    reminder: Reminder | None = None
    held: bool | None = None
    facts_only: bool = False

    @property
    def kept(self) -> Record:
        """The draft as it may be stored."""
        return replace(self, text="", details={}) if self.facts_only else self


@dataclass(frozen=True, slots=True)
class Reminded:
    """Drafts with a reminder: `due`, the latest first, then `coming`, the next first.

    `start` is the place of the first one among all `total`.
    """

    due: tuple[Record, ...] = ()
    coming: tuple[Record, ...] = ()
    total: int = 0
    start: int = 0


NO_REMINDERS = Reminded()


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known when a surface opens; `away` when Redis could not be asked.

    `scripts` are the author's own.
    """

    preferences: Preferences = Preferences()
    profile: Profile | None = None
    person: Person | None = None
    scripts: tuple[Own, ...] = ()
    away: bool = False


def answer(record: Record, script: Script) -> Answer:
    """What a draft means for the ladder."""
    return Answer(
        ask=record.ask,
        on=record.on,
        at=record.changed,
        situation=record.situation,
        kind=record.kind,
        script_id=record.script_id,
        step=script.facts.step,
        variant=script.facts.variant,
        outcome=record.outcome,
        language=record.language,
        tone=voice(record.tone, record.channel),
        wording=record.wording,
        until=_until(record, script),
    )


def _until(record: Record, script: Script) -> date | None:
    """The day on which what was promised ends or is due; only where the author filled one in."""
    for detail in script.facts.details:
        given = record.details.get(detail.id)
        if detail.until and isinstance(given, str) and given:
            try:
                return date.fromisoformat(given)
            except ValueError:
                return None
    return None


def person(record: Record) -> Person:
    """The requester, as the latest draft for them has it."""
    request = record.kept.details.get("request", "")
    return Person(
        name=record.name,
        user=record.user,
        relationship=record.relationship,
        situation=record.situation,
        kind=record.kind,
        request=request if isinstance(request, str) else "",
    )
