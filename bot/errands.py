"""What goes on after Slack has its answer: held on to until it is done, or until the app has stopped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Coroutine

_GRACE = 2.5
"""Seconds for what only waits for an answer of Slack's; what is longer is broken off."""

_log = structlog.get_logger()


class Errands:
    """The errands of one worker; each has a name, and none is begun while its name is under way."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._under_way

    def begin(self, name: str, errand: Coroutine[Any, Any, None]) -> bool:
        """Begin an errand; False when the one of that name is still under way."""
        if name in self._under_way:
            errand.close()
            return False
        task = asyncio.create_task(errand)
        self._under_way[name] = task
        task.add_done_callback(lambda done: self._ended(name, done))
        return True

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        self._under_way.pop(name, None)
        if not task.cancelled() and (error := task.exception()):
            _log.error(
                "errand failed", error=type(error).__name__
            )  # its message may hold what somebody wrote

    async def finish(self) -> None:
        """Wait a moment for what is under way, then break it off."""
        left = [*self._under_way.values()]
        if left:
            await asyncio.wait(left, timeout=_GRACE)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
