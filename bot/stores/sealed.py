"""Reading what is sealed: what cannot be read is logged by its key, and passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.stores.encryption import UnreadableError, Vault

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from bot.records import Record

T = TypeVar("T")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Seen:
    """A draft as it was read, and what it was read from: only whoever saw it as it is may write it again."""

    record: Record
    sealed: bytes


class ChangedError(Exception):
    """A draft that something else changed between being read and written: what was asked is done anew."""


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
