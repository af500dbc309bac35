"""The public pages under abuse: odd paths, headers, methods, cookies and queries change nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from yarl import URL

from bot.web.data import COOKIE as DATA_COOKIE
from bot.web.installing import COOKIE as INSTALL_COOKIE
from tests.admin import Admin, admin_of
from tests.conftest import World
from tests.test_data import asks_for

PAGES = ("/", "/privacy", "/support", "/slack/install", "/slack/oauth_redirect", "/data/x", "/nowhere")
FOR_MACHINES = ("/healthz", "/readyz", "/robots.txt", "/favicon.ico", "/pages/pages.css", "/slack/events")
EVERYWHERE = (*PAGES, *FOR_MACHINES)
METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "POST", "CONNECT", "BREW")


@dataclass
class Answer:
    """What came back, byte by byte."""

    raw: bytes

    @property
    def status(self) -> int:
        """The number in the first line."""
        return int(self.raw.split(b" ", 2)[1])

    @property
    def headers(self) -> dict[str, str]:
        """The headers by their names in lower case."""
        lines = self.raw.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    @property
    def body(self) -> bytes:
        """What follows them."""
        return self.raw.partition(b"\r\n\r\n")[2]


async def says(world: World, line: bytes, *headers: bytes, body: bytes = b"") -> Answer:
    """Say something to the app as it stands, without a client that would put it right."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.app.port)
    given = headers if any(one.lower().startswith(b"host:") for one in headers) else (b"Host: x", *headers)
    writer.write(b"\r\n".join([line, *given, b"Connection: close", b"", body]))
    await writer.drain()
    try:
        return Answer(await asyncio.wait_for(reader.read(), 5))
    finally:
        writer.close()


@pytest.fixture
async def eva(market: World) -> AsyncIterator[Admin]:
    """An admin with a browser."""
    async with admin_of(market) as admin:
        yield admin


# paths


PATHS = [
    b"/../../../etc/passwd",
    b"/pages/../../bot/config.py",
    b"/pages/..%2f..%2fbase.html",
    b"/pages/%2e%2e/base.html",
    b"/pages/%252e%252e%252fbase.html",
    b"/pages/base.html",
    b"/pages/pages.css%00.html",
    b"/pages/pages.css/",
    b"/pages//pages.css",
    b"//evil.example/%2f..",
    b"///evil.example",
    b"/\\evil.example",
    b"/.env",
    b"/.git/config",
    b"/;/privacy",
    b"/privacy;x",
    b"/PRIVACY",
    b"/data/",
    b"/data/../privacy/x",
    b"/data/%00",
    b"/data/%ff%fe",
    b"/data/" + b"A" * 6000,
    b"/slack/events/x",
    b"/metrics",
    b"/metrics/",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:32].decode())
async def test_an_odd_path_leads_nowhere(world, log, path):
    """No path leads to a file, to another host, or to an error of ours."""
    answer = await says(world, b"GET " + path + b" HTTP/1.1", b"Accept: text/html")

    assert answer.status in {400, 404}
    assert "location" not in answer.headers
    assert log == []


@pytest.mark.parametrize("path", [b"http://evil.example/privacy", b"http://evil.example:80/nowhere", b"*"])
async def test_an_absolute_address_is_not_followed(world, path):
    """Whoever takes the app for a proxy gets our own page, or none."""
    answer = await says(world, b"GET " + path + b" HTTP/1.1")

    assert answer.status in {200, 400, 404}
    assert b"evil.example" not in answer.raw


# headers


LIES = [
    b"Host: evil.example",
    b"Host: evil.example:443\r\nX-Forwarded-Host: evil.example",
    b"X-Forwarded-Host: evil.example",
    b"X-Forwarded-Proto: https",
    b"X-Forwarded-For: 127.0.0.1",
    b"Forwarded: for=127.0.0.1;host=evil.example;proto=https",
    b"X-Original-URL: /metrics",
    b"X-Rewrite-URL: /metrics",
    b"X-HTTP-Method-Override: DELETE",
    b"X-Method-Override: POST",
    b"Referer: https://evil.example/",
    b"Origin: https://evil.example",
]


@pytest.mark.parametrize("path", ["/", "/slack/oauth_redirect", "/nowhere"])
async def test_what_a_header_claims_changes_no_page(world, path):
    """A page is made from settings alone: no header goes into a link, a redirect or a rule."""
    line = f"GET {path} HTTP/1.1".encode()
    usual = await says(world, line, b"Accept: text/html")
    for header in LIES:
        answer = await says(world, line, b"Accept: text/html", header)
        assert (answer.status, answer.body) == (usual.status, usual.body), header
        assert "access-control-allow-origin" not in answer.headers


async def test_the_way_to_slack_is_not_for_a_header_to_say(market):
    """Where Slack sends somebody back to is the address of the settings."""
    for header in LIES:
        answer = await says(market, b"GET /slack/install HTTP/1.1", header)
        back = URL(answer.headers["location"]).query["redirect_uri"]
        assert answer.status == 302
        assert back == f"http://127.0.0.1:{market.app.port}/slack/oauth_redirect", header


@pytest.mark.parametrize(
    "header",
    [
        b"X: " + b"a" * 70_000,
        b"\r\n".join(b"X%d: a" % n for n in range(40_000)),
        b"Cookie: " + b"a=b; " * 10_000,
        b"X : a",
        b"X: a\x00b",
        b" folded: a",
        b"\xff: a",
    ],
    ids=lambda header: header[:12].decode("latin-1"),
)
async def test_headers_that_are_too_much_are_refused(world, header):
    """Too long, too many or malformed: 400, and the connection ends."""
    try:
        answer = await says(world, b"GET / HTTP/1.1", header)
    except ConnectionResetError:  # it did not even wait for the end
        return
    assert answer.status == 400


async def test_a_query_that_is_too_long_is_refused(world):
    """An address has an end."""
    answer = await says(world, b"GET /?lang=" + b"n" * 70_000 + b" HTTP/1.1")

    assert answer.status == 400


@pytest.mark.parametrize(
    "query",
    [
        b"lang=%00",
        b"lang=%ff",
        b"lang=../../x",
        b"lang=<script>",
        b"lang=en&" * 900,
        b"lang[]=nl",
        b"%=%&=&&",
    ],
    ids=lambda query: query[:16].decode(),
)
async def test_a_query_chooses_a_language_or_nothing(world, log, query):
    """The page is there in one of its languages, whatever is asked for, and repeats none of it."""
    answer = await says(world, b"GET /privacy?" + query + b" HTTP/1.1")

    assert (answer.status, answer.headers["content-language"]) == (200, "en")
    assert b"<script" not in answer.body
    assert log == []


# methods


@pytest.mark.parametrize("method", METHODS)
async def test_a_method_that_a_page_does_not_have_is_refused(world, log, method):
    """Only GET and HEAD read, only POST posts; nothing is repeated to whoever traces."""
    for path in EVERYWHERE:
        line = f"{method} {path} HTTP/1.1".encode()
        answer = await says(world, line, b"Cookie: secret=1", b"Content-Length: 0")
        reads = method in {"GET", "HEAD"} and path not in {"/slack/events", "/nowhere"}
        assert answer.status < 500, (method, path)
        assert reads or answer.status >= 400, (method, path, answer.status)
        assert b"secret=1" not in answer.raw
        assert answer.headers.get("allow") is None or method not in answer.headers["allow"].split(",")
    assert log == []


async def test_looking_at_a_link_without_opening_it_binds_nothing(world, robin):
    """HEAD, as from a program that looks at links in messages, does not use a link up."""
    url = URL(await asks_for(robin, "json"))
    for method in ("HEAD", "OPTIONS", "PUT"):
        answer = await says(world, f"{method} {url.path} HTTP/1.1".encode(), b"Content-Length: 0")
        assert (answer.status, "set-cookie" in answer.headers) == (405, False)
    opened = await says(world, f"GET {url.path} HTTP/1.1".encode())

    assert (opened.status, "set-cookie" in opened.headers) == (200, True)


async def test_a_download_is_not_started_from_another_site(world, robin):
    """The cookie of a link is sent by no other site's form, and without it nothing is downloaded."""
    url = URL(await asks_for(robin, "json"))
    opened = await says(world, f"GET {url.path} HTTP/1.1".encode())
    posted = await says(world, f"POST {url.path} HTTP/1.1".encode(), b"Content-Length: 0")

    assert "SameSite=Strict" in opened.headers["set-cookie"]
    assert posted.status == 403


# cookies


async def test_the_cookies_cannot_be_set_by_another_host(market, eva):
    """Their names make browsers hold them to it: only over https, only from here, only for this path."""
    async with eva.session.get(eva.ours + "/slack/install", allow_redirects=False) as answer:
        (install,) = answer.headers.getall("Set-Cookie")

    assert INSTALL_COOKIE.startswith("__Host-")
    assert DATA_COOKIE.startswith("__Secure-")
    value, *flags = install.split("; ")
    assert re.fullmatch(INSTALL_COOKIE + "=[A-Za-z0-9_-]{43}", value)
    assert sorted(flags) == ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax", "Secure"]


@pytest.mark.parametrize(
    "cookie",
    [
        b"\xff\xfe",
        b"x" * 43,
        b"A" * 42,
        b"A" * 44,
        b'"; Path=/',
        b"A" * 43 + b"; " + INSTALL_COOKIE.encode() + b"=" + b"B" * 43,
        b"%s",
        b"",
    ],
    ids=lambda cookie: cookie[:10].decode("latin-1"),
)
async def test_a_cookie_of_ones_own_making_installs_nothing(market, eva, log, cookie):
    """A state that was made for one browser is refused in any other, whatever its cookie looks like."""
    back = await eva.answers(await eva.begins(), "allow", "T0NORTH")
    line = f"GET {back.raw_path_qs} HTTP/1.1".encode()
    answer = await says(market, line, b"Cookie: " + INSTALL_COOKIE.encode() + b"=" + cookie)

    assert answer.status == 400
    assert market.slack.installed("T0NORTH") is None or not market.redis.exists("decline:{T0NORTH}:workspace")
    assert [one for one in log if one["log_level"] == "error"] == []


async def test_a_browser_keeps_its_cookie(market, eva):
    """A second attempt does not replace what the first one is bound to; what is no cookie of ours is."""
    await eva.begins()
    first = eva.state
    await eva.begins()
    kept = eva.state
    not_ours = f"Cookie: {INSTALL_COOKIE}=odd".encode()
    odd = await says(market, b"GET /slack/install HTTP/1.1", not_ours)

    assert first == kept
    assert "=odd" not in odd.headers["set-cookie"]


@pytest.mark.parametrize("state", ["", ".", "x.y", "%ff", "%00", "A" * 5000, "%ED%A0%80", "decline"])
async def test_a_state_of_any_shape_is_refused(market, eva, log, state):
    """What comes back is a state of ours for this browser, or nothing."""
    await eva.begins()
    cookie = f"Cookie: {INSTALL_COOKIE}={eva.state}".encode()
    answer = await says(market, f"GET /slack/oauth_redirect?code=1&state={state} HTTP/1.1".encode(), cookie)

    assert answer.status == 400
    assert [one for one in log if one["log_level"] == "error"] == []


@pytest.mark.parametrize("cookie", [b"\xff\xfe", b"x", b"A" * 43, b'"', b"A" * 7000])
async def test_a_cookie_of_any_bytes_opens_no_link(world, robin, log, cookie):
    """It is another browser's, and no error."""
    url = URL(await asks_for(robin, "json"))
    await says(world, f"GET {url.path} HTTP/1.1".encode())
    line = f"GET {url.path} HTTP/1.1".encode()
    answer = await says(world, line, b"Cookie: " + DATA_COOKIE.encode() + b"=" + cookie)

    assert answer.status == 403
    assert log == []


# where one is sent to


@pytest.mark.parametrize(
    "query",
    [
        "next=https://evil.example",
        "redirect_uri=https://evil.example",
        "team=T1%26client_id=1",
        "state=x",
    ],
)
async def test_nobody_is_sent_elsewhere(market, query):
    """What is in the address does not change where Add to Slack leads, nor what is asked for there."""
    plain = URL((await says(market, b"GET /slack/install HTTP/1.1")).headers["location"])
    asked = await says(market, f"GET /slack/install?{query} HTTP/1.1".encode())
    leads = URL(asked.headers["location"])

    assert leads.with_query(None) == plain.with_query(None)
    assert {name for name in plain.query if plain.query[name] != leads.query[name]} == {"state"}
    assert leads.query.keys() == plain.query.keys()


async def test_no_page_redirects(world):
    """The only way off the site is the one to Slack."""
    for path in PAGES:
        for tail in ("", "/", "//", "?next=//evil.example"):
            answer = await says(world, f"GET {path}{tail} HTTP/1.1".encode())
            assert answer.status not in range(300, 400), path


# what every answer says


async def test_every_answer_has_the_strict_headers(market):
    """Pages, files, refusals and what machines ask for: nothing may frame, sniff or run them."""
    for method in ("GET", "POST", "PUT"):
        for path in EVERYWHERE:
            line = f"{method} {path} HTTP/1.1".encode()
            answer = await says(market, line, b"Accept: text/html", b"Content-Length: 0")
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy, (method, path)
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert "script-src" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cross-origin-opener-policy"] == "same-origin"
            assert answer.headers["server"] == "Decline"


async def test_a_flood_of_attempts_to_install_fills_nothing(market, monkeypatch):
    """Anybody can begin one; Redis keeps the latest so many, and no more."""
    monkeypatch.setattr("bot.stores.installations._MOST_STATES", 20)
    for _ in range(30):
        await says(market, b"GET /slack/install HTTP/1.1")

    assert market.redis.zcard("decline:states") == 20


async def test_whoever_sends_slowly_holds_up_nobody(world):
    """A connection that never finishes its request keeps no other from being answered."""
    slow = [await asyncio.open_connection("127.0.0.1", world.app.port) for _ in range(50)]
    for _, writer in slow:
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na")
    answer = await says(world, b"GET /healthz HTTP/1.1")
    for _, writer in slow:
        writer.close()

    assert answer.status == 200
