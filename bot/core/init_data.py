"""
What a Mini App says of whoever opened it: Telegram's `initData`, signed with the token of the bot.

See https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app. Nothing of it is believed before
the signature is checked; the person's id is read from the signed `user` alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl

from bot.core.ids import UserId

LIFETIME = timedelta(hours=1)
"""How long it counts after Telegram signed it."""
TOLERANCE = timedelta(minutes=1)
"""By how much Telegram's clock may be ahead of ours."""
LONGEST = 8_192
"""Characters; a real one has some hundreds."""
_MOST_FIELDS = 32
_HASH = re.compile(r"[0-9a-f]{64}")
_DATE = re.compile(r"[0-9]{1,12}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LARGEST_ID = 2**52
_LONGEST_TAG = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class InitData:
    """Who opened the Mini App."""

    user_id: UserId
    language: str | None
    """The language of the person's Telegram, as Telegram names it."""


class InitDataProblem(StrEnum):
    """Why it proves nothing."""

    UNSIGNED = "unsigned"
    """It is none, has no signature, or not that of this bot."""
    EXPIRED = "expired"
    """It was signed longer ago than it counts, or in the future."""


def derive_key(token: str) -> bytes:
    """Derive the key of the signature from the token of the bot."""
    return hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()


def sign(fields: dict[str, str], key: bytes) -> str:
    """Make the signature of fields, of which none is the signature."""
    told = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()


def read(text: str, key: bytes, now: datetime) -> InitData | InitDataProblem:
    """Check the signature in constant time, then the age, and say who it is."""
    fields = _split(text)
    given = fields.pop("hash", "")
    if not _HASH.fullmatch(given) or not hmac.compare_digest(given, sign(fields, key)):
        return InitDataProblem.UNSIGNED
    signed_at = fields.get("auth_date", "")
    if not _DATE.fullmatch(signed_at):
        return InitDataProblem.UNSIGNED
    age = now.timestamp() - int(signed_at)
    if not -TOLERANCE.total_seconds() <= age <= LIFETIME.total_seconds():
        return InitDataProblem.EXPIRED
    return _read_user(fields.get("user", "")) or InitDataProblem.UNSIGNED


def _split(text: str) -> dict[str, str]:
    """Split it into its fields; empty where a field is there twice, or holds what no field of Telegram's does."""
    if len(text) > LONGEST:
        return {}
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return {}
    fields = dict(pairs)
    # A line break within a value would let two different sets of fields have one signature.
    is_clean = not any(_CONTROL.search(part) for pair in pairs for part in pair)
    return fields if len(fields) == len(pairs) and is_clean and "" not in fields else {}


def _read_user(text: str) -> InitData | None:
    try:
        user = json.loads(text)
    except (ValueError, RecursionError):
        return None
    number = user.get("id") if isinstance(user, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < _LARGEST_ID:
        return None
    language = user.get("language_code")
    is_tag = isinstance(language, str) and len(language) <= _LONGEST_TAG
    return InitData(user_id=UserId(number), language=language if is_tag else None)
