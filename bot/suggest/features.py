"""What the model weighs in a message: words, concepts, their pairs, and its shape, each as a number.

A feature is 32 bits, made from what it says; training and scoring make it here, so they cannot differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

if TYPE_CHECKING:
    from bot.suggest.lexicon import Hit, Lexicon
    from bot.suggest.tokens import Message

GROUPS = ("words", "concepts", "pairs", "meanings")
"""Features are averaged within their group, so that many of one kind do not drown another."""

FAMILIES = ("ask", "again", "concrete", "object", "coffee", "mentor", "supply", "done", "vague")

_BITS = 0xFFFFFFFF
_LEFT, _RIGHT = 0x9E3779B1, 0x85EBCA77
_WORD, _TWO_WORDS, _STEM, _PIECE, _START, _END = (crc32(b"words %d" % n) for n in range(6))
_CONCEPT, _ASKED, _SAID, _OPENING, _CLOSING, _NEXT_TO, _IN_SENTENCE, _SHAPE = (
    crc32(b"concepts %d" % n) for n in range(8)
)
_FAMILY = crc32(b"families")
_IN_MESSAGE = crc32(b"pairs")
_MEANING, _TWO_MEANINGS = (crc32(b"meanings %d" % n) for n in range(2))
_STEM_LENGTH, _PIECE_LENGTH = 5, 4
_REACH, _MOST_AFTER, _NEAR = 10, 12, 4
_MOST_TELLING = 40


Feature: TypeAlias = tuple[int, int, int]
"""One feature: its number, and the first and last token it was read from; -1 for the message as a whole."""


def features(message: Message, language: str, lexicon: Lexicon, hits: list[Hit]) -> tuple[list[Feature], ...]:
    """The features of a message in that language, by group, each feature once; `hits` are its concepts."""
    meanings = lexicon.meanings(message.words, language)
    return (
        _once(_words(message.words)),
        _once(_concepts(message, hits, lexicon) + _families(message, hits, meanings, lexicon)),
        _once(_pairs(hits, lexicon)),
        _once(_meanings(meanings)),
    )


def _once(found: list[Feature]) -> list[Feature]:
    return list({feature[0]: feature for feature in reversed(found)}.values())


def _words(words: tuple[str, ...]) -> list[Feature]:
    found = []
    before = _START
    for place, word in enumerate(words):
        known = crc32(b"0" if word[0].isdigit() else word.encode())
        found.append((known ^ _WORD, place, place))
        found.append(((before * _LEFT ^ known * _RIGHT ^ _TWO_WORDS) & _BITS, max(place - 1, 0), place))
        length = len(word)
        if length > _STEM_LENGTH:
            found.append((crc32(word[:_STEM_LENGTH].encode()) ^ _STEM, place, place))
        if length >= _PIECE_LENGTH:
            found += [
                (crc32(word[at : at + _PIECE_LENGTH].encode()) ^ _PIECE, place, place)
                for at in range(length - _PIECE_LENGTH + 1)
            ]
        before = known
    if words:
        place = len(words) - 1
        found.append(((before * _LEFT ^ _END * _RIGHT ^ _TWO_WORDS) & _BITS, place, place))
    return found


def _concepts(message: Message, hits: list[Hit], lexicon: Lexicon) -> list[Feature]:
    found = [(crc32(sign.encode()) ^ _SHAPE, -1, -1) for sign in message.shape]
    marks = [concept.mark for concept in lexicon.concepts]
    sentences, asking = message.sentences, message.asking
    ending = sentences[-1] if sentences else 0
    for number, (concept, first, last) in enumerate(hits):
        mark = marks[concept]
        sentence = sentences[first]
        found.append((mark ^ _CONCEPT, first, last))
        found.append((mark ^ (_ASKED if sentence in asking else _SAID), first, last))
        if sentence == 0:
            found.append((mark ^ _OPENING, first, last))
        if sentence == ending:
            found.append((mark ^ _CLOSING, first, last))
        left = mark * _LEFT
        for other, begins, ends in hits[number + 1 : number + 1 + _MOST_AFTER]:
            if begins - first > _REACH or sentences[begins] != sentence:
                break
            if begins > first and other != concept:
                pair = left ^ marks[other] * _RIGHT
                found.append(((pair ^ _IN_SENTENCE) & _BITS, first, ends))
                if begins - last <= 2:  # noqa: PLR2004 (next to it, or with a word between)
                    found.append(((pair ^ _NEXT_TO) & _BITS, first, ends))
    return found


def _families(
    message: Message, hits: list[Hit], meanings: list[tuple[int, int]], lexicon: Lexicon
) -> list[Feature]:
    """Which families of concepts a message, its first and its last sentence have, and how much is unknown."""
    ending = message.sentences[-1] if message.sentences else 0
    families: dict[str, set[str]] = {"": set(), "first": set(), "last": set()}
    known = {place for _, place in meanings}
    for concept, first, last in hits:
        known.update(range(first, last + 1))
        family = lexicon.concepts[concept].family
        if not family:
            continue
        families[""].add(family)
        if message.sentences[first] == 0:
            families["first"].add(family)
        if message.sentences[first] == ending:
            families["last"].add(family)
    unknown = sum(
        place not in known and len(word) >= _PIECE_LENGTH and word[0].isalpha()
        for place, word in enumerate(message.words)
    )
    asks = "asks" if message.asking else "says"
    signs = [f"unknown {min(unknown, 6)}", f"unknown {min(unknown, 6)} {asks}"]
    for where, there in families.items():
        ordered = sorted(there)
        signs.append(f"{where} all {' '.join(ordered)} {asks}")
        signs += [f"{where} {family} {asks}" for family in ordered]
        signs += [f"{where} {one} {other}" for one in ordered for other in ordered if one < other]
        signs += [f"{where} no {family}" for family in FAMILIES if family not in there]
    signs += [f"{family} unknown {min(unknown, 3)}" for family in families[""]]
    return [(crc32(sign.encode()) ^ _FAMILY, -1, -1) for sign in signs]


def _pairs(hits: list[Hit], lexicon: Lexicon) -> list[Feature]:
    telling: dict[int, Hit] = {}
    for hit in hits:
        if lexicon.concepts[hit.concept].telling and len(telling) < _MOST_TELLING:
            telling.setdefault(hit.concept, hit)
    ordered = sorted(telling)
    found = []
    for number, one in enumerate(ordered):
        left = lexicon.concepts[one].mark * _LEFT ^ _IN_MESSAGE
        _, first, last = telling[one]
        found += [
            ((left ^ lexicon.concepts[other].mark * _RIGHT) & _BITS, first, last)
            for other in ordered[number + 1 :]
        ]
    return found


def _meanings(meanings: list[tuple[int, int]]) -> list[Feature]:
    found = [(mark ^ _MEANING, place, place) for mark, place in meanings]
    for number, (mark, place) in enumerate(meanings):
        left = mark * _LEFT ^ _TWO_MEANINGS
        for other, later in meanings[number + 1 : number + 6]:
            if place < later <= place + _NEAR:
                found.append(((left ^ other * _RIGHT) & _BITS, place, later))
    return found
