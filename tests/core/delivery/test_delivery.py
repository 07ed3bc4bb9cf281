"""What follows from the outcome of an attempt: the table of Telegram's answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery import delivery as deliveries
from bot.core.delivery.delivery import (
    ChatMoved,
    Delivered,
    Delivery,
    DeliveryKind,
    Dropped,
    Finished,
    NotSent,
    OutcomeUnknown,
    Refused,
    RefusedReason,
    RetryAfter,
    SendAgain,
    SendPriority,
    TokenRefused,
    UnsentReason,
)
from bot.core.ids import ArticleId, ChatId, DeliveryId, MessageId, ThreadId

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def queued(*, attempts: int = 1, plain: bool = False, thread: int = 0) -> Delivery:
    return Delivery(
        id=DeliveryId(1),
        chat_id=ChatId(5),
        thread_id=ThreadId(thread),
        key="k",
        kind=DeliveryKind.ALERT,
        rank=SendPriority.ALERT,
        article_id=ArticleId(1),
        payload="",
        silent=False,
        attempts=attempts,
        plain=plain,
        seen_at=NOW,
        created_at=NOW,
    )


def test_a_message_that_grows_is_sent_anew_when_its_reader_deleted_it() -> None:
    """As a call of its own, with a place of its own in the rate; any other edit of what is gone is given up at once."""
    gone = Refused(RefusedReason.MESSAGE_GONE, "message to edit not found")
    grown = replace(queued(), kind=DeliveryKind.ROLLING, message_id=MessageId(9))

    assert deliveries.next_step(grown, gone, NOW) == SendAgain(at=NOW, anew=True)
    assert deliveries.next_step(replace(queued(), kind=DeliveryKind.EDIT), gone, NOW) == Dropped(
        RefusedReason.MESSAGE_GONE
    )


def test_a_delivered_message_is_done() -> None:
    """Telegram's message id is kept, for edits."""
    assert deliveries.next_step(queued(), Delivered(MessageId(9)), NOW) == Finished(MessageId(9))


def test_a_flood_wait_is_obeyed_to_the_second_and_nothing_is_dropped() -> None:
    """However long Telegram's pause is."""
    step = deliveries.next_step(queued(), RetryAfter(timedelta(hours=12)), NOW)

    assert step == SendAgain(at=NOW + timedelta(hours=12))


def test_a_moved_group_gets_it_under_its_new_id_at_once() -> None:
    """The chat's new id travels with the next step."""
    assert deliveries.next_step(queued(), ChatMoved(ChatId(-1007)), NOW) == SendAgain(at=NOW, chat_id=ChatId(-1007))


def test_a_chat_telegram_does_not_know_gets_a_strike() -> None:
    """Only several on different days mean that the chat is gone."""
    assert deliveries.next_step(queued(), Refused(RefusedReason.NOT_FOUND, "x"), NOW) == Dropped(
        "not-found", strike=True
    )


@pytest.mark.parametrize("reason", ["blocked", "gone", "no-rights"])
def test_a_chat_that_cannot_be_reached_is_silenced(reason: str) -> None:
    """Delivery stops for the chat, not only for this message."""
    step = deliveries.next_step(queued(), Refused(RefusedReason(reason), "x"), NOW)

    assert step == Dropped(reason, silence_chat=True)


def test_a_closed_topic_falls_back_to_the_main_thread_once() -> None:
    """A topic that is gone does not swallow the alert."""
    refusal = Refused(RefusedReason.THREAD_GONE, "message thread not found")

    assert deliveries.next_step(queued(thread=4), refusal, NOW) == SendAgain(at=NOW, main_thread=True)
    closed = deliveries.next_step(queued(thread=0), refusal, NOW)
    assert closed == SendAgain(at=NOW + timedelta(hours=1)), "the general topic may be opened again"


@pytest.mark.parametrize("reason", [RefusedReason.BAD_MARKUP, RefusedReason.TOO_LONG, RefusedReason.BAD_REQUEST])
def test_refused_markup_is_sent_plain_once_and_then_set_aside(reason: RefusedReason) -> None:
    """Our own mistake costs the formatting, not the alert; a poison message never blocks the queue."""
    assert deliveries.next_step(queued(), Refused(reason, "x"), NOW) == SendAgain(at=NOW, plain=True)
    assert deliveries.next_step(queued(plain=True), Refused(reason, "x"), NOW) == Dropped(reason)


def test_a_lost_answer_is_tried_again_and_counted_as_uncertain() -> None:
    """Never lost; each lost answer may cost one double."""
    step = deliveries.next_step(queued(attempts=3), OutcomeUnknown("timeout"), NOW)

    assert step == SendAgain(at=NOW + timedelta(seconds=8), uncertain=True)


def test_no_connection_is_tried_again_without_doubt() -> None:
    """What never left is certainly not a double."""
    step = deliveries.next_step(queued(attempts=0), NotSent("refused"), NOW)

    assert step == SendAgain(at=NOW + timedelta(seconds=1))


def test_a_refused_token_keeps_the_message() -> None:
    """A revoked token stops the bot; the queue stays as it is, for a later try."""
    step = deliveries.next_step(queued(), TokenRefused("401"), NOW)

    assert step == SendAgain(at=NOW + timedelta(minutes=5))


def test_pauses_double_up_to_five_minutes() -> None:
    """Back-off is bounded, so that the end of an outage is noticed."""
    assert [deliveries.backoff(n).total_seconds() for n in (0, 1, 4, 8, 9, 500)] == [1, 2, 16, 256, 300, 300]


def test_each_refusal_is_a_reason_that_can_be_stored() -> None:
    """Under the same name."""
    assert {UnsentReason(reason).name for reason in RefusedReason} == {reason.name for reason in RefusedReason}
