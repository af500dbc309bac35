"""The commands for what is kept: of one author, who cannot do it themselves, and of workspaces that left."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import typer

from bot.belongings import Counts
from bot.checks import slack
from bot.cli_words import give_up
from bot.config import Config
from bot.export import Source, as_json
from bot.records import Author
from bot.stores.away import AwayError
from bot.stores.belongings import Belongings
from bot.stores.connection import OUT_OF_REACH, connect
from bot.stores.departure import Departure
from bot.stores.embedded import reached
from bot.stores.encryption import Vault, own_keys
from bot.stores.workspaces import Workspaces
from bot.sweeping import Swept, sweep

_ANSWER_SECONDS = 10.0
"""Nobody in Slack waits for it."""


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


def sweep_out(config: Config) -> None:
    """Delete what is kept of workspaces that took the app away, and say of which Slack did not tell."""
    if not config.slack_client_id:
        give_up(
            "SLACK_CLIENT_ID is not set: a copy for one workspace is told by its own token that it is gone"
        )
    with reached(config.redis(), config.data_dir) as url:
        try:
            swept = asyncio.run(_swept(url, config))
        except (AwayError, *OUT_OF_REACH) as error:
            give_up(f"not finished: Redis cannot be reached or refuses ({type(error).__name__})", 1)
    for tenant in swept.unsure:
        typer.echo(f"left alone: {tenant}", err=True)
    typer.echo(f"deleted {len(swept.gone)} workspaces, {swept.authors} authors, {swept.keys} keys of theirs")
    raise typer.Exit(1 if swept.unsure else 0)


async def _swept(url: str, config: Config) -> Swept:
    async with aclosing(connect(url, _ANSWER_SECONDS)) as redis, slack(config) as client:
        workspaces = Workspaces(redis, Vault(config.keys() or own_keys(config.data_dir)))
        return await sweep(redis, workspaces, Departure(redis), client)


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
