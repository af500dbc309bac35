"""Wordings as they are edited: one text for each voice, its wordings parted by a line of dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot import grammar
from bot.facts import EMAIL_SUBJECT, ScriptFacts
from bot.texts import BrokenError

PARTED = "---"

_BLOCK = re.compile(
    r"{%[-+]?\s*block\s+([a-z]+_(?:[0-9]+|subject))\s*-?%}(.*?){%[-+]?\s*endblock[^%]*%}", re.DOTALL
)
_NUMBERED = re.compile(r"([a-z]+)_[0-9]+")


class _Piece(NamedTuple):
    """One wording: the block it becomes, the line of its voice before it begins, and its text."""

    voice: str
    block: str
    before: int
    text: str


def voices(facts: ScriptFacts) -> list[str]:
    """What a script speaks with: its tones, and the channels that have words of their own."""
    if facts.form != "message":
        return []
    return [*facts.tones, *(EMAIL_SUBJECT if one == "email" else one for one in facts.channels)]


def split(source: str) -> dict[str, str]:
    """Each voice's text, from the wordings as they are stored."""
    found: dict[str, list[str]] = {}
    for block, text in _BLOCK.findall(source):
        numbered = _NUMBERED.fullmatch(block)
        found.setdefault(numbered[1] if numbered else block, []).append(text.strip("\n"))
    return {voice: f"\n{PARTED}\n".join(parts) for voice, parts in found.items()}


def join(spoken: Mapping[str, str]) -> str:
    """The wordings as they are stored: a block for each."""
    blocks = (f"{{% block {one.block} %}}\n{one.text}\n{{% endblock %}}\n" for one in _pieces(spoken))
    return "".join(blocks)


def place(spoken: Mapping[str, str], line: int) -> tuple[str, int]:
    """Where a line of the joined wordings was edited: in which voice, on which line."""
    passed = 0
    for one in _pieces(spoken):
        lines = one.text.count("\n") + 1
        if line <= passed + lines + 2:
            return one.voice, one.before + min(max(line - passed - 1, 1), lines)
        passed += lines + 2
    return "", 0


def broken(spoken: Mapping[str, str], names: grammar.Names) -> Iterator[BrokenError]:
    """What no wording may say, each with its voice and its line there; none can reach into another."""
    for one in _pieces(spoken):
        try:
            grammar.parse(one.text + "\n\n", names, blocks=False)  # more follows: nothing may stay open
        except grammar.GrammarError as error:
            lines = one.text.count("\n") + 1
            yield BrokenError(one.voice, one.before + min(error.line, lines), error.reason)


def _pieces(spoken: Mapping[str, str]) -> Iterator[_Piece]:
    for voice, text in spoken.items():
        number, before = 0, 0
        for part in _parts(text) if voice != EMAIL_SUBJECT else [text.splitlines()]:
            said = "\n".join(part)
            if said.strip():
                number += 1
                block = voice if voice == EMAIL_SUBJECT else f"{voice}_{number}"
                yield _Piece(voice, block, before, said)
            before += len(part) + 1


def _parts(text: str) -> Iterator[list[str]]:
    part: list[str] = []
    for line in text.splitlines():
        if re.fullmatch(r"\s*-{3,}\s*", line):
            yield part
            part = []
        else:
            part.append(line)
    yield part
