"""
What an HTTP answer means for polling: caching, retrying, validators (RFC 9110, RFC 9111), and errors; and the repair of
its head, so that a strict parser reads it as browsers do.

An error is an outcome with one sentence that holds no address and no secret.

aiohttp's parser refuses an answer whole for a header with a space in its name, a line without a colon, or a length that
is given twice. It has no option for that, so the head is repaired before the parser sees it: what cannot be read is
left out, what is given twice alike is given once. What could be read in two ways (two different lengths) is left as it
is, and refused.
"""

from __future__ import annotations

import functools
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

from bot.core.feed import CacheHeaders, FetchFailed, FetchProblem
from bot.feeds import guard

_LONGEST = 10 * 365 * 86400
_LONGEST_VALIDATOR = 2000
_KEPT_BACK = frozenset(("noai", "noindex", "nosnippet", "none"))


def user_agent(contact: str, subscribers: int) -> str:
    """Return the User-Agent: the bot's name, where to complain, and for how many readers it asks."""
    contact = " ".join("".join(each for each in contact if each.isprintable()).split())
    return f"stichwort/1.0 ({f'+{contact}; ' if contact else ''}{subscribers} subscribers)"


def cache(headers: Mapping[str, str], now: datetime) -> CacheHeaders:
    """Read how long the publisher calls its answer fresh."""
    wishes = _directives(headers.get("Cache-Control", ""))
    revalidate = "no-cache" in wishes or "no-store" in wishes
    fresh = _seconds(wishes.get("max-age"))
    if fresh is not None:
        fresh -= _seconds(headers.get("Age")) or 0
    elif (expires := headers.get("Expires")) is not None:
        until, since = _date(expires), _date(headers.get("Date")) or now
        fresh = int((until - since).total_seconds()) if until else 0
    if fresh is None or revalidate:
        return CacheHeaders(revalidate=revalidate)
    return CacheHeaders(max_age=timedelta(seconds=fresh)) if fresh > 0 else CacheHeaders(revalidate=True)


def link(response: aiohttp.ClientResponse, relation: str) -> str | None:
    """Read the target of the first Link header of a relation (RFC 8288), where it is an http(s) address."""
    try:
        found = response.links.get(relation)
        url = str(found["url"]) if found is not None else ""
    except (ValueError, KeyError):
        return None
    return url if url.startswith(("http://", "https://")) and len(url) <= _LONGEST_VALIDATOR else None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """
    Read how long the server wants to be left alone.

    A date counts from the server's own clock when the answer carries it, so that a wrong clock on either side does no
    harm.
    """
    asked = headers.get("Retry-After", "")
    seconds = _seconds(asked)
    if seconds is not None:
        return timedelta(seconds=seconds)
    until = _date(asked)
    if until is None:
        return None
    return max(until - (_date(headers.get("Date")) or now), timedelta(0))


def validator(headers: Mapping[str, str], name: str) -> str | None:
    """Give a validator byte for byte; one that could not be sent back the same is as good as none."""
    value = headers.get(name)
    if not value or len(value) > _LONGEST_VALIDATOR:
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return None
    return None if "\0" in value else value


def reserves_text(headers: Mapping[str, str]) -> bool:
    """Say whether the publisher reserves the text: by the TDM protocol, or by what it tells every robot."""
    for name, value in headers.items():
        match name.lower():
            case "tdm-reservation" if value.strip() == "1":
                return True
            case "x-robots-tag" if _KEPT_BACK & {part.strip().lower() for part in value.split(",")}:
                return True  # "googlebot: noindex" is for somebody else
            case _:
                pass
    return False


def _directives(text: str) -> dict[str, str]:
    """The first of each directive counts."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def _seconds(text: str | None) -> int | None:
    text = (text or "").strip()
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(int(text[:12]), _LONGEST)


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime((text or "").strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


_BY_STATUS = {
    401: (FetchProblem.FORBIDDEN, "The server wants a password"),
    402: (FetchProblem.FORBIDDEN, "The server wants money"),
    403: (FetchProblem.FORBIDDEN, "The server refuses us"),
    404: (FetchProblem.NOT_FOUND, "There is nothing at this address"),
    410: (FetchProblem.GONE, "The feed was taken down for good"),
    429: (FetchProblem.THROTTLED, "The server asks us to slow down"),
    451: (FetchProblem.FORBIDDEN, "The server may not show the feed for legal reasons"),
}


def of_status(status: int, answer: Mapping[str, str], now: datetime) -> FetchFailed:
    """Return what a status other than success means."""
    fallback = (FetchProblem.HTTP_ERROR, "The server gave an answer we cannot use")
    if status >= 500:
        fallback = (FetchProblem.SERVER_ERROR, "The server has trouble")
    problem, sentence = _BY_STATUS.get(status, fallback)
    wait = retry_after(answer, now) if status in (429, 503) else None
    return FetchFailed(problem=problem, detail=f"{sentence} (HTTP {status}).", status=status, retry_after=wait)


def of_exception(error: Exception) -> FetchFailed:
    """Return what an exception of the network or the library means."""
    problem, detail = _classify(error)
    return FetchFailed(problem=problem, detail=detail)


def _classify(error: Exception) -> tuple[FetchProblem, str]:
    match error:
        case guard.RefusedAddressError() | aiohttp.ClientConnectorError() if guard.is_refusal(error):
            return FetchProblem.REFUSED_ADDRESS, "The address leads to a network or port feeds may not be on."
        case TimeoutError():
            return FetchProblem.TIMEOUT, "The server did not answer in time."
        case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
            return FetchProblem.UNREACHABLE, "The proxy does not answer."
        case aiohttp.ClientConnectorDNSError() | guard.UnknownNameError():
            return FetchProblem.UNREACHABLE, "The name of the server is not known."
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return FetchProblem.UNREACHABLE, "The server's certificate or encryption is not valid."
        case aiohttp.ServerDisconnectedError():
            return FetchProblem.UNREACHABLE, "The server hung up."
        case aiohttp.ClientPayloadError():
            return FetchProblem.BROKEN, "The answer broke off or could not be unpacked."
        case aiohttp.InvalidURL() | ValueError():
            return FetchProblem.BROKEN, "The address cannot be used."
        case aiohttp.ClientOSError() | OSError():
            return FetchProblem.UNREACHABLE, "The server cannot be reached."
        case _:
            return FetchProblem.BROKEN, "The server does not speak proper HTTP."


MOST_HEAD = 64 * 1024
"""Bytes of a head; Content-Security-Policies of 9 kB and more are in use."""
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_END = re.compile(rb"\r?\n\r?\n")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d\b")
_PROTOCOL = b"HTTP/"
_LENGTH, _CODING = b"content-length", b"transfer-encoding"


def mend(head: bytes) -> bytes:
    """
    Put the head of an answer in order.

    Args:
        head: the status line and the headers, without the empty line that ends them.
    """
    status, *lines = head.split(b"\n")
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if fields:  # a value that goes on in the next line
                fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        if colon and _NAME.fullmatch(name.rstrip()):
            fields.append((name.rstrip(), _CONTROLS.sub(b"", value.strip())))
    names = {name.lower() for name, _ in fields}
    lengths = {part.strip() for name, value in fields if name.lower() == _LENGTH for part in value.split(b",")}
    if _CODING in names or len(lengths) == 1:  # a body in chunks tells its length itself (RFC 9112, 6.3)
        fields = [field for field in fields if field[0].lower() != _LENGTH]
        if _CODING not in names:
            fields.append((b"Content-Length", lengths.pop()))
    return b"\r\n".join([status.rstrip(b"\r"), *(name + b": " + value for name, value in fields)])


class LenientResponseHandler(ResponseHandler):
    """aiohttp's protocol of one connection, whose parser is given heads in order."""

    _head: bytearray | None = None
    """What came of a head that has not ended yet; None while a body is read."""

    def set_response_params(self, **params: Any) -> None:
        """Begin to read the next answer."""
        self._head = bytearray()
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Take what came; a head is passed on once it is whole, or longer than any may be."""
        if self._head is None or not data:
            super().data_received(data)
            return
        self._head += data
        while (end := _END.search(self._head)) is not None:
            head = bytes(self._head[: end.start()])
            rest = bytes(self._head[end.end() :])
            is_interim = _INTERIM.match(head) is not None
            self._head = bytearray(rest) if is_interim else None
            super().data_received(mend(head) + b"\r\n\r\n" + (b"" if is_interim else rest))
            if self._head is None:
                return
        if len(self._head) > MOST_HEAD or not self._head.startswith(_PROTOCOL[: len(self._head)]):
            passed_on, self._head = bytes(self._head), None
            super().data_received(passed_on)

    def eof_received(self) -> None:
        """Pass on a head that breaks off; the parser refuses it."""
        if self._head:
            passed_on, self._head = bytes(self._head), None
            super().data_received(passed_on)
        super().eof_received()


class LenientConnector(aiohttp.TCPConnector):
    """Opens connections whose answers may be a little out of order."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # No public way leads there; `tests/feeds/test_http_responses.py` fails should the library rename it.
        self._factory = functools.partial(LenientResponseHandler, loop=self._loop)  # type: ignore[assignment]
