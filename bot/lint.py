"""What weakens a no: a first look at any text, by the word lists in `templates/lint`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Rule(BaseModel):
    """One fault: a pattern that may occur at most so often, why it weakens a no, and what to do instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: re.Pattern[str]
    at_most: int = 0
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault in a text: the rule's id, the words it points at, why, and the fix."""

    rule: str
    words: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class Lint:
    """The rules of every language."""

    rules: Mapping[str, Mapping[str, Rule]]

    @classmethod
    def load(cls, folder: Path) -> Lint:
        """Read every `<language>.toml` under `folder`."""
        shape = TypeAdapter(dict[str, Rule])
        return cls(
            {
                path.stem: shape.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
                for path in sorted(folder.glob("*.toml"))
            }
        )

    def findings(self, text: str, language: str) -> list[Finding]:
        """What weakens this text, in the order of the rules; nothing for a language without rules."""
        found = []
        for name, rule in self.rules.get(language, {}).items():
            hits = list(rule.pattern.finditer(text))
            if len(hits) > rule.at_most:
                found.append(Finding(name, hits[rule.at_most][0], rule.why, rule.fix))
        return found
