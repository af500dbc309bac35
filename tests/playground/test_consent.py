"""An admin meets the consent page in a browser."""

import pytest
from playwright.async_api import expect

from tests.playground.test_oauth import link


@pytest.fixture
async def page(world, chromium):
    """A browser at the consent page; its console stays empty."""
    page = await chromium.new_page(viewport={"width": 480, "height": 800})
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(str(link(world)))
    yield page
    assert said == []


async def test_allow(page, world):
    """Where, as whom and Allow lead back to the app, with a code."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Decline asks to be installed")
    await expect(page.get_by_role("list", name="What Decline will be able to do")).to_contain_text(
        "chat:write"
    )
    await page.get_by_label("Install in").select_option("All of Harbour Group")
    await page.get_by_label("Install as").select_option("Nora Quist")
    await page.get_by_role("button", name="Allow").click()

    await expect(page.get_by_text("Back at the app.")).to_be_visible()
    assert "code=E0ORG" in page.url
    assert "state=s1" in page.url


async def test_cancel(page, world):
    """Cancel leads back to the app, with nothing."""
    await page.get_by_role("button", name="Cancel").click()

    await expect(page.get_by_text("Back at the app.")).to_be_visible()
    assert "error=access_denied" in page.url


async def test_somebody_who_may_not(page, world):
    """The page stays as it was filled in and says what is wrong."""
    await page.get_by_label("Install in").select_option("North")
    await page.get_by_label("Install as").select_option("Robin Berg")
    await page.get_by_role("button", name="Allow").click()

    await expect(page.get_by_role("alert")).to_contain_text("not an admin there")
    await expect(page.get_by_label("Install in")).to_have_value("T0NORTH")
    await page.get_by_label("Install as").select_option("Eva Lind")
    await page.get_by_role("button", name="Allow").click()
    await expect(page.get_by_text("Back at the app.")).to_be_visible()


async def test_in_another_language(page, world):
    """The page speaks the language of the playground, and a workspace in the link is chosen already."""
    world.slack.speak("nb")

    await page.goto(str(link(world, team="T0QUAY")))

    await expect(page.get_by_label("Installer i")).to_have_value("T0QUAY")
    await expect(page.get_by_role("button", name="Tillat")).to_be_visible()
