"""How keys and indexes are named, alike in a fresh database and in one that was upgraded; what columns name."""

from __future__ import annotations

from sqlalchemy import MetaData

CHAT = {"names": "chat"}
"""The mark (`Column.info`) of a column that holds the id of a chat and is no foreign key to `chats`."""
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
