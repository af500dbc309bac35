"""One's own data: seen, exported, forgotten for one person, deleted: nothing left, and nothing lost."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import time
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import aiohttp
import pytest
from redis import Redis
from yarl import URL

from bot import ids
from bot.app import Credentials, Storage, site
from bot.belongings import Counts
from bot.catalogue import Situation
from bot.export import cell
from bot.ladder import Outcome
from bot.localization import Language
from bot.playground.views import View
from bot.records import Author as Account
from bot.records import Notes, Person, Record, answer, person
from bot.stores.away import AwayError
from bot.stores.belongings import Belongings
from bot.stores.connection import connect
from bot.stores.encryption import UnreadableError, Vault, looks_sealed
from bot.stores.history import History
from bot.stores.links import Links, State, Wanted
from bot.web.data import COOKIE
from bot.web.site import Public
from tests.author import Author, actions, draft, element, words
from tests.conftest import SECRET, TEAM, TOKEN, World

YOU = Account(TEAM, "UYOU")
TAG = f"decline:{{{TEAM}:UYOU}}"


async def opens(author: Author) -> View:
    """Opens Your data from App Home."""
    await author.presses(await author.opens_home(), ids.DATA)
    return author.modal


async def asks_for(author: Author, form: str) -> str:
    """Asks for an export; returns the link."""
    await author.presses(await opens(author), f"{ids.EXPORT}.{form}")
    return str(element(author.modal, ids.OPEN_LINK)["url"])


def vault(world: World) -> Vault:
    """What opens the values, with the key of the marks as the app has it."""
    made = Vault(world.app.keys)
    if sealed := world.redis.get("decline:marks"):
        made.mark_key = made.open("decline:marks", sealed)
    return made


class Browser:
    """Opens links and keeps the cookie of each as a browser does; aiohttp's jar wants https for it."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    async def goes(self, url: str, method: str = "GET") -> tuple[aiohttp.ClientResponse, bytes]:
        """Opens or posts to an address."""
        headers = {"Accept": "text/html", "Accept-Language": "en"}
        if cookie := self.cookies.get(URL(url).path):
            headers["Cookie"] = f"{COOKIE}={cookie}"
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(method, url, headers=headers) as answer,
        ):
            if COOKIE in answer.cookies:
                self.cookies[answer.cookies[COOKIE]["path"]] = answer.cookies[COOKIE].value
            return answer, await answer.read()

    async def downloads(self, url: str) -> bytes:
        """Opens a link and presses Download."""
        await self.goes(url)
        answer, body = await self.goes(url, "POST")
        assert answer.status == 200, body
        return body


def facts(world: World, account: Account = YOU) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Everything sealed under an author's keys, opened, with the key it is under; a pace is a number."""
    opener = vault(world)
    for name in world.redis.scan_iter(f"decline:{{{account.tenant}:{account.user}}}:*"):
        key = name.decode()
        kind = world.redis.type(name)
        if kind == b"string" and not key.endswith(":pace"):
            yield key, json.loads(opener.open(key, world.redis.get(name)))
        if kind == b"hash":
            for sealed in world.redis.hgetall(name).values():
                assert looks_sealed(sealed), key
                yield key, json.loads(opener.open(key, sealed))


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every fact in a value, with the name of the field it is in."""
    if isinstance(value, dict):
        for one, inner in value.items():
            yield from leaves(inner, one)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, name)
    elif value not in {None, ""}:
        yield name, value


def keys_of(redis: Redis, account: Account = YOU) -> list[str]:
    """The keys of an author, and the list of authors if they are on it."""
    found = [key.decode() for key in redis.scan_iter(f"decline:{{{account.tenant}:{account.user}}}:*")]
    authors = f"decline:{{{account.tenant}}}:authors"
    return found + [authors] * bool(redis.sismember(authors, account.user))


def everything(redis: Redis) -> Iterator[tuple[str, bytes]]:
    """Every key with its name, its members, its fields and its values."""
    for name in redis.scan_iter():
        key = name.decode()
        yield key, name
        kind = redis.type(name)
        if kind == b"string":
            yield key, redis.get(name)
        elif kind == b"hash":
            for field, value in redis.hgetall(name).items():
                yield from ((key, field), (key, value))
        else:
            members = redis.smembers(name) if kind == b"set" else redis.zrange(name, 0, -1)
            yield from ((key, member) for member in members)


async def has_used_it(robin: Author) -> None:
    """Drafts for two people, with notes, outcomes, and a script of one's own."""
    await robin.presses(
        await robin.drafts("one_off", "introduction", "decline_introduction", target="Priya"), ids.SENT
    )
    await robin.drafts()
    await robin.beside("UPETRA").drafts("one_off", "meeting")
    world = robin.world
    mark = vault(world).mark("person", TEAM, "UYOU", "uana")[:16]
    async with connect(world.redis_url) as redis:
        await History(redis, vault(world)).note(YOU, mark, Notes("a favour in May", "two coffees"))
    seal = vault(world).seal
    script = {"id": "own:1", "title": "Kvist's farewell", "text": "So long, and thanks.", "at": 1.7e9}
    world.redis.hset(f"{TAG}:scripts", "own:1", seal(f"{TAG}:scripts", json.dumps(script).encode()))


@pytest.fixture
async def used(robin: Author) -> Author:
    """Somebody with drafts, people, notes and a script of their own."""
    await has_used_it(robin)
    return robin


# What there is


async def test_home_leads_there(robin: Author, say: Language):
    """The button in App Home opens it, also for who has nothing yet."""
    view = await opens(robin)
    assert say("data.you") in words(view)
    assert ids.FORGET_MENU not in actions(view.blocks)


async def test_it_says_how_much_there_is(used: Author, say: Language):
    """Drafts, people and own scripts by their numbers."""
    said = words(await opens(used))
    assert say.count("data.drafts", 3) in said
    assert say.count("data.people", 2) in said
    assert say.count("data.scripts", 1) in said


async def test_with_history_away_it_says_so(robin: Author, world: World, say: Language, server):
    """Nothing is claimed about what cannot be seen."""
    await robin.opens_home()
    world.app.make = away(world)
    await world.app.restart()
    await robin.presses(robin.home, ids.DATA)
    assert say("trouble.away") in words(robin.modal)


def away(world: World) -> Any:
    """The app with a Redis that is not there."""
    slack = Credentials(SECRET, f"{world.address}/api/", TOKEN)
    return lambda now: site(slack, Storage("redis://127.0.0.1:1/0", now), Public("http://127.0.0.1:1"))


# The export


@pytest.mark.at_scale
async def test_the_export_has_all_that_is_stored(used: Author, world: World):
    """Every fact under any key of the author is in it, but for marks: also of a field that is added later."""
    text = (await Browser().downloads(await asks_for(used, "json"))).decode()
    document = json.loads(text)
    exported = {(name, str(value)) for name, value in leaves(document)}
    moments = {"created", "changed", "at"}
    missing = [
        (key, name, value)
        for key, stored in facts(world)
        for name, value in leaves(stored)
        if not (":draft:" in key and name in {"id", "person", "ask", "click"})
        and not (":person:" in key and name == "ask")
        and not (":scripts" in key and name == "id")
        and (name, moment(value) if name in moments else str(value)) not in exported
    ]
    assert missing == []
    assert len(document["drafts"]) == 3
    ana = next(one for one in document["people"] if one["name"] == "Ana")
    assert (ana["notes"]["given"], [one["outcome"] for one in ana["answers"]]) == (
        "a favour in May",
        ["sent", "open"],
    )
    assert (document["format"], document["version"]) == ("decline", 1)


def moment(seconds: float) -> str:
    """A moment as the export writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(seconds))


async def test_the_export_has_no_marks(used: Author, world: World):
    """What only the app can use is left out."""
    text = (await Browser().downloads(await asks_for(used, "json"))).decode()
    marks = [one.decode().rsplit(":", 1)[1] for one in world.redis.scan_iter(f"{TAG}:person:*")]
    marks += [one.decode().rsplit(":", 1)[1] for one in world.redis.scan_iter(f"{TAG}:draft:*")]
    assert len(marks) == 5
    assert [mark for mark in marks if mark in text] == []


async def test_the_export_has_nothing_of_others(used: Author, world: World):
    """Another author's drafts, in the same workspace, are theirs."""
    world.authors.add("UCOL")
    kim = Author(world, "UCOL", "CGENERAL")
    document = json.loads(await Browser().downloads(await asks_for(kim, "json")))
    assert (document["drafts"], document["people"], document["scripts"]) == ([], [], [])
    assert document["profile"]["id"] == "UCOL"


@pytest.mark.at_scale
async def test_the_tables_have_the_same(used: Author):
    """A zip of tables in UTF-8, one for each kind of thing."""
    body = await Browser().downloads(await asks_for(used, "csv"))
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert archive.testzip() is None
    tables = {
        name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
        for name in archive.namelist()
    }
    assert {name: len(rows) for name, rows in tables.items() if name != "you.csv"} == {
        "drafts.csv": 3,
        "people.csv": 2,
        "answers.csv": 3,
        "scripts.csv": 1,
    }
    assert {row["given"] for row in tables["people.csv"]} == {"a favour in May", ""}
    assert tables["scripts.csv"][0]["text"] == "So long, and thanks."
    assert {"what": "profile.id", "value": "UYOU"} in tables["you.csv"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str):
    """A cell that a spreadsheet would compute begins with an apostrophe."""
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell([f"{start}1", "2"]).startswith("'")


@pytest.mark.parametrize("value", ["no", 3, None, {"a": "=1"}, ["x", "=1"]])
def test_other_cells_are_left_alone(value: Any):
    """What begins like any text is that text."""
    assert not cell(value).startswith("'")


async def test_a_message_that_is_a_formula_is_inert_in_the_tables(robin: Author):
    """What people wrote comes out as text, also where it is meant to be computed."""
    message = await robin.drafts()
    await robin.presses(message, ids.EDIT_DRAFT)
    await robin.submits(text='=HYPERLINK("https://evil.example","Click")')
    archive = zipfile.ZipFile(io.BytesIO(await Browser().downloads(await asks_for(robin, "csv"))))
    (row,) = csv.DictReader(io.StringIO(archive.read("drafts.csv").decode("utf-8-sig")))
    assert row["text"].startswith("'=HYPERLINK")


# The link


async def test_the_page_binds_the_link_to_the_browser(robin: Author):
    """It is shown in the author's language with strict headers, and a cookie nothing else can read."""
    answer, body = await Browser().goes(await asks_for(robin, "json"))
    cookie = answer.cookies[COOKIE]
    assert (answer.status, b'<form class="row" method="post">' in body) == (200, True)
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Strict")
    assert cookie["path"] == answer.url.path
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


async def test_the_download_is_a_file(robin: Author):
    """It is saved, not shown, and kept by nobody on the way."""
    browser, url = Browser(), await asks_for(robin, "json")
    await browser.goes(url)
    answer, _ = await browser.goes(url, "POST")
    assert re.fullmatch(
        r'attachment; filename="decline-[0-9-]{10}\.json"', answer.headers["Content-Disposition"]
    )
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_the_page_can_be_opened_again_there(robin: Author):
    """Reloading it in the same browser uses nothing up."""
    browser, url = Browser(), await asks_for(robin, "json")
    await browser.goes(url)
    answer, _ = await browser.goes(url)
    assert answer.status == 200
    assert json.loads(await browser.downloads(url))["format"] == "decline"


async def test_a_link_works_once(robin: Author, say: Language):
    """The second download, and the page after it, are a sentence."""
    browser, url = Browser(), await asks_for(robin, "json")
    await browser.downloads(url)
    for method in ("POST", "GET"):
        answer, body = await browser.goes(url, method)
        assert (answer.status, says_page(body, say, "gone")) == (404, True)


@pytest.mark.at_scale
async def test_two_downloads_at_once_are_one(robin: Author):
    """Of two clicks in the same moment one gets the file."""
    browser, url = Browser(), await asks_for(robin, "json")
    await browser.goes(url)
    both = await asyncio.gather(browser.goes(url, "POST"), browser.goes(url, "POST"))
    assert sorted(answer.status for answer, _ in both) == [200, 404]


async def test_another_browser_gets_nothing(robin: Author, say: Language):
    """A link that was opened before is of no use elsewhere, and stays good where it was."""
    browser, thief, url = Browser(), Browser(), await asks_for(robin, "json")
    await browser.goes(url)
    for method in ("GET", "POST"):
        answer, body = await thief.goes(url, method)
        assert (answer.status, says_page(body, say, "other")) == (403, True)
    assert json.loads(await browser.downloads(url))["format"] == "decline"


async def test_a_download_without_the_page_gets_nothing(robin: Author):
    """A form that another site sends comes without the cookie: the link is not used up."""
    url = await asks_for(robin, "json")
    answer, _ = await Browser().goes(url, "POST")
    assert answer.status == 403
    assert json.loads(await Browser().downloads(url))["format"] == "decline"


async def test_looking_at_a_link_without_opening_it_binds_nothing(robin: Author):
    """A HEAD request, as of something that checks links, is refused."""
    url = await asks_for(robin, "json")
    answer, _ = await Browser().goes(url, "HEAD")
    assert answer.status == 405
    assert json.loads(await Browser().downloads(url))["format"] == "decline"


async def test_a_late_link_is_gone(robin: Author, world: World, say: Language):
    """It ends by itself after ten minutes, whether it was opened or not."""
    url = await asks_for(robin, "json")
    (key,) = world.redis.scan_iter("decline:export:*")
    assert 590 < world.redis.ttl(key) <= 600
    browser = Browser()
    await browser.goes(url)
    assert 590 < world.redis.ttl(key) <= 600
    world.redis.pexpire(key, 1)
    await asyncio.sleep(0.01)
    answer, body = await browser.goes(url, "POST")
    assert (answer.status, says_page(body, say, "gone")) == (404, True)


@pytest.mark.parametrize("token", ["x", "%00", "a" * 5000, "%F0%9F%92%A9", "decline:export:x"])
async def test_a_made_up_link_is_a_sentence(robin: Author, world: World, say: Language, token: str):
    """Whatever stands in its place, nothing is found and nothing is written."""
    await robin.opens_home()
    before = set(world.redis.scan_iter())
    at = str(URL(world.events_url).origin())
    answer, body = await Browser().goes(f"{at}/data/{token}")
    assert answer.status == 404
    assert says_page(body, say, "gone")
    assert set(world.redis.scan_iter()) == before


async def test_redis_does_not_know_the_link(robin: Author, world: World):
    """Neither the token nor the cookie can be read from what is stored."""
    browser, url = Browser(), await asks_for(robin, "json")
    await browser.goes(url)
    secrets = [url.rsplit("/", 1)[1].encode(), *(one.encode() for one in browser.cookies.values())]
    assert len(secrets) == 2
    assert [one for _, one in everything(world.redis) for secret in secrets if secret in one] == []


async def test_redis_away_does_not_use_a_link_up(robin: Author, world: World, say: Language):
    """The page says that it is not the time, and the link works afterwards."""
    browser, url, made = Browser(), await asks_for(robin, "json"), world.app.make
    await browser.goes(url)
    world.app.make = away(world)
    await world.app.restart()
    for method in ("GET", "POST"):
        answer, body = await browser.goes(url, method)
        assert (answer.status, says_page(body, say, "away")) == (503, True)
    world.app.make = made
    await world.app.restart()
    assert json.loads(await browser.downloads(url))["format"] == "decline"


async def test_the_page_is_in_the_author_s_language(robin: Author, languages):
    """Whatever the browser prefers."""
    await robin.presses(await robin.opens_home(), ids.APP_LANGUAGE, "nl")
    _, body = await Browser().goes(await asks_for(robin, "json"))
    assert languages["nl"]("pages.export.lead") in body.decode()


def says_page(body: bytes, say: Language, reason: str) -> bool:
    """Whether a page says why there is no download."""
    return say(f"pages.export.{reason}.title").replace("'", "&#39;") in body.decode()


# Without an address


@pytest.fixture
async def homeless(world: World) -> World:
    """The app without an address of its own."""
    redis_url, slack = world.redis_url, Credentials(SECRET, f"{world.address}/api/", TOKEN)
    world.app.make = lambda now: site(slack, Storage(redis_url, now), Public())
    await world.app.restart()
    return world


async def test_without_an_address_it_comes_in_messages(robin: Author, homeless: World, say: Language):
    """Put together in their order, the private messages are the document."""
    await robin.drafts()
    view = await opens(robin)
    assert f"{ids.EXPORT}.csv" not in actions(view.blocks)
    await robin.presses(view, f"{ids.EXPORT}.json")
    assert say("data.sending") in words(robin.modal)
    await until(lambda: say("data.sent") in words(robin.app_dm[-1]) if robin.app_dm else False)
    text = "".join(
        words(block) for message in robin.app_dm for block in message.blocks if block["type"] == "rich_text"
    )
    assert len(json.loads(text)["drafts"]) == 1


async def test_asking_twice_sends_it_once(robin: Author, homeless: World, say: Language):
    """While it is on its way, a second press says so."""
    await robin.presses(await opens(robin), f"{ids.EXPORT}.json")
    await homeless.slack.close("UYOU")
    await robin.presses(await opens(robin), f"{ids.EXPORT}.json")
    assert say("data.sending_already") in words(robin.modal)


async def until(there: Any, seconds: float = 8) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


# Forget one person


async def forgets(author: Author, name: str) -> View:
    """Picks a person to forget; returns the question."""
    view = await opens(author)
    option = next(one for one in element(view, ids.FORGET_MENU)["options"] if one["text"]["text"] == name)
    await author.world.slack.act(author.user, view, ids.FORGET_MENU, option["value"])
    return author.modal


async def test_the_question_says_what_will_go(used: Author, say: Language):
    """The name, and how many drafts."""
    said = words(await forgets(used, "Ana"))
    assert say("data.forget_sure", name="Ana") in said
    assert say.count("data.forget_drafts", 2) in said


async def test_asking_deletes_nothing(used: Author, redis: Redis):
    """As long as it is not confirmed, all is there."""
    before = keys_of(redis)
    await forgets(used, "Ana")
    assert sorted(keys_of(redis)) == sorted(before)


@pytest.mark.at_scale
async def test_after_forgetting_nothing_mentions_them(used: Author, world: World, say: Language):
    """No key, member or field has their mark, and no value their name or id; others are as they were."""
    mark = vault(world).mark("person", TEAM, "UYOU", "uana")[:16]
    world.redis.zadd(
        f"{TAG}:reminders",
        {one.decode().rsplit(":", 1)[1]: 1 for one in world.redis.scan_iter(f"{TAG}:draft:*")},
    )
    world.redis.zadd(f"{TAG}:drafts:{mark}", {"x": 1})
    drafts = {one.decode() for one in world.redis.hkeys(f"{TAG}:person:{mark}")} - {"about", "notes"}
    await used.presses(await forgets(used, "Ana"), ids.FORGET_SURE)
    assert say.count("data.forgotten", 2, name="Ana") in words(used.modal)
    there = list(everything(world.redis))
    assert [key for key, one in there for gone in (mark, *drafts) if gone.encode() in one] == []
    assert [key for key, value in opened(world) if b"Ana" in value or b"UANA" in value] == []
    assert world.saved == 1
    assert world.redis.zcard(f"{TAG}:reminders") == 1
    assert ids.FORGET_MENU in actions((await opens(used)).blocks)


def opened(world: World) -> Iterator[tuple[str, bytes]]:
    """Every sealed value there is, opened."""
    opener = vault(world)
    for key, value in everything(world.redis):
        if looks_sealed(value):
            try:
                yield key, opener.open(key, value)
            except UnreadableError:
                pytest.fail(f"unreadable: {key}")


async def test_forgetting_twice_is_a_sentence(used: Author, world: World, say: Language):
    """A second click, and a question that is still open elsewhere, find nobody."""
    question = await forgets(used, "Ana")
    await used.presses(question, ids.FORGET_SURE)
    await used.world.slack.close("UYOU")
    mark = vault(world).mark("person", TEAM, "UYOU", "uana")[:16]
    view = await opens(used)
    element(view, ids.FORGET_MENU)["options"].append(
        {"value": mark, "text": {"type": "plain_text", "text": "Ana"}}
    )
    await used.world.slack.act("UYOU", view, ids.FORGET_MENU, mark)
    assert say("data.nobody") in words(used.modal)
    assert world.saved == 1


async def test_a_draft_of_somebody_forgotten_is_gone(used: Author, world: World, say: Language):
    """The buttons that are still in a message say so and bring nothing back."""
    message = used.from_the_app[-1]
    await used.presses(await forgets(used, "Ana"), ids.FORGET_SURE)
    await used.presses(message, ids.SENT)
    assert say("trouble.gone") in words(used.from_the_app[-1])
    assert world.saved == 1


async def test_nobody_forgets_for_another(used: Author, world: World, say: Language):
    """The mark of somebody else's acquaintance leads nowhere: it is looked up under one's own keys."""
    question = await forgets(used, "Ana")
    world.authors.add("UCOL")
    await world.slack.act("UCOL", question, ids.FORGET_SURE)
    assert world.saved == 3


# Delete everything


async def erases(author: Author) -> None:
    """Deletes everything, and says yes."""
    await author.presses(await opens(author), ids.ERASE)
    await author.presses(author.modal, ids.ERASE_SURE)


async def test_the_question_before_everything_says_what_will_go(used: Author, say: Language):
    """The numbers, and a red button."""
    await used.presses(await opens(used), ids.ERASE)
    said = words(used.modal)
    assert say.count("data.drafts", 3) in said
    assert element(used.modal, ids.ERASE_SURE)["style"] == "danger"
    assert used.world.saved == 3


@pytest.mark.at_scale
async def test_after_deleting_everything_no_key_is_left(used: Author, world: World, say: Language):
    """Also not of scripts, reminders, links and indexes, nor on the list of authors; Home is a welcome."""
    await asks_for(used, "json")
    await world.slack.close("UYOU", everything=True)
    world.redis.zadd(f"{TAG}:reminders", {"x": 1})
    assert len(keys_of(world.redis)) > 9
    await erases(used)
    assert keys_of(world.redis) == []
    assert list(world.redis.scan_iter("decline:export:*")) == []
    assert say("data.erased") in words(used.modal)
    assert say("welcome.start") in words(used.home)


async def test_others_stay(used: Author, world: World):
    """What another author keeps is not touched."""
    world.authors.add("UCOL")
    await Author(world, "UCOL", "CGENERAL").opens_home()
    other = Account(TEAM, "UCOL")
    before = {key: world.redis.dump(key) for key in keys_of(world.redis, other) if "authors" not in key}
    assert {key.rpartition(":")[2] for key in before} == {"profile", "pace"}
    await erases(used)
    assert {
        key: world.redis.dump(key) for key in keys_of(world.redis, other) if "authors" not in key
    } == before


@pytest.mark.at_scale
async def test_one_goes_on_afresh(used: Author, world: World):
    """The next draft is the first, and is kept."""
    await erases(used)
    await world.slack.close("UYOU", everything=True)
    assert draft(await used.drafts()).startswith("Hi Ana")
    assert world.saved == 1
    assert f"decline:{{{TEAM}}}:authors" in keys_of(world.redis)


async def test_deleting_twice_does_no_harm(used: Author, world: World, say: Language):
    """Two clicks do one thing, and what the first one said stays."""
    await used.presses(await opens(used), ids.ERASE)
    question = used.modal
    await asyncio.gather(used.presses(question, ids.ERASE_SURE), used.presses(question, ids.ERASE_SURE))
    assert keys_of(world.redis) == [] or keys_of(world.redis) == [
        f"{TAG}:profile",
        f"decline:{{{TEAM}}}:authors",
    ]
    assert say.count("data.drafts", 3) in words(used.modal)


# The store


@pytest.fixture
async def store(server, redis: Redis) -> AsyncIterator[tuple[History, Belongings, Links]]:
    """The stores on their own."""
    keys = Vault(["cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="])
    async with connect(server.url) as client:
        yield History(client, keys), Belongings(client, keys), Links(client, keys)


def made(number: int, catalogue, mark: str = "") -> tuple[Record, Person, Any]:
    """A draft for one of three people."""
    now = time.time() - 1000 + number / 1000
    name = f"Person {number % 3}"
    record = Record(
        id=f"draft{number}",
        person=mark or f"mark{number % 3}",
        name=name,
        user="",
        ask=f"ask{number}",
        situation=Situation.ONE_OFF,
        kind=None,
        script_id="decline_polite",
        language="en",
        tone="neutral",
        wording=1,
        text=f"No {number}.",
        created=now,
        changed=now,
        on=date(2026, 11, 1),
        outcome=Outcome.SENT,
    )
    return record, person(record), answer(record, catalogue["decline_polite"])


async def test_everything_is_read_once_and_in_order(store, catalogue, redis: Redis):
    """More than two batches of drafts, some of the same moment, come out oldest first and none twice."""
    history, belongings, _ = store
    for number in range(450):
        record, who, meant = made(number, catalogue)
        if number > 200:
            record = replace(record, created=made(200, catalogue)[0].created)
        await history.save(YOU, record, who, meant)
    read = [one.id async for one in belongings.drafts(YOU)]
    assert len(read) == len(set(read)) == 450
    assert read[:200] == [f"draft{number}" for number in range(200)]


async def test_what_is_deleted_meanwhile_moves_nothing(store, catalogue):
    """Drafts that go while they are read do not make others be passed over."""
    history, belongings, _ = store
    for number in range(450):
        await history.save(YOU, *made(number, catalogue))
    seen = []
    async for one in belongings.drafts(YOU):
        seen.append(one.id)
        if len(seen) == 10:
            for number in range(100):
                await history.delete(YOU, made(number, catalogue)[0])
    assert {f"draft{number}" for number in range(200, 450)} <= set(seen)


async def test_what_is_saved_while_all_is_deleted_is_whole_or_gone(store, catalogue, redis: Redis):
    """Nothing is left behind half: a draft is with its index and its person, or none of them is there."""
    history, belongings, _ = store
    for number in range(60):
        await history.save(YOU, *made(number, catalogue))

    async def go_on() -> None:
        for number in range(60, 160):
            await history.save(YOU, *made(number, catalogue))
            await asyncio.sleep(0.002)

    under_way = asyncio.create_task(go_on())
    for _ in range(5):
        with suppress(AwayError):  # too much is going on to delete all of it now
            await belongings.erase(YOU)
    await under_way
    listed = {one.decode() for one in redis.zrange(f"{TAG}:drafts", 0, -1)}
    stored = {one.decode().rsplit(":", 1)[1] for one in redis.scan_iter(f"{TAG}:draft:*")}
    told = {one.decode() for key in redis.scan_iter(f"{TAG}:person:*") for one in redis.hkeys(key)} - {
        "about"
    }
    assert listed == stored == told
    await belongings.erase(YOU)
    assert keys_of(redis) == []


async def test_many_drafts_go_some_at_a_time(store, catalogue, redis: Redis, monkeypatch: pytest.MonkeyPatch):
    """Those of long ago go in batches before the rest, and all are gone and counted."""
    monkeypatch.setattr("bot.stores.erasure._AT_ONCE", 5)
    monkeypatch.setattr("bot.stores.erasure._BATCH", 7)
    history, belongings, _ = store
    for number in range(30):
        await history.save(YOU, *made(number, catalogue))
    before = len(keys_of(redis))
    assert before > 30 + 3 + 2
    assert await belongings.erase(YOU) == before
    assert keys_of(redis) == []


async def test_deleting_and_forgetting_nothing_is_no_error(store, redis: Redis):
    """Who has nothing loses nothing."""
    _, belongings, _ = store
    assert (await belongings.erase(YOU), await belongings.forget(YOU, "nobody")) == (0, 0)
    assert await belongings.requester(YOU, "nobody") is None
    assert await belongings.counts(YOU) == Counts()


async def test_tenants_are_apart(store, catalogue, redis: Redis):
    """The same user id in another workspace is somebody else."""
    history, belongings, _ = store
    elsewhere = Account("T0OTHER", "UYOU")
    await history.save(YOU, *made(1, catalogue))
    await history.save(elsewhere, *made(1, catalogue))
    await belongings.erase(YOU)
    assert [one.id async for one in belongings.drafts(elsewhere)] == ["draft1"]
    assert await belongings.forget(YOU, "mark1") == 0
    assert (await belongings.requester(elsewhere, "mark1"))[0].drafts == 1


async def test_a_link_is_one_author_s(store):
    """What it leads to is what it was made for, and stays so."""
    _, _, links = store
    wanted = Wanted(TEAM, "UYOU", "json", "en")
    token = await links.make(wanted)
    found = await links.open(token, "")
    assert (found.state, found.wanted) == (State.BOUND, wanted)
    assert (await links.take(token, "another")).state is State.OTHER
    assert (await links.take(token, found.cookie)).wanted == wanted
    assert (await links.take(token, found.cookie)).state is State.GONE
