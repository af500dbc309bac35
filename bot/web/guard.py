"""The door: what Slack did not sign is turned away before it is read, junk without a traceback."""

from __future__ import annotations

import json
import re
from binascii import a2b_qp
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.signature import SignatureVerifier

LARGEST_BODY = 1024 * 1024
"""Bytes; Slack's own payloads stay far below."""

_MOST_FIELDS = 100

_UNSIGNED = "not signed by Slack"
MALFORMED = "malformed body"

UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What a body raises that is not what it claims to be."""

_QUOTED_PRINTABLE = bytes.maketrans(b"%+", b"= ")
"""What is percent-encoded is quoted-printable in other letters, and that is decoded in C: 25 KB of a view in
a tenth of the time that urllib takes, which was a third of all that a choice in a modal took."""

_MORE = re.compile(rb"[&=\r\n]")
"""What a single percent-encoded field never has in it."""

_PROBE = re.compile(rb"(?:^|&)ssl_check=1(?:&|$)")
"""With this Slack looks at the certificate: it needs no signature, and nothing else of it is read."""


def admitted(body: bytes, headers: Mapping[str, str], verifier: SignatureVerifier) -> dict[str, Any]:
    """What Slack sent, read once; raises 401 for what it did not sign, 400 for what cannot be read."""
    if not _signed(body, headers, verifier):
        if _PROBE.search(body):
            return {"ssl_check": "1"}
        raise web.HTTPUnauthorized(text=_UNSIGNED)
    try:
        return _read(body, headers.get("Content-Type", ""))
    except UNREADABLE:
        raise web.HTTPBadRequest(text=MALFORMED) from None


def _signed(body: bytes, headers: Mapping[str, str], verifier: SignatureVerifier) -> bool:
    timestamp, signature = headers.get("X-Slack-Request-Timestamp"), headers.get("X-Slack-Signature")
    try:
        return verifier.is_valid(body, timestamp, signature)
    except (ValueError, OverflowError, TypeError):  # no time, an endless one, no ASCII, no UTF-8
        return False


def _read(body: bytes, kind: str) -> dict[str, Any]:
    """A body is JSON, a form with a field that is JSON, or a form."""
    if kind.startswith("application/json") or body.startswith(b"{"):
        return _object(body.decode())
    name, _, value = body.partition(b"=")
    if name == b"payload" and not _MORE.search(value):
        return _object(a2b_qp(value.translate(_QUOTED_PRINTABLE)).decode())
    fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    form: dict[str, Any] = dict(fields)
    if len(form) < len(fields):
        raise ValueError("a field twice")
    return _object(form["payload"]) if "payload" in form else form


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError(text)
    return found
