"""The app manifest says what the code does, within Slack's limits; and Slack's own CLI can use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from slack_bolt.app.async_app import AsyncApp
from typer.testing import CliRunner

from bot import ids
from bot.cli import app
from bot.config import Config
from bot.listeners import register
from bot.manifest import manifest
from bot.permissions import SCOPES
from tests.manifest_limits import LIMITS
from tests.test_architecture import APP, attributes

ROOT = Path(__file__).parents[1]
URL = "https://decline.example.com"
OVER_HTTP, IN_SOCKET_MODE = manifest(URL), manifest(socket_mode=True)
BOTH = pytest.mark.parametrize("made", [OVER_HTTP, IN_SOCKET_MODE], ids=["http", "socket"])


class Registered(AsyncApp):
    """A Bolt app that notes what is registered with it."""

    def __init__(self) -> None:
        self.asked: dict[str, set[Any]] = {"command": set(), "shortcut": set(), "event": set()}

        async def nobody() -> None:
            return None

        super().__init__(signing_secret="secret", authorize=nobody, process_before_response=True)
        register(self)

    def command(self, command, *rest, **more):
        """Note a command."""
        self.asked["command"].add(command)
        return super().command(command, *rest, **more)

    def shortcut(self, constraints, *rest, **more):
        """Note a shortcut."""
        self.asked["shortcut"].add(constraints)
        return super().shortcut(constraints, *rest, **more)

    def event(self, event, *rest, **more):
        """Note an event."""
        self.asked["event"].add(event)
        return super().event(event, *rest, **more)


@pytest.fixture(scope="module")
def registered() -> dict[str, set[Any]]:
    """What the routing table asks of Slack."""
    return Registered().asked


def addresses(made: Any) -> list[str]:
    """Every address anywhere in a manifest."""
    if isinstance(made, dict):
        return [found for one in made.values() for found in addresses(one)]
    if isinstance(made, list):
        return [found for one in made for found in addresses(one)]
    return [made] if isinstance(made, str) and "://" in made else []


# what it says


@BOTH
def test_it_keeps_to_the_limits(made: dict[str, Any]):
    """Every field exists, has its length, and nothing that is required is missing."""
    assert [error.message for error in Draft7Validator(LIMITS).iter_errors(made)] == []


@BOTH
def test_the_short_description_is_short(made: dict[str, Any]):
    """Slack recommends ten words at most."""
    assert len(made["display_information"]["description"].split()) <= 10


@BOTH
def test_commands_and_shortcuts_are_those_that_are_registered(made: dict[str, Any], registered):
    """What a menu offers is answered, and what is answered is offered."""
    features = made["features"]

    assert {one["command"] for one in features["slash_commands"]} == registered["command"]
    assert {one["callback_id"] for one in features["shortcuts"]} == registered["shortcut"]
    assert {one["type"]: one["callback_id"] for one in features["shortcuts"]} == {
        "message": ids.MESSAGE_SHORTCUT,
        "global": ids.GLOBAL_SHORTCUT,
    }


@BOTH
def test_events_are_those_that_are_registered(made: dict[str, Any], registered):
    """Slack tells what the app listens to, and no more."""
    subscribed = {*made["settings"]["event_subscriptions"]["bot_events"]}

    assert registered["event"] == subscribed


@BOTH
def test_scopes_are_those_that_are_used(made: dict[str, Any]):
    """Each scope has a use in the code, and each use its scope (https://docs.slack.dev/reference/scopes)."""
    needs = {"chat_postMessage": "chat:write", "users_info": "users:read"}
    called = {node.attr for _, node in attributes(*APP)} & {*needs}
    used = {"commands"} | {needs[method] for method in called}

    assert {*made["oauth_config"]["scopes"]["bot"]} == {*SCOPES} == used


@BOTH
def test_a_command_names_people_by_their_id(made: dict[str, Any]):
    """Without escaping, `/decline @ana` would hold a name that may be anybody's."""
    assert [one["should_escape"] for one in made["features"]["slash_commands"]] == [True]


@BOTH
def test_home_is_on_and_nobody_can_write_to_the_app(made: dict[str, Any]):
    """The app's own conversation shows drafts and takes no messages, which it would not answer."""
    assert made["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


def test_over_http_slack_is_given_the_two_addresses_of_the_app():
    """Requests go to one address, people come back from an installation at the other."""
    assert OVER_HTTP["settings"]["socket_mode_enabled"] is False
    assert OVER_HTTP["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]
    assert sorted(addresses(OVER_HTTP)) == [f"{URL}/slack/events"] * 3 + [f"{URL}/slack/oauth_redirect"]


def test_in_socket_mode_there_is_no_address():
    """Slack would refuse or ignore one."""
    assert IN_SOCKET_MODE["settings"]["socket_mode_enabled"] is True
    assert addresses(IN_SOCKET_MODE) == []
    assert "redirect_urls" not in IN_SOCKET_MODE["oauth_config"]


# on the command line


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An empty folder to be in, and none of the settings."""
    for name in Config.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--url", URL], OVER_HTTP),
        (["--url", f"{URL}/"], OVER_HTTP),
        (["--socket-mode"], IN_SOCKET_MODE),
    ],
)
def test_it_is_printed(nothing_set: pytest.MonkeyPatch, arguments: list[str], expected: dict[str, Any]):
    """Stdout has the manifest, indented, and nothing else; no setting is needed."""
    done = CliRunner().invoke(app, ["manifest", *arguments])

    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout) == expected
    assert done.stdout.startswith('{\n  "_metadata": {\n    "')


def test_the_address_may_come_from_the_settings(nothing_set: pytest.MonkeyPatch):
    """Whoever has set PUBLIC_URL need not repeat it, and Socket Mode leaves it out."""
    nothing_set.setenv("PUBLIC_URL", URL)

    assert json.loads(CliRunner().invoke(app, ["manifest"]).stdout) == OVER_HTTP
    assert json.loads(CliRunner().invoke(app, ["manifest", "--socket-mode"]).stdout) == IN_SOCKET_MODE


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        ([], {}, "give --url https://"),
        ([], {"PUBLIC_URL": "http://localhost:3000"}, "PUBLIC_URL: must be the app's public https"),
        ([], {"PUBLIC_URL": "decline.example.com"}, "PUBLIC_URL: "),
        (["--url", "http://decline.example.com"], {}, "--url: must be the app's public https"),
        (["--url", f"{URL}/app"], {}, "--url: must be the app's public https"),
        (["--url", f"{URL}?a=b"], {}, "--url: must be the app's public https"),
        (["--url", "https://me@decline.example.com"], {}, "--url: must be the app's public https"),
        (["--url", "https://two words"], {}, "--url: must be the app's public https"),
        (["--url", "https://"], {}, "--url: must be the app's public https"),
        (["--url", URL, "--socket-mode"], {}, "--url and --socket-mode do not go together"),
    ],
)
def test_an_address_that_slack_cannot_use_is_refused(
    nothing_set: pytest.MonkeyPatch, arguments: list[str], environment: dict[str, str], says: str
):
    """The exit code is 2, one sentence says why, and nothing is printed that could be uploaded."""
    for name, value in environment.items():
        nothing_set.setenv(name, value)

    done = CliRunner().invoke(app, ["manifest", *arguments])

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == 1


# Slack's own CLI: what it runs, as it runs it (https://docs.slack.dev/tools/slack-cli/reference/hooks)


def hook(command: str, *arguments: str, folder: Path = ROOT, **environment: str):
    """Run a hook in the shell, as the Slack CLI does, with the project's Python first."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}
    first = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        ["sh", "-c", " ".join([command, *arguments])],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=kept | first | environment,
    )


@pytest.fixture(scope="module")
def hooks() -> dict[str, str]:
    """The command of every hook: the project's own go before those of the library."""
    own = json.loads((ROOT / ".slack/hooks.json").read_text(encoding="utf-8"))["hooks"]
    told = json.loads(hook(own["get-hooks"]).stdout)

    assert told["config"]["sdk-managed-connection-enabled"] is True
    return told["hooks"] | own


def test_the_development_manifest_is_what_the_code_makes():
    """`manifest.json` is written by `python -m bot manifest --socket-mode > manifest.json`."""
    kept = (ROOT / "manifest.json").read_text(encoding="utf-8")

    assert kept == CliRunner().invoke(app, ["manifest", "--socket-mode"]).stdout


def test_the_slack_cli_finds_the_manifest(hooks: dict[str, str]):
    """Between the boundaries that it asks for, it reads the development manifest."""
    done = hook(hooks["get-manifest"], "--protocol=message-boundaries", "--boundary=xyz")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout.strip().removeprefix("xyz").removesuffix("xyz")) == IN_SOCKET_MODE


def test_the_slack_cli_takes_the_manifest_from_the_project():
    """Otherwise a change to the code would not reach the app that it makes."""
    assert json.loads((ROOT / ".slack/config.json").read_text(encoding="utf-8")) == {
        "manifest": {"source": "local"}
    }


def test_the_slack_cli_starts_the_app_in_socket_mode(hooks: dict[str, str]):
    """`slack run` starts this app's own command; no file of the library is in between."""
    command = hooks["start"]
    inside = hook(f"{command} --help")

    assert command == "python3 -m bot socket"
    assert "Usage: decline socket" in inside.stdout


def test_the_tokens_of_the_slack_cli_are_the_app_s_own(tmp_path: Path):
    """It gives them by the names that the settings have, and they go before a file with others."""
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nSLACK_APP_TOKEN=\n", encoding="utf-8")
    given = {
        "SLACK_BOT_TOKEN": "xoxb-cli",
        "SLACK_APP_TOKEN": "xapp-cli",
        "SLACK_CLI_XOXB": "xoxb-cli",
        "SLACK_CLI_XAPP": "xapp-cli",
    }
    shows = (
        "from bot.config import Config; c = Config();"
        " print(c.slack_bot_token.get_secret_value(), c.slack_app_token.get_secret_value(), c.connected)"
    )

    done = hook(f'python3 -c "{shows}"', folder=tmp_path, **given)

    assert (done.stdout, done.stderr) == ("xoxb-cli xapp-cli True\n", "")
