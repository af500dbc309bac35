"""Which language a message is in: English, Dutch, Norwegian, or another."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from bot.suggest.model import LANGUAGE_BITS

if TYPE_CHECKING:
    from bot.suggest.tokens import Message

_MOST_WORDS = 60
_MASK = (1 << LANGUAGE_BITS) - 1
_PIECE = crc32(b"piece")


def traits(message: Message) -> list[int]:
    """What tells languages apart in a message: its words and their pieces of three letters, as numbers."""
    found = set()
    words = [word for word in message.words if word[0].isalpha()][:_MOST_WORDS]
    for word in words:
        found.add(crc32(word.encode()) & _MASK)
        edged = f"^{word[:20]}$"
        for at in range(len(edged) - 2):
            found.add((crc32(edged[at : at + 3].encode()) ^ _PIECE) & _MASK)
    return sorted(found)
