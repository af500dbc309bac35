"""What is kept of an author, in their hands: seen, taken along, forgotten for one person, or deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.export import CSV, JSON
from bot.surfaces.details import select
from bot.surfaces.kit import ActionsBlock, Block, ButtonElement, DividerBlock, RichTextBlock, View
from bot.surfaces.text import OPTION, SECTION, bullets, escape, plain, section, small, to_copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.belongings import Counts, Requester
    from bot.localization import Language

MOST_NAMED = 100
"""People in the menu (Slack's limit for one)."""

MESSAGE = 4 * SECTION
"""Characters of data in one message: Slack refuses one of about 13,000 in its blocks."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the modal shows; `days`: how long drafts are kept, `by_link`: there is an address for it."""

    counts: Counts
    people: Sequence[Requester]
    days: int
    by_link: bool


def way_in(say: Language) -> ActionsBlock:
    """The button in App Home."""
    button = ButtonElement(action_id=ids.DATA, text=plain(say("data.title"), OPTION))
    return ActionsBlock(block_id=ids.DATA, elements=[button])


def build(shown: Shown, say: Language) -> dict[str, Any]:
    """Draw the modal."""
    lines = bullets([*_counted(shown.counts, say), say("data.you")])
    blocks: list[Block] = [
        section(f"*{escape(say('data.kept'))}*\n{lines}"),
        small(escape(say("data.private", days=shown.days))),
        DividerBlock(),
        *_export(shown, say),
        *(_people(shown, say) if shown.people else []),
        DividerBlock(),
        section(f"*{escape(say('data.erase'))}*\n{escape(say('data.erase_what'))}"),
        _one_button(ids.ERASE, say("data.erase_button"), danger=True),
    ]
    return _view(say("data.title"), blocks, say("notice.close"))


def ask_forget(requester: Requester, say: Language) -> dict[str, Any]:
    """Draw the question before a person is forgotten, with all that goes."""
    going = [say("data.forget_person")]
    if requester.drafts:
        going.append(say.count("data.forget_drafts", requester.drafts))
    name = escape(_name(requester, say))
    blocks: list[Block] = [
        section(f"*{say('data.forget_sure', name=name)}*\n{bullets(going)}"),
        small(escape(say("data.forget_stays"))),
        _one_button(ids.FORGET_SURE, say("data.forget_button"), danger=True, value=requester.mark),
    ]
    return _view(say("data.forget"), blocks, say("compose.cancel"))


def ask_erase(counts: Counts, say: Language) -> dict[str, Any]:
    """Draw the question before everything is deleted, with all that goes."""
    going = bullets([*_counted(counts, say), say("data.you")])
    blocks: list[Block] = [
        section(f"*{escape(say('data.erase_sure'))}*\n{going}"),
        small(escape(say("data.erase_stays"))),
        _one_button(ids.ERASE_SURE, say("data.erase_button"), danger=True),
    ]
    return _view(say("data.erase"), blocks, say("compose.cancel"))


def forgotten(requester: Requester, gone: int, say: Language) -> dict[str, Any]:
    """Draw what went with a person."""
    name = _name(requester, say)
    return done(say("data.forget"), say.count("data.forgotten", gone, name=name), say)


def erased(counts: Counts, say: Language) -> dict[str, Any]:
    """Draw what went with everything."""
    went = escape(say("data.erased"))
    lines = bullets([*_counted(counts, say), say("data.you")])
    return _view(say("data.erase"), [section(f"{went}\n{lines}")], say("notice.close"), last=True)


def link(url: str, form: str, say: Language) -> dict[str, Any]:
    """Draw the way to the download."""
    button = ButtonElement(
        action_id=ids.OPEN_LINK, text=plain(say("data.link_button"), OPTION), url=url, style="primary"
    )
    what = say("data.link_csv") if form == CSV else say("data.link_json")
    blocks: list[Block] = [
        section(escape(what)),
        ActionsBlock(block_id=ids.OPEN_LINK, elements=[button]),
        small(escape(say("data.link_once"))),
    ]
    return _view(say("data.export"), blocks, say("notice.close"))


def done(title: str, sentence: str, say: Language) -> dict[str, Any]:
    """Draw a sentence; closing it closes what was open below, which is as it was before."""
    return _view(title, [section(escape(sentence))], say("notice.close"), last=True)


def message(text: str, say: Language) -> dict[str, Any]:
    """Some of the data, to copy, as a message."""
    pieces = (text[at : at + SECTION] for at in range(0, len(text), SECTION))
    blocks: list[RichTextBlock] = [to_copy(piece) for piece in pieces]
    return {"text": escape(say("data.message")), "blocks": [*blocks]}


def _export(shown: Shown, say: Language) -> Iterator[Block]:
    what = say("data.export_link") if shown.by_link else say("data.export_messages")
    yield section(f"*{escape(say('data.export'))}*\n{escape(what)}")
    if shown.by_link:
        forms = {JSON: say("data.export_json"), CSV: say("data.export_csv")}
    else:
        forms = {JSON: say("data.export_send")}
    buttons = [
        ButtonElement(action_id=f"{ids.EXPORT}.{form}", text=plain(label, OPTION))
        for form, label in forms.items()
    ]
    yield ActionsBlock(block_id=ids.EXPORT, elements=buttons)


def _people(shown: Shown, say: Language) -> Iterator[Block]:
    """Whom to forget: a choice leads to the question."""
    menu = ((one.mark, _name(one, say)) for one in shown.people[:MOST_NAMED])
    yield DividerBlock()
    yield section(f"*{escape(say('data.forget'))}*\n{escape(say('data.forget_what'))}")
    yield ActionsBlock(
        block_id=ids.FORGET_MENU,
        elements=[select(ids.FORGET_MENU, menu, None, say("data.forget_pick"))],
    )
    if shown.counts.people > len(shown.people):
        yield small(escape(say("data.forget_latest", n=len(shown.people))))


def _counted(counts: Counts, say: Language) -> Iterator[str]:
    """What there is, a line for each kind of which there is any."""
    if counts.drafts:
        yield say.count("data.drafts", counts.drafts)
    if counts.people:
        yield say.count("data.people", counts.people)
    if counts.reminders:
        yield say.count("data.reminders", counts.reminders)
    if counts.scripts:
        yield say.count("data.scripts", counts.scripts)


def _name(requester: Requester, say: Language) -> str:
    return requester.name or say("draft.somebody")


def _one_button(action_id: str, label: str, *, danger: bool = False, value: str = "") -> ActionsBlock:
    button = ButtonElement(
        action_id=action_id,
        text=plain(label, OPTION),
        style="danger" if danger else None,
        value=value or None,
    )
    return ActionsBlock(block_id=action_id, elements=[button])


def _view(title: str, blocks: Sequence[Block], close: str, *, last: bool = False) -> dict[str, Any]:
    return View(
        type="modal",
        callback_id=ids.DATA,
        title=plain(title),
        close=plain(close),
        clear_on_close=last or None,
        blocks=blocks,
    )
