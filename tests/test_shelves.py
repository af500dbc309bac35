"""Drafts and people by the page: the same cost however many there are, and filed where they belong."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from redis import Redis

from bot.browsing import Filter, Page
from bot.catalogue import Situation, Step
from bot.ladder import Answer, Outcome, Relationship
from bot.records import Notes, Record, answer, person
from bot.stores.embedded import EmbeddedServer
from bot.stores.history import History
from bot.stores.indexes import Indexes
from bot.stores.places import author_key, author_keys
from bot.stores.shelves import ANSWER, RECORD
from tests.test_history import KIM, RETENTION, ROBIN, ROBIN_ELSEWHERE, VAULT, a_record, changed, opened

NEW = time.time()
EVERYTHING = Filter()
OPEN, SENT = Filter("outcome", "open"), Filter("outcome", "sent")


@pytest.fixture
async def history(server: EmbeddedServer, redis: Redis) -> AsyncIterator[History]:
    """A history on the running server, which starts empty."""
    async with opened(server.url) as made:
        yield made


@pytest.fixture
def meant(catalogue) -> Callable[[Record], Answer]:
    """What a draft means for the ladder."""
    return lambda record: answer(record, catalogue[record.script_id])


@pytest.fixture
def save(history, meant) -> Callable[..., Awaitable[Record]]:
    """Saves a draft of Robin's, each a second younger than the one before."""
    times = iter(range(1000))

    async def saved(view: str, who: str = "Ana", **more: object) -> Record:
        mark = history.person_id(ROBIN, who)
        record = a_record(history, view, created=NEW - 1000 + next(times), person=mark, name=who, **more)
        await history.save(ROBIN, record, person(record), meant(record))
        return record

    return saved


async def ids_in(history: History, wanted: Filter, size: int = 10) -> list[str]:
    """The drafts on the first page."""
    return [one.id for one in (await history.page(ROBIN, wanted, 0, size)).records]


# filed


async def test_a_draft_is_filed_by_what_it_is(history, save):
    """It is found among all, and by its person, situation and outcome, and by no other."""
    one = await save("V1")
    other = await save("V2", "Petra", situation=Situation.SUPPLIER, outcome=Outcome.SENT)

    assert await ids_in(history, EVERYTHING) == [other.id, one.id]
    for wanted in (Filter("person", one.person), Filter("situation", "one_off"), OPEN):
        assert await ids_in(history, wanted) == [one.id]
    for wanted in (Filter("person", other.person), Filter("situation", "supplier"), SENT):
        assert await ids_in(history, wanted) == [other.id]


async def test_what_became_of_a_draft_moves_it(history, save, meant):
    """A draft that was sent no longer waits, and one that is taken back waits again."""
    record = await save("V1")

    for outcome, there, gone in ((Outcome.SENT, SENT, OPEN), (Outcome.OPEN, OPEN, SENT)):
        now = replace(record, outcome=outcome)
        assert await changed(history, now, meant(now))
        assert (await ids_in(history, there), await ids_in(history, gone)) == ([record.id], [])


async def test_another_requester_takes_the_draft_along(history, save, meant):
    """A draft that turns out to be for somebody else is with them, and nothing of the first is left."""
    record = await save("V1")
    petra = replace(record, person=history.person_id(ROBIN, "Petra"), name="Petra")

    assert await changed(history, petra, meant(petra))

    assert [one.person.name for one in (await history.people(ROBIN, 0, 10)).known] == ["Petra"]
    assert await history.of_person(ROBIN, record.person) == []
    assert await history.of_person(ROBIN, petra.person) == [record.id]


async def test_a_change_does_not_bring_a_deleted_draft_back(history, save, meant, redis: Redis):
    """Of two clicks at once, one of which deletes, nothing is left."""
    record = await save("V1")
    seen = await history.seen(ROBIN, record.id)
    await history.delete(ROBIN, record)

    assert not await history.exchange(ROBIN, seen, replace(record, outcome=Outcome.SENT), meant(record))

    assert list(redis.scan_iter()) == []


async def test_the_answers_of_a_month_are_counted_by_step(history, save):
    """What was sent since a moment counts, what waits and what came before does not."""
    await save("V1", outcome=Outcome.SENT)
    middle = await save("V2", outcome=Outcome.SENT)
    await save("V3", script_id="firm_close", outcome=Outcome.SENT)
    await save("V4")

    counted = (await history.overview(ROBIN, middle.created, 5, 5)).answered

    assert counted == {Step.DECLINE: 1, Step.CLOSE: 1}


async def test_a_draft_past_its_time_is_on_no_page(history, save, redis: Redis):
    """No page, total or count has a draft that is gone, whatever its indexes still say."""
    await save("V0")
    late = Indexes(VAULT, ROBIN)
    for wanted in (EVERYTHING, OPEN, Filter("person", history.person_id(ROBIN, "Ana"))):
        redis.zadd(late.filtered(wanted), {"old": NEW - RETENTION - 60, "gone": NEW})

    for wanted in (EVERYTHING, OPEN, Filter("person", history.person_id(ROBIN, "Ana"))):
        page = await history.page(ROBIN, wanted, 0, 10)
        assert (page.total, len(page.records)) == (1, 1)
        assert "gone" not in str(redis.zrange(late.filtered(wanted), 0, -1))


# by the page


async def test_pages_follow_each_other(history, save):
    """Each draft is on one page, the newest first; behind the last page there is the last page."""
    saved = [(await save(f"V{number}")).id for number in range(7)]

    pages = [await history.page(ROBIN, EVERYTHING, start, 3) for start in (0, 3, 6, 9, 900)]

    assert [[one.id for one in page.records] for page in pages[:3]] == [
        saved[:3:-1],
        saved[3:0:-1],
        saved[:1],
    ]
    assert pages[2] == pages[3] == pages[4]
    assert {(page.total) for page in pages} == {7}


async def test_people_come_with_what_they_were_told(history, save, meant):
    """Who was heard of last comes first, with their answers."""
    ana = await save("V1")
    await save("V2", "Petra")
    again = replace(ana, changed=NEW + 9999, outcome=Outcome.SENT)
    assert await changed(history, again, meant(again))

    people = await history.people(ROBIN, 0, 10)

    assert [(one.person.name, len(one.person.answers)) for one in people.known] == [("Ana", 1), ("Petra", 1)]
    assert (await history.people(ROBIN, 1, 1)).known == people.known[1:]
    assert [one.person.name for one in await history.names(ROBIN, EVERYTHING, 1)] == ["Ana"]
    chosen = Filter("person", history.person_id(ROBIN, "Petra"))
    assert [one.person.name for one in await history.names(ROBIN, chosen, 1)] == ["Petra", "Ana"]


@pytest.mark.parametrize("wanted", [EVERYTHING, OPEN, Filter("situation", "one_off"), None])
async def test_pages_belong_to_their_author(history, save, wanted):
    """A colleague, and the author in another workspace, see none of it, whatever mark they name."""
    record = await save("V1")

    for other in (KIM, ROBIN_ELSEWHERE):
        assert await history.page(other, wanted or Filter("person", record.person), 0, 10) == Page()
        assert (await history.people(other, 0, 10)).total == 0
        assert await history.of_person(other, record.person) == []


@pytest.mark.parametrize(
    "wanted", [Filter("outcome", "none"), Filter("person", ""), Filter("color", "red"), Filter("", "x")]
)
async def test_a_filter_that_does_not_exist_finds_nothing(history, save, wanted):
    """Whatever comes back from Slack, a filter that was never offered is an empty page."""
    await save("V1")

    assert await history.page(ROBIN, wanted, 0, 10) == Page()


# what it costs


async def seeded(history: History, redis: Redis, record: Record, meant: Answer, count: int) -> None:
    """So many drafts, a tenth as many people, as if they had been saved one by one."""
    indexes = Indexes(VAULT, ROBIN)
    wanted = [EVERYTHING, OPEN, Filter("situation", "one_off"), Filter("person", "m0")]
    keys = [indexes.filtered(one) for one in wanted] + [indexes.answered(Step.DECLINE)]
    with redis.pipeline(transaction=False) as pipe:
        for number in (*range(50), *range(count - 50, count)):  # the pages that are looked at
            draft, who = f"d{number:06}", f"m{number // 10:05}"
            key, known = author_key(ROBIN, "draft", draft), author_key(ROBIN, "person", who)
            pipe.set(key, VAULT.seal(key, RECORD.dump_json(replace(record, id=draft))))
            pipe.hset(known, draft, VAULT.seal(known, ANSWER.dump_json(meant)))
            pipe.hset(known, "about", history._about(known, person(record)))
        for begun in range(0, count, 10_000):
            numbers = range(begun, min(begun + 10_000, count))
            for key in keys:
                pipe.zadd(key, {f"d{number:06}": NEW - 60 - number for number in numbers})
            people = {f"m{number // 10:05}": NEW - 60 - number for number in numbers}
            pipe.zadd(author_key(ROBIN, "people"), people)
        pipe.execute()


async def cost(redis: Redis, doing: Awaitable[object]) -> tuple[int, int]:
    """Commands that the server ran while something was done, and bytes that it sent, this question apart."""
    before = redis.info("stats")
    between = redis.info("stats")
    await doing
    after = redis.info("stats")
    commands, sent = "total_commands_processed", "total_net_output_bytes"
    own = between[sent] - before[sent]
    return after[commands] - between[commands] - 1, after[sent] - between[sent] - own


async def test_a_page_costs_the_same_with_a_hundred_and_with_a_hundred_thousand(history, redis: Redis, meant):
    """Commands and bytes for each kind of page, first and last, do not grow with what there is."""
    record = a_record(history)
    costs = []
    for count in (100, 100_000):
        redis.flushdb()
        await seeded(history, redis, record, meant(record), count)
        await history.page(ROBIN, EVERYTHING, 0, 10)
        costs.append(
            [
                await cost(redis, doing)
                for doing in (
                    *(
                        history.page(ROBIN, wanted, start, 10)
                        for wanted in (
                            EVERYTHING,
                            OPEN,
                            Filter("situation", "one_off"),
                            Filter("person", "m0"),
                        )
                        for start in (0, 20, count - 10)
                    ),
                    history.people(ROBIN, 0, 5),
                    history.people(ROBIN, count // 10 - 5, 5),
                    history.names(ROBIN, EVERYTHING, 4),
                    history.overview(ROBIN, 0, 10, 5),
                )
            ]
        )
    few, many = costs

    assert [one[0] for one in few] == [one[0] for one in many]
    assert max(abs(a[1] - b[1]) for a, b in zip(few, many, strict=True)) < 120
    assert min(one[1] for one in few) > 300


@pytest.mark.parametrize("count", [100, 300])
async def test_a_draft_costs_at_most_a_kilobyte(history, redis: Redis, save, count: int):
    """All that grows with a draft counts: itself, its answer, its person, and where it is filed."""
    text = (
        "Hi Ana, thanks for asking me about an introduction to the head of procurement. I can see why you'd"
        " like one. I won't be making it, because I leave it to people to decide how they spend their time."
        " If there's one question I could answer for you, send it over."
    )
    for number in range(count):
        await save(
            f"V{number}", f"Ana {number // 4}", text=text, outcome=list(Outcome)[number % 3], click="8d88f00a"
        )

    assert sum(redis.memory_usage(key, samples=0) for key in redis.scan_iter()) / count <= 1024


# a person


async def test_what_the_author_says_of_somebody_outlives_later_drafts(history, save):
    """Relationship, notes and being muted stay when a draft is saved and deleted."""
    first = await save("V1", relationship=Relationship.CLIENT)
    known = replace(person(first), relationship=Relationship.CLIENT, muted=True)
    assert await history.describe(ROBIN, first.person, known, Notes("a lunch"))

    await save("V2", relationship=Relationship.CLIENT)
    await history.delete(ROBIN, first)

    found = (await history.opening(ROBIN, first.person)).person
    assert (found.muted, found.relationship, found.notes) == (True, Relationship.CLIENT, Notes("a lunch"))


async def test_who_was_forgotten_is_not_brought_back(history, save, redis: Redis):
    """What is said of somebody who is gone is not kept."""
    record = await save("V1")
    await history.delete(ROBIN, record)

    assert not await history.describe(ROBIN, record.person, person(record), Notes("a lunch"))

    assert list(redis.scan_iter()) == []


async def test_a_muted_person_without_drafts_is_forgotten(history, save, redis: Redis):
    """Being muted is no reason to keep somebody of whom nothing else is known."""
    record = await save("V1")
    await history.describe(ROBIN, record.person, replace(person(record), muted=True), Notes())

    await history.delete(ROBIN, record)

    assert list(redis.scan_iter()) == []


async def test_every_key_of_an_author_is_known(history, save, redis: Redis):
    """What deletes an author finds each index, also those of people and of answers."""
    await save("V1", outcome=Outcome.SENT)
    await save("V2", "Petra", situation=Situation.SUPPLIER)

    (keys,) = await author_keys(history._redis, [ROBIN])

    assert {key.decode() for key in redis.scan_iter()} <= set(keys)


async def test_a_stored_draft_takes_little_room(history, save, redis: Redis):
    """A draft of an ordinary length, with its answer and its places in the indexes, is some 1,200 bytes."""
    for number in range(300):
        await save(f"V{number}", f"Person {number // 5}", outcome=Outcome.SENT)

    assert sum(redis.memory_usage(key, samples=0) for key in redis.scan_iter()) / 300 < 1300
