"""Which address belongs to an entry: absolute, and the article's own rather than a redirector's."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from bot.core import redirectors

_LINK = 2_000
_PAGES = ("related", "via", "replies", "self")
"""Other links of an Atom entry, those first that most likely show it to a reader."""
_LOCAL = re.compile(r"[\d.]+|\[.*|[^.]*|.*\.(?:local|localhost|internal)")
_ODD_SCHEME = re.compile(
    r"(?P<scheme>https?):(?:/|/{3,})(?=[^/])(?P<host>[\w-]+(?:\.[\w-]+)+(?=[/:?#]|$))?", re.IGNORECASE
)
"""One slash or three behind the scheme; a host may follow, or the path of our own."""
_FORBIDDEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def absolute(link: str | None, base: str) -> str | None:
    """Give an http(s) address for a link of the feed, or None."""
    link = _FORBIDDEN.sub("", link or "").strip().replace(" ", "%20")
    if not link or len(link) > _LINK:
        return None
    try:
        return absolute_only(urljoin(base, _mended(link, base)))
    except ValueError:
        return None


def _mended(link: str, base: str) -> str:
    """Give a link with the beginning its publisher meant: `www.paper.example/a`, `http:///a`, `https:/x.example`."""
    start = link[:8].lower()
    if start.startswith("http"):
        odd = _ODD_SCHEME.match(link)
        if odd is None:
            return link
        rest = link[odd.start("host") if odd["host"] else odd.end() :]
        return f"{odd['scheme']}://{rest}" if odd["host"] else f"/{rest}"
    host = re.split(r"[/?#:]", link, maxsplit=1)[0].lower()
    if "." in host and (start.startswith("www.") or host.removeprefix("www.") == _host(base)):
        return f"{urlsplit(base).scheme}://{link}"
    return link


def absolute_only(link: str | None) -> str | None:
    """Give the link if it is an http(s) address by itself; a guid often is, and often is not."""
    try:
        parts = urlsplit(link or "")
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return link if good and link and len(link) <= _LINK and not any(each.isspace() for each in link) else None


def choose(candidates: Iterable[str], base: str) -> str | None:
    """Give the first candidate that is an address, without the redirector around it."""
    found = next(filter(None, (absolute(each, base) for each in candidates)), None)
    if found and _is_local(found) and not _is_local(base):
        # Written by a program that was never told where it runs: the path is right.
        there = urlsplit(base)
        found = urlsplit(found)._replace(scheme=there.scheme, netloc=there.netloc).geturl()
    return (absolute_only(redirectors.unwrap(found)) or found) if found else None


def _is_local(url: str) -> bool:
    """Say whether nobody outside can open an address: `http://localhost:4000/`, `http://wordpress/`, `http://10.0.0.3/`."""
    host = _host(url)
    if not _LOCAL.fullmatch(host):
        return False
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return True


def base(asked: str, own: str | None, site: str | None) -> str:
    """
    Give the address to which relative links of a document belong that says nothing of it (`xml:base`).

    `asked` is where the document came from, `own` what it calls its own address, `site` its publisher's page. Where
    the last two are of different hosts the document lies with a service (FeedBurner), and the links are the site's.
    """
    own, site = _believable(own, asked), _believable(site, asked)
    if own and site and _host(own) != _host(site):
        return site
    return own or site or asked


def of_item(item: Any) -> tuple[str, ...]:
    """List the addresses of an entry as feedparser read it, the best one first."""
    # dict.get, because feedparser's own look-up answers with other keys of its choice.
    guid, link = dict.get(item, "id") or "", dict.get(item, "link") or ""
    is_permalink = dict.get(item, "guidislink")
    if link == guid and is_permalink:
        link = ""  # made of the guid, which counts only when it is a whole address
    origin = dict.get(item, "feedburner_origlink") or dict.get(item, "pheedo_origlink") or ""
    # A link that is none makes feedparser say that the guid is none either.
    guid = absolute_only(guid) or "" if is_permalink is not False or link else ""
    if guid and redirectors.is_blind(link) and not redirectors.is_blind(guid):
        link, guid = guid, link
    return tuple(filter(None, (origin, link, *_alternates(item), guid, *_pages(item), *_media(item))))


def _alternates(item: Any) -> list[str]:
    return _hrefs(item, "alternate")


def _pages(item: Any) -> list[str]:
    comments = str(dict.get(item, "comments") or "").partition("#")[0]
    return [comments, *(href for relation in _PAGES for href in _hrefs(item, relation))]


def _media(item: Any) -> list[str]:
    player = dict.get(item, "media_player") or {}
    contents = [*(dict.get(item, "content") or ()), *(dict.get(item, "media_content") or ())]
    sources = [str(each.get("src") or each.get("url") or "") for each in contents]
    return [str(player.get("url") or ""), *_hrefs(item, "enclosure"), *sources]


def _hrefs(item: Any, relation: str) -> list[str]:
    return [str(each.get("href") or "") for each in dict.get(item, "links") or () if each.get("rel") == relation]


def own_of(feed: Any, asked: str) -> str | None:
    """Return the address that a document read by feedparser calls its own."""
    return next(filter(None, (absolute(each, asked) for each in _hrefs(feed, "self"))), None)


def hub_of(feed: Any, asked: str) -> str | None:
    """Return the WebSub hub that a document read by feedparser names."""
    return next(filter(None, (absolute(each, asked) for each in _hrefs(feed, "hub"))), None)


def _believable(url: str | None, asked: str) -> str | None:
    """
    Return an address, or nothing for one that a program wrote that does not know its own:
    `http://localhost:4000/feed.xml`.
    """
    host = _host(url)
    return url if host and (host == _host(asked) or not _LOCAL.fullmatch(host)) else None


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""
