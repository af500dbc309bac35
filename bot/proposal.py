"""What the compose modal proposes: every default, from what was filled in and what is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.catalogue import FROM_SETTINGS, Catalogue, Detail, Kind, Script, Situation
from bot.contradiction import Contradiction, contradiction
from bot.drafting import (
    CHAT,
    Draft,
    MissingDetailsError,
    Request,
    UnwritableError,
    compose,
    voice,
)
from bot.filling import values
from bot.ladder import Answer, Case, Fit, Ladder, Relationship, climb, on_this_matter, was_told_no
from bot.records import Filled, Person, Profile, Remembered
from bot.suggest.preselection import Suggested
from bot.wordings import environment
from bot.workspace import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.localization import Language, Languages

LONGEST_DRAFT = 3000
"""Characters in a draft: what a text input of Slack's can hold, so that it can be edited."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the author filled in themselves; what they left alone is empty and gets a default.

    `mirrored`: the form of address in the message that asks.
    """

    requester: str = ""
    name: str = ""
    relationship: Relationship | None = None
    situation: Situation | None = None
    kind: Kind | None = None
    sensitive: bool = False
    script: str = ""
    tone: str = ""
    language: str = ""
    channel: str = ""
    address: str = ""
    details: Mapping[str, Filled] = field(default_factory=dict)
    more: bool = False
    pressured: bool = False
    ask: str = ""
    mirrored: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The form with its defaults, the scripts that fit, and the draft or what is missing for it.

    `repeats`: this person has had every wording there is. `missing` and `wrong` name details (`name` for the
    requester's name, `script` for the draft as a whole).
    """

    form: Form
    profile: Profile | None
    person: Person | None
    away: bool
    today: date
    language: str
    prefilled_name: str
    relationship: Relationship | None
    situation: Situation | None
    kind: Kind | None
    name: str
    asks: int
    ladder: Ladder | None = None
    fit: Fit | None = None
    contradiction: Contradiction | None = None
    tone: str = ""
    channel: str = CHAT
    address: str = ""
    details: Mapping[str, Filled] = field(default_factory=dict)
    prefills: Mapping[str, Filled] = field(default_factory=dict)
    draft: Draft | None = None
    repeats: bool = False
    missing: tuple[str, ...] = ()
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def script(self) -> Script | None:
        """The script that is chosen, or proposed."""
        return self.fit.script if self.fit else None

    @property
    def overruled(self) -> Script | None:
        """The script that was proposed, where the author chose another."""
        first = self.ladder.fits[0].script if self.ladder and self.ladder.fits else None
        return first if first is not self.script else None

    @property
    def answers(self) -> Sequence[Answer]:
        """What this requester was answered before."""
        return self.person.answers if self.person else ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a proposal draws on besides the form; `addresses`: the forms of address each language has."""

    catalogue: Catalogue
    languages: Languages
    remembered: Remembered
    profile: Profile | None
    language: str
    today: date
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    suggested: Suggested | None = None


def propose(form: Form, known: Known) -> Proposal:
    """Fill in every default and try to draft."""
    person = known.remembered.person
    familiar = None if person is None or person.muted else person
    suggested = known.suggested
    usual = suggested.situation if suggested else _usual_situation(familiar, form.ask)
    situation = form.situation or usual
    usual_kind = suggested.kind if suggested else familiar.kind if familiar else None
    kind = (form.kind or usual_kind) if asks_for_kind(situation) else None
    relationship = form.relationship or (person.relationship if person else None)
    answers = person.answers if person else ()
    called = known.profile.name if known.profile else person.name if person else ""
    proposal = Proposal(
        form=form,
        profile=known.profile,
        person=person,
        away=known.remembered.away,
        today=known.today,
        language=form.language
        or known.remembered.preferences.draft_language
        or (suggested.language if suggested else "")
        or known.language,
        relationship=relationship,
        situation=situation,
        kind=kind,
        prefilled_name=called,
        name=form.name or called,
        asks=len({answer.ask for answer in answers} | {form.ask}),
    )
    if situation is None or form.pressured:
        return proposal
    case = Case(situation, kind, relationship, answers, form.sensitive, form.ask, known.today)
    off = known.settings.scripts_off
    offered = (one for one in known.catalogue.in_language(proposal.language) if one.id not in off)
    ladder = climb(offered, case)
    fit = next((one for one in ladder.fits if one.script.id == form.script), None)
    fit = fit or next(iter(ladder.fits), None)
    against = contradiction(fit.script, on_this_matter(answers, case), known.today) if fit else None
    return _drafted(replace(proposal, ladder=ladder, fit=fit, contradiction=against), known)


def next_fit(person: Person, scripts: Iterable[Script], today: date) -> Fit | None:
    """What the modal would recommend if this person asked again; nothing for who is muted."""
    situation = None if person.muted else _usual_situation(person, "")
    if situation is None:
        return None
    kind = person.kind if asks_for_kind(situation) else None
    case = Case(situation, kind, person.relationship, person.answers, today=today)
    return next(iter(climb(scripts, case).fits), None)


def asks_for_kind(situation: Situation | None) -> bool:
    """Whether the kind of request matters; a supplier, a mentee, a coffee regular have their own scripts."""
    return situation in {Situation.ONE_OFF, Situation.REPEAT_ASKER, Situation.UNCLEAR_ASK}


def unsent_wording(
    script: Script, language: str, tone: str, answers: Iterable[Answer], after: int = 0
) -> int | None:
    """The number of the next wording that this person was never sent; None when they have had them all."""
    numbers = [wording.number for wording in script.wordings(language, tone)]
    had = {
        answer.wording
        for answer in answers
        if answer.told and (answer.script_id, answer.language, answer.tone) == (script.id, language, tone)
    }
    fresh = [number for number in numbers if number not in had]
    return next((number for number in fresh if number > after), fresh[0] if fresh else None)


def envelope(say: Language, author: Profile | None) -> str:
    """What goes around an e-mail: a subject line, and the author's name where it is known."""
    me = author.name.replace("{", "{{").replace("}", "}}") if author else ""
    places = {"subject": "{subject}", "text": "{text}"}
    return say("email.signed", me=me, **places) if me else say("email.unsigned", **places)


def _usual_situation(person: Person | None, ask: str) -> Situation | None:
    """Who was told no, or closed off, and writes once more is asking again: in another message than then."""
    if person is None:
        return None
    asked = person.situation in {Situation.ONE_OFF, Situation.UNCLEAR_ASK}
    before = (answer for answer in person.answers if answer.ask != ask)
    return Situation.REPEAT_ASKER if asked and was_told_no(before) else person.situation


def _drafted(proposal: Proposal, known: Known) -> Proposal:
    script = proposal.script
    if script is None:
        return proposal
    tones = script.facts.tones
    form, preferred = proposal.form, known.remembered.preferences
    tone = _first_of(tones, form.tone, preferred.tone)
    prefills = _prefilled(proposal, script, known)
    asked = script.words[proposal.language].details
    details = prefills | {one: given for one, given in form.details.items() if one in asked}
    read, wrong = values(script, details)
    channel = form.channel if form.channel in script.facts.channels else CHAT
    forms = known.addresses.get(proposal.language, ())
    address = _first_of(forms, form.address, preferred.address, form.mirrored)
    proposal = replace(
        proposal,
        tone=tone,
        channel=channel,
        address=address,
        details=details,
        prefills=prefills,
        wrong=wrong,
    )
    spoken = voice(tone, channel)
    fresh = unsent_wording(script, proposal.language, spoken, proposal.answers) if tone else 1
    request = Request(
        script=script,
        language=proposal.language,
        name=proposal.name,
        today=known.today,
        tone=tone,
        wording=fresh or 1,
        details=read,
        channel=channel,
        address=address,
        envelope=envelope(known.languages[proposal.language], known.remembered.profile),
    )
    try:
        draft = compose(request)
    except MissingDetailsError as error:
        return replace(proposal, missing=tuple(one for one in error.fields if one not in wrong))
    except UnwritableError as error:
        return replace(proposal, wrong={**wrong, "script": error.key})
    if len(draft.text) > LONGEST_DRAFT:
        return replace(proposal, wrong={**wrong, "script": "draft_too_long"})
    return replace(proposal, draft=None if wrong else draft, repeats=fresh is None)


def _first_of(known: Sequence[str], *wanted: str) -> str:
    """The first that is wanted and there; else the first that is there."""
    return next((one for one in wanted if one in known), next(iter(known), ""))


def _prefilled(proposal: Proposal, script: Script, known: Known) -> dict[str, Filled]:
    filled: dict[str, Filled] = {}
    for detail in script.facts.details:
        value = _prefill(detail, proposal, script, known)
        if value is not None:
            filled[detail.id] = value
    return filled


def _prefill(detail: Detail, proposal: Proposal, script: Script, known: Known) -> Filled | None:
    person = proposal.person
    if detail.prefill == "request":
        if person and not person.muted and person.request and person.kind == proposal.kind:
            return person.request
        return known.languages[proposal.language](f"request.{proposal.kind or Kind.UNCLEAR}")
    if detail.prefill == "last_answer":
        on = proposal.fit.on if proposal.fit else None
        return on.isoformat() if on else None
    if detail.prefill in FROM_SETTINGS:
        chosen = known.settings.prefill(detail.prefill, proposal.language)
        return chosen if chosen and (not detail.choices or chosen in detail.choices) else None
    if detail.default_days is not None:
        return (known.today + timedelta(days=detail.default_days)).isoformat()
    if detail.default is not None:
        return detail.default
    template = script.words[proposal.language].details[detail.id].prefill
    if template is None or proposal.asks < 2 or not proposal.answers:  # noqa: PLR2004 ("twice" is repetition)
        return None
    since = min(answer.on for answer in proposal.answers)
    return environment.from_string(template).render(
        asks=proposal.asks, since=since, _language=proposal.language, _today=known.today
    )
