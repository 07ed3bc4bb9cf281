"""
Ports of the services to the store, one repository per noun; `tests/contracts` checks what they promise.

A port that only one noun needs stands in that noun's own module (`bot.core.source`, `bot.core.archive`,
`bot.core.health`, `bot.core.delivery`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.archive import ArchiveView
from bot.core.article import Article, ArticleDraft
from bot.core.chat import AccessLevel, Chat, ChatKind, ChatState, PendingQuestion, Person
from bot.core.delivery.delivery import UnsentReason
from bot.core.feed import Feed, FeedWish, FullText
from bot.core.identity import Traits
from bot.core.ids import ArticleId, ChatId, FeedId, QueryId, SubscriptionId, ThreadId, UserId
from bot.core.portable import StoredSubscription, SubscriptionWish
from bot.core.query.matcher import QueryHit
from bot.core.query.parser import MatchMode, Query
from bot.core.subscription import HitCounts, Subscription, Urgency


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A query in one mode, shared by everybody who subscribed to it."""

    id: QueryId
    query: Query
    mode: MatchMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Fanout:
    """An article whose readers are still to be found."""

    article: Article
    before: Article | None = None
    """
    The article before its change, of which only queries count that did not match it; None where it has not changed.
    """
    matched: bool
    """Its matches are stored already: an earlier attempt got that far."""
    catch_up: bool = False
    """It was published while the feed was not polled: it is announced however old it is."""
    full_text: FullText = "never"
    was_asked_for: bool = False
    """Its page was asked for already, with or without success."""
    has_page_text: bool = False
    """The article's body is that of its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPoll:
    """What one poll of a feed changes in the store."""

    feed: Feed
    """Its new state."""
    drafts: Sequence[ArticleDraft] = ()
    listed: Sequence[Traits] = ()
    """All entries of the document, by which the feed's identity rule is learned; empty: those of the drafts."""
    marks: bytes | None = None
    """The fingerprints of this reading; None: the stored ones stay."""
    alert: bool = False
    """New articles get a fan-out task, as do those that changed (`bot.core.article.state_of`)."""
    catch_up: bool = False
    """The feed was not polled for a while: what bears a date since then is announced however old it is."""


class FeedRepository(Protocol):
    """Feeds and the results of their polls."""

    async def sync_catalogue(self, wishes: Sequence[FeedWish], now: datetime) -> tuple[Feed, ...]:
        """Make the catalogue exactly this: new ones are due, missing ones (returned) end, the rest keep their state."""
        ...

    async def add(self, wish: FeedWish, now: datetime) -> Feed:
        """Add a feed, due at once; raise `Refusal("feed.exists")` when the same chat (or everybody) has it already."""
        ...

    async def remove(self, feed_id: FeedId, now: datetime) -> None:
        """Stop polling a feed; its articles stay."""
        ...

    async def list_all(self) -> tuple[Feed, ...]:
        """List the feeds that are not removed, by id."""
        ...

    async def claim_due(
        self, owner: str, now: datetime, lease: timedelta, limit: int, in_hand: Collection[FeedId] | None = None
    ) -> tuple[Feed, ...]:
        """
        Lease feeds that are due, longest overdue first; nobody else gets them until the lease ends.

        `in_hand` names what the owner holds and knows of: any other feed that is leased by it counts as free, because
        the answer to an earlier claim was lost after its commit. None: the owner cannot tell.
        """
        ...

    async def claim_twins(self, owner: str, due: Sequence[Feed], now: datetime, lease: timedelta) -> tuple[Feed, ...]:
        """Lease the feeds with the same address as one of these, due or not, except those others have leased."""
        ...

    async def postpone(self, feed_ids: Sequence[FeedId], until: datetime) -> None:
        """Give leased feeds back without a poll; they are due again at that time."""
        ...

    async def count_due(self, now: datetime) -> int:
        """Count the feeds that are due and free."""
        ...

    async def polls_a_second(self) -> float:
        """Sum up how many polls a second all feeds need, each at its own interval."""
        ...

    async def hold(self, covers: Callable[[str], bool], until: datetime) -> int:
        """Postpone the polls of feeds on these hosts (lower-case names) to that time; returns how many change."""
        ...

    async def next_due(self) -> datetime | None:
        """Return when the next poll is due; a leased feed is due when its lease ends, if that is later."""
        ...

    async def load_marks(self, feed_id: FeedId) -> bytes:
        """Load the fingerprints of the last reading of the feed; empty when there are none."""
        ...

    async def finish_poll(self, poll: FinishedPoll, now: datetime) -> tuple[Article, ...]:
        """
        Store the feed's new state and its unseen articles, and give the lease back, in one transaction.

        An entry is seen when `bot.core.recognition` finds it in what this feed brought; it then takes its new identity.
        Of a feed that was removed while it was polled nothing is stored. Returns the articles that were new.
        """
        ...

    async def count_subscribers(self) -> int:
        """Count the active chats that have a subscription."""
        ...


class ArticleRepository(Protocol):
    """Articles, and the fan-out to their readers."""

    async def claim_fanouts(
        self, owner: str, now: datetime, lease: timedelta, limit: int, in_hand: Collection[ArticleId] | None = None
    ) -> tuple[Fanout, ...]:
        """
        Lease articles whose readers are to be found: the oldest of each feed, then the second of each, and so on.

        Feeds where fewer wait come first, so that eight that bring thousands hold up no other; the oldest of all is
        always among those taken.

        `in_hand` means what it means for feeds.
        """
        ...

    async def record_matches(
        self, article_id: ArticleId, hits: Sequence[QueryHit], known: Sequence[QueryHit] = ()
    ) -> None:
        """Store which queries match and why, once; what is stored of those `known` from before a change is renewed."""
        ...

    async def close_unmatched(self, article_ids: Collection[ArticleId]) -> None:
        """Close the tasks of articles that match no query; one that has changed meanwhile begins anew."""
        ...

    async def is_announced(self, article_id: ArticleId) -> bool:
        """Say whether the search for the article's readers is over, or there never was one."""
        ...

    async def enqueue(self, article_id: ArticleId, now: datetime, *, limit: int) -> int | None:
        """
        Queue one alert for each of the next `limit` receivers (chat and thread) of a matched article.

        Receivers are those with an active instant or silent subscription to a matched query, in an active chat that
        reads the article's language and may see its feed. One delivery per receiver and article key, ever: who has had
        one counts among the `limit`, but not in what is returned. Returns how many were queued; None when all are done
        and the task is closed. Progress and deliveries are one transaction.
        """
        ...


class ChatRepository(Protocol):
    """Chats and persons."""

    async def find(self, chat_id: ChatId) -> Chat | None:
        """Find a chat."""
        ...

    async def meet(self, chat_id: ChatId, kind: ChatKind, language: str | None, now: datetime) -> Chat:
        """
        Get the chat, making it when it is new; `language` is used only for a new one.
        One that Telegram did not find lately is there after all: what was put off because of that is due now.
        """
        ...

    async def set_language(self, chat_id: ChatId, language: str) -> None:
        """Change the language the bot uses in the chat."""
        ...

    async def set_state(
        self, chat_id: ChatId, state: ChatState, now: datetime, reason: UnsentReason | None = None
    ) -> None:
        """
        Start or stop delivery, for a reason where the state alone does not name it.

        Where it stops, alerts wait as after `Dropped.silence_chat`. To who starts again, what he missed is told in one
        message, and what his digest would have told, in the next digest.
        """
        ...

    async def count_active(self) -> int:
        """Count the chats to which something is delivered."""
        ...

    async def move(self, old: ChatId, new: ChatId, now: datetime) -> None:
        """Give a group that became a supergroup its new id everywhere; done twice it changes nothing."""
        ...

    async def save_settings(self, chat: Chat, now: datetime) -> None:
        """Store the settings of a known chat as they are in `chat`; its kind and state are none."""
        ...

    async def list_rows(self, chat_id: ChatId) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """
        List every row that names a chat, and with a private chat the person, by table, as values of JSON.

        Articles are left out: their texts are the publishers'.
        """
        ...

    async def forget(self, chat_id: ChatId, now: datetime) -> None:
        """
        Delete everything about a chat, and with a private chat everything about the person, whatever is under way.

        Of a person who is banned only that is kept, as a keyed hash.
        """
        ...

    async def find_person(self, user_id: UserId) -> Person | None:
        """Find a person; of one who is banned and was forgotten, nothing but that is known."""
        ...

    async def save_person(self, person: Person, now: datetime) -> None:
        """Store a person, new or known."""
        ...

    async def set_access(self, user_id: UserId, access: AccessLevel, now: datetime) -> None:
        """Change what a person may do, making him known if need be; what he asked for is kept for who is approved."""
        ...

    async def list_waiting(self, limit: int) -> tuple[tuple[Person, ...], int]:
        """List who waits for approval, in the order of asking; also returns their total number."""
        ...

    async def set_operator(self, user_id: UserId, is_operator: bool, now: datetime) -> None:
        """Make a person operator (and approved), or end that; a former operator stays approved."""
        ...

    async def list_operators(self) -> tuple[UserId, ...]:
        """List stored operators, by id."""
        ...

    async def ask(self, pending: PendingQuestion) -> None:
        """Store an open question; an older one of the same person in the same chat is deleted."""
        ...

    async def find_pending(
        self, chat_id: ChatId, thread_id: ThreadId, user_id: UserId, now: datetime
    ) -> PendingQuestion | None:
        """Find the open question; one that has expired is deleted."""
        ...

    async def drop_pending(self, pending: PendingQuestion) -> None:
        """Delete a question that is answered, unless another one was asked since."""
        ...


class SubscriptionRepository(Protocol):
    """The subscriptions of chats and their queries."""

    async def add(
        self,
        chat_id: ChatId,
        thread_id: ThreadId,
        query: Query,
        mode: MatchMode,
        urgency: Urgency,
        *,
        limit: int,
        now: datetime,
    ) -> Subscription:
        """
        Subscribe a receiver in a chat that was met.

        Raises `Refusal`: "subscription.exists" (number=…), "subscription.limit" (limit=…).
        """
        ...

    async def restore(
        self,
        chat_id: ChatId,
        thread_id: ThreadId,
        wish: SubscriptionWish,
        *,
        limit: int,
        now: datetime,
        number: int | None = None,
    ) -> Subscription:
        """Do the same with all settings of the subscription at once; `number`: the one it had until it was removed."""
        ...

    async def list_for(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[Subscription, ...]:
        """List a receiver's subscriptions by number."""
        ...

    async def list_all_of(self, chat_id: ChatId) -> tuple[StoredSubscription, ...]:
        """List the subscriptions of a chat and all its topics by number."""
        ...

    async def count_hits(self, where: ArchiveView, thread_id: ThreadId, now: datetime) -> HitsBySubscription:
        """Count the articles matched in the last days, since each subscription was made, that the chat can see."""
        ...

    async def remove(self, subscription_ids: Sequence[SubscriptionId], removed_at: datetime | None = None) -> int:
        """Delete subscriptions; returns how many there were. With `removed_at` they can be brought back for a while."""
        ...

    async def bring_back(
        self, chat_id: ChatId, thread_id: ThreadId, subscription_id: SubscriptionId, *, limit: int, now: datetime
    ) -> Subscription | None:
        """Subscribe again, as `add` does, to what was removed, with its number; None when it is not kept any more."""
        ...

    async def set_urgency(self, subscription_ids: Sequence[SubscriptionId], urgency: Urgency) -> None:
        """Change how their alerts come; one that goes into the digest remembers how it came before."""
        ...

    async def leave_digest(self, chat_id: ChatId, thread_id: ThreadId) -> tuple[Subscription, ...]:
        """Let every keyword of the digest come as it did before, else at once; returns them as they are now."""
        ...

    async def set_headline_only(self, subscription_id: SubscriptionId, headline_only: bool) -> None:
        """Switch the summary off or on."""
        ...

    async def set_title(self, subscription_id: SubscriptionId, title: str | None) -> None:
        """Give a subscription a name, or (None) let it be called by its query."""
        ...

    async def set_paused(self, subscription_id: SubscriptionId, paused: bool) -> None:
        """Stop the alerts of a subscription, or start them again."""
        ...

    async def set_muted(self, subscription_ids: Sequence[SubscriptionId], until: datetime | None) -> None:
        """Drop the alerts of subscriptions until then; None: they come again."""
        ...

    async def set_mode(self, subscription_id: SubscriptionId, mode: MatchMode, now: datetime) -> Subscription | None:
        """Change the match mode; number and settings stay. None: the subscription is gone."""
        ...

    async def set_query(self, subscription_id: SubscriptionId, query: Query, now: datetime) -> Subscription | None:
        """
        Change the query; number and settings stay. None: the subscription is gone.

        Raises `Refusal`: "subscription.exists" (number=…) where the receiver has another one with this query.
        """
        ...

    async def list_queries(self, after: QueryId, known: Container[QueryId] = ()) -> tuple[StoredQuery, ...]:
        """List the queries in use with a greater id, by id; those that are `known` are left out, and not parsed."""
        ...

    async def list_unused_queries(self) -> tuple[QueryId, ...]:
        """List retired queries, which have no subscription; the same query asked again gets a new id."""
        ...


class UpdateRepository(Protocol):
    """Updates from Telegram: received durably before they are confirmed, handled once."""

    async def receive(self, updates: Sequence[tuple[int, str]], now: datetime) -> tuple[int, ...]:
        """Store updates (id, JSON) that are new and return their ids, in order; known ones are ignored."""
        ...

    async def finish(self, update_ids: Sequence[int], now: datetime) -> None:
        """Mark updates as handled; their texts are deleted."""
        ...

    async def list_unfinished(self) -> tuple[tuple[int, str], ...]:
        """List updates that were received and not handled, by id."""
        ...


class KeyValueRepository(Protocol):
    """Small facts kept across restarts."""

    async def get(self, key: str) -> str | None:
        """Find a fact."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Store a fact."""
        ...


HitsBySubscription = Mapping[SubscriptionId, HitCounts]
