"""The commands for those who care for the words: draft, lint and scripts."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.catalogue import Catalogue, Script
from bot.drafting import (
    CHAT,
    DraftingError,
    MissingDetailsError,
    Request,
    UnknownChoiceError,
    compose,
    voice,
)
from bot.filled import values
from bot.inspection import inspect
from bot.lint import Finding, Lint
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.proposal import envelope
from bot.records import Filled
from bot.review import review

WRONG = 2
"""Exit code for a call that cannot be carried out as it was given."""

Language = Annotated[str, typer.Option(help="en, nl or nb.")]


def draft(
    script: Annotated[str, typer.Argument(help="The script's id, such as decline_polite.")],
    language: Language = "en",
    tone: Annotated[str, typer.Option(help="The tone; by default the script's own.")] = "",
    wording: Annotated[int, typer.Option(min=1, help="Which wording of that tone.")] = 1,
    channel: Annotated[str, typer.Option(help="chat, email, short or points.")] = CHAT,
    address: Annotated[str, typer.Option(help="The form of address, such as je or u.")] = "",
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
    lint = Lint.load(TEMPLATES / "lint")
    try:
        known = catalogue.scripts.get(script)
        if known is None:
            raise UnknownChoiceError("script", script, catalogue.scripts)
        _exists("language", language, known.words)
        _exists("tone", tone or next(iter(known.facts.tones), ""), known.facts.tones or [""])
        _exists("channel", channel, (CHAT, *known.facts.channels))
        if address:
            _exists("form of address", address, lint.addresses(language))
        if known.facts.tones:
            spoken = voice(tone or known.facts.tones[0], channel)
            _exists("wording", wording, [one.number for one in known.wordings(language, spoken)])
        name, details = _filled(known, language, given or [], example=example)
        read, wrong = values(known, details)
        if wrong:
            raise DraftingError("\n".join(f"not usable: {key} ({why})" for key, why in wrong.items()))
        around = envelope(Languages.load(TEMPLATES / "locales")[language], None)
        today = date.today()  # noqa: DTZ011 (the user's own date)
        made = compose(Request(known, language, name, today, tone, wording, read, channel, address, around))
    except MissingDetailsError as error:
        give_up("\n".join(f"missing: {one}" for one in error.fields))
    except DraftingError as error:
        give_up(str(error))
    typer.echo(made.text or f"({known.words[language].advice})", err=not made.text)
    if made.text:
        found = review(
            lint, made.text, known, language=language, channel=channel, details=read, known=name, today=today
        )
        _report(found)


def lint(language: Language = "en") -> None:
    """Read a text from stdin and print what weakens it; exit 1 if anything does."""
    rules = Lint.load(TEMPLATES / "lint")
    try:
        _exists("language", language, rules.by_language)
    except UnknownChoiceError as error:
        give_up(str(error))
    found = rules.findings(sys.stdin.read(), language)
    _report(found, err=False)
    raise typer.Exit(1 if found else 0)


scripts = typer.Typer(help="List the scripts, or check them all.", invoke_without_command=True)


@scripts.callback()
def list_scripts(context: typer.Context) -> None:
    """List every script: id, title, languages, origin."""
    if context.invoked_subcommand:
        return
    catalogue = Catalogue.load(TEMPLATES / "scripts")
    width = max(len(script_id) for script_id in catalogue.scripts)
    for script in catalogue.scripts.values():
        title = next(iter(script.words.values())).title
        typer.echo(f"{script.id:{width}}  {title:40}  {' '.join(script.words)}  {script.facts.origin}")
    for problem in catalogue.problems:
        typer.echo(problem, err=True)


@scripts.command()
def check(
    folder: Annotated[
        Path,
        typer.Argument(help="A folder of scripts; by default the app's own.", exists=True, file_okay=False),
    ] = TEMPLATES / "scripts",
) -> None:
    """Check facts, languages, tones, wordings, lint and distinctness; exit 1 if anything is wrong."""
    catalogue = Catalogue.load(folder)
    languages = Languages.load(TEMPLATES / "locales").by_code
    problems = list(inspect(catalogue, Lint.load(TEMPLATES / "lint"), languages))
    for problem in problems:
        typer.echo(problem)
    typer.echo(f"{len(catalogue.scripts)} scripts, {len(problems)} problems", err=True)
    raise typer.Exit(1 if problems else 0)


def give_up(sentence: str, code: int = WRONG) -> NoReturn:
    """Say why, and leave."""
    typer.echo(sentence, err=True)
    sys.exit(code)


def _exists(what: str, given: object, known: object) -> None:
    if given not in known:  # type: ignore[operator]
        raise UnknownChoiceError(what, given, known)  # type: ignore[arg-type]


def _filled(
    script: Script, language: str, given: list[str], *, example: bool
) -> tuple[str, dict[str, Filled]]:
    """The requester's name and the details, from the examples and from what was set."""
    filled = script.examples(language) if example else {}
    mine: dict[str, list[str]] = {}
    for pair in given:
        key, _, value = pair.partition("=")
        mine.setdefault(key, []).append(value)
    name = mine.pop("name", [script.words[language].example_name if example else ""])[-1]
    for key, said in mine.items():
        if key not in script.words[language].details:
            raise UnknownChoiceError("detail", key, ["name", *script.words[language].details])
        kind = script.detail(key).type
        yes = said[-1].casefold() in {"yes", "true", "1"}
        filled[key] = said if kind == "list" else yes if kind == "yes_no" else said[-1]
    return name, filled


def _report(findings: list[Finding], *, err: bool = True) -> None:
    for finding in findings:
        typer.echo(f"{finding.rule}: “{finding.words}”. {finding.why} {finding.fix}", err=err)
