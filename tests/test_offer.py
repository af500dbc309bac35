"""Which scripts a workspace can do without, as the ladder tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.catalogue import Catalogue, Situation, Step
from bot.offer import gap

NEEDED = {
    "clarify_ask": (Situation.UNCLEAR_ASK, Step.CLARIFY),
    "decline_polite": (Situation.UNCLEAR_ASK, Step.DECLINE),
    "repeat_no": (Situation.REPEAT_ASKER, Step.REPEAT),
    "firm_close": (Situation.REPEAT_ASKER, Step.CLOSE),
    "no_reply": (Situation.REPEAT_ASKER, Step.SILENCE),
    "supplier_sunset": (Situation.SUPPLIER, Step.DECLINE),
    "mentee_handoff": (Situation.MENTEE, Step.DECLINE),
    "coffee_pause": (Situation.COFFEE, Step.DECLINE),
    "no_action": (Situation.NONE, Step.NONE),
}
"""The scripts that ship without which a situation or a step has no answer."""


def test_with_all_scripts_on_nothing_is_missing(catalogue: Catalogue):
    """The catalogue as it ships has an answer for whatever can be the case."""
    assert gap(catalogue, ()) is None


@pytest.mark.parametrize(("script", "place"), NEEDED.items())
def test_what_is_missing_is_named(catalogue: Catalogue, script: str, place: tuple[Situation, Step]):
    """Without a script that is needed, the gap is its own situation and step, and the script fills it."""
    found = gap(catalogue, {script})
    assert found
    assert (found.situation, found.step) == place
    assert [one.id for one in found.scripts] == [script]


def test_all_the_others_can_be_off_at_once(catalogue: Catalogue):
    """Nothing is refused that leaves an answer everywhere."""
    assert gap(catalogue, catalogue.scripts.keys() - NEEDED.keys()) is None


def test_one_of_two_is_enough(catalogue: Catalogue):
    """Beside a script of the workspace's own, the one that ships may be off; both together may not."""
    own = replace(catalogue["no_reply"], id="quiet")
    more = Catalogue({**catalogue.scripts, "quiet": own})
    assert gap(more, {"no_reply"}) is None
    assert gap(more, {"quiet"}) is None
    found = gap(more, {"no_reply", "quiet"})
    assert found
    assert {one.id for one in found.scripts} == {"no_reply", "quiet"}


def test_a_script_that_lacks_a_language_is_no_answer_in_it(catalogue: Catalogue):
    """A workspace's own script in one language does not make up for one in all of them."""
    words = {"en": catalogue["no_reply"].words["en"]}
    own = replace(catalogue["no_reply"], id="quiet", words=words)
    assert gap(Catalogue({**catalogue.scripts, "quiet": own}), {"no_reply"})


def test_an_alternative_is_no_answer_for_everybody(catalogue: Catalogue):
    """A group or a former colleague is not what everybody has: the pause has to stay beside them."""
    assert catalogue["coffee_group"].facts.alternative
    assert gap(catalogue, {"coffee_pause"})
