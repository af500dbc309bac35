"""Where an author is in what is remembered, and what they find there: pages of drafts and of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.catalogue import Situation, Step
from bot.ladder import Outcome
from bot.records import Person, Record

By: TypeAlias = Literal["", "person", "situation", "outcome"]

VALUES: Mapping[str, frozenset[str]] = {"situation": frozenset(Situation), "outcome": frozenset(Outcome)}
"""What can be filtered by; a person is named by their mark."""

_LONGEST_MARK = 64


@dataclass(frozen=True, slots=True)
class Filter:
    """Which drafts: all of them, or those with one value; a person's is the mark they are filed under."""

    by: By = ""
    value: str = ""

    @property
    def known(self) -> bool:
        """Whether there can be such drafts: whatever comes back from Slack is looked at first."""
        if self.by == "person":
            return 0 < len(self.value) <= _LONGEST_MARK
        return self.value in VALUES[self.by] if self.by in VALUES else (self.by, self.value) == ("", "")


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Page:
    """Some of an author's drafts, newest first: `start` is the place of the first among all `total`."""

    records: Sequence[Record] = ()
    total: int = 0
    start: int = 0


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """A person and the mark that they are filed under."""

    mark: str
    person: Person


@dataclass(frozen=True, slots=True)
class People:
    """Some of the people who asked, those of the latest change first."""

    known: Sequence[Acquaintance] = ()
    total: int = 0
    start: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """What App Home begins with; `answered` counts this month's answers that were given, by step."""

    latest: Page = Page()
    waiting: Page = Page()
    people: People = People()
    answered: Mapping[Step, int] = field(default_factory=dict)
