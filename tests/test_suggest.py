"""What a message seems to be, and why; how that is learnt, and that the page tells the truth about it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.catalogue import Kind, Situation, Step
from bot.cli import app
from bot.ladder import Answer, Outcome, Relationship
from bot.paths import TEMPLATES
from bot.records import Person
from bot.suggest import Doubt, Suggester, Suggestion
from bot.suggest.features import FAMILIES, GROUPS
from bot.suggest.lexicon import LANGUAGES, Lexicon
from tests.training import compare, measuring, train
from tests.training.material import held_out, in_other_languages, labelled, nearly_the_same

FOLDER = TEMPLATES / "suggest"
SUGGESTER = Suggester.load(FOLDER)
TODAY = date(2025, 3, 3)
ODD = {
    "nothing": "",
    "spaces": " \n\t ",
    "one emoji": "👍",
    "only marks": "?!… --- ***",
    "only a link": "https://example.com/a/b?c=d",
    "only figures": "12 345 6,7",
    "another script": "こんにちは、元気ですか",
    "German": "Könnten Sie mir bitte morgen ein Angebot für die neuen Fenster schicken?",
    "French": "Est-ce que tu pourrais me présenter à ton ancien patron ?",
    "code": "for (int i = 0; i < n; i++) { total += values[i]; }",
    "one long word": "a" * 40_000,
    "surrogates and zeros": "\ud800 \x00 \u202e",
}


def answered(situation: Situation, kind: Kind | None, *, step: Step = Step.DECLINE, ask: str = "1") -> Answer:
    """An answer that was sent in February."""
    return Answer(
        ask=ask,
        on=date(2025, 2, 1),
        situation=situation,
        kind=kind,
        script_id="decline_polite",
        step=step,
        variant="plain",
        outcome=Outcome.SENT,
        language="en",
        tone="warm",
        wording=1,
    )


def chance(suggestion: Suggestion, situation: Situation) -> float:
    """How likely a situation was held to be."""
    return next(guess.confidence for guess in suggestion.guesses if guess.situation is situation)


# what comes out


@pytest.mark.parametrize(
    ("text", "language", "situation", "kind"),
    [
        ("Coffee this Thursday? Our usual place", "en", Situation.COFFEE, Kind.COFFEE),
        ("Zou je me kunnen voorstellen aan je baas?", "nl", Situation.ONE_OFF, Kind.INTRODUCTION),
        ("Fakturaen deres er ikke betalt, når kan vi vente den?", "nb", Situation.SUPPLIER, Kind.CONTRACT),
        ("Thank you so much for the reference, I got the job!", "en", Situation.NONE, None),
        (
            "Når har vi neste veiledningstime? Jeg har øvd på det du lærte meg.",
            "nb",
            Situation.MENTEE,
            Kind.MENTORING,
        ),
    ],
)
def test_a_plain_message_is_read_as_what_it_is(
    text: str, language: str, situation: Situation, kind: Kind | None
):
    """Language, situation and kind of messages that leave no doubt."""
    suggestion = SUGGESTER.suggest(text)

    assert (suggestion.language, suggestion.best.situation, suggestion.best.kind) == (
        language,
        situation,
        kind,
    )
    assert suggestion.sure


def test_the_ranking_has_every_situation_once_and_adds_up_to_one():
    """A guess for each situation, likeliest first."""
    guesses = SUGGESTER.suggest("Could you help me out with something?").guesses

    assert {guess.situation for guess in guesses} == set(Situation)
    assert [guess.confidence for guess in guesses] == sorted((g.confidence for g in guesses), reverse=True)
    assert sum(guess.confidence for guess in guesses) == pytest.approx(1, abs=0.001)


def test_a_kind_goes_with_its_situation():
    """Nothing to decline has no kind, and the others only those that the material has for them."""
    possible = dict(zip(Situation, SUGGESTER.model.facts.kinds, strict=True))
    for one in held_out():
        for guess in SUGGESTER.suggest(one.text).guesses:
            kinds = [list(Kind)[number] for number in possible[guess.situation]]
            assert guess.kind in kinds or (guess.situation is Situation.NONE and guess.kind is None)


def test_evidence_is_words_of_the_message():
    """Every reason stands in the message as it is given."""
    for one in held_out():
        assert all(words in one.text for words in SUGGESTER.suggest(one.text).evidence)


def test_evidence_says_why():
    """The usual place is why a coffee is a regular's."""
    assert "usual" in " ".join(SUGGESTER.suggest("Coffee on Friday, our usual table?").evidence)


def test_what_may_be_nothing_to_decline_is_not_preselected_as_an_ask():
    """An ask is not preselected while a thank-you is still likely."""
    for one in held_out():
        suggestion = SUGGESTER.suggest(one.text)
        if suggestion.sure and suggestion.best.situation is not Situation.NONE:
            assert chance(suggestion, Situation.NONE) <= SUGGESTER.model.facts.harmless


# what is no message


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_what_is_no_message_leaves_doubt(text: str):
    """Nothing is preselected, nothing is given as a reason, and confidence is low."""
    suggestion = SUGGESTER.suggest(text)

    assert suggestion.doubt in {Doubt.EMPTY, Doubt.LANGUAGE}
    assert suggestion.best.confidence < 0.5
    assert suggestion.evidence == ()


def test_only_the_beginning_of_a_long_text_is_read():
    """Forty thousand characters say what their first two thousand say."""
    ask = "Could you introduce me to your manager? "

    assert SUGGESTER.suggest(ask * 1000) == SUGGESTER.suggest((ask * 100)[:2400])


def test_two_languages_in_one_message_are_one_of_them():
    """A message that mixes languages is read in one it knows."""
    suggestion = SUGGESTER.suggest(
        "Hoi! Zullen we onze weekly coffee doen? Same place, same time, zoals altijd"
    )

    assert suggestion.language in LANGUAGES
    assert suggestion.best.situation is Situation.COFFEE


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_no_text_is_an_error(text: str):
    """Whatever is written, there is an answer."""
    suggestion = SUGGESTER.suggest(text)

    assert 0 <= suggestion.best.confidence <= 1


# history


def test_a_supplier_is_more_likely_a_supplier():
    """Who is noted as a supplier writes as one."""
    text = "Shall we plan the next one for June?"
    known = Person("Ana", relationship=Relationship.SUPPLIER)

    assert chance(SUGGESTER.suggest(text, known), Situation.SUPPLIER) > chance(
        SUGGESTER.suggest(text), Situation.SUPPLIER
    )


def test_an_earlier_no_makes_a_repeat_asker():
    """A plain ask after a no is asking again."""
    text = "Could you introduce me to your manager?"
    refused = Person("Ana", answers=(answered(Situation.ONE_OFF, Kind.INTRODUCTION),))

    assert SUGGESTER.suggest(text).best.situation is Situation.ONE_OFF
    assert chance(SUGGESTER.suggest(text, refused), Situation.REPEAT_ASKER) > 2 * chance(
        SUGGESTER.suggest(text), Situation.REPEAT_ASKER
    )


def test_the_drafts_for_the_message_itself_are_no_history():
    """Opening the same message again changes nothing."""
    text = "Could you introduce me to your manager?"
    drafted = Person("Ana", answers=(answered(Situation.ONE_OFF, Kind.INTRODUCTION, ask="m1"),))

    assert SUGGESTER.suggest(text, drafted, ask="m1", today=TODAY) == SUGGESTER.suggest(text)


def test_a_mentee_who_asks_again_stays_a_mentee():
    """A running mentorship goes before an earlier no."""
    text = "Could you help me with my presentation again?"
    mentee = Person("Ana", situation=Situation.MENTEE, answers=(answered(Situation.ONE_OFF, Kind.FAVOUR),))
    stranger = replace(mentee, situation=None)

    assert chance(SUGGESTER.suggest(text, mentee), Situation.MENTEE) > chance(
        SUGGESTER.suggest(text, stranger), Situation.MENTEE
    )


def test_a_coffee_regular_who_was_told_no_asks_again():
    """After a no, coffee with a regular is less likely just coffee."""
    regular = Person("Ana", situation=Situation.COFFEE)
    refused = replace(regular, answers=(answered(Situation.COFFEE, Kind.COFFEE),))
    text = "Shall we meet up on Friday?"

    assert chance(SUGGESTER.suggest(text, refused), Situation.COFFEE) < chance(
        SUGGESTER.suggest(text, regular), Situation.COFFEE
    )


@pytest.mark.parametrize("relationship", Relationship)
def test_a_thank_you_stays_one_whoever_writes_it(relationship: Relationship):
    """History never makes an ask of what is none."""
    known = Person("Ana", relationship=relationship, answers=(answered(Situation.ONE_OFF, Kind.FAVOUR),))
    text = "Thanks a lot for your help yesterday!"

    assert chance(SUGGESTER.suggest(text, known), Situation.NONE) == pytest.approx(
        chance(SUGGESTER.suggest(text), Situation.NONE), abs=0.001
    )


# the command line


def test_the_command_prints_the_ranking_and_the_reasons():
    """A line for each situation, the language, and the words that spoke for the first."""
    shown = CliRunner().invoke(app, ["suggest", "Coffee this Thursday? Our usual place"])

    assert shown.exit_code == 0
    assert shown.stdout.startswith("coffee")
    assert "language: en" in shown.stdout
    assert "usual" in shown.stdout.splitlines()[-1]


def test_the_command_says_why_it_is_not_sure():
    """Nothing to read is said to be nothing to read."""
    assert "no words" in CliRunner().invoke(app, ["suggest", "👍"]).stdout


def test_lines_of_json_become_lines_of_json():
    """Each message by its id, in order, with what the modal needs."""
    given_lines = '{"id": 7, "text": "Takk for kaffen!"}\n\n{"id": "b", "text": ""}\n'
    shown = CliRunner().invoke(app, ["suggest", "--jsonl"], input=given_lines)
    first, second = map(json.loads, shown.stdout.splitlines())

    assert (first["id"], first["language"], first["situation"], first["kind"]) == (7, "nb", "none", "none")
    assert set(first) == {"id", "language", "situation", "kind", "confidence", "evidence", "sure"}
    assert (second["id"], second["sure"]) == ("b", False)


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"id": 1}', '{"id": 1, "text": 2}'])
def test_a_line_that_is_no_message_is_refused(line: str):
    """It says which line, and gives the exit code of a call that cannot be carried out."""
    shown = CliRunner().invoke(app, ["suggest", "--jsonl"], input=line)

    assert shown.exit_code == 2
    assert "line 1" in shown.output


# the file and the lexicon


def test_scoring_loads_nothing_that_training_needs():
    """The app reads messages without the libraries it learns with."""
    code = "import sys, bot.suggest; print(*{'numpy', 'scipy', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_the_file_is_small():
    """Less than two megabytes are shipped."""
    assert (FOLDER / "model.bin").stat().st_size < 2_000_000


def test_the_file_is_what_the_material_makes():
    """Training on the messages and the lexicon gives the same bytes.

    Only the two figures that cross-validation gives are taken from the file: it takes minutes.
    """
    facts = SUGGESTER.model.facts

    made = train.model(labelled(), in_other_languages(), facts.sharpness, facts.sure)

    assert made == (FOLDER / "model.bin").read_bytes()


def test_another_file_is_refused(tmp_path: Path):
    """What does not begin like a model is none."""
    for name in ("concepts.txt", "words.txt"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "model.bin").write_bytes(b"something else")

    with pytest.raises(ValueError, match="no model"):
        Suggester.load(tmp_path)


def test_every_concept_has_words_in_every_language():
    """No language lacks a concept, and no concept has a family that is not known."""
    lexicon = Lexicon.load(FOLDER)
    for language in LANGUAGES:
        known = lexicon.by_language[language]
        numbers = {number for numbers in known.exact.values() for number in numbers}
        for entries in (known.beginnings, known.endings, known.phrases):
            numbers |= {number for some in entries.values() for _, number in some}
        assert numbers == set(range(len(lexicon.concepts)))
    assert {concept.family for concept in lexicon.concepts} == {*FAMILIES, ""}


def test_no_beginning_is_shorter_than_what_it_is_looked_up_by():
    """Beginnings and endings have two letters at least."""
    lexicon = Lexicon.load(FOLDER)
    for known in lexicon.by_language.values():
        assert all(len(edge) == 2 for edge in (*known.beginnings, *known.endings))


def test_every_group_of_features_has_its_worth():
    """One worth for each group."""
    assert len(SUGGESTER.model.facts.groups) == len(GROUPS)


# the measure


def test_no_held_out_message_is_learnt_from():
    """None is in the material, whatever its case and spacing, or shares seven words in ten with one there."""
    for language in LANGUAGES:
        learnt, held = (
            [one.text for one in all_of_it if one.language == language]
            for all_of_it in (labelled(), held_out())
        )
        known = {" ".join(text.casefold().split()) for text in learnt}
        assert not known & {" ".join(text.casefold().split()) for text in held}
        assert [(held[one], learnt[other]) for one, other in nearly_the_same(held, learnt)] == []


def test_no_group_is_on_both_sides_of_a_fold():
    """What says nearly the same is learnt from or read, never both."""
    messages = labelled()
    for learn, see in measuring.folds(messages):
        assert not {messages[one].group for one in learn} & {messages[one].group for one in see}


def test_the_page_shows_the_figures_that_were_kept():
    """The tables are those of the kept figures."""
    figures = json.loads(compare.FIGURES.read_text(encoding="utf-8"))
    shown = compare.PAGE.read_text(encoding="utf-8")

    assert compare.page(figures, shown) == shown


def test_the_kept_figures_are_those_of_the_shipped_way():
    """The held-out messages give what was kept, and a tenth of the others what all of them gave, nearly."""
    figures = json.loads(compare.FIGURES.read_text(encoding="utf-8"))
    messages, others = labelled(), held_out()
    learn, see = measuring.folds(messages)[0]
    new = [messages[one] for one in see]

    scores = compare.shipped([messages[one] for one in learn], new)
    told = measuring.NAMES[scores.argmax(axis=1)]
    right = sum(said == one.situation for said, one in zip(told, new, strict=True)) / len(new)

    assert figures["cross_validated"]["all"]["messages"] == len(messages)
    assert right == pytest.approx(figures["cross_validated"]["all"]["accuracy"], abs=0.02)
    assert measuring.figures(others, compare.read_by_the_app(others)) == figures["held_out"]
