"""Block Kit as Slack is sent it: dictionaries, under Slack's own names.

slack_sdk has models of the same, but drawing one modal with them costs more than everything else that is done
for it (`docs/speed.md`). What they check when the app runs, tests check of every surface: Slack's names and
limits (`bot.playground.rules`).
"""

from __future__ import annotations

from typing import Any, ClassVar


class Part(dict[str, Any]):
    """What is given, and of which type it is; what is None is left out."""

    __slots__ = ()
    kind: ClassVar[str] = ""

    def __init__(self, **given: Any) -> None:
        super().__init__(given)
        for name, value in given.items():
            if value is None:
                del self[name]
        if self.kind:
            self["type"] = self.kind


class Text(Part):
    """Words."""


class Element(Part):
    """What people press, choose from, or type in."""


class Block(Part):
    """A part of a message or view, from top to bottom."""


class View(Part):
    """A modal, or App Home."""


class PlainTextObject(Text):
    """Words without markup."""

    __slots__ = ()
    kind = "plain_text"


class MarkdownTextObject(Text):
    """Words in mrkdwn."""

    __slots__ = ()
    kind = "mrkdwn"


class Option(Part):
    """A choice in a menu."""

    __slots__ = ()


class OptionGroup(Part):
    """Choices under a heading."""

    __slots__ = ()


class ConfirmObject(Part):
    """A question before something is done."""

    __slots__ = ()


class DispatchActionConfig(Part):
    """When an input tells the app what is in it."""

    __slots__ = ()


class ButtonElement(Element):
    """A button."""

    __slots__ = ()
    kind = "button"


class OverflowMenuElement(Element):
    """The three dots."""

    __slots__ = ()
    kind = "overflow"


class StaticSelectElement(Element):
    """A menu."""

    __slots__ = ()
    kind = "static_select"


class StaticMultiSelectElement(Element):
    """A menu to choose several from."""

    __slots__ = ()
    kind = "multi_static_select"


class UserSelectElement(Element):
    """A menu of people."""

    __slots__ = ()
    kind = "users_select"


class RadioButtonsElement(Element):
    """Choices that are all in sight."""

    __slots__ = ()
    kind = "radio_buttons"


class CheckboxesElement(Element):
    """Boxes to tick."""

    __slots__ = ()
    kind = "checkboxes"


class DatePickerElement(Element):
    """A date."""

    __slots__ = ()
    kind = "datepicker"


class NumberInputElement(Element):
    """A number."""

    __slots__ = ()
    kind = "number_input"


class PlainTextInputElement(Element):
    """Words to type."""

    __slots__ = ()
    kind = "plain_text_input"


class ActionsBlock(Block):
    """Buttons and menus."""

    __slots__ = ()
    kind = "actions"


class ContextBlock(Block):
    """Small print."""

    __slots__ = ()
    kind = "context"


class DividerBlock(Block):
    """A line."""

    __slots__ = ()
    kind = "divider"


class HeaderBlock(Block):
    """A heading."""

    __slots__ = ()
    kind = "header"


class InputBlock(Block):
    """An element with its label."""

    __slots__ = ()
    kind = "input"


class SectionBlock(Block):
    """A paragraph."""

    __slots__ = ()
    kind = "section"


class RichTextBlock(Block):
    """Text that is shown as it is."""

    __slots__ = ()
    kind = "rich_text"


class RichTextQuoteElement(Part):
    """Text behind a bar."""

    __slots__ = ()
    kind = "rich_text_quote"


class RichTextPreformattedElement(Part):
    """Text in a box, to copy."""

    __slots__ = ()
    kind = "rich_text_preformatted"


class RichTextPart(Part):
    """Some words of a rich text."""

    __slots__ = ()
    kind = "text"
