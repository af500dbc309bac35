"""JSON as it leaves for Slack: all that people can send can be sent back."""

from __future__ import annotations

import json

import pytest

from bot.as_json import as_json
from bot.ladder import Relationship
from bot.records import Profile


@pytest.mark.parametrize("text", ["Ana", "Zoë 🙂", "\0\x1f\u2028", "half a pair: \ud83d"])
def test_any_text_survives(text: str):
    """Also one that UTF-8 cannot hold, which is escaped."""
    assert json.loads(as_json({"text": text})) == {"text": text}


@pytest.mark.parametrize("name", ["Ana", "\ud83d"])
def test_what_the_app_remembers_is_written_by_its_fields(name: str):
    """Dataclasses become objects, whichever way they are written."""
    written = json.loads(as_json(Profile("UANA", name)))

    assert (written["id"], written["name"], written["admin"]) == ("UANA", name, False)


def test_a_choice_is_written_as_its_value():
    """As Slack, and whoever reads it back, knows it."""
    assert as_json([Relationship.MANAGER]) == b'["manager"]'
