"""Pictures below alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Chats see none before they choose it."""
    op.add_column("chats", sa.Column("pictures", sa.Text(), server_default="off", nullable=False))
