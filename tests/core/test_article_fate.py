"""What kept an article from the queue, from what is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.article_fate import ArticleFate
from bot.core.delivery.delivery import DeliveryState, UnsentReason
from tests.builders import NOW, make_article

DAY = timedelta(days=1)
FATE = ArticleFate(
    article=make_article(),
    feed_title="SRF",
    first_success_at=NOW - DAY,
    is_pending=False,
    queries=1,
    alerts={},
)


def test_the_first_cause_that_holds_is_the_one() -> None:
    """An article that was too old is not compared with keywords, so that it matches none means nothing."""
    old = replace(FATE.article, published_at=NOW - 3 * DAY)
    assert replace(FATE, is_pending=True).find_obstacle(DAY) is UnsentReason.PENDING
    assert replace(FATE, article=old, queries=0).find_obstacle(DAY) is UnsentReason.TOO_OLD
    assert replace(FATE, first_success_at=NOW, queries=0).find_obstacle(DAY) is UnsentReason.FIRST_POLL
    assert replace(FATE, queries=0).find_obstacle(DAY) is UnsentReason.NO_MATCH


def test_where_each_chat_has_a_reason_of_its_own_there_is_no_common_one() -> None:
    """Neither where alerts are on record: those say themselves where they stand."""
    assert FATE.find_obstacle(DAY) is None
    alerts: dict[tuple[DeliveryState, UnsentReason | None], int] = {(DeliveryState.HELD, UnsentReason.QUIET): 1}
    assert replace(FATE, alerts=alerts, queries=0).find_obstacle(DAY) is None
