"""Called by Alembic: runs migrations on the connection that `storage.schema` has opened."""

from alembic import context

from storage.schema import VERSION_TABLE, metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=connection.dialect.name == "sqlite",
)
# The transaction, and with it the lock that keeps a second process out, is held by the caller.
context.run_migrations()
