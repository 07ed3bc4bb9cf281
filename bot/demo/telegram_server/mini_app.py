"""
Mini Apps: where their buttons may stand, and how Telegram opens one.

What stands behind the # of the address is signed with the bot's token, as
https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app says.
"""

import hashlib
import hmac
import ipaddress
import json
import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from bot.demo.telegram_server.messages import Profile
from bot.demo.telegram_server.rate_limits import bad_request

_VERSION = "9.1"


def check_buttons(markup: Mapping[str, object], *, is_private: bool) -> None:
    """Refuse a button that opens a Mini App outside of private chats, or one whose address is not encrypted."""
    rows = markup.get("inline_keyboard", [])
    assert isinstance(rows, list)
    for button in (button for row in rows for button in row if "web_app" in button):
        if not is_private:
            raise bad_request("BUTTON_TYPE_INVALID")
        shape = button["web_app"]
        address = str(shape.get("url", "")) if isinstance(shape, dict) else ""
        if not _may_be_opened(address):
            raise bad_request(
                f"inline keyboard button Web App URL '{address}' is invalid: Only HTTPS links are allowed"
            )


def _may_be_opened(address: str) -> bool:
    """Telegram takes https alone; this server, which never leaves its machine, takes loopback too."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_address(address: str, token: str, person: Profile, now: float) -> str:
    """Return the address at which an app opens a Mini App for somebody."""
    user: dict[str, object] = {"id": person.id, "first_name": person.name, "last_name": ""}
    if person.username:
        user["username"] = person.username
    if person.language:
        user["language_code"] = person.language
    user["allows_write_to_pm"] = True
    fields = {
        "query_id": secrets.token_urlsafe(18),
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(now)),
        "signature": secrets.token_urlsafe(64),
    }
    data = urlencode(fields | {"hash": _sign(fields, token)}, quote_via=quote)
    told = {"tgWebAppData": data, "tgWebAppVersion": _VERSION, "tgWebAppPlatform": "web"}
    return f"{address}#{urlencode(told, quote_via=quote)}"


def _sign(fields: Mapping[str, str], token: str) -> str:
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    lines = sorted(f"{name}={value}" for name, value in fields.items())
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
