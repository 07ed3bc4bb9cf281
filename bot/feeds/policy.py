"""What the operator allows the fetcher to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


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
