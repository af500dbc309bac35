"""The texts a script is made of, and reading them: what is wrong has its text, its line and a reason."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, TypeVar

from jinja2 import TemplateSyntaxError
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from bot import grammar
from bot.wordings import environment

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Template

FACTS = "script.toml"

_TOML_LINE = re.compile(r" \(at line (\d+), (column \d+)\)$")

ShapeT = TypeVar("ShapeT", bound=BaseModel)


class BrokenError(Exception):
    """A text that no script can be made of; `line` is 0 where there is none to name."""

    def __init__(self, text: str, line: int, reason: str) -> None:
        self.text, self.line, self.reason = text, line, reason
        super().__init__(f"{text}:{line}: {reason}" if line else f"{text}: {reason}")


@dataclass(frozen=True)
class Texts:
    """A script as it is written: its facts, and for each language its words and its wordings."""

    facts: str
    words: Mapping[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], str]
    wordings: Mapping[str, str]

    @property
    def size(self) -> int:
        """How much there is to read, in characters."""
        return sum(map(len, (self.facts, *self.words.values(), *self.wordings.values())))

    @property
    def mark(self) -> str:
        """What tells these texts from any others."""
        return hashlib.blake2b(self.to_json(), digest_size=8).hexdigest()

    @classmethod
    def in_folder(cls, folder: Path) -> Texts:
        """Read `script.toml` and, for each language, `<language>.toml` and `<language>.j2`."""
        found: dict[str, str] = {}
        for path in sorted((*folder.glob("*.toml"), *folder.glob("*.j2"))):
            try:
                found[path.name] = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise BrokenError(path.name, 0, str(error)) from error
        return cls(
            found.pop(FACTS, ""),
            {name.removesuffix(".toml"): text for name, text in found.items() if name.endswith(".toml")},
            {name.removesuffix(".j2"): text for name, text in found.items() if name.endswith(".j2")},
        )

    @classmethod
    def from_json(cls, stored: bytes) -> Texts:
        """The texts that `to_json` wrote; ValueError for anything else."""
        return _TEXTS.validate_json(stored)

    def to_json(self) -> bytes:
        """The texts as they are stored."""
        return _TEXTS.dump_json(self)


_TEXTS = TypeAdapter(Texts)


def words_of(language: str) -> str:
    """What the text with a language's words is called."""
    return f"{language}.toml"


def wordings_of(language: str) -> str:
    """What the text with a language's wordings is called."""
    return f"{language}.j2"


def read_toml(name: str, text: str, shape: type[ShapeT]) -> ShapeT:
    """TOML of a certain shape, or a BrokenError with the line."""
    try:
        return shape.model_validate(tomllib.loads(text))
    except ValidationError as error:
        found = error.errors(include_url=False)
        first = next((one for one in found if _line_of(text, one["loc"])), found[0])
        where = ".".join(str(part) for part in first["loc"])
        said = (
            f", not {shorten(repr(first['input']), 60)}" if first["type"] in {"enum", "literal_error"} else ""
        )
        reason = f"{where + ': ' if where else ''}{first['msg'].removeprefix('Value error, ')}{said}"
        raise BrokenError(name, _line_of(text, first["loc"]), reason) from error
    except RecursionError as error:
        raise BrokenError(name, 0, "brackets nest too deep") from error
    except ValueError as error:  # which a syntax error is, and a number that is too long
        at = _TOML_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        reason = _TOML_LINE.sub(r" (\2)", str(error)).replace(" (at end of document)", ": it ends too early")
        raise BrokenError(name, line, reason) from error


def _line_of(text: str, loc: Sequence[int | str]) -> int:
    """The line on which a field stands, or else the table it belongs in; 0 when neither is written."""
    lines = text.splitlines()
    tables = [number for number, line in enumerate(lines) if re.match(r"\s*\[", line)]
    start, end, keys = 0, tables[0] if tables else len(lines), list(loc)
    header = ""
    if len(keys) > 1 and isinstance(keys[1], int):
        headers = [n for n in tables if re.match(rf"\s*\[\[\s*{re.escape(str(keys[0]))}\s*\]\]", lines[n])]
        if keys[1] < len(headers):
            start, keys, header = headers[keys[1]], keys[2:], "[["
    elif len(keys) > 1:
        name = rf"{re.escape(str(keys[0]))}\s*\.\s*[\"']?{re.escape(str(keys[1]))}[\"']?"
        headers = [n for n in tables if re.match(rf"\s*\[\s*{name}\s*\]", lines[n])]
        if headers:
            start, keys, header = headers[0], keys[2:], "["
    if header:
        end = next((number for number in tables if number > start), len(lines))
    for number in range(start, end):
        if keys and re.match(rf"\s*[\"']?{re.escape(str(keys[0]))}[\"']?\s*[.=]", lines[number]):
            return number + 1
    return start + 1 if header else 0


def read_wordings(name: str, text: str, names: grammar.Names) -> Template:
    """The wordings, compiled, or a BrokenError with the line."""
    try:
        return environment.from_string(grammar.parse(text, names))
    except grammar.GrammarError as error:
        raise BrokenError(name, error.line, error.reason) from error
    except TemplateSyntaxError as error:
        raise BrokenError(name, error.lineno, error.message or "this cannot be read") from error


def check_prefill(name: str, text: str, detail: str, template: str) -> None:
    """Hold what fills a detail in beforehand to the grammar: it may speak of how often, and since when."""
    try:
        grammar.parse(template, {"asks": "number", "since": "date"}, blocks=False)
    except grammar.GrammarError as error:
        line = _line_of(text, ("details", detail, "prefill"))
        raise BrokenError(name, line, f"details.{detail}.prefill: {error.reason}") from error
