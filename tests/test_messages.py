"""The messages from which situations and kinds are to be learnt."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.catalogue import Kind, Situation
from tests.training.material import nearly_the_same

FOLDER = Path(__file__).parent / "messages"
LANGUAGES = ["en", "nl", "nb"]
FEWEST = 40
"""Messages for each situation in each language."""

WORDLESS = 10
"""Messages that are an emoji or two, and like nothing else."""


def messages(language: str) -> list[dict[str, str]]:
    """The messages of one language."""
    lines = (FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_situation_has_enough_messages(language: str) -> None:
    """Every situation has at least forty messages in every language."""
    counts = Counter(message["situation"] for message in messages(language))

    assert min(counts[situation] for situation in Situation) >= FEWEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_those_of_the_catalogue(language: str) -> None:
    """Every message has a situation and a kind that exist; "none" is a kind of its own."""
    for message in messages(language):
        assert message["situation"] in set(Situation)
        assert message["kind"] in {*Kind, "none"}
        assert (message["kind"] == "none") == (message["situation"] == "none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_there_twice(language: str) -> None:
    """No text occurs twice, whatever its case and spacing."""
    texts = [" ".join(message["text"].casefold().split()) for message in messages(language)]

    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_near_duplicates_share_a_group(language: str) -> None:
    """Two messages of which seven words in ten are the same are in one group."""
    known = messages(language)
    texts = [one["text"] for one in known]
    pairs = [(known[one], known[other]) for one, other in nearly_the_same(texts, texts)]
    assert len(pairs) >= len(known) - WORDLESS
    assert [(one["text"], other["text"]) for one, other in pairs if one["group"] != other["group"]] == []
