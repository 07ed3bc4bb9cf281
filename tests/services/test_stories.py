"""One alert per story: the rule, the edit it causes, and [More]; on the real store with the real sender."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery.alert import Alert, Summary, SummaryLine
from bot.core.delivery.delivery import Delivery, OutcomeUnknown, Refused, RefusedReason, UnsentReason
from bot.core.delivery.rules import HoldBack
from bot.core.ids import ChatId, DeliveryId, MessageId
from bot.core.story import StoryPolicy
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.services.send_rules import SendRules
from bot.services.stories import SameStoryRule, StoryGrouping, StoryUpdates
from storage import rows
from storage.store import Store
from tests.builders import MAIN, make_draft, the_analyser
from tests.contracts.scenes import add_feed, announce, meet, poll, publish, set_chat, subscribe
from tests.fakes.clock import FakeClock
from tests.fakes.stores import recent_articles
from tests.fakes.telegram import FakeMessenger
from tests.services.conftest import eventually
from tests.services.sender_desk import Desk, opened
from tests.services.test_send_rules import Sayings

FIRST = "USA greifen Venezuela an und nehmen Präsident Maduro fest"
AGAIN = "Venezuela: USA greifen an und nehmen Präsident Maduro fest"
THIRD = "USA greifen Venezuela an, nehmen Präsident Maduro fest"
DAY = timedelta(days=1)
RELATED = "USA bringen Präsident Maduro nach New York"


@pytest.fixture
async def desk(store: Store, clock: FakeClock) -> AsyncIterator[Desk]:
    """A sender that knows stories."""
    async with opened(
        store, clock, rules=SendRules((SameStoryRule(stories=store.stories, clock=clock),)), retells=True
    ) as one:
        yield one


async def tell(desk: Desk, title: str, source: str, *chats: int, name: str = "") -> None:
    """Let a feed bring an article and queue it for these chats; of one `name`, articles have one address."""
    found = await desk.store.feeds.list_all()
    feed = next((each for each in found if each.title == source.upper()), None) or await add_feed(desk.store, source)
    now = desk.clock.now()
    (article,) = await publish(desk.store, feed, name or f"{source} {title}", title=title, seen_at=now, now=now)
    await StoryGrouping(
        stories=desk.store.stories, clock=desk.clock, policy=StoryPolicy(), locate=the_analyser().locate
    )(article)
    wishes = []
    for chat in chats or (1,):
        known = await desk.store.subscriptions.list_for(ChatId(chat), MAIN)
        wishes.append(known[0] if known else await subscribe(desk.store, chat, f"Wort {chat}"))
    await announce(desk.store, article, *wishes, now=now)
    desk.deliver.wake()


async def calls(desk: Desk, number: int) -> None:
    """Let seconds pass until so many calls were made."""
    async with asyncio.timeout(HANG_SECONDS):
        while len(desk.messenger.calls) < number:
            await asyncio.sleep(0.005)
            await desk.pass_by(seconds=1)


def said(desk: Desk) -> list[tuple[int, int | None, tuple[str, ...]]]:
    """List the calls: chat, the message edited if any, and the sources named."""
    return [
        (call.chat, call.edits, tuple(each.name for each in call.alert.also))
        for call in desk.messenger.calls
        if call.alert
    ]


async def test_the_second_source_is_no_alert_but_an_edit(desk: Desk) -> None:
    """Also the third; the message grows."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")
    await tell(desk, AGAIN, "nzz")
    await calls(desk, 2)
    await tell(desk, THIRD, "faz")
    await calls(desk, 3)
    assert said(desk) == [(1, None, ()), (1, 1001, ("NZZ",)), (1, 1001, ("NZZ", "FAZ"))]


async def test_several_sources_at_once_are_one_edit(desk: Desk) -> None:
    """One call for all that came meanwhile; nothing new is no call."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")
    for source in ("nzz", "faz", "woz"):
        await tell(desk, AGAIN if source == "nzz" else THIRD, f"{source}")
    await joined(desk, 3)
    await calls(desk, 2)

    async def nothing_is_left() -> bool:
        await desk.pass_by(seconds=1)
        return all(row.state in ("sent", "dead") for row in await desk.rows(1))

    await eventually(nothing_is_left)
    assert said(desk) == [(1, None, ()), (1, 1001, ("NZZ", "FAZ", "WOZ"))]


async def test_a_paper_that_goes_on_telling_is_an_alert_each_time(desk: Desk) -> None:
    """What it lists under another link is other news, also when another paper told of the first meanwhile."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")
    await tell(desk, AGAIN, "nzz")
    await calls(desk, 2)
    other = AGAIN.replace("Präsident Maduro", "Maduros Minister")
    await tell(desk, other, "srf")
    await calls(desk, 3)
    alerts = [call for call in desk.messenger.calls if call.alert and call.edits is None]
    assert [call.alert.article.title for call in alerts if call.alert] == [FIRST, other]
    assert [(call.delivery.silent, call.delivery.reply_to) for call in alerts] == [(False, None)] * 2


async def test_what_a_paper_publishes_again_comes_silently_below_the_first(desk: Desk) -> None:
    """The same headline and text under another link."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")
    await desk.pass_by(minutes=5)
    await tell(desk, FIRST, "srf", name="republished")
    await calls(desk, 2)
    first, again = [call.delivery for call in desk.messenger.calls if call.alert and call.edits is None]
    assert (first.silent, again.silent, again.reply_to) == (False, True, 1001)


async def joined(desk: Desk, number: int) -> None:
    """Wait until so many alerts ended because the reader knows."""

    async def holds() -> bool:
        return sum(row.reason == "same-story" for row in await desk.rows(1)) >= number

    await eventually(holds)


async def test_two_in_one_batch_are_one(desk: Desk) -> None:
    """The later one waits until it is known what became of the first."""
    hanging = desk.messenger.hang(1)
    await tell(desk, FIRST, "srf")
    await tell(desk, AGAIN, "nzz")
    await desk.messenger.called(1)
    await desk.pass_by(seconds=5)
    hanging.set()
    await calls(desk, 2)
    assert said(desk) == [(1, None, ()), (1, 1001, ("NZZ",))]


async def test_when_the_first_never_arrives_the_second_is_the_alert(desk: Desk) -> None:
    """Nothing is lost."""
    refused = Refused(RefusedReason.BAD_REQUEST, "no")
    desk.messenger.answer(1, refused, refused)
    await tell(desk, FIRST, "srf")
    await tell(desk, AGAIN, "nzz")
    await desk.messenger.called(2)
    await calls(desk, 3)
    assert said(desk)[-1] == (1, None, ())
    assert [call.alert.article.title for call in desk.messenger.calls if call.alert] == [FIRST, FIRST, AGAIN]


async def test_one_address_in_several_feeds_is_one_alert_that_names_them(desk: Desk) -> None:
    """Each feed once, whoever subscribed meanwhile; who wants every article gets one for an address all the same."""
    await tell(desk, FIRST, "srf", 1, name="one")
    await desk.comes_to(chat1="sent")
    await meet(desk.store, 3)
    await set_chat(desk.store, 3, one_per_story=False)
    await tell(desk, FIRST, "nzz", 1, 2, 3, name="one")
    await calls(desk, 4)
    await tell(desk, FIRST, "faz", 1, 2, 3, name="one")
    await calls(desk, 6)

    assert sorted(said(desk)[:1]) == [(1, None, ())]
    assert sorted((chat, names) for chat, _, names in said(desk)[1:4]) == [(1, ("NZZ",)), (2, ()), (3, ())]
    edits = sorted((chat, names) for chat, _, names in said(desk)[4:])
    assert edits == [(1, ("NZZ", "FAZ")), (2, ("FAZ",))]


async def test_what_a_message_that_names_eight_only_counts_is_one_edit_for_several(desk: Desk) -> None:
    """The number of the others has to be right in the end, and need not be so at every moment."""
    await tell(desk, FIRST, "srf", 1)
    await desk.comes_to(chat1="sent")
    for number in range(8):
        await tell(desk, f"{FIRST} {'!' * number}", f"blatt{number}", 1)
    await calls(desk, 2)
    while len(said(desk)[-1][2]) < 8:
        await calls(desk, len(desk.messenger.calls) + 1)
    before = len(desk.messenger.calls)
    for number in range(3):
        await tell(desk, f"{FIRST} {'?' * (number + 1)}", f"zeitung{number}", 1)

    async def all_told() -> bool:
        return [row.state for row in await desk.rows(1)].count("dead") == 11

    await eventually(all_told)
    assert len(desk.messenger.calls) == before

    async def all_done() -> bool:
        await desk.pass_by(seconds=5)
        return {row.state for row in await desk.rows(1)} == {"sent", "dead"}

    await eventually(all_done)
    assert len(desk.messenger.calls) == before + 1
    assert len(said(desk)[-1][2]) == 11


async def test_another_chat_starts_fresh(desk: Desk) -> None:
    """Only what this chat really received counts."""
    await tell(desk, FIRST, "srf", 1)
    await desk.comes_to(chat1="sent")
    await tell(desk, AGAIN, "nzz", 1, 2)
    await desk.comes_to(chat2="sent")
    assert said(desk)[1] == (2, None, ())


async def test_a_chat_may_want_every_article(desk: Desk) -> None:
    """Then each is an alert."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")
    await set_chat(desk.store, 1, one_per_story=False)
    await tell(desk, AGAIN, "nzz")
    await desk.messenger.called(2)
    assert said(desk) == [(1, None, ()), (1, None, ())]


async def test_what_may_be_the_same_is_a_silent_reply(desk: Desk) -> None:
    """Below the message of the story it may belong to."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")
    await tell(desk, RELATED, "nzz")
    await desk.messenger.called(2)
    delivery = desk.messenger.calls[1].delivery
    assert (delivery.silent, delivery.reply_to) == (True, 1001)


async def test_an_edit_whose_answer_was_lost_comes_again(desk: Desk) -> None:
    """Until it is known that the message names its sources."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")
    desk.messenger.answer(1, OutcomeUnknown("lost"))
    await tell(desk, AGAIN, "nzz")
    await calls(desk, 2)
    await calls(desk, 3)
    assert said(desk)[1:] == [(1, 1001, ("NZZ",))] * 2


async def test_what_joins_a_held_alert_is_named_when_that_goes_out(store: Store, clock: FakeClock) -> None:
    """There is nothing to edit yet, and nothing to edit then."""
    quiet = Sayings(chat1=HoldBack(UnsentReason.QUIET))
    rules = SendRules((SameStoryRule(stories=store.stories, clock=clock), quiet))
    async with opened(store, clock, rules=rules, retells=True) as desk:
        await tell(desk, FIRST, "srf")
        await desk.comes_to(chat1="held")
        await tell(desk, AGAIN, "nzz")
        await desk.comes_to(chat1="dead")
        row = (await desk.rows(1))[0]
        alert = (await store.outbox.load_alerts([await claimed(desk, row.id)]))[row.id]
        assert [each.name for each in alert.also] == ["NZZ"]
        assert len(await desk.rows(1)) == 2


async def claimed(desk: Desk, delivery_id: int) -> Delivery:
    """Read a delivery as a claim gives it."""
    found = next(row for row in await desk.rows(1) if row.id == delivery_id)
    return rows.delivery(found._mapping)


async def test_more_is_for_the_chat_that_has_the_message(desk: Desk) -> None:
    """A made-up number shows nothing."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")

    async def summarise(alert: Alert) -> Summary:
        return Summary((SummaryLine("Ein Satz."),), rest=("Noch einer.",))

    retell = StoryUpdates(
        stories=desk.store.stories,
        outbox=desk.store.outbox,
        messenger=FakeMessenger(),
        summarise=summarise,
        in_flight=desk.in_flight,
    )
    found = await retell.open(DeliveryId(1), ChatId(1))
    assert found is not None
    assert (found[0].message_id, found[2].rest) == (MessageId(1001), ("Noch einer.",))
    assert await retell.open(DeliveryId(1), ChatId(2)) is None
    assert await retell.open(DeliveryId(99), ChatId(1)) is None
    await retell.note_open(found[0], found[1])
    again = await retell.open(DeliveryId(1), ChatId(1))
    assert again is not None
    assert again[0].opened


async def test_an_edit_of_a_reader_who_left_is_dropped(desk: Desk) -> None:
    """No call is made for it."""
    await tell(desk, FIRST, "srf")
    await desk.comes_to(chat1="sent")
    await tell(desk, AGAIN, "nzz")
    wishes = await desk.store.subscriptions.list_for(ChatId(1), MAIN)
    await joined(desk, 1)
    await desk.store.subscriptions.remove([wishes[0].id])
    await desk.pass_by(seconds=3)
    await desk.comes_to(chat1="dead")
    assert len(desk.messenger.calls) == 1


async def retitle(desk: Desk, title: str) -> None:
    """Let the paper change the headline of its first article."""
    (feed, *_) = await desk.store.feeds.list_all()
    now = desk.clock.now()
    drafts = [make_draft(feed, name, title=name, seen_at=now) for name in ("anderes", "berg")]
    drafts[1] = replace(drafts[1], title=title)
    stored = await poll(desk.store, feed, *drafts, now=now)
    for article in stored:
        await announce(
            desk.store, article, *([await subscribe(desk.store, 1)] if article.title == title else []), now=now
        )
    if not stored:
        listed = await recent_articles(desk.store, since=now - DAY, limit=9)
        found = next(each for each in listed if each.url == drafts[1].url)
        await announce(desk.store, found, now=now)
    desk.deliver.wake()


async def test_a_message_that_is_out_gets_the_new_headline(desk: Desk) -> None:
    """Two changes in a row are one edit, for the message shows the last; what is written differently is none."""
    await add_feed(desk.store)
    await retitle(desk, "Zwischenfall am Berg")
    await desk.comes_to(chat1="sent")
    await desk.pass_by(minutes=5)
    await retitle(desk, "Seilbahn am Säntis steht still")
    await calls(desk, 2)
    assert titles_of(desk) == [(None, "Zwischenfall am Berg"), (1001, "Seilbahn am Säntis steht still")]

    office = desk.office.pop()
    for title in ("Seilbahn steht seit Stunden still", "Seilbahn fährt wieder", "UPDATE: Seilbahn fährt wieder"):
        await desk.pass_by(minutes=5)
        await retitle(desk, title)
    desk.office.append(office)

    async def all_sent() -> bool:
        await desk.pass_by(seconds=1)
        return [row.state for row in await desk.rows(1)] == ["sent"] * 4

    await eventually(all_sent)
    assert titles_of(desk)[2:] == [(1001, "Seilbahn fährt wieder")]


def titles_of(desk: Desk) -> list[tuple[int | None, str]]:
    """List the calls: the message edited if any, and the headline."""
    return [(call.edits, call.alert.article.title) for call in desk.messenger.calls if call.alert]
