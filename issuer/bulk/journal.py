"""The run's memory: what is about to be sealed is written down before it is sealed (as Boulder does with certificates).

One SQLite file per output folder. A row per document: its identifier and the hash of the record's content. Whether it
was sealed then, its file tells: a document with an intent is adopted when its file is in place and sealed again when it
is not; since files appear by an atomic rename, there is no third case.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from issuer.errors import AtestatsError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    credential_id TEXT PRIMARY KEY,
    content_hash  TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_BUSY_SECONDS = 60.0  # several workers write; each transaction is a few milliseconds


class Journal:
    """Open the journal of an output folder; safe to open from several processes at once."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")  # an intent must survive a power cut, or it is no intent
        self._db.executescript("BEGIN IMMEDIATE;" + _SCHEMA + "COMMIT;")

    def bind(self, status_store: str) -> None:
        """Hold the folder to one status store ("" is none), because a document's identifier names its slot.

        With another store the same records would be sealed again under other identifiers. Raises `AtestatsError`
        STATUS_STORE_DIFFERS.
        """
        if not self._is_bound("status_store", status_store):
            raise AtestatsError(
                "STATUS_STORE_DIFFERS",
                "Šajā mapē zīmogots ar citu statusu krātuvi vai bez tās.",
                "Documents in this folder were sealed with another status store, or without one.",
                next_lv="Norādiet to pašu --status kā iepriekš vai citu --out mapi.",
                next_en="Give the same --status as before, or another --out folder.",
            )

    def bind_keys(self, keys: str) -> None:
        """Hold the folder to the keys it was begun with: "real", or a name for one development PKI.

        A folder is never half real and half TEST. Raises `AtestatsError` KEYS_DIFFER.
        """
        if not self._is_bound("keys", keys, before=keys):
            raise AtestatsError(
                "KEYS_DIFFER",
                "Šajā mapē zīmogots ar citām atslēgām: īstas un TESTA atslēgas vai divas TESTA krātuves nejauc.",
                "This folder was sealed with other keys: real and TEST keys, or two TEST stores, do not mix.",
                next_lv="Norādiet to pašu --keys kā iepriekš vai citu --out mapi.",
                next_en="Give the same --keys as before, or another --out folder.",
            )

    def _is_bound(self, name: str, value: str, before: str = "") -> bool:
        """Whether the folder is held to this value; `before` is what a folder with documents is taken to have had."""
        self._db.execute(
            "INSERT OR IGNORE INTO setting SELECT ?, CASE WHEN EXISTS (SELECT 1 FROM document) THEN ? ELSE ? END",
            (name, before, value),
        )
        [(bound,)] = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,))
        return bool(bound == value)

    def look_up(self, credential_ids: Sequence[str]) -> dict[str, str]:
        """Content hashes of those documents that were begun before, by identifier."""
        marks = ",".join("?" * len(credential_ids))
        rows = self._db.execute(
            f"SELECT credential_id, content_hash FROM document WHERE credential_id IN ({marks})",  # noqa: S608
            credential_ids,
        )
        return dict(rows.fetchall())

    def intend(self, documents: Iterable[tuple[str, str]]) -> None:
        """Write down (credential_id, content_hash) of everything that is about to be sealed; durable on return."""
        self._write(
            "INSERT INTO document (credential_id, content_hash) VALUES (?, ?)"
            " ON CONFLICT (credential_id) DO UPDATE SET content_hash = excluded.content_hash",
            documents,
        )

    def _write(self, statement: str, rows: Iterable[tuple[str, ...]]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(statement, rows)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()
