"""The escalation ladder: what a requester was told before decides which scripts fit now."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue import Kind, Situation, Step
from bot.ladder import MANY_ASKS, PROTECTED, Answer, Case, Ladder, Outcome, Relationship, climb
from bot.localization import Languages
from tests.texts import CATALOGUE, LANGUAGES

START = date(2027, 3, 1)
FOLLOW_UPS = {"mentee_intros", "mentee_update", "supplier_next_contract", "supplier_written_notice"}
HARD = {Step.CLOSE, Step.SILENCE}
ON_THE_LADDER = {Step.CLARIFY, Step.DECLINE, Step.REPEAT, *HARD}
OWN_EXIT = {Situation.SUPPLIER, Situation.MENTEE, Situation.COFFEE}
WITHOUT_KIND = {*OWN_EXIT, Situation.NONE}
"""Situations in which the modal does not ask for the kind of request."""

SCRIPT_OF = {
    Kind.INTRODUCTION: "decline_introduction",
    Kind.INTRO_RECEIVED: "opt_out_introduction",
    Kind.RECOMMENDATION: "decline_recommendation",
    Kind.JOB_LEAD: "decline_job_lead",
    Kind.ADVICE: "decline_advice",
    Kind.MEETING: "decline_meeting",
    Kind.EVENT: "decline_event",
    Kind.DONATION: "decline_fundraiser",
    Kind.FAVOUR: "decline_favour",
    Kind.PITCH: "decline_pitch",
    Kind.CONTRACT: "decline_polite",
    Kind.DELIVERY: "decline_polite",
    Kind.MENTORING: "decline_polite",
    Kind.COFFEE: "decline_polite",
    Kind.UNCLEAR: "clarify_ask",
    None: "decline_polite",
}
"""The script for each kind of request; where there is none of its own, the polite no."""

NO_ANSWER_YET = (
    (),
    ("clarify_ask",),
    ("decline_defer",),
    ("tradeoff_manager",),
    ("decline_defer", "tradeoff_manager", "decline_defer"),
)
"""Histories without a no: nothing, a question, a promise, a choice."""


def told(
    script_id: str,
    after: int = 0,
    *,
    situation: Situation = Situation.ONE_OFF,
    kind: Kind | None = Kind.FAVOUR,
    outcome: Outcome = Outcome.SENT,
) -> Answer:
    """An answer with a script of the catalogue, so many days after the start."""
    script = CATALOGUE[script_id]
    return Answer(
        ask=f"ask-{after}",
        on=START + timedelta(days=after),
        situation=situation,
        kind=kind,
        script_id=script_id,
        step=script.facts.step,
        variant=script.facts.variant,
        outcome=outcome,
        language="en",
        tone="neutral",
        wording=1,
    )


def asks(
    *script_ids: str, situation: Situation = Situation.ONE_OFF, kind: Kind | None = Kind.FAVOUR
) -> list[Answer]:
    """A history in which these scripts were sent, a day apart."""
    return [told(one, after, situation=situation, kind=kind) for after, one in enumerate(script_ids)]


def best(situation: Situation, answers: Sequence[Answer] = (), **rest: object) -> str:
    """The script that is proposed first."""
    return _climb(situation, answers, **rest).fits[0].script.id


def offered(situation: Situation, answers: Sequence[Answer] = (), **rest: object) -> list[str]:
    """All scripts that fit, in order."""
    return [fit.script.id for fit in _climb(situation, answers, **rest).fits]


def _climb(situation: Situation, answers: Sequence[Answer] = (), **rest: object) -> Ladder:
    kind = None if situation in WITHOUT_KIND else Kind.FAVOUR
    return climb(CATALOGUE.scripts.values(), Case(situation, **{"kind": kind, "answers": answers, **rest}))


# the steps, one by one


@pytest.mark.parametrize("situation", [Situation.ONE_OFF, Situation.UNCLEAR_ASK, Situation.REPEAT_ASKER])
def test_a_first_ask_that_is_unclear_is_met_with_a_question(situation: Situation):
    """Who cannot tell what is wanted asks first."""
    assert best(situation, kind=Kind.UNCLEAR) == "clarify_ask"


@pytest.mark.parametrize("kind", [*Kind, None])
@pytest.mark.parametrize("situation", [Situation.ONE_OFF, Situation.REPEAT_ASKER])
def test_a_first_ask_gets_the_script_for_its_kind(situation: Situation, kind: Kind | None):
    """One request, and one of who keeps asking and never got an answer, is met by what it is about."""
    assert set(SCRIPT_OF) == {*Kind, None}
    assert best(situation, kind=kind) == SCRIPT_OF[kind]


@pytest.mark.parametrize("kind", [*Kind, None])
@pytest.mark.parametrize("situation", [Situation.ONE_OFF, Situation.REPEAT_ASKER])
def test_the_polite_no_and_the_redirect_are_always_there(situation: Situation, kind: Kind | None):
    """Whatever is asked for, there is a general no, and a way to point elsewhere after it."""
    fits = offered(situation, kind=kind)[:10]

    assert fits.index("decline_polite") < fits.index("redirect_other")


@pytest.mark.parametrize("kind", [Kind.FAVOUR, Kind.ADVICE, Kind.MEETING])
def test_a_promise_is_an_alternative_to_a_no(kind: Kind):
    """Doing it on a later date is offered where it can be done at all, and never proposed."""
    fits = offered(Situation.ONE_OFF, kind=kind)

    assert fits.index("decline_defer") > fits.index("decline_polite")


def test_a_script_for_another_kind_is_not_offered():
    """Who asks for a favour is not told about introductions."""
    fits = set(offered(Situation.ONE_OFF, kind=Kind.FAVOUR))

    assert fits == {"decline_favour", "decline_polite", "decline_defer", "redirect_other"}


def test_after_a_no_a_script_for_another_kind_is_not_offered():
    """Who ignores their exit, or asks a favour again, is not told about recommendations and pitches."""
    general = {"repeat_no", "firm_close", "decline_polite", "redirect_other"}
    for exit_script, situation in (
        ("coffee_group", Situation.COFFEE),
        ("mentee_handoff", Situation.MENTEE),
        ("supplier_sunset", Situation.SUPPLIER),
    ):
        before, after = (
            offered(situation),
            offered(situation, asks(exit_script, situation=situation, kind=None)),
        )
        assert set(after) - set(before) - FOLLOW_UPS == general
    assert set(offered(Situation.REPEAT_ASKER, asks("decline_favour"))) == general


@pytest.mark.parametrize("before", NO_ANSWER_YET, ids="-".join)
@pytest.mark.parametrize("situation", [Situation.ONE_OFF, Situation.REPEAT_ASKER])
def test_a_question_a_promise_or_a_choice_is_not_a_no(situation: Situation, before: tuple[str, ...]):
    """After them comes the first no, and nothing that speaks of an earlier one."""
    fits = offered(situation, asks(*before))

    assert fits[0] == "decline_favour"
    assert not {"repeat_no", "firm_close", "no_reply"} & set(fits)


@pytest.mark.parametrize("script_id", ["decline_defer", "tradeoff_manager"])
def test_a_promise_or_a_choice_does_not_undo_a_no(script_id: str):
    """What was refused before it stays refused."""
    assert best(Situation.REPEAT_ASKER, asks("decline_polite", script_id)) == "repeat_no"
    assert best(Situation.REPEAT_ASKER, asks("decline_polite", "repeat_no", script_id)) == "firm_close"


def test_what_was_clarified_is_declined():
    """After the question comes the answer, not the question once more."""
    answers = asks("clarify_ask", situation=Situation.UNCLEAR_ASK, kind=Kind.UNCLEAR)

    fits = offered(Situation.UNCLEAR_ASK, answers, kind=Kind.UNCLEAR)

    assert fits[0] == "decline_polite"
    assert "clarify_ask" not in fits


def test_a_repeat_asker_without_an_answer_is_declined():
    """Who keeps asking and never had a clear no gets one first, and nothing firmer."""
    fits = offered(Situation.REPEAT_ASKER)

    assert fits[0] == "decline_favour"
    assert not {"repeat_no", "firm_close", "no_reply"} & set(fits)


def test_a_no_is_repeated_once():
    """After a clear no comes the same no, shorter."""
    assert best(Situation.REPEAT_ASKER, asks("decline_polite")) == "repeat_no"


def test_a_repeated_no_is_closed():
    """After the same no comes the firm close."""
    assert best(Situation.REPEAT_ASKER, asks("decline_polite", "repeat_no")) == "firm_close"


def test_who_comes_back_after_a_redirect_is_closed():
    """A redirect that was ignored needs no second no."""
    assert best(Situation.REPEAT_ASKER, asks("redirect_other")) == "firm_close"


def test_who_asks_on_after_a_close_is_met_with_silence():
    """After the firm close comes silence, and no second close."""
    fits = offered(Situation.REPEAT_ASKER, asks("decline_polite", "repeat_no", "firm_close"))

    assert fits[0] == "no_reply"
    assert "firm_close" not in fits


def test_silence_stays_silence():
    """Who was met with silence and still writes is met with silence."""
    answers = [*asks("decline_polite", "firm_close"), told("no_reply", 9, outcome=Outcome.SILENCE)]

    assert best(Situation.REPEAT_ASKER, answers) == "no_reply"


@pytest.mark.parametrize(
    ("situation", "exit_script"),
    [
        (Situation.SUPPLIER, "supplier_sunset"),
        (Situation.MENTEE, "mentee_handoff"),
        (Situation.COFFEE, "coffee_pause"),
    ],
)
def test_a_supplier_a_mentee_and_a_coffee_regular_have_their_own_exit(situation: Situation, exit_script: str):
    """They do not start on the ladder."""
    fits = offered(situation)

    assert fits[0] == exit_script
    assert not {"clarify_ask", "decline_polite", "repeat_no", "firm_close", "no_reply"} & set(fits)


@pytest.mark.parametrize(
    ("situation", "exit_script"),
    [
        (Situation.SUPPLIER, "supplier_sunset"),
        (Situation.MENTEE, "mentee_handoff"),
        (Situation.COFFEE, "coffee_pause"),
        (Situation.COFFEE, "coffee_group"),
    ],
)
def test_who_ignores_their_exit_enters_the_ladder_at_the_close(situation: Situation, exit_script: str):
    """After an exit the firm close is the first of the steps; what follows through goes before it."""
    answers = [told(exit_script, situation=situation, kind=None)]

    fits = [one for one in offered(situation, answers) if one not in FOLLOW_UPS]

    assert fits[0] == "firm_close"


def test_a_group_is_an_alternative_to_a_pause():
    """The group is offered, and not proposed."""
    assert offered(Situation.COFFEE)[:2] == ["coffee_pause", "coffee_group"]


def test_a_habit_may_end_without_a_return():
    """Letting coffees with an old colleague end is offered, after what keeps in touch."""
    assert offered(Situation.COFFEE) == ["coffee_pause", "coffee_group", "fade_ex_colleague"]


def test_nothing_to_decline_needs_no_draft():
    """A message that asks for nothing gets nothing, whatever was said before."""
    assert offered(Situation.NONE) == ["no_action"]
    assert offered(Situation.NONE, asks("decline_polite", "repeat_no", "firm_close")) == ["no_action"]


# what moves the ladder, and what does not


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.NOT_SENT])
@pytest.mark.parametrize("script_id", ["decline_polite", "redirect_other", "repeat_no", "firm_close"])
def test_a_draft_that_was_not_sent_does_not_move_the_ladder(script_id: str, outcome: Outcome):
    """A draft that waits or was set aside told nobody anything."""
    answers = [told(script_id, outcome=outcome)]

    assert offered(Situation.REPEAT_ASKER, answers) == offered(Situation.REPEAT_ASKER)


def test_a_draft_set_aside_leaves_an_earlier_answer_in_force():
    """The last thing they were told counts, not the last thing that was drafted."""
    answers = [told("decline_polite"), told("firm_close", 5, outcome=Outcome.NOT_SENT)]

    assert best(Situation.REPEAT_ASKER, answers) == "repeat_no"


def test_the_number_of_asks_alone_moves_nothing():
    """Twenty asks that were never answered are met as the first was."""
    answers = [told("decline_polite", after, outcome=Outcome.OPEN) for after in range(20)]

    ladder = _climb(Situation.REPEAT_ASKER, answers)

    assert ladder.asks == 20 > MANY_ASKS
    assert [fit.script.id for fit in ladder.fits] == offered(Situation.REPEAT_ASKER)


def test_many_asks_after_one_no_are_still_met_with_the_same_no():
    """What was told decides, however often they asked since."""
    answers = [
        told("decline_polite"),
        *(told("repeat_no", after, outcome=Outcome.OPEN) for after in range(1, 9)),
    ]

    assert best(Situation.REPEAT_ASKER, answers) == "repeat_no"


def test_two_drafts_for_one_message_are_one_ask():
    """Asks are counted by the message, not by the draft."""
    answers = [replace(told("decline_polite", after), ask="the same") for after in range(3)]

    assert _climb(Situation.REPEAT_ASKER, answers).asks == 1


@pytest.mark.parametrize("script_id", ["decline_polite", "redirect_other", "firm_close", "clarify_ask"])
@pytest.mark.parametrize("situation", [Situation.UNCLEAR_ASK, Situation.REPEAT_ASKER])
def test_the_message_at_hand_is_no_second_ask(script_id: str, situation: Situation):
    """What was told in answer to this very message does not move the ladder; to the next one it does."""
    (answer,) = asks(script_id, kind=Kind.UNCLEAR)
    fresh = offered(situation, kind=Kind.UNCLEAR)

    assert offered(situation, [answer], kind=Kind.UNCLEAR, ask=answer.ask) == fresh
    assert offered(situation, [answer], kind=Kind.UNCLEAR, ask="another") != fresh


@pytest.mark.parametrize(("days", "first"), [(-1, "coffee_pause"), (0, "coffee_pause"), (1, "firm_close")])
def test_a_pause_that_is_over_was_kept(days: int, first: str):
    """Who asks again from its last day on ignored nothing; who asks before it did."""
    pause = replace(told("coffee_pause", situation=Situation.COFFEE, kind=None), until=START)

    assert best(Situation.COFFEE, [pause], today=START - timedelta(days=days)) == first


def test_another_matter_starts_afresh():
    """Who was closed off over a favour and now asks for an introduction gets a polite no."""
    answers = asks("decline_polite", "repeat_no", "firm_close")

    fits = offered(Situation.ONE_OFF, answers, kind=Kind.INTRODUCTION)

    assert fits == offered(Situation.ONE_OFF, kind=Kind.INTRODUCTION)


def test_the_same_matter_goes_on_even_as_a_single_request():
    """Who was told no about this kind of request is met as asking again."""
    assert best(Situation.ONE_OFF, asks("decline_polite")) == "repeat_no"


def test_a_repeat_asker_is_judged_by_everything_they_were_told():
    """For who keeps asking, the kind of request makes no difference."""
    answers = asks("decline_polite", kind=Kind.INTRODUCTION)

    assert best(Situation.REPEAT_ASKER, answers, kind=Kind.FAVOUR) == "repeat_no"


def test_an_earlier_exit_does_not_count_for_a_request_of_another_kind():
    """A coffee regular whose coffees were paused may ask a favour, and gets a first no."""
    answers = [told("coffee_pause", situation=Situation.COFFEE, kind=None)]

    assert best(Situation.ONE_OFF, answers) == "decline_favour"


def test_history_is_read_by_date():
    """The order in which answers are stored does not matter."""
    answers = asks("decline_polite", "repeat_no", "firm_close")

    assert offered(Situation.REPEAT_ASKER, answers[::-1]) == offered(Situation.REPEAT_ASKER, answers)


# follow-through


@pytest.mark.parametrize("script_id", ["mentee_intros", "mentee_update"])
def test_following_through_waits_for_the_hand_off(script_id: str):
    """Introductions and the question how it goes exist after a hand-off only."""
    answers = [told("mentee_handoff", situation=Situation.MENTEE, kind=None)]

    assert script_id not in offered(Situation.MENTEE)
    assert script_id in offered(Situation.MENTEE, answers)


def test_following_through_comes_first_after_the_hand_off():
    """What was promised goes before any further no."""
    answers = [told("mentee_handoff", situation=Situation.MENTEE, kind=None)]

    assert offered(Situation.MENTEE, answers)[:2] == ["mentee_intros", "mentee_update"]


@pytest.mark.parametrize("script_id", ["mentee_intros", "mentee_update"])
def test_following_through_happens_once(script_id: str):
    """What was followed through is not offered again."""
    answers = [
        told("mentee_handoff", situation=Situation.MENTEE, kind=None),
        told(script_id, 7, situation=Situation.MENTEE, kind=None),
    ]

    assert script_id not in offered(Situation.MENTEE, answers)


def test_a_hand_off_that_was_not_sent_is_not_followed_through():
    """A promise nobody heard need not be kept."""
    answers = [told("mentee_handoff", situation=Situation.MENTEE, kind=None, outcome=Outcome.OPEN)]

    assert not FOLLOW_UPS & set(offered(Situation.MENTEE, answers))


@pytest.mark.parametrize("script_id", ["supplier_written_notice", "supplier_next_contract"])
def test_a_supplier_is_told_before_anything_is_put_in_writing(script_id: str):
    """The formal notice, and the checklist for the next contract, come once they were told."""
    answers = [told("supplier_sunset", situation=Situation.SUPPLIER, kind=None)]

    assert script_id not in offered(Situation.SUPPLIER)
    assert script_id in offered(Situation.SUPPLIER, answers)


def test_the_formal_notice_comes_next_and_once():
    """After the conversation the letter is proposed; after the letter it is not."""
    answers = [told("supplier_sunset", situation=Situation.SUPPLIER, kind=None)]
    notice = told("supplier_written_notice", 5, situation=Situation.SUPPLIER, kind=None)

    assert best(Situation.SUPPLIER, answers) == "supplier_written_notice"
    assert "supplier_written_notice" not in offered(Situation.SUPPLIER, [*answers, notice])


# a manager


MANAGER = Relationship.MANAGER
OTHERS = [None, *sorted(set(Relationship) - {MANAGER})]


@pytest.mark.parametrize("before", NO_ANSWER_YET, ids="-".join)
@pytest.mark.parametrize("situation", [Situation.ONE_OFF, Situation.REPEAT_ASKER])
def test_a_manager_is_given_a_choice_first(situation: Situation, before: tuple[str, ...]):
    """As long as they were not told no, whatever a manager asks for is a matter of what goes first."""
    proposed = {
        kind: best(situation, asks(*before, kind=kind), kind=kind, relationship=MANAGER)
        for kind in [*Kind, None]
        if kind is not Kind.UNCLEAR
    }

    assert proposed == dict.fromkeys(proposed, "tradeoff_manager")


def test_a_manager_may_be_told_no():
    """The scripts for everybody stand below the choice."""
    for_everybody = offered(Situation.ONE_OFF)

    assert offered(Situation.ONE_OFF, relationship=MANAGER) == ["tradeoff_manager", *for_everybody]


def test_what_a_manager_wants_is_asked_before_it_is_weighed():
    """An unclear ask is met with a question, whoever asks."""
    assert best(Situation.ONE_OFF, kind=Kind.UNCLEAR, relationship=MANAGER) == "clarify_ask"


# guards


GUARDED = [
    *({"relationship": one} for one in sorted(PROTECTED)),
    {"sensitive": True},
    {"relationship": Relationship.COLLEAGUE, "sensitive": True},
]


def test_managers_reports_and_clients_are_protected():
    """These three are never closed off."""
    assert set(PROTECTED) == {Relationship.MANAGER, Relationship.REPORT, Relationship.CLIENT}


@pytest.mark.parametrize("guard", GUARDED, ids=str)
@pytest.mark.parametrize(
    "before",
    [
        ("decline_polite", "repeat_no"),
        ("redirect_other",),
        ("decline_polite", "repeat_no", "firm_close"),
        ("coffee_pause",),
    ],
    ids="-".join,
)
def test_a_guard_holds_back_the_firmer_steps_and_says_so(guard: dict, before: tuple[str, ...]):
    """Where a close or silence would come next, the same no is proposed instead."""
    ladder = _climb(Situation.REPEAT_ASKER, asks(*before), **guard)

    assert ladder.guarded
    assert ladder.fits[0].script.id == "repeat_no"
    assert all(fit.script.facts.step not in HARD for fit in ladder.fits)


@pytest.mark.parametrize("guard", GUARDED, ids=str)
def test_a_guard_with_nothing_to_hold_back_is_silent(guard: dict):
    """As long as no firmer step is due, nothing is held back."""
    ladder = _climb(Situation.REPEAT_ASKER, asks("decline_polite"), **guard)

    assert not ladder.guarded
    assert all(fit.script.facts.step not in HARD for fit in ladder.fits)


@pytest.mark.parametrize("relationship", [None, *sorted(set(Relationship) - PROTECTED)])
def test_others_are_not_guarded(relationship: Relationship | None):
    """A colleague, a supplier or somebody outside can be closed off."""
    ladder = _climb(Situation.REPEAT_ASKER, asks("decline_polite", "repeat_no"), relationship=relationship)

    assert not ladder.guarded
    assert ladder.fits[0].script.id == "firm_close"


# reasons


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (("decline_polite",), "repeat_declined"),
        (("redirect_other",), "close_redirected"),
        (("coffee_group",), "close_exited"),
        (("decline_polite", "repeat_no"), "close_repeated"),
        (("decline_polite", "repeat_no", "firm_close"), "silence_closed"),
    ],
)
def test_a_reason_says_what_was_told_and_when(before: tuple[str, ...], reason: str):
    """The best fit gives the last thing they were told as its reason, with its date."""
    fit = _climb(Situation.REPEAT_ASKER, asks(*before)).fits[0]

    assert (fit.reason, fit.on) == (reason, START + timedelta(days=len(before) - 1))


def test_a_reason_has_the_date_of_the_last_time():
    """Who was told no twice is reminded of the second."""
    answers = [told("decline_polite", 3), told("decline_polite", 9)]

    assert _climb(Situation.REPEAT_ASKER, answers).fits[0].on == START + timedelta(days=9)


def test_a_first_no_to_a_repeat_asker_has_a_reason_without_a_date():
    """Nothing was told yet, and that is why."""
    fit = _climb(Situation.REPEAT_ASKER).fits[0]

    assert (fit.reason, fit.on) == ("decline_fresh", None)


def test_following_through_has_the_date_of_what_it_follows():
    """The introductions follow the hand-off, whatever was told after it."""
    answers = [
        told("mentee_handoff", 2, situation=Situation.MENTEE, kind=None),
        told("mentee_update", 90, situation=Situation.MENTEE, kind=None),
    ]

    fit = _climb(Situation.MENTEE, answers).fits[0]

    assert (fit.script.id, fit.reason, fit.on) == ("mentee_intros", "after", START + timedelta(days=2))


# any history


def _kinds(situation: Situation) -> Sequence[Kind | None]:
    return [None] if situation in WITHOUT_KIND else [None, *Kind]


situations = st.sampled_from(Situation)
sent_before = st.lists(
    st.builds(
        told,
        st.sampled_from(sorted(CATALOGUE.scripts)),
        st.integers(0, 30),
        situation=situations,
        kind=st.sampled_from([None, *Kind]),
        outcome=st.sampled_from(Outcome),
    ),
    max_size=8,
)
cases = situations.flatmap(
    lambda situation: st.builds(
        Case,
        st.just(situation),
        st.sampled_from(_kinds(situation)),
        st.sampled_from([None, *Relationship]),
        sent_before,
        st.booleans(),
    )
)


def _fits(case: Case) -> Ladder:
    return climb(CATALOGUE.scripts.values(), case)


@settings(deadline=None)
@given(cases)
def test_there_is_always_a_script_that_fits(case: Case):
    """No situation, with any history, leaves the author without an answer."""
    assert _fits(case).fits


@settings(deadline=None)
@given(cases)
def test_no_script_is_offered_twice(case: Case):
    """Each script stands in the list once."""
    fits = [fit.script.id for fit in _fits(case).fits]

    assert len(fits) == len(set(fits))


@settings(deadline=None)
@given(cases, st.randoms())
def test_the_same_history_has_the_same_answer(case: Case, chance: Random):
    """Neither a second look nor the order in which answers are stored changes what fits."""
    shuffled = list(case.answers)
    chance.shuffle(shuffled)

    assert _fits(replace(case, answers=shuffled)) == _fits(case)


@settings(deadline=None)
@given(cases)
def test_who_is_protected_is_never_closed_off(case: Case):
    """No history brings a close or silence to a manager, a report, a client or a sensitive matter."""
    for guard in ({"sensitive": True}, *({"relationship": one} for one in PROTECTED)):
        fits = _fits(replace(case, **guard)).fits
        assert all(fit.script.facts.step not in HARD for fit in fits)


@settings(deadline=None)
@given(cases)
def test_a_choice_of_priorities_is_for_managers_only(case: Case):
    """No history offers it to anybody else."""
    for relationship in OTHERS:
        fits = _fits(replace(case, relationship=relationship)).fits
        assert all(fit.script.id != "tradeoff_manager" for fit in fits)


@settings(deadline=None)
@given(cases)
def test_promises_and_choices_change_nothing(case: Case):
    """Without them in the history the same scripts fit, for the same reasons."""
    answers = [one for one in case.answers if one.script_id not in {"decline_defer", "tradeoff_manager"}]

    assert _fits(replace(case, answers=answers)).fits == _fits(case).fits


@settings(deadline=None)
@given(cases)
def test_an_alternative_is_never_proposed_over_a_script_of_its_step(case: Case):
    """What is offered as an alternative comes first only where there is nothing else of its kind."""
    first, *rest = _fits(case).fits

    assert not first.script.facts.alternative or all(
        fit.script.facts.alternative or fit.script.facts.step is not first.script.facts.step for fit in rest
    )


@settings(deadline=None)
@given(cases)
def test_a_guard_speaks_only_for_the_protected(case: Case):
    """Nothing is said to be held back where nothing is."""
    protected = case.sensitive or case.relationship in PROTECTED

    assert protected or not _fits(case).guarded


@settings(deadline=None)
@given(cases)
def test_silence_never_comes_without_a_close(case: Case):
    """Silence is offered only to whom a close, or silence, was told."""
    steps = {answer.step for answer in case.answers if answer.told}
    offers_silence = any(fit.script.facts.step is Step.SILENCE for fit in _fits(case).fits)

    assert not offers_silence or steps & HARD


@settings(deadline=None)
@given(cases)
def test_nobody_is_asked_twice_what_they_want(case: Case):
    """Once somebody was asked, or told any answer, about a matter, asking is over."""
    matter = [
        answer
        for answer in case.answers
        if case.situation is Situation.REPEAT_ASKER
        or (answer.kind == case.kind and answer.situation not in OWN_EXIT)
    ]
    answered = any(answer.told and answer.step in ON_THE_LADDER for answer in matter)
    asks_again = any(fit.script.facts.step is Step.CLARIFY for fit in _fits(case).fits)

    assert not (answered and asks_again)


@settings(deadline=None)
@given(cases)
def test_what_was_never_sent_changes_nothing_but_the_count(case: Case):
    """Without the drafts that told nobody anything, the same scripts fit for the same reasons."""
    only_told = replace(case, answers=[answer for answer in case.answers if answer.told])

    assert _fits(case).fits == _fits(only_told).fits
    assert _fits(case).guarded == _fits(only_told).guarded


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), max_size=12), situations, st.sampled_from(list(Kind)))
def test_walking_the_ladder_reaches_silence_only_through_a_close(
    steps: list[int], situation: Situation, kind: Kind
):
    """Whatever offered script is sent each time, silence is never offered before a close was sent."""
    answers: list[Answer] = []
    for after, choice in enumerate(steps):
        case = Case(situation, None if situation in WITHOUT_KIND else kind, None, tuple(answers))
        fits = _fits(case).fits
        silence = any(fit.script.facts.step is Step.SILENCE for fit in fits)
        assert silence <= any(answer.step is Step.CLOSE for answer in answers)
        chosen = fits[choice % len(fits)].script
        answers.append(told(chosen.id, after, situation=situation, kind=case.kind))


@functools.cache
def _codes() -> set[tuple[str, bool]]:
    """Every reason, and whether it has a date, over histories of up to three answers."""
    steps = (
        *("clarify_ask", "decline_polite", "redirect_other", "coffee_group", "decline_defer"),
        *("repeat_no", "firm_close"),
    )
    histories = [
        [told(one, after, kind=None) for after, one in enumerate(chosen)]
        for length in range(4)
        for chosen in product(steps, repeat=length)
    ]
    histories += [
        [told("mentee_handoff", situation=Situation.MENTEE, kind=None)],
        [told("supplier_sunset", situation=Situation.SUPPLIER, kind=None)],
        [told("no_reply", kind=None, outcome=Outcome.SILENCE)],
    ]
    return {
        (fit.reason, fit.on is not None)
        for answers in histories
        for situation in Situation
        for relationship in (None, Relationship.MANAGER)
        for fit in climb(CATALOGUE.scripts.values(), Case(situation, None, relationship, answers)).fits
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_can_be_put_into_words(languages: Languages, language: str):
    """A reason with a date, and the one of a first no to a repeat asker, has a message in each language."""
    spoken = {reason for reason, dated in _codes() if dated} | {"decline_fresh"}

    for reason in sorted(spoken):
        assert languages[language](f"reason.{reason}", date="3 March")


def test_no_reason_is_written_in_vain(languages: Languages):
    """Every message for a reason is one that some history leads to."""
    spoken = {f"reason.{reason}" for reason, _ in _codes()}
    messages = languages["en"].translations._catalog

    assert {key for key in messages if isinstance(key, str) and key.startswith("reason.")} <= spoken
