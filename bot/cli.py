"""The command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated

import typer
from pydantic import ValidationError

from bot import cli_keys, cli_suggest, cli_words, logs
from bot.cli_words import WRONG, give_up
from bot.config import Config
from bot.records import Author
from bot.shared_metrics import shared_metrics
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
    if config.over_http:
        _serve(config)
        return
    if config.connected:
        _listen(config)
        return
    from bot.playing import play

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
    if not config.over_http:
        give_up(
            "SLACK_SIGNING_SECRET is not set, with SLACK_BOT_TOKEN for one workspace or SLACK_CLIENT_ID and"
            " SLACK_CLIENT_SECRET for many; `decline run` needs none of them",
            WRONG,
        )
    _serve(config)


@app.command()
def socket() -> None:
    """Serve one workspace over Socket Mode: Slack needs no address of yours."""
    config = _config()
    if config.slack_app_token is None:
        give_up("SLACK_APP_TOKEN is not set (Basic Information > App-Level Tokens)", WRONG)
    _listen(config)


@app.command()
def check() -> None:
    """Check the configuration, Redis, the token and its scopes: a line each, exit 1 if any fails."""
    from bot.checks import checks

    failed = False
    for name, problem in asyncio.run(checks(_config(code=1))):
        typer.echo(f"{'fail' if problem else 'ok':4}  {name}{f': {problem}' if problem else ''}")
        failed = failed or bool(problem)
    raise typer.Exit(1 if failed else 0)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="The app's public https address; by default PUBLIC_URL.")] = "",
    *,
    socket_mode: Annotated[bool, typer.Option("--socket-mode", help="An app without an address.")] = False,
) -> None:
    """Print the app manifest, for creating or changing the app on Slack's side."""
    from bot.manifest import manifest as made

    if url and socket_mode:
        give_up("--url and --socket-mode do not go together: in Socket Mode there is no address", WRONG)
    address = url or ("" if socket_mode else _settings().public_url)
    if not address and not socket_mode:
        give_up("give --url https://…, set PUBLIC_URL, or choose --socket-mode", WRONG)
    try:
        text = json.dumps(made(address, socket_mode=socket_mode), indent=2, ensure_ascii=False)
    except ValueError as error:
        give_up(f"--url: {error}" if url else f"PUBLIC_URL: {error}", WRONG)
    typer.echo(text)


app.command()(cli_words.draft)
app.command()(cli_words.lint)
app.command()(cli_suggest.suggest)
app.add_typer(cli_words.scripts, name="scripts")
app.add_typer(cli_keys.keys, name="keys")
data = typer.Typer(help="What is kept: of one author, and of workspaces that left.", no_args_is_help=True)
app.add_typer(data, name="data")

Tenant = Annotated[str, typer.Option(help="The id of the workspace (T…) or organisation (E…).")]
User = Annotated[str, typer.Option(help="The author's Slack id (U… or W…).")]


@cli_keys.keys.command()
def rotate() -> None:
    """Seal everything anew with the newest key, while the app runs."""
    config = _config()
    with _data_folder(config):
        cli_keys.seal_anew(config)


@data.command()
def export(tenant: Tenant, user: User) -> None:
    """Print everything that is kept of an author, as JSON."""
    from bot.cli_data import take_out  # which imports `bot.metrics`, as `delete` does

    config = _config()
    with _data_folder(config):
        take_out(config, Author(tenant, user))


@data.command()
def delete(
    tenant: Tenant,
    user: User,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask first.")] = False,
) -> None:
    """Delete everything that is kept of an author, and look whether anything is left."""
    from bot.cli_data import take_away

    config = _config()
    with _data_folder(config):
        take_away(config, Author(tenant, user), sure=yes)


@data.command()
def sweep() -> None:
    """Delete what is kept of workspaces that took the app away while Redis, or the app, was."""
    from bot.cli_data import sweep_out

    config = _config()
    with _data_folder(config):
        sweep_out(config)


def _serve(config: Config) -> None:
    with shared_metrics() if config.metrics_token else nullcontext():
        from bot.running import serve as serve_slack  # which imports `bot.metrics`

        with _data_folder(config):
            serve_slack(config)


def _listen(config: Config) -> None:
    from bot.listening import listen

    with _data_folder(config):
        listen(config, lambda: typer.echo("Listening to Slack over Socket Mode. Ctrl-C stops it.", err=True))


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
    config = _settings(code)
    logs.configure(config.log_level)
    return config


def _settings(code: int = WRONG) -> Config:
    try:
        return Config()
    except ValidationError as error:
        lines = (
            f"{'.'.join(str(part) for part in one['loc']).upper() or 'configuration'}: {one['msg']}"
            for one in error.errors()
        )
        give_up("\n".join(lines), code)
