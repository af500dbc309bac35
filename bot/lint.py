"""What weakens a no: faults in a text, by rules and word lists in `templates/lint`.

Advice for whoever writes, never a gate. Each rule says why, with the study it rests on where there is one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _phrases(given: object) -> object:
    """A list of phrases as one pattern: whole words, in any case, with either apostrophe or none.

    A long phrase goes on on the next line.
    """
    if not isinstance(given, list):
        return given
    phrases = re.sub(r"\n\s*", "", "|".join(map(str, given))).replace("'", "['’]?")
    return rf"(?i)(?<!\w)(?:{phrases})(?!\w)"


Pattern = Annotated[re.Pattern[str], BeforeValidator(_phrases)]
"""A regular expression, or a list of them: the phrases it finds."""


class Rule(BaseModel):
    """One fault. A rule without a pattern is one that `Lint` checks itself, by its id.

    The pattern may occur `at_most` so often; a hit does not count in a sentence that `unless` occurs in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: Pattern | None = None
    unless: Pattern | None = None
    at_most: int = 0
    why: str = Field(max_length=150)
    fix: str = Field(max_length=120)


class Rules(BaseModel):
    """One language's `<language>.toml`: its rules by id, and what they look for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Pattern
    names: tuple[str, ...] = ()
    address: Mapping[str, Pattern] = Field(default_factory=dict)
    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a text. Everything is optional: a text from nowhere is checked for what it says.

    `outcome`: whether it must say no, or ask one question. `longest`: in words. `door`: the author chose to
    leave one open. `known`: all that was filled in, so that a name or number from elsewhere stands out.
    """

    outcome: Literal["no", "question", ""] = ""
    longest: int = 0
    door: bool = False
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault in a text: the rule's id, the words it points at, why, and the fix."""

    rule: str
    words: str
    why: str
    fix: str


ANYTHING = Expected()

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_WORD = re.compile(r"\w+(?:[’'.,:-]\w+)*")
_PART = re.compile(r"\w+")
_INSIDE_A_SENTENCE = re.compile(
    r"(?<![\n:+])(?<!^)\b\d+(?:[.,:]\d+)*\b|(?:(?<=[\w,;&][ ])|(?<=[@/&]))\w+(?:[’'-]\w+)*"
)
_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Lint:
    """The rules of every language."""

    by_language: Mapping[str, Rules]

    @classmethod
    def load(cls, folder: Path) -> Lint:
        """Read every `<language>.toml` under `folder`."""
        return cls(
            {
                path.stem: Rules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
                for path in sorted(folder.glob("*.toml"))
            }
        )

    def findings(self, text: str, language: str, expected: Expected = ANYTHING) -> list[Finding]:
        """What weakens this text, in the order of the rules; nothing for a language without rules."""
        given = self.by_language.get(language)
        if given is None:
            return []
        sentences = _SENTENCE.findall(text)
        return [
            Finding(name, words, rule.why, rule.fix)
            for name, rule in given.rules.items()
            if (words := _hit(name, rule, given, text, sentences, expected)) is not None
        ]

    def addresses(self, language: str) -> tuple[str, ...]:
        """The forms of address a language has, the familiar one first; empty when there is only one."""
        given = self.by_language.get(language)
        return tuple(given.address) if given else ()

    def address_of(self, text: str, language: str) -> str:
        """The form of address that a message uses, so that the answer can mirror it; empty when unclear."""
        given = self.by_language.get(language)
        counts = (
            {form: len(pattern.findall(text)) for form, pattern in given.address.items()} if given else {}
        )
        used = [form for form, count in counts.items() if count]
        return used[0] if len(used) == 1 else ""


def _hit(
    name: str, rule: Rule, given: Rules, text: str, sentences: Sequence[str], expected: Expected
) -> str | None:
    """The words that break the rule; None when it holds."""
    if name == "open_door" and expected.door:
        return None
    if rule.pattern is not None:
        return _pattern_hit(rule, sentences)
    checks = {
        "no_outcome": _no_outcome,
        "mixed_address": _mixed_address,
        "too_long": _too_long,
        "invented": _invented,
    }
    return checks[name](given, text, expected)


def _pattern_hit(rule: Rule, sentences: Sequence[str]) -> str | None:
    assert rule.pattern  # noqa: S101
    hits = [
        found[0].strip()
        for sentence in sentences
        if not (rule.unless and rule.unless.search(sentence))
        for found in rule.pattern.finditer(sentence)
    ]
    return hits[rule.at_most] if len(hits) > rule.at_most else None


def _no_outcome(given: Rules, text: str, expected: Expected) -> str | None:
    clear = {
        "no": bool(given.outcome.search(text)),
        "question": text.count("?") == 1,
        "": True,
    }[expected.outcome]
    return None if clear else _quoted(text)


def _mixed_address(given: Rules, text: str, _: Expected) -> str | None:
    used = [found[0] for pattern in given.address.values() if (found := pattern.search(text))]
    return " / ".join(used) if len(used) > 1 else None


def _too_long(_: Rules, text: str, expected: Expected) -> str | None:
    words = len(_WORD.findall(text))
    return f"{words} > {expected.longest}" if expected.longest and words > expected.longest else None


def _invented(given: Rules, text: str, expected: Expected) -> str | None:
    if expected.known is None:
        return None
    known = {part.casefold() for one in (expected.known, *given.names) for part in _PART.findall(one)}
    known |= set(re.findall(r"\d+", expected.known))
    return next(_unknown(text, known), None)


def _unknown(text: str, known: set[str]) -> Iterator[str]:
    """Names and numbers that nobody gave; a capital at the start of a sentence makes no name."""
    for found in _INSIDE_A_SENTENCE.finditer(text):
        parts = [part for part in _PART.findall(found[0]) if part[0].isupper() or part[0].isdecimal()]
        if not all(part.casefold() in known or part.casefold().removesuffix("s") in known for part in parts):
            yield found[0]


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1].rstrip() + "…"
