"""Fitting the weights: features as a matrix, a place in the table for each, one linear machine a lane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.svm import LinearSVC

from bot.catalogue import Situation
from bot.paths import TEMPLATES
from bot.suggest.features import features
from bot.suggest.languages import traits
from bot.suggest.lexicon import Lexicon
from bot.suggest.model import (
    KINDS,
    LANGUAGE_BITS,
    LANGUAGE_LANES,
    SITUATIONS,
    SLOT_BITS,
)
from bot.suggest.tokens import read
from tests.training.material import Labelled

WORTH = (1.2, 0.8, 0.2, 0.4)
"""What each group of features is worth, in the order of `features.GROUPS`."""

SOFTNESS = 1.8

RELUCTANCE = 0.12
"""Taken off the score of "nothing to decline", which is then about as often right as it is found."""

SMOOTHING = 0.1
FEWEST = 2
"""Messages in which a feature must occur."""

MOST_ROWS = 62_000
"""The most frequent features, for a file of less than 2 MB."""
OTHERS = 6
"""How often each message in another language counts."""

LEXICON = Lexicon.load(TEMPLATES / "suggest")
Found = tuple[tuple[float, tuple[int, ...]], ...]


@cache
def found(text: str, language: str) -> Found:
    """A message's features, by group, with what one of the group weighs."""
    message = read(text)
    groups = features(message, language, LEXICON, LEXICON.hits(message.words, language))
    return tuple(
        (worth / sqrt(len(group) or 1), tuple(number for number, _, _ in group))
        for worth, group in zip(WORTH, groups, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """The features that are kept, each with its column; no two share a place in the table."""

    of: dict[int, int]

    @classmethod
    def keep(cls, messages: Sequence[Labelled]) -> Columns:
        """The features that occur often enough; of two at one place the more frequent one."""
        counts = Counter(
            number for one in messages for _, group in found(one.text, one.language) for number in set(group)
        )
        frequent = sorted(
            (number for number, count in counts.items() if count >= FEWEST),
            key=lambda number: (-counts[number], number),
        )
        taken: dict[int, int] = {}
        for number in frequent:
            taken.setdefault(number & (1 << SLOT_BITS) - 1, number)
        kept = sorted(list(taken.values())[:MOST_ROWS])
        return cls({number: column for column, number in enumerate(kept)})

    def matrix(self, messages: Sequence[Labelled]) -> csr_matrix:
        """The messages as rows."""
        values, columns, ends = [], [], [0]
        for one in messages:
            for value, group in found(one.text, one.language):
                for number in group:
                    column = self.of.get(number)
                    if column is not None:
                        values.append(value)
                        columns.append(column)
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(messages), len(self.of)))


@dataclass(frozen=True, slots=True)
class Weights:
    """One row of weights for each lane, and what is added at the end."""

    rows: np.ndarray
    bias: np.ndarray

    def scores(self, matrix: csr_matrix) -> np.ndarray:
        """The score of each message in each lane."""
        return np.asarray(matrix @ self.rows.T) + self.bias


def fit(
    matrix: csr_matrix, labels: Sequence[str], lanes: Sequence[str], softness: float = SOFTNESS
) -> Weights:
    """One linear machine a lane: its label against the rest; a lane without a label weighs nothing."""
    rows = np.zeros((len(lanes), matrix.shape[1]))
    bias = np.full(len(lanes), -1.0)
    given = np.array(labels)
    for lane, label in enumerate(lanes):
        chosen = given == label
        if chosen.any():
            told = _telling(matrix, chosen)
            machine = LinearSVC(C=softness, dual=True, random_state=0, max_iter=3000, tol=1e-3)
            machine.fit((matrix @ diags(told)).tocsr(), chosen)
            rows[lane], bias[lane] = machine.coef_[0] * told, machine.intercept_[0]
    return Weights(rows, bias)


def _telling(matrix: csr_matrix, chosen: np.ndarray) -> np.ndarray:
    """How differently each feature occurs in the chosen messages and in the others: its Bayes weight."""
    there = matrix > 0
    inside = np.asarray(there[chosen].sum(axis=0)).ravel() + SMOOTHING
    outside = np.asarray(there[~chosen].sum(axis=0)).ravel() + SMOOTHING
    return np.sqrt(np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum())))


def fit_situations(matrix: csr_matrix, messages: Sequence[Labelled]) -> Weights:
    """The situations' weights."""
    weights = fit(matrix, [one.situation for one in messages], SITUATIONS)
    weights.bias[SITUATIONS.index(Situation.NONE)] -= RELUCTANCE
    return weights


def fit_kinds(matrix: csr_matrix, messages: Sequence[Labelled]) -> Weights:
    """The kinds' weights, from the messages that ask for something."""
    asking = [place for place, one in enumerate(messages) if one.kind != "none"]
    return fit(matrix[asking], [messages[place].kind for place in asking], KINDS)


def possible_kinds(messages: Sequence[Labelled]) -> list[list[int]]:
    """The kinds that each situation has somewhere in the material."""
    seen = {(one.situation, one.kind) for one in messages}
    return [
        [number for number, kind in enumerate(KINDS) if (situation, kind) in seen] for situation in SITUATIONS
    ]


def language_matrix(texts: Sequence[str]) -> csr_matrix:
    """Texts as rows of what tells languages apart."""
    values, columns, ends = [], [], [0]
    for text in texts:
        numbers = traits(read(text))
        values += [1 / sqrt(len(numbers) or 1)] * len(numbers)
        columns += numbers
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(texts), 1 << LANGUAGE_BITS))


def fit_languages(messages: Sequence[Labelled], others: Sequence[str]) -> Weights:
    """The languages' weights; the last lane is that of every other language."""
    texts = [*(one.text for one in messages), *(text for text in others for _ in range(OTHERS))]
    labels = [*(one.language for one in messages), *("" for _ in range(OTHERS * len(others)))]
    return fit(language_matrix(texts), labels, LANGUAGE_LANES, softness=10)
