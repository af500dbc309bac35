"""The surfaces for preferences and data: within Slack's limits, and as they were when last looked at."""

from __future__ import annotations

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot import ids
from bot.belongings import Counts, Requester
from bot.localization import Language
from bot.playground.rules import check_message, check_view
from bot.records import Preferences
from bot.surfaces import data, preferences
from tests.test_surfaces import MARK, WORST, every_language

CHOSEN = Preferences("nl", "nb", "firm", "u", in_app=True, facts_only=True)
MANY = Counts(100_000, 5_000, 12, 30)
ANA = Requester(MARK, "Ana", 3)


@pytest.fixture
def say(languages, language: str) -> Language:
    """The language a surface is drawn in."""
    return languages[language]


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One JSON file for each surface and language."""
    return snapshot.use_extension(JSONSnapshotExtension)


@every_language
@pytest.mark.parametrize("state", ["fresh", "chosen"])
def test_preferences(languages, say, looks, state: str, language: str):
    """An author's own settings."""
    shown = preferences.Shown(Preferences(), ["je", "u"])
    if state == "chosen":
        shown = preferences.Shown(CHOSEN, ["je", "u"], "nl", admin=True)
    view = preferences.build(shown, say, languages)
    check_view(view, "modal")
    assert view == looks


@every_language
@pytest.mark.parametrize("state", ["nothing", "some", "messages"])
def test_data(say, looks, state: str, language: str):
    """What is kept, and what can be done with it."""
    some = Counts(3, 2, 1, 1)
    people = [ANA, Requester(MARK[::-1], "")]
    shown = {
        "nothing": data.Shown(Counts(), [], 180, by_link=True),
        "some": data.Shown(some, people, 90, by_link=True),
        "messages": data.Shown(some, people, 90, by_link=False),
    }[state]
    view = data.build(shown, say)
    check_view(view, "modal")
    assert view == looks


@every_language
@pytest.mark.parametrize("state", ["forget", "forgotten", "erase", "erased", "link"])
def test_steps(say, looks, state: str, language: str):
    """The questions, and what is said afterwards."""
    view = steps(say)[state]
    check_view(view, "modal")
    assert view == looks


def steps(say: Language, requester: Requester = ANA, counts: Counts = MANY) -> dict[str, dict[str, Any]]:
    """Every view that follows on a choice."""
    return {
        "forget": data.ask_forget(requester, say),
        "forgotten": data.forgotten(requester, requester.drafts, say),
        "erase": data.ask_erase(counts, say),
        "erased": data.erased(counts, say),
        "link": data.link(f"https://decline.example.com/data/{'x' * 43}", "csv", say),
    }


@every_language
def test_the_longest_names_fit(say, language: str):
    """A hundred people with the longest names, and somebody without one, are within Slack's limits."""
    people = [Requester(f"{MARK}{number}", WORST) for number in range(99)] + [Requester(MARK, "")]
    view = data.build(data.Shown(MANY, people, 730, by_link=True), say)
    check_view(view, "modal")
    menu = next(
        one for block in view["blocks"] for one in block.get("elements", []) if one["type"] == "static_select"
    )
    assert (menu["action_id"], len(menu["options"])) == (ids.FORGET_MENU, 100)
    assert menu["options"][-1]["text"]["text"] == say("draft.somebody")
    for drawn in steps(say, Requester(MARK, WORST, 99_999)).values():
        check_view(drawn, "modal")


@every_language
def test_a_full_message_is_within_slack_s_limits(say, language: str):
    """Data of any kind is inert and fits."""
    message = data.message("<!here> &*" * (data.MESSAGE // 10), say)
    check_message(message["text"], message["blocks"])
    assert len(message["blocks"]) == 4


@every_language
def test_a_name_with_markup_is_inert(say, language: str):
    """A person called like a mention does not become one."""
    drawn = str(data.ask_forget(Requester(MARK, "<!channel>", 1), say))
    assert "<!channel>" not in drawn
    assert "&lt;!channel&gt;" in drawn
