"""Every environment variable, read once, here and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.stores.connection import UrlError, check_url
from bot.stores.encryption import Vault

SLACK_API_URL = "https://slack.com/api/"

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def _ending_in_a_slash(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must be an http(s) URL")
    return url if url.endswith("/") else url + "/"


def _public(url: str) -> str:
    parts = urlsplit(url)
    if url and (
        parts.scheme not in {"https", "http"}
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
    ):
        raise ValueError("must be the https address of the app, without a path")
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise ValueError("must be https: Slack sends nobody back to an address that is not")
    return url.rstrip("/")


def share_metrics(folder: Path) -> None:
    """Have the numbers of all workers kept in a folder: prometheus_client asks the environment for it."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


class Config(BaseSettings):
    """The settings; each is documented in `.env.example`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str = ""
    slack_client_secret: SecretStr | None = None
    slack_api_url: Annotated[str, AfterValidator(_ending_in_a_slash)] = SLACK_API_URL
    public_url: Annotated[str, AfterValidator(_public)] = ""
    support_email: str = Field(default="", max_length=200)
    redis_url: SecretStr | None = None
    encryption_keys: SecretStr | None = None
    metrics_token: SecretStr | None = None
    port: int = Field(default=3000, ge=0, le=65535)
    data_dir: Path = Path(".data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _whole(self) -> Config:
        self._one_way_of_running()
        if self.redis_url:
            try:
                check_url(self.redis())
            except UrlError as error:
                raise ValueError(f"REDIS_URL {error}") from None
        if self.redis_url and not self.encryption_keys:
            raise ValueError("ENCRYPTION_KEYS is needed with REDIS_URL: every worker must share it")
        for key in self.keys():
            try:
                Vault([key])
            except ValueError as error:
                raise ValueError(f"ENCRYPTION_KEYS: {error}") from None
        return self

    def _one_way_of_running(self) -> None:
        """One workspace or any number, never by accident: what is set must be enough for one of the two."""
        if self.slack_bot_token and (self.slack_client_id or self.slack_client_secret):
            raise ValueError(
                "SLACK_BOT_TOKEN serves one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET serve any"
                " number: set the one or the others"
            )
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            raise ValueError("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together")
        if self.slack_client_id and not (self.slack_signing_secret and self.public_url):
            raise ValueError("SLACK_CLIENT_ID needs SLACK_SIGNING_SECRET and PUBLIC_URL")
        if self.slack_app_token and not self.slack_bot_token:
            raise ValueError("SLACK_APP_TOKEN (Socket Mode) needs SLACK_BOT_TOKEN: it serves one workspace")
        if self.slack_bot_token and not (self.slack_signing_secret or self.slack_app_token):
            raise ValueError(
                "SLACK_BOT_TOKEN needs SLACK_SIGNING_SECRET (over HTTP) or SLACK_APP_TOKEN (Socket Mode)"
            )
        if self.slack_signing_secret and not (self.slack_bot_token or self.slack_client_id):
            raise ValueError("SLACK_SIGNING_SECRET needs SLACK_BOT_TOKEN or SLACK_CLIENT_ID beside it")

    @property
    def connected(self) -> bool:
        """Whether Slack is served: one workspace or many; otherwise there is the playground."""
        return bool(self.slack_bot_token or self.slack_client_id)

    @property
    def over_http(self) -> bool:
        """Whether Slack can be served over HTTP."""
        return self.connected and self.slack_signing_secret is not None

    def redis(self) -> str:
        """Where history is kept; empty for the app's own server."""
        return self.redis_url.get_secret_value() if self.redis_url else ""

    def keys(self) -> list[str]:
        """The encryption keys, newest first; empty when none are set."""
        given = self.encryption_keys.get_secret_value() if self.encryption_keys else ""
        return [key for one in given.split(",") if (key := one.strip())]
