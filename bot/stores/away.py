"""Redis out of reach: one error for whatever keeps it from answering in time."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from redis.exceptions import ResponseError

from bot import metrics
from bot.stores.connection import OUT_OF_REACH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_PATIENCE = 0.8
"""Seconds for one call, retries included: two of them must leave a listener time for Slack."""


class AwayError(Exception):
    """Redis cannot be reached, or refuses to write. What was asked of it may have been done all the same."""


class RefusedError(AwayError):
    """Redis is there, and did not do what it was asked."""


@asynccontextmanager
async def away() -> AsyncIterator[None]:
    """Turn whatever keeps Redis from answering in time into AwayError."""
    try:
        async with asyncio.timeout(_PATIENCE):
            yield
    except OUT_OF_REACH as error:
        metrics.redis_was_away()
        kind = RefusedError if isinstance(error, ResponseError) else AwayError
        raise kind(type(error).__name__) from error
