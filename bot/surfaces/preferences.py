"""What an author chooses for themselves: languages, manner, where drafts appear, and what is kept of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.records import Preferences
from bot.surfaces.details import select, typed
from bot.surfaces.kit import Block, ButtonElement, DividerBlock, InputBlock, View
from bot.surfaces.text import OPTION, escape, plain, small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.localization import Language, Languages

TONES = ("neutral", "warm", "firm", "formal")
"""The tones that a script can have."""

_UNSET = "unset"
_HERE, _IN_APP = "here", "in_app"
_TEXTS, _FACTS = "texts", "facts"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the modal shows.

    `addresses` are the forms of address to choose from, `default_language` is the workspace's (empty: what
    Slack says), `admin`: with the way to the workspace's settings.
    """

    preferences: Preferences
    addresses: Sequence[str]
    default_language: str = ""
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the author chose, and what of it cannot be kept: by the input, the sentence."""

    preferences: Preferences
    errors: dict[str, str]


def build(shown: Shown, say: Language, languages: Languages) -> dict[str, Any]:
    """Draw the modal."""
    blocks: list[Block] = [
        *_languages(shown, say, languages),
        DividerBlock(),
        *_manner(shown, say),
        DividerBlock(),
        *_places(shown.preferences, say),
    ]
    if shown.admin:
        blocks.append(small(escape(say("preferences.admin", command=f"{ids.COMMAND} settings workspace"))))
    return View(
        type="modal",
        callback_id=ids.PREFERENCES,
        title=plain(say("preferences.title")),
        submit=plain(say("edit.save")),
        close=plain(say("compose.cancel")),
        blocks=blocks,
    )


def button(say: Language) -> ButtonElement:
    """What opens the modal from App Home."""
    return ButtonElement(action_id=ids.PREFERENCES, text=plain(say("preferences.title"), OPTION))


def read(
    view: Mapping[str, Any],
    before: Preferences,
    addresses: Sequence[str],
    languages: Languages,
    say: Language,
) -> Submitted:
    """Read the modal back; whatever comes, only what was offered can be chosen."""
    now = typed(view)
    offered: dict[str, Sequence[str]] = {
        ids.LANGUAGE: (_UNSET, *languages.by_code),
        ids.DRAFT_LANGUAGE: (_UNSET, *languages.by_code),
        ids.TONE: (_UNSET, *TONES),
        ids.ADDRESSING: (_UNSET, *addresses),
        ids.WHERE: (_HERE, _IN_APP),
        ids.KEEPING: (_TEXTS, _FACTS),
    }
    errors = {name: say("wrong.choice") for name, known in offered.items() if now.get(name) not in known}
    if errors:
        return Submitted(before, errors)
    chosen = {name: "" if now[name] == _UNSET else str(now[name]) for name in offered}
    after = replace(
        before,
        language=chosen[ids.LANGUAGE],
        draft_language=chosen[ids.DRAFT_LANGUAGE],
        tone=chosen[ids.TONE],
        address=chosen[ids.ADDRESSING],
        in_app=chosen[ids.WHERE] == _IN_APP,
        facts_only=chosen[ids.KEEPING] == _FACTS,
    )
    return Submitted(after, {})


def _languages(shown: Shown, say: Language, languages: Languages) -> Iterator[Block]:
    spoken = [(code, languages[code].own_name) for code in languages.by_code]
    default = languages.by_code.get(shown.default_language)
    slack_s = (
        say("preferences.language_workspace", language=default.own_name)
        if default
        else say("preferences.language_slack")
    )
    preferences = shown.preferences
    yield _menu(
        ids.LANGUAGE, say("preferences.language"), [(_UNSET, slack_s), *spoken], preferences.language, say
    )
    yield _menu(
        ids.DRAFT_LANGUAGE,
        say("preferences.draft_language"),
        [(_UNSET, say("preferences.as_the_app")), *spoken],
        preferences.draft_language,
        say,
        say("preferences.draft_language_hint"),
    )


def _manner(shown: Shown, say: Language) -> Iterator[Block]:
    preferences = shown.preferences
    tones = ((tone, say(f"tone.{tone}")) for tone in TONES)
    yield _menu(
        ids.TONE,
        say("preferences.tone"),
        [(_UNSET, say("preferences.tone_script")), *tones],
        preferences.tone,
        say,
        say("preferences.tone_hint"),
    )
    forms = ((form, form) for form in shown.addresses)
    yield _menu(
        ids.ADDRESSING,
        say("preferences.address"),
        [(_UNSET, say("preferences.address_mirror")), *forms],
        preferences.address,
        say,
    )


def _places(preferences: Preferences, say: Language) -> Iterator[Block]:
    yield _menu(
        ids.WHERE,
        say("preferences.where"),
        [(_HERE, say("preferences.where_here")), (_IN_APP, say("preferences.where_app"))],
        _IN_APP if preferences.in_app else _HERE,
        say,
    )
    yield _menu(
        ids.KEEPING,
        say("preferences.keep"),
        [(_TEXTS, say("preferences.keep_texts")), (_FACTS, say("preferences.keep_facts"))],
        _FACTS if preferences.facts_only else _TEXTS,
        say,
        say("preferences.keep_hint"),
    )


def _menu(
    name: str, label: str, options: Sequence[tuple[str, str]], chosen: str, say: Language, hint: str = ""
) -> InputBlock:
    """A menu of which one is always chosen; what is not on it any more gives way to the first."""
    known = chosen if chosen in dict(options) else options[0][0]
    return InputBlock(
        block_id=name,
        label=plain(label),
        hint=plain(hint) if hint else None,
        element=select(name, options, known, say("details.choose")),
    )
