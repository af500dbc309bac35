"""What Slack tells an app of its own accord, in the shapes it uses."""

import secrets
from typing import Literal

from bot.playground.cast import APP, Enterprise
from bot.playground.conversations import new_id
from bot.playground.installations import Origin, Place
from bot.playground.schema import Json
from bot.playground.views import View

Ending = Literal["app_uninstalled", "tokens_revoked"]


def home_opened(origin: Origin, user: str, channel: str, tab: str, view: View | None, now: float) -> Json:
    """The event for somebody looking at the app's home or messages tab."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab}
    if view:
        event["view"] = view.payload(origin.org_wide)
    return _told(origin, event, now)


def profile_changed(origin: Origin, user: Json, now: float) -> Json:
    """The event for somebody whose profile, role or language has changed."""
    return _told(origin, {"type": "user_change", "user": user}, now)


def ended(place: Place, kind: Ending, bot_user: str, now: float) -> Json:
    """One of the two events for an app that was taken away; they name no authorization, as none is left."""
    event: Json = {"type": kind}
    if kind == "tokens_revoked":
        event["tokens"] = {"oauth": [], "bot": [bot_user]}
    org = place if isinstance(place, Enterprise) else place.enterprise
    whose = {} if isinstance(place, Enterprise) else {"team_id": place.id}
    return _envelope(whose | ({"enterprise_id": org.id} if org else {}), event, now)


def _told(origin: Origin, event: Json, now: float) -> Json:
    org = origin.team.enterprise
    authorization = {
        "enterprise_id": org.id if org else None,
        "team_id": None if origin.org_wide else origin.team.id,
        "user_id": origin.team.bot_user,
        "is_bot": True,
        "is_enterprise_install": origin.org_wide,
    }
    whose = {"team_id": origin.team.id} | ({"enterprise_id": org.id} if org else {})
    return {
        **_envelope(whose, event, now),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": secrets.token_hex(12),
    }


def _envelope(whose: Json, event: Json, now: float) -> Json:
    return {
        "token": "deprecated",
        **whose,
        "api_app_id": APP,
        "event": {**event, "event_ts": f"{now:.6f}"},
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(now),
    }
