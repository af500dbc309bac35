"""What is expected of a draft: the lint, with all that the form knows."""

from __future__ import annotations

from datetime import date

import pytest

from bot.drafting import Value
from bot.review import review
from tests.texts import CATALOGUE, LANGUAGES, LINT, MESSAGES, TODAY, filled_in

VAGUE = {
    "en": "Hi Ana, good to hear from you.",
    "nl": "Hoi Ana, fijn om van je te horen.",
    "nb": "Hei Ana! Hyggelig å høre fra deg.",
}
CLEAR = {
    "en": "Hi Ana, my answer is no.",
    "nl": "Hoi Ana, mijn antwoord is nee.",
    "nb": "Hei Ana! Svaret mitt er nei.",
}
ASKING = {
    "en": "Hi Ana, what would you like from me?",
    "nl": "Hoi Ana, wat wil je van me?",
    "nb": "Hei Ana! Hva vil du ha hjelp til?",
}
QUESTIONS = {"clarify_ask", "tradeoff_manager"}
NEITHER = {"decline_defer", "mentee_intros", "mentee_update", "supplier_written_notice"}
"""A promise, an introduction, a friendly word, a notice."""


def found(
    text: str,
    script_id: str = "decline_polite",
    language: str = "en",
    channel: str = "chat",
    known: str = "Ana",
    **details: Value,
) -> dict[str, str]:
    """The rules that a text breaks, with the words."""
    findings = review(
        LINT,
        text,
        CATALOGUE[script_id],
        language=language,
        channel=channel,
        details=details,
        known=known,
        today=TODAY,
    )
    return {one.rule: one.words for one in findings}


# the outcome


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script_id", [one for one in MESSAGES if one not in QUESTIONS | NEITHER])
def test_a_no_must_be_clear(script_id: str, language: str):
    """A text that declines, repeats or closes says no; a question does not."""
    assert found(VAGUE[language], script_id, language) == {"no_outcome": VAGUE[language]}
    assert found(ASKING[language], script_id, language) == {"no_outcome": ASKING[language]}
    assert found(CLEAR[language], script_id, language) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script_id", sorted(QUESTIONS))
def test_a_question_must_be_one(script_id: str, language: str):
    """Who asks what they want, or puts a choice to a manager, asks once and not twice."""
    twice = f"{ASKING[language]} {ASKING[language]}"

    assert found(VAGUE[language], script_id, language) == {"no_outcome": VAGUE[language]}
    assert set(found(twice, script_id, language)) == {"no_outcome"}
    assert found(ASKING[language], script_id, language) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script_id", sorted(NEITHER))
def test_what_is_no_answer_needs_no_outcome(script_id: str, language: str):
    """A promise with a date and what follows through neither refuse nor ask."""
    assert found(VAGUE[language], script_id, language) == {}


@pytest.mark.parametrize("script_id", ["mentee_handoff", "supplier_sunset"])
@pytest.mark.parametrize(("channel", "expected"), [("points", set()), ("email", {"no_outcome"})])
def test_talking_points_need_no_sentence_that_says_no(script_id: str, channel: str, expected: set[str]):
    """What is said aloud is the author's own; the same by e-mail must be clear."""
    assert set(found(VAGUE["en"], script_id, channel=channel)) == expected


# the length


@pytest.mark.parametrize(
    ("script_id", "channel", "longest"),
    [
        ("decline_polite", "chat", 80),
        ("repeat_no", "chat", 40),
        ("decline_polite", "short", 25),
        ("repeat_no", "short", 25),
    ],
)
def test_a_draft_has_the_length_of_its_script_or_channel(script_id: str, channel: str, longest: int):
    """In a chat as long as the script allows, as a text message 25 words, and one more is too many."""
    no = "My answer is no"

    assert found(" ".join([no, *["well"] * (longest - 4)]), script_id, channel=channel) == {}
    assert found(" ".join([no, *["well"] * (longest - 3)]), script_id, channel=channel) == {
        "too_long": f"{longest + 1} > {longest}"
    }


@pytest.mark.parametrize(
    ("script_id", "channel"), [("decline_polite", "email"), ("supplier_sunset", "points")]
)
def test_a_letter_and_a_conversation_take_their_time(script_id: str, channel: str):
    """By e-mail and in person there is no limit."""
    assert found("My answer is no. " + "well " * 400, script_id, channel=channel) == {}


# the door

OPEN = {
    "en": "My answer is no. Ask me next time.",
    "nl": "Mijn antwoord is nee. Vraag het de volgende keer.",
    "nb": "Svaret mitt er nei. Spør neste gang.",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("script_id", "detail", "value"),
    [
        ("decline_polite", "ask_again_after", date(2027, 6, 15)),
        ("coffee_pause", "pause_until", date(2027, 9, 1)),
        ("coffee_pause", "resume", True),
        ("decline_defer", "do_on", date(2027, 6, 15)),
    ],
)
def test_a_door_may_stand_open_where_the_author_opened_it(
    script_id: str, detail: str, value: Value, language: str
):
    """Filling in when to ask again, or to meet again, makes "next time" the author's own choice."""
    assert "open_door" in found(OPEN[language], script_id, language)
    assert "open_door" not in found(OPEN[language], script_id, language, **{detail: value})


@pytest.mark.parametrize("shut", [{}, {"ask_again_after": ""}, {"reason": "I promised"}])
def test_a_door_stays_shut_until_it_is_opened(shut: dict[str, Value]):
    """Neither an empty date nor another detail opens one."""
    assert found(OPEN["en"], **shut) == {"open_door": "next time"}


def test_a_yes_or_no_opens_a_door_only_with_yes():
    """Who does not want to meet again has opened nothing."""
    assert "open_door" in found(OPEN["en"], "coffee_pause", resume=False)


# what is known


@pytest.mark.parametrize(
    ("text", "stranger"),
    [
        ("My answer is no. Ask Bob about it.", "Bob"),
        ("My answer is no, as it was in 2019.", "2019"),
        ("My answer is no, Ana, and so is Petra's.", "Petra's"),
    ],
)
def test_what_nobody_gave_stands_out(text: str, stranger: str):
    """A name or a number that was not filled in is pointed at."""
    assert found(text) == {"invented": stranger}


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("My answer is no. Ask Bob about it.", {"alternative": "ask Bob for you"}),
        ("My answer is no. From 15 June 2027 you may write to me.", {"ask_again_after": date(2027, 6, 15)}),
        ("My answer is no. Both Maya and Olav know.", {"people": ("Maya in accounts", "Olav")}),
        ("My answer is no. Tell me in 3 months.", {"update_in": 3}),
    ],
)
def test_what_was_filled_in_is_known(text: str, details: dict[str, Value]):
    """Words, the items of a list, numbers and dates with their year come from the author."""
    assert set(found(text)) >= {"invented"}
    assert found(text, **details) == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "My answer is no. The last day is 31 August 2027."),
        ("nl", "Mijn antwoord is nee. De laatste dag is 31 augustus 2027."),
        ("nb", "Svaret mitt er nei. Siste dag er 31. august 2027."),
    ],
)
def test_a_date_is_known_as_it_is_written(language: str, text: str):
    """Day, month and year of a date that was filled in are no invention, in any language."""
    assert "invented" in found(text, language=language)
    assert found(text, language=language, end_date=date(2027, 8, 31)) == {}


def test_names_are_known_by_what_else_is_said_of_them():
    """The requester's name, and the author's under an e-mail, are not invented."""
    text = "Dear Ana Ruiz, my answer is no.\n\nBest regards,\nRobin Visser"

    assert "invented" in found(text, known="Ana")
    assert found(text, known="Ana Ruiz Robin Visser") == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_a_stranger_in_a_draft_of_ones_own(language: str):
    """No detail of any script, as its example has it, is taken for an invention."""
    for script in (CATALOGUE[script_id] for script_id in MESSAGES):
        details = filled_in(script, language)
        told = [one for one in details.values() if isinstance(one, str)]
        told += [item for one in details.values() if isinstance(one, tuple) for item in one]

        text = ". ".join(("x", *told))

        assert "invented" not in found(text, script.id, language, **details), script.id
