"""What the app did: every call with its answer, and every rule it broke."""

from dataclasses import dataclass, field

from bot.playground.installations import Withheld
from bot.playground.rules import Refused
from bot.playground.schema import Json

# What an app can meet without having broken a rule.
CIRCUMSTANCES = {
    "hash_conflict",
    "not_found",
    "channel_not_found",
    "not_in_channel",
    "user_not_found",
    "user_disabled",
    "user_not_in_channel",
    "message_not_found",
    "expired_url",
    "used_url",
    "invalid_auth",
    "token_revoked",
    "account_inactive",
    "invalid_code",
    "code_already_used",
    "not_authed",
    "invalid_scheduled_message_id",
}


@dataclass(frozen=True)
class ApiCall:
    """One thing the app asked of Slack, and the answer."""

    method: str
    arguments: Json
    response: Json


@dataclass
class Record:
    """The calls in order, and a sentence for each broken rule."""

    calls: list[ApiCall] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def called(self, method: str, arguments: Json, response: Json) -> None:
        """Notes a call."""
        self.calls.append(ApiCall(method, arguments, response))

    def broke(self, rule: str) -> None:
        """Notes a broken rule."""
        self.violations.append(rule)

    def refused(self, where: str, refused: Refused) -> None:
        """Notes a refusal, unless it was nobody's fault."""
        if refused.error not in CIRCUMSTANCES and not isinstance(refused, Withheld):
            self.broke(" ".join([f"{where}: {refused.error}", *refused.messages]))
