"""A small, strict Slack: people act in it, it tells the app, and it holds the app to Slack's rules."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web

from bot.playground import answers, hands, payloads
from bot.playground.cast import LANGUAGES, YOU
from bot.playground.conversations import Conversation, Message
from bot.playground.delivery import Courier, Delivery
from bot.playground.pages import Pages
from bot.playground.profiles import profile
from bot.playground.record import ApiCall, Record
from bot.playground.response_urls import ResponseUrls
from bot.playground.rules import Refused
from bot.playground.schema import Json
from bot.playground.serving import api_calls, response_url_posts
from bot.playground.views import View, Views
from bot.playground.web_api import WebApi
from bot.playground.workspace import Workspace


class Slack:
    """The playground: a site to serve, people to act as, and a record of what the app did."""

    def __init__(
        self,
        *,
        base_url: str,
        events_url: str,
        signing_secret: str,
        bot_token: str,
        language: str = "en",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.base_url = base_url
        self.clock = clock
        self.workspace = Workspace(language, clock)
        self.views = Views(clock)
        self.notices: dict[str, str] = {}
        self._record = Record()
        self._courier = Courier(events_url, signing_secret)
        self._urls = ResponseUrls(self.workspace, clock)
        self._api = WebApi(self.workspace, self.views, bot_token)

    @property
    def events_url(self) -> str:
        """Where the app listens; it may be set once the port is known."""
        return self._courier.events_url

    @events_url.setter
    def events_url(self, url: str) -> None:
        self._courier.events_url = url

    @property
    def language(self) -> str:
        """The language of the person trying the app, of the conversations and of the page."""
        return self.workspace.language

    @property
    def calls(self) -> list[ApiCall]:
        """Everything the app asked of this Slack, in order."""
        return self._record.calls

    @property
    def violations(self) -> list[str]:
        """Every rule of Slack the app has broken."""
        return self._record.violations

    def site(self) -> web.Application:
        """The pages, /api/ and /response/, for the caller to bind to this machine only."""
        pages = Pages(self)
        site = web.Application(middlewares=[pages.guard])
        site.router.add_route("*", "/api/{method}", api_calls(self._api, self._record))
        site.router.add_post("/response/{secret}", response_url_posts(self._urls, self._record))
        pages.add_routes(site)
        site.cleanup_ctx.append(self._while_serving)
        return site

    # What people do

    async def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Delivery:
        """Uses a shortcut on a message; Slack does not offer it on ephemeral ones."""
        where, message = self._where(user, channel), self.workspace.find(channel, ts)
        trigger, url = self.views.trigger(user), self._response_url(user, channel)
        person = self.workspace.users[user]
        payload = payloads.message_shortcut(person, where, message, callback_id, trigger, url, self.clock())
        return await self._interact(user, payload)

    async def global_shortcut(self, user: str, callback_id: str) -> Delivery:
        """Uses a shortcut that belongs to no message."""
        person, trigger = self.workspace.users[user], self.views.trigger(user)
        payload = payloads.global_shortcut(person, callback_id, trigger, self.clock())
        return await self._interact(user, payload)

    async def slash_command(self, user: str, channel: str, text: str, command: str = "/decline") -> Delivery:
        """Sends a slash command, with known @names turned into references as `should_escape` does."""
        where, person = self._where(user, channel), self.workspace.users[user]
        text = payloads.typed_by_person(text.strip(), self.workspace)
        trigger, url = self.views.trigger(user), self._response_url(user, channel)
        payload = payloads.command(person, where, command, text, trigger, url)
        delivery = await self._courier.command(payload)
        if not delivery.ok:
            reason = delivery.body if delivery.status == 0 else "dispatch_failed"
            failure = f'{command} failed with the error "{reason}"'
            self._record.broke(f"{failure} (status {delivery.status})")
            self.workspace.post(channel, "USLACKBOT", failure, only_for=user)
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
    ) -> Delivery:
        """Presses a button or picks a value in a modal, the home tab or a message."""
        self.fill(where, typed)
        action = hands.press(where, action_id, block_id, value, self.workspace.users)
        person = self.workspace.users[user]
        if isinstance(where, View):
            in_modal = where in self.views.stacks.get(user, [])
            trigger = self.views.trigger(user, in_modal)
            payload = payloads.view_action(person, where, action, trigger, self.clock())
        else:
            conversation, trigger = self._where(user, where.channel), self.views.trigger(user)
            url = self._response_url(user, where.channel, where.ts if where.by_app else None)
            payload = payloads.message_action(person, conversation, where, action, trigger, url, self.clock())
        return await self._interact(user, payload)

    async def submit(self, user: str, typed: dict[str, Any] | None = None) -> Delivery:
        """Sends the view on top, unless Slack's client would see that something is missing."""
        view = self._top(user)
        self.fill(view, typed)
        view.notice = ""
        view.errors = answers.complaints(view, self.language)
        if view.errors:
            return Delivery(0, {"refused": dict(view.errors)}, 0.0)
        person, trigger = self.workspace.users[user], self.views.trigger(user, in_modal=True)
        delivery = await self._courier.interaction(payloads.submission(person, view, trigger))
        if not delivery.ok:
            self._record.broke(f"the modal was not answered (status {delivery.status}, {delivery.body!r})")
            view.notice = "trouble"
        elif not self._try(lambda: answers.apply(self.views, view, delivery.body)):
            view.notice = "trouble"
        return delivery

    async def close(self, user: str, everything: bool = False) -> Delivery:
        """Closes the view on top, or the whole stack as the cross in the corner does."""
        view = self._top(user)
        everything = everything or bool(view.content.get("clear_on_close"))
        if everything:
            view = self.views.stacks[user][0]
            self.views.clear(user)
        else:
            self.views.pop(user)
        if not view.content.get("notify_on_close"):
            return Delivery(0, "not sent", 0.0)
        payload = payloads.closed(self.workspace.users[user], view, everything)
        return await self._interact(user, payload)

    async def open_home(self, user: str, tab: str = "home") -> Delivery:
        """Looks at the app's home tab or its messages tab."""
        channel = self.workspace.app_dm(user).id
        view = self.views.homes.get(user) if tab == "home" else None
        payload = payloads.home_opened(self.workspace.users[user], channel, tab, view, self.clock())
        return await self._tell(payload)

    async def change_language(self, language: str) -> Delivery:
        """Switches the language of this Slack and tells the app that the person's profile has changed."""
        self.speak(language)
        described = profile(self.workspace.users[YOU], language, with_locale=True)
        return await self._tell(payloads.profile_changed(described, self.clock()))

    async def _tell(self, payload: dict[str, Any]) -> Delivery:
        delivery = await self._courier.event(payload)
        if not delivery.ok:
            name = payload["event"]["type"]
            self._record.broke(f"{name} was not answered (status {delivery.status}, {delivery.body!r})")
        return delivery

    # What people see

    def top_view(self, user: str) -> View | None:
        """The modal this person looks at."""
        return self.views.top(user)

    def messages(self, user: str, channel: str) -> list[Message]:
        """What this person sees in a conversation, with what only they see."""
        if user not in self.workspace.conversation(channel).members:
            return []
        return self.workspace.visible(user, channel)

    def app_dm(self, user: str) -> str:
        """The id of the app's DM with somebody."""
        return self.workspace.app_dm(user).id

    def home_view(self, user: str) -> View | None:
        """A person's home tab, to act in."""
        return self.views.homes.get(user)

    def home(self, user: str) -> Json | None:
        """A person's home tab, as Slack describes it."""
        view = self.home_view(user)
        return view.payload() if view else None

    # What happens in the conversations

    def ask_again(self, channel: str) -> Message:
        """The next thing the person of this conversation asks."""
        return self.workspace.ask_again(channel)

    def say(self, user: str, channel: str, text: str, **extra: Any) -> Message:
        """Somebody posts; `text` is as Slack stores it, `extra` goes into the message as it is."""
        if self.workspace.users[user].is_bot:
            extra = {"bot_id": f"B{user[1:]}", **extra}
        else:
            self._where(user, channel)
        return self.workspace.post(channel, user, text, extra=extra)

    def type(self, user: str, channel: str, text: str) -> Message:
        """Somebody posts what they typed in the composer."""
        return self.say(user, channel, payloads.typed_by_person(text, self.workspace))

    def start_over(self) -> None:
        """Empties this Slack back to its first moment; what the app keeps elsewhere stays."""
        self.workspace.start_over()
        self.views.stacks.clear()
        self.views.triggers.clear()

    def speak(self, language: str) -> None:
        """Switches the language of this Slack."""
        if language not in LANGUAGES:
            raise ValueError(f"no such language here: {language}")
        self.workspace.speak(language)

    def fill(self, where: View | Message, typed: dict[str, Any] | None) -> None:
        """Types into a view or message without sending anything; keys are action ids."""
        hands.fill(where, typed or {}, self.workspace.users)

    # Serving

    async def _while_serving(self, _: web.Application) -> AsyncIterator[None]:
        await self._courier.open()
        yield
        await self._courier.close()

    # Applying answers

    async def _interact(self, user: str, payload: Json) -> Delivery:
        delivery = await self._courier.interaction(payload)
        if not delivery.ok:
            self._record.broke(
                f"{payload['type']} was not answered (status {delivery.status}, {delivery.body!r})"
            )
            self.notices[user] = "trouble"
        return delivery

    def _try(self, change: Callable[[], None]) -> bool:
        try:
            change()
        except Refused as refused:
            self._record.refused("answer", refused)
            return False
        return True

    # Finding things

    def _where(self, user: str, channel: str) -> Conversation:
        conversation = self.workspace.conversation(channel)
        if user not in conversation.members:
            raise ValueError(f"{user} is not in {channel}")
        return conversation

    def _top(self, user: str) -> View:
        view = self.views.top(user)
        if view is None:
            raise ValueError(f"{user} has no modal open")
        return view

    def _response_url(self, user: str, channel: str, original: str | None = None) -> str:
        return f"{self.base_url.rstrip('/')}/response/{self._urls.issue(user, channel, original)}"
