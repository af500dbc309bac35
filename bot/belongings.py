"""What is kept for one author, as they may have it: counted, and taken out with nothing that only we need."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from bot.own import BLANK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.records import Person, Preferences, Profile, Record

_MARKS = frozenset({"person", "ask"})
"""Fields that hold a keyed hash: they say nothing to anybody."""

_MOMENTS = frozenset({"created", "changed", "at"})
"""Fields that hold seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is kept for an author."""

    drafts: int = 0
    people: int = 0
    reminders: int = 0
    scripts: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.drafts or self.people or self.reminders or self.scripts)


@dataclass(frozen=True, slots=True)
class Requester:
    """Somebody whom an author may forget, under their mark."""

    mark: str
    name: str
    drafts: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What is kept of the author themselves; `scripts` are their own, as they are kept."""

    profile: Profile | None
    preferences: Preferences
    scripts: tuple[Mapping[str, Any], ...] = ()


def of_author(about: About) -> dict[str, Any]:
    """Who the author is and what they chose, ready to be written."""
    return {
        "profile": plain(asdict(about.profile)) if about.profile else None,
        "preferences": plain(asdict(about.preferences)),
    }


def of_draft(record: Record) -> dict[str, Any]:
    """A draft, ready to be written."""
    facts = asdict(record)
    del facts["id"]
    return plain(facts)


def of_person(person: Person) -> dict[str, Any]:
    """A requester with the notes about them and what they were told, ready to be written."""
    return plain(asdict(person))


def of_script(script: Mapping[str, Any]) -> dict[str, Any]:
    """A script of the author's own, ready to be written; a name goes where `{name}` stands."""
    facts = {name: value for name, value in script.items() if name not in {"id", "name"}}
    return plain(facts | {"text": str(facts["text"]).replace(BLANK, "{name}")})


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts without marks, with dates and moments as people and machines both read them (ISO 8601)."""
    return {name: _plain(name, value) for name, value in facts.items() if name not in _MARKS}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return plain(value) if name != "details" else dict(value)  # a script may call a detail what it likes
    if isinstance(value, list | tuple):
        return [_plain(name, one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if name in _MOMENTS and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="seconds") if value else None
    return value
