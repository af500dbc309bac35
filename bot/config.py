"""Every environment variable, read once, here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cryptography.fernet import Fernet
from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from redis.asyncio.connection import parse_url

SLACK_API_URL = "https://slack.com/api/"


def _ending_in_a_slash(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must be an http(s) URL")
    return url if url.endswith("/") else url + "/"


class Config(BaseSettings):
    """The settings; each is documented in `.env.example`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_api_url: Annotated[str, AfterValidator(_ending_in_a_slash)] = SLACK_API_URL
    redis_url: SecretStr | None = None
    encryption_keys: SecretStr | None = None
    safety_contact: str = Field(default="", max_length=500)
    port: int = Field(default=3000, ge=0, le=65535)
    data_dir: Path = Path(".data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _whole(self) -> Config:
        if (self.slack_bot_token is None) != (self.slack_signing_secret is None):
            raise ValueError("SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET go together")
        if self.redis_url:
            try:
                parse_url(self.redis_url.get_secret_value())
            except ValueError:
                raise ValueError("REDIS_URL must be a redis://, rediss:// or unix:// URL") from None
        if self.redis_url and not self.encryption_keys:
            raise ValueError("ENCRYPTION_KEYS is needed with REDIS_URL: every worker must share it")
        for key in self.keys():
            try:
                Fernet(key)
            except ValueError:
                raise ValueError("ENCRYPTION_KEYS must be Fernet keys, separated by commas") from None
        return self

    @property
    def connected(self) -> bool:
        """Whether there are credentials for a real workspace."""
        return self.slack_bot_token is not None

    def keys(self) -> list[str]:
        """The encryption keys, newest first; empty when none are set."""
        given = self.encryption_keys.get_secret_value() if self.encryption_keys else ""
        return [key for one in given.split(",") if (key := one.strip())]
