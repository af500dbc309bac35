"""How good a reading is: by cross-validation that keeps near-duplicates together, and on others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score, precision_score, recall_score
from sklearn.model_selection import StratifiedGroupKFold

from bot.suggest.model import KINDS, LANGUAGE_LANES, SITUATIONS, chances
from bot.suggest.tokens import read
from tests.training import fitting
from tests.training.material import LANGUAGES, Labelled

FOLDS = 10
BINS = 10
NAMES = np.array([str(situation) for situation in SITUATIONS])
SHARPNESSES = [round(0.5 + 0.1 * step, 1) for step in range(60)]
FEWEST_WORDS = 3

Scorer = Callable[[list[Labelled], list[Labelled]], np.ndarray]
"""From messages to learn from and messages to read to the scores of each situation."""


def folds(messages: Sequence[Labelled]) -> list[tuple[list[int], list[int]]]:
    """Which messages are learnt from and which are read, with every group on one side."""
    labels = [one.situation for one in messages]
    groups = [one.group for one in messages]
    split = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(labels, labels, groups)
    return [(list(map(int, learn)), list(map(int, see))) for learn, see in split]


def cross_validated(messages: list[Labelled], scorer: Scorer) -> np.ndarray:
    """The scores of each message by what was learnt without its fold."""
    scores = np.zeros((len(messages), len(SITUATIONS)))
    for learn, see in folds(messages):
        scores[see] = scorer([messages[one] for one in learn], [messages[one] for one in see])
    return scores


def sharpest(scores: np.ndarray, labels: Sequence[str], names: np.ndarray = NAMES) -> float:
    """How sharply scores are best read as probabilities."""
    right = [int(np.flatnonzero(names == label)[0]) for label in labels]

    def surprise(sharpness: float) -> float:
        return -sum(
            np.log(chances(list(row), sharpness)[one]) for row, one in zip(scores, right, strict=True)
        )

    return min(SHARPNESSES, key=surprise)


def probabilities(scores: np.ndarray, sharpness: float) -> np.ndarray:
    """Scores as probabilities, a row each."""
    return np.array([chances(list(row), sharpness) for row in scores])


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of some messages: the probability of each situation, the kind, and the language."""

    chances: np.ndarray
    kinds: list[str]
    languages: list[str]


def read_across(messages: list[Labelled], others: list[str]) -> Reading:
    """Everything the model says of each message by what was learnt without its fold."""
    return _read(messages, others, folds(messages))


def read_strangers(messages: list[Labelled], others: list[str]) -> Reading:
    """Everything the model says of each message by what was learnt from the other hands only."""
    every = np.array([one.hand for one in messages])
    hands = [(np.flatnonzero(every != hand), np.flatnonzero(every == hand)) for hand in sorted(set(every))]
    return _read(messages, others, [(list(map(int, learn)), list(map(int, see))) for learn, see in hands])


def _read(messages: list[Labelled], others: list[str], split: list[tuple[list[int], list[int]]]) -> Reading:
    scores = np.zeros((len(messages), len(SITUATIONS)))
    kind_scores = np.zeros((len(messages), len(KINDS)))
    languages = [""] * len(messages)
    for learn, see in split:
        known = [messages[one] for one in learn]
        new = [messages[one] for one in see]
        columns = fitting.Columns.keep(known)
        seen, fresh = columns.matrix(known), columns.matrix(new)
        scores[see] = fitting.fit_situations(seen, known).scores(fresh)
        kind_scores[see] = fitting.fit_kinds(seen, known).scores(fresh)
        lanes = fitting.fit_languages(known, others).scores(
            fitting.language_matrix([one.text for one in new])
        )
        for one, lane in zip(see, lanes.argmax(axis=1), strict=True):
            languages[one] = LANGUAGE_LANES[lane]
    sharpness = sharpest(scores, [one.situation for one in messages])
    possible = fitting.possible_kinds(messages)
    kinds = [
        str(KINDS[max(possible[best], key=lambda kind: row[kind])]) if possible[best] else "none"
        for best, row in zip(scores.argmax(axis=1), kind_scores, strict=True)
    ]
    return Reading(probabilities(scores, sharpness), kinds, languages)


def figures(messages: Sequence[Labelled], reading: Reading) -> dict[str, dict[str, float]]:
    """The figures of each language, and of all."""
    every = np.array([one.language for one in messages])
    chosen = {language: np.flatnonzero(every == language) for language in LANGUAGES}
    chosen["all"] = np.arange(len(messages))
    return {
        name: _figures([messages[one] for one in places], reading, places) for name, places in chosen.items()
    }


def by_hand(messages: Sequence[Labelled], reading: Reading) -> dict[str, dict[str, float]]:
    """The figures of each hand."""
    every = np.array([one.hand for one in messages])
    chosen = {hand: np.flatnonzero(every == hand) for hand in sorted(set(map(int, every)))}
    return {
        f"hand {hand}": _figures([messages[one] for one in places], reading, places)
        for hand, places in chosen.items()
    }


def _figures(messages: list[Labelled], reading: Reading, places: np.ndarray) -> dict[str, float]:
    chances_here = reading.chances[places]
    told = NAMES[chances_here.argmax(axis=1)]
    true = np.array([one.situation for one in messages])
    kinds = np.array([reading.kinds[place] for place in places])
    languages = np.array([reading.languages[place] for place in places])
    long = np.array([read(one.text).letters >= FEWEST_WORDS for one in messages])
    right_language = languages == np.array([one.language for one in messages])
    both = (told == true) & (kinds == np.array([one.kind for one in messages]))
    return {
        "messages": len(messages),
        "accuracy": _rounded(np.mean(told == true)),
        "macro_f1": _rounded(f1_score(true, told, average="macro")),
        "none_precision": _rounded(precision_score(true == "none", told == "none")),
        "none_recall": _rounded(recall_score(true == "none", told == "none")),
        "situation_and_kind": _rounded(np.mean(both)),
        "language": _rounded(np.mean(right_language[long])),
        "calibration_error": _rounded(calibration_error(chances_here, true)),
    }


def calibration_error(chances_here: np.ndarray, true: np.ndarray) -> float:
    """The expected difference between how sure a reading is and how often it is right, over ten bins."""
    sure = chances_here.max(axis=1)
    right = NAMES[chances_here.argmax(axis=1)] == true
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return sum(
        abs(sure[bins == one].mean() - right[bins == one].mean()) * np.mean(bins == one)
        for one in range(BINS)
        if (bins == one).any()
    )


def confusion(messages: Sequence[Labelled], reading: Reading) -> dict[str, dict[str, int]]:
    """How often each situation was read as each."""
    told = NAMES[reading.chances.argmax(axis=1)]
    table = {str(one): dict.fromkeys(map(str, SITUATIONS), 0) for one in SITUATIONS}
    for one, said in zip(messages, told, strict=True):
        table[one.situation][said] += 1
    return table


def _rounded(value: float) -> float:
    return round(float(value), 3)
