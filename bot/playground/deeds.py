"""What people do with the app: each deed reaches it the way Slack would bring it."""

from typing import Any

from bot.playground import answers, events, hands, payloads
from bot.playground.cast import LANGUAGES, SLACKBOT, YOU
from bot.playground.conversations import Message
from bot.playground.delivery import Delivery
from bot.playground.profiles import profile
from bot.playground.stage import Stage
from bot.playground.views import View

NOT_SENT = Delivery(0, "not sent", 0.0)


class Deeds(Stage):
    """Acting as somebody.

    Where the app is not installed people do not see it, so a deed there is a ValueError; with `anyway` it is
    sent all the same, as to an app that was taken away a moment ago.
    """

    async def message_shortcut(
        self, user: str, channel: str, ts: str, callback_id: str, anyway: bool = False
    ) -> Delivery:
        """Uses a shortcut on a message; Slack does not offer it on ephemeral ones."""
        origin = self.installations.origin(self.team_of(user), "commands", anyway)
        where, message = self._where(user, channel), self.workspace_of(user).find(channel, ts)
        trigger, url = self.views.trigger(user), self._response_url(user, channel)
        payload = payloads.message_shortcut(
            origin, self.person(user), where, message, callback_id, trigger, url, self.clock()
        )
        return await self._interact(user, payload)

    async def global_shortcut(self, user: str, callback_id: str, anyway: bool = False) -> Delivery:
        """Uses a shortcut that belongs to no message."""
        origin = self.installations.origin(self.team_of(user), "commands", anyway)
        trigger = self.views.trigger(user)
        payload = payloads.global_shortcut(origin, self.person(user), callback_id, trigger, self.clock())
        return await self._interact(user, payload)

    async def slash_command(
        self, user: str, channel: str, text: str, command: str = "/decline", anyway: bool = False
    ) -> Delivery:
        """Sends a slash command, with known @names turned into references as `should_escape` does."""
        origin = self.installations.origin(self.team_of(user), "commands", anyway)
        where, workspace = self._where(user, channel), self.workspace_of(user)
        text = payloads.typed_by_person(text.strip(), workspace)
        trigger, url = self.views.trigger(user), self._response_url(user, channel)
        payload = payloads.command(origin, self.person(user), where, command, text, trigger, url)
        delivery = await self._courier.command(payload)
        if not delivery.ok:
            reason = delivery.body if delivery.status == 0 else "dispatch_failed"
            failure = f'{command} failed with the error "{reason}"'
            self._record.broke(f"{failure} (status {delivery.status})")
            workspace.post(channel, SLACKBOT, failure, only_for=user)
        elif delivery.body:
            body = delivery.body if isinstance(delivery.body, dict) else {"text": str(delivery.body)}
            self._try(lambda: self._urls.answer(body, user, channel))
        return delivery

    async def act(
        self,
        user: str,
        where: View | Message,
        action_id: str,
        value: Any = None,
        typed: dict[str, Any] | None = None,
        block_id: str | None = None,
        anyway: bool = False,
    ) -> Delivery:
        """Presses a button or picks a value in a modal, the home tab or a message."""
        origin = self.installations.origin(self.team_of(user), anyway=anyway)
        self.fill(where, typed)
        person = self.person(user)
        action = hands.press(where, action_id, block_id, value, self.workspace_of(user).users)
        if isinstance(where, View):
            in_modal = where in self.views.stacks.get(user, [])
            trigger = self.views.trigger(user, in_modal)
            payload = payloads.view_action(origin, person, where, action, trigger, self.clock())
        else:
            conversation, trigger = self._where(user, where.channel), self.views.trigger(user)
            url = self._response_url(user, where.channel, where.ts if where.by_app else None)
            payload = payloads.message_action(
                origin, person, conversation, where, action, trigger, url, self.clock()
            )
        return await self._interact(user, payload)

    async def submit(self, user: str, typed: dict[str, Any] | None = None, anyway: bool = False) -> Delivery:
        """Sends the view on top, unless Slack's client would see that something is missing."""
        view = self._top(user)
        origin = self.installations.origin(view.team, anyway=anyway)
        self.fill(view, typed)
        view.notice = ""
        view.errors = answers.complaints(view, self.workspace_of(user).language)
        if view.errors:
            return Delivery(0, {"refused": dict(view.errors)}, 0.0)
        trigger = self.views.trigger(user, in_modal=True)
        delivery = await self._courier.interaction(
            payloads.submission(origin, self.person(user), view, trigger)
        )
        if not delivery.ok:
            self._record.broke(f"the modal was not answered (status {delivery.status}, {delivery.body!r})")
            view.notice = "trouble"
        elif not self._try(lambda: answers.apply(self.views, view, delivery.body)):
            view.notice = "trouble"
        return delivery

    async def close(self, user: str, everything: bool = False, anyway: bool = False) -> Delivery:
        """Closes the view on top, or the whole stack as the cross in the corner does."""
        view = self._top(user)
        origin = self.installations.origin(view.team, anyway=anyway)
        everything = everything or bool(view.content.get("clear_on_close"))
        if everything:
            view = self.views.stacks[user][0]
            self.views.clear(user)
        else:
            self.views.pop(user)
        if not view.content.get("notify_on_close"):
            return NOT_SENT
        payload = payloads.closed(origin, self.person(user), view, everything)
        return await self._interact(user, payload)

    async def open_home(self, user: str, tab: str = "home", anyway: bool = False) -> Delivery:
        """Looks at the app's home tab or its messages tab."""
        origin = self.installations.origin(self.team_of(user), anyway=anyway)
        channel = self.workspace_of(user).app_dm(user).id
        view = self.views.homes.get(user) if tab == "home" else None
        return await self._tell(events.home_opened(origin, user, channel, tab, view, self.clock()))

    async def change_language(self, language: str) -> Delivery:
        """Switches the language of this Slack and tells the app that the person's profile has changed."""
        self.speak(language)
        return await self._tell_of(YOU)

    def speak(self, language: str) -> None:
        """Switches the language of this Slack."""
        if language not in LANGUAGES:
            raise ValueError(f"no such language here: {language}")
        self.workspace.speak(language)

    def fill(self, where: View | Message, typed: dict[str, Any] | None) -> None:
        """Types into a view or message without sending anything; keys are action ids."""
        hands.fill(where, typed or {}, self.workspaces[where.team.id].users)

    async def _tell_of(self, user: str) -> Delivery:
        """Tells the app that somebody's profile has changed, if it may read profiles there."""
        here = self.workspace_of(user)
        if not self.installations.hears(here.team, "users:read"):
            return NOT_SENT
        described = profile(here.users[user], here.team, here.language, with_locale=True)
        return await self._tell(
            events.profile_changed(self.installations.origin(here.team), described, self.clock())
        )
