"""The commands for one author's data: for whoever runs the app, when an author cannot do it themselves."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import typer

from bot.belongings import Counts
from bot.cli_words import give_up
from bot.config import Config
from bot.export import Source, as_json
from bot.records import Author
from bot.stores.away import AwayError
from bot.stores.belongings import Belongings
from bot.stores.connection import connect
from bot.stores.embedded import reached
from bot.stores.encryption import Vault, own_keys


def take_out(config: Config, author: Author) -> None:
    """Print everything that is kept of an author as JSON."""
    _run(config, lambda belongings: _print(belongings, author))


def take_away(config: Config, author: Author, *, sure: bool) -> None:
    """Delete everything that is kept of an author, after asking unless that was answered before."""
    counts: Counts = _run(config, lambda belongings: belongings.counts(author))
    what = f"{counts.drafts} drafts, {counts.people} people, {counts.scripts} own scripts"
    if not sure:
        typer.confirm(
            f"Delete everything of {author.user} in {author.tenant} ({what})?", abort=True, err=True
        )
    keys: int = _run(config, lambda belongings: belongings.erase(author))
    typer.echo(f"deleted {keys} keys ({what}); nothing is left")


def _run(config: Config, job: Callable[[Belongings], Coroutine[Any, Any, Any]]) -> Any:
    with reached(config.redis(), config.data_dir) as url:
        try:
            return asyncio.run(_with_belongings(url, config, job))
        except AwayError as error:
            give_up(f"Redis cannot be reached or refuses ({error})", 1)


async def _with_belongings(
    url: str, config: Config, job: Callable[[Belongings], Coroutine[Any, Any, Any]]
) -> Any:
    async with _belongings(url, config) as belongings:
        return await job(belongings)


@asynccontextmanager
async def _belongings(url: str, config: Config) -> AsyncIterator[Belongings]:
    redis = connect(url)
    try:
        yield Belongings(redis, Vault(config.keys() or own_keys(config.data_dir)))
    finally:
        await redis.aclose()


async def _print(belongings: Belongings, author: Author) -> None:
    source = Source(
        await belongings.about(author), lambda: belongings.drafts(author), lambda: belongings.people(author)
    )
    async for text in as_json(source, datetime.now(UTC)):
        sys.stdout.write(text)
