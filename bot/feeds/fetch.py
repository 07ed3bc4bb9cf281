"""
Fetches feeds over HTTP: politely, with bounds on everything a hostile server could do.

aiohttp is used because its body can be streamed under a cap after decompression, and because it lets us look at the
address right before the connection is made. `FetchPolicy` is what the operator allows.
"""

from __future__ import annotations

import asyncio
import base64
import weakref
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from bot.core.feed import Feed, Fetched, FetchFailed, FetchOutcome, FetchProblem, NotModified, Origin
from bot.feeds import guard, http_responses
from bot.feeds.guard import AddressGuard
from bot.feeds.host_rate import BodyMemory, HostRateLimiter, host_name
from bot.feeds.http_responses import MOST_HEAD, LenientConnector, of_exception, of_status


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How feeds may be asked, and where."""

    contact: str = ""
    """Address or page for the User-Agent, so that a publisher can reach the operator."""
    host_gap: timedelta = timedelta(seconds=1)
    per_host: int = 2
    at_once: int = 64
    ports: tuple[int, ...] = (80, 443, 8080, 8443)
    allow_networks: tuple[str, ...] = ()
    """Private networks the operator's own feeds may be on, on any port."""
    readers_may_use_networks: bool = False
    """Whether `allow_networks` holds for feeds of readers too."""
    max_body: int = 10_000_000
    """Bytes, after decompression."""
    all_bodies: int = 8_000_000
    """Bytes that large answers together may have in memory; one more may grow beyond that."""
    deadline: timedelta = timedelta(seconds=30)
    """For one poll with all its redirects; waiting for a host's turn does not count."""
    max_redirects: int = 5
    proxy: str = ""
    proxy_resolves: bool = False
    """Whether the proxy itself keeps readers' requests out of private networks."""
    accept: str = (
        "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
        "application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
    )


_PERMANENT = frozenset((301, 308))
_REDIRECT = _PERMANENT | {302, 303, 307}
_POSTED_AGAIN = {307, 308}
"""Redirects after which a form is posted again: after any other it would be a GET."""
_KEEP_ALIVE_SECONDS = 1
"""Enough for the next feed of the same host; thousands of idle connections would take more memory than feeds do."""
_LONGEST_WAIT = 5
"""In deadlines: with the turns of all hosts on the way, a poll takes less time than its lease lasts."""
_GZIP = b"\x1f\x8b\x08"
_GZIP_PIECE = 64 * 1024
_MOST_MEMBERS = 1_000
"""Of a packed file; nobody splits a feed into more."""
_MOST_HEADERS = 500
_SMALL_BODY = 128 * 1024
"""What any body may take; more comes out of what all share."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """The next address to ask, after a redirect."""

    url: URL
    permanent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """What stays the same over all hops of one poll."""

    feed: Feed
    session: aiohttp.ClientSession
    guard: AddressGuard
    headers: Mapping[str, str]
    origin: URL
    written: str
    """The host that a person wrote down, or that a feed listed."""
    deadline: float
    is_led: bool = False
    """Whether a server led to the host that is asked: by a redirect, or in a document."""


class HttpFetcher:
    """
    Implements `bot.core.ports.Fetcher`; to be entered (or started and closed) inside a running loop.

    Feeds that may be on private networks and feeds that may not have a session each: a kept connection of the one must
    never serve the other.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        hosts: HostRateLimiter | None = None,
        watch: Callable[[str, int, Mapping[str, str]], None] = lambda *_: None,
    ) -> None:
        self._policy = policy
        self._watch = watch
        self._now = now
        self._hosts = hosts or HostRateLimiter(gap=policy.host_gap, per_host=policy.per_host, at_once=policy.at_once)
        self._strict = AddressGuard(policy.ports)
        self._trusting = AddressGuard(policy.ports, policy.allow_networks)
        self._inside = AddressGuard((), policy.allow_networks)
        # Large bodies of readers' feeds wait for each other and never hold up the operator's.
        self._budgets = {is_readers: BodyMemory(policy.all_bodies) for is_readers in (False, True)}
        self._sessions: dict[AddressGuard, aiohttp.ClientSession] = {}

    async def start(self) -> None:
        """Open the sessions."""
        for each in (self._strict, self._trusting):
            self._sessions[each] = self._open(each)

    async def close(self) -> None:
        """Close all connections."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def fetch(self, feed: Feed, *, subscribers: int, written: str | None = None) -> FetchOutcome:
        """Ask once for the feed, conditionally where the feed has validators."""
        trusted = feed.origin is not Origin.CHAT or self._policy.readers_may_use_networks
        chosen = self._trusting if trusted else self._strict
        try:
            url = URL(feed.url).with_fragment(None)
            ask = _Ask(
                feed=feed,
                session=self._sessions[chosen],
                guard=chosen,
                headers={
                    "User-Agent": http_responses.user_agent(self._policy.contact, subscribers),
                    "Accept": self._policy.accept,
                    # No "br": what cannot be unpacked piece by piece under the cap is not asked for.
                    "Accept-Encoding": "gzip, deflate",
                },
                origin=url,
                written=host_name(URL(written) if written else url),
                deadline=self._policy.deadline.total_seconds(),
            )
            async with asyncio.timeout(ask.deadline * _LONGEST_WAIT):
                return await self._follow(ask, url.with_user(None))
        except Exception as error:
            return of_exception(error)

    async def post_form(self, feed: Feed, url: str, form: Mapping[str, str]) -> str | None:
        """Post a form on behalf of a feed, under the bounds that hold where its server leads; returns what failed."""
        try:
            target = URL(url).with_fragment(None).with_user(None)
            if target.scheme not in ("http", "https") or not target.host:
                return "The address is not an http or https address."
            trusted = feed.origin is not Origin.CHAT or self._policy.readers_may_use_networks
            chosen = self._trusting if trusted else self._strict
            ask = _Ask(
                feed=feed,
                session=self._sessions[chosen],
                guard=chosen,
                headers={"User-Agent": http_responses.user_agent(self._policy.contact, 0)},
                origin=target,
                written=host_name(URL(feed.url)),
                deadline=self._policy.deadline.total_seconds(),
            )
            async with asyncio.timeout(ask.deadline):
                return await self._post(ask, target, form)
        except Exception as error:
            return of_exception(error).detail

    async def _post(self, ask: _Ask, url: URL, form: Mapping[str, str]) -> str | None:
        proxy = self._policy.proxy or None
        for _ in range(self._policy.max_redirects + 1):
            hop = ask if host_name(url) == ask.written else await self._restrict(ask)
            if proxy:
                await self._check_behind_proxy(hop, url)
            async with (
                self._hosts.turn(host_name(url)),
                hop.session.post(url, data=form, headers=ask.headers, allow_redirects=False, proxy=proxy) as response,
            ):
                if 200 <= response.status < 300:
                    return None
                target = response.headers.get("Location")
                if response.status not in _POSTED_AGAIN or not target:
                    return f"The server answered {response.status}."
            before, url = url, url.join(URL(target)).with_fragment(None)
            if url.scheme not in ("http", "https") or not url.host:
                return "The address is not an http or https address."
            if (before.scheme, url.scheme) == ("https", "http"):  # the form holds a secret
                return "The server redirects from https to http."
            url = url.with_user(None)
        return f"The server redirects more than {self._policy.max_redirects} times."

    async def _follow(self, ask: _Ask, url: URL) -> FetchOutcome:
        seen = {url}
        permanent = True
        spent = 0.0
        clock = asyncio.get_running_loop().time
        led: _Ask | None = None
        for _ in range(self._policy.max_redirects + 1):
            if url.scheme not in ("http", "https") or not url.host:
                return FetchFailed(
                    problem=FetchProblem.REDIRECTS if len(seen) > 1 else FetchProblem.BROKEN,
                    detail="The address is not an http or https address.",
                )
            async with self._hosts.turn(host_name(url)):
                started = clock()
                async with asyncio.timeout(ask.deadline - spent):
                    hop = ask
                    if host_name(url) != ask.written:
                        hop = led = led or await self._restrict(ask)
                    outcome = await self._ask(hop, url, moved=permanent and len(seen) > 1)
                spent += clock() - started
            if not isinstance(outcome, _Hop):
                return _not_gone_for_good(outcome) if len(seen) > 1 and not permanent else outcome
            # A step down to unencrypted is followed, but never remembered.
            permanent = permanent and outcome.permanent and not (url.scheme == "https" and outcome.url.scheme == "http")
            url = outcome.url
            if url in seen:
                return FetchFailed(problem=FetchProblem.REDIRECTS, detail="The server redirects in a circle.")
            seen.add(url)
        return FetchFailed(
            problem=FetchProblem.REDIRECTS, detail=f"The server redirects more than {self._policy.max_redirects} times."
        )

    async def _restrict(self, ask: _Ask) -> _Ask:
        """Let a server lead to another host: to a private network only where its own host is in one that is allowed."""
        if ask.guard is self._strict or await self._is_inside(ask.written):
            return replace(ask, is_led=True)
        return replace(ask, guard=self._strict, session=self._sessions[self._strict], is_led=True)

    async def _is_inside(self, host: str) -> bool:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None)
        except (OSError, UnicodeError):
            return False
        return bool(found) and all(self._inside.allows(str(sockaddr[0]), 0) for *_, sockaddr in found)

    async def _ask(self, ask: _Ask, url: URL, *, moved: bool) -> FetchOutcome | _Hop:
        if self._policy.proxy:
            await self._check_behind_proxy(ask, url)
        async with ask.session.get(
            url,
            headers={**ask.headers, **_conditions(ask.feed, url), **_credentials(ask.origin, url)},
            allow_redirects=False,
            proxy=self._policy.proxy or None,
        ) as response:
            self._watch(str(url), response.status, response.headers)
            if response.status in _REDIRECT and (target := response.headers.get("Location")):
                joined = url.join(URL(target)).with_fragment(None)
                return _Hop(joined.with_user(None) if joined.host else joined, response.status in _PERMANENT)
            if response.status == 304 and _conditions(ask.feed, url):
                return NotModified(
                    url=str(url),
                    etag=http_responses.validator(response.headers, "ETag"),
                    last_modified=http_responses.validator(response.headers, "Last-Modified"),
                    cache=http_responses.cache(response.headers, self._now()),
                    permanent_url=str(url) if moved else None,
                )
            if response.status not in (200, 203):
                return of_status(response.status, response.headers, self._now())
            return await self._read(ask.feed, url, response, moved=moved)

    async def _read(self, feed: Feed, url: URL, response: aiohttp.ClientResponse, *, moved: bool) -> FetchOutcome:
        budget = self._budgets[feed.origin is Origin.CHAT]
        account = budget.open()
        body = bytearray()
        try:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > self._policy.max_body:
                    response.close()
                    return self._too_large(response.status)
                if len(body) > _SMALL_BODY + account.taken:
                    await account.take(_SMALL_BODY)
            whole = bytes(body)
            if whole.startswith(_GZIP):
                unpacked = await asyncio.to_thread(_unpack, whole, self._policy.max_body)
                if len(unpacked) > self._policy.max_body:
                    return self._too_large(response.status)
                await account.take(len(unpacked))
                whole = unpacked
            outcome = self._judge(feed, url, response, whole, moved=moved)
            if isinstance(outcome, Fetched) and account.taken:
                weakref.finalize(outcome, budget.give, account.hand_over())
            return outcome
        finally:
            account.close()

    def _too_large(self, status: int) -> FetchFailed:
        detail = f"The feed is larger than {self._policy.max_body / 1e6:g} MB."
        return FetchFailed(problem=FetchProblem.TOO_LARGE, detail=detail, status=status)

    def _judge(
        self, feed: Feed, url: URL, response: aiohttp.ClientResponse, body: bytes, *, moved: bool
    ) -> FetchOutcome:
        fresh = http_responses.cache(response.headers, self._now())
        if not body.strip():
            # Some servers say so that nothing is new; a feed never read before must show a document first.
            if feed.first_success_at is not None:
                return NotModified(url=str(url), cache=fresh, permanent_url=str(url) if moved else None)
            return FetchFailed(problem=FetchProblem.BROKEN, detail="The answer is empty.", status=response.status)
        return Fetched(
            body=body,
            url=str(url),
            content_type=_type_of_text(response.headers.get("Content-Type", "")),
            etag=http_responses.validator(response.headers, "ETag"),
            last_modified=http_responses.validator(response.headers, "Last-Modified"),
            cache=fresh,
            permanent_url=str(url) if moved else None,
            is_reserved=http_responses.reserves_text(response.headers),
            is_readers=feed.origin is Origin.CHAT,
            owner=feed.owner,
            hub=http_responses.link(response, "hub"),
            topic=http_responses.link(response, "self"),
        )

    def _open(self, chosen: AddressGuard) -> aiohttp.ClientSession:
        # With a proxy every connection goes to the address the operator wrote down.
        factory = None if self._policy.proxy else chosen.make_socket
        return aiohttp.ClientSession(
            connector=LenientConnector(
                limit=0,  # HostRateLimiter holds the caps
                socket_factory=factory,
                keepalive_timeout=_KEEP_ALIVE_SECONDS,
                ttl_dns_cache=60,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=32 * 1024,
            max_line_size=MOST_HEAD,
            max_field_size=MOST_HEAD,
            max_headers=_MOST_HEADERS,
            timeout=aiohttp.ClientTimeout(total=self._policy.deadline.total_seconds()),
            trust_env=False,
        )

    async def _check_behind_proxy(self, ask: _Ask, url: URL) -> None:
        """
        Check the port, and what the name means here, since the connection itself cannot be checked behind a proxy.

        A name that only the proxy knows may be one of its private network: the one that an operator wrote may be asked
        for on the usual ports; one that a reader wrote, or to which a server led, only where the operator says that the
        proxy guards.
        """
        host, port = url.host or "", url.port or 0
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port)
        except OSError:
            if not ask.guard.allows_port(port):
                raise guard.RefusedAddressError from None
            if (ask.is_led or ask.feed.origin is Origin.CHAT) and not self._policy.proxy_resolves:
                raise guard.UnknownNameError from None
            return
        if not all(ask.guard.allows(str(sockaddr[0]), port) for *_, sockaddr in found):
            raise guard.RefusedAddressError


def _type_of_text(content_type: str) -> str:
    """Give the type of what was packed where the server names that of the package, which is nobody's."""
    return "" if "gzip" in content_type.lower() else content_type


def _unpack(body: bytes, most: int) -> bytes:
    """
    Unpack a file that was compressed without saying so, or with a name only old servers use (`x-gzip`).

    It may have several members, one behind the other (RFC 1952). Gives at most one byte more than `most`; what breaks
    off is given as far as it can be read, what is no gzip in truth as it is.
    """
    view, unpacked, at = memoryview(body), bytearray(), 0
    try:
        for _ in range(_MOST_MEMBERS):
            if not body.startswith(_GZIP, at):
                break
            member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            # A piece at a time, since what comes after the member is copied each time.
            while at < len(view) and not member.eof and len(unpacked) <= most:
                piece = view[at : at + _GZIP_PIECE]
                unpacked += member.decompress(piece, most + 1 - len(unpacked))
                at += len(piece) - len(member.unused_data)
    except zlib.error:
        return bytes(unpacked) or body
    return bytes(unpacked)


def _conditions(feed: Feed, url: URL) -> dict[str, str]:
    """Validators go back as they came, and only to the address that gave them."""
    if feed.validators_url != str(url):
        return {}
    pairs = (("If-None-Match", feed.etag), ("If-Modified-Since", feed.last_modified))
    return {name: value for name, value in pairs if value}


def _credentials(origin: URL, url: URL) -> dict[str, str]:
    """Give the name and password written in the feed's own address, to its own server and to no other."""
    if not origin.user or url.origin() != origin.origin():
        return {}
    pair = f"{origin.user}:{origin.password or ''}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _not_gone_for_good(outcome: FetchOutcome) -> FetchOutcome:
    """A 410 behind a temporary redirect says nothing about the feed's own address."""
    if isinstance(outcome, FetchFailed) and outcome.problem is FetchProblem.GONE:
        return FetchFailed(problem=FetchProblem.NOT_FOUND, detail=outcome.detail, status=outcome.status)
    return outcome
