"""The surfaces of scripts that are not the app's: within Slack's limits, and as they were last looked at."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.added import MOST_SCRIPTS, Added
from bot.catalogue import Catalogue, Kind, Situation, Step, read_script
from bot.localization import Language, Languages
from bot.own import MOST_OWN, Own, script_id, with_own
from bot.paths import TEMPLATES
from bot.proposal import Form, Known, propose
from bot.records import Remembered
from bot.surfaces import draft_message, own_script, script_editor, scripts
from bot.surfaces.answers import answers
from bot.surfaces.compose import Origin
from bot.surfaces.compose import build as compose
from bot.surfaces.draft_message import Shown
from bot.surfaces.script_editor import Editing
from bot.texts import FACTS, BrokenError, Texts
from bot.trial import LONGEST_TEXT, Written, try_out, written
from tests.author import words
from tests.test_surfaces import ADDRESSES, LANGUAGES, TODAY, WORST, check_message_of, check_modal, record

SKELETON = Texts.in_folder(TEMPLATES / "new_script")

every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def say(languages: Languages, language: str) -> Language:
    """The language a surface is drawn in."""
    return languages[language]


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One JSON file for each surface and language."""
    return snapshot.use_extension(JSONSnapshotExtension)


def own(number: int = 0, **said: object) -> Own:
    """A kept text."""
    kept = Own(
        id=script_id(f"0123456789abcde{number}"),
        title="Fridays",
        text="Hi Ana, no. I keep Fridays free.",
        name="Ana",
        language="en",
        tone="firm",
        situations=(Situation.ONE_OFF,),
        kinds=(Kind.EVENT,),
        base="decline_event",
        step=Step.DECLINE,
        variant="plain",
        at=float(number),
    )
    return replace(kept, **said)  # type: ignore[arg-type]


def ours(catalogue: Catalogue, *names: str, language: str = "en", broken: bool = False) -> scripts.Ours:
    """A workspace's own scripts."""
    made = [read_script(one, SKELETON)[0] for one in names]
    problems = dict.fromkeys(names, ())
    if broken:
        problems["older"] = (BrokenError(FACTS, 3, "step: Input should be <this> & not that"),) * 9
    added = Added(
        catalogue.over(made), dict.fromkeys(names, SKELETON), {one.id: one for one in made}, problems, 1
    )
    return scripts.Ours(added, catalogue, language)


def editor(language: str, **texts: object) -> script_editor.Shown:
    """The editor with the skeleton in it."""
    text = replace(written(SKELETON, language), **texts)
    return script_editor.Shown(Editing("no_song", language, new=True), text, tuple(text.spoken))


# Slack's limits


@every_language
def test_a_long_list_is_within_slacks_limits(catalogue, languages, say, language):
    """As many scripts as there can be, with the longest titles, are taken by Slack."""
    names = [f"script_{'x' * 30}_{n}" for n in range(MOST_SCRIPTS)]
    mine = [own(n, id=script_id(f"{n}"), title="&" * 40, text="<no> " * 600) for n in range(MOST_OWN)]
    for own_ones in ([], mine):
        for theirs in (None, ours(catalogue), ours(catalogue, *names, broken=True)):
            check_modal(scripts.build(scripts.Scripts(own_ones, theirs, "x" * 200), say, languages))


@every_language
def test_the_largest_editor_is_within_slacks_limits(languages, say, lint, language):
    """Every input full, every problem, or every preview: Slack takes the editor."""
    facts = SKELETON.facts.replace('["neutral"]', '["neutral", "warm", "firm", "formal"]').replace(
        "max_words", 'channels = ["email", "short", "points"]\nmax_words'
    )
    wordings = "\n---\n".join(f"Hi {{{{ name }}}}, maybe no {n} {'é&<' * 60}" for n in range(6))
    spoken = dict.fromkeys(("neutral", "warm", "firm", "formal", "short", "points"), wordings)
    spoken["email_subject"] = "No"
    full = written(SKELETON, language)
    text = Written(facts, full.words, spoken)
    trial = try_out("no_song", text, language, None, lint)
    assert trial.problems == ()
    assert len(trial.samples) == 36
    editing = Editing("n" * 40, language, new=True, seen="0" * 16, told="0" * 32)
    shown = script_editor.Shown(editing, text, trial.voices, trial=trial, doubts=["x" * 200])
    check_modal(script_editor.build(shown, say, languages))
    broken = replace(trial, problems=(BrokenError("firm", 9, "&" * 300),) * 60)
    longest = dict.fromkeys(trial.voices, "&" * LONGEST_TEXT)
    worst = Written("<" * LONGEST_TEXT, "&" * LONGEST_TEXT, longest)
    view = script_editor.build(replace(shown, written=worst, trial=broken), say, languages)
    check_modal(view)
    assert len(json.dumps(view)) < 250_000


@every_language
def test_the_longest_text_can_be_kept(catalogue, say, language):
    """The modal of an author's own takes the longest draft and the longest name."""
    kept = record(catalogue["repeat_no"], language, text=f"{WORST} <no> " * 33, name=WORST, edited=True)
    check_modal(own_script.build(kept, "&" * 40, say))
    nameless = replace(kept, name="")
    check_modal(own_script.build(nameless, "x", say))
    shown = Shown(kept, catalogue["repeat_no"], kept.id, TODAY)
    check_message_of(draft_message.build(shown, say))


@every_language
def test_whatever_an_admin_writes_others_can_open(catalogue, languages, say, language):
    """A script with everything at its longest is drawn for everybody within Slack's limits."""
    choices = ", ".join(f'"choice_{n}_{"x" * 30}"' for n in range(20))
    kinds = ("text", "list", "date", "number", "choice", "yes_no")
    details, labels = "", ""
    for n in range(12):
        name, kind = f"{'x' * 38}_{chr(97 + n)}", kinds[n % 6]
        more = f"choices = [{choices}]" if kind == "choice" else "items = 6" if kind == "list" else ""
        required = ["false", "true"][n % 2]
        details += f'[[details]]\nid = "{name}"\ntype = "{kind}"\nrequired = {required}\n{more}\n'
        labels += f'[details.{name}]\nlabel = "{"&" * 80}"\nhint = "{"<" * 150}"\n'
    facts = f"""
step = "decline"
situations = ["one_off", "coffee"]
kinds = ["event", "any"]
tones = ["neutral", "warm", "firm", "formal"]
max_words = 500
{details}"""
    checks = ", ".join(f'"{"&" * 200}"' for _ in range(10))
    text = f'title = "{"<" * 40}"\nuse_when = "{"&" * 75}"\nadvice = "{"<" * 400}"\n'
    text += f"checks = [{checks}]\n{labels}"
    tones = ("neutral", "warm", "firm", "formal")
    blocks = "".join(f"{{% block {one}_1 %}}no{{% endblock %}}" for one in tones)
    script, broken = read_script("x" * 40, Texts(facts, {"en": text}, {"en": blocks}))
    assert broken == ()
    filled = Form(
        name="Bo",
        situation=Situation.ONE_OFF,
        kind=Kind.EVENT,
        script=script.id,
        language="en",
        more=True,
    )
    known = Known(catalogue.over([script]), languages, Remembered(), None, "en", TODAY, ADDRESSES)
    proposal = propose(filled, known)
    assert proposal.script is script
    check_modal(compose(proposal, Origin(), None, [], (), "", say, languages))
    kept = record(script, "en", name=WORST)
    check_message_of(draft_message.build(Shown(kept, script, kept.id, TODAY), say))


# As they look


@every_language
@pytest.mark.parametrize("state", ["member", "kept", "empty", "full"])
def test_scripts(catalogue, languages, say, looks, state, language):
    """The list of scripts, for a member and for an admin."""
    done = {"kept": say("scripts.done_kept"), "full": say("scripts.done_saved")}.get(state, "")
    mine = [] if state in {"member", "empty"} else [own(1), own(2, title="Kvist & Co", text="No <thanks>")]
    theirs = {
        "empty": ours(catalogue, language=language),
        "full": ours(catalogue, "decline_event", "no_song", language=language, broken=True),
    }.get(state)
    view = scripts.build(scripts.Scripts(mine, theirs, done), say, languages)
    check_modal(view)
    assert view == looks


@every_language
@pytest.mark.parametrize("state", ["new", "previewed", "broken", "doubtful", "override"])
def test_script_editor(catalogue, languages, lint, say, looks, state, language):
    """The editor of a workspace's script."""
    shown = editor(language)
    if state == "override":
        script = catalogue["no_reply"]
        text = written(script.texts, language)
        title = script.about(language).title
        shown = script_editor.Shown(Editing("no_reply", language), text, (), title, replaces=True)
    weak = {
        "en": "Hi {{ name }}, maybe later.",
        "nl": "Hoi {{ name }}, misschien later.",
        "nb": "Hei {{ name }}, kanskje senere.",
    }
    spoken = {
        "broken": {"neutral": "Hi\n{{ name.first }}"},
        "doubtful": {"neutral": f"{weak[language]}\n---\n{weak[language]}"},
    }.get(state, shown.written.spoken)
    shown = replace(shown, written=replace(shown.written, spoken=spoken))
    if state in {"previewed", "broken", "doubtful"}:
        shown = replace(shown, trial=try_out("no_song", shown.written, language, None, lint))
    if state == "doubtful":
        told = replace(shown.editing, told="0" * 16)
        shown = replace(shown, editing=told, doubts=[say("editor.elsewhere")], sent=True)
    view = script_editor.build(shown, say, languages)
    check_modal(view)
    assert view == looks


@every_language
@pytest.mark.parametrize("state", ["named", "nameless"])
def test_own_script(catalogue, say, looks, state, language):
    """The modal in which an author keeps a text."""
    text = {"named": "Hi Ana, no. I keep Fridays free, Ana.", "nameless": "No, I keep Fridays free."}[state]
    script = catalogue["decline_event"]
    kept = record(script, language, text=text, edited=True, kind=Kind.EVENT)
    view = own_script.build(kept, script.about(language).title, say)
    check_modal(view)
    assert view == looks


@every_language
def test_an_own_script_among_the_answers(catalogue, languages, say, looks, language):
    """What is the author's own is marked as such."""
    mine = with_own(catalogue, [own(language=language)])
    known = Known(mine, languages, Remembered(), None, language, TODAY)
    proposal = propose(Form(name="Bo", situation=Situation.ONE_OFF, kind=Kind.EVENT), known)
    assert proposal.ladder
    assert proposal.fit
    shown = [*answers(proposal, proposal.ladder, proposal.fit, say)]
    assert say("own.mark") in words(shown)
    assert shown == looks
