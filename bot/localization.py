"""What people read around a draft, in their language: gettext catalogues, dates and plurals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from typing import TYPE_CHECKING

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot import wordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the app; messages are found by key, and a missing one is an error."""

    code: str
    translations: GNUTranslations

    def __call__(self, key: str, /, **values: object) -> str:
        """The message of that key with its {places} filled in."""
        said = self.translations.gettext(key)
        if said == key:
            raise KeyError(f"{self.code} has no message {key!r}")
        return said.format(**values) if values else said

    def count(self, key: str, number: int, **values: object) -> str:
        """The message of that key in the plural form that goes with the number ({n})."""
        return self.translations.ngettext(key, key, number).format(n=number, **values)

    def day(self, value: date, today: date) -> str:
        """A date as people write it."""
        return wordings.day(value, language=self.code, today=today)

    def listed(self, values: Iterable[str]) -> str:
        """A list as people write it."""
        return wordings.listed(list(values), language=self.code)

    @property
    def own_name(self) -> str:
        """What speakers call the language."""
        return _own_name(self.code)


@dataclass(frozen=True, slots=True)
class Languages:
    """All languages the app speaks, by code."""

    by_code: Mapping[str, Language]

    @classmethod
    def load(cls, folder: Path) -> Languages:
        """Read every `<code>.po` under `folder`."""
        return cls({path.stem: _load(path) for path in sorted(folder.glob("*.po"))})

    def __getitem__(self, code: str) -> Language:
        return self.by_code[code]

    def best(self, *wanted: str) -> Language:
        """The first language that is spoken here, by its primary subtag; else English."""
        for tag in wanted:
            primary = tag.replace("_", "-").split("-")[0].lower()
            code = "nb" if primary in {"no", "nn"} else primary
            if code in self.by_code:
                return self.by_code[code]
        return self.by_code[DEFAULT]


@cache
def _own_name(code: str) -> str:
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


def _load(path: Path) -> Language:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem))
    compiled.seek(0)
    return Language(path.stem, GNUTranslations(compiled))
