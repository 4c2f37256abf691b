"""Run by Alembic: the connection comes from `issuer.register.migrations.upgrade`."""

from __future__ import annotations

from alembic import context

from issuer.register.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=False,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
