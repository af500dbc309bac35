"""Every surface: within Slack's limits whatever it shows, and as it was when somebody last looked at it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot import ids
from bot.browsing import Acquaintance, Filter, Overview, Page, People
from bot.catalogue import Catalogue, Kind, Script, Situation, Step
from bot.ladder import Answer, Fit, Outcome, Relationship
from bot.lint import Expected, Finding, Lint
from bot.listeners.reading import DOUBTS
from bot.localization import Language, Languages
from bot.offer import gap
from bot.paths import TEMPLATES
from bot.playground.rules import Refused, check_message, check_view
from bot.proposal import Form, Known, Proposal, propose
from bot.records import Filled, Notes, Person, Profile, Record, Remembered, Reminded, Reminder
from bot.suggest.preselection import Suggested
from bot.surfaces import beside, compose, draft_message, draft_view, edit, history, home, notice
from bot.surfaces import help as help_surface
from bot.surfaces import person as person_surface
from bot.surfaces import reminders as reminders_surface
from bot.surfaces import settings as settings_surface
from bot.surfaces.beside import LONGEST_NOTE, Beside
from bot.surfaces.compose import Origin
from bot.surfaces.draft_message import Shown
from bot.surfaces.edit import Editing
from bot.surfaces.place import HISTORY, OVERVIEW, PEOPLE, REMINDERS, WAITING, Place
from bot.workspace import Change, Settings
from tests.author import words
from tests.test_offer import NEEDED

TODAY = date(2027, 3, 3)
NOON = datetime(2027, 3, 3, 12, tzinfo=UTC).timestamp()
LANGUAGES = ("en", "nl", "nb")
ANA = Profile(id="UANA", name="Ana", locale="en-US", tz="Europe/Amsterdam")
URL = "https://hooks.slack.com/actions/T0PLAY/1234567890123/abcdefghijklmnopqrstuvwx"
SCRIPTS = sorted(folder.parent.name for folder in (TEMPLATES / "scripts").glob("*/script.toml"))
DRAFTED = [one for one in SCRIPTS if one != "no_action"]
"""Nothing is kept of "nothing to decline"."""

WORST = "&" * 79 + "<"
"""The longest name, and the longest way of writing it."""

MARK = "AbCdEfGhIjKlMnOpQrStUv"
"""The mark of a requester."""

WAY_OUT = "Noor & HR <hr@example.com>, ext. 12"
"""Whom to turn to, as somebody might have set it."""

ADDRESSES = {"en": (), "nl": ("je", "u"), "nb": ()}

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_script = pytest.mark.parametrize("script_id", SCRIPTS)


@pytest.fixture
def say(languages: Languages, language: str) -> Language:
    """The language a surface is drawn in."""
    return languages[language]


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One JSON file for each surface and language."""
    return snapshot.use_extension(JSONSnapshotExtension)


# What is shown


def told(script: Script, outcome: Outcome = Outcome.SENT, on: date = date(2027, 2, 1)) -> Answer:
    """An answer that was given with a script."""
    facts = script.facts
    return Answer(
        ask=f"ask of {on}",
        on=on,
        situation=facts.situations[0],
        kind=Kind.INTRODUCTION,
        script_id=script.id,
        step=facts.step,
        variant=facts.variant,
        outcome=outcome,
        language="en",
        tone=facts.tones[0] if facts.tones else "",
        wording=1,
    )


def before(catalogue: Catalogue, script: Script) -> tuple[Answer, ...]:
    """What has to be answered before a script fits."""
    if script.facts.after:
        return (told(catalogue[script.facts.after[0]]),)
    earlier = {
        "repeat": ["decline_polite"],
        "close": ["decline_polite"],
        "silence": ["decline_polite", "firm_close"],
    }
    return tuple(told(catalogue[one]) for one in earlier.get(script.facts.step, []))


def person(answers: tuple[Answer, ...], relationship: Relationship | None = None) -> Person | None:
    """Ana as the author knows her."""
    if not answers:
        return None
    return Person("Ana", "UANA", relationship, answers[-1].situation, answers[-1].kind, "", answers)


def proposed(catalogue: Catalogue, languages: Languages, language: str, form: Form, **known: Any) -> Proposal:
    """What the modal proposes for a form."""
    remembered = Remembered(person=known.pop("person", None), away=known.pop("away", False))
    profile, suggested = known.pop("profile", ANA), known.pop("suggested", None)
    of_ana = Known(catalogue, languages, remembered, profile, language, TODAY, ADDRESSES, suggested=suggested)
    return propose(form, of_ana)


def modal(
    proposal: Proposal, say: Language, languages: Languages, found: Sequence[Finding], **more: Any
) -> dict[str, Any]:
    """The modal, as it comes from the message shortcut."""
    way_out = more.pop("way_out", "")
    where = Origin(URL, "ask0000000000000", proposal.profile, more=proposal.form.more, **more)
    quote = compose.quoted("Could you introduce me to your head of marketing? A few lines would do.")
    forms = ADDRESSES[proposal.language]
    return compose.build(proposal, where, quote, found, forms, way_out, say, languages)


def everything(proposal: Proposal, lint: Lint) -> list[Finding]:
    """As many findings as there can be: nothing was known of the draft, and it is too long."""
    known = Expected(outcome="question", longest=1, known="")
    return lint.findings(proposal.draft.text, proposal.language, known) if proposal.draft else []


def form(script: Script, **more: Any) -> Form:
    """The form for a script, without its details."""
    facts = script.facts
    kind = next((Kind(one) for one in facts.kinds if one in set(Kind)), Kind.INTRODUCTION)
    blank = Form(
        requester="UANA",
        relationship=next(map(Relationship, facts.relationships), None),
        situation=facts.situations[0],
        kind=kind,
        script=script.id,
        ask="now",
    )
    return replace(blank, **more)


def states(catalogue: Catalogue, script: Script, language: str) -> Iterator[tuple[str, Form, dict[str, Any]]]:
    """Everything that can be the matter with the modal for one script."""
    examples = script.examples(language)
    answers = before(catalogue, script)
    known = {"person": person(answers)}
    long: dict[str, Filled] = {
        one.id: _longest(one.type, one.items) or examples.get(one.id, "") for one in script.facts.details
    }
    wrong: dict[str, Filled] = {one.id: _wrong(one.type) for one in script.facts.details}
    for more in (False, True):
        yield f"missing, more={more}", form(script, more=more), known
        yield f"filled, more={more}", form(script, details=examples, more=more), known
    yield "longest", form(script, details=long, name=WORST, more=True), known
    yield "wrong", form(script, details=wrong, more=True), known
    yield "away", form(script, details=examples), {**known, "away": True}
    for channel in script.facts.channels:
        yield f"longest, {channel}", form(script, details=long, name=WORST, channel=channel), known
    manager = {"person": person(answers, Relationship.MANAGER)}
    yield "guarded", form(script, details=examples), manager
    yield "formal address", form(script, details=examples, address="u"), known
    yield "pressured", form(script, details=examples, more=True, pressured=True), known
    kind = form(script).kind
    paused = replace(told(script), kind=kind, step=Step.DECLINE, variant="pause", until=date(2027, 12, 31))
    yield "paused", form(script, details=examples), {"person": person((*answers, paused))}
    yield "sensitive", form(script, details=examples, sensitive=True), known
    yield "a bot", form(script), {**known, "profile": replace(ANA, is_bot=True)}
    yield "deactivated", form(script), {**known, "profile": replace(ANA, deleted=True)}
    yield "nobody", replace(form(script), requester=""), {"profile": None}


def _longest(kind: str, items: int) -> Filled | None:
    if kind == "text":
        return "&" * 600
    return ["<" * 600] * items if kind == "list" else None


def _wrong(kind: str) -> Filled:
    return {"text": "x" * 3000, "list": "x" * 3000, "yes_no": False}.get(kind, "neither")


def record(script: Script, language: str = "en", **more: Any) -> Record:
    """A draft for Ana."""
    text = ""
    if script.facts.form == "message":
        text = f"Hi Ana, this is a draft in {language}.\n\nRobin"
    kept = Record(
        id="draft00000000001",
        person="mark",
        name="Ana",
        user="UANA",
        ask="ask",
        situation=script.facts.situations[0],
        kind=Kind.INTRODUCTION,
        script_id=script.id,
        language=language,
        tone=script.facts.tones[0] if script.facts.tones else "",
        wording=1,
        text=text,
        created=NOON,
        changed=NOON,
        on=TODAY,
    )
    return replace(kept, **more)


# Slack's limits


def check(blocks: list[dict[str, Any]], most: int) -> None:
    """Hold blocks to the limits that `slack_sdk` and the playground know, and to those written down here."""
    parsed = Block.parse_all(blocks)
    assert len(parsed) == len(blocks)
    for block in parsed:
        block.to_dict()
    assert len(blocks) <= most
    named = [one["block_id"] for one in blocks if one.get("block_id")]
    assert len(set(named)) == len(named)
    for block in blocks:
        inside = [block.get("element"), block.get("accessory")]
        inside += block["elements"] if block["type"] == "actions" else []
        elements = [one for one in inside if one]
        assert len({one["action_id"] for one in elements}) == len(elements)
        groups = [group for one in elements for group in one.get("option_groups", [one])]
        assert all(len(group["label"]["text"]) <= 75 for group in groups if "label" in group)
        assert all(len(group.get("options", [])) <= 100 for group in groups)
        for option in (option for group in groups for option in group.get("options", [])):
            assert len(option["text"]["text"]) <= 75
            assert len(option["value"]) <= 75
            assert len(option.get("description", {"text": "-"})["text"]) in range(1, 76)
    assert all(0 < len(text) <= 3000 for text in _texts(blocks))
    assert [text for text in _texts(blocks, "mrkdwn") if _CUT.search(text)] == []


def check_modal(view: dict[str, Any]) -> None:
    """Hold a modal to Slack's limits."""
    check(view["blocks"], 100)
    View(**view).to_dict()
    check_view(view, "modal")
    assert len(view.get("private_metadata", "")) <= 3000
    assert all(len(view[name]["text"]) <= 24 for name in ("title", "submit", "close") if view.get(name))
    assert view.get("submit") or not [one for one in view["blocks"] if one["type"] == "input"]


def check_message_of(message: dict[str, Any]) -> None:
    """Hold a message to Slack's limits."""
    check(message["blocks"], 50)
    check_message(message["text"], message["blocks"])
    assert 0 < len(message["text"]) <= 4000


_CUT = re.compile(r"&(?!(?:amp|lt|gt);)")
"""An entity that was cut in two, or a character that was never escaped."""


def _texts(value: Any, kind: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, kind)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name != "text" or not isinstance(inner, str):
                yield from _texts(inner, kind)
            elif kind in {"", value.get("type")}:
                yield inner


@every_language
@every_script
def test_the_modal_is_within_slacks_limits(catalogue, languages, lint, say, script_id, language):
    """For each script, in each language, whatever is filled in, missing or wrong, Slack takes the modal."""
    script = catalogue[script_id]
    for state, filled, known in states(catalogue, script, language):
        proposal = proposed(catalogue, languages, language, filled, **known)
        try:
            found = everything(proposal, lint)
            check_modal(modal(proposal, say, languages, found, way_out=WAY_OUT * 60))
        except (AssertionError, Refused) as error:
            raise AssertionError(f"{state}: {error}") from error


@every_script
def test_the_states_show_the_script_they_are_about(catalogue, languages, script_id):
    """The states above reach each script, with a draft where all is filled in: they try what they say."""
    script = catalogue[script_id]
    shown = {
        state: proposed(catalogue, languages, "nl", filled, **known)
        for state, filled, known in states(catalogue, script, "nl")
    }
    assert shown["filled, more=True"].script is script
    assert shown["filled, more=True"].draft is not None
    if any(one.required for one in script.facts.details):
        assert shown["wrong"].wrong or shown["wrong"].missing
    for channel in script.facts.channels:
        assert (shown[f"longest, {channel}"].script, shown[f"longest, {channel}"].channel) == (
            script,
            channel,
        )
    assert (shown["pressured"].script, shown["formal address"].address) == (None, "u")
    paused = shown["paused"]
    assert paused.script
    same = paused.script.facts.variant == "pause"
    after = paused.script.facts.step in {Step.FOLLOW_THROUGH, Step.ADVICE, Step.NONE}
    assert (paused.contradiction is None) == (same or after)


@every_language
def test_what_travels_in_the_modal_fits(catalogue, languages, say, language):
    """With all touched, and every detail and reason at its longest, the metadata is within its limit."""
    every_detail = {detail.id for script in catalogue.scripts.values() for detail in script.facts.details}
    touched = (ids.NAME, ids.RELATIONSHIP, ids.SITUATION, ids.KIND, ids.SCRIPT, ids.TONE, ids.DRAFT_LANGUAGE)
    touched += (ids.CHANNEL, ids.ADDRESS, ids.PRESSURED, ids.SENSITIVE)
    touched += tuple(sorted(ids.DETAIL + one for one in every_detail))
    proposal = proposed(catalogue, languages, language, form(catalogue["mentee_handoff"], name=WORST))
    proposal = replace(proposal, profile=replace(ANA, name="é" * 80))
    given = replace(proposal.form, details=dict.fromkeys(sorted(every_detail), "ж😀" * 300))
    suggested = Suggested(Situation.UNCLEAR_ASK, Kind.RECOMMENDATION, ('"' * 40,) * 3, language="nl")
    view = modal(
        replace(proposal, form=given),
        say,
        languages,
        [],
        touched=touched,
        address="u",
        suggested=suggested,
    )
    check_modal(view)
    assert set(json.loads(view["private_metadata"])["touched"]) == set(touched)
    assert json.loads(view["private_metadata"])["suggested"]["because"] == [*suggested.because]


@every_language
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("script_id", DRAFTED)
def test_the_message_is_within_slacks_limits(catalogue, say, lint, script_id, outcome, language):
    """Each script's message, in each language, whatever became of it, is taken by Slack at its longest."""
    script = catalogue[script_id]
    if script.facts.form == "silence" and outcome is Outcome.SENT:
        outcome = Outcome.SILENCE  # what is recorded of a script that sends nothing
    kept = record(script, language, outcome=outcome, name=WORST)
    if kept.text:
        kept = replace(kept, text="no & maybe <sorry> " * 157)
    held = "sealed:" + "A" * 1993
    found = lint.findings(kept.text, language)
    for shown in (
        Shown(kept, script, kept.id, TODAY, findings=found, last_wording=True),
        Shown(kept, script, held, TODAY, saved=False, findings=found),
        Shown(replace(kept, text="", edited=True), script, held, TODAY, saved=False, complete=False),
        Shown(replace(kept, edited=True), script, kept.id, TODAY),
    ):
        check_message_of(draft_message.build(shown, say))


@every_language
def test_home_is_within_slacks_limits(catalogue, languages, say, language):
    """Each page of Home with ten of the longest drafts and names is taken by Slack."""
    for outcome in Outcome:
        records = [
            record(
                catalogue[DRAFTED[n]],
                id=f"draft{n}",
                outcome=outcome,
                name=WORST,
                text="<no> " * 600,
            )
            for n in range(home.SIZE)
        ]
        for found, admin in product(everything_in_home(catalogue, records), (False, True)):
            where = {Page: HISTORY, People: PEOPLE, Reminded: REMINDERS}.get(type(found), OVERVIEW)
            known = acquaintances(catalogue, home.SIZE)
            person_filter = Filter("person", known[0].mark)
            fits = {one.mark: Fit(catalogue["repeat_no"], "repeat_declined", TODAY) for one in known}
            for at in (Place(where, 20, person_filter), Place(WAITING if where == HISTORY else where)):
                view = home.build(
                    home.Home(found, catalogue, TODAY, at, known, fits, admin, 730), say, languages
                )
                check(view["blocks"], 100)
                View(**view).to_dict()
                check_view(view, "home")


def acquaintances(catalogue: Catalogue, count: int, name: str = WORST) -> list[Acquaintance]:
    """People with long names, each with an answer."""
    answers = (told(catalogue["decline_polite"], on=date(2027, 1, 8)), told(catalogue["repeat_no"]))
    return [
        Acquaintance(f"{MARK[:-2]}{n:02}", Person(name, f"U{n}", answers=answers[: 1 + n % 2], muted=n == 2))
        for n in range(count)
    ]


def everything_in_home(
    catalogue: Catalogue, records: list[Record]
) -> list[Overview | Page | People | Reminded | None]:
    """What each page of Home can be made of."""
    page = Page(records, 1000, 20)
    people = People(acquaintances(catalogue, len(records)), 1000, 20)
    reminded = tuple(replace(one, reminder=REMINDER) for one in records)
    return [
        *(None, Overview(), Overview(page, page, people, dict.fromkeys(Step, 99999)), page, people, Page()),
        *(Reminded(reminded, (), 1000, 20), Reminded((), reminded, 1000), Reminded()),
    ]


@every_language
@pytest.mark.parametrize("script_id", [*DRAFTED, ""])
def test_a_person_is_within_slacks_limits(catalogue, say, script_id, language):
    """With the longest name, notes and history, and with none of it, Slack takes the modal."""
    notes = Notes("&" * LONGEST_NOTE, "<" * LONGEST_NOTE)
    records = [record(catalogue[script_id], id=f"d{n}", name=WORST) for n in range(5)] if script_id else []
    full = Person(WORST, "UANA", Relationship.CLIENT, answers=(told(catalogue["repeat_no"]),), notes=notes)
    for known in (full, replace(full, muted=True), Person("")):
        at = Place(HISTORY, 10, Filter("person", MARK))
        fit = Fit(catalogue["repeat_no"], "repeat_declined", TODAY)
        shown = person_surface.Shown(MARK, known, Page(records, 1000, 5), fit, catalogue, TODAY, at)
        view = person_surface.build(shown, say)
        check_modal(view)
        assert person_surface.whose(view) == (MARK, at)


@every_language
def test_the_small_surfaces_are_within_slacks_limits(catalogue, say, language):
    """Help, history, notices and the edit modal are taken by Slack at their longest."""
    records = [record(catalogue[one], name=WORST) for one in DRAFTED[:10]]
    check_message_of(help_surface.build(say, 180))
    check_message_of(history.build(records, catalogue, TODAY, say))
    check_message_of(history.build([], catalogue, TODAY, say))
    check_message_of(draft_message.deleted(say))
    check_message_of(notice.message(say("trouble.away")))
    check_modal(notice.view(say("compose.nowhere"), say, "x" * 3000))
    check_modal(edit.build("<" * 3000, Editing("sealed:" + "A" * 1993, URL), say))


@every_language
def test_the_settings_are_within_slacks_limits(catalogue, languages, say, language):
    """With all of them at their longest, a hundred scripts off and fifty changes, Slack takes them."""
    longest = Settings(
        language=language,
        retention_days=730,
        safety_contact="<&" * 250,
        group_rhythm="&" * 200,
        group_place="ж" * 200,
        urgent_channel="message",
        group_language="nb",
    )
    own = {f"own_{n}": replace(catalogue["no_reply"], id=f"own_{n}") for n in range(97)}
    scripts = Catalogue({**catalogue.scripts, **own})
    off = replace(longest, scripts_off=(*own, "firm_close", "no_reply", "repeat_no"))
    names = (*asdict(longest), *(f"script:own_{n}" for n in range(40)), "script:gone")
    for times in (0, 1, 50):
        done = [Change(f"U{n:010}", names[n % len(names)], 1e9 + n // 9) for n in range(times)]
        view = settings_surface.build(settings_surface.Shown(off, scripts, done), say, languages)
        check_modal(view)
        held = {
            one["element"]["action_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"
        }
        assert held[ids.SAFETY_CONTACT]["initial_value"] == longest.safety_contact
        assert len(held[ids.SCRIPTS_OFF]["initial_options"]) == 100
    for needed in NEEDED:
        found = gap(catalogue, {needed})
        assert found
        assert len(settings_surface.unanswered(found, say)) <= 300


@every_language
def test_the_settings_without_scripts_they_fill_in(catalogue, languages, say, language):
    """Where no script asks for the group or the channel, nothing is asked of the admin about them."""
    rest = {name: one for name, one in catalogue.scripts.items() if not name.startswith("coffee_")}
    view = settings_surface.build(settings_surface.Shown(Settings(), Catalogue(rest)), say, languages)
    check_modal(view)
    assert {one["block_id"] for one in view["blocks"] if one["type"] == "input"} == {
        *(ids.LANGUAGE, ids.RETENTION_DAYS, ids.SCRIPTS_OFF, ids.SAFETY_CONTACT)
    }


@every_language
@pytest.mark.parametrize("answers", [0, 40])
@pytest.mark.parametrize("note", ["", "<", "&", "ж", "line\n"])
def test_what_stands_beside_a_draft_is_within_slacks_limits(catalogue, say, answers, note, language):
    """With a long history, the longest notes and the longest name, Slack takes the panel."""
    given = tuple(
        told(catalogue[DRAFTED[n % len(DRAFTED)]], list(Outcome)[n % 4], date(2026, 1, 1) + timedelta(days=n))
        for n in range(answers)
    )
    notes = Notes(*[(note * LONGEST_NOTE)[:LONGEST_NOTE]] * 2)
    known = Person(WORST, "UANA", answers=given, notes=notes)
    view = beside.build(Beside(MARK, known, catalogue, TODAY, WAY_OUT * 60), say)
    check_modal(view)
    held = {one["element"]["action_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}
    assert [held[one].get("initial_value", "") for one in (ids.GIVEN, ids.RECEIVED)] == [*notes_of(known)]


def notes_of(known: Person) -> tuple[str, str]:
    """Both notes on somebody."""
    return known.notes.given, known.notes.received


@every_language
def test_the_panel_shows_the_ten_latest_answers(catalogue, say, language):
    """Of a long history the panel shows the last ten, the newest first, each with its date."""
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(14)]
    known = Person("Ana", "UANA", answers=tuple(told(catalogue["repeat_no"], on=day) for day in days))
    view = beside.build(Beside(MARK, known, catalogue, TODAY, ""), say)
    shown = [line.split("  ·  ")[0] for line in words(view["blocks"]).splitlines() if "  ·  " in line]
    assert shown == [say.day(day, TODAY) for day in reversed(days[4:])]


@every_language
def test_a_script_that_is_gone_is_a_line_in_the_panel(catalogue, say, language):
    """An answer whose script was taken out of the catalogue is shown by its id."""
    known = Person("Ana", "UANA", answers=(replace(told(catalogue["repeat_no"]), script_id="retired"),))
    view = beside.build(Beside(MARK, known, catalogue, TODAY, ""), say)
    check_modal(view)
    assert "retired" in words(view["blocks"])


@every_language
def test_a_script_that_is_gone_does_not_take_home_with_it(catalogue, languages, say, language):
    """A draft whose script was taken out of the catalogue is a line, and Home is drawn."""
    kept = record(catalogue["no_reply"], script_id="retired", outcome=Outcome.SENT)
    waits = replace(kept, outcome=Outcome.OPEN)
    found = Overview(Page([kept], 1), Page([waits], 1))
    for shown in (found, found.latest):
        view = home.build(home.Home(shown, catalogue, TODAY), say, languages)
        check_view(view, "home")
        assert "retired" in words(view["blocks"])
    alone = draft_view.build(draft_view.without_script(replace(waits, text="No."), say), Place(), say)
    check_modal(alone)
    assert "No." in words(alone["blocks"])


# As it looks


INTRODUCTION = Suggested(Situation.ONE_OFF, Kind.INTRODUCTION, ("introduce me", "your head of marketing"))

COMPOSE = {
    "fresh": (Form(requester="UANA", ask="now"), {}),
    "drafted": (
        Form(
            requester="UANA",
            situation=Situation.ONE_OFF,
            kind=Kind.INTRODUCTION,
            details={"target": "Priya"},
            ask="now",
        ),
        {},
    ),
    "missing": (
        Form(
            requester="UANA",
            situation=Situation.ONE_OFF,
            kind=Kind.INTRODUCTION,
            script="redirect_other",
            ask="now",
        ),
        {},
    ),
    "more": (
        Form(
            requester="UANA",
            situation=Situation.ONE_OFF,
            kind=Kind.INTRODUCTION,
            script="decline_polite",
            details={"request": "maybe", "reason": "x" * 601, "ask_again_after": "2027-02-30"},
            more=True,
            ask="now",
        ),
        {},
    ),
    "guarded": (
        Form(requester="UANA", situation=Situation.REPEAT_ASKER, kind=Kind.INTRODUCTION, ask="now"),
        {"relationship": Relationship.MANAGER, "scripts": ("decline_polite", "repeat_no")},
    ),
    "away": (Form(situation=Situation.COFFEE, name="Sonya"), {"away": True, "profile": None}),
    "email": (
        Form(
            requester="UANA",
            situation=Situation.ONE_OFF,
            script="decline_polite",
            channel="email",
            address="u",
            ask="now",
        ),
        {},
    ),
    "contradicted": (
        Form(requester="UANA", situation=Situation.REPEAT_ASKER, script="redirect_other", ask="now"),
        {"scripts": ("decline_polite", "firm_close")},
    ),
    "pressured": (
        Form(requester="UANA", situation=Situation.ONE_OFF, kind=Kind.FAVOUR, pressured=True, ask="now"),
        {},
    ),
    "suggested": (Form(requester="UANA", ask="now"), {"suggested": INTRODUCTION}),
    "suggested_without_reasons": (
        Form(requester="UANA", ask="now"),
        {"suggested": Suggested(Situation.UNCLEAR_ASK, Kind.UNCLEAR)},
    ),
    "suggested_none": (
        Form(requester="UANA", ask="now"),
        {"suggested": Suggested(Situation.NONE, None, ("Thank you for", "great"))},
    ),
    "overruled": (
        Form(requester="UANA", situation=Situation.COFFEE, ask="now"),
        {"suggested": INTRODUCTION},
    ),
    **{
        f"in_doubt_{doubt}": (Form(requester="UANA", ask="now"), {"suggested": Suggested(doubt=doubt)})
        for doubt in DOUBTS
    },
}


@every_language
@pytest.mark.parametrize("state", COMPOSE)
def test_compose(catalogue, languages, lint, say, looks, state, language):
    """The compose modal."""
    filled, known = COMPOSE[state]
    known = dict(known)
    answers = tuple(
        told(catalogue[one], on=date(2027, 2, day))
        for day, one in enumerate(known.pop("scripts", ()), start=1)
    )
    known["person"] = person(answers, known.pop("relationship", None))
    if suggested := known.get("suggested"):
        suggested = known["suggested"] = replace(suggested, language=language)
    proposal = proposed(catalogue, languages, language, filled, **known)
    weak = lint.findings(proposal.draft.text, language) if proposal.draft else []
    view = modal(proposal, say, languages, weak, suggested=suggested)
    check_modal(view)
    assert view == looks


@every_language
@pytest.mark.parametrize("state", ["open", "unsaved", "edited", "sent", "checklist", "silence"])
def test_draft_message(catalogue, say, lint, looks, state, language):
    """The private message with a draft."""
    script = catalogue[{"checklist": "supplier_next_contract", "silence": "no_reply"}.get(state, "repeat_no")]
    kept = record(script, language)
    if state == "checklist":
        kept = replace(kept, details={"new_supplier": "Kvist & Co", "terms": "30 days\na named contact"})
    weak = {"en": "Maybe another time.", "nl": "Misschien een andere keer.", "nb": "Kanskje en annen gang."}[
        language
    ]
    shown = {
        "unsaved": Shown(kept, script, "sealed:abc", TODAY, saved=False),
        "edited": Shown(
            replace(kept, text=weak, edited=True),
            script,
            kept.id,
            TODAY,
            findings=lint.findings(weak, language),
            last_wording=True,
        ),
        "sent": Shown(replace(kept, outcome=Outcome.SENT), script, kept.id, TODAY),
    }.get(state, Shown(kept, script, kept.id, TODAY))
    message = draft_message.build(shown, say)
    check_message_of(message)
    assert message == looks


@every_language
@pytest.mark.parametrize("state", ["away", "first", "first_of_admin", "full", "full_of_admin"])
def test_home(catalogue, languages, say, looks, state, language):
    """App Home."""
    outcomes = [
        ("decline_polite", Outcome.OPEN),
        ("no_reply", Outcome.SILENCE),
        ("coffee_pause", Outcome.NOT_SENT),
    ]
    records = [
        record(catalogue[one], language, id=f"draft{n}", outcome=outcome)
        for n, (one, outcome) in enumerate(outcomes)
    ]
    known = acquaintances(catalogue, 3, "Ana")
    fits = {known[0].mark: Fit(catalogue["repeat_no"], "repeat_declined", TODAY)}
    full = Overview(
        Page(records, 3), Page(records[:1], 1), People(known, 3), {Step.DECLINE: 2, Step.CLOSE: 1}
    )
    found = {"away": None, "first": Overview(), "first_of_admin": Overview()}.get(state, full)
    shown = home.Home(found, catalogue, TODAY, fits=fits, admin=state.endswith("admin"), days=90)
    assert home.build(shown, say, languages) == looks


@every_language
@pytest.mark.parametrize(
    "state", ["waiting", "people", "reminders", "history", "nothing_waiting", "nobody", "nothing"]
)
def test_home_by_the_page(catalogue, languages, say, looks, state, language):
    """The other pages of App Home."""
    records = [record(catalogue["decline_polite"], language, id=f"draft{n}") for n in range(2)]
    known = acquaintances(catalogue, 3, "Ana")
    reminded = [replace(one, outcome=Outcome.SENT, reminder=REMINDER) for one in records]
    fits = {known[0].mark: Fit(catalogue["repeat_no"], "repeat_declined", TODAY)}
    found, at = {
        "waiting": (Page(records, 12, 10), Place(WAITING, 10)),
        "people": (People(known, 30, 10), Place(PEOPLE, 10)),
        "reminders": (Reminded(reminded[:1], reminded[1:], 22, 10), Place(REMINDERS, 10)),
        "history": (Page(records, 2), Place(HISTORY, 0, Filter("person", known[1].mark))),
        "nothing_waiting": (Page(), Place(WAITING)),
        "nobody": (People(), Place(PEOPLE)),
        "nothing": (Page(), Place(HISTORY, 0, Filter("outcome", "silence"))),
    }[state]
    assert home.build(home.Home(found, catalogue, TODAY, at, known, fits), say, languages) == looks


@every_language
@pytest.mark.parametrize("state", ["full", "muted", "unnamed"])
def test_person(catalogue, say, looks, state, language):
    """Everything about one person."""
    answers = (told(catalogue["decline_polite"], on=date(2026, 11, 2)), told(catalogue["repeat_no"]))
    full = Person("Ana", "UANA", Relationship.COLLEAGUE, answers=answers, notes=Notes("two introductions"))
    known = {"full": full, "muted": replace(full, muted=True), "unnamed": Person("", "UANA")}[state]
    page = Page([record(catalogue["repeat_no"], outcome=Outcome.SENT)], 7, 5) if known.answers else Page()
    fit = Fit(catalogue["firm_close"], "close_repeated", TODAY) if state == "full" else None
    view = person_surface.build(person_surface.Shown(MARK, known, page, fit, catalogue, TODAY), say)
    check_modal(view)
    assert view == looks


@every_language
@pytest.mark.parametrize("state", ["open", "without_script"])
def test_draft_view(catalogue, say, looks, state, language):
    """A draft in a modal."""
    kept = record(catalogue["decline_polite"], language)
    blocks = draft_message.build(Shown(kept, catalogue["decline_polite"], kept.id, TODAY), say)["blocks"]
    if state == "without_script":
        blocks = draft_view.without_script(replace(kept, script_id="retired"), say)
    view = draft_view.build(blocks, Place(WAITING), say)
    check_modal(view)
    assert view == looks


@every_language
@pytest.mark.parametrize("state", ["fresh", "full"])
def test_settings(catalogue, languages, say, looks, state, language):
    """The workspace's settings."""
    full = Settings(
        "nl",
        90,
        ("decline_pitch",),
        "Noor (HR), extension 12",
        "on the first Friday",
        "Café Linden",
        "phone",
        "en",
    )
    changes = [Change("UYOU", "script:gone", NOON), Change("UYOU", "script:no_reply", NOON)]
    changes += [Change("UCOL", "language", NOON - 9), Change("UCOL", "scripts_off", NOON - 9)]
    shown = settings_surface.Shown(Settings(), catalogue)
    if state == "full":
        shown = settings_surface.Shown(full, catalogue, changes)
    assert settings_surface.build(shown, say, languages) == looks


REMINDER = Reminder(date(2027, 3, 17), 1_805_184_000, "Q1", "D1")


@every_language
@pytest.mark.parametrize("script_id", DRAFTED)
def test_reminders_are_within_slacks_limits(catalogue, languages, say, script_id, language):
    """Each script's reminder, its modal and its place in Home are taken by Slack at their longest."""
    script = catalogue[script_id]
    kept = record(script, language, name=WORST, reminder=REMINDER, outcome=Outcome.SENT)
    check_message_of(reminders_surface.message(kept, script, REMINDER.on, say))
    for held in (False, True):
        check_message_of(reminders_surface.noted(replace(kept, held=held), script, say))
    picking = reminders_surface.Picking(kept.id, URL)
    check_modal(reminders_surface.pick(kept, script, TODAY, picking, say))
    drafts = tuple(replace(kept, id=f"draft{n:011}") for n in range(15))
    reminded = Reminded(drafts[:5], drafts[5:], 1000)
    waiting = [replace(one, outcome=Outcome.OPEN, reminder=None) for one in drafts[:10]]
    known = People(acquaintances(catalogue, 10), 1000)
    found = Overview(Page(drafts[:10], 1000), Page(waiting, 1000), known, dict.fromkeys(Step, 1000))
    shown = home.Home(found, catalogue, TODAY, admin=True, reminded=reminded)
    view = home.build(shown, say, languages)
    check(view["blocks"], 100)
    check_view(view, "home")


@every_language
@pytest.mark.parametrize("state", ["offered", "set", "held", "asked again", "edited", "silence"])
def test_draft_message_with_a_reminder(catalogue, say, looks, state, language):
    """What stands in the place of a draft that was dealt with."""
    script = catalogue["no_reply" if state == "silence" else "repeat_no"]
    outcome = Outcome.SILENCE if state == "silence" else Outcome.SENT
    kept = record(script, language, outcome=outcome, edited=state == "edited")
    kept = replace(
        kept,
        reminder=REMINDER if state == "set" else None,
        held={"held": True, "asked again": False}.get(state),
    )
    message = draft_message.build(Shown(kept, script, kept.id, TODAY, offer=REMINDER.on), say)
    check_message_of(message)
    assert message == looks


@every_language
@pytest.mark.parametrize("script_id", ["repeat_no", "no_reply", "supplier_next_contract"])
def test_reminder(catalogue, say, looks, script_id, language):
    """The reminder that comes, and what stands in its place once it was answered."""
    script = catalogue[script_id]
    kept = record(script, language)
    comes = reminders_surface.message(kept, script, REMINDER.on, say)
    answered = [
        reminders_surface.noted(replace(kept, held=held), script, say)
        for held in ((True,) if script_id == "supplier_next_contract" else (True, False))
    ]
    assert [comes, *answered] == looks


@every_language
def test_reminder_day(catalogue, say, looks, language):
    """The modal in which a day is picked."""
    script = catalogue["repeat_no"]
    picking = reminders_surface.Picking("draft00000000001", URL)
    view = reminders_surface.pick(record(script, language), script, REMINDER.on, picking, say)
    check_modal(view)
    assert view == looks


@every_language
@pytest.mark.parametrize("state", ["empty", "full"])
def test_reminders_in_home(catalogue, say, looks, state, language):
    """Home's part with what is due and what is coming."""
    due = record(catalogue["repeat_no"], language, reminder=REMINDER)
    coming = record(catalogue["no_reply"], language, id="draft2", reminder=REMINDER)
    full = Reminded((due,), (coming,), 5)
    blocks = reminders_surface.part(full if state == "full" else Reminded(), catalogue, TODAY, say)
    assert blocks == looks


@every_language
def test_history(catalogue, say, looks, language):
    """What `/decline history` shows."""
    records = [
        record(catalogue["decline_polite"], outcome=outcome, on=TODAY - timedelta(days=100 * times))
        for times, outcome in enumerate(Outcome)
    ]
    assert history.build(records, catalogue, TODAY, say) == looks


@every_language
@pytest.mark.parametrize("state", ["empty", "full"])
def test_beside(catalogue, say, looks, state, language):
    """What stands beside a draft."""
    answers = [
        told(catalogue["decline_polite"], on=date(2026, 11, 2)),
        told(catalogue["no_reply"], Outcome.SILENCE),
        told(catalogue["coffee_pause"], Outcome.NOT_SENT, date(2027, 3, 1)),
    ]
    full = Person("Ana", answers=tuple(answers), notes=Notes("two introductions", "nothing yet"))
    known = full if state == "full" else Person("Ana")
    view = beside.build(Beside(MARK, known, catalogue, TODAY, WAY_OUT if state == "full" else ""), say)
    check_modal(view)
    assert view == looks


@every_language
def test_help(say, looks, language):
    """What `/decline help` shows."""
    assert help_surface.build(say, 180) == looks


@every_language
def test_edit(say, looks, language):
    """The modal in which a draft is edited."""
    assert edit.build("Hi Ana,\n\nNo.", Editing("draft00000000001", URL), say) == looks


@every_language
def test_notice(say, looks, language):
    """The sentence that says what went wrong, with the draft that went nowhere."""
    assert notice.view(say("compose.nowhere"), say, "Hi Ana, no.") == looks
