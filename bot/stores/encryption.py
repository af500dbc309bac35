"""Encryption of what Redis holds about people."""

from __future__ import annotations

import hashlib
import hmac
import os
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BITS = 256

_COMMON = (
    b'{"language":"","draft_language":""}{"given":"","received":""}{"name":"","user":"U","relationship":null,'
    b'"situation":"supplier","kind":"delivery","request":"the ","answers":[],"notes":{"given":"","received":'
    b'""},"muted":false}"mentee","kind":"mentoring""unclear_ask","kind":"unclear""coffee","kind":"coffee"'
    b'"follow_through""advice""clarify""close""repeat""redirect""pause""wind_down""defer""silence""not_sent"'
    b'"relationship":"colleague""manager""report""client""supplier""outside""meeting""event""favour""pitch"'
    b'"recommendation""job_lead""decline_polite""repeat_asker","kind":null,"script_id":"repeat_no"'
    b'"language":"nl","tone":"warm""language":"nb","tone":"firm","formal"'
    b'"variant":"plain","outcome":"sent","language":"en","tone":"neutral","wording":1,"until":null,"at":1'
    b'{"ask":"","on":"20","situation":"one_off","kind":"introduction","script_id":"decline_","step":"decline",'
    b'{"id":"","person":"","name":"","user":"U","ask":"","situation":"one_off","kind":"introduction",'
    b'"script_id":"decline_introduction","language":"en","tone":"neutral","wording":1,"text":"Hi '
    b'","created":1,"changed":1,"on":"20","details":{"request":"the ","reason":"",},"relationship":null,'
    b'"channel":"chat","address":"","edited":false,"outcome":"open"}'
)
"""What values have in common, so that each is stored without it; to change a byte makes all unreadable."""

_WINDOW, _MEMORY = -zlib.MAX_WBITS, 6
"""No header and no sum (what is sealed is authenticated), and less memory to clear: ten times as fast."""

_SEALED, _NONCE, _TAG = b"\xd1", 12, 16
"""A sealed value: a byte that no id begins with, the nonce, and what is encrypted with its tag."""


class UnreadableError(Exception):
    """A sealed value that no key opens, or that was moved from another place."""


class Vault:
    """Seals values and turns ids into marks. Keys are 256 bits in base64, newest first; the newest one seals.

    A value is encrypted with AES-256-GCM, under a key that follows from the vault's and from the place it is
    for (HKDF, RFC 5869): it opens nowhere else, and no key seals so much that a nonce could come twice.

    `mark_key` follows from the oldest key until the one that is kept is taken up (see `bot.stores.marks`);
    `settled` is false while that is still to be done.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [_bits(key) for key in keys]
        self.settled = True
        self.mark_key = hashlib.sha256(b"decline marks" + keys[-1].encode()).digest()

    def seal(self, place: str, value: bytes) -> bytes:
        """Encrypt for one place (a Redis key, say), so that it cannot be passed off in another."""
        nonce = os.urandom(_NONCE)
        return _SEALED + nonce + _cipher(self._keys[0], place).encrypt(nonce, _squeezed(value), None)

    def open(self, place: str, sealed: bytes | str) -> bytes:
        """Decrypt what was sealed for that place, be it bytes or text; raises UnreadableError otherwise."""
        return self._open(self._keys, place, sealed)

    def renew(self, place: str, sealed: bytes) -> bytes | None:
        """The same value sealed by the newest key, None if it is; raises UnreadableError as `open` does."""
        try:
            self._open(self._keys[:1], place, sealed)
        except UnreadableError:
            return self.seal(place, self._open(self._keys[1:], place, sealed))
        return None

    @staticmethod
    def _open(keys: Sequence[bytes], place: str, sealed: bytes | str) -> bytes:
        found = sealed if isinstance(sealed, bytes) else _from_text(sealed)
        if not looks_sealed(found):
            raise UnreadableError(place)
        nonce, encrypted = found[1 : 1 + _NONCE], found[1 + _NONCE :]
        for key in keys:
            with suppress(InvalidTag):
                squeezed = _cipher(key, place).decrypt(nonce, encrypted, None)
                return zlib.decompressobj(_WINDOW, _COMMON).decompress(squeezed)
        raise UnreadableError(place)

    def mark(self, *what: str) -> str:
        """A keyed hash that stands for an id or a name where it must not be read (22 characters)."""
        digest = hmac.digest(self.mark_key, "\0".join(what).encode(), "sha256")
        return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def _squeezed(value: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=_COMMON)
    return squeezer.compress(value) + squeezer.flush()


def looks_sealed(value: bytes) -> bool:
    """Whether a value has the form of a sealed one, whatever sealed it."""
    return value.startswith(_SEALED) and len(value) > len(_SEALED) + _NONCE + _TAG


def as_text(sealed: bytes) -> str:
    """A sealed value where it must be text, for a URL or a button."""
    return urlsafe_b64encode(sealed).decode()


def _from_text(sealed: str) -> bytes:
    try:
        return urlsafe_b64decode(sealed)
    except ValueError:  # not base64, or not even ASCII
        return b""


def new_key() -> str:
    """A fresh key for a vault."""
    return urlsafe_b64encode(AESGCM.generate_key(_BITS)).decode()


def _bits(key: str) -> bytes:
    bits = _from_text(key)
    if len(bits) * 8 != _BITS:
        raise ValueError("each key is 32 bytes in URL-safe base64, as `keys new` prints it")
    return bits


def _cipher(key: bytes, place: str) -> AESGCM:
    return AESGCM(HKDFExpand(SHA256(), len(key), place.encode()).derive(key))


def own_keys(data_dir: Path) -> list[str]:
    """The key of an installation that was given none: made once, kept in `data_dir` for its owner only."""
    path = data_dir / "encryption.key"
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return [path.read_text(encoding="ascii").strip()]
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(new_key() + "\n")
    return [path.read_text(encoding="ascii").strip()]
