"""The words of a message that spoke for a suggestion, as they stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.suggest.model import ZERO

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
    lanes: Sequence[int],
) -> tuple[str, ...]:
    """Up to three passages, the strongest first: what means something and helped most, with its neighbours.

    `lanes` are those of the situation and of the kind. Only where nothing that means something helped, words
    that do not belong to every sentence stand for themselves.
    """
    weights = _by_word(message, model, known, lanes)
    telling = {(hit.first, hit.last) for hit in hits if lexicon.concepts[hit.concept].telling}
    common = {place for hit in hits for place in range(hit.first, hit.last + 1)}
    words = {
        (place, place)
        for place, word in enumerate(message.words)
        if place not in common and len(word) >= _SHORTEST and word[0].isalpha()
    }
    ranked = _ranked(telling, weights) or _ranked(words, weights)
    taken: list[tuple[int, int]] = []
    for weight, first, last in ranked:
        if weight < ranked[0][0] * _LEAST or len(taken) == MOST:
            break
        if all(last < begins - 1 or first > ends + 1 for begins, ends in taken):
            taken.append(_with_neighbours(message, weights, first, last))
    return tuple(message.text[message.places[a][0] : message.places[b][1]] for a, b in taken)


def _ranked(anchors: set[tuple[int, int]], weights: list[float]) -> list[tuple[float, int, int]]:
    found = ((sum(weights[first : last + 1]), first, last) for first, last in anchors)
    return sorted((one for one in found if one[0] > 0), key=lambda one: (-one[0], one[1], -one[2]))


def _by_word(
    message: Message, model: Model, known: Sequence[tuple[Feature, int, float]], lanes: Sequence[int]
) -> list[float]:
    """What each word said for some lanes: a feature's weight is shared among the words it was read from."""
    weights = [0.0] * len(message.words)
    rows, scale = model.rows, model.facts.scale
    for (_, first, last), row, each in known:
        if first < 0:
            continue
        said = 0.0
        for lane in lanes:
            said += (rows[row + lane] - ZERO) * scale[lane]
        if first == last:
            weights[first] += said * each
        else:
            half = said * each / 2
            weights[first] += half
            weights[last] += half
    return weights


def _with_neighbours(message: Message, weights: list[float], first: int, last: int) -> tuple[int, int]:
    """The passage with the words beside it that weigh nearly as much, but for small ones at the end."""
    end = last
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
    while last > end and len(message.words[last]) < _SHORTEST:
        last -= 1
    return first, last


def _joins(message: Message, place: int, sentence: int) -> bool:
    return message.sentences[place] == sentence and message.words[place][0].isalnum()
