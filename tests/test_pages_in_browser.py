"""The public pages as somebody sees them: on a desktop and a phone, in light and dark, by keyboard."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, async_playwright

from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.web.headers import strict
from bot.web.pages import PAGES, About, Pages
from tests.test_browser import CHROMIUM, FLAGS

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="Chromium is not installed (apt-get install chromium)",
)

CODES = ("en", "nl", "nb")
DESKTOP, PHONE = (1280, 900), (390, 844)
PATHS = ("/", "/privacy", "/support", "/installed", "/refused", "/nowhere", "/fails")
LONG_NAME = "Rijkswaterstaat-Verkeersmanagementcentrum & " + "W" * 60
EXPECTED = ("404", "500")
"""What the console may say: that a page which should be missing is."""

CONTRAST = """() => {
  const linear = (value) => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const channel = (value) => linear(value / 255);
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const colour = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const [r, g, b, alpha = 1] = colour(getComputedStyle(element).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim()) continue;
    const [one, other] = [light(colour(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    found.push([texts.currentNode.textContent.trim().slice(0, 40), ratio]);
  }
  return found;
}"""
"""Each text with its contrast to what is behind it, as WCAG 2 computes it."""

FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const visible = box.width > 0 && box.height > 0;
  return { where: at.getAttribute("href"), visible, outline: style.outlineStyle };
}"""


def build(languages: Languages) -> web.Application:
    """The pages, with an address for each way an installation can end, and Slack on another origin."""
    pages = Pages.load(
        TEMPLATES / "pages", languages, About("", "help@decline.example", 180, installable=True)
    )

    def page(draw: Callable[[str], str]) -> Callable[[web.Request], web.Response]:
        async def answer(request: web.Request) -> web.Response:
            return web.Response(text=draw(pages.language_of(request)), content_type="text/html")

        return answer

    async def install(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"http://localhost:{request.url.port}/slack-says-hello")

    async def slack(_: web.Request) -> web.Response:
        return web.Response(text="Slack")

    async def fails(_: web.Request) -> web.Response:
        raise RuntimeError

    site = web.Application(middlewares=[strict(https=False)])
    site[PAGES] = pages
    site.add_routes(pages.routes())
    site.add_routes(
        [
            web.get(
                "/installed",
                page(lambda code: pages.installed(code, workspace=LONG_NAME, open_url="https://x/")),
            ),
            web.get(
                "/refused",
                page(lambda code: pages.refused(code, "missing_scopes", scopes=["chat:write", "users:read"])),
            ),
            web.get("/slack/install", install),
            web.get("/slack-says-hello", slack),
            web.get("/fails", fails),
        ]
    )
    return site


@asynccontextmanager
async def browsing(
    languages: Languages, size: tuple[int, int], scheme: str = "light"
) -> AsyncIterator[tuple[Page, str]]:
    """A page of a browser and the address of the site; what its console says fails the test."""
    async with TestServer(build(languages), access_log=None) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        page.set_default_timeout(5000)
        said: list[str] = []
        page.on("console", lambda one: said.append(one.text))
        yield page, f"http://127.0.0.1:{server.port}"
        await browser.close()
        assert [text for text in said if not any(status in text for status in EXPECTED)] == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (320, 640)], ids=["desktop", "phone", "small"])
async def test_no_page_scrolls_sideways(languages: Languages, size: tuple[int, int]) -> None:
    """Every page fits, in every language, also with the longest name of a workspace."""
    async with browsing(languages, size) as (page, address):
        for path in PATHS:
            for code in CODES:
                await page.goto(f"{address}{path}?lang={code}")
                width = await page.evaluate("document.documentElement.scrollWidth")
                assert width <= size[0], (path, code)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_can_be_read(languages: Languages, scheme: str) -> None:
    """Every text has a contrast of at least 4.5 to what is behind it."""
    async with browsing(languages, DESKTOP, scheme) as (page, address):
        for path in PATHS:
            await page.goto(address + path)
            found = await page.evaluate(CONTRAST)
            assert len(found) > 5
            assert [one for one in found if one[1] < 4.5] == [], path


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_everything_is_reached_by_keyboard(languages: Languages, size: tuple[int, int]) -> None:
    """The Tab key goes to every link in the order in which they are read, and shows where it is."""
    async with browsing(languages, size) as (page, address):
        for path in PATHS:
            await page.goto(address + path)
            links = await page.eval_on_selector_all("a", "all => all.map(one => one.getAttribute('href'))")
            for href in links:
                await page.keyboard.press("Tab")
                assert await page.evaluate(FOCUSED) == {"where": href, "visible": True, "outline": "solid"}


async def test_links_are_large_enough_for_a_thumb(languages: Languages) -> None:
    """On a phone, what stands alone is at least 24 pixels high, and what leads to Slack 44."""
    async with browsing(languages, PHONE) as (page, address):
        for path in PATHS:
            await page.goto(address + path)
            for link in await page.locator("nav a, .brand, .button").all():
                box = await link.bounding_box()
                button = "button" in (await link.get_attribute("class") or "")
                assert box["height"] >= (44 if button else 24), path


async def test_adding_the_app_leads_to_slack(languages: Languages) -> None:
    """What the pages forbid a browser does not stand between the link and another site."""
    async with browsing(languages, DESKTOP) as (page, address):
        await page.goto(address)
        await page.get_by_role("link", name="Add to Slack").first.click()
        await page.wait_for_url("http://localhost:*/slack-says-hello")
        assert await page.inner_text("body") == "Slack"
