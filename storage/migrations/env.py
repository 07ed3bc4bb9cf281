"""Called by Alembic: runs migrations on the connection that `storage.upgrade` has opened."""

from alembic import context

from storage.naming import metadata
from storage.version import VERSION_TABLE

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=connection.dialect.name == "sqlite",
)
# The transaction, and with it the lock that keeps a second process out, is held by the caller.
context.run_migrations()
