"""The days on which a reminder can come: civil, on a working day where one is proposed, and within limits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.reminding import FARTHEST_DAYS, Calendar

DAY = 24 * 3600
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = sorted(available_timezones())

calendars = st.builds(
    lambda now, kept, zone, draft: Calendar(draft, now, now + kept, ZoneInfo(zone)),
    st.integers(int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()), 90 * 365 * DAY),
    st.integers(0, 730 * DAY),
    st.sampled_from(ZONES),
    st.text(min_size=1, max_size=16),
)


def calendar(now: datetime, kept_days: float = 180) -> Calendar:
    """The days there are at a moment, for a draft that is kept so long."""
    return Calendar("d1", now.timestamp(), now.timestamp() + kept_days * DAY, AMSTERDAM)


@given(calendars, st.integers(1, 200))
def test_a_reminder_comes_in_the_morning(days: Calendar, ahead: int):
    """Wherever the author is and whatever their clocks do, it comes between 9:00 and 9:25 of that day."""
    day = days.today + timedelta(days=ahead)
    at = datetime.fromtimestamp(days.moment(day), days.zone)

    assert (at.date(), at.hour) == (day, 9)
    assert at.minute < 25


@given(calendars, st.integers(1, 200), st.none() | st.dates(date(2024, 1, 1), date(2060, 1, 1)))
def test_what_is_proposed_can_be(days: Calendar, ahead: int, until: date | None):
    """What is proposed is a working day, still to come, that Slack and the draft both live to see."""
    day = days.proposed(ahead, until)
    assume(day is not None)

    assert day.weekday() < 5
    assert days.wrong(day) == ""
    assert days.now < days.moment(day) <= min(days.now + FARTHEST_DAYS * DAY, days.ends)


@given(calendars, st.integers(1, 400))
def test_a_day_is_right_up_to_the_last(days: Calendar, ahead: int):
    """Every day from tomorrow to the last one can be, and none after it, with the reason for it."""
    day = days.today + timedelta(days=ahead)

    assert (days.wrong(day) == "") == (day <= days.last)
    if days.wrong(day):
        assert days.wrong(day) == ("too_far" if days.ends > days.now + FARTHEST_DAYS * DAY else "outlives")


@given(calendars)
def test_the_last_day_is_the_last(days: Calendar):
    """The day after the last one would come when Slack, or the draft, has given up; give or take a while."""
    limit = min(days.now + FARTHEST_DAYS * DAY, days.ends)

    assert days.moment(days.last) <= limit
    assert days.moment(days.last + timedelta(days=1)) > limit - 600


@given(calendars, st.integers(0, 3))
def test_today_and_the_past_are_past(days: Calendar, ago: int):
    """A reminder is for tomorrow at the earliest."""
    assert days.wrong(days.today - timedelta(days=ago)) == "past"


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(2, date(2027, 3, 5)), (3, date(2027, 3, 8)), (4, date(2027, 3, 8)), (5, date(2027, 3, 8))],
)
def test_a_weekend_is_put_off(ahead, expected):
    """From a Wednesday, a reminder that would come on Saturday or Sunday comes on the Monday after."""
    assert calendar(datetime(2027, 3, 3, 12, tzinfo=UTC)).proposed(ahead) == expected


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        (datetime(2027, 3, 27, 23, 30, tzinfo=AMSTERDAM), 9),
        (datetime(2027, 10, 30, 23, 30, tzinfo=AMSTERDAM), 11),
    ],
)
def test_the_clocks_change(night, hours):
    """Over the night in which the clocks change, nine in the morning stays nine in the morning."""
    at = calendar(night).moment(night.date() + timedelta(days=1))

    assert datetime.fromtimestamp(at, AMSTERDAM).hour == 9
    assert at // 3600 - night.timestamp() // 3600 == hours


def test_the_last_day_is_counted_in_seconds():
    """Slack's 120 days are 120 times 24 hours, over a change of clocks as well: the hour of now decides."""
    now = datetime(2027, 3, 1, 9, 30, tzinfo=AMSTERDAM)

    assert calendar(now).last == date(2027, 6, 29)
    assert calendar(now.replace(hour=7)).last == date(2027, 6, 28)


def test_what_was_agreed_goes_first():
    """A pause that ends on a day brings the reminder on that day, however many days are usual."""
    now = datetime(2027, 3, 3, 12, tzinfo=UTC)

    assert calendar(now).proposed(60, date(2027, 4, 15)) == date(2027, 4, 15)
    assert calendar(now).proposed(60, date(2027, 3, 1)) == date(2027, 5, 3)
    assert calendar(now).proposed(60, date(2028, 3, 1)) == date(2027, 7, 1)


def test_a_draft_that_goes_soon_is_reminded_of_before():
    """Where the draft goes before the usual day, the last working day is proposed, or nothing."""
    wednesday = datetime(2027, 3, 3, 12, tzinfo=UTC)

    assert calendar(wednesday, 4).proposed(14) == date(2027, 3, 5)
    assert calendar(wednesday, 0.5).proposed(14) is None


def test_reminders_of_one_morning_are_spread():
    """Hundreds of drafts do not meet in the same five minutes, of which Slack takes thirty messages."""
    now = datetime(2027, 3, 3, 12, tzinfo=UTC).timestamp()
    day = date(2027, 3, 10)
    minutes = [Calendar(f"draft{n}", now, now + 180 * DAY, AMSTERDAM).moment(day) // 60 for n in range(100)]

    assert max(sum(minute <= one < minute + 5 for one in minutes) for minute in minutes) < 30
