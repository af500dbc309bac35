"""Adding the app with a browser, as an admin does, and then using it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.localization import Languages
from tests.author import Author, draft
from tests.conftest import World
from tests.test_browser import CHROMIUM, FLAGS

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="Chromium is not installed (apt-get install chromium)",
)


@pytest.fixture(params=["en", "nl", "nb"])
def language(request: pytest.FixtureRequest) -> str:
    """What the browser asks for."""
    return request.param


@pytest.fixture
async def page(market: World, language: str) -> AsyncIterator[Page]:
    """The app's own front page; an error in its console fails the test."""
    parts = urlsplit(market.events_url)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(locale=language)
        page.set_default_timeout(5000)
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        refused = "the server responded with a status of 401"  # as it should, to what cannot be finished
        await page.goto(f"{parts.scheme}://{parts.netloc}/")
        yield page
        await browser.close()
        assert [error for error in errors if refused not in error] == []


async def to_the_consent_page(page: Page) -> None:
    """Presses Add to Slack."""
    await page.locator("a[href^='/slack/install']").first.click()
    await expect(page.get_by_role("button", name="Allow")).to_be_visible()


async def test_from_the_front_page_to_a_draft(market, page, languages: Languages, language):
    """Add to Slack, Allow, the page that says what to do next; then a member drafts in that workspace."""
    await to_the_consent_page(page)
    await page.get_by_label("Install in").select_option(label="North")
    await page.get_by_role("button", name="Allow").click()

    await expect(page.locator("html")).to_have_attribute("lang", language)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("North")
    tom = Author(market, "UTOM", "DMIA")
    assert draft(await tom.drafts("one_off", "meeting")) != ""


async def test_an_organisation_and_a_workspace_side_by_side(market, page):
    """One browser installs for a whole organisation and for a workspace, one after the other."""
    for place in ("North", "All of Harbour Group"):
        await page.goto("/".join(market.events_url.split("/")[:3]))
        await to_the_consent_page(page)
        await page.get_by_label("Install in").select_option(label=place)
        await page.get_by_role("button", name="Allow").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text(place.removeprefix("All of "))

    for user, channel in (("UTOM", "DMIA"), ("UBEN", "DJUN")):
        assert draft(await Author(market, user, channel).drafts("one_off", "favour")) != ""


async def test_cancel_and_try_again(market, page, languages: Languages, language):
    """Who presses Cancel reads that nothing happened, and one click leads back to Slack."""
    await to_the_consent_page(page)
    await page.get_by_role("button", name="Cancel").click()

    title = languages[language]("pages.refused.access_denied.title")
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await to_the_consent_page(page)


async def test_going_back_and_allowing_twice(market, page):
    """The back button and a second Allow begin nothing anew that is wrong: the second link is refused."""
    await to_the_consent_page(page)
    await page.get_by_label("Install in").select_option(label="North")
    await page.get_by_role("button", name="Allow").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("North")
    first = market.slack.installed("T0NORTH")
    done = page.url

    await page.goto(done)

    assert market.slack.installed("T0NORTH") == first
    assert market.redis.hget("decline:{T0NORTH}:workspace", "installation")
    await expect(page.get_by_role("heading", level=1)).not_to_contain_text("North")
