"""The settings: read once, named when they are wrong, silent about secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.config import SLACK_API_URL, Config
from bot.stores.encryption import new_key

ROOT = Path(__file__).parents[1]
KEY, OLDER = new_key(), new_key()
MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "the-client-secret",
    "SLACK_SIGNING_SECRET": "the-signing-secret",
    "PUBLIC_URL": "https://decline.example.com",
}
CONNECTED = {"SLACK_BOT_TOKEN": "xoxb-the-token", "SLACK_SIGNING_SECRET": "the-signing-secret"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the environment of whoever runs the tests nor their `.env` counts."""
    for name in Config.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch):
    """A maker of configurations from an environment."""

    def make(**environment: str) -> Config:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return Config()

    return make


def _documented() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_names_every_setting_and_no_other():
    """`.env.example` has exactly the settings there are."""
    assert set(_documented()) == {name.upper() for name in Config.model_fields}


def test_every_setting_in_the_example_is_explained():
    """Each has a comment right above it."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert [name for name in _documented() if not re.search(rf"^# .+\n{name}=", text, re.MULTILINE)] == []


def test_the_example_is_what_nothing_set_means(tmp_path: Path):
    """Copying the example to `.env` changes nothing."""
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")

    assert Config() == Config(_env_file=None)


def test_nothing_needs_to_be_set():
    """Without any setting there is a configuration, which is connected to no workspace."""
    config = Config()

    assert not config.connected
    assert config.keys() == []
    assert (config.slack_api_url, config.port, config.redis_url) == (SLACK_API_URL, 3000, None)


def test_the_environment_is_read(configured):
    """A setting comes from the variable of its name."""
    config = configured(**CONNECTED, PORT="8080", DATA_DIR="/elsewhere", LOG_LEVEL="DEBUG")

    assert config.connected
    assert (config.port, config.data_dir, config.log_level) == (8080, Path("/elsewhere"), "DEBUG")


@pytest.mark.parametrize(
    ("environment", "over_http"),
    [
        (CONNECTED, True),
        (MANY, True),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, False),
        ({**CONNECTED, "SLACK_APP_TOKEN": "xapp-1"}, True),
    ],
    ids=["one workspace", "many", "Socket Mode", "both ways"],
)
def test_slack_can_be_served_in_three_ways(configured, environment: dict[str, str], over_http: bool):
    """One workspace, any number of them, or one without a public address."""
    config = configured(**environment)

    assert (config.connected, config.over_http) == (True, over_http)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://decline.example.com/", "https://decline.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_the_public_address_is_kept_without_a_slash(configured, given: str, kept: str):
    """Paths are put behind it."""
    assert configured(PUBLIC_URL=given).public_url == kept


def test_a_file_is_read(tmp_path: Path):
    """A setting may stand in `.env` of the folder where the app starts."""
    (tmp_path / ".env").write_text("PORT=8081\n", encoding="utf-8")

    assert Config().port == 8081


def test_the_environment_goes_before_the_file(configured, tmp_path: Path):
    """What is exported wins."""
    (tmp_path / ".env").write_text("PORT=8081\n", encoding="utf-8")

    assert configured(PORT="8082").port == 8082


def test_a_variable_of_somebody_else_is_no_error(configured, tmp_path: Path):
    """Other programs may keep their settings in the same file."""
    (tmp_path / ".env").write_text("EDITOR=vi\n", encoding="utf-8")

    assert configured(SLACK_TEAM="T1").port == 3000


@pytest.mark.parametrize(
    "shown", [repr, str, Config.model_dump_json, lambda config: str(config.model_dump())]
)
def test_secrets_do_not_print(configured, shown):
    """No way of printing a configuration shows a secret."""
    secrets = {**CONNECTED, "REDIS_URL": "redis://:the-password@db/0", "ENCRYPTION_KEYS": KEY}

    text = shown(configured(**secrets))

    assert [secret for secret in (*secrets.values(), "the-password") if secret in text] == []


def test_all_that_is_secret_is_typed_as_a_secret():
    """Tokens, keys and the address with a password cannot be shown by mistake."""
    secret = {name for name, field in Config.model_fields.items() if field.annotation == SecretStr | None}

    assert secret == {
        *("slack_signing_secret", "slack_bot_token", "slack_app_token", "slack_client_secret"),
        *("redis_url", "encryption_keys", "metrics_token"),
    }


def test_keys_are_read_in_order(configured):
    """Keys are separated by commas, newest first, and spaces do not matter."""
    assert configured(ENCRYPTION_KEYS=f" {KEY} , {OLDER},").keys() == [KEY, OLDER]


@pytest.mark.parametrize(
    "url",
    [
        *("redis://db/0", "rediss://:word@db:6380", "unix:///run/redis.sock"),
        *("redis+sentinel://one,two:5000/ours", "redis+cluster://one,two:7000"),
    ],
)
def test_redis_may_be_reached_in_several_ways(configured, url: str):
    """In the clear, over TLS, by a socket, behind Sentinels, or as a cluster."""
    assert configured(REDIS_URL=url, ENCRYPTION_KEYS=KEY).redis() == url


def test_without_a_redis_there_is_none(configured):
    """An app with a server of its own has no address to give."""
    assert configured(ENCRYPTION_KEYS=KEY).redis() == ""


@pytest.mark.parametrize("url", ["redis+sentinel://:the-password@one", "redis+cluster://:the-password@one/1"])
def test_a_wrong_redis_is_explained_without_its_password(configured, url: str):
    """The error says what is missing, and repeats nothing that is secret."""
    with pytest.raises(ValidationError, match="REDIS_URL must") as raised:
        configured(REDIS_URL=url, ENCRYPTION_KEYS=KEY)

    assert "the-password" not in raised.value.errors()[0]["msg"]


@pytest.mark.parametrize("url", ["https://slack.test/api", "https://slack.test/api/"])
def test_the_api_url_ends_in_a_slash(configured, url: str):
    """Slack's client needs the slash, people forget it."""
    assert configured(SLACK_API_URL=url).slack_api_url == "https://slack.test/api/"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"REDIS_URL": "redis://db/0"}, "ENCRYPTION_KEYS"),
        ({"REDIS_URL": "db:6379", "ENCRYPTION_KEYS": KEY}, "REDIS_URL"),
        ({"REDIS_URL": "redis://db:port/0", "ENCRYPTION_KEYS": KEY}, "REDIS_URL"),
        ({"ENCRYPTION_KEYS": "not-a-key"}, "ENCRYPTION_KEYS"),
        ({"ENCRYPTION_KEYS": f"{KEY},short"}, "ENCRYPTION_KEYS"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN"),
        ({"PORT": "a lot"}, "port"),
        ({"PORT": "65536"}, "port"),
        ({"PORT": "-1"}, "port"),
        ({"LOG_LEVEL": "LOUD"}, "log_level"),
        ({"SUPPORT_EMAIL": "x" * 201}, "support_email"),
        ({**CONNECTED, **MANY}, "SLACK_BOT_TOKEN serves one workspace"),
        ({**CONNECTED, "SLACK_CLIENT_SECRET": "s"}, "SLACK_BOT_TOKEN serves one workspace"),
        ({**MANY, "SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together"),
        ({**MANY, "SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET and PUBLIC_URL"),
        ({**MANY, "PUBLIC_URL": ""}, "SLACK_SIGNING_SECRET and PUBLIC_URL"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"PUBLIC_URL": "http://decline.example.com"}, "public_url"),
        ({"PUBLIC_URL": "https://decline.example.com/app"}, "public_url"),
        ({"PUBLIC_URL": "decline.example.com"}, "public_url"),
        ({"SLACK_API_URL": "slack.com/api/"}, "slack_api_url"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_a_wrong_setting_is_named(configured, environment: dict, named: str):
    """The error says which setting is wrong or missing."""
    with pytest.raises(ValidationError) as raised:
        configured(**environment)

    errors = raised.value.errors()
    assert any(named in error["loc"] or named in error["msg"] for error in errors)


def test_a_configuration_does_not_change():
    """What was read stays."""
    with pytest.raises(ValidationError, match="frozen"):
        Config().port = 1
