"""What words mean: concepts and words of one meaning, the same in every language."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LANGUAGES = ("en", "nl", "nb")
_PART = re.compile(r"\*?\w+(?:'\w+)*\*?|[^\w\s]")
_MANY = re.compile(r"[^\w'*]")
_QUIET = "quiet"
_EDGE = 2
"""Letters by which beginnings and endings are looked up; none is shorter."""


class Hit(NamedTuple):
    """A concept found in a message: its number, and its first and last token."""

    concept: int
    first: int
    last: int


class Concept(NamedTuple):
    """A concept's name and family, the number its features are made from, and whether it says something.

    What says little by itself is marked `quiet`: it pairs with others in a sentence, not across a message.
    """

    name: str
    family: str
    mark: int
    telling: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """One language: concepts by word, by the first and by the last two letters, phrases by first words."""

    exact: Mapping[str, tuple[int, ...]]
    beginnings: Mapping[str, tuple[tuple[str, int], ...]]
    endings: Mapping[str, tuple[tuple[str, int], ...]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]]
    meanings: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The concepts, and the words that stand for them in each language."""

    concepts: tuple[Concept, ...]
    by_language: Mapping[str, _Words]

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read `concepts.txt` and `words.txt`."""
        table = _table((folder / "concepts.txt").read_text(encoding="utf-8"))
        lines = (folder / "words.txt").read_text(encoding="utf-8").splitlines()
        rows = [line.split("|") for line in lines if line and not line.startswith("#")]
        concepts = tuple(
            Concept(name, said["family"].removesuffix(_QUIET).strip(), crc32(name.encode()), telling)
            for name, said in table.items()
            for telling in [not said["family"].endswith(_QUIET)]
        )
        words = {
            language: _language(
                [said[language] for said in table.values()], [row[column].split() for row in rows]
            )
            for column, language in enumerate(LANGUAGES)
        }
        return cls(concepts, words)

    def hits(self, words: tuple[str, ...], language: str) -> list[Hit]:
        """Every concept in a message, in order; a concept once for each word where it begins."""
        known = self.by_language[language]
        found: list[Hit] = []
        for place, word in enumerate(words):
            here = dict.fromkeys(known.exact.get(word, ()), place)
            for beginning, concept in known.beginnings.get(word[:_EDGE], ()):
                if word.startswith(beginning):
                    here[concept] = place
            for ending, concept in known.endings.get(word[-_EDGE:], ()):
                if word.endswith(ending):
                    here[concept] = place
            following = words[place + 1] if place + 1 < len(words) else ""
            for key in (f"{word} {following}", word) if following else ():
                for rest, concept in known.phrases.get(key, ()):
                    last = place + len(rest)
                    if last < len(words) and all(map(_fits, rest, words[place + 1 : last + 1])):
                        here[concept] = max(last, here.get(concept, 0))
            found += [Hit(concept, place, last) for concept, last in sorted(here.items())]
        return found

    def meanings(self, words: tuple[str, ...], language: str) -> list[tuple[int, int]]:
        """Every word that has a meaning in common with others: the meaning's number and the place."""
        known = self.by_language[language].meanings
        return [(mark, place) for place, word in enumerate(words) for mark in known.get(word, ())]


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else part == word


def _table(text: str) -> dict[str, dict[str, str]]:
    """Each concept with its family and its words: `[concept] family`, then `language = words` lines."""
    table: dict[str, dict[str, str]] = {}
    said: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("["):
            name, _, family = line[1:].partition("]")
            said = table[name] = {"family": family.strip()}
        elif line and not line.startswith("#"):
            language, _, words = line.partition(" = ")
            said[language] = words
    return table


def _language(concepts: Iterable[str], meanings: Iterable[list[str]]) -> _Words:
    exact = defaultdict[str, list[int]](list)
    beginnings, endings = (defaultdict[str, list[tuple[str, int]]](list) for _ in range(2))
    phrases = defaultdict[str, list[tuple[tuple[str, ...], int]]](list)
    for number, said in enumerate(concepts):
        for entry in said.lower().split(", "):
            first, *rest = _PART.findall(entry) if _MANY.search(entry) else (entry,)
            if rest:
                key = first if rest[0].endswith("*") else f"{first} {rest[0]}"
                phrases[key].append((tuple(rest), number))
            elif first.startswith("*"):
                endings[first[-_EDGE:]].append((first[1:], number))
            elif first.endswith("*"):
                beginnings[first[:_EDGE]].append((first[:-1], number))
            else:
                exact[first].append(number)
    alike = defaultdict[str, list[int]](list)
    for row, forms in enumerate(meanings):
        for word in dict.fromkeys(forms):
            alike[word].append(crc32(b"meaning %d" % row))
    return _Words(
        exact={word: tuple(sorted(set(numbers))) for word, numbers in exact.items()},
        beginnings={edge: tuple(some) for edge, some in beginnings.items()},
        endings={edge: tuple(some) for edge, some in endings.items()},
        phrases={word: tuple(rest) for word, rest in phrases.items()},
        meanings={word: tuple(marks) for word, marks in alike.items()},
    )
