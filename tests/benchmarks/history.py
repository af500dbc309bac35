"""Authors with a past: what Redis holds of a workspace that has used the app for a while."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from bot.catalogue import Catalogue, Kind, Situation
from bot.drafting import Request, compose
from bot.filling import values
from bot.ladder import Outcome, Relationship
from bot.paths import TEMPLATES
from bot.records import Author, Preferences, Profile, Record, answer, person
from bot.stores.connection import Client, connect
from bot.stores.encryption import Vault, new_key
from bot.stores.history import History
from bot.stores.workspaces import Workspaces
from bot.workspace import Installed, Settings

TEAM = "T0BENCH"
LOCALES = ("en-US", "nl-NL", "nb-NO")
_DAY = 24 * 3600.0

REQUESTERS = ("Ana", "Petra", "Teddy", "Sonya", "Mark", "Ingrid", "Joost", "Kari")
_ASKED = (
    ("decline_introduction", Situation.ONE_OFF, Kind.INTRODUCTION, Relationship.COLLEAGUE),
    ("decline_polite", Situation.ONE_OFF, Kind.ADVICE, Relationship.OUTSIDE),
    ("decline_favour", Situation.ONE_OFF, Kind.FAVOUR, Relationship.COLLEAGUE),
    ("decline_meeting", Situation.ONE_OFF, Kind.MEETING, Relationship.MANAGER),
)

KEYS = [new_key()]


@dataclass(frozen=True)
class Past:
    """How much there is: authors, and the drafts of each, over the same eight people who ask them."""

    authors: int = 24
    drafts: int = 32


@cache
def shipped() -> Catalogue:
    """The catalogue as it ships."""
    return Catalogue.load(TEMPLATES / "scripts")


def author(number: int) -> Author:
    """An author by number; every third has another language."""
    return Author(TEAM, f"U0AUTHOR{number}")


def requester(number: int) -> str:
    """The Slack id of somebody who asks."""
    return f"U0ASKS{number % len(REQUESTERS)}"


async def fill(redis_url: str, past: Past) -> None:
    """Empty Redis, and put there a workspace with its installation, settings and authors."""
    catalogue = shipped()
    async with connect(redis_url, 30.0) as redis:
        await redis.flushall()
        vault = Vault(KEYS)
        history = History(redis, vault)
        await history.settle()
        await _workspace(redis, vault)
        for number in range(past.authors):
            await arrive(history, number)
            for record in records(history, author(number), past.drafts, catalogue):
                meant = answer(record, catalogue[record.script_id])
                await history.save(author(number), record, person(record), meant)


async def arrive(history: History, number: int) -> None:
    """Somebody who has used the app today, and prefers something."""
    who = author(number)
    locale = LOCALES[number % len(LOCALES)]
    await history.arrive(who, Profile(who.user, "Robin", locale, "Europe/Amsterdam"))
    await history.prefer(who, Preferences(language=locale[:2], tone="warm", address="je"))


def records(history: History, who: Author, count: int, catalogue: Catalogue) -> Iterator[Record]:
    """The drafts of one author over the last months, oldest first, nearly all of them sent."""
    now = time.time()
    for number in range(count):
        script_id, situation, kind, relationship = _ASKED[number % len(REQUESTERS) % len(_ASKED)]
        script, asks = catalogue[script_id], requester(number)
        at = now - 150 * _DAY * (count - number) / count
        on = datetime.fromtimestamp(at, UTC).date()
        name = REQUESTERS[number % len(REQUESTERS)]
        filled = script.examples("en")
        read, _ = values(script, filled)
        tone = script.facts.tones[number % len(script.facts.tones)]
        draft = compose(Request(script, "en", name, on, tone, 1 + number % 3, read))
        yield Record(
            id=history.draft_id(who, f"V{number}"),
            person=history.person_id(who, asks),
            name=name,
            user=asks,
            ask=history.ask_id(who, f"D{number}", str(at)),
            situation=situation,
            kind=kind,
            script_id=script_id,
            language="en",
            tone=tone,
            wording=draft.wording,
            text=draft.text,
            created=at,
            changed=at,
            on=on,
            details=filled,
            relationship=relationship,
            outcome=Outcome.OPEN if number % 10 == 9 else Outcome.SENT,
        )


async def _workspace(redis: Client, vault: Vault) -> None:
    workspaces = Workspaces(redis, vault)
    installed = Installed(
        app_id="A0BENCH",
        bot_token="xoxb-bench",
        bot_id="BDECLINE",
        bot_user_id="UDECLINE",
        scopes=("commands", "chat:write", "users:read"),
        installer="U0ADMIN",
        at=time.time(),
        team_id=TEAM,
        team_name="Bench",
    )
    await workspaces.install(installed)
    chosen = Settings(language="en", safety_contact="Kim of HR", group_rhythm="every Thursday")
    await workspaces.exchange(TEAM, Settings(), chosen)
