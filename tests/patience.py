"""How long everybody waits: in most tests longer than in earnest, so that a busy machine proves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pkgutil import resolve_name

import pytest

TIMES = 5

SLACKS_PATIENCE = 3.0

LIMITS = (
    "bot.app._SLACK_SECONDS",
    "bot.delivery._POST_SECONDS",
    "bot.delivery._PROFILE_SECONDS",
    "bot.delivery._SCHEDULE_SECONDS",
    "bot.desk._LANGUAGE_SECONDS",
    "bot.listeners.DEADLINE",
    "bot.listeners.home._WELCOME_SECONDS",
    "bot.listeners.trouble._LAST_WORD",
    "bot.stores.away._PATIENCE",
    "bot.stores.connection._ANSWER_SECONDS",
    "bot.stores.connection._CONNECT_SECONDS",
    "bot.playground.delivery.SECONDS",
    "bot.playground.sockets.SECONDS",
    "bot.playground.views.TRIGGER_SECONDS",
)
"""What the app waits for Redis and Slack, and Slack for the app; each in seconds."""

IN_EARNEST: dict[str, float] = {name: resolve_name(name) for name in LIMITS}


@contextmanager
def waiting(times: float, limits: Iterable[str] = LIMITS) -> Iterator[None]:
    """While this lasts, these are that many times what they are in earnest."""
    with pytest.MonkeyPatch.context() as patch:
        for name in limits:
            patch.setattr(name, IN_EARNEST[name] * times)
        yield
