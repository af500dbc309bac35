"""The scripts that a workspace added to those that ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.catalogue import Catalogue, Script
from bot.texts import BrokenError, Texts

MOST_SCRIPTS = 25
"""Scripts of one workspace: the list of them is one modal."""


@dataclass(frozen=True, slots=True)
class Added:
    """A workspace's own scripts, and the catalogue as they make it; `problems` by script id."""

    catalogue: Catalogue
    texts: Mapping[str, Texts] = field(default_factory=dict)
    scripts: Mapping[str, Script] = field(default_factory=dict)
    problems: Mapping[str, tuple[BrokenError, ...]] = field(default_factory=dict)
    revision: int = 0

    def mark(self, script_id: str) -> str:
        """What tells whether a script is still what it was; empty when there is none."""
        return self.texts[script_id].mark if script_id in self.texts else ""

    @property
    def size(self) -> int:
        """How much there is to read, in characters."""
        return sum(texts.size for texts in self.texts.values())
