"""How often reading a feed took too much, lately."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Begin with none."""
    op.add_column("feeds", sa.Column("strikes", sa.Integer(), nullable=False, server_default="0"))
