"""What must hold of every parser of outside input, for whatever Hypothesis thinks of."""

from __future__ import annotations

import csv
import io
import json
import time
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as some
from slack_sdk.signature import SignatureVerifier

from bot.browsing import VALUES, Filter
from bot.desk import zone
from bot.export import cell
from bot.records import Profile
from bot.reminding import Calendar
from bot.stores.encryption import UnreadableError
from bot.surfaces import place
from bot.surfaces.text import escape, readable, shorten
from bot.web.guard import admitted
from bot.web.installing import COOKIE, _bound, _browser, _Browsers
from bot.web.pages import _accepted
from tests.fuzz.targets import TARGETS, vault
from tests.slack_requests import FORM

CORPUS = Path(__file__).parent / "fuzz" / "corpus"
VIEWS = {path.name: json.loads(path.read_text("utf-8")) for path in sorted((CORPUS / "view").glob("*"))}

anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
letters = some.text(max_size=300)
tokens = some.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True)
few = settings(max_examples=60, deadline=None, derandomize=True)


@few
@given(name=some.sampled_from(sorted(TARGETS)), data=some.binary(max_size=400))
def test_no_target_breaks(name: str, data: bytes):
    """Whatever bytes come, each parser keeps what its target says of it."""
    TARGETS[name](data)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(way for name, one in inside for way in places(one, (*path, name)))]


@pytest.mark.parametrize("name", VIEWS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=some.data())
def test_a_view_with_something_else_in_it_is_read_or_refused(name: str, data: some.DataObject):
    """One of our own views in which one value is another: no reader raises what nobody is ready for."""
    view = deepcopy(VIEWS[name])
    *way, last = data.draw(some.sampled_from([way for way in places(view) if way]))
    inside = view
    for step in way:
        inside = inside[step]
    inside[last] = data.draw(anything)
    TARGETS["view"](json.dumps(view).encode())


@few
@given(body=some.binary(max_size=200), kind=letters, timestamp=letters, signature=letters)
def test_the_door_is_shut(body: bytes, kind: str, timestamp: str, signature: str):
    """What Slack did not sign is refused with 401, whatever is in its headers."""
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    with pytest.raises(web.HTTPUnauthorized):
        admitted(body, headers, SignatureVerifier("secret"))


@few
@given(sent=some.dictionaries(letters, anything, max_size=4), spread=some.booleans())
def test_what_slack_signs_is_read_as_it_was_sent(sent: dict[str, Any], spread: bool):
    """An object in a form's one field, or in one of two, is the object that was put there."""
    fields = {"payload": json.dumps(sent), **({"more": "1"} if spread else {})}
    body, now, verifier = urlencode(fields).encode(), str(int(time.time())), SignatureVerifier("secret")
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": str(verifier.generate_signature(timestamp=now, body=body)),
    }
    assert json.dumps(admitted(body, headers, verifier)) == json.dumps(sent)


@few
@given(text=letters)
def test_escaped_text_reads_as_it_was_and_does_nothing(text: str):
    """Escaping is undone by reading, and leaves none of the characters that Slack gives a meaning to."""
    assert readable(escape(text)) == text
    assert not {"<", ">"} & {*escape(text)}


@few
@given(text=letters, limit=some.integers(1, 80))
def test_shortened_text_is_no_longer_and_begins_the_same(text: str, limit: int):
    """A text that fits stays as it is."""
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else text.startswith(short.removesuffix("…"))


filters = some.one_of(
    some.just(Filter()),
    some.sampled_from([Filter(by, one) for by, values in VALUES.items() for one in sorted(values)]),
    some.text(min_size=1, max_size=22).map(lambda mark: Filter("person", mark)),
)


@few
@given(
    page=some.sampled_from([place.OVERVIEW, place.WAITING, place.PEOPLE, place.HISTORY]),
    start=some.integers(0, 10**9),
    wanted=filters,
)
def test_a_place_in_home_survives_the_way_through_slack(page: str, start: int, wanted: Filter):
    """What is written into a button is read out of it."""
    there = place.Place(page, start, wanted)
    assert place.read(there.write()) == there


@few
@given(text=letters)
def test_a_cell_is_no_formula_and_keeps_its_text(text: str):
    """A spreadsheet reads the text, with at most an apostrophe before it."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow([cell(text), "x"])
    (back,) = csv.reader(io.StringIO(written.getvalue(), newline=""))
    assert back[0] in {text, "'" + text}
    assert back[0][:1] not in {"=", "+", "-", "@", "\t", "\r"}


@few
@given(where=some.text(max_size=20), elsewhere=some.text(max_size=20), value=some.binary(max_size=200))
def test_a_sealed_value_opens_in_its_place_alone(where: str, elsewhere: str, value: bytes):
    """Under another key of Redis it is unreadable."""
    sealed = vault().seal(where, value)
    assert vault().open(where, sealed) == value
    if where != elsewhere:
        with pytest.raises(UnreadableError):
            vault().open(elsewhere, sealed)


@few
@given(value=some.binary(min_size=1, max_size=80), at=some.integers(0, 10**6), bit=some.integers(0, 7))
def test_a_sealed_value_with_one_bit_changed_opens_nowhere(value: bytes, at: int, bit: int):
    """Whoever can write to Redis can destroy a value, and not change it."""
    sealed = bytearray(vault().seal("here", value))
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises(UnreadableError):
        vault().open("here", bytes(sealed))


@few
@given(mine=tokens, other=tokens, nonce=tokens)
def test_a_state_is_one_browser_s(mine: str, other: str, nonce: str):
    """It is good with the cookie that it was made for, and with no other."""
    state = _bound(nonce, mine)
    own = {"cookie": [f"a=b; {COOKIE}={mine}; c=d"]}
    assert _browser(own) == mine
    assert _Browsers().is_valid_browser(state, own)
    assert _Browsers().is_valid_browser(state, {"cookie": [f"{COOKIE}={other}"]}) == (mine == other)
    assert not _Browsers().is_valid_browser(state, {})


@few
@given(header=some.text(max_size=200))
def test_a_browser_s_languages_are_tags(header: str):
    """What is read of Accept-Language are tags of letters and digits, each with a weight above nothing."""
    assert all(tag.replace("-", "").isalnum() and tag.isascii() for tag in _accepted(header))


@few
@given(
    name=some.sampled_from(sorted(available_timezones())),
    now=some.integers(1_700_000_000, 1_900_000_000),
    keeps=some.integers(7, 730),
)
def test_a_reminder_comes_at_nine_wherever_the_author_is(name: str, now: int, keeps: int):
    """In every time zone, on both sides of each change of the clock, and never later than it can be kept."""
    there = zone(Profile("U", "n", tz=name))
    days = Calendar("draft", now, now + keeps * 86400, there)
    day = days.proposed(14)
    if day is not None:
        at = datetime.fromtimestamp(days.moment(day), there)
        assert (at.date(), at.hour) == (day, 9)
        assert now < days.moment(day) <= min(days.ends, now + 120 * 86400)


@few
@given(name=some.text(max_size=40) | some.sampled_from(["", "Europe", "../UTC", "/etc/localtime", "UTC\0"]))
def test_a_time_zone_that_is_none_is_utc(name: str):
    """Slack may name one that is not known here."""
    there = zone(Profile("U", "n", tz=name))
    assert there is UTC or isinstance(there, ZoneInfo)
    assert datetime.now(there).date() >= date(2020, 1, 1)
