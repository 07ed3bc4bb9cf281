from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import retelling
from bot.core.delivery import DeliveryState
from bot.core.holding import DIGEST, QUIET
from bot.core.ids import DeliveryId, MessageId
from bot.core.retelling import EDITED_FOR, JoinStory, KnownStory, StoryDelivery
from bot.core.verdict import SendLater, SendNow
from tests.builders import NOW

ME = DeliveryId(9)
SENT = StoryDelivery(
    delivery_id=DeliveryId(3),
    state=DeliveryState.SENT,
    message_id=MessageId(77),
    finished_at=NOW,
    not_before=NOW,
    source="SRF",
    joined_to=None,
)


def judge(
    *same: StoryDelivery, related: tuple[StoryDelivery, ...] = (), source: str = "NZZ", hours: float = 0
) -> object:
    told = KnownStory(source=source, same=same, related=related)
    return retelling.judge(ME, told, NOW + timedelta(hours=hours))


def test_who_was_told_is_told_no_more() -> None:
    """The message he got names the source, and is edited."""
    assert judge(SENT) == JoinStory(first=DeliveryId(3), is_new=True, edits=True)


def test_a_source_is_named_once() -> None:
    """Neither the first one's own nor one that joined before."""
    joined = replace(SENT, delivery_id=DeliveryId(4), state=DeliveryState.DEAD, source="NZZ", joined_to=DeliveryId(3))
    assert judge(SENT, source="SRF") == JoinStory(first=DeliveryId(3), is_new=False, edits=True)
    assert judge(SENT, joined) == JoinStory(first=DeliveryId(3), is_new=False, edits=True)
    assert judge(SENT, joined, source="FAZ") == JoinStory(first=DeliveryId(3), is_new=True, edits=True)


def test_a_message_is_edited_for_two_days() -> None:
    """After that it stays as it is, and the story is told all the same."""
    assert judge(SENT, hours=47.9) == JoinStory(first=DeliveryId(3), is_new=True, edits=True)
    assert judge(SENT, hours=48.1) == JoinStory(first=DeliveryId(3), is_new=True, edits=False)
    assert timedelta(hours=48) == EDITED_FOR


@pytest.mark.parametrize("state", [DeliveryState.HELD, DeliveryState.FOLDED])
def test_what_is_held_or_was_folded_counts_as_told(state: DeliveryState) -> None:
    """There is no message of its own to edit yet, or ever."""
    assert judge(replace(SENT, state=state, message_id=None, finished_at=None)) == JoinStory(
        first=DeliveryId(3), is_new=True, edits=False
    )


def test_a_message_counts_before_what_has_none() -> None:
    """So that the reader sees the source grow."""
    held = replace(SENT, delivery_id=DeliveryId(2), state=DeliveryState.HELD, message_id=None)
    assert judge(held, SENT) == JoinStory(first=DeliveryId(3), is_new=True, edits=True)


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.SENDING])
def test_the_later_of_two_on_their_way_waits(state: DeliveryState) -> None:
    """Until it is known what became of the first, and not before the first one's own turn; the first does not wait."""
    ahead = replace(SENT, state=state, message_id=None, finished_at=None)
    assert judge(ahead) == SendLater(NOW + timedelta(seconds=1), "same-story")
    late = replace(ahead, not_before=NOW + timedelta(hours=8))
    assert judge(late) == SendLater(NOW + timedelta(hours=8, seconds=1), "same-story")
    assert judge(replace(ahead, delivery_id=DeliveryId(10))) is None
    assert judge(related=(ahead,)) == SendLater(NOW + timedelta(seconds=1), "same-story")


def test_what_never_went_out_does_not_count() -> None:
    """Refused, dropped, muted: the reader knows nothing."""
    assert judge(replace(SENT, state=DeliveryState.DEAD, message_id=None)) is None
    assert judge() is None


def test_what_may_be_the_same_comes_silently_below_the_other() -> None:
    """As an answer to the newest message of that story; an alert of its own where there is none."""
    newer = replace(SENT, delivery_id=DeliveryId(5), message_id=MessageId(80))
    assert judge(related=(SENT, newer)) == SendNow(silent=True, reply_to=MessageId(80))
    assert judge(related=(replace(SENT, state=DeliveryState.FOLDED, message_id=None),)) is None


def test_what_waits_for_a_digest_was_not_told() -> None:
    """Another keyword asks for the story at once, and the strongest wish wins."""
    waits = replace(SENT, state=DeliveryState.HELD, reason=DIGEST, message_id=None, finished_at=None)
    assert judge(waits) is None
    assert judge(waits, replace(SENT, delivery_id=DeliveryId(4))) == JoinStory(
        first=DeliveryId(4), is_new=True, edits=True
    )
    assert judge(replace(waits, reason=QUIET)) == JoinStory(first=DeliveryId(3), is_new=True, edits=False)
