"""How to use the app, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import ids
from bot.surfaces.text import escape, section, small

if TYPE_CHECKING:
    from bot.localization import Language

USES = ("compose", "person", "history", "scripts", "settings", "workspace", "help")
"""What `/decline` takes; each has its example and its line."""


def build(say: Language, days: int) -> dict[str, Any]:
    """Draw the help as a message; `days` is how long drafts are kept."""
    lines = []
    for use in USES:
        typed = f"{ids.COMMAND} {say(f'help.{use}_typed')}" if use != "compose" else ids.COMMAND
        lines.append(f"`{escape(typed)}`  {escape(say(f'help.{use}'))}")
    blocks = [
        section(escape(say("help.shortcut"))),
        section("\n".join(lines)),
        small(escape(say("home.stores", days=days))),
    ]
    return {"text": escape(say("help.shortcut")), "blocks": [*blocks]}
