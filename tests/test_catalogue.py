"""The catalogue as it ships, and what happens to one that is broken or grows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.catalogue import EMAIL_SUBJECT, Catalogue, Detail, DetailWords, Script
from bot.drafting import Request, compose
from bot.filling import values
from bot.ladder import Relationship
from bot.paths import TEMPLATES
from tests.texts import CATALOGUE, LANGUAGES, filled_in

SCRIPTS = TEMPLATES / "scripts"
ORIGINS = {
    "document": (
        *("clarify_ask", "decline_polite", "redirect_other", "firm_close", "no_reply", "supplier_sunset"),
        *("mentee_handoff", "mentee_intros", "mentee_update", "coffee_pause", "coffee_group"),
        "supplier_next_contract",
    ),
    "linked": (
        *("decline_introduction", "opt_out_introduction", "decline_recommendation", "decline_meeting"),
        *("decline_favour", "decline_fundraiser", "decline_advice", "decline_job_lead", "decline_pitch"),
        "fade_ex_colleague",
    ),
    "beyond": (
        *("repeat_no", "decline_event", "decline_defer", "tradeoff_manager", "supplier_written_notice"),
        "no_action",
    ),
}
"""The whole catalogue: what the two documents hold, what they point to, and what was added to them."""

IDS = sorted(one for ids in ORIGINS.values() for one in ids)
TO_BREAK = ("decline_polite", "no_reply", "repeat_no")
FACTS = """
origin = "beyond"
source = "a test"
step = "decline"
variant = "plain"
situations = ["one_off"]
kinds = ["favour"]
tones = ["neutral"]
channels = []
moves = ["no"]
max_words = 20
[[details]]
id = "day"
type = "date"
"""

every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of some scripts, to break or to add to."""
    for script_id in TO_BREAK:
        shutil.copytree(SCRIPTS / script_id, tmp_path / "scripts" / script_id)
    return tmp_path / "scripts"


def details(language: str) -> Iterator[tuple[Script, Detail, DetailWords]]:
    """Every detail of every script, with its words."""
    for script in CATALOGUE.scripts.values():
        for detail in script.facts.details:
            yield script, detail, script.words[language].details[detail.id]


def test_every_script_that_ships_can_be_read():
    """Loading what ships finds no problem."""
    assert CATALOGUE.problems == ()


def test_the_whole_catalogue_is_there():
    """All 28 scripts, and no other, are known by the names of their folders, in order."""
    assert len(IDS) == 28
    assert list(CATALOGUE.scripts) == IDS
    assert [folder.name for folder in sorted(SCRIPTS.iterdir())] == IDS


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_script_says_where_it_comes_from(origin: str):
    """From the documents, from what they link to, or from beyond both."""
    found = {script.id for script in CATALOGUE.scripts.values() if script.facts.origin == origin}

    assert found == set(ORIGINS[origin])


@every_language
def test_every_script_speaks_every_language(language: str):
    """All scripts can be drafted in each language, and there is no fourth."""
    assert [script.id for script in CATALOGUE.in_language(language)] == IDS
    assert {code for script in CATALOGUE.scripts.values() for code in script.words} == set(LANGUAGES)


@every_language
def test_each_tone_has_three_wordings_at_least(language: str):
    """A message can be worded anew twice before it comes round, in every tone; they are numbered from 1."""
    numbers = {
        (script.id, tone): [wording.number for wording in script.wordings(language, tone)]
        for script in CATALOGUE.scripts.values()
        for tone in script.facts.tones
    }

    assert {at: found for at, found in numbers.items() if len(found) < 3} == {}
    assert {at: found for at, found in numbers.items() if found != list(range(1, len(found) + 1))} == {}


@every_language
def test_no_block_of_a_template_is_out_of_reach(language: str):
    """Every block is a wording of one of the script's tones or channels, or an e-mail's subject."""
    for script in CATALOGUE.scripts.values():
        voices = {*script.facts.tones, *script.facts.channels} - {"email"}
        reachable = {one.block for voice in voices for one in script.wordings(language, voice)}
        reachable |= {EMAIL_SUBJECT} if "email" in script.facts.channels else set()

        blocks = set(script.templates[language].blocks) if script.facts.form == "message" else set()

        assert blocks == reachable, script.id


@every_language
def test_each_detail_is_asked_for_in_words(language: str):
    """Every detail has a label, and what is written into a sentence has a hint how it reads there."""
    assert [(script.id, one.id) for script, one, words in details(language) if not words.label.strip()] == []
    assert [
        (script.id, one.id)
        for script, one, words in details(language)
        if script.templates and one.type in {"text", "list"} and not words.hint
    ] == []


@every_language
def test_each_detail_has_an_example_of_its_type(language: str):
    """The examples fill in every detail, and can be used as they are."""
    for script in CATALOGUE.scripts.values():
        read, wrong = values(script, script.examples(language))

        assert list(read) == [detail.id for detail in script.facts.details], script.id
        assert wrong == {}, script.id


@every_language
def test_an_example_of_a_list_fills_no_more_than_the_list(language: str):
    """No example is cut off."""
    lengths = {
        (script.id, one.id): (len(filled_in(script, language)[one.id]), one.items)
        for script, one, _ in details(language)
        if one.type == "list"
    }

    assert len(lengths) >= 9
    assert {at: found for at, found in lengths.items() if not 1 <= found[0] <= found[1]} == {}


@every_language
def test_each_choice_has_a_label(language: str):
    """A menu never shows a bare id."""
    assert [
        (script.id, one.id)
        for script, one, words in details(language)
        if set(words.choices) != set(one.choices)
    ] == []


@every_language
def test_titles_are_unique(language: str):
    """Two scripts of one language never have the same title."""
    titles = [script.words[language].title for script in CATALOGUE.scripts.values()]

    assert len(titles) == len(set(titles))


def test_what_a_script_follows_is_in_the_catalogue():
    """`after` names scripts that exist."""
    followed = {one for script in CATALOGUE.scripts.values() for one in script.facts.after}

    assert followed == {"mentee_handoff", "supplier_sunset"}


def test_whom_a_script_is_for_exists():
    """`relationships` names ones that an author can choose."""
    named = {one for script in CATALOGUE.scripts.values() for one in script.facts.relationships}

    assert named == {Relationship.MANAGER}


@every_language
def test_a_follow_up_has_words_and_days_or_neither(language: str):
    """What is said about following up goes with a number of days."""
    assert [
        script.id
        for script in CATALOGUE.scripts.values()
        if bool(script.words[language].follow_up) != bool(script.facts.follow_up_days)
    ] == []


@every_language
def test_every_script_has_checks_before_it_goes_out(language: str):
    """Whoever sends or keeps something is reminded of what to look at first."""
    forms = {"message", "checklist"}
    scripts = [script for script in CATALOGUE.scripts.values() if script.facts.form in forms]

    assert [script.id for script in scripts if not script.words[language].checks] == []


@pytest.mark.parametrize(
    ("file", "broken", "says"),
    [
        ("script.toml", "origin = ", "script.toml"),
        ("script.toml", 'origin = "hearsay"', "hearsay"),
        ("script.toml", 'origin = "document"\nsurprise = 1', "surprise"),
        ("en.toml", 'title = "Say no', "en.toml"),
        ("nl.toml", 'title = "Nee"', "use_when"),
        ("script.toml", FACTS.replace("plain", "vague"), "variant"),
        ("script.toml", FACTS.replace("[]", '["fax"]'), "channels"),
        ("script.toml", FACTS + "until = true", "until belongs to a pause or a promise"),
        ("script.toml", FACTS.replace('"date"', '"text"') + "until = true", "until belongs to a date"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_that_names_it(
    folder: Path, file: str, broken: str, says: str
):
    """Broken or unknown facts leave the script out, and the problem points at the file."""
    path = folder / "decline_polite" / file
    path.write_text(broken, encoding="utf-8")

    loaded = Catalogue.load(folder)

    assert len(loaded.problems) == 1
    assert str(path) in loaded.problems[0]
    assert says in loaded.problems[0]


def test_broken_toml_is_a_problem_that_names_the_line(folder: Path):
    """TOML that stops in the middle says on which line."""
    path = folder / "decline_polite" / "script.toml"
    path.write_text('origin = "document"\nsource =\n', encoding="utf-8")

    loaded = Catalogue.load(folder)

    assert loaded.problems == (f"{path}:2: Invalid value (column 9)",)


def test_a_syntax_error_is_a_problem_that_names_the_line(folder: Path):
    """A template that does not parse says on which line of which file."""
    path = folder / "decline_polite" / "nl.j2"
    path.write_text("{% block neutral_1 %}\nHoi\n{% if %}\n{% endblock %}\n", encoding="utf-8")

    loaded = Catalogue.load(folder)

    assert loaded.problems[0].startswith(f"{path}:3: ")


def test_an_unknown_filter_is_a_problem_that_names_the_line(folder: Path):
    """A filter that does not exist is found when the catalogue is read, not when somebody drafts."""
    path = folder / "decline_polite" / "nl.j2"
    path.write_text("{% block neutral_1 %}\n{{ name|shout }}\n{% endblock %}\n", encoding="utf-8")

    loaded = Catalogue.load(folder)

    assert loaded.problems[0].startswith(f"{path}:2: ")


def test_a_name_that_is_not_asked_for_is_a_problem(folder: Path):
    """A template may use its own details and the name, nothing else."""
    path = folder / "decline_polite" / "en.j2"
    path.write_text(path.read_text(encoding="utf-8").replace("{{ name }}", "{{ nickname }}"), "utf-8")

    loaded = Catalogue.load(folder)

    assert loaded.problems == (f"{path}:2: the script does not ask for nickname",)


@pytest.mark.parametrize("language", ["en", "nb"])
def test_details_that_do_not_match_are_a_problem(folder: Path, language: str):
    """Facts and words must speak of the same details, in both directions."""
    path = folder / "decline_polite" / f"{language}.toml"
    text = path.read_text(encoding="utf-8").replace("[details.reason]", "[details.excuse]")
    path.write_text(text, encoding="utf-8")

    loaded = Catalogue.load(folder)

    assert loaded.problems == (f"{path}: details do not match: ['excuse', 'reason']",)


def test_a_tone_without_a_wording_is_a_problem(folder: Path):
    """Every tone that the facts name has a first wording in every language."""
    path = folder / "decline_polite" / "nb.j2"
    path.write_text(path.read_text(encoding="utf-8").replace("block firm_1 ", "block frank_1 "), "utf-8")

    loaded = Catalogue.load(folder)

    assert loaded.problems == (f"{path}: has no wording firm_1",)


@pytest.mark.parametrize("block", ["short_1", "email_subject"])
def test_a_channel_without_its_words_is_a_problem(folder: Path, block: str):
    """A short text has a first wording, and an e-mail a subject, wherever the facts name the channel."""
    path = folder / "decline_polite" / "en.j2"
    path.write_text(path.read_text(encoding="utf-8").replace(f"block {block} ", "block spare_1 "), "utf-8")

    loaded = Catalogue.load(folder)

    assert loaded.problems == (f"{path}: has no wording {block}",)


def test_a_missing_template_is_a_problem(folder: Path):
    """Words without a template cannot be drafted."""
    path = folder / "decline_polite" / "nb.j2"
    path.unlink()

    loaded = Catalogue.load(folder)

    assert str(path) in loaded.problems[0]


def test_a_broken_script_leaves_the_others_alone(folder: Path):
    """One broken script is the only one that is missing."""
    (folder / "decline_polite" / "script.toml").write_text("?", encoding="utf-8")

    loaded = Catalogue.load(folder)

    assert list(loaded.scripts) == [one for one in TO_BREAK if one != "decline_polite"]


def test_a_new_script_is_picked_up_from_its_files(folder: Path):
    """A script is added by its folder alone."""
    new = folder / "decline_song"
    new.mkdir()
    (new / "script.toml").write_text(
        """
        origin = "beyond"
        source = "a test"
        step = "decline"
        situations = ["one_off"]
        kinds = ["favour"]
        tones = ["neutral"]
        moves = ["no"]
        max_words = 20
        [[details]]
        id = "song"
        type = "text"
        required = true
        """,
        encoding="utf-8",
    )
    (new / "en.toml").write_text(
        """
        title = "No song"
        use_when = "They want a song."
        advice = "Do not sing."
        [details.song]
        label = "Which song?"
        """,
        encoding="utf-8",
    )
    (new / "en.j2").write_text(
        "{% block neutral_1 %}Hi {{ name }}, I won't sing {{ song }}.{% endblock %}", encoding="utf-8"
    )

    script = Catalogue.load(folder)["decline_song"]

    assert _draft(script, "en", song="that one") == "Hi Ana, I won't sing that one."


def test_a_new_language_is_picked_up_from_its_files(folder: Path):
    """A language is added to a script by its two files alone."""
    home = folder / "repeat_no"
    (home / "de.toml").write_text(
        """
        title = "Noch einmal nein"
        use_when = "Die Antwort bleibt."
        advice = "Kurz bleiben."
        [details.earlier_answer]
        label = "Wann?"
        """,
        encoding="utf-8",
    )
    tones = "".join(
        f"{{% block {tone}_1 %}}Hallo {{{{ name }}}}, es bleibt beim Nein vom {{{{ earlier_answer|date }}}}."
        "{% endblock %}"
        for tone in ("neutral", "warm", "firm", "short")
    )
    (home / "de.j2").write_text(tones, encoding="utf-8")

    loaded = Catalogue.load(folder)

    assert [script.id for script in loaded.in_language("de")] == ["repeat_no"]
    assert (
        _draft(loaded["repeat_no"], "de", earlier_answer="2027-03-03")
        == "Hallo Ana, es bleibt beim Nein vom 3. März."
    )


def _draft(script: Script, language: str, **filled: str) -> str:
    read, _ = values(script, filled)
    return compose(Request(script, language, "Ana", date(2027, 6, 1), details=read)).text
