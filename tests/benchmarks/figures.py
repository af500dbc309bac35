"""What was measured, as a table and as JSON."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """The median of some rounds, from the lowest to the highest; `most`: what it may be at most."""

    what: str
    figure: str
    unit: str
    median: float
    low: float
    high: float
    most: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether it is what it may be; None where nothing was promised."""
        return None if self.most is None else self.median <= self.most


def figure(
    what: str, name: str, unit: str, rounds: Sequence[float], most: float | None = None, scale: float = 1.0
) -> Figure:
    """A figure of what the rounds gave."""
    found = [one * scale for one in rounds]
    return Figure(what, name, unit, statistics.median(found), min(found), max(found), most)


def ratio(
    what: str, name: str, ours: Sequence[float], theirs: Sequence[float], most: float | None = None
) -> Figure:
    """How many times theirs ours is, round by round: whatever else went on hit both."""
    rounds = [one / other for one, other in zip(ours, theirs, strict=True)]
    return figure(what, name, "×", rounds, most)


def table(figures: Iterable[Figure]) -> str:
    """The figures in Markdown."""
    return "\n".join(_lines(figures))


def _lines(figures: Iterable[Figure]) -> Iterator[str]:
    yield "| what | figure | median | spread | at most | |"
    yield "|---|---|---:|---:|---:|---|"
    before = ""
    for one in figures:
        what, before = ("" if one.what == before else one.what), one.what
        spread = f"{_said(one.low)}–{_said(one.high)}" if one.low != one.high else ""
        most = "" if one.most is None else f"{_said(one.most)} {one.unit}"
        verdict = {None: "", True: "met", False: "**missed**"}[one.met]
        yield f"| {what} | {one.figure} | {_said(one.median)} {one.unit} | {spread} | {most} | {verdict} |"


def _said(number: float) -> str:
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}".rstrip("0").rstrip(".")


def machine() -> dict[str, Any]:
    """Where this is measured, and how busy it is with other things."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def as_json(figures: Iterable[Figure], at: dict[str, Any], absent: Sequence[str]) -> dict[str, Any]:
    """All of it for a program."""
    return {
        "machine": at,
        "absent": [*absent],
        "figures": [{**asdict(one), "met": one.met} for one in figures],
    }


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
