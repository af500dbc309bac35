"""The short-lived addresses at which the app may answer where it was called."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.conversations import Message
from bot.playground.rules import Refused, check_message
from bot.playground.schema import Json, finding
from bot.playground.workspace import Workspace

USES = 5
SECONDS = 30 * 60
FIELDS = {"text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts", "mrkdwn"}
FIELDS |= {"unfurl_links", "unfurl_media", "attachments", "metadata"}


@dataclass
class ResponseUrl:
    """Leave to answer one person in one place, five times in half an hour."""

    user: str
    channel: str
    original: str | None
    issued: float
    uses: int = 0


class ResponseUrls:
    """Every response_url given out, and what may still be done with it."""

    def __init__(self, workspace_of: Callable[[str], Workspace], clock: Callable[[], float]) -> None:
        self._workspace_of = workspace_of
        self._clock = clock
        self._urls: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, original: str | None = None) -> str:
        """A fresh secret; `original` is the app's message that was acted on, if there was one."""
        secret = secrets.token_urlsafe(24)
        self._urls[secret] = ResponseUrl(user, channel, original, self._clock())
        return secret

    def use(self, secret: str, body: Json) -> None:
        """Does what the app asks, or refuses it as Slack does."""
        url = self._urls.get(secret)
        if url is None or self._clock() - url.issued > SECONDS:
            raise Refused("expired_url")
        if url.uses >= USES:
            raise Refused("used_url")
        url.uses += 1
        self.answer(body, url.user, url.channel, url.original)

    def answer(self, body: Json, user: str, channel: str, original: str | None = None) -> None:
        """Posts, replaces or deletes a message the way a response asks."""
        unknown = sorted(set(body) - FIELDS)
        if unknown:
            raise Refused("invalid_arguments", [finding("no such field", f"/{name}") for name in unknown])
        workspace = self._workspace_of(user)
        if body.get("delete_original"):
            workspace.remove(_original(workspace, channel, original))
            return
        check_message(body.get("text"), body.get("blocks"))
        public = _is_public(body)
        text, blocks = body.get("text") or "", body.get("blocks") or []
        if not body.get("replace_original"):
            bot_user = workspace.team.bot_user
            workspace.post(channel, bot_user, text, blocks, only_for=None if public else user)
            return
        message = _original(workspace, channel, original)
        if message.only_for and public:
            stays = finding("an ephemeral message stays ephemeral", "/response_type")
            raise Refused("invalid_arguments", [stays])
        workspace.rewrite(message, text, blocks)
        message.edited = message.only_for is None


def _is_public(body: Json) -> bool:
    kind = body.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise Refused("invalid_arguments", [finding("must be ephemeral or in_channel", "/response_type")])
    return bool(kind == "in_channel")


def _original(workspace: Workspace, channel: str, original: str | None) -> Message:
    if original is None:
        raise Refused("message_not_found", ["[ERROR] no message of the app belongs to this response_url"])
    return workspace.find(channel, original, ephemeral=True)
