"""Everything an author can do, with everything that can go wrong at Slack meanwhile.

Whatever goes wrong, the author has the thing itself or one sentence, in time, and nothing is done twice.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from redis import Redis

from bot import ids
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.playground.delivery import Delivery
from tests.author import Author, words
from tests.conftest import SECRET, TOKEN, World, held_to_the_rules
from tests.interactions import CANARY, CHANGES, EVENTS, INTERACTIONS, RACES, SHAPES, about_to
from tests.patience import LIMITS, SLACKS_PATIENCE, waiting
from tests.troubles import Troubles

pytestmark = pytest.mark.asyncio(loop_scope="module")

Trouble = Callable[[Troubles, str], None]

API = ("users.info", "views.open", "views.push", "views.update", "views.publish", "chat.postMessage")
API += ("chat.scheduleMessage", "chat.deleteScheduledMessage")


def _revoked(troubles: Troubles, _: str) -> None:
    for method in API:
        troubles.refuses(method, "token_revoked")


FAULTS: dict[str, Trouble] = {
    "429": lambda troubles, method: troubles.limits(method),
    "503": lambda troubles, method: troubles.fails(method),
    "refused": lambda troubles, method: troubles.refuses(method, "internal_error"),
    "reset": lambda troubles, method: troubles.cuts(method),
    "answer_lost": lambda troubles, method: troubles.swallows(method),
    "hangs": lambda troubles, method: troubles.hangs(method),
    "slow": lambda troubles, method: troubles.is_slow(0.08, method),
    "once_reset": lambda troubles, method: troubles.cuts(method, times=1),
    "revoked": _revoked,
}
PATIENT = {"slow", "once_reset"}
"""Of these nothing has to be cut short."""

TOGETHER = {"429", "revoked"}
"""These meet all methods at once."""

FOR_SLACK = ("bot.listeners.DEADLINE", *(one for one in LIMITS if one.startswith("bot.delivery.")))
"""How long a listener has, and waits for Slack: a fifth of it will do where that is not the claim."""

WORST = ("429", "answer_lost", "hangs", "revoked")
CASES = [(name, fault) for name in INTERACTIONS for fault in FAULTS if fault in WORST or name in SHAPES]

_ENGLISH = Languages.load(TEMPLATES / "locales")["en"]
_KEYS = ("away", "busy", "gone", "nobody", "not_admin", "not_installed", "past", "slow", "unknown")
_REMINDERS = ("not_set", "lost", "still_set")
SENTENCES = [_ENGLISH(f"trouble.{one}", reference="\0") for one in _KEYS if one != "past"]
SENTENCES += [_ENGLISH(f"trouble.reminder_{one}") for one in (*_REMINDERS, "past")]
SAYS = re.compile("|".join(re.escape(one).replace("\0", "[0-9a-f]{8}") for one in SENTENCES))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(embedded: Any) -> AsyncIterator[World]:
    """One world for all of these tests: it is put back for each."""
    with Redis.from_url(embedded.url) as redis:
        redis.flushall()
        async with held_to_the_rules(embedded.url, redis) as made:
            yield made


@pytest.fixture
def world(shared: World) -> Iterator[World]:
    """The world as it was at first."""
    _put_back(shared)
    yield shared
    shared.slack.violations.clear()  # a click whose answer was lost is made once more, and refused
    assert shared.leaks() == []


def _put_back(world: World) -> None:
    world.troubles.end()
    world.troubles.over.set()
    world.troubles.over = asyncio.Event()
    world.redis.flushall()
    world.slack.start_over()
    world.slack.views.homes.clear()
    world.slack.calls.clear()


@dataclass(frozen=True)
class Seen:
    """What the author sees, and what there is of theirs."""

    modals: tuple[str, ...]
    notices: int
    """In a modal of their own, or under an input."""

    messages: Counter[tuple[str, str]]
    saved: int
    scheduled: int

    @classmethod
    def by(cls, robin: Author) -> Seen:
        """All of it now."""
        slack = robin.world.slack
        views = slack.views.stacks.get(robin.user, [])
        notices = [one for one in views if one.callback_id == ids.NOTICE and SAYS.search(words(one))]
        dm = slack.workspace.app_dm(robin.user).id
        shown = [(where, words(one)) for where in _places(robin) for one in slack.messages(robin.user, where)]
        return cls(
            tuple(words(one) for one in views if one not in notices),
            len(notices) + sum(bool(one.errors) for one in views),
            Counter(("dm" if where == dm else where, text) for where, text in shown),
            robin.world.saved,
            len(slack.workspace.pending(dm)),
        )

    @property
    def told(self) -> int:
        """How many sentences say that something went wrong."""
        return self.notices + sum(
            number for (_, text), number in self.messages.items() if SAYS.fullmatch(text)
        )

    def drafts_since(self, before: Seen) -> Counter[str]:
        """What the app wrote since, but for those sentences, wherever it is."""
        new = self.messages - before.messages
        return Counter(text for (_, text), n in new.items() for _ in range(n) if not SAYS.fullmatch(text))


def _places(robin: Author) -> list[str]:
    return [one.id for one in robin.world.slack.workspace.conversations.values() if robin.user in one.members]


@dataclass(frozen=True)
class Healthy:
    """What an interaction does when nothing is wrong."""

    methods: tuple[str, ...]
    seen: Seen
    drafts: Counter[str]


_HEALTHY: dict[str, Healthy] = {}


async def _without_trouble(robin: Author, name: str) -> Healthy:
    if name not in _HEALTHY:
        deed = await about_to(robin, name)
        before = Seen.by(robin)
        robin.world.slack.calls.clear()
        delivery = await deed
        after = Seen.by(robin)
        assert (delivery.status, after.told) == (200, 0)
        methods = tuple(dict.fromkeys(one.method for one in robin.world.slack.calls))
        _HEALTHY[name] = Healthy(methods, after, after.drafts_since(before))
        _put_back(robin.world)
    return _HEALTHY[name]


@pytest.mark.parametrize(("name", "fault"), CASES)
async def test_the_thing_itself_or_one_sentence(world, robin, log, caplog, name: str, fault: str):
    """With a method in trouble, the answer is in time and right, and the author is told once if at all."""
    healthy = await _without_trouble(robin, name)
    for method in healthy.methods if fault not in TOGETHER else ["all"]:
        deed = await about_to(robin, name)
        before = Seen.by(robin)
        for one in healthy.methods if method == "all" else [method]:
            FAULTS[fault](world.troubles, one)
        with nullcontext() if fault in PATIENT else waiting(0.2, FOR_SLACK):
            delivery = await deed
        world.troubles.end()
        after = Seen.by(robin)
        about = (name, fault, method, [one for one in log if one.get("log_level") == "error"][-1:])
        silent = delivery.status == 503  # Slack speaks for itself: nothing of the app's arrives
        assert delivery.status == 200 or (silent and fault == "revoked"), about
        assert delivery.seconds < SLACKS_PATIENCE, about
        assert after.told + silent <= 1, about
        assert after.drafts_since(before) <= healthy.drafts, about
        assert after.saved <= max(healthy.seen.saved, before.saved), about
        assert after.scheduled <= max(healthy.seen.scheduled, before.scheduled), about
        if after.told + silent == 0 and name not in EVENTS:
            kept = (after.saved, after.scheduled) == (healthy.seen.saved, healthy.seen.scheduled)
            assert kept, about
            shown = after.drafts_since(before) == healthy.drafts and after.modals == healthy.seen.modals
            to_copy = len(after.modals) == 1 and _ENGLISH("compose.unsure") in after.modals[0]
            assert shown or to_copy or method in {"users.info", "views.publish", "all"}, about
        _put_back(world)
    logged = f"{log} {caplog.text}"
    asked = [one.text for one in robin.messages if not one.by_app]
    assert [one for one in (*asked, TOKEN, SECRET, CANARY, "/response/") if one in logged] == []


# The same, delivered twice


@pytest.fixture
def deliveries(world, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Everything that Slack brings to the app, as it could bring it once more."""
    made: list[tuple[Any, ...]] = []
    courier = world.slack._courier
    bring = courier._post

    async def noted(*delivery: Any) -> Delivery:
        made.append(delivery)
        return await bring(*delivery)

    monkeypatch.setattr(courier, "_post", noted)
    return made


@pytest.mark.parametrize(
    ("name", "at_once"),
    [*((one, False) for one in dict.fromkeys((*SHAPES, *CHANGES))), *((one, True) for one in RACES)],
)
async def test_what_is_delivered_twice_is_done_once(world, robin, log, deliveries, name: str, at_once: bool):
    """The very same click again changes nothing, shows nothing and says nothing."""
    healthy = await _without_trouble(robin, name)
    deed = await about_to(robin, name)
    before = Seen.by(robin)
    if at_once:
        await _both(world, deed, deliveries)
    else:
        deliveries.clear()
        await deed
        (again,) = deliveries[:]
        answered = await world.slack._courier._post(*again)
        assert answered.status == 200
        assert SAYS.search(str(answered.body)) is None
    after = Seen.by(robin)
    assert (after.told, after.drafts_since(before)) == (0, healthy.drafts)
    assert (after.saved, after.scheduled) == (healthy.seen.saved, healthy.seen.scheduled)
    assert after.modals == healthy.seen.modals
    assert [one for one in log if one["log_level"] == "error"] == []


async def _both(world: World, deed: Awaitable[Delivery], deliveries: list[tuple[Any, ...]]) -> None:
    """Deliver a click while the same click is still being answered."""
    deliveries.clear()
    bring = world.slack._courier._post

    async def twice(*delivery: Any) -> Delivery:
        first, second = await asyncio.gather(bring(*delivery), bring(*delivery))
        assert (first.status, second.status) == (200, 200)
        return first

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.slack._courier, "_post", twice)
        await deed
