"""Which addresses Telegram accepts as a link, and how it writes them."""

from urllib.parse import urlsplit, urlunsplit

_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


def normalise(address: str) -> str:
    """Return the address as Telegram stores it, or an empty string if it makes no link of it."""
    address = address.strip()
    if "://" not in address:
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or not host or any(character.isspace() for character in parts.netloc):
        return ""
    if parts.scheme in ("tg", "ton"):
        return address
    # A host without a dot, such as localhost, is no link in Telegram.
    if "." not in host.strip(".") and ":" not in host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit(
        (parts.scheme, f"{shown}:{port}" if port else shown, parts.path or "/", parts.query, parts.fragment)
    )
