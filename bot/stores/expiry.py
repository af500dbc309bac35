"""The end of what is kept: an index and what it names go together."""

from __future__ import annotations

import time
from typing import Any

_TRIM = """
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
for _, id in ipairs(old) do redis.call('UNLINK', ARGV[2] .. id) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
"""
"""An index and what it names share a hash tag, so that a cluster has them on one server."""


def trim(pipe: Any, index: str, prefix: str, retention: int) -> None:
    """Delete whose time is up, also by an admin who has shortened it since they were written (seconds)."""
    pipe.eval(_TRIM, 1, index, time.time() - retention, prefix)


def outlast(pipe: Any, index: str, retention: int) -> None:
    """Keep an index for as long as what it names, which may be from when admins kept things for longer."""
    pipe.expire(index, retention, nx=True)
    pipe.expire(index, retention, gt=True)
