"""Numbers for whoever runs the app: how often, how fast, how it ended; no person, workspace or text."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.catalogue import Step
    from bot.ladder import Outcome

_KINDS = {
    "block_actions": "action",
    "event_callback": "event",
    "message_action": "shortcut",
    "shortcut": "shortcut",
    "view_submission": "submission",
}
_UP_TO_SLACKS_PATIENCE = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)

# when each count began would be a second series for each, and nobody looks at it
disable_created_metrics()  # type: ignore[no-untyped-call]
_REGISTRY = CollectorRegistry()

_requests = Counter(
    "decline_requests",
    "Requests from Slack by what they were and how they ended: ok, a known trouble by its name, or unknown.",
    ["kind", "outcome"],
    registry=_REGISTRY,
)
_seconds = Histogram(
    "decline_request_seconds",
    "Seconds from a request's arrival to its answer; Slack waits for three.",
    ["kind"],
    buckets=_UP_TO_SLACKS_PATIENCE,
    registry=_REGISTRY,
)
_under_way = Gauge(
    "decline_requests_under_way",
    "Requests that are being answered now.",
    multiprocess_mode="livesum",
    registry=_REGISTRY,
)
_calls = Counter(
    "decline_slack_calls",
    "Calls to Slack by method and how they ended: ok, limited, refused, failed, late or unreachable.",
    ["method", "outcome"],
    registry=_REGISTRY,
)
_call_seconds = Histogram(
    "decline_slack_call_seconds",
    "Seconds that Slack took to answer a call.",
    ["method"],
    buckets=_UP_TO_SLACKS_PATIENCE,
    registry=_REGISTRY,
)
_away = Counter(
    "decline_redis_away", "Times that Redis could not be reached, or refused to write.", registry=_REGISTRY
)
_drafts = Counter("decline_drafts", "Drafts made by their step on the ladder.", ["step"], registry=_REGISTRY)
_overruled = Counter(
    "decline_drafts_overruled",
    "Drafts for which the author chose another script than was proposed, by the step of the proposal.",
    ["step"],
    registry=_REGISTRY,
)
_suggestions = Counter(
    "decline_suggestions",
    "What messages seemed to be, or why nothing was suggested, and what the author made of it.",
    ["suggested", "outcome"],
    registry=_REGISTRY,
)
_outcomes = Counter(
    "decline_outcomes", "What became of drafts; open is an undo.", ["outcome"], registry=_REGISTRY
)

_SHARED = values.ValueClass is not values.MutexValue
"""Whether several workers put their numbers together, as `bot.shared_metrics` prepared."""


class _Answers:
    """The numbers of one kind of request, looked up once and not for each request."""

    def __init__(self, kind: str) -> None:
        self.ok = _requests.labels(kind, "ok")
        self.seconds = _seconds.labels(kind)


_OTHER = "other"
_ANSWERS = {kind: _Answers(kind) for kind in (*_KINDS.values(), "command", _OTHER)}

_arrival: ContextVar[tuple[_Answers, float]] = ContextVar("arrival")


def arrived(body: Mapping[str, Any]) -> None:
    """Note that a request is there, and of which kind."""
    _arrival.set((_ANSWERS[_kind(body)], time.perf_counter()))


@contextmanager
def answering() -> Iterator[None]:
    """Measure the request that arrived; it went well unless an error leaves through here."""
    answers, since = _arrival.get()
    _under_way.inc()
    try:
        yield
        answers.ok.inc()
    finally:
        _under_way.dec()
        answers.seconds.observe(time.perf_counter() - since)


def failed(body: Mapping[str, Any], outcome: str) -> None:
    """Count a request that went wrong."""
    _requests.labels(_kind(body), outcome).inc()


def called(method: str, outcome: str, seconds: float) -> None:
    """Count a call to Slack."""
    _calls.labels(method, outcome).inc()
    _call_seconds.labels(method).observe(seconds)


def redis_was_away() -> None:
    """Count a time that Redis was away."""
    _away.inc()


def drafted(step: Step, *, instead_of: Step | None) -> None:
    """Count a draft, and the step of the proposal that the author overruled for it, if they did."""
    _drafts.labels(step).inc()
    if instead_of is not None:
        _overruled.labels(instead_of).inc()


def suggested(what: str, outcome: str) -> None:
    """Count what a message seemed to be, or why nothing was suggested, and what the author made of it."""
    _suggestions.labels(what, outcome).inc()


def settled(outcome: Outcome) -> None:
    """Count what became of a draft."""
    _outcomes.labels(outcome).inc()


def text() -> bytes:
    """All numbers in the format of Prometheus, those of all workers together."""
    if not _SHARED:
        return generate_latest(_REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)


def worker_ended(_: object, worker: Any) -> None:
    """Forget what a worker had under way, when gunicorn says that it has ended; its counts remain."""
    if _SHARED:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _kind(body: Mapping[str, Any]) -> str:
    return "command" if "command" in body else _KINDS.get(str(body.get("type")), _OTHER)
