"""What a million authors need: measured here, computed from that, and written into `docs/scale.md`.

python -m tests.scaling            compute the tables anew from docs/scale.json
python -m tests.scaling --measure  measure what Redis holds and does first
"""

from __future__ import annotations

import asyncio
import functools
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis

from bot.catalogue import Catalogue, Kind, Situation
from bot.ladder import Outcome
from bot.paths import TEMPLATES
from bot.records import Author, Preferences, Profile, Record, answer, person
from bot.stores.connection import connect
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import Vault, new_key
from bot.stores.history import History

DOCS = Path(__file__).parents[1] / "docs"
FIGURES, PAGE = DOCS / "scale.json", DOCS / "scale.md"

TEXT = (
    "Hi Ana, thanks for asking me about the reference for Hooli. My answer is no: I haven't seen enough of"
    " your work to write one that helps you. Priya led that project, so she may be the better person to ask."
)

UNKNOWN = "**not filled in yet**"


def load() -> dict[str, Any]:
    """The figures, measured and assumed."""
    return json.loads(FIGURES.read_text(encoding="utf-8"))


# measured


async def bytes_held(url: str, redis: Redis, authors: int = 30) -> dict[str, int]:
    """Bytes of Redis's memory for an author, for each person they know, and for each of their drafts.

    Three workspaces that differ in one thing, so that what they share goes away.
    """
    few = await held(url, redis, authors, people=1, drafts=1)
    more_drafts = await held(url, redis, authors, people=1, drafts=11)
    more_people = await held(url, redis, authors, people=11, drafts=11)
    draft = (more_drafts - few) / authors / 10
    known = (more_people - more_drafts) / authors / 10
    return {
        "bytes_per_draft": round(draft),
        "bytes_per_person": round(known),
        "bytes_per_author": round(few / authors - draft - known),
    }


async def held(url: str, redis: Redis, authors: int, people: int, drafts: int) -> int:
    """Bytes for so many authors, with what each has."""
    async with connect(url, answer_seconds=10) as client:
        history = History(client, Vault([new_key()]))
        redis.flushall()
        for number in range(authors):
            await used(history, Author("T0123456789", f"U{number:010}"), people, drafts)
        return sum(redis.memory_usage(key, samples=0) for key in redis.scan_iter())


@functools.cache
def shipped() -> Catalogue:
    """The scripts that ship."""
    return Catalogue.load(TEMPLATES / "scripts")


async def used(history: History, author: Author, people: int, drafts: int) -> None:
    """Somebody with preferences, and so many drafts for so many people, all sent."""
    script = shipped()
    await history.arrive(author, Profile(author.user, "Robin", "en-GB", "Europe/Amsterdam"))
    await history.prefer(author, Preferences(tone="firm"))
    for number in range(drafts):
        record = a_record(history, author, number, number % people)
        await history.save(author, record, person(record), answer(record, script[record.script_id]))


def a_record(history: History, author: Author, number: int, who: int) -> Record:
    """A draft of an ordinary length that was sent."""
    user, now = f"U{who:010}", time.time() - 1000 + number
    return Record(
        id=history.draft_id(author, f"V{number}"),
        person=history.person_id(author, user),
        name="Ana",
        user=user,
        ask=history.ask_id(author, "D0123456789", f"{number}"),
        situation=Situation.ONE_OFF,
        kind=Kind.RECOMMENDATION,
        script_id="decline_polite",
        language="en",
        tone="neutral",
        wording=1 + number % 3,
        text=f"{TEXT} ({number})",
        created=now,
        changed=now,
        on=datetime.now(UTC).date(),
        details={"request": "the reference for Hooli", "reason": "I haven't seen enough of your work"},
        outcome=Outcome.SENT,
    )


async def redis_time(url: str, redis: Redis, count: int = 2000) -> dict[str, int]:
    """Microseconds of Redis's CPU for a save and for the opening of a modal."""
    author = Author("T0123456789", "U0123456789")
    async with connect(url, answer_seconds=10) as client:
        history = History(client, Vault([new_key()]))
        await used(history, author, 10, 10)
        began = cpu(redis)
        await used(history, author, 10, count)
        saved = cpu(redis)
        for _ in range(count):
            await history.opening(author, history.person_id(author, "U0000000001"))
        opened = cpu(redis)
    return {
        "redis_us_per_save": round((saved - began) / count * 1e6),
        "redis_us_per_open": round((opened - saved) / count * 1e6),
    }


def cpu(redis: Redis) -> float:
    """Seconds of CPU that a server has taken."""
    taken = redis.info("cpu")
    return taken["used_cpu_sys"] + taken["used_cpu_user"]


def measure() -> dict[str, int]:
    """All of it, on a server of its own that waits for no disk."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServer(Path(folder)) as server,
        Redis.from_url(server.url) as redis,
    ):
        redis.config_set("appendfsync", "everysec")
        return asyncio.run(bytes_held(server.url, redis)) | asyncio.run(redis_time(server.url, redis))


# computed


def tables(figures: dict[str, Any]) -> dict[str, str]:
    """The tables of the page, by name."""
    measured, assumed, slack = figures["measured"], figures["assumed"], figures["slack"]
    drafts = assumed["drafts_a_week"] * assumed["retention_days"] / 7
    each = (
        measured["bytes_per_author"]
        + assumed["people"] * measured["bytes_per_person"]
        + drafts * measured["bytes_per_draft"]
    )
    busiest = assumed["drafts_a_week"] / 5 * assumed["busiest_hour"] / 3600
    """Drafts a second of one author, in the busiest hour of a working day."""
    interactions = sum(assumed["interactions"].values())
    redis_us = measured["redis_us_per_save"] * 2 + measured["redis_us_per_open"] * (interactions - 2)
    return {
        "measured": table(
            ("what", "measured"),
            ("bytes of Redis for an author with nothing yet", f"{measured['bytes_per_author']:,}"),
            ("for each person they know", f"{measured['bytes_per_person']:,}"),
            ("for each draft, all in", f"{measured['bytes_per_draft']:,}"),
            ("CPU of Redis for a save", f"{measured['redis_us_per_save']} µs"),
            ("CPU of Redis for opening a modal", f"{measured['redis_us_per_open']} µs"),
            *((f"CPU of a worker: {name}", ms(value)) for name, value in figures["cpu_ms"].items()),
        ),
        "needed": table(
            ("authors", "Redis memory", "interactions a second", "CPU of Redis", "workers (cores)"),
            *(
                (
                    f"{authors:,}",
                    gigabytes(authors * each),
                    f"{authors * busiest * interactions:,.1f}",
                    f"{authors * busiest * redis_us / 1e6:.1%} of a core",
                    workers(figures, authors * busiest),
                )
                for authors in assumed["authors"]
            ),
        ),
        "slack": table(
            (
                "method",
                "a minute and workspace",
                "for a draft",
                "drafts a minute",
                "authors in one workspace",
            ),
            *(
                (
                    f"`{method}`",
                    str(limit["a_minute"]),
                    f"{limit['for_a_draft']:g}",
                    f"{limit['a_minute'] / limit['for_a_draft']:,.0f}",
                    f"{limit['a_minute'] / limit['for_a_draft'] / 60 / busiest:,.0f}",
                )
                for method, limit in slack.items()
            ),
        ),
    }


def workers(figures: dict[str, Any], drafts: float) -> str:
    """How many, for so many drafts a second, each a core that is busy for no more than its share."""
    assumed, cost = figures["assumed"], figures["cpu_ms"]
    if None in cost.values():
        return UNKNOWN
    busy = sum(assumed["interactions"][name] * cost[name] for name in cost) / 1000
    return f"{max(2, -(-drafts * busy // assumed['busy_share'])):.0f}"


def ms(value: float | None) -> str:
    """Milliseconds, if they are known."""
    return UNKNOWN if value is None else f"{value:g} ms"


def gigabytes(number: float) -> str:
    """Bytes, to be read."""
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"


def table(*rows: tuple[str, ...]) -> str:
    """Rows as Markdown; the first one is the head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def written(page: str, figures: dict[str, Any]) -> str:
    """The page with its tables as the figures have them."""
    for name, made in tables(figures).items():
        before, mark, rest = page.partition(f"<!-- {name} -->\n")
        after = rest.partition(mark)[2]
        page = f"{before}{mark}{made}\n{mark}{after}"
    return page


def main() -> None:
    """Write the page, and the figures first where they are measured anew."""
    figures = load()
    if "--measure" in sys.argv:
        figures["measured"] |= measure()
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), figures), encoding="utf-8")


if __name__ == "__main__":
    main()
