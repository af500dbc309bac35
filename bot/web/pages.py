"""The public pages: what the app is, what it keeps, where to get help, and how an installation went."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from aiohttp import ETag, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot import wordings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from pathlib import Path

    from bot.localization import Language, Languages

POLICY_DATE = date(2026, 11, 21)
"""When what the privacy page says last changed."""

REASONS = frozenset(
    {
        *("access_denied", "invalid_state", "invalid_browser", "missing_code", "invalid_code"),
        *("storage_error", "missing_scopes", "not_installable"),
    }
)
"""Why an installation can fail; for any other reason there is a page that fits them all."""

FILES = {"pages.css": "text/css", "decline.svg": "image/svg+xml"}
"""All that is served from the folder, by name, with what it is."""

_FIXED = ("landing", "privacy", "support", "missing", "broken")
"""Pages that are the same for everybody who reads their language."""

_FINAL = frozenset({"not_installable"})
"""Reasons that are the same the next time."""

_CODE = re.compile(r"[a-z_]{1,40}")
_ACCEPTED = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")

_A_WHILE = "public, max-age=300"
_FOR_GOOD = "public, max-age=31536000, immutable"

_ROBOTS = "User-agent: *\nDisallow: /slack/\n"


@dataclass(frozen=True, slots=True)
class About:
    """One copy of the app: where it is, whom to write to, for how long it keeps things, who can add it."""

    public_url: str
    support_email: str
    retention_days: int
    installable: bool


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    kind: str
    version: str
    """A hash of the body, which is also part of the address that the pages use."""


class Pages:
    """Every page, in every language; those that never change are drawn once, when they are loaded."""

    def __init__(
        self, environment: Environment, languages: Languages, about: About, files: dict[str, _File]
    ) -> None:
        environment.globals.update(
            about=about,
            switch=sorted(
                ((code, say("pages.this_language")) for code, say in languages.by_code.items()),
                key=lambda one: one[1],
            ),
            addresses={name: f"/pages/{name}?v={file.version}" for name, file in files.items()},
        )
        self._templates = {
            name.removesuffix(".html"): environment.get_template(name)
            for name in environment.list_templates(extensions=["html"])
        }
        self._languages = languages
        self._files = files
        self._drawn = {
            (page, say.code): self._draw(page, say) for page in _FIXED for say in languages.by_code.values()
        }

    @classmethod
    def load(cls, folder: Path, languages: Languages, about: About) -> Pages:
        """Read the templates and files of the folder; a word that is missing is an error here, not later."""
        environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return cls(environment, languages, about, {name: _read(folder, name) for name in FILES})

    def landing(self, language: str) -> str:
        """What the app is, and how to add it."""
        return self._fixed("landing", language)

    def privacy(self, language: str) -> str:
        """What is kept, for how long, and who can see it."""
        return self._fixed("privacy", language)

    def support(self, language: str) -> str:
        """What to do about common troubles, and whom to write to."""
        return self._fixed("support", language)

    def installed(self, language: str, *, workspace: str, open_url: str) -> str:
        """An installation that worked, and what to do next; `open_url` leads to the app in Slack."""
        safe = open_url.startswith(("https://", "slack://"))
        return self._draw(
            "installed",
            self._languages.best(language),
            workspace=workspace,
            open_url=open_url if safe else "",
        )

    def refused(self, language: str, reason: str, *, scopes: Iterable[str] = (), **_: object) -> str:
        """An installation that failed, and what to do next.

        `reason` may come from the address bar: it is shown only if it looks like a code of Slack's. `scopes`
        are the permissions that were not given, for the reason `missing_scopes`.
        """
        say = self._languages.best(language)
        known = reason if reason in REASONS else "unknown"
        return self._draw(
            "refused",
            say,
            title=say(f"pages.refused.{known}.title"),
            happened=say(f"pages.refused.{known}.happened"),
            advice=say(f"pages.refused.{known}.advice"),
            scopes=list(scopes) if known == "missing_scopes" else [],
            again=known not in _FINAL,
            code=reason if _CODE.fullmatch(reason) else "",
        )

    def export(self, language: str, form: str) -> str:
        """Where an author downloads their data, as JSON or as tables."""
        say = self._languages.best(language)
        return self._draw("export", say, download=say(f"pages.export.{form}"))

    def no_export(self, language: str, reason: str) -> str:
        """A link to an author's data that does not work: `gone`, `other` (another browser's) or `away`."""
        say = self._languages.best(language)
        return self._draw(
            "no_export",
            say,
            title=say(f"pages.export.{reason}.title"),
            happened=say(f"pages.export.{reason}.happened"),
            advice=say(f"pages.export.{reason}.advice"),
        )

    def missing(self, language: str) -> str:
        """An address that leads nowhere."""
        return self._fixed("missing", language)

    def broken(self, language: str) -> str:
        """Something that went wrong here."""
        return self._fixed("broken", language)

    def language_of(self, request: web.Request) -> str:
        """The language for whoever asks: the one in the address, or else what their browser prefers."""
        accepted = _accepted(request.headers.get("Accept-Language", ""))
        return self._languages.best(request.query.get("lang", ""), *accepted).code

    def routes(self) -> list[web.RouteDef]:
        """The addresses of the pages and of what they load."""
        return [
            web.get("/", self._at(self.landing)),
            web.get("/privacy", self._at(self.privacy)),
            web.get("/support", self._at(self.support)),
            web.get("/pages/{file}", self._file),
            web.get("/favicon.ico", self._icon),
            web.get("/robots.txt", _robots),
        ]

    def _fixed(self, page: str, language: str) -> str:
        return self._drawn[page, self._languages.best(language).code]

    def _draw(self, page: str, say: Language, **values: Any) -> str:
        return self._templates[page].render(
            say=_escaped(say),
            language=say.code,
            policy_date=wordings.full_day(POLICY_DATE, language=say.code),
            **values,
        )

    def _at(self, page: Callable[[str], str]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            text = page(self.language_of(request))
            return web.Response(text=text, content_type="text/html", headers={"Cache-Control": _A_WHILE})

        return answer

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        return _answer(request, file)

    async def _icon(self, request: web.Request) -> web.StreamResponse:
        return _answer(request, self._files["decline.svg"])


PAGES = web.AppKey("pages", Pages)
"""Where a site keeps its pages."""


def _read(folder: Path, name: str) -> _File:
    body = (folder / name).read_bytes()
    return _File(body, FILES[name], hashlib.sha256(body).hexdigest()[:16])


def _answer(request: web.Request, file: _File) -> web.StreamResponse:
    exact = request.query.get("v") == file.version
    headers = {"Cache-Control": _FOR_GOOD if exact else _A_WHILE}
    if any(tag.value in {file.version, "*"} for tag in request.if_none_match or ()):
        response = web.Response(status=304, headers=headers)
    else:
        response = web.Response(body=file.body, content_type=file.kind, charset="utf-8", headers=headers)
    response.etag = ETag(file.version)
    return response


async def _robots(_: web.Request) -> web.StreamResponse:
    return web.Response(text=_ROBOTS, headers={"Cache-Control": _A_WHILE})


def _escaped(language: Language) -> Callable[..., Markup]:
    """What speaks in a template: a message is text, and so is every value that is not markup already."""

    def say(key: str, /, **values: object) -> Markup:
        return Markup.escape(language(key)).format(**values)

    return say


def _accepted(header: str) -> list[str]:
    """The language tags of an Accept-Language header, most wanted first, without those it rules out."""
    weighed = [
        (float(found[2] or 1), found[1])
        for one in header.split(",")
        if (found := _ACCEPTED.fullmatch(one)) and float(found[2] or 1) > 0
    ]
    return [tag for _, tag in sorted(weighed, key=lambda one: -one[0])]
