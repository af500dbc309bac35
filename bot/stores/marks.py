"""The key of the marks: made once, and kept in Redis beside what is filed under it.

People are filed under marks, so that key must outlive every key in ENCRYPTION_KEYS. The first worker makes it
from the oldest of them, as it was always made; it is sealed like everything else, and never written again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.stores.encryption import UnreadableError, Vault

if TYPE_CHECKING:
    from bot.stores.connection import Client

KEY = "decline:marks"

LOST = (
    f"{KEY} cannot be opened, so nobody is found under the mark they were filed under: put the key that"
    " sealed it back at the end of ENCRYPTION_KEYS and restart (docs/operating.md, Lost keys)"
)
"""What whoever runs the app is told when all keys of the marks were removed."""


async def kept(redis: Client, vault: Vault) -> bytes | None:
    """The key as Redis has it, None before the first worker; raises UnreadableError when no key opens it."""
    asked: Any = redis  # its annotations cover both the sync and the async client
    sealed = await asked.get(KEY)
    return vault.open(KEY, sealed) if sealed else None


async def take_up(redis: Client, vault: Vault) -> None:
    """Have the vault make the marks that all workers make; raises UnreadableError when it cannot."""
    key = await kept(redis, vault)
    if key is None:
        asked: Any = redis
        await asked.set(KEY, vault.seal(KEY, vault.mark_key), nx=True)  # of two workers, one is first
        key = await kept(redis, vault)
    vault.mark_key = key or vault.mark_key


async def problem(redis: Client, vault: Vault) -> str:
    """What is wrong with the key; empty when nothing is."""
    try:
        await kept(redis, vault)
    except UnreadableError:
        return LOST
    return ""
