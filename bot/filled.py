"""What was filled in for a script's details, as typed values."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.catalogue import Detail, Script
    from bot.drafting import Value
    from bot.records import Filled

LONGEST_PHRASE = 600
"""Characters in one detail: it stands inside a sentence."""


def values(script: Script, filled: Mapping[str, Filled]) -> tuple[dict[str, Value], dict[str, str]]:
    """Turn what was filled in into typed values; what cannot be read comes back with a reason's key."""
    read: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for detail in script.facts.details:
        if detail.id in filled:
            try:
                read[detail.id] = _read(detail, filled[detail.id])
            except _WrongError as reason:
                wrong[detail.id] = str(reason)
    return read, wrong


class _WrongError(ValueError):
    """A value that cannot be used; the message is the reason's key."""


def _read(detail: Detail, given: Filled) -> Value:
    try:
        if detail.type == "date":
            return date.fromisoformat(str(given)) if given else ""
        if detail.type == "number":
            return _number(detail, int(str(given))) if given != "" else ""
    except ValueError as error:
        raise error if isinstance(error, _WrongError) else _WrongError(detail.type) from error
    if detail.type == "choice" and given and given not in detail.choices:
        raise _WrongError("choice")
    if detail.type == "list" and isinstance(given, str):
        given = given.splitlines()
    phrases = given if isinstance(given, list) else [given]
    if any(isinstance(one, str) and len(one) > LONGEST_PHRASE for one in phrases):
        raise _WrongError("too_long")
    return tuple(given) if isinstance(given, list) else given


def _number(detail: Detail, number: int) -> int:
    if (detail.minimum is not None and number < detail.minimum) or (
        detail.maximum is not None and number > detail.maximum
    ):
        raise _WrongError("number")
    return number
