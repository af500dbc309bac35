"""How the code hangs together: imports point inward, one way out, one table of what Slack can ask."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.listeners import register, trouble

ROOT = Path(__file__).parents[1]
BOT = ROOT / "bot"
LONGEST_MODULE = 300
CORE = (
    *("facts", "texts", "grammar", "catalogue", "voices", "wordings", "drafting", "filling", "ladder"),
    *("contradiction", "lint", "review", "inspection", "trial", "proposal", "offer", "own", "added"),
    *("records", "reminding", "localization", "workspace"),
)
PLAYGROUND = "bot.playground"


def _modules() -> dict[str, ast.Module]:
    parsed = {}
    for path in sorted(BOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        parsed[name] = ast.parse(path.read_text(encoding="utf-8"))
    return parsed


MODULES = _modules()
SURFACES = [name for name in MODULES if name.startswith("bot.surfaces")]
APP = [name for name in MODULES if not name.startswith(PLAYGROUND)]
"""All but the playground, which is a stand-in for Slack and no part of what is deployed behind it."""


def imported(module: str) -> set[str]:
    """Every module that a module imports, also for its types only, with what it takes from it."""
    names = set()
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def among(names: set[str], *packages: str) -> set[str]:
    """Those names that are one of the packages, or inside it."""
    return {name for name in names if any(name == one or name.startswith(f"{one}.") for one in packages)}


def attributes(*modules: str) -> Iterator[tuple[str, ast.Attribute]]:
    """Every `….name` in these modules, with the module."""
    for module in modules:
        for node in ast.walk(MODULES[module]):
            if isinstance(node, ast.Attribute):
                yield module, node


# who imports whom


@pytest.mark.parametrize("module", SURFACES)
def test_a_surface_imports_nothing_that_acts(module: str):
    """What draws knows no client, no store, no environment and no listener."""
    acting = among(
        imported(module),
        *("slack_bolt", "slack_sdk.web", "slack_sdk.webhook", "aiohttp", "redis", "os", "asyncio"),
        *("bot.stores", "bot.config", "bot.listeners", "bot.desk", "bot.delivery", "bot.app", "bot.web"),
    )

    assert acting == set()


@pytest.mark.parametrize("module", [f"bot.{name}" for name in CORE])
def test_the_core_imports_neither_slack_nor_storage(module: str):
    """Scripts, drafts and the ladder work without a server or a workspace."""
    outward = among(
        imported(module),
        *("slack_bolt", "slack_sdk", "aiohttp", "redis", "gunicorn", "os", "asyncio"),
        *("bot.listeners", "bot.surfaces", "bot.stores", "bot.web", "bot.desk", "bot.delivery"),
        *("bot.config", "bot.app", "bot.ids", PLAYGROUND),
    )

    assert outward == set()


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("bot.stores")])
def test_a_store_knows_nothing_of_slack(module: str):
    """What is kept does not depend on where it is shown; installations implement Bolt's own interfaces."""
    outward = among(
        imported(module), "slack_bolt", "slack_sdk", "aiohttp", "bot.listeners", "bot.surfaces", "bot.web"
    )
    if module == "bot.stores.installations":
        outward -= among(outward, "slack_sdk.oauth")

    assert outward == set()


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith(PLAYGROUND)])
def test_the_playground_shares_nothing_with_the_app(module: str):
    """A stand-in that used the app's own code would agree with its mistakes."""
    shared = {name for name in among(imported(module), "bot") if not among({name}, PLAYGROUND, "bot.paths")}

    assert shared == set()


def test_nobody_imports_from_the_command_line():
    """Only the entry uses it, and only commands use the commands for words."""
    assert {name for name in MODULES if among(imported(name), "bot.cli")} == {"bot.__main__"}
    assert {name for name in MODULES if among(imported(name), "bot.cli_words")} == {
        *("bot.cli", "bot.cli_data", "bot.cli_keys"),
    }


def test_notes_never_get_near_a_draft():
    """What an author noted of somebody is read by the store and by the panel beside a draft, and no more.

    A person's own modal has the panel's inputs.
    """
    readers = {module for module, node in attributes(*APP) if node.attr == "notes"}
    makers = {module for module in MODULES if among(imported(module), "bot.records.Notes")}

    assert readers == {"bot.surfaces.beside"}
    assert makers == {
        *("bot.stores.belongings", "bot.stores.history", "bot.stores.shelves"),
        *("bot.surfaces.beside", "bot.surfaces.person"),
    }


def test_only_a_script_s_own_wordings_are_rendered():
    """What people wrote is never made into a template: two modules make one, from the files of a script."""
    makers = {module for module, node in attributes(*APP) if node.attr == "from_string"}

    assert makers == {"bot.texts", "bot.proposal"}


def test_no_store_queues_a_transaction():
    """On a cluster redis-py stops the worker for each command of one: scripts do the same in one command."""
    asked = {
        module
        for module in APP
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("pipeline")
        and [ast.unparse(one) for one in node.keywords] != ["transaction=False"]
    }

    assert asked == set()


STORES = {"History", "Workspaces", "Departure", "Installations", "States", "Belongings", "Links", "Reminders"}


def test_only_the_composition_root_and_what_is_run_beside_it_make_a_store():
    """Everybody else is given one."""
    makers = {
        (module, node.func.id)
        for module in APP
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in STORES
    }

    assert makers == {
        *((("bot.app", one)) for one in STORES),
        ("bot.stores.reminders", "Reminders"),
        ("bot.checks", "History"),
        *(("bot.cli_data", one) for one in ("Belongings", "Departure", "Workspaces")),
        ("bot.stores.history", "History"),
    }


def test_only_the_configuration_reads_the_environment():
    """No other module looks at a variable."""
    readers = {
        module
        for module, node in attributes(*MODULES)
        if node.attr in {"environ", "environb", "getenv", "getenvb", "putenv"}
    }
    readers |= {
        module
        for module in MODULES
        if among(imported(module), "os.environ", "os.getenv", "pydantic_settings", "dotenv")
    }

    assert readers == {"bot.config"}


# the one way out


def test_only_the_delivery_posts():
    """Nothing else calls a method that writes in a conversation, or has a webhook."""
    posting = {(module, node.attr) for module, node in attributes(*APP) if node.attr.startswith("chat_")}
    webhooks = {module for module in APP if among(imported(module), "slack_sdk.webhook")}
    asking = {
        module
        for module in APP
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("session.post")
    }

    assert posting == {
        ("bot.delivery", one)
        for one in ("chat_postMessage", "chat_scheduleMessage", "chat_deleteScheduledMessage")
    }
    assert webhooks == set()
    assert asking == {"bot.delivery"}


def test_slack_is_asked_for_these_methods_and_no_other():
    """No method that reads or writes a conversation is called, by its name or as a string."""
    called = {
        node.attr
        for _, node in attributes(*APP)
        if isinstance(node.value, ast.Name) and node.value.id == "client"
    }

    assert called == {
        *("auth_test", "chat_postMessage", "oauth_v2_access", "users_info"),
        *("chat_scheduleMessage", "chat_deleteScheduledMessage"),
        *("views_open", "views_publish", "views_push", "views_update"),
    }
    assert {module for module, node in attributes(*APP) if node.attr == "api_call"} == set()


def test_nothing_is_ever_for_a_channel():
    """No answer to Slack says `in_channel`, and each that says for whom it is says `ephemeral`."""
    said = set()
    for module in APP:
        for node in ast.walk(MODULES[module]):
            if isinstance(node, ast.Constant):
                assert node.value != "in_channel", module
            if isinstance(node, ast.Dict):
                said |= {
                    ast.unparse(value)
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant) and key.value == "response_type"
                }

    assert said == {"'ephemeral'"}


# listeners


@pytest.fixture
def registered() -> AsyncApp:
    """An app with all that Slack can ask of it."""

    async def nobody() -> None:
        return None

    made = AsyncApp(signing_secret="secret", authorize=nobody, process_before_response=True)
    register(made)
    return made


PROVIDED = {*AsyncArgs.__annotations__} - {"next", "next_"} | {"desk", "author"}
"""What Bolt gives a listener by name, and what our own middleware adds."""

PUBLIC = {"say", "say_stream", "respond", "set_status", "set_title", "set_suggested_prompts"}
"""Bolt's ways of answering where others may read it."""


def test_every_parameter_of_a_listener_is_provided(registered: AsyncApp):
    """Bolt gives None for a name that it does not know, so none may be mistyped."""
    unknown = {
        (listener.ack_function.__name__, name)
        for listener in registered._async_listeners
        for name in listener.arg_names
        if name not in PROVIDED
    }

    assert len(registered._async_listeners) >= 15
    assert unknown == set()


def test_no_listener_has_a_way_to_answer_in_public(registered: AsyncApp):
    """Bolt's `say` and `respond` are never asked for, nor taken from the context."""
    asked = {name for listener in registered._async_listeners for name in listener.arg_names}
    taken = {
        node.attr
        for _, node in attributes(*APP)
        if isinstance(node.value, ast.Name) and node.value.id == "context"
    }

    assert asked & PUBLIC == set()
    assert taken & PUBLIC == set()


def test_every_listener_is_held_to_the_deadline(registered: AsyncApp):
    """Each is wrapped on registration."""
    free = [
        listener.ack_function.__name__
        for listener in registered._async_listeners
        if not hasattr(listener.ack_function, "__wrapped__")
    ]

    assert free == []


def test_every_parameter_of_the_error_handler_is_provided():
    """The same holds for what explains an error."""
    assert set(inspect.signature(trouble.explain).parameters) <= PROVIDED | {"error"}


def test_listeners_are_registered_in_one_place():
    """The table in `bot.listeners` is the whole of what Slack can ask."""
    kinds = {"action", "shortcut", "command", "view", "event", "options", "message", "middleware", "error"}
    registrars = {
        module
        for module, node in attributes(*APP)
        if isinstance(node.value, ast.Name) and node.value.id == "app" and node.attr in kinds
    }

    assert registrars - {"bot.cli"} == {"bot.listeners"}


def test_no_listener_catches_everything():
    """What is not expected goes to the one place that explains it; what gets past that ends at the door."""
    broad = [
        module
        for module in APP
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]

    assert broad == ["bot.web.headers", "bot.web.site"]


# size, and what is left around


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_read_in_one_sitting(module: str):
    """None grows past what one reads at once."""
    path = ROOT.joinpath(*module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    lines = source.read_text(encoding="utf-8").count("\n")

    assert lines <= LONGEST_MODULE


def _files() -> Iterator[tuple[Path, str]]:
    """Every text file of the repository, but what git ignores."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()}
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        if path.is_file() and not ({*inside.parts, *inside.parents} & {*ignored, ".git"}):
            try:
                yield inside, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_the_repository_says_nothing_of_where_it_was_made():
    """No file names a folder or a package index of the machine it was written on."""
    workshop = re.compile(r"/wor[k]/|share[d]/|pyp[i]\.|pythonhoste[d]")

    assert {str(path): found[0] for path, text in _files() if (found := workshop.search(text))} == {}


@pytest.mark.parametrize("name", ["run", "dev"])
def test_requirements_are_packages_with_hashes(name: str):
    """A lock file has pinned packages, their hashes and comments: no address, no option."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    line = re.compile(r"[a-z0-9-]+==[^ ]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    #.*|#.*|")

    assert [one for one in text.splitlines() if not line.fullmatch(one)] == []
    assert "://" not in text
