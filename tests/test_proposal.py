"""What the modal proposes: the best guess from the form, the profile and what is remembered."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue import Catalogue, Kind, Situation
from bot.contradiction import Contradiction
from bot.filling import LONGEST_PHRASE, values
from bot.ladder import Answer, Outcome, Relationship
from bot.localization import Languages
from bot.proposal import (
    LONGEST_DRAFT,
    Form,
    Known,
    Proposal,
    Suggested,
    asks_for_kind,
    propose,
    unsent_wording,
)
from bot.records import Person, Preferences, Profile, Remembered

TODAY = date(2027, 6, 1)
SAID_NO = date(2027, 5, 20)
LANGUAGES = ("en", "nl", "nb")

every_language = pytest.mark.parametrize("language", LANGUAGES)


def answered(
    catalogue: Catalogue,
    script_id: str = "decline_polite",
    on: date = SAID_NO,
    *,
    outcome: Outcome = Outcome.SENT,
    tone: str = "neutral",
    wording: int = 1,
    language: str = "en",
) -> Answer:
    """An earlier answer."""
    facts = catalogue[script_id].facts
    return Answer(
        ask=f"ask-{on}",
        on=on,
        situation=Situation.ONE_OFF,
        kind=Kind.RECOMMENDATION,
        script_id=script_id,
        step=facts.step,
        variant=facts.variant,
        outcome=outcome,
        language=language,
        tone=tone,
        wording=wording,
    )


def ana(*answers: Answer, **rest: object) -> Person:
    """Somebody who asked for a recommendation before."""
    whole = {
        "name": "Ana",
        "user": "UANA",
        "relationship": Relationship.COLLEAGUE,
        "situation": Situation.ONE_OFF,
        "kind": Kind.RECOMMENDATION,
    }
    return Person(**{**whole, **rest}, answers=answers)


@pytest.fixture
def known(catalogue: Catalogue, languages: Languages) -> Known:
    """What is known of an author who never used the app."""
    return Known(catalogue, languages, Remembered(), None, "en", TODAY)


def met(known: Known, person: Person) -> Known:
    """The same, with somebody they know."""
    return replace(known, remembered=replace(known.remembered, person=person))


def one_off(**rest: object) -> Form:
    """A form about one request."""
    return Form(**{"name": "Ana", "situation": Situation.ONE_OFF, "kind": Kind.RECOMMENDATION, **rest})


def polite(**rest: object) -> Form:
    """The same, to be answered with the polite no, which asks for nothing that is not filled in."""
    return one_off(script="decline_polite", **rest)


def text_of(proposal: Proposal) -> str:
    """The draft that a proposal comes to."""
    assert proposal.draft is not None
    return proposal.draft.text


# defaults


def test_a_blank_form_proposes_no_script(known: Known):
    """Without a situation nothing is guessed."""
    proposal = propose(Form(), known)

    assert (proposal.situation, proposal.script, proposal.draft) == (None, None, None)


def test_one_click_makes_a_draft(known: Known):
    """A name and a situation are enough: the rest has a default."""
    proposal = propose(Form(name="Ana", situation=Situation.ONE_OFF), known)

    assert proposal.script.id == "decline_polite"
    assert (proposal.tone, proposal.channel, proposal.address) == ("neutral", "chat", "")
    assert proposal.missing == ()
    assert text_of(proposal).startswith("Hi Ana, ")


INTRODUCTION = Suggested(Situation.ONE_OFF, Kind.INTRODUCTION, ("introduce",), language="nb")


def test_a_suggestion_is_preselected(known: Known):
    """What the message seems to be goes before what somebody asked for earlier."""
    proposal = propose(Form(), replace(met(known, ana()), suggested=INTRODUCTION))

    assert (proposal.situation, proposal.kind) == (Situation.ONE_OFF, Kind.INTRODUCTION)


def test_in_doubt_nothing_is_preselected(known: Known, catalogue: Catalogue):
    """With a message in doubt, what is remembered of somebody says who they are, and not what they want."""
    unsure = replace(met(known, ana(answered(catalogue))), suggested=Suggested(doubt="unsure"))
    proposal = propose(Form(), unsure)

    assert (proposal.situation, proposal.kind) == (None, None)
    assert proposal.relationship is Relationship.COLLEAGUE
    assert propose(Form(situation=Situation.ONE_OFF), unsure).kind is None


def test_the_author_goes_before_a_suggestion(known: Known):
    """What was chosen stays chosen."""
    chosen = propose(
        Form(situation=Situation.REPEAT_ASKER, kind=Kind.EVENT), replace(known, suggested=INTRODUCTION)
    )

    assert (chosen.situation, chosen.kind) == (Situation.REPEAT_ASKER, Kind.EVENT)


@pytest.mark.parametrize(
    ("chosen", "preferred", "read", "language"),
    [("en", "nl", "nb", "en"), ("", "nl", "nb", "nl"), ("", "", "nb", "nb"), ("", "", "", "en")],
)
def test_the_language_of_a_draft(known: Known, chosen: str, preferred: str, read: str, language: str):
    """The author's choice, else their preference, else the message's language, else the app's."""
    remembered = replace(known.remembered, preferences=Preferences(draft_language=preferred))
    suggested = replace(INTRODUCTION, language=read)
    proposal = propose(Form(language=chosen), replace(known, remembered=remembered, suggested=suggested))

    assert proposal.language == language


def test_a_kind_brings_its_own_script_and_asks_for_what_it_needs(known: Known):
    """Who says what it is about gets the script for it, and is told what is missing."""
    proposal = propose(one_off(), known)

    assert (proposal.script.id, proposal.draft) == ("decline_recommendation", None)
    assert proposal.missing == ("what_for",)


def test_a_draft_without_a_name_misses_the_name(known: Known):
    """Nobody is greeted without a name."""
    proposal = propose(Form(situation=Situation.ONE_OFF), known)

    assert proposal.draft is None
    assert proposal.missing == ("name",)


def test_what_is_remembered_of_a_person_is_proposed(known: Known, catalogue: Catalogue):
    """Name, relationship, situation and kind come from the last draft for them."""
    proposal = propose(Form(requester="UANA"), met(known, ana(relationship=Relationship.CLIENT)))

    assert (proposal.name, proposal.relationship, proposal.situation, proposal.kind) == (
        "Ana",
        Relationship.CLIENT,
        Situation.ONE_OFF,
        Kind.RECOMMENDATION,
    )


def test_the_form_goes_before_what_is_remembered(known: Known):
    """What the author fills in now wins."""
    form = Form(
        requester="UANA",
        name="Anneke",
        relationship=Relationship.MANAGER,
        situation=Situation.COFFEE,
    )

    proposal = propose(form, met(known, ana()))

    assert (proposal.name, proposal.relationship, proposal.situation) == (
        "Anneke",
        Relationship.MANAGER,
        Situation.COFFEE,
    )


def test_a_new_person_is_called_as_slack_calls_them(known: Known):
    """Without anything remembered, the profile has the name."""
    proposal = propose(Form(requester="UANA"), replace(known, profile=Profile("UANA", "Ana")))

    assert (proposal.name, proposal.prefilled_name) == ("Ana", "Ana")


def test_the_draft_is_in_the_authors_language(known: Known):
    """Without another choice, the draft speaks the app's language."""
    proposal = propose(polite(), replace(known, language="nl"))

    assert proposal.language == "nl"
    assert text_of(proposal).startswith("Hoi Ana, ")


def test_a_preferred_language_of_drafts_goes_before_the_apps(known: Known):
    """Who reads English may write Dutch."""
    remembered = Remembered(preferences=Preferences(draft_language="nl"))

    assert propose(one_off(), replace(known, remembered=remembered)).language == "nl"


def test_the_language_of_the_form_goes_before_all(known: Known):
    """One draft may be in Norwegian."""
    remembered = Remembered(preferences=Preferences(draft_language="nl"))
    form = one_off(language="nb")

    assert propose(form, replace(known, remembered=remembered)).language == "nb"


def test_a_script_of_ones_choice_is_kept_while_it_fits(known: Known):
    """The author may choose any script that fits."""
    assert propose(one_off(script="redirect_other"), known).script.id == "redirect_other"


@pytest.mark.parametrize("script_id", ["firm_close", "supplier_sunset", "nonsense"])
def test_a_script_that_does_not_fit_gives_way_to_the_best(known: Known, script_id: str):
    """A script that was chosen before the situation changed is not kept."""
    assert propose(one_off(script=script_id), known).script.id == "decline_recommendation"


def test_a_tone_the_script_does_not_have_gives_way_to_its_own(known: Known):
    """A firm question becomes a plain one."""
    proposal = propose(Form(name="Ana", situation=Situation.UNCLEAR_ASK, tone="firm"), known)

    assert (proposal.script.id, proposal.tone) == ("clarify_ask", "neutral")


@pytest.mark.parametrize("situation", [one for one in Situation if not asks_for_kind(one)])
def test_who_has_an_own_exit_is_not_asked_for_a_kind(known: Known, situation: Situation):
    """A kind that was chosen before does not linger with a supplier, a mentee or coffees."""
    proposal = propose(Form(name="Ana", situation=situation, kind=Kind.PITCH), known)

    assert proposal.kind is None
    assert proposal.script is not None


def test_the_ask_at_hand_counts(known: Known, catalogue: Catalogue):
    """Three messages answered and a fourth one open are four asks."""
    answers = [answered(catalogue, on=SAID_NO - timedelta(days=days)) for days in range(3)]

    assert propose(Form(requester="UANA", ask="new"), met(known, ana(*answers))).asks == 4


def test_another_draft_for_the_same_message_is_no_new_ask(known: Known, catalogue: Catalogue):
    """A second draft for a message does not count it twice."""
    earlier = answered(catalogue)

    assert propose(Form(requester="UANA", ask=earlier.ask), met(known, ana(earlier))).asks == 1


def test_a_missing_history_is_passed_on(known: Known):
    """With Redis away there is a draft all the same, and the modal can say so."""
    proposal = propose(polite(), replace(known, remembered=Remembered(away=True)))

    assert proposal.away
    assert proposal.draft


def test_under_pressure_there_is_no_script(known: Known):
    """Who is pressed or harassed is offered neither a script nor a draft."""
    proposal = propose(polite(pressured=True), known)

    assert (proposal.ladder, proposal.script, proposal.draft) == (None, None, None)
    assert proposal.contradiction is None


# where it goes, and how it addresses its reader


FORMS = {"nl": ("je", "u")}


def test_a_channel_of_the_script_is_kept(known: Known):
    """A short text is short, and drawn from wordings of its own."""
    proposal = propose(polite(channel="short"), known)

    assert proposal.channel == "short"
    assert proposal.draft.wordings == 2
    assert len(text_of(proposal).split()) <= 25


@pytest.mark.parametrize("channel", ["points", "fax"])
def test_a_channel_the_script_does_not_have_gives_way_to_the_chat(known: Known, channel: str):
    """What was chosen for another script does not linger."""
    proposal = propose(polite(channel=channel), known)

    assert proposal.channel == "chat"
    assert text_of(proposal) == text_of(propose(polite(), known))


@pytest.mark.parametrize(
    ("author", "below"),
    [(Profile("UROBIN", "Robin {Visser}"), "\n\nBest regards,\nRobin {Visser}"), (None, ".")],
    ids=["known", "unknown"],
)
def test_an_email_is_signed_by_who_is_known(known: Known, author: Profile | None, below: str):
    """The subject stands above the text, and the author's name under it where Slack told it."""
    proposal = propose(polite(channel="email"), replace(known, remembered=Remembered(profile=author)))

    assert re.match(r"Subject: [^\n]+\n\nHi Ana, ", text_of(proposal))
    assert text_of(proposal).endswith(below)
    assert "Best regards" in text_of(proposal) or author is None


def test_an_email_is_in_the_language_of_the_draft(known: Known):
    """Around a Dutch text stand Dutch words, whatever the author reads."""
    remembered = Remembered(profile=Profile("UROBIN", "Robin"))

    proposal = propose(polite(channel="email", language="nl"), replace(known, remembered=remembered))

    assert text_of(proposal).startswith("Onderwerp: ")
    assert text_of(proposal).endswith("\n\nGroet,\nRobin")


@pytest.mark.parametrize(
    ("language", "chosen", "address"),
    [
        ("nl", "", "je"),
        ("nl", "je", "je"),
        ("nl", "u", "u"),
        ("nl", "thou", "je"),
        ("en", "u", ""),
        ("nb", "u", ""),
    ],
)
def test_a_form_of_address_is_one_that_the_language_has(
    known: Known, language: str, chosen: str, address: str
):
    """The one that was chosen or mirrored, else the familiar one; none where there is no choice."""
    proposal = propose(polite(language=language, address=chosen), replace(known, addresses=FORMS))

    assert proposal.address == address
    assert (" uw " in text_of(proposal)) == (address == "u")


# what was said before


def test_a_contradiction_is_passed_on(known: Known, catalogue: Catalogue):
    """A promise after a no says something softer, with the day of the no."""
    form = Form(requester="UANA", situation=Situation.ONE_OFF, kind=Kind.FAVOUR, script="decline_defer")
    no = replace(answered(catalogue), kind=Kind.FAVOUR)

    assert propose(form, met(known, ana(no))).contradiction == Contradiction("no", SAID_NO)
    assert propose(form, met(known, ana())).contradiction is None


def test_what_was_said_of_another_matter_contradicts_nothing(known: Known, catalogue: Catalogue):
    """A no to a favour takes nothing back of a recommendation that was closed."""
    closed = answered(catalogue, "firm_close")
    favour = Form(requester="UANA", situation=Situation.ONE_OFF, kind=Kind.FAVOUR)
    again = Form(requester="UANA", situation=Situation.ONE_OFF, kind=Kind.RECOMMENDATION)
    again = replace(again, script="decline_polite")

    assert propose(favour, met(known, ana(closed))).contradiction is None
    assert propose(again, met(known, ana(closed))).contradiction == Contradiction("close", SAID_NO)


def test_the_script_that_is_chosen_is_held_against_history(known: Known, catalogue: Catalogue):
    """The proposed script contradicts nothing where another one would."""
    person = ana(answered(catalogue, "firm_close"), situation=Situation.REPEAT_ASKER)

    proposed = propose(Form(requester="UANA"), met(known, person))
    chosen = propose(Form(requester="UANA", script="decline_polite"), met(known, person))

    assert (proposed.script.id, proposed.contradiction) == ("no_reply", None)
    assert chosen.contradiction == Contradiction("close", SAID_NO)


# the usual situation


@pytest.mark.parametrize("script_id", ["decline_polite", "redirect_other", "repeat_no", "firm_close"])
@pytest.mark.parametrize("usual", [Situation.ONE_OFF, Situation.UNCLEAR_ASK])
def test_who_was_told_no_is_taken_to_ask_again(
    known: Known, catalogue: Catalogue, script_id: str, usual: Situation
):
    """After any told no, the next message is that of a repeat asker."""
    person = ana(answered(catalogue, script_id), situation=usual)

    assert propose(Form(requester="UANA"), met(known, person)).situation is Situation.REPEAT_ASKER


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.NOT_SENT])
def test_a_no_that_was_not_sent_changes_no_situation(known: Known, catalogue: Catalogue, outcome: Outcome):
    """A draft nobody read makes nobody a repeat asker."""
    person = ana(answered(catalogue, outcome=outcome))

    assert propose(Form(requester="UANA"), met(known, person)).situation is Situation.ONE_OFF


@pytest.mark.parametrize("script_id", ["clarify_ask", "decline_defer", "tradeoff_manager"])
@pytest.mark.parametrize("usual", [Situation.ONE_OFF, Situation.UNCLEAR_ASK])
def test_a_question_a_promise_or_a_choice_makes_nobody_a_repeat_asker(
    known: Known, catalogue: Catalogue, script_id: str, usual: Situation
):
    """Who was asked what they want, promised it for later or given a choice has not been told no."""
    person = ana(answered(catalogue, script_id), situation=usual)

    assert propose(Form(requester="UANA"), met(known, person)).situation is usual


@pytest.mark.parametrize("situation", [Situation.SUPPLIER, Situation.MENTEE, Situation.COFFEE])
def test_a_supplier_stays_a_supplier(known: Known, catalogue: Catalogue, situation: Situation):
    """Who has their own exit keeps their situation, whatever they were told."""
    person = ana(answered(catalogue), situation=situation, kind=None)

    assert propose(Form(requester="UANA"), met(known, person)).situation is situation


def test_the_author_may_say_otherwise(known: Known, catalogue: Catalogue):
    """A situation in the form is not overruled by history."""
    form = Form(requester="UANA", situation=Situation.ONE_OFF)

    assert propose(form, met(known, ana(answered(catalogue)))).situation is Situation.ONE_OFF


# prefills


@every_language
@pytest.mark.parametrize("kind", Kind)
def test_the_request_is_named_by_its_kind(known: Known, languages: Languages, kind: Kind, language: str):
    """Each kind has a noun phrase that stands in the draft until the author says it better."""
    form = Form(
        name="Ana", situation=Situation.ONE_OFF, kind=kind, language=language, script="decline_polite"
    )

    proposal = propose(form, known)

    phrase = languages[language](f"request.{kind}")
    assert proposal.prefills["request"] == phrase
    assert {"dit": "hierover"}.get(phrase, phrase) in text_of(proposal)


@every_language
def test_a_request_without_a_kind_is_called_this(known: Known, languages: Languages, language: str):
    """Nothing is guessed about what they ask for."""
    proposal = propose(Form(name="Ana", situation=Situation.ONE_OFF, language=language), known)

    assert proposal.prefills["request"] == languages[language]("request.unclear")


def test_what_they_asked_for_before_is_proposed_again(known: Known):
    """The words the author used last time for this kind come back."""
    person = ana(request="the reference for Hooli")

    form = Form(requester="UANA", script="decline_polite")

    assert propose(form, met(known, person)).prefills["request"] == "the reference for Hooli"


def test_what_they_asked_for_before_does_not_fit_another_kind(known: Known, languages: Languages):
    """An event is not called a reference."""
    form = Form(requester="UANA", situation=Situation.ONE_OFF, kind=Kind.EVENT, script="decline_polite")

    proposal = propose(form, met(known, ana(request="the reference for Hooli")))

    assert proposal.prefills["request"] == languages["en"]("request.event")


def test_the_words_of_the_author_go_before_a_prefill(known: Known):
    """What is filled in stands in the draft."""
    proposal = propose(polite(details={"request": "a letter to Hooli"}), known)

    assert "a letter to Hooli" in text_of(proposal)
    assert proposal.prefills["request"] != "a letter to Hooli"


def test_a_prefill_that_was_emptied_stays_empty(known: Known):
    """An author who clears a field is not overruled."""
    proposal = propose(polite(details={"request": ""}), known)

    assert proposal.missing == ("request",)


@pytest.mark.parametrize(
    ("before", "script_id", "detail"),
    [
        (("decline_polite",), "repeat_no", "earlier_answer"),
        (("decline_polite", "repeat_no"), "firm_close", "earlier_answer"),
        (("decline_polite", "firm_close"), "no_reply", "closed_on"),
    ],
)
def test_the_date_of_the_last_answer_is_filled_in(
    known: Known, catalogue: Catalogue, before: tuple[str, ...], script_id: str, detail: str
):
    """When they were told so is known to history."""
    answers = [answered(catalogue, one, SAID_NO + timedelta(days=n)) for n, one in enumerate(before)]

    proposal = propose(Form(requester="UANA"), met(known, ana(*answers)))

    assert proposal.script.id == script_id
    assert proposal.details[detail] == answers[-1].on.isoformat()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "asked me this 3 times since 1 May"),
        ("nl", "3 keer"),
        ("nb", "3 ganger"),
    ],
)
def test_the_behaviour_is_described_from_history(
    known: Known, catalogue: Catalogue, language: str, expected: str
):
    """A firm close says how often they asked and since when."""
    answers = [
        answered(catalogue, on=date(2027, 5, 1)),
        answered(catalogue, "repeat_no", date(2027, 5, 8)),
    ]

    proposal = propose(Form(requester="UANA", ask="new", language=language), met(known, ana(*answers)))

    assert proposal.script.id == "firm_close"
    assert expected in str(proposal.details["behaviour"])
    assert str(proposal.details["behaviour"]) in text_of(proposal)


@pytest.mark.parametrize("script_id", ["decline_polite", "redirect_other", "firm_close"])
def test_the_message_that_was_answered_is_not_a_second_ask(
    known: Known, catalogue: Catalogue, script_id: str
):
    """Another draft for a message that was answered before is still one for the first ask."""
    earlier = answered(catalogue, script_id)
    anew, next_one = (
        propose(Form(requester="UANA", ask=ask), met(known, ana(earlier))) for ask in (earlier.ask, "new")
    )

    assert (anew.situation, anew.script.id) == (Situation.ONE_OFF, "decline_recommendation")
    assert anew.contradiction is None
    assert next_one.situation is Situation.REPEAT_ASKER


def test_a_pause_that_is_over_is_forgotten(known: Known, catalogue: Catalogue):
    """Who kept to a pause and asks after it is met as if for the first time."""
    pause = replace(answered(catalogue, "coffee_pause"), situation=Situation.COFFEE, kind=None)
    form = Form(requester="UANA", situation=Situation.COFFEE, ask="new")
    proposed = {
        days: propose(form, met(known, ana(replace(pause, until=TODAY + timedelta(days=days)))))
        for days in (-1, 0, 1)
    }

    assert {days: one.script.id for days, one in proposed.items()} == {
        -1: "coffee_pause",
        0: "coffee_pause",
        1: "firm_close",
    }
    assert [days for days, one in proposed.items() if one.contradiction] == [1]


def test_a_date_that_counts_from_today_is_filled_in(known: Known, catalogue: Catalogue):
    """A pause of sixty days is proposed as its last day."""
    proposal = propose(Form(name="Ana", situation=Situation.COFFEE), known)

    assert proposal.details["pause_until"] == "2027-07-31"


# wordings


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(Outcome)), max_size=6),
    st.integers(0, 3),
)
def test_no_wording_is_told_twice_while_another_is_left(
    catalogue: Catalogue, had: list[tuple[int, Outcome]], after: int
):
    """A wording is proposed that this person was never told; none when they were told them all."""
    answers = [answered(catalogue, outcome=outcome, wording=number) for number, outcome in had]
    told = {number for number, outcome in had if outcome in {Outcome.SENT, Outcome.SILENCE}}

    fresh = unsent_wording(catalogue["decline_polite"], "en", "neutral", answers, after)

    assert (fresh is None) == (told == {1, 2, 3})
    assert fresh not in told


def test_the_next_wording_comes_next(catalogue: Catalogue):
    """Asking for another one goes forward, and round."""
    script = catalogue["decline_polite"]

    assert [unsent_wording(script, "en", "neutral", [], after) for after in (0, 1, 2, 3)] == [1, 2, 3, 1]


@pytest.mark.parametrize(
    "other",
    [{"tone": "warm"}, {"language": "nl"}, {"script_id": "redirect_other"}],
    ids=lambda other: next(iter(other)),
)
def test_another_text_is_another_wording(catalogue: Catalogue, other: dict):
    """The first wording of another tone, language or script was not told by this one."""
    answers = [answered(catalogue, **other)]

    assert unsent_wording(catalogue["decline_polite"], "en", "neutral", answers) == 1


def test_a_short_text_is_worded_anew_by_itself(known: Known, catalogue: Catalogue):
    """Short texts and those of a tone are counted apart; after the last short one the first comes again."""
    tone, short = answered(catalogue, wording=1), answered(catalogue, tone="short", wording=1)
    both = [replace(short, wording=number) for number in (1, 2)]
    form = Form(requester="UANA", script="decline_polite", channel="short")

    worded = [propose(form, met(known, ana(*answers))).draft.wording for answers in ([tone], [short], both)]

    assert worded == [1, 2, 1]


def test_a_proposal_words_it_anew_for_who_was_told_before(known: Known, catalogue: Catalogue):
    """The second no in full is not the first one once more."""
    person = ana(answered(catalogue, wording=1))
    form = Form(requester="UANA", script="decline_polite")

    proposal = propose(form, met(known, person))

    assert proposal.draft.wording == 2


# what cannot be used


def test_a_phrase_that_is_too_long_is_refused(known: Known):
    """A detail stands inside a sentence, and says so when it cannot."""
    proposal = propose(polite(details={"request": "x" * (LONGEST_PHRASE + 1)}), known)

    assert proposal.wrong == {"request": "too_long"}
    assert proposal.draft is None


def test_a_phrase_of_the_greatest_length_is_taken(known: Known):
    """The limit itself is allowed."""
    proposal = propose(polite(details={"request": "x" * LONGEST_PHRASE}), known)

    assert proposal.wrong == {}
    assert proposal.draft


def test_a_draft_that_is_too_long_is_refused(known: Known):
    """What would not fit in the edit modal is not written."""
    long = "x" * LONGEST_PHRASE
    details = {"request": long, "reason": long, "alternative": long, "thanks_for": long}
    wins = {"wins": "\n".join([long] * 3), "needs": "\n".join([long] * 2), "attempts": "some", **_contract()}

    fits = propose(polite(details=details), known)
    too_long = propose(Form(name="Ana", situation=Situation.SUPPLIER, details=wins), known)

    assert len(text_of(fits)) <= LONGEST_DRAFT
    assert too_long.wrong == {"script": "draft_too_long"}
    assert too_long.draft is None


def _contract() -> dict[str, object]:
    return {"contract_checked": True, "plan_due": "2027-06-15"}


@pytest.mark.parametrize(
    ("script_id", "filled", "why"),
    [
        ("decline_polite", {"ask_again_after": "soon"}, {"ask_again_after": "date"}),
        ("decline_polite", {"ask_again_after": "2027-02-30"}, {"ask_again_after": "date"}),
        ("mentee_handoff", {"update_in": "many"}, {"update_in": "number"}),
        ("mentee_handoff", {"update_in": "13"}, {"update_in": "number"}),
        ("mentee_handoff", {"update_in": 0}, {"update_in": "number"}),
        ("coffee_pause", {"urgent_channel": "pigeon"}, {"urgent_channel": "choice"}),
        ("mentee_handoff", {"people": ["x" * 601]}, {"people": "too_long"}),
        ("mentee_handoff", {"people": "Maya\n" + "x" * 601}, {"people": "too_long"}),
    ],
)
def test_a_value_that_cannot_be_read_says_why(catalogue: Catalogue, script_id: str, filled: dict, why: dict):
    """A wrong date, number, choice or length is named by the reason's key."""
    assert values(catalogue[script_id], filled)[1] == why


def test_values_are_read_by_their_type(catalogue: Catalogue):
    """Lines become a list, digits a number, a day a date; what is empty stays empty."""
    filled = {"people": "Maya\nOlav", "update_in": "3", "last_session": "2027-06-15", "will_introduce": False}

    read, wrong = values(catalogue["mentee_handoff"], filled)

    assert wrong == {}
    assert read == {
        "people": ("Maya", "Olav"),
        "update_in": 3,
        "last_session": date(2027, 6, 15),
        "will_introduce": False,
    }


def test_an_emptied_date_or_number_is_left_out(known: Known, catalogue: Catalogue):
    """Clearing an optional date or number is no mistake."""
    read, wrong = values(catalogue["mentee_handoff"], {"update_in": "", "last_session": ""})

    assert wrong == {}
    assert not any(read.values())
