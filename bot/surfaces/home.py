"""App Home: an overview, and pages of the drafts that wait, of people and of history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.browsing import Acquaintance, Overview, Page, People
from bot.catalogue import Catalogue, Step
from bot.ladder import Fit, Outcome
from bot.records import NO_REMINDERS, Reminded
from bot.surfaces import data, drafts, history, people, place, preferences, reminders
from bot.surfaces.details import select
from bot.surfaces.kit import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
    View,
)
from bot.surfaces.place import HERE, HISTORY, PEOPLE, SIZE, WAITING, Place
from bot.surfaces.text import OPTION, escape, plain, section, small
from bot.workspace import RETENTION_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.localization import Language, Languages

FEW = 5
"""How many drafts, people and answers the overview shows."""

READ = 10
"""How many are read for it: some of them are not shown, for they are muted or wait."""

_MONTH = 31
"""Days that drafts must be kept for a month to be counted whole."""

_ANSWERS = (Step.CLARIFY, Step.DECLINE, Step.REPEAT, Step.CLOSE, Step.SILENCE)


@dataclass(frozen=True, slots=True)
class Home:
    """What Home shows of one author: what its page is made of, None while history is away.

    `names`: whom history can be filtered by; `fits`: what comes next, by a person's mark; `admin`: with the
    settings; `days`: how long drafts are kept.
    """

    found: Overview | Page | People | Reminded | None
    catalogue: Catalogue
    today: date
    place: Place = HERE
    names: Sequence[Acquaintance] = ()
    fits: Mapping[str, Fit] = field(default_factory=dict)
    admin: bool = False
    days: int = RETENTION_DAYS
    reminded: Reminded = NO_REMINDERS


def build(home: Home, say: Language, languages: Languages) -> dict[str, Any]:
    """Draw the page of Home that somebody is on."""
    if isinstance(home.found, People):
        blocks = [*_people(home, home.found, say)]
    elif isinstance(home.found, Reminded):
        blocks = [*_reminders(home, home.found, say)]
    elif isinstance(home.found, Page) and home.place.page == WAITING:
        blocks = [*_waiting(home, home.found, say)]
    elif isinstance(home.found, Page):
        blocks = [*_history(home, home.found, say)]
    else:
        blocks = [*_overview(home, home.found, say, languages)]
    return View(type="home", callback_id=ids.HOME, private_metadata=home.place.write(), blocks=blocks)


def _overview(home: Home, found: Overview | None, say: Language, languages: Languages) -> Iterator[Block]:
    """Home as it opens; as long as there is no draft, it begins with a welcome."""
    new_here = found is not None and not found.latest.total and not found.people.total
    yield _header(say("home.title"))
    yield from _welcome(say) if new_here else [section(escape(say("home.first_step")))]
    label = say("welcome.start") if new_here else say("home.new_draft")
    new = ButtonElement(action_id=ids.NEW_DRAFT, text=plain(label, OPTION), style="primary")
    yield ActionsBlock(block_id=ids.NEW_DRAFT, elements=[new])
    if new_here:
        yield small(escape(say("welcome.private")))
    if found is None:
        yield small(escape(say("home.away")))
    elif not new_here:
        yield from _sections(home, found, say)
    yield DividerBlock()
    yield _language(say, languages)
    yield from _admin(say) if home.admin else []
    yield from [DividerBlock(), small(escape(say("home.stores", days=home.days))), data.way_in(say)]


def _sections(home: Home, found: Overview, say: Language) -> Iterator[Block]:
    """What waits, who asked, and what was answered lately."""
    waiting = found.waiting
    yield from [DividerBlock(), _header(say("home.waiting"))]
    if not waiting.total:
        yield small(escape(say("home.nothing_waiting")))
    yield from drafts.waiting(waiting.records[:FEW], home.catalogue, home.today, say)
    if waiting.total > FEW:
        yield _more("waiting", say("home.all_waiting", n=waiting.total), Place(WAITING))
    suggested = [one for one in found.people.known if not one.person.muted][:FEW]
    yield from [DividerBlock(), _header(say("home.people"))]
    if not suggested:
        yield small(escape(say("home.nobody")))
    yield from people.rows(suggested, home.fits, home.today, say)
    if found.people.total > len(suggested):
        yield _more("people", say("home.all_people", n=found.people.total), Place(PEOPLE))
    yield from [DividerBlock(), *reminders.part(home.reminded, home.catalogue, home.today, say)]
    yield from [DividerBlock(), _header(say("home.latest"))]
    if home.days >= _MONTH:
        yield small(escape(_month(found.answered, say)))
    done = [one for one in found.latest.records if one.outcome is not Outcome.OPEN][:FEW]
    if done:
        yield section("\n".join(history.line(one, home.catalogue, home.today, say) for one in done))
    yield _more("history", say("home.all_history", n=found.latest.total), Place(HISTORY))


def _month(answered: Mapping[Step, int], say: Language) -> str:
    """How many requests were answered this month, and with what."""
    given = {step: answered[step] for step in _ANSWERS if answered.get(step)}
    if not given:
        return say("home.month_none")
    parts = "  ·  ".join(f"{say(f'step.{step}')} {count}" for step, count in given.items())
    return f"{say.count('home.month', sum(given.values()))}  {parts}"


def _waiting(home: Home, found: Page, say: Language) -> Iterator[Block]:
    """All drafts that wait."""
    yield from _top(say("home.waiting"), say)
    if not found.records:
        yield small(escape(say("home.nothing_waiting")))
    yield from drafts.waiting(found.records, home.catalogue, home.today, say)
    yield from _pages(home.place, found, say)


def _people(home: Home, found: People, say: Language) -> Iterator[Block]:
    """Everybody who asked."""
    yield from _top(say("home.people"), say)
    if not found.known:
        yield small(escape(say("home.nobody")))
    yield from people.rows(found.known, home.fits, home.today, say)
    yield from _pages(home.place, found, say)


def _reminders(home: Home, found: Reminded, say: Language) -> Iterator[Block]:
    """All reminders: those that have come, and those still to come."""
    yield from _top(say("reminder.header"), say)
    yield from reminders.rows(found, home.catalogue, home.today, say)
    labels = say("home.previous"), say("home.next")
    yield from place.turn(found.start, SIZE, found.total, ids.GO, _beside(home.place, found), labels, say)


def _history(home: Home, found: Page, say: Language) -> Iterator[Block]:
    """All drafts, or those that have one thing in common."""
    yield from _top(say("home.history"), say)
    menu = drafts.filters(home.place.filter, home.names, say)
    yield ActionsBlock(block_id=f"{ids.FILTER}:{home.place.filter.by}", elements=[menu])
    if not found.records:
        yield small(escape(say("home.nothing_here" if home.place.filter.by else "history.empty")))
    yield from drafts.lines(found.records, home.catalogue, home.today, say)
    yield from _pages(home.place, found, say)


def _top(title: str, say: Language) -> Iterator[Block]:
    yield _header(title)
    yield ActionsBlock(block_id="back", elements=[place.go("back", say("home.back"), HERE)])


def _pages(here: Place, found: Page | People, say: Language) -> Iterator[Block]:
    yield from place.newer_older(found.start, SIZE, found.total, ids.GO, _beside(here, found), say)


def _beside(here: Place, found: Page | People | Reminded) -> tuple[str, str]:
    """The pages before and behind this one."""
    starts = max(found.start - SIZE, 0), found.start + SIZE
    before, behind = (Place(here.page, start, here.filter).write() for start in starts)
    return before, behind


def _more(name: str, label: str, to: Place) -> Block:
    return ActionsBlock(block_id=f"more:{name}", elements=[place.go(name, label, to)])


def _welcome(say: Language) -> Iterator[Block]:
    """What the app does, and the ways in."""
    yield section(escape(say("welcome.what")))
    ways = {
        say("welcome.message"): say("welcome.message_how"),
        say("welcome.anywhere"): say("welcome.anywhere_how", command=f"`{ids.COMMAND}`"),
        say("welcome.here"): say("welcome.here_how"),
    }
    lines = "\n".join(f"•  *{escape(way)}*  {escape(how)}" for way, how in ways.items())
    yield section(lines)


def _language(say: Language, languages: Languages) -> Block:
    """The language of the app, and what else is the author's own."""
    menu = select(
        ids.APP_LANGUAGE,
        ((code, languages[code].own_name) for code in languages.by_code),
        say.code,
        say("compose.language"),
    )
    own = ButtonElement(action_id=ids.OWN_SCRIPTS, text=plain(say("scripts.own"), OPTION))
    return ActionsBlock(block_id=ids.HOME, elements=[menu, preferences.button(say), own])


def _admin(say: Language) -> Iterator[Block]:
    """What admins may do for everybody, and nobody else is shown."""
    yield DividerBlock()
    yield section(f"*{escape(say('admin.title'))}*\n{escape(say('admin.what'))}")
    settings = ButtonElement(action_id=ids.SETTINGS, text=plain(say("admin.settings"), OPTION))
    scripts = ButtonElement(action_id=ids.SCRIPTS, text=plain(say("admin.scripts"), OPTION))
    yield ActionsBlock(block_id=ids.ADMIN, elements=[settings, scripts])


def _header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=text))
