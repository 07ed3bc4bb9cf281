"""An alert waits in the queue while somebody outside writes, and only if it needs that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.alert import Alert, Match
from bot.core.article import Article
from bot.core.verdict import SendLater
from bot.flow.anticipate import AwaitSummaryRule
from tests.builders import make_article, make_chat, make_delivery, make_subscription
from tests.fakes.clock import FakeClock


def alert(*, lead: str = "", **changes: object) -> Alert:
    """Make an alert."""
    article = replace(make_article(), lead=lead)
    match = Match(make_subscription(1, "Nordkorea", **changes), ())
    return Alert(article=article, chat=make_chat(), matches=(match,), subscription_count=1)


async def test_only_what_needs_an_abstract_waits_until_it_is_there() -> None:
    """An editor's line and a reader of headlines wait for nothing; half a second later it is looked at again."""
    asked: list[Article] = []
    ready = False

    async def begin(article: Article) -> bool:
        asked.append(article)
        return ready

    clock = FakeClock()
    rule = AwaitSummaryRule(begin=begin, clock=clock)
    lead = "Es geht unter anderem um die Atomwaffen Nordkoreas und den Besuch Putins in Wladiwostok."
    one, two, three, four = (make_delivery(number) for number in (1, 2, 3, 4))
    claimed = [(one, alert()), (two, alert(lead=lead)), (three, alert(headline_only=True)), (four, alert())]
    later = SendLater(clock.now() + timedelta(seconds=0.5), "abstract")
    assert await rule(claimed) == {one.id: later, four.id: later}
    assert len(asked) == 1
    ready = True
    assert await rule(claimed) == {}
