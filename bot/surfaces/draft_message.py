"""The private message that holds a draft, and what stays of it once it was dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.ladder import Outcome
from bot.surfaces import reminders
from bot.surfaces.kit import ActionsBlock, Block, ButtonElement, ConfirmObject, Option, OverflowMenuElement
from bot.surfaces.preview import said
from bot.surfaces.text import OPTION, bullets, escape, plain, section, small, to_copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from bot.catalogue import Script, ScriptWords
    from bot.lint import Finding
    from bot.localization import Language
    from bot.records import Record


_MOST_CHECKS = 3
"""The modal shows them all; the message reminds of the first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft as it is shown.

    `held` is what its buttons carry: its id or, where that is not all, the sealed record (`complete`: with
    its text). `among_others`: on a page with other drafts, where no button of one stands out. `offer`: the
    day on which a reminder would come.
    """

    record: Record
    script: Script
    held: str
    today: date
    saved: bool = True
    complete: bool = True
    last_wording: bool = False
    findings: Sequence[Finding] = ()
    among_others: bool = False
    offer: date | None = None


def build(shown: Shown, say: Language) -> dict[str, Any]:
    """Draw the message: `text` for screen readers and notifications, `blocks` for the rest."""
    blocks = [*draw(shown, say)]
    return {"text": escape(headline(shown, say)), "blocks": blocks}


def draw(shown: Shown, say: Language) -> list[Block]:
    """Draw a draft's blocks, for the message and for App Home."""
    if shown.record.outcome is Outcome.OPEN:
        return _open(shown, say)
    words = about(shown, say)
    blocks: list[Block] = [section(escape(headline(shown, say)))]
    if words.follow_up and shown.record.outcome is not Outcome.NOT_SENT:
        blocks.append(small(escape(words.follow_up)))
    blocks += reminders.state(shown.record, shown.today, say)
    undo = ButtonElement(action_id=ids.REOPEN, text=plain(say("draft.undo"), OPTION), value=shown.held)
    elements = [*reminders.buttons(shown.record, shown.held, shown.offer, shown.today, say), undo]
    blocks.append(ActionsBlock(block_id=f"draft:{shown.record.id}", elements=elements))
    return blocks


def deleted(say: Language) -> dict[str, Any]:
    """What stands in the place of a draft that was deleted."""
    text = escape(say("draft.deleted"))
    return {"text": text, "blocks": [small(text)]}


def headline(shown: Shown, say: Language) -> str:
    """The one line that says what this is."""
    record = shown.record
    names = {"name": record.name or say("draft.somebody"), "script": about(shown, say).title}
    form = shown.script.facts.form
    if record.outcome is Outcome.OPEN:
        return say(f"draft.for_{form}", **names)
    on = say.day(record.on, shown.today)
    how = "edited" if record.edited else form
    key = f"sent_{how}" if record.outcome is Outcome.SENT else str(record.outcome)
    return say(f"draft.{key}", date=on, **names)


def about(shown: Shown, say: Language) -> ScriptWords:
    """The script's words in the author's language, or in the draft's."""
    return shown.script.about(say.code, shown.record.language)


def _open(shown: Shown, say: Language) -> list[Block]:
    record, words = shown.record, about(shown, say)
    blocks: list[Block] = [section(f"*{escape(headline(shown, say))}*")]
    if record.text:
        blocks.append(to_copy(record.text))
    if shown.script.facts.form == "checklist":
        blocks.append(section(bullets((*words.checks, *_own_points(record, words)))))
        if record.facts_only and not record.details:
            blocks.append(small(escape(say("draft.not_kept"))))
    else:
        if not record.text:
            lost = record.facts_only and shown.script.facts.form == "message"
            told = say("draft.not_kept") if lost else words.advice
            blocks.append(small(escape(told)))
        if words.checks:
            blocks.append(small(f"*{escape(say('compose.checks'))}*\n{bullets(words.checks[:_MOST_CHECKS])}"))
    blocks += [small(escape(said(finding, say))) for finding in shown.findings]
    if shown.last_wording:
        blocks.append(small(escape(say("draft.wordings_used"))))
    if not shown.saved:
        blocks.append(small(escape(say("draft.unsaved"))))
    blocks.append(_buttons(shown, say))
    return blocks


def _own_points(record: Record, words: ScriptWords) -> Iterator[str]:
    """What the author added to a checklist."""
    for name, given in record.details.items():
        lines = given if isinstance(given, list) else str(given).splitlines()
        points = [line.strip() for line in lines if line.strip()]
        alone = name in words.details and len(points) == 1
        yield from [f"{words.details[name].label} {points[0]}"] if alone else points


def _buttons(shown: Shown, say: Language) -> ActionsBlock:
    form, held = shown.script.facts.form, shown.held
    elements: list[Any] = [
        ButtonElement(
            action_id=ids.SENT,
            text=plain(say(f"draft.do_{form}"), OPTION),
            value=held,
            style=None if shown.among_others else "primary",
        )
    ]
    if shown.record.text and shown.complete:
        elements.append(ButtonElement(action_id=ids.EDIT_DRAFT, text=plain(say("draft.edit")), value=held))
        elements.append(
            ButtonElement(
                action_id=ids.ANOTHER,
                text=plain(say("draft.another"), OPTION),
                value=held,
                confirm=_replaces_your_words(say) if shown.record.edited else None,
            )
        )
    if shown.saved:
        choices = [ids.BESIDE, *_keeping(shown), ids.NOT_SENT, ids.DELETE]
        if held != shown.record.id:  # an option has no room for a sealed text, and Undo needs it
            choices.remove(ids.NOT_SENT)
            label = plain(say("draft.menu_not_sent"), OPTION)
            elements.append(ButtonElement(action_id=ids.NOT_SENT, text=label, value=held))
        menu = [
            Option(value=f"{choice}:{shown.record.id}", text=plain(say(f"draft.menu_{choice}"), OPTION))
            for choice in choices
        ]
        elements.append(OverflowMenuElement(action_id=ids.DRAFT_MENU, options=menu))
    return ActionsBlock(block_id=f"draft:{shown.record.id}", elements=elements)


def _keeping(shown: Shown) -> Iterator[str]:
    """What the author wrote can be kept for another time; what a script wrote is in the script."""
    if shown.record.edited and shown.record.text and not shown.record.facts_only:
        yield ids.KEEP


def _replaces_your_words(say: Language) -> ConfirmObject:
    return ConfirmObject(
        title=plain(say("draft.another"), 100),
        text=plain(say("draft.another_replaces"), 300),
        confirm=plain(say("draft.another_yes"), 30),
        deny=plain(say("draft.another_no"), 30),
    )
