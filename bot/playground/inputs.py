"""What people have typed and picked: where it starts, how Slack reports it, and what Slack's client refuses.

A value is kept as plainly as possible: text for what is typed or picked once, a list for what is ticked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.playground.rules import STATEFUL, elements
from bot.playground.schema import Json

Value = str | list[str] | None
Key = tuple[str, str]
Typed = dict[Key, Value]

TICKED = {"checkboxes", "multi_static_select"}
PICKED = {"static_select", "radio_buttons"}
TEXT_LIMIT = 3000


@dataclass(frozen=True)
class Input:
    """One element that holds a value, and the block it is in."""

    block: Json
    element: Json

    @property
    def key(self) -> Key:
        """What Slack files its value under."""
        return self.block["block_id"], self.element["action_id"]

    @property
    def required(self) -> bool:
        """Whether Slack's client insists on a value."""
        return self.block["type"] == "input" and not self.block.get("optional", False)


def inputs(blocks: list[Json]) -> Iterator[Input]:
    """Every element of some blocks that holds a value."""
    for block in blocks:
        for element in elements(block):
            if element["type"] in STATEFUL:
                yield Input(block, element)


def options(element: Json) -> dict[str, Json]:
    """The options of an element by their value."""
    groups = element.get("option_groups") or [element]
    return {option["value"]: option for group in groups for option in group.get("options", [])}


def initial(element: Json) -> Value:
    """The value an element starts with."""
    if element["type"] in TICKED:
        return [option["value"] for option in element.get("initial_options", [])]
    if element["type"] in PICKED:
        option = element.get("initial_option")
        return str(option["value"]) if option else None
    for name in ("initial_user", "initial_date", "initial_value"):
        if element.get(name):
            return str(element[name])
    return None


def first_values(blocks: list[Json]) -> Typed:
    """The values of freshly drawn blocks."""
    return {each.key: initial(each.element) for each in inputs(blocks)}


def kept_values(old: list[Json], typed: Typed, new: list[Json]) -> Typed:
    """The values after an update: kept where both ids and the element type stayed the same."""
    before = {each.key: each.element["type"] for each in inputs(old)}
    values = first_values(new)
    for each in inputs(new):
        if before.get(each.key) == each.element["type"] and fits(each.element, typed.get(each.key)):
            values[each.key] = typed.get(each.key)
    return values


def fits(element: Json, value: Value) -> bool:
    """Whether an element can hold a value at all."""
    if element["type"] in TICKED:
        return isinstance(value, list) and all(item in options(element) for item in value)
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    if element["type"] in PICKED:
        return value in options(element)
    if element["type"] == "datepicker":
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value))
    return True


def clean(element: Json, value: Any) -> Value:
    """A value as it is kept; what the element cannot hold is a mistake of the caller."""
    if element["type"] in TICKED:
        kept: Value = list(value or [])
    else:
        kept = None if value in (None, "") else str(value).replace("\r\n", "\n")
    if not fits(element, kept):
        raise ValueError(f"{element['action_id']} cannot hold {value!r}")
    return kept


def state(blocks: list[Json], typed: Typed) -> Json:
    """The `state` of a view or message, in Slack's shape."""
    values: dict[str, Json] = {}
    for each in inputs(blocks):
        block_id, action_id = each.key
        values.setdefault(block_id, {})[action_id] = reported(each.element, typed.get(each.key))
    return {"values": values}


def reported(element: Json, value: Value) -> Json:
    """One value in the shape Slack has for that type of element."""
    kind = element["type"]
    known = options(element)
    if isinstance(value, list):
        return {"type": kind, "selected_options": [known[item] for item in value]}
    if kind in PICKED:
        return {"type": kind, "selected_option": known[value] if value else None}
    name = {"users_select": "selected_user", "datepicker": "selected_date"}.get(kind, "value")
    return {"type": kind, name: value}


def complaint(each: Input, value: Value) -> tuple[str, Json] | None:
    """Why Slack's client would not send this value: a key into the words, and what to fill in."""
    element = each.element
    if not value or (isinstance(value, str) and not value.strip()):
        return ("required", {}) if each.required else None
    if isinstance(value, list):
        return None
    if element["type"] == "plain_text_input":
        return _wrong_length(element, value)
    if element["type"] == "number_input":
        return _wrong_number(element, value)
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "email", {}
    if element["type"] == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "url", {}
    return None


def _wrong_length(element: Json, value: str) -> tuple[str, Json] | None:
    least, most = element.get("min_length", 0), element.get("max_length", TEXT_LIMIT)
    if len(value) < least:
        return "too_short", {"limit": least}
    if len(value) > most:
        return "too_long", {"limit": most}
    return None


def _wrong_number(element: Json, value: str) -> tuple[str, Json] | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "number", {}
    if not number.is_finite():
        return "number", {}
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "whole_number", {}
    if element.get("min_value") and number < Decimal(element["min_value"]):
        return "too_small", {"limit": element["min_value"]}
    if element.get("max_value") and number > Decimal(element["max_value"]):
        return "too_large", {"limit": element["max_value"]}
    return None
