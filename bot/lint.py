"""What weakens a no: faults in a text, by rules and word lists in `templates/lint`.

Advice for whoever writes, never a gate. Each rule says why, with the study it rests on where there is one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_PART = re.compile(r"\w+")


def _phrases(given: list[str]) -> str:
    """A list of phrases as one pattern for a text in lower case: whole words, with either apostrophe or none.

    A long phrase goes on on the next line.
    """
    phrases = re.sub(r"\n\s*", "", "|".join(given)).replace("'", "['’]?")
    low = re.sub(r"[^\\]+|\\.", lambda part: part[0] if part[0][0] == "\\" else part[0].lower(), phrases)
    return rf"(?<!\w)(?:{low})(?!\w)"


Phrases = Annotated[re.Pattern[str], BeforeValidator(_phrases)]
"""A list of regular expressions: the phrases it finds, in any case.

They are looked for in lower case, for a pattern that ignores case takes three times as long.
"""


def _parts(given: Iterable[str]) -> frozenset[str]:
    """The words of some texts, however they are written."""
    return frozenset(part.casefold() for one in given for part in _PART.findall(one))


class Rule(BaseModel):
    """One fault: phrases, or a pattern of how something is written. A rule without either is `Lint`'s own.

    The phrases may occur `at_most` so often; a hit does not count in a sentence that `unless` occurs in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    phrases: Phrases | None = None
    written: re.Pattern[str] | None = None
    unless: Phrases | None = None
    at_most: int = 0
    why: str = Field(max_length=150)
    fix: str = Field(max_length=120)


class Rules(BaseModel):
    """One language's `<language>.toml`: its rules by id, and what they look for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Phrases
    names: Annotated[frozenset[str], BeforeValidator(_parts)] = frozenset()
    address: Mapping[str, re.Pattern[str]] = Field(default_factory=dict)
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
        read = _Text.read(text)
        return [
            Finding(name, words, rule.why, rule.fix)
            for name, rule in given.rules.items()
            if (words := _hit(name, rule, given, read, expected)) is not None
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


class _Text(NamedTuple):
    """A text as it is written and in lower case, and from where to where each sentence goes."""

    written: str
    low: str
    sentences: list[tuple[int, int]]

    @classmethod
    def read(cls, text: str) -> _Text:
        low = text.lower()
        same = len(low) == len(text)  # unless one letter has become two
        return cls(text, low if same else text, [found.span() for found in _SENTENCE.finditer(text)])


def _hit(name: str, rule: Rule, given: Rules, text: _Text, expected: Expected) -> str | None:
    """The words that break the rule; None when it holds."""
    if name == "open_door" and expected.door:
        return None
    if rule.phrases:
        return _phrase_hit(rule.phrases, rule, text)
    if rule.written:
        found = rule.written.search(text.written)
        return found and found[0].strip()
    checks = {
        "no_outcome": _no_outcome,
        "mixed_address": _mixed_address,
        "too_long": _too_long,
        "invented": _invented,
    }
    return checks[name](given, text, expected)


def _phrase_hit(phrases: re.Pattern[str], rule: Rule, text: _Text) -> str | None:
    hits = [
        found.span()
        for sentence in text.sentences
        for found in phrases.finditer(text.low, *sentence)
        if not (rule.unless and rule.unless.search(text.low, *sentence))
    ]
    return text.written[slice(*hits[rule.at_most])].strip() if len(hits) > rule.at_most else None


def _no_outcome(given: Rules, text: _Text, expected: Expected) -> str | None:
    clear = {
        "no": bool(given.outcome.search(text.low)),
        "question": text.written.count("?") == 1,
        "": True,
    }[expected.outcome]
    return None if clear else _quoted(text.written)


def _mixed_address(given: Rules, text: _Text, _: Expected) -> str | None:
    used = [found[0] for pattern in given.address.values() if (found := pattern.search(text.written))]
    return " / ".join(used) if len(used) > 1 else None


def _too_long(_: Rules, text: _Text, expected: Expected) -> str | None:
    words = len(_WORD.findall(text.written))
    return f"{words} > {expected.longest}" if expected.longest and words > expected.longest else None


def _invented(given: Rules, text: _Text, expected: Expected) -> str | None:
    if expected.known is None:
        return None
    known = given.names | _parts([expected.known]) | frozenset(re.findall(r"\d+", expected.known))
    return next(_unknown(text.written, known), None)


def _unknown(text: str, known: frozenset[str]) -> Iterator[str]:
    """Names and numbers that nobody gave; a capital at the start of a sentence makes no name."""
    for found in _INSIDE_A_SENTENCE.finditer(text):
        parts = [part for part in _PART.findall(found[0]) if part[0].isupper() or part[0].isdecimal()]
        if not all(part.casefold() in known or part.casefold().removesuffix("s") in known for part in parts):
            yield found[0]


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1].rstrip() + "…"
