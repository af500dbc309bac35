"""Scripts of an author's own: a text they edited, kept word for word and never read as a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.catalogue import NAME, Catalogue, Detail, Script, ScriptWords, Wording
from bot.facts import Kind, ScriptFacts, Situation, Step

if TYPE_CHECKING:
    from bot.records import Record

MOST_OWN = 30
"""Scripts that one author can keep."""

LONGEST_TITLE = 40

BLANK = "\N{OBJECT REPLACEMENT CHARACTER}"
"""What stands in a kept text for the name of whoever it is for: nobody's own name is kept with it."""

_PREFIX = "own:"
_WORDS = 200


@dataclass(frozen=True, slots=True)
class Own:
    """A kept text; `name` is what stands there for a name, and `base` the script it was drafted with."""

    id: str
    title: str
    text: str
    name: str
    language: str
    tone: str
    situations: tuple[Situation, ...]
    kinds: tuple[Kind, ...]
    base: str
    step: Step
    variant: str
    relationships: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class OwnScript(Script):
    """A kept text in the place of a script."""

    text: str = ""
    name: str = ""

    @property
    def mine(self) -> bool:
        """Whether it is the author's own."""
        return True

    def wordings(self, language: str, tone: str) -> list[Wording]:
        """There is one way of saying it."""
        return [Wording(tone, 1)] if language in self.words and tone in self.facts.tones else []

    def write(
        self,
        language: str,  # noqa: ARG002 (it has one)
        block: str,  # noqa: ARG002
        values: Mapping[str, object],
        *,
        today: date,  # noqa: ARG002
        address: str,  # noqa: ARG002
    ) -> str:
        """The text as it was kept, to whoever it is for now."""
        now = str(values[NAME])
        return "".join(now if is_name else part for part, is_name in parts(self.text, self.name))


def nameless(text: str, name: str) -> str:
    """A text with a place in it for a name, and not the name."""
    return "".join(BLANK if is_name else part for part, is_name in parts(text, name))


def parts(text: str, name: str) -> Iterator[tuple[str, bool]]:
    """A text in pieces, each with whether it is the name; a name's possessive s is none of it."""
    if not name:
        yield text, False
        return
    found = re.split(rf"(?<!\w)({re.escape(name)})(?=s?(?!\w))", text)
    yield from ((part, bool(number % 2)) for number, part in enumerate(found) if part)


def script_id(mark: str) -> str:
    """The id of a script of an author's own: no workspace's script can have it."""
    return f"{_PREFIX}{mark}"


def with_own(catalogue: Catalogue, kept: Sequence[Own]) -> Catalogue:
    """A catalogue with an author's own scripts first, the newest before the others."""
    newest = sorted(kept, key=lambda one: one.at, reverse=True)
    return catalogue.over(as_script(one, catalogue) for one in newest) if kept else catalogue


def as_script(own: Own, catalogue: Catalogue) -> OwnScript:
    """A kept text as a script: what must be confirmed or checked before is still that of its base."""
    base = catalogue.get(own.base)
    known = base.words.get(own.language) if base else None
    details = tuple(_conditions(base)) if base and known else ()
    facts = ScriptFacts.model_validate(
        {
            "step": own.step,
            "variant": own.variant,
            "situations": own.situations,
            "kinds": own.kinds or ("any",),
            "relationships": own.relationships,
            "after": own.after,
            "tones": (own.tone,),
            "max_words": (base.facts.max_words if base else 0) or _WORDS,
            "details": details,
            "follow_up_days": base.facts.follow_up_days if base else None,
        }
    )
    words = ScriptWords(
        title=own.title,
        use_when=own.title,
        advice=known.advice if known else own.title,
        follow_up=known.follow_up if known else None,
        checks=known.checks if known else (),
        details={one.id: known.details[one.id] for one in details} if known else {},
    )
    return OwnScript(own.id, facts, {own.language: words}, {}, None, own.text, own.name)


def _conditions(base: Script) -> Iterator[Detail]:
    for detail in base.facts.details:
        if detail.type == "yes_no" and detail.required:
            yield detail


def stand_in(record: Record, title: str) -> OwnScript:
    """What stands for a script that was removed, so that a draft made with it can still be dealt with."""
    return as_script(
        Own(
            id=record.script_id,
            title=title,
            text=record.text,
            name="",
            language=record.language,
            tone=record.tone or "neutral",
            situations=(record.situation,),
            kinds=(),
            base="",
            step=Step.DECLINE,
            variant="plain",
        ),
        Catalogue({}),
    )
