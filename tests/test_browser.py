"""The whole job, by a person in a browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from bot.catalogue import Catalogue, Script
from bot.localization import Languages
from bot.suggest import Suggester

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="Chromium is not installed (apt-get install chromium)",
)

JOBS = [
    ("DANA", "one_off", "introduction", "decline_introduction"),
    ("DPETRA", "supplier", None, "supplier_sunset"),
    ("DTEDDY", "mentee", None, "mentee_handoff"),
    ("DSONYA", "coffee", None, "coffee_pause"),
    ("DMARK", "one_off", "pitch", "decline_pitch"),
    ("CGENERAL", "none", None, "no_action"),
]
"""Conversation, situation, kind, and the script that is recommended."""


@pytest.fixture
def suggester(reader: Suggester) -> Suggester:
    """What people see is what ships: messages are read in earnest."""
    return reader


@asynccontextmanager
async def browsing(address: str, language: str) -> AsyncIterator[Page]:
    """A page of the playground in one language; an error in its console fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(5000)
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(address)
        await page.locator(f"#language-{language}").click()
        await settled(page)
        yield page
        await browser.close()
        assert errors == []


async def settled(page: Page) -> None:
    """Wait until the page has the server's answer."""
    await expect(page.locator("#slack")).not_to_have_attribute("aria-busy", "true")


async def open_on_last_message(page: Page, conversation: str) -> Locator:
    """Use the shortcut on the latest message that somebody wrote there; returns the modal."""
    await page.goto(re.sub(r"(//[^/]+/).*", rf"\1c/{conversation}", page.url))
    message = page.locator("article.message:not(.ephemeral)").last
    await message.locator("summary").click()
    await message.locator("[data-do=message_shortcut]").click()
    modal = page.get_by_role("dialog")
    await expect(modal).to_be_visible()
    return modal


async def choose(page: Page, modal: Locator, name: str, value: str) -> None:
    """Choose from a menu by its action id."""
    await modal.locator(f"select[name$='/{name}']").select_option(value=value)
    await settled(page)


async def decide(page: Page, modal: Locator, name: str, value: str) -> None:
    """Choose from a menu, unless that is preselected: one choice sets a misreading right."""
    held = await modal.locator(f"select[name$='/{name}']").input_value()
    if held != value:
        await choose(page, modal, name, value)


async def fill_in(page: Page, modal: Locator, script: Script, language: str) -> None:
    """Fill in what the script requires, with its examples."""
    examples = script.examples(language)
    for detail in script.facts.details:
        if not detail.required:
            continue
        field = modal.get_by_label(script.words[language].details[detail.id].label).first
        example = examples[detail.id]
        if detail.type == "yes_no":
            await modal.locator(f"[name*='/detail.{detail.id}']").first.check()
            await settled(page)
        else:
            await field.fill("\n".join(example) if isinstance(example, list) else str(example))


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_each_conversation_ends_in_a_private_draft(
    world, catalogue: Catalogue, languages: Languages, language: str
) -> None:
    """In each of the six conversations a person gets from a message to a draft and notes that it was sent."""
    say = languages[language]
    async with browsing(world.address, language) as page:
        for conversation, situation, kind, script_id in JOBS:
            script = catalogue[script_id]
            modal = await open_on_last_message(page, conversation)
            await decide(page, modal, "situation", situation)
            if kind:
                await decide(page, modal, "kind", kind)
            await fill_in(page, modal, script, language)
            submit = modal.locator("#modal-submit")
            await expect(submit).to_have_text(say(f"compose.submit_{script.facts.form}"))
            await submit.click()
            await expect(modal).to_have_count(0)
            private = page.locator("article.ephemeral")
            if script.facts.form == "nothing":
                await expect(private).to_have_count(0)
                continue
            await expect(private).to_contain_text(script.words[language].title)
            await expect(private.locator("pre")).not_to_be_empty()
            await private.get_by_role("button", name=say("draft.do_message")).click()
            await expect(private.get_by_role("button", name=say("draft.undo"))).to_be_visible()
    assert world.slack.violations == []


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_two_clicks_make_a_draft(world, catalogue: Catalogue, language: str) -> None:
    """A sales pitch is read as what it is: the shortcut and the button are enough, without a choice."""
    async with browsing(world.address, language) as page:
        modal = await open_on_last_message(page, "DMARK")
        await modal.locator("#modal-submit").click()
        private = page.locator("article.ephemeral")
        await expect(private).to_contain_text(catalogue["decline_pitch"].words[language].title)
        await expect(private.locator("pre")).not_to_be_empty()
    assert world.slack.violations == []


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
async def test_a_thank_you_is_closed_with_one_click(world, languages: Languages, language: str) -> None:
    """For a thank-you the modal opens on "nothing to decline", and its button closes it."""
    async with browsing(world.address, language) as page:
        modal = await open_on_last_message(page, "CGENERAL")
        await expect(modal.locator("select[name$='/situation']")).to_have_value("none")
        await expect(modal.locator("#modal-submit")).to_have_text(
            languages[language]("compose.submit_nothing")
        )
        await modal.locator("#modal-submit").click()
        await expect(modal).to_have_count(0)
        await expect(page.locator("article.ephemeral")).to_have_count(0)


async def test_one_person_leads_from_the_first_ask_to_silence(world, catalogue: Catalogue) -> None:
    """Somebody who goes on asking is met with each step of the ladder in turn, as the recommended one."""
    situations = [("unclear_ask", "unclear"), ("one_off", "introduction"), ("repeat_asker", "introduction")]
    steps = ["clarify_ask", "decline_introduction", "repeat_no", "firm_close", "no_reply"]
    async with browsing(world.address, "en") as page:
        for turn, script_id in enumerate(steps):
            script = catalogue[script_id]
            modal = await open_on_last_message(page, "DANA")
            situation, kind = situations[min(turn, 2)]
            await choose(page, modal, "situation", situation)
            await choose(page, modal, "kind", kind)
            await fill_in(page, modal, script, "en")
            await expect(modal.locator("input[type=radio]:checked")).to_have_value(script_id)
            await modal.locator("#modal-submit").click()
            await expect(modal).to_have_count(0)
            private = page.locator("article.ephemeral").last
            await expect(private).to_contain_text(script.words["en"].title)
            await private.locator("button.primary").click()
            await expect(private.get_by_role("button", name="Undo")).to_be_visible()
            await page.locator("#ask-again").click()
            await settled(page)
    assert world.slack.violations == []
