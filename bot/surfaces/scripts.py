"""The list of scripts that are not the app's: an author's own and, for admins, the workspace's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.added import MOST_SCRIPTS
from bot.own import BLANK
from bot.surfaces.details import select, typed
from bot.surfaces.kit import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    DividerBlock,
    SectionBlock,
    View,
)
from bot.surfaces.text import OPTION, escape, plain, section, shorten, small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.added import Added
    from bot.catalogue import Catalogue
    from bot.localization import Language, Languages
    from bot.own import Own
    from bot.texts import BrokenError

_LONGEST_START = 120
"""Characters of a text, so that it can be told from another."""

_MOST_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Ours:
    """What admins see beside their own: the workspace's scripts, and those that ship, in a language."""

    added: Added
    builtin: Catalogue
    language: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """An author's own scripts, and for admins `ours`; `said` is what has just been done."""

    own: Sequence[Own]
    ours: Ours | None = None
    said: str = ""


def build(scripts: Scripts, say: Language, languages: Languages) -> dict[str, Any]:
    """Draw the list."""
    blocks: list[Block] = [small(escape(scripts.said))] if scripts.said else []
    if scripts.ours:
        blocks += [*_ours(scripts.ours, say, languages), DividerBlock()]
    blocks += _own(scripts.own, say)
    return View(
        type="modal",
        callback_id=ids.SCRIPTS,
        title=plain(say("scripts.title")),
        close=plain(say("notice.close")),
        blocks=blocks,
    )


def language(view: Mapping[str, Any], languages: Languages) -> str:
    """The language that an admin chose to write in; empty when none was."""
    chosen = str(typed(view).get(ids.SCRIPT_LANGUAGE, ""))
    return chosen if chosen in languages.by_code else ""


def _own(own: Sequence[Own], say: Language) -> Iterator[Block]:
    yield section(f"*{escape(say('scripts.own'))}*\n{escape(say('scripts.own_what'))}")
    for one in sorted(own, key=lambda one: one.at, reverse=True):
        text = one.text.replace(BLANK, say("own.whoever"))
        start = shorten(" ".join(text.split()), _LONGEST_START)
        remove = ButtonElement(
            action_id=ids.OWN_REMOVE,
            text=plain(say("scripts.remove"), OPTION),
            value=one.id,
            confirm=_sure(say, say("scripts.own_sure", title=one.title)),
        )
        yield SectionBlock(
            text=section(f"*{escape(one.title)}*\n{escape(start)}")["text"],
            block_id=one.id,
            accessory=remove,
        )


def _ours(ours: Ours, say: Language, languages: Languages) -> Iterator[Block]:
    added = ours.added
    yield section(f"*{escape(say('scripts.ours'))}*\n{escape(say('scripts.ours_what'))}")
    spoken = ((code, languages[code].own_name) for code in languages.by_code)
    elements: list[Any] = [
        select(ids.SCRIPT_LANGUAGE, spoken, ours.language, say("compose.language")),
    ]
    if len(added.problems) < MOST_SCRIPTS:
        add = ButtonElement(action_id=ids.SCRIPT_ADD, text=plain(say("scripts.add"), OPTION), style="primary")
        rest = (one for one in ours.builtin.scripts.values() if one.id not in added.problems)
        change = select(
            ids.SCRIPT_CHANGE,
            ((one.id, one.about(say.code).title) for one in rest),
            None,
            say("scripts.change"),
        )
        elements += [add, change]
    yield ActionsBlock(block_id=ids.SCRIPT_LANGUAGE, elements=elements)
    for script_id in added.problems:
        yield section(_described(script_id, ours, say, languages))
        edit = ButtonElement(
            action_id=ids.SCRIPT_EDIT, text=plain(say("scripts.edit"), OPTION), value=script_id
        )
        title, replaces = _title(script_id, ours, say), script_id in ours.builtin
        sure = say("scripts.restore_sure", title=title) if replaces else say("scripts.ours_sure", title=title)
        remove = ButtonElement(
            action_id=ids.SCRIPT_REMOVE,
            text=plain(say("scripts.remove"), OPTION),
            value=script_id,
            confirm=_sure(say, sure),
        )
        yield ActionsBlock(block_id=f"script:{script_id}", elements=[edit, remove])


def _described(script_id: str, ours: Ours, say: Language, languages: Languages) -> str:
    script = ours.added.scripts.get(script_id)
    spoken = [languages[one].own_name for one in script.words if one in languages.by_code] if script else []
    about = [f"`{escape(script_id)}`", escape(say.listed(spoken))]
    if script_id in ours.builtin:
        about.append(escape(say("scripts.replaces")))
    lines = [f"*{escape(_title(script_id, ours, say))}*", "  ·  ".join(filter(None, about))]
    problems = ours.added.problems[script_id][:_MOST_PROBLEMS]
    lines += [escape(say("scripts.left_out", problem=said(problem, say))) for problem in problems]
    return "\n".join(lines)


def said(problem: BrokenError, say: Language) -> str:
    """A problem in a line: in which text, on which line, and why."""
    if problem.line:
        return say("scripts.at_line", text=problem.text, line=problem.line, reason=problem.reason)
    return say("scripts.at", text=problem.text, reason=problem.reason)


def _title(script_id: str, ours: Ours, say: Language) -> str:
    script = ours.added.scripts.get(script_id)
    return script.about(say.code).title if script else script_id


def _sure(say: Language, text: str) -> ConfirmObject:
    return ConfirmObject(
        title=plain(say("scripts.remove"), 100),
        text=plain(text, 300),
        confirm=plain(say("scripts.remove"), 30),
        deny=plain(say("compose.cancel"), 30),
    )
