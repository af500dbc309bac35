"""Every draft the app can write: whole sentences, a clear no, nothing invented, nothing evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError, UndefinedError

from bot.catalogue import Catalogue, Script, Wording
from bot.drafting import MissingDetailsError, Request, UnknownChoiceError, Value, compose
from bot.lint import Lint
from bot.paths import TEMPLATES
from bot.proposal import values
from bot.wordings import day, environment, listed, render

TODAY = date(2027, 6, 1)
LANGUAGES = ("en", "nl", "nb")
MESSAGES = (
    "clarify_ask",
    "coffee_group",
    "coffee_pause",
    "decline_polite",
    "firm_close",
    "mentee_handoff",
    "mentee_intros",
    "mentee_update",
    "redirect_other",
    "repeat_no",
    "supplier_sunset",
)
NOT_A_NO = {"clarify_ask", "mentee_intros", "mentee_update"}
"""A question, an introduction, a friendly word: there is nothing to decline in them."""

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
U_FORM = re.compile(r"\b(?:u|uw)\b", re.IGNORECASE)
OUTDATED = re.compile(r"\b[Vv]ennligst\b|(?<=[a-zæøå,] )(?:De|Dem|Deres)\b")

CATALOGUE = Catalogue.load(TEMPLATES / "scripts")
"""For Hypothesis, which would print a fixture with every example that fails."""

every_message = pytest.mark.parametrize("script_id", MESSAGES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


class Written(NamedTuple):
    """A text, with what it was asked for."""

    wording: Wording
    filled: frozenset[str]
    text: str


@pytest.fixture(scope="module")
def lint() -> Lint:
    """The lint as it ships."""
    return Lint.load(TEMPLATES / "lint")


def filled_in(script: Script, language: str) -> dict[str, Value]:
    """Every detail of a script, as its examples have it."""
    return values(script, script.examples(language))[0]


def wordings(script: Script, language: str) -> Iterator[Wording]:
    """All wordings of all tones."""
    for tone in script.facts.tones:
        yield from script.wordings(language, tone)


def draft(
    script: Script, language: str, wording: Wording, details: dict[str, Value], name: str = "Ana"
) -> str:
    """The text of one wording."""
    return compose(Request(script, language, name, TODAY, wording.tone, wording.number, details)).text


def choices(script: Script) -> list[tuple[str, ...]]:
    """Which optional details to fill in: every combination or, when that is too many, each alone and none."""
    optional = [detail.id for detail in script.facts.details if not detail.required]
    sizes = range(len(optional) + 1) if len(optional) <= 5 else (0, 1, len(optional))
    return [chosen for size in sizes for chosen in combinations(optional, size)]


def all_drafts(script: Script, language: str) -> Iterator[Written]:
    """Every wording with every choice of optional details."""
    every = filled_in(script, language)
    required = {detail.id for detail in script.facts.details if detail.required}
    for chosen in choices(script):
        details = {one: value for one, value in every.items() if one in required or one in chosen}
        for wording in wordings(script, language):
            yield Written(wording, frozenset(chosen), draft(script, language, wording, details))


def full_drafts(script: Script, language: str) -> list[Written]:
    """Every wording with everything filled in."""
    details = filled_in(script, language)
    return [
        Written(wording, frozenset(details), draft(script, language, wording, details))
        for wording in wordings(script, language)
    ]


def named(faulty: Iterable[Written]) -> list[str]:
    """What to show of drafts that are not as they should be."""
    return [f"{one.wording.block} with {sorted(one.filled)}: {one.text}" for one in faulty]


# what every draft is


@every_message
@every_language
def test_a_draft_keeps_to_its_length(catalogue: Catalogue, script_id: str, language: str):
    """With everything filled in, no wording has more words than the script allows."""
    script = catalogue[script_id]

    drafts = full_drafts(script, language)

    assert named(one for one in drafts if len(one.text.split()) > script.facts.max_words) == []


@every_message
@every_language
def test_a_draft_is_tidy(catalogue: Catalogue, script_id: str, language: str):
    """No combination leaves double spaces, stray punctuation or braces behind."""
    untidy = re.compile(r"  | [,.;:!?](?!\w)|\.\.|[,;:]\.|[.!?;:,]{2}|[{}<>|]|\( | \)|None|True|False")

    drafts = all_drafts(catalogue[script_id], language)

    assert named(one for one in drafts if untidy.search(one.text)) == []


@every_message
@every_language
def test_a_draft_ends_its_sentences(catalogue: Catalogue, script_id: str, language: str):
    """Whatever is left out, each paragraph ends as a sentence does."""
    drafts = all_drafts(catalogue[script_id], language)

    assert named(one for one in drafts if re.search(r"[^.!?\n](?:\n|$)", one.text)) == []


@every_message
@every_language
def test_a_sentence_starts_with_a_capital(catalogue: Catalogue, script_id: str, language: str):
    """Whatever is left out, a sentence after another starts with a capital."""
    lower = re.compile(r"(?:^|\n|(?<!\d)[.!?] )[a-zæøå]")

    drafts = all_drafts(catalogue[script_id], language)

    assert named(one for one in drafts if lower.search(one.text)) == []


@every_message
@every_language
def test_a_draft_greets_by_name(catalogue: Catalogue, script_id: str, language: str):
    """Whom it is for, or about, is in every wording."""
    drafts = full_drafts(catalogue[script_id], language)

    assert named(one for one in drafts if not re.search(r"\bAna\b", one.text)) == []


@every_message
@every_language
def test_a_draft_says_no(catalogue: Catalogue, script_id: str, language: str):
    """Every draft that declines has a clear no in it, whatever is left out."""
    script = catalogue[script_id]
    says_no = re.compile(SAYS_NO[language], re.IGNORECASE)
    drafts = all_drafts(script, language) if script_id not in NOT_A_NO else []
    meant = (one for one in drafts if script_id != "mentee_handoff" or "say_it_ends" in one.filled)

    assert named(one for one in meant if not says_no.search(one.text)) == []


@every_language
def test_a_question_is_not_a_no(catalogue: Catalogue, language: str):
    """Asking what somebody wants refuses nothing and asks exactly one thing."""
    drafts = list(all_drafts(catalogue["clarify_ask"], language))
    says_no = re.compile(SAYS_NO[language], re.IGNORECASE)

    assert named(one for one in drafts if says_no.search(one.text)) == []
    assert named(one for one in drafts if one.text.count("?") != 1) == []


@every_message
@every_language
def test_nothing_weakens_a_draft(catalogue: Catalogue, lint: Lint, script_id: str, language: str):
    """The app never hedges, apologises, pleads no time or leaves a door open by itself."""
    drafts = all_drafts(catalogue[script_id], language)

    assert named(one for one in drafts if lint.findings(one.text, language)) == []


@every_message
def test_dutch_drafts_say_je(catalogue: Catalogue, script_id: str):
    """Dutch keeps to one form of address, and it is not u."""
    drafts = all_drafts(catalogue[script_id], "nl")

    assert named(one for one in drafts if U_FORM.search(one.text)) == []


@every_message
def test_norwegian_drafts_say_du(catalogue: Catalogue, script_id: str):
    """Norwegian has no vennligst and no De."""
    drafts = all_drafts(catalogue[script_id], "nb")

    assert named(one for one in drafts if OUTDATED.search(one.text)) == []


@every_message
@every_language
def test_every_detail_that_was_given_is_told(catalogue: Catalogue, script_id: str, language: str):
    """What the author fills in stands in every wording: text, each item of a list, each date."""
    script = catalogue[script_id]
    details = filled_in(script, language)
    told = [_said(value, language) for value in details.values()]

    for one in full_drafts(script, language):
        lost = [part for parts in told for part in parts if part[1:] not in one.text]
        assert lost == [], one.text


def _said(value: Value, language: str) -> list[str]:
    """How a value reads in a text; yes and no, numbers and choices only steer it."""
    if isinstance(value, date):
        return [day(value, language=language, today=TODAY)]
    if isinstance(value, str) and value in {"message", "email", "phone"}:
        return []
    if isinstance(value, str):
        return [value.rstrip("?.! ")]
    return list(value) if isinstance(value, tuple) else []


# how drafts differ


@every_message
@every_language
@pytest.mark.parametrize("everything", [False, True], ids=["bare", "full"])
def test_the_wordings_of_a_tone_differ(catalogue: Catalogue, script_id: str, language: str, everything: bool):
    """Two wordings of a tone share less than 60 percent of their words."""
    script = catalogue[script_id]
    every = filled_in(script, language)
    details = {one: every[one] for one in every if everything or script.detail(one).required}

    for tone in script.facts.tones:
        texts = [draft(script, language, one, details) for one in script.wordings(language, tone)]
        for one, other in combinations(texts, 2):
            assert _alike(one, other) < 0.6, f"{one}\n{other}"


def _alike(one: str, other: str) -> float:
    ones, others = (set(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return len(ones & others) / len(ones | others)


def test_the_app_has_more_than_two_hundred_things_to_say(catalogue: Catalogue):
    """From one set of details for each script come this many drafts, no two of them alike."""
    texts = [
        one.text
        for script_id in MESSAGES
        for language in LANGUAGES
        for one in full_drafts(catalogue[script_id], language)
    ]

    assert len(texts) >= 234
    assert len(set(texts)) == len(texts)


# what authors write


NASTY = (
    "O'Brien's",
    "{{ 7*7 }}",
    "{% for x in range(9) %}",
    "{# hush #}",
    "{name}",
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
    tone=st.sampled_from(["neutral", "warm", "firm"]),
    number=st.integers(1, 3),
)
def test_what_an_author_writes_comes_through_as_it_is(
    words: str, name: str, language: str, tone: str, number: int
):
    """Markup, templates and any script of the world are text in a draft, and nothing else."""
    script = CATALOGUE["decline_polite"]
    details: dict[str, Value] = dict.fromkeys(["request", "reason", "alternative", "thanks_for"], words)

    text = draft(script, language, Wording(tone, number), details, name)

    assert text.count(_kept(words)[1:]) >= 4
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
    """What stands in a sentence of what was typed: all but one full stop at its end."""
    return words if words.endswith("..") else words.removesuffix(".")


@every_language
@pytest.mark.parametrize("words", NASTY)
def test_a_template_in_a_detail_is_never_run(catalogue: Catalogue, language: str, words: str):
    """Every wording of a polite no repeats what it was given and computes nothing."""
    script = catalogue["decline_polite"]

    for wording in wordings(script, language):
        text = draft(script, language, wording, {"request": words})
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

    assert f"about {reads}. My answer" in text


@pytest.mark.parametrize("blank", ["", "   ", "\n", "."])
def test_a_blank_detail_counts_as_left_out(catalogue: Catalogue, blank: str):
    """An optional detail of nothing but space changes nothing."""
    script, wording = catalogue["decline_polite"], Wording("neutral", 1)
    details: dict[str, Value] = {"request": "the reference"}

    text = draft(script, "en", wording, {**details, "reason": blank})

    assert text == draft(script, "en", wording, details)


# what scripts may do

GIVEN = {"name": "Ana", "items": ["one"], "lookup": {}}


@pytest.mark.parametrize(
    "reaching",
    [
        "{{ name.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ name.format.__globals__ }}",
        "{{ '{0.__class__}'.format(name) }}",
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


@every_message
def test_each_missing_detail_is_named(catalogue: Catalogue, script_id: str):
    """Without anything filled in, all that is required is named, the requester's name first."""
    script = catalogue[script_id]
    required = [detail.id for detail in script.facts.details if detail.required]

    with pytest.raises(MissingDetailsError) as raised:
        compose(Request(script, "en", " ", TODAY))

    assert raised.value.fields == ("name", *required)


@every_message
def test_each_required_detail_is_missed_alone(catalogue: Catalogue, script_id: str):
    """Leaving out one required detail names that one."""
    script = catalogue[script_id]
    every = filled_in(script, "en")

    for detail in (one.id for one in script.facts.details if one.required):
        details = {one: value for one, value in every.items() if one != detail}
        with pytest.raises(MissingDetailsError) as raised:
            compose(Request(script, "en", "Ana", TODAY, details=details))
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
        ({"tone": "formal"}, "tone 'formal'", "neutral, warm, firm"),
        ({"details": {"request": "it", "excuse": "x"}}, "detail 'excuse'", "request, reason"),
    ],
)
def test_an_unknown_choice_is_answered_with_those_that_exist(
    catalogue: Catalogue, asked: dict, what: str, known: str
):
    """A language, tone or detail that does not exist is refused, naming those that do."""
    whole = {"language": "en", "details": {"request": "it"}, **asked}

    with pytest.raises(UnknownChoiceError, match=f"no {what}; there is {known}"):
        compose(Request(catalogue["decline_polite"], name="Ana", today=TODAY, **whole))


@every_language
def test_a_script_without_a_message_writes_nothing(catalogue: Catalogue, language: str):
    """Silence, a checklist and nothing to do have no text, and need no name."""
    for script in catalogue.scripts.values():
        if script.id not in MESSAGES:
            request = Request(script, language, "", TODAY, details=filled_in(script, language))
            assert compose(request).text == ""


def test_wordings_go_round(catalogue: Catalogue):
    """After the last wording comes the first."""
    script = catalogue["repeat_no"]
    details = filled_in(script, "en")

    made = compose(Request(script, "en", "Ana", TODAY, "warm", 4, details))

    assert (made.wording, made.wordings) == (1, 3)


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
