"""Every parser of outside input against all that was ever found, and a short search for more."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, any_target

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
INPUTS = sorted(CORPUS.glob("*/*"))
RUNS = 2_000
LARGEST = 16 * 1024


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Templates and the model are read once, and not while an input is timed."""
    for target in TARGETS.values():
        target(b"")


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_is_taken(path: Path):
    """An input of the corpus breaks no rule of its target, and is done with in a moment."""
    since = time.process_time()
    TARGETS[path.parent.name](path.read_bytes())

    assert time.process_time() - since < 3


def test_every_target_has_a_corpus():
    """Each begins its search from inputs that mean something, and they are small."""
    assert {path.parent.name for path in INPUTS} == set(TARGETS)
    assert [path for path in INPUTS if path.stat().st_size > LARGEST] == []


def test_a_target_can_fail(monkeypatch: pytest.MonkeyPatch):
    """A parser that raises what nobody is ready for is noticed."""

    def broken(_: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("tests.fuzz.targets.readable", broken)
    number = [*TARGETS].index("message")
    with pytest.raises(ZeroDivisionError):
        any_target(bytes([number]) + b"text")


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this Python and machine")
def test_a_short_search_finds_nothing(tmp_path: Path):
    """Guided by coverage, the same so many inputs each time; `make fuzz` goes on for long."""
    for path in INPUTS:
        seed = bytes([[*TARGETS].index(path.parent.name)]) + path.read_bytes()
        (tmp_path / f"{path.parent.name}-{path.name}").write_bytes(seed)
    options = [f"-runs={RUNS}", "-seed=1", "-timeout=10", f"-artifact_prefix={tmp_path}/found-"]
    command = [sys.executable, "-m", "tests.fuzz", "any", "--", *options, str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)

    assert ended.returncode == 0, ended.stderr[-3000:]
    assert f"Done {RUNS} runs" in ended.stderr
