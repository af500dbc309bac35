"""The numbers for whoever runs the app: right, one sum for all workers, shown to nobody else."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import Counter
from prometheus_client.parser import text_string_to_metric_families

from bot import ids, metrics
from bot.catalogue import Kind, Situation, Step
from bot.config import Config
from bot.listeners.reading import DOUBTS
from bot.suggest import Doubt
from bot.web.metrics import metrics_page
from tests import slack_requests
from tests.author import Author, actions
from tests.conftest import held_to_the_rules
from tests.suggesting import Reads

ROOT = Path(__file__).parents[1]
TOKEN = "a-token-for-numbers"

Samples = dict[str, float]


def read(text: str) -> Samples:
    """Every number by its name and labels, as they are written."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}"] = one.value
    return found


def numbers() -> Samples:
    """All numbers of this process."""
    return read(metrics.text().decode())


@pytest.fixture
def grown() -> Callable[[str], Samples]:
    """What the numbers that begin so have grown by since the test began."""
    before = numbers()

    def since(start: str) -> Samples:
        return {
            name.removeprefix(start): value - before.get(name, 0)
            for name, value in numbers().items()
            if name.startswith(start) and value != before.get(name, 0)
        }

    return since


# requests


async def test_each_kind_of_request_is_counted(robin: Author, grown):
    """A shortcut, choices, a submission, a command, an event: each once, and all went well."""
    message = await robin.drafts()
    await robin.types("help")
    await robin.opens_home()
    await robin.presses(message, ids.SENT)

    assert grown("decline_requests_total") == {
        "{kind=shortcut,outcome=ok}": 1,
        "{kind=action,outcome=ok}": 4,
        "{kind=submission,outcome=ok}": 1,
        "{kind=command,outcome=ok}": 1,
        "{kind=event,outcome=ok}": 1,
    }


async def test_each_request_is_timed(robin: Author, grown):
    """A command that is answered at once falls under the patience of Slack."""
    await robin.types("help")

    timed = grown("decline_request_seconds")

    assert timed["_count{kind=command}"] == 1
    assert timed["_bucket{kind=command,le=3.0}"] == 1
    assert 0 < timed["_sum{kind=command}"] < 3


async def test_a_known_trouble_has_its_name(world, robin: Author, grown):
    """A draft that is gone is no failure of the app, and not a success either."""
    message = await robin.drafts()
    world.redis.flushall()
    await robin.presses(message, ids.SENT)

    counted = grown("decline_requests_total")

    assert counted["{kind=action,outcome=gone}"] == 1
    assert "{kind=action,outcome=unknown}" not in counted


async def test_what_is_not_known_is_unknown(world, robin: Author, grown):
    """Slack's own failure is nothing that the app knows how to explain."""
    world.troubles.fails("views.open")
    await robin.types("")

    assert grown("decline_requests_total") == {"{kind=command,outcome=unknown}": 1}


async def test_what_took_too_long_is_slow(world, robin: Author, monkeypatch: pytest.MonkeyPatch, grown):
    """A request that was given up at the deadline is counted, and so is the call it waited for."""
    monkeypatch.setattr("bot.listeners.DEADLINE", 0.6)
    world.troubles.hangs("views.open")
    await robin.types("")

    assert grown("decline_requests_total") == {"{kind=command,outcome=slow}": 1}
    assert grown("decline_slack_calls_total")["{method=views.open,outcome=late}"] == 1
    assert grown("decline_request_seconds_count") == {"{kind=command}": 1}


async def test_a_request_for_nobody_is_unknown(world, grown):
    """What no listener is for has no time of its own."""
    unheard = slack_requests.block_action("never_heard_of")
    await slack_requests.interaction(world, unheard)

    assert grown("decline_requests_total") == {"{kind=action,outcome=unknown}": 1}
    assert grown("decline_request_seconds_count") == {}


async def test_nothing_is_under_way_afterwards(world, robin: Author):
    """Neither a success nor a failure is left behind."""
    world.troubles.fails("views.open")
    await robin.types("")
    world.troubles.end()
    await robin.types("help")

    assert numbers()["decline_requests_under_way{}"] == 0


# calls to Slack, Redis


async def test_calls_to_slack_are_counted_by_method(robin: Author, grown):
    """Each by the name that Slack's documentation has for it; a response_url by that word."""
    await robin.drafts()

    counted = grown("decline_slack_calls_total")

    assert counted["{method=views.open,outcome=ok}"] == 1
    assert counted["{method=views.update,outcome=ok}"] == 3
    assert counted["{method=response_url,outcome=ok}"] == 1
    assert grown("decline_slack_call_seconds_count")["{method=views.open}"] == 1


@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "ok"), (429, "limited"), (404, "refused"), (503, "failed")]
)
async def test_a_call_to_slack_ends_as_its_status_says(
    world, robin: Author, grown, status: int, outcome: str
):
    """Too many calls, a refusal and a failure are told apart."""

    async def answer(*_: object) -> web.StreamResponse:
        return web.json_response({"ok": status == 200}, status=status, headers={"Retry-After": "1"})

    world.troubles.answers["views.open"] = answer
    await robin.types("")

    assert grown("decline_slack_calls_total")[f"{{method=views.open,outcome={outcome}}}"] == 1


async def test_redis_away_is_counted(server, redis, grown, tmp_path: Path):
    """Each time that it could not be reached, though the author got their draft."""
    nowhere = f"unix://{tmp_path}/nobody.sock"
    async with held_to_the_rules(nowhere, redis) as away:
        await Author(away).uses_the_shortcut()

    assert grown("decline_redis_away_total")["{}"] >= 1


# drafts


async def test_drafts_are_counted_by_their_step(robin: Author, grown):
    """Whoever takes what was proposed overrules nothing."""
    await robin.drafts(script="", target="our head of marketing")

    assert grown("decline_drafts_total") == {f"{{step={Step.DECLINE}}}": 1}
    assert grown("decline_drafts_overruled_total") == {}


async def test_another_script_than_the_proposal_is_counted(robin: Author, grown):
    """The author knew better; the step of the proposal says where."""
    await robin.drafts(script="redirect_other", redirect_to="the marketing newsletter")

    assert grown("decline_drafts_total") == {f"{{step={Step.DECLINE}}}": 1}
    assert grown("decline_drafts_overruled_total") == {f"{{step={Step.DECLINE}}}": 1}


async def test_what_became_of_a_draft_is_counted(robin: Author, grown):
    """Sent, undone, and not sent."""
    message = await robin.drafts()
    await robin.presses(message, ids.SENT)
    await robin.presses(message, ids.REOPEN)
    await robin.presses(message, ids.DRAFT_MENU, ids.NOT_SENT)

    assert grown("decline_outcomes_total") == {
        "{outcome=sent}": 1,
        "{outcome=open}": 1,
        "{outcome=not_sent}": 1,
    }


# suggestions


A_COFFEE = Reads(Situation.COFFEE, Kind.COFFEE)
AN_ASK = Reads(Situation.ONE_OFF, Kind.FAVOUR)
A_THANK_YOU = Reads(Situation.NONE)


@pytest.mark.parametrize(
    ("suggester", "situation", "kind", "counted"),
    [
        (AN_ASK, "", "", "outcome=kept,suggested=one_off"),
        (AN_ASK, "one_off", "event", "outcome=other_kind,suggested=one_off"),
        (AN_ASK, "none", "", "outcome=overruled,suggested=one_off"),
        (A_COFFEE, "one_off", "", "outcome=overruled,suggested=coffee"),
        (A_THANK_YOU, "", "", "outcome=kept,suggested=none"),
        (A_THANK_YOU, "repeat_asker", "event", "outcome=overruled,suggested=none"),
        *[(Reads(doubt=one), "one_off", "", f"outcome=chosen,suggested={one}") for one in Doubt],
    ],
)
async def test_whether_a_suggestion_is_kept_is_counted(
    robin: Author, suggester, situation: str, kind: str, counted: str, grown
):
    """When the modal is sent, once: kept, another kind, overruled, or chosen where nothing was suggested."""
    await robin.uses_the_shortcut()
    if situation:
        await robin.picks(ids.SITUATION, situation)
    if kind:
        await robin.picks(ids.KIND, kind)
    if ids.SCRIPT in actions(robin.modal.blocks):
        await robin.picks(ids.SCRIPT, "decline_polite")
    assert grown("decline_suggestions_total") == {}
    await robin.submits()

    assert robin.top is None
    assert grown("decline_suggestions_total") == {f"{{{counted}}}": 1}


@pytest.mark.parametrize("suggester", [AN_ASK])
async def test_no_suggestion_is_counted_without_one(robin: Author, grown):
    """Neither a command, which has no message, nor pressure, which has no answer, says what was right."""
    await robin.types("@ana")
    await robin.picks(ids.SITUATION, "one_off")
    await robin.submits()
    await robin.uses_the_shortcut()
    await robin.picks(ids.PRESSURED, ["yes"])
    await robin.submits()

    assert robin.top is None
    assert grown("decline_suggestions_total") == {}


# what is in them


async def test_a_label_has_few_values_and_nobody_in_it(robin: Author):
    """Every label is one of six, and no value could be a person, a workspace, or what somebody wrote."""
    await robin.drafts()

    families = list(text_string_to_metric_families(metrics.text().decode()))
    labels = {label for family in families for one in family.samples for label in one.labels.items()}
    values = {value for name, value in labels if name != "le"}

    assert {name for name, _ in labels} == {"kind", "outcome", "method", "step", "suggested", "le"}
    assert [one for one in values if not re.fullmatch(r"[a-z_]+(\.[A-Za-z0-9]+)*", one)] == []
    assert len(labels) < 80
    assert {value for name, value in labels if name == "suggested"} <= {*Situation, *DOUBTS}


def test_every_number_is_documented():
    """The page for operators has a line for each, with its labels, and for no other."""
    lines = (ROOT / "docs/metrics.md").read_text(encoding="utf-8").splitlines()
    table = (line.split("|")[1:3] for line in lines if line.startswith("| `"))
    documented = {name.strip(" `"): set(re.findall("[a-z]+", labels)) for name, labels in table}

    known = {}
    for one in metrics._REGISTRY._names_to_collectors.values():
        name = f"{one._name}_total" if isinstance(one, Counter) else one._name
        known[name] = {*one._labelnames}

    assert documented == known


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/chat.postMessage", "chat.postMessage"),
        ("/slack/api/oauth.v2.access", "oauth.v2.access"),
        ("/actions/T0001/1234/abcd", "response_url"),
        ("/api/", "response_url"),
        ("/api/U0001/chat.postMessage", "response_url"),
    ],
)
def test_only_a_method_becomes_a_label(path: str, method: str):
    """The rest of an address is not kept, which may hold a workspace."""
    from bot.calls import _method  # noqa: PLC0415

    assert _method(path) == method


# the page


@asynccontextmanager
async def page(token: str) -> AsyncIterator[TestClient]:
    """A site with the page of numbers."""
    site = web.Application()
    site.add_routes(metrics_page(token))
    async with TestClient(TestServer(site)) as client:
        yield client


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_whoever_has_the_token_reads_the_numbers(scheme: str):
    """In the text format of Prometheus."""
    async with page(TOKEN) as client:
        answer = await client.get("/metrics", headers={"Authorization": f"{scheme} {TOKEN}"})

        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "decline_requests_total{kind=command,outcome=ok}" in read(await answer.text())


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer café"],
)
async def test_whoever_has_another_token_reads_nothing(given: str | None):
    """They learn that one is needed, and no number."""
    async with page(TOKEN) as client:
        answer = await client.get("/metrics", headers={} if given is None else {"Authorization": given})

        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "decline" not in await answer.text()


async def test_without_a_token_there_is_no_page():
    """Not even for an empty token."""
    async with page("") as client:
        answer = await client.get("/metrics", headers={"Authorization": "Bearer "})

        assert answer.status == 404


# several workers


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`decline serve` with two workers, in a folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}
    given = {
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder),
        "PORT": "0",
        "WEB_CONCURRENCY": "2",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": slack_requests.SECRET,
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
    }
    app = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=kept | given | environment,
    )
    try:
        yield app
    finally:
        app.terminate()
        app.communicate(timeout=20)


def told(app: subprocess.Popen[str], pattern: str) -> str:
    """What the app said, read up to the line with the pattern."""
    for line in app.stderr or ():
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError(f"it never said {pattern}")


def sends_a_command(port: str) -> None:
    """Sends `/decline` to whichever worker is awake; it cannot answer, as its Slack is out of reach."""
    body = urlencode({"command": "/decline", "team_id": "T1", "user_id": "U1", "text": ""}).encode()
    at = str(int(time.time()))
    headers = {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": slack_requests.signature(body, at),
        "Content-Type": slack_requests.FORM,
    }
    with urlopen(Request(f"http://127.0.0.1:{port}/slack/events", body, headers), timeout=10) as answer:
        assert "Something went wrong" in json.load(answer)["text"]


def counted(port: str) -> float:
    """How many commands failed, as whichever worker is awake tells it."""
    asking = Request(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(asking, timeout=10) as answer:
        return read(answer.read().decode())["decline_requests_total{kind=command,outcome=unknown}"]


def test_all_workers_make_one_sum(tmp_path: Path):
    """Each worker tells the requests of all, also of one that has ended; afterwards nothing is left."""
    with serving(tmp_path, METRICS_TOKEN=TOKEN) as app:
        port = told(app, r"Listening at: http://0\.0\.0\.0:(\d+)")
        workers = [int(told(app, r"Booting worker with pid: (\d+)")) for _ in range(2)]
        for asleep, times in zip(workers, (1, 2), strict=True):
            os.kill(asleep, signal.SIGSTOP)
            for _ in range(times):
                sends_a_command(port)
            os.kill(asleep, signal.SIGCONT)
        for asleep in workers:
            os.kill(asleep, signal.SIGSTOP)
            assert counted(port) == 3
            os.kill(asleep, signal.SIGCONT)
        os.kill(workers[0], signal.SIGTERM)
        told(app, r"Booting worker with pid: (\d+)")
        sends_a_command(port)
        assert counted(port) == 4
        assert len(list(tmp_path.glob("decline-metrics-*/*.db"))) >= 3

    assert app.returncode == 0
    assert list(tmp_path.glob("decline-metrics-*")) == []
