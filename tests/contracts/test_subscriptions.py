"""What `SubscriptionRepository` promises of numbers, limits and shared queries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import Refusal, StorageError
from bot.core.ids import ChatId, QueryId, ThreadId
from bot.core.portable import SubscriptionWish
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.subscription import Subscription, Urgency
from storage.store import Store
from tests.builders import MAIN, NOW
from tests.contracts.scenes import meet, subscribe


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
