"""Reading what is sealed: what cannot be read is logged by its key, and passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.stores.encryption import UnreadableError, Vault

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

_log = structlog.get_logger()


class Sealed:
    """A store whose values are sealed by a vault, each for its key; a lost key locks nobody out."""

    _vault: Vault

    def _read(self, shape: TypeAdapter[T], key: str, sealed: bytes | None) -> T | None:
        opened = self._open(key, sealed)
        try:
            return shape.validate_json(opened) if opened else None
        except ValueError:  # another version's
            _log.error("unreadable", key=key)
            return None

    def _open(self, key: str, sealed: bytes | None) -> bytes | None:
        try:
            return self._vault.open(key, sealed) if sealed else None
        except UnreadableError:
            _log.error("unreadable", key=key)
            return None
