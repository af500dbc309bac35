"""How often an author turns to the app: counted with what they ask of Redis anyway, for all workers alike.

decline:{tenant:user}:pace    how often in the minute that began with the first time
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.stores.places import author_key

if TYPE_CHECKING:
    from bot.records import Author

_SECONDS = 60

_COUNT = """#!lua flags=allow-oom
redis.set_repl(redis.REPL_NONE)
local pace = redis.call('INCR', KEYS[1])
if pace == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return pace
"""
"""Kept in memory only: neither written to disk nor sent to replicas, as a minute is soon over."""


def count(pipe: Any, author: Author) -> None:
    """Count once more, as the last of what a pipeline asks."""
    pipe.eval(_COUNT, 1, author_key(author, "pace"), _SECONDS)


def counted(found: list[Any]) -> int:
    """Take the count from the end of what the pipeline found; 0 where Redis does not take it.

    Raises what kept the rest from being found: a Redis that only refuses to write can still be read.
    """
    pace = found.pop()
    for one in found:
        if isinstance(one, Exception):
            raise one
    return pace if isinstance(pace, int) else 0
