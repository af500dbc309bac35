"""Typing into a view or message and pressing what is in it."""

from collections.abc import Container
from typing import Any

from bot.playground.conversations import Message
from bot.playground.inputs import Input, Value, clean, inputs, options, reported
from bot.playground.rules import STATEFUL, elements
from bot.playground.schema import Json
from bot.playground.views import View

SHOWN = ("text", "value", "style", "url")


def fill(where: View | Message, typed: dict[str, Any], people: Container[str]) -> None:
    """Types or picks values without sending anything; keys are action ids."""
    fields = {each.element["action_id"]: each for each in inputs(where.blocks)}
    for action_id, value in typed.items():
        if action_id not in fields:
            raise ValueError(f"nothing to type into called {action_id}; there is {sorted(fields)}")
        _keep(where, fields[action_id], value, people)


def press(
    where: View | Message, action_id: str, block_id: str | None, value: Any, people: Container[str]
) -> Json:
    """The action, as Slack reports it, of pressing a button or picking a value."""
    block, element = _find(where, action_id, block_id)
    about = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    if element["type"] == "button":
        return about | {name: element[name] for name in SHOWN if name in element}
    if element["type"] == "overflow":
        return {**about, "selected_option": options(element)[value]}
    field = Input(block, element)
    kept = where.typed.get(field.key) if value is None else _keep(where, field, value, people)
    return about | reported(element, kept)


def _keep(where: View | Message, field: Input, value: Any, people: Container[str]) -> Value:
    kept = clean(field.element, value)
    if field.element["type"] == "users_select" and kept and kept not in people:
        raise ValueError(f"nobody here is {value}")
    where.typed[field.key] = kept
    return kept


def _find(where: View | Message, action_id: str, block_id: str | None) -> tuple[Json, Json]:
    for block in where.blocks:
        for element in elements(block):
            if element["action_id"] == action_id and block_id in (None, block["block_id"]):
                silent = block["type"] == "input" and not block.get("dispatch_action")
                if silent and element["type"] in STATEFUL:
                    raise ValueError(f"{action_id} sends nothing: its input block has no dispatch_action")
                return block, element
    raise ValueError(f"nothing to press called {action_id}")
