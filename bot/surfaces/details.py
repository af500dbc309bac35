"""The inputs for a script's details, and for anything else in a modal: drawn, and read back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.filling import LONGEST_PHRASE
from bot.surfaces.kit import (
    CheckboxesElement,
    DatePickerElement,
    DispatchActionConfig,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
)
from bot.surfaces.text import OPTION, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.catalogue import Detail, DetailWords
    from bot.localization import Language
    from bot.records import Filled
    from bot.surfaces.kit import Element

_LONGEST_INPUT = 3000
"""Characters in a text input (Slack's limit)."""

_ON_ENTER = DispatchActionConfig(trigger_actions_on=["on_enter_pressed"])
"""The preview follows on Enter and on every choice: a call per letter would exceed Slack's rate limit."""


def versioned(action_id: str, initial: object) -> str:
    """A block id that changes with the proposed value: Slack keeps what is typed while the id stays."""
    digest = hashlib.blake2b(repr(initial).encode(), digest_size=4).hexdigest()
    return f"{action_id}:{digest}"


def text_input(
    action_id: str, value: str, *, longest: int, multiline: bool = False, example: str = ""
) -> PlainTextInputElement:
    """A text input with what is in it, and an example where it is empty."""
    return PlainTextInputElement(
        action_id=action_id,
        initial_value=shorten(value, longest) or None,
        placeholder=plain(example, 150) if example else None,
        multiline=multiline or None,
        max_length=longest,
        dispatch_action_config=None if multiline else _ON_ENTER,
    )


def select(
    action_id: str, options: Iterable[tuple[str, str]], chosen: str | None, placeholder: str
) -> StaticSelectElement:
    """A menu of (value, label) with the chosen one shown."""
    return menu(action_id, labelled(options), chosen, placeholder)


def menu(
    action_id: str, options: Sequence[Option], chosen: str | None, placeholder: str
) -> StaticSelectElement:
    """A menu with the chosen one shown."""
    return StaticSelectElement(
        action_id=action_id,
        options=options,
        initial_option=next((option for option in options if option["value"] == chosen), None),
        placeholder=plain(placeholder, 150),
    )


def labelled(options: Iterable[tuple[str, str]]) -> list[Option]:
    """Choices of (value, label)."""
    return [Option(value=value, text=plain(label, OPTION)) for value, label in options]


def yes(action_id: str, label: str, *, checked: bool) -> CheckboxesElement:
    """One box to tick."""
    box = Option(value="yes", text=plain(label, OPTION))
    return CheckboxesElement(action_id=action_id, options=[box], initial_options=[box] if checked else None)


def detail_input(
    detail: Detail, words: DetailWords, value: Filled | None, prefill: Filled | None, say: Language
) -> InputBlock:
    """The input for one detail, in the language of the draft, where its examples make sense."""
    action_id = ids.DETAIL + detail.id
    element = _element(action_id, detail, words, value, say)
    hint = words.hint
    if detail.type == "list" and detail.items > 1:
        hint = " ".join(filter(None, (hint, say("details.one_per_line", n=detail.items))))
    return InputBlock(
        block_id=versioned(action_id, prefill),
        label=plain(words.label),
        hint=plain(hint) if hint else None,
        element=element,
        optional=not detail.required,
        dispatch_action=not isinstance(element, PlainTextInputElement) or not element.get("multiline"),
    )


def _element(
    action_id: str, detail: Detail, words: DetailWords, value: Filled | None, say: Language
) -> Element:
    match detail.type:
        case "text":
            example = words.example if isinstance(words.example, str) else ""
            return text_input(action_id, str(value or ""), longest=LONGEST_PHRASE, example=example)
        case "list":
            lines = "\n".join(value) if isinstance(value, list) else str(value or "")
            example = "\n".join(words.example) if isinstance(words.example, tuple) else words.example or ""
            return text_input(
                action_id,
                lines,
                longest=min(detail.items * LONGEST_PHRASE, _LONGEST_INPUT),
                multiline=True,
                example=example.split("\n", 1)[0],
            )
        case "date":
            return DatePickerElement(
                action_id=action_id,
                initial_date=str(value) if value else None,
                placeholder=plain(say("details.pick_date")),
            )
        case "number":
            return NumberInputElement(
                action_id=action_id,
                is_decimal_allowed=False,
                initial_value=str(value) if value not in {None, ""} else None,
                min_value=None if detail.minimum is None else str(detail.minimum),
                max_value=None if detail.maximum is None else str(detail.maximum),
                dispatch_action_config=_ON_ENTER,
            )
        case "choice":
            options = ((one, words.choices.get(one, one)) for one in detail.choices)
            return select(action_id, options, str(value or ""), say("details.choose"))
        case "yes_no":
            return yes(action_id, say("details.yes"), checked=bool(value))


def typed(view: Mapping[str, Any]) -> dict[str, Filled]:
    """What every input of a view holds now, by action id; empty is ""."""
    values = (inputs.items() for inputs in view["state"]["values"].values())
    return {action_id: _current(element) for inputs in values for action_id, element in inputs}


def proposed(view: Mapping[str, Any]) -> dict[str, Filled]:
    """What the view was drawn with, by action id; empty is ""."""
    elements: list[dict[str, Any]] = []
    for block in view["blocks"]:
        elements += [block["element"]] if "element" in block else block.get("elements", [])
    return {element["action_id"]: _initial(element) for element in elements if "action_id" in element}


def block_ids(view: Mapping[str, Any]) -> dict[str, str]:
    """In which block each input stands, by action id."""
    return {
        action_id: block_id for block_id, inputs in view["state"]["values"].items() for action_id in inputs
    }


def _current(element: Mapping[str, Any]) -> Filled:
    if element.get("type") == "multi_static_select":
        return [str(option["value"]) for option in element["selected_options"] or []]
    if "selected_options" in element:
        return bool(element["selected_options"])
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value", ""))
    return str(element.get("value") or element.get("selected_date") or element.get("selected_user") or "")


def _initial(element: Mapping[str, Any]) -> Filled:
    if element["type"] == "multi_static_select":
        return [str(option["value"]) for option in element.get("initial_options") or []]
    if element["type"] == "checkboxes":
        return bool(element.get("initial_options"))
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    return str(
        element.get("initial_value") or element.get("initial_date") or element.get("initial_user") or ""
    )
