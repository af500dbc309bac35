"""What reads input from outside, each with what must hold whatever it is given.

A target takes bytes and returns nothing; what it raises is a fault. Only what a parser's caller is ready for
is caught here.
"""

from __future__ import annotations

import functools
import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from pydantic import TypeAdapter, ValidationError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot import ids, metrics
from bot.authorization import tenant
from bot.catalogue import Catalogue, ScriptFacts
from bot.config import Config
from bot.desk import zone
from bot.export import cell
from bot.filling import values
from bot.grammar import GrammarError, parse
from bot.ladder import Answer
from bot.lint import Lint
from bot.localization import Languages
from bot.own import Own
from bot.paths import TEMPLATES
from bot.records import Notes, Person, Preferences, Profile, Record
from bot.reminding import Calendar
from bot.stores.connection import UrlError, check_url
from bot.stores.encryption import UnreadableError, Vault, new_key
from bot.stores.links import Wanted
from bot.stores.sealed import Sealed
from bot.suggest import Suggester
from bot.surfaces import (
    beside,
    compose,
    drafts,
    edit,
    own_script,
    person,
    place,
    preferences,
    reminders,
    script_editor,
    settings,
)
from bot.surfaces.text import bullets, escape, readable, shorten
from bot.texts import FACTS, BrokenError, Texts, read_toml
from bot.trial import Written, try_out
from bot.web.guard import UNREADABLE, admitted
from bot.web.installing import COOKIE, _Browsers, asked_with
from bot.web.pages import About, Pages
from bot.workspace import Installed, Settings

SHAPES = (Record, Person, Answer, Notes, Profile, Preferences, Own, Settings, Installed, Wanted)
READERS = (
    *(beside.read, compose.read, edit.read, own_script.read, person.read, person.whose),
    *(reminders.read_day, script_editor.read, place.of),
)
ACTIONS = (ids.COMPOSE_ACTIONS, ids.GOING, ids.TURNING, ids.EXPORT_MENU)
VARIABLES = (
    *("slack_signing_secret", "slack_bot_token", "slack_app_token", "slack_client_id"),
    *("slack_client_secret", "slack_api_url", "public_url", "support_email", "redis_url"),
    *("encryption_keys", "metrics_token", "port", "data_dir", "log_level"),
)
LONGEST_DAY = 3_000_000
_SPECIAL = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")

once = functools.cache


@once
def catalogue() -> Catalogue:
    """The scripts as they ship."""
    return Catalogue.load(TEMPLATES / "scripts")


@once
def languages() -> Languages:
    """The app's languages."""
    return Languages.load(TEMPLATES / "locales")


@once
def lint() -> Lint:
    """The lint as it ships."""
    return Lint.load(TEMPLATES / "lint")


@once
def suggester() -> Suggester:
    """What reads messages."""
    return Suggester.load(TEMPLATES / "suggest")


@once
def pages() -> Pages:
    """The public pages."""
    return Pages.load(TEMPLATES / "pages", languages(), About("", "", 180, installable=True))


@once
def vault() -> Vault:
    """A vault with a key of its own."""
    return Vault([new_key()])


def text_of(data: bytes) -> str:
    """Any text: what is not UTF-8 becomes lone surrogates, which JSON can bring in as well."""
    return data.decode("utf-8", "surrogateescape")


def json_of(data: bytes) -> Any:
    """The JSON that some bytes are; None for anything else."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def request(data: bytes) -> None:
    """A body with its headers is refused with 400 or 401, or Bolt can take it apart as far as a listener.

    Where a signature is to be right, it is made so: no search would find one.
    """
    head, _, body = data.partition(b"\n")
    kind, _, rest = text_of(head).partition("|")
    timestamp, _, signature = rest.partition("|")
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    verifier = SignatureVerifier("secret")
    if signature == "v0=00":
        now = headers["X-Slack-Request-Timestamp"] = str(int(time.time()))
        with suppress(UnicodeDecodeError):
            headers["X-Slack-Signature"] = verifier.generate_signature(timestamp=now, body=body) or ""
    try:
        payload = admitted(body, headers, verifier)
    except (web.HTTPBadRequest, web.HTTPUnauthorized):
        return
    try:
        asked = AsyncBoltRequest(body=payload, headers=headers, mode="socket_mode")
    except UNREADABLE:  # which the site is ready for
        return
    metrics.arrived(asked.body)
    tenant(asked.context)


def view(data: bytes) -> None:
    """A view is read back, or refused with an error that says that it is not one of ours."""
    given = json_of(data)
    if not isinstance(given, dict):
        return
    for read in READERS:
        with suppress(*UNREADABLE):
            read(given)
    with suppress(*UNREADABLE):
        preferences.read(given, languages())
    with suppress(*UNREADABLE):
        settings.read(given, catalogue(), languages(), languages()["en"])


def value(data: bytes) -> None:
    """What stands in a button or a menu leads somewhere that exists, or nowhere; an action id is matched."""
    given = text_of(data)
    for pattern in ACTIONS:
        pattern.match(given)
    there = place.read(given)
    assert place.read(there.write()) == there
    assert isinstance(there.start, int)
    assert 0 <= there.start <= 10**9
    assert drafts.chosen(given).known
    with suppress(ValueError):
        day, draft = reminders.read_offer(given)
        assert given.endswith(draft)
        assert isinstance(day, date)


def sealed(data: bytes) -> None:
    """What nobody sealed opens for nobody, as text or as bytes."""
    for given in (data, text_of(data)):
        with suppress(UnreadableError):
            vault().open("decline:{T:U}:carried", given)
            raise AssertionError("opened")
    assert len(vault().mark("person", "T", "U", text_of(data))) == 22


class Store(Sealed):
    """A store of anything."""

    def __init__(self) -> None:
        self._vault = vault()


def record(data: bytes) -> None:
    """What a store holds is read as what it is, or passed over; what was read can be written again."""
    at = "decline:{T:U}:anything"
    for shape in map(TypeAdapter, SHAPES):
        kept = Store()._read(shape, at, vault().seal(at, data))
        if kept is not None:
            assert shape.validate_json(shape.dump_json(kept)) == kept
    with suppress(ValueError):
        Texts.from_json(data)


def message(data: bytes) -> None:
    """Escaped text is inert and reads as it was; what speaks for a suggestion stands in the message."""
    text = text_of(data)
    assert not _SPECIAL.search(escape(text))
    assert readable(escape(text)) == text.encode(errors="replace").decode()
    assert not _SPECIAL.search(bullets([text]))
    assert len(shorten(text, 75)) <= 75
    assert cell(text)[:1] not in set("=+-@\t\r")
    seen = readable(text)
    found = suggester().suggest(seen)
    assert all(0 <= one.confidence <= 1 for one in found.guesses)
    for code in languages().by_code:
        lint().address_of(seen, code)


def weak(data: bytes) -> None:
    """The lint says where a text is weak, in any language, about words that are there."""
    text = text_of(data)
    for code in languages().by_code:
        for finding in lint().findings(text, code):
            assert finding.words is not None


def toml(data: bytes) -> None:
    """The facts of a script are read, or what is wrong with them is said with a line that exists."""
    text = text_of(data)
    try:
        read_toml(FACTS, text, ScriptFacts)
    except BrokenError as error:
        assert 0 <= error.line <= text.count("\n") + 2  # noqa: PT017


def wording(data: bytes) -> None:
    """A wording is parsed, or what it may not say is said with its line."""
    text = text_of(data)
    with suppress(GrammarError):
        parse(text, {"name": "text", "wins": "list", "day": "date", "count": "number", "yes": "yes_no"})


def script(data: bytes) -> None:
    """A script that somebody wrote is tried out, and what is wrong with it are problems and no errors."""
    parts = text_of(data).split("\n---\n")
    facts, words, *spoken = (*parts, "", "")[: max(len(parts), 2)]
    named = dict(zip(("neutral", "warm", "firm", "formal"), spoken, strict=False))
    tried = try_out("own", Written(facts, words, named), "en", None, lint())
    assert tried.script or tried.problems


def day(data: bytes) -> None:
    """What is typed for a detail is read or refused; a reminder's day has a moment in any time zone."""
    given, _, name = text_of(data).partition("|")
    for one in catalogue().scripts.values():
        values(one, {detail.id: given for detail in one.facts.details})
    there = zone(Profile("U", "n", tz=name))
    days = Calendar("draft", 1_800_000_000 + int.from_bytes(data[:3]), 1_830_000_000, there)
    wanted = days.today + timedelta(days=len(data) % 200)
    assert days.wrong(wanted) in {"", "past", "too_far", "outlives"}
    if not days.wrong(wanted):
        assert days.now < days.moment(wanted) <= days.ends
    with suppress(ValueError):
        days.wrong(date.fromisoformat(given))


def browser(data: bytes) -> None:
    """A page is found for any language; no state is any browser's by chance; nothing becomes markup."""
    accepted, query, cookie, *_ = (*text_of(data).split("\n"), "", "")
    asked = asked_with(query, {"Accept-Language": accepted, "Cookie": f"{COOKIE}={cookie}"})
    state = asked.query.get("state", [""])[0]
    assert not _Browsers().is_valid_browser(state, asked.headers)
    shown = pages().refused(accepted, asked.query.get("error", [state])[0])
    assert "<script" not in shown
    vault().mark("export browser", cookie)
    with suppress(ValueError):  # what no request can hold
        got = make_mocked_request("GET", "/?lang=" + quote(query), headers={"Accept-Language": accepted})
        assert pages().language_of(got) in languages().by_code


def configuration(data: bytes) -> None:
    """Settings are taken, or refused with the name of what is wrong; a URL is never repeated."""
    lines = text_of(data).replace("\0", "").split("\n")
    given: Mapping[str, str] = dict(zip(VARIABLES, lines, strict=False))
    with suppress(ValidationError):
        Config(_env_file=None, **{name: one for name, one in given.items() if one})
    with suppress(UrlError):
        check_url(lines[0])


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one
    for one in (
        *(request, view, value, sealed, record, message, weak, toml, wording, script, day, browser),
        configuration,
    )
}


def any_target(data: bytes) -> None:
    """One of them, by the first byte."""
    if data:
        [*TARGETS.values()][data[0] % len(TARGETS)](data[1:])
