"""What a wording may say: payloads from public lists are refused by the grammar, and what passes is small."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import wordings
from bot.catalogue import Catalogue, read_script
from bot.drafting import EndlessError, Request, UnwritableError, compose
from bot.filling import LONGEST_PHRASE
from bot.grammar import MOST_NESTED, MOST_TEMPLATE, GrammarError, parse
from bot.paths import TEMPLATES
from bot.texts import BrokenError, Texts
from bot.wordings import MOST_CHARACTERS, TooLongError, environment, render
from tests.payloads import ESCAPES, HUGE

NAMES = {
    "name": "text",
    "reason": "text",
    "where": "choice",
    "wins": "list",
    "due": "date",
    "weeks": "number",
    "checked": "yes_no",
}
LONGEST = {
    "name": "A" * 80,
    "reason": "b" * LONGEST_PHRASE,
    "where": "there",
    "wins": ("c" * LONGEST_PHRASE,) * 6,
    "due": date(2027, 6, 15),
    "weeks": 999_999,
    "checked": True,
}
"""Every detail at its longest."""

TODAY = date(2027, 6, 1)
FACTS = """
step = "decline"
situations = ["one_off"]
kinds = ["any"]
tones = ["neutral"]
max_words = 60
[[details]]
id = "wins"
type = "list"
items = 6
"""
WORDS = """
title = "No"
use_when = "It is a no."
advice = "Keep it short."
[details.wins]
label = "What did they bring?"
"""


def wording(text: str) -> str:
    """A template with this as its only wording."""
    return f"{{% block neutral_1 %}}\n{text}\n{{% endblock %}}"


def shown(payload: str) -> str:
    """A payload as the name of a test."""
    return payload if len(payload) < 60 else f"{payload[:50]} and so on"


def refusal(source: str, *, blocks: bool = True) -> tuple[GrammarError, float]:
    """Why the grammar refuses a source, and in how many seconds."""
    started = time.perf_counter()
    with pytest.raises(GrammarError) as refused:
        parse(source, NAMES, blocks=blocks)
    return refused.value, time.perf_counter() - started


# what is refused


def test_the_lists_are_long():
    """The lists hold what is published, and each payload once."""
    assert len(set(ESCAPES)) == len(ESCAPES) >= 60
    assert len(set(HUGE)) == len(HUGE) >= 40


@pytest.mark.parametrize("payload", [*ESCAPES, *HUGE], ids=shown)
def test_a_payload_is_refused_by_the_grammar(payload: str, monkeypatch: pytest.MonkeyPatch):
    """Nothing is compiled, let alone run: the grammar says on which line it stops, and why, at once."""
    monkeypatch.setattr(environment, "compile", None)
    monkeypatch.setattr(environment, "from_string", None)
    for source, blocks in ((payload + "\n", False), (wording(payload), True)):
        refused, seconds = refusal(source, blocks=blocks)
        assert 1 <= refused.line <= source.count("\n") + 1
        assert refused.reason
        assert len(refused.reason) < 150
        assert seconds < 1


@pytest.mark.parametrize("payload", [*ESCAPES, *HUGE], ids=shown)
def test_a_payload_makes_no_script(payload: str):
    """As the wording of a workspace's script it is refused with the text it stands in and the line."""
    made, broken = read_script("mine", Texts(FACTS, {"en": WORDS}, {"en": wording(payload)}))

    assert made.words == {}
    assert [(one.text, one.line > 0) for one in broken] == [("en.j2", True)]


@pytest.mark.parametrize("payload", ESCAPES, ids=shown)
def test_a_payload_fills_in_nothing_beforehand(payload: str):
    """What fills in a detail from history is held to the same grammar."""
    facts = FACTS.replace('"list"\nitems = 6', '"text"')
    words = WORDS + f"prefill = '''{payload}'''\n"

    made, broken = read_script("mine", Texts(facts, {"en": words}, {"en": wording("Hi {{ name }}")}))

    assert made.words == {}
    assert [one.text for one in broken] == ["en.toml"]


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        (
            "\n\n\n{% for x in range(9) %}{% endfor %}",
            4,
            "only the script's own lists can be repeated, not range()",
        ),
        ("Hi\n{{ name.first }}", 2, "a detail has no parts, so there is no use for a dot"),
        ("{{ 'a' * 3 }}", 1, "there is no arithmetic; texts are joined with ~"),
        ("{{ due }}", 1, "due is a date: write {{ … |date }}"),
        ("{{ wins }}", 1, "wins is a list: write {{ … |listed }}"),
        ("{{ nickname }}", 1, "the script does not ask for nickname"),
        ("\n{% set x = 1 %}", 2, "there is no {% set %} in a wording"),
        ("{{ cycler() }}", 1, 'nothing can be called but jij("…", "…"): not cycler()'),
        (
            "{% if due > weeks %}{% endif %}",
            1,
            "only things of one kind can be compared, and numbers by size",
        ),
    ],
)
def test_a_refusal_is_plain(source: str, line: int, reason: str):
    """It names the line, and what is allowed instead."""
    refused, _ = refusal(source, blocks=False)

    assert (refused.line, refused.reason) == (line, reason)


def test_nothing_stands_outside_a_wording():
    """What is in no block is refused: nobody would ever read it."""
    refused, _ = refusal(wording("Hi") + "\nstray\n")

    assert refused.reason == "this stands outside every wording, so nobody would read it"


def test_the_sandbox_holds_without_the_grammar():
    """Even what a hole in the grammar let through would find no filter, no test and no global of Jinja's."""
    assert set(environment.filters) == {"date", "full_date", "listed", "months", "capital", "unmarked"}
    assert environment.tests == {}
    assert set(environment.globals) == {"jij"}


# what passes


def test_every_script_that_ships_passes():
    """The grammar is as large as what ships needs, and no larger than can be said here."""
    catalogue = Catalogue.load(TEMPLATES / "scripts")

    assert catalogue.problems == ()
    assert len(catalogue.scripts) == 28


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% for win in wins %}{{ win|capital }}. {% endfor %}", "One. Two."),
        ("{{ wins|listed }}", "one and two"),
        ("{{ reason or 'no reason' }}", "because"),
        ("{% if weeks >= 2 and not checked %}a{% elif where == 'there' %}b{% else %}c{% endif %}", "b"),
        ("{{ 'over ' ~ reason if reason else 'zo' }}", "over because"),
        ("{{ jij('je', 'u') }} {{ weeks|months }} {{ due|full_date }}", "je 3 months 15 June 2027"),
        ("{# a note #}{{ reason|unmarked }}", "because"),
    ],
)
def test_what_a_wording_may_say(source: str, text: str):
    """Details, conditions, repetitions and filters do what the documentation says."""
    template = environment.from_string(parse(wording(source), NAMES))
    values = {**LONGEST, "reason": "because", "wins": ("one", "two"), "weeks": 3}

    assert render(template, "neutral_1", values, language="en", today=TODAY) == text


def test_a_detail_that_was_left_empty_is_no_hole():
    """A wording that writes an empty detail says which, and on which line, instead of writing None."""
    texts = Texts(FACTS, {"en": WORDS}, {"en": wording("Hi {{ name }},\nthank you for {{ wins|listed }}")})
    script, _ = read_script("mine", texts)

    with pytest.raises(UnwritableError, match="line 3: wins may be left empty") as raised:
        compose(Request(script, "en", "Ana", TODAY))

    assert raised.value.line == 3


# how big it gets

texts = st.sampled_from(["Hi ", "no.\n", "\n\n", " ", "x" * 200])
expressions = st.recursive(
    st.sampled_from(
        [
            *("name", "reason", "where", "weeks", "wins|listed", "due|date", "due|full_date"),
            *("weeks|months", "'a'", "reason|capital", "reason|unmarked", "jij('je', 'u')"),
        ]
    ),
    lambda inner: st.one_of(
        st.builds("{} ~ {}".format, inner, inner),
        st.builds("({} if checked else {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=12,
)
pieces = st.recursive(
    st.one_of(texts, st.builds("{{{{ {} }}}}".format, expressions)),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{{% if reason %}}{}{{% else %}}{}{{% endif %}}".format, inner, inner),
        st.builds("{{% for one in wins %}}{{{{ one }}}}{}{{% endfor %}}".format, inner),
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(pieces)
def test_what_passes_stays_small(source: str):
    """Whatever the grammar lets through ends at once, and writes less than the limit, or stops there."""
    try:
        tree = parse(wording(source), NAMES)
    except GrammarError:
        return
    template = environment.from_string(tree)
    started = time.perf_counter()
    try:
        text = render(template, "neutral_1", LONGEST, language="en", today=TODAY)
    except TooLongError:
        text = ""
    assert len(text) <= MOST_CHARACTERS
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "most",
    [
        "{{wins|listed}}" * (MOST_TEMPLATE // 15 - 4),
        "{%for a in wins%}" + "{{a}}" * (MOST_TEMPLATE // 5 - 20) + "{%endfor%}",
        "{%if name%}" * (MOST_NESTED - 1) + "{{reason}}" * 2000 + "{%endif%}" * (MOST_NESTED - 1),
    ],
    ids=["lists", "a repetition", "conditions"],
)
def test_a_megabyte_is_never_made(most: str):
    """The most that the grammar lets through would be megabytes: rendering stops at its limit."""
    template = environment.from_string(parse(wording(most), NAMES))
    written = 0
    started = time.perf_counter()

    with pytest.raises(TooLongError):
        render(template, "neutral_1", LONGEST, language="en", today=TODAY)
    context = template.new_context({**LONGEST, "_language": "en", "_today": TODAY, "_address": ""})
    for piece in template.blocks["neutral_1"](context):
        written += len(piece)
        if written > MOST_CHARACTERS:
            break

    assert written < MOST_CHARACTERS + 6 * (LONGEST_PHRASE + 5)
    assert time.perf_counter() - started < 1


def test_a_draft_that_is_too_long_says_so(monkeypatch: pytest.MonkeyPatch):
    """Who drafts with such a script reads that the draft is too long."""
    monkeypatch.setattr(wordings, "MOST_CHARACTERS", 100)
    source = wording("Hi {{ name }} {{ wins|listed }}")
    script, broken = read_script("mine", Texts(FACTS, {"en": WORDS}, {"en": source}))

    assert broken == ()
    with pytest.raises(EndlessError):
        compose(Request(script, "en", "Ana", TODAY, details={"wins": LONGEST["wins"]}))


# texts


@pytest.mark.parametrize(
    ("facts", "line", "says"),
    [
        (FACTS.replace('"decline"', "decline"), 2, "Invalid value"),
        (FACTS.replace('"list"', '"lists"'), 9, "details.0.type"),
        (FACTS.replace("items = 6", "items = 60"), 10, "less than or equal to 6"),
        (FACTS.replace('["neutral"]', '["blunt"]'), 5, "'blunt'"),
        (FACTS.replace('id = "wins"', 'id = "jij"'), 7, "a detail cannot be called jij"),
        (FACTS + 'surprise = "x"\n', 11, "details.0.surprise"),
        (FACTS.replace("max_words = 60", "max_words = 99999"), 6, "less than or equal to 500"),
        ("a = " + "[" * 2900, 0, "nest too deep"),
        ("a = " + "9" * 5000, 1, "digits"),
        ("", 0, "Field required"),
    ],
)
def test_broken_facts_say_where(facts: str, line: int, says: str):
    """TOML that cannot be read, or says what no script can have, is refused with its line and a reason."""
    with pytest.raises(BrokenError) as broken:
        read_script("mine", Texts(facts, {}, {}))

    assert (broken.value.text, broken.value.line) == ("script.toml", line)
    assert says in broken.value.reason


def test_a_broken_language_leaves_the_others_alone():
    """A script goes on in the languages that are whole, and tells what is wrong with the other."""
    whole = wording("Hi {{ name }}")
    texts = Texts(FACTS, {"en": WORDS, "nl": WORDS}, {"en": whole, "nl": whole + "{% if %}"})

    script, broken = read_script("mine", texts)

    assert list(script.words) == ["en"]
    assert [str(one) for one in broken] == ["nl.j2:3: Expected an expression, got 'end of statement block'"]


def test_texts_come_back_from_json():
    """What is stored is plain JSON of the texts, and nothing else is taken for it."""
    texts = Texts(FACTS, {"en": WORDS}, {"en": wording("Hi")})

    assert Texts.from_json(texts.to_json()) == texts
    for other in (b"", b"null", b"[]", b'{"facts": 1}', b"\x80\x04K\x01."):
        with pytest.raises(ValueError, match="validation error"):
            Texts.from_json(other)
