"""An author's data as a document: JSON, or a zip of tables; written as it is read, never held as a whole."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from bot.belongings import About, of_author, of_draft, of_person, of_script
from bot.ladder import Answer
from bot.records import Person, Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from datetime import datetime

VERSION = 1
"""Of the document; it goes up when a key changes its meaning or goes (docs/data.md)."""

JSON, CSV = "json", "csv"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute: https://owasp.org/www-community/attacks/CSV_Injection."""

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Tells spreadsheets that a table is in UTF-8."""

_SOME = 64 * 1024
"""Bytes of a zip that are put together before they are passed on."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an author's data is read from; each call reads it anew."""

    about: About
    drafts: Callable[[], AsyncIterator[Record]]
    people: Callable[[], AsyncIterator[Person]]


async def as_json(source: Source, made: datetime) -> AsyncIterator[str]:
    """The document in pieces of text."""
    head = {"format": "decline", "version": VERSION, "made": made.isoformat(timespec="seconds")}
    yield _json(head | of_author(source.about))[:-2]  # the object goes on
    yield ',\n  "drafts": ['
    async for piece in _listed(of_draft(one) async for one in source.drafts()):
        yield piece
    yield ',\n  "people": ['
    async for piece in _listed(of_person(one) async for one in source.people()):
        yield piece
    yield ',\n  "scripts": ['
    async for piece in _listed(_each(of_script(one) for one in source.about.scripts)):
        yield piece
    yield "\n}\n"


async def as_tables(source: Source, made: datetime) -> AsyncIterator[bytes]:
    """The same as a zip of tables, in pieces."""
    sink = _Sink()
    # a person's answers are a table of their own: one row for each
    of_people = [one.name for one in fields(Person) if one.name not in {"answers", "notes"}]
    of_answers = ["name", "user", *(one.name for one in fields(Answer) if one.name != "ask")]
    of_drafts = [one.name for one in fields(Record) if one.name not in {"id", "person", "ask", "click"}]
    scripts = [of_script(one) for one in source.about.scripts]
    tables: list[tuple[str, list[str], AsyncIterator[Mapping[str, Any]]]] = [
        ("you.csv", ["what", "value"], _each(_settings(source.about))),
        ("drafts.csv", of_drafts, (of_draft(one) async for one in source.drafts())),
        ("people.csv", [*of_people, "given", "received"], _people(source)),
        ("answers.csv", of_answers, _answers(source)),
        ("scripts.csv", list(dict.fromkeys(name for one in scripts for name in one)), _each(scripts)),
    ]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, columns, rows in tables:
            entry = zipfile.ZipInfo(name, made.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as table:
                table.write((_BOM + _row(columns)).encode())
                async for row in rows:
                    table.write(_row(cell(row.get(column)) for column in columns).encode())
                    if len(sink) > _SOME:
                        yield sink.take()
    yield sink.take()


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = "\n".join(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Sink:
    """Where a zip is written to, and taken from; zipfile needs no more of a file."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self._size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return taken


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


async def _listed(items: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[str]:
    """The items of a list that was opened, and its end."""
    first = True
    async for item in items:
        indented = _json(item).replace("\n", "\n    ")
        yield f"{'' if first else ','}\n    {indented}"
        first = False
    yield "]" if first else "\n  ]"


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _settings(about: About) -> Iterable[Mapping[str, Any]]:
    for of, values in of_author(about).items():
        for name, value in (values or {}).items():
            yield {"what": f"{of}.{name}", "value": value}


async def _people(source: Source) -> AsyncIterator[Mapping[str, Any]]:
    async for person in source.people():
        facts = of_person(person)
        yield {**facts, **facts["notes"]}


async def _answers(source: Source) -> AsyncIterator[Mapping[str, Any]]:
    async for person in source.people():
        facts = of_person(person)
        for answer in facts["answers"]:
            yield {**answer, "name": facts["name"], "user": facts["user"]}


async def _each(rows: Iterable[Mapping[str, Any]]) -> AsyncIterator[Mapping[str, Any]]:
    for row in rows:
        yield row
