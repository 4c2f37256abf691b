"""The schema's versions (Alembic). `env.py` is what Alembic runs; a new version: see docs/adr/0012."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection


def configuration() -> Config:
    """Alembic's settings; no file of its own is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run all migrations up to `to` in the connection's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def found_and_wanted(connection: Connection) -> tuple[str | None, str]:
    """The schema's version (None: an empty database) and the newest one."""
    wanted = ScriptDirectory.from_config(configuration()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision(), wanted or ""
