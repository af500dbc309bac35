"""Modals, home tabs and the triggers that allow opening them."""

import secrets
from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass, field

from bot.playground.cast import APP, Team
from bot.playground.conversations import new_id, with_ids
from bot.playground.inputs import Typed, first_values, kept_values, state
from bot.playground.rules import Refused, check_view
from bot.playground.schema import Json

TRIGGER_SECONDS = 3
STACK = 3


@dataclass
class View:
    """A modal or a home tab as it stands, with what the person typed in it."""

    id: str
    team: Team
    user: str
    content: Json
    root: str
    previous: str | None = None
    hash: str = ""
    typed: Typed = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""

    @property
    def blocks(self) -> list[Json]:
        """The blocks, with every id filled in."""
        return list(self.content["blocks"])

    @property
    def callback_id(self) -> str:
        """What the app calls this view."""
        return str(self.content.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the app keeps in this view for itself."""
        return str(self.content.get("private_metadata", ""))

    def payload(self, org_wide: bool = False) -> Json:
        """The view as Slack describes it to an app that is in the workspace, or in its whole organisation."""
        org = self.team.enterprise
        empty = {"callback_id": "", "private_metadata": "", "external_id": "", "submit": None, "close": None}
        flags = {"clear_on_close": False, "notify_on_close": False}
        return {
            **empty,
            **flags,
            "title": {"type": "plain_text", "text": "View Title", "emoji": True},
            **deepcopy(self.content),
            "id": self.id,
            "team_id": self.team.id,
            "app_id": APP,
            "app_installed_team_id": org.id if org and org_wide else self.team.id,
            "bot_id": self.team.bot,
            "hash": self.hash,
            "state": state(self.blocks, self.typed),
            "previous_view_id": self.previous,
            "root_view_id": self.root,
        }


@dataclass
class Trigger:
    """Leave to open one view, for three seconds."""

    user: str
    issued: float
    in_modal: bool
    used: bool = False


class Views:
    """Whose modal shows what, three deep at most."""

    def __init__(self, clock: Callable[[], float], team_of: Callable[[str], Team]) -> None:
        self._clock = clock
        self._team_of = team_of
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}

    def trigger(self, user: str, in_modal: bool = False) -> str:
        """A fresh trigger_id for something this person did."""
        trigger_id = f"{new_id('', 12)}.{new_id('', 12)}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(user, self._clock(), in_modal)
        return trigger_id

    def top(self, user: str) -> View | None:
        """The view this person looks at."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def open(self, teams: Collection[Team], trigger_id: str, content: Json) -> View:
        """views.open: a new stack, or one more view when the trigger came from a modal."""
        check_view(content, "modal")
        trigger = self._redeemable(teams, trigger_id)
        onto = self.stacks.get(trigger.user, []) if trigger.in_modal else []
        return self._show(trigger, content, onto)

    def push(self, teams: Collection[Team], trigger_id: str, content: Json) -> View:
        """views.push: one more view on the stack the trigger came from."""
        check_view(content, "modal")
        trigger = self._redeemable(teams, trigger_id)
        if not trigger.in_modal or not self.stacks.get(trigger.user):
            raise Refused("not_found", ["[ERROR] views.push needs a trigger_id from an open modal"])
        return self._show(trigger, content, self.stacks[trigger.user])

    def update(self, view: View, content: Json, hash_: str = "") -> View:
        """views.update: new content, while what was typed stays where both ids stayed."""
        check_view(content, "home" if view.content["type"] == "home" else "modal")
        if hash_ and hash_ != view.hash:
            raise Refused("hash_conflict")
        self.rewrite(view, content)
        return view

    def find(self, teams: Collection[Team], view_id: str = "", external_id: str = "") -> View:
        """A view in one of some workspaces, by either of its ids."""
        for view in self._all():
            named = view.id == view_id or (external_id and view.content.get("external_id") == external_id)
            if named and view.team in teams:
                return view
        raise Refused("not_found")

    def publish(self, user: str, content: Json, hash_: str = "") -> View:
        """views.publish: a person's home tab."""
        check_view(content, "home")
        old = self.homes.get(user)
        if hash_ and old and hash_ != old.hash:
            raise Refused("hash_conflict")
        view = old or self._new(user, content)
        self.rewrite(view, content)
        self.homes[user] = view
        return view

    def add(self, user: str, content: Json) -> View:
        """Puts one more view on a person's stack."""
        stack = self.stacks.setdefault(user, [])
        if len(stack) >= STACK:
            raise Refused("push_limit_reached", [f"[ERROR] limit is {STACK}"])
        view = self._new(user, content)
        if stack:
            view.root, view.previous = stack[0].root, stack[-1].id
        stack.append(view)
        self.rewrite(view, content)
        return view

    def rewrite(self, view: View, content: Json) -> None:
        """Gives a view new content and a new hash."""
        external_id = content.get("external_id")
        here = [each for each in self._all() if each.team == view.team and each is not view]
        others = [each.content.get("external_id") for each in here]
        if external_id and external_id in others:
            raise Refused("duplicate_external_id")
        old = view.blocks
        view.content = {**deepcopy(content), "blocks": with_ids(content["blocks"])}
        view.typed = kept_values(old, view.typed, view.blocks) if view.hash else first_values(view.blocks)
        view.hash = f"{int(self._clock())}.{secrets.token_hex(4)}"
        view.errors, view.notice = {}, ""

    def pop(self, user: str) -> None:
        """Closes the view on top."""
        self.stacks[user].pop()

    def clear(self, user: str) -> None:
        """Closes every view."""
        self.stacks[user] = []

    def _show(self, trigger: Trigger, content: Json, onto: list[View]) -> View:
        before = self.stacks.get(trigger.user, [])
        self.stacks[trigger.user] = onto
        try:
            view = self.add(trigger.user, content)
        except Refused:
            self.stacks[trigger.user] = before
            raise
        trigger.used = True
        return view

    def _redeemable(self, teams: Collection[Team], trigger_id: str) -> Trigger:
        trigger = self.triggers.get(trigger_id)
        if trigger is None or self._team_of(trigger.user) not in teams:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._clock() - trigger.issued > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        return trigger

    def _new(self, user: str, content: Json) -> View:
        view_id = new_id("V")
        return View(view_id, self._team_of(user), user, {**content, "blocks": []}, root=view_id)

    def _all(self) -> list[View]:
        return [view for stack in self.stacks.values() for view in stack] + list(self.homes.values())
