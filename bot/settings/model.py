"""Every setting of `config.toml`, its default and what it accepts: one frozen model per table."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.values import (
    DatabaseUrl,
    Duration,
    HttpUrl,
    Listen,
    Network,
    Positive,
    Share,
    Size,
    Zone,
    is_loopback,
)

PREFIX = "STICHWORT_"


class SettingsTable(BaseModel):
    """One table of the file: frozen, and nothing unknown in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True)


class TelegramSettings(SettingsTable):
    """The bot's account and how it speaks to Telegram."""

    token: SecretStr = SecretStr("")
    token_file: Path | None = None
    api_url: HttpUrl = "https://api.telegram.org"
    operators: tuple[int, ...] = ()
    operator_chat: int = 0
    access: Literal["private", "public"] = "private"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: HttpUrl = ""
    webhook_secret: SecretStr = SecretStr("")
    messages_per_second: Annotated[float, Field(gt=0, le=1000)] = 30
    allow_paid_broadcast: bool = False

    @model_validator(mode="after")
    def _webhook_is_safe(self) -> TelegramSettings:
        if self.mode == "webhook":
            parts = urlsplit(self.webhook_url)
            if not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))):
                raise ValueError("webhook_url: must be https, or http on loopback")
            if len(self.webhook_secret.get_secret_value()) < 32:
                raise ValueError("webhook_secret: needs at least 32 characters")
        return self


class DatabaseSettings(SettingsTable):
    """Where everything is kept."""

    url: DatabaseUrl = "sqlite:///stichwort.db"


class PollingSettings(SettingsTable):
    """How often feeds are polled, and from which addresses."""

    interval: Annotated[Duration, Field(ge=timedelta(seconds=1))] = timedelta(minutes=10)
    min_interval: Annotated[Duration, Field(ge=timedelta(seconds=1))] = timedelta(minutes=2)
    max_interval: Annotated[Duration, Field(ge=timedelta(seconds=1))] = timedelta(hours=6)
    host_gap: Duration = timedelta(seconds=1)
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = (80, 443, 8080, 8443)
    contact: str = ""
    allow_networks: tuple[Network, ...] = ()
    max_body: Size = 10_000_000
    proxy: HttpUrl = ""
    proxy_resolves: bool = False

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> PollingSettings:
        if not self.min_interval <= self.max_interval:
            raise ValueError("min_interval: must not be longer than max_interval")
        return self


class FeedEntry(SettingsTable):
    """A feed of the catalogue."""

    url: HttpUrl
    title: str = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    full_text: Literal["never", "on-match", "always"] = "never"


class ChatSettings(SettingsTable):
    """Defaults of chats."""

    language: Literal["de", "en", "fr", "it"] = "en"
    timezone: Zone = "Europe/Zurich"
    max_subscriptions: Positive = 100
    users_may_add_feeds: bool = True
    users_may_add_private_feeds: bool = False
    max_chats: Annotated[int, Field(ge=0)] = 0


class AlertSettings(SettingsTable):
    """Limits of alerts: age, bursts and stories."""

    story_window: Duration = timedelta(hours=72)
    same_story: Share = 0.55
    related_story: Share = 0.45
    burst: Positive = 5
    max_age: Duration = timedelta(hours=24)
    max_wait: Duration = timedelta(hours=1)


class RetentionSettings(SettingsTable):
    """How long each kind of data is kept."""

    articles: Duration = timedelta(days=30)
    deliveries: Duration = timedelta(days=30)
    inactive_chats: Duration = timedelta(days=365)


class WebSettings(SettingsTable):
    """Health, metrics, status page, webhook."""

    listen: Listen = "127.0.0.1:8088"
    token: SecretStr = SecretStr("")
    public_url: HttpUrl = ""

    @model_validator(mode="after")
    def _open_needs_token(self) -> WebSettings:
        if self.listen and not is_loopback(self.listen.rpartition(":")[0].strip("[]")) and not self.token:
            raise ValueError("token: must be set, since listen is not a loopback address")
        return self


class LlmSettings(SettingsTable):
    """An optional language model."""

    base_url: HttpUrl = ""
    model: str = ""
    api_key: SecretStr = SecretStr("")
    api_key_file: Path | None = None
    daily_calls: Annotated[int, Field(ge=0)] = 500


class LegalSettings(SettingsTable):
    """Who is responsible, for /privacy and /help."""

    operator: str = ""
    contact: str = ""
    imprint_url: HttpUrl = ""
    privacy_url: HttpUrl = ""
    source_url: HttpUrl = ""


class LogSettings(SettingsTable):
    """What the log looks like."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    telegram: TelegramSettings = TelegramSettings()
    database: DatabaseSettings = DatabaseSettings()
    polling: PollingSettings = PollingSettings()
    feeds: tuple[FeedEntry, ...] = ()
    chats: ChatSettings = ChatSettings()
    alerts: AlertSettings = AlertSettings()
    retention: RetentionSettings = RetentionSettings()
    web: WebSettings = WebSettings()
    llm: LlmSettings = LlmSettings()
    legal: LegalSettings = LegalSettings()
    log: LogSettings = LogSettings()
