"""Deliveries without the lanes that articles had before they took turns, and with reasons of one spelling."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Drop a column that nothing reads since version 0005, which both databases do in place."""
    op.drop_column("deliveries", "lane")
    deliveries = sa.table("deliveries", sa.column("reason", sa.Text))
    op.execute(deliveries.update().where(deliveries.c.reason == "nothing new").values(reason="nothing-new"))
