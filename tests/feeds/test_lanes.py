from __future__ import annotations

from bot.feeds.lanes import SLOW, Costs, Lane

URL = "https://n.example/rss"


def test_documents_of_readers_have_a_lane_of_their_own() -> None:
    """Nothing a reader brings in waits with the operator's feeds, or makes them wait."""
    costs = Costs()
    assert costs.choose(URL, is_readers=False) is Lane.USUAL
    assert costs.choose(URL, is_readers=True) is Lane.READERS


def test_an_address_that_was_slow_stays_slow_over_some_quick_readings() -> None:
    """Whoever answers in turn with a slow and a quick document keeps to the slow lane."""
    costs = Costs()
    costs.note(URL, SLOW / 2)
    assert costs.choose(URL, is_readers=False) is Lane.USUAL
    costs.note(URL, 20 * SLOW)
    readings = 0
    while costs.choose(URL, is_readers=False) is Lane.SLOW:
        costs.note(URL, 0.01)
        readings += 1
    assert 10 <= readings <= 20
    assert costs.choose("https://other.example/rss", is_readers=False) is Lane.USUAL


def test_addresses_without_end_are_forgotten() -> None:
    """The one that was slow longest ago goes first."""
    costs = Costs()
    for number in range(10_001):
        costs.note(f"https://n.example/{number}", 1)
    assert costs.choose("https://n.example/0", is_readers=False) is Lane.USUAL
    assert costs.choose("https://n.example/1", is_readers=False) is Lane.SLOW
