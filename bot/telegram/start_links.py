"""Links that start the bot with a parameter (`t.me/NAME?start=…`): what /start understands behind it."""

from __future__ import annotations

import base64
import binascii
import re

from telegram.constants import InlineQueryResultsButtonLimit

SUBSCRIBE = "sub_"
PLAIN = "start"
"""A parameter that means nothing, where one must stand."""
_PARAMETER = re.compile(rf"[A-Za-z0-9_-]{{1,{InlineQueryResultsButtonLimit.MAX_START_PARAMETER_LENGTH.value}}}")


def subscribe_parameter(query: str) -> str | None:
    """Write the parameter that subscribes to a query; None where it is longer than Telegram allows."""
    coded = base64.urlsafe_b64encode(query.encode()).decode().rstrip("=")
    parameter = f"{SUBSCRIBE}{coded}"
    return parameter if coded and _PARAMETER.fullmatch(parameter) else None


def read_query(parameter: str) -> str:
    """Read the query of a parameter; empty where it has none or is damaged."""
    if not parameter.startswith(SUBSCRIBE):
        return ""
    coded = parameter.removeprefix(SUBSCRIBE)
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode().strip()
    except (binascii.Error, ValueError):
        return ""


def address(username: str, parameter: str) -> str:
    """Write the link that opens the private chat with the bot and starts it with a parameter."""
    return f"https://t.me/{username}?start={parameter}"
