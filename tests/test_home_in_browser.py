"""App Home after a month of use, by a person in a browser: every button, in each language, on two widths."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect
from redis import Redis

from bot import ids
from bot.catalogue import Catalogue
from bot.localization import Language, Languages
from bot.stores.embedded import EmbeddedServer
from bot.suggest import Suggester
from tests.author import Author, actions, words
from tests.conftest import World, held_to_the_rules
from tests.month import NOTES, Moment, Month, a_month_ago
from tests.test_browser import CHROMIUM, FLAGS, settled
from tests.window import Window, looks, window

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="Chromium is not installed (apt-get install chromium)",
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A browser for all of them; each has a window of its own."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        await started.close()


@pytest.fixture(scope="module", params=["en", "nl", "nb"])
def say(request, languages: Languages) -> Language:
    """The language of the app and of the conversations."""
    return languages[request.param]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived(
    embedded: EmbeddedServer, catalogue: Catalogue, reader: Suggester, say: Language
) -> AsyncIterator[tuple[Month, Moment]]:
    """A month in which two authors used the app, and the moment after it."""
    with Redis.from_url(embedded.url) as redis, a_month_ago() as calendar:
        redis.flushall()
        async with held_to_the_rules(embedded.url, redis, suggester=reader) as world:
            month = Month(world, catalogue, say.code, calendar)
            await month.goes_by()
            yield month, Moment(world)


@pytest.fixture
def month(lived: tuple[Month, Moment]) -> Month:
    """The month, as if nobody had looked at it yet."""
    month, moment = lived
    moment.comes_back()
    return month


@pytest.fixture
def world(month: Month) -> World:
    """Slack and the app, after the month."""
    return month.world


@pytest_asyncio.fixture(loop_scope="module")
async def you(world: World, browser: Browser, say: Language) -> AsyncIterator[Window]:
    """The first author at App Home."""
    async with window(browser, world.address, say) as opened:
        await opened.opens_home()
        yield opened


async def test_every_button_of_home(world: World, you: Window, say: Language, languages: Languages):
    """Each does what it says, and there is none that this does not press."""
    await you.looks("home")
    offered = set(actions(Author(world).home.blocks))
    await you.opens_modal(ids.NEW_DRAFT, say("compose.title"))
    await drafts(you, say)
    await people(you, say)
    await reminders(you, say)
    await history(you, say)
    await what_is_ones_own(you, say, languages)
    assert offered - you.pressed == set()


async def drafts(you: Window, say: Language) -> None:
    """The drafts that wait: opened, sent, set aside, deleted."""
    waiting = you.there(ids.SENT)
    await you.presses(f"{ids.GO}waiting")
    await expect(waiting).to_have_count(6)
    await you.looks("waiting")
    await you.presses(f"{ids.GO}back")
    await expect(waiting).to_have_count(5)
    await you.presses(ids.OPEN_DRAFT)
    await expect(you.modal.locator("pre")).not_to_be_empty()
    await you.looks("draft")
    await you.closes()
    await you.presses(ids.SENT)
    await expect(you.there(f"{ids.GO}waiting")).to_have_count(0)
    await you.picks(ids.DRAFT_MENU, ids.NOT_SENT)
    await expect(waiting).to_have_count(4)
    await you.picks(ids.DRAFT_MENU, ids.BESIDE)
    await expect(you.page.locator("#modal-title")).to_have_text(say("beside.title"))
    await you.looks("beside")
    await you.closes()
    for left in (3, 2, 1, 0):
        await you.picks(ids.DRAFT_MENU, ids.DELETE)
        await expect(waiting).to_have_count(left)
    await expect(you.home).to_contain_text(say("home.nothing_waiting"))


async def people(you: Window, say: Language) -> None:
    """Who asked: answered, looked at, all of them."""
    await you.opens_modal(ids.NEXT, say("compose.title"))
    await you.opens_modal(ids.OPEN_PERSON, "Nina Dahl")
    await you.presses(f"{ids.GO}people")
    await expect(you.home.get_by_role("heading")).to_have_text(say("home.people"))
    await expect(you.there(ids.OPEN_PERSON)).to_have_count(8)
    await you.looks("people")
    await you.presses(f"{ids.GO}back")


async def reminders(you: Window, say: Language) -> None:
    """What is due is answered, what is coming moved and cancelled."""
    due = you.there(ids.HELD)
    await expect(due).to_have_count(2)
    await you.presses(ids.HELD)
    await expect(due).to_have_count(1)
    await you.opens_modal(ids.ASKED_AGAIN, say("compose.title"))
    await expect(due).to_have_count(0)
    await you.picks(ids.REMINDER_MENU, ids.REMINDER_DAY)
    await expect(you.page.locator("#modal-title")).to_have_text(say("reminder.title"))
    await you.closes()
    for left in (1, 0):
        await you.picks(ids.REMINDER_MENU, ids.NO_REMINDER)
        await expect(you.there(ids.REMINDER_MENU)).to_have_count(2 * left)
    await expect(you.home).to_contain_text(say("reminder.empty"))


async def history(you: Window, say: Language) -> None:
    """All drafts, by the page and by what became of them."""
    await you.presses(f"{ids.GO}history")
    await expect(you.there(ids.OPEN_DRAFT)).to_have_count(10)
    await you.looks("history")
    await you.presses(f"{ids.GO}older")
    await expect(you.there(ids.OPEN_DRAFT)).to_have_count(3)
    await you.presses(f"{ids.GO}newer")
    await you.picks(ids.FILTER, "outcome:not_sent")
    await expect(you.there(ids.OPEN_DRAFT)).to_have_count(2)
    await you.picks(ids.FILTER, "outcome:open")
    await expect(you.home).to_contain_text(say("home.nothing_here"))
    await you.looks("nothing")
    await you.presses(f"{ids.GO}back")


async def what_is_ones_own(you: Window, say: Language, languages: Languages) -> None:
    """The language, settings, scripts and data; those of the workspace are there for an admin."""
    other = languages["nl" if say.code == "en" else "en"]
    await you.picks(ids.APP_LANGUAGE, other.code)
    await expect(you.home).to_contain_text(other("home.title"))
    await you.picks(ids.APP_LANGUAGE, say.code)
    await you.opens_modal(ids.PREFERENCES, say("preferences.title"))
    await you.presses(ids.OWN_SCRIPTS)
    await expect(you.modal).to_contain_text(say("own.whoever"))
    await you.looks("scripts")
    await you.closes()
    await you.opens_modal(ids.SETTINGS, say("settings.title"))
    await you.opens_modal(ids.SCRIPTS, say("scripts.title"))
    await you.opens_modal(ids.DATA, say("data.title"))


async def test_a_person(world: World, you: Window, say: Language):
    """Notes are there and stay, the timeline turns, a draft opens; muted and forgotten they are gone."""
    given, _ = NOTES[say.code]
    await about(you, "Sonya")
    await expect(you.there(ids.GIVEN)).to_have_value(given)
    await you.looks("person")
    await you.there(ids.RECEIVED).fill("Tea")
    await you.picks(ids.RELATIONSHIP, "outside")
    await you.submits()
    await about(you, "Sonya")
    await expect(you.there(ids.RECEIVED)).to_have_value("Tea")
    await expect(you.there(ids.RELATIONSHIP)).to_have_value("outside")
    await you.opens_modal(ids.NEXT, say("compose.title"))

    await about(you, "Ana")
    lines = you.modal.locator(f".section:has([data-target$='/{ids.OPEN_DRAFT}'])")
    await expect(lines).to_have_count(5)
    await you.presses(f"{ids.TURN}older")
    await expect(lines).to_have_count(1)
    await you.presses(f"{ids.TURN}newer")
    await expect(you.modal).to_contain_text(say("outcome.edited"))
    await you.opens_modal(ids.OPEN_DRAFT, say("compose.preview"))

    await about(you, "Mark")
    await expect(you.modal).to_contain_text(say("outcome.held"))
    await you.there(ids.MUTED).check()
    await you.submits()
    await expect(you.home).not_to_contain_text(say("people.about", name="Mark"))
    await you.presses(f"{ids.GO}people")
    await expect(you.home).to_contain_text(say("people.muted"))
    await about(you, "Mark")
    await you.presses(ids.FORGET)
    await expect(you.modal).to_contain_text(say("data.forget_sure", name="Mark"))
    await you.looks("forget")
    await you.presses(ids.FORGET_SURE)
    await expect(you.modal).to_contain_text(say.count("data.forgotten", 2, name="Mark"))
    await you.looks("forgotten")
    await you.page.locator("#modal-close").click()
    await expect(you.modal).to_have_count(0)
    await expect(you.home).not_to_contain_text("Mark")


async def test_reminders(world: World, you: Window, say: Language, month: Month):
    """Set in one click, moved, refused for a day that has passed; it comes in Messages and is answered."""
    page = you.page
    await page.goto(f"{world.address}/c/DMARK")
    await you.presses(ids.SENT)
    await you.looks("sent")
    await you.presses(ids.REMIND)
    message = page.locator("article.ephemeral").last
    await expect(message).to_contain_text(say("reminder.none"))
    await you.presses(ids.REMINDER_DAY, -1)
    await you.modal.locator("input[type=date]").fill(month.today.isoformat())
    await you.submits()
    await expect(you.modal).to_contain_text(say("reminder.past"))
    await you.looks("reminder")
    day = month.today + timedelta(days=21)
    await you.modal.locator("input[type=date]").fill(day.isoformat())
    await you.submits()
    await expect(message).to_contain_text(say.day(day, month.today))

    await page.goto(f"{world.address}/app/messages")
    come = page.locator("article.message")
    before = await come.count()
    await page.locator("#day-later").click()
    await settled(page)
    await expect(come).to_have_count(before)
    await page.locator("#month-later").click()
    await settled(page)
    await expect(come).to_have_count(before + 2)  # Mark's, and one for Ana of the month
    await you.looks("messages")
    asked = come.filter(has_text=say("reminder.question", name="Mark")).last
    await asked.locator(f"[data-target$='/{ids.HELD}']").click()
    await expect(come.last).to_contain_text(say("reminder.noted_held", name="Mark"))
    await page.locator(f"[data-target$='/{ids.ASKED_AGAIN}']").last.click()
    await expect(page.locator("#modal-title")).to_have_text(say("compose.title"))
    await you.closes()
    await expect(page.locator("main")).to_contain_text(say("reminder.noted_again", name="Ana"))


async def test_preferences(world: World, you: Window, say: Language):
    """Each choice is there when the modal is opened again, and the language of drafts is what they are in."""
    chosen = {
        ids.DRAFT_LANGUAGE: "nb" if say.code == "en" else "en",
        ids.TONE: "firm",
        ids.ADDRESSING: "u",
        ids.WHERE: "in_app",
        ids.KEEPING: "facts",
    }
    await you.presses(ids.PREFERENCES)
    await you.looks("preferences")
    for name, value in chosen.items():
        await you.chooses(name, value)
    await you.submits()
    await expect(you.modal).to_have_count(0)
    await you.presses(ids.PREFERENCES)
    assert {name: await you.chosen(name) for name in chosen} == chosen
    await you.closes()
    await you.presses(ids.NEXT)
    await expect(you.there(ids.DRAFT_LANGUAGE)).to_have_value(chosen[ids.DRAFT_LANGUAGE])


async def test_data(world: World, you: Window, say: Language, browser: Browser):
    """Exported by a link that works once; then all of it is deleted, and the other author keeps theirs."""
    kim = Author(world, "UCOL", "CGENERAL")
    await you.presses(ids.DATA)
    await expect(you.modal).to_contain_text(say.count("data.people", 9))
    await you.looks("data")
    await you.presses(f"{ids.EXPORT}.json")
    await you.looks("link")
    link = you.there(ids.OPEN_LINK)
    async with you.page.context.expect_page() as opening:
        await link.click()
    await exported(await opening.value, say)
    await refused(browser, str(await link.get_attribute("href")), say)

    await you.page.locator("#modal-close").click()
    await you.presses(ids.ERASE)
    await expect(you.modal).to_contain_text(say("data.erase_sure"))
    await you.looks("erase")
    await you.presses(ids.ERASE_SURE)
    await expect(you.modal).to_contain_text(say("data.erased"))
    await you.looks("erased")
    await you.page.locator("#modal-close").click()
    await expect(you.home).to_contain_text(say("welcome.start"))
    await you.looks("welcome")
    assert "Ingrid" in words(await kim.opens_home())
    assert "Ingrid" not in words(Author(world).home)


async def about(you: Window, name: str) -> None:
    """Opens what is known of somebody."""
    await you.home.get_by_role("button", name=you.say("people.about", name=name)).click()
    await expect(you.page.locator("#modal-title")).to_have_text(name)


async def exported(page: Page, say: Language) -> None:
    """Downloads from the page of a link: everything of the author, and nothing of the other one."""
    await expect(page.locator("html")).to_have_attribute("lang", say.code)
    await looks(page, "download", say.code)
    button = page.get_by_role("button", name=say("pages.export.json"))
    async with page.expect_download() as downloading:
        await button.click()
    text = Path(await (await downloading.value).path()).read_text(encoding="utf-8")  # noqa: ASYNC240
    assert {one["name"] for one in json.loads(text)["people"]} == {
        *("Ana", "Mark", "Petra", "Sonya", "Teddy"),
        *("Jonas Vik", "Nina Dahl", "Omar Haddad", "Vera Lund"),
    }
    await button.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(say("pages.export.gone.title"))
    await looks(page, "used", say.code)


async def refused(browser: Browser, url: str, say: Language) -> None:
    """A link that was used leads nowhere in another browser either."""
    context = await browser.new_context(locale=say.code)
    page = await context.new_page()
    await page.goto(url)
    await expect(page.get_by_role("heading", level=1)).to_have_text(say("pages.export.gone.title"))
    await context.close()
