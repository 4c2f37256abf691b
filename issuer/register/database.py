"""The database of the register: SQLite for one machine, PostgreSQL for many. Same tables, same rules.

    database = Database.open("sqlite:///register.sqlite")      # or postgresql://…
    with database.writing() as session:                         # one transaction: all of it or nothing
        …

A transaction that writes holds SQLite's one write lock from its beginning, so that two of them never find out at their
ends that they cannot both be right. On PostgreSQL rows are locked where that matters (counters, the end of the audit
trail, the documents of a range).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlmodel import Session

from issuer.register.register_error import RegisterError, not_reachable, not_upgraded

VARIABLE: Final = "ATESTATS_DATABASE"
_BUSY_SECONDS: Final = 60
_READS: Final = "atestats_reads"


class Database:
    """One register. Safe to share between threads; processes open their own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str, *, checked: bool = True) -> Database:
        """Connect; raises `RegisterError` REGISTER_URL, REGISTER_UNREACHABLE or (`checked`) REGISTER_SCHEMA."""
        database = cls(_engine(url))
        if checked:
            database.check_schema()
        return database

    @property
    def is_sqlite(self) -> bool:
        """Whether it is the embedded kind."""
        return self.engine.dialect.name == "sqlite"

    @property
    def url(self) -> str:
        """Where it is, with the password in it: for other processes of ours, not for messages."""
        return self.engine.url.render_as_string(hide_password=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that may write; committed at the end, undone when anything is raised."""
        with _told(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, and blocks nobody."""
        engine = self.engine.execution_options(**{_READS: True}) if self.is_sqlite else self.engine
        with _told(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def upgrade(self) -> None:
        """Bring the schema to the present version; does nothing when it is there."""
        from issuer.register.migrations import upgrade

        with _told(), self.engine.connect() as connection:
            upgrade(connection)
            connection.commit()

    def check_schema(self) -> None:
        """Raise `RegisterError` REGISTER_SCHEMA unless the schema is the one this software was written for."""
        from issuer.register.migrations import found_and_wanted

        with _told(), self.engine.connect() as connection:
            found, wanted = found_and_wanted(connection)
        if found != wanted:
            raise not_upgraded(found or "-", wanted)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def url_of(folder: Path) -> str:
    """What `ATESTATS_DATABASE` says, or else a SQLite file in `folder`."""
    return os.environ.get(VARIABLE) or f"sqlite:///{folder / 'register.sqlite'}"


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ArgumentError(parsed.drivername)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=20)
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})
    except (ArgumentError, OSError) as error:
        raise RegisterError(
            "REGISTER_URL",
            "Datubāzes adresi nevar saprast.",
            "The address of the database is not understood.",
            next_lv="Tai jābūt sqlite:///fails vai postgresql://lietotājs@serveris/datubāze.",
            next_en="It must be sqlite:///file or postgresql://user@server/database.",
        ) from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, not by the driver's guess
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _told() -> Iterator[None]:
    """Trouble with the connection becomes an error that says what to do; faults of ours stay what they are."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise not_reachable(_first_line(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise not_reachable(_first_line(error)) from error
        raise


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or ["?"])[0][:200]
