"""The commands for the encryption keys: a fresh one, and sealing everything anew with the newest."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing

import typer

from bot.cli_words import give_up
from bot.config import Config
from bot.stores.connection import OUT_OF_REACH, connect
from bot.stores.embedded import reached
from bot.stores.encryption import Vault, new_key
from bot.stores.rotation import Tally, rotate, size

keys = typer.Typer(help="The keys that encrypt what is kept.", no_args_is_help=True)

_ANSWER_SECONDS = 10.0
"""Nobody in Slack waits for a rotation."""


@keys.command()
def new() -> None:
    """Print a fresh key for ENCRYPTION_KEYS."""
    typer.echo(new_key())


def seal_anew(config: Config) -> None:
    """Seal everything anew with the newest key, and say what came of it; exit 1 if anything is unreadable."""
    if not config.keys():
        own = config.data_dir / "encryption.key"
        give_up(
            f"ENCRYPTION_KEYS is not set: the app has one key, which it made for itself ({own});"
            " to replace it, put it into ENCRYPTION_KEYS behind a new one"
        )
    with reached(config.redis(), config.data_dir) as url:
        try:
            tally = asyncio.run(_rotated(url, Vault(config.keys())))
        except OUT_OF_REACH as error:
            reason = type(error).__name__
            give_up(f"not finished: Redis cannot be reached or refuses ({reason}); run it again", 1)
    for key in tally.where:
        typer.echo(f"unreadable: {key}", err=True)
    typer.echo(
        f"sealed anew {tally.resealed}, already new {tally.already},"
        f" changed meanwhile {tally.changed}, unreadable {tally.unreadable}"
    )
    raise typer.Exit(1 if tally.unreadable else 0)


async def _rotated(url: str, vault: Vault) -> Tally:
    async with aclosing(connect(url, _ANSWER_SECONDS)) as redis:
        hidden = not sys.stderr.isatty()
        with typer.progressbar(length=await size(redis), file=sys.stderr, hidden=hidden) as bar:
            advance: Callable[[int], None] = bar.update
            return await rotate(redis, vault, advance)
