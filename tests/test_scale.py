"""What `docs/scale.md` promises: its tables are what the figures say, and the figures are what is."""

from __future__ import annotations

from tests import scaling


def test_the_page_says_what_the_figures_say():
    """The tables are computed from docs/scale.json: `python -m tests.scaling` writes them."""
    page = scaling.PAGE.read_text(encoding="utf-8")

    assert scaling.written(page, scaling.load()) == page


async def test_nothing_takes_more_than_the_page_says(server, redis):
    """Bytes of Redis's memory, measured anew."""
    measured = await scaling.bytes_held(server.url, redis, authors=10)

    said = scaling.load()["measured"]
    assert {name: size for name, size in measured.items() if size > said[name] * 1.05} == {}
