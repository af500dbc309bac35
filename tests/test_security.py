"""The document about security: every test that it names exists, and every threat names one."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

from bot.desk import _FASTEST

HERE = Path(__file__).parent
TEXT = (HERE.parent / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+)::(test_\w+)`", TEXT)))


@functools.cache
def found_in(file: str) -> frozenset[str]:
    """The names of the tests in a file."""
    tree = ast.parse((HERE / f"{file}.py").read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize(("file", "name"), NAMED, ids="::".join)
def test_a_test_that_is_named_exists(file: str, name: str):
    """Who renames or removes one has to say what proves the answer now."""
    assert name in found_in(file)


def test_every_threat_and_every_point_names_a_test():
    """No answer stands there that nothing shows."""
    tables = re.findall(r"\| shown by \|\n\|[-|]+\n((?:\|.*\n)+)", TEXT)
    rows = [row for table in tables for row in table.splitlines()]

    assert len(tables) == 5
    assert len(rows) > 50
    assert [row for row in rows if not re.search(r"`test_\w+::test_\w+`[^|]* \|$", row)] == []


def test_the_limit_is_the_one_that_is_written():
    """An author reads how often they may turn to the app."""
    assert f"{_FASTEST} times a minute" in TEXT


def test_every_link_leads_somewhere():
    """Other documents are there, and so are the headings."""
    links = re.findall(r"\]\((?!https:)([^)#]*)(?:#([^)]*))?\)", TEXT)
    for path, anchor in links:
        text = (HERE.parent / "docs" / path).read_text(encoding="utf-8") if path else TEXT
        headings = [
            line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line[:1] == "#"
        ]
        assert not anchor or anchor in headings, (path, anchor)
    assert len(links) == 5
