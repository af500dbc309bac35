"""What weakens a no is found, and nothing else is."""

from __future__ import annotations

import random
import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import Catalogue, Script
from bot.drafting import CHAT, Request, compose, voice
from bot.filling import values
from bot.lint import Expected, Finding, Lint, Rule, Rules
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.review import review

LINT = Lint.load(TEMPLATES / "lint")
LANGUAGES = ("en", "nb", "nl")
RULES = (
    "no_outcome",
    "hedge",
    "apology",
    "unfortunately",
    "bare_time",
    "open_door",
    "undated_promise",
    "many_reasons",
    "ledger",
    "blame",
    "threat",
    "mixed_address",
    "too_long",
    "invented",
)
NOT_QUOTED = {"no_outcome", "too_long", "mixed_address"}
"""Faults of a whole text: they point at its start, its length or words from two places."""

CORPUS = tomllib.loads((Path(__file__).parent / "lint_corpus.toml").read_text(encoding="utf-8"))
SCRIPTS = sorted(path.parent.name for path in (TEMPLATES / "scripts").glob("*/script.toml"))
TODAY = date(2027, 1, 15)
LONG = 40_000

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_rule = pytest.mark.parametrize(
    ("language", "rule"),
    [(language, rule) for language in LANGUAGES for rule in LINT.by_language[language].rules],
)


def _drafts(kind: str, of: str) -> list[Any]:
    """Drafts of the corpus as parameters, each known by its language, what it is of, and a number."""
    seen: Counter[str] = Counter()
    made = []
    for draft in CORPUS[kind]:
        name = f"{draft['language']}-{draft.get(of, kind)}"
        seen[name] += 1
        made.append(pytest.param(draft, id=f"{name}-{seen[name]}"))
    return made


def _found(draft: dict[str, Any]) -> list[Finding]:
    expected = Expected(
        outcome=draft.get("outcome", "no"),
        longest=draft.get("longest", 0),
        door=draft.get("door", False),
        known=draft.get("known"),
    )
    return LINT.findings(draft["text"], draft["language"], expected)


@pytest.mark.parametrize("draft", _drafts("bad", "rule"))
def test_a_bad_draft_breaks_its_rule(draft: dict[str, Any]):
    """What people write when they find it hard to say no is found, under the right rule."""
    assert draft["rule"] in [finding.rule for finding in _found(draft)]


@pytest.mark.parametrize("draft", _drafts("bad", "rule"))
def test_a_finding_points_at_words_of_the_text(draft: dict[str, Any]):
    """Whatever a finding quotes can be looked up in the draft."""
    quoted = [finding.words for finding in _found(draft) if finding.rule not in NOT_QUOTED]

    assert [words for words in quoted if not words or words not in draft["text"]] == []


@pytest.mark.parametrize("draft", _drafts("good", "rule"))
def test_a_good_draft_is_left_alone(draft: dict[str, Any]):
    """A clear no has no findings, even with words that look like a fault."""
    assert _found(draft) == []


@pytest.mark.parametrize("draft", _drafts("reference", "play"))
def test_a_reference_draft_is_left_alone(draft: dict[str, Any]):
    """The drafts that the rules were made for break none."""
    assert _found(draft) == []


@pytest.mark.parametrize(
    ("language", "rule", "phrase"),
    [
        (language, rule, phrase)
        for language, rules in CORPUS["tried"].items()
        for rule, phrases in rules.items()
        for phrase in phrases
    ],
)
def test_a_phrase_that_was_tried_out_is_found(language: str, rule: str, phrase: str):
    """No rule loses a phrase of the word lists that were tried out first."""
    given = LINT.by_language[language].rules[rule]

    assert given.phrases.search(phrase.lower())


@every_rule
def test_every_rule_is_tried_in_every_language(language: str, rule: str):
    """No rule goes without a bad draft."""
    assert (language, rule) in {(draft["language"], draft["rule"]) for draft in CORPUS["bad"]}


def test_every_language_of_the_app_has_rules(languages: Languages):
    """A draft is looked at in whatever language it is written."""
    assert set(LINT.by_language) == set(languages.by_code)


@every_language
def test_every_language_has_the_same_rules(language: str):
    """No fault is found in one language only, but for address in a language with one form of it."""
    rules = tuple(LINT.by_language[language].rules)

    assert (
        rules == RULES if language != "en" else rules == tuple(one for one in RULES if one != "mixed_address")
    )


@every_rule
def test_a_rule_says_why_and_what_to_do(language: str, rule: str):
    """A finding explains itself in a sentence, and says the fix in another."""
    given = LINT.by_language[language].rules[rule]

    assert given.why.endswith(".")
    assert given.fix.endswith(".")


def test_several_faults_are_found_in_the_order_of_the_rules():
    """A draft with several faults lists each once."""
    found = LINT.findings("Sorry, I'm too busy. Maybe next time, maybe never.", "en")

    assert [finding.rule for finding in found] == ["hedge", "apology", "bare_time", "open_door"]


def test_a_language_without_rules_has_no_findings():
    """An unknown language is not an error."""
    assert LINT.findings("Sorry, maybe.", "fr") == []


@pytest.mark.parametrize("words", ["I'm sorry", "I’m sorry", "Im sorry", "i'm sorry", "I'M SORRY"])
def test_a_phrase_is_found_however_it_is_typed(words: str):
    """A list of phrases minds neither capitals nor apostrophes, and what is pointed at is as it was typed."""
    (found,) = (one for one in LINT.findings(f"No, {words}, Ana.", "en") if one.rule == "apology")
    assert found.words in words
    assert found.words.lower().endswith("sorry")


def test_a_letter_that_becomes_two_puts_nothing_out_of_place():
    """Of "İ" lower case makes two letters; the words that are pointed at are still the right ones."""
    found = LINT.findings("No, İbrahim, sorry about that.", "en")
    assert [one.words for one in found if one.rule == "apology"] == ["sorry"]


def test_a_phrase_is_found_as_a_whole_word_only():
    """A list of phrases finds no part of a word."""
    assert not Rule(phrases=["may", "be"], why="", fix="").phrases.search("maybe")


def test_a_long_phrase_goes_on_on_the_next_line():
    """A line break in a phrase is no part of it."""
    assert Rule(phrases=["(?:one|\n  two)"], why="", fix="").phrases.search("two")


def test_a_fault_does_not_count_in_a_sentence_with_an_excuse_for_it():
    """What `unless` finds speaks for its own sentence and for no other."""
    rule = Rule(phrases=["no time"], unless=["audit"], why="", fix="")
    lint = Lint({"en": Rules(outcome=["no"], rules={"time": rule})})

    found = lint.findings("No time during the audit. NO TIME.", "en")

    assert [finding.words for finding in found] == ["NO TIME"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Kun je me voorstellen?", "je"),
        ("Heb jij even? Ik wil jou en jouw team iets vragen.", "je"),
        ("Kunt u mij voorstellen aan uw directeur?", "u"),
        ("Graag een reactie van u.", "u"),
        ("Kunt u even kijken als je tijd hebt?", ""),
        ("Ik zoek een introductie bij HR.", ""),
        ("Can u help me out? I'd like to ask for u to join.", ""),
        ("Stuur a.u.b. iets voor 14 u over de u-bocht bij Nu.nl.", ""),
    ],
)
def test_a_form_of_address_is_mirrored(text: str, address: str):
    """An answer uses the form that the message uses; a message with both or neither leaves it open."""
    assert LINT.address_of(text, "nl") == address


@pytest.mark.parametrize(("language", "forms"), [("en", ()), ("nb", ()), ("nl", ("je", "u"))])
def test_only_a_language_with_two_forms_of_address_offers_them(language: str, forms: tuple[str, ...]):
    """The familiar form comes first; where there is one form, there is nothing to choose."""
    assert LINT.addresses(language) == forms


def test_a_language_with_one_form_of_address_mirrors_nothing():
    """There is no form to take over from an English message."""
    assert LINT.address_of("Can you help me out?", "en") == ""


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Thanks, Ana.", "Ana"),
        ("I won't use Ana's slot, or Ana’s room.", "Ana"),
        ("It's in James' and Chris's hands.", "James Chris"),
        ("It's Sannes beurt.", "Sanne"),
        ("I read the Ana Costa file.", "ana costa"),
        ("Ask Ana.", "Ana's CV"),
        ("From 15 June, at 9:30 or 14.00.", "15 June 9:30 14.00"),
        ("Room 4 or 12.", "rooms 4B and 12"),
        ("Pay 1,500 by 2028.", "1,500 in 2028"),
        ("On Monday in May I use Slack for 1:1s in English.", ""),
        ("Thanks! Someone else will. Nobody knows.\n\nBest wishes", ""),
        ("Thanks 👋 Have fun. (Really.) «Nei» … Well, no: My answer stands.", ""),
        ("1. One\n2. Two", ""),
    ],
)
def test_what_is_known_is_not_invented(text: str, known: str):
    """Names, numbers and dates that were filled in may be used, and a capital starts any sentence."""
    assert _invented(text, known) == []


@pytest.mark.parametrize(
    ("text", "known", "words"),
    [
        ("I won't, but Fatima will.", "Ana", "Fatima"),
        ("I'll ask Ana-Maria.", "Ana", "Ana-Maria"),
        ("It's on Fatima's desk.", "Ana", "Fatima's"),
        ("From 16 June.", "15 June", "16"),
        ("Ring me at 9:45.", "9:30", "9:45"),
        ("Svar innen kl. 10.", "Ana", "10"),
        ("Ask @Fatima.", "Ana", "Fatima"),
        ("Ask the Élan team.", "Ana", "Élan"),
    ],
)
def test_what_nobody_filled_in_is_found(text: str, known: str, words: str):
    """A name or number from elsewhere stands out."""
    assert _invented(text, known) == [words]


def test_nothing_is_invented_in_a_text_from_nowhere():
    """Without knowing what was filled in, no name is wrong."""
    assert LINT.findings("Fatima and Bram have 16 chairs.", "en") == []


def _invented(text: str, known: str) -> list[str]:
    found = LINT.findings(text, "en", Expected(known=known))
    return [finding.words for finding in found if finding.rule == "invented"]


@pytest.mark.parametrize("outcome", ["no", "question"])
def test_a_long_text_without_an_outcome_is_quoted_in_part(outcome: Any):
    """A finding about a whole text quotes as much as fits on a line."""
    found = LINT.findings("So much to say.\n" * 50, "en", Expected(outcome=outcome))

    assert [len(finding.words) <= 60 for finding in found if finding.rule == "no_outcome"] == [True]


def _pathological(language: str) -> Iterator[Any]:
    """Texts that make a careless pattern slow: repeats, half phrases, one endless word or sentence."""
    repeats = [
        "a",
        "so ",
        "I ",
        "you ",
        "je ",
        "jeg ",
        "no ",
        "A'",
        "A-",
        "1.",
        "9:",
        "? ",
        "\n",
        "’",
        "😀",
        "Ana, ",
    ]
    for repeated in repeats:
        yield pytest.param(language, (repeated * LONG)[:LONG], id=f"{language}-{repeated!r}")
    given = LINT.by_language[language]
    patterns = [given.outcome, *(rule.phrases for rule in given.rules.values() if rule.phrases)]
    words = sorted({word for pattern in patterns for word in re.findall(r"[a-zæøåéï]{2,}", pattern.pattern)})
    random.Random(language).shuffle(words)
    runs = (" ".join([word] * 40) for word in words)
    yield pytest.param(language, " ".join(runs)[:LONG], id=f"{language}-words")


@pytest.mark.parametrize(
    ("language", "text"), [one for language in LANGUAGES for one in _pathological(language)]
)
def test_a_long_text_is_read_in_well_under_a_second(language: str, text: str):
    """The longest text that Slack takes costs next to nothing, whatever is in it."""
    start = time.process_time()

    LINT.findings(text, language, Expected("no", 80, known="Ana"))

    assert time.process_time() - start < 1


@given(
    text=st.text(),
    language=st.sampled_from(LANGUAGES),
    expected=st.builds(
        Expected,
        outcome=st.sampled_from(["no", "question", ""]),
        longest=st.integers(0, 200),
        door=st.booleans(),
        known=st.none() | st.text(),
    ),
)
def test_any_text_can_be_looked_at(text: str, language: str, expected: Expected):
    """Whatever somebody types, findings are words and never an error."""
    assert all(isinstance(finding.words, str) for finding in LINT.findings(text, language, expected))


@every_language
@pytest.mark.parametrize("script_id", SCRIPTS)
def test_no_draft_that_ships_has_a_finding(catalogue: Catalogue, script_id: str, language: str):
    """Every wording is clean in each channel and form of address, with all details and with the fewest."""
    faults = [
        (finding.rule, finding.words, text)
        for text, found in _reviewed(catalogue[script_id], language)
        for finding in found
    ]

    assert faults == []


def _reviewed(script: Script, language: str) -> Iterator[tuple[str, list[Finding]]]:
    """Every text that the script can make of its examples, with its findings."""
    name = script.words[language].example_name
    every, _ = values(script, script.examples(language))
    kept = {detail.id for detail in script.facts.details if detail.required or detail.default is not None}
    least = {one: value for one, value in every.items() if one in kept}
    forms = LINT.addresses(language) or ("",)
    channels = (CHAT, *script.facts.channels)
    for details, address, channel, tone in product((every, least), forms, channels, script.facts.tones):
        for wording in _numbers(script, language, tone, channel):
            asked = Request(script, language, name, TODAY, tone, wording, details, channel, address)
            text = compose(asked).text
            found = review(
                LINT,
                text,
                script,
                language=language,
                channel=channel,
                details=details,
                known=name,
                today=TODAY,
            )
            yield text, found


def _numbers(script: Script, language: str, tone: str, channel: str) -> list[int]:
    return [wording.number for wording in script.wordings(language, voice(tone, channel))]


@every_language
def test_no_example_holds_a_fault(catalogue: Catalogue, language: str):
    """What authors are shown as an example would not be found fault with."""
    examples = [
        str(one)
        for script in catalogue.scripts.values()
        for given in script.examples(language).values()
        for one in (given if isinstance(given, list) else [given])
    ]

    assert [one for one in examples if LINT.findings(one, language)] == []
