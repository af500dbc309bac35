"""The command line."""

from __future__ import annotations

import asyncio
import sys
from datetime import date
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from bot import logs
from bot.catalogue import Catalogue, Script
from bot.config import Config
from bot.drafting import DraftingError, MissingDetailsError, Request, UnknownChoiceError, compose
from bot.lint import Lint
from bot.paths import TEMPLATES
from bot.proposal import values
from bot.stores.embedded import DataFolderTakenError

app = typer.Typer(
    help="Private drafts for saying no at work.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_WRONG = 2


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

    try:
        play(config, announce)
    except DataFolderTakenError as error:
        _give_up(str(error), 1)


@app.command()
def serve() -> None:
    """Serve Slack over HTTP, with WEB_CONCURRENCY workers."""
    config = _config()
    if not config.connected:
        _give_up("SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set; `decline run` needs neither", _WRONG)
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


@app.command()
def draft(
    script: Annotated[str, typer.Argument(help="The script's id, such as decline_polite.")],
    language: Annotated[str, typer.Option(help="en, nl or nb.")] = "en",
    tone: Annotated[str, typer.Option(help="The tone; by default the script's own.")] = "",
    wording: Annotated[int, typer.Option(min=1, help="Which wording of that tone.")] = 1,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", help="key=value; repeat a key for a list. Dates as YYYY-MM-DD."),
    ] = None,
    *,
    example: Annotated[bool, typer.Option("--example", help="Fill in the examples.")] = False,
) -> None:
    """Print one draft: the text on stdout, what weakens it on stderr."""
    catalogue = Catalogue.load(TEMPLATES / "scripts")
    for problem in catalogue.problems:
        typer.echo(problem, err=True)
    try:
        if script not in catalogue:
            raise UnknownChoiceError("script", script, catalogue.scripts)
        request = _request(catalogue[script], language, tone, wording, given or [], example=example)
        made = compose(request)
    except MissingDetailsError as error:
        _give_up("\n".join(f"missing: {one}" for one in error.fields), _WRONG)
    except DraftingError as error:
        _give_up(str(error), _WRONG)
    typer.echo(made.text or f"({catalogue[script].words[language].advice})", err=not made.text)
    for finding in Lint.load(TEMPLATES / "lint").findings(made.text, language):
        typer.echo(f"{finding.rule}: “{finding.words}”. {finding.why} {finding.fix}", err=True)


def _request(
    script: Script, language: str, tone: str, wording: int, given: list[str], *, example: bool
) -> Request:
    if language not in script.words:
        raise UnknownChoiceError("language", language, script.words)
    if tone and tone not in script.facts.tones:
        raise UnknownChoiceError("tone", tone, script.facts.tones)
    if tone_or_first := tone or next(iter(script.facts.tones), ""):
        known = [one.number for one in script.wordings(language, tone_or_first)]
        if wording not in known:
            raise UnknownChoiceError("wording", wording, known)
    filled = script.examples(language) if example else {}
    name = script.words[language].example_name if example else ""
    mine: dict[str, list[str]] = {}
    for pair in given:
        key, _, value = pair.partition("=")
        mine.setdefault(key, []).append(value)
    name = mine.pop("name", [name])[-1]
    for key, said in mine.items():
        if key not in script.words[language].details:
            raise UnknownChoiceError("detail", key, ["name", *script.words[language].details])
        kind = script.detail(key).type
        yes = said[-1].casefold() in {"yes", "true", "1"}
        filled[key] = said if kind == "list" else yes if kind == "yes_no" else said[-1]
    read, wrong = values(script, filled)
    if wrong:
        raise DraftingError("\n".join(f"not usable: {key} ({why})" for key, why in wrong.items()))
    return Request(script, language, name, date.today(), tone, wording, read)  # noqa: DTZ011 (the user's own date)


def _serve(config: Config) -> None:
    from bot.running import serve as serve_slack

    try:
        serve_slack(config)
    except DataFolderTakenError as error:
        _give_up(str(error), 1)


def _config(code: int = _WRONG) -> Config:
    try:
        config = Config()
    except ValidationError as error:
        lines = (
            f"{'.'.join(str(part) for part in one['loc']).upper() or 'configuration'}: {one['msg']}"
            for one in error.errors()
        )
        _give_up("\n".join(lines), code)
    logs.configure(config.log_level)
    return config


def _give_up(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(code)
