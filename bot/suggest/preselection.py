"""What becomes of a suggestion in the modal."""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalogue import Kind, Situation


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the message at hand seemed to be: what to preselect, and the words that say so.

    `doubt` tells why nothing is preselected; `language` is the message's, empty when it is another one.
    """

    situation: Situation | None = None
    kind: Kind | None = None
    because: tuple[str, ...] = ()
    doubt: str = ""
    language: str = ""
