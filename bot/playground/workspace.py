"""The workspace: who is in which conversation, and what stands there. Rules only, no HTTP."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from bot.playground.cast import TEAM, YOU, Scene, Team, people, scenes
from bot.playground.conversations import Conversation, Message, Scheduled, new_id, with_ids
from bot.playground.inputs import first_values
from bot.playground.rules import Refused
from bot.playground.schema import Json

FARTHEST_AHEAD = 120 * 24 * 3600
CROWD_WINDOW = 5 * 60
CROWD = 30


class Workspace:
    """Everything people see in conversations."""

    def __init__(self, team: Team, language: str, clock: Callable[[], float]) -> None:
        self.team = team
        self.clock = clock
        self.language = language if team.id == TEAM else "en"
        self.users = people(team)
        self.conversations: dict[str, Conversation] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self._last_ts = Decimal(0)
        self.start_over()

    def start_over(self) -> None:
        """Puts every conversation back to how it started."""
        self.conversations = {}
        self.scheduled = {}
        for scene in scenes(self.language, self.team.id):
            self.conversations[scene.id] = self._stage(scene)

    def speak(self, language: str) -> None:
        """Says everything people wrote in another language, and keeps what the app and you wrote."""
        self.language = language
        for scene in scenes(language, self.team.id):
            conversation = self.conversations[scene.id]
            conversation.topic, conversation.asks_again = scene.topic, scene.asks_again
            lines = scene.opening + scene.asks_again
            for message in conversation.messages:
                if message.line is not None:
                    message.text = lines[message.line]

    def timestamp(self) -> str:
        """A message ts that no other message has."""
        self._last_ts = max(Decimal(f"{self.clock():.6f}"), self._last_ts + Decimal("0.000001"))
        return str(self._last_ts)

    def conversation(self, channel: str) -> Conversation:
        """The conversation with an id, if Slack knows it."""
        if channel not in self.conversations:
            raise Refused("channel_not_found")
        return self.conversations[channel]

    def app_dm(self, user: str) -> Conversation:
        """The app's DM with one person, opened if need be."""
        person = self.users.get(user)
        if person is None:
            raise Refused("user_not_found")
        if person.deleted:
            raise Refused("user_disabled")
        if person.is_bot:
            raise Refused("cannot_dm_bot")
        channel = f"DAPP{user}"
        opened = Conversation(channel, [user, self.team.bot_user], person=self.team.bot_user)
        return self.conversations.setdefault(channel, opened)

    def bot_destination(self, channel: str) -> Conversation:
        """Where the bot may post: its own DMs, as it is a member of nothing else."""
        if channel.startswith(("U", "W")):
            return self.app_dm(channel)
        conversation = self.conversation(channel)
        if self.team.bot_user not in conversation.members:
            raise Refused("channel_not_found" if conversation.is_dm else "not_in_channel")
        return conversation

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: list[Json] | None = None,
        only_for: str | None = None,
        extra: Json | None = None,
    ) -> Message:
        """Adds a message at the end of a conversation."""
        conversation = self.conversation(channel)
        message = Message(
            self.team, self.timestamp(), channel, user, text, only_for=only_for, extra=extra or {}
        )
        self.rewrite(message, text, blocks or [])
        conversation.messages.append(message)
        conversation.unread = conversation.unread or (user != YOU and only_for in (None, YOU))
        return message

    def rewrite(self, message: Message, text: str, blocks: list[Json]) -> None:
        """Gives a message new content."""
        message.text = text
        message.blocks = with_ids(blocks)
        message.typed = first_values(message.blocks)

    def ask_again(self, channel: str) -> Message:
        """Posts the next thing this conversation's person asks, from the top again when all is said."""
        conversation = self.conversation(channel)
        if not conversation.asks_again:
            raise ValueError(f"nobody asks again in {channel}")
        index = conversation.asked % len(conversation.asks_again)
        conversation.asked += 1
        message = self.post(channel, conversation.person, conversation.asks_again[index])
        message.line = conversation.opening + index
        return message

    def visible(self, user: str, channel: str) -> list[Message]:
        """What one person sees in a conversation."""
        self._post_due()
        return [m for m in self.conversation(channel).messages if m.only_for in (None, user)]

    def find(self, channel: str, ts: str, ephemeral: bool = False) -> Message:
        """A message by its ts; ephemeral ones are only found by those who may."""
        self._post_due()
        for message in self.conversation(channel).messages:
            if message.ts == ts and (ephemeral or message.only_for is None):
                return message
        raise Refused("message_not_found")

    def remove(self, message: Message) -> None:
        """Takes a message away."""
        self.conversation(message.channel).messages.remove(message)

    def schedule(self, channel: str, post_at: int, text: str, blocks: list[Json]) -> Scheduled:
        """Keeps a message for later, within Slack's bounds."""
        if post_at <= self.clock():
            raise Refused("time_in_past")
        if post_at > self.clock() + FARTHEST_AHEAD:
            raise Refused("time_too_far")
        near = [s for s in self.pending(channel) if abs(s.post_at - post_at) < CROWD_WINDOW]
        if len(near) >= CROWD:
            raise Refused("restricted_too_many")
        kept = Scheduled(new_id("Q"), channel, post_at, text, blocks)
        self.scheduled[kept.id] = kept
        return kept

    def pending(self, channel: str) -> list[Scheduled]:
        """What is still to be posted in a conversation, soonest first."""
        self._post_due()
        waiting = [each for each in self.scheduled.values() if each.channel == channel]
        return sorted(waiting, key=lambda each: each.post_at)

    def bring_forward(self, seconds: int) -> None:
        """Lets what was scheduled come so much sooner, as if that time had passed."""
        self.scheduled = {
            each.id: replace(each, post_at=each.post_at - seconds) for each in self.scheduled.values()
        }
        self._post_due()

    def _post_due(self) -> None:
        now = self.clock()
        for due in sorted(
            (each for each in self.scheduled.values() if each.post_at <= now), key=lambda each: each.post_at
        ):
            del self.scheduled[due.id]
            self.post(due.channel, self.team.bot_user, due.text, due.blocks)

    def _stage(self, scene: Scene) -> Conversation:
        members = [scene.to, scene.person, *scene.also_here]
        conversation = Conversation(
            scene.id,
            members,
            scene.name,
            scene.person,
            scene.topic,
            scene.asks_again,
            opening=len(scene.opening),
            unread=True,
        )
        started = self.clock() - 60 * scene.minutes_ago
        for line, text in enumerate(scene.opening):
            ts = f"{started + 40 * line:.6f}"
            message = Message(self.team, ts, scene.id, scene.person, text, line=line)
            conversation.messages.append(message)
        return conversation
