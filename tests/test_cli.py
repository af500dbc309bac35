"""The command line: a text on stdout, everything else on stderr, and an exit code that tells them apart."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import time
import tomllib
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from bot.catalogue import Catalogue
from bot.cli import app
from bot.config import Config
from bot.drafting import Request, compose
from bot.lint import Lint
from bot.localization import Languages
from bot.paths import TEMPLATES
from bot.proposal import envelope
from bot.stores.embedded import EmbeddedServer
from bot.stores.encryption import new_key
from tests.texts import CATALOGUE, LANGUAGES, LINT, filled_in

ROOT = Path(__file__).parents[1]
IDS = list(CATALOGUE.scripts)
CONNECTED = {
    "SLACK_BOT_TOKEN": "xoxb-the-token",
    "SLACK_SIGNING_SECRET": "the-secret",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
}


LOADED = {
    "Catalogue": lambda folder: CATALOGUE if folder == TEMPLATES / "scripts" else Catalogue.load(folder),
    "Languages": functools.cache(Languages.load),
    "Lint": functools.cache(Lint.load),
}


@pytest.fixture(autouse=True)
def words_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the words takes a second and they never change: all commands in this process share them."""
    for name, load in LOADED.items():
        monkeypatch.setattr(f"bot.cli_words.{name}", SimpleNamespace(load=load))


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An empty folder to be in, and none of the settings."""
    for name in Config.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def draft(*arguments: str) -> Result:
    """`decline draft …`, in this process."""
    return CliRunner().invoke(app, ["draft", *arguments])


def lint(text: str, *arguments: str) -> Result:
    """`… | decline lint …`, in this process."""
    return CliRunner().invoke(app, ["lint", *arguments], input=text)


def scripts(*arguments: str) -> Result:
    """`decline scripts …`, in this process."""
    return CliRunner().invoke(app, ["scripts", *arguments])


def decline(
    folder: Path,
    *arguments: str,
    start: tuple[str, ...] = ("-m", "bot"),
    given: str = "",
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """`decline …` in a process of its own, in a folder where nothing is set."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Config.model_fields}
    return subprocess.run(
        [sys.executable, *start, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment},
    )


# draft


def test_a_draft_is_all_there_is_on_stdout(tmp_path: Path):
    """What is printed can be piped into anything: it is the text and a line's end."""
    done = decline(tmp_path, "draft", "decline_polite", "--set", "name=Ana", "--set", "request=the reference")
    request = Request(
        CATALOGUE["decline_polite"], "en", "Ana", _today(), details={"request": "the reference"}
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{compose(request).text}\n"


def _today() -> date:
    return date.today()  # noqa: DTZ011 (the date of whoever uses the command line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_script_has_an_example(language: str):
    """`--example` fills in everything; a script without a message prints its advice, on stderr."""
    for script in CATALOGUE.scripts.values():
        name, details = script.words[language].example_name, filled_in(script, language)
        text = compose(Request(script, language, name, _today(), details=details)).text

        done = draft(script.id, "--example", "--language", language)

        assert done.exit_code == 0, done.stderr
        assert done.stdout == (f"{text}\n" if text else "")
        assert done.stderr == ("" if text else f"({script.words[language].advice})\n")


def test_language_tone_and_wording_are_chosen():
    """Each option is what it says."""
    script = CATALOGUE["repeat_no"]
    details = filled_in(script, "nb")
    request = Request(script, "nb", script.words["nb"].example_name, _today(), "firm", 3, details)

    done = draft("repeat_no", "--example", "--language", "nb", "--tone", "firm", "--wording", "3")

    assert done.stdout == f"{compose(request).text}\n"


@pytest.mark.parametrize("address", ["je", "u"])
@pytest.mark.parametrize(
    ("script_id", "channel"),
    [("decline_polite", "email"), ("decline_polite", "short"), ("mentee_handoff", "points")],
)
def test_channel_and_address_are_chosen(languages: Languages, script_id: str, channel: str, address: str):
    """A draft is printed as it would go out: an e-mail with its subject, though nobody signs it here."""
    script = CATALOGUE[script_id]
    request = Request(
        script,
        "nl",
        script.words["nl"].example_name,
        _today(),
        details=filled_in(script, "nl"),
        channel=channel,
        address=address,
        envelope=envelope(languages["nl"], None),
    )
    choices = ["--language", "nl", "--channel", channel, "--address", address]

    done = draft(script_id, "--example", *choices)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{compose(request).text}\n"
    assert done.stdout.startswith("Onderwerp: ") == (channel == "email")


def test_what_is_set_goes_before_the_example():
    """One detail may be replaced and the rest left as an example."""
    done = draft("decline_polite", "--example", "--set", "name=Zoë", "--set", "reason=I promised not to")

    assert "Zoë" in done.stdout
    assert "I promised not to" in done.stdout


def test_a_repeated_key_is_a_list():
    """Each use of a list's key is an item."""
    done = draft("supplier_sunset", "--example", "--set", "wins=a fast site", "--set", "wins=a calm launch")

    assert "a fast site and a calm launch" in done.stdout


def test_a_value_may_hold_an_equals_sign():
    """Only the first one ends the key."""
    done = draft("decline_polite", "--set", "name=Ana", "--set", "request=the a=b thing")

    assert "the a=b thing" in done.stdout


def test_everything_missing_is_named():
    """Without details, the exit code is 2 and each one that is required has its line."""
    done = draft("supplier_sunset")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"missing: {one}" for one in ("name", "wins", "needs", "attempts", "plan_due", "contract_checked")
    ]


def test_a_condition_that_is_not_met_is_named():
    """A contract nobody read is a missing detail."""
    done = draft("supplier_sunset", "--example", "--set", "contract_checked=no")

    assert (done.exit_code, done.stdout, done.stderr) == (2, "", "missing: contract_checked\n")


@pytest.mark.parametrize(
    ("arguments", "unknown", "known"),
    [
        (["decline_rudely"], "script 'decline_rudely'", ", ".join(IDS)),
        (["decline_polite", "--language", "fr"], "language 'fr'", "en, nb, nl"),
        (["decline_polite", "--tone", "blunt"], "tone 'blunt'", "neutral, warm, firm, formal"),
        (["decline_polite", "--wording", "7"], "wording 7", "1, 2, 3"),
        (["decline_polite", "--channel", "short", "--wording", "3"], "wording 3", "1, 2"),
        (["decline_polite", "--channel", "fax"], "channel 'fax'", "chat, email, short"),
        (["decline_polite", "--channel", "points"], "channel 'points'", "chat, email, short"),
        (["no_reply", "--channel", "email"], "channel 'email'", "chat"),
        (["decline_polite", "--language", "nl", "--address", "thou"], "form of address 'thou'", "je, u"),
        (["decline_polite", "--address", "u"], "form of address 'u'", "none"),
        (
            ["decline_polite", "--set", "excuse=x"],
            "detail 'excuse'",
            "name, request, reason, alternative, thanks_for, ask_again_after",
        ),
        (["no_reply", "--tone", "warm"], "tone 'warm'", "none"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_does_not_exist_is_answered_with_what_does(arguments: list[str], unknown: str, known: str):
    """Anything unknown ends with 2, and with the list of those there are; nothing else is printed."""
    done = draft(*arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"no {unknown}; there is {known}\n"


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ("ask_again_after=soon", "ask_again_after (date)"),
        (f"request={'x' * 601}", "request (too_long)"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(pair: str, says: str):
    """A wrong date or a phrase that is too long ends with 2 and its key."""
    done = draft("decline_polite", "--example", "--set", pair)

    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"not usable: {says}\n")


def test_a_wording_below_one_is_refused():
    """Wordings are numbered from 1."""
    assert draft("decline_polite", "--example", "--wording", "0").exit_code == 2


def test_a_weak_reason_is_remarked_on():
    """The draft is printed all the same, and what weakens it stands on stderr."""
    done = draft("decline_polite", "--example", "--set", "reason=I'm too busy")

    assert done.exit_code == 0
    assert "too busy" in done.stdout
    assert done.stderr.startswith("bare_time: “too busy”. ")
    assert len(done.stderr.splitlines()) == 1


# lint


@pytest.mark.parametrize(
    ("language", "text", "rules"),
    [
        ("en", "Sorry, I'm too busy.", ["apology", "bare_time"]),
        ("nl", "Sorry, misschien.", ["apology", "hedge"]),
        ("nb", "Beklager, kanskje neste gang.", ["apology", "hedge", "open_door"]),
    ],
)
def test_what_weakens_a_text_is_printed(language: str, text: str, rules: list[str]):
    """Each finding has its line on stdout, with the words, why and what to do; the exit code is 1."""
    done = lint(text, "--language", language)
    lines = done.stdout.splitlines()

    assert (done.exit_code, done.stderr) == (1, "")
    assert sorted(line.split(":")[0] for line in lines) == rules
    for line in lines:
        rule = LINT.by_language[language].rules[line.split(":")[0]]
        assert line.endswith(f"”. {rule.why} {rule.fix}")
        assert line.split("“")[1].split("”")[0] in text


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "My answer is no."), ("nl", "Mijn antwoord is nee."), ("nb", "Svaret mitt er nei."), ("en", "")],
)
def test_a_clear_text_is_left_alone(language: str, text: str):
    """Without a finding nothing is printed and the exit code is 0."""
    done = lint(text, "--language", language)

    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_a_text_in_an_unknown_language_is_not_read():
    """It ends with 2 and the languages there are."""
    done = lint("Non.", "--language", "fr")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "no language 'fr'; there is en, nb, nl\n"


def test_a_draft_can_be_piped_into_the_lint(tmp_path: Path):
    """What one command prints, letters of the language included, the other reads and finds clean."""
    made = draft("decline_polite", "--example", "--language", "nb")

    done = decline(tmp_path, "lint", "--language", "nb", given=made.stdout)

    assert "ø" in made.stdout
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# scripts


def test_every_script_is_listed():
    """A line for each: id, title, languages and where it comes from."""
    done = scripts()
    lines = done.stdout.splitlines()

    assert (done.exit_code, done.stderr) == (0, "")
    assert [line.split()[0] for line in lines] == IDS
    for line, script in zip(lines, CATALOGUE.scripts.values(), strict=True):
        assert script.words["en"].title in line
        assert line.endswith(f"  en nb nl  {script.facts.origin}")


def test_checking_the_scripts_is_quick_and_finds_nothing(tmp_path: Path):
    """All that ships is checked within seconds, and the exit code is 0."""
    started = time.monotonic()

    done = decline(tmp_path, "scripts", "check")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "28 scripts, 0 problems\n")
    assert time.monotonic() - started < 10


def test_checking_broken_scripts_names_each_problem(tmp_path: Path):
    """Each problem has its line on stdout, the exit code is 1, and stderr has the sum."""
    for script_id in ("decline_polite", "no_action", "repeat_no"):
        shutil.copytree(TEMPLATES / "scripts" / script_id, tmp_path / script_id)
    (tmp_path / "repeat_no" / "script.toml").write_text("?", encoding="utf-8")
    (tmp_path / "no_action" / "nl.toml").unlink()

    done = scripts("check", str(tmp_path))
    unreadable, missing = done.stdout.splitlines()

    assert (done.exit_code, done.stderr) == (1, "2 scripts, 2 problems\n")
    assert str(tmp_path / "repeat_no" / "script.toml") in unreadable
    assert missing == "no_action nl: missing"


@pytest.mark.parametrize("folder", ["nowhere", "a_file"])
def test_checking_where_no_scripts_can_be_is_refused(tmp_path: Path, folder: str):
    """A mistyped folder is not found to be without fault."""
    (tmp_path / "a_file").touch()

    done = scripts("check", str(tmp_path / folder))

    assert (done.exit_code, done.stdout) == (2, "")


# check, serve, run


def test_checking_with_nothing_set_says_that_the_token_is_missing(tmp_path: Path):
    """Everything else is fine, each check has its line, and the exit code is 1."""
    done = decline(tmp_path, "check")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "ok    configuration",
        "ok    scripts",
        "ok    redis",
        "fail  slack: SLACK_BOT_TOKEN or SLACK_CLIENT_ID is not set (the playground needs neither)",
    ]


def test_checking_leaves_a_running_app_alone(tmp_path: Path):
    """With the data folder in use, the server is the running app's, which is fine."""
    with EmbeddedServer(tmp_path / ".data"):
        done = decline(tmp_path, "check")

    assert "ok    redis" in done.stdout.splitlines()


def test_checking_says_when_redis_is_away(tmp_path: Path):
    """A Redis that is configured and does not answer fails, without its password."""
    done = decline(
        tmp_path,
        "check",
        REDIS_URL="redis://:hidden@127.0.0.1:9/0",
        ENCRYPTION_KEYS=new_key(),
    )

    assert done.returncode == 1
    assert "fail  redis: cannot be reached" in done.stdout
    assert "hidden" not in done.stdout + done.stderr


def test_checking_says_when_slack_is_out_of_reach(tmp_path: Path):
    """A token that cannot be tried is no success."""
    done = decline(tmp_path, "check", **CONNECTED)

    assert done.returncode == 1
    assert "fail  token: Slack cannot be reached" in done.stdout
    assert "the-token" not in done.stdout + done.stderr


def test_a_wrong_setting_ends_a_check_with_1(nothing_set: pytest.MonkeyPatch):
    """What is wrong with the configuration is named on stderr."""
    nothing_set.setenv("PORT", "many")

    done = CliRunner().invoke(app, ["check"])

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("PORT: ")


@pytest.mark.parametrize("command", ["run", "serve", "socket"])
@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"PORT": "many", "LOG_LEVEL": "LOUD"}, ["PORT: ", "LOG_LEVEL: "]),
        ({"SLACK_BOT_TOKEN": "xoxb-the-token"}, ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"]),
        ({**CONNECTED, "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}, ["SLACK_CLIENT_ID"]),
        ({"REDIS_URL": "redis://:hidden@db/0"}, ["ENCRYPTION_KEYS"]),
        ({"ENCRYPTION_KEYS": "hidden"}, ["ENCRYPTION_KEYS"]),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, dict) else "",
)
def test_nothing_starts_with_a_wrong_setting(
    tmp_path: Path, nothing_set: pytest.MonkeyPatch, command: str, environment: dict, named: list[str]
):
    """The exit code is 2, the variables are named, no secret is shown, and nothing was made."""
    for name, value in environment.items():
        nothing_set.setenv(name, value)

    done = CliRunner().invoke(app, [command])

    assert (done.exit_code, done.stdout) == (2, "")
    assert [one for one in named if one not in done.stderr] == []
    assert "hidden" not in done.stderr
    assert "the-token" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_serving_needs_credentials(tmp_path: Path):
    """Without a workspace there is nobody to serve: exit 2, and what is missing."""
    done = decline(tmp_path, "serve")

    assert (done.returncode, done.stdout) == (2, "")
    assert "SLACK_SIGNING_SECRET is not set, with SLACK_BOT_TOKEN" in done.stderr


def test_listening_needs_an_app_token(tmp_path: Path):
    """Socket Mode has a token of its own: exit 2, and where to find it."""
    done = decline(tmp_path, "socket")

    assert (done.returncode, done.stdout) == (2, "")
    assert "SLACK_APP_TOKEN is not set" in done.stderr


def test_settings_are_read_from_a_file(tmp_path: Path, nothing_set: pytest.MonkeyPatch):
    """`.env` in the folder where the command runs counts."""
    (tmp_path / ".env").write_text("PORT=many\n", encoding="utf-8")

    assert CliRunner().invoke(app, ["serve"]).stderr.startswith("PORT: ")


# the entry itself


def test_the_console_script_and_the_module_are_the_same(tmp_path: Path):
    """`decline` and `python -m bot` run one function, and call themselves by one name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, function = project["scripts"]["decline"].split(":")

    by_script = decline(tmp_path, "--help", start=("-c", f"from {module} import {function}; {function}()"))
    by_module = decline(tmp_path, "--help")

    assert project["scripts"] == {"decline": "bot.cli:main"}
    assert by_script.stdout == by_module.stdout
    assert "Usage: decline" in by_module.stdout


def test_help_names_every_command():
    """All that there is can be found from the command line."""
    done = CliRunner().invoke(app, ["--help"])

    assert done.exit_code == 0
    assert [
        one
        for one in ("run", "serve", "check", "manifest", "draft", "lint", "scripts")
        if one not in done.stdout
    ] == []


def test_a_mistyped_command_ends_with_2():
    """What does not exist is not run."""
    assert CliRunner().invoke(app, ["sreve"]).exit_code == 2
