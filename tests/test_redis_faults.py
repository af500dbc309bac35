"""Redis in trouble: whatever a person does is answered in time, in words, and done whole or not at all."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.crc import key_slot
from slack_bolt.app.async_app import AsyncApp

from bot import ids
from bot.app import shipped
from bot.listeners import leaving, register
from bot.localization import Languages
from bot.playground.delivery import Delivery
from bot.records import Author as Account
from bot.stores.belongings import Belongings
from bot.stores.connection import connect
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import Vault
from bot.stores.workspaces import Workspaces
from tests.admin import admin_of
from tests.author import Author, actions, draft, element, words
from tests.conftest import TEAM, World, held_to_the_rules
from tests.interactions import CANARY, INTERACTIONS, about_to, drafted, itself, reminded, writes
from tests.line import Line
from tests.patience import SLACKS_PATIENCE, waiting
from tests.servers import Kept, Servers, clustered, wait_for, watched, with_replica

YOU = Account(TEAM, "UYOU")

BUTTON_VALUE = 2000
MESSAGE = 13_200
"""Characters that Slack takes; the second is what people have found (slackapi/bolt-js issue 2509)."""

FAILOVER_SECONDS = 20.0

VOLATILE = {"id", "created", "changed", "at", "ask", "on", "message", "channel", "revision", "click"}
"""What is never the same twice."""

SENTENCES = (
    *("trouble.away", "trouble.slow", "home.away", "compose.away", "draft.unsaved"),
    *("trouble.reminder_not_set", "trouble.reminder_lost", "trouble.reminder_unnoted"),
)
"""What people are told when something could not be done."""

UNCHANGED = [language("trouble.away") for language in shipped().languages.by_code.values()]
"""That nothing was changed."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server to mistreat."""
    with EmbeddedServer(tmp_path_factory.mktemp("mistreated")) as running:
        yield running


@pytest.fixture
async def line(own: EmbeddedServer) -> AsyncIterator[Line]:
    """The way to it."""
    async with Line(own.socket).laid() as laid:
        yield laid


@asynccontextmanager
async def world_on(line: Line, own: EmbeddedServer, db: int = 0) -> AsyncIterator[World]:
    """The app and Slack, with a database of the server's behind the line."""
    with Redis.from_url(f"{own.url}?db={db}") as redis:
        redis.flushdb()
        async with held_to_the_rules(f"redis://127.0.0.1:{line.port}/{db}", redis) as made:
            yield made


@pytest.fixture
async def world(line: Line, own: EmbeddedServer) -> AsyncIterator[World]:
    """The same, one."""
    async with world_on(line, own) as made:
        yield made


# What can go wrong


def cut(line: Line, _: Redis) -> None:
    """The connection is lost between a change and the word that it was made, and can be had again."""
    line.cuts = 1


def cut_and_gone(line: Line, _: Redis) -> None:
    """The same, and then nobody is there."""
    line.cuts, line.then_refused = 1, True


def gone(line: Line, _: Redis) -> None:
    """Nobody is there."""
    line.refused = True
    line.hang_up()


def restarted(line: Line, _: Redis) -> None:
    """Every connection is lost, and can be had again."""
    line.hang_up()


def slow(line: Line, _: Redis) -> None:
    """Each answer takes a while."""
    line.seconds = 0.15


def mute(line: Line, _: Redis) -> None:
    """What is asked is done, and no answer comes."""
    line.mute = True


def loading(line: Line, _: Redis) -> None:
    """It has been started, and reads what it has."""
    line.loading = True


def read_only(_: Line, redis: Redis) -> None:
    """It is a replica now, as after a failover that the app has not heard of."""
    redis.replicaof("127.0.0.1", "9")


def full(_: Line, redis: Redis) -> None:
    """It has no memory left."""
    redis.config_set("maxmemory", "1")


def misconfigured(_: Line, redis: Redis) -> None:
    """It cannot write its snapshots, and takes no changes for that."""
    redis.config_set("save", "3600 1")
    redis.bgsave()
    wait_for(lambda: not redis.info("persistence")["rdb_bgsave_in_progress"])


Fault = Callable[[Line, Redis], None]

FAULTS: tuple[Fault, ...] = (
    *(cut, cut_and_gone, gone, restarted, slow, mute, loading, read_only, full, misconfigured),
)


def called(fault: Fault) -> str:
    """The name of a test about it."""
    return fault.__name__


SURVIVED = {cut, restarted}
"""Of these nobody notices anything."""

TAKES_BACK = {"takes_it_back", "takes_it_back_in_home"}
TAKES_BACK |= {"forgets_somebody_with_a_reminder", "deletes_everything_with_a_reminder"}
"""Slack has given these reminders up before that is noted: they stay listed, and can be taken back again.

Where more is to be deleted, it may also be noted, and the rest still there.
"""

WAITS = {mute, slow}
"""These take time and no work: some of it at once."""


@contextmanager
def wrong(fault: Fault, line: Line, own: EmbeddedServer) -> Iterator[None]:
    """While this lasts, that is what is wrong."""
    with Redis.from_url(own.url) as redis:
        fault(line, redis)
        try:
            yield
        finally:
            line.mended()
            redis.replicaof("NO", "ONE")
            redis.config_set("maxmemory", "0")
            if fault is misconfigured:
                redis.config_set("save", "")


@pytest.fixture(autouse=True, scope="module")
def no_snapshots(own: EmbeddedServer) -> None:
    """Where a snapshot would go, something is in the way."""
    (own.data_dir / "dump.rdb").mkdir()


# What is there, and what was said


async def kept(world: World) -> list[str]:
    """All that is kept of the author and the workspace, without what is never the same twice."""
    async with connect(itself(world)) as client:
        vault = Vault(world.app.keys)
        belongings, workspaces = Belongings(client, vault), Workspaces(client, vault)
        about, here = await belongings.about(YOU), await workspaces.read(TEAM)
        found: list[Any] = [about.preferences, *about.scripts, here.settings]
        found += [one async for one in belongings.drafts(YOU)]
        found += [one async for one in belongings.people(YOU)]
        found += [*(await workspaces.scripts(TEAM)).values(), *await workspaces.changes(TEAM)]
    listed = sorted(
        (key.decode().rpartition("}:")[2].partition(":")[0], world.redis.zcard(key))
        for key in world.redis.scan_iter("decline:{*")
        if world.redis.type(key) == b"zset"
    )
    reminders = f"{len(world.slack.workspace.scheduled)} at Slack"
    return [*sorted(plain(one) for one in found), str(listed), reminders]


def plain(found: Any) -> str:
    """Something that is kept, as text."""
    if dataclasses.is_dataclass(found):
        found = dataclasses.asdict(found)
    return json.dumps(_steady(found), sort_keys=True, default=str)


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _steady(one) for name, one in value.items() if name not in VOLATILE | {"person"}}
    return [_steady(one) for one in value] if isinstance(value, list | tuple) else value


@dataclass
class Outcome:
    """How an interaction went: what was answered and shown, and what is kept before and after it."""

    answered: Delivery
    shown: str
    before: list[str]
    after: list[str]
    broken: list[str]


async def prepared(world: World, name: str) -> Awaitable[Delivery]:
    """The deed of an interaction, up to which all is well."""
    world.redis.flushdb()
    world.slack.start_over()
    return await about_to(Author(world), name)


Wrong = AbstractContextManager[Any]


async def happen(worlds: Sequence[World], names: Sequence[str], meanwhile: Wrong) -> list[Outcome]:
    """Have an interaction happen in each world, from nothing, while something is wrong."""
    deeds = [await prepared(world, name) for world, name in zip(worlds, names, strict=True)]
    befores = [await kept(world) for world in worlds]
    calls = [len(world.slack.calls) for world in worlds]
    with meanwhile, waiting(1):
        answers = await asyncio.gather(*deeds)
    outcomes = []
    for world, before, since, answered in zip(worlds, befores, calls, answers, strict=True):
        shown = [words(json.loads(json.dumps(call.arguments))) for call in world.slack.calls[since:]]
        shown += [words(answered.body)] if isinstance(answered.body, dict) else []
        broken = [*world.slack.violations]
        world.slack.violations.clear()
        outcomes.append(Outcome(answered, "\n".join(shown), before, await kept(world), broken))
    return outcomes


async def happens(world: World, name: str, meanwhile: Wrong) -> Outcome:
    """Have one happen."""
    (outcome,) = await happen([world], [name], meanwhile)
    return outcome


def complaints(name: str, outcome: Outcome, sentences: list[str], *, survived: bool) -> Iterator[str]:
    """What an author, or whoever runs the app, could not accept."""
    well = WELL[name]
    told = any(sentence in outcome.shown for sentence in sentences)
    if outcome.answered.status != 200 or outcome.answered.seconds >= SLACKS_PATIENCE:
        yield f"answered {outcome.answered.status} after {outcome.answered.seconds:.1f} s"
    if outcome.broken:
        yield f"broke {outcome.broken}"
    if outcome.before != well.before:
        yield f"began elsewhere: {outcome.before} {well.before}"
    given_up = [[*well.before[:-1], well.after[-1]], WELL["takes_it_back"].after]
    if outcome.after not in (well.before, well.after, *(given_up if name in TAKES_BACK else [])):
        yield f"half done: {[one for one in outcome.after if one not in well.after]}"
    given_up_at_slack = int(outcome.after[-1].split()[0]) < int(outcome.before[-1].split()[0])
    if given_up_at_slack and any(one in outcome.shown for one in UNCHANGED):
        yield "a reminder is gone at Slack, and the author read that nothing was changed"
    if outcome.after != well.after and not told:
        yield f"not done, and nobody was told: {outcome.shown!r}"
    if well.shown.strip() and not outcome.shown.strip():
        yield "nothing was shown"
    if survived and (told or outcome.after != well.after):
        yield "not survived"


@pytest.fixture
def sentences(languages: Languages) -> list[str]:
    """What people are told, in every language."""
    return [language(key) for language in languages.by_code.values() for key in SENTENCES]


WELL: dict[str, Outcome] = {}
"""How each interaction goes when nothing is wrong."""


@pytest.mark.parametrize("fault", FAULTS, ids=called)
async def test_whatever_is_done_is_answered_and_done_whole_or_not_at_all(
    fault: Fault, own: EmbeddedServer, line: Line, sentences, log, capfd, caplog
):
    """Each interaction: 200 in time, a sentence or the thing itself, nothing twice, no word in the log."""
    together = 8 if fault in WAITS else 1
    wrongs: dict[str, list[str]] = {}
    async with AsyncExitStack() as opened:
        worlds = [await opened.enter_async_context(world_on(line, own, db)) for db in range(together)]
        for name in INTERACTIONS.keys() - WELL.keys():
            WELL[name] = await happens(worlds[0], name, nullcontext())
        names = list(INTERACTIONS)
        for start in range(0, len(names), together):
            some = names[start : start + together]
            outcomes = await happen(worlds[: len(some)], some, wrong(fault, line, own))
            for name, outcome in zip(some, outcomes, strict=True):
                survived = fault in SURVIVED
                if found := [*complaints(name, outcome, sentences, survived=survived)]:
                    wrongs[name] = found
    said = f"{log}{capfd.readouterr()}{caplog.text}"
    assert wrongs == {}
    assert CANARY not in said
    if fault in {cut, cut_and_gone}:
        assert line.cut > 30


def test_every_interaction_is_tried():
    """No listener is left out above, but for those of an app that is uninstalled."""

    async def nobody() -> None:
        return None

    app = AsyncApp(signing_secret="secret", authorize=nobody, process_before_response=True)
    register(app)
    listening = {one.ack_function.__wrapped__ for one in app._async_listeners}
    assert listening - {leaving.uninstalled, leaving.tokens_revoked} == {
        one for one, _ in INTERACTIONS.values()
    }


# Afterwards


@pytest.fixture
def robin(world: World) -> Author:
    """The author."""
    return Author(world)


AGAIN = {
    **dict.fromkeys(("drafts_it", "edits", "notes", "keeps", "describes", "saves_their_settings"), 1),
    "picks_a_day": 1,
    **dict.fromkeys(("saves_the_settings", "saves_a_script"), 2),
}
"""What is filled in, and is still there under the sentence; and which of its changes is the one that counts.

For an admin, Slack's word that they are one is noted first.
"""


@pytest.mark.parametrize(("name", "change"), AGAIN.items())
async def test_what_nobody_knows_of_is_not_done_twice(name: str, change: int, world: World, line: Line, own):
    """It was done, and the author was told that it was not: they send it again, and it is there once."""

    def unheard(line: Line, _: Redis) -> None:
        line.cuts, line.then_refused = change, True

    well = await happens(world, name, nullcontext())
    lost = await happens(world, name, wrong(unheard, line, own))
    robin = Author(world)
    if robin.top:
        if robin.modal.callback_id == ids.NOTICE:
            await world.slack.close(robin.user)
        await robin.submits()
    assert lost.after == well.after
    assert await kept(world) == well.after


async def test_a_draft_that_was_saved_after_all_is_saved_once(
    world: World, robin: Author, line: Line, own, say
):
    """Its message carries it, as nobody knew; its buttons find what is there."""
    await writes(robin)
    with wrong(cut_and_gone, line, own):
        await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})
    message = robin.from_the_app[-1]
    assert (say("draft.unsaved") in words(message), world.saved) == (True, 1)
    await robin.presses(message, ids.SENT)
    await robin.types("history")
    assert words(robin.from_the_app[-1]).count("Ana") == 1
    assert (say("draft.unsaved") in words(message), world.saved) == (False, 1)


async def test_what_was_changed_since_is_what_is_saved(world: World, robin: Author, line: Line, own, say):
    """What the message carries is later than what is there: an edit without Redis is not lost."""
    await writes(robin)
    with wrong(cut_and_gone, line, own):
        await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})
        message = robin.from_the_app[-1]
        await robin.presses(message, ids.EDIT_DRAFT)
        await robin.submits(text="No, Ana, on second thoughts.")
    await robin.presses(message, ids.SENT)
    await robin.presses(message, ids.REOPEN)
    assert (draft(message), world.saved) == ("No, Ana, on second thoughts.", 1)


async def test_what_was_settled_elsewhere_stays_so(world: World, robin: Author, line: Line, own):
    """The message still carries the draft as it was: a click there shows what became of it."""
    await writes(robin)
    with wrong(cut_and_gone, line, own):
        await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})
    message = robin.from_the_app[-1]
    await robin.presses(await robin.opens_home(), ids.SENT)
    await robin.presses(message, ids.ANOTHER)
    assert message.text.startswith("Noted: sent to Ana on ")


async def test_a_reminder_that_could_not_be_noted_is_taken_back_again(world: World, robin: Author, line, own):
    """Slack gave it up and Redis took no note: it stays listed until it is taken back once more."""
    message = await reminded(robin)
    with wrong(full, line, own):
        await robin.presses(message, ids.NO_REMINDER)
    assert ids.REMINDER_MENU in actions((await robin.opens_home()).blocks)
    await robin.presses(robin.home, ids.REMINDER_MENU, ids.NO_REMINDER)
    assert ids.REMINDER_MENU not in actions(robin.home.blocks)
    assert world.slack.workspace.scheduled == {}


@pytest.mark.parametrize("length", [400, 1000, 1300, 1600, 2000, 3000])
async def test_what_a_message_carries_fits(robin: Author, line: Line, own, length: int):
    """A text of any length: no button holds more than Slack takes, and nor does the message."""
    scatter = random.Random(length)
    text = "".join(scatter.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(length))
    await writes(robin)
    with wrong(gone, line, own):
        await robin.submits(**{ids.NAME: "Ana", ids.SITUATION: "one_off"})
        message = robin.from_the_app[-1]
        await robin.presses(message, ids.EDIT_DRAFT)
        await robin.submits(text=text)
    held = element(message, ids.SENT)["value"]
    assert draft(message) == text.strip()
    assert len(held) <= BUTTON_VALUE
    assert len(json.dumps(message.blocks)) < MESSAGE
    await robin.presses(message, ids.SENT)
    assert message.text.startswith("Noted: ")


# Failing over


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """Servers to kill."""
    with ExitStack() as opened:
        yield Servers(tmp_path, opened)


def by_sentinels(servers: Servers) -> tuple[Kept, int, Callable[[], None]]:
    """A primary that Sentinels watch: they have its replica take over."""
    found = watched(servers)
    return found, found.data[0], lambda: None


def in_a_cluster(servers: Servers) -> tuple[Kept, int, Callable[[], None]]:
    """The server of a cluster that has the author's drafts, whose replica takes over."""
    found = clustered(servers)
    primary, replica = with_replica(found, key_slot(f"{TEAM}:UYOU".encode()))
    found.data.append(replica)
    return found, primary, lambda: servers.client(replica).execute_command("CLUSTER", "FAILOVER", "TAKEOVER")


@pytest.mark.parametrize("made", [by_sentinels, in_a_cluster], ids=["sentinel", "cluster"])
async def test_a_failover_loses_nothing(made: Any, servers: Servers, say):
    """What was drafted before is there, what was drafted meanwhile is carried, and saved afterwards."""
    found, primary, take_over = made(servers)
    async with held_to_the_rules(found.url, servers.client(primary)) as world:
        robin = Author(world)
        before = await drafted(robin)
        servers.client(primary).wait(1, 1000)

        servers.processes[primary].kill()
        meanwhile = await drafted(robin)
        unsaved = say("draft.unsaved") in words(meanwhile)
        take_over()
        async with asyncio.timeout(FAILOVER_SECONDS):
            while say("draft.unsaved") in words(meanwhile):
                await robin.presses(meanwhile, ids.ANOTHER)

        assert unsaved
        for message in (before, meanwhile):
            await robin.presses(message, ids.SENT)
            assert message.text.startswith("Noted: ")
        await robin.types("history")
        assert words(robin.from_the_app[-1]).count("*Ana*") == 2


# Uninstalling


@pytest.fixture
async def market(line: Line, own: EmbeddedServer) -> AsyncIterator[World]:
    """The app for any number of workspaces, installed and used in one."""
    with Redis.from_url(own.url) as redis:
        redis.flushdb()
        async with held_to_the_rules(f"redis://127.0.0.1:{line.port}", redis, many=True) as made:
            made.authors.add("UTOM")
            async with admin_of(made) as admin:
                assert (await admin.adds("T0NORTH")).status == 200
            await Author(made, "UTOM", "DMIA").drafts("one_off", "meeting")
            yield made


@pytest.mark.parametrize("change", range(1, 7))
async def test_an_uninstall_that_is_cut_goes_on(market: World, line: Line, change: int):
    """Wherever the connection is lost for a moment, everything goes at the first event."""
    line.cuts = change

    await market.slack.uninstall("T0NORTH", ["app_uninstalled"])

    assert [key for key in market.redis.scan_iter() if b"T0NORTH" in key] == []


@pytest.mark.in_earnest
@pytest.mark.parametrize(
    "fault", [gone, cut_and_gone, mute, loading, read_only], ids=lambda one: one.__name__
)
async def test_an_uninstall_without_redis_is_put_off(market: World, line: Line, own, fault: Fault):
    """Slack is asked to tell it again, and then everything goes."""
    (event,) = await market.slack.uninstall("T0NORTH", ["app_uninstalled"], deliver=False)

    with wrong(fault, line, own):
        first = await market.slack.deliver(event)
    again = await market.slack.deliver(event, retry=1)

    assert (first.status, again.status) == (503, 200)
    assert [key for key in market.redis.scan_iter() if b"T0NORTH" in key] == []
    market.provoked("app_uninstalled was not answered")
