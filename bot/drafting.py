"""From what the author filled in to a draft: chooses nothing, invents nothing, leaves no hole."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from jinja2 import TemplateError

from bot.catalogue import EMAIL_SUBJECT, NAME, Detail, Script
from bot.wordings import TooLongError, empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Template

Value = str | int | bool | date | tuple[str, ...]
"""A detail as the author gave it: text or choice, number, yes/no, date, or list."""


class DraftingError(Exception):
    """A draft that cannot be written."""


class MissingDetailsError(DraftingError):
    """What the author still has to fill in, as ids of details (`name` for the requester's name)."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(f"missing: {', '.join(self.fields)}")


class UnknownChoiceError(DraftingError):
    """Something that does not exist, with the ones that do."""

    def __init__(self, what: str, given: object, known: Iterable[object]) -> None:
        listed = ", ".join(str(one) for one in known)
        super().__init__(f"no {what} {given!r}; there is {listed or 'none'}")


class UnwritableError(DraftingError):
    """A wording that fails with these details: on which line of it, and why."""

    key = "draft_unwritable"

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line}: {reason}" if line else reason)


class EndlessError(UnwritableError):
    """A wording that writes more than any message can hold."""

    key = "draft_too_long"

    def __init__(self) -> None:
        super().__init__(0, "this becomes too long")


CHAT = "chat"
"""Where a draft goes unless its script offers another channel and the author chose it."""


@dataclass(frozen=True, slots=True)
class Request:
    """All that a draft is made of.

    `wording` counts from 1 and goes round; `today` is the author's date; `address` is "u" for the polite
    form in a language that has one; `envelope` is an e-mail around {subject} and {text}.
    """

    script: Script
    language: str
    name: str
    today: date
    tone: str = ""
    wording: int = 1
    details: Mapping[str, Value] = field(default_factory=dict)
    channel: str = CHAT
    address: str = ""
    envelope: str = "{subject}\n\n{text}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text and where it came from; `text` is empty for scripts that send nothing."""

    text: str
    script_id: str
    language: str
    tone: str
    wording: int
    wordings: int


def compose(request: Request) -> Draft:
    """Write the draft that was asked for.

    Raises MissingDetailsError when something required is absent, UnknownChoiceError for a language, tone or
    detail that the script does not have, UnwritableError when a wording fails.
    """
    script = request.script
    if request.language not in script.words:
        raise UnknownChoiceError("language", request.language, script.words)
    if unknown := [given for given in request.details if given not in script.words[request.language].details]:
        raise UnknownChoiceError("detail", unknown[0], script.words[request.language].details)
    if missing := list(_missing(request)):
        raise MissingDetailsError(missing)
    if script.facts.form != "message":
        return Draft("", script.id, request.language, "", 1, 1)
    tone = request.tone or script.facts.tones[0]
    if tone not in script.facts.tones:
        raise UnknownChoiceError("tone", tone, script.facts.tones)
    if request.channel not in {CHAT, *script.facts.channels}:
        raise UnknownChoiceError("channel", request.channel, (CHAT, *script.facts.channels))
    wordings = script.wordings(request.language, voice(tone, request.channel))
    wording = wordings[(request.wording - 1) % len(wordings)]
    text = _rendered(request, wording.block)
    if request.channel == "email":
        text = request.envelope.format(subject=_rendered(request, EMAIL_SUBJECT), text=text)
    return Draft(text, script.id, request.language, tone, wording.number, len(wordings))


def voice(tone: str, channel: str) -> str:
    """Whose wordings are used: those of the tone, or of a channel that has its own."""
    return channel if channel in {"short", "points"} else tone


def _rendered(request: Request, block: str) -> str:
    values: dict[str, object] = {NAME: request.name.strip()}
    for detail in request.script.facts.details:
        value = _value(detail, request.details.get(detail.id))
        values[detail.id] = empty(detail.id) if value is None else value
    try:
        return request.script.write(
            request.language, block, values, today=request.today, address=request.address
        )
    except TooLongError as error:
        raise EndlessError from error
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        template = request.script.templates.get(request.language)
        raise UnwritableError(_line(template, error), str(error)) from error


def _line(template: Template | None, error: Exception) -> int:
    """Where in its template a wording failed; 0 where that cannot be told."""
    if template is None:
        return 0
    own = template.root_render_func.__globals__
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_globals is own]
    return template.get_corresponding_lineno(lines[-1]) if lines else 0


def _missing(request: Request) -> Iterable[str]:
    if request.script.facts.form == "message" and not request.name.strip():
        yield NAME
    for detail in request.script.facts.details:
        if detail.required and not _value(detail, request.details.get(detail.id)):
            yield detail.id


def _value(detail: Detail, given: Value | None) -> Value | None:
    """Tidy a value: no stray spaces or full stop, an empty one is None, an unanswered yes/no is no."""
    if detail.type == "yes_no":
        return bool(given)
    if isinstance(given, tuple):
        return tuple(tidied for one in given if (tidied := _phrase(one)))[: detail.items] or None
    return (_phrase(given) or None) if isinstance(given, str) else given


def _phrase(text: str) -> str:
    """A phrase that can stand inside a sentence."""
    text = " ".join(text.split())
    return text.removesuffix(".") if not text.endswith("..") else text
