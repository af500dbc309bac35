"""The limits of an app manifest, for the fields that the app uses: any other field is a mistake.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import Any

YES_NO = {"type": "boolean"}


def text(shortest: int, longest: int, **more: Any) -> dict[str, Any]:
    """A text that must have these lengths."""
    return {"type": "string", "minLength": shortest, "maxLength": longest, **more}


def table(required: str = "", **fields: Any) -> dict[str, Any]:
    """A table that has these fields and no other."""
    return {
        "type": "object",
        "properties": fields,
        "required": required.split(),
        "additionalProperties": False,
    }


def several(most: int, one: dict[str, Any], least: int = 0) -> dict[str, Any]:
    """A list without repetitions."""
    return {"type": "array", "items": one, "minItems": least, "maxItems": most, "uniqueItems": True}


REQUEST_URL = text(9, 3500, pattern="^https://")

LIMITS = table(
    "_metadata display_information features oauth_config settings",
    _metadata=table(
        "major_version", major_version={"enum": [2]}, minor_version={"type": "integer", "minimum": 0}
    ),
    display_information=table(
        "name",
        name=text(1, 35),
        description=text(1, 140),
        long_description=text(175, 4000),
        background_color=text(4, 7, pattern="^#([0-9a-f]{3}){1,2}$"),
    ),
    features=table(
        app_home=table(
            home_tab_enabled=YES_NO, messages_tab_enabled=YES_NO, messages_tab_read_only_enabled=YES_NO
        ),
        bot_user=table(
            "display_name", display_name=text(1, 80, pattern="^[a-z0-9_.-]+$"), always_online=YES_NO
        ),
        shortcuts=several(
            10,
            table(
                "name type callback_id description",
                name=text(1, 24),
                type={"enum": ["message", "global"]},
                callback_id=text(1, 255),
                description=text(1, 150),
            ),
            least=1,
        ),
        slash_commands=several(
            50,
            table(
                "command description",
                command=text(2, 32, pattern="^/"),
                url=text(9, 3000, pattern="^https://"),
                description=text(1, 2000),
                usage_hint=text(1, 1000),
                should_escape=YES_NO,
            ),
            least=1,
        ),
    ),
    oauth_config=table(
        "scopes",
        redirect_urls=several(1000, text(9, 2500, pattern="^https://")),
        scopes=table("bot", bot=several(255, text(1, 50))),
    ),
    settings=table(
        event_subscriptions=table(request_url=REQUEST_URL, bot_events=several(100, text(1, 50))),
        interactivity=table("is_enabled", is_enabled=YES_NO, request_url=REQUEST_URL),
        org_deploy_enabled=YES_NO,
        socket_mode_enabled=YES_NO,
        token_rotation_enabled=YES_NO,
    ),
)
