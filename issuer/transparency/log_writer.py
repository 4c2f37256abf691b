"""Appending to the log: written down, put into tiles, signed, indexed; cut off anywhere, the next run finishes it.

    with LogWriter.open(folder, signer) as log:
        checkpoint = log.append(entries)         # what the log holds already is passed over
        log.stamp(ask)                           # a time stamp on the newest checkpoint, if it has none
        log.find(entry.identity)                 # its index

    LOGDIR/checkpoint, tile/…                    what the public reads (C2SP `tlog-tiles`)
    LOGDIR/checkpoints/<size>.note, .tst         every head ever shown, and its time stamp
    LOGDIR/keys.json, bundle.json                the verifier keys ever used; what a verifier's bundle takes over
    LOGDIR/pending, index.sqlite, lock           the writer's own; nothing in them is secret

The order keeps the one promise of a log: before a head is signed, its tiles are on disk, it is computed from them, and
it is proven consistent with the head before. A batch is in `pending` before the first tile, so that a run after a power
cut makes the very same tiles and no reader can have seen others.
"""

from __future__ import annotations

import base64
import fcntl
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import orjson

from issuer.errors import AtestatsError
from issuer.transparency import checkpoint, merkle
from issuer.transparency.checkpoint import Checkpoint
from issuer.transparency.durable import put
from issuer.transparency.entry import Entry
from issuer.transparency.log_keys import CheckpointSigner
from issuer.transparency.note import VerifierKey
from issuer.transparency.tiles import WIDTH, TileTree, read_bundle, tile_path, write_bundle

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS entry (identity TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID"
)
_MANY: Final = 500


class LogError(AtestatsError):
    """LOG_BUSY (another writer), LOG_FOLDER (another log's folder, or not one), LOG_INCONSISTENT (not signed)."""


class LogWriter:
    """The one writer of a log folder."""

    def __init__(self, folder: Path, signer: CheckpointSigner, index: sqlite3.Connection) -> None:
        self.folder = folder
        self._signer = signer
        self._index = index
        self._recover()

    @classmethod
    @contextmanager
    def open(cls, folder: Path, signer: CheckpointSigner) -> Iterator[LogWriter]:
        """Open or begin a log; raises `LogError` LOG_BUSY or LOG_FOLDER, `NoteError` for a checkpoint not its own."""
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            lock = stack.enter_context((folder / "lock").open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise _busy(folder) from None
            index = sqlite3.connect(folder / "index.sqlite", isolation_level=None)
            stack.callback(index.close)
            index.execute("PRAGMA journal_mode=WAL")
            index.execute(_SCHEMA)
            yield cls(folder, signer, index)

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every verifier key this log has ever signed with."""
        try:
            texts = orjson.loads((self.folder / "keys.json").read_bytes())
        except OSError:
            texts = []
        known = [VerifierKey.parse(text) for text in texts]
        return tuple(dict.fromkeys([*known, *self._signer.public]))

    @property
    def head(self) -> Checkpoint | None:
        """The newest checkpoint, checked; None while the log is empty and unsigned."""
        try:
            data = (self.folder / "checkpoint").read_bytes()
        except FileNotFoundError:
            return None
        return checkpoint.trusted(data, self.keys, self._signer.origin)

    def append(self, entries: Iterable[Entry]) -> Checkpoint:
        """Add what the log does not hold yet, in order; returns the checkpoint that covers all of `entries`."""
        fresh = list({entry.identity: entry for entry in entries}.items())
        known = self._known([identity for identity, _ in fresh])
        new = [entry for identity, entry in fresh if identity not in known]
        head = self.head
        if not new and head is not None:
            return head
        start = head.size if head else 0
        put(self.folder / "pending", start.to_bytes(8, "big") + write_bundle([each.data for each in new]))
        return self._apply(start, [each.data for each in new])

    def stamp(self, ask: Callable[[bytes], bytes]) -> bytes:
        """The time stamp (DER) of the newest checkpoint: kept, or asked for with `ask(note)` and kept."""
        head = self.head or self.append([])
        kept = self.stamped(head)
        if kept is None:
            kept = ask(head.data)
            put(self.folder / "checkpoints" / f"{head.size}.tst", kept)
        return kept

    def stamped(self, head: Checkpoint) -> bytes | None:
        """The time stamp (DER) that a checkpoint has, or None."""
        path = self.folder / "checkpoints" / f"{head.size}.tst"
        return path.read_bytes() if path.exists() else None

    def find(self, identities: Sequence[str]) -> dict[str, int]:
        """The index of each of those events that the log holds."""
        return self._known(identities)

    # ── one batch ──

    def _recover(self) -> None:
        """Finish the batch that was cut off, and index what the index lacks."""
        pending = self.folder / "pending"
        if pending.exists():
            data = pending.read_bytes()
            start, entries = int.from_bytes(data[:8], "big"), read_bundle(data[8:])
            head = self.head
            if (head.size if head else 0) == start:
                self._apply(start, entries)
            else:
                self._finish(start, entries)
        [indexed] = self._index.execute("SELECT count(*) FROM entry").fetchone()
        head = self.head
        if head is not None and indexed < head.size:
            rows = list(TileTree(self.folder, head.size).entries())
            self._note_places(0, rows)

    def _apply(self, start: int, entries: list[bytes]) -> Checkpoint:
        before = self.head
        size = start + len(entries)
        self._write_entries(start, entries)
        self._write_hashes(start, [merkle.leaf_hash(each) for each in entries])
        tree = TileTree(self.folder, size)
        head = tree.head()
        path = tree.consistency(start) if start else []
        if before is not None and not merkle.consistent(start, before.head, size, head, path):
            raise _inconsistent(self.folder)
        put(self.folder / "keys.json", orjson.dumps([str(key) for key in self.keys]))
        data = self._signer.sign(checkpoint.text_of(self._signer.origin, size, head))
        put(self.folder / "checkpoints" / f"{size}.note", data)
        put(self.folder / "checkpoint", data)
        self._finish(start, entries)
        return checkpoint.trusted(data, self.keys, self._signer.origin)

    def _finish(self, start: int, entries: list[bytes]) -> None:
        self._note_places(start, entries)
        put(self.folder / "bundle.json", orjson.dumps(self._for_bundle(), option=orjson.OPT_INDENT_2))
        (self.folder / "pending").unlink()

    def _write_entries(self, start: int, entries: list[bytes]) -> None:
        first = start // WIDTH
        kept = list(TileTree(self.folder, start).entries(first * WIDTH, start))
        whole = kept + entries
        for place in range(0, len(whole), WIDTH):
            part = whole[place : place + WIDTH]
            put(
                self.folder / tile_path("entries", first + place // WIDTH, len(part)),
                write_bundle(part),
            )

    def _write_hashes(self, start: int, hashes: list[bytes]) -> None:
        """Tiles of every level that the new hashes touch."""
        level = 0
        tree = TileTree(self.folder, start)
        while hashes:
            first = start // WIDTH
            kept = [tree.node(8 * level, place) for place in range(first * WIDTH, start)]
            whole = kept + hashes
            above = []
            for place in range(0, len(whole), WIDTH):
                part = whole[place : place + WIDTH]
                put(
                    self.folder / tile_path(str(level), first + place // WIDTH, len(part)),
                    b"".join(part),
                )
                if len(part) == WIDTH:
                    above.append(merkle.full_root(part))
            start, hashes, level = first, above, level + 1

    def _for_bundle(self) -> dict[str, object]:
        head = self.head
        heads = {}
        for path in (self.folder / "checkpoints").glob("*.note"):
            shown, _ = checkpoint.parse(path.read_bytes())
            heads[shown.size] = base64.b64encode(shown.head).decode("ascii")
        return {
            "origin": self._signer.origin,
            "keys": [str(key) for key in self.keys],
            "checkpoint": head.data.decode() if head else "",
            "heads": {str(size): heads[size] for size in sorted(heads)},
        }

    # ── the index: which event stands where; made anew from the entries when it is lost ──

    def _known(self, identities: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for place in range(0, len(identities), _MANY):
            part = identities[place : place + _MANY]
            marks = ",".join("?" * len(part))
            query = f"SELECT identity, place FROM entry WHERE identity IN ({marks})"  # noqa: S608
            found.update(self._index.execute(query, part))
        return found

    def _note_places(self, start: int, entries: Sequence[bytes]) -> None:
        rows = [(Entry.parse(data).identity, place) for place, data in enumerate(entries, start)]
        self._index.execute("BEGIN IMMEDIATE")
        self._index.executemany("INSERT OR IGNORE INTO entry VALUES (?, ?)", rows)
        self._index.execute("COMMIT")


def _busy(folder: Path) -> LogError:
    return LogError(
        "LOG_BUSY",
        f"Žurnālā {folder} jau raksta cits process.",
        f"Another process is writing to the log {folder}.",
        next_lv="Pagaidiet, līdz tas beidzas.",
        next_en="Wait until it ends.",
    )


def _inconsistent(folder: Path) -> LogError:
    return LogError(
        "LOG_INCONSISTENT",
        f"Žurnāla {folder} datnes neatbilst tā pēdējam parakstītajam kontrolpunktam; nekas nav parakstīts.",
        f"The files of the log {folder} do not fit its last signed checkpoint; nothing was signed.",
        next_lv="Atjaunojiet žurnālu no rezerves kopijas; pārbauda atestats log verify.",
        next_en="Restore the log from a backup; atestats log verify checks it.",
    )
