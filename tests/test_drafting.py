"""Every draft the app can write: whole sentences, a clear no, nothing invented, nothing evaluated."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError, UndefinedError

from bot.catalogue import Catalogue, Detail, Wording
from bot.drafting import MissingDetailsError, Request, UnknownChoiceError, Value, compose
from bot.localization import Languages
from bot.proposal import envelope
from bot.records import Profile
from bot.review import review
from bot.wordings import day, environment, listed, render
from tests.texts import (
    CATALOGUE,
    LANGUAGES,
    LINT,
    MESSAGES,
    TODAY,
    Written,
    addresses,
    draft,
    every_text,
    filled_in,
    full_texts,
    named,
    spoken,
    wordings,
)

NOT_A_NO = {
    "clarify_ask",
    "mentee_intros",
    "mentee_update",
    "supplier_written_notice",
    "tradeoff_manager",
}
"""A question, an introduction, a friendly word, a notice, a choice: there is nothing to decline in them."""

QUESTIONS = {"clarify_ask", "tradeoff_manager"}

GREETED = {"opt_out_introduction": "introduced", "supplier_written_notice": "legal_name"}
"""Who is written to, where it is not the requester."""

ABOVE = {"supplier_written_notice": 2}
"""Paragraphs above a letter: what it is about and to whom."""

SAYS_NO = {
    "en": r"\b(no\b(?! (?:worries|problem|rush|pressure))|can(?:'|no)t\b(?! wait)|won't|will not"
    r"|not (?:able|going) to|don't (?:do|make|take|give|write|pass|lend)|(?:decline|pass on)|no longer"
    r"|paus(?:e|ing)|ending the|wrap up our)",
    "nl": r"\b(nee\b|niet meer|geen\b(?! (?:probleem|punt|zorgen|dank))"
    r"|(?:ga|kan|kom|wil|doe|schrijf|stuur|geef|maak|neem|stel)\b[^.!?]{0,40}\bniet\b|stopp?(?:en|t)\b"
    r"|sla\b[^.!?]{0,40}\bover\b|rond(?:en)?\b[^.!?]{0,40}\baf\b|gaat\b[^.!?]{0,30}\bniet lukken"
    r"|pas (?:ik|hiervoor))",
    "nb": r"\b(nei\b|ikke lenger|ikke mer"
    r"|(?:kan|vil|skal|kommer|tar|gjør|skriver|sender|svarer)\b[^.!?]{0,25}\bikke\b"
    r"|får\b[^.!?]{0,30}\bikke til\b|takker nei|avslutter|tar pause)",
}
JE_FORM = re.compile(r"\b(?:je|jij|jou|jouw|jouwe|jezelf)\b", re.IGNORECASE)
U_FORM = re.compile(r"\b(?:u|uw|uzelf)\b", re.IGNORECASE)
OUTDATED = re.compile(r"\b[Vv]ennligst\b|(?<=[a-zæøå,] )(?:De|Dem|Deres)\b")
UNTIDY = re.compile(r"  | [,.;:!?](?!\w)|\.\.|[,;:]\.|[.!?;:,]{2}|[{}<>|]|\( | \)|None|True|False")
NO_SENTENCE = re.compile(r"[^.!?\n](?:\n|$)")
NO_CAPITAL = re.compile(r"(?:^|\n|(?<!\d)[.!?] )[a-zæøå]")

every_language = pytest.mark.parametrize("language", LANGUAGES)


def body(one: Written) -> str:
    """A text without what stands above it: an e-mail's subject, or the head of a letter."""
    above = ABOVE.get(one.script_id, 0) + (one.channel == "email")
    return "\n\n".join(one.text.split("\n\n")[above:])


# what every text is


@every_language
def test_a_draft_keeps_to_its_length(language: str):
    """With everything filled in, no wording has more words than the script allows."""
    drafts = [one for one in full_texts(language) if one.channel == "chat"]

    assert named(one for one in drafts if len(one.text.split()) > one.script.facts.max_words) == []


@every_language
def test_a_short_text_is_short(language: str):
    """Whatever is filled in, a text message has at most 25 words."""
    texts = [one for one in every_text(language) if one.channel == "short"]

    assert len({one.script_id for one in texts}) > 10
    assert named(one for one in texts if len(one.text.split()) > 25) == []


@every_language
def test_talking_points_are_paragraphs(language: str):
    """What is said in a conversation comes in several points, whatever is left out."""
    texts = [one for one in every_text(language) if one.channel == "points"]

    assert {one.script_id for one in texts} == {"mentee_handoff", "supplier_sunset"}
    assert named(one for one in texts if one.text.count("\n\n") < 3) == []


@every_language
def test_an_email_has_a_subject_of_one_line(language: str):
    """Above the text of the chat stands what it is about, without a full stop."""
    chats = {
        (one.script_id, one.wording, one.address, tuple(one.filled)): one.text
        for one in every_text(language)
        if one.channel == "chat"
    }
    emails = [one for one in every_text(language) if one.channel == "email"]

    for one in emails:
        subject, text = one.text.split("\n\n", 1)
        assert re.fullmatch(r"[^\n]{4,70}[^\n.,:]", subject), one.text
        assert text == chats[one.script_id, one.wording, one.address, tuple(one.filled)]


@every_language
def test_a_text_is_tidy(language: str):
    """No combination leaves double spaces, stray punctuation or braces behind."""
    assert named(one for one in every_text(language) if UNTIDY.search(one.text)) == []


@every_language
def test_a_text_ends_its_sentences(language: str):
    """Whatever is left out, each paragraph ends as a sentence does."""
    assert named(one for one in every_text(language) if NO_SENTENCE.search(body(one))) == []


@every_language
def test_a_sentence_starts_with_a_capital(language: str):
    """Whatever is left out, a text and each sentence in it start with a capital."""
    assert named(one for one in every_text(language) if NO_CAPITAL.search(one.text)) == []


@every_language
def test_a_text_names_its_reader(language: str):
    """Whom it is for is in every wording."""
    nameless = [one for one in every_text(language) if not re.search(rf"\b{_reader(one)}\b", one.text)]

    assert named(nameless) == []


def _reader(one: Written) -> str:
    """The first name, or the firm, that a text is written to."""
    greeted = GREETED.get(one.script_id)
    return re.escape(str(one.filled[greeted]).split(",")[0]) if greeted else "Ana"


@every_language
def test_a_draft_says_no(language: str):
    """Every text that declines has a clear no in it, whatever is left out."""
    says_no = re.compile(SAYS_NO[language], re.IGNORECASE)
    meant = [
        one
        for one in every_text(language)
        if one.script_id not in NOT_A_NO
        and one.channel != "points"
        and (one.script_id != "mentee_handoff" or "say_it_ends" in one.filled)
    ]

    assert len({one.script_id for one in meant}) == len(MESSAGES) - len(NOT_A_NO)
    assert named(one for one in meant if not says_no.search(one.text)) == []


@every_language
def test_a_question_is_not_a_no(language: str):
    """Asking what somebody wants, or what goes first, refuses nothing and asks exactly one thing."""
    questions = [one for one in every_text(language) if one.script_id in QUESTIONS]
    says_no = re.compile(SAYS_NO[language], re.IGNORECASE)

    assert named(one for one in questions if says_no.search(one.text)) == []
    assert named(one for one in questions if one.text.count("?") != 1) == []


@every_language
@pytest.mark.parametrize(
    ("script_id", "until"), [("decline_defer", "do_on"), ("coffee_pause", "pause_until")]
)
def test_later_is_a_day(language: str, script_id: str, until: str):
    """A promise and a pause name their day in every text, short ones included."""
    texts = [one for one in every_text(language) if one.script_id == script_id]

    for one in texts:
        assert day(one.filled[until], language=language, today=TODAY) in one.text


@every_language
def test_nothing_weakens_a_draft(language: str):
    """With any choice of details the app finds no fault with what it wrote itself."""
    weak = [
        (one.script_id, one.channel, one.wording.block, found.rule, found.words)
        for one in every_text(language)
        if one.channel != "email"  # the text of the chat
        and (one.script_id != "mentee_handoff" or "say_it_ends" in one.filled)
        for found in review(
            LINT,
            one.text,
            one.script,
            language=language,
            channel=one.channel,
            details=one.filled,
            known="Ana",
            today=TODAY,
        )
    ]

    assert weak == []


def test_dutch_says_je():
    """With je, no Dutch text says u."""
    texts = [one for one in every_text("nl") if one.address == "je"]

    assert {one.channel for one in texts} == {"chat", "email", "short", "points"}
    assert named(one for one in texts if U_FORM.search(one.text)) == []


def test_dutch_says_u():
    """With u, no Dutch text says je."""
    texts = [one for one in every_text("nl") if one.address == "u"]

    assert {one.channel for one in texts} == {"chat", "email", "short", "points"}
    assert named(one for one in texts if JE_FORM.search(one.text)) == []


def test_je_and_u_differ():
    """Every Dutch text reads otherwise with u, and without a choice it says je."""
    texts = {(one.script_id, one.channel, one.wording, tuple(one.filled)): one for one in every_text("nl")}
    je, u = ([one for one in every_text("nl") if one.address == form] for form in ("je", "u"))

    assert len(je) == len(u) == len(texts)
    assert named(one for one, other in zip(je, u, strict=True) if one.text == other.text) == []
    assert [draft(one.script, "nl", one.wording, one.filled, channel=one.channel) for one in je] == [
        one.text for one in je
    ]


def test_norwegian_says_du():
    """Norwegian has no vennligst and no De."""
    assert named(one for one in every_text("nb") if OUTDATED.search(one.text)) == []


@every_language
def test_every_detail_that_was_given_is_told(language: str):
    """What the author fills in stands in every wording; a short text has what is required."""
    for one in full_texts(language):
        told = [
            part
            for detail in one.script.facts.details
            if detail.required or one.channel != "short"
            for part in _said(detail, one.filled[detail.id], language)
        ]
        assert [part for part in told if part[1:] not in one.text] == [], one.text


def _said(detail: Detail, value: Value, language: str) -> list[str]:
    """How a value reads in a text; yes and no, numbers and choices only steer it."""
    if isinstance(value, date):
        return [day(value, language=language, today=TODAY)]
    if isinstance(value, str):
        return [] if detail.type == "choice" else [value.rstrip("?.! ")]
    return list(value) if isinstance(value, tuple) else []


# how drafts differ


@every_language
@pytest.mark.parametrize("everything", [False, True], ids=["bare", "full"])
def test_the_wordings_of_a_tone_differ(language: str, everything: bool):
    """Two wordings of a tone share less than 60 percent of their words."""
    alike = []
    for script in map(CATALOGUE.__getitem__, MESSAGES):
        every = filled_in(script, language)
        details = {one: every[one] for one in every if everything or script.detail(one).required}
        for tone in script.facts.tones:
            texts = [draft(script, language, one, details) for one in script.wordings(language, tone)]
            alike += [pair for pair in combinations(texts, 2) if _alike(*pair) >= 0.6]

    assert alike == []


def _alike(one: str, other: str) -> float:
    ones, others = (set(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return len(ones & others) / len(ones | others)


def test_every_wording_is_one_of_its_own():
    """From one set of details for each script come as many drafts as there are wordings, no two alike."""
    asked = [
        (script, language, wording)
        for script in map(CATALOGUE.__getitem__, MESSAGES)
        for language in LANGUAGES
        for wording in wordings(script, language)
    ]

    texts = {draft(script, language, one, filled_in(script, language)) for script, language, one in asked}

    assert len(texts) == len(asked) > 500


# what authors write


NASTY = (
    "O'Brien's",
    "{{ 7*7 }}",
    "{% for x in range(9) %}",
    "{# hush #}",
    "{name}",
    "{text}",
    "%(name)s",
    "<!channel>",
    "<@U123>",
    "R&D",
    "&amp;",
    "«Ærlig» 山田 Олег",
    "*bold* _i_ ~s~ `code`",
    "\\n",
    "50 % ${HOME}",
)
letters = st.characters(categories=["L", "N", "P", "S"])
words_or_worse = st.one_of(st.sampled_from(NASTY), st.text(letters, min_size=1))
phrases = st.lists(words_or_worse, min_size=1, max_size=4).map(" ".join).filter(lambda text: text.strip(". "))


@settings(deadline=None)
@given(
    words=phrases,
    name=phrases,
    language=st.sampled_from(LANGUAGES),
    tone=st.sampled_from(["neutral", "warm", "firm", "formal"]),
    number=st.integers(1, 3),
    channel=st.sampled_from(["chat", "email"]),
)
def test_what_an_author_writes_comes_through_as_it_is(
    words: str, name: str, language: str, tone: str, number: int, channel: str
):
    """Markup, templates and any script of the world are text in a draft, and nothing else."""
    script = CATALOGUE["decline_polite"]
    details: dict[str, Value] = dict.fromkeys(["request", "reason", "alternative", "thanks_for"], words)

    text = draft(script, language, Wording(tone, number), details, name, channel=channel)

    assert text.count(_kept(words)[1:]) >= 4 + (channel == "email")
    assert name in text


@settings(deadline=None)
@given(items=st.lists(phrases, min_size=1, max_size=3), language=st.sampled_from(LANGUAGES))
def test_the_items_of_a_list_come_through_as_they_are(items: list[str], language: str):
    """A list is joined without reading what is in it."""
    script = CATALOGUE["supplier_sunset"]
    details = filled_in(script, language) | {"wins": tuple(items)}

    text = draft(script, language, Wording("neutral", 1), details)

    assert listed([_kept(one) for one in items], language=language)[1:] in text


def _kept(words: str) -> str:
    """What stands in a sentence of what was typed: all but one full stop at its end, and no space there."""
    return words if words.endswith("..") else words.removesuffix(".").rstrip()


NAMES = (
    *("O'Brien", "D’Arcy", "Zoë", "Åse-Marie", "Łukasz", "Nguyễn Văn Anh", "Van 't Hoff"),
    *("山田太郎", "Олег", "محمد", "Ελένη", "מרים", "สมชาย"),
)
ordinary = st.one_of(
    st.sampled_from(NAMES),
    st.text(st.characters(categories=["L"]), min_size=1, max_size=14).filter(
        lambda word: not re.search("None|True|False", word)
    ),
)
clauses = st.lists(ordinary, min_size=1, max_size=40).map(lambda words: " ".join(words)[:600].strip())


@st.composite
def some_text(draw: st.DrawFn) -> tuple[Written, str]:
    """Any script in any voice, with details that nobody thought of, and the requester's name."""
    script = CATALOGUE[draw(st.sampled_from(MESSAGES))]
    language = draw(st.sampled_from(LANGUAGES))
    channel, wording = draw(st.sampled_from(list(spoken(script, language))))
    address = draw(st.sampled_from(addresses(language)))
    filled = {
        detail.id: draw(_values(detail))
        for detail in script.facts.details
        if detail.required or draw(st.booleans())
    }
    if "last_session" in filled:  # it is told with the sentence that the sessions end
        filled["say_it_ends"] = True
    name = draw(st.sampled_from(NAMES))
    text = draft(script, language, wording, filled, name, channel=channel, address=address)
    return Written(script.id, language, channel, address, wording, filled, text), name


def _values(detail: Detail) -> st.SearchStrategy[Any]:
    return {
        "text": clauses,
        "list": st.lists(clauses, min_size=1, max_size=detail.items).map(tuple),
        "date": st.dates(date(2027, 1, 1), date(2031, 12, 31)),
        "number": st.integers(detail.minimum or 1, detail.maximum or 12),
        "choice": st.sampled_from(detail.choices or ("",)),
        "yes_no": st.just(True) if detail.required else st.booleans(),
    }[detail.type]


@settings(deadline=None, max_examples=200)
@given(some_text())
def test_any_details_make_sentences(made: tuple[Written, str]):
    """With names and words of any language, short or long, a text is still made of tidy sentences."""
    one, _ = made

    assert not UNTIDY.search(one.text), one.text
    assert not NO_SENTENCE.search(body(one)), one.text


@settings(deadline=None, max_examples=200)
@given(some_text())
def test_any_details_are_told_literally(made: tuple[Written, str]):
    """Each name, phrase, item and date that was filled in stands in the text, letter by letter."""
    one, name = made
    told = [
        part
        for detail in one.script.facts.details
        if detail.id in one.filled and (detail.required or one.channel != "short")
        for part in _said(detail, one.filled[detail.id], one.language)
    ]

    assert [part for part in told if part[1:] not in one.text] == [], one.text
    assert name in one.text or one.script_id in GREETED


@every_language
@pytest.mark.parametrize("words", NASTY)
def test_a_template_in_a_detail_is_never_run(catalogue: Catalogue, language: str, words: str):
    """Every wording of a polite no repeats what it was given and computes nothing."""
    script = catalogue["decline_polite"]

    for channel, wording in spoken(script, language):
        text = draft(script, language, wording, {"request": words}, channel=channel)
        assert words in text
        assert "49" not in text


@pytest.mark.parametrize(
    ("given", "reads"),
    [
        ("the reference.", "the reference"),
        ("  the   reference ", "the reference"),
        ("the\nreference", "the reference"),
        ("the reference...", "the reference..."),
    ],
)
def test_a_detail_is_tidied_to_stand_in_a_sentence(catalogue: Catalogue, given: str, reads: str):
    """Stray spaces, line breaks and one full stop are dropped, an ellipsis stays."""
    text = draft(catalogue["decline_polite"], "en", Wording("neutral", 1), {"request": given})

    assert f"about {reads}. " in text


@pytest.mark.parametrize("blank", ["", "   ", "\n", "."])
def test_a_blank_detail_counts_as_left_out(catalogue: Catalogue, blank: str):
    """An optional detail of nothing but space changes nothing."""
    script, wording = catalogue["decline_polite"], Wording("neutral", 1)
    details: dict[str, Value] = {"request": "the reference"}

    text = draft(script, "en", wording, {**details, "reason": blank})

    assert text == draft(script, "en", wording, details)


# around an e-mail


@pytest.fixture
def emailed(languages: Languages):
    """A polite no by e-mail, from an author whom Slack knows by a name, or not at all."""

    def made(language: str, author: Profile | None, request: str = "Hooli") -> str:
        around = envelope(languages[language], author)
        details: dict[str, Value] = {"request": request}
        asked = Request(
            CATALOGUE["decline_polite"],
            language,
            "Ana",
            TODAY,
            details=details,
            channel="email",
            envelope=around,
        )
        return compose(asked).text

    return made


@pytest.mark.parametrize(
    ("language", "label", "below"),
    [
        ("en", "Subject", "Best regards,\nRobin"),
        ("nl", "Onderwerp", "Groet,\nRobin"),
        ("nb", "Emne", "Vennlig hilsen\nRobin"),
    ],
)
def test_an_email_starts_with_its_subject_and_ends_with_its_author(
    emailed, language: str, label: str, below: str
):
    """Above the text of the chat stands what it is about, under it the author's name."""
    script = CATALOGUE["decline_polite"]

    subject, text, signed = emailed(language, Profile("UROBIN", "Robin")).split("\n\n")

    assert re.fullmatch(rf"{label}: [^\n]*\bHooli", subject)
    assert text == draft(script, language, Wording("neutral", 1), {"request": "Hooli"})
    assert signed == below


@every_language
@pytest.mark.parametrize("author", [None, Profile("UROBIN", "")], ids=["unknown", "nameless"])
def test_an_email_of_nobody_known_is_not_signed(emailed, language: str, author: Profile | None):
    """Without the author's name there is no greeting without a name under it."""
    signed, unsigned = (emailed(language, one) for one in (Profile("UROBIN", "Robin"), author))

    assert signed.startswith(unsigned)
    assert unsigned.count("\n\n") == signed.count("\n\n") - 1
    assert re.search(r"[.!]$", unsigned)


@every_language
@pytest.mark.parametrize("name", ["{text}", "{me} {subject}", "{{0}}", "}{", "{0.__class__}", "%s"])
def test_braces_are_text_in_an_email(emailed, language: str, name: str):
    """Neither an author's name nor a detail is taken for a place to fill in."""
    text = emailed(language, Profile("UROBIN", name), request=name)

    assert text.endswith(f"\n{name}")
    assert text.split("\n\n")[0].endswith(name)


# what scripts may do

GIVEN = {"name": "Ana", "items": ["one"], "lookup": {}}


@pytest.mark.parametrize(
    "reaching",
    [
        "{{ name.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ name.format.__globals__ }}",
        "{{ '{0.__class__}'.format(name) }}",
        "{{ jij.__globals__ }}",
        "{{ items.append('more') }}",
        "{{ items.clear() }}",
        "{% set _ = lookup.update(a=1) %}",
    ],
)
def test_a_script_cannot_reach_out_of_its_sandbox(reaching: str):
    """A wording, which a workspace may have written itself, neither looks into Python nor changes a value."""
    template = environment.from_string(f"{{% block plain_1 %}}{reaching}{{% endblock %}}")

    with pytest.raises(SecurityError):
        render(template, "plain_1", GIVEN, language="en", today=TODAY)


@pytest.mark.parametrize(("address", "expected"), [("", "Wil je?"), ("je", "Wil je?"), ("u", "Wilt u?")])
def test_a_wording_may_have_both_forms_of_address(address: str, expected: str):
    """One wording says je, or u when that is asked for."""
    template = environment.from_string("""{% block plain_1 %}{{ jij("Wil je", "Wilt u") }}?{% endblock %}""")

    assert render(template, "plain_1", GIVEN, language="nl", today=TODAY, address=address) == expected


def test_a_name_without_a_value_is_an_error():
    """What a wording was not given leaves no hole in the text."""
    template = environment.from_string("{% block plain_1 %}Hi {{ name.first }}!{% endblock %}")

    with pytest.raises(UndefinedError):
        render(template, "plain_1", GIVEN, language="en", today=TODAY)


# holes and unknown choices


@pytest.mark.parametrize("script_id", MESSAGES)
def test_each_missing_detail_is_named(catalogue: Catalogue, script_id: str):
    """Without anything filled in, all that is required is named, the requester's name first."""
    script = catalogue[script_id]
    required = [detail.id for detail in script.facts.details if detail.required]

    with pytest.raises(MissingDetailsError) as raised:
        compose(Request(script, "en", " ", TODAY))

    assert raised.value.fields == ("name", *required)


@pytest.mark.parametrize("script_id", MESSAGES)
def test_each_required_detail_is_missed_alone(catalogue: Catalogue, script_id: str):
    """Leaving out one required detail names that one, in every channel."""
    script = catalogue[script_id]
    every = filled_in(script, "en")

    for detail in (one.id for one in script.facts.details if one.required):
        details = {one: value for one, value in every.items() if one != detail}
        for channel in ("chat", *script.facts.channels):
            with pytest.raises(MissingDetailsError) as raised:
                compose(Request(script, "en", "Ana", TODAY, details=details, channel=channel))
            assert raised.value.fields == (detail,)


@pytest.mark.parametrize("blank", ["", "  ", ".", (), ("", " ")])
def test_a_blank_required_detail_is_missing(catalogue: Catalogue, blank: Value):
    """Space does not fill a hole."""
    with pytest.raises(MissingDetailsError, match=r"missing: request"):
        compose(Request(catalogue["decline_polite"], "en", "Ana", TODAY, details={"request": blank}))


def test_a_condition_that_is_not_met_is_missing(catalogue: Catalogue):
    """A contract that was not read holds the supplier's draft back."""
    details = filled_in(catalogue["supplier_sunset"], "en") | {"contract_checked": False}

    with pytest.raises(MissingDetailsError, match=r"missing: contract_checked"):
        compose(Request(catalogue["supplier_sunset"], "en", "Ana", TODAY, details=details))


@pytest.mark.parametrize(
    ("asked", "what", "known"),
    [
        ({"language": "fr"}, "language 'fr'", "en, nb, nl"),
        ({"tone": "blunt"}, "tone 'blunt'", "neutral, warm, firm, formal"),
        ({"channel": "points"}, "channel 'points'", "chat, email, short"),
        ({"details": {"request": "it", "excuse": "x"}}, "detail 'excuse'", "request, reason"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_an_unknown_choice_is_answered_with_those_that_exist(
    catalogue: Catalogue, asked: dict, what: str, known: str
):
    """A language, tone, channel or detail that does not exist is refused, naming those that do."""
    whole = {"language": "en", "details": {"request": "it"}, **asked}

    with pytest.raises(UnknownChoiceError, match=f"no {what}; there is {known}"):
        compose(Request(catalogue["decline_polite"], name="Ana", today=TODAY, **whole))


@every_language
def test_a_script_without_a_message_writes_nothing(catalogue: Catalogue, language: str):
    """Silence, a checklist and nothing to do have no text, and need no name."""
    others = [script for script in catalogue.scripts.values() if script.id not in MESSAGES]

    assert [script.id for script in others] == ["no_action", "no_reply", "supplier_next_contract"]
    for script in others:
        request = Request(script, language, "", TODAY, details=filled_in(script, language))
        assert compose(request).text == ""


@pytest.mark.parametrize(("channel", "count"), [("chat", 3), ("short", 2)])
def test_wordings_go_round(catalogue: Catalogue, channel: str, count: int):
    """After the last wording of a voice comes the first."""
    script = catalogue["repeat_no"]
    details = filled_in(script, "en")

    made = compose(Request(script, "en", "Ana", TODAY, "warm", count + 1, details, channel=channel))

    assert (made.wording, made.wordings) == (1, count)


def test_a_channel_with_words_of_its_own_has_one_voice(catalogue: Catalogue):
    """A short text and talking points read the same in every tone."""
    for script_id, channel in (("decline_polite", "short"), ("mentee_handoff", "points")):
        script = catalogue[script_id]
        request = Request(
            script, "nl", "Ana", TODAY, details=filled_in(script, "nl"), channel=channel, address="u"
        )
        made = [compose(replace(request, tone=tone)) for tone in script.facts.tones]

        assert len({one.text for one in made}) == 1
        assert tuple(one.tone for one in made) == script.facts.tones


def test_the_first_tone_is_the_default(catalogue: Catalogue):
    """A request without a tone gets the script's own."""
    script = catalogue["firm_close"]

    made = compose(Request(script, "en", "Ana", TODAY, details=filled_in(script, "en")))

    assert (made.tone, made.wording, made.script_id, made.language) == ("firm", 1, "firm_close", "en")


# dates, lists, months


@pytest.mark.parametrize(
    ("language", "this_year", "another"),
    [
        ("en", "15 June", "15 June 2028"),
        ("nl", "15 juni", "15 juni 2028"),
        ("nb", "15. juni", "15. juni 2028"),
    ],
)
def test_a_date_reads_as_people_write_it(catalogue: Catalogue, language: str, this_year: str, another: str):
    """Day and month, with the year only when it is another one."""
    script, wording = catalogue["decline_polite"], Wording("neutral", 1)

    for year, expected in ((2027, this_year), (2028, another)):
        text = draft(script, language, wording, {"request": "it", "ask_again_after": date(year, 6, 15)})
        assert re.search(rf"{re.escape(expected)}(?! ?\d)", text), text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["one", "one and two", "one, two and three"]),
        ("nl", ["one", "one en two", "one, two en three"]),
        ("nb", ["one", "one og two", "one, two og three"]),
    ],
)
def test_a_list_reads_as_people_write_it(catalogue: Catalogue, language: str, expected: list[str]):
    """One, two or three items are joined with commas and a word."""
    script = catalogue["supplier_sunset"]
    items = ("one", "two", "three")

    for count, joined in enumerate(expected, start=1):
        details = filled_in(script, language) | {"wins": items[:count]}
        assert f" {joined}" in draft(script, language, Wording("neutral", 1), details)


def test_a_list_holds_no_more_than_it_has_room_for(catalogue: Catalogue):
    """What goes beyond the items of a list is not told."""
    script = catalogue["supplier_sunset"]
    details = filled_in(script, "en") | {"wins": ("one", "two", "three", "four")}

    assert "four" not in draft(script, "en", Wording("neutral", 1), details)


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("en", "1 month", "3 months"), ("nl", "1 maand", "3 maanden"), ("nb", "en måned", "3 måneder")],
)
def test_months_have_a_plural(catalogue: Catalogue, language: str, one: str, many: str):
    """One month is singular, three are plural, in every wording."""
    script = catalogue["mentee_handoff"]

    for wording in wordings(script, language):
        for number, expected in ((1, one), (3, many)):
            details = filled_in(script, language) | {"update_in": number}
            assert re.search(rf"\b{expected}\b", draft(script, language, wording, details))
