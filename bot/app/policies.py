"""From the configuration to the rules of fetching and polling."""

from __future__ import annotations

from bot.core.timing import PollPolicy
from bot.feeds.policy import FetchPolicy
from bot.settings.model import Settings


def fetch_policy(settings: Settings) -> FetchPolicy:
    """Give the operator's rules for fetching."""
    polling = settings.polling
    return FetchPolicy(
        contact=polling.contact,
        host_gap=polling.host_gap,
        ports=polling.ports,
        allow_networks=polling.allow_networks,
        readers_may_use_networks=settings.chats.users_may_add_private_feeds,
        max_body=polling.max_body,
        proxy=polling.proxy,
        proxy_resolves=polling.proxy_resolves,
    )


def poll_policy(settings: Settings) -> PollPolicy:
    """Give the operator's rules for how often."""
    polling = settings.polling
    return PollPolicy(interval=polling.interval, min_interval=polling.min_interval, max_interval=polling.max_interval)
