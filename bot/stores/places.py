"""Where things are in Redis: all keys of one author share a hash tag, and so do those of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.stores.away import away

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.records import Author


def tenant_key(tenant: str, *rest: str) -> str:
    """The key of something that belongs to a whole workspace."""
    return ":".join((f"decline:{{{tenant}}}", *rest))


def author_key(author: Author, *rest: str) -> str:
    """The key of something that belongs to one author."""
    return ":".join((f"decline:{{{author.tenant}:{author.user}}}", *rest))


_ALWAYS = ("profile", "preferences", "drafts", "indexes", "people", "scripts", "exports", "reminders", "pace")
"""What an author may have one of; a kind of key that is not listed here outlives them."""


async def author_keys(redis: Any, authors: Sequence[Author]) -> list[list[str]]:
    """Every key that may hold something of each of these authors, in one round trip."""
    async with away(), redis.pipeline(transaction=False) as pipe:
        for author in authors:
            pipe.zrange(author_key(author, "drafts"), 0, -1)
            pipe.zrange(author_key(author, "people"), 0, -1)
            pipe.smembers(author_key(author, "indexes"))
        found = await pipe.execute()
    return [
        [
            *(author_key(author, one) for one in _ALWAYS),
            *(author_key(author, "draft", one.decode()) for one in drafts),
            *(author_key(author, "person", one.decode()) for one in people),
            *(author_key(author, "drafts", one.decode()) for one in (*people, *indexes)),
        ]
        for author, drafts, people, indexes in zip(authors, found[::3], found[1::3], found[2::3], strict=True)
    ]
