"""Redis by URL: what is kept works the same on one server, behind Sentinels and on a cluster."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from redis import Redis
from redis.asyncio.connection import SSLConnection
from redis.crc import key_slot
from redis.exceptions import NoPermissionError

from bot.catalogue import Catalogue, Situation
from bot.ladder import Outcome
from bot.records import Author, Notes, Preferences, Profile, Record, answer, person
from bot.stores import marks
from bot.stores.away import AwayError
from bot.stores.connection import UrlError, check_url, connect
from bot.stores.departure import Departure
from bot.stores.encryption import Vault, new_key
from bot.stores.history import History
from bot.stores.rotation import rotate, size
from bot.stores.sealed import Seen
from tests.servers import (
    Kept,
    Servers,
    answers,
    clustered,
    free_port,
    owner,
    wait_for,
    watched,
    with_replica,
)
from tests.test_history import changed

ROOT = Path(__file__).parents[1]
ROBIN = Author("TACME", "UROBIN")
KEY = new_key()
VAULT = Vault([KEY])
CERTIFICATES = "ssl_ca_certs=/etc/ca.pem"
AWAY_SECONDS = 2.0
FAILOVER_SECONDS = 8.0
"""How long a test waits for Sentinels to agree on another primary."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, cluster: Kept) -> Iterator[dict[str, Kept]]:
    """One of each kind, for the tests that do it no harm."""
    with ExitStack() as opened:
        servers = Servers(tmp_path_factory.mktemp("watched"), opened)
        yield {"watched": watched(servers), "clustered": cluster}


@pytest.fixture(params=["watched", "clustered"])
def kept(running: dict[str, Kept], request: pytest.FixtureRequest) -> Kept:
    """Either kind, empty."""
    found = running[request.param]
    found.empty()
    return found


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Servers]:
    """Servers to mistreat."""
    with ExitStack() as opened:
        yield Servers(tmp_path, opened)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[History]:
    """A history on the servers at that address."""
    async with aclosing(connect(url)) as client:
        yield History(client, VAULT)


@asynccontextmanager
async def met(url: str) -> AsyncIterator[History]:
    """The same, once it has met all servers: on a busy machine that can take longer than an answer may."""
    async with opened(url) as history:
        for _ in range(3):
            with suppress(AwayError):
                await history.ping()
                break
        yield history


def a_record(history: History, view: str = "V1") -> Record:
    """A draft."""
    now, on = time.time(), date(2027, 6, 1)
    return Record(
        *(history.draft_id(ROBIN, view), history.person_id(ROBIN, "UANA"), "Ana", "UANA", "ask"),
        *(Situation.ONE_OFF, None, "decline_polite", "en", "neutral", 1, "No, Ana.", now, now, on),
    )


@pytest.fixture
def meant(catalogue: Catalogue):
    """What a draft means for the ladder."""
    return lambda record: answer(record, catalogue["decline_polite"])


# both kinds


async def test_everything_that_is_kept_works(kept: Kept, meant):
    """Drafts, people, notes and preferences are saved, found, changed and deleted, and nothing is left."""
    async with met(kept.url) as history:
        await history.ping()
        record, other = a_record(history, "V1"), a_record(history, "V2")
        for one in (record, other):
            assert await history.save(ROBIN, one, person(one), meant(one))
        assert not await history.save(ROBIN, record, person(record), meant(record))
        await history.note(ROBIN, record.person, Notes("two referrals"))
        await history.prefer(ROBIN, Preferences(language="nl"))
        await history.arrive(ROBIN, Profile("UROBIN", "Robin"))
        await history.renew_profile(ROBIN, Profile("UROBIN", "Robin"))
        sent = replace(record, outcome=Outcome.SENT)
        assert await changed(history, sent, meant(sent))

        remembered = await history.opening(ROBIN, record.person)
        assert (remembered.preferences.language, remembered.profile.name) == ("nl", "Robin")
        assert remembered.person.notes == Notes("two referrals")
        assert {one.outcome for one in remembered.person.answers} == {Outcome.SENT, Outcome.OPEN}
        assert await history.latest(ROBIN, 10) == [other, sent]
        assert await history.draft(ROBIN, record.id) == sent

        await history.delete(ROBIN, sent)
        await history.delete(ROBIN, other)
        await history.note(ROBIN, record.person, Notes())
        left = {key.rsplit(b":", 1)[-1] for key in kept.holds()}
        assert left == {b"preferences", b"profile", b"authors", b"pace"}


async def test_everything_of_a_workspace_goes(kept: Kept, meant):
    """When the app is uninstalled, the keys of its authors go, on whichever servers they are."""
    async with met(kept.url) as history:
        for number in range(6):
            author = Author(ROBIN.tenant, f"U{number}")
            record = a_record(history, f"V{number}")
            await history.arrive(author, Profile(author.user, "Robin"))
            await history.save(author, record, person(record), meant(record))

        removed = await Departure(history._redis).remove(ROBIN.tenant, lambda: True)

        assert (removed.authors, removed.whole) == (6, True)
        assert [key for key in kept.holds() if b"{TACME" in key] == []


async def test_marks_are_agreed_on(kept: Kept):
    """Two workers at once file people alike."""
    async with met(kept.url) as one, met(kept.url) as other:
        await asyncio.gather(one.settle(), other.settle())

        assert one.person_id(ROBIN, "UANA") == other.person_id(ROBIN, "UANA")
        assert marks.KEY.encode() in kept.holds()


async def test_everything_is_sealed_anew_on_every_server(kept: Kept, meant):
    """A rotation reaches each primary, and afterwards the new key alone opens all there is."""
    async with aclosing(connect(kept.url)) as client:
        new = new_key()
        before = History(client, VAULT)
        authors = [Author("TACME", f"U{number}") for number in range(24)]
        for author in authors:
            record = a_record(before)
            await before.save(author, record, person(record), meant(record))
        seen = []

        tally = await rotate(client, Vault([new, KEY]), seen.append)

        assert (tally.resealed, tally.already, tally.unreadable) == (24 * 3, 1, 0)
        assert sum(seen) == await size(client)
        after = History(client, Vault([new]))
        await after.settle()
        for author in authors:
            (found,) = await after.latest(author, 10)
            assert found.text == "No, Ana."
            known = (await after.opening(author, before.person_id(ROBIN, "UANA"))).person
            assert (known.name, len(known.answers)) == ("Ana", 1)


@pytest.fixture
def documented() -> list[str]:
    """The user that the documentation gives the app."""
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ACL SETUSER .+$", text, re.MULTILINE)
    return line.split()


async def test_the_documented_user_is_enough_and_no_more(kept: Kept, meant, documented):
    """With what it is allowed, the app keeps and rotates everything, and can touch nothing else."""
    for port in kept.data:
        kept.servers.client(port).execute_command(*documented)
    async with aclosing(connect(kept.url.replace("://", "://decline:password@"))) as client:
        history = History(client, VAULT)
        record = a_record(history)

        await history.settle()
        await history.ping()
        assert await history.save(ROBIN, record, person(record), meant(record))
        await history.note(ROBIN, record.person, Notes("two referrals"))
        assert await changed(history, record, meant(record))
        assert (await history.opening(ROBIN, record.person)).person.notes == Notes("two referrals")
        assert await history.latest(ROBIN, 10) == [record]
        assert (await rotate(client, Vault([new_key(), KEY]))).resealed == 5
        await history.delete(ROBIN, record)

    with Redis(port=kept.data[0], username="decline", password="password") as allowed:
        for command in (("SET", "other", "x"), ("CONFIG", "GET", "*"), ("FLUSHALL",), ("KEYS", "*")):
            with pytest.raises(NoPermissionError):
                allowed.execute_command(*command)


@pytest.mark.in_earnest
async def test_silent_servers_are_given_up_on_in_time(kept: Kept, meant):
    """Slack's three seconds are kept to, and afterwards every answer belongs to its question."""
    async with met(kept.url) as history:
        record = a_record(history)
        await history.save(ROBIN, record, person(record), meant(record))
        async with kept.servers.silent(*kept.data):
            for doing in (
                lambda: history.opening(ROBIN, record.person),
                lambda: history.exchange(ROBIN, Seen(record, b""), record, meant(record)),
                lambda: history.latest(ROBIN, 3),
            ):
                with pytest.raises(AwayError):
                    async with asyncio.timeout(AWAY_SECONDS):
                        await doing()

        await asyncio.to_thread(wait_for, lambda: all_answer(kept))
        assert await patiently(lambda: history.latest(ROBIN, 3)) == [record]
        assert (await patiently(lambda: history.opening(ROBIN, record.person))).person.name == "Ana"


def all_answer(kept: Kept) -> bool:
    """Whether each server is there again."""
    return all(answers(kept.servers.client(port)) for port in kept.data)


async def patiently(doing: Callable[[], object]) -> object:
    """What comes of it once Redis is there again."""
    deadline = time.monotonic() + FAILOVER_SECONDS
    while True:
        try:
            return await doing()
        except AwayError:
            assert time.monotonic() < deadline, "it stayed away"
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("scheme", ["redis+sentinel://{}/ours", "redis+cluster://{}"])
async def test_with_nobody_there_every_call_says_so(scheme: str, meant):
    """With all servers gone, history is away, whatever the kind calls it."""
    async with opened(scheme.format(f"127.0.0.1:{free_port()},127.0.0.1:{free_port()}")) as history:
        record = a_record(history)
        for doing in (
            history.settle,
            lambda: history.opening(ROBIN),
            lambda: history.save(ROBIN, record, person(record), meant(record)),
            lambda: history.draft(ROBIN, "d1"),
            history.ping,
        ):
            with pytest.raises(AwayError):
                async with asyncio.timeout(AWAY_SECONDS):
                    await doing()


# Sentinel


async def test_another_primary_is_followed(own: Servers, meant):
    """When the primary dies and another takes its place, the app finds it, with what was saved."""
    kept = watched(own)
    primary, _ = kept.data
    async with met(kept.url) as history:
        record, later = a_record(history, "V1"), a_record(history, "V2")
        await history.save(ROBIN, record, person(record), meant(record))
        own.client(primary).wait(1, 1000)

        own.processes[primary].kill()
        with pytest.raises(AwayError):
            await history.save(ROBIN, later, person(later), meant(later))

        assert await patiently(lambda: history.save(ROBIN, later, person(later), meant(later)))
        assert await history.latest(ROBIN, 10) == [later, record]


# Cluster


async def test_all_of_one_author_is_on_one_server(running: dict[str, Kept], meant):
    """The authors of a workspace are spread, what belongs to one of them is not."""
    kept = running["clustered"]
    kept.empty()
    authors = [Author("TACME", f"U{number}") for number in range(24)]
    async with met(kept.url) as history:
        for author in authors:
            record = a_record(history)
            await history.save(author, record, person(record), meant(record))
            await history.prefer(author, Preferences())

    where = {author.user: set() for author in authors}
    for key, port in kept.holds().items():
        where[key.decode().split("}")[0].rsplit(":", 1)[-1]].add(port)
    assert {len(ports) for ports in where.values()} == {1}
    assert set.union(*where.values()) == set(kept.data)


async def test_a_server_s_replica_is_followed(own: Servers, meant):
    """When a server of a cluster dies, the app finds its replica in its place, with what was saved."""
    kept = clustered(own)
    lost, replica = with_replica(kept, key_slot(b"TACME:UROBIN"))
    async with met(kept.url) as history:
        record, later = a_record(history, "V1"), a_record(history, "V2")
        await history.save(ROBIN, record, person(record), meant(record))
        own.client(lost).wait(1, 1000)

        own.processes[lost].kill()
        with pytest.raises(AwayError):
            await history.save(ROBIN, later, person(later), meant(later))
        own.client(replica).execute_command("CLUSTER", "FAILOVER", "TAKEOVER")

        assert await patiently(lambda: history.latest(ROBIN, 10)) == [record]
        assert await history.save(ROBIN, later, person(later), meant(later))


async def test_a_slot_that_moved_is_found(own: Servers, meant):
    """When an author's slot goes to another server, the very next draft is saved there."""
    kept = clustered(own)
    slot = key_slot(b"TACME:UROBIN")
    async with met(kept.url) as history:
        await history.ping()
        clients = [own.client(port) for port in kept.data]
        names = [client.execute_command("CLUSTER", "MYID").decode() for client in clients]
        old = owner(slot)
        new = (old + 1) % 3
        for number in (new, old):
            clients[number].execute_command("CLUSTER", "SETSLOT", slot, "NODE", names[new])

        record = a_record(history)
        assert await history.save(ROBIN, record, person(record), meant(record))
        assert await history.latest(ROBIN, 10) == [record]
        of_the_author = [at for key, at in kept.holds().items() if b"UROBIN" in key]
        assert set(of_the_author) == {kept.data[new]}


# URLs


def test_a_url_of_sentinels_says_everything():
    """Hosts, the primary's name and database, who we are to it and to the Sentinels, whom to trust."""
    url = (
        "rediss+sentinel://app:p%40ss@one.example,[::1]:5000/ours/3"
        f"?{CERTIFICATES}&sentinel_password=other&socket_timeout=0.5"
    )

    pool = connect(url).connection_pool
    settings = pool.connection_kwargs
    asked = [one.connection_pool.connection_kwargs for one in pool.sentinel_manager.sentinels]

    assert [(one["host"], one["port"], one["password"]) for one in asked] == [
        ("one.example", 26379, "other"),
        ("::1", 5000, "other"),
    ]
    assert (pool.service_name, settings["db"], settings["username"], settings["password"]) == (
        *("ours", 3, "app", "p@ss"),
    )
    assert settings["socket_timeout"] == 0.5
    assert issubclass(pool.connection_class, SSLConnection)
    assert {one["ssl_ca_certs"] for one in (settings, *asked)} == {"/etc/ca.pem"}


def test_a_url_of_a_cluster_says_everything():
    """Hosts, who we are to them, and how to trust them."""
    client = connect(f"rediss+cluster://app:p%40ss@one.example,two.example:7000?{CERTIFICATES}")
    settings = client.get_connection_kwargs()

    assert set(client.nodes_manager.startup_nodes) == {"one.example:6379", "two.example:7000"}
    assert (settings["username"], settings["password"]) == ("app", "p@ss")
    assert issubclass(settings["connection_class"], SSLConnection)
    assert settings["ssl_ca_certs"] == "/etc/ca.pem"


def test_every_kind_is_given_the_same_time():
    """Slack waits no longer for a cluster than for one server."""
    settings = [
        connect("redis://one.example").connection_pool.connection_kwargs,
        connect("redis+sentinel://one.example/ours").connection_pool.connection_kwargs,
        connect("redis+cluster://one.example").get_connection_kwargs(),
    ]

    assert len({(one["socket_timeout"], one["socket_connect_timeout"]) for one in settings}) == 1


@pytest.mark.parametrize(
    "url",
    [
        *("redis://one.example/0", f"rediss://:word@one.example?{CERTIFICATES}", "unix:///run/redis.sock"),
        *("redis+sentinel://one.example,two.example:5000/ours", "redis+sentinel://one.example/ours/2"),
        *("redis+cluster://one.example,[::1]:7000", f"rediss+cluster://one.example?{CERTIFICATES}"),
    ],
)
def test_a_sound_url_is_accepted(url: str):
    """Each form that the documentation names."""
    check_url(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("one.example:6379", "must be a redis://"),
        ("https://one.example", "must be a redis://"),
        ("redis+other://one.example", "must be a redis://"),
        ("redis://one.example:secret/0", "malformed"),
        ("redis+sentinel://:secret@one.example", "what their primary is called"),
        ("redis+sentinel://:secret@one.example/ours/first", "what their primary is called"),
        ("redis+sentinel://:secret@/ours", "must have hosts"),
        ("redis+sentinel://one.example:secret/ours", "must have hosts"),
        ("redis+cluster://one.example,", "must have hosts"),
        ("redis+cluster://:secret@one.example/1", "one database only"),
        ("redis://:secret@one.example?nonsense=secret", "option"),
        ("redis+sentinel://:secret@one.example/ours?nonsense=secret", "option"),
        ("redis+cluster://:secret@one.example?nonsense=secret", "option"),
        ("redis+cluster://:secret@one.example?db=1", "option"),
        ("redis+cluster://:secret@one.example?socket_timeout=secret", "malformed"),
    ],
)
def test_a_url_that_leads_nowhere_is_explained(url: str, why: str):
    """What is wrong is said, and nothing of the URL is repeated."""
    with pytest.raises(UrlError, match=why) as raised:
        check_url(url)

    assert "secret" not in str(raised.value)
