"""What the store promises, on a real server: saved once, sealed, private, forgotten in time."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from redis import Redis

from bot.browsing import Filter
from bot.catalogue import Catalogue, Kind, Situation, Step
from bot.ladder import Answer, Outcome, Relationship
from bot.own import Own
from bot.records import Author, Notes, Person, Preferences, Profile, Record, Remembered, answer, person
from bot.stores.away import AwayError
from bot.stores.connection import connect
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import Vault, new_key
from bot.stores.history import History
from bot.stores.sealed import Seen
from bot.workspace import LONGEST_RETENTION, RETENTION_DAYS

OWN = Own("1", "Mine", "No.", "Ana", "en", "warm", (), (), "decline_polite", Step.DECLINE, "plain")
RETENTION = RETENTION_DAYS * 24 * 3600
ROBIN = Author("TACME", "UROBIN")
KIM = Author("TACME", "UKIM")
ROBIN_ELSEWHERE = Author("TOTHER", "UROBIN")
VAULT = Vault([new_key()])
TOLD = date(2027, 6, 1)
AWAY_SECONDS = 2.0
"""How long Redis may keep a listener waiting: Slack gives three seconds in all."""


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[History]:
    """A history on the server at that address."""
    client = connect(url)
    try:
        yield History(client, VAULT)
    finally:
        await client.aclose()


@pytest.fixture
async def history(server: EmbeddedServer, redis: Redis) -> AsyncIterator[History]:
    """A history on the running server, which starts empty."""
    async with opened(server.url) as made:
        yield made


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A server to mistreat."""
    with EmbeddedServer(tmp_path / "data") as running:
        yield running


def a_record(history: History, view: str = "V1", author: Author = ROBIN, **rest: object) -> Record:
    """A draft for somebody whose every particular can be told apart."""
    whole = {
        "id": history.draft_id(author, view),
        "person": history.person_id(author, "UANNEMARIJN"),
        "name": "Annemarijn",
        "user": "UANNEMARIJN",
        "ask": history.ask_id(author, "DCHANNEL", "1700000000.000100"),
        "situation": Situation.ONE_OFF,
        "kind": Kind.RECOMMENDATION,
        "script_id": "decline_polite",
        "language": "nl",
        "tone": "neutral",
        "wording": 2,
        "text": "Hoi Annemarijn, dank voor je vraag over de referentie voor Hooli. Daar zeg ik nee tegen.",
        "created": time.time(),
        "changed": time.time(),
        "on": TOLD,
        "details": {"request": "de referentie voor Hooli", "reason": "ik ken je werk niet"},
        "relationship": Relationship.COLLEAGUE,
    }
    return Record(**{**whole, **rest})


@pytest.fixture
def meant(catalogue: Catalogue) -> Callable[[Record], Answer]:
    """What a draft means for the ladder."""
    return lambda record: answer(record, catalogue["decline_polite"])


@pytest.fixture
def save(meant: Callable[[Record], Answer]) -> Callable[..., Awaitable[bool]]:
    """Saves a draft with what goes with it."""

    async def saved(history: History, record: Record, author: Author = ROBIN) -> bool:
        return await history.save(author, record, person(record), meant(record))

    return saved


async def changed(history: History, record: Record, meant: Answer, author: Author = ROBIN) -> bool:
    """Writes a draft over what is there, as after reading it."""
    seen = await history.seen(author, record.id)
    assert seen
    return await history.exchange(author, seen, record, meant)


def everything(redis: Redis) -> dict[bytes, object]:
    """All that the server holds, by key."""
    read = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
    }
    return {key: read[redis.type(key)](key) for key in redis.scan_iter()}


# saved and found again


async def test_a_saved_draft_is_found_by_its_id(history: History, save):
    """All of a record comes back as it was."""
    record = a_record(history)

    assert await save(history, record)

    assert await history.draft(ROBIN, record.id) == record


async def test_a_person_is_remembered_with_what_they_were_told(history: History, save, meant):
    """Opening for somebody shows who they are and each answer."""
    record = a_record(history)
    await save(history, record)

    remembered = await history.opening(ROBIN, record.person)

    assert remembered.person == Person(
        name="Annemarijn",
        user="UANNEMARIJN",
        relationship=Relationship.COLLEAGUE,
        situation=Situation.ONE_OFF,
        kind=Kind.RECOMMENDATION,
        request="de referentie voor Hooli",
        answers=(meant(record),),
    )


async def test_answers_come_oldest_first(history: History, save):
    """The history of a person is in the order of what they were told, by the day and then by the second."""
    now = time.time()
    told = [
        (date(2027, 5, 9), now + 2),
        (date(2027, 5, 3), now + 4),
        (date(2027, 5, 27), now + 3),
        (date(2027, 5, 9), now + 1),
    ]
    for number, (day, second) in enumerate(told):
        record = a_record(history, f"V{number}", on=day, changed=second)
        await save(history, record)

    found = (await history.opening(ROBIN, record.person)).person

    assert [(one.on, one.at) for one in found.answers] == sorted(told)


async def test_saving_the_same_draft_again_changes_nothing(history: History, save, redis: Redis):
    """A view that is submitted twice makes one draft, and the second time says so."""
    record = a_record(history)

    assert await save(history, record)
    assert not await save(history, replace(record, text="another text"))

    assert await history.draft(ROBIN, record.id) == record
    assert len((await history.opening(ROBIN, record.person)).person.answers) == 1
    assert len(await history.latest(ROBIN, 10)) == 1


async def test_saving_twice_at_once_makes_one_draft(history: History, save):
    """Slack's retries may overlap: exactly one of them is the first."""
    record = a_record(history)

    saved = await asyncio.gather(*(save(history, record) for _ in range(8)))

    assert sorted(saved) == [False] * 7 + [True]


async def test_the_same_view_makes_the_same_draft(history: History):
    """The id of a draft follows from the author and the view."""
    ids = {
        history.draft_id(author, view)
        for author in (ROBIN, KIM, ROBIN_ELSEWHERE)
        for view in ("V1", "V2")
        for _ in range(2)
    }

    assert len(ids) == 6


async def test_a_name_is_known_in_any_case(history: History):
    """Somebody outside Slack is found again however they are spelled in capitals."""
    assert history.person_id(ROBIN, "Ana Ruiz") == history.person_id(ROBIN, "ANA RUIZ")
    assert history.person_id(ROBIN, "Ana Ruiz") != history.person_id(ROBIN, "Ana")


async def test_an_updated_draft_is_found_as_it_is_now(history: History, save, meant):
    """A sent draft is sent for the draft and for the person."""
    record = a_record(history)
    await save(history, record)
    sent = replace(record, outcome=Outcome.SENT, text="mijn eigen tekst", edited=True)

    assert await changed(history, sent, meant(sent))

    assert await history.draft(ROBIN, record.id) == sent
    assert (await history.opening(ROBIN, record.person)).person.answers == (meant(sent),)
    assert await history.latest(ROBIN, 10) == [sent]


async def test_a_deleted_draft_leaves_nothing_behind(history: History, save, redis: Redis):
    """With their only draft the person is forgotten too."""
    record = a_record(history)
    await save(history, record)

    await history.delete(ROBIN, record)

    assert everything(redis) == {}


async def test_deleting_one_draft_leaves_the_others(history: History, save, redis: Redis):
    """Of two drafts for one person, the other stays with its answer, and nothing is left of the first."""
    gone, kept = a_record(history, "V1"), a_record(history, "V2")
    await save(history, gone)
    await save(history, kept)

    await history.delete(ROBIN, gone)

    assert await history.draft(ROBIN, gone.id) is None
    assert await history.latest(ROBIN, 10) == [kept]
    assert len((await history.opening(ROBIN, kept.person)).person.answers) == 1
    assert gone.id not in str(everything(redis))


async def test_the_latest_drafts_come_newest_first(history: History, save):
    """No more than were asked for, in the order in which they were made."""
    now = time.time()
    records = [a_record(history, f"V{n}", created=now + n) for n in (3, 1, 4, 0, 2)]
    for record in records:
        await save(history, record)

    latest = await history.latest(ROBIN, 3)

    assert [record.created - now for record in latest] == pytest.approx([4, 3, 2])


async def test_an_author_without_drafts_has_none(history: History):
    """Nothing saved is not an error."""
    assert await history.latest(ROBIN, 10) == []
    assert await history.opening(ROBIN, history.person_id(ROBIN, "Ana")) == Remembered(pace=1)


async def test_what_an_author_prefers_is_remembered(history: History):
    """Preferences and profile come back on opening."""
    preferences = Preferences(language="nb", draft_language="en")
    profile = Profile("UROBIN", "Robin", "nb-NO", "Europe/Oslo")

    await history.prefer(ROBIN, preferences)
    await history.arrive(ROBIN, profile)

    assert await history.opening(ROBIN) == Remembered(preferences=preferences, profile=profile, pace=1)


@pytest.mark.parametrize("known", [False, True])
async def test_a_profile_is_refreshed_only_of_who_uses_the_app(history: History, known: bool):
    """News of a colleague who never opened the app is not kept."""
    if known:
        await history.arrive(ROBIN, Profile("UROBIN", "Robin"))

    await history.renew_profile(ROBIN, Profile("UROBIN", "Robyn"))

    assert (await history.opening(ROBIN)).profile == (Profile("UROBIN", "Robyn") if known else None)


# notes

GIVE_AND_TAKE = Notes("two referrals, a review of the deck", "not even coffee")


async def notes(history: History, record: Record, author: Author = ROBIN) -> Notes:
    """What an author noted of somebody."""
    return (await history.opening(author, record.person)).person.notes


async def test_notes_are_found_with_the_person(history: History, save):
    """What was noted of somebody comes back as it was, beside what they were told."""
    record = a_record(history)
    await save(history, record)

    await history.note(ROBIN, record.person, GIVE_AND_TAKE)

    found = (await history.opening(ROBIN, record.person)).person
    assert found.notes == GIVE_AND_TAKE
    assert (found.name, len(found.answers)) == ("Annemarijn", 1)


async def test_nothing_is_noted_of_anybody_by_itself(history: History, save):
    """A draft makes no notes."""
    record = a_record(history)
    await save(history, record)

    assert await notes(history, record) == Notes()


async def test_notes_outlive_later_drafts(history: History, save, meant):
    """Neither a new draft, nor what becomes of one, changes what was noted."""
    first, second = a_record(history, "V1"), a_record(history, "V2")
    await save(history, first)
    await history.note(ROBIN, first.person, GIVE_AND_TAKE)

    await save(history, second)
    sent = replace(second, outcome=Outcome.SENT)
    assert await changed(history, sent, meant(sent))
    await history.delete(ROBIN, first)

    assert await notes(history, second) == GIVE_AND_TAKE


async def test_saving_a_draft_saves_no_notes(history: History, meant, redis: Redis):
    """What comes along with a new draft cannot put notes into the store, sealed or not."""
    record = a_record(history)

    await history.save(ROBIN, record, replace(person(record), notes=Notes("planted")), meant(record))

    key = next(redis.scan_iter("*:person:*")).decode()
    held = [VAULT.open(key, sealed) for sealed in redis.hgetall(key).values()]
    assert not [one for one in held if b"planted" in one]
    assert await notes(history, record) == Notes()


async def test_new_notes_go_before_the_old(history: History, save):
    """What is noted last is what there is."""
    record = a_record(history)
    await save(history, record)
    await history.note(ROBIN, record.person, GIVE_AND_TAKE)

    await history.note(ROBIN, record.person, Notes(received="a lunch"))

    assert await notes(history, record) == Notes(received="a lunch")


async def test_notes_belong_to_their_author(history: History, save):
    """A colleague who knows the same person, and the author in another workspace, have notes of their own."""
    record = a_record(history)
    await save(history, record)
    await history.note(ROBIN, record.person, GIVE_AND_TAKE)

    for other in (KIM, ROBIN_ELSEWHERE):
        theirs = a_record(history, author=other)
        await save(history, theirs, other)
        assert await notes(history, theirs, other) == Notes()
        assert (await history.opening(other, record.person)).person is None


async def test_notes_are_no_part_of_a_draft(history: History, save):
    """A draft, the list of drafts and a draft that is carried in a message know nothing of them."""
    record = a_record(history)
    await save(history, record)
    await history.note(ROBIN, record.person, GIVE_AND_TAKE)

    found = await history.draft(ROBIN, record.id), *await history.latest(ROBIN, 10)

    assert found == (record, record)
    assert history.carried(ROBIN, history.carry(ROBIN, record)) == record


async def test_forgetting_the_last_draft_keeps_no_answer(history: History, save, redis: Redis):
    """What they were told is gone with the draft; the notes are the author's, and stay."""
    record = a_record(history)
    await save(history, record)
    await history.note(ROBIN, record.person, GIVE_AND_TAKE)

    await history.delete(ROBIN, record)

    found = (await history.opening(ROBIN, record.person)).person
    assert (found.answers, found.notes) == ((), GIVE_AND_TAKE)
    assert record.id not in str(everything(redis))


@pytest.mark.parametrize("draft_first", [False, True])
async def test_emptied_notes_keep_nobody(history: History, save, redis: Redis, draft_first: bool):
    """Who has neither answers nor notes left is forgotten, whichever went first."""
    record = a_record(history)
    await save(history, record)
    await history.note(ROBIN, record.person, GIVE_AND_TAKE)
    if draft_first:
        await history.delete(ROBIN, record)
    await history.note(ROBIN, record.person, Notes())
    if not draft_first:
        await history.delete(ROBIN, record)

    assert everything(redis) == {}


async def test_emptied_notes_leave_the_answers(history: History, save):
    """Taking a note back takes no answer with it."""
    record = a_record(history)
    await save(history, record)
    await history.note(ROBIN, record.person, GIVE_AND_TAKE)

    await history.note(ROBIN, record.person, Notes())

    found = (await history.opening(ROBIN, record.person)).person
    assert (len(found.answers), found.notes) == (1, Notes())


async def test_a_note_puts_the_end_of_a_person_off(history: History, save, redis: Redis):
    """Who is thought about is kept for the whole time again."""
    record = a_record(history)
    await save(history, record)
    for key in redis.scan_iter():
        redis.expire(key, 60)

    await history.note(ROBIN, record.person, GIVE_AND_TAKE)

    assert RETENTION - 60 < redis.ttl(next(redis.scan_iter("*:person:*"))) <= RETENTION


# how it gets there


@pytest.mark.parametrize("known_person", [False, True])
async def test_opening_costs_one_round_trip(history: History, redis: Redis, save, known_person: bool):
    """The server reads from its sockets once for all that a surface needs."""
    record = a_record(history)
    await save(history, record)

    assert await _reads(redis, history.opening(ROBIN, record.person if known_person else "")) == 1


async def test_saving_costs_one_round_trip(history: History, redis: Redis, save):
    """The server reads from its sockets once for a whole new draft."""
    await history.ping()

    assert await _reads(redis, save(history, a_record(history))) == 1


async def test_changing_costs_one_round_trip(history: History, redis: Redis, save, meant):
    """Whether a draft is still as it was seen is found out where it is written."""
    record = a_record(history)
    await save(history, record)
    seen = await history.seen(ROBIN, record.id)
    sent = replace(record, outcome=Outcome.SENT)

    assert await _reads(redis, history.exchange(ROBIN, seen, sent, meant(sent))) == 1


async def test_of_two_changes_at_once_one_is_kept(history: History, save, meant):
    """Who saw a draft as it was before the other one's change writes nothing."""
    record = a_record(history)
    await save(history, record)
    seen = await history.seen(ROBIN, record.id)
    sent, edited = replace(record, outcome=Outcome.SENT), replace(record, text="nee")

    done = [await history.exchange(ROBIN, seen, one, meant(one)) for one in (sent, edited)]

    assert done == [True, False]
    assert await history.draft(ROBIN, record.id) == sent


@pytest.mark.parametrize("count", [1, 60])
async def test_the_latest_drafts_cost_two_round_trips(history: History, redis: Redis, save, count: int):
    """However many drafts there are, a page of them costs the same."""
    for number in range(count):
        await save(history, a_record(history, f"V{number}"))

    assert await _reads(redis, history.latest(ROBIN, 10)) == 2


async def _reads(redis: Redis, doing: Awaitable[object]) -> int:
    """How often the server read a request while something was done, this question apart."""
    before = redis.info("stats")["total_reads_processed"]
    await doing
    return redis.info("stats")["total_reads_processed"] - before - 1


# private


async def test_nothing_can_be_read_in_redis(history: History, save, redis: Redis, meant):
    """No name, text, id of the requester, detail or outcome stands in any key or value."""
    record = a_record(history)
    await save(history, record)
    sent = replace(record, outcome=Outcome.SENT)
    assert await changed(history, sent, meant(sent))
    await history.arrive(ROBIN, Profile("UROBIN", "Robin Robertson", "nl-NL", "Europe/Amsterdam"))
    await history.prefer(ROBIN, Preferences(language="nl"))
    await history.note(ROBIN, record.person, Notes("two referrals", "not even coffee"))

    held = str(everything(redis)).casefold()

    words = (
        *("annemarijn", "voor hooli", "referentie", "nee tegen", "ik ken je werk", "robertson", "amsterdam"),
        *("decline_polite", "one_off", "recommendation", "colleague", '"sent"', "outcome", "neutral"),
        *("dchannel", "1700000000.000100", "2027-06-01", "two referrals", "even coffee"),
    )
    assert len(everything(redis)) == 12
    assert [word for word in words if word in held] == []


async def test_a_draft_belongs_to_its_author(history: History, save):
    """Nobody else reads a draft by its id: no colleague, and not the same id in another workspace."""
    record = a_record(history)
    await save(history, record)

    for other in (KIM, ROBIN_ELSEWHERE):
        assert await history.draft(other, record.id) is None
        assert await history.latest(other, 10) == []
        assert (await history.opening(other, record.person)).person is None


async def test_two_authors_do_not_know_a_person_by_the_same_mark(history: History):
    """Nobody can tell from Redis that two authors declined the same person."""
    marks = {history.person_id(author, "UANA") for author in (ROBIN, KIM, ROBIN_ELSEWHERE)}

    assert len(marks) == 3


async def test_a_value_moved_to_another_author_is_unreadable(history: History, save, redis: Redis, log):
    """Who can write to Redis still cannot show one author's draft or notes to another, and it is noted."""
    record = a_record(history)
    await save(history, record)
    await history.note(ROBIN, record.person, Notes("two referrals"))
    for key in redis.scan_iter():
        redis.copy(key, key.replace(b"UROBIN", b"UKIM"))

    found = await history.draft(KIM, record.id), (await history.opening(KIM, record.person)).person

    assert found == (None, None)
    assert {entry["event"] for entry in log} == {"unreadable"}
    assert "referrals" not in str(log)


async def test_all_keys_of_an_author_share_a_hash_tag(history: History, save, redis: Redis):
    """On a cluster, a transaction about one author stays on one node."""
    await save(history, a_record(history))
    await history.prefer(ROBIN, Preferences())
    await history.arrive(ROBIN, Profile("UROBIN", "Robin"))

    outside = [key for key in redis.scan_iter() if not key.startswith(b"decline:{TACME:UROBIN}:")]
    assert outside == [b"decline:{TACME}:authors"]


async def test_everything_expires(history: History, save, redis: Redis):
    """Each key has its end: the profile's within a day, the others' within the retention."""
    record = a_record(history)
    await save(history, record)
    await history.note(ROBIN, record.person, Notes("two referrals"))
    await history.note(ROBIN, history.person_id(ROBIN, "Petra"), Notes("a contract"))
    await history.prefer(ROBIN, Preferences())
    await history.arrive(ROBIN, Profile("UROBIN", "Robin"))

    left = {key.split(b":", 3)[-1]: redis.ttl(key) for key in redis.scan_iter()}

    assert len(left) == 12
    assert 0 < left.pop(b"profile") <= 24 * 3600
    assert left.pop(b"authors") > LONGEST_RETENTION * 24 * 3600
    assert all(RETENTION - 60 < seconds <= RETENTION for seconds in left.values())


async def test_what_changes_is_kept_for_the_whole_time_again(history: History, save, redis: Redis, meant):
    """An update puts the end of all that belongs to a draft off, and takes no end away."""
    record = a_record(history)
    await save(history, record)
    for key in redis.scan_iter():
        redis.expire(key, 60)

    assert await changed(history, record, meant(record))

    assert all(RETENTION - 60 < redis.ttl(key) <= RETENTION for key in redis.scan_iter())


async def test_an_expired_draft_leaves_the_list(history: History, save, redis: Redis):
    """Ids of drafts that are past their time do not pile up, and are not shown."""
    old = a_record(history, "V0", created=time.time() - RETENTION - 60)
    await save(history, old)
    await save(history, a_record(history, "V1"))

    assert old.id not in str([value for key, value in everything(redis).items() if key.endswith(b":drafts")])


async def test_an_answer_is_forgotten_in_its_own_time(history: History, save, meant, redis: Redis):
    """A person who goes on asking is remembered, but not what they were told before the retention."""
    now = time.time()
    old = a_record(history, "V0", created=now - RETENTION - 60, changed=now - RETENTION - 60)
    new = a_record(history, "V1")
    for record in (old, new):
        await save(history, record)

    found = (await history.opening(ROBIN, new.person)).person

    assert found.answers == (meant(new),)
    assert old.id.encode() not in redis.hkeys(next(redis.scan_iter("*:person:*")))


async def test_what_another_version_wrote_is_passed_over(history: History, save, redis: Redis, log):
    """A draft that cannot be made sense of is as good as gone, the others are there, and it is noted."""
    odd, sound = a_record(history, "V1"), a_record(history, "V2")
    await save(history, odd)
    await save(history, sound)
    key = next(redis.scan_iter(f"*:draft:{odd.id}")).decode()
    redis.set(key, VAULT.seal(key, b'{"written": "by another version"}'))

    assert await history.draft(ROBIN, odd.id) is None
    assert await history.latest(ROBIN, 10) == [sound]
    assert {(entry["event"], entry["key"]) for entry in log} == {("unreadable", key)}


async def test_a_draft_that_expired_on_its_own_is_passed_over(history: History, save, redis: Redis):
    """A list that still names a draft that is gone shows the others."""
    gone, kept = a_record(history, "V1"), a_record(history, "V2")
    await save(history, gone)
    await save(history, kept)
    redis.delete(next(key for key in redis.scan_iter() if gone.id.encode() in key))

    assert await history.latest(ROBIN, 10) == [kept]


# carried in a message


async def test_a_draft_can_be_carried(history: History):
    """A draft that could not be saved comes back from its own message."""
    record = a_record(history)

    assert history.carried(ROBIN, history.carry(ROBIN, record)) == record


async def test_what_is_carried_belongs_to_its_author(history: History):
    """A sealed draft in somebody else's hands is nothing, and so is anything else."""
    sealed = history.carry(ROBIN, a_record(history))

    assert history.carried(KIM, sealed) is None
    assert history.carried(ROBIN, sealed[:-2]) is None
    assert history.carried(ROBIN, "nonsense") is None


async def test_a_draft_is_carried_within_a_buttons_value(history: History):
    """A message of an ordinary length fits in the 2,000 characters that Slack gives a button."""
    assert len(history.carry(ROBIN, a_record(history, text="Hoi Annemarijn. " * 40))) < 1900


# away


def _methods(history: History, record: Record, meant) -> dict[str, Awaitable[object]]:
    """Each thing that needs Redis."""
    return {
        "opening": history.opening(ROBIN, record.person),
        "arrive": history.arrive(ROBIN, Profile("UROBIN", "Robin")),
        "renew_profile": history.renew_profile(ROBIN, Profile("UROBIN", "Robin")),
        "prefer": history.prefer(ROBIN, Preferences()),
        "save": history.save(ROBIN, record, person(record), meant(record)),
        "exchange": history.exchange(ROBIN, Seen(record, b"sealed"), record, meant(record)),
        "note": history.note(ROBIN, record.person, Notes("two referrals")),
        "describe": history.describe(ROBIN, record.person, person(record), Notes()),
        "page": history.page(ROBIN, Filter(), 0, 10),
        "people": history.people(ROBIN, 0, 10),
        "names": history.names(ROBIN, Filter(), 10),
        "overview": history.overview(ROBIN, 0, 5, 5),
        "of_person": history.of_person(ROBIN, record.person),
        "draft": history.draft(ROBIN, record.id),
        "seen": history.seen(ROBIN, record.id),
        "delete": history.delete(ROBIN, record),
        "latest": history.latest(ROBIN, 10),
        "keep": history.keep(ROBIN, OWN),
        "drop": history.drop(ROBIN, "own:1"),
        "ping": history.ping(),
        "settle": history.settle(),
    }


def test_every_method_that_needs_redis_is_tried(meant):
    """No method that awaits the server is left out below."""
    history = History(connect("unix:///nowhere"), VAULT)
    methods = {name for name in dir(History) if not name.startswith("_")}
    waiting = {name for name in methods if asyncio.iscoroutinefunction(getattr(History, name))}
    tried = _methods(history, a_record(history), meant)
    for one in tried.values():
        one.close()

    assert set(tried) == waiting


async def test_with_the_server_gone_every_method_says_so(tmp_path: Path, meant):
    """A server that was stopped is away, at once."""
    with EmbeddedServer(tmp_path / "data") as server:
        pass
    async with opened(server.url) as history:
        assert await _away(history, meant) == {}


async def test_with_the_server_lost_on_the_way_every_method_says_so(tmp_path: Path, meant):
    """A connection that broke is noticed and not waited for."""
    with EmbeddedServer(tmp_path / "data") as server:
        client = connect(server.url)
        history = History(client, VAULT)
        await history.ping()
    assert await _away(history, meant) == {}
    await client.aclose()


@pytest.mark.in_earnest
async def test_with_the_server_silent_every_method_says_so(own_server: EmbeddedServer, meant):
    """A server that does not answer is given up on in time to draft without it."""
    with Redis.from_url(own_server.url) as client:
        process = client.info("server")["process_id"]
    async with opened(own_server.url) as history:
        await history.ping()
        os.kill(process, signal.SIGSTOP)
        try:
            assert await _away(history, meant) == {}
        finally:
            os.kill(process, signal.SIGCONT)


async def _away(history: History, meant) -> dict[str, object]:
    """Which methods, all tried at once, did anything but raise AwayError in time."""
    tried = _methods(history, a_record(history), meant)
    async with asyncio.timeout(AWAY_SECONDS):
        results = await asyncio.gather(*tried.values(), return_exceptions=True)
    return {
        name: result for name, result in zip(tried, results, strict=True) if not isinstance(result, AwayError)
    }


async def test_a_server_that_refuses_to_write_is_away(own_server: EmbeddedServer, save):
    """With its memory full nothing is saved in part, and reading still works."""
    with Redis.from_url(own_server.url) as client:
        client.config_set("maxmemory", 1)
        async with opened(own_server.url) as history:
            record = a_record(history)
            with pytest.raises(AwayError):
                await save(history, record)
            assert await history.draft(ROBIN, record.id) is None
        assert list(client.scan_iter()) == []


async def test_history_is_back_when_the_server_is(tmp_path: Path, save):
    """One client outlives a restart of the server."""
    with EmbeddedServer(tmp_path / "data") as server:
        client = connect(server.url)
        history = History(client, VAULT)
        record = a_record(history)
        await save(history, record)
    with pytest.raises(AwayError):
        await history.ping()
    with EmbeddedServer(tmp_path / "data"):
        assert await history.draft(ROBIN, record.id) == record
        await client.aclose()
