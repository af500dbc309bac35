"""Whether a draft says something else than what its reader was last told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue import Kind, Situation, Step
from bot.contradiction import Contradiction, contradiction
from bot.ladder import Answer, Outcome
from bot.localization import Languages
from bot.records import Filled, Record, answer
from tests.texts import CATALOGUE, LANGUAGES, TODAY

SAID = date(2027, 5, 20)
UNTIL = date(2027, 7, 1)
ENDS = {"coffee_pause", "decline_defer"}
"""What is told with the day on which it ends."""

BESIDE = {Step.FOLLOW_THROUGH, Step.ADVICE, Step.NONE}
"""What is no answer to a request."""


def told(
    script_id: str,
    on: date = SAID,
    *,
    until: date | None = UNTIL,
    outcome: Outcome = Outcome.SENT,
    at: float = 0.0,
) -> Answer:
    """An earlier answer with a script of the catalogue."""
    facts = CATALOGUE[script_id].facts
    return Answer(
        ask="an ask",
        on=on,
        situation=Situation.ONE_OFF,
        kind=Kind.FAVOUR,
        script_id=script_id,
        step=facts.step,
        variant=facts.variant,
        outcome=outcome,
        language="en",
        tone="neutral",
        wording=1,
        until=until if script_id in ENDS else None,
        at=at,
    )


def against(new: str, *answers: Answer, today: date = TODAY) -> Contradiction | None:
    """What a draft with that script would contradict."""
    return contradiction(CATALOGUE[new], answers, today)


# what was told last, and what is said now

ANSWERS = (
    *("clarify_ask", "decline_polite", "decline_favour", "redirect_other", "decline_defer", "coffee_pause"),
    *("coffee_group", "tradeoff_manager", "repeat_no", "firm_close", "no_reply"),
)
SAME_NO = {"repeat_no", "firm_close", "no_reply"}
CONTRADICTED = {
    "clarify_ask": ("", set()),
    "decline_polite": (
        "no",
        {"clarify_ask", "decline_defer", "coffee_pause", "coffee_group", "tradeoff_manager"},
    ),
    "repeat_no": (
        "no",
        {"clarify_ask", "decline_defer", "coffee_pause", "coffee_group", "tradeoff_manager"},
    ),
    "redirect_other": ("redirect", set(ANSWERS) - SAME_NO - {"redirect_other"}),
    "firm_close": ("close", set(ANSWERS) - SAME_NO),
    "no_reply": ("silence", set(ANSWERS) - SAME_NO),
    "coffee_pause": ("pause", set(ANSWERS) - {"coffee_pause"}),
    "decline_defer": ("defer", set(ANSWERS) - {"decline_defer"}),
    "coffee_group": ("", set()),
    "tradeoff_manager": ("", set()),
}
"""For what was told last: what it is called, and the scripts that contradict it."""


@pytest.mark.parametrize("before", CONTRADICTED)
def test_a_draft_may_contradict_what_was_told_last(before: str):
    """A running pause or promise by anything else; a redirect, a close or a no by what takes it back."""
    said, taken_back_by = CONTRADICTED[before]

    found = {new: against(new, told(before)) for new in ANSWERS}

    assert {new for new, one in found.items() if one} == taken_back_by
    assert {one for one in found.values() if one} <= {
        Contradiction(said, SAID, UNTIL if before in ENDS else None)
    }


@pytest.mark.parametrize("script_id", [one for one in CATALOGUE.scripts if one != "no_action"])
def test_the_same_thing_again_contradicts_nothing(script_id: str):
    """Nobody contradicts themselves by repeating what they said."""
    assert against(script_id, told(script_id)) is None


@pytest.mark.parametrize("before", ANSWERS)
def test_what_is_no_answer_contradicts_nothing(before: str):
    """Following through, a checklist and doing nothing take nothing back."""
    beside = [script.id for script in CATALOGUE.scripts.values() if script.facts.step in BESIDE]

    assert len(beside) >= 5
    assert {new: against(new, told(before)) for new in beside} == dict.fromkeys(beside)


def test_without_a_history_nothing_is_contradicted():
    """The first answer is free."""
    assert {against(new) for new in CATALOGUE.scripts} == {None}


# dates


@pytest.mark.parametrize("before", sorted(ENDS))
@pytest.mark.parametrize(("days", "stands"), [(1, True), (0, False), (-1, False)])
def test_a_pause_or_promise_stands_until_its_day(before: str, days: int, stands: bool):
    """The day before it is in force; from the day itself on, it contradicts nothing any more."""
    ends = told(before, until=TODAY + timedelta(days=days))

    found = {new for new in ANSWERS if against(new, ends)}

    assert found == (set(ANSWERS) - {before} if stands else set())


@pytest.mark.parametrize("before", sorted(ENDS))
def test_without_a_day_there_is_no_end_to_contradict(before: str):
    """A pause or promise whose day is not known is not held against anybody."""
    assert {against(new, told(before, until=None)) for new in ANSWERS} == {None}


def test_the_last_answer_counts():
    """What was said before it is not looked at, in whatever order it is stored."""
    no, redirect = told("decline_polite"), told("redirect_other", SAID + timedelta(days=1))

    assert against("decline_defer", no, redirect) == Contradiction("redirect", redirect.on)
    assert against("decline_defer", redirect, no) == Contradiction("redirect", redirect.on)


def test_of_one_day_the_later_answer_counts():
    """Two answers of the same day are told apart by the hour."""
    no, redirect = told("decline_polite", at=2.0), told("redirect_other", at=1.0)

    assert against("redirect_other", no, redirect) is None
    assert against("coffee_group", redirect, no) == Contradiction("no", SAID)


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.NOT_SENT])
@pytest.mark.parametrize("before", ANSWERS)
def test_a_draft_that_was_not_sent_is_never_contradicted(before: str, outcome: Outcome):
    """What nobody read binds nobody, and hides nothing that was sent before it."""
    unsent = told(before, SAID + timedelta(days=2), outcome=outcome)

    assert {against(new, unsent) for new in ANSWERS} == {None}
    assert against("decline_defer", told("decline_polite"), unsent) == Contradiction("no", SAID)


def test_a_silence_that_was_chosen_was_told():
    """Not replying is an answer, and a reply after it is something else."""
    silence = told("no_reply", outcome=Outcome.SILENCE)

    assert against("decline_polite", silence) == Contradiction("silence", SAID)


histories = st.lists(
    st.builds(
        told,
        st.sampled_from(sorted(set(CATALOGUE.scripts) - {"no_action"})),
        st.dates(date(2027, 1, 1), TODAY),
        until=st.one_of(st.none(), st.dates(date(2027, 1, 1), date(2027, 12, 31))),
        outcome=st.sampled_from(Outcome),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(histories, st.sampled_from(sorted(CATALOGUE.scripts)))
def test_what_is_contradicted_was_said(answers: Sequence[Answer], new: str):
    """Every contradiction has the date of something that was told, and an end that lies ahead or none."""
    found = against(new, *answers)

    if found:
        assert found.on in {one.on for one in answers if one.told}
        assert found.until is None or found.until > TODAY


@settings(deadline=None)
@given(histories, st.sampled_from(sorted(CATALOGUE.scripts)))
def test_every_contradiction_can_be_put_into_words(languages: Languages, answers: Sequence[Answer], new: str):
    """Whatever any history leads to has a sentence with its dates, in each language."""
    found = against(new, *answers)

    for code in LANGUAGES if found else ():
        key = f"contradiction.{found.said}_until" if found.until else f"contradiction.{found.said}"
        sentence = languages[code](key, date="3 March", until="9 September")
        assert "3 March" in sentence
        assert ("9 September" in sentence) == bool(found.until)


# the day that a draft names


def recorded(script_id: str, details: dict[str, Filled]) -> Record:
    """A draft with these details."""
    return Record(
        id="d1",
        person="p1",
        name="Ana",
        user="UANA",
        ask="a1",
        situation=Situation.COFFEE,
        kind=None,
        script_id=script_id,
        language="en",
        tone="warm",
        wording=1,
        text="No.",
        created=1.0,
        changed=2.0,
        on=SAID,
        details=details,
    )


@pytest.mark.parametrize(
    ("script_id", "details", "until"),
    [
        ("coffee_pause", {"pause_until": "2027-07-01"}, UNTIL),
        ("decline_defer", {"do_on": "2027-07-01"}, UNTIL),
        ("coffee_pause", {"pause_until": ""}, None),
        ("coffee_pause", {"pause_until": "soon"}, None),
        ("coffee_pause", {}, None),
        ("decline_polite", {"ask_again_after": "2027-07-01"}, None),
        ("supplier_sunset", {"end_date": "2027-07-01", "plan_due": "2027-06-15"}, None),
    ],
)
def test_an_answer_has_the_day_that_its_draft_named(
    script_id: str, details: dict[str, Filled], until: date | None
):
    """The end of a pause and the day of a promise are what the author filled in, and no other date is."""
    assert answer(recorded(script_id, details), CATALOGUE[script_id]).until == until


@pytest.mark.parametrize("script_id", sorted(ENDS))
def test_only_pauses_and_promises_have_a_day(script_id: str):
    """These two scripts have it, filled in beforehand; no other does."""
    ending = {
        script.id: [one for one in script.facts.details if one.until]
        for script in CATALOGUE.scripts.values()
        if any(one.until for one in script.facts.details)
    }

    assert set(ending) == ENDS
    assert [(one.required, bool(one.default_days)) for one in ending[script_id]] == [(True, True)]
