"""Who has which slot, and what became of each document: one SQLite file that never forgets.

    store = StatusStore(Path("status"))
    [ref] = store.allocate(["urn:credential:00000000-…"], year=2037)     # the same slot at every call
    store.set_state(ref, "revoked", reason="fraud", at=now)
    store.states(ref.list_number)                                        # {4711: "revoked"}: what a list is made from

A key is a document (its identifier without slot) or, with "#" and a name, one of its other forms: "…#qr". Forms have
slots of their own and share one state. Slots are drawn at random, so that neither the order nor the number of documents
can be read from them; a slot is never given twice, and a list closes to new documents when four fifths are taken.
There is one store for one operator: two stores would give the same slot to two documents. Keep it as the register.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from issuer.credential_id import MAX_SHARD, StatusRef, list_number, year_and_shard
from issuer.status.states import MAY_BECOME, REASONS, SLOTS, State
from issuer.status.status_error import StatusError

FILE: Final = "status.sqlite"
FULL_PER_CENT: Final = 80
_BUSY_SECONDS: Final = 60.0
_MOST_MARKS: Final = 500

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS list (
    number INTEGER PRIMARY KEY,
    slots  INTEGER NOT NULL,
    taken  INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS slot (
    list     INTEGER NOT NULL REFERENCES list,
    slot     INTEGER NOT NULL,
    document TEXT NOT NULL,
    form     TEXT NOT NULL,
    PRIMARY KEY (list, slot)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS slot_of ON slot (document, form);
CREATE TABLE IF NOT EXISTS event (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL,
    state    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    at       INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of ON event (document, number);
CREATE TRIGGER IF NOT EXISTS slots_stay BEFORE DELETE ON slot BEGIN SELECT RAISE(ABORT, 'slots stay'); END;
CREATE TRIGGER IF NOT EXISTS slots_do_not_move BEFORE UPDATE ON slot BEGIN SELECT RAISE(ABORT, 'slots stay'); END;
CREATE TRIGGER IF NOT EXISTS history_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'history stays'); END;
CREATE TRIGGER IF NOT EXISTS history_is_not_rewritten BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'history stays'); END;
"""


@dataclass(frozen=True, slots=True)
class Event:
    """A change of state. `at` is aware UTC, in whole seconds; `reason` one of `states.REASONS`."""

    state: State
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ListSize:
    """How full a list is."""

    number: int
    slots: int
    taken: int


class StatusStore:
    """Open the store in a folder, or make it. Safe to open from several processes at once."""

    def __init__(self, folder: Path, *, slots: int = SLOTS) -> None:
        """`slots`: size of lists that are opened from now on; smaller ones are for tests only."""
        self._slots = slots
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(folder / FILE, timeout=_BUSY_SECONDS, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(
                "PRAGMA synchronous=FULL"
            )  # a slot that went into a sealed document must survive
            self._db.executescript("BEGIN IMMEDIATE;" + _SCHEMA + "COMMIT;")
            self._db.execute("INSERT OR IGNORE INTO setting VALUES ('id', ?)", (secrets.token_hex(16),))
        except (OSError, sqlite3.Error) as error:
            raise _unusable(folder, error) from error

    @classmethod
    def existing(cls, folder: Path) -> StatusStore:
        """Open a store that must be there; raises `StatusError` STATUS_STORE_MISSING."""
        if not (folder / FILE).is_file():
            raise StatusError(
                "STATUS_STORE_MISSING",
                f"Mapē {folder} nav statusu krātuves.",
                f"There is no status store in {folder}.",
                next_lv="To izveido: atestats seal … --status MAPE.",
                next_en="It is made by: atestats seal … --status FOLDER.",
            )
        return cls(folder)

    @property
    def store_id(self) -> str:
        """A random name: tells this store from every other."""
        [(value,)] = self._db.execute("SELECT value FROM setting WHERE name = 'id'")
        return str(value)

    # ── slots ──

    def allocate(self, keys: Sequence[str], year: int) -> list[StatusRef]:
        """The slots of these documents and forms, in their order; durable on return.

        A key that was seen before keeps its slot, whatever the year; others get a random free one in a list of `year`.
        Raises `StatusError` STATUS_YEAR outside 2001..2255 and STATUS_LISTS_FULL.
        """
        found = self._known(keys)
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            with self._transaction():
                found |= self._known(missing)  # another process may have been faster
                for key in missing:
                    if key not in found:
                        found[key] = self._take(key, year)
        return [found[key] for key in keys]

    def _known(self, keys: Sequence[str]) -> dict[str, StatusRef]:
        found: dict[str, StatusRef] = {}
        documents = list(dict.fromkeys(key.partition("#")[0] for key in keys))
        for start in range(0, len(documents), _MOST_MARKS):
            some = documents[start : start + _MOST_MARKS]
            marks = ",".join("?" * len(some))
            rows = self._db.execute(
                f"SELECT document, form, list, slot FROM slot WHERE document IN ({marks})",  # noqa: S608
                some,
            )
            for document, form, number, slot in rows:
                found[f"{document}#{form}" if form else document] = StatusRef(number, slot)
        return found

    def _take(self, key: str, year: int) -> StatusRef:
        document, _, form = key.partition("#")
        number, slots = self._open_list(year)
        while True:  # at most four of five slots are taken: five draws on the average in the worst case
            slot = secrets.randbelow(slots)
            if self._db.execute(
                "INSERT INTO slot VALUES (?, ?, ?, ?) ON CONFLICT (list, slot) DO NOTHING",
                (number, slot, document, form),
            ).rowcount:
                break
        self._db.execute("UPDATE list SET taken = taken + 1 WHERE number = ?", (number,))
        return StatusRef(number, slot)

    def _open_list(self, year: int) -> tuple[int, int]:
        """Number and size of the year's list that still takes documents."""
        try:
            first = list_number(year, 0)
        except ValueError:
            raise StatusError(
                "STATUS_YEAR",
                f"Gadam {year} statusa saraksta nav.",
                f"There are no status lists for the year {year}.",
            ) from None
        last = self._db.execute(
            "SELECT number, slots, taken FROM list WHERE number BETWEEN ? AND ? ORDER BY number DESC LIMIT 1",
            (first, first + MAX_SHARD),
        ).fetchone()
        if last is not None and last[2] * 100 < last[1] * FULL_PER_CENT:
            return last[0], last[1]
        number = first if last is None else last[0] + 1
        if number > first + MAX_SHARD:
            raise StatusError(
                "STATUS_LISTS_FULL",
                f"Gada {year} statusa saraksti ir pilni.",
                f"The status lists of the year {year} are full.",
            )
        self._db.execute("INSERT INTO list (number, slots) VALUES (?, ?)", (number, self._slots))
        return number, self._slots

    # ── states ──

    def set_state(self, ref: StatusRef, state: State, *, reason: str, at: dt.datetime) -> None:
        """Record what became of the document in this slot, for all its forms; durable on return.

        Raises `StatusError`: STATUS_SLOT_UNKNOWN, STATUS_REASON (not a reason for this state), STATUS_CHANGE (not
        allowed after the present state) or STATUS_TIME (before the last change). The state that it has already is set
        again without an effect.
        """
        if reason not in REASONS or REASONS[reason][0] != state:
            raise _wrong_reason(state)
        moment = int(at.timestamp())
        with self._transaction():
            document = self._document(ref)
            history = self._history(document)
            before: State = history[-1].state if history else "valid"
            if before == state:
                return
            if state not in MAY_BECOME[before]:
                raise StatusError(
                    "STATUS_CHANGE",
                    f"Dokuments ir „{before}” un nevar kļūt „{state}”.",
                    f'The document is "{before}" and cannot become "{state}".',
                    next_lv="Atsaukums ir galīgs; vajadzības gadījumā izsniedziet jaunu dokumentu.",
                    next_en="A revocation is final; issue a new document if one is due.",
                )
            if history and moment < history[-1].at.timestamp():
                raise StatusError(
                    "STATUS_TIME",
                    "Maiņas laiks ir pirms iepriekšējās maiņas.",
                    "The time of the change is before the last change.",
                )
            self._db.execute(
                "INSERT INTO event (document, state, reason, at) VALUES (?, ?, ?, ?)",
                (document, state, reason, moment),
            )

    def history(self, ref: StatusRef) -> list[Event]:
        """Everything that happened to the document in this slot, oldest first; raises `StatusError`."""
        return self._history(self._document(ref))

    def states(self, number: int) -> dict[int, State]:
        """The slots of a list whose documents are not valid."""
        rows = self._db.execute(
            "SELECT slot.slot, event.state FROM event JOIN slot ON slot.document = event.document"
            " WHERE slot.list = ? AND event.state <> 'valid'"
            " AND event.number = (SELECT max(number) FROM event AS last WHERE last.document = event.document)",
            (number,),
        )
        return dict(rows)

    def lists(self) -> list[ListSize]:
        """All lists, by number."""
        return [
            ListSize(*row)
            for row in self._db.execute("SELECT number, slots, taken FROM list ORDER BY number")
        ]

    def _document(self, ref: StatusRef) -> str:
        row = self._db.execute("SELECT document FROM slot WHERE list = ? AND slot = ?", ref).fetchone()
        if row is None:
            year, shard = year_and_shard(ref.list_number)
            raise StatusError(
                "STATUS_SLOT_UNKNOWN",
                f"Krātuvē nav dokumenta ar šo statusa vietu (gads {year}, saraksts {shard}).",
                f"The store knows no document with this status slot (year {year}, list {shard}).",
                next_lv="Pārbaudiet, vai norādīta tā krātuve, ar kuru dokuments zīmogots.",
                next_en="Check that this is the store with which the document was sealed.",
            )
        return str(row[0])

    def _history(self, document: str) -> list[Event]:
        rows = self._db.execute(
            "SELECT state, reason, at FROM event WHERE document = ? ORDER BY number", (document,)
        )
        return [Event(state, reason, dt.datetime.fromtimestamp(at, dt.UTC)) for state, reason, at in rows]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._db:  # commits, or rolls back
                self._db.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.Error as error:  # a full disk, a read-only folder
            raise _unusable(self._folder, error) from error

    def close(self) -> None:
        self._db.close()


def _wrong_reason(state: State) -> StatusError:
    fitting = [code for code, (leads_to, _, _) in REASONS.items() if leads_to == state]
    return StatusError(
        "STATUS_REASON",
        f"Stāvoklim „{state}” šāda iemesla nav.",
        f'This is no reason for the state "{state}".',
        next_lv=f"Iespējamie iemesli: {', '.join(fitting)}.",
        next_en=f"Possible reasons: {', '.join(fitting)}.",
    )


def _unusable(folder: Path, error: Exception) -> StatusError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return StatusError(
        "STATUS_STORE_UNUSABLE",
        f"Statusu krātuvi {folder} nevar lietot ({reason}).",
        f"The status store {folder} cannot be used ({reason}).",
        next_lv="Pārbaudiet ceļu un piekļuves tiesības.",
        next_en="Check the path and the access rights.",
    )
