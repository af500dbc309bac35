"""What weakens a no is found, and nothing else is."""

from __future__ import annotations

import pytest

from bot.catalogue import Catalogue
from bot.lint import Lint
from bot.localization import Languages
from bot.paths import TEMPLATES

RULES = ("hedge", "apology", "bare_time", "open_door", "unfortunately")
LANGUAGES = ("en", "nl", "nb")

WEAK = [
    ("en", "hedge", "Maybe I can do it.", "Maybe"),
    ("en", "hedge", "I'll think about it.", "I'll think about"),
    ("en", "hedge", "Hopefully it works out.", "Hopefully"),
    ("en", "apology", "Sorry, no.", "Sorry"),
    ("en", "apology", "My apologies, but no.", "apologies"),
    ("en", "bare_time", "I don't have time for it.", "don't have time"),
    ("en", "bare_time", "I'm too busy.", "too busy"),
    ("en", "open_door", "Ask me next time.", "next time"),
    ("en", "open_door", "Reach out any time.", "Reach out any time"),
    ("en", "unfortunately", "Unfortunately no. Unfortunately never.", "Unfortunately"),
    ("nl", "hedge", "Misschien kan ik het.", "Misschien"),
    ("nl", "hedge", "We zien wel.", "We zien wel"),
    ("nl", "apology", "Sorry, nee.", "Sorry"),
    ("nl", "apology", "Het spijt me.", "Het spijt me"),
    ("nl", "bare_time", "Ik heb geen tijd.", "geen tijd"),
    ("nl", "bare_time", "Ik heb het erg druk.", "erg druk"),
    ("nl", "open_door", "Vraag het de volgende keer.", "volgende keer"),
    ("nl", "unfortunately", "Helaas niet, jammer genoeg.", "jammer genoeg"),
    ("nb", "hedge", "Kanskje får jeg det til.", "Kanskje"),
    ("nb", "hedge", "Vi får se.", "Vi får se"),
    ("nb", "apology", "Beklager, nei.", "Beklager"),
    ("nb", "bare_time", "Jeg har ikke tid.", "har ikke tid"),
    ("nb", "bare_time", "Jeg har det for travelt.", "for travelt"),
    ("nb", "open_door", "Spør neste gang.", "neste gang"),
    ("nb", "unfortunately", "Dessverre nei, dessverre.", "dessverre"),
]
CLEAR = [
    ("en", "My answer is no, because I only write references for people I've managed."),
    ("en", "Unfortunately it's a no from me."),
    ("en", "It takes no timetable to see the maybes of others."),
    ("nl", "Daar zeg ik nee tegen: ik heb je werk te kort van dichtbij gezien."),
    ("nl", "Helaas is mijn antwoord nee."),
    ("nb", "Jeg takker nei, for jeg kjenner arbeidet ditt for lite."),
    ("nb", "Du får se organisasjonen fra en ny kant. Dessverre ikke med meg."),
]
TESTED_LISTS = {
    "hedge": {
        "en": r"\b(maybe|perhaps|I'll (?:see|try|think about)|let me (?:see|think|check)|not sure if I can"
        r"|at some point|we'll see|might be able|hopefully)\b",
        "nl": r"\b(misschien|wellicht|ik (?:kijk|ga kijken|zal kijken|denk er(?: nog)? over na)|we zien wel"
        r"|wie weet|eventueel|hopelijk lukt|een andere keer|binnenkort)\b",
        "nb": r"\b(kanskje|muligens|(?:vi|jeg|det) får se|får vi se|jeg skal (?:se|prøve)|en annen gang"
        r"|etter hvert|forhåpentlig|snart)\b",
    },
    "apology": {
        "en": r"\b(sorry|apolog\w+|I feel (?:bad|terrible)|forgive me)\b",
        "nl": r"\b(sorry|excuses|het spijt me|neem me niet kwalijk|vergeef)\b",
        "nb": r"\b(beklager|unnskyld|sorry|lei for)\b",
    },
    "bare_time": {
        "en": r"\b(?:no|don't have (?:the )?|haven't got )\s?time\b|\btoo busy\b|\bswamped\b|\bso busy\b",
        "nl": r"\bgeen tijd\b|\b(?:te|heel|zo|erg) druk\b",
        "nb": r"\b(?:ikke|har ikke) tid\b|\b(?:for|så|veldig) travelt\b|\bmye å gjøre\b",
    },
    "open_door": {
        "en": r"\b(next time|in the future|another time|keep me posted|reach out (?:again|any ?time)"
        r"|let's catch up soon|when things calm down)\b",
        "nl": r"\b(volgende keer|in de toekomst|een andere keer|als het rustiger is|we houden contact"
        r"|je mag altijd|hou me op de hoogte)\b",
        "nb": r"\b(neste gang|i framtiden|i fremtiden|en annen gang|når det roer seg|vi holder kontakten"
        r"|bare si fra|hold meg oppdatert)\b",
    },
    "unfortunately": {
        "en": r"\bunfortunately\b",
        "nl": r"\b(?:helaas|jammer genoeg)\b",
        "nb": r"\b(?:dessverre|diverre)\b",
    },
}
"""The lists as they were tried out on reference drafts, bad drafts and acceptances."""


@pytest.fixture(scope="module")
def lint() -> Lint:
    """The rules as they ship."""
    return Lint.load(TEMPLATES / "lint")


def test_every_language_of_the_app_has_rules(lint: Lint, languages: Languages):
    """A draft is looked at in whatever language it is written."""
    assert set(lint.rules) == set(languages.by_code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_rules(lint: Lint, language: str):
    """No fault is found in one language only."""
    assert tuple(lint.rules[language]) == RULES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_the_words_that_were_tried_out(lint: Lint, rule: str, language: str):
    """Each word of the tested list is in its rule, whatever its case."""
    pattern = lint.rules[language][rule].pattern.pattern

    assert pattern == f"(?i){TESTED_LISTS[rule][language]}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_why_and_what_to_do(lint: Lint, rule: str, language: str):
    """A finding explains itself in a sentence, and says the fix in another."""
    found = lint.rules[language][rule]

    assert found.why.endswith(".")
    assert found.fix.endswith(".")


@pytest.mark.parametrize(("language", "rule", "text", "words"), WEAK)
def test_a_weak_no_is_found(lint: Lint, language: str, rule: str, text: str, words: str):
    """Each rule finds its own fault, and points at the words."""
    findings = lint.findings(text, language)

    assert [(found.rule, found.words) for found in findings] == [(rule, words)]


@pytest.mark.parametrize(("language", "text"), CLEAR)
def test_a_clear_no_is_left_alone(lint: Lint, language: str, text: str):
    """One "unfortunately", and words that only look like a fault, are fine."""
    assert lint.findings(text, language) == []


def test_every_rule_is_tried_in_every_language():
    """No rule goes without an example above."""
    assert {(language, rule) for language, rule, *_ in WEAK} == {
        (language, rule) for language in LANGUAGES for rule in RULES
    }


def test_several_faults_are_found_in_the_order_of_the_rules(lint: Lint):
    """A draft with several faults lists each once."""
    findings = lint.findings("Sorry, I'm too busy. Maybe next time, maybe never.", "en")

    assert [found.rule for found in findings] == ["hedge", "apology", "bare_time", "open_door"]


def test_a_language_without_rules_has_no_findings(lint: Lint):
    """An unknown language is not an error."""
    assert lint.findings("Sorry, maybe.", "fr") == []


def test_no_wording_holds_a_fault_of_its_own(lint: Lint, catalogue: Catalogue):
    """What is written in a template, in any branch, weakens no draft."""
    faults = [
        (path.parent.name, path.name, found)
        for path in sorted((TEMPLATES / "scripts").glob("*/*.j2"))
        for found in lint.findings(path.read_text(encoding="utf-8"), path.stem)
    ]

    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_holds_a_fault(lint: Lint, catalogue: Catalogue, language: str):
    """What authors are shown as an example would not be found fault with."""
    examples = [
        str(one)
        for script in catalogue.scripts.values()
        for given in script.examples(language).values()
        for one in (given if isinstance(given, list) else [given])
    ]

    assert [one for one in examples if lint.findings(one, language)] == []
