"""What must be true of a request before it is parsed: junk is answered here, without a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_BODY = 1024 * 1024
"""Bytes; Slack's own payloads stay far below."""

_UNSIGNED = "not signed by Slack"
MALFORMED = "malformed body"

UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What a body raises that is not what it claims to be."""


def check(body: bytes, headers: Mapping[str, str]) -> str:
    """The body as text; raises 401 for headers that cannot hold a signature, 400 for a malformed body."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "0")
    signature = headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16 and signature.isascii()):  # noqa: PLR2004
        raise web.HTTPUnauthorized(text=_UNSIGNED)
    try:
        text = body.decode("utf-8")
        if headers.get("Content-Type", "").startswith("application/json"):
            payloads = [text]
        else:
            payloads = parse_qs(text, max_num_fields=100).get("payload", [])
        whole = all(isinstance(json.loads(payload), dict) for payload in payloads)
    except UNREADABLE:
        whole = False
    if not whole:
        raise web.HTTPBadRequest(text=MALFORMED)
    return text
