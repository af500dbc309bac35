"""The catalogue as it ships, and what happens to one that is broken or grows."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.catalogue import Catalogue, Script
from bot.drafting import Request, compose
from bot.paths import TEMPLATES
from bot.proposal import values

SCRIPTS = TEMPLATES / "scripts"
LANGUAGES = ("en", "nl", "nb")
FROM_THE_DOCUMENTS = (
    "clarify_ask",
    "decline_polite",
    "redirect_other",
    "firm_close",
    "no_reply",
    "supplier_sunset",
    "mentee_handoff",
    "mentee_intros",
    "mentee_update",
    "coffee_pause",
    "coffee_group",
    "supplier_next_contract",
)
IDS = sorted(folder.name for folder in SCRIPTS.iterdir() if folder.is_dir())

every_script = pytest.mark.parametrize("script_id", IDS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the scripts, to break or to add to."""
    return Path(shutil.copytree(SCRIPTS, tmp_path / "scripts"))


def test_every_script_that_ships_can_be_read(catalogue: Catalogue):
    """Loading what ships finds no problem."""
    assert catalogue.problems == ()


def test_a_script_is_known_by_its_folder(catalogue: Catalogue):
    """The ids are the names of the folders, in order."""
    assert list(catalogue.scripts) == IDS


@every_language
@pytest.mark.parametrize("script_id", FROM_THE_DOCUMENTS)
def test_every_script_of_the_documents_is_there(catalogue: Catalogue, script_id: str, language: str):
    """What the two documents hold can be drafted in each language, and says where it comes from."""
    script = catalogue[script_id]

    assert script in catalogue.in_language(language)
    assert script.facts.origin == "document"


@every_script
def test_every_script_speaks_every_language(catalogue: Catalogue, script_id: str):
    """A script has words in all three languages."""
    assert set(catalogue[script_id].words) == set(LANGUAGES)


@every_script
@every_language
def test_each_tone_has_three_wordings_at_least(catalogue: Catalogue, script_id: str, language: str):
    """A message can be worded anew twice before it comes round, in every tone."""
    script = catalogue[script_id]

    for tone in script.facts.tones:
        numbers = [wording.number for wording in script.wordings(language, tone)]
        assert numbers == list(range(1, len(numbers) + 1)), tone
        assert len(numbers) >= 3, tone


@every_script
@every_language
def test_no_block_of_a_template_is_out_of_reach(catalogue: Catalogue, script_id: str, language: str):
    """Every block is a wording of one of the script's tones."""
    script = catalogue[script_id]
    reachable = {one.block for tone in script.facts.tones for one in script.wordings(language, tone)}

    blocks = set(script.templates[language].blocks) if script.facts.form == "message" else set()

    assert blocks == reachable


@every_script
@every_language
def test_each_detail_is_asked_for_in_words(catalogue: Catalogue, script_id: str, language: str):
    """Every detail has a label, and what is written into a sentence has a hint how it reads there."""
    script = catalogue[script_id]

    for detail in script.facts.details:
        words = script.words[language].details[detail.id]
        assert words.label.strip(), detail.id
        if script.templates and detail.type in {"text", "list"}:
            assert words.hint, detail.id


@every_script
@every_language
def test_each_detail_has_an_example_of_its_type(catalogue: Catalogue, script_id: str, language: str):
    """The examples fill in every detail, and can be used as they are."""
    script = catalogue[script_id]
    examples = script.examples(language)

    read, wrong = values(script, examples)

    assert list(read) == [detail.id for detail in script.facts.details]
    assert wrong == {}


@every_script
@every_language
def test_an_example_of_a_list_fills_no_more_than_the_list(
    catalogue: Catalogue, script_id: str, language: str
):
    """No example is cut off."""
    script = catalogue[script_id]
    examples = script.examples(language)

    for detail in script.facts.details:
        if detail.type == "list" and detail.id in examples:
            assert 1 <= len(examples[detail.id]) <= detail.items, detail.id


@every_script
@every_language
def test_each_choice_has_a_label(catalogue: Catalogue, script_id: str, language: str):
    """A menu never shows a bare id."""
    script = catalogue[script_id]

    for detail in script.facts.details:
        assert set(script.words[language].details[detail.id].choices) == set(detail.choices), detail.id


@every_language
def test_titles_are_unique(catalogue: Catalogue, language: str):
    """Two scripts of one language never have the same title."""
    titles = [script.words[language].title for script in catalogue.scripts.values()]

    assert len(titles) == len(set(titles))


@every_script
def test_what_a_script_follows_is_in_the_catalogue(catalogue: Catalogue, script_id: str):
    """`after` names scripts that exist."""
    assert all(one in catalogue for one in catalogue[script_id].facts.after)


@every_script
@every_language
def test_a_follow_up_has_words_and_days_or_neither(catalogue: Catalogue, script_id: str, language: str):
    """What is said about following up goes with a number of days."""
    script = catalogue[script_id]

    assert bool(script.words[language].follow_up) == bool(script.facts.follow_up_days)


@pytest.mark.parametrize(
    ("file", "broken", "says"),
    [
        ("script.toml", "origin = ", "script.toml"),
        ("script.toml", 'origin = "hearsay"', "hearsay"),
        ("script.toml", 'origin = "document"\nsurprise = 1', "surprise"),
        ("en.toml", 'title = "Say no', "en.toml"),
        ("nl.toml", 'title = "Nee"', "use_when"),
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

    assert "line 2" in loaded.problems[0]


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

    assert loaded.problems == (f"{path}: uses what the script does not ask for: ['nickname']",)


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

    assert [one for one in IDS if one not in loaded] == ["decline_polite"]


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
        for tone in ("neutral", "warm", "firm")
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
