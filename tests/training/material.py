"""The labelled messages, as training and measuring read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

MESSAGES = Path(__file__).parents[1] / "messages"
LANGUAGES = ("en", "nl", "nb")

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with its language, what it asks, the group of those that say nearly the same, and its writer.

    `hand` tells its writers apart, of whom none saw what the others wrote.
    """

    text: str
    language: str
    situation: str
    kind: str
    group: str
    hand: int = 1


def labelled(folder: Path = MESSAGES) -> list[Labelled]:
    """All messages of a folder, language by language, in the order of its files."""
    return [
        Labelled(one["text"], language, one["situation"], one["kind"], one["group"], one.get("hand", 1))
        for language in LANGUAGES
        for one in _lines(folder / f"{language}.jsonl")
    ]


def held_out() -> list[Labelled]:
    """The messages that no model is ever trained on."""
    return labelled(MESSAGES / "heldout")


def in_other_languages() -> list[str]:
    """Messages in languages the app does not speak, and code."""
    return [one["text"] for one in _lines(MESSAGES / "other.jsonl")]


def nearly_the_same(texts: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places of each text and each other text that have seven words in ten in common."""
    words = CountVectorizer(binary=True, token_pattern=r"\w+", preprocessor=str.casefold, dtype=np.float32)
    every = words.fit_transform([*texts, *others])
    many = np.asarray(every.sum(axis=1)).ravel()
    second, of_second = every[len(texts) :].T.tocsc(), many[len(texts) :]
    for start in range(0, len(texts), AT_ONCE):
        stop = min(start + AT_ONCE, len(texts))
        shared = (every[start:stop] @ second).toarray()
        either = many[start:stop, None] + of_second - shared
        for one, other in np.argwhere((10 * shared >= 7 * either) & (shared > 0)):
            yield start + int(one), int(other)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
