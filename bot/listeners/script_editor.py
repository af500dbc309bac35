"""A script of the workspace's own: opened in the editor, tried out, and saved when nothing is wrong."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.added import MOST_SCRIPTS
from bot.listeners import scripts, showing
from bot.stores.away import AwayError
from bot.surfaces import script_editor as surface
from bot.surfaces.script_editor import Edited, Editing, Shown
from bot.surfaces.scripts import language as chosen_language
from bot.trial import Trial, Written, try_out, voices_in, written
from bot.workspace import Change

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.added import Added
    from bot.desk import Desk
    from bot.localization import Language
    from bot.records import Author
    from bot.texts import Texts
    from bot.workspace import Workspace

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
_ATTEMPTS = 3


async def opened(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Open a script in the place of the list: a new one, one of the workspace's, or one that ships."""
    await desk.needs_admin(client, author)
    setting = await desk.setting(client, author)
    action, added = body["actions"][0], await _added(desk, desk.workspace)
    new = action["action_id"] == ids.SCRIPT_ADD
    script_id = "" if new else str((action.get("selected_option") or action).get("value") or "")
    language = chosen_language(body["view"], desk.languages) or setting.say.code
    texts = desk.scripts.skeleton if new else added.texts.get(script_id) or _shipped(desk, script_id)
    editing = Editing(script_id, language, new, added.mark(script_id))
    if texts:
        shown = _shown(desk, added, editing, written(texts, language))
        view = surface.build(shown, setting.say, desk.languages)
    else:  # taken away by somebody else
        view = await scripts.view(desk, client, author, language=language, admin=True)
    await showing.update(client, body["view"]["id"], view, body["view"]["hash"])
    await ack()


async def preview(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Try out what is written, and show how it reads or what is wrong with it."""
    await desk.needs_admin(client, author)
    setting = await desk.setting(client, author)
    edited, added = surface.read(body["view"]), await _added(desk, desk.workspace)
    trial = await _tried(desk, added, edited)
    shown = _shown(desk, added, replace(edited.editing, told=""), edited.written, trial)
    view = surface.build(shown, setting.say, desk.languages)
    await showing.update(client, body["view"]["id"], view, body["view"]["hash"])
    await ack()


async def save(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Save a script that nothing is wrong with; where there are doubts, when it is sent once more."""
    await desk.needs_admin(client, author)
    setting = await desk.setting(client, author)
    edited, added = surface.read(view), await _added(desk, desk.workspace)
    editing, say = edited.editing, setting.say
    trial = await _tried(desk, added, edited)
    errors = _misnamed(desk, added, editing, say) or surface.errors(trial.problems, edited, say)
    if errors:
        await ack(response_action="errors", errors=errors)
        return
    told = trial.texts.mark + added.mark(editing.script_id)
    elsewhere = added.mark(editing.script_id) not in {editing.seen, trial.texts.mark}
    doubtful = (elsewhere or trial.weak) and editing.told != told
    kept = not trial.problems and not doubtful and await _keep(desk, author, editing, trial.texts, added)
    if kept:
        shown = await scripts.view(desk, client, author, done="saved", language=editing.language, admin=True)
    else:
        doubts = [say("editor.elsewhere")] if elsewhere or not doubtful else []
        editing = replace(editing, told=told if doubtful else "")
        drawn = replace(_shown(desk, added, editing, edited.written, trial), doubts=doubts, sent=True)
        shown = surface.build(drawn, say, desk.languages)
    await ack(response_action="update", view=shown)


async def _keep(desk: Desk, author: Author, editing: Editing, texts: Texts, seen: Added) -> bool:
    """Save, and note who did, unless it is so already; False when it has changed while this was going on."""
    for _ in range(_ATTEMPTS):
        workspace = await desk.workspaces.read(author.tenant)
        added = await _added(desk, workspace)
        if added.texts.get(editing.script_id) == texts:
            return True
        if added.mark(editing.script_id) != seen.mark(editing.script_id):
            return False
        change = Change(author.user, f"script:{editing.script_id}", time.time())
        if await desk.workspaces.keep_script(
            author.tenant, editing.script_id, texts.to_json(), change, workspace.revision
        ):
            return True
    return False


async def _added(desk: Desk, workspace: Workspace) -> Added:
    """The workspace's scripts as they are now, or none of this."""
    added = await desk.scripts.of(workspace)
    if workspace.away or added.revision != workspace.revision:
        raise AwayError
    return added


async def _tried(desk: Desk, added: Added, edited: Edited) -> Trial:
    editing = edited.editing
    before = added.texts.get(editing.script_id) or _shipped(desk, editing.script_id)
    return await asyncio.to_thread(
        try_out, editing.script_id, edited.written, editing.language, before, desk.lint
    )


def _shipped(desk: Desk, script_id: str) -> Texts | None:
    script = desk.scripts.builtin.get(script_id)
    return script.texts if script else None


def _shown(desk: Desk, added: Added, editing: Editing, text: Written, trial: Trial | None = None) -> Shown:
    shipped = None if editing.new else desk.scripts.builtin.get(editing.script_id)
    script = added.scripts.get(editing.script_id) or shipped
    title = script.about(editing.language).title if script else ""
    voices = (trial.voices if trial else ()) or voices_in(text)
    return Shown(editing, text, voices, title, shipped is not None, trial)


def _misnamed(desk: Desk, added: Added, editing: Editing, say: Language) -> dict[str, str]:
    """What is wrong with the name of a new script."""
    if not _ID.fullmatch(editing.script_id):
        return {ids.SCRIPT_ID if editing.new else ids.FACTS: say("editor.id_hint")}
    if editing.new and (editing.script_id in desk.scripts.builtin or editing.script_id in added.problems):
        return {ids.SCRIPT_ID: say("editor.id_taken")}
    if editing.script_id not in added.problems and len(added.problems) >= MOST_SCRIPTS:
        return {ids.FACTS: say("scripts.full", n=MOST_SCRIPTS)}
    return {}
