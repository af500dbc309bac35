"""`decline scripts check`: the scripts as they ship are clean, and each kind of fault is found in a copy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.catalogue import Catalogue
from bot.inspection import FEWEST_WORDINGS, MOST_IN_COMMON, inspect
from bot.paths import TEMPLATES
from tests.texts import CATALOGUE, LANGUAGES, LINT

Broken = Callable[..., list[str]]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """Copies one script, changes one of its files, and says what is found; no new text deletes the file."""

    def found(script_id: str, file: str, *changes: tuple[str, str], text: str | None = None) -> list[str]:
        home = tmp_path / script_id
        shutil.copytree(TEMPLATES / "scripts" / script_id, home)
        path = home / file
        if not changes and text is None:
            path.unlink()
        else:
            text = path.read_text(encoding="utf-8") if text is None else text
            for pattern, new in changes:
                text, times = re.subn(pattern, lambda _, new=new: new, text, flags=re.DOTALL)
                assert times, f"{path} has no {pattern}"
            path.write_text(text, encoding="utf-8")
        return list(inspect(Catalogue.load(tmp_path), LINT, LANGUAGES))

    return found


def wording(block: str, text: str) -> tuple[str, str]:
    """A change: another text for a wording."""
    return rf"{{% block {block} %}}.*?{{% endblock %}}", f"{{% block {block} %}}\n{text}\n{{% endblock %}}"


def rules(found: Sequence[str]) -> set[str]:
    """Which rules of the lint are named in the lines."""
    return {match[1] for line in found if (match := re.search(r": ([a-z_]+) “", line))}


def test_what_ships_is_clean():
    """Every script in every language, tone, wording, channel and form of address is without fault."""
    assert list(inspect(CATALOGUE, LINT, LANGUAGES)) == []


@pytest.mark.parametrize("script_id", ["repeat_no", "supplier_next_contract", "no_reply"])
def test_a_missing_language_is_found(broken: Broken, script_id: str):
    """A script without its words in one of the languages says which."""
    assert broken(script_id, "nb.toml") == [f"{script_id} nb: missing"]


def test_a_script_that_cannot_be_read_is_found(broken: Broken):
    """What is wrong with a file comes from the catalogue, with the path."""
    (problem,) = broken("repeat_no", "script.toml", text="?")

    assert "repeat_no/script.toml" in problem


def test_too_few_wordings_are_found(broken: Broken):
    """Each tone needs three."""
    assert FEWEST_WORDINGS == 3
    assert broken("repeat_no", "nl.j2", ("block firm_3", "block spare_1")) == [
        "repeat_no nl firm: 2 wordings, at least 3 needed"
    ]


@pytest.mark.parametrize(
    ("script_id", "file", "line", "problem"),
    [
        ("decline_event", "en.toml", 'example = "the spring[^\n]*', "decline_event en: no example for event"),
        (
            "decline_event",
            "nb.toml",
            'example = "Maja[^\n]*',
            "decline_event nb: no example for other_speaker",
        ),
    ],
)
def test_a_missing_example_is_found(broken: Broken, script_id: str, file: str, line: str, problem: str):
    """Required or not, a detail has an example in every language."""
    assert broken(script_id, file, (line, "")) == [problem]


def test_a_missing_example_of_a_date_is_found(broken: Broken):
    """An example that all languages share is missed in each."""
    found = broken("repeat_no", "script.toml", ("example = 2027-03-03", ""))

    assert found == [f"repeat_no {code}: no example for earlier_answer" for code in LANGUAGES]


def test_an_example_that_cannot_be_used_is_found(broken: Broken):
    """An example is one that an author could fill in."""
    found = broken("coffee_pause", "script.toml", ('example = "message"', 'example = "pigeon"'))

    assert found == [
        f"coffee_pause {code}: the example for urgent_channel is not usable (choice)" for code in LANGUAGES
    ]


def test_wordings_that_are_too_alike_are_found(broken: Broken):
    """Two wordings of a tone that share most of their words are named with how much they share."""
    same = "Hi {{ name }}, my answer of {{ earlier_answer|date }} stands: it's a no, for good."
    almost = same.replace("for good", "once more")
    found = broken("repeat_no", "en.j2", wording("warm_1", same), wording("warm_3", almost))

    assert MOST_IN_COMMON == 0.6
    assert len(found) == 1
    assert re.fullmatch(r"repeat_no en warm: wordings 1 and 3 share [78]\d% of their words", found[0])


def test_the_same_words_in_two_tones_are_fine(broken: Broken):
    """Only the wordings that one person may get in turn are compared."""
    same = "Hi {{ name }}, my answer of {{ earlier_answer|date }} stands: it's a no, for good."

    assert broken("repeat_no", "en.j2", wording("warm_1", same), wording("firm_3", same)) == []


def test_a_wording_that_is_too_long_is_found(broken: Broken):
    """Every text is held to the length that the facts allow."""
    found = broken("repeat_no", "script.toml", ("max_words = 40", "max_words = 12"))

    assert rules(found) == {"too_long"}
    assert {line.split(":")[0] for line in found} >= {f"repeat_no {code} chat warm 1" for code in LANGUAGES}
    assert not [line for line in found if " short " in line]


@pytest.mark.parametrize("block", ["short_1", "short_2"])
def test_a_short_text_that_is_too_long_is_found(broken: Broken, block: str):
    """Every text message is held to 25 words, and not only the first."""
    long = "Hi {{ name }}, it's a no, as on {{ earlier_answer|date }}." + " Let's leave the topic." * 6
    found = broken("repeat_no", "nb.j2", wording(block, long.replace("it's a no", "svaret er nei")))

    assert [line.partition(" “")[0] for line in found] == [
        f"repeat_no nb short neutral {block[-1]}: too_long"
    ] * 2


def test_a_no_that_is_not_clear_is_found(broken: Broken):
    """A wording that leaves the answer to guess has no outcome."""
    vague = "Hi {{ name }}, thanks for your message of {{ earlier_answer|date }}. I wish you a good week."
    found = broken("repeat_no", "en.j2", wording("neutral_2", vague))

    assert {line.partition(": ")[0] for line in found} == {"repeat_no en chat neutral 2"}
    assert rules(found) == {"no_outcome"}


def test_a_question_that_asks_nothing_is_found(broken: Broken):
    """What should ask one thing must have one question in it."""
    mute = "Hi {{ name }}, good to hear from you. Tell me what you'd like."
    found = broken("clarify_ask", "en.j2", wording("warm_2", mute))

    assert {line.partition(": ")[0] for line in found} == {"clarify_ask en chat warm 2"}
    assert rules(found) == {"no_outcome"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Sorry, {{ name }}, it's still a no, as on {{ earlier_answer|date }}.", "apology"),
        ("Hi {{ name }}, as on {{ earlier_answer|date }} it's a no. I'm too busy.", "bare_time"),
        ("Hi {{ name }}, as on {{ earlier_answer|date }} it's a no. Ask me next time.", "open_door"),
        ("Hi {{ name }}, as on {{ earlier_answer|date }} it's a no. Ask Bob, he knows.", "invented"),
    ],
)
def test_a_wording_with_a_fault_is_found(broken: Broken, text: str, rule: str):
    """What the lint finds is told with the words, and with the whole text."""
    found = broken("repeat_no", "en.j2", wording("firm_2", text))

    assert rules(found) == {rule}
    assert {line.partition(": ")[0] for line in found} == {"repeat_no en chat firm 2"}
    assert all("Sam" in line.partition(" in: ")[2] for line in found)


@pytest.mark.parametrize("when", ["if other_speaker", "if not other_speaker"])
def test_a_fault_behind_an_optional_detail_is_found(broken: Broken, when: str):
    """A text is looked at with everything filled in, and with as little as possible."""
    text = f"Hi {{{{ name }}}}, it's a no to {{{{ event }}}}. {{% {when} %}}Sorry!{{% endif %}}"
    found = broken("decline_event", "en.j2", wording("warm_1", text))

    assert rules(found) == {"apology"}


def test_a_mixed_form_of_address_is_found(broken: Broken):
    """A wording is looked at in each form of address."""
    mixed = (
        '{{ name }}, {{ jij("je", "u") }} vraagt het weer. Nee, als op {{ earlier_answer|date }}. Dank je.'
    )
    found = broken("repeat_no", "nl.j2", wording("short_2", mixed))

    assert rules(found) == {"mixed_address"}
    assert all("u / je" in line or "je / u" in line for line in found)


def test_a_checklist_without_checks_is_found(broken: Broken):
    """What is nothing but checks must have some, in every language."""
    found = broken("supplier_next_contract", "nb.toml", (r"checks = \[.*?\n\]", "checks = []"))

    assert found == ["supplier_next_contract nb: a checklist without checks"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Hi {{ name }}, no to {{ event }}, {{ other_speaker|capital }}.", "line 2: other_speaker may be"),
        ("Hi {{ name }},\nno to {{ event }} with {{ other_speaker }}.", "line 3: other_speaker may be"),
        ("Hi {{ name }}, no to {{ event }}{{ ' or ' ~ other_speaker }}.", "other_speaker may be left empty"),
    ],
)
def test_a_wording_that_cannot_be_written_is_found(broken: Broken, text: str, why: str):
    """What would fail when somebody drafts is told here, with the script and the language."""
    (problem,) = broken("decline_event", "en.j2", wording("neutral_1", text))

    assert problem.startswith("decline_event en: cannot be written (")
    assert why in problem


def test_one_script_with_a_fault_hides_no_other(tmp_path: Path):
    """After a script that cannot even be written, the next is looked at."""
    for script_id, optional in (("decline_event", "other_speaker"), ("decline_polite", "reason")):
        shutil.copytree(TEMPLATES / "scripts" / script_id, tmp_path / script_id)
        path = tmp_path / script_id / "en.j2"
        text = path.read_text(encoding="utf-8").replace("{{ name }}", f"{{{{ {optional} }}}}")
        path.write_text(text, encoding="utf-8")

    found = list(inspect(Catalogue.load(tmp_path), LINT, LANGUAGES))

    assert [line.split(" (")[0] for line in found] == [
        "decline_event en: cannot be written",
        "decline_polite en: cannot be written",
    ]
