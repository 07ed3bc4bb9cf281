from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.feed import Fetched, FetchFailed, FetchOutcome, FetchProblem, Origin
from bot.feeds.fetch import FetchPolicy, HttpFetcher
from bot.feeds.guard import AddressGuard, RefusedAddressError
from tests.builders import make_feed
from tests.feeds.conftest import HOME, POLICY
from tests.feeds.servers import Answer, FeedServer

STRICT = AddressGuard((80, 443))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "3fff::1",
        "fc00::1",
        "fe80::1",
        "fe80::1%lo",
        "fec0::1",
        "ff02::1",
        "nonsense",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    """Everything that is not a public host is refused, also inside another address."""
    assert not STRICT.allows(address, 80)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2a00:1450:4001::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822", "2002:5db8:d822::1"]
)
def test_public_addresses_are_allowed_on_usual_ports(address: str) -> None:
    """A public address is allowed, on the ports for feeds only."""
    assert STRICT.allows(address, 443)
    assert not STRICT.allows(address, 22)


def test_opened_networks_are_open_on_any_port() -> None:
    """A network of the operator is open on any port, in both spellings, and no other."""
    guard = AddressGuard((80,), ("192.168.1.0/24", "fd00::/64"))
    assert guard.allows("192.168.1.7", 2222)
    assert guard.allows("::ffff:192.168.1.7", 2222)
    assert guard.allows("fd00::7", 2222)
    assert not guard.allows("192.168.2.7", 80)


def test_other_kinds_of_sockets_are_refused() -> None:
    """Only internet addresses are made sockets for."""
    with pytest.raises(RefusedAddressError):
        STRICT.make_socket((socket.AF_UNIX, socket.SOCK_STREAM, 0, "", ("/tmp/x", 80)))


async def fetch(fetcher: HttpFetcher, url: str, origin: Origin = Origin.OPERATOR) -> FetchOutcome:
    return await fetcher.fetch(make_feed(url=url, origin=origin), subscribers=1)


def is_refused(outcome: FetchOutcome) -> bool:
    return isinstance(outcome, FetchFailed) and outcome.problem is FetchProblem.REFUSED_ADDRESS


LOOPBACK = (
    "127.0.0.2 localhost 2130706434 0x7f000002 0177.0.0.2 127.2 [::ffff:127.0.0.2] 0.0.0.0 ①②⑦.0.0.2 [::1] 127.0.0.2."
).split()


@pytest.mark.parametrize("spelling", LOOPBACK)
async def test_no_spelling_of_loopback_is_reached(forbidden: FeedServer, spelling: str) -> None:
    """None of the eleven spellings of a loopback address reaches a server there."""
    async with HttpFetcher(FetchPolicy(ports=(forbidden.port,))) as fetcher:
        outcome = await fetch(fetcher, f"http://{spelling}:{forbidden.port}/feed")
    assert isinstance(outcome, FetchFailed)
    assert forbidden.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_checked(
    fetcher: HttpFetcher, server: FeedServer, forbidden: FeedServer, status: int
) -> None:
    """A redirect from an allowed server to a forbidden address is refused."""
    outcome = await fetch(fetcher, server.redirect("/feed", forbidden.url(), status))
    assert is_refused(outcome)
    assert forbidden.asked == []


async def test_redirects_within_an_opened_network(fetcher: HttpFetcher, server: FeedServer) -> None:
    """`allow_networks` holds behind a redirect too."""
    server.say("/new", Answer())
    assert isinstance(await fetch(fetcher, server.redirect("/feed", server.url("/new"))), Fetched)


@pytest.mark.parametrize("origin", [Origin.OPERATOR, Origin.CATALOGUE])
async def test_operators_feeds_may_be_on_opened_networks(
    fetcher: HttpFetcher, server: FeedServer, origin: Origin
) -> None:
    """The operator's own feeds reach the networks he opened."""
    assert isinstance(await fetch(fetcher, server.say("/feed", Answer()), origin), Fetched)


async def test_readers_feeds_may_not(fetcher: HttpFetcher, server: FeedServer) -> None:
    """A reader's feed does not reach a network opened for the operator's, not even over a connection kept from one."""
    url = server.say("/feed", Answer())
    assert isinstance(await fetch(fetcher, url), Fetched)
    assert is_refused(await fetch(fetcher, url, Origin.CHAT))
    assert len(server.asked) == 1


async def test_readers_feeds_may_when_the_operator_says_so(server: FeedServer) -> None:
    """`users_may_add_private_feeds` opens the same networks to readers."""
    async with HttpFetcher(replace(POLICY, readers_may_use_networks=True)) as fetcher:
        assert isinstance(await fetch(fetcher, server.say("/feed", Answer()), Origin.CHAT), Fetched)


async def test_names_that_change_are_checked_when_connecting(
    fetcher: HttpFetcher, server: FeedServer, forbidden: FeedServer
) -> None:
    """The address connected to is the one checked: a name that leads to a forbidden address is refused every time."""
    async with HttpFetcher(replace(POLICY, allow_networks=("127.0.0.2/32",))) as other:
        outcome = await fetch(other, f"http://localhost:{server.port}/feed")
    assert is_refused(outcome)
    assert server.asked == []


async def test_refusal_does_not_tell_what_is_there(fetcher: HttpFetcher, forbidden: FeedServer) -> None:
    """A forbidden port where somebody listens and one where nobody does give the same outcome."""
    listening = await fetch(fetcher, forbidden.url())
    silent = await fetch(fetcher, "http://127.0.0.2:1/feed")
    assert listening == silent


async def test_proxy_is_asked_instead(server: FeedServer) -> None:
    """With a proxy every request goes through it; what the name means here is checked before."""
    policy = replace(POLICY, proxy=f"http://127.0.0.1:{server.port}", allow_networks=(HOME,))
    async with HttpFetcher(policy) as fetcher:
        server.say("/feed", Answer())
        assert isinstance(await fetch(fetcher, "http://127.0.0.1:9/feed"), Fetched)
        assert is_refused(await fetch(fetcher, "http://127.0.0.2:9/feed"))
        assert is_refused(await fetch(fetcher, "http://127.0.0.1:9/feed", Origin.CHAT))
    assert len(server.asked) == 1


INSIDE = "wiki.intern.invalid"
"""A name that never resolves here; the server stands for a proxy that knows it."""


@pytest.fixture
def proxied(server: FeedServer) -> FetchPolicy:
    """The rules with a proxy that answers whatever it is asked for."""
    server.say("/feed", Answer())
    return FetchPolicy(ports=(80, 443), proxy=f"http://127.0.0.1:{server.port}", host_gap=timedelta(0))


@pytest.mark.parametrize("port", [22, 5432, 6443])
@pytest.mark.parametrize("origin", [Origin.CHAT, Origin.OPERATOR])
async def test_ports_are_checked_behind_a_proxy_too(
    server: FeedServer, proxied: FetchPolicy, origin: Origin, port: int
) -> None:
    """No name, known here or not, is asked for on a port feeds are not on; also where the proxy guards."""
    async with HttpFetcher(replace(proxied, proxy_resolves=True)) as fetcher:
        assert is_refused(await fetch(fetcher, f"http://{INSIDE}:{port}/feed", origin))
    assert server.asked == []


async def test_names_only_the_proxy_knows_are_for_operators(server: FeedServer, proxied: FetchPolicy) -> None:
    """A reader's feed or page reaches no name that cannot be checked here, directly or over a redirect."""
    async with HttpFetcher(proxied) as fetcher:
        assert isinstance(await fetch(fetcher, f"http://{INSIDE}/feed"), Fetched)
        outcome = await fetch(fetcher, f"http://{INSIDE}/feed", Origin.CHAT)
        assert isinstance(outcome, FetchFailed)
        assert outcome.problem is FetchProblem.UNREACHABLE
        server.redirect("/moved", f"http://{INSIDE}/feed")
        assert isinstance(await fetch(fetcher, "http://1.1.1.1/moved", Origin.CHAT), FetchFailed)
    assert [asked.path for asked in server.asked] == ["/feed", "/moved"]


@pytest.mark.parametrize("origin", [Origin.CATALOGUE, Origin.OPERATOR])
async def test_a_server_leads_to_no_name_only_the_proxy_knows(
    server: FeedServer, proxied: FetchPolicy, origin: Origin
) -> None:
    """Not by a redirect, also by way of the host itself, and not in a document; where the proxy guards it may."""
    server.redirect("/moved", f"http://{INSIDE}/feed")
    server.redirect("/on", "http://feeds.paper.invalid/moved")
    for proxy_resolves in (False, True):
        async with HttpFetcher(replace(proxied, proxy_resolves=proxy_resolves)) as fetcher:
            for path in ("moved", "on"):
                outcome = await fetch(fetcher, f"http://feeds.paper.invalid/{path}", origin)
                assert isinstance(outcome, Fetched) == proxy_resolves
            led = make_feed(url=f"http://{INSIDE}/feed", origin=origin)
            outcome = await fetcher.fetch(led, subscribers=0, written="http://feeds.paper.invalid/")
            assert isinstance(outcome, Fetched) == proxy_resolves
        if not proxy_resolves:
            assert [asked.path for asked in server.asked] == ["/moved", "/on", "/moved"]


async def test_a_server_leads_into_no_allowed_network_from_outside(server: FeedServer, forbidden: FeedServer) -> None:
    """Only a feed in one of them may name its neighbours: here by the name, elsewhere by redirects."""
    policy = replace(POLICY, allow_networks=("127.0.0.2/32",), ports=(server.port,))
    inner = replace(policy, allow_networks=("127.0.0.0/8",))
    forbidden.say("/feed", Answer())
    server.redirect("/moved", forbidden.url())
    led = make_feed(url=forbidden.url(), origin=Origin.OPERATOR)
    async with HttpFetcher(policy) as fetcher:
        assert isinstance(await fetch(fetcher, forbidden.url()), Fetched)
        assert is_refused(await fetcher.fetch(led, subscribers=0, written="http://1.1.1.1/"))
        assert is_refused(await fetcher.fetch(led, subscribers=0, written=server.url()))
    async with HttpFetcher(inner) as fetcher:
        assert isinstance(await fetch(fetcher, server.url("/moved")), Fetched)


async def test_the_operator_can_say_that_the_proxy_guards(server: FeedServer, proxied: FetchPolicy) -> None:
    """With `proxy_resolves` readers' feeds go to names only the proxy knows, and still to no private address."""
    async with HttpFetcher(replace(proxied, proxy_resolves=True)) as fetcher:
        assert isinstance(await fetch(fetcher, f"http://{INSIDE}/feed", Origin.CHAT), Fetched)
        assert is_refused(await fetch(fetcher, "http://10.0.0.1/feed", Origin.CHAT))
    assert len(server.asked) == 1
