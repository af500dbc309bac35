"""Encryption of what Redis holds about people."""

from __future__ import annotations

import hashlib
import hmac
import os
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BOUND = 8

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

_TOKEN = b"gAAAAA"
_RAW = urlsafe_b64decode(_TOKEN + b"AA")[:4]
"""How a Fernet token begins until the year 2106: the version, and the first of 64 bits of seconds.

It is kept as it is, without the base64 that would make it a third longer.
"""


class UnreadableError(Exception):
    """A sealed value that no key opens, or that was moved from another place."""


class Vault:
    """Seals values and turns ids into marks. Keys are Fernet keys, newest first; the newest one seals.

    `mark_key` follows from the oldest key until the one that is kept is taken up (see `bot.stores.marks`);
    `settled` is false while that is still to be done.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        fernets = [Fernet(key) for key in keys]
        self._newest, self._fernet = fernets[0], MultiFernet(fernets)
        self.settled = True
        self.mark_key = hashlib.sha256(b"decline marks" + keys[-1].encode()).digest()

    def seal(self, place: str, value: bytes) -> bytes:
        """Encrypt for one place (a Redis key, say), so that it cannot be passed off in another."""
        return urlsafe_b64decode(self._fernet.encrypt(_bound(place) + _squeezed(value)))

    def open(self, place: str, sealed: bytes | str) -> bytes:
        """Decrypt what was sealed for that place; raises UnreadableError otherwise."""
        return zlib.decompressobj(zdict=_COMMON).decompress(self._open(self._fernet, place, sealed)[_BOUND:])

    def renew(self, place: str, sealed: bytes) -> bytes | None:
        """The same value sealed by the newest key, None if it is; raises UnreadableError as `open` does."""
        try:
            self._open(self._newest, place, sealed)
        except UnreadableError:
            return urlsafe_b64decode(self._newest.encrypt(self._open(self._fernet, place, sealed)))
        return None

    @staticmethod
    def _open(fernet: Fernet | MultiFernet, place: str, sealed: bytes | str) -> bytes:
        try:
            opened = fernet.decrypt(as_text(sealed) if isinstance(sealed, bytes) else sealed)
        except (InvalidToken, ValueError) as error:  # the latter for text that is not ASCII
            raise UnreadableError(place) from error
        if not hmac.compare_digest(opened[:_BOUND], _bound(place)):
            raise UnreadableError(place)
        return opened

    def mark(self, *what: str) -> str:
        """A keyed hash that stands for an id or a name where it must not be read (22 characters)."""
        digest = hmac.digest(self.mark_key, "\0".join(what).encode(errors="surrogatepass"), "sha256")
        return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def _squeezed(value: bytes) -> bytes:
    squeezer = zlib.compressobj(9, zdict=_COMMON)
    return squeezer.compress(value) + squeezer.flush()


def looks_sealed(value: bytes) -> bool:
    """Whether a value has the form of a sealed one, whatever sealed it, whole or not."""
    return value.startswith((_TOKEN, _RAW))


def as_text(sealed: bytes) -> str:
    """A sealed value where it must be text; older values are text as they are."""
    return (urlsafe_b64encode(sealed) if sealed.startswith(_RAW) else sealed).decode("ascii", "replace")


def _bound(place: str) -> bytes:
    return hashlib.blake2b(place.encode(), digest_size=_BOUND).digest()


def own_keys(data_dir: Path) -> list[str]:
    """The key of an installation that was given none: made once, kept in `data_dir` for its owner only."""
    path = data_dir / "encryption.key"
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return [path.read_text(encoding="ascii").strip()]
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(Fernet.generate_key().decode() + "\n")
    return [path.read_text(encoding="ascii").strip()]
