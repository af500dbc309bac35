"""The link to one's data as somebody opens it: the download, a second time, another browser, a phone."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot import ids
from bot.localization import Languages
from tests.author import Author
from tests.test_browser import CHROMIUM, FLAGS
from tests.test_data import asks_for

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="Chromium is not installed (apt-get install chromium)",
)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


async def at(browser: Browser, url: str, **options: object) -> Page:
    """A page of a new context, with no cookies of any other."""
    context = await browser.new_context(accept_downloads=True, **options)
    page = await context.new_page()
    page.set_default_timeout(5000)
    await page.goto(url)
    return page


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_the_download(robin: Author, chromium: Browser, languages: Languages, language: str):
    """The link, the page in the author's language, the file; pressed again, the page says that it is used."""
    say = languages[language]
    await robin.drafts()
    await robin.presses(await robin.opens_home(), ids.APP_LANGUAGE, language)
    page = await at(chromium, await asks_for(robin, "json"))
    await expect(page.locator("html")).to_have_attribute("lang", language)
    button = page.get_by_role("button", name=say("pages.export.json"))
    async with page.expect_download() as downloading:
        await button.click()
    download = await downloading.value
    assert download.suggested_filename.endswith(".json")
    file = open(await download.path(), encoding="utf-8")  # noqa: ASYNC230, PTH123, SIM115 (a small file)
    with file:
        document = json.load(file)
    assert [one["name"] for one in document["drafts"]] == ["Ana"]

    await button.click()

    await expect(page.get_by_role("heading", level=1)).to_have_text(
        languages["en"]("pages.export.gone.title")
    )


async def test_another_browser(robin: Author, chromium: Browser, languages: Languages):
    """Who gets hold of a link that was opened reads a sentence; the first one goes on."""
    say, url = languages["en"], await asks_for(robin, "csv")
    first = await at(chromium, url)
    second = await at(chromium, url)
    await expect(second.get_by_role("heading", level=1)).to_have_text(say("pages.export.other.title"))
    async with first.expect_download() as downloading:
        await first.get_by_role("button").click()
    assert (await downloading.value).suggested_filename.endswith(".zip")


async def test_another_site_cannot_download(robin: Author, chromium: Browser):
    """A form on another site that posts to a link comes without its cookie, and uses nothing up."""
    url = await asks_for(robin, "json")
    page = await at(chromium, url)
    form = f'<form method="post" action="{url}"><button>Free coffee</button></form>'
    await page.context.route(
        "http://elsewhere.test/", lambda route: route.fulfill(body=form, content_type="text/html")
    )
    other = await page.context.new_page()
    await other.goto("http://elsewhere.test/")
    async with page.context.expect_event("response") as answering:
        await other.get_by_role("button").click()
    assert (await answering.value).status == 403
    async with page.expect_download() as downloading:
        await page.get_by_role("button").click()
    assert (await downloading.value).suggested_filename.endswith(".json")


@pytest.mark.parametrize("width", [320, 420, 1280])
async def test_the_page_fits(robin: Author, chromium: Browser, width: int):
    """It does not scroll sideways, and its button is large enough for a thumb."""
    page = await at(chromium, await asks_for(robin, "csv"), viewport={"width": width, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert (await page.get_by_role("button").bounding_box())["height"] >= 44
