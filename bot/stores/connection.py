"""The connection to Redis, by URL: to one server, to the primary that Sentinels name, or to a cluster.

    redis://[user:password@]host[:port][/db]    rediss:// over TLS    unix:///path/to/socket
    redis+sentinel://[user:password@]host[:26379][,host…]/name[/db]   rediss+sentinel://
    redis+cluster://[user:password@]host[:6379][,host…]               rediss+cluster://

Options of redis-py's connections may follow as a query, such as `?ssl_ca_certs=/etc/ca.pem`. User and
password are for the servers; `sentinel_username` and `sentinel_password`, as options, for the Sentinels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import ConstantBackoff, NoBackoff
from redis.exceptions import RedisClusterException, RedisError

Client: TypeAlias = Redis | RedisCluster

OUT_OF_REACH = (RedisError, RedisClusterException, OSError, TimeoutError)
"""What a client raises when Redis cannot be reached, or refuses; a cluster's own error is no RedisError."""

_CONNECT_SECONDS = 0.4
_ANSWER_SECONDS = 0.8
"""Slack waits three seconds in all, and drafting must go on without Redis within them."""

_SENTINEL_SECONDS = 0.2
"""Of three Sentinels one may be gone, and is asked first until another has answered."""

_ONE = {"redis", "rediss", "unix"}
_PORTS = {"sentinel": 26379, "cluster": 6379}


class UrlError(ValueError):
    """What is wrong with a URL, without repeating it: it may hold a password."""


def connect(url: str, answer_seconds: float | None = None) -> Client:
    """Connect lazily: a lost connection is tried once more, then the caller is told."""
    limits: dict[str, Any] = {
        "socket_connect_timeout": _CONNECT_SECONDS,
        "socket_timeout": answer_seconds or _ANSWER_SECONDS,
        "retry": Retry(ConstantBackoff(0.02), 1),
        "health_check_interval": 0,
    }
    if url.partition("://")[0] in _ONE:
        return Redis.from_url(url, **limits)
    several = _Several.read(url)
    return several.cluster(limits) if several.kind == "cluster" else several.watched(limits)


def check_url(url: str) -> None:
    """Raise UrlError unless a client can be made of a URL, every option of it included."""
    try:
        redis = connect(url)
        if isinstance(redis, Redis):
            redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except UrlError:
        raise
    except (TypeError, RedisClusterException):
        raise UrlError("has an option that the Redis client does not know") from None
    except ValueError:
        raise UrlError("is malformed") from None


class _Watched(Redis):
    """A client of the primary that Sentinels name; their connections end with its own."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        pool: Any = self.connection_pool
        await super().aclose(close_connection_pool)
        await pool.sentinel_manager.aclose()


@dataclass(frozen=True, slots=True, repr=False)
class _Several:
    """Servers that are found through one another: a cluster, or a primary and the Sentinels that know it."""

    kind: str
    hosts: list[tuple[str, int]]
    path: str
    options: dict[str, Any]
    """For each connection, user and password included; `ssl` only over TLS."""

    @classmethod
    def read(cls, url: str) -> _Several:
        """What a URL says; raises UrlError when it says nothing."""
        scheme, _, rest = url.partition("://")
        protocol, _, kind = scheme.partition("+")
        if protocol not in {"redis", "rediss"} or kind not in _PORTS:
            raise UrlError(
                "must be a redis://, rediss:// or unix:// URL, redis+sentinel://host:26379,…/name,"
                " or redis+cluster://host:6379,… (rediss+… over TLS)"
            )
        rest, _, query = rest.partition("?")
        authority, _, path = rest.partition("/")
        who, _, hosts = authority.rpartition("@")
        user, _, password = who.partition(":")
        named = {"username": unquote(user), "password": unquote(password), "ssl": protocol == "rediss"}
        return cls(
            kind,
            [_host(one, _PORTS[kind]) for one in hosts.split(",")],
            unquote(path),
            {name: value for name, value in named.items() if value} | {**parse_url(f"redis://?{query}")},
        )

    def cluster(self, limits: dict[str, Any]) -> RedisCluster:
        """A client of a cluster, found through any of its servers."""
        if self.path.strip("/"):
            raise UrlError("must end after the hosts of a cluster, which has one database only")
        return RedisCluster(
            startup_nodes=[ClusterNode(*one) for one in self.hosts], **{**limits, **self.options}
        )

    def watched(self, limits: dict[str, Any]) -> Redis:
        """A client of the primary that Sentinels name, whichever server that is."""
        name, _, db = self.path.partition("/")
        if not name or (db and not db.isdecimal()):
            raise UrlError("must say after the Sentinels' hosts what their primary is called: …:26379/name")
        options = {one: value for one, value in self.options.items() if not one.startswith("sentinel_")}
        watching: Any = Sentinel(  # type: ignore[no-untyped-call]
            self.hosts,
            sentinel_kwargs={
                "socket_connect_timeout": _SENTINEL_SECONDS,
                "socket_timeout": _SENTINEL_SECONDS,
                "retry": Retry(NoBackoff(), 0),
                "username": self.options.get("sentinel_username"),
                "password": self.options.get("sentinel_password"),
                **{one: value for one, value in options.items() if one.startswith("ssl")},
            },
        )
        watched: Redis = watching.master_for(
            name, redis_class=_Watched, db=int(db or 0), **{**limits, **options}
        )
        return watched


def _host(given: str, port: int) -> tuple[str, int]:
    """A host and its port; an IPv6 address stands in brackets."""
    try:
        split = urlsplit(f"//{given}")
        host, port = split.hostname or "", split.port or port
    except ValueError:
        host = ""
    if not host or split.path:
        raise UrlError("must have hosts, each with a port or without: host:26379,host:26379")
    return host, port
