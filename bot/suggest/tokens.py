"""A message as words with their places, in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 2400
"""Characters that are read of a message: the beginning of anything longer."""

_LONGEST_WORD = 60
"""Letters; Norwegian and Dutch compounds are long, and nothing that is read is longer."""

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]")
_LINK = re.compile(r"<?(?:https?://|www\.)[^\s>]+>?")
_ENDS = frozenset(".?!")
_MONEY = frozenset("€$£%")
_MARKS = frozenset(":/")
_FIRST_EMOJI = "←"
_MOST_COUNTED = 5


@dataclass(frozen=True, slots=True)
class Message:
    """The tokens in lower case, where each stands in the text, its sentence, and which sentences ask."""

    text: str
    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    sentences: tuple[int, ...]
    asking: frozenset[int]
    shape: tuple[str, ...]

    @property
    def letters(self) -> int:
        """How many of the tokens are words, links left out."""
        return sum(word[0].isalpha() and len(word) <= _LONGEST_WORD for word in self.words)


def read(text: str) -> Message:
    """Split a text into tokens and sentences, and note its shape."""
    text = text[:LONGEST].encode(errors="replace").decode()
    plain, links = _LINK.subn(lambda found: " " * len(found[0]), text)
    found = list(_TOKEN.finditer(plain))
    raw = [token[0] for token in found]
    words = tuple(token.lower().replace("’", "'") for token in raw)
    sentences: list[int] = []
    sentence = 0
    for word, following in pairwise((*words, "")):
        sentences.append(sentence)
        if word in _ENDS and following and following not in _ENDS:
            sentence += 1
    asking = frozenset(sentences[place] for place, word in enumerate(words) if word == "?")
    shape = _shape(raw, words, sentence + 1, len(asking))
    if links:
        shape.add("link")
    places = tuple(token.span() for token in found)
    return Message(text, words, places, tuple(sentences), asking, tuple(sorted(shape)))


def _shape(raw: list[str], words: tuple[str, ...], sentences: int, asking: int) -> set[str]:
    """What can be seen without reading: length, questions, case, figures, marks."""
    shape = {
        f"asking {min(asking, 3)}",
        f"length {len(words).bit_length()}",
        f"sentences {min(sentences, _MOST_COUNTED)}",
    }
    if not raw:
        return shape
    shape.add("ends in a word" if words[-1][0].isalnum() else f"ends in {words[-1]}")
    if raw[0][0].islower():
        shape.add("starts small")
    for before, token in pairwise(("", *raw)):
        if token[0].isupper() and before and before not in _ENDS:
            shape.add("a name")
        elif token[0].isdigit():
            shape.add("figures")
        elif token in _MONEY:
            shape.add("money")
        elif token in _MARKS:
            shape.add(f"mark {token}")
        elif token[0] > _FIRST_EMOJI:
            shape.add("emoji")
    return shape
