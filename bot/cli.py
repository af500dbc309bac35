"""The command line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError

from bot import cli_suggest, cli_words, logs
from bot.cli_words import WRONG, give_up
from bot.config import Config
from bot.stores.embedded import DataFolderTakenError

app = typer.Typer(
    help="Private drafts for saying no at work.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    app(prog_name="decline")


@app.command()
def run() -> None:
    """Open the playground when there are no Slack credentials, otherwise serve Slack."""
    config = _config()
    if config.connected:
        _serve(config)
        return
    from bot.running import play

    def announce(address: str) -> None:
        typer.echo(
            f"\n  Open the playground:  {address}\n\n  Nothing leaves this machine. Ctrl-C stops it.\n"
        )

    with _data_folder(config):
        play(config, announce)


@app.command()
def serve() -> None:
    """Serve Slack over HTTP, with WEB_CONCURRENCY workers."""
    config = _config()
    if not config.connected:
        give_up("SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set; `decline run` needs neither", WRONG)
    _serve(config)


@app.command()
def check() -> None:
    """Check the configuration, Redis, the token and its scopes: a line each, exit 1 if any fails."""
    from bot.checks import checks

    failed = False
    for name, problem in asyncio.run(checks(_config(code=1))):
        typer.echo(f"{'fail' if problem else 'ok':4}  {name}{f': {problem}' if problem else ''}")
        failed = failed or bool(problem)
    raise typer.Exit(1 if failed else 0)


app.command()(cli_words.draft)
app.command()(cli_words.lint)
app.command()(cli_suggest.suggest)
app.add_typer(cli_words.scripts, name="scripts")


def _serve(config: Config) -> None:
    from bot.running import serve as serve_slack

    with _data_folder(config):
        serve_slack(config)


@contextmanager
def _data_folder(config: Config) -> Iterator[None]:
    """Say what is wrong with the data folder, where something is."""
    try:
        yield
    except DataFolderTakenError as error:
        give_up(str(error), 1)
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        give_up(f"DATA_DIR: {config.data_dir} cannot be used ({error.strerror})", 1)


def _config(code: int = WRONG) -> Config:
    try:
        config = Config()
    except ValidationError as error:
        lines = (
            f"{'.'.join(str(part) for part in one['loc']).upper() or 'configuration'}: {one['msg']}"
            for one in error.errors()
        )
        give_up("\n".join(lines), code)
    logs.configure(config.log_level)
    return config
