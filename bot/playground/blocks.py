"""What Slack allows in each block and element: a table to read beside Slack's block reference."""

from collections.abc import Iterator
from typing import Any

from bot.playground.schema import (
    Check,
    also,
    at_least_one,
    exactly_one,
    finding,
    flag,
    integer,
    items,
    kind,
    one_of,
    pattern,
    record,
    string,
)


def plain(most: int) -> Check:
    """A plain_text object of so many characters."""
    return kind({"plain_text": record({"text": string(most)}, {"emoji": flag})}, "plain_text object")


def text(most: int) -> Check:
    """A plain_text or mrkdwn object of so many characters."""
    fields = {"text": string(most)}
    return kind(
        {"plain_text": record(fields, {"emoji": flag}), "mrkdwn": record(fields, {"verbatim": flag})},
        "text object",
    )


def _initial_options(value: Any, pointer: str) -> Iterator[str]:
    """Slack compares an initial option with the options as a whole, not by its value."""
    if not isinstance(value, dict):
        return
    groups = value.get("option_groups") or [{"options": value.get("options") or []}]
    offered = [option for group in groups if isinstance(group, dict) for option in group.get("options") or []]
    initial = [value["initial_option"]] if value.get("initial_option") else value.get("initial_options") or []
    if any(option not in offered for option in initial):
        yield finding("initial option must be one of the options", pointer)
    values = [option.get("value") for option in offered if isinstance(option, dict)]
    if len(set(map(str, values))) != len(values):
        yield finding("option values must be unique", pointer)


def _initial_length(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, dict):
        initial, most = value.get("initial_value"), value.get("max_length")
        if isinstance(initial, str) and isinstance(most, int) and len(initial) > most:
            yield finding("initial_value must not be longer than max_length", pointer)


DATE = pattern(r"\d{4}-\d\d-\d\d", "a date as YYYY-MM-DD")
NUMBER = pattern(r"-?\d+(\.\d+)?", "a number in a string")
ID = string(255)
CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = record({"text": plain(75), "value": string(75)}, {"description": plain(75)})
RICH_OPTION = record({"text": text(75), "value": string(75)}, {"description": text(75)})
MENU_OPTION = record(
    {"text": plain(75), "value": string(75)}, {"description": plain(75), "url": string(3000)}
)
OPTIONS = items(OPTION, 1, 100)
GROUPS = items(record({"label": plain(75), "options": OPTIONS}), 1, 100)
DISPATCH = record({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})

_acting: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM}
_picking: dict[str, Check] = {**_acting, "focus_on_load": flag}
_asking: dict[str, Check] = {**_picking, "placeholder": plain(150)}
_choosing: dict[str, Check] = {**_asking, "options": OPTIONS, "option_groups": GROUPS}
_typing: dict[str, Check] = {
    "action_id": ID,
    "focus_on_load": flag,
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
}

IMAGE: dict[str, Check] = {"image_url": string(3000), "alt_text": string(2000)}

ELEMENTS: dict[str, Check] = {
    "button": record(
        {"text": plain(75)},
        {
            **_acting,
            "value": string(2000),
            "url": string(3000),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
    ),
    "overflow": record({"options": items(MENU_OPTION, 1, 5)}, _acting),
    "image": record(IMAGE),
    "static_select": also(
        record({}, {**_choosing, "initial_option": OPTION}),
        exactly_one("options", "option_groups"),
        _initial_options,
    ),
    "multi_static_select": also(
        record(
            {},
            {**_choosing, "initial_options": items(OPTION, 1, 100), "max_selected_items": integer(1, 100)},
        ),
        exactly_one("options", "option_groups"),
        _initial_options,
    ),
    "users_select": record({}, {**_asking, "initial_user": ID}),
    "datepicker": record({}, {**_asking, "initial_date": DATE}),
    "radio_buttons": also(
        record({"options": items(RICH_OPTION, 1, 10)}, {**_picking, "initial_option": RICH_OPTION}),
        _initial_options,
    ),
    "checkboxes": also(
        record(
            {"options": items(RICH_OPTION, 1, 10)},
            {**_picking, "initial_options": items(RICH_OPTION, 1, 10)},
        ),
        _initial_options,
    ),
    "plain_text_input": also(
        record(
            {},
            {
                **_typing,
                "initial_value": string(3000),
                "multiline": flag,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
        _initial_length,
    ),
    "number_input": record(
        {"is_decimal_allowed": flag},
        {**_typing, "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
    ),
    "email_text_input": record({}, {**_typing, "initial_value": string(3000)}),
    "url_text_input": record({}, {**_typing, "initial_value": string(3000)}),
}

_pickers = [
    "static_select",
    "multi_static_select",
    "users_select",
    "datepicker",
    "radio_buttons",
    "checkboxes",
]
_typed = ["plain_text_input", "number_input", "email_text_input", "url_text_input"]


def _elements(*names: str) -> Check:
    return kind({name: ELEMENTS[name] for name in names}, "element here")


_style = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))
RICH_PARTS: dict[str, Check] = {
    "text": record({"text": string(12_000)}, {"style": _style}),
    "link": record({"url": string(3000)}, {"text": string(3000), "unsafe": flag, "style": _style}),
    "user": record({"user_id": ID}, {"style": _style}),
    "channel": record({"channel_id": ID}, {"style": _style}),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}),
    "emoji": record({"name": string(255)}, {"unicode": string(255), "style": _style}),
    "date": record(
        {"timestamp": integer(0, 2**53), "format": string(3000)},
        {"fallback": string(3000), "url": string(3000), "style": _style},
    ),
}
_parts = items(kind(RICH_PARTS, "rich text part"), 1, 1000)
_plain_parts = items(
    kind({name: RICH_PARTS[name] for name in ("text", "link")}, "preformatted part"), 1, 1000
)
_section: dict[str, Check] = {"rich_text_section": record({"elements": _parts})}
RICH_TEXT: dict[str, Check] = {
    **_section,
    "rich_text_list": record(
        {"elements": items(kind(_section, "list item"), 1, 1000), "style": one_of("bullet", "ordered")},
        {"indent": integer(0, 8), "offset": integer(0, 1000), "border": integer(0, 1)},
    ),
    "rich_text_quote": record({"elements": _parts}, {"border": integer(0, 1)}),
    "rich_text_preformatted": record({"elements": _plain_parts}, {"border": integer(0, 1)}),
}

_block: dict[str, Check] = {"block_id": ID}
BLOCKS: dict[str, Check] = {
    "section": also(
        record(
            {},
            {
                **_block,
                "text": text(3000),
                "fields": items(text(2000), 1, 10),
                "accessory": _elements("button", "overflow", "image", *_pickers),
                "expand": flag,
            },
        ),
        at_least_one("text", "fields"),
    ),
    "header": record({"text": plain(150)}, _block),
    "divider": record({}, _block),
    "context": record(
        {
            "elements": items(
                kind(
                    {
                        "image": record(IMAGE),
                        "plain_text": record({"text": string(3000)}, {"emoji": flag}),
                        "mrkdwn": record({"text": string(3000)}, {"verbatim": flag}),
                    },
                    "context element",
                ),
                1,
                10,
            )
        },
        _block,
    ),
    "actions": record({"elements": items(_elements("button", "overflow", *_pickers), 1, 25)}, _block),
    "input": record(
        {"label": plain(2000), "element": _elements(*_pickers, *_typed)},
        {**_block, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": record({"elements": items(kind(RICH_TEXT, "rich text element"), 1, 1000)}, _block),
    "image": record(IMAGE, {**_block, "title": plain(2000)}),
    "alert": record(
        {"text": text(200)},
        {**_block, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "markdown": record({"text": string(12_000)}, _block),
}

# A block that is not named here may stand anywhere.
SURFACES: dict[str, frozenset[str]] = {"alert": frozenset({"modal"}), "markdown": frozenset({"message"})}
