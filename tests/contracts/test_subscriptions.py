"""What `SubscriptionRepository` promises of numbers, limits and shared queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core import archive
from bot.core.errors import Refusal, StorageError
from bot.core.feed import Feed
from bot.core.ids import ChatId, QueryId, SubscriptionId, ThreadId
from bot.core.portable import SubscriptionWish
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.subscription import HitCounts, Subscription, Urgency
from storage.store import Store
from tests.builders import MAIN, NOW, make_hit
from tests.contracts.scenes import add_feed, change, meet, publish, subscribe

HOUR = timedelta(hours=1)


async def test_a_subscription_comes_back_as_it_was_made(store: Store) -> None:
    """By its number and in the list of its receiver."""
    await meet(store, -5)
    made = await store.subscriptions.add(
        ChatId(-5),
        ThreadId(9),
        parser.stored('"Kim Jong Un" -Fussball'),
        MatchMode.FORMS,
        Urgency.SILENT,
        limit=1,
        now=NOW,
    )

    assert made == Subscription(
        id=made.id,
        chat_id=ChatId(-5),
        thread_id=ThreadId(9),
        number=1,
        query_id=made.query_id,
        query=parser.stored('"Kim Jong Un" -Fussball'),
        mode=MatchMode.FORMS,
        urgency=Urgency.SILENT,
        title=None,
        headline_only=False,
        paused=False,
        muted_until=None,
        created_at=NOW,
    )
    assert await store.subscriptions.list_for(ChatId(-5), ThreadId(9)) == (made,)
    assert await store.subscriptions.list_for(ChatId(-5), MAIN) == ()


async def test_numbers_count_up_within_a_chat_and_are_never_given_out_twice(store: Store) -> None:
    """All topics of a group share them; not even the last number comes back after it was removed."""
    first = await subscribe(store, -5, "A")
    second = await subscribe(store, -5, "A", thread=9)
    await subscribe(store, 1, "A")
    assert await store.subscriptions.remove([first.id, second.id]) == 2

    third = await subscribe(store, -5, "A")

    assert (first.number, second.number, third.number) == (1, 2, 3)


async def test_a_refused_wish_uses_up_no_number(store: Store) -> None:
    """Numbers have no gaps but those of removed subscriptions."""
    await subscribe(store, 1, "A")
    with pytest.raises(Refusal):
        await subscribe(store, 1, "A")

    assert (await subscribe(store, 1, "B")).number == 2


async def test_another_mode_is_another_query_of_the_same_words(store: Store) -> None:
    """Others keep theirs; a query that nobody has any more is retired, and whoever does not exist changes nothing."""
    mine, other = await subscribe(store, 1, "Kim"), await subscribe(store, 2, "Kim")
    assert mine.query_id == other.query_id

    changed = await store.subscriptions.set_mode(mine.id, MatchMode.EXACT, NOW)

    assert changed is not None
    assert (changed.query.normal, changed.mode) == ("Kim", MatchMode.EXACT)
    assert await store.subscriptions.list_for(ChatId(1), MAIN) == (changed,)
    assert await store.subscriptions.list_for(ChatId(2), MAIN) == (other,)
    assert await store.subscriptions.list_unused_queries() == ()
    again = await store.subscriptions.set_mode(other.id, MatchMode.EXACT, NOW)
    assert again is not None
    assert again.query_id == changed.query_id
    assert await store.subscriptions.list_unused_queries() == (mine.query_id,)
    await store.subscriptions.remove([mine.id])
    assert await store.subscriptions.set_mode(mine.id, MatchMode.FORMS, NOW) is None


async def test_a_keyword_asks_for_another_query(store: Store) -> None:
    """Its number and settings stay; another receiver's stays as it is, and a query nobody has any more is retired."""
    mine, other = await subscribe(store, 1, "Preis", mode=MatchMode.FORMS), await subscribe(store, 1, "Kim")
    await subscribe(store, 2, "Preis", mode=MatchMode.FORMS)

    changed = await store.subscriptions.set_query(mine.id, parser.stored("Preis -Filmpreis"), NOW)

    assert changed is not None
    assert changed == replace(mine, query_id=changed.query_id, query=parser.stored("Preis -Filmpreis"))
    assert await store.subscriptions.list_for(ChatId(1), MAIN) == (changed, other)
    assert await store.subscriptions.list_unused_queries() == ()
    assert await store.subscriptions.set_query(mine.id, changed.query, NOW) == changed
    with pytest.raises(Refusal) as refused:
        await store.subscriptions.set_query(mine.id, parser.stored("Kim"), NOW)
    assert (refused.value.reason, refused.value.facts) == ("subscription.exists", {"number": other.number})
    assert await store.subscriptions.list_for(ChatId(1), MAIN) == (changed, other)
    back = await store.subscriptions.set_query(mine.id, mine.query, NOW)
    assert back == mine
    assert await store.subscriptions.list_unused_queries() == (changed.query_id,)
    await store.subscriptions.remove([mine.id])
    assert await store.subscriptions.set_query(mine.id, parser.stored("Preis"), NOW) is None


async def test_a_receiver_has_a_query_once_in_whatever_mode(store: Store) -> None:
    """The refusal names the number; another topic or chat may have it too."""
    await subscribe(store, -5, "Kim", mode=MatchMode.EXACT)

    with pytest.raises(Refusal) as refused:
        await subscribe(store, -5, "Kim", mode=MatchMode.COMPOUNDS)

    assert (refused.value.reason, refused.value.facts) == ("subscription.exists", {"number": 1})
    await subscribe(store, -5, "Kim", thread=9)
    await subscribe(store, 1, "Kim")


async def test_a_keyword_in_other_letters_is_the_one_there(store: Store) -> None:
    """It is refused with its number, and may itself be written anew."""
    mine = await subscribe(store, 1, "Zürich")

    for typed in ("zürich", "Zuerich", "ZURICH"):
        with pytest.raises(Refusal) as refused:
            await subscribe(store, 1, typed)
        assert (refused.value.reason, refused.value.facts) == ("subscription.exists", {"number": mine.number})

    changed = await store.subscriptions.set_query(mine.id, parser.stored("zürich"), NOW)
    assert changed is not None
    assert changed.query.normal == "zürich"


async def test_the_limit_is_the_chats(store: Store) -> None:
    """Topics count together; removing makes room."""
    for thread in (0, 9):
        await subscribe(store, -5, "A", thread=thread)

    with pytest.raises(Refusal) as refused:
        await store.subscriptions.add(
            ChatId(-5), MAIN, parser.stored("B"), MatchMode.FORMS, Urgency.INSTANT, limit=2, now=NOW
        )

    assert (refused.value.reason, refused.value.facts) == ("subscription.limit", {"limit": 2})
    (one,) = await store.subscriptions.list_for(ChatId(-5), MAIN)
    await store.subscriptions.remove([one.id])
    added = await store.subscriptions.add(
        ChatId(-5), MAIN, parser.stored("B"), MatchMode.FORMS, Urgency.INSTANT, limit=2, now=NOW
    )
    assert added.number == 3


async def test_what_exists_is_said_before_the_limit(store: Store) -> None:
    """The reader learns that he has it, not that he has too many."""
    await subscribe(store, 1, "A")

    with pytest.raises(Refusal) as refused:
        await store.subscriptions.add(
            ChatId(1), MAIN, parser.stored("A"), MatchMode.FORMS, Urgency.INSTANT, limit=1, now=NOW
        )

    assert refused.value.reason == "subscription.exists"


async def test_a_chat_nobody_met_cannot_subscribe(store: Store) -> None:
    """There would be nobody to tell."""
    with pytest.raises(StorageError):
        await store.subscriptions.add(
            ChatId(1), MAIN, parser.stored("A"), MatchMode.FORMS, Urgency.INSTANT, limit=1, now=NOW
        )


async def test_subscriptions_are_listed_by_number(store: Store) -> None:
    """In the order in which they were made."""
    for normal in "DCAB":
        await subscribe(store, 1, normal)

    listed = await store.subscriptions.list_for(ChatId(1), MAIN)

    assert [(each.number, each.query.normal) for each in listed] == [(1, "D"), (2, "C"), (3, "A"), (4, "B")]


async def test_removing_counts_what_was_there(store: Store) -> None:
    """Twice the same, or nothing, is no error."""
    one = await subscribe(store)

    assert await store.subscriptions.remove([one.id, one.id]) == 1
    assert await store.subscriptions.remove([one.id]) == 0
    assert await store.subscriptions.remove([]) == 0


async def test_those_who_ask_the_same_share_a_query(store: Store) -> None:
    """The same normal form in the same mode; capitals are part of it."""
    same = [await subscribe(store, number, "Bahn") for number in (1, 2)]
    others = [await subscribe(store, 3, "bahn"), await subscribe(store, 4, "Bahn", mode=MatchMode.EXACT)]

    assert len({each.query_id for each in same}) == 1
    assert len({each.query_id for each in (*same, *others)}) == 3


async def test_queries_are_listed_by_id_after_a_given_one(store: Store) -> None:
    """So that a matcher learns only what is new."""
    first, second, third = [await subscribe(store, 1, normal) for normal in "ABC"]

    everything = await store.subscriptions.list_queries(QueryId(0))
    newer = await store.subscriptions.list_queries(first.query_id)
    unknown = await store.subscriptions.list_queries(QueryId(0), known={first.query_id, third.query_id})

    assert [(each.id, each.query.normal, each.mode) for each in everything] == [
        (wish.query_id, wish.query.normal, wish.mode) for wish in (first, second, third)
    ]
    assert [each.query.normal for each in newer] == ["B", "C"]
    assert [each.query.normal for each in unknown] == ["B"]


async def test_a_query_is_unused_when_its_last_subscriber_left(store: Store) -> None:
    """Then it is listed as unused and no longer as a query."""
    one, other = await subscribe(store, 1, "A"), await subscribe(store, 2, "A")
    await store.subscriptions.remove([one.id])
    assert await store.subscriptions.list_unused_queries() == ()

    await store.subscriptions.remove([other.id])

    assert await store.subscriptions.list_unused_queries() == (one.query_id,)
    assert await store.subscriptions.list_queries(QueryId(0)) == ()


async def test_an_unused_query_that_is_asked_again_is_a_new_one(store: Store) -> None:
    """Matchers learn by growing ids; under its old one they would never hear of it again."""
    one = await subscribe(store, 1, "A")
    await store.subscriptions.remove([one.id])

    again = await subscribe(store, 1, "A")

    assert again.query_id > one.query_id
    assert [each.id for each in await store.subscriptions.list_queries(one.query_id)] == [again.query_id]
    assert await store.subscriptions.list_unused_queries() == (one.query_id,)


async def test_a_keyword_leaves_the_digest_as_it_came(store: Store) -> None:
    """However often it was put there; of one that was always there, and of no other receiver's, nothing is known."""
    kept = {Urgency.INSTANT: "A", Urgency.SILENT: "B", Urgency.DIGEST: "C"}
    made = [await subscribe(store, 1, name, urgency=urgency) for urgency, name in kept.items()]
    other = await subscribe(store, 1, "A", thread=9, urgency=Urgency.DIGEST)
    for _ in range(2):
        await store.subscriptions.set_urgency([each.id for each in made], Urgency.DIGEST)

    left = await store.subscriptions.leave_digest(ChatId(1), MAIN)

    assert [each.urgency for each in left] == [Urgency.INSTANT, Urgency.SILENT, Urgency.INSTANT]
    assert await store.subscriptions.list_for(ChatId(1), MAIN) == left
    assert await store.subscriptions.list_for(ChatId(1), ThreadId(9)) == (other,)
    assert await store.subscriptions.leave_digest(ChatId(1), MAIN) == ()


async def test_what_was_chosen_for_a_keyword_is_not_undone(store: Store) -> None:
    """Silent, digest, instant by choice, digest again: it was instant before."""
    wish = await subscribe(store, 1, "A", urgency=Urgency.SILENT)
    for urgency in (Urgency.DIGEST, Urgency.INSTANT, Urgency.DIGEST):
        await store.subscriptions.set_urgency([wish.id], urgency)
    assert [each.urgency for each in await store.subscriptions.leave_digest(ChatId(1), MAIN)] == [Urgency.INSTANT]


async def test_a_removed_subscription_comes_back_under_its_number(store: Store) -> None:
    """Unless that is another's by now, or was never given."""
    known = await subscribe(store, normal="Kim")
    await store.subscriptions.remove([known.id])
    await subscribe(store, normal="Putin")
    wish = SubscriptionWish(query=known.query, title="K")

    async def restore(number: int) -> int:
        back = await store.subscriptions.restore(known.chat_id, MAIN, wish, limit=9, now=NOW, number=number)
        await store.subscriptions.remove([back.id])
        return back.number

    assert await restore(known.number) == known.number
    assert [await restore(number) for number in (2, 77)] == [3, 4]


async def test_subscriptions_are_muted_until_a_moment(store: Store) -> None:
    """Several at once, and heard again with None."""
    first, second = await subscribe(store, normal="Kim"), await subscribe(store, normal="Putin")
    await store.subscriptions.set_muted([first.id, second.id], NOW)
    await store.subscriptions.set_muted([second.id], None)
    listed = await store.subscriptions.list_for(first.chat_id, MAIN)
    assert [subscription.muted_until for subscription in listed] == [NOW, None]


async def test_titles_pauses_and_mutes_are_stored(store: Store) -> None:
    """And taken back."""
    wish, other = await subscribe(store, 1, "Kim"), await subscribe(store, 1, "Putin")
    await store.subscriptions.set_title(wish.id, "Korea")
    await store.subscriptions.set_paused(wish.id, True)
    await store.subscriptions.set_muted([wish.id], NOW)
    changed = replace(wish, title="Korea", paused=True, muted_until=NOW)
    assert await store.subscriptions.list_for(ChatId(1), MAIN) == (changed, other)

    await store.subscriptions.set_title(wish.id, None)
    await store.subscriptions.set_paused(wish.id, False)
    await store.subscriptions.set_muted([wish.id, other.id], None)
    assert await store.subscriptions.list_for(ChatId(1), MAIN) == (wish, other)


async def test_what_was_removed_comes_back_as_it_was(store: Store) -> None:
    """With its id, number and settings, once; and in its own place only."""
    await subscribe(store, 2, "Kim")
    wish = await subscribe(store, 1, "Kim", mode=MatchMode.EXACT)
    await store.subscriptions.set_title(wish.id, "Korea")
    await store.subscriptions.set_urgency([wish.id], Urgency.DIGEST)
    (before,) = await store.subscriptions.list_all_of(ChatId(1))
    assert await store.subscriptions.remove([wish.id], NOW) == 1

    for chat, thread in ((2, 0), (1, 9)):
        assert await bring_back(store, chat, wish.id, thread=thread) is None
    back = await bring_back(store, 1, wish.id)

    assert back is not None
    assert back.query_id not in (wish.query_id, 0)  # the matcher has forgotten the old one
    (there,) = await store.subscriptions.list_all_of(ChatId(1))
    assert there == replace(before, subscription=replace(before.subscription, query_id=back.query_id))
    assert await bring_back(store, 1, wish.id) is None
    assert (await subscribe(store, 1, "Putin")).number == 2


async def test_what_was_removed_may_have_no_place_any_more(store: Store) -> None:
    """It is there again already, the chat is full, or its number belongs to another one."""
    wish, other = await subscribe(store, 1, "Kim"), await subscribe(store, 1, "Putin")
    await store.subscriptions.remove([wish.id, other.id], NOW)
    again = await subscribe(store, 1, "Kim")
    with pytest.raises(Refusal, match="exists"):
        await bring_back(store, 1, wish.id)
    with pytest.raises(Refusal, match="limit"):
        await bring_back(store, 1, other.id, limit=1)
    await change(store, again.id, number=other.number)

    back = await bring_back(store, 1, other.id)

    assert back is not None
    assert (back.query.normal, back.number) == ("Putin", again.number + 1)


async def test_removed_subscriptions_are_forgotten_in_time(store: Store) -> None:
    """Only those that are old; without a moment nothing is kept at all."""
    old, gone, kept = [await subscribe(store, 1, word) for word in ("alt", "weg", "neu")]
    await store.subscriptions.remove([old.id], NOW)
    await store.subscriptions.remove([kept.id], NOW + HOUR)
    await store.subscriptions.remove([gone.id])

    assert [await store.retention.drop_removed(NOW + HOUR, 10) for _ in range(2)] == [1, 0]

    back = [await bring_back(store, 1, each.id) for each in (old, gone, kept)]
    assert [each and each.query.normal for each in back] == [None, None, "neu"]


async def test_hits_are_counted_by_day(store: Store) -> None:
    """Each article once, in whatever feeds it is; those before the subscription do not count."""
    wish, silent = await subscribe(store, 1, "Kim"), await subscribe(store, 1, "Putin")
    elsewhere = await subscribe(store, 1, "Kim", thread=9)
    feed, twin = await add_feed(store), await add_feed(store, "nzz")
    await hit(store, feed, "zuvor", wish, at=NOW - HOUR)
    for days in (0, 1, 1):
        await hit(store, feed, f"nach {days}", wish, at=NOW + timedelta(days=days, hours=1))
    await hit(store, twin, "nach 1", wish, at=NOW + timedelta(days=1, hours=2))

    counts = await count(store, NOW + timedelta(days=2))

    assert set(counts) == {wish.id}
    assert counts[wish.id].days == (*[0] * 12, 1, 1)
    assert counts[wish.id].week == 2
    assert silent.id not in counts
    assert set(await count(store, NOW + timedelta(days=2), thread=9)) == {elsewhere.id}
    await hit(store, feed, "nach 20", wish, at=NOW + timedelta(days=20, hours=1))
    assert (await count(store, NOW + timedelta(days=20, hours=2)))[wish.id].days == (*[0] * 13, 1)


async def test_hits_are_those_the_chat_can_see(store: Store) -> None:
    """Not in a language it does not read, a source it switched off, or a feed of another chat."""
    wish = await subscribe(store, 1, "Kim")
    feed, off = await add_feed(store), await add_feed(store, "aus")
    own, foreign = await add_feed(store, "mein", owner=ChatId(1)), await add_feed(store, "dein", owner=ChatId(2))
    await store.sources.choose(ChatId(1), [off.id], followed=False)
    for each in (feed, off, own, foreign):
        await hit(store, each, f"von {each.id}", wish, at=NOW + HOUR)
    await hit(store, feed, "fremd", wish, at=NOW + HOUR, language="fr")
    await hit(store, feed, "unbekannt", wish, at=NOW + HOUR, language=None)

    assert (await count(store, NOW + 2 * HOUR))[wish.id].week == 3


async def hit(store: Store, feed: Feed, name: str, wish: Subscription, *, at: datetime, **changes: Any) -> None:
    """Let an article come that a query matches."""
    for article in await publish(store, feed, name, now=at, **{"language": "de", "seen_at": at} | changes):
        await store.articles.record_matches(article.id, [make_hit(wish.query_id)])


async def count(store: Store, now: datetime, *, thread: int = 0) -> Mapping[SubscriptionId, HitCounts]:
    """Count the hits of chat 1."""
    chat = await store.chats.find(ChatId(1))
    assert chat is not None
    return await store.subscriptions.count_hits(archive.view(chat, now), ThreadId(thread), now)


async def bring_back(
    store: Store, chat: int, subscription_id: SubscriptionId, *, thread: int = 0, limit: int = 100
) -> Subscription | None:
    """Bring back what was removed."""
    return await store.subscriptions.bring_back(ChatId(chat), ThreadId(thread), subscription_id, limit=limit, now=NOW)
