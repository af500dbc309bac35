"""The catalogue: what can be answered, read from `templates/scripts` and checked once at start.

A script is made of texts, from a folder or from a workspace, by the same code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Template

from bot.facts import (
    EMAIL_SUBJECT,
    FROM_SETTINGS,
    NAME,
    Detail,
    DetailWords,
    Kind,
    ScriptFacts,
    ScriptWords,
    Situation,
    Step,
)
from bot.texts import (
    FACTS,
    BrokenError,
    Texts,
    check_prefill,
    read_toml,
    read_wordings,
    wordings_of,
    words_of,
)
from bot.wordings import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


__all__ = [
    "EMAIL_SUBJECT",
    "FROM_SETTINGS",
    "NAME",
    "Catalogue",
    "Detail",
    "DetailWords",
    "Kind",
    "Script",
    "ScriptFacts",
    "ScriptWords",
    "Situation",
    "Step",
    "Wording",
    "read_script",
    "whole_script",
]


class Wording(NamedTuple):
    """One way of saying it: a Jinja block `<tone>_<number>` of `<language>.j2`, numbered from 1."""

    tone: str
    number: int

    @property
    def block(self) -> str:
        """The block's name in the template."""
        return f"{self.tone}_{self.number}"


@dataclass(frozen=True, slots=True)
class Script:
    """One row of the catalogue, with its words in every language it has."""

    id: str
    facts: ScriptFacts
    words: Mapping[str, ScriptWords]
    templates: Mapping[str, Template] = field(repr=False)
    texts: Texts | None = field(default=None, repr=False, compare=False)

    @property
    def mine(self) -> bool:
        """Whether it is the author's own."""
        return False

    def about(self, *languages: str) -> ScriptWords:
        """What is read about it, in the first of these languages that it has, or in any."""
        has = next((one for one in languages if one in self.words), None)
        return self.words[has] if has else next(iter(self.words.values()))

    def write(
        self, language: str, block: str, values: Mapping[str, object], *, today: date, address: str
    ) -> str:
        """The text of one block."""
        return render(
            self.templates[language], block, values, language=language, today=today, address=address
        )

    def wordings(self, language: str, tone: str) -> list[Wording]:
        """All wordings of one tone in one language, in order; `short` and `points` are voices too."""
        blocks = self.templates[language].blocks
        found = (_BLOCK.fullmatch(name) for name in blocks)
        return sorted(Wording(m[1], int(m[2])) for m in found if m and m[1] == tone)

    def examples(self, language: str) -> dict[str, str | bool | int | list[str]]:
        """An example of every detail, as somebody would fill it in (dates as YYYY-MM-DD)."""
        filled: dict[str, str | bool | int | list[str]] = {}
        for detail in self.facts.details:
            said = self.words[language].details[detail.id].example
            example = detail.example if said is None else said
            if isinstance(example, tuple):
                filled[detail.id] = list(example)
            elif example is not None:
                filled[detail.id] = example.isoformat() if isinstance(example, date) else example
        return filled

    def detail(self, detail_id: str) -> Detail:
        """The detail of that id; KeyError when the script has none."""
        for detail in self.facts.details:
            if detail.id == detail_id:
                return detail
        raise KeyError(detail_id)


_BLOCK = re.compile(r"([a-z]+)_([1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All scripts by id, in a fixed order, and what was wrong with those that could not be read."""

    scripts: Mapping[str, Script]
    problems: tuple[str, ...] = ()

    def __getitem__(self, script_id: str) -> Script:
        return self.scripts[script_id]

    def __contains__(self, script_id: object) -> bool:
        return script_id in self.scripts

    def get(self, script_id: str) -> Script | None:
        """The script of that id, or None."""
        return self.scripts.get(script_id)

    def in_language(self, language: str) -> list[Script]:
        """The scripts that can be drafted in that language."""
        return [script for script in self.scripts.values() if language in script.words]

    def over(self, scripts: Iterable[Script]) -> Catalogue:
        """The same catalogue with others first, and in the place of those they are named after."""
        given = {script.id: script for script in scripts}
        new = {one: script for one, script in given.items() if one not in self.scripts}
        return replace(self, scripts={**new, **self.scripts, **given})

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read every script under `folder`; a broken one becomes a problem and the others still work."""
        scripts: dict[str, Script] = {}
        problems: list[str] = []
        for facts in sorted(folder.glob("*/script.toml")):
            try:
                made, broken = read_script(facts.parent.name, Texts.in_folder(facts.parent))
                if broken:
                    raise broken[0]
                scripts[made.id] = made
            except BrokenError as error:
                problems.append(f"{facts.parent}/{error}")
        return cls(scripts, tuple(problems))


def read_script(script_id: str, texts: Texts) -> tuple[Script, tuple[BrokenError, ...]]:
    """Make a script of its texts; a language that is broken is left out, and told of.

    Raises BrokenError when it is the facts that are broken.
    """
    facts = read_toml(FACTS, texts.facts, ScriptFacts)
    words: dict[str, ScriptWords] = {}
    templates: dict[str, Template] = {}
    broken: list[BrokenError] = []
    for language in texts.words:
        try:
            said = _read_words(language, texts, facts)
            if facts.form == "message":
                templates[language] = _read_wordings(language, texts, facts)
            words[language] = said
        except BrokenError as error:
            broken.append(error)
    return Script(script_id, facts, words, templates, texts), tuple(broken)


def whole_script(script_id: str, texts: Texts) -> tuple[Script, tuple[BrokenError, ...]]:
    """A script that can be drafted in one language at least, and what is wrong with the others."""
    script, broken = read_script(script_id, texts)
    if not script.words:
        raise broken[0] if broken else BrokenError(FACTS, 0, "there are words in no language")
    return script, broken


def _read_words(language: str, texts: Texts, facts: ScriptFacts) -> ScriptWords:
    name, text = words_of(language), texts.words[language]
    said = read_toml(name, text, ScriptWords)
    unasked = {detail.id for detail in facts.details} ^ set(said.details)
    if unasked:
        raise BrokenError(name, 0, f"details do not match: {sorted(unasked)}")
    for one, words in said.details.items():
        if words.prefill:
            check_prefill(name, text, one, words.prefill)
    return said


def _read_wordings(language: str, texts: Texts, facts: ScriptFacts) -> Template:
    name = wordings_of(language)
    if language not in texts.wordings:
        raise BrokenError(name, 0, "there are no wordings in this language")
    names = {NAME: "text"} | {detail.id: detail.type for detail in facts.details}
    template = read_wordings(name, texts.wordings[language], names)
    for block in facts.needed_blocks:
        if block not in template.blocks:
            raise BrokenError(name, 0, f"has no wording {block}")
    return template
