"""The connection to Redis."""

from __future__ import annotations

from typing import TypeAlias

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisClusterException, RedisError

Client: TypeAlias = Redis | RedisCluster

OUT_OF_REACH = (RedisError, RedisClusterException, OSError, TimeoutError)
"""What a client raises when Redis cannot be reached, or refuses; a cluster's own error is no RedisError."""

_CONNECT_SECONDS = 0.4
_ANSWER_SECONDS = 0.8
"""Slack waits three seconds in all, and drafting must go on without Redis within them."""


def connect(url: str) -> Redis:
    """Connect lazily: a lost connection is tried once more, then the caller is told."""
    return Redis.from_url(
        url,
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        retry=Retry(ConstantBackoff(0.02), 1),
        health_check_interval=0,
    )
