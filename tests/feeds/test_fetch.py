"""Politeness: what our requests say, and what of the answers is kept. Tests name the rule they show."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.core.feed import Feed, Fetched, FetchFailed, FetchOutcome, FetchProblem, NotModified, Origin
from bot.feeds.fetch import HttpFetcher
from tests.builders import make_feed
from tests.feeds.conftest import POLICY
from tests.feeds.servers import RSS, Answer, FeedServer

ODD_VALIDATORS = [
    ('"abc"', "Mon, 05 Jan 2026 10:00:00 GMT"),
    ('W/"abc"', "Monday, 05-Jan-26 10:00:00 GMT"),
    ("no-quotes", "2026-01-05 10:00"),
    ('"a,b ""', "gestern"),
    ('"zürich"', "0"),
]


async def fetch(fetcher: HttpFetcher, url: str, **changes: object) -> FetchOutcome:
    feed = make_feed(url=url, origin=Origin.OPERATOR, **changes)
    return await fetcher.fetch(feed, subscribers=12)


def remember(feed: Feed, outcome: FetchOutcome) -> Feed:
    assert isinstance(outcome, Fetched)
    return replace(
        feed, etag=outcome.etag, last_modified=outcome.last_modified, validators_url=outcome.url, body_hash="h"
    )


@pytest.mark.parametrize(("etag", "modified"), ODD_VALIDATORS)
async def test_p01_validators_go_back_byte_for_byte(
    fetcher: HttpFetcher, server: FeedServer, etag: str, modified: str
) -> None:
    """The first request is unconditional, the next sends both validators exactly as they came."""
    url = server.say("/feed", Answer(headers=(("ETag", etag), ("Last-Modified", modified))))
    feed = make_feed(url=url)
    outcome = await fetcher.fetch(feed, subscribers=1)
    await fetcher.fetch(remember(feed, outcome), subscribers=1)
    first, second = server.asked
    assert not {"If-None-Match", "If-Modified-Since"} & set(first.headers)
    assert second.headers["If-None-Match"] == etag
    assert second.headers["If-Modified-Since"] == modified


@pytest.mark.parametrize("given", ["ETag", "Last-Modified", None])
async def test_p02_no_validator_is_made_up(fetcher: HttpFetcher, server: FeedServer, given: str | None) -> None:
    """Only validators the server gave are sent; none is made of Date or anything else."""
    url = server.say("/feed", Answer(headers=((given, '"x"'),) if given else ()))
    feed = make_feed(url=url)
    await fetcher.fetch(remember(feed, await fetcher.fetch(feed, subscribers=1)), subscribers=1)
    sent = {"If-None-Match", "If-Modified-Since"} & set(server.asked[1].headers)
    assert sent == {"ETag": {"If-None-Match"}, "Last-Modified": {"If-Modified-Since"}, None: set()}[given]


async def test_p04_304_carries_its_headers(fetcher: HttpFetcher, server: FeedServer) -> None:
    """A 304 gives new validators and how long it is fresh."""
    url = server.say("/feed", Answer(status=304, body=b"", headers=(("ETag", '"2"'), ("Cache-Control", "max-age=60"))))
    outcome = await fetch(fetcher, url, etag='"1"', validators_url=url)
    assert isinstance(outcome, NotModified)
    assert (outcome.etag, outcome.last_modified, outcome.cache.max_age) == ('"2"', None, timedelta(minutes=1))


async def test_p04_304_nobody_asked_for_is_a_failure(fetcher: HttpFetcher, server: FeedServer) -> None:
    """A 304 to an unconditional request is no success."""
    outcome = await fetch(fetcher, server.say("/feed", Answer(status=304, body=b"")))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.HTTP_ERROR


async def test_p06_validators_belong_to_their_address(fetcher: HttpFetcher, server: FeedServer) -> None:
    """Validators go to the address that gave them, after redirects, and to no other."""
    server.redirect("/feed", "/real")
    server.say("/real", Answer(headers=(("ETag", '"r"'),)))
    feed = make_feed(url=server.url())
    known = remember(feed, await fetcher.fetch(feed, subscribers=1))
    server.asked.clear()
    await fetcher.fetch(known, subscribers=1)
    await fetcher.fetch(replace(known, url=server.say("/other", Answer())), subscribers=1)
    assert [(each.path, each.headers.get("If-None-Match")) for each in server.asked] == [
        ("/feed", None),
        ("/real", '"r"'),
        ("/other", None),
    ]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((("Cache-Control", "public, max-age=600"),), 600),
        ((("Cache-Control", 'max-age="600"'), ("Age", "100")), 500),
        ((("Cache-Control", "s-maxage=9999"),), None),
        ((("Cache-Control", "max-age=0"),), None),
        ((("Cache-Control", "max-age=-5"),), None),
        ((("Cache-Control", "max-age=soon"),), None),
        ((("Cache-Control", "no-cache, max-age=600"),), None),
        ((("Cache-Control", "no-store"),), None),
        ((("Expires", "0"),), None),
        ((("Expires", "Mon, 05 Jan 1970 10:00:00 GMT"),), None),
        ((("Cache-Control", "max-age=60"), ("Expires", "Fri, 01 Jan 2100 00:00:00 GMT")), 60),
        ((("Cache-Control", "max-age=99999999999999999999"),), 10 * 365 * 86400),
    ],
)
async def test_p08_p09_freshness(
    fetcher: HttpFetcher, server: FeedServer, headers: tuple[tuple[str, str], ...], seconds: int | None
) -> None:
    """Freshness is max-age less Age; no-cache, nonsense and the past are no wish at all."""
    outcome = await fetch(fetcher, server.say("/feed", Answer(headers=headers)))
    assert isinstance(outcome, Fetched)
    assert outcome.cache.max_age == (None if seconds is None else timedelta(seconds=seconds))


async def test_p08_expires_counts_from_the_servers_clock(fetcher: HttpFetcher, server: FeedServer) -> None:
    """Expires is measured against the answer's own Date."""
    date, expires = "Mon, 05 Jan 1998 10:00:00 GMT", "Mon, 05 Jan 1998 11:30:00 GMT"
    outcome = await fetch(fetcher, server.say("/feed", Answer(headers=(("Date", date), ("Expires", expires)))))
    assert isinstance(outcome, Fetched)
    assert outcome.cache.max_age == timedelta(minutes=90)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date", "date without Date"])
async def test_p10_retry_after(fetcher: HttpFetcher, server: FeedServer, status: int, form: str) -> None:
    """Retry-After is read in seconds and as a date, for 429 and 503."""
    before = datetime.now(UTC).replace(microsecond=0)
    later = before + timedelta(hours=2)
    value = "7200" if form == "seconds" else format_datetime(later, usegmt=True)
    url = server.say("/feed", Answer(status, b"", (("Retry-After", value),), keep_date=form != "date without Date"))
    outcome = await fetch(fetcher, url)
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is (FetchProblem.THROTTLED if status == 429 else FetchProblem.SERVER_ERROR)
    assert outcome.retry_after is not None
    if form == "seconds":
        assert outcome.retry_after == timedelta(hours=2)
    else:
        assert before <= later - outcome.retry_after <= datetime.now(UTC)


@pytest.mark.parametrize("value", ["", "bald", "-3", "1e9", "Mon, 99 Jan 2026"])
async def test_p10_nonsense_in_retry_after(fetcher: HttpFetcher, server: FeedServer, value: str) -> None:
    """A Retry-After that says nothing is none."""
    outcome = await fetch(fetcher, server.say("/feed", Answer(429, b"", (("Retry-After", value),))))
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after is None


async def test_p15_one_request_per_fetch(fetcher: HttpFetcher, server: FeedServer) -> None:
    """One fetch is one request, whatever comes of it: nothing is tried again within a poll (P21)."""
    for status in (200, 404, 429, 500, 503):
        await fetch(fetcher, server.say("/feed", Answer(status)))
    assert len(server.asked) == 5


async def test_p17_no_cookies_no_referrer_nothing_added(fetcher: HttpFetcher, server: FeedServer) -> None:
    """Cookies are never sent back, no referrer, no query or fragment of ours, and only GET."""
    cookie = (("Set-Cookie", "track=1; Path=/"),)
    server.say("/old", Answer(301, b"", (*cookie, ("Location", "/new?a=1#part"))))
    server.say("/new", Answer(headers=cookie))
    server.say("/busy", Answer(429, headers=cookie))
    for path in ("/old", "/busy", "/old#top"):
        await fetch(fetcher, server.url(path))
    for asked in server.asked:
        assert asked.method == "GET"
        assert not {"Cookie", "Referer", "Authorization"} & set(asked.headers)
    assert [(each.path, each.query) for each in server.asked][:2] == [("/old", ""), ("/new", "a=1")]


async def test_p17_password_stays_at_home(fetcher: HttpFetcher, server: FeedServer) -> None:
    """A password in a feed's address goes to that server alone, and appears in no outcome."""
    url = server.say("/feed", Answer()).replace("//", "//anna:geheim@")
    outcome = await fetch(fetcher, url)
    assert isinstance(outcome, Fetched)
    assert "geheim" not in outcome.url
    assert server.asked[0].headers["Authorization"].startswith("Basic ")
    server.redirect("/feed", server.url("/x").replace("127.0.0.1", "localhost").replace("//", "//eva:pw@"))
    server.say("/x", Answer())
    await fetch(fetcher, url)
    assert "Authorization" not in server.asked[-1].headers


async def test_p18_honest_headers(server: FeedServer) -> None:
    """We say who we are, for how many, where to complain, what we want to read and that it may be packed."""
    async with HttpFetcher(replace(POLICY, contact="https://me.example/bot\r\nX: y")) as fetcher:
        await fetch(fetcher, server.say("/feed", Answer()))
    headers = server.asked[0].headers
    assert headers["User-Agent"] == "stichwort/1.0 (+https://me.example/botX: y; 12 subscribers)"
    assert "application/rss+xml" in headers["Accept"]
    assert headers["Accept-Encoding"] == "gzip, deflate"


async def test_p18_without_contact(fetcher: HttpFetcher, server: FeedServer) -> None:
    """Without a contact that part is left away."""
    await fetch(fetcher, server.say("/feed", Answer()))
    assert server.asked[0].headers["User-Agent"] == "stichwort/1.0 (12 subscribers)"


@pytest.mark.parametrize(
    ("statuses", "is_permanent"),
    [((301,), True), ((308, 301), True), ((301, 302), False), ((307,), False), ((303, 308), False)],
)
async def test_p19_permanent_only_when_every_hop_is(
    fetcher: HttpFetcher, server: FeedServer, statuses: tuple[int, ...], is_permanent: bool
) -> None:
    """A new address is offered only when the whole way was permanent."""
    for hop, status in enumerate(statuses):
        server.redirect(f"/{hop}", f"/{hop + 1}", status)
    target = server.say(f"/{len(statuses)}", Answer())
    outcome = await fetch(fetcher, server.url("/0"))
    assert isinstance(outcome, Fetched)
    assert outcome.url == target
    assert outcome.permanent_url == (target if is_permanent else None)


async def test_p19_redirects_end(fetcher: HttpFetcher, server: FeedServer) -> None:
    """Circles and chains of more than five are given up."""
    server.redirect("/a", "/b")
    server.redirect("/b", "/a")
    circle = await fetch(fetcher, server.url("/a"))
    for hop in range(9):
        server.redirect(f"/{hop}", f"/{hop + 1}")
    chain = await fetch(fetcher, server.url("/0"))
    for outcome in (circle, chain):
        assert isinstance(outcome, FetchFailed)
        assert outcome.problem is FetchProblem.REDIRECTS
    assert len(server.asked) == 2 + 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x", "javascript:1", "http://"])
async def test_p19_only_http_is_followed(fetcher: HttpFetcher, server: FeedServer, target: str) -> None:
    """A redirect to anything but http or https is given up."""
    outcome = await fetch(fetcher, server.redirect("/feed", target))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem in (FetchProblem.REDIRECTS, FetchProblem.BROKEN)


async def test_p20_gone(fetcher: HttpFetcher, server: FeedServer) -> None:
    """A 410 is told apart, unless a temporary redirect led to it."""
    server.say("/gone", Answer(410))
    server.redirect("/moved", "/gone", 301)
    server.redirect("/away", "/gone", 302)
    problems = []
    for path in ("/gone", "/moved", "/away"):
        outcome = await fetch(fetcher, server.url(path))
        assert isinstance(outcome, FetchFailed)
        problems.append(outcome.problem)
    assert problems == [FetchProblem.GONE, FetchProblem.GONE, FetchProblem.NOT_FOUND]


async def test_p22_empty_answer_is_unchanged(fetcher: HttpFetcher, server: FeedServer) -> None:
    """An empty 200 means nothing new, but is no first success."""
    url = server.say("/feed", Answer(body=b" \n", headers=(("ETag", '"empty"'),)))
    outcome = await fetch(fetcher, url)
    assert isinstance(outcome, NotModified)
    assert outcome.etag is None
    first = await fetch(fetcher, url, first_success_at=None)
    assert isinstance(first, FetchFailed)


@pytest.mark.parametrize("status", [401, 402, 403, 451])
async def test_p24_refusals(fetcher: HttpFetcher, server: FeedServer, status: int) -> None:
    """Refusals are told apart from other errors, and asked again by nobody else in disguise."""
    outcome = await fetch(fetcher, server.say("/feed", Answer(status)))
    assert isinstance(outcome, FetchFailed)
    assert (outcome.problem, outcome.status) == (FetchProblem.FORBIDDEN, status)
    assert len(server.asked) == 1


async def test_packed_bodies_are_unpacked(fetcher: HttpFetcher, server: FeedServer) -> None:
    """A gzip body arrives as it was."""
    url = server.say("/feed", Answer(body=gzip.compress(RSS), headers=(("Content-Encoding", "gzip"),)))
    outcome = await fetch(fetcher, url)
    assert isinstance(outcome, Fetched)
    assert outcome.body == RSS


@pytest.mark.parametrize(
    "url", ["http://[::1", "ftp://x.example/", "http://", "nonsense", "http://x.example:99999/", "http://a b/"]
)
async def test_bad_addresses_are_outcomes(fetcher: HttpFetcher, url: str) -> None:
    """An address that is none fails as a value."""
    assert isinstance(await fetch(fetcher, url), FetchFailed)


async def test_nobody_listens(fetcher: HttpFetcher, unused_tcp_port: int) -> None:
    """A server that is not there is unreachable."""
    outcome = await fetch(fetcher, f"http://127.0.0.1:{unused_tcp_port}/")
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.UNREACHABLE


async def test_unknown_names(fetcher: HttpFetcher) -> None:
    """A name that cannot exist is unreachable."""
    outcome = await fetch(fetcher, "http://a..b/")
    assert isinstance(outcome, FetchFailed)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_form_is_posted_again_where_a_redirect_keeps_the_method(
    fetcher: HttpFetcher, server: FeedServer, status: int
) -> None:
    """After 307 and 308, as WebSub has it; after any other the form would be lost."""
    server.redirect("/hub", "/moved", status)
    server.say("/moved", Answer(status=202))
    why = await fetcher.post_form(make_feed(url=server.url()), server.url("/hub"), {"hub.mode": "subscribe"})
    is_followed = status in (307, 308)
    assert why == (None if is_followed else f"The server answered {status}.")
    assert [(asked.method, asked.path) for asked in server.asked] == [("POST", "/hub"), ("POST", "/moved")][
        : 1 + is_followed
    ]


async def test_redirects_of_a_form_end_and_lead_to_no_private_network(
    fetcher: HttpFetcher, server: FeedServer, forbidden: FeedServer
) -> None:
    """A hub reaches no more than the feed's own server may lead to."""
    server.redirect("/hub", "/hub", 307)
    why = await fetcher.post_form(make_feed(url=server.url()), server.url("/hub"), {})
    assert why == "The server redirects more than 5 times."
    server.redirect("/scheme", "ftp://127.0.0.1/", 307)
    why = await fetcher.post_form(make_feed(url=server.url()), server.url("/scheme"), {})
    assert why == "The address is not an http or https address."
    server.redirect("/inside", forbidden.url(), 307)
    assert await fetcher.post_form(make_feed(url=server.url()), server.url("/inside"), {}) is not None
    assert forbidden.asked == []
