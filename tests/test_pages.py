"""The public pages, over HTTP: what they say, in which language, and how they are sent."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.catalogue import Catalogue
from bot.checks import SCOPES
from bot.drafting import Request, compose
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.web.headers import FOR_MACHINES, strict
from bot.web.pages import FILES, PAGES, REASONS, About, Pages
from bot.web.site import EVENTS_PATH

CODES = ("en", "nl", "nb")
PUBLIC = ("/", "/privacy", "/support")
LARGEST_PAGE = 60_000
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = '<script>alert(1)</script> & "Co" {0.__class__} {{ 7*7 }}'
VOID = {"meta", "link", "img"}
SECRET = "what somebody wrote"

OURS = About("https://decline.example", "help@decline.example", 180, installable=True)
SINGLE = About("", "", 30, installable=False)


def pages_of(languages: Languages, about: About) -> Pages:
    """The pages of one copy of the app."""
    return Pages.load(TEMPLATES / "pages", languages, about)


@pytest.fixture(scope="module")
def ours(languages: Languages) -> Pages:
    """The pages of an app that anybody can add."""
    return pages_of(languages, OURS)


@pytest.fixture(scope="module")
def single(languages: Languages) -> Pages:
    """The pages of an app for one workspace, with no address to write to."""
    return pages_of(languages, SINGLE)


def build(pages: Pages, https: bool) -> web.Application:
    """A small site: the pages, and addresses that answer or fail as those of the app do."""

    async def installed(request: web.Request) -> web.Response:
        text = pages.installed(
            pages.language_of(request), workspace="Acme", open_url="https://slack.com/app_redirect?app=A1"
        )
        return web.Response(text=text, content_type="text/html")

    async def refused(request: web.Request) -> web.Response:
        text = pages.refused(pages.language_of(request), request.query.get("error", "storage_error"))
        return web.Response(status=500, text=text, content_type="text/html")

    async def fails(_: web.Request) -> web.Response:
        raise RuntimeError(SECRET)

    async def bare(_: web.Request) -> web.Response:
        return web.Response(status=404, text="bare")

    async def ok(_: web.Request) -> web.Response:
        return web.json_response({"app": "ok"})

    site = web.Application(middlewares=[strict(https)])
    site[PAGES] = pages
    site.add_routes(pages.routes())
    site.add_routes([web.get("/installed", installed), web.get("/refused", refused)])
    site.add_routes([web.get("/fails", fails), web.get("/bare", bare), web.get("/healthz", ok)])
    site.add_routes([web.post(EVENTS_PATH, fails), web.get("/readyz", fails)])
    return site


@pytest.fixture
async def client(ours: Pages) -> AsyncIterator[TestClient]:
    """Somebody who visits the site over https."""
    async with TestClient(TestServer(build(ours, https=True), access_log=None)) as made:
        yield made


class Document(HTMLParser):
    """What a test looks at in a page; raises AssertionError for a tag that is not closed in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that the tag was the last to be opened."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note what people read."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """All that people read, in one line."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, attribute: str) -> list[str]:
        """An attribute of every tag that has it."""
        return [
            attributes[attribute] for name, attributes in self.tags if name == tag and attribute in attributes
        ]


def every_page(pages: Pages, code: str) -> dict[str, str]:
    """All pages in one language, by name."""
    drawn = {
        "landing": pages.landing(code),
        "privacy": pages.privacy(code),
        "support": pages.support(code),
        "installed": pages.installed(code, workspace="Acme", open_url="slack://app?team=T1&id=A1"),
        "missing": pages.missing(code),
        "broken": pages.broken(code),
    }
    return drawn | {one: pages.refused(code, one, scopes=sorted(SCOPES)) for one in (*REASONS, "else_where")}


async def document(response: ClientResponse) -> Document:
    """A page that was answered."""
    return Document(await response.text())


# what they say


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("copy", ["ours", "single"])
def test_every_page_is_whole_in_every_language(request, languages: Languages, code: str, copy: str):
    """Tags are closed, the language is named, and no key and no place is left in what people read."""
    for name, text in every_page(request.getfixturevalue(copy), code).items():
        page = Document(text)
        assert ("html", {"lang": code}) in page.tags, name
        assert re.findall(r"pages\.[a-z_]+|[{}]|&(?:amp|lt|gt|#)|\bNone\b", page.text) == [], name


@pytest.mark.parametrize("code", CODES)
def test_every_page_can_be_read_aloud(ours: Pages, code: str):
    """Each has a title, one main heading, headings that skip no level, ids that occur once."""
    for name, text in every_page(ours, code).items():
        page = Document(text)
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        ids = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
        assert levels.count(1) == 1, name
        assert levels[0] == 1, name
        assert all(after - before <= 1 for before, after in pairwise(levels)), name
        assert set(ids.values()) <= {1}, name
        assert len(re.search(r"<title>(.*)</title>", text)[1]) > len("· Decline"), name
        assert all("alt" in attributes for tag, attributes in page.tags if tag == "img"), name


@pytest.mark.parametrize("code", CODES)
def test_the_picture_shows_what_the_app_writes(
    ours: Pages, catalogue: Catalogue, languages: Languages, code: str
):
    """The draft on the landing page is one that its script makes, under the headline it has in Slack."""
    script = catalogue["decline_introduction"]
    examples, words = script.examples(code), script.words[code]
    details = {one: examples[one] for one in ("target", "answer_myself")}
    draft = compose(
        Request(script, code, words.example_name, date(2027, 1, 1), tone="neutral", details=details)
    )
    text = Document(ours.landing(code)).text

    assert " ".join(draft.text.split()) in text
    assert languages[code]("draft.for_message", name=words.example_name, script=words.title) in text


def test_the_landing_page_names_the_permissions_that_are_asked_for(ours: Pages):
    """They are those of the app, no more and no fewer."""
    named = re.findall(r"<dt><code>([a-z:]+)</code></dt>", ours.landing("en"))

    assert sorted(named) == sorted(SCOPES)


def test_only_an_app_that_can_be_added_offers_it(ours: Pages, single: Pages):
    """A copy for one workspace says so, and has no link to install it."""
    for code in CODES:
        assert "/slack/install" in Document(ours.landing(code)).all("a", "href")
        for name, text in every_page(single, code).items():
            assert "/slack/install" not in text, name
    assert "serves one workspace" in Document(single.landing("en")).text


@pytest.mark.parametrize("code", CODES)
def test_privacy_states_the_retention_it_is_given(ours: Pages, single: Pages, code: str):
    """The days on the privacy and the landing page are those of this copy."""
    for pages, days, other in ((ours, "180", "30"), (single, "30", "180")):
        for text in (Document(pages.privacy(code)).text, Document(pages.landing(code)).text):
            assert re.search(rf"\b{days} (days|dagen|dager)\b", text)
            assert not re.search(rf"\b{other}\b", text)


@pytest.mark.parametrize("code", CODES)
def test_support_names_whom_to_write_to(ours: Pages, single: Pages, languages: Languages, code: str):
    """The address is a link; without one it is an admin of the workspace, and nobody's time is promised."""
    for text in (ours.support(code), ours.privacy(code)):
        assert Document(text).all("a", "href").count("mailto:help@decline.example") >= 2
    for text in (single.support(code), single.privacy(code)):
        assert "mailto:" not in text
        assert languages[code]("pages.admin") in Document(text).text
    assert languages[code]("pages.support.days") in Document(ours.support(code)).text
    assert languages[code]("pages.support.days") not in Document(single.support(code)).text


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_its_own_words(ours: Pages, code: str):
    """Each failed installation is explained in words that no other has, with its code for whoever helps."""
    said = {reason: Document(ours.refused(code, reason)).text.replace(reason, "") for reason in REASONS}
    said["unknown"] = Document(ours.refused(code, "org_login_required")).text

    assert len(set(said.values())) == len(REASONS) + 1
    for reason in REASONS:
        assert f"<code>{reason}</code>" in ours.refused(code, reason)


def test_missing_permissions_are_named_with_what_they_are_for(ours: Pages):
    """Those that were not given, and no others."""
    text = ours.refused("en", "missing_scopes", scopes=["users:read"])

    assert re.findall(r"<dt><code>([a-z:]+)</code></dt>", text) == ["users:read"]
    assert "so that the draft greets the right person" in text


def test_starting_again_is_offered_only_where_it_can_help(ours: Pages):
    """Where nothing can be added, no link leads to adding it."""
    assert "/slack/install" in ours.refused("en", "invalid_state")
    assert "/slack/install" not in ours.refused("en", "not_installable")


# what comes from elsewhere


@pytest.mark.parametrize("code", CODES)
def test_a_workspace_s_name_is_only_a_name(ours: Pages, code: str):
    """Tags and places in it are shown as they are."""
    text = ours.installed(code, workspace=HOSTILE, open_url="https://slack.com/")

    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "{0.__class__} {{ 7*7 }}" in Document(text).text


@pytest.mark.parametrize("open_url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", ""])
def test_the_app_is_opened_at_slack_s_addresses_only(ours: Pages, open_url: str):
    """Any other kind of link is left out."""
    page = Document(ours.installed("en", workspace="Acme", open_url=open_url))

    assert [href for href in page.all("a", "href") if not href.startswith("/")] == []


@pytest.mark.parametrize(
    "reason",
    [
        *("<script>alert(1)</script>", "Call 555 now", "access_denied\n", "ACCESS_DENIED", "a" * 41, ""),
        *("{0}", "é", "unknown<", "../x", "%3Cb%3E"),
    ],
)
async def test_a_reason_that_is_no_code_of_slack_s_is_not_echoed(client: TestClient, reason: str):
    """Whatever the address bar says, the page shows it only if it looks like a code."""
    response = await client.get("/refused", params={"error": reason})
    text = await response.text()

    assert "Slack stopped the installation" in text
    assert "<script" not in text
    assert "For whoever helps you" not in text
    assert not reason.strip() or reason not in Document(text).text


async def test_a_reason_that_we_do_not_know_is_shown_as_a_code(client: TestClient):
    """It helps whoever is asked for help."""
    text = await (await client.get("/refused?error=org_login_required")).text()

    assert "<code>org_login_required</code>" in text


def test_an_address_to_write_to_is_only_an_address(languages: Languages):
    """A setting with markup in it stays text."""
    pages = pages_of(languages, About("", '"><script>x</script>@decline.example', 1, installable=True))

    assert "<script" not in pages.support("en") + pages.privacy("en")


# which language


@pytest.mark.parametrize(
    ("query", "accepted", "code"),
    [
        ("", "", "en"),
        ("", "nl", "nl"),
        ("", "nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("", "en-US,en;q=0.9,nl;q=0.8", "en"),
        ("", "en;q=0.4, nl;q=0.6, nb;q=0.9", "nb"),
        ("", "no", "nb"),
        ("", "nn-NO,en;q=0.5", "nb"),
        ("", "nb-NO", "nb"),
        ("", "fr-FR,fr;q=0.9,nl;q=0.2", "nl"),
        ("", "nl;q=0,nb;q=0.1", "nb"),
        ("", "de, *", "en"),
        ("", "nl;q=abc, nb;q=2, ;;, =", "en"),
        ("", "NL ; q=0.5", "nl"),
        ("", ",".join(["x-y;q=0.1"] * 500), "en"),
        ("nl", "nb", "nl"),
        ("no", "nl", "nb"),
        ("fr", "nl", "nl"),
        ("", "\u0661", "en"),
        ("<script>", "nb", "nb"),
    ],
)
async def test_the_language_is_that_of_the_address_or_else_of_the_browser(
    client: TestClient, query: str, accepted: str, code: str
):
    """A choice in the address wins, then the most wanted language that is spoken here, then English."""
    response = await client.get("/", params={"lang": query}, headers={"Accept-Language": accepted})

    assert ("html", {"lang": code}) in (await document(response)).tags
    assert response.headers["Content-Language"] == code


async def test_pages_can_be_read_in_each_language_by_a_link(client: TestClient):
    """Every public page, and one that does not exist, links to itself in all three languages."""
    for path in (*PUBLIC, "/nowhere"):
        page = await document(await client.get(path, headers=BROWSER))
        links = [attributes for tag, attributes in page.tags if tag == "a" and "hreflang" in attributes]
        assert [one["lang"] for one in links] == ["en", "nl", "nb"]
        for one in links:
            again = await document(
                await client.get(path + one["href"][one["href"].index("?") :], headers=BROWSER)
            )
            assert ("html", {"lang": one["lang"]}) in again.tags


@pytest.mark.parametrize("code", CODES)
async def test_every_link_leads_somewhere_in_the_same_language(client: TestClient, ours: Pages, code: str):
    """No link of our own is dead, and none loses the language; a place within a page exists."""
    for name, text in every_page(ours, code).items():
        page = Document(text)
        for tag, attributes in page.tags:
            href = attributes.get("href", "")
            if (
                tag == "a"
                and href.startswith("/")
                and href != "/slack/install"
                and "hreflang" not in attributes
            ):
                assert href.endswith(f"?lang={code}"), name
                response = await client.get(href)
                assert response.status == 200
                assert response.headers["Content-Language"] == code
            if href.startswith("#"):
                assert href[1:] in [one.get("id") for _, one in page.tags], name


async def test_every_page_has_the_same_footer(client: TestClient, ours: Pages):
    """It leads to what the app is, to privacy and to help."""
    for name, text in every_page(ours, "en").items():
        footer = Document(text[text.index("<footer") : text.index("</footer>") + len("</footer>")])
        assert footer.all("a", "href") == ["/?lang=en", "/privacy?lang=en", "/support?lang=en"], name


# what they load


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_loaded_from_elsewhere_and_nothing_is_run(ours: Pages, code: str):
    """Styles and pictures are our own, and there is no script, no inline style and no form."""
    for name, text in every_page(ours, code).items():
        for tag, attributes in Document(text).tags:
            assert tag not in {"script", "style", "iframe", "object", "form", "base"}, name
            assert [one for one in attributes if one.startswith("on") or one in {"style", "srcset"}] == [], (
                name
            )
            if "src" in attributes or attributes.get("rel") in {"stylesheet", "icon"}:
                assert re.fullmatch(
                    r"/pages/[a-z.]+\?v=[0-9a-f]{16}", attributes.get("src") or attributes["href"]
                )


def test_the_styles_load_nothing():
    """No import, no font and no picture."""
    css = (TEMPLATES / "pages" / "pages.css").read_text(encoding="utf-8")

    assert re.findall(r"@import|url\(|@font-face|expression", css) == []


def test_pages_are_small(ours: Pages):
    """A page and its styles stay below 60 kB."""
    css = len((TEMPLATES / "pages" / "pages.css").read_bytes())

    for code in CODES:
        for name, text in every_page(ours, code).items():
            assert len(text.encode()) + css < LARGEST_PAGE, name


async def test_a_file_is_kept_for_good_under_its_hash(client: TestClient):
    """What a page links to never changes; the same file under another address is asked for again."""
    page = await document(await client.get("/"))
    for href in [*page.all("img", "src"), *page.all("link", "href")]:
        if href.startswith("/pages/"):
            exact = await client.get(href)
            assert exact.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert exact.content_type == FILES[href[len("/pages/") : href.index("?")]]
            stale = await client.get(href[:-1] + "x")
            assert stale.headers["Cache-Control"] == "public, max-age=300"


async def test_a_file_that_a_browser_has_is_not_sent_again(client: TestClient):
    """An ETag that still holds is answered with 304 and no body; one that does not, with the file."""
    first = await client.get("/pages/pages.css")
    same = await client.get("/pages/pages.css", headers={"If-None-Match": first.headers["ETag"]})
    other = await client.get("/pages/pages.css", headers={"If-None-Match": '"another"'})

    assert (same.status, await same.read()) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    assert (other.status, await other.read()) == (200, await first.read())


@pytest.mark.parametrize(
    "target",
    [
        *("/pages/", "/pages", "/pages/landing.html", "/pages/base.html", "/pages/nothing.css"),
        *("/pages/..%2flocales%2fen.po", "/pages/../locales/en.po", "/pages/%2e%2e/locales/en.po"),
        *("/pages/..%5clocales%5cen.po", "/pages/%2fetc%2fpasswd", "/pages//etc/passwd"),
        *("/pages/pages.css/", "/pages/pages.css%00", "/pages/./pages.css%2f..", "/pages/PAGES.CSS"),
        *("/pages/..%252flocales%252fen.po", "/pages/pages.css/../base.html"),
    ],
)
async def test_no_path_leads_to_another_file(client: TestClient, target: str):
    """Only the files that are listed by name are served, however the path is written."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert re.match(rb"HTTP/1\.1 40[04] ", answer)
    assert b"msgid" not in answer
    assert b"root:" not in answer


async def test_a_robot_is_told_to_leave_slack_s_addresses_alone(client: TestClient):
    """The pages may be found, adding the app may not be tried."""
    response = await client.get("/robots.txt")

    assert await response.text() == "User-agent: *\nDisallow: /slack/\n"
    assert response.content_type == "text/plain"


async def test_an_icon_is_where_browsers_look_for_it(client: TestClient):
    """Also for a page that does not name one."""
    response = await client.get("/favicon.ico")

    assert (response.status, response.content_type) == (200, "image/svg+xml")


# how they are sent

ANSWERS = (*PUBLIC, "/installed", "/refused", "/nowhere", "/fails", "/bare", "/healthz", "/readyz")
FILES_TOO = ("/pages/pages.css", "/pages/decline.svg", "/favicon.ico", "/robots.txt", EVENTS_PATH)


@pytest.mark.parametrize("accept", [BROWSER, {}], ids=["browser", "machine"])
@pytest.mark.parametrize("path", [*ANSWERS, *FILES_TOO])
async def test_every_answer_has_the_headers(client: TestClient, path: str, accept: dict[str, str]):
    """Whatever the address and the status, nothing may be run, framed, guessed at or told to others."""
    headers = (await client.get(path, headers=accept)).headers
    policy = dict(one.strip().split(" ", 1) for one in headers["Content-Security-Policy"].split(";"))

    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers.getall("Server") == ["Decline"]
    assert "Cache-Control" in headers


async def test_plain_http_is_not_told_to_become_https(ours: Pages):
    """On this machine, without https, nobody is locked out for a year."""
    async with TestClient(TestServer(build(ours, https=False), access_log=None)) as plain:
        assert "Strict-Transport-Security" not in (await plain.get("/")).headers


async def test_pages_depend_on_the_language_and_are_kept_for_minutes(client: TestClient):
    """A cache in between gives nobody another's language."""
    for path in PUBLIC:
        headers = (await client.get(path)).headers
        assert headers["Vary"] == "Accept-Language"
        assert headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("path", ["/installed", "/refused", "/nowhere", "/fails", "/healthz"])
async def test_a_result_is_never_kept(client: TestClient, path: str):
    """How an installation went, or what failed, is not shown again from a cache."""
    assert (await client.get(path, headers=BROWSER)).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/nowhere", 404, "missing"),
        ("/bare", 404, "missing"),
        ("/pages/nothing.css", 404, "missing"),
        ("/fails", 500, "broken"),
    ],
)
@pytest.mark.parametrize("code", CODES)
async def test_a_person_reads_a_page_about_what_went_wrong(
    client: TestClient, languages: Languages, path: str, status: int, heading: str, code: str
):
    """A browser is answered in its language and with the status it would have had."""
    response = await client.get(path, headers={**BROWSER, "Accept-Language": code})

    assert response.status == status
    assert languages[code](f"pages.{heading}.title") in (await document(response)).text


async def test_a_person_who_posts_to_a_page_reads_one(client: TestClient):
    """The methods that work are still named."""
    response = await client.post("/privacy", headers=BROWSER)

    assert response.status == 405
    assert response.headers["Allow"] == "GET,HEAD"
    assert "There is nothing here" in await response.text()


@pytest.mark.parametrize("path", ["/nowhere", "/fails", "/bare"])
async def test_a_program_gets_a_bare_answer(client: TestClient, path: str):
    """Who does not ask for HTML is not sent any."""
    response = await client.get(path, headers={"Accept": "application/json"})

    assert response.status in {404, 500}
    assert response.content_type == "text/plain"


@pytest.mark.parametrize("path", sorted(FOR_MACHINES))
async def test_what_machines_ask_for_is_left_alone(client: TestClient, path: str):
    """Not even a browser is shown a page there."""
    response = await client.get(path, headers=BROWSER)

    assert response.content_type != "text/html"


def test_slack_s_address_is_one_for_machines():
    """The list has the address that the site has."""
    assert EVENTS_PATH in FOR_MACHINES


async def test_a_page_of_somebody_s_own_is_not_replaced(client: TestClient):
    """A failed installation answers 500 with a page that says why, and that page stays."""
    response = await client.get("/refused", headers=BROWSER)

    assert response.status == 500
    assert "couldn't be saved" in (await document(response)).text
    assert response.headers["Content-Language"] == "en"


async def test_what_fails_is_logged_without_what_somebody_wrote(client: TestClient, log):
    """The log has the kind of error, and neither log nor page has its message."""
    text = await (await client.get("/fails", headers=BROWSER)).text()

    assert log == [{"event": "page failed", "error": "RuntimeError", "log_level": "error"}]
    assert SECRET not in text


async def test_a_site_without_pages_still_has_the_headers():
    """The middleware needs no pages: then errors stay bare."""
    site = web.Application(middlewares=[strict(https=True)])
    async with TestClient(TestServer(site, access_log=None)) as client:
        response = await client.get("/", headers=BROWSER)

    assert (response.status, response.content_type) == (404, "text/plain")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_asking_for_the_head_alone_works(client: TestClient):
    """A HEAD has the headers of the page, and of the page for what is missing."""
    for path, status in (("/privacy", 200), ("/nowhere", 404)):
        response = await client.head(path, headers=BROWSER)
        assert (response.status, response.content_type) == (status, "text/html")
        assert await response.read() == b""
