"""Write `templates/suggest/model.bin` from messages and lexicon: the same bytes from the same files."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

import numpy as np

from bot.catalogue import Situation
from bot.paths import TEMPLATES
from bot.suggest.model import MAGIC, SITUATIONS, SLOT_BITS, ZERO, Facts
from tests.training import fitting, measuring
from tests.training.material import Labelled, in_other_languages, labelled

MODEL = TEMPLATES / "suggest" / "model.bin"
STEPS = 127
DIGITS = 6
WANTED = 0.9
"""How often a preselected reading is to be right."""

HARMLESS = 0.1
"""The chance of "nothing to decline" above which no refusal is preselected."""


def model(messages: list[Labelled], others: list[str], sharpness: float, sure: float) -> bytes:
    """The file's bytes, given what `calibrated` says of the messages."""
    columns = fitting.Columns.keep(messages)
    matrix = columns.matrix(messages)
    situations = fitting.fit_situations(matrix, messages)
    kinds = fitting.fit_kinds(matrix, messages)
    languages = fitting.fit_languages(messages, others)
    rows, scale = _steps(np.vstack([situations.rows, kinds.rows]))
    language_rows, language_scale = _steps(languages.rows, together=True)
    facts = Facts(
        scale=_short(scale),
        bias=_short(np.concatenate([situations.bias, kinds.bias])),
        sharpness=sharpness,
        kinds=fitting.possible_kinds(messages),
        groups=list(fitting.WORTH),
        language_scale=_short(language_scale)[0],
        language_bias=_short(languages.bias),
        sure=sure,
        harmless=HARMLESS,
    )
    head = json.dumps(facts._asdict(), separators=(",", ":")).encode()
    table = array("I", bytes(4 << SLOT_BITS))
    for number, column in columns.of.items():
        table[number & (1 << SLOT_BITS) - 1] = (number >> SLOT_BITS) << 16 | column + 1
    empty = np.full((1, rows.shape[0]), ZERO, dtype=np.uint8)
    return b"".join(
        (
            MAGIC,
            len(head).to_bytes(4, "little"),
            head,
            table.tobytes(),
            np.ascontiguousarray(language_rows.T).tobytes(),
            np.vstack([empty, rows.T]).tobytes(),
        )
    )


def calibrated(messages: list[Labelled]) -> tuple[float, float]:
    """How sharply scores are read as probabilities, and how sure a reading must be to be preselected.

    Both by what was learnt without each message's fold.
    """

    def scorer(known: list[Labelled], new: list[Labelled]) -> np.ndarray:
        columns = fitting.Columns.keep(known)
        return fitting.fit_situations(columns.matrix(known), known).scores(columns.matrix(new))

    scores = measuring.cross_validated(messages, scorer)
    sharpness = measuring.sharpest(scores, [one.situation for one in messages])
    return sharpness, _threshold(messages, measuring.probabilities(scores, sharpness))


def _threshold(messages: list[Labelled], chances: np.ndarray) -> float:
    """The lowest confidence, in hundredths, from which a preselected reading is right often enough."""
    true = np.array([one.situation for one in messages])
    told = measuring.NAMES[chances.argmax(axis=1)]
    sure = chances.max(axis=1)
    none = SITUATIONS.index(Situation.NONE)
    allowed = (told == "none") | (chances[:, none] <= HARMLESS)
    for hundredths in range(30, 100):
        chosen = allowed & (sure >= hundredths / 100)
        if chosen.any() and np.mean(told[chosen] == true[chosen]) >= WANTED:
            return hundredths / 100
    return 1.0


def _steps(rows: np.ndarray, *, together: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Weights as bytes around `ZERO`, with what one step is worth: for each lane, or for all together."""
    highest = np.abs(rows).max(axis=1)
    if together:
        highest = np.full(len(rows), highest.max())
    scale = np.where(highest > 0, highest, 1.0) / STEPS
    return (np.rint(rows / scale[:, None]) + ZERO).astype(np.uint8), scale


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]


def main(path: Path = MODEL) -> None:
    """Train on all messages but those held out, and write the file."""
    messages = labelled()
    path.write_bytes(model(messages, in_other_languages(), *calibrated(messages)))


if __name__ == "__main__":
    main()
