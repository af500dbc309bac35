"""What is scheduled comes when its time has come, or when the person trying the app lets days pass."""

import pytest
from playwright.async_api import expect

DAY = 24 * 3600


async def schedule(world, text: str, days: int) -> None:
    """The app leaves a message for You with Slack."""
    at = int(world.clock()) + days * DAY
    await world.client.chat_scheduleMessage(channel="UYOU", post_at=at, text=text)


def texts(world) -> list[str]:
    """What stands in the app's DM with You."""
    return [each.text for each in world.slack.messages("UYOU", "DAPPUYOU")]


async def test_days_pass(world):
    """What would have come meanwhile is there, the earliest first; the rest is so much nearer."""
    await schedule(world, "Later", 20)
    await schedule(world, "Sooner", 10)
    await schedule(world, "Last", 50)

    world.slack.let_days_pass(30)
    assert texts(world) == ["Sooner", "Later"]

    world.slack.let_days_pass(21)
    assert texts(world) == ["Sooner", "Later", "Last"]


async def test_the_date_stays(world):
    """After a leap the app can schedule for tomorrow as before, and that still takes a day."""
    await schedule(world, "First", 5)
    world.slack.let_days_pass(30)
    await schedule(world, "Second", 1)

    assert texts(world) == ["First"]
    world.clock.ahead += DAY + 1
    assert texts(world) == ["First", "Second"]
    assert world.slack.violations == []


async def test_a_leap_in_the_page(world, chromium):
    """In the app's messages two buttons let days pass, as long as something is scheduled."""
    page = await chromium.new_page()
    await page.goto(f"{world.url}/app/messages")
    await expect(page.locator("#day-later")).to_have_count(0)

    await schedule(world, "Did it hold?", 20)
    await page.reload()
    await page.locator("#day-later").click()
    await expect(page.get_by_text("Did it hold?")).to_have_count(0)
    await page.locator("#month-later").click()
    await expect(page.get_by_text("Did it hold?")).to_be_visible()
    await expect(page.locator("#month-later")).to_have_count(0)


@pytest.mark.parametrize("value", ["0", "-30", "soon", "9999999999"])
async def test_other_leaps_are_refused(world, chromium, value):
    """What the page does not offer changes nothing."""
    await schedule(world, "Did it hold?", 20)
    page = await chromium.new_page()
    await page.goto(f"{world.url}/app/messages")
    await page.locator("#month-later").evaluate("(button, value) => button.dataset.value = value", value)
    await page.locator("#month-later").click()
    await expect(page.get_by_text("This has changed in the meantime.")).to_be_visible()
    assert texts(world) == []
