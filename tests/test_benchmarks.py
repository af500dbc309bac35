"""The benchmark can be believed: everybody takes part and is counted rightly. Nothing here is timed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.arena import BOLT_PYTHON, DECLINE, FLOOR, Arena, arena, open_modal
from tests.benchmarks.figures import as_json, figure, machine, ratio, table
from tests.benchmarks.history import Past
from tests.benchmarks.interactions import INTERACTIONS, MESSAGE, Interaction
from tests.benchmarks.keeping import round_trips
from tests.benchmarks.load import is_whole
from tests.benchmarks.processes import DiedError, free_port, running
from tests.benchmarks.writing import write

COMMAND = INTERACTIONS[0]
AUTHORISE, OPEN, SAVE = "HGETALL", "GET", "EVAL"
"""The first command of each round trip."""


@pytest.fixture(scope="module")
def here() -> Iterator[Arena]:
    """Everything runs, but for Node."""
    with arena(Past(authors=3, drafts=16), node=False) as made:
        open_modal(made, COMMAND)
        yield made


@pytest.mark.parametrize("interaction", INTERACTIONS, ids=lambda one: one.name)
@pytest.mark.parametrize("name", [DECLINE, FLOOR])
def test_the_app_and_its_floor_answer_everything(here: Arena, name: str, interaction: Interaction):
    """Each interaction is answered with 200, and with the call to Slack that it is measured by."""
    measured = here.ask(name, interaction, 30, most=3, connections=1)

    assert measured.load.count == len(measured.load.latencies) == 3


def test_stock_bolt_answers_the_command(here: Arena):
    """As its documentation writes it; it calls Slack after its answer, and is waited for."""
    measured = here.ask(BOLT_PYTHON, COMMAND, 30, most=3, connections=1)

    assert measured.load.count == 3


def test_the_modal_that_is_measured_is_a_whole_one(here: Arena):
    """It has what was remembered of the requester, a recommendation and a draft."""
    here.ask(DECLINE, COMMAND, 30, most=1)
    view = here.last("views.open")["view"]

    drawn = json.dumps(view)
    assert "rich_text_quote" in drawn
    assert "radio_buttons" in drawn
    assert "U0ASKS" in drawn


def test_the_message_that_is_measured_has_300_characters():
    """As the table says."""
    assert len(MESSAGE) == 300


@pytest.fixture(scope="module")
def trips(here: Arena) -> dict[str, list[str]]:
    """What goes over the socket to Redis for each interaction."""
    return round_trips(here)


@pytest.mark.parametrize("name", ["/decline", "message shortcut", "preview update"])
def test_opening_takes_two_round_trips(trips: dict[str, list[str]], name: str):
    """One to authorise, and one for all that a modal needs."""
    assert trips[name] == [AUTHORISE, OPEN]


def test_a_draft_is_saved_in_one_round_trip(trips: dict[str, list[str]]):
    """Beside the one to authorise and the one to open."""
    assert trips["submit, with save"] == [AUTHORISE, OPEN, SAVE]


@pytest.mark.parametrize(
    ("read", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nO", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n", True),
    ],
)
def test_an_answer_is_read_to_its_end(read: bytes, whole: bool):
    """The next request goes when the last is answered, and not before."""
    assert is_whole(read) is whole


def test_a_contestant_that_does_not_start_says_why(tmp_path: Path):
    """What it wrote to stderr is in the error."""
    command = [sys.executable, "-c", "raise SystemExit('not today')"]

    with pytest.raises(DiedError, match="not today"), running(command, free_port(), tmp_path):
        pass


def test_ratios_are_taken_round_by_round():
    """A round in which the machine was busy is not set against one in which it was not."""
    found = ratio("what", "which", [1.0, 10.0, 3.0], [2.0, 20.0, 6.0], 0.4)

    assert (found.median, found.low, found.high) == (0.5, 0.5, 0.5)
    assert found.met is False


def test_the_table_says_what_was_missed():
    """And what was met, and nothing where nothing was promised."""
    found = [
        figure("a", "one", "µs", [1e-6, 3e-6, 2e-6], 2, scale=1e6),
        figure("a", "two", "×", [1234.5], 2),
        figure("b", "three", "ms", [12.34]),
    ]

    assert table(found).splitlines()[2:] == [
        "| a | one | 2 µs | 1–3 | 2 µs | met |",
        "|  | two | 1,234 × |  | 2 × | **missed** |",
        "| b | three | 12.3 ms |  |  |  |",
    ]
    assert [one["met"] for one in as_json(found, machine(), [])["figures"]] == [True, False, None]


def test_the_core_is_measured_without_a_server():
    """A draft and a message, each against bare Jinja2."""
    assert {one.what for one in write(1, 1)} == {"compose, a draft", "suggest, 300 characters"}
