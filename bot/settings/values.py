"""How single values are written in the configuration: durations, sizes, networks, addresses."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

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
