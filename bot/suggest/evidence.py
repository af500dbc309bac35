"""The words of a message that spoke for a suggestion, as they stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.suggest.features import Feature
    from bot.suggest.lexicon import Hit, Lexicon
    from bot.suggest.model import Model
    from bot.suggest.tokens import Message

MOST = 3
_MOST_WORDS = 5
_LEAST = 0.25
_SHORTEST = 4
_JOINED = 0.6


def evidence(
    message: Message,
    hits: Sequence[Hit],
    lexicon: Lexicon,
    model: Model,
    known: Sequence[tuple[Feature, int, float]],
    lane: int,
) -> tuple[str, ...]:
    """Up to three passages, the strongest first: each a word with a meaning, and neighbours that helped."""
    weights = _by_word(message, model, known, lane)
    anchors = {
        (hit.first, hit.last)
        for hit in hits
        if lexicon.concepts[hit.concept].telling or hit.last - hit.first >= 2  # noqa: PLR2004 (a phrase)
    }
    covered = {place for first, last in anchors for place in range(first, last + 1)}
    anchors |= {
        (place, place)
        for place, word in enumerate(message.words)
        if place not in covered and len(word) >= _SHORTEST and word[0].isalpha()
    }
    ranked = sorted(
        ((sum(weights[first : last + 1]), first, last) for first, last in anchors),
        key=lambda one: (-one[0], one[1]),
    )
    strongest = ranked[0][0] if ranked else 0.0
    taken: list[tuple[int, int]] = []
    for weight, first, last in ranked:
        if weight <= 0 or weight < strongest * _LEAST or len(taken) == MOST:
            break
        if all(last < begins - 1 or first > ends + 1 for begins, ends in taken):
            taken.append(_with_neighbours(message, weights, first, last))
    return tuple(message.text[message.places[a][0] : message.places[b][1]] for a, b in taken)


def _by_word(
    message: Message, model: Model, known: Sequence[tuple[Feature, int, float]], lane: int
) -> list[float]:
    """What each word said for a lane: a feature's weight is shared among the words it was read from."""
    weights = [0.0] * len(message.words)
    for (_, first, last), row, each in known:
        if first < 0:
            continue
        said = model.weight(row, lane) * each
        if first == last:
            weights[first] += said
        else:
            weights[first] += said / 2
            weights[last] += said / 2
    return weights


def _with_neighbours(message: Message, weights: list[float], first: int, last: int) -> tuple[int, int]:
    """The passage with the words beside it in its sentence that weigh nearly as much."""
    enough = _JOINED * sum(weights[first : last + 1]) / (last - first + 1)
    same = message.sentences[first]
    while last - first + 1 < _MOST_WORDS:
        before, after = first - 1, last + 1
        if before >= 0 and _joins(message, before, same) and weights[before] >= enough:
            first = before
        elif after < len(weights) and _joins(message, after, same) and weights[after] >= enough:
            last = after
        else:
            break
    return first, last


def _joins(message: Message, place: int, sentence: int) -> bool:
    return message.sentences[place] == sentence and message.words[place][0].isalnum()
