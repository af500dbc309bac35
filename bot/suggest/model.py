"""The weights: read from one file, and summed over the features of a message."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING, NamedTuple

from bot.catalogue import Kind, Situation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.suggest.features import Feature

MAGIC = b"suggest1"
SLOT_BITS = 17
"""A feature's lower bits are its place in the table; the upper ones tell whether it is that feature."""

ZERO = 128
"""Weights are bytes; this one weighs nothing."""

LANGUAGE_BITS = 13
LANGUAGE_LANES = ("en", "nl", "nb", "")
"""The languages that are told apart; the last is any other."""

_SLOTS = (1 << SLOT_BITS) - 1
_ROW_BITS = 16
_ROW = (1 << _ROW_BITS) - 1
_LANE = 2
"""Bytes a language's weight takes in memory, so that many can be added as one number."""
_SAFELY = 250
"""Rows that are added before a lane could run over."""
SITUATIONS = tuple(Situation)
KINDS = tuple(Kind)
_LANES = len(SITUATIONS) + len(KINDS)
_EVERY_OTHER = int.from_bytes(b"\xff\x00" * (_LANES // 2), "little")
"""Every other weight of a row has room for the sum of many: a row is added in two halves."""


class Facts(NamedTuple):
    """What the file says about its weights.

    `scale`: what one step of a weight is worth, by lane; `bias` is added at the end; `sharpness` turns scores
    into probabilities; `kinds`: those a situation can have; `groups`: what each group of features is worth.
    """

    scale: list[float]
    bias: list[float]
    sharpness: float
    kinds: list[list[int]]
    groups: list[float]
    language_scale: float
    language_bias: list[float]
    sure: float
    harmless: float


@dataclass(frozen=True, slots=True)
class Scores:
    """The situations' probabilities and the kinds' scores, with each known feature and its row."""

    situations: tuple[float, ...]
    kinds: tuple[float, ...]
    known: tuple[tuple[Feature, int, float], ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A table from features to rows of weights, one weight for each situation and each kind."""

    facts: Facts
    table: array[int]
    rows: bytes
    languages: array[int]

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read what the trainer wrote."""
        data = path.read_bytes()
        if not data.startswith(MAGIC):
            raise ValueError(f"{path} holds no model")
        at = len(MAGIC) + 4
        end = at + int.from_bytes(data[len(MAGIC) : at], "little")
        facts = Facts(**json.loads(data[at:end]))
        table = array("I", data[end : end + 4 * (_SLOTS + 1)])
        end += 4 * (_SLOTS + 1)
        languages = array("Q", _widened(data[end : end + (4 << LANGUAGE_BITS)]))
        return cls(facts, table, data[end + (4 << LANGUAGE_BITS) :], languages)

    def scores(self, groups: Sequence[Sequence[Feature]]) -> Scores:
        """Weigh the features of a message."""
        facts, table, rows = self.facts, self.table, self.rows
        totals = list(facts.bias)
        known = []
        for features, worth in zip(groups, facts.groups, strict=True):
            if not features:
                continue
            each = worth / sqrt(len(features))
            found = []
            for feature in features:
                number = feature[0]
                slot = table[number & _SLOTS]
                if slot and slot >> _ROW_BITS == number >> SLOT_BITS:
                    row = (slot & _ROW) * _LANES
                    found.append(row)
                    known.append((feature, row, each))
            for start in range(0, len(found), _SAFELY):
                some = found[start : start + _SAFELY]
                numbers = [int.from_bytes(rows[row : row + _LANES], "little") for row in some]
                zero = ZERO * len(some)
                for start_lane, shift in enumerate((0, 8)):
                    total = sum([number >> shift & _EVERY_OTHER for number in numbers])
                    lanes = memoryview(total.to_bytes(_LANES, "little")).cast("H")
                    for lane, weight in zip(range(start_lane, _LANES, 2), lanes, strict=True):
                        totals[lane] += (weight - zero) * facts.scale[lane] * each
        count = len(SITUATIONS)
        return Scores(tuple(chances(totals[:count], facts.sharpness)), tuple(totals[count:]), tuple(known))

    def language(self, numbers: Sequence[int]) -> list[float]:
        """How much each language is that of a message with these features."""
        totals = list(self.facts.language_bias)
        each = self.facts.language_scale / sqrt(len(numbers) or 1)
        for start in range(0, len(numbers), _SAFELY):
            some = numbers[start : start + _SAFELY]
            total = sum([self.languages[number] for number in some])
            for lane in range(len(LANGUAGE_LANES)):
                totals[lane] += ((total >> _ROW_BITS * lane & _ROW) - ZERO * len(some)) * each
        return totals


def chances(scores: Sequence[float], sharpness: float) -> list[float]:
    """Scores as probabilities."""
    highest = max(scores)
    shares = [exp((score - highest) * sharpness) for score in scores]
    total = sum(shares)
    return [share / total for share in shares]


def _widened(weights: bytes) -> bytes:
    wide = bytearray(_LANE * len(weights))
    wide[::_LANE] = weights
    return bytes(wide)
