"""What is said of a script: its facts, and the words around it in each language, with their limits.

The limits keep every surface within Slack's, whoever writes a script.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


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
Tone = Literal["neutral", "warm", "firm", "formal"]

NAME = "name"
"""What every wording may use besides its own details: the requester's name as the draft greets them."""


FROM_SETTINGS = frozenset({"group_rhythm", "group_place", "urgent_channel"})
"""The sources of a prefill that are the workspace's settings, by their names there."""

EMAIL_SUBJECT = "email_subject"
"""The block with an e-mail's subject."""


_FILLED_WITH: dict[str, DetailType] = {
    "request": "text",
    "last_answer": "date",
    "group_rhythm": "text",
    "group_place": "text",
    "urgent_channel": "choice",
}
"""The type of detail that each source of a prefill is for."""

MOST_DETAILS = 12
"""Details of one script: the modal has room for a hundred blocks, and nobody fills in more."""

_RESERVED = {NAME, "jij", "loop", "true", "false", "none", "and", "or", "not", "if", "else", "in", "is"}
"""What a detail cannot be called, as the wordings have another meaning for it."""

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=40)]
_Choice = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
_Number = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
_Line = Annotated[str, Field(min_length=1, max_length=200)]
_Example = Annotated[str, Field(min_length=1, max_length=300)]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Detail(_Facts):
    """One thing a script asks the author for.

    A required yes/no is a condition: only "yes" lets the draft be written. `default_days` counts from
    today, `prefill` names what fills it in: history (`request`, `last_answer`) or a workspace's setting.
    `door`: filling it in leaves a door open; `until`: it is the day a pause ends or a promise is due.
    """

    id: _Id
    type: DetailType
    required: bool = False
    items: int = Field(default=1, ge=1, le=6)
    choices: tuple[_Choice, ...] = Field(default=(), max_length=20)
    minimum: _Number | None = None
    maximum: _Number | None = None
    default: bool | _Number | None = None
    default_days: int | None = Field(default=None, ge=-366, le=3660)
    door: bool = False
    until: bool = False
    prefill: Literal["request", "last_answer", "group_rhythm", "group_place", "urgent_channel"] | None = None
    example: date | bool | int | _Example | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> Detail:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("choices belong to a detail of type choice, and it needs them")
        if self.until and self.type != "date":
            raise ValueError("until belongs to a date")
        if self.id in _RESERVED:
            raise ValueError(f"a detail cannot be called {self.id}")
        if len(set(self.choices)) < len(self.choices):
            raise ValueError("each choice is named once")
        if self.prefill and self.type != _FILLED_WITH[self.prefill]:
            raise ValueError("request fills in a text, and last_answer a date")
        self._default_fits()
        return self

    def _default_fits(self) -> None:
        if self.default_days is not None and self.type != "date":
            raise ValueError("default_days belongs to a date")
        shape = {"yes_no": bool, "number": int}.get(self.type)
        if self.default is not None and type(self.default) is not shape:
            raise ValueError("default belongs to a yes/no or a number")
        if (self.minimum is not None or self.maximum is not None) and self.type != "number":
            raise ValueError("minimum and maximum belong to a number")
        in_order = [one for one in (self.minimum, self.default, self.maximum) if one is not None]
        if in_order != sorted(in_order):
            raise ValueError("minimum, default and maximum are in that order")


class ScriptFacts(_Facts):
    """What is true of a script in every language: `script.toml`."""

    origin: Literal["document", "linked", "beyond"] = "beyond"
    source: str = ""
    step: Step
    form: Literal["message", "silence", "checklist", "nothing"] = "message"
    variant: Literal["plain", "redirect", "pause", "group", "wind_down", "defer", "tradeoff"] = "plain"
    alternative: bool = False
    after: tuple[str, ...] = ()
    situations: tuple[Situation, ...] = Field(min_length=1)
    kinds: tuple[Kind | Literal["any", "unclear"], ...] = Field(min_length=1)
    relationships: tuple[str, ...] = ()
    tones: tuple[Tone, ...] = ()
    channels: tuple[Literal["email", "short", "points"], ...] = ()
    moves: tuple[str, ...] = ()
    max_words: int = Field(default=0, ge=0, le=500)
    follow_up_days: int | None = Field(default=None, ge=1, le=365)
    details: tuple[Detail, ...] = Field(default=(), max_length=MOST_DETAILS)

    @model_validator(mode="after")
    def _fits_its_form(self) -> ScriptFacts:
        if (self.form == "message") != bool(self.tones and self.max_words):
            raise ValueError("a message needs tones and max_words; anything else has neither")
        if self.variant not in {"pause", "defer"} and any(detail.until for detail in self.details):
            raise ValueError("until belongs to a pause or a promise: variant pause or defer")
        for once in (self.tones, self.channels, tuple(detail.id for detail in self.details)):
            if len(set(once)) < len(once):
                raise ValueError("each tone, channel and detail is named once")
        return self

    @property
    def needed_blocks(self) -> Iterator[str]:
        """The blocks that every language must have: one wording a tone, and what the channels take."""
        yield from (f"{tone}_1" for tone in self.tones)
        yield from (EMAIL_SUBJECT if channel == "email" else f"{channel}_1" for channel in self.channels)


class DetailWords(_Facts):
    """How one detail is asked for in one language; `prefill` is a template over what history knows."""

    label: str = Field(min_length=1, max_length=80)
    hint: str | None = Field(default=None, max_length=150)
    example: _Example | tuple[_Example, ...] | None = None
    prefill: str | None = Field(default=None, max_length=300)
    choices: dict[_Choice, Annotated[str, Field(min_length=1, max_length=75)]] = Field(default_factory=dict)


class ScriptWords(_Facts):
    """What people read about a script in one language: `<language>.toml`."""

    title: str = Field(min_length=1, max_length=40)
    use_when: str = Field(min_length=1, max_length=75)
    advice: str = Field(min_length=1, max_length=400)
    follow_up: str | None = Field(default=None, max_length=150)
    checks: tuple[_Line, ...] = Field(default=(), max_length=10)
    example_name: str = Field(default="Ana", min_length=1, max_length=40)
    details: dict[str, DetailWords] = Field(default_factory=dict)
