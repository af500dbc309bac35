"""Slack's verdict on a view or a message: either nothing, or the refusal Slack would send."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.playground.blocks import BLOCKS, SURFACES, plain
from bot.playground.schema import Check, Json, finding, flag, items, kind, record, string

MESSAGE_TEXT = 40_000
MESSAGE_BLOCKS_TEXT = 13_200
MARKDOWN_TEXT = 12_000
VIEW_BYTES = 250_000
STATEFUL = frozenset(
    {
        "plain_text_input",
        "number_input",
        "email_text_input",
        "url_text_input",
        "static_select",
        "multi_static_select",
        "users_select",
        "datepicker",
        "radio_buttons",
        "checkboxes",
    }
)

_view: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_blocks = items(kind(BLOCKS, "block type"), 1, 100)
VIEWS: dict[str, Check] = {
    "modal": record(
        {"title": plain(24), "blocks": _blocks},
        {
            **_view,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    ),
    "home": record({"blocks": _blocks}, _view),
}


class Refused(Exception):  # noqa: N818 (it is an answer, and reads as one)
    """Slack says no, with an error code and, often, the place that is wrong."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(error, *(messages or []))
        self.error = error
        self.messages = messages or []
        self.more = more

    def response(self) -> Json:
        """The body Slack would answer with."""
        body: Json = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


def check_view(view: Any, *surfaces: str) -> None:
    """Refuses a view that Slack would refuse; `surfaces` says which kinds are welcome."""
    checks = {surface: VIEWS[surface] for surface in surfaces}
    found = list(kind(checks, "view type")(view, "/view"))
    if not found:
        found = list(_whole(view["blocks"], "/view/blocks", view["type"]))
        found += _missing_submit(view)
    if found:
        raise Refused("invalid_arguments", found)
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")


def check_message(text: Any, blocks: Any, pointer: str = "/blocks") -> None:
    """Refuses the text and blocks of a message that Slack would refuse."""
    if not text and not blocks:
        raise Refused("no_text")
    if text is not None and not isinstance(text, str):
        raise Refused("invalid_arguments", [finding("must be a string", "/text")])
    if text and len(text) > MESSAGE_TEXT:
        raise Refused("msg_too_long")
    if not blocks:
        return
    found = list(items(kind(BLOCKS, "block type"), 1, 50)(blocks, pointer))
    found = found or list(_whole(blocks, pointer, "message"))
    if found:
        raise Refused("invalid_blocks", found)
    if sum(map(len, texts(blocks))) > MESSAGE_BLOCKS_TEXT:
        raise Refused("msg_blocks_too_long")


def elements(block: Json) -> list[Json]:
    """The interactive elements of one block."""
    if block["type"] == "actions":
        return list(block["elements"])
    one = {"section": "accessory", "input": "element"}.get(block["type"])
    element = block.get(one) if one else None
    return [element] if element and element["type"] != "image" else []


def texts(value: Any) -> Iterator[str]:
    """Every text a person reads in some blocks."""
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for name, field in value.items():
            if name == "text" and isinstance(field, str):
                yield field
            elif not isinstance(field, str):
                yield from texts(field)


def _whole(blocks: list[Json], pointer: str, surface: str) -> Iterator[str]:
    """What only shows when all blocks are looked at together."""
    yield from _misplaced(blocks, pointer, surface)
    yield from _repeated([block.get("block_id") for block in blocks], "block_id", pointer)
    for index, block in enumerate(blocks):
        ids = [element.get("action_id") for element in elements(block)]
        yield from _repeated(ids, "action_id", f"{pointer}/{index}")
    everything = [element for block in blocks for element in elements(block)]
    inputs = [element.get("action_id") for element in everything if element["type"] in STATEFUL]
    yield from _repeated(inputs, "action_id", pointer)
    if sum(bool(element.get("focus_on_load")) for element in everything) > 1:
        yield finding("only one element may set focus_on_load", pointer)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_TEXT:
        yield finding(f"markdown blocks hold at most {MARKDOWN_TEXT} characters together", pointer)


def _misplaced(blocks: list[Json], pointer: str, surface: str) -> Iterator[str]:
    for index, block in enumerate(blocks):
        if surface not in SURFACES.get(block["type"], {surface}):
            yield finding(f"{block['type']} is not allowed in a {surface}", f"{pointer}/{index}")


def _repeated(ids: list[str | None], name: str, pointer: str) -> Iterator[str]:
    for value, times in Counter(filter(None, ids)).items():
        if times > 1:
            yield finding(f"`{name}` {value} already exists", pointer)


def _missing_submit(view: Json) -> list[str]:
    asks = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and asks and not view.get("submit"):
        return [finding("missing required field: submit, as there is an input block", "/view")]
    return []
