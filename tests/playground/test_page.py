"""A person tries the app in a browser."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.playground.sample import DRAFT, EVERY_INPUT, HOME, modal, plain


@pytest.fixture
async def page(world, chromium) -> AsyncIterator[Page]:
    """A browser at the playground, with an app behind it that shows everything; the console stays empty."""
    app = world.app

    @app.shortcut("decline_message")
    async def open_modal(ack, body, client):
        view = modal(EVERY_INPUT, private_metadata=body["response_url"], close=plain("Cancel"))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.action("situation")
    @app.action("script")
    async def redraw(ack, body, client):
        view = body["view"]
        shown = [*EVERY_INPUT, {"type": "header", "text": plain("Redrawn")}]
        fresh = modal(shown, private_metadata=view["private_metadata"])
        await client.views_update(view_id=view["id"], hash=view["hash"], view=fresh)
        await ack()

    @app.view("compose")
    async def draft(ack, view):
        if view["state"]["values"]["details"]["details"]["value"] == "wrong":
            await ack(response_action="errors", errors={"details": "Is that so?"})
            return
        await AsyncWebhookClient(view["private_metadata"]).send(text="Your draft", blocks=DRAFT)
        await ack()

    @app.action("delete")
    async def delete(ack, respond):
        await ack()
        await respond(delete_original=True)

    @app.event("app_home_opened")
    async def home(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": HOME})

    page = await chromium.new_page(viewport={"width": 1280, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(world.url)
    yield page
    assert said == []


async def use_shortcut(page):
    """Opens the menu of the last message and takes the shortcut."""
    await page.get_by_label("More actions").last.click()
    await page.get_by_role("button", name="Draft a decline").last.click()


async def test_a_click_across_a_redraw_counts(page):
    """The page is drawn anew between pressing a button and letting it go: it was pressed all the same."""
    await use_shortcut(page)
    dialog = page.get_by_role("dialog", name="Draft a decline")
    create = dialog.get_by_role("button", name="Create draft")
    await create.hover()
    await dialog.get_by_label("What is going on").select_option("time")
    await page.mouse.down()
    await page.wait_for_timeout(150)
    await page.mouse.up()

    await expect(dialog.get_by_text("Please complete this required field.").first).to_be_visible()


async def test_from_message_to_draft(page, world):
    """Menu, modal, redraw, errors, draft, confirmation: each step shows, and what was typed survives."""
    await expect(page.get_by_text("Somebody wants something from you.")).to_be_visible()
    await use_shortcut(page)
    dialog = page.get_by_role("dialog", name="Draft a decline")
    await expect(dialog.get_by_label("Who asks")).to_be_focused()

    await dialog.get_by_label("Details").fill("wrong")
    await dialog.get_by_label("What is going on").focus()
    await dialog.get_by_label("What is going on").select_option("time")
    await expect(dialog.get_by_text("Redrawn")).to_be_visible()
    await expect(dialog.get_by_label("What is going on")).to_be_focused()
    await expect(dialog.get_by_label("Details")).to_have_value("wrong")

    await dialog.get_by_role("button", name="Create draft").click()
    await expect(dialog.get_by_text("Please complete this required field.")).to_be_visible()
    await dialog.get_by_label("It does not fit").check()
    await dialog.get_by_role("button", name="Create draft").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Is that so?")
    await expect(dialog.get_by_label("Details")).to_be_focused()

    await dialog.get_by_label("Details").fill("true")
    await dialog.get_by_role("button", name="Create draft").click()
    await expect(dialog).to_be_hidden()
    draft = page.locator(".ephemeral")
    await expect(draft).to_contain_text("Only visible to you")

    await draft.get_by_role("button", name="Delete", exact=True).click()
    await page.get_by_role("dialog", name="Delete this draft?").get_by_role("button", name="Delete").click()
    await expect(draft).to_have_count(0)
    assert world.slack.violations == []


async def test_keyboard(page, world):
    """Escape closes a modal and gives focus back to where it came from; Enter sends what is written."""
    menu = page.get_by_label("More actions").last
    await menu.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(menu).to_be_focused()

    composer = page.get_by_label("Message Ana Costa")
    await composer.fill("No, sorry <3")
    await composer.press("Enter")
    await expect(page.get_by_role("article").last).to_contain_text("No, sorry <3")
    await expect(composer).to_have_value("")
    await expect(composer).to_be_focused()


async def test_home_language_and_asking_again(page):
    """The home tab is drawn, people ask again, and another language changes page and people alike."""
    await page.get_by_role("button", name="Ana asks again").click()
    await expect(page.get_by_role("article")).to_have_count(3)
    await page.get_by_role("button", name="Nederlands").click()
    await expect(page.get_by_role("article").first).to_contain_text("Hoi Robin!")
    await expect(page.locator("html")).to_have_attribute("lang", "nl")
    await page.get_by_role("button", name="Opnieuw beginnen").click()
    await expect(page.get_by_role("article")).to_have_count(2)
    await page.get_by_role("link", name="Decline").click()
    await expect(page.get_by_role("heading", name="Drafts waiting")).to_be_visible()


async def test_double_click(page, world):
    """Two clicks on a button are one request, and a click on another button in between waits its turn."""
    await page.evaluate(
        """() => {
            const [again] = document.querySelectorAll("#ask-again");
            again.click();
            again.click();
            document.getElementById("language-nl").click();
        }"""
    )
    await expect(page.get_by_role("button", name="Ana vraagt het nog eens")).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(3)


async def test_phone(page):
    """At the width of a phone nothing sticks out, and the conversations are behind a button."""
    await page.set_viewport_size({"width": 390, "height": 844})
    await use_shortcut(page)
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="Show conversations").click()
    await page.get_by_role("link", name="Teddy Hansen").click()
    await expect(page.get_by_role("heading", name="Teddy Hansen")).to_be_visible()


async def test_a_broken_rule_is_shown(page, world):
    """What Slack would refuse stands in the page until it is put away."""
    await page.get_by_label("Shortcuts").click()
    await page.get_by_role("button", name="Draft a decline").last.click()

    strip = page.get_by_test_id("violations")
    await expect(strip).to_contain_text("shortcut was not answered")
    await strip.get_by_role("button", name="Dismiss").click()
    await expect(strip).to_have_count(0)
