"""The catalogue: what can be answered, read from `templates/scripts` and checked once at start."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from jinja2 import Template, TemplateSyntaxError, meta
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.wordings import environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Situation(StrEnum):
    """Who stands opposite, and what pattern the request is part of."""

    UNCLEAR_ASK = "unclear_ask"
    ONE_OFF = "one_off"
    REPEAT_ASKER = "repeat_asker"
    SUPPLIER = "supplier"
    MENTEE = "mentee"
    COFFEE = "coffee"
    NONE = "none"


class Kind(StrEnum):
    """What is asked for."""

    INTRODUCTION = "introduction"
    INTRO_RECEIVED = "intro_received"
    RECOMMENDATION = "recommendation"
    JOB_LEAD = "job_lead"
    ADVICE = "advice"
    MEETING = "meeting"
    EVENT = "event"
    DONATION = "donation"
    FAVOUR = "favour"
    PITCH = "pitch"
    CONTRACT = "contract"
    DELIVERY = "delivery"
    MENTORING = "mentoring"
    COFFEE = "coffee"
    UNCLEAR = "unclear"


class Step(StrEnum):
    """Where a script stands on the ladder; `follow_through`, `advice` and `none` stand beside it."""

    NONE = "none"
    CLARIFY = "clarify"
    DECLINE = "decline"
    REPEAT = "repeat"
    CLOSE = "close"
    SILENCE = "silence"
    FOLLOW_THROUGH = "follow_through"
    ADVICE = "advice"


DetailType = Literal["text", "list", "date", "number", "choice", "yes_no"]

NAME = "name"
"""What every wording may use besides its own details: the requester's name as the draft greets them."""


FROM_SETTINGS = frozenset({"group_rhythm", "group_place", "urgent_channel"})
"""The sources of a prefill that are the workspace's settings, by their names there."""

EMAIL_SUBJECT = "email_subject"
"""The block with an e-mail's subject."""


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


FactsT = TypeVar("FactsT", bound=_Facts)


class Detail(_Facts):
    """One thing a script asks the author for.

    A required yes/no is a condition: only "yes" lets the draft be written. `default_days` counts from
    today, `prefill` names what fills it in: history (`request`, `last_answer`) or a workspace's setting.
    `door`: filling it in leaves a door open; `until`: it is the day a pause ends or a promise is due.
    """

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    type: DetailType
    required: bool = False
    items: int = Field(default=1, ge=1, le=6)
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    default: bool | int | None = None
    default_days: int | None = None
    door: bool = False
    until: bool = False
    prefill: Literal["request", "last_answer", "group_rhythm", "group_place", "urgent_channel"] | None = None
    example: date | bool | int | str | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> Detail:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("choices belong to a detail of type choice, and it needs them")
        if self.until and self.type != "date":
            raise ValueError("until belongs to a date")
        return self


class ScriptFacts(_Facts):
    """What is true of a script in every language: `script.toml`."""

    origin: Literal["document", "linked", "beyond"]
    source: str
    step: Step
    form: Literal["message", "silence", "checklist", "nothing"] = "message"
    variant: Literal["plain", "redirect", "pause", "group", "wind_down", "defer", "tradeoff"] = "plain"
    alternative: bool = False
    after: tuple[str, ...] = ()
    situations: tuple[Situation, ...]
    kinds: tuple[Kind | Literal["any", "unclear"], ...]
    relationships: tuple[str, ...] = ()
    tones: tuple[str, ...] = ()
    channels: tuple[Literal["email", "short", "points"], ...] = ()
    moves: tuple[str, ...]
    max_words: int = 0
    follow_up_days: int | None = None
    details: tuple[Detail, ...] = ()

    @model_validator(mode="after")
    def _fits_its_form(self) -> ScriptFacts:
        if (self.form == "message") != bool(self.tones and self.max_words):
            raise ValueError("a message needs tones and max_words; anything else has neither")
        if self.variant not in {"pause", "defer"} and any(detail.until for detail in self.details):
            raise ValueError("until belongs to a pause or a promise: variant pause or defer")
        return self


class DetailWords(_Facts):
    """How one detail is asked for in one language; `prefill` is a template over what history knows."""

    label: str = Field(max_length=80)
    hint: str | None = Field(default=None, max_length=150)
    example: str | tuple[str, ...] | None = None
    prefill: str | None = None
    choices: dict[str, str] = Field(default_factory=dict)


class ScriptWords(_Facts):
    """What people read about a script in one language: `<language>.toml`."""

    title: str = Field(max_length=40)
    use_when: str = Field(max_length=75)
    advice: str = Field(max_length=400)
    follow_up: str | None = Field(default=None, max_length=150)
    checks: tuple[str, ...] = ()
    example_name: str = "Ana"
    details: dict[str, DetailWords] = Field(default_factory=dict)


class Wording(NamedTuple):
    """One way of saying it: a Jinja block `<tone>_<number>` of `<language>.j2`, numbered from 1."""

    tone: str
    number: int

    @property
    def block(self) -> str:
        """The block's name in the template."""
        return f"{self.tone}_{self.number}"


@dataclass(frozen=True, slots=True)
class Script:
    """One row of the catalogue, with its words in every language it has."""

    id: str
    facts: ScriptFacts
    words: Mapping[str, ScriptWords]
    templates: Mapping[str, Template] = field(repr=False)

    def wordings(self, language: str, tone: str) -> list[Wording]:
        """All wordings of one tone in one language, in order; `short` and `points` are voices too."""
        blocks = self.templates[language].blocks
        found = (_BLOCK.fullmatch(name) for name in blocks)
        return sorted(Wording(m[1], int(m[2])) for m in found if m and m[1] == tone)

    def examples(self, language: str) -> dict[str, str | bool | int | list[str]]:
        """An example of every detail, as somebody would fill it in (dates as YYYY-MM-DD)."""
        filled: dict[str, str | bool | int | list[str]] = {}
        for detail in self.facts.details:
            said = self.words[language].details[detail.id].example
            example = detail.example if said is None else said
            if isinstance(example, tuple):
                filled[detail.id] = list(example)
            elif example is not None:
                filled[detail.id] = example.isoformat() if isinstance(example, date) else example
        return filled

    def detail(self, detail_id: str) -> Detail:
        """The detail of that id; KeyError when the script has none."""
        for detail in self.facts.details:
            if detail.id == detail_id:
                return detail
        raise KeyError(detail_id)


_BLOCK = re.compile(r"([a-z]+)_([1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All scripts by id, in a fixed order, and what was wrong with those that could not be read."""

    scripts: Mapping[str, Script]
    problems: tuple[str, ...] = ()

    def __getitem__(self, script_id: str) -> Script:
        return self.scripts[script_id]

    def __contains__(self, script_id: object) -> bool:
        return script_id in self.scripts

    def in_language(self, language: str) -> list[Script]:
        """The scripts that can be drafted in that language."""
        return [script for script in self.scripts.values() if language in script.words]

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read every script under `folder`; a broken one becomes a problem and the others still work."""
        scripts: dict[str, Script] = {}
        problems: list[str] = []
        for facts in sorted(folder.glob("*/script.toml")):
            try:
                scripts[facts.parent.name] = _load_script(facts.parent)
            except _BrokenScriptError as broken:
                problems.append(str(broken))
        return cls(scripts, tuple(problems))


class _BrokenScriptError(Exception):
    """A script that cannot be used, with the file and, where known, the line."""


def _load_script(folder: Path) -> Script:
    facts = _read(folder / "script.toml", ScriptFacts)
    words = {
        path.stem: _read(path, ScriptWords)
        for path in sorted(folder.glob("*.toml"))
        if path.name != "script.toml"
    }
    templates: dict[str, Template] = {}
    for language, said in words.items():
        unasked = {detail.id for detail in facts.details} ^ set(said.details)
        if unasked:
            raise _BrokenScriptError(f"{folder / language}.toml: details do not match: {sorted(unasked)}")
        if facts.form == "message":
            templates[language] = _load_template(folder / f"{language}.j2", facts)
    return Script(folder.name, facts, words, templates)


def _read(path: Path, shape: type[FactsT]) -> FactsT:
    try:
        return shape.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise _BrokenScriptError(f"{path}: {error}") from error


def _load_template(path: Path, facts: ScriptFacts) -> Template:
    try:
        parsed = environment.parse(path.read_text(encoding="utf-8"), filename=str(path))
        unknown = meta.find_undeclared_variables(parsed)
        unknown -= {detail.id for detail in facts.details} | {NAME} | set(environment.globals)
        template = environment.from_string(parsed)
    except OSError as error:
        raise _BrokenScriptError(f"{path}: {error}") from error
    except TemplateSyntaxError as error:
        raise _BrokenScriptError(f"{path}:{error.lineno}: {error.message}") from error
    if unknown:
        raise _BrokenScriptError(f"{path}: uses what the script does not ask for: {sorted(unknown)}")
    own = [EMAIL_SUBJECT if channel == "email" else f"{channel}_1" for channel in facts.channels]
    for block in (*(f"{tone}_1" for tone in facts.tones), *own):
        if block not in template.blocks:
            raise _BrokenScriptError(f"{path}: has no wording {block}")
    return template
