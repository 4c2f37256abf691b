"""The desk's own small database: sessions and rate limits. Nothing in it is part of the register.

With SQLite it is a file of its own beside the register, so that a page never waits for a batch that is being written;
with PostgreSQL it is two more tables of the same database, shared by all processes. It may be emptied at any time:
people then log in again.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Engine, Integer, MetaData, String, Table, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

from issuer.register.columns import Json, Utc

_metadata: Final = MetaData()

session_table: Final = Table(
    "desk_session",
    _metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of the cookie: the table alone opens no session
    Column("subject", String(200), nullable=True, index=True),
    Column("made_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("data", Json, nullable=False),
)

attempt_table: Final = Table(
    "desk_attempt",
    _metadata,
    Column("key", String(64), primary_key=True),
    Column("window", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
)


def open_store(register_url: str) -> Engine:
    """The store that belongs to a register's address; makes its tables where they are missing."""
    url = make_url(register_url)
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=5)
    elif url.database in (None, "", ":memory:"):
        engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
    else:
        engine = create_engine(f"sqlite:///{url.database}.desk", connect_args={"timeout": 10})
        event.listen(engine, "connect", _prepare)
    _metadata.create_all(engine, checkfirst=True)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")  # a session lost in a power cut costs one login
