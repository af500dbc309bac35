"""The messages around a draft: the same in every language, all in use, none too long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.catalogue import Catalogue, Kind, Situation, Step
from bot.ladder import Outcome, Relationship
from bot.listeners.reading import DOUBTS
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.web.pages import REASONS
from bot.workspace import Settings

BOT = Path(__file__).parents[1] / "bot"
CODES = ("en", "nl", "nb")
LONG_DATE = "30. september 2028"
FORMS = {"message", "silence", "checklist", "nothing"}
DONE = {"message", "checklist"}
TONES = {"neutral", "warm", "firm", "formal"}
CHANNELS = {"chat", "email", "short", "points"}
VARIANTS = {"plain", "redirect", "pause", "group", "wind_down", "defer", "tradeoff"}
ENDING = {"pause", "defer"}
USES = {"compose", "person", "history", "scripts", "settings", "workspace", "help"}
WRONG = {
    *("self", "bot", "situation", "no_script", "who", "missing", "must_be_yes", "switched_off"),
    "script_gone",
    *("date", "number", "choice", "too_long", "draft_too_long", "draft_unwritable"),
}

COMPUTED = {
    "compose.submit_*": FORMS,
    "relationship.*": set(Relationship),
    "situation.*": set(Situation),
    "kind.*": set(Kind),
    "request.*": set(Kind),
    "tone.*": TONES,
    "outcome.*": {*Outcome, "edited"},
    "reminder.told_*": FORMS - {"nothing"},
    "channel.*": CHANNELS,
    "history.told_*": (set(Step) - {Step.NONE, Step.DECLINE}) | VARIANTS,
    "contradiction.*": {"no", "redirect", "close", "silence"},
    "contradiction.*_until": ENDING,
    "draft.for_*": FORMS - {"nothing"},
    "draft.do_*": FORMS - {"nothing"},
    "draft.menu_*": {"beside", "keep", "not_sent", "delete"},
    "draft.*": {*(f"sent_{form}" for form in {*DONE, "edited"}), Outcome.SILENCE, Outcome.NOT_SENT},
    "scripts.done_*": {"kept", "dropped", "saved", "removed"},
    "help.*_typed": USES - {"compose"},
    "help.*": USES,
    "wrong.*": WRONG,
    "pages.export.*": {"json", "csv"},
    "pages.export.*.title": {"gone", "other", "away"},
    "pages.export.*.happened": {"gone", "other", "away"},
    "pages.export.*.advice": {"gone", "other", "away"},
    "suggested.*": set(DOUBTS),
    "suggested.what_*": set(Situation),
    "pages.refused.*.title": {*REASONS, "unknown"},
    "pages.refused.*.happened": {*REASONS, "unknown"},
    "pages.refused.*.advice": {*REASONS, "unknown"},
    "change.*": {one.name for one in fields(Settings)} - {"group_language"},
    "step.*": set(Step) - {Step.FOLLOW_THROUGH, Step.ADVICE},
    "reason.*": {
        *("after", "decline_fresh", "decline_clarified", "decline_again"),
        *("repeat_declined", "repeat_redirected", "repeat_exited", "repeat_repeated"),
        *("repeat_closed", "repeat_silent"),
        *("close_declined", "close_redirected", "close_exited", "close_repeated"),
        *("silence_closed", "silence_silent"),
    },
}
"""Keys that are put together when the app runs, and what can stand in them."""


def _po(code: str) -> Catalog:
    with (TEMPLATES / "locales" / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def _messages(code: str) -> dict[str, tuple[str, ...]]:
    """Every key of a language, with its message or its plural forms."""
    messages = {}
    for message in _po(code):
        if message.id:
            plural = isinstance(message.id, tuple)
            key = message.id[0] if plural else message.id
            messages[key] = tuple(message.string) if plural else (message.string,)
    return messages


def _places(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def _said() -> Iterator[tuple[str, set[str], bool, str]]:
    """Each key that the code says: with the values it gives, whether it gives more, and where."""
    for path in sorted(BOT.rglob("*.py")):
        if "playground" in path.relative_to(BOT).parts:
            continue  # a Slack of its own, with words of its own
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            named = {
                target.id: node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and node.args and _speaks(node.func):
                    given = {word.arg for word in node.keywords if word.arg}
                    more = any(word.arg is None for word in node.keywords)
                    for key in _keys(node.args[0], named):
                        yield key, given, more, f"{path.name}:{node.lineno}"


def _speaks(called: ast.expr) -> bool:
    """Whether `say(…)`, `….say(…)`, `say.count(…)` or `languages[…](…)` is called."""
    match called:
        case ast.Name("say") | ast.Attribute(attr="say") | ast.Attribute(ast.Name("say"), "count"):
            return True
        case ast.Subscript(ast.Attribute(attr="languages") | ast.Name("languages")):
            return True
    return False


def _keys(argument: ast.expr, named: Mapping[str, ast.expr]) -> Iterator[str]:
    """The keys that an argument may be; what is put together has a star for what is not known."""
    match argument:
        case ast.Constant(str(key)):
            yield key
        case ast.JoinedStr(values):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "*" for one in values)
        case ast.IfExp(_, body, other):
            yield from (*_keys(body, named), *_keys(other, named))
        case ast.Name(name) if isinstance(named.get(name), (ast.Constant, ast.JoinedStr, ast.IfExp)):
            yield from _keys(named[name], named)
        case _:
            yield f"({ast.unparse(argument)})"


def _trouble() -> set[str]:
    """What is said when something goes wrong: the table in `trouble.py`."""
    source = (BOT / "listeners" / "trouble.py").read_text(encoding="utf-8")
    return set(re.findall(r'"(trouble\.[a-z_]+)"', source))


def _on_pages() -> set[str]:
    """What the public pages say: each key stands in a template in full."""
    sources = (path.read_text(encoding="utf-8") for path in (TEMPLATES / "pages").glob("*.html"))
    return {key for source in sources for key in re.findall(r'\bsay\("([a-z_.]+)"', source)}


def _in_use() -> set[str]:
    keys = _trouble() | _on_pages()
    for key, *_ in _said():
        keys |= {key.replace("*", one) for one in COMPUTED[key]} if key in COMPUTED else {key}
    return {key for key in keys if not key.startswith("(")}


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_the_same_messages(code: str):
    """No message is missing or left over in a translation."""
    assert set(_messages(code)) == set(_messages("en"))


@pytest.mark.parametrize("code", CODES)
def test_no_message_is_empty_or_doubtful(code: str):
    """Every message is said, and none is marked as to be checked."""
    assert [key for key, texts in _messages(code).items() if not all(text.strip() for text in texts)] == []
    assert [message.id for message in _po(code) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("code", CODES)
def test_every_language_fills_in_the_same_places(code: str):
    """A translation has the places of the original, in every plural form."""
    english = _messages("en")

    differing = {
        key: text
        for key, texts in _messages(code).items()
        for text in texts
        if _places(text) - {"n"} != _places(english[key][-1]) - {"n"}
    }

    assert differing == {}


def test_keys_that_are_put_together_are_known():
    """Each key with a part that is not fixed has its parts listed above."""
    unknown = {(key, at) for key, _, _, at in _said() if "*" in key and key not in COMPUTED}

    assert unknown == set()


def test_keys_are_written_where_they_are_said():
    """Only the table of troubles hands over a key; everywhere else it can be read on the spot."""
    elsewhere = {(key, at.split(":")[0]) for key, _, _, at in _said() if key.startswith("(")}

    assert elsewhere == {("(key)", "trouble.py")}


def test_every_key_that_is_said_has_a_message():
    """The code says nothing that is not in the catalogues."""
    assert _in_use() - set(_messages("en")) == set()


def test_every_message_is_said():
    """The catalogues hold nothing that the code does not say."""
    assert set(_messages("en")) - _in_use() == set()


def test_every_place_is_filled_in():
    """Where a message is said, each of its places is given a value."""
    english = _messages("en")
    unfilled = {
        (one, at)
        for key, given, more, at in _said()
        if not more
        for one in ([key.replace("*", part) for part in COMPUTED[key]] if key in COMPUTED else [key])
        if one in english
        and not all(_places(text) <= given | {"n"} for text in english[one])
        and not (key == "reason.*" and one != "reason.decline_fresh")
    }

    assert unfilled == set()


def test_what_is_wrong_with_an_input_is_in_the_list_above():
    """Each reason in the code, and no other, is one that this file knows."""
    found: set[str] = set()
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.FunctionDef(name="_wrong" | "_why_missing") as function:
                    found |= {
                        one.value
                        for inner in ast.walk(function)
                        if isinstance(inner, (ast.Return, ast.Dict))
                        for one in ast.walk(inner)
                        if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    }
                case ast.Call(ast.Name("_WrongError"), [ast.Constant(str(reason))]):
                    found.add(reason)

    assert found - {"yes_no"} == WRONG - {"date", "draft_too_long", "draft_unwritable"}


def test_what_scripts_have_is_spoken_of(catalogue: Catalogue):
    """No script has a tone, a form, a channel or a variant that is not in the lists above."""
    facts = [script.facts for script in catalogue.scripts.values()]

    assert {tone for one in facts for tone in one.tones} == TONES
    assert {one.form for one in facts} == FORMS
    assert {channel for one in facts for channel in one.channels} == CHANNELS - {"chat"}
    assert {one.variant for one in facts if one.step is Step.DECLINE} == VARIANTS
    assert {one.variant for one in facts if any(detail.until for detail in one.details)} == ENDING


# how long a message may be: what Slack's places hold


@pytest.mark.parametrize("code", CODES)
def test_the_words_on_a_modals_frame_fit(code: str):
    """A modal's title and its two buttons hold 24 characters."""
    messages = _messages(code)
    frame = ["compose.title", "compose.cancel", "edit.title", "edit.save", "notice.close", "beside.title"]
    frame += ["settings.title", "reminder.title"]
    frame += [key for key in messages if key.startswith("compose.submit_")]

    assert {key: messages[key] for key in frame if len(messages[key][0]) > 24} == {}


@pytest.mark.parametrize("code", CODES)
def test_reasons_and_labels_fit_in_an_option(code: str):
    """An option holds 75 characters, with the longest date of the year in it."""
    options = re.compile(
        r"(reason|relationship|situation|kind|tone|channel)\.|draft\.menu_|reminder\.(move|cancel)$"
        r"|compose\.(sensitive_yes|address)$|pressure\.yes$"
        r"|settings\.(language_slack|urgent_unset)$"
    )
    filled = {
        key: texts[0].replace("{date}", LONG_DATE)
        for key, texts in _messages(code).items()
        if options.match(key)
    }

    assert len(filled) > 40
    assert {key: text for key, text in filled.items() if len(text) > 75} == {}


@pytest.mark.parametrize("code", CODES)
def test_the_words_on_buttons_fit(code: str):
    """A button holds 75 characters."""
    buttons = re.compile(
        r"draft\.(do_|edit$|another$|undo$)|compose\.(more|refresh)$|home\.new_draft$"
        r"|welcome\.start$|admin\.settings$"
        r"|reminder\.(offer|another_day|none|held|asked_again|next)$"
    )
    found = {key: texts[0] for key, texts in _messages(code).items() if buttons.match(key)}

    assert len(found) == 17
    assert {key: text for key, text in found.items() if len(text) > 75} == {}


@pytest.mark.parametrize("code", CODES)
def test_the_words_of_a_confirmation_fit(code: str):
    """A confirmation's title holds 100 characters, its text 300, its buttons 30."""
    messages = _messages(code)
    limits = {
        "draft.another": 100,
        "draft.another_replaces": 300,
        "draft.another_yes": 30,
        "draft.another_no": 30,
    }

    assert {key for key, limit in limits.items() if len(messages[key][0]) > limit} == set()


@pytest.mark.parametrize("code", CODES)
def test_titles_and_placeholders_fit(code: str):
    """Home's headers and the placeholders of inputs hold 150 characters."""
    places = re.compile(
        r"home\.(title|waiting|latest)$|reminder\.header$|details\.(pick_date|choose)$|compose\.requester_pick$"
        r"|settings\.scripts_none_off$"
    )
    found = {key: texts[0] for key, texts in _messages(code).items() if places.match(key)}

    assert len(found) == 8
    assert {key: text for key, text in found.items() if len(text) > 150} == {}


@pytest.mark.parametrize("code", CODES)
def test_a_scripts_words_fit_in_an_option(catalogue: Catalogue, code: str):
    """Titles and what a script is used for stand in options of 75 characters."""
    for script in catalogue.in_language(code):
        words = script.words[code]
        assert len(words.title) <= 75
        assert len(words.use_when) <= 75
        assert all(len(label) <= 75 for one in words.details.values() for label in one.choices.values())


# saying it


@pytest.mark.parametrize(
    ("code", "one", "many"),
    [
        ("en", "Asked 1 time since 3 March.", "Asked 3 times since 3 March."),
        ("nl", "1 keer", "3 keer"),
        ("nb", "1 gang ", "3 ganger "),
    ],
)
def test_asks_are_counted_in_the_plural(languages: Languages, code: str, one: str, many: str):
    """One ask and several have their own form."""
    say = languages[code]

    assert one.casefold() in say.count("history.asks", 1, since="3 March").casefold()
    assert many in say.count("history.asks", 3, since="3 March")


def test_a_message_that_is_missing_is_an_error(languages: Languages):
    """A key never reaches anybody's eyes."""
    with pytest.raises(KeyError, match=r"nb has no message 'compose\.titel'"):
        languages["nb"]("compose.titel")


def test_what_is_filled_in_is_not_read_as_a_place(languages: Languages):
    """A name with braces is only a name."""
    assert languages["en"]("draft.for_message", name="{script}", script="No") == "Draft for {script}: No"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["no"], "nb"),
        (["nn"], "nb"),
        (["nb-NO"], "nb"),
        (["nn_NO"], "nb"),
        (["no-NO"], "nb"),
        (["nl"], "nl"),
        (["nl-BE"], "nl"),
        (["en-GB"], "en"),
        (["EN-us"], "en"),
        (["fr-FR"], "en"),
        (["", "nl-NL"], "nl"),
        (["nb", "nl-NL"], "nb"),
        (["fr", "nl"], "nl"),
        (["xx-$$"], "en"),
        ([""], "en"),
        ([], "en"),
    ],
)
def test_the_best_language_is_the_first_that_is_spoken(languages: Languages, wanted: list[str], code: str):
    """Any Norwegian is bokmål, and whatever is not spoken here is English."""
    assert languages.best(*wanted).code == code


@pytest.mark.parametrize(("code", "name"), [("en", "English"), ("nl", "Nederlands"), ("nb", "Norsk bokmål")])
def test_a_language_is_called_by_its_own_name(languages: Languages, code: str, name: str):
    """Speakers find their language in the menu."""
    assert languages[code].own_name == name


@pytest.mark.parametrize(
    ("code", "expected"), [("en", "30 September"), ("nl", "30 september"), ("nb", "30. september")]
)
def test_a_day_is_said_as_in_drafts(languages: Languages, code: str, expected: str):
    """Around the draft a date reads as in it."""
    day = date(2027, 9, 30)

    assert languages[code].day(day, date(2027, 1, 1)) == expected
    assert languages[code].day(day, date(2026, 1, 1)) == f"{expected} 2027"


@pytest.mark.parametrize(
    ("code", "expected"), [("en", "a, b and c"), ("nl", "a, b en c"), ("nb", "a, b og c")]
)
def test_a_list_is_said_as_in_drafts(languages: Languages, code: str, expected: str):
    """Around the draft a list reads as in it."""
    assert languages[code].listed("abc") == expected
