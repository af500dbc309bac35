"""The workspace's settings: what its admins choose for everybody, and who chose what lately."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.catalogue import Situation
from bot.surfaces.details import proposed, select, text_input, typed
from bot.surfaces.kit import (
    Block,
    DividerBlock,
    InputBlock,
    NumberInputElement,
    Option,
    OptionGroup,
    StaticMultiSelectElement,
    View,
)
from bot.surfaces.text import OPTION, escape, plain, section, small
from bot.workspace import LONGEST_RETENTION, SHORTEST_RETENTION, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.catalogue import Catalogue, Detail, DetailWords, Script
    from bot.localization import Language, Languages
    from bot.offer import Gap
    from bot.records import Filled
    from bot.surfaces.kit import Element
    from bot.workspace import Change

LONGEST_CONTACT = 500
"""Characters in whom to turn to."""

LONGEST_WORDS = 200
"""Characters in when and where the group meets: they stand inside a sentence."""

_NAMES = {one.name for one in fields(Settings)} - {"group_language"}
_UNSET = "unset"
_LATEST = 10
_MOST_NAMED = 3
_MOST_OPTIONS = 100
"""Options in one group of a menu (Slack's limit)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the modal shows; `changes` are the newest first."""

    settings: Settings
    catalogue: Catalogue
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """The modal as it came back: what it was opened with, what an admin made of it, what cannot be kept."""

    before: Settings
    after: Settings
    errors: dict[str, str]


def build(shown: Shown, say: Language, languages: Languages) -> dict[str, Any]:
    """Draw the modal."""
    blocks: list[Block] = [
        small(escape(say("settings.intro"))),
        *_general(shown.settings, say, languages),
        *_scripts(shown, say),
        *_safety(shown.settings, say),
        *_shared(shown, say, languages),
        *_latest(shown, say),
    ]
    return View(
        type="modal",
        callback_id=ids.SETTINGS,
        title=plain(say("settings.title")),
        submit=plain(say("edit.save")),
        close=plain(say("compose.cancel")),
        blocks=blocks,
    )


def read(view: Mapping[str, Any], catalogue: Catalogue, languages: Languages, say: Language) -> Submitted:
    """Read the modal back; whatever comes, only what was offered can be chosen."""
    drawn = proposed(view)
    now = drawn | {name: value for name, value in typed(view).items() if name in drawn}
    before, after = _settings(drawn), _settings(now)
    if _group(before) != _group(after):
        after = replace(after, group_language=say.code)
    urgent = _source(catalogue, ids.URGENT_CHANNEL, say)
    offered = {
        ids.LANGUAGE: {"", *languages.by_code},
        ids.SCRIPTS_OFF: catalogue.scripts.keys(),
        ids.URGENT_CHANNEL: {"", *(urgent[1].choices if urgent else ())},
    }
    longest = {
        ids.SAFETY_CONTACT: LONGEST_CONTACT,
        ids.GROUP_RHYTHM: LONGEST_WORDS,
        ids.GROUP_PLACE: LONGEST_WORDS,
    }
    errors = {
        name: say("wrong.choice")
        for name, known in offered.items()
        if name in drawn and not {*_each(getattr(after, name))} <= {*known}
    }
    errors |= {
        name: say("wrong.longer_than", n=limit)
        for name, limit in longest.items()
        if len(getattr(after, name)) > limit
    }
    if not SHORTEST_RETENTION <= after.retention_days <= LONGEST_RETENTION:
        errors[ids.RETENTION_DAYS] = say("wrong.days", least=SHORTEST_RETENTION, most=LONGEST_RETENTION)
    return Submitted(before, after, errors)


def unanswered(gap: Gap, say: Language) -> str:
    """What is missing when scripts that cannot be done without are off."""
    titles = (_quoted(script, say) for script in gap.scripts[:_MOST_NAMED])
    return say(
        "wrong.unanswered",
        situation=say(f"situation.{gap.situation}"),
        step=say(f"step.{gap.step}"),
        scripts=", ".join(titles),
    )


def _general(settings: Settings, say: Language, languages: Languages) -> Iterator[Block]:
    chosen = settings.language if settings.language in languages.by_code else _UNSET
    spoken = ((code, languages[code].own_name) for code in languages.by_code)
    yield _input(
        select(
            ids.LANGUAGE,
            ((_UNSET, say("settings.language_slack")), *spoken),
            chosen,
            say("details.choose"),
        ),
        say("settings.language"),
        say("settings.language_hint"),
    )
    days = NumberInputElement(
        action_id=ids.RETENTION_DAYS,
        is_decimal_allowed=False,
        initial_value=str(settings.retention_days),
        min_value=str(SHORTEST_RETENTION),
        max_value=str(LONGEST_RETENTION),
    )
    hint = say("settings.retention_hint", least=SHORTEST_RETENTION, most=LONGEST_RETENTION)
    yield _input(days, say("settings.retention_days"), hint)


def _scripts(shown: Shown, say: Language) -> Iterator[Block]:
    """The scripts that are off: fewer to look through than those that are on."""
    groups, off = [], []
    for situation in Situation:
        options = [
            Option(value=script.id, text=plain(_title(script, say), OPTION))
            for script in shown.catalogue.scripts.values()
            if script.facts.situations[0] is situation
        ][:_MOST_OPTIONS]
        off += [option for option in options if option["value"] in shown.settings.scripts_off]
        if options:
            groups.append(OptionGroup(label=plain(say(f"situation.{situation}"), OPTION), options=options))
    menu = StaticMultiSelectElement(
        action_id=ids.SCRIPTS_OFF,
        option_groups=groups,
        initial_options=off[:_MOST_OPTIONS] or None,
        placeholder=plain(say("settings.scripts_none_off"), 150),
    )
    yield _input(menu, say("settings.scripts_off"), say("settings.scripts_hint"), optional=True)


def _safety(settings: Settings, say: Language) -> Iterator[Block]:
    contact = text_input(ids.SAFETY_CONTACT, settings.safety_contact, longest=LONGEST_CONTACT, multiline=True)
    yield _input(contact, say("settings.safety_contact"), say("settings.safety_hint"), optional=True)


def _shared(shown: Shown, say: Language, languages: Languages) -> Iterator[Block]:
    """What fills in details of scripts, asked for in the words of those scripts."""
    settings, catalogue = shown.settings, shown.catalogue
    group = _source(catalogue, ids.GROUP_RHYTHM, say)
    if group:
        spoken = languages.by_code.get(settings.group_language, say).own_name
        about = say("settings.group_hint", script=_quoted(group[0], say), language=spoken)
        yield DividerBlock()
        yield section(f"*{escape(say('settings.group'))}*")
        yield small(escape(about))
    for name, value in ((ids.GROUP_RHYTHM, settings.group_rhythm), (ids.GROUP_PLACE, settings.group_place)):
        if source := _source(catalogue, name, say):
            words = source[2]
            example = words.example if isinstance(words.example, str) else ""
            element = text_input(name, value, longest=LONGEST_WORDS, example=example)
            yield _input(element, words.label, words.hint or "", optional=True)
    if source := _source(catalogue, ids.URGENT_CHANNEL, say):
        script, detail, words = source
        channels = ((one, words.choices.get(one, one)) for one in detail.choices)
        chosen = settings.urgent_channel if settings.urgent_channel in detail.choices else _UNSET
        menu = ((_UNSET, say("settings.urgent_unset")), *channels)
        yield DividerBlock()
        yield _input(
            select(ids.URGENT_CHANNEL, menu, chosen, say("details.choose")),
            words.label,
            say("settings.urgent_hint", script=_quoted(script, say)),
        )


def _latest(shown: Shown, say: Language) -> Iterator[Block]:
    """Who changed what and when, a line for what was done at once; Slack shows times where the reader is."""
    together = groupby(shown.changes, key=lambda one: (one.who, int(one.at)))
    lines = [
        f"<!date^{at}^{{date_num}} {{time}}|{at}>  ·  <@{escape(who)}>  ·  "
        + escape(", ".join(_what(change.what, shown.catalogue, say) for change in reversed([*done])))
        for (who, at), done in together
    ]
    yield DividerBlock()
    yield section(f"*{escape(say('settings.changes'))}*")
    yield small("\n".join(lines[:_LATEST]) or escape(say("settings.no_changes")))


def _what(what: str, catalogue: Catalogue, say: Language) -> str:
    kind, _, script_id = what.partition(":")
    if kind == "script":
        known = _quoted(catalogue[script_id], say) if script_id in catalogue else script_id
        return say("change.script", script=known)
    return say(f"change.{what}") if what in _NAMES else what


def _source(catalogue: Catalogue, name: str, say: Language) -> tuple[Script, Detail, DetailWords] | None:
    """The first script with a detail that a setting fills in, and how it asks for it."""
    for script in catalogue.in_language(say.code):
        for detail in script.facts.details:
            if detail.prefill == name:
                return script, detail, script.words[say.code].details[detail.id]
    return None


def _settings(values: Mapping[str, Filled]) -> Settings:
    """Settings of what the inputs hold; days that are none are 0."""
    line = {name: " ".join(str(values.get(name, "")).split()) for name in values}
    days = line.get(ids.RETENTION_DAYS, "")
    return Settings(
        language=_unless_unset(line.get(ids.LANGUAGE, "")),
        retention_days=int(days) if re.fullmatch(r"[0-9]{1,4}", days) else 0,
        scripts_off=tuple(sorted({*_each(values.get(ids.SCRIPTS_OFF, []))})),
        safety_contact=str(values.get(ids.SAFETY_CONTACT, "")).strip(),
        group_rhythm=line.get(ids.GROUP_RHYTHM, ""),
        group_place=line.get(ids.GROUP_PLACE, ""),
        urgent_channel=_unless_unset(line.get(ids.URGENT_CHANNEL, "")),
    )


def _unless_unset(value: str) -> str:
    return "" if value == _UNSET else value


def _group(settings: Settings) -> tuple[str, str]:
    return settings.group_rhythm, settings.group_place


def _each(value: Filled | tuple[str, ...]) -> Sequence[str]:
    return value if isinstance(value, list | tuple) else [str(value)]


def _title(script: Script, say: Language) -> str:
    return (script.words.get(say.code) or next(iter(script.words.values()))).title


def _quoted(script: Script, say: Language) -> str:
    return say("quote", text=_title(script, say))


def _input(element: Element, label: str, hint: str, *, optional: bool = False) -> InputBlock:
    return InputBlock(
        block_id=element["action_id"],
        label=plain(label),
        hint=plain(hint) if hint else None,
        element=element,
        optional=optional or None,
    )
