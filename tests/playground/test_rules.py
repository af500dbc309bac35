"""Each of Slack's limits refuses what is over it, and names the place."""

import pytest

from bot.playground.rules import Refused, check_message, check_view
from tests.playground.sample import DRAFT, EVERY_INPUT, HOME, ask, modal, mrkdwn, option, plain

SECTION = {"type": "section", "text": mrkdwn("x")}


def button(**more):
    """A button with something about it."""
    return {"type": "button", "action_id": "press", "text": plain("Press"), **more}


def actions(*elements):
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def select(**more):
    """A select with something about it."""
    return {"type": "static_select", "action_id": "pick", "options": [option("a")], **more}


TOO_MUCH = {
    "section text": [{"type": "section", "text": mrkdwn("x" * 3001)}],
    "section empty": [{"type": "section"}],
    "section field": [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
    "section fields": [{"type": "section", "fields": [mrkdwn("x")] * 11}],
    "empty text": [{"type": "section", "text": mrkdwn("")}],
    "header": [{"type": "header", "text": plain("x" * 151)}],
    "header mrkdwn": [{"type": "header", "text": mrkdwn("x")}],
    "context": [{"type": "context", "elements": [mrkdwn("x")] * 11}],
    "actions": [actions(*[button(action_id=str(n)) for n in range(26)])],
    "button text": [actions(button(text=plain("x" * 76)))],
    "button value": [actions(button(value="x" * 2001))],
    "button style": [actions(button(style="loud"))],
    "action_id length": [actions(button(action_id="x" * 256))],
    "action_id twice in a block": [actions(button(), button())],
    "input action_id twice": [actions(select()), actions(select())],
    "block_id twice": [{**SECTION, "block_id": "b"}, {**SECTION, "block_id": "b"}],
    "option text": [actions(select(options=[option("a", "x" * 76)]))],
    "option value": [actions(select(options=[option("x" * 76, "a")]))],
    "option description": [actions(select(options=[option("a", "a", "x" * 76)]))],
    "option values twice": [actions(select(options=[option("a"), option("a", "other")]))],
    "options": [actions(select(options=[option(str(n)) for n in range(101)]))],
    "no options": [actions(select(options=[]))],
    "initial option elsewhere": [actions(select(initial_option=option("b")))],
    "placeholder": [actions(select(placeholder=plain("x" * 151)))],
    "radios": [actions({"type": "radio_buttons", "options": [option(str(n)) for n in range(11)]})],
    "checkboxes": [actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})],
    "overflow": [actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})],
    "date": [actions({"type": "datepicker", "initial_date": "1 May"})],
    "confirm": [actions(button(confirm={"title": plain("x" * 101), "text": plain("x")}))],
    "unknown block": [{"type": "hologram"}],
    "unknown element": [actions({"type": "hologram"})],
    "unknown field": [{**SECTION, "colour": "red"}],
    "text input in actions": [actions({"type": "plain_text_input"})],
    "label": [ask("a", "x" * 2001, {"type": "plain_text_input"})],
    "hint": [ask("a", "a", {"type": "plain_text_input"}, hint=plain("x" * 2001))],
    "max_length": [ask("a", "a", {"type": "plain_text_input", "max_length": 3001})],
    "initial_value": [ask("a", "a", {"type": "plain_text_input", "initial_value": "x" * 3001})],
    "initial_value over max_length": [
        ask("a", "a", {"type": "plain_text_input", "initial_value": "xx", "max_length": 1})
    ],
    "number without kind": [ask("a", "a", {"type": "number_input"})],
    "two focuses": [
        ask(name, "a", {"type": "plain_text_input", "focus_on_load": True}) for name in ("a", "b")
    ],
    "preformatted style": [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "UANA"}]}
            ],
        }
    ],
}


@pytest.mark.parametrize("blocks", TOO_MUCH.values(), ids=TOO_MUCH)
def test_blocks_over_a_limit(blocks):
    """A view with blocks over a limit is refused with a pointer to the place."""
    with pytest.raises(Refused) as refused:
        check_view(modal(blocks), "modal")

    assert refused.value.error == "invalid_arguments"
    assert "[json-pointer:/view" in refused.value.messages[0]


@pytest.mark.parametrize(
    "more",
    [
        {"title": plain("x" * 25)},
        {"submit": plain("x" * 25)},
        {"close": plain("x" * 25)},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [SECTION] * 101},
        {"blocks": []},
        {"colour": "red"},
        {"blocks": [{"type": "markdown", "text": "x"}]},
    ],
)
def test_view_over_a_limit(more):
    """A view's own fields have their limits too."""
    with pytest.raises(Refused):
        check_view({**modal([SECTION]), **more}, "modal")


def test_inputs_need_a_submit_button():
    """A modal that asks something has to have a way to send it."""
    with pytest.raises(Refused, match="submit"):
        check_view(modal(EVERY_INPUT, submit=None), "modal")


def test_a_view_of_the_wrong_kind():
    """A home tab cannot be opened as a modal, nor hold an alert."""
    with pytest.raises(Refused):
        check_view({"type": "home", "blocks": [SECTION]}, "modal")
    with pytest.raises(Refused, match="alert"):
        check_view({"type": "home", "blocks": [{"type": "alert", "text": mrkdwn("x")}]}, "home")


def test_view_size():
    """A view over 250 kB is too large."""
    big = [{"type": "section", "fields": [mrkdwn("x" * 2000)] * 10}] * 13
    with pytest.raises(Refused, match="view_too_large"):
        check_view(modal(big), "modal")


@pytest.mark.parametrize(
    ("text", "blocks", "error"),
    [
        ("", None, "no_text"),
        ("x" * 40_001, None, "msg_too_long"),
        ("x", [SECTION] * 51, "invalid_blocks"),
        ("x", [{"type": "section", "text": mrkdwn("x" * 2700)}] * 5, "msg_blocks_too_long"),
        ("x", [{"type": "alert", "text": mrkdwn("x")}], "invalid_blocks"),
        ("x", [{"type": "markdown", "text": "x" * 7000}] * 2, "invalid_blocks"),
    ],
)
def test_message_over_a_limit(text, blocks, error):
    """A message over a limit is refused with Slack's error for it."""
    with pytest.raises(Refused) as refused:
        check_message(text, blocks)

    assert refused.value.error == error


def test_what_is_allowed():
    """The sample of everything passes."""
    check_view(modal(EVERY_INPUT), "modal")
    check_view({"type": "home", "blocks": HOME}, "home")
    check_message("x", DRAFT)
