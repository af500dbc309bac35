"""What Slack signs and never sends: each member of a payload missing, or something else than it should be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from tests import slack_requests
from tests.conftest import TOKEN, World
from tests.interactions import CANARY, EVENTS, SHAPES, about_to
from tests.slack_requests import FORM, JSON, Answered

MISSING = object()
ODD = (MISSING, None, 5, "x", [], {}, True, [5], {"x": 5})
UNTOUCHED = {
    "token",
    "api_app_id",
    "bot_id",
    "app_id",
    "title",
    "close",
    "submit",
    "team_id",
    "event_context",
}
WHOSE = {"team", "user", "channel", "enterprise", "authorizations", "event", "view", "response_urls"}
"""Where Bolt looks for ids before it knows whether Slack signed it; such a body is refused as malformed."""


def odd(payload: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The payload with one member changed, each in its turn, and what was changed."""
    for number, path in enumerate(_paths(payload)):
        given = ODD[number % len(ODD)]
        changed = deepcopy(payload)
        inside = changed
        for step in path[:-1]:
            inside = inside[step]
        if given is MISSING:
            del inside[path[-1]]
        else:
            inside[path[-1]] = given
        yield (*path, "missing" if given is MISSING else given), changed


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value[:1])
    for name, inside in members:
        if name in UNTOUCHED:
            continue
        yield (*path, name)
        deep = name in {"blocks", "text", "profile"} or len(path) > 5
        if isinstance(inside, dict | list) and not deep:
            yield from _paths(inside, (*path, name))


async def send(world: World, payload: dict[str, Any]) -> Answered:
    """Send it as Slack would."""
    if "command" in payload:
        return await slack_requests.post(
            world, urlencode({one: value for one, value in payload.items() if isinstance(value, str)}), FORM
        )
    if payload.get("type") == "event_callback" or "event" in payload:
        return await slack_requests.post(world, json.dumps(payload), JSON)
    return await slack_requests.interaction(world, payload)


@pytest.fixture
async def sent(world: World, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Slack sends from here on; it does not arrive."""
    made: list[dict[str, Any]] = []
    courier = world.slack._courier
    bring = courier._post

    async def noted(body: str, content_type: str, *more: Any) -> Any:
        if content_type == JSON:
            made.append(json.loads(body))
        else:
            form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            made.append(json.loads(form["payload"]) if "payload" in form else form)
        return await bring(body, content_type, *more)

    monkeypatch.setattr(courier, "_post", noted)
    return made


@pytest.mark.parametrize("name", [*SHAPES, *EVENTS])
async def test_an_odd_payload_is_answered(world, robin, log, caplog, sent, name: str):
    """Each is a sentence or nothing, with status 200, and in the log one line with a reference at most."""
    await (await about_to(robin, name))
    payload = sent[-1]
    wrong = []
    for changed, body in odd(payload):
        log.clear()
        answered = await send(world, body)
        errors = [one for one in log if one["log_level"] == "error"]
        told = [one for one in errors if "reference" in one]
        malformed = answered.status in {400, 503} and changed[0] in WHOSE
        if not (answered.status == 200 or malformed) or len(errors) > 1 or told != errors:
            wrong.append((changed, answered.status, answered.text[:80], errors))
        logged = f"{log} {caplog.text}"
        assert [one for one in ("introduce me", CANARY, TOKEN, "/response/") if one in logged] == []
    world.slack.violations.clear()
    assert wrong == []
    world.slack.violations.clear()  # a trigger that is none is asked for, and refused
