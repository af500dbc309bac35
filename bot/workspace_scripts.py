"""The scripts that workspaces add: read when they have changed, and compiled once in each worker."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

import structlog

from bot.added import Added
from bot.catalogue import Catalogue, Script, whole_script
from bot.stores.away import AwayError
from bot.texts import FACTS, BrokenError, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.stores.workspaces import Workspaces
    from bot.workspace import Workspace

_MOST_HELD = 4_000_000
"""Characters of sources that a worker holds compiled, of all workspaces together."""

_log = structlog.get_logger()


class WorkspaceScripts:
    """What one worker knows of the scripts of all workspaces; the latest used are held.

    `skeleton` is what a new script starts from.
    """

    def __init__(self, builtin: Catalogue, skeleton: Texts, workspaces: Workspaces) -> None:
        self._builtin = Added(builtin)
        self.skeleton = skeleton
        self._workspaces = workspaces
        self._held: OrderedDict[str, Added] = OrderedDict()

    @property
    def builtin(self) -> Catalogue:
        """The scripts that ship with the app."""
        return self._builtin.catalogue

    async def of(self, workspace: Workspace) -> Added:
        """A workspace's own scripts; while Redis is away, as this worker last saw them."""
        held = self._held.get(workspace.tenant)
        if not workspace.revision:
            self._held.pop(workspace.tenant, None)
            return self._builtin
        if workspace.away or (held and held.revision == workspace.revision):
            return held or self._builtin
        try:
            stored = await self._workspaces.scripts(workspace.tenant)
        except AwayError:
            return held or self._builtin
        added = await asyncio.to_thread(self._compiled, workspace, stored, held or self._builtin)
        self._hold(workspace.tenant, added)
        return added

    def _hold(self, tenant: str, added: Added) -> None:
        self._held[tenant] = added
        self._held.move_to_end(tenant)
        size = sum(one.size for one in self._held.values())
        while size > _MOST_HELD and len(self._held) > 1:
            size -= self._held.popitem(last=False)[1].size

    def _compiled(self, workspace: Workspace, stored: Mapping[str, bytes], held: Added) -> Added:
        """Compile what has changed; what this version of the app cannot read is left out."""
        texts: dict[str, Texts] = {}
        scripts: dict[str, Script] = {}
        problems: dict[str, tuple[BrokenError, ...]] = {}
        for script_id in sorted(stored):
            try:
                texts[script_id] = Texts.from_json(stored[script_id])
                if held.texts.get(script_id) == texts[script_id] and script_id in held.scripts:
                    scripts[script_id] = held.scripts[script_id]
                    problems[script_id] = held.problems[script_id]
                else:
                    scripts[script_id], problems[script_id] = whole_script(script_id, texts[script_id])
            except BrokenError as error:
                problems[script_id] = (error,)
                _log.error("script left out", tenant=workspace.tenant, script=script_id)
            except ValueError:
                problems[script_id] = (BrokenError(FACTS, 0, "this cannot be read any more"),)
                _log.error("script left out", tenant=workspace.tenant, script=script_id)
        catalogue = self.builtin.over(scripts.values())
        return Added(catalogue, texts, scripts, problems, workspace.revision)
