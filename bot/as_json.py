"""JSON as it leaves for Slack."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import orjson


def as_json(value: Any) -> bytes:
    """A value as JSON; half a surrogate pair, which people can send and UTF-8 cannot hold, is escaped."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, default=asdict).encode()
