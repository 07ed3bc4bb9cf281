"""What readers share a summary."""

from __future__ import annotations

from dataclasses import replace

from bot.core.alert import Alert, Match
from bot.flow.prepare import likeness
from tests.builders import make_article, make_chat, make_subscription


def test_readers_share_a_summary_that_fits_for_both() -> None:
    """Thousands with the same wish do; one whose last line is longer, for it names wishes, has a summary of his own."""
    matches = (Match(make_subscription(1, "Nordkorea"), ()),)
    alert = Alert(article=make_article(), chat=make_chat(), matches=matches, subscription_count=1)
    other = replace(alert, chat=make_chat(2), matches=(Match(make_subscription(7, "Nordkorea"), ()),))
    assert likeness(alert) == likeness(other)
    assert likeness(alert) != likeness(replace(other, subscription_count=2))
    assert likeness(alert) != likeness(replace(alert, article=make_article(body="Jetzt ist der Text da.")))
