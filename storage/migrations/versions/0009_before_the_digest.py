"""How a keyword came before it was put into the digest."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Of those that are in a digest already nobody knows; they will come at once."""
    op.add_column("subscriptions", sa.Column("urgency_before", sa.Text()))
