"""The past by its words."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_COPIED = "feed_id, owner, key, language, published_at, source_title, source_host"


def _archived() -> None:
    op.create_table(
        "archived",
        sa.Column(
            "article_id",
            sa.BigInteger(),
            sa.ForeignKey("articles.id", name="fk_archived_article_id", ondelete="CASCADE"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("source_title", sa.Text(), nullable=False),
        sa.Column("source_host", sa.Text(), nullable=False),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary()),
        sa.Column("block", sa.BigInteger()),
        sa.PrimaryKeyConstraint("article_id", name="pk_archived"),
    )
    op.create_index("ix_archived_block", "archived", ["block"])
    for name, where in (("ix_archived_waiting", "NOT indexed"), ("ix_archived_loose", "words IS NOT NULL")):
        op.create_index(
            name, "archived", ["article_id"], sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    op.execute(f"INSERT INTO archived (article_id, {_COPIED}, indexed) SELECT id, {_COPIED}, false FROM articles")


def _words() -> None:
    op.create_table(
        "words",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", _BYTES, nullable=False),
        sa.Column("folded", _BYTES, nullable=False),
        sa.Column("firsts", sa.Text(), nullable=False),
        sa.Column("lasts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_words"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_words_language_text", "words", ["language", "text"], unique=True)
    op.create_index("ix_words_folded", "words", ["folded"])


def _places() -> None:
    op.create_table(
        "word_keys",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("word_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "word_id", name="pk_word_keys"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blocks",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("id", name="pk_blocks"),
    )
    op.create_table(
        "postings",
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("word_id", sa.BigInteger(), nullable=False),
        sa.Column("articles", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("block", "word_id", name="pk_postings"),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """Make the tables, and let every article that is there wait for its words."""
    _archived()
    _words()
    _places()
