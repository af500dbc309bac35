"""The app manifest: what Slack has to know of the app, made from the code that answers it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from bot import ids
from bot.paths import TEMPLATES
from bot.permissions import SCOPES
from bot.web.installing import REDIRECT_PATH
from bot.web.site import EVENTS_PATH

_ADDRESS = re.compile(r"https://[^/?#@\s]+/?")


def manifest(url: str = "", *, socket_mode: bool = False) -> dict[str, Any]:
    """Make the manifest of an app at a public https address or, in Socket Mode, without any address.

    Fields and limits: https://docs.slack.dev/reference/app-manifest
    """
    words = tomllib.loads((TEMPLATES / "manifest.toml").read_text(encoding="utf-8"))
    address = "" if socket_mode else _checked(url)
    at = {} if socket_mode else {"request_url": f"{address}{EVENTS_PATH}"}
    command_at = {} if socket_mode else {"url": f"{address}{EVENTS_PATH}"}
    redirects = {} if socket_mode else {"redirect_urls": [f"{address}{REDIRECT_PATH}"]}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": words["name"],
            "description": words["description"],
            "long_description": words["long_description"].strip(),
            "background_color": words["background_color"],
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": words["bot_name"], "always_online": True},
            "shortcuts": [
                {"type": "message", "callback_id": ids.MESSAGE_SHORTCUT, **words["message_shortcut"]},
                {"type": "global", "callback_id": ids.GLOBAL_SHORTCUT, **words["global_shortcut"]},
            ],
            "slash_commands": [
                {"command": ids.COMMAND, **command_at, **words["command"], "should_escape": True}
            ],
        },
        "oauth_config": {**redirects, "scopes": {"bot": [*SCOPES]}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": [*ids.EVENTS]},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": True,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def _checked(url: str) -> str:
    if not _ADDRESS.fullmatch(url):
        raise ValueError("must be the app's public https address, such as https://decline.example.com")
    return url.rstrip("/")
