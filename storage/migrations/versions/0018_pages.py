"""The page of an entry: its link without what stands behind `?`, which some publishers change with every answer."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """It is noted as entries are read; until then their links are compared whole."""
    op.add_column("entries", sa.Column("page_key", sa.Text()))
