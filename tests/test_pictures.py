"""The pictures in docs/pictures: of each state, in each language, on both widths, small, and each shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 100_000
"""Bytes."""

_PALETTE = 3
"""The colour type of a PNG with a palette, which stands at its 26th byte."""

_SEEN = re.compile(r"looks\((?:page, )?\"([a-z]+)\"")


def names(folder: Path) -> set[str]:
    """What there are pictures of."""
    return {path.stem for path in folder.glob("*.png")}


@pytest.mark.parametrize("language", ["en", "nl", "nb"])
def test_there_is_one_of_each_state(language: str):
    """What the browser looks at is there, on a desktop and a phone, and nothing else."""
    source = Path(__file__).with_name("test_home_in_browser.py").read_text(encoding="utf-8")
    seen = set(_SEEN.findall(source))
    assert len(seen) > 20
    assert names(PICTURES / language) == {one + width for one in seen for width in ("", "-phone")}


def test_they_are_small():
    """Each has a palette, and a size that a repository can keep."""
    pictures = [path.read_bytes() for path in PICTURES.rglob("*.png")]
    assert {picture[25] for picture in pictures} == {_PALETTE}
    assert max(len(picture) for picture in pictures) < LARGEST


def test_each_is_shown():
    """One page shows them all, and neither it nor the README names one that is not there."""
    page, readme = (ROOT / one for one in ("docs/pictures.md", "README.md"))
    shown = {
        path: {
            (path.parent / one).resolve()
            for one in re.findall(r"[\"(]([^\"()\s]+\.png)[\")]", path.read_text("utf-8"))
        }
        for path in (page, readme)
    }
    assert shown[page] == {path.resolve() for path in PICTURES.rglob("*.png")}
    assert all(path.is_file() for path in shown[readme])
