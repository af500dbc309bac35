"""The sandbox in which wordings are rendered, with filters for dates, lists and numbers of months.

Scripts may come from workspace admins, so a wording runs without access to anything but what it is given,
and a name it was not given, or a detail that was left empty, is an error instead of a hole in the text. What
a wording may say at all is for `bot.grammar` to tell.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.units import format_unit
from jinja2 import StrictUndefined, Template, Undefined, pass_context
from jinja2.sandbox import ImmutableSandboxedEnvironment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from jinja2.runtime import Context

MOST_CHARACTERS = 30_000
"""Rendering stops here: ten times what a draft may hold, for the spaces that are tidied away."""

_LOCALES = {"en": "en_GB"}
"""British order (15 June) cannot be misread by anybody, American order with a comma can."""


@lru_cache(maxsize=2048)
def day(value: date, *, language: str, today: date) -> str:
    """Write a date as people do in a message: 15 June, or 15 June 2028 when it is not this year."""
    if value.year != today.year:
        return full_day(value, language=language)
    return format_skeleton("MMMMd", value, locale=_LOCALES.get(language, language))


def full_day(value: date, *, language: str) -> str:
    """Write a date with its year, as a contract does: 15 June 2028."""
    return format_date(value, "long", locale=_LOCALES.get(language, language))


def listed(values: Sequence[str], *, language: str) -> str:
    """Join a list as people do: "a", "a and b", "a, b and c"."""
    return format_list(list(values), locale=_LOCALES.get(language, language))


@pass_context
def _day(context: Context, value: date) -> str:
    return day(value, language=context["_language"], today=context["_today"])


@pass_context
def _full_day(context: Context, value: date) -> str:
    return full_day(value, language=context["_language"])


@pass_context
def _listed(context: Context, values: Sequence[str]) -> str:
    return listed(values, language=context["_language"])


@pass_context
def _months(context: Context, count: int) -> str:
    return str(format_unit(count, "duration-month", locale=context["_language"]))


@pass_context
def _jij(context: Context, je: str, u: str) -> str:
    """The familiar or the polite form, in a language that has both: one form for a whole message."""
    return u if context["_address"] == "u" else je


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unmarked(text: str) -> str:
    """A question without the mark at its end, so that a wording can put its own."""
    return text.rstrip("?! ")


environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
environment.filters = {
    "date": _day,
    "full_date": _full_day,
    "listed": _listed,
    "months": _months,
    "capital": _capital,
    "unmarked": _unmarked,
}
environment.tests = {}
environment.globals = {"jij": _jij}


class Empty(Undefined):
    """A detail that was left empty: it is false, equal to nothing, and cannot be written."""

    __slots__ = ()

    __iter__ = __str__ = __len__ = StrictUndefined.__str__  # type: ignore[assignment]


def empty(name: str) -> Empty:
    """What stands for a detail that was left empty."""
    return Empty(hint=f"{name} may be left empty: put it inside {{% if {name} %}}", name=name)


class TooLongError(Exception):
    """A wording that has written more than a text can be."""


def render(
    template: Template,
    block: str,
    values: Mapping[str, object],
    *,
    language: str,
    today: date,
    address: str = "",
) -> str:
    """Render one block to tidy text: single spaces, and blank lines only between paragraphs.

    Raises TooLongError as soon as there is too much of it.
    """
    context = template.new_context({**values, "_language": language, "_today": today, "_address": address})
    parts: list[str] = []
    written = 0
    for part in template.blocks[block](context):
        parts.append(part)
        written += len(part)
        if written > MOST_CHARACTERS:
            raise TooLongError
    return tidy("".join(parts))


def tidy(text: str) -> str:
    """Put each paragraph on one line; a part that fell away leaves no gap."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return "\n\n".join(part for part in paragraphs if part)
