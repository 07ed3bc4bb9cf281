"""
The tables that several repositories read; a table of one repository stands in its module.

A change of a table needs a new file in `migrations/versions`.

Every column that names a chat has the mark `CHAT` or is a foreign key to `chats`, every one that names a person the
mark `PERSON`: what happens to a chat as a whole is derived from that. States are words, as in `bot.core`. Owners and
threads are 0 where there is none, because neither database holds two NULLs for equal in a unique index.

What was added to a message after it was sent is in a table beside the deliveries: few messages ever grow, and the table
of deliveries is the busiest of all. What a feed has brought is kept apart from the articles, which are deleted sooner,
and from the feeds, which every poll writes.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    column,
)

from bot.core.chat import ChatState, PictureSize
from bot.core.delivery.delivery import DeliveryState
from storage.columns import (
    EvidenceList,
    IntSet,
    Number,
    SafeText,
    StringList,
    TimeSpan,
    UtcDateTime,
    auto_id,
    count,
    flag,
    is_one_of,
    lease,
    partial,
)
from storage.schema import CHAT, PERSON
from storage.schema import metadata as metadata

feeds = Table(
    "feeds",
    metadata,
    auto_id(),
    Column("wished_url", SafeText, nullable=False),  # stays when a permanent redirect changes `url`
    Column("url", SafeText, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("language", Text),
    Column("declared_language", SafeText),
    Column("full_text", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("owner", Number, nullable=False, info=CHAT),
    Column("state", Text, nullable=False),
    Column("etag", SafeText),
    Column("last_modified", SafeText),
    Column("validators_url", SafeText),
    Column("body_hash", Text),
    Column("interval", TimeSpan, nullable=False),
    Column("next_poll_at", UtcDateTime, nullable=False),
    Column("first_success_at", UtcDateTime),
    Column("last_success_at", UtcDateTime),
    Column("last_polled_at", UtcDateTime),
    Column("listed_at", UtcDateTime),  # when entries were last read: how long ago others vanished counts from here
    count("failures"),
    Column("error", SafeText),
    Column("site_url", SafeText),
    Column("ttl", TimeSpan),
    Column("skip_hours", IntSet, nullable=False, default=frozenset()),
    Column("skip_days", IntSet, nullable=False, default=frozenset()),
    *lease(),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    Column("address", SafeText, nullable=False, server_default=""),  # the same for all spellings of `url`
    Column("moved_to", SafeText),
    Column("moved_since", UtcDateTime),
    Column("moved_times", Integer, nullable=False, server_default="0"),
    Column("strikes", Integer, nullable=False, server_default="0"),
    Column("identity", Text),  # by what its entries are told apart; NULL: not learned yet
    partial("uq_feeds_wished_url_owner", "wished_url", "owner", where="state <> 'removed'", unique=True),
    Index(None, "url"),
    Index(None, "address"),
    partial("ix_feeds_next_poll_at", "next_poll_at", where="state IN ('active', 'failing')"),
    Index(None, "owner"),
    sqlite_autoincrement=True,
)

articles = Table(
    "articles",
    metadata,
    auto_id(),
    Column("feed_id", Number, ForeignKey(feeds.c.id), nullable=False),
    Column("owner", Number, nullable=False, info=CHAT),
    Column("key", Text, nullable=False),
    Column("guid_key", Text),
    Column("url", SafeText),
    Column("title", SafeText, nullable=False),
    Column("lead", SafeText, nullable=False),
    Column("body", SafeText, nullable=False),
    Column("key_points", StringList, nullable=False),
    Column("html", SafeText, nullable=False),
    Column("tags", StringList, nullable=False),
    Column("language", Text),
    Column("published_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("source_title", SafeText, nullable=False),
    Column("source_host", SafeText, nullable=False),
    Column("story_id", Number),
    flag("is_day"),
    Column("updated_at", UtcDateTime),
    flag("is_paid"),
    Index(None, "seen_at"),
    Index(None, "key"),
    Index(None, "feed_id"),
    Index(None, "story_id"),
    partial("ix_articles_owner", "owner", where="owner <> 0"),
    sqlite_autoincrement=True,
)

fanouts = Table(
    "fanouts",
    metadata,
    Column("article_id", Number, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    flag("matched"),
    flag("catch_up"),
    Column("chat_cursor", Number, info=CHAT),
    Column("thread_cursor", Number),
    *lease(),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),  # which change of the article is announced
    Column("latest", Integer, nullable=False, server_default="0"),  # the last one that is to be
    Column("before", SafeText),  # what the article said before the change, as JSON
    Column("edit_cursor", Number),  # alerts after this one are still to be edited; NULL: none
)

full_texts = Table(
    "full_texts",
    metadata,
    Column("article_id", Number, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("asked_at", UtcDateTime, nullable=False),
    flag("has_text"),
    Column("body", SafeText, nullable=False),  # what the feed itself gave, put back when the text is given up
    Column("key_points", StringList, nullable=False),
    Index(None, "asked_at"),
)

queries = Table(
    "queries",
    metadata,
    auto_id(),
    Column("normal", SafeText, nullable=False),
    Column("mode", Text, nullable=False),
    flag("retired"),  # nobody is subscribed any more; whoever asks the same again gets a new id
    Column("created_at", UtcDateTime, nullable=False),
    partial("uq_queries_normal_mode", "normal", "mode", where="NOT retired", unique=True),
    partial("ix_queries_retired", "id", where="retired"),
    sqlite_autoincrement=True,
)

_STATE = column("state", Text)
_GONE = tuple(state for state in ChatState if state is not ChatState.ACTIVE)

chats = Table(
    "chats",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False, info=CHAT),
    Column("kind", Text, nullable=False),
    Column("language", Text),
    Column("reads", StringList, nullable=False, default=()),
    Column("timezone", Text),
    Column("state", Text, nullable=False),
    Column("state_at", UtcDateTime, nullable=False),
    Column("paused_until", UtcDateTime),
    Column("quiet_from", Integer),  # minutes after midnight, in the chat's zone
    Column("quiet_to", Integer),
    Column("one_per_story", Boolean, nullable=False, default=True),
    count("last_number"),  # the highest number ever given to a subscription
    count("strikes"),  # how often, on different days, Telegram did not find it
    Column("struck_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("flooded_until", UtcDateTime),  # Telegram takes nothing for this chat until then
    partial("ix_chats_flooded_until", "flooded_until", where="flooded_until IS NOT NULL"),
    Column("release_at", UtcDateTime),  # when to look at what is held for it
    Column("pictures", Text, nullable=False, server_default=PictureSize.OFF),
    partial("ix_chats_paused_until", "paused_until", where="paused_until IS NOT NULL"),
    partial("ix_chats_release_at", "release_at", where="release_at IS NOT NULL"),
    partial("ix_chats_gone", "state_at", where=is_one_of(_STATE, *_GONE)),
)

IS_GONE = is_one_of(chats.c.state, *_GONE)
"""Demands that the bot may no longer write to a chat."""

receivers = Table(
    "receivers",
    metadata,
    Column("chat_id", Number, ForeignKey(chats.c.id, ondelete="CASCADE"), nullable=False),
    Column("thread_id", Number, nullable=False),
    Column("digest", Text),
    Column("next_due", UtcDateTime),
    Column("last_digest_at", UtcDateTime),
    PrimaryKeyConstraint("chat_id", "thread_id"),
    partial("ix_receivers_next_due", "next_due", where="next_due IS NOT NULL"),
)

feed_choices = Table(
    "feed_choices",
    metadata,
    Column("chat_id", Number, ForeignKey(chats.c.id, ondelete="CASCADE"), nullable=False),
    Column("feed_id", Number, ForeignKey(feeds.c.id, ondelete="CASCADE"), nullable=False),
    Column("followed", Boolean, nullable=False),
    PrimaryKeyConstraint("chat_id", "feed_id"),
    Index(None, "feed_id"),
)

people = Table(
    "people",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False, info=PERSON),
    Column("access", Text, nullable=False),
    flag("is_operator"),
    Column("name", SafeText, nullable=False),
    Column("language", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("asked", SafeText),  # what a stranger wanted first, to be done when he is let in
    partial("ix_people_is_operator", "id", where="is_operator"),
    partial("ix_people_waiting", "changed_at", "id", where="access = 'asked'"),
)

bans = Table(
    "bans",
    metadata,
    Column("hash", Text, primary_key=True),  # of the id of somebody who is banned and about whom nothing else is stored
    Column("banned_at", UtcDateTime, nullable=False),
)

pendings = Table(
    "pendings",
    metadata,
    Column("chat_id", Number, nullable=False, info=CHAT),
    Column("user_id", Number, nullable=False, info=PERSON),
    Column("thread_id", Number, nullable=False),
    Column("kind", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("chat_id", "user_id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    auto_id(),
    Column("chat_id", Number, ForeignKey(chats.c.id), nullable=False),
    Column("thread_id", Number, nullable=False),
    Column("number", Integer, nullable=False),
    Column("query_id", Number, ForeignKey(queries.c.id), nullable=False),
    Column("urgency", Text, nullable=False),
    Column("title", SafeText),
    flag("headline_only"),
    flag("paused"),
    Column("muted_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("urgency_before", Text),  # of one in the digest: how it came before that
    Index("uq_subscriptions_chat_id_number", "chat_id", "number", unique=True),
    Index("uq_subscriptions_query_id_chat_id_thread_id", "query_id", "chat_id", "thread_id", unique=True),
    sqlite_autoincrement=True,
)

removed_subscriptions = Table(
    "removed_subscriptions",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),  # the one it had, which nobody else gets
    Column("chat_id", Number, nullable=False, info=CHAT),
    Column("thread_id", Number, nullable=False),
    Column("number", Integer, nullable=False),
    Column("normal", SafeText, nullable=False),
    Column("mode", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("urgency_before", Text),
    Column("title", SafeText),
    flag("headline_only"),
    flag("paused"),
    Column("muted_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime, nullable=False),
    Index(None, "chat_id"),
    Index(None, "removed_at"),
)

searches = Table(
    "searches",
    metadata,
    auto_id(),
    Column("chat_id", Number, nullable=False, info=CHAT),
    Column("words", SafeText, nullable=False),  # empty: the newest articles, whatever they are about
    Column("article_ids", IntSet, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "chat_id"),
    Index(None, "created_at"),
    sqlite_autoincrement=True,
)

alert_actions = Table(
    "alert_actions",
    metadata,
    auto_id(),
    Column("chat_id", Number, ForeignKey(chats.c.id, ondelete="CASCADE"), nullable=False),
    Column("thread_id", Number, nullable=False),
    Column("delivery_id", Number, nullable=False),  # the alert; no foreign key, because a muted story outlives it
    Column("article_id", Number, nullable=False),
    Column("kind", Text, nullable=False),
    Column("before", SafeText, nullable=False),  # what it changed, as JSON: see `storage.alerts`
    Column("until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    Index(None, "chat_id"),
    Index(None, "delivery_id"),
    Index(None, "created_at"),
    sqlite_autoincrement=True,
)

matches = Table(
    "matches",
    metadata,
    Column("article_id", Number, ForeignKey(articles.c.id, ondelete="CASCADE"), nullable=False),
    Column("query_id", Number, nullable=False),
    Column("evidence", EvidenceList, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),  # the change of the article that made it match
    PrimaryKeyConstraint("article_id", "query_id"),
    Index(None, "query_id", "article_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    auto_id(),
    Column("chat_id", Number, nullable=False, info=CHAT),
    Column("thread_id", Number, nullable=False),
    Column("key", SafeText, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("article_id", Number),
    Column("payload", SafeText, nullable=False, default=""),
    flag("silent"),
    flag("plain"),
    flag("catch_up"),
    Column("state", Text, nullable=False),
    count("attempts"),
    count("uncertain"),  # attempts of which nobody knows whether Telegram took them
    Column("not_before", UtcDateTime, nullable=False),
    *lease(),
    Column("claimed_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("message_id", Number),
    Column("reason", Text),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column(
        "turn", Number, nullable=False, default=0, server_default="0"
    ),  # its place within its rank: `storage.deliveries`
    flag("released"),  # it was held once
    Column("parent", Number),  # the delivery that tells it together with others
    Index("uq_deliveries_chat_id_thread_id_key", "chat_id", "thread_id", "key", unique=True),
    partial("ix_deliveries_queued", "rank", "turn", "id", "not_before", where=is_one_of(_STATE, DeliveryState.QUEUED)),
    partial("ix_deliveries_not_before", "not_before", where=is_one_of(_STATE, DeliveryState.QUEUED)),
    partial(
        "ix_deliveries_lease_until", "lease_until", where=is_one_of(_STATE, DeliveryState.LEASED, DeliveryState.SENDING)
    ),
    partial("ix_deliveries_finished_at", "finished_at", where="finished_at IS NOT NULL"),
    partial("ix_deliveries_held", "chat_id", "thread_id", "reason", where=is_one_of(_STATE, DeliveryState.HELD)),
    partial("ix_deliveries_sent", "chat_id", "finished_at", where=is_one_of(_STATE, DeliveryState.SENT)),
    partial("ix_deliveries_unsent", "created_at", where=is_one_of(_STATE, DeliveryState.HELD, DeliveryState.FOLDED)),
    partial("ix_deliveries_parent", "parent", where="parent IS NOT NULL"),
    partial("ix_deliveries_broadcast", "key", "state", "reason", where="kind = 'broadcast'"),
    Index(None, "article_id"),
    sqlite_autoincrement=True,
    postgresql_with={"autovacuum_vacuum_scale_factor": "0.02", "autovacuum_analyze_scale_factor": "0.02"},
)

tellings = Table(
    "tellings",
    metadata,
    auto_id(),
    Column("article_id", Number, ForeignKey(articles.c.id, ondelete="CASCADE"), nullable=False),
    Column("story_id", Number, nullable=False),  # the id of its first article, which may be forgotten before it
    Column("related_id", Number),
    Column("absorbed", IntSet, nullable=False, default=frozenset()),
    Column("owner", Number, nullable=False, info=CHAT),
    Column("key", Text, nullable=False),
    Column("guid_key", Text),
    Column("source_host", SafeText, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("language", Text),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("uq_tellings_article_id", "article_id", unique=True),
    Index(None, "story_id"),
    Index(None, "seen_at"),
    sqlite_autoincrement=True,
)

abstracts = Table(
    "abstracts",
    metadata,
    Column("article_id", Number, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),  # the same for the same text
    Column("asked_at", UtcDateTime, nullable=False),
    Column("text", SafeText),  # empty: nothing is to be shown; NULL: somebody is asking, or died over it
    Index(None, "key"),
)

facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", SafeText, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("feed_id", Number, ForeignKey(feeds.c.id, ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("guid_key", Text),
    Column("article_id", Number),  # no foreign key: what a feed has brought outlives the article
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("link_key", Text),
    Column("fragment_key", Text),  # of the link with its fragment, where it has one
    Column("title_key", Text),
    Column("lead_key", Text),
    Column("dated", Number),  # seconds since 1970, as the feed said; 0 or NULL where it said none
    Column("states", Text),  # digests of what it has said, the latest first; see `bot.core.article.advance`
    Column("page_key", Text),  # of the link without its query, short; NULL where it was not noted or names no article
    PrimaryKeyConstraint("feed_id", "key"),
    Index(None, "feed_id", "guid_key"),
    Index(None, "feed_id", "title_key"),
    Index(None, "feed_id", "last_seen_at"),
    Index(None, "link_key"),
    partial("ix_entries_fragment_key", "fragment_key", where="fragment_key IS NOT NULL"),
)
