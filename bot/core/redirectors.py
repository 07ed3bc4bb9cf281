"""Addresses of redirectors: the target is read out of the address itself and never requested."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST = 2_000
"""Characters of an address; a longer one is nobody's link."""
_DEEPEST = 3
"""How often one redirector may lead to the next."""
_HOST = re.compile(
    r"https?://(?:[\w-]{1,63}\.){0,4}?"
    r"(?P<service>google|bing|feedburner|yahoo|facebook|instagram|duckduckgo|reddit|youtube|umblr|linkedin|slack-redir|vk"
    r"|outlook)\.[a-z]{2,4}(?:\.[a-z]{2})?(?=[:/])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^/?#\s]+\.[^\s]+|https?://(?:localhost|\[)[^\s]+", re.IGNORECASE)
_NEWS_ID = re.compile(r"/(?:rss/|__i/rss/rd/)?(?:articles|read)/(?P<id>[\w-]{20,})=*/?$")
_VARINT, _BYTES = 0, 2
"""The two types of field in which Google News writes its article ids (protocol buffers)."""


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A target that stands in a parameter of the query."""

    path: re.Pattern[str]
    names: tuple[str, ...]

    def __call__(self, path: str, query: str) -> str | None:
        if not self.path.match(path):
            return None
        values = parse_qs(query)
        return next((values[name][0] for name in self.names if name in values), None)


def unwrap(url: str) -> str:
    """
    Give the address a redirector leads to, where that is written in its own; any other address comes back as it is.

    Google Alerts, Google News (older article ids), Bing, FeedBurner, Yahoo, Facebook, Instagram, DuckDuckGo, Reddit,
    YouTube, Tumblr, LinkedIn, Slack, VK and the safe links of Outlook are known.
    """
    for _ in range(_DEEPEST):
        target = _target(url)
        if target is None:
            break
        url = target
    return url


def is_blind(url: str) -> bool:
    """Say whether an address is FeedBurner's, which counts a reader and tells nothing of the article."""
    return re.match(r"https?://(?:feedproxy\.google|feeds\d?\.feedburner)\.com/~r/", url, re.IGNORECASE) is not None


def _target(url: str) -> str | None:
    found = _HOST.match(url) if len(url) <= LONGEST else None
    if found is None:
        return None
    try:
        parts = urlsplit(url)
        targets = [read(parts.path, parts.query) for read in _READERS[found["service"].lower()]]
    except ValueError:
        return None
    return next((target for target in targets if target and _ADDRESS.fullmatch(target)), None)


def _bing_click(path: str, query: str) -> str | None:
    """`/ck/a?…&u=a1<base64>`."""
    code = parse_qs(query).get("u", [""])[0]
    return _decode(code[2:]).decode("utf-8", "replace") if path == "/ck/a" and code.startswith("a1") else None


def _google_news(path: str, _: str) -> str | None:
    """`/rss/articles/<base64>`: the first address in it; newer ids hold a number that only Google can look up."""
    found = _NEWS_ID.fullmatch(path)
    fields = _fields(_decode(found["id"])) if found else ()
    return next(
        (each.decode("utf-8", "replace") for each in fields if each.startswith((b"http://", b"https://"))), None
    )


def _yahoo(path: str, _: str) -> str | None:
    """`/…/RU=<escaped>/RK=…` and the older `/…/*http://…`."""
    _, found, rest = path.partition("/RU=")
    if found:
        return unquote(rest.partition("/")[0])
    _, found, rest = path.partition("/*")
    return unquote(rest) if found else None


_READERS: dict[str, tuple[Callable[[str, str], str | None], ...]] = {
    "google": (_Parameter(re.compile(r"/(?:url|news/url)$"), ("url", "q")), _google_news),
    "bing": (_Parameter(re.compile(r"/news/apiclick\.aspx$", re.IGNORECASE), ("url",)), _bing_click),
    "feedburner": (_Parameter(re.compile(r"/~"), ("url", "u", "q")),),
    "yahoo": (_yahoo,),
    "facebook": (_Parameter(re.compile(r"/l\.php$"), ("u",)),),
    "duckduckgo": (_Parameter(re.compile(r"/l/?$"), ("uddg",)),),
    "reddit": (_Parameter(re.compile(r"/(?:t\d_\w+/?)?$"), ("url",)),),
    "instagram": (_Parameter(re.compile(r"/$"), ("u",)),),
    "youtube": (_Parameter(re.compile(r"/redirect$"), ("q",)),),
    "umblr": (_Parameter(re.compile(r"/redirect$"), ("z",)),),
    "linkedin": (_Parameter(re.compile(r"/(?:redir/redirect|safety/go)/?$"), ("url",)),),
    "slack-redir": (_Parameter(re.compile(r"/link$"), ("url",)),),
    "vk": (_Parameter(re.compile(r"/away(?:\.php)?$"), ("to",)),),
    "outlook": (_Parameter(re.compile(r"/?$"), ("url",)),),
}


def _decode(code: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except binascii.Error:
        return b""


def _fields(data: bytes) -> Iterator[bytes]:
    """Go through the byte fields of a message; it ends where anything else begins."""
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        value, at = _number(data, at)
        if tag & 7 == _BYTES:
            yield data[at : at + value]
            at += value
        elif tag & 7 != _VARINT:
            return


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of seven bits a byte; give it and where the next field begins."""
    value = shift = 0
    while at < len(data) and shift < 35:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
    return value, at
