"""Every setting of `config.toml`, its default and what it accepts: one frozen model per table."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*", value) if isinstance(value, str) else None
    if not match:
        raise ValueError('a duration is written like "90s", "10m", "2h" or "7d"')
    try:
        return timedelta(seconds=float(match[1]) * _UNITS[match[2]])
    except OverflowError:
        raise ValueError("this duration is too long") from None


def _size(value: object) -> object:
    match = re.fullmatch(r"\s*(\d+)\s*([KMG]?B|)\s*", str(value), re.IGNORECASE)
    if not match or isinstance(value, bool):
        raise ValueError('a size is written like "10MB"')
    return int(match[1]) * _SIZES[match[2].upper()]


def _network(value: object) -> object:
    try:
        return str(ipaddress.ip_network(str(value), strict=False))
    except ValueError:
        raise ValueError('a network is written like "192.168.1.0/24"') from None


def _zone(value: object) -> object:
    try:
        ZoneInfo(str(value))
    except (ValueError, OSError, KeyError):
        raise ValueError("this time zone is not known; write it like Europe/Zurich") from None
    return value


def _http_url(value: object) -> object:
    text = str(value)
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if text and not good:
        raise ValueError("an address starts with http:// or https:// and names a host")
    return value


def _database_url(value: object) -> object:
    if not str(value).startswith(("sqlite://", "postgresql://")):
        raise ValueError("a database is sqlite:///FILE or postgresql://user:password@host/name")
    return value


def _listen(value: object) -> object:
    text = str(value)
    host, _, port = text.rpartition(":")
    if text and not (host and port.isdecimal() and 0 <= int(port) < 65536):
        raise ValueError('listen is written like "127.0.0.1:8088", or "" to switch it off')
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
Network = Annotated[str, BeforeValidator(_network)]
HttpUrl = Annotated[str, BeforeValidator(_http_url)]
DatabaseUrl = Annotated[str, BeforeValidator(_database_url)]
Listen = Annotated[str, BeforeValidator(_listen)]
Zone = Annotated[str, BeforeValidator(_zone)]
Positive = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


PREFIX = "STICHWORT_"
_WEBHOOK_PORTS = (443, 80, 88, 8443)
_WEBHOOK_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)+/?")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
"""What Telegram accepts (https://core.telegram.org/bots/api#setwebhook), and no shorter than a guess would need."""
_TAKEN_PATHS = ("/healthz", "/readyz", "/metrics", "/feeds", "/websub", "/app", "/status")
"""Where the web server shows something else."""


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
            is_local = is_loopback(parts.hostname or "")
            if not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
                raise ValueError("webhook_url: must be https, or http on loopback")
            if not is_local and (parts.port or 443) not in _WEBHOOK_PORTS:
                raise ValueError("webhook_url: Telegram delivers to the ports 443, 80, 88 and 8443 only")
            if not _WEBHOOK_PATH.fullmatch(parts.path) or parts.path.startswith(_TAKEN_PATHS):
                raise ValueError('webhook_url: needs a path of its own, like "https://bot.example.org/telegram"')
            if parts.query or parts.fragment or parts.username:
                raise ValueError("webhook_url: must have no query, no fragment and no user name")
            if not _WEBHOOK_SECRET.fullmatch(self.webhook_secret.get_secret_value()):
                raise ValueError("webhook_secret: needs 32 to 256 characters out of A-Z, a-z, 0-9, _ and -")
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
    hot_topic: Annotated[int, Field(ge=0)] = 1000
    max_age: Duration = timedelta(hours=24)
    max_wait: Duration = timedelta(hours=1)


class RetentionSettings(SettingsTable):
    """How long each kind of data is kept."""

    articles: Duration = timedelta(days=30)
    deliveries: Duration = timedelta(days=30)
    inactive_chats: Duration = timedelta(days=365)


class WebSettings(SettingsTable):
    """Health, metrics, status page, private feeds, Mini App, webhook."""

    listen: Listen = "127.0.0.1:8088"
    token: SecretStr = SecretStr("")
    public_url: HttpUrl = ""

    @model_validator(mode="after")
    def _open_needs_token(self) -> WebSettings:
        if self.listen and not is_loopback(self.listen.rpartition(":")[0].strip("[]")) and not self.token:
            raise ValueError("token: must be set, since listen is not a loopback address")
        return self

    @model_validator(mode="after")
    def _public_is_safe(self) -> WebSettings:
        if self.public_url:
            parts = urlsplit(self.public_url)
            if not (parts.scheme == "https" or is_loopback(parts.hostname or "")):
                raise ValueError("public_url: must be https, or http on loopback")
            if parts.query or parts.fragment or parts.username:
                raise ValueError("public_url: must have no query, no fragment and no user name")
            if not self.listen:
                raise ValueError("public_url: has no effect while listen is empty")
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

    @property
    def mini_app_url(self) -> str:
        """
        The address of the Mini App, for buttons; "" where there is none that Telegram takes.

        It takes https alone, and no address of its own machine; a local server of the Bot API may take loopback.
        """
        public = self.web.public_url.rstrip("/")
        is_here, is_server_here = (is_loopback(urlsplit(url).hostname or "") for url in (public, self.telegram.api_url))
        return f"{public}/app" if public and (not is_here or is_server_here) else ""

    @model_validator(mode="after")
    def _webhook_is_served(self) -> Settings:
        if self.telegram.mode == "webhook" and not self.web.listen:
            raise ValueError('telegram.mode: "webhook" needs web.listen, where updates are taken')
        return self
