"""An admin who adds the app with a browser: the words of the installation tests."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from bot.web.installing import COOKIE, INSTALL_PATH

if TYPE_CHECKING:
    from tests.conftest import World


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    status: int
    text: str
    url: URL

    @property
    def words(self) -> str:
        """What a person reads there, on one line."""
        body = re.sub(r"(?s)<head.*?</head>|<[^>]+>", " ", self.text)
        return " ".join(html.unescape(body).split())


@dataclass
class Admin:
    """A browser of its own, at the app's own pages."""

    world: World
    session: aiohttp.ClientSession

    @property
    def ours(self) -> str:
        """The app's address."""
        parts = urlsplit(self.world.events_url)
        return f"{parts.scheme}://{parts.netloc}"

    async def goes(self, path: str, **query: str) -> Page:
        """Opens an address of the app."""
        return await self._open(URL(self.ours + path).update_query(query))

    async def begins(self) -> URL:
        """Presses Add to Slack, and is on the way to the consent page."""
        async with self.session.get(self.ours + INSTALL_PATH, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return URL(answer.headers["Location"])

    async def answers(self, consent: URL, answer: str, place: str, user: str = "") -> URL:
        """Presses Allow or Cancel there, and is on the way back."""
        form = {**consent.query, "answer": answer, "place": place, "user": user}
        at, origin = consent.with_query(None), {"Origin": str(consent.origin())}
        async with self.session.post(at, data=form, headers=origin, allow_redirects=False) as said:
            assert said.status == 302, await said.text()
            return URL(said.headers["Location"])

    async def returns(self, back: URL) -> Page:
        """Is sent back to the app."""
        return await self._open(back)

    async def adds(self, place: str = "T0NORTH", answer: str = "allow", user: str = "") -> Page:
        """Goes all the way."""
        return await self.returns(await self.answers(await self.begins(), answer, place, user))

    @property
    def state(self) -> str:
        """What the browser holds of an installation that is under way; empty for nothing."""
        return next((one.value for one in self.session.cookie_jar if one.key == COOKIE), "")

    async def _open(self, url: URL) -> Page:
        async with self.session.get(url, allow_redirects=False) as answer:
            return Page(answer.status, await answer.text(), answer.url)


@asynccontextmanager
async def admin_of(world: World, language: str = "en") -> AsyncIterator[Admin]:
    """An admin with a browser in some language, which trusts this machine with its cookies."""
    ours = URL(world.events_url).origin()
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=[ours])
    headers = {"Accept-Language": language, "Accept": "text/html"}
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as session:
        yield Admin(world, session)
