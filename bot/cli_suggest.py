"""The command that tells what a message seems to be: suggest."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, NoReturn

import typer

from bot.paths import TEMPLATES
from bot.suggest import Doubt, Guess, Suggester, Suggestion

_WHY_NOT = {
    Doubt.EMPTY: "there are no words in it",
    Doubt.LANGUAGE: "it is not in English, Dutch or Norwegian",
    Doubt.UNSURE: "no reading is likely enough",
}


def suggest(
    text: Annotated[str, typer.Argument(help="The message; left out with --jsonl.")] = "",
    *,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Read {"id", "text"} lines from stdin, print a JSON line for each.'),
    ] = False,
) -> None:
    """Rank what a message asks, with the words that say so; nothing leaves this process."""
    suggester = Suggester.load(TEMPLATES / "suggest")
    if not jsonl:
        typer.echo(_told(suggester.suggest(text)))
        return
    for one, said in _lines(sys.stdin):
        typer.echo(json.dumps({"id": one} | _facts(suggester.suggest(said)), ensure_ascii=False))


def _told(suggestion: Suggestion) -> str:
    lines = [
        f"{guess.situation:12}  {_kind(guess):15}  {guess.confidence:.2f}" for guess in suggestion.guesses
    ]
    lines.append(f"language: {suggestion.language}")
    if suggestion.evidence:
        lines.append("because of: " + ", ".join(f"“{words}”" for words in suggestion.evidence))
    if suggestion.doubt:
        lines.append(f"not sure: {_WHY_NOT[suggestion.doubt]}")
    return "\n".join(lines)


def _facts(suggestion: Suggestion) -> dict[str, object]:
    best = suggestion.best
    return {
        "language": suggestion.language,
        "situation": best.situation,
        "kind": _kind(best),
        "confidence": best.confidence,
        "evidence": list(suggestion.evidence),
        "sure": suggestion.sure,
    }


def _kind(guess: Guess) -> str:
    return guess.kind or "none"


def _lines(given: Iterable[str]) -> Iterator[tuple[object, str]]:
    for number, line in enumerate(given, start=1):
        if not line.strip():
            continue
        try:
            message = json.loads(line)
            one, text = message["id"], message["text"]
        except (ValueError, KeyError, TypeError):
            _refuse(f'line {number} is not {{"id": …, "text": …}}')
        if not isinstance(text, str):
            _refuse(f"line {number}: the text is not a text")
        yield one, text


def _refuse(sentence: str) -> NoReturn:
    """Say which line cannot be read, and leave as for a call that cannot be carried out."""
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
