from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.polling import HostThrottle, registered
from tests.builders import NOW

MINUTE = timedelta(minutes=1)


def test_p11_several_429_of_a_host_hold_it() -> None:
    """Three feeds of one host that are told to slow down within ten minutes speak for the whole host."""
    throttle = HostThrottle()
    assert throttle.note("h.example", "/1", MINUTE, NOW) is None
    assert throttle.note("h.example", "/1", MINUTE, NOW) is None
    assert throttle.note("h.example", "/2", MINUTE, NOW) is None
    held = throttle.note("h.example", "/3", 30 * MINUTE, NOW + MINUTE)
    assert held is not None
    assert held.until == NOW + 31 * MINUTE
    assert held.covers("h.example")
    assert not held.covers("x.h.example")
    assert not held.covers("other.example")


def test_p11_429_far_apart_are_about_their_feeds() -> None:
    """What lies further apart than ten minutes does not add up."""
    throttle = HostThrottle()
    assert not any(throttle.note("h.example", f"/{n}", None, NOW + n * 6 * MINUTE) for n in range(9))


def test_p11_farm_of_subdomains_is_held_by_its_registered_name() -> None:
    """Different hosts under one registered name are one server that has enough of us."""
    throttle = HostThrottle()
    helds = [throttle.note(f"{name}.farm.co.uk", "/rss", None, NOW) for name in ("a", "b", "c")]
    assert helds[:2] == [None, None]
    assert helds[2] is not None
    assert helds[2].covers("d.farm.co.uk")
    assert helds[2].covers("farm.co.uk")
    assert not helds[2].covers("otherfarm.co.uk")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.news.example", "news.example"),
        ("news.example", "news.example"),
        ("a.b.orf.or.at", "orf.or.at"),
        ("x.admin.ch", "admin.ch"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
    ],
)
def test_registered_names(host: str, name: str) -> None:
    """The name somebody owns, as far as it can be told."""
    assert registered(host) == name


def test_old_429_are_forgotten() -> None:
    """However many hosts slow us down, what is remembered stays bounded."""
    throttle = HostThrottle()
    for number in range(3_000):
        throttle.note(f"h{number}.host{number}.example{number}", "/", None, NOW + number * MINUTE)
    assert len(throttle._recent) <= 1_001
