"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _index(name: str, table: str, *columns: str, unique: bool = False, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=condition, postgresql_where=condition)


def _part_of(table: str, name: str, constraint: str, ondelete: str | None = None) -> sa.Column[int]:
    return sa.Column(
        name, sa.BigInteger(), sa.ForeignKey(f"{table}.id", name=constraint, ondelete=ondelete), nullable=False
    )


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("wished_url", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("declared_language", sa.Text()),
        sa.Column("full_text", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("validators_url", sa.Text()),
        sa.Column("body_hash", sa.Text()),
        sa.Column("interval", sa.BigInteger(), nullable=False),
        sa.Column("next_poll_at", sa.BigInteger(), nullable=False),
        sa.Column("first_success_at", sa.BigInteger()),
        sa.Column("last_success_at", sa.BigInteger()),
        sa.Column("last_polled_at", sa.BigInteger()),
        sa.Column("listed_at", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("site_url", sa.Text()),
        sa.Column("ttl", sa.BigInteger()),
        sa.Column("skip_hours", sa.Text(), nullable=False),
        sa.Column("skip_days", sa.Text(), nullable=False),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sqlite_autoincrement=True,
    )
    _index("ix_feeds_next_poll_at", "feeds", "next_poll_at", where="state IN ('active', 'failing')")
    _index("ix_feeds_owner", "feeds", "owner")
    _index("ix_feeds_url", "feeds", "url")
    _index("uq_feeds_wished_url_owner", "feeds", "wished_url", "owner", unique=True, where="state <> 'removed'")


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", _AUTO_ID, nullable=False),
        _part_of("feeds", "feed_id", "fk_articles_feed_id"),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("guid_key", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key_points", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("source_title", sa.Text(), nullable=False),
        sa.Column("source_host", sa.Text(), nullable=False),
        sa.Column("story_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sqlite_autoincrement=True,
    )
    _index("ix_articles_feed_id", "articles", "feed_id")
    _index("ix_articles_key", "articles", "key")
    _index("ix_articles_owner", "articles", "owner", where="owner <> 0")
    _index("ix_articles_seen_at", "articles", "seen_at")
    _index("ix_articles_story_id", "articles", "story_id")
    op.create_table(
        "entries",
        _part_of("feeds", "feed_id", "fk_entries_feed_id", ondelete="CASCADE"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("guid_key", sa.Text()),
        sa.Column("article_id", sa.BigInteger()),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "key", name="pk_entries"),
    )
    _index("ix_entries_feed_id_guid_key", "entries", "feed_id", "guid_key")


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("reads", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("paused_until", sa.BigInteger()),
        sa.Column("quiet_from", sa.Integer()),
        sa.Column("quiet_to", sa.Integer()),
        sa.Column("one_per_story", sa.Boolean(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("struck_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chats"),
    )
    _index("ix_chats_paused_until", "chats", "paused_until", where="paused_until IS NOT NULL")
    op.create_table(
        "receivers",
        _part_of("chats", "chat_id", "fk_receivers_chat_id", ondelete="CASCADE"),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text()),
        sa.Column("next_due", sa.BigInteger()),
        sa.Column("last_digest_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("chat_id", "thread_id", name="pk_receivers"),
    )
    _index("ix_receivers_next_due", "receivers", "next_due", where="next_due IS NOT NULL")
    op.create_table(
        "pendings",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name="pk_pendings"),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    _index("ix_people_is_operator", "people", "id", where="is_operator")
    op.create_table(
        "updates",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_updates"),
    )
    _index("ix_updates_unfinished", "updates", "id", where="finished_at IS NULL")
    op.create_table(
        "facts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_facts"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _subscriptions() -> None:
    op.create_table(
        "queries",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queries"),
        sqlite_autoincrement=True,
    )
    _index("ix_queries_retired", "queries", "id", where="retired")
    _index("uq_queries_normal_mode", "queries", "normal", "mode", unique=True, where="NOT retired")
    op.create_table(
        "subscriptions",
        sa.Column("id", _AUTO_ID, nullable=False),
        _part_of("chats", "chat_id", "fk_subscriptions_chat_id"),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _part_of("queries", "query_id", "fk_subscriptions_query_id"),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("headline_only", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("muted_until", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sqlite_autoincrement=True,
    )
    _index("uq_subscriptions_chat_id_number", "subscriptions", "chat_id", "number", unique=True)
    _index(
        "uq_subscriptions_query_id_chat_id_thread_id", "subscriptions", "query_id", "chat_id", "thread_id", unique=True
    )


def _links() -> None:
    op.create_table(
        "feed_choices",
        _part_of("chats", "chat_id", "fk_feed_choices_chat_id", ondelete="CASCADE"),
        _part_of("feeds", "feed_id", "fk_feed_choices_feed_id", ondelete="CASCADE"),
        sa.Column("followed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "feed_id", name="pk_feed_choices"),
    )
    _index("ix_feed_choices_feed_id", "feed_choices", "feed_id")
    op.create_table(
        "fanouts",
        _part_of("articles", "article_id", "fk_fanouts_article_id", ondelete="CASCADE"),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("catch_up", sa.Boolean(), nullable=False),
        sa.Column("chat_cursor", sa.BigInteger()),
        sa.Column("thread_cursor", sa.BigInteger()),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_fanouts"),
    )
    op.create_table(
        "matches",
        _part_of("articles", "article_id", "fk_matches_article_id", ondelete="CASCADE"),
        sa.Column("query_id", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "query_id", name="pk_matches"),
    )
    _index("ix_matches_query_id_article_id", "matches", "query_id", "article_id")


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger()),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("catch_up", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("claimed_at", sa.BigInteger()),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sqlite_autoincrement=True,
        postgresql_with={"autovacuum_vacuum_scale_factor": "0.02", "autovacuum_analyze_scale_factor": "0.02"},
    )
    _index("ix_deliveries_article_id", "deliveries", "article_id")
    _index("ix_deliveries_finished_at", "deliveries", "finished_at", where="finished_at IS NOT NULL")
    _index("ix_deliveries_lease_until", "deliveries", "lease_until", where="state IN ('leased', 'sending')")
    _index("ix_deliveries_not_before", "deliveries", "not_before", where="state = 'queued'")
    _index("ix_deliveries_queued", "deliveries", "rank", "id", "not_before", where="state = 'queued'")
    _index("uq_deliveries_chat_id_thread_id_key", "deliveries", "chat_id", "thread_id", "key", unique=True)


def upgrade() -> None:
    """Make the tables, those first that others refer to."""
    _feeds()
    _articles()
    _chats()
    _people()
    _subscriptions()
    _links()
    _deliveries()
