"""A person at the playground in a browser, and the pictures of what they see: the words of its tests."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.test_browser import settled

if TYPE_CHECKING:
    from bot.localization import Language

DESKTOP, PHONE = 1000, 390
"""Widths of what is looked at."""

PICTURES = os.environ.get("PICTURES", "")
"""The folder for pictures; empty, as usual, for none."""

_COLOURS = 32

_STICKS_OUT = """() => [...document.querySelectorAll('.scroll, .modal .body, body')]
  .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.className || box.tagName)"""
"""What can be scrolled sideways."""

_HEIGHT = """() => {
  const find = (selector) => document.querySelector(selector);
  const box = find('.modal .body') ?? find('.scroll') ?? document.documentElement;
  return box.scrollHeight + innerHeight - box.clientHeight;
}"""
"""How high a window must be to show all of what is on top."""

_WHOLE = ".modal { max-height: none !important; border-radius: 0; } .tagline { visibility: hidden; }"


def _having(action_id: str) -> str:
    return f"[data-target$='/{action_id}'], [name$='/{action_id}']"


@dataclass
class Window:
    """A page of the playground; `pressed` is every action id that was used in App Home."""

    page: Page
    address: str
    say: Language
    pressed: set[str] = field(default_factory=set)

    async def opens_home(self) -> None:
        """Looks at App Home."""
        await self.page.goto(f"{self.address}/app/home")
        await settled(self.page)

    @property
    def home(self) -> Locator:
        """App Home."""
        return self.page.locator("#scroll-home")

    @property
    def modal(self) -> Locator:
        """The modal on top."""
        return self.page.locator("dialog.modal")

    def there(self, action_id: str) -> Locator:
        """All that has an action id."""
        return self.page.locator(_having(action_id))

    async def presses(self, action_id: str, place: int = 0) -> None:
        """Presses a button in App Home or in what is shown there; the first one, unless told."""
        top = await self._top(action_id)
        await top.locator(_having(action_id)).nth(place).click()
        await settled(self.page)

    async def picks(self, action_id: str, value: str) -> None:
        """Chooses from a menu by a value, or by how it begins: an overflow's says for which draft it is."""
        top = await self._top(action_id)
        if await top.locator(f"select[name$='/{action_id}']").count():
            await top.locator(f"select[name$='/{action_id}']").select_option(value=value)
        else:
            choice = self.page.locator(f"[data-target$='/{action_id}'][data-value^='{value}:']")
            await top.locator("details.menu").filter(has=choice).first.locator("summary").click()
            await top.locator(choice).first.click()
        await settled(self.page)

    async def chooses(self, action_id: str, value: str) -> None:
        """Chooses from a menu of a modal, without sending anything."""
        await self.there(action_id).select_option(value=value)

    async def chosen(self, action_id: str) -> str:
        """What is chosen in a menu of a modal."""
        return await self.there(action_id).input_value()

    async def _top(self, action_id: str) -> Locator:
        """Where one can press: the modal, or else the page, of which it is noted."""
        if await self.modal.count():
            return self.modal
        self.pressed.add(action_id)
        return self.page.locator("main")

    async def closes(self) -> None:
        """Closes the modal, and all below it."""
        await self.page.locator("#modal-cross").click()
        await expect(self.modal).to_have_count(0)

    async def submits(self) -> None:
        """Sends the modal."""
        await self.page.locator("#modal-submit").click()
        await settled(self.page)

    async def opens_modal(self, action_id: str, title: str, place: int = 0) -> None:
        """Presses a button that opens a modal, looks at its title, and closes it."""
        await self.presses(action_id, place)
        await expect(self.page.locator("#modal-title")).to_have_text(title)
        await self.closes()

    async def looks(self, name: str) -> None:
        """Nothing sticks out, on a desktop nor a phone; where pictures are taken, one of each."""
        await looks(self.page, name, self.say.code)


async def looks(page: Page, name: str, language: str) -> None:
    """Nothing of a page sticks out, on a desktop nor a phone; where pictures are taken, one of each."""
    before = page.viewport_size
    for width in (DESKTOP, PHONE):
        await page.set_viewport_size({"width": width, "height": 700})
        assert await page.evaluate(_STICKS_OUT) == [], (name, width)
        if PICTURES:
            whole = await page.add_style_tag(content=_WHOLE)
            await page.set_viewport_size({"width": width, "height": await page.evaluate(_HEIGHT)})
            await page.mouse.move(0, 0)
            shown = page.locator("dialog.modal, main.main, body").last  # what is on top comes last
            _keep(await shown.screenshot(animations="disabled"), name, language, width)
            await whole.evaluate("style => style.remove()")
    await page.set_viewport_size(before)


def _keep(picture: bytes, name: str, language: str, width: int) -> None:
    """Write a picture with a palette of few colours: as small as it can be told from the page."""
    from PIL import Image  # noqa: PLC0415 (only where pictures are taken)

    folder = Path(PICTURES) / language
    folder.mkdir(parents=True, exist_ok=True)
    shown = Image.open(io.BytesIO(picture)).convert("RGB")
    few = shown.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(folder / f"{name}{'-phone' if width == PHONE else ''}.png", optimize=True)


@asynccontextmanager
async def window(browser: Browser, address: str, say: Language) -> AsyncIterator[Window]:
    """A window of its own; an error in its console fails the test."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": DESKTOP, "height": 700}, locale=say.code, bypass_csp=bool(PICTURES)
    )
    page = await context.new_page()
    page.set_default_timeout(5000)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Window(page, address, say)
    await context.close()
    assert errors == []
