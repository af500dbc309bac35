"""People as Slack describes them to an app."""

from bot.playground.cast import LOCALES, YOU, Team, User
from bot.playground.schema import Json


def profile(user: User, team: Team, language: str, with_locale: bool) -> Json:
    """A person as users.info describes them in a workspace."""
    described: Json = {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_760_000_000,
        "profile": _profile(user),
    }
    if user.deleted:
        return described
    described |= {
        "real_name": user.real_name,
        "color": "4bbe2e",
        "tz": user.tz,
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "is_admin": user.is_admin or user.is_owner,
        "is_owner": user.is_owner,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }
    if user.team != team.id:
        described["is_stranger"] = True
    elif team.enterprise:
        described["enterprise_user"] = {
            "id": user.id,
            "enterprise_id": team.enterprise.id,
            "enterprise_name": team.enterprise.name,
            "is_admin": user.org_admin or user.org_owner,
            "is_owner": user.org_owner,
            "is_primary_owner": False,
            "teams": [team.id],
        }
    if with_locale and user.team == team.id:
        described["locale"] = LOCALES[language] if user.id == YOU else "en-US"
    return described


def _profile(user: User) -> Json:
    first, _, last = user.real_name.partition(" ")
    return {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.first_name,
        "display_name_normalized": user.first_name,
        "first_name": first,
        "last_name": last,
        "title": user.title,
        "team": user.team,
        "avatar_hash": f"g{user.id.lower()}",
        "status_text": "",
        "status_emoji": "",
    }
