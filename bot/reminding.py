"""On which day a reminder comes: at nine in the morning where the author is, and within what Slack keeps."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from bot.ladder import Outcome
from bot.records import answer

if TYPE_CHECKING:
    from bot.catalogue import Script
    from bot.records import Record

FARTHEST_DAYS = 120
"""How far ahead Slack keeps a message (chat.scheduleMessage, `time_too_far`)."""

_HOUR = 9
_MINUTES = 25
"""Reminders of one morning are spread over these: Slack takes 30 in five (`restricted_too_many`)."""

_DAY = 24 * 3600
_MARGIN = 300
"""Seconds before either limit at which a reminder may still come: clocks differ, and calls take a while."""

_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Calendar:
    """What days there are for one draft's reminder.

    `now` and `ends` (when the draft goes) are seconds since 1970, `zone` is the author's.
    """

    draft: str
    now: float
    ends: float
    zone: tzinfo

    @property
    def today(self) -> date:
        """The date where the author is."""
        return datetime.fromtimestamp(self.now, self.zone).date()

    @property
    def last(self) -> date:
        """The last day on which it can come; today or before when there is none."""
        limit = min(self.now + FARTHEST_DAYS * _DAY, self.ends) - _MARGIN
        day = datetime.fromtimestamp(limit, self.zone).date()
        return day if self.moment(day) <= limit else day - timedelta(days=1)

    def moment(self, day: date) -> int:
        """The second since 1970 at which a reminder for that day comes."""
        minute = zlib.crc32(self.draft.encode()) % _MINUTES
        return int(datetime(day.year, day.month, day.day, _HOUR, minute, tzinfo=self.zone).timestamp())

    def wrong(self, day: date) -> str:
        """Why a reminder cannot come on that day: `past`, `too_far`, `outlives` (the draft); else empty."""
        if day <= self.today:
            return "past"
        if day <= self.last:
            return ""
        return "too_far" if self.ends > self.now + FARTHEST_DAYS * _DAY else "outlives"

    def proposed(self, days: int, until: date | None = None) -> date | None:
        """A working day so many days ahead, or when what was agreed ends; None when no day is left."""
        wanted = until if until and until > self.today else self.today + timedelta(days=days)
        day = _working_day_from(min(wanted, self.last))
        if day > self.last:
            day -= timedelta(days=3)  # the Friday before
        return day if day > self.today else None


def now() -> float:
    """The second since 1970."""
    return time.time()


def calendar(record: Record, zone: tzinfo, retention_days: int) -> Calendar:
    """The days for a draft that is kept for so many days after it was made."""
    return Calendar(record.id, now(), record.created + retention_days * _DAY, zone)


def offered(record: Record, script: Script, days: Calendar) -> date | None:
    """The day to offer for a draft that was dealt with; None where the script has nothing to come back to."""
    if record.outcome not in {Outcome.SENT, Outcome.SILENCE} or script.facts.follow_up_days is None:
        return None
    return days.proposed(script.facts.follow_up_days, answer(record, script).until)


def _working_day_from(day: date) -> date:
    over = day.weekday() - _FRIDAY
    return day + timedelta(days=3 - over) if over > 0 else day
